package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/export"
)

// sample is the n-th item of a town that publishes steadily.
func sample(n int) news.Item {
	return news.Item{
		URL: fmt.Sprintf("https://town.example/news/%d", n), Headline: fmt.Sprintf("Meldung %d aus dem Rathaus", n),
		Published: news.Moment{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour), Precision: news.Minute},
		Teaser:    "Worum es geht.", BodyText: prose(n, 60), Tags: []string{"Verkehr", fmt.Sprintf("Tag %d", n%7)}, Place: fmt.Sprintf("Ort %d", n%5),
	}
}

// prose is a text of so many words; each n is another one.
func prose(n, words int) string {
	var b strings.Builder
	x := uint64(n)*2654435761 + 1
	for i := range words {
		x = x*6364136223846793005 + 1442695040888963407
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(vocabulary[x>>33%uint64(len(vocabulary))])
		if x>>60 == 0 {
			fmt.Fprintf(&b, "%d", x>>50&0xff)
		}
	}
	return b.String()
}

var vocabulary = strings.Fields(`Die Stadt der das Bürgermeister Straße wird im Rathaus am Montag gesperrt neue und auf dem Marktplatz mit vielen
Bürgerinnen Bürgern für ein Kinder Schule Kita eröffnet Verwaltung Antrag online Digitalisierung Haushalt Sitzung beschlossen Ausschuss Umleitung
Baustelle Brücke Sanierung Kosten Euro Millionen Förderung Land Bund Projekt Klimaschutz Bäume Park Spielplatz Feuerwehr Einsatz Polizei Verkehr
Radweg Bus Bahn Haltestelle Museum Ausstellung Konzert Theater Bibliothek öffnet Öffnungszeiten Termin Veranstaltung Wochenende Ferien Sommer Winter`)

func fillWith(t testing.TB, s *Store, from, to int) {
	t.Helper()
	const batch = 20
	for ; from < to; from += batch {
		r := news.Report{Visit: news.Visit{Source: "town", Started: s.now()}}
		for n := from; n < min(from+batch, to); n++ {
			it := sample(n)
			r.Drafts = append(r.Drafts, news.Draft{Item: it, Canonical: news.Canonical(it.URL)})
			r.Pages = append(r.Pages, news.PageState{URL: it.URL, Source: "town", Status: 200, Fetched: s.now(), FirstSeen: s.now(), ETag: fmt.Sprintf(`"%x"`, n)})
			r.Raw = append(r.Raw, news.RawPage{URL: it.URL, ContentType: "text/html", Fetched: s.now(), Body: []byte(it.BodyText)})
		}
		commit(t, s, r)
	}
}

func all(t testing.TB, s *Store) string {
	t.Helper()
	items, err := s.Items(context.Background(), news.Query{BySeq: true, Withdrawn: true})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v", items)
}

func TestExportAndImport(t *testing.T) {
	ctx := context.Background()
	s, c := temp(t)
	if err := s.Register(ctx, []news.SourceState{{Name: "town", Host: "town.example", Due: c.t}}); err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 0, 450)
	edited := sample(7)
	edited.BodyText += " Nachtrag."
	commit(t, s, report("town", c.t, edited))
	kept := news.SavedSearch{
		ID:    fmt.Sprintf("%064x", 1),
		Title: "Radwege",
		Text:  "radweg",
		Query: news.Query{All: [][]news.Term{{{Facet: news.Word, Value: "radweg"}}}},
		Made:  c.t,
	}
	if err := s.SaveSearch(ctx, kept); err != nil {
		t.Fatal(err)
	}
	var out, again bytes.Buffer
	if err := s.Export(ctx, &out, true); err != nil {
		t.Fatal(err)
	}
	other, _ := temp(t)
	if n, err := other.Import(ctx, bytes.NewReader(out.Bytes()), false); err != nil || n != 450 {
		t.Fatalf("Import = %d, %v, want 450", n, err)
	}
	sound(t, other)
	if got, want := all(t, other), all(t, s); got != want {
		t.Error("the imported items differ")
	}
	if got, err := other.SavedSearch(ctx, kept.ID); err != nil || !reflect.DeepEqual(got, kept) {
		t.Errorf("the imported saved search is %+v, %v, want %+v", got, err, kept)
	}
	if err := other.Export(ctx, &again, true); err != nil {
		t.Fatal(err)
	}
	if out.String() != again.String() {
		t.Error("the export of an import differs from the export")
	}
	if _, err := other.Import(ctx, &out, false); err == nil {
		t.Error("Import into an archive with items was not refused")
	}
	if got := commit(t, other, report("town", c.t, edited)); len(got.Added)+len(got.Edited) != 0 {
		t.Errorf("after the import the same item is %+v", got)
	}
}

// withoutEnd is an export without its last line.
func withoutEnd(export string) string {
	export = strings.TrimSuffix(export, "\n")
	return export[:strings.LastIndexByte(export, '\n')+1]
}

// TestImportRefuses hands over files that are no whole export: each is told,
// and the archive is as empty as before.
func TestImportRefuses(t *testing.T) {
	ctx := context.Background()
	s, _ := temp(t)
	fillWith(t, s, 0, 20)
	var b strings.Builder
	if err := s.Export(ctx, &b, false); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	lines := strings.SplitAfter(whole, "\n")
	tests := []struct {
		name, file string
		want       error
	}{
		{"empty", "", export.ErrNoExport},
		{"another JSON", `{"x":1}`, export.ErrNoExport},
		{"no JSON", "# notes\n", export.ErrNoExport},
		{"without its first line", strings.Join(lines[1:], ""), export.ErrNoExport},
		{"of a newer program", `{"archive":{"schema":99}}`, export.ErrNewer},
		{"the first lines", strings.Join(lines[:10], ""), export.ErrCut},
		{"all but the last line", withoutEnd(whole), export.ErrCut},
		{"cut within a line", whole[:len(whole)/2], export.ErrCut},
		{"a line left out", strings.Join(append(slices.Clone(lines[:5]), lines[6:]...), ""), export.ErrCut},
		{"two exports in one", whole + whole, export.ErrNoExport},
		{"a word changed", strings.Replace(whole, "Rathaus", "Bauhaus", 1), export.ErrCut},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, _ := temp(t)
			if n, err := target.Import(ctx, strings.NewReader(test.file), false); !errors.Is(err, test.want) || n != 0 {
				t.Errorf("Import = %d, %v, want 0 and %v", n, err, test.want)
			}
			if n, err := target.Import(ctx, strings.NewReader(whole), false); err != nil || n != 20 {
				t.Errorf("the whole export afterwards: %d, %v, want 20", n, err)
			}
		})
	}
	for _, cut := range []string{withoutEnd(whole), whole[:len(whole)-len(lines[len(lines)-2])-len(lines[len(lines)-3])/2]} {
		target, _ := temp(t)
		if n, err := target.Import(ctx, strings.NewReader(cut), true); err != nil || n != 20 {
			t.Errorf("Import of an incomplete file = %d, %v, want 20", n, err)
		}
	}
}

// TestImportGoesOn breaks an import off after its first steps; the same file goes
// on there, another is refused.
func TestImportGoesOn(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 450)
	var whole, other, again bytes.Buffer
	if err := s.Export(t.Context(), &whole, true); err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 450, 451)
	if err := s.Export(t.Context(), &other, true); err != nil {
		t.Fatal(err)
	}
	target, _ := temp(t)
	ctx, stop := context.WithCancel(t.Context())
	ctx = news.WithProgress(ctx, func(done, total int64) {
		if done >= 300 && done < total {
			stop()
		}
	})
	if _, err := target.Import(ctx, bytes.NewReader(whole.Bytes()), false); !errors.Is(err, context.Canceled) {
		t.Fatalf("Import that was broken off = %v", err)
	}
	if n, err := target.Import(t.Context(), &other, false); n != 0 || err == nil || !strings.Contains(err.Error(), "another export") {
		t.Errorf("Import of another file = %d, %v", n, err)
	}
	if n, err := target.Import(t.Context(), bytes.NewReader(whole.Bytes()), false); err != nil || n != 450 {
		t.Errorf("Import that goes on = %d, %v, want 450", n, err)
	}
	sound(t, target)
	if err := target.Export(t.Context(), &again, true); err != nil {
		t.Fatal(err)
	}
	_, first, _ := strings.Cut(whole.String(), "\n")
	_, second, _ := strings.Cut(again.String(), "\n")
	if withoutEnd(first) != withoutEnd(second) {
		t.Error("what was imported in two goes differs from what was exported")
	}
	if _, err := target.Import(t.Context(), bytes.NewReader(whole.Bytes()), false); err == nil {
		t.Error("a second import after the first was done is not refused")
	}
}

// TestLongWorkTellsProgress: done grows, and ends at or below the total.
func TestLongWorkTellsProgress(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	s, _ := temp(t)
	fillWith(t, s, 0, 6000)
	for name, work := range map[string]func(context.Context) error{
		"verify":  func(ctx context.Context) error { _, err := s.Verify(ctx); return err },
		"compact": func(ctx context.Context) error { _, err := s.Compact(ctx); return err },
		"raw pages": func(ctx context.Context) error {
			for _, err := range s.RawPages(ctx, "town") {
				if err != nil {
					return err
				}
			}
			return nil
		},
	} {
		var last, times, whole int64
		err := work(news.WithProgress(t.Context(), func(done, total int64) {
			if done < last || done > total {
				t.Errorf("%s: %d of %d after %d", name, done, total, last)
			}
			last, whole = done, total
			times++
		}))
		if err != nil || times < 2 || 2*last < whole {
			t.Errorf("%s: told %d times, last %d of %d: %v", name, times, last, whole, err)
		}
	}
}

func TestRetention(t *testing.T) {
	ctx := context.Background()
	s, c := temp(t)
	fillWith(t, s, 0, 300)
	for i := range 5 {
		it := sample(290)
		it.BodyText += fmt.Sprint(" Nachtrag ", i)
		commit(t, s, report("town", c.t, it))
	}
	id := news.MintID(news.Canonical(sample(0).URL))
	c.t = time.Date(2026, 1, 1, 200, 30, 0, 0, time.UTC).Add(24 * time.Hour)
	r := news.Retention{Items: 24 * time.Hour, Revisions: 2}
	for _, want := range []news.Pruned{
		{Items: 30, Revisions: 3, Held: []news.Deletion{{Kind: "items", Records: 171}}}, // a tenth on the word of one upkeep
		{Held: []news.Deletion{{Kind: "items", Records: 171}}},                          // and no more of it that day
	} {
		if got, err := s.Prune(ctx, r); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("Prune = %+v, %v, want %+v", got, err, want)
		}
	}
	c.t = c.t.Add(24 * time.Hour)
	if got, err := s.Prune(ctx, news.Retention{Items: 48 * time.Hour}); err != nil || !reflect.DeepEqual(got, news.Pruned{Items: 171}) {
		t.Fatalf("a day later Prune = %+v, %v, want the 171 that both upkeeps name", got, err)
	}
	if held, err := s.HeldDeletions(ctx); err != nil || len(held) != 0 {
		t.Errorf("HeldDeletions = %+v, %v, want none", held, err)
	}
	sound(t, s)
	if _, err := s.Item(ctx, id); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("pruned item: %v", err)
	}
	if got := commit(t, s, report("town", c.t, sample(0))); len(got.Added) != 0 {
		t.Errorf("a pruned item returned as news: %+v", got)
	}
	kept := news.MintID(news.Canonical(sample(290).URL))
	rs, err := s.Revisions(ctx, kept)
	if it, _ := s.Item(ctx, kept); err != nil || len(rs) != 2 || rs[0].Number != 4 || it.Revisions != 2 {
		t.Errorf("Revisions = %+v, %v; the item counts %d", rs, err, it.Revisions)
	}
	c.t = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	if got, err := s.Prune(ctx, news.Retention{Pages: 30 * 24 * time.Hour}); err != nil || got.Pages != 30 || got.Held[0].Records != 270 {
		t.Errorf("Prune = %+v, %v, want 30 pages and 270 held", got, err)
	}
	held, err := s.HeldDeletions(ctx)
	if err != nil || len(held) != 1 || held[0].Kind != "pages" || held[0].Records != 270 || !held[0].Since.Equal(c.t) {
		t.Errorf("HeldDeletions = %+v, %v, want 270 pages", held, err)
	}
	if n, err := s.ReleaseDeletions(ctx); err != nil || n != 270 {
		t.Errorf("ReleaseDeletions = %d, %v, want 270", n, err)
	}
	sound(t, s)
}

// A clock that runs ahead at an upkeep, as often as the daemon is started
// meanwhile, costs a tenth of the archive at most; one that is right again, nothing.
func TestAClockAheadDeletesLittle(t *testing.T) {
	ctx := context.Background()
	s, c := temp(t)
	c.t = time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	fillWith(t, s, 0, 300)
	right := c.t
	r := news.Retention{Items: 730 * 24 * time.Hour, Pages: 30 * 24 * time.Hour}
	prune := func() news.Pruned {
		t.Helper()
		p, err := s.Prune(ctx, r)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	c.t = right.AddDate(10, 0, 0)
	if first, second := prune(), prune(); first.Items != 30 || first.Pages != 30 || second.Items+second.Pages != 0 || len(second.Held) != 2 {
		t.Errorf("ten years ahead: %+v and %+v, want a tenth once and the rest held", first, second)
	}
	for day := range 3 {
		c.t = right.AddDate(0, 0, day)
		if got := prune(); got.Items+got.Pages != 0 || len(got.Held) != 0 {
			t.Errorf("right again, day %d: %+v, want nothing", day, got)
		}
	}
	c.t = right.AddDate(10, 0, 0) // ahead once more: the day before did not agree
	if got := prune(); got.Items > 27 || got.Pages > 27 {
		t.Errorf("ahead once more: %+v, want a tenth of what is left", got)
	}
	sound(t, s)
}

func TestCompactionWhileWriting(t *testing.T) {
	ctx := context.Background()
	s, _ := temp(t)
	fillWith(t, s, 0, 800)
	if _, err := s.Prune(ctx, news.Retention{Pages: time.Nanosecond}); err != nil {
		t.Fatal(err)
	}
	var writing sync.WaitGroup
	stop := make(chan struct{})
	next := 800
	writing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				fillWith(t, s, next, next+20)
				next += 20
			}
		}
	})
	for range 3 {
		c, err := s.Compact(ctx)
		if err != nil || c.After == 0 {
			t.Errorf("Compact = %+v, %v", c, err)
		}
	}
	close(stop)
	writing.Wait()
	sound(t, s)
	before := all(t, s)
	path := s.Path()
	if err := s.Backup(context.Background(), new(bytes.Buffer)); err != nil {
		t.Error(err)
	}
	if _, err := Open(path, Options{LockTimeout: 10 * time.Millisecond}); !errors.Is(err, ErrLocked) {
		t.Errorf("after a compaction the file is not locked: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := s.BackupFile(context.Background(), copied); err != nil {
		t.Fatal(err)
	}
	if other, _ := open(t, copied); all(t, other) != before {
		t.Error("items differ after compaction and backup")
	}
}

func TestRestore(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 40)
	want := all(t, s)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := s.BackupFile(context.Background(), backup); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "stadtfeed.db")
	if err := RestoreFile(context.Background(), backup, target, false); err != nil {
		t.Fatal(err)
	}
	if err := RestoreFile(context.Background(), backup, target, false); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("RestoreFile over an archive = %v, want a refusal that names --force", err)
	}
	if err := RestoreFile(context.Background(), backup, target, true); err != nil {
		t.Errorf("RestoreFile with force = %v", err)
	}
	if err := RestoreFile(context.Background(), backup, s.Path(), true); !errors.Is(err, ErrLocked) {
		t.Errorf("RestoreFile over an open archive = %v, want ErrLocked", err)
	}
	if err := RestoreFile(context.Background(), filepath.Join(t.TempDir(), "none.db"), target, true); err == nil {
		t.Error("a backup that is not there was restored")
	}
	if other, _ := open(t, target); all(t, other) != want {
		t.Error("restored items differ")
	}
}

func TestDailyUpkeepKeepsSomeBackups(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "backups")
	s, c := temp(t)
	other, _ := temp(t) // another archive of the same name, in the same folder
	fillWith(t, s, 0, 20)
	fillWith(t, other, 0, 5)
	maintain := func(s *Store) {
		t.Helper()
		if err := s.Maintain(context.Background(), news.Upkeep{Backups: dir, Keep: 2}); err != nil {
			t.Fatal(err)
		}
	}
	maintain(other)
	strangers := []string{"stadtfeed-before-upgrade.db", "stadtfeed-2026-03-01.db", fmt.Sprintf("stadtfeed-%016x-2026-03-01.db", s.identity)}
	for _, name := range strangers { // an operator's copies, however they are called
		if err := s.BackupFile(context.Background(), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	half := filepath.Join(dir, fmt.Sprintf("stadtfeed-%016x-2026-03-01.db.part", s.identity))
	if err := os.WriteFile(half, []byte("of a kill"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		maintain(s)
		c.t = c.t.Add(24 * time.Hour)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("half a backup of an earlier day is still there")
	}
	var made []string
	for _, b := range listBackups(dir, s.Path()) {
		if b.made && b.identity == s.identity {
			made = append(made, b.day)
		}
	}
	if got := fmt.Sprint(made); got != "[2026-03-05 2026-03-04]" {
		t.Errorf("backups: %s", got)
	}
	for _, name := range strangers {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("the rotation removed what it had not made: %v", err)
		}
	}
	if n := len(slices.DeleteFunc(listBackups(dir, s.Path()), func(b dailyBackup) bool { return b.identity != other.identity })); n != 1 {
		t.Errorf("%d backups of the other archive, want 1", n)
	}
}

// TestRecoveryTakesNoOtherArchive has two archives of one name that share a
// folder for backups: the damaged one must not come back as the other.
func TestRecoveryTakesNoOtherArchive(t *testing.T) {
	ctx := context.Background()
	backups := filepath.Join(t.TempDir(), "backups")
	s, _ := temp(t)
	other, _ := temp(t)
	fillWith(t, other, 0, 5)
	if err := other.Maintain(ctx, news.Upkeep{Backups: backups}); err != nil {
		t.Fatal(err)
	}
	path, identity := s.Path(), s.identity
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, path)
	if err := markOpen(path, identity); err != nil {
		t.Fatal(err)
	}
	if r, err := Recover(ctx, path, backups, CheckFile, false); !errors.Is(err, ErrDamaged) || r.Restored != "" {
		t.Errorf("Recover = %+v, %v; want ErrDamaged and nothing restored", r, err)
	}
}

// TestArchiveKeepsItsOwner lets root, who types the commands, leave files that
// the daemon's user can open.
func TestArchiveKeepsItsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root gives files away")
	}
	const daemon = 12345
	ctx := context.Background()
	dir := t.TempDir()
	if err := os.Chown(dir, daemon, daemon); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "stadtfeed.db")
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 0, 20)
	owned := func(after string, paths ...string) {
		t.Helper()
		for _, p := range paths {
			info, err := os.Stat(p)
			if err != nil {
				t.Fatal(err)
			}
			if stat := info.Sys().(*syscall.Stat_t); stat.Uid != daemon || stat.Gid != daemon || info.Mode().Perm() != 0o640 && p == path && after != "Open" {
				t.Errorf("after %s %s is %d:%d %v", after, filepath.Base(p), stat.Uid, stat.Gid, info.Mode())
			}
		}
	}
	owned("Open", path, openMark(path))
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	owned("Compact", path)
	backup := filepath.Join(t.TempDir(), "copy.db")
	if err := errors.Join(s.BackupFile(context.Background(), backup), s.Close(), RestoreFile(context.Background(), backup, path, true)); err != nil {
		t.Fatal(err)
	}
	owned("RestoreFile", path, path+".before-restore")
}

// TestArchiveBehindALink: what replaces an archive replaces what a link leads to,
// on its disk; the link stays.
func TestArchiveBehindALink(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	link, path := filepath.Join(dir, "stadtfeed.db"), filepath.Join(dir, "disk", "real.db")
	if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	s, err := Open(link, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 0, 20)
	real := func(after string) {
		t.Helper()
		at, err := os.Lstat(link)
		if err != nil || at.Mode()&fs.ModeSymlink == 0 {
			t.Fatalf("after %s the link is %v, %v", after, at.Mode(), err)
		}
		if err := CheckFile(ctx, path); err != nil && !errors.Is(err, ErrLocked) {
			t.Fatalf("after %s: %v", after, err)
		}
	}
	if _, err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	real("Compact")
	backup := filepath.Join(dir, "copy.db")
	if err := errors.Join(s.BackupFile(ctx, backup), s.Close(), RestoreFile(ctx, backup, link, true)); err != nil {
		t.Fatal(err)
	}
	real("RestoreFile")
	if err := CheckFile(ctx, path+".before-restore"); err != nil {
		t.Errorf("the former archive: %v", err)
	}
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	backups := filepath.Join(dir, "backups [1")
	s, err = Open(backup, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Maintain(ctx, news.Upkeep{Backups: backups}), s.Close()); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(backups)
	if err != nil || len(made) != 1 {
		t.Fatalf("%v, %v lie in the folder of backups, want one", made, err)
	}
	its := strings.Replace(made[0].Name(), "copy-", "stadtfeed-", 1)
	if err := os.Rename(filepath.Join(backups, made[0].Name()), filepath.Join(backups, its)); err != nil {
		t.Fatal(err)
	}
	r, err := Recover(ctx, link, backups, CheckFile, true)
	if err != nil || filepath.Dir(r.SetAside) != filepath.Dir(path) {
		t.Fatalf("Recover = %+v, %v", r, err)
	}
	real("Recover")
}

func TestRecovery(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, backups := filepath.Join(dir, "stadtfeed.db"), filepath.Join(dir, "backups")
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 0, 100)
	if err := s.Maintain(ctx, news.Upkeep{Backups: backups}); err != nil {
		t.Fatal(err)
	}
	want := all(t, s)
	if !EndedUncleanly(path) {
		t.Error("an open archive has no mark")
	}
	if err := s.Close(); err != nil || EndedUncleanly(path) {
		t.Errorf("Close = %v; the mark is still there: %v", err, EndedUncleanly(path))
	}
	if r, err := Recover(ctx, path, backups, CheckFile, false); err != nil || r.Checked {
		t.Errorf("Recover after a clean end = %+v, %v", r, err)
	}
	if r, err := Recover(ctx, path, backups, CheckFile, true); err != nil || !r.Checked || r.Fault != nil {
		t.Errorf("Recover of a good file = %+v, %v", r, err)
	}
	spoil(t, path)
	if err := markOpen(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Recover(ctx, path, "", CheckFile, false); !errors.Is(err, ErrDamaged) {
		t.Errorf("Recover without backups = %v, want ErrDamaged", err)
	}
	if err := os.WriteFile(filepath.Join(backups, "stadtfeed-9999-01-01.db"), []byte("no archive"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Recover(ctx, path, backups, CheckFile, false)
	if err != nil || r.Fault == nil || r.SetAside == "" || !strings.HasSuffix(r.Restored, s.now().UTC().Format(time.DateOnly)+".db") {
		t.Fatalf("Recover = %+v, %v", r, err)
	}
	if other, _ := open(t, path); all(t, other) != want {
		t.Error("recovered items differ")
	}
}

// spoil makes every page but the first two unreadable.
func spoil(t testing.TB, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 2 * 4096; i < len(b); i++ {
		b[i] ^= 0x55
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFloodOfOldNewsIsHeld(t *testing.T) {
	ctx := context.Background()
	s, c := temp(t)
	c.t = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fillWith(t, s, 1380, 1400)
	if err := s.Register(ctx, []news.SourceState{{Name: "town", Host: "town.example", Due: c.t}}); err != nil {
		t.Fatal(err)
	}
	r := report("town", c.t)
	r.State = news.SourceState{Name: "town", LastSuccess: c.t}
	commit(t, s, r)
	c.t = c.t.Add(time.Hour)
	r = report("town", c.t)
	for n := range 15 {
		it := sample(n)
		r.Drafts = append(r.Drafts, news.Draft{Item: it, Canonical: news.Canonical(it.URL)})
	}
	fresh := sample(1415)
	r.Drafts = append(r.Drafts, news.Draft{Item: fresh, Canonical: news.Canonical(fresh.URL)})
	if got := commit(t, s, r); len(got.Added) != 1 || got.Held != 15 {
		t.Fatalf("Commit = %+v, want the fresh one added and 15 held", got)
	}
	if got := commit(t, s, r); len(got.Added) != 0 || got.Held != 0 {
		t.Errorf("the same again = %+v, want nothing", got)
	}
	known, err := s.Known(ctx, []string{news.Canonical(sample(3).URL)})
	if err != nil || len(known) != 1 {
		t.Errorf("Known of a held draft = %+v, %v", known, err)
	}
	if held, err := s.Held(ctx, "town"); err != nil || len(held) != 15 {
		t.Errorf("Held = %d, %v", len(held), err)
	}
	if v, err := s.Visits(ctx, "town", 2); err != nil || v[1].Held != 15 {
		t.Errorf("Visits = %+v, %v, want the 15 told", v, err)
	}
	got, err := s.ReleaseHeld(ctx, "")
	if err != nil || len(got.Added) != 15 {
		t.Fatalf("ReleaseHeld = %+v, %v", got, err)
	}
	if it, err := s.Item(ctx, got.Added[0]); err != nil || it.Source() != "town" {
		t.Errorf("released item: %+v, %v, want town's", it, err)
	}
	newest, err := s.Items(ctx, news.Query{Limit: 1})
	if err != nil || newest[0].Headline != fresh.Headline {
		t.Errorf("released items stand before the news: %+v, %v", newest, err)
	}
	if held, err := s.Held(ctx, ""); err != nil || len(held) != 0 {
		t.Errorf("Held after the release = %d, %v", len(held), err)
	}
	sound(t, s)
}

func TestUndatedFloods(t *testing.T) {
	for name, test := range map[string]struct{ entries, fresh, held int }{
		"the whole listing is new": {14, 14, 14},
		"a busy day":               {30, 14, 0},
		"a few":                    {9, 9, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := temp(t)
			fillWith(t, s, 0, 20)
			r := report("town", c.t)
			r.State = news.SourceState{Name: "town", LastSuccess: c.t}
			commit(t, s, r)
			r = report("town", c.t)
			r.Visit.Entries = test.entries
			for n := range test.fresh {
				it := sample(1000 + n)
				it.Published = news.Moment{}
				r.Drafts = append(r.Drafts, news.Draft{Item: it, Canonical: news.Canonical(it.URL), Position: n})
			}
			if got := commit(t, s, r); got.Held != test.held || len(got.Added) != test.fresh-test.held {
				t.Errorf("Commit = %d added, %d held, want %d held", len(got.Added), got.Held, test.held)
			}
		})
	}
}

// After large prunes the list of free pages is not written with every commit. A
// process that ends then, cleanly or not, leaves a sound file.
func TestManyFreePages(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	ctx := context.Background()
	s, c := temp(t)
	r := rand.New(rand.NewPCG(1, 1))
	for n := 0; n < 700; n += 50 {
		report := news.Report{Visit: news.Visit{Source: "town"}}
		for i := n; i < n+50; i++ {
			page := make([]byte, 64<<10)
			for j := range page {
				page[j] = byte(r.Uint32())
			}
			report.Raw = append(report.Raw, news.RawPage{URL: sample(i).URL, Fetched: c.t, Body: page})
		}
		commit(t, s, report)
	}
	c.t = c.t.Add(time.Hour)
	if p, err := s.Prune(ctx, news.Retention{Pages: time.Minute}); err != nil || p.Pages != 70 {
		t.Fatalf("Prune = %+v, %v, want a tenth", p, err)
	}
	if n, err := s.ReleaseDeletions(ctx); err != nil || n != 630 {
		t.Fatalf("ReleaseDeletions = %d, %v, want the rest", n, err)
	}
	fillWith(t, s, 0, 20)
	if !s.db.NoFreelistSync {
		t.Error("the list of free pages is still written with every commit")
	}
	killed := filepath.Join(t.TempDir(), "killed.db")
	if err := files.Copy(s.Path(), killed); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for what, path := range map[string]string{"killed": killed, "closed": s.Path()} {
		if err := CheckFile(ctx, path); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		again, _ := open(t, path)
		fillWith(t, again, 20, 40)
		sound(t, again)
	}
}

// TestOpenToRead leaves the file as it is, and refuses one that is in use, missing
// or damaged.
func TestOpenToRead(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 50)
	if _, err := OpenToRead(s.Path(), Options{LockTimeout: time.Millisecond}); !errors.Is(err, ErrLocked) {
		t.Errorf("an archive in use = %v, want ErrLocked", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenToRead(s.Path(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if items, err := r.Items(t.Context(), news.Query{}); err != nil || len(items) != 50 {
		t.Errorf("%d items, %v, want 50", len(items), err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	after, err := os.ReadFile(s.Path())
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file is not what it was (%v)", err)
	}
	if names, _ := filepath.Glob(s.Path() + "*"); len(names) != 1 {
		t.Errorf("files beside it: %q", names)
	}
	missing := filepath.Join(t.TempDir(), "missing.db")
	if _, err := OpenToRead(missing, Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing archive = %v", err)
	}
	if err := os.WriteFile(missing, before[:len(before)/3], 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := OpenToRead(missing, Options{}); err == nil { // a part that is missing may not be met at once
		r.Close()
	}
}

func TestRawPagesOfASource(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 450)
	n := 0
	for p, err := range s.RawPages(context.Background(), "town") {
		if err != nil || len(p.Body) == 0 {
			t.Fatalf("RawPages: %+v, %v", p, err)
		}
		n++
	}
	if n != 450 {
		t.Errorf("RawPages gave %d pages, want 450", n)
	}
	for p := range s.RawPages(context.Background(), "other") {
		t.Errorf("page of another source: %s", p.URL)
	}
}
