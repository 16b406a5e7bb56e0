package feedout

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestUnderAttack measures what a normal client waits for a warm feed while
// others hold slow connections, flood headers and ask 10,000 different
// questions. Attackers and server share the processors, so the attackers are
// thrifty, and the best of some turns with and without them is compared. It
// takes a while and a quiet machine, so it runs with STADTFEED_NIGHTLY only.
func TestUnderAttack(t *testing.T) {
	if os.Getenv("STADTFEED_NIGHTLY") == "" {
		t.Skip("takes a while; set STADTFEED_NIGHTLY=1")
	}
	s := newServer(t, indexed{towns(60)})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := HTTP(s, slog.New(slog.DiscardHandler))
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	address := l.Addr().String()
	idle, busy := time.Hour, time.Hour
	for range 5 {
		quiet := waits(t, address)
		end := attack(t, address)
		loud := waits(t, address)
		end()
		t.Logf("a warm feed: p50 %s, p99 %s idle; p50 %s, p99 %s under attack", at50(quiet), at99(quiet), at50(loud), at99(loud))
		idle, busy = min(idle, at99(quiet)), min(busy, at99(loud))
	}
	t.Logf("p99 under attack: %.1f times idle", float64(busy)/float64(idle))
	if busy > max(2*idle, time.Millisecond) { // less than that is the machine's own unrest
		t.Errorf("p99 under attack %s, want at most twice %s", busy, idle)
	}
	if size := s.shelf.size.Load(); size > 65<<20 {
		t.Errorf("the shelf holds %d bytes", size)
	}
}

// An indexed archive knows at once that nothing holds the words asked for, as
// the store's index does.
type indexed struct{ *fakeArchive }

func (a indexed) Items(ctx context.Context, q news.Query) ([]news.Item, error) {
	if len(q.All) > 0 {
		return nil, ctx.Err()
	}
	return a.fakeArchive.Items(ctx, q)
}

// attack starts the attackers, in a process of their own that neither takes
// the server's memory nor its threads, and returns what ends them.
func attack(t *testing.T, address string) (end func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAttackers$")
	cmd.Env = append(os.Environ(), "STADTFEED_ATTACK="+address)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		time.Sleep(500 * time.Millisecond)
	}
}

// TestAttackers is what attack starts.
func TestAttackers(t *testing.T) {
	address := os.Getenv("STADTFEED_ATTACK")
	if address == "" {
		t.Skip("is started by TestUnderAttack")
	}
	for range 1000 {
		go slow(address)
	}
	for range 4 {
		go flood(address)
		go questions(address)
	}
	time.Sleep(time.Minute)
}

func at50(d []time.Duration) time.Duration { return d[len(d)/2].Round(time.Microsecond) }
func at99(d []time.Duration) time.Duration { return d[len(d)*99/100].Round(time.Microsecond) }

// waits are the sorted times of 1,000 requests for a warm feed.
func waits(t *testing.T, address string) []time.Duration {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	var list []time.Duration
	for range 1000 {
		began := time.Now()
		resp, err := client.Get("http://" + address + "/all.rss")
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
func slow(address string) {
	for {
		conn, err := net.Dial("tcp", address)
		for err == nil {
			time.Sleep(time.Second)
			_, err = io.WriteString(conn, "G")
		}
		time.Sleep(time.Second)
	}
}

// flood sends more headers than anyone reads, again and again.
func flood(address string) {
	request := "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-Flood: "+strings.Repeat("y", 1000)+"\r\n", 100) + "\r\n"
	for {
		time.Sleep(50 * time.Millisecond)
		if conn, err := net.Dial("tcp", address); err == nil {
			_, _ = io.WriteString(conn, request)
			_, _ = bufio.NewReader(conn).ReadString('\n')
			_ = conn.Close()
		}
	}
}

// questions asks one different search after another.
func questions(address string) {
	for {
		resp, err := http.Get(fmt.Sprintf("http://%s/search.rss?q=wort%d", address, rand.Uint64()))
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
