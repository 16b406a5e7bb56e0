// Package storetest holds what every archive must do, whatever it keeps its
// data in: the same tests run against bbolt today and another database
// tomorrow.
package storetest

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Store is an archive as the crawler and the feed server know it.
type Store interface {
	Register(ctx context.Context, states []news.SourceState) error
	Claim(ctx context.Context, owner string, ttl time.Duration, limit int, hosts ...string) ([]news.Claim, error)
	Renew(ctx context.Context, claims []news.Claim, ttl time.Duration) ([]news.Claim, error)
	Release(ctx context.Context, c news.Claim) error
	NextDue(ctx context.Context) (time.Time, error)
	SourceState(ctx context.Context, name string) (news.SourceState, error)
	SourceStates(ctx context.Context) ([]news.SourceState, error)
	PageStates(ctx context.Context, urls []string) (map[string]news.PageState, error)
	DuePages(ctx context.Context, source string, now time.Time, limit int) ([]news.PageState, error)
	Known(ctx context.Context, canonicals []string) (map[string]news.Item, error)
	Commit(ctx context.Context, reports ...news.Report) ([]news.Committed, error)
	RawPage(ctx context.Context, url string) (news.RawPage, error)

	Items(ctx context.Context, q news.Query) ([]news.Item, error)
	Item(ctx context.Context, id string) (news.Item, error)
	Revisions(ctx context.Context, id string) ([]news.Revision, error)
	AlsoReported(ctx context.Context, id string) ([]news.Item, error)
	Counts(ctx context.Context, f news.Facet) ([]news.Count, error)
	Days(ctx context.Context, q news.Query, loc *time.Location) ([]news.DayCount, error)
	Visits(ctx context.Context, source string, n int) ([]news.Visit, error)
	HealthChanges(ctx context.Context, n int) ([]news.HealthChange, error)
	HealthChangesAfter(ctx context.Context, number uint64, n int) ([]news.HealthChange, error)
	Marks(ctx context.Context, prefix string) (map[string]uint64, error)
	SetMarks(ctx context.Context, marks map[string]uint64) error
	SavedSearches(ctx context.Context) ([]news.SavedSearch, error)
	SavedSearch(ctx context.Context, id string) (news.SavedSearch, error)
	SaveSearch(ctx context.Context, one news.SavedSearch) error
	DropSearch(ctx context.Context, id string) error
	Subscribers(ctx context.Context) ([]news.Subscriber, error)
	Subscriber(ctx context.Context, id string) (news.Subscriber, error)
	SaveSubscriber(ctx context.Context, one news.Subscriber) error
	DropSubscriber(ctx context.Context, id string) error

	Held(ctx context.Context, source string) ([]news.Draft, error)
	ReleaseHeld(ctx context.Context, source string) (news.Committed, error)
	HeldDeletions(ctx context.Context) ([]news.Deletion, error)
	ReleaseDeletions(ctx context.Context) (removed int, err error)
	Prune(ctx context.Context, r news.Retention) (news.Pruned, error)
	RawPages(ctx context.Context, sources ...string) iter.Seq2[news.KeptPage, error]
	Verify(ctx context.Context) (news.Verdict, error)
	Export(ctx context.Context, w io.Writer, withRaw bool) error
	Import(ctx context.Context, r io.Reader, incomplete bool) (items int, err error)

	Generation() uint64
	Changed(q news.Query) uint64
	Subscribe(fn func(news.Committed)) (cancel func())
	Close() error
}

// An Opener opens the archive that is kept in a folder, and makes a new one
// where there is none. now is the archive's clock.
type Opener func(t testing.TB, dir string, now func() time.Time) Store

// Run tests an archive.
func Run(t *testing.T, open Opener) {
	for _, test := range []struct {
		name string
		run  func(*bench)
	}{
		{"items come back as committed", itemsComeBack},
		{"one article under many addresses", manyAddresses},
		{"one article of two sources", twoSources},
		{"edits become revisions", edits},
		{"partial items are completed", partial},
		{"withdrawn items return under their id", withdrawal},
		{"a relaunch keeps ids", relaunch},
		{"a relaunch is met from both sides", metFromBothSides},
		{"an address becomes another article's", addressReused},
		{"repeated headlines are several items", repeatedHeadlines},
		{"a backfill pushes nothing out", backfill},
		{"one story on several sources", stories},
		{"sources are claimed by host", claims},
		{"who lost a claim stores nothing", fences},
		{"due times outlive a restart", restart},
		{"pages and validators", pages},
		{"visits and health", visits},
		{"marks outlive a restart", marks},
		{"saved searches outlive a restart", searches},
		{"subscribers outlive a restart", subscribers},
		{"generation and subscribers", generation},
		{"what a commit does not touch is unchanged", untouched},
		{"paging by Seq misses nothing", paging},
		{"values that hardly meet", hardlyMeeting},
		{"a commit returns when it is there", manyAtOnce},
		{"a flood is held until it is released", floods},
		{"what is past its age is removed within bounds", aging},
		{"an export is complete", exports},
		{"unknown things are not found", unknown},
		{"what is asked of an ended context", endedContext},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(newBench(t, open)) })
	}
	for seed := range seeds() {
		t.Run(fmt.Sprintf("against a plain map, seed %d", seed), func(t *testing.T) { Property(t, open, seed, 300) })
	}
}

// A bench is an archive under test, with its clock.
type bench struct {
	testing.TB
	Store
	open Opener
	dir  string
	now  time.Time
	ctx  context.Context
}

func newBench(t testing.TB, open Opener) *bench {
	b := &bench{TB: t, open: open, dir: t.TempDir(), now: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC), ctx: context.Background()}
	b.Store = open(t, b.dir, b.clock)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bench) clock() time.Time { return b.now }

func (b *bench) reopen() {
	b.Helper()
	if err := b.Close(); err != nil {
		b.Fatal(err)
	}
	b.Store = b.open(b.TB, b.dir, b.clock)
}

func (b *bench) commit(source string, drafts ...news.Draft) news.Committed {
	b.Helper()
	return b.report(news.Report{Visit: news.Visit{Source: source, Started: b.now, Health: news.OK}, Drafts: drafts})
}

func (b *bench) report(r news.Report) news.Committed {
	b.Helper()
	c, err := b.Commit(b.ctx, r)
	if err != nil || len(c) != 1 {
		b.Fatalf("Commit = %+v, %v", c, err)
	}
	return c[0]
}

// only wants a commit to have done exactly this.
func (b *bench) only(got news.Committed, added, edited, withdrawn int) {
	b.Helper()
	if len(got.Added) != added || len(got.Edited) != edited || len(got.Withdrawn) != withdrawn {
		b.Fatalf("Commit = %+v, want %d added, %d edited, %d withdrawn", got, added, edited, withdrawn)
	}
}

func (b *bench) item(id string) news.Item {
	b.Helper()
	it, err := b.Item(b.ctx, id)
	if err != nil {
		b.Fatal(err)
	}
	return it
}

func (b *bench) items(q news.Query) []news.Item {
	b.Helper()
	items, err := b.Items(b.ctx, q)
	if err != nil {
		b.Fatalf("Items(%+v): %v", q, err)
	}
	return items
}

func ids(items []news.Item) (out []string) {
	for _, it := range items {
		out = append(out, it.ID)
	}
	return out
}

// draft is a complete item on a page.
func draft(url, headline, body string) news.Draft {
	return news.Draft{
		Canonical: news.Canonical(url),
		Item:      news.Item{URL: url, Headline: headline, BodyText: body, Published: Day("2026-03-01"), Language: "de"},
	}
}

// Day is a moment of which a page printed the day, in Central Europe.
func Day(day string) news.Moment {
	t, err := time.ParseInLocation(time.DateOnly, day, time.FixedZone("", 3600))
	if err != nil {
		panic(err)
	}
	return news.Moment{Time: t, Precision: news.Day}
}

// long is a text long enough to be recognised; each n is another one.
func long(n int) string {
	words := []string{"Die", "Stadt", "baut", "im", "Herbst", "eine", "neue", "Brücke", "über", "den", "Fluss", "und", "sperrt", "dafür", "zwei", "Straßen"}
	text := ""
	for i := range 60 {
		text += fmt.Sprintf("%s%d ", words[(i*7+n)%len(words)], (i*i+n*31)%97)
	}
	return text
}

func term(f news.Facet, value string) [][]news.Term {
	return [][]news.Term{{{Facet: f, Value: value}}}
}

func itemsComeBack(b *bench) {
	d := draft("https://www.kassel.example/tiktok.php", "Neuer Auftritt bei TikTok", "Größere Straßen.")
	d.Item.Place, d.Item.Kicker, d.Item.Teaser, d.Item.Byline = "Kassel", "Kassel", "Die Stadt bespielt …", "sib"
	d.Item.BodyHTML, d.Item.Image, d.Item.ImageCredit = "<p>Größere Straßen.</p>", "https://kassel.example/a.jpg", "wer/123rf.com"
	d.Item.Tags, d.Item.Assigned = []string{"Social Media", "Kassel", "Verkehr"}, []string{"Verkehr"}
	d.Item.Attachments = []news.Attachment{{URL: "https://kassel.example/a.pdf", Title: "Plan", Type: "application/pdf", Length: 12}, {URL: "https://kassel.example/b.pdf"}}
	d.Item.Updated = news.Moment{Time: time.Date(2026, 3, 1, 15, 4, 0, 0, time.FixedZone("", 3600)), Precision: news.Minute}
	d.Item.NoIndex = true
	got := b.commit("kassel", d)
	b.only(got, 1, 0, 0)
	want := d.Item
	want.ID, want.Seq, want.Sources = news.MintID(d.Canonical), got.Seq, []string{"kassel"}
	want.FirstSeen, want.Changed, want.Shown = b.now, b.now, time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC)
	for range 2 {
		equal(b, "Item", b.item(want.ID), want)
		equal(b, "Items", b.items(news.Query{})[0], want)
		b.reopen()
	}
	head := b.items(news.Query{Heads: true})[0]
	head.BodyText, head.BodyHTML = want.BodyText, want.BodyHTML
	equal(b, "Items with Heads", head, want)
	none := d
	none.Canonical, none.Item.URL, none.Item.NoArchive = "https://kassel.example/geheim", "https://kassel.example/geheim", true
	none.Item.Headline = "Ohne Abschrift"
	kept := b.item(b.commit("kassel", none).Added[0])
	if kept.BodyText != "" || kept.BodyHTML != "" || kept.Teaser == "" {
		b.Errorf("body of a page that asked for no copies: %+v", kept)
	}
}

func equal(b testing.TB, what string, got, want news.Item) {
	b.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		b.Errorf("%s =\n%s\nwant\n%s", what, g, w)
	}
}

func manyAddresses(b *bench) {
	first := b.commit("town", draft("http://www.Town.example/a/", "Brücke gesperrt", long(1)))
	b.only(first, 1, 0, 0)
	for _, url := range []string{
		"https://town.example/a", "http://town.example:80/a/?utm_source=rss", "https://www.town.example/a;jsessionid=8F1C2?fbclid=x#top", "https://town.example/b/../a",
	} {
		b.only(b.commit("town", draft(url, "Brücke gesperrt", long(1))), 0, 0, 0)
	}
	d := draft("https://town.example/neu/a", "Brücke gesperrt", long(1))
	d.Aliases = []string{"https://town.example/a"} // a redirect
	b.only(b.commit("town", d), 0, 0, 0)
	known, err := b.Known(b.ctx, []string{"https://town.example/a", "https://town.example/neu/a", "https://town.example/x"})
	if err != nil || len(known) != 2 || known["https://town.example/a"].ID != first.Added[0] || known["https://town.example/neu/a"].ID != first.Added[0] {
		b.Errorf("Known = %+v, %v, want both addresses of %s", known, err, first.Added[0])
	}
	other := draft("https://town.example/c", "Ganz anderes Thema heute", long(2))
	other.Aliases = []string{"https://town.example/a"} // a careless rel=canonical
	b.only(b.commit("town", other), 1, 0, 0)
}

func twoSources(b *bench) {
	d := draft("https://town.example/a", "Brücke gesperrt", long(1))
	id := b.commit("town", d).Added[0]
	d.Item.Tags = []string{"Landkreis"}
	b.only(b.commit("county", d), 0, 0, 0)
	it := b.item(id)
	if !slices.Equal(it.Sources, []string{"town", "county"}) || !slices.Equal(it.Tags, []string{"Landkreis"}) {
		b.Errorf("item of two sources: %+v", it)
	}
	for _, source := range it.Sources {
		if got := b.items(news.Query{All: term(news.Source, source)}); len(got) != 1 {
			b.Errorf("source %s lists %v, want the item", source, ids(got))
		}
	}
	d.Item.Tags = nil
	b.only(b.commit("town", d), 0, 0, 0)
	d.Item.Headline = "Anders ausgelesen"
	b.only(b.commit("county", d), 0, 0, 0)
	if it := b.item(id); it.Headline != "Brücke gesperrt" {
		b.Errorf("the second source rewrote the item: %+v", it)
	}
}

func edits(b *bench) {
	d := draft("https://town.example/a", "Brücke gesperrt", "Bis Mai.")
	id := b.commit("town", d).Added[0]
	b.now = b.now.Add(time.Hour)
	d.Item.BodyText = "Bis  Mai.\n"
	b.only(b.commit("town", d), 0, 0, 0)
	if it := b.item(id); !it.Updated.IsZero() || it.Revisions != 0 {
		b.Errorf("white space counted as an edit: %+v", it)
	}
	for i, text := range []string{"Bis Juni.", "Bis Juli."} {
		b.now = b.now.Add(time.Hour)
		d.Item.BodyText = text
		b.only(b.commit("town", d), 0, 1, 0)
		it := b.item(id)
		if !it.Updated.Time.Equal(b.now) || !it.Changed.Equal(b.now) || it.Revisions != i+1 || it.BodyText != text {
			b.Errorf("after edit %d: %+v", i+1, it)
		}
	}
	b.now = b.now.Add(time.Hour)
	d.Item.Updated = news.Moment{Time: b.now.Add(-time.Minute), Precision: news.Second}
	d.Item.Headline = "Brücke wieder frei"
	b.only(b.commit("town", d), 0, 1, 0)
	if it := b.item(id); !it.Updated.Time.Equal(b.now.Add(-time.Minute)) {
		b.Errorf("Updated = %v, want what the page says", it.Updated)
	}
	was := b.item(id)
	reread := d
	reread.Reread, reread.Item.Byline, reread.Item.Updated = true, "sib", news.Moment{}
	b.only(b.commit("town", reread), 0, 1, 0)
	if it := b.item(id); it.Byline != "sib" || it.Revisions != 3 || !it.Updated.Equal(was.Updated) || !it.Changed.Equal(was.Changed) {
		b.Errorf("an item that changed rules correct: %+v", it)
	}
	rs, err := b.Revisions(b.ctx, id)
	if err != nil || len(rs) != 3 {
		b.Fatalf("Revisions = %+v, %v, want 3", rs, err)
	}
	for i, want := range []struct{ field, body string }{{"body", "Bis Mai."}, {"body", "Bis Juni."}, {"headline", "Bis Juli."}} {
		if r := rs[i]; r.Number != i+1 || !slices.Equal(r.Fields, []string{want.field}) || news.Squash(r.Item.BodyText) != want.body || r.Item.ID != id {
			b.Errorf("revision %d = %+v, want %+v", i+1, r, want)
		}
	}
	if !rs[0].Seen.Before(rs[1].Seen) {
		b.Errorf("revisions seen at %v and %v", rs[0].Seen, rs[1].Seen)
	}
}

func partial(b *bench) {
	d := draft("https://town.example/a", "Brücke gesperrt", "")
	d.Item.Partial, d.Item.Teaser = true, "Kurz."
	id := b.commit("town", d).Added[0]
	b.only(b.commit("town", d), 0, 0, 0)
	full := draft("https://town.example/a", "Brücke gesperrt", "Der ganze Text.")
	done := b.commit("town", full)
	if b.only(done, 0, 0, 0); !slices.Equal(done.Completed, []string{id}) {
		b.Errorf("Completed = %v, want %s", done.Completed, id)
	}
	it := b.item(id)
	if it.Partial || it.BodyText == "" || it.Revisions != 0 || !it.Updated.IsZero() {
		b.Errorf("completed item: %+v", it)
	}
	d.Item.Headline = "Brücke gesp…"
	b.only(b.commit("town", d), 0, 0, 0)
	equal(b, "complete item after a partial draft", b.item(id), it)
}

func withdrawal(b *bench) {
	d := draft("https://town.example/a", "Brücke gesperrt", long(1))
	id := b.commit("town", d).Added[0]
	gone := news.Draft{Canonical: d.Canonical, Withdrawn: true}
	b.only(b.commit("town", gone), 0, 0, 1)
	b.only(b.commit("town", gone), 0, 0, 0)
	b.only(b.commit("town", news.Draft{Canonical: "https://town.example/nie", Withdrawn: true}), 0, 0, 0)
	if it := b.item(id); !it.Withdrawn.Equal(b.now) || it.Headline == "" || it.BodyText == "" {
		b.Errorf("tombstone: %+v", it)
	}
	if got := b.items(news.Query{}); len(got) != 0 {
		b.Errorf("a withdrawn item is listed: %v", ids(got))
	}
	if got := b.items(news.Query{Withdrawn: true}); len(got) != 1 {
		b.Errorf("Withdrawn: %v, want the tombstone", ids(got))
	}
	if counts, err := b.Counts(b.ctx, news.Source); err != nil || len(counts) != 0 {
		b.Errorf("Counts with a tombstone only = %+v, %v", counts, err)
	}
	b.only(b.commit("town", d), 0, 1, 0)
	if it := b.item(id); !it.Withdrawn.IsZero() || it.Revisions != 0 {
		b.Errorf("returned item: %+v", it)
	}
}

func relaunch(b *bench) {
	var before []string
	for i := range 12 {
		d := draft(fmt.Sprintf("http://alt.example/index.php?id=%d", i), fmt.Sprintf("Meldung Nummer %d der Stadt", i), long(i))
		before = append(before, b.commit("town", d).Added...)
	}
	b.now = b.now.Add(24 * time.Hour)
	var drafts []news.Draft
	for i := range 12 {
		drafts = append(drafts, draft(fmt.Sprintf("https://neu.example/aktuelles/meldung-%d", i), fmt.Sprintf("Meldung Nummer %d der Stadt", i), long(i)+" Mehr dazu."))
	}
	got := b.commit("town", drafts...)
	if len(got.Added) != 0 || got.Renamed != 12 {
		b.Fatalf("Commit after the relaunch = %+v, want 12 renamed", got)
	}
	for i, id := range before {
		if it := b.item(id); it.URL != drafts[i].Item.URL {
			b.Errorf("URL of item %d = %s, want the new one", i, it.URL)
		}
	}
	known, err := b.Known(b.ctx, []string{news.Canonical("http://alt.example/index.php?id=3"), drafts[3].Canonical})
	if err != nil || len(known) != 2 {
		b.Errorf("Known by old and new address = %+v, %v", known, err)
	}
	b.only(b.commit("town", drafts...), 0, 0, 0)
	if v, err := b.Visits(b.ctx, "town", 2); err != nil || v[1].Renamed != 12 || v[0].Renamed != 0 {
		b.Errorf("Visits = %+v, %v, want the relaunch told with its count", v, err)
	}
}

// metFromBothSides: one visit finds an article on the new listing and is led
// to it from the old address as well, when that is looked at again. In either
// order it is one item, moved once.
func metFromBothSides(b *bench) {
	for i, order := range [][]int{{0, 1}, {1, 0}} {
		url := fmt.Sprintf("https://town.example/alt/%d", i)
		headline := fmt.Sprintf("Brücke Nummer %d gesperrt bis Mai", i)
		id := b.commit("town", draft(url, headline, long(i))).Added[0]
		b.now = b.now.Add(24 * time.Hour)
		listed := draft(fmt.Sprintf("https://town.example/neu/%d", i), headline, long(i))
		again := draft(url, headline, long(i))
		again.Aliases = []string{listed.Canonical}
		drafts := []news.Draft{listed, again}
		got := b.commit("town", drafts[order[0]], drafts[order[1]])
		b.only(got, 0, 0, 0)
		if got.Renamed != 1 {
			b.Errorf("order %v: %d renamed, want 1", order, got.Renamed)
		}
		known, err := b.Known(b.ctx, []string{news.Canonical(url), listed.Canonical})
		if err != nil || known[news.Canonical(url)].ID != id || known[listed.Canonical].ID != id {
			b.Errorf("order %v: Known = %+v, %v, want both addresses of %s", order, known, err, id)
		}
	}
	if got := b.items(news.Query{}); len(got) != 2 {
		b.Errorf("the archive holds %d items, want 2", len(got))
	}
}

// addressReused: after a relaunch the town numbers its articles anew.
func addressReused(b *bench) {
	old := b.commit("town", draft("https://town.example/news/5", "Brücke gesperrt bis Mai", long(1))).Added[0]
	b.now = b.now.Add(24 * time.Hour)
	moved := draft("https://town.example/archiv/bruecke", "Brücke gesperrt bis Mai", long(1))
	if got := b.commit("town", moved); got.Renamed != 1 {
		b.Fatalf("Commit of the moved article = %+v, want it recognised", got)
	}
	other := draft("https://town.example/news/5", "Neue Leiterin im Museum", long(2))
	got := b.commit("town", other)
	b.only(got, 1, 0, 0)
	b.reopen()
	if it := b.item(old); it.Headline != moved.Item.Headline || it.URL != moved.Item.URL {
		b.Errorf("the old id leads to %+v", it)
	}
	if it := b.item(got.Added[0]); it.ID == old || it.Headline != other.Item.Headline {
		b.Errorf("the new id leads to %+v", it)
	}
	known, err := b.Known(b.ctx, []string{other.Canonical, moved.Canonical})
	if err != nil || known[other.Canonical].ID != got.Added[0] || known[moved.Canonical].ID != old {
		b.Errorf("Known = %+v, %v", known, err)
	}
	b.only(b.commit("town", moved, other), 0, 0, 0)
}

func repeatedHeadlines(b *bench) {
	a, c := draft("https://town.example/1", "Straßensperrung", long(1)), draft("https://town.example/2", "Straßensperrung", long(2))
	b.only(b.commit("town", a), 1, 0, 0)
	b.only(b.commit("town", c), 1, 0, 0)
	later := draft("https://town.example/3", "Straßensperrung", long(1))
	later.Item.Published = Day("2026-03-02")
	b.only(b.commit("town", later), 1, 0, 0)
}

func backfill(b *bench) {
	var drafts []news.Draft
	for i := range 60 {
		d := draft(fmt.Sprintf("https://town.example/alt/%d", i), fmt.Sprintf("Alte Meldung %d aus dem Archiv", i), long(i))
		d.Item.Published = Day(fmt.Sprintf("2025-%02d-01", i%12+1))
		if i%10 == 0 {
			d.Item.Published = news.Moment{}
		}
		d.Backfill, d.Position = true, i
		drafts = append(drafts, d)
	}
	fresh := b.commit("town", draft("https://town.example/neu", "Neue Meldung von heute", long(99))).Added[0]
	b.only(b.commit("town", drafts...), 60, 0, 0)
	all := b.items(news.Query{})
	if all[0].ID != fresh {
		b.Errorf("newest = %s, want the one of today", all[0].Headline)
	}
	for _, it := range all[1:] {
		if it.FirstSeen.After(b.now.Add(-48 * time.Hour)) {
			b.Errorf("%s counts as seen at %v", it.Headline, it.FirstSeen)
		}
		if !it.Backfilled {
			b.Errorf("%s is news", it.Headline)
		}
	}
	edited := drafts[3]
	edited.Backfill, edited.Item.BodyText = false, edited.Item.BodyText+" Nachtrag."
	b.only(b.commit("town", edited), 0, 1, 0)
	for _, it := range b.items(news.Query{}) {
		if it.Backfilled != (it.ID != fresh) {
			b.Errorf("after an edit %s is news: %v", it.Headline, !it.Backfilled)
		}
	}
	if !slices.IsSortedFunc(all, func(x, y news.Item) int { return y.Shown.Compare(x.Shown) }) {
		b.Error("items are not in the order of Shown")
	}
}

func stories(b *bench) {
	first := b.commit("town", draft("https://town.example/a", "Neue Brücke über den Fluss", long(1))).Added[0]
	b.now = b.now.Add(time.Hour)
	second := b.commit("county", draft("https://county.example/b", "Neue Brücke über den Fluss", long(1)+" (Quelle: Stadt)")).Added[0]
	third := b.commit("paper", draft("https://paper.example/x", "Fluss bekommt eine Brücke", long(1)+" Mehr in der Zeitung.")).Added[0]
	if it := b.item(third); it.Story != first {
		b.Errorf("Story under another headline = %q, want %s", it.Story, first)
	}
	other := b.commit("county", draft("https://county.example/c", "Haushalt beschlossen", long(2))).Added[0]
	if it := b.item(second); it.Story != first {
		b.Errorf("Story = %q, want %s", it.Story, first)
	}
	for id, want := range map[string][]string{first: {third, second}, second: {third, first}, other: nil} {
		if got, err := b.AlsoReported(b.ctx, id); err != nil || !slices.Equal(ids(got), want) {
			b.Errorf("AlsoReported(%s) = %v, %v, want %v", id, ids(got), err, want)
		}
	}
	if got := b.items(news.Query{Stories: true}); len(got) != 2 || slices.Contains(ids(got), second) {
		b.Errorf("Stories: %v, want %s and %s", ids(got), first, other)
	}
	if got := b.items(news.Query{Stories: true, All: term(news.Source, "county")}); len(got) != 2 {
		b.Errorf("Stories of the county alone: %v, want both", ids(got))
	}
	late := draft("https://paper.example/y", "Haushalt: Rat sagt ja", "")
	late.Item.Partial = true
	completed := b.commit("paper", late).Added[0]
	late.Item.Partial, late.Item.BodyText = false, long(2)+" Kommentar."
	b.commit("paper", late)
	if it := b.item(completed); it.Story != other {
		b.Errorf("Story of a completed item = %q, want %s", it.Story, other)
	}
	b.commit("town", news.Draft{Canonical: "https://town.example/a", Withdrawn: true})
	if got := b.items(news.Query{Stories: true}); slices.Contains(ids(got), second) == slices.Contains(ids(got), third) {
		b.Errorf("a story is lost with its first report: %v", ids(got))
	}
	if got := b.items(news.Query{Stories: true, Not: term(news.Source, "town")[0]}); slices.Contains(ids(got), second) == slices.Contains(ids(got), third) {
		b.Errorf("two repeats of one story: %v, want one of them", ids(got))
	}
}

// seeds is how many random histories are tried: two, in CI four, with -short
// one, with STADTFEED_NIGHTLY=1 many.
func seeds() uint64 {
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		return 100
	}
	if os.Getenv("CI") != "" {
		return 4
	}
	if testing.Short() {
		return 1
	}
	return 2
}
