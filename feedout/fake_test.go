package feedout

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A fakeArchive is an archive as the interfaces describe it: a slice of items
// and news.Query.Matches.
type fakeArchive struct {
	mu         sync.Mutex
	items      []news.Item
	revisions  map[string][]news.Revision
	states     []news.SourceState
	visits     []news.Visit
	changes    []news.HealthChange
	generation atomic.Uint64
	reads      atomic.Int64
	subscriber func(news.Committed)
	wait       chan struct{} // if set, Items waits for it
	away       atomic.Bool   // it cannot be asked
}

// Changed is the generation itself: nothing is known of what changed.
func (f *fakeArchive) Changed(news.Query) uint64 { return f.generation.Load() }

func (f *fakeArchive) Items(ctx context.Context, q news.Query) ([]news.Item, error) {
	f.reads.Add(1)
	if f.wait != nil {
		<-f.wait
	}
	if f.away.Load() {
		return nil, news.ErrUnwritable
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []news.Item
	for _, it := range f.items {
		if q.Matches(it) && (q.Before == 0 || it.Seq < q.Before) && it.Seq > q.After {
			if q.Heads {
				it.BodyHTML, it.BodyText = "", ""
			}
			out = append(out, it)
		}
	}
	slices.SortFunc(out, func(a, b news.Item) int {
		switch {
		case q.BySeq || q.After > 0:
			return int(int64(a.Seq) - int64(b.Seq))
		case q.Before > 0:
			return int(int64(b.Seq) - int64(a.Seq))
		}
		return newestFirst(a, b)
	})
	if q.Limit > 0 && len(out) > q.Limit {
		out = out[:q.Limit]
	}
	return out, ctx.Err()
}

func (f *fakeArchive) Item(_ context.Context, id string) (news.Item, error) {
	f.reads.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, it := range f.items {
		if it.ID == id {
			return it, nil
		}
	}
	return news.Item{}, fmt.Errorf("item %s: %w", id, news.ErrNotFound)
}

func (f *fakeArchive) Revisions(_ context.Context, id string) ([]news.Revision, error) {
	return f.revisions[id], nil
}

func (f *fakeArchive) AlsoReported(_ context.Context, id string) ([]news.Item, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []news.Item
	for _, it := range f.items {
		if it.Story == id {
			out = append(out, it)
		}
	}
	return out, nil
}

func (f *fakeArchive) Counts(_ context.Context, facet news.Facet) ([]news.Count, error) {
	f.reads.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []news.Count
	add := func(name, slug string) {
		for i := range list {
			if list[i].Slug == slug {
				list[i].Items++
				return
			}
		}
		list = append(list, news.Count{Name: name, Slug: slug, Items: 1})
	}
	for _, it := range f.items {
		switch facet {
		case news.Tag:
			for _, t := range it.Tags {
				add(t, news.Slug(t))
			}
		case news.Place:
			if it.Place != "" {
				add(it.Place, news.Slug(it.Place))
			}
		case news.Source:
			for _, s := range it.Sources {
				add(s, s)
			}
		}
	}
	return list, nil
}

func (f *fakeArchive) Days(_ context.Context, q news.Query, loc *time.Location) ([]news.DayCount, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	days := map[string]int{}
	for _, it := range f.items {
		if q.Matches(it) {
			days[it.Shown.In(loc).Format(time.DateOnly)]++
		}
	}
	var list []news.DayCount
	for d, n := range days {
		list = append(list, news.DayCount{Day: d, Items: n})
	}
	return list, nil
}

func (f *fakeArchive) SourceChanges(context.Context, uint64) (news.SourceChanges, error) {
	return news.SourceChanges{States: slices.Clone(f.states), All: true}, nil
}

func (f *fakeArchive) Visits(_ context.Context, source string, n int) ([]news.Visit, error) {
	var list []news.Visit
	for _, v := range f.visits {
		if v.Source == source && len(list) < n {
			list = append(list, v)
		}
	}
	return list, nil
}

func (f *fakeArchive) HealthChanges(context.Context, int) ([]news.HealthChange, error) {
	return f.changes, nil
}

func (f *fakeArchive) Generation() uint64 { return f.generation.Load() }

func (f *fakeArchive) Subscribe(fn func(news.Committed)) func() {
	set := func(fn func(news.Committed)) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.subscriber = fn
	}
	set(fn)
	return func() { set(nil) }
}

func (f *fakeArchive) subscribed() func(news.Committed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.subscriber
}

// add commits items: each gets the next Seq, an id and times where it has none.
func (f *fakeArchive) add(items ...news.Item) {
	f.mu.Lock()
	var ids []string
	for _, it := range items {
		it.Seq = uint64(len(f.items) + 1)
		if it.URL == "" {
			it.URL = fmt.Sprintf("https://stadt.example/%d", it.Seq)
		}
		if it.ID == "" {
			it.ID = news.MintID(news.Canonical(it.URL))
		}
		if it.FirstSeen.IsZero() {
			it.FirstSeen = it.Shown
		}
		if it.Changed.IsZero() {
			it.Changed = it.FirstSeen
		}
		f.items = append(f.items, it)
		ids = append(ids, it.ID)
	}
	f.generation.Add(1)
	fn := f.subscriber
	f.mu.Unlock()
	if fn != nil {
		fn(news.Committed{Added: ids})
	}
}

// edit changes the item with a Seq.
func (f *fakeArchive) edit(seq uint64, change func(*news.Item)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.items[seq-1])
	f.generation.Add(1)
}

// noon is the present of the tests.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// testSite is a site with a prefix, so that every test sees that it holds.
func testSite(t testing.TB) Site {
	return Site{
		BaseURL: "https://feeds.example.org/nord", Title: "Nachrichten aus Nordhessen", Language: "de", Location: berlin(t),
		Rights: "Texte: die Herausgeber",
		Sources: []SourceInfo{
			{Name: "kassel", Title: "Stadt Kassel", URL: "https://www.kassel.example/presse", Every: 30 * time.Minute},
			{Name: "kommune21", Title: "Kommune21", URL: "https://www.kommune21.example/", Every: time.Hour},
		},
		Feeds: []SavedFeed{{Name: "digital", Title: "Digitales", Query: news.Query{All: [][]news.Term{{{Facet: news.Tag, Value: "tiktok"}, {Facet: news.Tag, Value: "social-media"}}}}}},
	}
}

// newServer is a Server over an archive at noon.
func newServer(t testing.TB, archive Archive, change ...func(*Site, *Options)) *Server {
	t.Helper()
	at, opt := testSite(t), Options{Now: func() time.Time { return noon }, Version: "1.2.3"}
	for _, c := range change {
		c(&at, &opt)
	}
	s, err := New(archive, at, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// get asks the server with headers in pairs.
func get(t testing.TB, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// sample is an archive with one of everything.
func sample(t testing.TB) *fakeArchive {
	loc := berlin(t)
	day := func(y int, m time.Month, d int) news.Moment {
		return news.Moment{Time: time.Date(y, m, d, 0, 0, 0, 0, loc), Precision: news.Day}
	}
	f := &fakeArchive{
		states: []news.SourceState{
			{Name: "kassel", Health: news.OK, Since: noon.Add(-240 * time.Hour), LastVisit: noon.Add(-20 * time.Minute), LastSuccess: noon.Add(-20 * time.Minute), LastNew: noon.Add(-3 * time.Hour), Due: noon.Add(10 * time.Minute), Items: 3},
			{Name: "kommune21", Health: news.Broken, Since: noon.Add(-5 * time.Hour), Why: "nothing new for 40 days", Helps: "look", Reasons: []news.Reason{news.Because("silent", "40", "3")}, Advice: []news.Reason{news.Because("look", "kommune21")}, Failures: 4, Items: 1},
		},
		visits: []news.Visit{{Source: "kassel", Started: noon.Add(-20 * time.Minute), Took: 340 * time.Millisecond, Health: news.OK, Entries: 12, Added: 1}},
		changes: []news.HealthChange{{
			Source: "kommune21", At: noon.Add(-5 * time.Hour), From: news.OK, To: news.Broken, Why: "nothing new for 40 days", Helps: "look",
			Reasons: []news.Reason{news.Because("silent", "40", "3")}, Advice: []news.Reason{news.Because("look", "kommune21")},
		}},
	}
	f.add(
		news.Item{
			Sources: []string{"kommune21"}, URL: "https://www.kommune21.example/meldung_1", Language: "de", Place: "Kassel", Kicker: "Kassel",
			Headline: "Neuer Auftritt bei TikTok", Published: day(2024, 6, 10), Shown: time.Date(2024, 6, 10, 10, 0, 0, 0, time.UTC), FirstSeen: time.Date(2024, 6, 10, 14, 0, 0, 0, time.UTC),
			Teaser: "Die Stadt Kassel bespielt jetzt auch TikTok.", BodyHTML: "<p>Kurze Videos &amp; mehr.</p>", BodyText: "Kurze Videos & mehr.", Byline: "sib", Tags: []string{"Social Media", "Kassel", "TikTok"},
			Image: "https://www.kommune21.example/bild.jpg", ImageCredit: "Stadt Kassel",
		},
		news.Item{
			Sources: []string{"kassel"}, URL: "https://www.kassel.example/a?x=1&y=2", Language: "de", Place: "Kassel",
			Headline: "Haushalt 2027 & Ausblick", Published: day(2026, 11, 20), Shown: time.Date(2026, 11, 20, 11, 0, 0, 0, time.UTC),
			Updated: news.Moment{Time: time.Date(2026, 11, 21, 9, 30, 0, 0, loc), Precision: news.Minute}, Changed: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
			Teaser: "Der Entwurf liegt aus.", BodyHTML: "<p>Der Entwurf liegt aus. Bürger können ihn einsehen.</p>", BodyText: "Der Entwurf liegt aus. Bürger können ihn einsehen.",
			Tags: []string{"Haushalt"}, Revisions: 1,
			Attachments: []news.Attachment{{URL: "https://www.kassel.example/plan.pdf", Title: "Haushaltsplan", Type: "application/pdf", Length: 2_400_000}, {URL: "https://www.kassel.example/anlage", Title: "Anlage"}},
		},
		news.Item{
			Sources: []string{"kassel", "kommune21"}, URL: "https://www.kassel.example/b", Language: "en", Place: "Baunatal",
			Headline: "Tram line 5 extended", Published: news.Moment{Time: time.Date(2026, 11, 22, 8, 15, 0, 0, loc), Precision: news.Minute}, Shown: time.Date(2026, 11, 22, 7, 15, 0, 0, time.UTC),
			Teaser: "From Monday.", Tags: []string{"Verkehr", "ÖPNV"}, Partial: true,
		},
		news.Item{
			Sources: []string{"kassel"}, URL: "https://www.kassel.example/c", Language: "de", Headline: "Versehentlich veröffentlicht",
			Shown: time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC), Withdrawn: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), Teaser: "Geheim.", BodyText: "Geheim.", BodyHTML: "<p>Geheim.</p>",
		},
	)
	f.revisions = map[string][]news.Revision{f.items[1].ID: {{Number: 1, Seen: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), Fields: []string{"headline", "body"}, Item: func() news.Item {
		it := f.items[1]
		it.Headline, it.BodyText = "Haushalt 2026 & Ausblick", "Der Entwurf liegt vor. Bürger dürfen ihn einsehen."
		return it
	}()}}}
	return f
}

func contains(t *testing.T, body string, wants ...string) {
	t.Helper()
	for _, w := range wants {
		if !strings.Contains(body, w) {
			t.Errorf("lacks %q in:\n%s", w, body)
		}
	}
}
