// Package town simulates a region of municipal web sites on loopback: real
// HTTP, real validators, the mark-up of real content management systems and
// reports that appear, are edited and are taken down as its clock advances.
//
// The demo, the end-to-end tests and the load tests run against it. It keeps
// a log of every request, from which it judges how polite a crawler was. It
// imports nothing of Stadtfeed: to the crawler it is a stranger.
package town

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A Region is a set of sites that are being served.
type Region struct {
	Sites   []*Site
	Manners Manners // expected of crawlers; set before the first request

	now     func() time.Time
	servers []*http.Server
	byHost  map[string]*Site
}

// Start serves the sites, each on a loopback address of its own where the
// system has them (Linux), else on a port of its own. now is the clock by
// which reports appear and change.
func Start(now func() time.Time, sites ...*Site) (*Region, error) {
	r := &Region{Sites: sites, now: now, byHost: map[string]*Site{}}
	for i, site := range sites {
		listener, err := listen(i)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("site %s: %w", site.Name, err), r.Close())
		}
		site.base = "http://" + listener.Addr().String()
		handler := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.serve(site, w, req) })
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
		r.servers = append(r.servers, server)
		go server.Serve(listener) //nolint:errcheck // ends with ErrServerClosed
	}
	return r, nil
}

// Imagine is a region without sockets that only RoundTrip reaches, each site
// at https://NAME.example: thousands of them fit into one test.
func Imagine(now func() time.Time, sites ...*Site) *Region {
	r := &Region{Sites: sites, now: now, byHost: map[string]*Site{}}
	for _, site := range sites {
		site.base = "https://" + site.Name + ".example"
		r.byHost[site.Host()] = site
	}
	return r
}

// RoundTrip answers for the sites of an imagined region.
func (r *Region) RoundTrip(req *http.Request) (*http.Response, error) {
	site := r.byHost[req.URL.Host]
	if site == nil {
		return nil, &net.DNSError{Err: "no such host", Name: req.URL.Hostname(), IsNotFound: true}
	}
	w := &memory{header: http.Header{}}
	r.serve(site, w, req)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	status := cmp.Or(w.status, http.StatusOK)
	return &http.Response{
		StatusCode: status, Status: strconv.Itoa(status) + " " + http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}, nil
}

// memory takes an answer.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header { return m.header }

func (m *memory) WriteHeader(status int) { m.status = cmp.Or(m.status, status) }

func (m *memory) Write(p []byte) (int, error) {
	m.WriteHeader(http.StatusOK)
	return m.body.Write(p)
}

// listen opens the i-th address of the region.
func listen(i int) (net.Listener, error) {
	var config net.ListenConfig
	own := fmt.Sprintf("127.0.%d.%d:0", 21+i/250, i%250+1)
	if l, err := config.Listen(context.Background(), "tcp", own); err == nil {
		return l, nil
	}
	return config.Listen(context.Background(), "tcp", "127.0.0.1:0")
}

// Close ends all sites at once.
func (r *Region) Close() error {
	var errs []error
	for _, server := range r.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}

// Site is the site of that name; nil if there is none.
func (r *Region) Site(name string) *Site {
	i := slices.IndexFunc(r.Sites, func(s *Site) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return r.Sites[i]
}

// An Event is a change of the region that is still to come or has happened.
type Event struct {
	At       time.Time
	Site     *Site
	Article  *Article
	What     What
	Headline string // after the change
}

// What happens to an article.
type What string

// The changes of an article.
const (
	Appears   What = "appears"
	Edited    What = "is edited"
	Withdrawn What = "is withdrawn"
)

// Events are all scheduled changes, in the order of time.
func (r *Region) Events() []Event {
	var events []Event
	for _, site := range r.Sites {
		for _, a := range site.Articles {
			for what, at := range map[What]time.Time{Appears: a.Appears, Edited: a.Edited, Withdrawn: a.Withdrawn} {
				if !at.IsZero() {
					events = append(events, Event{at, site, a, what, a.At(at).Headline})
				}
			}
		}
	}
	slices.SortFunc(events, func(x, y Event) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Headline, y.Headline)) })
	return events
}

// A Clock stands still until it is advanced.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock is a clock that shows a moment.
func NewClock(at time.Time) *Clock { return &Clock{at: at} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance puts the clock forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
