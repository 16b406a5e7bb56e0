package crawler

import (
	"context"
	"errors"
	"fmt"

	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	"github.com/gocolly/colly/v2"

	"github.com/stadtfeed/stadtfeed/extract"
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
}

// A session fetches the pages of one visit. It is a fresh synchronous colly
// collector above our own transport, because that is the one way in which
// colly's checks, limits and callbacks stay within a visit.
type session struct {
	transport *transport
	trip      trip // template for each page: agent, delay, private
	timeout   time.Duration
	now       func() time.Time
	collector *colly.Collector

	// of the page being fetched
	downOK bool // https may lead to http
	moved  string
	got    *answer

	requests, notModified, bytes int
}

func (c *Crawler) session(ctx context.Context, agent, address string, delay time.Duration, private bool) *session {
	s := &session{
		transport: c.net, trip: trip{agent: agent, delay: delay, private: private},
		timeout: c.Timeout, now: c.Now,
		downOK: strings.HasPrefix(strings.ToLower(address), "http:"),
	}
	// Init rather than NewCollector, which would let COLLY_ variables of the
	// environment override everything said here.
	s.collector = &colly.Collector{}
	s.collector.Init()
	s.collector.Context = ctx
	s.collector.UserAgent = agent
	s.collector.MaxBodySize = 0 // the transport bounds it, with an error
	s.collector.AllowURLRevisit = true
	s.collector.IgnoreRobotsTxt = true // the transport obeys it, on every hop
	s.collector.ParseHTTPErrorResponse = true
	s.collector.DisableCookies()
	s.collector.SetRequestTimeout(0) // the transport bounds it, without the waiting
	s.collector.WithTransport(c.net)
	s.collector.SetRedirectHandler(s.redirect)
	s.collector.OnResponse(s.response)
	return s
}

// get fetches a page, conditionally on what is remembered of it. An answer
// comes with every error that has a status.
func (s *session) get(ctx context.Context, address string, known news.PageState) (*answer, error) {
	p := s.trip
	p.left = s.timeout
	defer func() {
		s.requests += p.requests
		s.notModified += p.notModified
		s.bytes += p.bytes
	}()
	header := http.Header{"Accept": {"text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"}}
	if known.ETag != "" {
		header.Set("If-None-Match", known.ETag)
	}
	if known.LastModified != "" {
		header.Set("If-Modified-Since", known.LastModified)
	}
	s.got, s.moved = nil, ""
	s.collector.Context = context.WithValue(ctx, tripKey{}, &p)
	if err := s.collector.Request(http.MethodGet, address, nil, nil, header); err != nil {
		if ctx.Err() != nil && !isTimeout(ctx.Err()) {
			return nil, ctx.Err()
		}
		return nil, wrap(address, err)
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
	a.settle(known)
	return a, nil
}

// settle decides whether the page is what it was the last time.
func (a *answer) settle(known news.PageState) {
	if a.status == http.StatusNotModified {
		a.unchanged = true
		a.digest = known.Digest
		// A 304 may leave validators out; the old ones stay good.
		if a.etag == "" {
			a.etag = known.ETag
		}
		if a.lastModified == "" {
			a.lastModified = known.LastModified
		}
		return
	}
	a.digest = digest(a.page.Body)
	a.unchanged = a.digest == known.Digest
}

// digest is a fast fingerprint of a page, the same after a restart; never 0.
func digest(body []byte) uint64 {
	return max(xxhash.Sum64(body), 1)
}

// redirect is asked before each redirect is followed.
func (s *session) redirect(req *http.Request, via []*http.Request) error {
	from := via[len(via)-1].URL
	refuse := func(format string, args ...any) error {
		return &Error{URL: via[0].URL.String(), Fault: FaultRedirect, Err: fmt.Errorf(format, args...)}
	}
	switch {
	case len(via) > maxRedirects:
		return refuse("more than %d redirects", maxRedirects)
	case from.Scheme == "https" && req.URL.Scheme == "http" && !s.downOK:
		return refuse("redirected from https down to %s", req.URL)
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
	h := *r.Headers
	a := &answer{
		page:         extract.Page{URL: r.Request.URL.String(), Body: r.Body, Fetched: s.now()},
		status:       r.StatusCode,
		etag:         h.Get("ETag"),
		lastModified: h.Get("Last-Modified"),
		moved:        s.moved,
		fresh:        freshness(h, s.now()),
	}
	a.noIndex, a.noArchive = robotsTag(h.Values("X-Robots-Tag"))
	s.got = a
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
	if at, err := http.ParseTime(h.Get("Expires")); err == nil {
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
