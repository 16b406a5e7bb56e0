package town

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Manners are what is expected of a crawler.
type Manners struct {
	Gap         time.Duration // between two requests to one host
	Robots      time.Duration // for which a robots.txt may be used; 0: for ever
	Conditional float64       // least share of conditional requests among those that could be
}

// Conduct is how a crawler behaved.
type Conduct struct {
	Requests    int // for pages
	Robots      int // for robots.txt
	NotModified int // answered 304
	Repeated    int // for what had been answered with validators before
	Conditional int // of these, with a validator
	Faults      []string
}

// maxFaults is how many faults of one site are told.
const maxFaults = 20

// A witness watches how one site is asked, as it happens: a region may be
// asked millions of times.
type witness struct {
	mu      sync.Mutex
	conduct Conduct
	asking  string // the request being answered
	last    string // the one before
	ended   time.Time
	quiet   time.Time       // Retry-After: no request before, by the region's clock
	robots  time.Time       // when robots.txt was last answered, by the region's clock
	closed  bool            // which forbade everything
	seen    map[string]bool // paths answered with validators
}

// serve answers a request under the eyes of the site's witness.
func (r *Region) serve(site *Site, w http.ResponseWriter, req *http.Request) {
	now, rec := r.now(), &recorder{ResponseWriter: w}
	site.witness.enter(site, req, now, r.Manners)
	site.serve(rec, req, now)
	site.witness.leave(site, req, now, rec)
}

// A recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	w.status = cmp.Or(w.status, status)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

const robotsPath = "/robots.txt"

// enter judges a request as it arrives: two at once on a host, gaps that are
// too short, a host entered past its robots.txt or with one that is too old,
// addresses that robots.txt forbids, Retry-After that is not obeyed, no name
// or contact in the user agent. Gaps are of real time, all else of the
// region's.
func (v *witness) enter(site *Site, req *http.Request, now time.Time, m Manners) {
	v.mu.Lock()
	defer v.mu.Unlock()
	path, gap := req.URL.RequestURI(), time.Since(v.ended)
	complain := func(format string, args ...any) {
		if len(v.conduct.Faults) < maxFaults {
			v.conduct.Faults = append(v.conduct.Faults, site.Host()+": "+path+fmt.Sprintf(format, args...))
		}
	}
	switch {
	case v.asking != "":
		complain(" began before %s had ended", v.asking)
	case v.last != "" && gap < m.Gap:
		complain(" came %v after %s, less than %v", gap, v.last, m.Gap)
	case now.Before(v.quiet):
		complain(" came %v before the end of Retry-After", v.quiet.Sub(now))
	}
	if agent := strings.ToLower(req.UserAgent()); !strings.Contains(agent, "stadtfeed") || !strings.Contains(agent, "+http") {
		complain(": user agent %q has no name or contact", req.UserAgent())
	}
	switch age := now.Sub(v.robots); {
	case path == robotsPath:
	case v.last == "":
		complain(" was the first request, not %s", robotsPath)
	case m.Robots > 0 && age > m.Robots:
		complain(" was asked with a robots.txt of %v ago", age)
	case v.closed, strings.HasPrefix(path, "/suche"):
		complain(" is forbidden by robots.txt")
	}
	v.asking = path
	if path == robotsPath {
		v.conduct.Robots++
		return
	}
	v.conduct.Requests++
	if v.seen[path] {
		v.conduct.Repeated++
		if req.Header.Get("If-None-Match") != "" || req.Header.Get("If-Modified-Since") != "" {
			v.conduct.Conditional++
		}
	}
}

// leave notes what was answered.
func (v *witness) leave(site *Site, req *http.Request, now time.Time, rec *recorder) {
	v.mu.Lock()
	defer v.mu.Unlock()
	path, header, status := req.URL.RequestURI(), rec.Header(), cmp.Or(rec.status, http.StatusOK)
	v.asking, v.last, v.ended = "", path, time.Now()
	if retry, err := time.ParseDuration(header.Get("Retry-After") + "s"); err == nil {
		v.quiet = now.Add(retry)
	}
	switch {
	case path == robotsPath && status >= http.StatusInternalServerError:
		v.robots = now // an old copy may go on to be used, RFC 9309 §2.4
	case path == robotsPath:
		v.robots, v.closed = now, site.fault(RobotsForbids, now)
	case status == http.StatusNotModified:
		v.conduct.NotModified++
	case status == http.StatusOK && !v.seen[path] && header.Get("ETag")+header.Get("Last-Modified") != "":
		if v.seen == nil {
			v.seen = map[string]bool{}
		}
		v.seen[path] = true
	}
}

// Conduct is how the crawler behaved on all sites so far.
func (r *Region) Conduct() Conduct {
	var all Conduct
	for _, site := range r.Sites {
		site.witness.mu.Lock()
		c := site.witness.conduct
		all.Requests += c.Requests
		all.Robots += c.Robots
		all.NotModified += c.NotModified
		all.Repeated += c.Repeated
		all.Conditional += c.Conditional
		all.Faults = append(all.Faults, c.Faults...)
		site.witness.mu.Unlock()
	}
	if all.Repeated > 0 && float64(all.Conditional) < r.Manners.Conditional*float64(all.Repeated) {
		all.Faults = append(all.Faults, fmt.Sprintf("%d of %d repeated requests were conditional, less than %.0f %%", all.Conditional, all.Repeated, 100*r.Manners.Conditional))
	}
	return all
}
