package town

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A Request is one line of the region's log.
type Request struct {
	Host, Method, Path, Agent string
	Began, Ended              time.Time
	Status                    int
	Conditional               bool          // it carried a validator
	Validators                bool          // the answer gave validators
	RetryAfter                time.Duration // that the answer asked for
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

// handler serves a site and logs its requests.
func (r *Region) handler(site *Site) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		began, rec := time.Now(), &recorder{ResponseWriter: w}
		site.serve(rec, req, r.now())
		retry, _ := time.ParseDuration(w.Header().Get("Retry-After") + "s")
		line := Request{
			Host: site.Host(), Method: req.Method, Path: req.URL.RequestURI(), Agent: req.UserAgent(),
			Began: began, Ended: time.Now(), Status: cmp.Or(rec.status, http.StatusOK),
			Conditional: req.Header.Get("If-None-Match") != "" || req.Header.Get("If-Modified-Since") != "",
			Validators:  w.Header().Get("ETag") != "" || w.Header().Get("Last-Modified") != "",
			RetryAfter:  retry,
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.log = append(r.log, line)
	})
}

// Requests are the lines of the log, in the order in which they began.
func (r *Region) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	log := slices.Clone(r.log)
	slices.SortStableFunc(log, func(a, b Request) int { return a.Began.Compare(b.Began) })
	return log
}

// Manners are what is expected of a crawler.
type Manners struct {
	Gap         time.Duration // between two requests to one host
	Conditional float64       // least share of conditional requests among those that could be
}

// Misbehaviour judges the log: two requests at once on a host, gaps that were
// too short, a host that was entered past its robots.txt, addresses that
// robots.txt forbids, Retry-After that was not obeyed, no name or contact in
// the user agent, and too few conditional requests.
func (r *Region) Misbehaviour(m Manners) []string {
	var faults []string
	complain := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	last := map[string]Request{}
	seen := map[string]bool{}
	could, did := 0, 0
	for _, q := range r.Requests() {
		before, known := last[q.Host]
		gap := q.Began.Sub(before.Ended)
		switch {
		case !known && q.Path != "/robots.txt":
			complain("%s: first request was for %s, not /robots.txt", q.Host, q.Path)
		case known && gap < 0:
			complain("%s: %s began %v before %s had ended", q.Host, q.Path, -gap, before.Path)
		case known && gap < m.Gap:
			complain("%s: %s came %v after %s, less than %v", q.Host, q.Path, gap, before.Path, m.Gap)
		case known && gap < before.RetryAfter:
			complain("%s: %s came %v after Retry-After: %v", q.Host, q.Path, gap, before.RetryAfter)
		}
		if strings.HasPrefix(q.Path, "/suche") {
			complain("%s: %s is forbidden by robots.txt", q.Host, q.Path)
		}
		if !strings.Contains(strings.ToLower(q.Agent), "stadtfeed") || !strings.Contains(q.Agent, "+http") {
			complain("%s: user agent %q has no name or contact", q.Host, q.Agent)
		}
		if seen[q.Host+q.Path] && q.Path != "/robots.txt" {
			could++
			if q.Conditional {
				did++
			}
		}
		seen[q.Host+q.Path] = seen[q.Host+q.Path] || q.Status == http.StatusOK && q.Validators
		last[q.Host] = q
	}
	if could > 0 && float64(did) < m.Conditional*float64(could) {
		complain("%d of %d repeated requests were conditional, less than %.0f %%", did, could, 100*m.Conditional)
	}
	return faults
}
