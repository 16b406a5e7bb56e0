package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// A notified counts what comes to the callbacks of subscribers, by callback and
// content.
type notified struct {
	mu  sync.Mutex
	got map[string]map[string]int
}

func (n *notified) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.got[r.URL.Path] == nil {
		n.got[r.URL.Path] = map[string]int{}
	}
	n.got[r.URL.Path][string(body)]++
}

// feeds are how many different feeds every callback has got, at least, and which
// came twice.
func (n *notified) feeds(callbacks int) (least int, twice []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.got) < callbacks {
		return 0, nil
	}
	least = 1 << 30
	for path, bodies := range n.got {
		least = min(least, len(bodies))
		for body, times := range bodies {
			if times > 1 {
				twice = append(twice, fmt.Sprintf("%s: %d times %.60s", path, times, body))
			}
		}
	}
	return least, twice
}

// TestHubIsShared has two feed servers take subscriptions, and kills the one that
// delivers: each subscriber gets each change of its feed once, whoever took the
// subscription.
func TestHubIsShared(t *testing.T) {
	inCI(t)
	s := newStage(t)
	s.rewrite("sources:\n", "websub: {hub: own, allow_private: true}\nsources:\n")
	address := pgtest.Empty(t, fmt.Sprintf("hub%d_%08x", os.Getpid(), crc32.ChecksumIEEE([]byte(s.dir))))
	t.Setenv("STADTFEED_STORE", address)
	s.run("database", "migrate")
	s.run("crawl")
	to := &notified{got: map[string]map[string]int{}}
	hooks := httptest.NewServer(to)
	defer hooks.Close()

	t.Setenv("STADTFEED_ROLE", "feed")
	var nodes []*process
	var at []string
	for n := range 2 {
		listen, err := freeAddress("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, "http://"+listen)
		t.Setenv("STADTFEED_LISTEN", listen)
		t.Setenv("STADTFEED_SOCKET", fmt.Sprintf("node%d.sock", n))
		t.Setenv("STADTFEED_CACHE_FOLDER", fmt.Sprintf("cache%d", n))
		nodes = append(nodes, s.start("serve", "--config", s.config()))
		s.until("a feed server has the duty", nodes[n], func() error {
			if pgtest.Count(t, address, "select count(*) from duties where name = 'hub'") == 0 {
				return fmt.Errorf("nobody has the hub")
			}
			resp, err := http.Get(at[n] + "/readyz")
			if err == nil {
				resp.Body.Close()
			}
			return err
		})
	}
	const each = 5
	for n := range 2 * each {
		form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {s.url + "/all.rss"}, "hub.callback": {fmt.Sprintf("%s/%d", hooks.URL, n)}}
		resp, err := http.PostForm(at[n%2]+"/websub", form)
		if err != nil || resp.StatusCode != http.StatusAccepted {
			t.Fatalf("subscribing at node %d: %v, %v", n%2, resp, err)
		}
		resp.Body.Close()
	}
	s.until("all are kept", nodes[0], func() error {
		if n := pgtest.Count(t, address, "select count(*) from subscriptions"); n != 2*each {
			return fmt.Errorf("%d subscriptions", n)
		}
		return nil
	})
	t.Setenv("STADTFEED_SOCKET", "elsewhere.sock")
	change := func(want int, alive *process, after time.Duration) {
		t.Helper()
		s.clock.Advance(after)
		s.run("crawl")
		s.until("all have got it", alive, func() error {
			if least, _ := to.feeds(2 * each); least < want {
				return fmt.Errorf("some got %d feeds, want %d", least, want)
			}
			return nil
		})
	}
	change(1, nodes[1], 40*time.Second)
	nodes[0].Process.Kill() // it has the hub
	<-nodes[0].done
	before, _ := to.feeds(2 * each)
	change(before+1, nodes[1], 2*time.Minute)
	time.Sleep(2 * time.Second)
	if least, twice := to.feeds(2 * each); len(twice) > 0 {
		t.Errorf("%d feeds for each, some twice: %s", least, strings.Join(twice, "\n"))
	}
}
