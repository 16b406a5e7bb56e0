package crawler

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// longestPause is how long a request waits for a Retry-After to be over; a
// host that wants to be left alone for longer gets its visit put off instead.
const longestPause = 2 * time.Minute

// gates let one request at a time through to each host, with the pause
// between two that the source, robots.txt and Retry-After ask for, and count
// what went through.
type gates struct {
	now func() time.Time

	mu    sync.Mutex
	hosts map[string]*gate
}

type gate struct {
	turn chan struct{} // holds one token while the gate is free

	mu     sync.Mutex
	free   time.Time // no request before
	closed time.Time // Retry-After: no request before, and none waits for it
	stats  news.HostPoliteness
}

func newGates(now func() time.Time) *gates {
	return &gates{now: now, hosts: map[string]*gate{}}
}

func (g *gates) at(host string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.hosts[host]
	if h == nil {
		h = &gate{turn: make(chan struct{}, 1), stats: news.HostPoliteness{Host: host}}
		h.turn <- struct{}{}
		g.hosts[host] = h
	}
	return h
}

// prune forgets hosts that were not asked for a week.
func (g *gates) prune() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for host, h := range g.hosts {
		h.mu.Lock()
		idle := g.now().Sub(h.stats.LastRequest) > 7*24*time.Hour && len(h.turn) == 1 && h.closed.Before(g.now())
		h.mu.Unlock()
		if idle {
			delete(g.hosts, host)
		}
	}
}

// enter waits until it is this request's turn at the host. leave must follow.
func (g *gates) enter(ctx context.Context, host string, delay time.Duration) (*gate, error) {
	h := g.at(host)
	start := g.now()
	select {
	case <-h.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.mu.Lock()
	now := g.now()
	closed, wait := h.closed.Sub(now), min(h.free.Sub(now), max(h.stats.Delay, delay))
	if closed > longestRetryAfter {
		closed = 0 // the clock was ahead when the host asked for it
	}
	h.stats.Delay = delay
	h.mu.Unlock()
	if closed > longestPause {
		h.turn <- struct{}{}
		return nil, &Error{Fault: FaultBusy, RetryAfter: closed, Err: fmt.Errorf("the host asked to be left alone for another %s", closed.Round(time.Second))}
	}
	if err := sleep(ctx, max(wait, closed)); err != nil {
		h.turn <- struct{}{}
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now = g.now()
	h.stats.Paused += now.Sub(start)
	h.stats.LastRequest = now
	h.stats.Requests++
	return h, nil
}

// close keeps the gate shut until then.
func (h *gate) close(until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if until.After(h.closed) {
		h.closed = until
	}
}

// closedUntil is until when a host is left alone; zero for one never asked.
func (g *gates) closedUntil(host string) time.Time {
	g.mu.Lock()
	h := g.hosts[host]
	g.mu.Unlock()
	if h == nil {
		return time.Time{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// leave opens the gate for the next request, after the delay.
func (g *gates) leave(h *gate, delay time.Duration, bytes int) {
	h.mu.Lock()
	h.free = g.now().Add(delay)
	h.stats.Bytes += int64(bytes)
	h.mu.Unlock()
	h.turn <- struct{}{}
}

// answered counts an answer and heeds its Retry-After.
func (g *gates) answered(h *gate, status int, retryAfter time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case status == 304:
		h.stats.NotModified++
	case status == 429 || status >= 500:
		h.stats.Refused++
	}
	if retryAfter > 0 {
		h.closed = g.now().Add(retryAfter)
	}
}

// of are the gates of those hosts that were asked; of all where none is named.
func (g *gates) of(hosts []string) []*gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(hosts) == 0 {
		return slices.Collect(maps.Values(g.hosts))
	}
	var some []*gate
	for _, host := range hosts {
		if h := g.hosts[host]; h != nil {
			some = append(some, h)
		}
	}
	return some
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// robots counts one of a host's requests as one for robots.txt.
func (g *gates) robots(host string) {
	h := g.at(strings.ToLower(host))
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stats.Robots++
}
