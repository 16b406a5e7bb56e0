package feedout

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// Bounds of the work and the connections that strangers can cause.
const (
	longestWait  = 5 * time.Second      // for the right to render
	mostWaiting  = 100                  // requests that wait for it; further ones are refused at once
	shortestRest = 5 * time.Millisecond // of a slot after its work
	longestRest  = time.Second
	mostConns    = 10_000 // connections
	mostPerPlace = 256    // connections from one address, unless it is a near one
)

// errBusy says that too much is being rendered.
var errBusy = errors.New("too many different pages are asked for at once")

// A queue lets few renderings run at a time, so that whoever floods the server
// with different questions waits for himself.
type queue struct {
	slots   chan struct{}
	rest    time.Duration // a slot rests so many times as long as it worked
	waiting atomic.Int64
}

func newQueue(slots int, rest time.Duration) *queue {
	return &queue{slots: make(chan struct{}, slots), rest: rest}
}

// enter waits for a slot, shortly. leave gives it back.
func (q *queue) enter(ctx context.Context) (leave func(), err error) {
	select {
	case q.slots <- struct{}{}:
		return q.leave(time.Now()), nil
	default:
	}
	defer q.waiting.Add(-1)
	if q.waiting.Add(1) > mostWaiting {
		return nil, errBusy
	}
	wait := time.NewTimer(longestWait)
	defer wait.Stop()
	select {
	case q.slots <- struct{}{}:
		return q.leave(time.Now()), nil
	case <-wait.C:
		return nil, errBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// leave gives a slot back that was taken at a time.
func (q *queue) leave(began time.Time) func() {
	free := func() { <-q.slots }
	if q.rest == 0 {
		return free
	}
	return func() { time.AfterFunc(max(shortestRest, min(q.rest*time.Since(began), longestRest)), free) }
}

// HTTP is an http.Server for the handler with bounds that slow and greedy
// clients run into; the caller listens and shuts down.
func HTTP(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ConnState:         newDoorman().watch,
	}
}

// A doorman closes connections beyond those that the server has room for.
type doorman struct {
	mu   sync.Mutex
	all  int
	from map[netip.Addr]int // connections by place; near ones are not counted
}

func newDoorman() *doorman { return &doorman{from: make(map[netip.Addr]int)} }

// watch is called by the http.Server for each connection that comes or goes.
func (d *doorman) watch(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if !d.count(place(conn.RemoteAddr()), 1) {
			_ = conn.Close() // the server sees that and tells of its end
		}
	case http.StateClosed, http.StateHijacked:
		d.count(place(conn.RemoteAddr()), -1)
	}
}

// count notes a connection that comes (1) or goes (-1), and reports whether
// there is room.
func (d *doorman) count(from netip.Addr, change int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all += change
	if !from.IsValid() {
		return d.all <= mostConns
	}
	if d.from[from] += change; d.from[from] == 0 {
		delete(d.from, from)
	}
	return d.all <= mostConns && d.from[from] <= mostPerPlace
}

// place is where a connection comes from: an address, of IPv6 the network that
// one customer gets. It is invalid for near ones, such as a proxy's, through
// which all the world may come.
func place(a net.Addr) netip.Addr {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	at := tcp.AddrPort().Addr().Unmap()
	if guard.Internal(at) != "" {
		return netip.Addr{}
	}
	if at.Is6() {
		at = netip.PrefixFrom(at, 64).Masked().Addr()
	}
	return at
}
