package feedout

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestConditionalRequests(t *testing.T) {
	s := newServer(t, sample(t))
	first := get(t, s, "/all.rss")
	tag, modified := first.Header().Get("Etag"), first.Header().Get("Last-Modified")
	if modified != "Sun, 22 Nov 2026 07:15:00 GMT" {
		t.Errorf("Last-Modified = %q, want the last change of an item", modified)
	}
	bare := strings.Trim(tag, `"`)
	for _, c := range []struct {
		name, header, value string
		want                int
	}{
		{"same tag", "If-None-Match", tag, 304},
		{"weak tag", "If-None-Match", "W/" + tag, 304},
		{"tag of another encoding", "If-None-Match", `"` + bare + `-gz"`, 304},
		{"list", "If-None-Match", `"x", ` + tag + `, "y"`, 304},
		{"any", "If-None-Match", "*", 304},
		{"other tag", "If-None-Match", `"x"`, 200},
		{"unquoted tag", "If-None-Match", bare, 200},
		{"unfinished tag", "If-None-Match", `"`, 200},
		{"empty tag", "If-None-Match", "", 200},
		{"unknown suffix", "If-None-Match", `"` + bare + `-xx"`, 200},
		{"same time", "If-Modified-Since", modified, 304},
		{"later", "If-Modified-Since", "Mon, 23 Nov 2026 07:15:00 GMT", 304},
		{"earlier", "If-Modified-Since", "Sun, 22 Nov 2026 07:14:59 GMT", 200},
		{"no time", "If-Modified-Since", "gestern", 200},
	} {
		w := get(t, s, "/all.rss", c.header, c.value)
		if w.Code != c.want || (c.want == 304) != (w.Body.Len() == 0) {
			t.Errorf("%s: %d with %d bytes, want %d", c.name, w.Code, w.Body.Len(), c.want)
		}
		if w.Header().Get("Etag") != tag || w.Header().Get("Vary") == "" || w.Header().Get("Cache-Control") == "" {
			t.Errorf("%s: headers %v", c.name, w.Header())
		}
	}
	w := get(t, s, "/all.rss", "If-None-Match", `"x"`, "If-Modified-Since", modified)
	if w.Code != 200 {
		t.Errorf("If-None-Match does not win over If-Modified-Since: %d", w.Code)
	}
}

func TestLastModifiedIsTrue(t *testing.T) {
	f := sample(t)
	now := noon
	s := newServer(t, f, func(_ *Site, o *Options) { o.Now = func() time.Time { return now } })
	first := get(t, s, "/all.rss")
	now = noon.Add(time.Hour)
	f.generation.Add(1) // something else was committed
	if w := get(t, s, "/all.rss"); w.Header().Get("Last-Modified") != first.Header().Get("Last-Modified") || w.Header().Get("Etag") != first.Header().Get("Etag") {
		t.Errorf("validators of an unchanged feed moved: %v", w.Header())
	}
	f.edit(3, func(it *news.Item) { it.Headline = "Tram line 5 extended to Baunatal" }) // no time of change tells of it
	w := get(t, s, "/all.rss", "If-Modified-Since", first.Header().Get("Last-Modified"))
	if w.Code != 200 || w.Header().Get("Last-Modified") != now.Format(http.TimeFormat) {
		t.Errorf("after a change: %d, Last-Modified %s, want 200 and %s", w.Code, w.Header().Get("Last-Modified"), now.Format(http.TimeFormat))
	}
}

func TestEncodings(t *testing.T) {
	s := newServer(t, sample(t))
	plain := get(t, s, "/all.atom").Body.Bytes()
	for _, c := range []struct{ accept, want string }{
		{"", ""}, {"identity", ""}, {"gzip", "gzip"}, {"gzip, deflate", "gzip"}, {"gzip, deflate, br", "br"}, {"gzip, deflate, br, zstd", "zstd"},
		{"zstd;q=0.1, gzip;q=0.9", "gzip"}, {"gzip;q=0", ""}, {"GZIP", "gzip"}, {"*", "gzip"}, {"br;q=nonsense", ""}, {"deflate", ""}, {strings.Repeat("x", 5000), ""}, {";;;q=,,", ""},
	} {
		w := get(t, s, "/all.atom", "Accept-Encoding", c.accept)
		if got := w.Header().Get("Content-Encoding"); got != c.want {
			t.Errorf("Accept-Encoding %q gives %q, want %q", c.accept, got, c.want)
			continue
		}
		if got := decode(t, w); !bytes.Equal(got, plain) {
			t.Errorf("%q decodes to %d bytes, want %d", c.want, len(got), len(plain))
		}
		if w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) {
			t.Errorf("%q: Content-Length %s of %d", c.want, w.Header().Get("Content-Length"), w.Body.Len())
		}
	}
	tags := map[string]bool{}
	for _, e := range names {
		tags[get(t, s, "/all.atom", "Accept-Encoding", e).Header().Get("Etag")] = true
	}
	if len(tags) != len(names) {
		t.Errorf("%d entity tags for %d encodings", len(tags), len(names))
	}
}

// A compressor that is used again keeps nothing of the body before.
func TestCodersAreUsedAgain(t *testing.T) {
	var p coders
	random := make([]byte, 300_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	bodies := [][]byte{bytes.Repeat([]byte("Straßensperrung am Bahnhof. "), 40_000), random, []byte("kurz"), bytes.Repeat([]byte("Haushalt "), 100), nil, random[:1000]}
	for e := gzipped; e < encodings; e++ {
		for round := range 2 {
			for i, body := range bodies {
				w := httptest.NewRecorder()
				w.Header().Set("Content-Encoding", names[e])
				_, _ = w.Write(p.compress(body, e))
				if got := decode(t, w); !bytes.Equal(got, body) {
					t.Errorf("%s, round %d, body %d: %d bytes, want %d", names[e], round, i, len(got), len(body))
				}
			}
		}
		if p[e].Load() == nil {
			t.Errorf("%s: the compressor is not kept", names[e])
		}
	}
}

func decode(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	body := bytes.NewReader(w.Body.Bytes())
	var r io.Reader = body
	var err error
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		r, err = gzip.NewReader(body)
	case "br":
		r = brotli.NewReader(body)
	case "zstd":
		r, err = zstd.NewReader(body)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestHead(t *testing.T) {
	s := newServer(t, sample(t))
	for _, path := range []string{"/", "/all.rss", "/healthz", "/status.json", "/nothing", "/api/items"} {
		r := httptest.NewRequest(http.MethodHead, path, nil)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		g := get(t, s, path)
		if w.Code != g.Code || w.Header().Get("Etag") != g.Header().Get("Etag") || w.Header().Get("Content-Length") != g.Header().Get("Content-Length") {
			t.Errorf("HEAD %s = %d %v, GET = %d %v", path, w.Code, w.Header(), g.Code, g.Header())
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/all.rss", strings.NewReader("x"))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST = %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestWarmFeedReadsNothing(t *testing.T) {
	f := sample(t)
	s := newServer(t, f)
	get(t, s, "/all.rss", "Accept-Encoding", "gzip")
	before := f.reads.Load()
	for range 10 {
		get(t, s, "/all.rss", "Accept-Encoding", "gzip")
		get(t, s, "/all.rss?utm_source=x&y=z")
	}
	if n := f.reads.Load() - before; n > 6 {
		t.Errorf("%d reads of the archive for warm requests, want those of one rendering for the spelling with a query", n)
	}
	before = f.reads.Load()
	for i := range 50 {
		get(t, s, fmt.Sprintf("/all.rss?nonsense=%d", i))
	}
	if n := f.reads.Load() - before; n != 0 {
		t.Errorf("%d reads of the archive for made-up parameters, want none", n)
	}
	w := nowhere{http.Header{}}
	r := httptest.NewRequest(http.MethodGet, "/all.rss", nil)
	r.Header.Set("Accept-Encoding", "gzip, br")
	s.ServeHTTP(w, r)
	if n := testing.AllocsPerRun(100, func() { clear(w.h); s.ServeHTTP(w, r) }); n > 0 {
		t.Errorf("%v allocations for a warm request, want none", n)
	}
}

func TestOneRenderingForAHerd(t *testing.T) {
	f := sample(t)
	f.wait = make(chan struct{})
	s := newServer(t, f)
	var herd sync.WaitGroup
	codes := make(chan int, 50)
	for range cap(codes) {
		herd.Go(func() { codes <- get(t, s, "/all.rss").Code })
	}
	time.Sleep(20 * time.Millisecond)
	close(f.wait)
	herd.Wait()
	close(codes)
	for code := range codes {
		if code != http.StatusOK {
			t.Fatalf("one of the herd got %d", code)
		}
	}
	if n := f.reads.Load(); n > 8 {
		t.Errorf("%d reads of the archive, want those of one rendering", n)
	}
}

func TestChangesShow(t *testing.T) {
	f := sample(t)
	s := newServer(t, f)
	for i := range busiest - 1 {
		headline := fmt.Sprintf("Neue Meldung %d", i)
		f.add(news.Item{Headline: headline, Shown: noon, Sources: []string{"kassel"}})
		contains(t, get(t, s, "/all.rss").Body.String(), headline)
	}
}

func TestBusyArchiveIsNotRenderedForEveryCommit(t *testing.T) {
	f := sample(t)
	now := noon
	s := newServer(t, f, func(_ *Site, o *Options) { o.Now = func() time.Time { return now } })
	get(t, s, "/all.rss")
	before := f.reads.Load()
	for range 100 {
		f.generation.Add(1)
		get(t, s, "/all.rss")
	}
	if n := f.reads.Load() - before; n > 3*busiest {
		t.Errorf("%d reads in one second of commits, want at most %d", n, 3*busiest)
	}
	now = now.Add(time.Second)
	f.add(news.Item{Headline: "Danach", Shown: noon, Sources: []string{"kassel"}})
	contains(t, get(t, s, "/all.rss").Body.String(), "Danach")
}

func TestCacheIsBounded(t *testing.T) {
	const limit = 64 << 10
	s := newServer(t, sample(t), func(_ *Site, o *Options) { o.Cache = limit })
	for i := range 100 {
		if w := get(t, s, fmt.Sprintf("/search.rss?q=wort%d", i), "Accept-Encoding", "gzip"); w.Code != 200 {
			t.Fatalf("search %d = %d", i, w.Code)
		}
	}
	if got := s.shelf.size.Load(); got > limit+16<<10 {
		t.Errorf("the shelf holds %d bytes, want at most %d", got, limit)
	}
}

func TestShelfWeighsWhatItHolds(t *testing.T) {
	shelf := newShelf(1 << 20)
	first, second := &answer{body: make([]byte, 1000)}, &answer{body: make([]byte, 3000)}
	shelf.put(key{path: "/all"}, first)
	shelf.put(key{path: "/all"}, second)
	shelf.grow(first, 500) // still being given to somebody
	shelf.grow(second, 700)
	if got, want := shelf.size.Load(), int64(3000+700+1024); got != want {
		t.Errorf("the shelf holds %d bytes, want %d", got, want)
	}
	if shelf.clear(); shelf.size.Load() != 0 {
		t.Errorf("the empty shelf holds %d bytes", shelf.size.Load())
	}
}

func TestBrowserSeesThePage(t *testing.T) {
	s := newServer(t, sample(t))
	browser := "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct{ path, accept, want string }{
		{"/all.rss", browser, "text/html"},
		{"/all.rss?raw", browser, "application/rss+xml"},
		{"/all.rss?raw=1&limit=3", browser, "application/rss+xml"},
		{"/all.rss", "*/*", "application/rss+xml"},
		{"/all.rss", "", "application/rss+xml"},
		{"/all.atom", "application/atom+xml, text/html;q=0.1", "application/atom+xml"},
		{"/all.json", "text/html, application/feed+json", "application/feed+json"},
		{"/all", "*/*", "text/html"},
	} {
		w := get(t, s, c.path, "Accept", c.accept)
		if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, c.want) {
			t.Errorf("GET %s with Accept %q = %s, want %s", c.path, c.accept, got, c.want)
		}
		if !strings.Contains(w.Header().Get("Vary"), "Accept,") {
			t.Errorf("GET %s: Vary %q", c.path, w.Header().Get("Vary"))
		}
	}
}

func TestAddressesComeFromBaseURL(t *testing.T) {
	s := newServer(t, sample(t))
	for _, path := range []string{"/", "/all", "/all.rss", "/all.atom", "/all.json", "/opml", "/tags/haushalt", "/status", "/status.rss", "/search?q=x", "/nothing", "/tags/ÖPNV"} {
		r := httptest.NewRequest(http.MethodGet, "http://evil.example/", nil)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
		r.Host = "evil.example"
		for _, h := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded", "X-Original-URL", "X-Rewrite-URL"} {
			r.Header.Set(h, "evil.example")
		}
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if all := w.Body.String() + fmt.Sprint(w.Header()); strings.Contains(all, "evil") {
			t.Errorf("GET %s repeats the request's host: %s", path, all)
		}
	}
}

func TestStrangeRequests(t *testing.T) {
	s := newServer(t, sample(t))
	for _, path := range []string{
		"/..", "/../../etc/passwd", "/tags/../../x", "/%2e%2e/x", "/tags/%00.rss", "/tags/a%2Fb", "/tags/%3Fq%23", "/items/%25", "/tags/" + strings.Repeat("a+", 200), "//all", "/all//", "/.rss", "/all.rss/",
		"/search?q=" + strings.Repeat("%22", 300), "/search?q=%ff%fe", "/search?q=tag:", "/search?q=-", `/search?q="`, "/all.rss?limit=-1", "/all.rss?limit=99999999999999999999", "/all.rss?before=x", "/all.rss?before=18446744073709551615",
		"/all?until=99999999999999999", "/all.rss?exclude=,,,:", "/all.rss?%zz", "/all.rss?a;b", "/sources/" + strings.Repeat("x", 400), "/badges/x.svg", "/assets/../feedout.go", "/assets/x",
	} {
		r := httptest.NewRequest(http.MethodGet, "http://x/", nil)
		raw, query, _ := strings.Cut(path, "?")
		r.URL.Path, r.URL.RawQuery = unescape(raw), query
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("GET %s = %d", path, w.Code)
		}
	}
}

func unescape(s string) string {
	for _, c := range []struct{ from, to string }{{"%2e", "."}, {"%00", "\x00"}, {"%2F", "/"}, {"%3F", "?"}, {"%23", "#"}, {"%25", "%"}} {
		s = strings.ReplaceAll(s, c.from, c.to)
	}
	return s
}

// TestArchiveAway holds that a feed that was served before is served on while the
// archive is away, though it has changed since, that others say when to come
// again, and that one of several servers stays ready as long as it has answers.
func TestArchiveAway(t *testing.T) {
	archive := sample(t)
	var sick error
	s := newServer(t, archive, func(_ *Site, o *Options) { o.Shared, o.Healthy = true, func() error { return sick } })
	before := get(t, s, "/all.rss")
	archive.away.Store(true)
	archive.generation.Add(1)
	sick = errors.New("away")
	if w := get(t, s, "/all.rss"); w.Code != 200 || w.Body.String() != before.Body.String() {
		t.Errorf("/all.rss with the archive away: %d, want what was served before", w.Code)
	}
	if w := get(t, s, "/all.atom"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "30" {
		t.Errorf("/all.atom with the archive away: %d, Retry-After %q, want 503 and 30", w.Code, w.Header().Get("Retry-After"))
	}
	if w := get(t, s, "/readyz"); w.Code != 200 || !strings.Contains(w.Body.String(), "degraded") {
		t.Errorf("/readyz = %d %s, want 200 and degraded", w.Code, w.Body)
	}
}

func TestReadiness(t *testing.T) {
	var sick error
	s := newServer(t, sample(t), func(_ *Site, o *Options) { o.Healthy = func() error { return sick } })
	if w := get(t, s, "/readyz"); w.Code != 200 {
		t.Errorf("/readyz = %d", w.Code)
	}
	sick = errors.New("disk full")
	if w := get(t, s, "/readyz"); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("/readyz = %d %s", w.Code, w.Body)
	}
	if w := get(t, s, "/healthz"); w.Code != 200 {
		t.Errorf("/healthz = %d", w.Code)
	}
	for path, want := range map[string]string{"/status": "There is a problem with the archive", "/status.json": `"archive": "trouble"`} {
		if body := get(t, s, path, "Accept-Language", "en").Body.String(); !strings.Contains(body, want) || strings.Contains(body, "disk full") {
			t.Errorf("%s does not say %q, or says more than strangers should read: %s", path, want, body)
		}
	}
}

// TestRenamedFeed: readers who know a saved feed by an earlier name come to it.
func TestRenamedFeed(t *testing.T) {
	s := newServer(t, sample(t), func(x *Site, _ *Options) { x.Feeds[0].Formerly = []string{"digitales", "internet"} })
	for path, want := range map[string]string{
		"/feeds/digitales": "/feeds/digital", "/feeds/internet.atom": "/feeds/digital.atom", "/feeds/digitales.json?limit=5": "/feeds/digital.json?limit=5",
	} {
		w := get(t, s, path)
		if to := w.Header().Get("Location"); w.Code != http.StatusPermanentRedirect || !strings.HasSuffix(to, want) {
			t.Errorf("GET %s = %d to %q, want 308 to %s", path, w.Code, to, want)
		}
	}
	if w := get(t, s, "/feeds/anderes.rss"); w.Code != http.StatusNotFound {
		t.Errorf("GET /feeds/anderes.rss = %d, want 404", w.Code)
	}
}

func TestAccess(t *testing.T) {
	s := newServer(t, sample(t), func(x *Site, _ *Options) {
		x.Access = Access{Keys: []string{HashKey("geheim")}, Status: true, Metrics: true}
		x.Feeds = append(x.Feeds, SavedFeed{Name: "intern", Private: true})
	})
	for _, path := range []string{"/status", "/status.json", "/status.rss", "/metrics", "/badges/kassel.svg", "/feeds/intern.rss", "/feeds/intern"} {
		for _, warm := range []string{"cold", "warm"} {
			if w := get(t, s, path); w.Code != http.StatusUnauthorized {
				t.Errorf("%s GET %s = %d, want 401", warm, path, w.Code)
			}
			if w := get(t, s, path, "Authorization", "Bearer falsch"); w.Code != http.StatusUnauthorized {
				t.Errorf("%s GET %s with a wrong key = %d, want 401", warm, path, w.Code)
			}
			for _, scheme := range []string{"Bearer", "bearer", "BEARER"} {
				if w := get(t, s, path, "Authorization", scheme+" geheim"); w.Code != 200 {
					t.Errorf("%s GET %s with a key by %s = %d, want 200", warm, path, scheme, w.Code)
				}
			}
		}
		if w := get(t, s, path+"?token=geheim"); w.Code != 200 {
			t.Errorf("GET %s?token= = %d, want 200", path, w.Code)
		}
	}
	contains(t, get(t, s, "/feeds/intern?token=geheim").Body.String(), "<code>?token=…</code>")
	for _, path := range []string{"/", "/feeds", "/opml"} {
		body := get(t, s, path).Body.String()
		if strings.Contains(body, "?token=") {
			t.Errorf("%s asks for a token that it does not need", path)
		}
		if strings.Contains(body, "intern") {
			t.Errorf("%s tells of a private feed", path)
		}
	}
}

func TestBadBaseURL(t *testing.T) {
	for _, base := range []string{"", "feeds.example.org", "ftp://x/", "https://", "https://x/?a=b", "://"} {
		if _, err := New(&fakeArchive{}, Site{BaseURL: base}, Options{}); err == nil {
			t.Errorf("base_url %q is taken", base)
		}
	}
	s := newServer(t, sample(t))
	if err := s.Configure(Site{BaseURL: "x"}); err == nil {
		t.Error("a bad site is taken")
	}
	contains(t, get(t, s, "/all.rss").Body.String(), "https://feeds.example.org/nord/all.rss")
}

// A nowhere is a ResponseWriter that keeps headers only.
type nowhere struct{ h http.Header }

func (n nowhere) Header() http.Header         { return n.h }
func (n nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n nowhere) WriteHeader(int)             {}

// TestStatusTellsOfAWrongClock: people and programs are told.
func TestStatusTellsOfAWrongClock(t *testing.T) {
	for _, off := range []time.Duration{0, -400 * 24 * time.Hour} {
		s := newServer(t, sample(t), func(_ *Site, o *Options) { o.Clock = func() time.Duration { return off } })
		for path, told := range map[string]string{"/status": "clock is wrong. Until", "/status.json": `"clock": "wrong"`} {
			if got := strings.Contains(get(t, s, path, "Accept-Language", "en").Body.String(), told); got != (off != 0) {
				t.Errorf("off by %s: %s tells %v", off, path, got)
			}
		}
	}
}
