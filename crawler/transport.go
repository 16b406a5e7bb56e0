package crawler

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

const (
	// maxBody is how much of a page is read, on the wire and unpacked alike.
	maxBody = 3 << 20
	// maxHeader is how much of a header is read.
	maxHeader = 256 << 10
	// maxRedirects is how many redirects are followed, of pages and of robots.txt.
	maxRedirects = 5
)

// A transport is the only way to the network. On every hop, redirects
// included, it checks scheme, port and address, obeys robots.txt, waits for
// its turn at the host, and bounds time and size. Whatever refuses is an
// *Error.
type transport struct {
	now     func() time.Time
	gates   *gates
	robots  *robotsCache
	public  http.RoundTripper // refuses internal addresses when it dials
	private http.RoundTripper // dials everything: for the own host of a source with allow_private
	count   func(status, bytes int, fault Fault)
	clock   *Clock // hears the answers; may be nil
	bodies  buffers
}

// A trip is the way to one page and what was met on it. It travels in the
// context, because colly and net/http stand between who asks and RoundTrip.
type trip struct {
	agent string
	delay time.Duration
	own   guard.Own     // may be internal: the source's host, where it has allow_private
	left  time.Duration // for the network, over all hops; waiting for a turn is free

	reads func(media string) bool // which answers are wanted; nil: pages

	requests    int
	notModified int
	bytes       int

	contentType string // of the last answer, as the server said it
	length      int64  // of the file that was asked for by HEAD; -1: not said
	retryAfter  time.Duration

	load *load          // of the visit's part of the budget
	held *http.Response // the answer to the first hop, had already
	body *bytes.Buffer  // of the last answer, lent until the end of the trip
}

type tripKey struct{}

// header is what every request of the trip says.
func (p *trip) header(accept, encoding string) http.Header {
	return http.Header{"Accept": {accept}, "Accept-Encoding": {encoding}, "User-Agent": {p.agent}}
}

// buffers lend memory for bodies that are thrown away once they are known.
type buffers struct{ pool sync.Pool }

func (b *buffers) get() *bytes.Buffer {
	if buf, ok := b.pool.Get().(*bytes.Buffer); ok {
		return buf
	}
	return &bytes.Buffer{}
}

// largestLent is the largest memory that is lent again.
const largestLent = 512 << 10

// put takes memory back, unless one large page has swollen it.
func (b *buffers) put(buf *bytes.Buffer) {
	if buf != nil && buf.Cap() <= largestLent {
		buf.Reset()
		b.pool.Put(buf)
	}
}

func newTransport(now func() time.Time, tlsConfig *tls.Config) *transport {
	t := &transport{now: now, gates: newGates(now), count: func(int, int, Fault) {}}
	t.robots = &robotsCache{now: now, fetch: t.robotsTxt, origins: map[string]*robotsEntry{}}
	// Without probes: no connection lives long enough for one.
	t.public, t.private = base(guard.Dialer(10*time.Second, false), tlsConfig), base(guard.Dialer(10*time.Second, true), tlsConfig)
	return t
}

// base is net/http's transport with one connection per host, without proxies
// (they would dial for us, past the address check) and without transparent
// unpacking (it has no bound).
func base(d *net.Dialer, tlsConfig *tls.Config) *http.Transport {
	d.KeepAlive = -1
	return &http.Transport{
		DialContext:            d.DialContext,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxConnsPerHost:        1,
		MaxIdleConnsPerHost:    1,
		MaxIdleConns:           256,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: maxHeader,
	}
}

func (t *transport) close() {
	for _, rt := range []http.RoundTripper{t.public, t.private} {
		if c, ok := rt.(interface{ CloseIdleConnections() }); ok {
			c.CloseIdleConnections()
		}
	}
}

// RoundTrip makes one hop of a trip.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	p, ok := req.Context().Value(tripKey{}).(*trip)
	if !ok {
		return nil, errors.New("a request without a trip")
	}
	if res := p.held; res != nil {
		p.held, res.Request = nil, req
		return res, nil
	}
	if err := checkURL(req.URL, p.own); err != nil {
		return nil, err
	}
	delay, err := t.robots.check(req.Context(), req.URL)
	if err != nil {
		return nil, err
	}
	res, err := t.hop(req, p, max(p.delay, delay))
	if err != nil {
		return nil, err
	}
	if req.Method == http.MethodHead {
		p.contentType, p.length = res.Header.Get("Content-Type"), res.ContentLength
		if res.Header.Get("Content-Encoding") != "" {
			p.length = -1 // that of the packed file
		}
		return res, nil
	}
	if err := t.page(res, p); err != nil {
		return nil, wrap(req.URL.String(), err)
	}
	return res, nil
}

// hop waits for its turn, asks, and gives the answer with a body that is
// bounded in time and size; closing the body lets the next request through.
func (t *transport) hop(req *http.Request, p *trip, delay time.Duration) (*http.Response, error) {
	g, err := t.gates.enter(req.Context(), strings.ToLower(req.URL.Host), delay)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(req.Context(), max(p.left, time.Millisecond))
	body := &wireBody{trip: p, start: time.Now(), leave: func(b *wireBody, spent time.Duration, bytes int) {
		cancel()
		p.left -= spent
		t.gates.leave(g, delay, bytes)
		t.count(b.status, bytes, b.fault)
	}}
	req = req.WithContext(ctx)
	p.requests++
	rt := t.public
	if p.own.Includes(req.URL) {
		rt = t.private
	}
	res, err := rt.RoundTrip(req)
	if err != nil {
		err = wrap(req.URL.String(), headerFlood(refused(err)))
		body.fault = FaultOf(err)
		body.Close()
		return nil, err
	}
	if t.clock != nil {
		t.clock.Hear(siteOf(req.URL.Hostname()), res.Header)
	}
	p.retryAfter = parseRetryAfter(res.Header.Get("Retry-After"), t.now())
	heed := time.Duration(0)
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		heed = cmp.Or(p.retryAfter, firstRetry)
	case res.StatusCode >= 500:
		heed = p.retryAfter
	}
	t.gates.answered(g, res.StatusCode, heed)
	if res.StatusCode == http.StatusNotModified {
		p.notModified++
	}
	body.status, body.wire = res.StatusCode, res.Body
	res.Body = body
	return res, nil
}

// headerFlood recognises net/http's refusal of too large a header.
func headerFlood(err error) error {
	if text := err.Error(); strings.Contains(text, "headers exceeded") || strings.Contains(text, "header list larger") {
		return &Error{Fault: FaultTooLarge, Err: fmt.Errorf("the header is larger than %d KiB", maxHeader>>10)}
	}
	return err
}

// page reads an answer into the trip's memory, its content encodings undone
// within the cap. To colly it is left without a body, which colly would copy
// several times over, and without a charset, for its reading of those is not
// ours.
func (t *transport) page(res *http.Response, p *trip) error {
	p.contentType = res.Header.Get("Content-Type")
	res.Uncompressed = true
	res.ContentLength = -1
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		return nil
	}
	defer res.Body.Close()
	media, _, _ := mime.ParseMediaType(p.contentType)
	wanted, what := readable, "page"
	if p.reads != nil {
		wanted, what = p.reads, "picture that can be shown"
	}
	if res.StatusCode < 300 && !wanted(media) {
		return &Error{
			Fault:  FaultMedia,
			Status: res.StatusCode,
			Err:    fmt.Errorf("%s is no %s", cmp.Or(media, "what the server sent"), what),
		}
	}
	body, err := unpack(res.Body, encodings(res.Header, media, res.Request.URL.Path), maxBody)
	if err != nil {
		return err
	}
	if p.body == nil {
		p.body = t.bodies.get()
	}
	p.body.Reset()
	roomy := &roomyReader{Reader: body, ctx: res.Request.Context(), load: p.load, left: smallPage}
	if _, err := p.body.ReadFrom(roomy); err != nil {
		return err
	}
	res.Body = http.NoBody
	res.Header.Del("Content-Encoding")
	res.Header.Del("Content-Length")
	res.Header.Set("Content-Type", "text/html")
	return nil
}

// readable tells which media types can hold a listing, an article or a feed.
// Servers that say nothing are given a chance.
func readable(media string) bool {
	switch {
	case media == "", strings.HasPrefix(media, "text/"):
		return true
	case strings.HasSuffix(media, "xml"), strings.HasSuffix(media, "json"), strings.HasSuffix(media, "gzip"):
		return true
	}
	return false
}

// robotsTxt fetches a robots.txt, through the same gate as everything else.
func (t *transport) robotsTxt(ctx context.Context, origin string) (int, []byte, error) {
	p := ctx.Value(tripKey{}).(*trip)
	address := origin + "/robots.txt"
	for range maxRedirects + 1 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return 0, nil, err
		}
		if err := checkURL(req.URL, p.own); err != nil {
			return 0, nil, err
		}
		req.Header = p.header("text/plain, */*;q=0.5", "gzip")
		res, err := t.hop(req, p, p.delay)
		if err != nil {
			return 0, nil, err
		}
		t.gates.robots(req.URL.Host)
		if to, err := res.Location(); err == nil && res.StatusCode >= 300 && res.StatusCode < 400 {
			res.Body.Close()
			address = to.String()
			continue
		}
		body, err := readRobots(res)
		return res.StatusCode, body, err
	}
	// More redirects than that: no robots.txt, RFC 9309 §2.3.1.2.
	return http.StatusNotFound, nil, nil
}

// readRobots reads as much of a robots.txt as is heeded. What came before a
// cut counts.
func readRobots(res *http.Response) ([]byte, error) {
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, nil
	}
	body, err := unpack(res.Body, encodings(res.Header, "", ""), maxBody)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(body, maxRobots))
	if len(text) > 0 {
		err = nil
	}
	return text, err
}
