package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// nightly is many under STADTFEED_NIGHTLY=1, else few.
func nightly(few, many int) int {
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		return many
	}
	return few
}

// child starts the test binary as a process of its own; see TestChild.
func child(ctx context.Context, task, path string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run", "^TestChild$")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) } // one that hangs tells where
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(os.Environ(), "STADTFEED_CHILD="+task+" "+path)
	return cmd
}

// checkInChild is CheckFile in a process that may die of it.
func checkInChild(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if out, err := child(ctx, "check", path).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out[:min(len(out), 500)])
	}
	return nil
}

// A writer process is killed at random moments: what it was told is on disk is
// there once, under its id, and no validator is known of an item that is not.
func TestKilledWriter(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "stadtfeed.db")
	r := rand.New(rand.NewPCG(1, 1))
	acknowledged, patience := 0, time.Duration(1) // it grows while a slow machine gets nothing done
	for cycle := range nightly(8, 1000) {
		before := acknowledged
		cmd := child(context.Background(), "write", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(patience*time.Duration(30+r.IntN(170))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, err := fmt.Sscanf(lines.Text(), "committed up to %d", &acknowledged); err != nil {
				t.Fatalf("the writer says %q", lines.Text())
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the writer ended by itself")
		}
		afterKill(t, path, acknowledged)
		if t.Failed() {
			t.Fatalf("cycle %d", cycle)
		}
		if acknowledged == before {
			patience = min(2*patience, 64)
		}
		if (cycle+1)%50 == 0 {
			t.Logf("%d kills, %d items", cycle+1, acknowledged)
		}
	}
	if acknowledged == 0 {
		t.Error("no writer ever committed anything")
	}
}

func afterKill(t *testing.T, path string, acknowledged int) {
	t.Helper()
	ctx := context.Background()
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sound(t, s)
	kept, err := s.Items(ctx, news.Query{BySeq: true, Heads: true})
	if err != nil || len(kept) < acknowledged {
		t.Fatalf("%d items, %v; %d were acknowledged", len(kept), err, acknowledged)
	}
	for i, it := range kept {
		if want := news.MintID(news.Canonical(sample(i).URL)); it.ID != want || it.Seq != uint64(i+1) {
			t.Fatalf("item %d is %s with Seq %d, want %s", i, it.ID, it.Seq, want)
		}
	}
	ahead, err := s.PageStates(ctx, []string{sample(len(kept)).URL})
	if err != nil || len(ahead) != 0 {
		t.Errorf("a validator is ahead of its item: %+v, %v", ahead, err)
	}
}

// childWrite commits visits until it is killed.
func childWrite(path string) {
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	have, err := s.Items(context.Background(), news.Query{Heads: true})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for n := len(have); ; n += 3 {
		r := news.Report{Visit: news.Visit{Source: "town"}}
		for i := n; i < n+3; i++ {
			it := sample(i)
			r.Drafts = append(r.Drafts, news.Draft{Item: it, Canonical: news.Canonical(it.URL)})
			r.Pages = append(r.Pages, news.PageState{URL: it.URL, Source: "town", ETag: "x"})
		}
		if _, err := s.Commit(context.Background(), r); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("committed up to", n+3)
	}
}

// damages are ways in which files die.
var damages = []struct {
	name string
	do   func(r *rand.Rand, file []byte) []byte
}{
	{"cut", func(r *rand.Rand, f []byte) []byte { return f[:r.IntN(len(f))] }},
	{"zeroed pages", func(r *rand.Rand, f []byte) []byte {
		for range 1 + r.IntN(4) {
			page := r.IntN(len(f) / 4096)
			clear(f[page*4096 : (page+1)*4096])
		}
		return f
	}},
	{"bit flips", func(r *rand.Rand, f []byte) []byte {
		for range 1 + r.IntN(8) {
			f[r.IntN(len(f))] ^= 1 << r.IntN(8)
		}
		return f
	}},
	{"both meta pages gone", func(r *rand.Rand, f []byte) []byte {
		for i := range 2 * 4096 {
			f[i] = byte(r.Uint32())
		}
		return f
	}},
}

// Whatever happened to the file: what the check lets pass is whole, what it
// does not is replaced by the backup, and a process that uses the damaged file
// all the same does not die of it.
func TestDamagedFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	s, err := Open(good, Options{NoSync: true, Now: func() time.Time { return time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 0, 200)
	if err := s.growWords(1); err != nil {
		t.Fatal(err)
	}
	want := everything(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			for seed := range nightly(4, 200) {
				path := filepath.Join(t.TempDir(), "stadtfeed.db")
				spoilt := d.do(rand.New(rand.NewPCG(uint64(seed), 5)), bytes.Clone(whole))
				if err := os.WriteFile(path, spoilt, 0o600); err != nil {
					t.Fatal(err)
				}
				survive(t, path)
				if err := os.WriteFile(path, spoilt, 0o600); err != nil { // as it was before anybody wrote to it
					t.Fatal(err)
				}
				recovered(t, path, good, want)
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

// survive uses a damaged file in a process that must end in good order.
func survive(t *testing.T, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := child(ctx, "use", path).CombinedOutput()
	if err != nil {
		t.Errorf("a process that uses the file: %v: %s", err, out[:min(len(out), 4000)])
	}
}

// childUse does what a daemon does, whatever comes of it.
func childUse(path string) {
	s, err := Open(path, Options{LockTimeout: 100 * time.Millisecond})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	report := func(err error) {
		if err != nil {
			fmt.Println(err)
		}
	}
	got, err := s.Items(ctx, news.Query{})
	report(err)
	for _, it := range got {
		_, err := s.Item(ctx, it.ID)
		report(err)
	}
	_, err = s.Items(ctx, news.Query{All: [][]news.Term{{{Facet: news.Word, Value: "rathaus"}}}})
	report(err)
	for _, f := range []news.Facet{news.Tag, news.Place, news.Source} {
		_, err := s.Counts(ctx, f)
		report(err)
	}
	_, err = s.Commit(ctx, articleReport(0, 20))
	report(err)
	report(s.Backup(context.Background(), new(bytes.Buffer)))
	_, err = s.Prune(ctx, news.Retention{Pages: time.Nanosecond})
	report(err)
	_, err = s.Compact(ctx)
	report(err)
	_, err = s.Verify(ctx)
	report(err)
	report(s.Close())
}

func recovered(t *testing.T, path, backup, want string) {
	t.Helper()
	if err := markOpen(path, 0); err != nil {
		t.Fatal(err)
	}
	backups := t.TempDir()
	if err := files.Copy(backup, filepath.Join(backups, "stadtfeed-2026-01-01.db")); err != nil {
		t.Fatal(err)
	}
	r, err := Recover(context.Background(), path, backups, checkInChild, false)
	if err != nil || r.Fault != nil && r.Restored == "" {
		t.Errorf("Recover = %+v, %v", r, err)
		return
	}
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Errorf("after %+v: %v", r, err)
		return
	}
	defer s.Close()
	if got := everything(t, s); got != want {
		t.Errorf("after %+v the archive holds something else", r)
	}
}

func everything(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	if err := s.Export(context.Background(), &b, true); err != nil {
		t.Error(err)
	}
	return b.String()
}

// Power fails while visits are committed. bbolt gives no way to put a layer
// between it and the file (Options.OpenFile returns an *os.File), so the loss is
// played from what the file looked like after each acknowledged commit: bbolt
// writes the pages that a commit changes, syncs, writes one meta page, and
// syncs. Before the first sync any part of the pages may be on disk, sector by
// sector; before the second one the meta page may be there, torn, or not.
// TestSyncs holds that the syncs do happen.
func TestPowerLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "stadtfeed.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(2, 2))
	s.words.grow.Lock() // one commit at a time: the index's own ones would come between
	fillWith(t, s, 0, 40)
	before := read(t, path)
	for cycle := range nightly(12, 100) {
		fillWith(t, s, 40+cycle*20, 60+cycle*20)
		after := read(t, path)
		kept := 40 + cycle*20
		failed := filepath.Join(dir, "failed.db")
		for range 2 {
			lost(t, r, failed, before, after, false)
			holds(t, failed, kept)
			lost(t, r, failed, before, after, true)
			holds(t, failed, kept)
		}
		if t.Failed() {
			t.Fatalf("cycle %d", cycle)
		}
		before = after
	}
	s.words.grow.Unlock()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// lost writes the file as power loss may leave it between two commits: with
// some sectors of the changed pages (synced: with all of them, and perhaps part
// of the meta page).
func lost(t *testing.T, r *rand.Rand, path string, before, after []byte, synced bool) {
	t.Helper()
	const sector = 512
	out := bytes.Clone(after)
	for at := 0; at < len(after); at += sector {
		was := make([]byte, sector)
		if at < len(before) {
			copy(was, before[at:])
		}
		meta := at < 2*4096
		if meta && (!synced || r.IntN(2) == 0) || !meta && !synced && r.IntN(2) == 0 {
			copy(out[at:], was)
		}
	}
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, path string, acknowledged int) {
	t.Helper()
	if err := CheckFile(context.Background(), path); err != nil {
		t.Errorf("after the power failed: %v", err)
		return
	}
	afterKill(t, path, acknowledged)
}

// TestSyncs counts what a commit does to the file, where strace is installed.
func TestSyncs(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	path := filepath.Join(t.TempDir(), "stadtfeed.db")
	log := path + ".log"
	cmd := exec.Command(strace, "-f", "-o", log, "-e", "trace=pwrite64,fdatasync,fsync", os.Args[0], "-test.run", "^TestChild$")
	cmd.Env = append(os.Environ(), "STADTFEED_CHILD=once "+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("strace cannot trace here: %v: %s", err, out)
	}
	trace := string(read(t, log))
	_, commit, ok := strings.Cut(trace, "stadtfeed-mark")
	if !ok {
		t.Fatalf("no mark in the trace:\n%s", trace)
	}
	var order []string
	for line := range strings.Lines(commit) {
		what := ""
		switch {
		case strings.Contains(line, "fdatasync(") || strings.Contains(line, "fsync("):
			what = "sync"
		case strings.Contains(line, ", 4096, 0)") || strings.Contains(line, ", 4096, 4096)"):
			what = "meta"
		case strings.Contains(line, "pwrite64("):
			what = "pages"
		}
		if what != "" && (len(order) == 0 || order[len(order)-1] != what) {
			order = append(order, what)
		}
	}
	if got := strings.Join(order, " "); !strings.HasPrefix(got, "pages sync meta sync") {
		t.Errorf("a commit does %s, want pages sync meta sync", got)
	}
}

// childOnce commits once, after a mark that a trace shows.
func childOnce(path string) {
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	mark, err := os.Create(path + ".mark")
	if err != nil {
		os.Exit(1)
	}
	if _, err := mark.WriteAt([]byte("stadtfeed-mark"), 1<<20); err != nil {
		os.Exit(1)
	}
	if _, err := s.Commit(context.Background(), articleReport(0, 20)); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func TestDiskTrouble(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "stadtfeed.db")
	out, err := child(context.Background(), "limited", path).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 20)
	path := s.Path()
	copied := filepath.Join(t.TempDir(), "ro", "stadtfeed.db")
	if err := os.Mkdir(filepath.Dir(copied), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := files.Copy(path, copied); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(copied, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(filepath.Dir(copied))), 0o711); err != nil {
		t.Fatal(err)
	}
	asNobody(t, filepath.Dir(copied), copied)
	if f, err := os.OpenFile(copied, os.O_RDWR, 0); err == nil {
		_ = f.Close()
		t.Skip("this user may write everything")
	}
	ro, err := Open(copied, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	if got := all(t, ro); got != all(t, s) {
		t.Error("a file that can only be read reads otherwise")
	}
	if ro.Health() == nil {
		t.Error("Health says nothing of a file that can only be read")
	}
	if _, err := ro.Commit(context.Background(), articleReport(0, 1)); err == nil {
		t.Error("Commit into a file that can only be read succeeded")
	}
	if err := os.Chmod(copied, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ro.probe(); err != nil || ro.Health() == nil {
		t.Errorf("after the disk can be written again, before a visit was: %v, %v", err, ro.Health())
	}
	fillWith(t, ro, 20, 40)
	if _, err := ro.Commit(context.Background(), articleReport(0, 1)); err != nil || ro.Health() != nil {
		t.Errorf("after a visit was stored: %v, %v", err, ro.Health())
	}
}

func TestANewerFileIsRefused(t *testing.T) {
	s, _ := temp(t)
	path := filepath.Join(t.TempDir(), "newer.db")
	if err := s.update(func(t *txn) error { return t.setNumber(keySchema, Schema+1) }); err != nil {
		t.Fatal(err)
	}
	if err := s.BackupFile(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"CheckFile": CheckFile(context.Background(), path), "Open": func() error { _, err := Open(path, Options{}); return err }()} {
		if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), fmt.Sprintf("schema %d", Schema+1)) {
			t.Errorf("%s of a newer file = %v, want ErrNewer with its schema", what, err)
		}
	}
}
