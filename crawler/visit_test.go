package crawler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

func TestVisitAsksNoMoreThanItMust(t *testing.T) {
	w := newTown(t, "c", "b", "a")
	d := newDesk(t, oneSource(w.URL))

	v := d.visit(VisitOptions{})
	if v.Added != 3 || v.Err != "" || v.Health != news.OK {
		t.Fatalf("first visit: %+v", v)
	}
	want := []string{"GET /", "GET /news/c", "GET /news/b", "GET /news/a"}
	if got := w.asked(); !slices.Equal(got, want) {
		t.Errorf("first visit asked %q, want %q", got, want)
	}

	d.pass(time.Hour)
	v = d.visit(VisitOptions{})
	if !v.Unchanged || v.Requests != 1 || v.NotModified != 1 {
		t.Errorf("second visit: %+v", v)
	}
	if got := w.asked(); !slices.Equal(got, []string{"GET / conditional"}) {
		t.Errorf("second visit asked %q", got)
	}

	w.change(func() { w.slugs = []string{"e", "d", "c", "b"} })
	d.pass(time.Hour)
	v = d.visit(VisitOptions{})
	if v.Added != 2 || v.Requests != 3 {
		t.Errorf("third visit: %+v", v)
	}
	if got := w.asked(); !slices.Equal(got, []string{"GET / conditional", "GET /news/e", "GET /news/d"}) {
		t.Errorf("third visit asked %q", got)
	}
	if got := len(d.items()); got != 5 {
		t.Errorf("%d items, want 5", got)
	}
}

func TestVisitWithoutValidatorsKnowsTheSameBytes(t *testing.T) {
	w := newTown(t, "b", "a")
	w.validators = false
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); !v.Unchanged || v.Requests != 1 || v.NotModified != 0 {
		t.Errorf("second visit: %+v", v)
	}
}

func TestLooksAgainSeeEditsAndWithdrawals(t *testing.T) {
	w := newTown(t, "d", "c", "b", "a")
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	w.asked()

	// The first look comes after three hours and is conditional.
	d.pass(3*time.Hour + time.Minute)
	v := d.visit(VisitOptions{})
	if got := w.asked(); !slices.Equal(got, []string{"GET / conditional", "GET /news/a conditional", "GET /news/b conditional", "GET /news/c conditional", "GET /news/d conditional"}) {
		t.Errorf("first look asked %q", got)
	}
	if v.Edited+v.Added+v.Withdrawn != 0 || v.NotModified != 5 {
		t.Errorf("first look: %+v", v)
	}

	w.change(func() {
		w.text["b"] = "Die Stadt teilt mit, dass die Bauarbeiten nun doch erst im Herbst beginnen. Grund ist der Mangel an Material, den auch andere Städte melden."
		w.gone["a"], w.slugs = true, []string{"d", "c", "b"}
	})
	d.pass(13 * time.Hour)
	v = d.visit(VisitOptions{})
	if v.Edited != 1 || v.Withdrawn != 0 {
		t.Errorf("second look: %+v, want one edit and nothing withdrawn yet", v)
	}
	// Gone is confirmed by a second look on another day.
	d.pass(5 * time.Hour)
	if v = d.visit(VisitOptions{}); v.Withdrawn != 0 {
		t.Errorf("withdrawn after five hours: %+v", v)
	}
	d.pass(16 * time.Hour)
	if v = d.visit(VisitOptions{}); v.Withdrawn != 1 {
		t.Errorf("not withdrawn after a day: %+v", v)
	}
	// Back on the listing, it is an item again.
	w.change(func() { w.gone["a"], w.slugs = false, []string{"d", "c", "b", "a"} })
	d.pass(24 * time.Hour)
	d.visit(VisitOptions{})
	for _, it := range d.items() {
		if !it.Withdrawn.IsZero() {
			t.Errorf("%s is still withdrawn", it.URL)
		}
	}
}

func TestLooksFallOff(t *testing.T) {
	w := newTown(t, "b", "a")
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	w.asked()
	looks := 0
	for range 200 * 4 {
		d.pass(6 * time.Hour)
		d.visit(VisitOptions{})
		for _, asked := range w.asked() {
			if asked == "GET /news/a conditional" {
				looks++
			}
		}
	}
	if looks != len(d.Relook) {
		t.Errorf("looked %d times in 200 days, want %d", looks, len(d.Relook))
	}
}

func TestEntryWithoutArticleIsCompletedLater(t *testing.T) {
	w := newTown(t, "b", "a")
	w.override["/news/a"] = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) }
	d := newDesk(t, oneSource(w.URL))
	if v := d.visit(VisitOptions{}); v.Added != 2 || v.Failed != 1 || v.Health != news.OK {
		t.Fatalf("first visit: %+v", v)
	}
	before := d.item(w.URL + "/news/a")
	if !before.Partial || before.Headline != "Meldung a aus dem Rathaus" {
		t.Errorf("from the listing: %+v", before)
	}
	w.change(func() { delete(w.override, "/news/a") })
	d.pass(2 * time.Hour)
	if v := d.visit(VisitOptions{}); v.Added+v.Edited != 0 {
		t.Errorf("completing: %+v, want neither an addition nor an edit", v)
	}
	after := d.item(w.URL + "/news/a")
	full, err := d.store.Item(t.Context(), after.ID)
	if err != nil || after.ID != before.ID || after.Partial || full.BodyText == "" {
		t.Errorf("not completed under its id: %+v %v", full, err)
	}
}

func TestEntryOfAnotherSiteIsCompletedByItsOwnSource(t *testing.T) {
	// The county lists a report of the town, whose site only the town's own
	// source reads.
	w := newTown(t, "b", "a")
	county := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(rw, strings.ReplaceAll(listingOf(3, ""), `"/news/0"`, `"`+w.URL+`/news/a"`))
	}))
	t.Cleanup(county.Close)
	d := newDesk(t, oneSource(w.URL)+"\n  - {name: landkreis, url: '"+county.URL+"/', allow_private: true, preset: none}\n")
	if _, err := d.Visit(t.Context(), []string{"landkreis"}, VisitOptions{}); err != nil {
		t.Fatal(err)
	}
	before := d.item(w.URL + "/news/a")
	if !before.Partial {
		t.Errorf("from the county's listing: %+v", before)
	}
	if _, err := d.Visit(t.Context(), []string{"musterstadt"}, VisitOptions{}); err != nil {
		t.Fatal(err)
	}
	if after := d.item(w.URL + "/news/a"); after.ID != before.ID || after.Partial || len(after.Sources) != 2 {
		t.Errorf("not completed under its id: %+v", after)
	}
}

func TestPagesAreFollowedWhileTheyBringNews(t *testing.T) {
	var slugs []string
	for i := range 20 {
		slugs = append(slugs, string(rune('t'-i)))
	}
	w := newTown(t, slugs...)
	w.perPage = 4
	d := newDesk(t, oneSource(w.URL, "    pages: 3"))
	if v := d.visit(VisitOptions{}); v.Added != 12 {
		t.Fatalf("first visit: %+v, want three pages of four", v)
	}
	w.asked()
	w.change(func() { w.slugs = append([]string{"v", "u"}, w.slugs...) })
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Added != 2 || v.Requests != 3 {
		t.Errorf("two new: %+v, want 1 + 2 requests", v)
	}
	w.change(func() { w.slugs = append([]string{"6", "5", "4", "3", "2", "1"}, w.slugs...) })
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Added != 6 || v.Requests != 1+1+6 {
		t.Errorf("six new: %+v, want two pages and six articles", v)
	}
}

// afterAWeek is a source of two pages of four whose site failed for a week and
// then has 26 articles more, dated a day, of which later pages answer as told.
func afterAWeek(t *testing.T, dated string, later http.HandlerFunc) (*town, *desk) {
	w := newTown(t, "h", "g", "f", "e", "d", "c", "b", "a")
	w.perPage = 4
	d := newDesk(t, oneSource(w.URL, "    pages: 2"))
	if v := d.visit(VisitOptions{}); v.Added != 8 {
		t.Fatalf("first visit: %+v", v)
	}
	w.change(func() {
		w.override["/"] = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) }
	})
	for range 7 {
		d.pass(24 * time.Hour)
		if v := d.visit(VisitOptions{}); v.Err == "" {
			t.Fatalf("no failure: %+v", v)
		}
	}
	w.batch(26, dated)
	w.change(func() { w.override["/"] = later })
	d.pass(24 * time.Hour)
	w.asked()
	return w, d
}

// batch lists so many more articles of a day.
func (w *town) batch(count int, dated string) {
	w.change(func() {
		for i := range count {
			slug := fmt.Sprintf("neu-%02d", i)
			w.slugs, w.dated[slug] = append([]string{slug}, w.slugs...), dated
		}
	})
}

// furtherPages is how many listing pages after the first were asked for since
// the last call of asked.
func (w *town) furtherPages() (n int) {
	for _, asked := range w.asked() {
		if strings.HasPrefix(asked, "GET /?") {
			n++
		}
	}
	return n
}

func TestNewsOfAWeekOfFailuresIsCaughtUp(t *testing.T) {
	w, d := afterAWeek(t, "2026-11-24", nil)
	if v := d.visit(VisitOptions{}); v.Added != 26 || d.state().Held != 0 {
		t.Errorf("after the failures: %+v, want all 26", v)
	}
	if got := w.furtherPages(); got != 6 {
		t.Errorf("after the failures: asked for %d further pages, want 6", got)
	}
}

// TestPagesHoldExceptAfterALongPause: what an hour or a day brings is the
// configuration's affair; when nobody looked for long, all of it is read.
func TestPagesHoldExceptAfterALongPause(t *testing.T) {
	for _, c := range []struct {
		pause time.Duration
		added int
	}{{time.Hour, 8}, {25 * time.Hour, 8}, {5 * 24 * time.Hour, 26}} {
		w := newTown(t, "h", "g", "f", "e", "d", "c", "b", "a")
		w.perPage = 4
		d := newDesk(t, oneSource(w.URL, "    pages: 2"))
		d.visit(VisitOptions{})
		w.batch(26, "2026-11-21")
		d.pass(c.pause)
		if v := d.visit(VisitOptions{}); v.Added != c.added {
			t.Errorf("26 new after %s: %d were added, want %d", c.pause, v.Added, c.added)
		}
	}
}

func TestCatchingUpGoesOnAfterAFaultAndAStop(t *testing.T) {
	var fails atomic.Bool
	var w *town
	fails.Store(true)
	w, d := afterAWeek(t, "2026-11-24", func(rw http.ResponseWriter, r *http.Request) {
		if fails.Load() && r.URL.Query().Get("page") == "4" {
			rw.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		io.WriteString(rw, w.listing(r.URL.Query().Get("page")))
	})
	if v := d.visit(VisitOptions{}); v.Added != 16 {
		t.Fatalf("after the failures: %+v, want four pages of four", v)
	}
	fails.Store(false)
	d.pass(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	w.change(func() {
		w.override["/news/neu-07"] = func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		}
	})
	if visits, err := d.Visit(ctx, nil, VisitOptions{}); !errors.Is(err, context.Canceled) || len(d.items()) != 8+16+2 {
		t.Errorf("stopped in the next visit: %+v, %v", visits, err)
	}
	w.change(func() { delete(w.override, "/news/neu-07") })
	if v := d.visit(VisitOptions{}); v.Added != 8 {
		t.Errorf("after the fault of a page and a stop: %+v, want the other eight", v)
	}
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Requests != 1 {
		t.Errorf("when all was caught up: %+v, want one request", v)
	}
}

func TestOnlyNewsIsCaughtUp(t *testing.T) {
	for _, dated := range []string{
		"2026-11-10", // a relaunch shows what was there before
		"2027-03-01", // a calendar of events
	} {
		w, d := afterAWeek(t, dated, nil)
		d.visit(VisitOptions{})
		if got := w.furtherPages(); got != 1 {
			t.Errorf("entries of %s: asked for %d further pages, want the one of the configuration", dated, got)
		}
	}
}

func TestBackfillReadsThePastOnce(t *testing.T) {
	var slugs []string
	for i := range 20 {
		slugs = append(slugs, string(rune('t'-i)))
	}
	w := newTown(t, slugs...)
	w.perPage = 4
	d := newDesk(t, oneSource(w.URL, "    pages: 1", "    backfill: 20"))
	if v := d.visit(VisitOptions{}); v.Added != 20 {
		t.Fatalf("backfill: %+v", v)
	}
	w.asked()
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Requests != 1 || !v.Unchanged {
		t.Errorf("after the backfill: %+v", v)
	}
	old := 0
	for _, it := range d.items() {
		if it.FirstSeen.Equal(it.Shown) && it.FirstSeen.Before(d.Now().Add(-2*time.Hour)) {
			old++
		}
	}
	if old != 16 {
		t.Errorf("%d items count as seen when they were published, want the 16 of the later pages", old)
	}
}

func TestBackfillByHandReadsFurther(t *testing.T) {
	w := newTown(t, "f", "e", "d", "c", "b", "a")
	w.perPage = 2
	d := newDesk(t, oneSource(w.URL, "    pages: 1"))
	d.visit(VisitOptions{})
	var told []Progress
	v := d.visit(VisitOptions{Backfill: 10, Progress: func(p Progress) { told = append(told, p) }})
	if v.Added != 4 || len(d.items()) != 6 {
		t.Errorf("backfill by hand: %+v", v)
	}
	if len(told) == 0 || !told[len(told)-1].Ended || told[0].Source != "musterstadt" {
		t.Errorf("progress %+v", told)
	}
}

func TestPermanentMoveIsFollowedAndReported(t *testing.T) {
	w := newTown(t, "b", "a")
	w.override["/"] = func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "/aktuelles/", http.StatusMovedPermanently)
	}
	w.override["/aktuelles/"] = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		io.WriteString(rw, w.listing(""))
	}
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	st := d.state()
	if st.Moved != w.URL+"/aktuelles/" || st.Health != news.OK || !strings.Contains(st.Helps, st.Moved) {
		t.Errorf("state %+v", st)
	}
	w.asked()
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	if got := w.asked(); !slices.Equal(got, []string{"GET /aktuelles/"}) {
		t.Errorf("asked %q, want the new address at once", got)
	}
	// Where the move led nowhere, the configured address is tried again.
	w.change(func() {
		w.override["/aktuelles/"] = http.NotFound
		delete(w.override, "/")
	})
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	if v := d.visit(VisitOptions{}); v.Err != "" {
		t.Errorf("not back at the configured address: %+v", v)
	}
}

func TestEmptyListingEmptiesNothing(t *testing.T) {
	w := newTown(t, "b", "a")
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	w.change(func() { w.slugs = nil })
	for i, want := range []news.Health{news.OK, news.Broken} {
		d.pass(time.Hour)
		if v := d.visit(VisitOptions{}); v.Health != want || v.Err == "" {
			t.Errorf("empty visit %d: %+v, want %s", i+1, v, want)
		}
	}
	if got := len(d.items()); got != 2 {
		t.Errorf("%d items, want both kept", got)
	}
	w.change(func() { w.slugs = []string{"c", "b", "a"} })
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Health != news.OK || v.Added != 1 {
		t.Errorf("after recovery: %+v", v)
	}
	changes, err := d.store.HealthChanges(t.Context(), 10)
	if err != nil || len(changes) != 3 {
		t.Errorf("changes of health %v, %v", changes, err)
	}
}

func TestChangedRulesReadAnUnchangedPageAnew(t *testing.T) {
	w := newTown(t, "b", "a")
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	d.configure(oneSource(w.URL, "    tags: [Rathaus]"))
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Unchanged || v.NotModified != 0 {
		t.Errorf("visit under new rules: %+v", v)
	}
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); !v.Unchanged {
		t.Errorf("the visit after it: %+v", v)
	}
}

func TestPanicEndsThatVisitOnly(t *testing.T) {
	w := newTown(t, "b", "a")
	d := newDesk(t, oneSource(w.URL))
	archive := d.Archive
	d.Archive = panicky{archive}
	if v := d.visit(VisitOptions{}); !strings.Contains(v.Err, "panic: on purpose") || v.Health != news.Broken {
		t.Errorf("visit: %+v", v)
	}
	d.Archive = archive
	if v := d.visit(VisitOptions{}); v.Err != "" || v.Added != 2 {
		t.Errorf("the visit after it: %+v", v)
	}
}

type panicky struct{ Archive }

func (panicky) Known(context.Context, []string) (map[string]news.Item, error) { panic("on purpose") }

func TestInterruptedVisitGoesOn(t *testing.T) {
	w := newTown(t, "d", "c", "b", "a")
	ctx, cancel := context.WithCancel(t.Context())
	w.override["/news/b"] = func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	d := newDesk(t, oneSource(w.URL))
	due := d.state().Due
	if _, err := d.Visit(ctx, nil, VisitOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if got := len(d.items()); got != 2 {
		t.Errorf("%d items after the interruption, want the two that were read", got)
	}
	if st := d.state(); !st.Due.Equal(due) {
		t.Errorf("due %s, want it to stay %s", st.Due, due)
	}
	w.change(func() { delete(w.override, "/news/b") })
	w.asked()
	if v := d.visit(VisitOptions{}); v.Added != 2 {
		t.Errorf("the visit after it: %+v", v)
	}
	if got := w.asked(); !slices.Equal(got, []string{"GET /", "GET /news/b", "GET /news/a"}) {
		t.Errorf("asked %q, want nothing twice", got)
	}
}

func TestListingOnly(t *testing.T) {
	w := newTown(t, "b", "a")
	d := newDesk(t, oneSource(w.URL, "    listing_only: true"))
	if v := d.visit(VisitOptions{}); v.Requests != 2 || v.Added != 2 || v.Failed != 0 {
		t.Errorf("visit: %+v", v)
	}
}

func TestUserAgentIsOursAndCollyIsNotConfiguredFromOutside(t *testing.T) {
	t.Setenv("COLLY_USER_AGENT", "somebody else")
	t.Setenv("COLLY_MAX_BODY_SIZE", "10")
	t.Setenv("COLLY_DISALLOWED_DOMAINS", "127.0.0.1")
	t.Setenv("COLLY_FOLLOW_REDIRECTS", "no")
	w := newTown(t, "b", "a")
	var agent atomic.Value
	w.override["/news/a"] = func(rw http.ResponseWriter, r *http.Request) {
		agent.Store(r.UserAgent())
		io.WriteString(rw, w.article("a"))
	}
	d := newDesk(t, oneSource(w.URL))
	if v := d.visit(VisitOptions{}); v.Err != "" || v.Added != 2 {
		t.Errorf("visit: %+v", v)
	}
	if got := agent.Load(); got != "stadtfeed/1.0 (+https://feeds.example.org/about)" {
		t.Errorf("user agent %q", got)
	}
}

func TestFetchIsPolite(t *testing.T) {
	w := newTown(t, "a")
	d := newDesk(t, oneSource(w.URL))
	page, err := d.Fetch(t.Context(), config.Source{URL: w.URL, AllowPrivate: true}, w.URL+"/news/a")
	if err != nil || !strings.Contains(string(page.Body), "Meldung a") || page.ContentType != "text/html; charset=utf-8" {
		t.Errorf("Fetch() = %+v, %v", page, err)
	}
	if _, err := d.Fetch(t.Context(), config.Source{}, w.URL+"/news/a"); FaultOf(err) != FaultPrivate {
		t.Errorf("Fetch without allow_private: %v", err)
	}
	hosts := d.Politeness()
	if len(hosts) != 1 || hosts[0].Requests != 2 || hosts[0].Robots != 1 || hosts[0].Rules == "" {
		t.Errorf("politeness %+v", hosts)
	}
}

func TestArticleThatIsStillListedIsNotWithdrawn(t *testing.T) {
	w := newTown(t, "c", "b", "a")
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	w.change(func() { w.gone["a"] = true })
	for range 10 {
		d.pass(24 * time.Hour)
		if v := d.visit(VisitOptions{}); v.Withdrawn != 0 {
			t.Fatalf("withdrawn though it is listed: %+v", v)
		}
	}
	w.change(func() { w.slugs = []string{"c", "b"} })
	d.pass(24 * time.Hour)
	d.visit(VisitOptions{})
	d.pass(24 * time.Hour)
	d.visit(VisitOptions{})
	gone := 0
	for _, it := range d.items() {
		if !it.Withdrawn.IsZero() {
			gone++
		}
	}
	if gone != 1 {
		t.Errorf("%d withdrawn once it is no longer listed, want one", gone)
	}
}
