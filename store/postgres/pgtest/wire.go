//go:build unix

package pgtest

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// A Wire lies between a program and the database, and can be cut.
type Wire struct {
	net.Listener
	to string

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

// NewWire lays a wire to the database at an address; through is the address at
// its other end.
func NewWire(t testing.TB, address string) (w *Wire, through string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w = &Wire{Listener: l, to: u.Host}
	go w.run()
	t.Cleanup(func() { l.Close() }) //nolint:errcheck // the test is over
	u.Host = l.Addr().String()
	return w, u.String()
}

func (w *Wire) run() {
	for {
		here, err := w.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		there, err := net.Dial("tcp", w.to)
		if w.cut || err != nil {
			here.Close() //nolint:errcheck // it is cut
			w.mu.Unlock()
			continue
		}
		w.conns = append(w.conns, here, there)
		w.mu.Unlock()
		go io.Copy(here, there) //nolint:errcheck // ends with the connection
		go io.Copy(there, here) //nolint:errcheck // likewise
	}
}

// Cut cuts the wire, with all connections, or mends it.
func (w *Wire) Cut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, c := range w.conns {
		c.Close() //nolint:errcheck // cut
	}
	w.conns = nil
}
