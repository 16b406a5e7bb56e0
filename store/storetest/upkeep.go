package storetest

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// visited is a report of a good visit of town, with so many items from a number
// on, published on a day, their pages among it.
func (b *bench) visited(from, n int, day string) news.Report {
	r := news.Report{
		Visit: news.Visit{Source: "town", Started: b.now, Health: news.OK, Entries: n},
		State: news.SourceState{
			Name:        "town",
			Host:        "town.example",
			URL:         "https://town.example/",
			Due:         b.now.Add(time.Hour),
			LastSuccess: b.now,
		},
	}
	for i := from; i < from+n; i++ {
		d := draft(fmt.Sprintf("https://town.example/%d", i), fmt.Sprintf("Meldung Nummer %d", i),
			fmt.Sprintf("Der Text der Meldung %d.", i))
		d.Item.Published, d.Item.Tags, d.Item.Place = Day(day), []string{fmt.Sprintf("Amt %d", i%3)}, "Kassel"
		r.Drafts = append(r.Drafts, d)
		r.Pages = append(r.Pages, news.PageState{
			URL:       d.Item.URL,
			Source:    "town",
			Status:    200,
			Fetched:   b.now,
			FirstSeen: b.now,
			ETag:      fmt.Sprintf(`"%d"`, i),
		})
		r.Raw = append(r.Raw, news.RawPage{URL: d.Item.URL, ContentType: "text/html", Fetched: b.now, Body: []byte(d.Item.BodyText)})
	}
	return r
}

func (b *bench) sound(what string) news.Verdict {
	b.Helper()
	v, err := b.Verify(b.ctx)
	if err != nil {
		b.Errorf("%s: Verify: %v", what, err)
	}
	return v
}

// floods: old news that arrive at once are kept back, counted at their source,
// and appear at their dates once they are released.
func floods(b *bench) {
	b.report(b.visited(0, 12, "2026-03-01"))
	b.now = b.now.Add(time.Hour)
	if c := b.report(b.visited(100, 15, "2025-05-01")); len(c.Added) != 0 || c.Held != 15 {
		b.Fatalf("a flood: %+v, want 15 held", c)
	}
	if held, err := b.Held(b.ctx, "town"); err != nil || len(held) != 15 {
		b.Fatalf("Held = %d drafts, %v, want 15", len(held), err)
	}
	if st, err := b.SourceState(b.ctx, "town"); err != nil || st.Held != 15 || st.Items != 12 {
		b.Errorf("the source has %d items and %d held, %v, want 12 and 15", st.Items, st.Held, err)
	}
	if known, err := b.Known(b.ctx, []string{"https://town.example/100"}); err != nil || len(known) != 1 {
		b.Errorf("a held draft is not known: %v, %v", known, err)
	}
	if none, err := b.ReleaseHeld(b.ctx, "other"); err != nil || len(none.Added) != 0 {
		b.Errorf("releasing another source's: %+v, %v", none, err)
	}
	if c, err := b.ReleaseHeld(b.ctx, "town"); err != nil || len(c.Added) != 15 {
		b.Fatalf("ReleaseHeld = %+v, %v, want 15 added", c, err)
	}
	newest := b.items(news.Query{Limit: 12, Heads: true})
	for _, it := range newest {
		if it.Shown.Year() != 2026 {
			b.Errorf("a released item of %s stands among the newest", it.Shown)
		}
	}
	if held, err := b.Held(b.ctx, ""); err != nil || len(held) != 0 {
		b.Errorf("after the release %d are held, %v", len(held), err)
	}
	if st, err := b.SourceState(b.ctx, "town"); err != nil || st.Held != 0 || st.Items != 27 {
		b.Errorf("after the release the source has %d items and %d held, %v, want 27 and none", st.Items, st.Held, err)
	}
	b.sound("after the release")
}

// aging: one upkeep removes a tenth of what is past its age, another a day later
// the rest; a removed item does not come back as news, and its page is gone.
func aging(b *bench) {
	old := b.visited(0, 40, "2024-03-01")
	b.report(old)
	b.report(b.visited(100, 60, "2026-03-01"))
	edited := draft("https://town.example/100", "Meldung Nummer 100", "Ein anderer Text.")
	for i := range 4 {
		b.now = b.now.Add(time.Minute)
		edited.Item.BodyText = strings.Repeat("Ein ganz anderer Text. ", i+1)
		b.commit("town", edited)
	}
	r := news.Retention{Items: 365 * 24 * time.Hour, Revisions: 2}
	p, err := b.Prune(b.ctx, r)
	want := news.Pruned{Items: 10, Revisions: 2, Held: []news.Deletion{{Kind: "items", Records: 30}}}
	if err != nil || !reflect.DeepEqual(p, want) {
		b.Fatalf("Prune = %+v, %v, want %+v", p, err, want)
	}
	if again, err := b.Prune(b.ctx, r); err != nil || again.Items != 0 {
		b.Errorf("Prune on the same day = %+v, %v, want no more items", again, err)
	}
	held, err := b.HeldDeletions(b.ctx)
	if err != nil || len(held) != 1 || held[0].Kind != "items" || held[0].Records != 30 {
		b.Errorf("HeldDeletions = %+v, %v, want 30 items", held, err)
	}
	b.sound("after the first upkeep")
	if n, err := b.ReleaseDeletions(b.ctx); err != nil || n != 30 {
		b.Errorf("ReleaseDeletions = %d, %v, want 30", n, err)
	}
	if left := b.items(news.Query{Heads: true}); len(left) != 60 {
		b.Errorf("%d items are left, want 60", len(left))
	}
	b.now = b.now.Add(time.Hour)
	if c := b.report(old); len(c.Added) != 0 {
		b.Errorf("removed items came back as news: %+v", c)
	}
	b.now = b.now.Add(30 * 24 * time.Hour)
	pages := news.Retention{Pages: 24 * time.Hour}
	if p, err = b.Prune(b.ctx, pages); err != nil || p.Pages != 10 {
		b.Errorf("Prune of pages = %+v, %v, want a tenth of 100", p, err)
	}
	b.now = b.now.Add(24 * time.Hour)
	if p, err = b.Prune(b.ctx, pages); err != nil || p.Pages != 90 || len(p.Held) != 0 {
		b.Errorf("Prune of pages a day later = %+v, %v, want the other 90", p, err)
	}
	for page, err := range b.RawPages(b.ctx, "town") {
		b.Errorf("a page is left: %s, %v", page.URL, err)
	}
	b.sound("at the end")
}

// exports: what an archive exports is the same after an import into another,
// which then behaves as the first would.
func exports(b *bench) {
	if err := b.Register(b.ctx, []news.SourceState{{Name: "town", Host: "town.example", Due: b.now}}); err != nil {
		b.Fatal(err)
	}
	b.report(b.visited(0, 30, "2026-03-01"))
	spelled := draft("https://town.example/tag", "Andere Schreibung", "Text")
	spelled.Item.Tags = []string{"AMT 1"}
	b.commit("town", spelled)
	change := b.visited(0, 5, "2026-03-01")
	change.Change = &news.HealthChange{Source: "town", At: b.now, From: news.OK, To: news.Broken}
	b.now = b.now.Add(time.Hour)
	change.Drafts[0].Item.BodyText += " Nachtrag: Alles ist anders als gemeldet."
	b.report(change)
	b.report(b.visited(500, 15, "2025-05-01")) // held
	b.report(news.Report{Drafts: []news.Draft{{Canonical: "https://town.example/7", Withdrawn: true}}})
	if err := b.SetMarks(b.ctx, map[string]uint64{"webhook/told": 1, "upkeep/backup": 99}); err != nil {
		b.Fatal(err)
	}
	if err := b.SaveSearch(b.ctx, news.SavedSearch{ID: fmt.Sprintf("%064x", 7), Text: "radweg", Made: b.now}); err != nil {
		b.Fatal(err)
	}
	if err := b.SaveSubscriber(b.ctx, news.Subscriber{ID: "ID7", Mailbox: "mia@reader.example", Page: "/all", Asked: b.now}); err != nil {
		b.Fatal(err)
	}
	var first, second bytes.Buffer
	if err := b.Export(b.ctx, &first, true); err != nil {
		b.Fatal(err)
	}
	other := newBench(b.TB, b.open)
	other.now = b.now
	if n, err := other.Import(b.ctx, bytes.NewReader(first.Bytes()), false); err != nil || n != 31 {
		b.Fatalf("Import = %d, %v, want 31 items", n, err)
	}
	if err := other.Export(b.ctx, &second, true); err != nil {
		b.Fatal(err)
	}
	if got, want := second.String(), first.String(); got != want {
		b.Errorf("the export of an import differs: %s", firstDifference(got, want))
	}
	other.sound("after the import")
	if got, want := other.Generation(), b.Generation(); got != want {
		b.Errorf("the generation is %d, want %d", got, want)
	}
	for _, q := range []news.Query{
		{},
		{BySeq: true, Withdrawn: true},
		{All: [][]news.Term{{{Facet: news.Tag, Value: "amt-1"}}}},
		{All: [][]news.Term{{{Facet: news.Word, Value: "nachtrag"}}}},
	} {
		if got, want := other.items(q), b.items(q); !reflect.DeepEqual(got, want) {
			b.Errorf("%+v: %d items, want the same %d", q, len(got), len(want))
		}
	}
	if c := other.report(change); len(c.Added)+len(c.Edited) != 0 {
		b.Errorf("after the import the same visit is %+v", c)
	}
	if _, err := other.Import(b.ctx, &first, false); err == nil {
		b.Error("Import into an archive with items was not refused")
	}
}

// firstDifference is the first line in which two texts differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n got %.400s\nwant %.400s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}
