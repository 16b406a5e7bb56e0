package crawler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/gocolly/colly/v2"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// An answer is what asking for one page yielded.
type answer struct {
	page         extract.Page // URL is where redirects ended
	status       int
	etag         string
	lastModified string
	digest       uint64
	unchanged    bool          // 304, or the same bytes as last time
	moved        string        // where permanent redirects ended; empty: no permanent move
	fresh        time.Duration // how long the server says that the page may be used unasked
	noIndex      bool          // X-Robots-Tag
	noArchive    bool
	links        []string // Link headers
}

// A session fetches the pages of one visit. Whether a page has changed since
// the last time it asks by itself; all that is then read comes through a fresh
// synchronous colly collector above our own transport, because that is the one
// way in which colly's checks, limits and callbacks stay within a visit.
type session struct {
	transport *transport
	trip      trip // template for each page: agent, delay, own
	timeout   time.Duration
	load      *load // what is held of the budget
	now       func() time.Time
	collector *colly.Collector // nil until something is read

	// of the page being fetched
	downOK bool   // https may lead to http
	within string // redirects leave the site of this address not at all; empty: they may
	moved  string
	got    *answer

	requests, notModified, bytes int
}

func (c *Crawler) session(agent, address string, delay time.Duration, own guard.Own) *session {
	return &session{
		transport: c.net, trip: trip{agent: agent, delay: delay, own: own},
		timeout: c.Timeout, now: c.Now, load: &load{budget: c.budget.Load()},
		downOK: strings.HasPrefix(strings.ToLower(address), "http:"),
	}
}

// colly is the session's collector, with ctx for its next request.
func (s *session) colly(ctx context.Context) *colly.Collector {
	if s.collector == nil {
		// Init rather than NewCollector, which would let COLLY_ variables of the
		// environment override everything said here.
		s.collector = &colly.Collector{}
		s.collector.Init()
		s.collector.UserAgent = s.trip.agent
		s.collector.MaxBodySize = 0 // the transport bounds it, with an error
		s.collector.AllowURLRevisit = true
		s.collector.IgnoreRobotsTxt = true // the transport obeys it, on every hop
		s.collector.ParseHTTPErrorResponse = true
		s.collector.DisableCookies()
		s.collector.SetRequestTimeout(0) // the transport bounds it, without the waiting
		s.collector.WithTransport(s.transport)
		s.collector.SetRedirectHandler(s.redirect)
		s.collector.OnResponse(s.response)
	}
	s.collector.Context = ctx
	return s.collector
}

// get fetches a page, conditionally on what is remembered of it. An answer
// comes with every error that has a status.
func (s *session) get(ctx context.Context, address string, known news.PageState) (*answer, error) {
	s.load.leave()
	p := s.trip
	p.left, p.load = s.timeout, s.load
	defer s.count(&p)
	header := p.header("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5", "gzip")
	if known.ETag != "" {
		header["If-None-Match"] = []string{known.ETag}
	}
	if known.LastModified != "" {
		header["If-Modified-Since"] = []string{known.LastModified}
	}
	onTrip := context.WithValue(ctx, tripKey{}, &p)
	if known.ETag+known.LastModified != "" || known.Digest != 0 {
		a, err := s.ask(onTrip, address, header, known)
		if err != nil {
			return nil, s.lost(ctx, address, err)
		}
		if a != nil {
			return a, nil
		}
	}
	s.got, s.moved = nil, ""
	if err := s.colly(onTrip).Request(http.MethodGet, address, nil, nil, header); err != nil {
		return nil, s.lost(ctx, address, err)
	}
	a := s.got
	if a == nil {
		return nil, &Error{URL: address, Fault: FaultNetwork, Err: errors.New("no answer")}
	}
	a.page.ContentType = p.contentType
	if err := statusError(a.page.URL, a.status, p.retryAfter); err != nil {
		return a, err
	}
	if a.status == http.StatusNotModified && known.ETag+known.LastModified == "" {
		return a, &Error{URL: a.page.URL, Fault: FaultStatus, Status: a.status, Err: errors.New("the server answered 304 to a request that was not conditional")}
	}
	if p.body != nil {
		a.page.Body = p.keepBody()
	}
	a.settle(known)
	return a, nil
}

// keepBody is the body for good: a large one as it is, for its memory is not
// lent again, a small one as a copy of its own size.
func (p *trip) keepBody() []byte {
	if p.body.Cap() <= largestLent {
		return bytes.Clone(p.body.Bytes())
	}
	body := p.body.Bytes()
	p.body = nil
	return body
}

// count adds what a trip has cost, and takes back what was lent to it.
func (s *session) count(p *trip) {
	s.requests += p.requests
	s.notModified += p.notModified
	s.bytes += p.bytes
	s.transport.bodies.put(p.body)
	if p.held != nil {
		p.held.Body.Close() // colly refused the address, and nobody has come for the answer
	}
}

// lost is why there is no answer: that ctx was cancelled, or what the network
// said.
func (s *session) lost(ctx context.Context, address string, err error) error {
	if ctx.Err() != nil && !isTimeout(ctx.Err()) {
		return ctx.Err()
	}
	return wrap(address, err)
}

// ask finds out whether a page is what it was the last time, and answers only
// then. Any other answer is put on the trip, where the collector's request
// finds it, so that nothing is asked twice.
func (s *session) ask(ctx context.Context, address string, header http.Header, known news.PageState) (*answer, error) {
	u := plainURL(address)
	if u == nil {
		return nil, nil
	}
	req := (&http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	res, err := s.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	p := ctx.Value(tripKey{}).(*trip)
	p.held = res
	switch {
	case res.StatusCode == http.StatusNotModified && known.ETag+known.LastModified != "":
		res.Body.Close()
	case res.StatusCode == http.StatusOK && digest(p.body.Bytes()) == known.Digest:
	default:
		return nil, nil
	}
	p.held = nil
	a := s.answer(address, res.StatusCode, res.Header)
	a.settled(known)
	return a, nil
}

// plainURL is an address that colly's reading of it would leave as it stands;
// nil where it would not.
func plainURL(address string) *url.URL {
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c >= 0x7f || c == '\\' {
			return nil
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Port() != "" && u.Port() == defaultPorts[u.Scheme] || u.Host != strings.ToLower(u.Host) || strings.Contains(u.Path, "/.") {
		return nil
	}
	return u
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// settle decides whether the page is what it was the last time.
func (a *answer) settle(known news.PageState) {
	if a.status == http.StatusNotModified {
		a.settled(known)
		return
	}
	a.digest = digest(a.page.Body)
	a.unchanged = a.digest == known.Digest
}

// settled says that the page is what it was the last time.
func (a *answer) settled(known news.PageState) {
	a.unchanged, a.digest = true, known.Digest
	if a.status != http.StatusNotModified {
		return
	}
	// A 304 may leave validators out; the old ones stay good.
	a.etag, a.lastModified = cmp.Or(a.etag, known.ETag), cmp.Or(a.lastModified, known.LastModified)
}

// digest is a fast fingerprint of a page, the same after a restart; never 0.
func digest(body []byte) uint64 {
	return max(xxhash.Sum64(body), 1)
}

// redirect is asked before each redirect is followed.
func (s *session) redirect(req *http.Request, via []*http.Request) error {
	req.Header.Del("Referer")
	from := via[len(via)-1].URL
	refuse := func(format string, args ...any) error {
		return &Error{URL: via[0].URL.String(), Fault: FaultRedirect, Err: fmt.Errorf(format, args...)}
	}
	switch {
	case len(via) > maxRedirects:
		return refuse("more than %d redirects", maxRedirects)
	case from.Scheme == "https" && req.URL.Scheme == "http" && !s.downOK:
		return refuse("redirected from https down to %s", req.URL)
	case s.within != "" && !sameSite(s.within, req.URL.String()):
		return refuse("%w: it leads to another site, %s", errNotFollowed, req.URL)
	}
	for _, earlier := range via {
		if earlier.URL.String() == req.URL.String() {
			return refuse("redirects in a loop at %s", req.URL)
		}
	}
	permanent := req.Response != nil && (req.Response.StatusCode == http.StatusMovedPermanently || req.Response.StatusCode == http.StatusPermanentRedirect)
	if permanent && (len(via) == 1 || s.moved != "") {
		s.moved = req.URL.String()
	} else {
		s.moved = ""
	}
	return nil
}

func (s *session) response(r *colly.Response) {
	a := s.answer(r.Request.URL.String(), r.StatusCode, *r.Headers)
	a.moved = s.moved
	s.got = a
}

// answer is what the head of an answer says.
func (s *session) answer(address string, status int, h http.Header) *answer {
	now := s.now()
	if s.transport.clock != nil {
		now = s.transport.clock.reading(h, now)
	}
	a := &answer{
		page: extract.Page{URL: address, Fetched: now}, status: status,
		etag: h.Get("ETag"), lastModified: h.Get("Last-Modified"),
		fresh: freshness(h, now), links: h["Link"],
	}
	a.noIndex, a.noArchive = robotsTag(h["X-Robots-Tag"])
	return a
}

// nextLink is a Link header's relation "next", RFC 8288.
var nextLink = regexp.MustCompile(`<([^<>]+)>[^<]*;\s*rel="?next\b`)

// next is the page that an answer's header says to follow, by which WordPress
// tells that there are older posts; empty: none.
func (a *answer) next() string {
	for _, line := range a.links {
		m := nextLink.FindStringSubmatch(line)
		base, err := url.Parse(a.page.URL)
		if m == nil || err != nil {
			continue
		}
		if u, err := base.Parse(m[1]); err == nil {
			return u.String()
		}
	}
	return ""
}

// robotsTag reads X-Robots-Tag headers: directives for all, or for one agent
// named before them.
func robotsTag(lines []string) (noIndex, noArchive bool) {
	for _, line := range lines {
		ours := true
		for part := range strings.SplitSeq(strings.ToLower(line), ",") {
			part = strings.TrimSpace(part)
			if name, rest, ok := strings.Cut(part, ":"); ok && name != "unavailable_after" {
				ours = strings.TrimSpace(name) == robotsToken || strings.TrimSpace(name) == "*"
				part = strings.TrimSpace(rest)
			}
			if !ours {
				continue
			}
			noIndex = noIndex || part == "noindex" || part == "none"
			noArchive = noArchive || part == "noarchive" || part == "none"
		}
	}
	return noIndex, noArchive
}

// freshness is how long the server's caching headers let a page be used
// without asking.
func freshness(h http.Header, now time.Time) time.Duration {
	const longest = 24 * time.Hour
	for directive := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		directive = strings.TrimSpace(directive)
		if directive == "no-cache" || directive == "no-store" {
			return 0
		}
		if seconds, ok := strings.CutPrefix(directive, "max-age="); ok {
			d, _ := parseSeconds(strings.Trim(seconds, `"`))
			return min(d, longest)
		}
	}
	expires := h.Get("Expires")
	if expires == "" {
		return 0
	}
	if at, err := http.ParseTime(expires); err == nil {
		return min(max(at.Sub(now), 0), longest)
	}
	return 0
}

// fileTypes are the endings of addresses that hold files rather than pages.
var fileTypes = map[string]string{
	".pdf": "application/pdf", ".doc": "application/msword", ".odt": "application/vnd.oasis.opendocument.text",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xls":  "application/vnd.ms-excel", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".zip": "application/zip", ".ics": "text/calendar", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp", ".svg": "image/svg+xml",
}

// fileType is the media type of an address that by its ending is a file;
// empty: it may be a page.
func fileType(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := strings.ToLower(u.Path)
	if dot := strings.LastIndexByte(path, '.'); dot > strings.LastIndexByte(path, '/') {
		return fileTypes[path[dot:]]
	}
	return ""
}
