package crawler

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// A town is a small web site with a listing and articles that a test changes
// as it goes, and a log of what it was asked.
type town struct {
	*httptest.Server

	mu         sync.Mutex
	slugs      []string          // listed articles, newest first
	perPage    int               // entries of a listing page; 0: all
	gone       map[string]bool   // articles that answer 404
	text       map[string]string // articles with a body of their own
	dated      map[string]string // articles of another day than 20 November, as 2006-01-02
	override   map[string]http.HandlerFunc
	validators bool // answer with ETag, and 304
	log        []string
}

func newTown(t testing.TB, slugs ...string) *town {
	w := &town{slugs: slugs, validators: true, gone: map[string]bool{}, text: map[string]string{}, dated: map[string]string{}, override: map[string]http.HandlerFunc{}}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

func (w *town) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	entry := r.Method + " " + r.URL.RequestURI()
	if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != "" {
		entry += " conditional"
	}
	w.log = append(w.log, entry)
	handler := w.override[r.URL.Path]
	w.mu.Unlock()
	if handler != nil {
		handler(rw, r)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	slug := strings.TrimPrefix(r.URL.Path, "/news/")
	var page string
	switch {
	case r.URL.Path == "/":
		page = w.listing(r.URL.Query().Get("page"))
	case slug != r.URL.Path && !w.gone[slug]:
		page = w.article(slug)
	default:
		http.NotFound(rw, r)
		return
	}
	w.send(rw, r, "text/html; charset=utf-8", page)
}

// send answers with a page, or with 304 to those who have it already.
func (w *town) send(rw http.ResponseWriter, r *http.Request, media, page string) {
	if w.validators {
		etag := fmt.Sprintf(`"%x"`, digest([]byte(page)))
		rw.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
	}
	rw.Header().Set("Content-Type", media)
	fmt.Fprint(rw, page)
}

func (w *town) listing(number string) string {
	first := 0
	fmt.Sscan(number, &first)
	per := w.perPage
	if per == 0 {
		per = len(w.slugs)
	}
	last := min((first+1)*per, len(w.slugs))
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="de"><head><title>Aktuelles – Stadt Musterstadt</title></head><body><main><h1>Aktuelles</h1><div class="news-list">`)
	for _, slug := range w.slugs[min(first*per, last):last] {
		fmt.Fprintf(&b, `<article class="news-item"><time datetime="%s">%[1]s</time><h2><a href="/news/%s">Meldung %[2]s aus dem Rathaus</a></h2><p>Worum es in der Meldung %[2]s geht, steht hier in einem Satz.</p></article>`, w.date(slug), slug)
	}
	b.WriteString(`</div>`)
	if last < len(w.slugs) {
		fmt.Fprintf(&b, `<a rel="next" href="/?page=%d">nächste Seite</a>`, first+1)
	}
	b.WriteString(`</main></body></html>`)
	return b.String()
}

func (w *town) article(slug string) string {
	text := w.text[slug]
	if text == "" {
		text = "Die Stadt teilt mit, dass " + slug + " beschlossen wurde. Die Arbeiten beginnen im Frühjahr und dauern voraussichtlich bis in den Herbst. Für die Anwohner ändert sich in dieser Zeit die Zufahrt."
	}
	return fmt.Sprintf(`<!doctype html><html lang="de"><head><title>Meldung %s aus dem Rathaus – Stadt Musterstadt</title></head><body>
<nav><a href="/">Start</a></nav><main><article><h1>Meldung %s aus dem Rathaus</h1><p class="date">%s</p>
<p>%s</p><p>Weitere Auskünfte gibt das Bürgerbüro unter der bekannten Nummer.</p></article></main></body></html>`, slug, slug, w.date(slug), text)
}

func (w *town) date(slug string) string { return cmp.Or(w.dated[slug], "2026-11-20") }

func (w *town) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

// asked is what was asked since the last call, without robots.txt.
func (w *town) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	log := slices.DeleteFunc(w.log, func(s string) bool { return strings.Contains(s, "robots.txt") })
	w.log = nil
	return log
}

// A desk is a crawler on a real archive with a clock that a test turns.
type desk struct {
	*Crawler
	store *store.Store
	t     testing.TB

	mu    sync.Mutex
	now   time.Time
	since time.Time // where set, the clock runs from then
}

func newDesk(t testing.TB, yaml string) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	st, err := store.Open(filepath.Join(t.TempDir(), "stadtfeed.db"), store.Options{Now: d.clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	d.store = st
	d.Crawler = &Crawler{Archive: st, Log: slog.New(slog.DiscardHandler), Now: d.clock, Version: "1.0", Contact: "https://feeds.example.org/about"}
	d.configure(yaml)
	t.Cleanup(func() { d.net.close() })
	return d
}

func (d *desk) configure(yaml string) {
	d.t.Helper()
	cfg, err := config.Parse("stadtfeed.yaml", []byte(yaml))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.Configure(cfg); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.since.IsZero() {
		return d.now
	}
	return d.now.Add(time.Since(d.since))
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

func (d *desk) set(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = now
}

// visit visits all sources and gives the one visit there is.
func (d *desk) visit(opt VisitOptions) news.Visit {
	d.t.Helper()
	visits, err := d.Visit(context.Background(), nil, opt)
	if err != nil || len(visits) != 1 {
		d.t.Fatalf("Visit() = %v, %v", visits, err)
	}
	return visits[0]
}

func (d *desk) items() []news.Item {
	d.t.Helper()
	items, err := d.store.Items(context.Background(), news.Query{Withdrawn: true})
	if err != nil {
		d.t.Fatal(err)
	}
	return items
}

// item is the one whose page is at an address.
func (d *desk) item(address string) news.Item {
	d.t.Helper()
	for _, it := range d.items() {
		if it.URL == address {
			return it
		}
	}
	d.t.Fatalf("no item of %s", address)
	return news.Item{}
}

func (d *desk) state() news.SourceState {
	d.t.Helper()
	st, err := d.store.SourceState(context.Background(), "musterstadt")
	if err != nil {
		d.t.Fatal(err)
	}
	return st
}

// oneSource is a configuration with one source without pauses.
func oneSource(url string, more ...string) string {
	return "delay: 0s\nsources:\n  - name: musterstadt\n    url: " + url + "/\n    allow_private: true\n    preset: none\n" + strings.Join(more, "\n") + "\n"
}
