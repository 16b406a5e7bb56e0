package crawler

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A machine is a form in which a site offers its news to machines.
type machine struct {
	path, media string
	link        string // by which a page names it
	write       func(w *town) string
}

var machines = map[string]machine{
	"WordPress REST": {"/wp-json/wp/v2/posts", "application/json; charset=UTF-8", `<link rel="https://api.w.org/" href="/wp-json/">`, wordPosts},
	"RSS":            {"/feed.rss", "application/rss+xml", `<link rel="alternate" type="application/rss+xml" href="/feed.rss">`, rssFeed},
	"news sitemap":   {"/sitemap-news.xml", "text/xml; charset=UTF-8", `<link rel="sitemap" type="application/xml" href="/sitemap-news.xml">`, newsSitemap},
}

// wordPosts are the town's articles as WordPress' REST interface tells them.
func wordPosts(w *town) string {
	type rendered struct {
		Rendered string `json:"rendered"`
	}
	type post struct {
		ID      int      `json:"id"`
		Date    string   `json:"date"`
		Link    string   `json:"link"`
		Title   rendered `json:"title"`
		Content rendered `json:"content"`
		Excerpt rendered `json:"excerpt"`
	}
	posts := []post{}
	for i, slug := range w.slugs {
		posts = append(posts, post{len(w.slugs) - i, "2026-11-20T10:00:00", w.URL + "/news/" + slug, rendered{"Meldung " + slug + " aus dem Rathaus"}, rendered{"<p>Aus der Schnittstelle.</p>"}, rendered{"<p>Worum es geht.</p>"}})
	}
	text, err := json.Marshal(posts)
	if err != nil {
		panic(err)
	}
	return string(text)
}

const (
	sitemapHead = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`
	sitemapFoot = `</urlset>`
)

func sitemapURL(address, title string) string {
	return fmt.Sprintf(`<url><loc>%s</loc><news:news><news:publication><news:name>Musterstadt</news:name><news:language>de</news:language></news:publication><news:publication_date>2026-11-20T10:00:00+01:00</news:publication_date><news:title>%s</news:title></news:news></url>`, address, title)
}

// newsSitemap are the town's articles as a news sitemap.
func newsSitemap(w *town) string {
	var b strings.Builder
	b.WriteString(sitemapHead)
	for _, slug := range w.slugs {
		b.WriteString(sitemapURL(w.URL+"/news/"+slug, "Meldung "+slug+" aus dem Rathaus"))
	}
	b.WriteString(sitemapFoot)
	return b.String()
}

// rssFeed are the town's articles as RSS.
func rssFeed(w *town) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Musterstadt</title>`)
	for _, slug := range w.slugs {
		fmt.Fprintf(&b, `<item><title>Meldung %[2]s aus dem Rathaus</title><link>%[1]s/news/%[2]s</link><pubDate>Fri, 20 Nov 2026 10:00:00 +0100</pubDate><description>Worum es geht.</description></item>`, w.URL, slug)
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}

// answers makes an address answer with what text gives.
func (w *town) answers(path, media string, text func() string) {
	w.override[path] = func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.send(rw, r, media, text())
	}
}

// newMachineTown is a town whose front page has no entries and names the
// machine's form of them; so does /app, an empty shell that needs a browser.
func newMachineTown(t *testing.T, m machine, slugs ...string) *town {
	w := newTown(t, slugs...)
	w.answers("/", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="de"><head><title>Musterstadt</title>` + m.link + `</head><body><main><h1>Aktuelles</h1><p>Zurzeit gibt es keine Meldungen auf dieser Seite, die angezeigt werden können.</p></main></body></html>`
	})
	w.answers("/app", "text/html; charset=utf-8", func() string {
		return `<html><head><title>Musterstadt</title>` + m.link + `</head><body><div id="app"></div><script src="/app.js"></script><noscript>Bitte schalten Sie JavaScript ein.</noscript></body></html>`
	})
	w.answers(m.path, m.media, func() string { return m.write(w) })
	return w
}

func TestMachineFormsAreSources(t *testing.T) {
	for name, m := range machines {
		for _, kind := range []string{"", "feed"} {
			for _, from := range []string{m.path, "/", "/app"} {
				t.Run(fmt.Sprintf("%s, kind %q, from %s", name, kind, from), func(t *testing.T) { testMachineForm(t, m, kind, from) })
			}
		}
	}
}

func testMachineForm(t *testing.T, m machine, kind, from string) {
	w := newMachineTown(t, m, "b", "a")
	d := newDesk(t, machineSource(w.URL, from, kind))
	want := []string{"GET " + m.path, "GET /news/b", "GET /news/a"}
	if from != m.path {
		want = slices.Insert(want, 0, "GET "+from)
	}
	if v := d.visit(VisitOptions{}); v.Added != 2 || v.Err != "" || v.Health != news.OK {
		t.Fatalf("first visit: %+v", v)
	}
	if got := w.asked(); !slices.Equal(got, want) {
		t.Errorf("first visit asked %q, want %q", got, want)
	}
	for _, it := range d.items() {
		full, err := d.store.Item(t.Context(), it.ID)
		if err != nil || full.Partial || !strings.Contains(full.BodyText, "Die Stadt teilt mit") || full.Published.Time.Format("2006-01-02") != "2026-11-20" {
			t.Errorf("published %+v, %v; want the article's text", full, err)
		}
	}

	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); !v.Unchanged || v.Requests != 1 || v.NotModified != 1 {
		t.Errorf("unchanged: %+v", v)
	}
	if got := w.asked(); !slices.Equal(got, []string{"GET " + m.path + " conditional"}) {
		t.Errorf("unchanged: asked %q", got)
	}

	w.change(func() { w.slugs = []string{"c", "b", "a"} })
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Added != 1 || v.Requests != 2 {
		t.Errorf("one new: %+v", v)
	}
	if got := w.asked(); !slices.Equal(got, []string{"GET " + m.path + " conditional", "GET /news/c"}) {
		t.Errorf("one new: asked %q", got)
	}
}

// machineSource is oneSource at another address.
func machineSource(url, path, kind string) string {
	yaml := strings.Replace(oneSource(url), url+"/", url+path, 1)
	if kind != "" {
		yaml += "    kind: " + kind + "\n"
	}
	return yaml
}

func TestPagesByKindLookForNoMachineForm(t *testing.T) {
	for name, m := range machines {
		t.Run(name, func(t *testing.T) {
			w := newMachineTown(t, m, "b", "a")
			d := newDesk(t, machineSource(w.URL, "/", "page"))
			if v := d.visit(VisitOptions{}); v.Added != 0 || !strings.Contains(v.Err, "no entries") {
				t.Errorf("visit: %+v", v)
			}
			if got := w.asked(); !slices.Equal(got, []string{"GET /"}) {
				t.Errorf("asked %q", got)
			}
		})
	}
}

// TestNewsSitemapsMayBeShort holds that few reports in two days are no sign of
// a fault where only those of two days are shown.
func TestNewsSitemapsMayBeShort(t *testing.T) {
	m := machines["news sitemap"]
	w := newMachineTown(t, m, "h", "g", "f", "e", "d", "c", "b", "a")
	d := newDesk(t, machineSource(w.URL, m.path, ""))
	d.visit(VisitOptions{})
	for _, slugs := range [][]string{{"i"}, nil, {"j"}} {
		w.change(func() { w.slugs = slugs })
		d.pass(24 * time.Hour)
		if v := d.visit(VisitOptions{}); v.Added != len(slugs) || v.Err != "" || v.Health != news.OK {
			t.Errorf("with %q: %+v, %s", slugs, v, d.state().Why)
		}
		d.pass(time.Hour)
		if v := d.visit(VisitOptions{}); !v.Unchanged || v.NotModified == 0 {
			t.Errorf("unchanged with %q: %+v", slugs, v)
		}
	}
}

// TestPagesOfPostsAreFollowed holds that the past is read where only the
// header of WordPress' answer tells of further pages.
func TestPagesOfPostsAreFollowed(t *testing.T) {
	m := machines["WordPress REST"]
	for name, link := range map[string]string{
		"absolute, among others": `<%[1]s/wp-json/wp/v2/posts?page=1>; rel="prev", <%[1]s/wp-json/wp/v2/posts?page=%[2]d>; rel="next"`,
		"relative, unquoted":     `<?page=%[2]d>; title="Ältere %[1]s"; rel=next`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newMachineTown(t, m)
			all := []string{"e", "d", "c", "b", "a"}
			w.override[m.path] = func(rw http.ResponseWriter, r *http.Request) {
				page := 1
				fmt.Sscan(r.URL.Query().Get("page"), &page)
				first := min(2*(page-1), len(all))
				last := min(first+2, len(all))
				if last < len(all) {
					rw.Header().Set("Link", fmt.Sprintf(link, w.URL, page+1))
				}
				w.mu.Lock()
				defer w.mu.Unlock()
				w.slugs = all[first:last]
				rw.Header().Set("Content-Type", m.media)
				io.WriteString(rw, m.write(w))
			}
			d := newDesk(t, machineSource(w.URL, m.path, "")+"    pages: 1\n    backfill: 20\n")
			if v := d.visit(VisitOptions{}); v.Added != 5 {
				t.Errorf("visit: %+v, asked %q", v, w.asked())
			}
		})
	}
}

// manyURLs is a sitemap of n reports.
func manyURLs(n int) string {
	var b strings.Builder
	b.WriteString(sitemapHead)
	for i := range n {
		b.WriteString(sitemapURL(fmt.Sprintf("/news/%d", i), fmt.Sprintf("Meldung %d aus dem Rathaus", i)))
	}
	b.WriteString(sitemapFoot)
	return b.String()
}

// TestMachineFormsThatGoWrong holds that a bad answer is told, empties
// nothing, and is over once a good one comes.
func TestMachineFormsThatGoWrong(t *testing.T) {
	answering := func(code int, media, body string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", media)
			rw.WriteHeader(code)
			io.WriteString(rw, body)
		}
	}
	const start = `<!doctype html><html lang="de"><head><title>Musterstadt</title></head><body><main><h1>Willkommen</h1><p>Herzlich willkommen auf den Seiten der Stadt.</p></main></body></html>`
	bad := []struct {
		name    string
		handler http.HandlerFunc
		err     string // empty: none
	}{
		{"401", answering(401, "application/json", `{"code":"rest_not_logged_in","message":"Du bist derzeit nicht angemeldet.","data":{"status":401}}`), "401"},
		{"404", answering(404, "application/json", `{"code":"rest_no_route","data":{"status":404}}`), "404"},
		{"an error with 200", answering(200, "application/json", `{"code":"rest_forbidden","message":"Verboten.","data":{"status":403}}`), "no entries"},
		{"HTML instead", answering(200, "text/html; charset=utf-8", start), "no entries"},
		{"HTML under the right name", answering(200, "application/json", start), "no entries"},
		{"an empty list of posts", answering(200, "application/json", `[]`), "no entries"},
		{"an empty sitemap", answering(200, "text/xml", sitemapHead+sitemapFoot), ""},
		{"an index without news", answering(200, "text/xml", sitemapIndex("/sitemap-1.xml")), "no entries"},
		{"an index of itself", answering(200, "text/xml", sitemapIndex("/sitemap-news.xml")), "no entries"},
		{"cut off JSON", answering(200, "application/json", `[{"id":1,"link":"https://stadt.example/a","title":{"rende`), "JSON"},
		{"cut off XML", answering(200, "text/xml", sitemapHead+`<url><loc>https://stadt`), "XML"},
		{"60,000 addresses", answering(200, "text/xml", manyURLs(60_000)), "larger than"},
		{"9,000 addresses", answering(200, "text/xml", manyURLs(9_000)), "tags are more"},
	}
	for name, m := range machines {
		for _, b := range bad {
			t.Run(name+": "+b.name, func(t *testing.T) {
				w := newMachineTown(t, m, "b", "a")
				d := newDesk(t, machineSource(w.URL, m.path, ""))
				d.visit(VisitOptions{})
				good := w.override[m.path]
				w.change(func() { w.override[m.path] = b.handler })
				w.asked()
				d.pass(time.Hour)
				v := d.visit(VisitOptions{})
				if !strings.Contains(v.Err, b.err) || (v.Err == "") != (b.err == "") || strings.Count(v.Err, m.path) > 1 || v.Withdrawn > 0 {
					t.Errorf("visit: %+v, want an error that says %q", v, b.err)
				}
				if got := w.asked(); len(got) > 1+maxAlternatives {
					t.Errorf("asked %q", got)
				}
				w.change(func() { w.override[m.path], w.slugs = good, []string{"c", "b", "a"} })
				d.pass(time.Hour)
				if v := d.visit(VisitOptions{}); v.Added != 1 || v.Err != "" || v.Health != news.OK {
					t.Errorf("well again: %+v", v)
				}
			})
		}
	}
}

// sitemapIndex is an index of sitemaps.
func sitemapIndex(addresses ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i, address := range addresses {
		fmt.Fprintf(&b, `<sitemap><loc>%s</loc><lastmod>2026-11-%02d</lastmod></sitemap>`, address, 10+i)
	}
	b.WriteString(`</sitemapindex>`)
	return b.String()
}

func TestSitemapIndexLeadsToTheNews(t *testing.T) {
	for _, from := range []string{"/sitemap-news-index.xml", "/"} {
		t.Run("from "+from, func(t *testing.T) {
			m := machines["news sitemap"]
			m.link = `<link rel="sitemap" href="/sitemap-news-index.xml">`
			w := newMachineTown(t, m, "b", "a")
			w.answers("/sitemap-news-index.xml", m.media, func() string {
				return sitemapIndex("/sitemap-pages.xml", "/sitemap-news-old.xml", m.path)
			})
			d := newDesk(t, machineSource(w.URL, from, ""))
			if v := d.visit(VisitOptions{}); v.Added != 2 || v.Err != "" || v.Health != news.OK {
				t.Fatalf("first visit: %+v, asked %q", v, w.asked())
			}
			w.asked()
			d.pass(time.Hour)
			v := d.visit(VisitOptions{})
			if got := w.asked(); !v.Unchanged || !slices.Equal(got, []string{"GET " + m.path + " conditional"}) {
				t.Errorf("unchanged: asked %q, %+v", got, v)
			}
		})
	}
}

func TestBrokenFeedIsAFaultOfThePage(t *testing.T) {
	w := newTown(t)
	w.answers("/", "text/xml", func() string { return sitemapHead + "<url><loc>" })
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	if why := d.state().Reasons; len(why) == 0 || why[0].Code != "fault-page" || !slices.Contains(why[0].Args, w.URL+"/") {
		t.Errorf("reasons %+v, want that the page is at fault, and its address", why)
	}
}

// TestPageInThePlaceOfAFeedIsNotRead holds that what kind: feed promises is
// kept when the feed is gone and its address leads to the front page.
func TestPageInThePlaceOfAFeedIsNotRead(t *testing.T) {
	w := newTown(t, "b", "a")
	d := newDesk(t, machineSource(w.URL, "/", "feed"))
	if v := d.visit(VisitOptions{}); v.Added != 0 || !strings.Contains(v.Err, "kind: feed") {
		t.Errorf("visit: %+v", v)
	}
	if got := w.asked(); !slices.Equal(got, []string{"GET /"}) {
		t.Errorf("asked %q", got)
	}
}
