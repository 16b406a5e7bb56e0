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

// turnRetry is how long to wait where nobody can say whose turn it is.
const turnRetry = time.Second

// leaveWithin is how long it may take to tell that a request is over.
const leaveWithin = 5 * time.Second

// gates let one request at a time through to each host, with the pause
// between two that the source, robots.txt and Retry-After ask for, and count
// what went through.
type gates struct {
	now   func() time.Time
	turns Turns         // nil: no other process asks
	most  time.Duration // that a request takes

	mu    sync.Mutex
	hosts map[string]*gate
}

type gate struct {
	turn chan struct{} // holds one token while the gate is free

	mu     sync.Mutex
	free   time.Time // no request before
	closed time.Time // Retry-After: no request before, and none waits for it
	stats  news.HostPoliteness
	shared uint64 // the turn among all processes that the one who has this gate has
}

// Turns let one request at a time through to each host, over all processes that
// visit: an archive that several have is told of each. Enter takes a turn that
// ends by itself after within, or says how long to wait before it is asked
// again, and for how long the host is closed; Leave ends it, with the pause until
// the next one.
type Turns interface {
	Enter(ctx context.Context, host string, within time.Duration) (turn uint64, wait, closed time.Duration, err error)
	Leave(ctx context.Context, host string, turn uint64, pause, closed time.Duration) error
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
		return nil, leftAlone(closed)
	}
	err := sleep(ctx, max(wait, closed))
	if err == nil && g.turns != nil {
		h.shared, err = g.share(ctx, host)
	}
	if err != nil {
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

// leftAlone puts a visit off that would have to wait for so long.
func leftAlone(closed time.Duration) error {
	return &Error{
		Fault:      FaultBusy,
		RetryAfter: closed,
		Err:        fmt.Errorf("the host asked to be left alone for another %s", closed.Round(time.Second)),
	}
}

// share waits for the turn among all processes.
func (g *gates) share(ctx context.Context, host string) (uint64, error) {
	for {
		turn, wait, closed, err := g.turns.Enter(ctx, host, g.most)
		switch {
		case err != nil: // the archive is away; the claim ends, should that last
			wait = turnRetry
		case turn != 0:
			return turn, nil
		case closed > longestPause && closed <= longestRetryAfter:
			return 0, leftAlone(closed)
		}
		if err := sleep(ctx, wait); err != nil {
			return 0, err
		}
	}
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
	host, closed := h.stats.Host, h.closed.Sub(g.now())
	h.mu.Unlock()
	if g.turns != nil {
		ctx, cancel := context.WithTimeout(context.Background(), leaveWithin)
		defer cancel()
		_ = g.turns.Leave(ctx, host, h.shared, delay, min(max(closed, 0), longestRetryAfter)) // one that is not left ends by itself
	}
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
