package crawler

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// What a host asks for (by its robots.txt, that this be fetched first, or to be left
// alone) outlives the process: each visit notes it in what its source has
// learned, and recall puts it back in force.

// origin is the scheme and host of an address, as robots.txt is kept under.
func origin(address string) (origin, host string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	host = strings.ToLower(u.Host)
	return u.Scheme + "://" + host, host
}

// noteHost notes what the host of the listing asks for now.
func (v *visit) noteHost(now time.Time) {
	at, host := v.src.origin, v.src.host
	if address := v.address(); address != v.src.URL {
		at, host = origin(address)
	}
	v.Until = 0
	if until := v.c.net.gates.closedUntil(host); until.After(now) {
		v.Until = until.Unix()
	}
	v.c.net.robots.note(at, &v.learned)
}

// recall puts in force again what hosts asked for before this process began.
// Of several sources on one host the one that was visited last knows.
func (c *Crawler) recall(states []news.SourceState) {
	slices.SortFunc(states, func(a, b news.SourceState) int { return b.LastVisit.Compare(a.LastVisit) })
	seen := map[string]bool{}
	for _, st := range states {
		l := readLearned(st.Learned)
		at, host := origin(cmp.Or(l.Feed, st.Moved, st.URL))
		until := time.Unix(l.Until, 0)
		if left := until.Sub(c.Now()); left > 0 && left <= longestRetryAfter { // longer: the clock was ahead
			c.net.gates.at(host).close(until)
		}
		if !seen[at] {
			c.net.robots.recall(at, l)
		}
		seen[at] = true
	}
}

// A History is what an archive knows of visits that were made.
type History interface {
	SourceStates(ctx context.Context) ([]news.SourceState, error)
	Visits(ctx context.Context, source string, n int) ([]news.Visit, error)
}

// Remembered is Politeness for a process that has asked nobody yet: what the
// archive knows, which is the requests of the visits that it keeps and what
// hosts asked for.
func (c *Crawler) Remembered(ctx context.Context, archive History) ([]news.HostPoliteness, error) {
	c.init()
	states, err := archive.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	c.recall(states)
	for _, st := range states {
		visits, err := archive.Visits(ctx, st.Name, 1<<30)
		if err != nil {
			return nil, err
		}
		h := c.net.gates.at(st.Host)
		h.mu.Lock()
		for _, v := range visits {
			h.stats.Requests += v.Requests
			h.stats.NotModified += v.NotModified
			h.stats.Bytes += int64(v.Bytes)
			if v.Started.After(h.stats.LastRequest) {
				h.stats.LastRequest = v.Started
			}
		}
		h.mu.Unlock()
	}
	return c.Politeness(), nil
}
