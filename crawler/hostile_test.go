package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zlib"

	"github.com/stadtfeed/stadtfeed/news"
)

// A hostile case is a server that means ill, or is ill, and what its visit
// must come to.
type hostile struct {
	name  string
	serve http.HandlerFunc                // the site over HTTP, or
	raw   func(net.Conn)                  // the site as bytes, or
	start func(testing.TB) string         // a server of another kind; gives its address
	trust bool                            // in its certificate
	path  string                          // of the source; "/" if empty
	hangs bool                            // answers that never come are waited for shortly
	fault Fault                           // of the visit; empty: it succeeds
	or    Fault                           // as good
	check func(*testing.T, *desk, *visit) // more that must hold
}

const (
	// Each case must end in this time; where the server hangs, the limit for
	// one page is set to a fiftieth of the product's.
	hostileTime   = 30 * time.Second
	hostilePage   = 500 * time.Millisecond
	hostileMemory = 64 << 20
)

func page(body string) http.HandlerFunc {
	return typed("text/html; charset=utf-8", body)
}

func typed(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" || strings.HasPrefix(r.URL.Path, "/news/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	}
}

// route serves by path; robots.txt is not there unless named.
func route(pages map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if h := pages[r.URL.Path]; h != nil {
			h(w, r)
			return
		}
		http.NotFound(w, r)
	}
}

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// listingOf is a listing of so many entries and whatever comes after it.
func listingOf(n int, after string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="de"><head><title>Aktuelles</title></head><body><main><h1>Aktuelles</h1><div class="news-list">`)
	for i := range n {
		fmt.Fprintf(&b, `<article class="news-item"><time datetime="2026-11-20">20.11.2026</time><h2><a href="/news/%d">Meldung Nummer %d aus dem Rathaus</a></h2><p>Worum es in Meldung %d geht, steht hier in einem Satz.</p></article>`, i, i, i)
	}
	return b.String() + `</div>` + after + `</main></body></html>`
}

func articleOf(title, body string) string {
	return `<!doctype html><html lang="de"><head><title>` + title + `</title></head><body><main><article><h1>` + title + `</h1><p class="date">20.11.2026</p>` + body + `</article></main></body></html>`
}

const someText = `<p>Die Stadt teilt mit, dass die Brücke gesperrt wird. Die Arbeiten beginnen im Frühjahr und dauern voraussichtlich bis in den Herbst hinein.</p>`

// articles serves a listing of three and the same article page three times.
func articles(body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/":
			page(listingOf(3, ""))(w, r)
		case strings.HasPrefix(r.URL.Path, "/news/"):
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			typed2("text/html", strings.Replace(body, "<h1>", "<h1>"+r.URL.Path[len("/news/"):]+". ", 1))(w, r)
		default:
			http.NotFound(w, r)
		}
	}
}

func sameArticle(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/":
		page(strings.ReplaceAll(listingOf(3, ""), "/news/", "/news/"+rand.Text()))(w, r)
	case strings.HasPrefix(r.URL.Path, "/news/"):
		typed2("text/html", articleOf("Meldung Nummer 0 aus dem Rathaus", someText))(w, r)
	default:
		http.NotFound(w, r)
	}
}

func packed(encoding string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" || strings.HasPrefix(r.URL.Path, "/news/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		w.Write(body)
	}
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func deflated(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func brotlied(b []byte) []byte {
	var out bytes.Buffer
	z := brotli.NewWriterLevel(&out, 5)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// zeros packed are a bomb: a thousandth on the wire.
var (
	zeros    = make([]byte, 24<<20)
	gzipBomb = gzipped(zeros)
)

func endless(piece string, every time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
			if every > 0 {
				w.(http.Flusher).Flush()
				time.Sleep(every)
			}
		}
	}
}

// says answers every request with the same bytes and closes.
func says(answer string) func(net.Conn) {
	return func(c net.Conn) {
		request := make([]byte, 4096)
		n, _ := c.Read(request)
		if bytes.Contains(request[:n], []byte("/robots.txt")) {
			io.WriteString(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			return
		}
		io.WriteString(c, answer)
	}
}

func noItems(t *testing.T, d *desk, _ *visit) {
	t.Helper()
	if items := d.items(); len(items) != 0 {
		t.Errorf("%d items, want none; first %q", len(items), items[0].Headline)
	}
}

func items(n int, hold func(news.Item) error) func(*testing.T, *desk, *visit) {
	return func(t *testing.T, d *desk, _ *visit) {
		t.Helper()
		all := d.items()
		if len(all) != n {
			t.Errorf("%d items, want %d", len(all), n)
		}
		for _, it := range all {
			if full, err := d.store.Item(context.Background(), it.ID); err != nil {
				t.Error(err)
			} else if hold != nil {
				if err := hold(full); err != nil {
					t.Errorf("%s: %v", it.URL, err)
				}
			}
		}
	}
}

func asPartial(it news.Item) error {
	if !it.Partial {
		return errors.New("not marked partial")
	}
	if !strings.Contains(it.Headline, "Meldung Nummer") {
		return fmt.Errorf("headline %q is not the listing's", it.Headline)
	}
	return nil
}

// valid holds for every item, whatever the page was.
func valid(it news.Item) error {
	for _, text := range []string{it.Headline, it.BodyText, it.BodyHTML, it.Teaser, strings.Join(it.Tags, " ")} {
		if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "�") != text {
			return fmt.Errorf("text is not clean: %.60q", text)
		}
	}
	if strings.Contains(strings.ToLower(it.BodyHTML), "<script") {
		return errors.New("a script in the body")
	}
	return nil
}

func both(checks ...func(news.Item) error) func(news.Item) error {
	return func(it news.Item) error {
		for _, c := range checks {
			if err := c(it); err != nil {
				return err
			}
		}
		return nil
	}
}

func has(field func(news.Item) string, part string) func(news.Item) error {
	return func(it news.Item) error {
		if got := field(it); !strings.Contains(got, part) {
			return fmt.Errorf("got %.80q, want %q in it", got, part)
		}
		return nil
	}
}

func headline(it news.Item) string { return it.Headline }

func requestsAtMost(n int) func(*testing.T, *desk, *visit) {
	return func(t *testing.T, _ *desk, v *visit) {
		t.Helper()
		if got := v.report.Visit.Requests; got > n {
			t.Errorf("%d requests, want at most %d", got, n)
		}
	}
}

var hostileCases = []hostile{
	// Packing.
	{name: "gzip bomb by header", serve: packed("gzip", gzipBomb), fault: FaultTooLarge},
	{name: "deflate bomb", serve: packed("deflate", deflated(zeros)), fault: FaultTooLarge},
	{name: "brotli bomb not asked for", serve: packed("br", brotlied(zeros)), fault: FaultTooLarge},
	{name: "gzip bomb by type", serve: typed("application/gzip", string(gzipBomb)), fault: FaultTooLarge},
	{name: "gzip bomb by suffix", serve: typed("text/xml", string(gzipBomb)), path: "/sitemap.xml.gz", fault: FaultTooLarge},
	{name: "nested gzip bomb", serve: packed("gzip, gzip", gzipped(gzipBomb)), fault: FaultTooLarge},
	{name: "nested bomb in the middle layer", serve: packed("gzip, gzip", gzipped(bytes.Repeat(gzipped(nil), 1<<18))), fault: FaultTooLarge},
	{name: "nested ten times", serve: packed("gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip", gzipped(nil)), fault: FaultEncoding},
	{name: "gzip that is none", serve: packed("gzip", []byte("no gzip at all")), fault: FaultEncoding},
	{name: "gzip cut off", serve: packed("gzip", gzipped([]byte(listingOf(3, "")))[:200]), fault: FaultNetwork},
	{name: "gzip with a wrong checksum", serve: packed("gzip", spoil(gzipped([]byte(listingOf(3, ""))))), fault: FaultEncoding},
	{name: "brotli that is none", serve: packed("br", []byte("no brotli at all, that is for sure")), fault: FaultEncoding},
	{name: "zstd not asked for", serve: packed("zstd", []byte("x")), fault: FaultEncoding},
	{name: "unknown encoding", serve: packed("aes128gcm", []byte("x")), fault: FaultEncoding},
	{name: "raw deflate is read", serve: packed("deflate", rawDeflated([]byte(listingOf(3, "")))), check: items(3, asPartial)},
	{name: "gzip twice is read", serve: packed("gzip, gzip", gzipped(gzipped([]byte(listingOf(3, ""))))), check: items(3, asPartial)},

	// Size and time.
	{name: "endless chunks", serve: endless(strings.Repeat("<p>x</p>", 4096), 0), fault: FaultTooLarge},
	{name: "one byte every now and then", serve: endless("x", 20*time.Millisecond), hangs: true, fault: FaultTimeout},
	{name: "no answer at all", serve: endlessSilence, hangs: true, fault: FaultTimeout},
	{name: "header one byte at a time", raw: dripHeader, hangs: true, fault: FaultTimeout},
	{name: "header flood", raw: headerFloodServer, fault: FaultTooLarge},
	{name: "one header line of 400 KiB", raw: says("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 400<<10) + "\r\n\r\n"), fault: FaultTooLarge},
	{name: "early close without length", raw: says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), fault: FaultNetwork},
	{name: "shorter than its length", raw: says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\nshort"), fault: FaultNetwork},
	{name: "longer than its length", raw: says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello and much more"), fault: FaultEmpty},
	{name: "a length of exabytes", raw: says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000000000000000000\r\n\r\nx"), fault: FaultNetwork},
	{name: "two lengths", raw: says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), fault: FaultNetwork},
	{name: "a negative length", raw: says("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello"), fault: FaultNetwork},
	{name: "bad chunk size", raw: says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello"), fault: FaultNetwork},
	{name: "a chunk size of exabytes", raw: says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello"), fault: FaultNetwork},
	{name: "no HTTP", raw: says("SSH-2.0-OpenSSH_9.6\r\n"), fault: FaultNetwork},
	{name: "closes at once", raw: func(net.Conn) {}, fault: FaultNetwork},
	{name: "a thousand early hints", raw: says(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1000)), fault: FaultNetwork, or: FaultTooLarge},
	{name: "switches protocols", raw: says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"), fault: FaultStatus, or: FaultNetwork},
	{name: "status 999", raw: says("HTTP/1.1 999 Request denied\r\nContent-Length: 0\r\n\r\n"), fault: FaultServer, or: FaultStatus},
	{name: "page of exactly the cap", serve: page(listingOf(3, "<!--"+strings.Repeat("x", maxBody-len(listingOf(3, ""))-7)+"-->")), check: items(3, asPartial)},
	{name: "page one byte over the cap", serve: page(listingOf(3, "<!--"+strings.Repeat("x", maxBody-len(listingOf(3, ""))-6)+"-->")), fault: FaultTooLarge},

	// TLS and HTTP/2.
	{name: "unknown authority", start: tlsServer(nil), fault: FaultTLS},
	{name: "expired certificate", start: tlsServer(expired), fault: FaultTLS},
	{name: "certificate of another name", start: tlsServer(otherName), fault: FaultTLS},
	{name: "plain HTTP where TLS belongs", start: plainAsTLS, fault: FaultTLS},
	{name: "HTTP/2 reset", start: http2Reset, trust: true, fault: FaultNetwork},

	// Redirects.
	{name: "redirect to itself", serve: redirect(302, "/"), fault: FaultRedirect},
	{name: "redirect loop of two", serve: route(map[string]http.HandlerFunc{"/": redirect(302, "/b"), "/b": redirect(302, "/")}), fault: FaultRedirect},
	{name: "redirects without end", serve: endlessRedirect(), fault: FaultRedirect},
	{name: "redirect to file:", serve: redirect(302, "file:///etc/passwd"), fault: FaultAddress},
	{name: "redirect to javascript:", serve: redirect(302, "javascript:alert(1)"), fault: FaultAddress},
	{name: "redirect to data:", serve: redirect(302, "data:text/html,x"), fault: FaultAddress},
	{name: "redirect to ssh", serve: redirect(302, "http://127.0.0.1:22/"), fault: FaultAddress},
	{name: "redirect to mail", serve: redirect(307, "http://127.0.0.1:25/"), fault: FaultAddress},
	{name: "redirect without Location", serve: status(302), fault: FaultNetwork, or: FaultStatus},
	{name: "redirect to rubbish", serve: redirect(302, "http://[::1/"), fault: FaultNetwork, or: FaultAddress},
	{name: "redirect with a password", serve: redirect(302, "http://admin:admin@127.0.0.1:8080/"), fault: FaultAddress},
	{name: "redirect with a cookie storm", serve: cookieStorm, check: items(3, asPartial)},

	// robots.txt.
	{name: "robots.txt of 500 MB", serve: withRobots(endlessRobots), check: items(3, asPartial)},
	{name: "robots.txt is HTML", serve: withRobots(typed2("text/html", "<!doctype html><html>Disallow: /</html>")), check: items(3, asPartial)},
	{name: "robots.txt in a loop", serve: withRobots(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }), check: items(3, asPartial)},
	{name: "robots.txt answers 500", serve: withRobots(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }), fault: FaultRobots, check: requestsAtMost(1)},
	{name: "robots.txt answers 403", serve: withRobots(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }), check: items(3, asPartial)},
	{name: "robots.txt hangs", serve: withRobots(endlessSilence), hangs: true, fault: FaultTimeout},
	{name: "robots.txt is a bomb", serve: withRobots(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(gzipBomb)
	}), check: items(3, asPartial)},
	{name: "robots.txt forbids it", serve: withRobots(typed2("text/plain", "User-agent: stadtfeed\nDisallow: /")), fault: FaultRobots, check: requestsAtMost(1)},
	{name: "redirect to what robots.txt forbids", serve: route(map[string]http.HandlerFunc{
		"/": redirect(302, "/intern/"), "/intern/": page(listingOf(3, "")), "/robots.txt": typed2("text/plain", "User-agent: *\nDisallow: /intern"),
	}), fault: FaultRobots},

	// Answers that are no news.
	{name: "204", serve: status(204), fault: FaultStatus},
	{name: "206 not asked for", serve: status(206), fault: FaultStatus},
	{name: "304 not asked for", serve: status(304), fault: FaultStatus},
	{name: "401", serve: status(401), fault: FaultForbidden},
	{name: "403", serve: status(403), fault: FaultForbidden},
	{name: "404", serve: status(404), fault: FaultGone},
	{name: "410", serve: status(410), fault: FaultGone},
	{name: "429 for a day", serve: status(429, "Retry-After", "86400"), fault: FaultBusy, check: waitsAtLeast(24 * time.Hour)},
	{name: "429 with rubbish", serve: status(429, "Retry-After", "soon"), fault: FaultBusy},
	{name: "429 for a thousand years", serve: status(429, "Retry-After", "31536000000"), fault: FaultBusy, check: waitsAtMost(8 * 24 * time.Hour)},
	{name: "503 until a date", serve: status(503, "Retry-After", "Sun, 22 Nov 2026 09:00:00 GMT"), fault: FaultBusy, check: waitsAtLeast(23 * time.Hour)},
	{name: "500", serve: status(500), fault: FaultServer},
	{name: "a film", serve: typed("video/mp4", "x"), fault: FaultMedia},
	{name: "a PDF", serve: typed("application/pdf", "%PDF-1.7"), fault: FaultMedia},
	{name: "octets", serve: typed("application/octet-stream", "\x00\x01"), fault: FaultMedia},
	{name: "nothing", serve: page(""), fault: FaultPage, or: FaultEmpty},
	{name: "only white space", serve: page(strings.Repeat(" \n", 1000)), fault: FaultPage, or: FaultEmpty},
	{name: "203 is a page", serve: func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNonAuthoritativeInfo)
		io.WriteString(w, listingOf(3, ""))
	}, check: items(3, asPartial)},

	// Pages.
	{name: "3 MiB of <p>", serve: page(strings.Repeat("<p>", 1<<20)), fault: FaultEmpty, or: FaultPage},
	{name: "nested 512 deep", serve: page(strings.Repeat("<div>", 600) + "x"), fault: FaultPage, or: FaultEmpty},
	{name: "nested 100,000 deep", serve: page(strings.Repeat("<b><i>", 50_000)), fault: FaultPage, or: FaultEmpty},
	{name: "60,000 attributes", serve: articles(articleOf("Die Meldung", "<p "+manyAttributes(60_000)+">"+someText)), check: items(3, valid)},
	{name: "NUL bytes", serve: articles(articleOf("Die\x00 Meldung", strings.ReplaceAll(someText, " ", "\x00 "))), check: items(3, valid)},
	{name: "lone surrogates", serve: articles(articleOf("Die Meldung \xed\xa0\x80 &#xD800;", someText+"\xed\xbf\xbf")), check: items(3, valid)},
	{name: "broken UTF-8", serve: articles(articleOf("Die Meldung \xff\xfe\xc3", someText+"\xc3\x28")), check: items(3, valid)},
	{name: "control characters", serve: articles(articleOf("Die Meldung &#11;&#8;", someText+"\x0b\x1b[31m")), check: items(3, valid)},
	{name: "right-to-left override", serve: articles(articleOf("Die Meldung \u202egnudleM", someText)), check: items(3, valid)},
	{name: "scripts in the body", serve: articles(articleOf("Die Meldung", someText+`<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>`)), check: items(3, valid)},
	{name: "dates in 2099", serve: articles(articleOf("Die Meldung", someText+"<time datetime='2099-01-01'>01.01.2099</time>")), check: items(3, valid)},
	{name: "9,999 tags", serve: articles(articleOf("Die Meldung", someText+"<p>Stichwörter: "+manyTags(9999)+"</p>")), check: items(3, both(valid, func(it news.Item) error {
		if len(it.Tags) > 200 {
			return fmt.Errorf("%d tags", len(it.Tags))
		}
		return nil
	}))},
	{name: "UTF-16 with its mark", serve: utf16Articles, check: items(1, both(valid, has(headline, "Brücke in Müllheim gesperrt")))},
	{name: "windows-1252 declared as UTF-8", serve: articles(strings.ReplaceAll(articleOf("Brücke gesperrt", someText), "ü", "\xfc")), check: items(3, valid)},
	{name: "UTF-7", serve: typed("text/html; charset=utf-7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), fault: FaultEmpty, or: FaultPage},
	{name: "an unknown charset", serve: typed("text/html; charset=klingon", listingOf(3, "")), check: items(3, asPartial)},
	{name: "100,000 links", serve: page(listingOf(5, manyLinks(100_000))), fault: FaultPage},
	{name: "20,000 links", serve: page(listingOf(5, manyLinks(20_000))), check: func(t *testing.T, d *desk, v *visit) {
		if n := len(v.entries); n > maxEntries {
			t.Errorf("%d entries", n)
		}
		requestsAtMost(maxArticles+5)(t, d, v)
	}},
	{name: "next links without end", serve: endlessNext, check: requestsAtMost(20)},
	{name: "next links that grow", serve: growingNext, check: requestsAtMost(20)},
	{name: "next link to itself", serve: page(listingOf(3, `<a rel="next" href="/">weiter</a>`)), check: requestsAtMost(5)},
	{name: "next link to another site", serve: page(listingOf(3, `<a rel="next" href="http://elsewhere.example/">weiter</a>`)), check: requestsAtMost(5)},
	{name: "articles that are files", serve: page(strings.ReplaceAll(listingOf(3, ""), `/news/`, `/news.pdf?n=`)), check: requestsAtMost(2 + 3)},
	{name: "links to internal hosts", serve: page(strings.ReplaceAll(listingOf(3, ""), `"/news/`, `"http://169.254.169.254/`)), check: both2(requestsAtMost(2), items(3, asPartial))},
	{name: "links to files and scripts", serve: page(strings.ReplaceAll(listingOf(3, ""), `"/news/`, `"file:///etc/passwd?`)), fault: FaultEmpty, or: ""},
	{name: "the same article under a new address every time", serve: sameArticle, check: items(1, valid)},
	{name: "soft 404s behind every entry", serve: articles(`<html><head><title>Seite nicht gefunden</title></head><body><main><h1>Seite nicht gefunden</h1><p>Die angeforderte Seite wurde nicht gefunden.</p></main></body></html>`), check: items(3, asPartial)},
	{name: "articles that are answered with 500", serve: route(map[string]http.HandlerFunc{"/": page(listingOf(3, "")), "/news/0": status(500), "/news/1": status(500), "/news/2": status(500)}), check: items(3, asPartial)},
	{name: "articles that hang", hangs: true, serve: func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/news/") {
			endlessSilence(w, r)
			return
		}
		page(listingOf(20, ""))(w, r)
	}, check: both2(items(20, asPartial), requestsAtMost(2+maxHostFaults))},
	{name: "articles that redirect to another site", serve: func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/news/") {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
			return
		}
		page(listingOf(3, ""))(w, r)
	}, check: items(3, nil)},
	{name: "noarchive by header", serve: articles(articleOf("Die Meldung", someText), "X-Robots-Tag", "noarchive"), check: items(3, func(it news.Item) error {
		if it.BodyHTML+it.BodyText != "" || !it.NoArchive {
			return fmt.Errorf("kept the body: %q", it.BodyText)
		}
		return nil
	})},
	{name: "noindex for another agent", serve: articles(articleOf("Die Meldung", someText), "X-Robots-Tag", "googlebot: noindex, noarchive"), check: items(3, func(it news.Item) error {
		if it.NoIndex || it.NoArchive {
			return errors.New("heeded what was said to another")
		}
		return nil
	})},
}

func TestHostileServers(t *testing.T) {
	if len(hostileCases) < 60 {
		t.Fatalf("%d cases", len(hostileCases))
	}
	before := runtime.NumGoroutine()
	for _, tc := range hostileCases {
		t.Run(tc.name, func(t *testing.T) { tc.run(t) })
	}
	for range 100 {
		if runtime.NumGoroutine() <= before+2 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}

func (tc hostile) run(t *testing.T) {
	address := tc.address(t)
	path := tc.path
	if path == "" {
		path = "/"
	}
	d := newDesk(t, "delay: 0s\nsources: [{name: musterstadt, url: '"+address+path+"', allow_private: true, preset: none}]\n")
	if tc.hangs {
		d.Timeout = hostilePage
	}
	if tc.trust {
		d.net = newTransport(d.clock, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // a test's own server
	}
	stop, peak := watchMemory()
	start := time.Now()
	setup := d.current.Load()
	v := &visit{c: d.Crawler, src: setup.sources["musterstadt"], start: d.Now()}
	v.do(context.Background(), setup.agent)
	took := time.Since(start)
	stop()
	if _, err := d.commit(context.Background(), v.report); err != nil {
		t.Fatal(err)
	}
	if got := FaultOf(v.err); got != tc.fault && got != tc.or {
		t.Errorf("fault %q (%v), want %q", got, v.err, tc.fault)
	}
	var e *Error
	if v.err != nil && !errors.As(v.err, &e) {
		t.Errorf("error without a type: %v", v.err)
	}
	if took > hostileTime {
		t.Errorf("took %s", took)
	}
	if got := peak(); got > hostileMemory && !raceDetector {
		t.Errorf("%d MiB of memory", got>>20)
	}
	if tc.fault != "" {
		noItems(t, d, v)
	}
	if tc.check != nil {
		tc.check(t, d, v)
	}
	d.net.close()
}

func (tc hostile) address(t *testing.T) string {
	switch {
	case tc.start != nil:
		return tc.start(t)
	case tc.raw != nil:
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer c.Close()
					tc.raw(c)
				}()
			}
		}()
		return "http://" + l.Addr().String()
	}
	s := httptest.NewUnstartedServer(tc.serve)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Start()
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// watchMemory samples how far the heap grows, garbage included; the collector
// runs as it would where memory is short.
func watchMemory() (stop func(), peak func() int) {
	percent := debug.SetGCPercent(40)
	read := func() int {
		s := []runtimemetrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		runtimemetrics.Read(s)
		return int(s[0].Value.Uint64())
	}
	runtime.GC()
	base := read()
	var most atomic.Int64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			most.Store(max(most.Load(), int64(read()-base)))
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return func() { close(done); <-ended; debug.SetGCPercent(percent) }, func() int { return int(most.Load()) }
}

func both2(checks ...func(*testing.T, *desk, *visit)) func(*testing.T, *desk, *visit) {
	return func(t *testing.T, d *desk, v *visit) {
		t.Helper()
		for _, c := range checks {
			c(t, d, v)
		}
	}
}

func waitsAtLeast(wait time.Duration) func(*testing.T, *desk, *visit) {
	return func(t *testing.T, d *desk, _ *visit) {
		if got := d.state().Due.Sub(d.Now()); got < wait {
			t.Errorf("due in %s, want %s or more", got, wait)
		}
	}
}

func waitsAtMost(wait time.Duration) func(*testing.T, *desk, *visit) {
	return func(t *testing.T, d *desk, _ *visit) {
		if got := d.state().Due.Sub(d.Now()); got > wait {
			t.Errorf("due in %s, want %s or less", got, wait)
		}
	}
}

func spoil(b []byte) []byte {
	b[len(b)-6] ^= 0xff // within the checksum
	return b
}

func rawDeflated(b []byte) []byte {
	z := deflated(b)
	return z[2 : len(z)-4]
}

func endlessSilence(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func dripHeader(c net.Conn) {
	if _, err := c.Read(make([]byte, 4096)); err != nil { // an answer before the question is another fault
		return
	}
	io.WriteString(c, "HTTP/1.1 200 OK\r\n")
	for {
		if _, err := io.WriteString(c, "X"); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func headerFloodServer(c net.Conn) {
	request := make([]byte, 4096)
	n, _ := c.Read(request)
	if bytes.Contains(request[:n], []byte("/robots.txt")) {
		io.WriteString(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	io.WriteString(c, "HTTP/1.1 200 OK\r\n")
	for i := 0; ; i++ {
		if _, err := fmt.Fprintf(c, "X-%d: %s\r\n", i, strings.Repeat("x", 1000)); err != nil {
			return
		}
	}
}

func endlessRedirect() http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/?%d", n.Add(1)), http.StatusFound)
	}
}

func typed2(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	}
}

func withRobots(robots http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			robots(w, r)
		case "/":
			page(listingOf(3, ""))(w, r)
		default:
			http.NotFound(w, r)
		}
	}
}

func endlessRobots(w http.ResponseWriter, _ *http.Request) {
	line := strings.Repeat("Disallow: /nothing/here\n", 1000)
	io.WriteString(w, "User-agent: *\n")
	for range 500 << 20 / len(line) {
		if _, err := io.WriteString(w, line); err != nil {
			return
		}
	}
}

func cookieStorm(w http.ResponseWriter, r *http.Request) {
	for i := range 500 {
		w.Header().Add("Set-Cookie", fmt.Sprintf("c%d=%s; Path=/", i, strings.Repeat("x", 100)))
	}
	switch {
	case r.Header.Get("Cookie") != "":
		w.WriteHeader(http.StatusBadRequest)
	case r.URL.Path == "/":
		http.Redirect(w, r, "/start", http.StatusFound)
	case r.URL.Path == "/start":
		page(listingOf(3, ""))(w, r)
	default:
		http.NotFound(w, r)
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d=x ", i)
	}
	return b.String()
}

func manyTags(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Thema%d, ", i)
	}
	return b.String()
}

func manyLinks(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<a href="/%d">%d</a>`, i, i)
	}
	return b.String()
}

func utf16Articles(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/news/") {
		articles("")(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	w.Write([]byte("\xff\xfe"))
	for _, c := range articleOf("Brücke in Müllheim gesperrt", someText) {
		w.Write([]byte{byte(c), byte(c >> 8)})
	}
}

// endlessNext is a calendar: every page has a next one, with entries of its
// own or, from the third on, the same ones under new addresses.
func endlessNext(w http.ResponseWriter, r *http.Request) {
	n := 0
	fmt.Sscan(r.URL.Query().Get("page"), &n)
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	body := strings.ReplaceAll(listingOf(3, fmt.Sprintf(`<a rel="next" href="/?page=%d">weiter</a>`, n+1)), "/news/", fmt.Sprintf("/news/%d-", n))
	page(body)(w, r)
}

func growingNext(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	page(strings.ReplaceAll(listingOf(3, `<a rel="next" href="/?`+r.URL.RawQuery+`&pageId1=2">weiter</a>`), "/news/", fmt.Sprintf("/news/%d-", len(r.URL.RawQuery))))(w, r)
}

func tlsServer(alter func(*x509.Certificate)) func(testing.TB) string {
	return func(t testing.TB) string {
		s := httptest.NewUnstartedServer(page(listingOf(3, "")))
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		if alter != nil {
			s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(t, alter)}}
		}
		s.StartTLS()
		t.Cleanup(s.Close)
		return s.URL
	}
}

func expired(c *x509.Certificate)   { c.NotAfter = time.Now().Add(-time.Hour) }
func otherName(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"elsewhere.example"} }

func certificate(t testing.TB, alter func(*x509.Certificate)) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "town"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	alter(c)
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func plainAsTLS(t testing.TB) string {
	s := httptest.NewServer(page("x"))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "http://", "https://", 1)
}

// http2Reset begins an answer over HTTP/2 and resets the stream.
func http2Reset(t testing.TB) string {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		if r.ProtoMajor != 2 {
			t.Errorf("asked by %s", r.Proto)
		}
		io.WriteString(w, "<p>a beginning")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}
