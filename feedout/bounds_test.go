package feedout

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// A caller is a connection from an address that remembers its end.
type caller struct {
	net.Conn
	from   net.Addr
	closed bool
}

func (c *caller) RemoteAddr() net.Addr { return c.from }
func (c *caller) Close() error         { c.closed = true; return nil }

func TestDoorman(t *testing.T) {
	refused := func(d *doorman, n int, from ...string) int {
		count := 0
		for i := range n {
			c := &caller{from: &net.TCPAddr{IP: net.ParseIP(from[i%len(from)]), Port: 4000 + i%1000}}
			if d.watch(c, http.StateNew); c.closed {
				count++
				d.watch(c, http.StateClosed)
			}
		}
		return count
	}
	for _, c := range []struct {
		name string
		from []string
		n    int
		want int
	}{
		{"one address", []string{"192.0.3.7"}, mostPerPlace + 10, 10},
		{"two addresses", []string{"192.0.3.7", "192.0.3.8"}, 2 * mostPerPlace, 0},
		{"one network of IPv6", []string{"2a00:1:2:3::1", "2a00:1:2:3::2"}, mostPerPlace + 10, 10},
		{"a proxy on this machine", []string{"127.0.0.1"}, mostPerPlace + 10, 0},
		{"a proxy beside it", []string{"10.0.0.2"}, mostConns + 10, 10},
	} {
		if got := refused(newDoorman(), c.n, c.from...); got != c.want {
			t.Errorf("%s: %d connections refused, want %d", c.name, got, c.want)
		}
	}
	d := newDoorman()
	at := &net.TCPAddr{IP: net.ParseIP("192.0.3.7")}
	for range 3 * mostPerPlace {
		c := &caller{from: at}
		if d.watch(c, http.StateNew); c.closed {
			t.Fatal("refused although the former connections have ended")
		}
		d.watch(c, http.StateClosed)
	}
	if len(d.from) != 0 || d.all != 0 {
		t.Errorf("%d places and %d connections remembered, want none", len(d.from), d.all)
	}
}

// TestStrangersWaitForThemselves holds that whoever thinks of names without end
// keeps nobody from what there is.
func TestStrangersWaitForThemselves(t *testing.T) {
	s := newServer(t, sample(t))
	get(t, s, "/") // the tags are known
	leave, err := s.paced.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	for path, waits := range map[string]bool{
		"/tags/haushalt": false, "/places/kassel.rss": false, "/sources/kassel.atom": false, "/all.json": false, "/feeds/digital.rss": false, "/tags": false,
		"/tags/x1": true, "/places/x2.rss": true, "/tags/haushalt+verkehr": true, "/search?q=x3": true, "/all.rss?limit=7": true, "/all.rss?before=3": true, "/all?exclude=x4": true,
	} {
		patience := time.Minute
		if waits {
			patience = 20 * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
		if got := w.Body.Len() == 0 || w.Code != 200; got != waits {
			t.Errorf("%s waits for others: %v, want %v", path, got, waits)
		}
		cancel()
	}
}

func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 3)
		began := time.Now()
		leave, err := q.enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		leave()
		if leave, err = q.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := time.Since(began), 400*time.Millisecond; got != want {
			t.Errorf("the slot was free again after %s, want %s: its work and three times as long", got, want)
		}
		for range mostWaiting {
			go func() {
				if _, err := q.enter(t.Context()); !errors.Is(err, errBusy) {
					t.Errorf("a wait of %s ended with %v, want errBusy", longestWait, err)
				}
			}()
		}
		synctest.Wait()
		began = time.Now()
		if _, err := q.enter(t.Context()); !errors.Is(err, errBusy) || time.Since(began) != 0 {
			t.Errorf("one too many: %v after %s, want errBusy at once", err, time.Since(began))
		}
		time.Sleep(longestWait)
		leave()
		time.Sleep(longestRest)
	})
}
