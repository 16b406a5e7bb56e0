package feedout

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestUnderAttack measures what a normal client waits for a warm feed while
// others hold slow connections, flood headers and ask 10,000 different
// questions. It takes a while and a quiet machine, so it runs with
// STADTFEED_NIGHTLY only.
func TestUnderAttack(t *testing.T) {
	if os.Getenv("STADTFEED_NIGHTLY") == "" {
		t.Skip("takes a while; set STADTFEED_NIGHTLY=1")
	}
	s := newServer(t, towns(60))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := HTTP(s, slog.New(slog.DiscardHandler))
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	address := l.Addr().String()
	idle := waits(t, address)

	stop := make(chan struct{})
	defer close(stop)
	for range 1000 {
		go slow(address, stop)
	}
	for range 4 {
		go flood(address, stop)
	}
	go questions(address, 10_000, stop)
	time.Sleep(500 * time.Millisecond)
	busy := waits(t, address)
	t.Logf("a warm feed: p50 %s, p99 %s idle; p50 %s, p99 %s under attack", at50(idle), at99(idle), at50(busy), at99(busy))
	if bound := max(2*at99(idle), 100*time.Millisecond); at99(busy) > bound { // the attackers share the processors
		t.Errorf("p99 under attack %s, want at most %s", at99(busy), bound)
	}
	if size := s.shelf.size.Load(); size > 65<<20 {
		t.Errorf("the shelf holds %d bytes", size)
	}
}

func at50(d []time.Duration) time.Duration { return d[len(d)/2].Round(time.Microsecond) }
func at99(d []time.Duration) time.Duration { return d[len(d)*99/100].Round(time.Microsecond) }

// waits are the sorted times of 2,000 requests for a warm feed.
func waits(t *testing.T, address string) []time.Duration {
	t.Helper()
	var list []time.Duration
	for range 2000 {
		began := time.Now()
		resp, err := http.Get("http://" + address + "/all.rss")
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp.Status, err)
		}
		_ = resp.Body.Close()
		list = append(list, time.Since(began))
		time.Sleep(500 * time.Microsecond)
	}
	slices.Sort(list)
	return list
}

// slow sends a header byte by byte.
func slow(address string, stop chan struct{}) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer conn.Close() //nolint:errcheck // an attacker's
	for {
		select {
		case <-stop:
			return
		case <-time.After(200 * time.Millisecond):
			if _, err := io.WriteString(conn, "G"); err != nil {
				return
			}
		}
	}
}

// flood sends more headers than anyone reads, again and again.
func flood(address string, stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(10 * time.Millisecond):
		}
		if conn, err := net.Dial("tcp", address); err == nil {
			_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\n%s\r\n", strings.Repeat("X-Flood: "+strings.Repeat("y", 1000)+"\r\n", 100))
			_, _ = bufio.NewReader(conn).ReadString('\n')
			_ = conn.Close()
		}
	}
}

// questions asks n different searches.
func questions(address string, n int, stop chan struct{}) {
	for i := range n {
		select {
		case <-stop:
			return
		default:
		}
		resp, err := http.Get(fmt.Sprintf("http://%s/search.rss?q=wort%d", address, i))
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
