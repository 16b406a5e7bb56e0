package feedout

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestDomain(t *testing.T) {
	for callback, want := range map[string]string{
		"https://a.b.example.co.uk/hook":  "example.co.uk",
		"https://EXAMPLE.org.:8443/":      "example.org",
		"https://someone.github.io/x":     "someone.github.io",
		"http://8.8.8.8:8080/x":           "8.8.8.8",
		"http://[2a00:1:2:3:4::5]/x":      "2a00:1:2:3::/64",
		"http://127.0.0.1:8081/x":         "127.0.0.1:8081",
		"http://localhost:8081/x":         "localhost:8081",
		"http://[::ffff:127.0.0.1]:81/x":  "[::ffff:127.0.0.1]:81",
		"https://reader.intern.example/x": "intern.example",
	} {
		if got := domain(callback); got != want {
			t.Errorf("domain(%s) = %s, want %s", callback, got, want)
		}
	}
}

func TestClientOf(t *testing.T) {
	for _, tt := range []struct{ name, remote, forwarded, want string }{
		{"direct", "8.8.4.4:1234", "1.1.1.1", "8.8.4.4"},
		{"through a proxy", "127.0.0.1:1234", "6.6.6.6, 8.8.4.4", "8.8.4.4"},
		{"through a proxy's socket", "@", "8.8.4.4", "8.8.4.4"},
		{"IPv6", "[2a00:1:2:3:4::5]:1", "", "2a00:1:2:3::"},
		{"near", "127.0.0.1:1234", "", ""},
		{"nonsense", "127.0.0.1:1234", "x, y", ""},
	} {
		r := httptest.NewRequest(http.MethodPost, "/websub", nil)
		r.RemoteAddr = tt.remote
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := clientOf(r); got != tt.want {
			t.Errorf("%s: clientOf(%s, %s) = %q, want %q", tt.name, tt.remote, tt.forwarded, got, tt.want)
		}
	}
}

// A callback keeps its query byte for byte, and a topic is echoed as asked
// (WebSub §5.1, §5.3).
func TestHubKeepsSpellings(t *testing.T) {
	asked := make(chan string, 1)
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		}
		asked <- r.RequestURI
	}))
	t.Cleanup(to.Close)
	f, h := sample(t), &Hub{AllowPrivate: true}
	s := hubServer(t, f, h)
	h.checks.host.burst = 100 // all callbacks are on one host
	root, n := "https://feeds.example.org/nord", 0
	for _, query := range []string{"", "?", "?k=x;y", "?p=%zz", "?z=1&a=2", "?flag", "?q=a%20b+c", "?hub.mode=mine", "?ü=ö"} {
		for _, topic := range []string{"/all.rss?raw", "/all.rss?utm_source=x", "/all.rss?limit=5&full=0", "/all.rss?exclude=sport", "/search.rss?q=haushalt%20kassel"} {
			if query != "" && topic != "/all.rss?raw" {
				continue
			}
			callback := to.URL + "/hook" + query
			if code := subscribe(t, s, "hub.mode", "subscribe", "hub.topic", root+topic, "hub.callback", callback); code != http.StatusAccepted {
				t.Errorf("%s %s: %d", callback, topic, code)
				continue
			}
			got := await(t, asked, "challenge")
			prefix := "/hook?"
			if len(query) > 1 {
				prefix = "/hook" + query + "&"
			}
			rest, ok := strings.CutPrefix(got, prefix)
			values, err := url.ParseQuery(rest)
			if !ok || err != nil || values.Get("hub.topic") != root+topic {
				t.Errorf("%s %s was asked %s (%v)", callback, topic, got, err)
			}
			n++
			settled(t, h, n)
		}
	}
	f.add(news.Item{Headline: "Neuer Haushalt für Kassel", BodyText: "Haushalt", Place: "Kassel", Shown: noon, Sources: []string{"kassel"}})
	if got := await(t, asked, "delivery"); !strings.HasPrefix(got, "/hook") {
		t.Errorf("delivered to %s", got)
	}
	for range n - 1 {
		await(t, asked, "delivery")
	}
}

// A feed advertises the hub only where the hub takes it.
func TestHubIsAdvertisedWhereItHelps(t *testing.T) {
	h := &Hub{AllowPrivate: true}
	key := HashKey("geheim")
	s := newServer(t, sample(t), func(x *Site, o *Options) {
		o.Hub = h
		x.Access.Keys = []string{key}
		x.Feeds = append(x.Feeds, SavedFeed{Name: "intern", Private: true})
	})
	for path, want := range map[string]bool{
		"/all": true, "/tags/haushalt": true, "/search": true, "/feeds/digital": true, "/feeds/intern": false,
	} {
		for _, ending := range []string{".rss", ".atom", ".json"} {
			for query, want := range map[string]bool{"?limit=3": want, "?limit=3&before=3": false} {
				w := get(t, s, path+ending+query, "Authorization", "Bearer geheim")
				told := strings.Contains(w.Body.String(), "/websub") || strings.Contains(w.Header().Get("Link"), "hub")
				if w.Code != http.StatusOK || told != want {
					t.Errorf("GET %s%s%s = %d, hub told: %v, want %v", path, ending, query, w.Code, told, want)
				}
				_, taken := h.topic("https://feeds.example.org/nord" + path + ending + query)
				if taken != want {
					t.Errorf("the hub takes %s%s%s: %v, want %v", path, ending, query, taken, want)
				}
			}
		}
	}
}

// What is no feed any more ends its subscriptions, and says why; what may come
// back under another base_url does not.
func TestHubEndsSubscriptions(t *testing.T) {
	h, to := &Hub{AllowPrivate: true}, newSubscriber(t)
	s := hubServer(t, sample(t), h)
	root := "https://feeds.example.org/nord"
	for i, path := range []string{"/feeds/digital.rss", "/sources/kommune21.rss", "/all.rss"} {
		subscribe(t, s, "hub.mode", "subscribe", "hub.topic", root+path, "hub.callback", to.URL+fmt.Sprintf("/%d", i))
		await(t, to.asked, "challenge")
		settled(t, h, i+1)
	}
	before := s.site.Load().Site
	next := before
	next.BaseURL = "https://other.example.org/"
	if err := s.Configure(next); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * gather)
	settled(t, h, 3)
	next = before
	next.Feeds = []SavedFeed{{Name: "netz", Query: before.Feeds[0].Query, Formerly: []string{"digital"}}}
	if err := s.Configure(next); err != nil {
		t.Fatal(err)
	}
	told := await(t, to.asked, "denial")
	if told.Get("hub.mode") != "denied" || told.Get("hub.topic") != root+"/feeds/digital.rss" || !strings.Contains(told.Get("hub.reason"), root+"/feeds/netz.rss") {
		t.Errorf("the subscriber was told %v", told)
	}
	settled(t, h, 2)
	if w := get(t, s, "/feeds/digital.atom?limit=3"); w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != root+"/feeds/netz.atom?limit=3" {
		t.Errorf("the former address = %d, %s", w.Code, w.Header().Get("Location"))
	}
}

// No domain takes the places of the others.
func TestHubPlaces(t *testing.T) {
	h := &Hub{AllowPrivate: true}
	newServer(t, sample(t), func(_ *Site, o *Options) { o.Hub = h })
	accept := func(callback string) (*news.Subscription, error) {
		_, out, err := h.accept(intent{mode: "subscribe", lease: time.Hour, sub: news.Subscription{Topic: topic, Callback: callback}}, "")
		return out, err
	}
	for i := range mostPerDomain {
		if _, err := accept(fmt.Sprintf("https://h%d.greedy.example/", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := accept("https://more.greedy.example/"); err == nil {
		t.Error("one domain gets more than its places")
	}
	if code := subscribe(t, h.server, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", "https://more.greedy.example/"); code != http.StatusTooManyRequests {
		t.Errorf("asking for a further one = %d, want 429", code)
	}
	for i := 0; h.count() < mostSubs; i++ {
		if _, err := accept(fmt.Sprintf("https://d%d.example/%d", i%100, i)); err != nil {
			t.Fatal(err)
		}
	}
	h.mu.Lock()
	oldest := h.subs[subKey{topic, "https://h7.greedy.example/"}]
	oldest.Heard = oldest.Heard.Add(-time.Hour)
	h.mu.Unlock()
	out, err := accept("https://newcomer.example/")
	if err != nil || out == nil || out.Callback != oldest.Callback || h.count() != mostSubs {
		t.Errorf("the newcomer: %v, %v out, %d in all; want %s out", err, out, h.count(), oldest.Callback)
	}
	if _, err := accept("https://d5.example/one-more"); err != nil {
		t.Errorf("a domain with fewer than the fullest: %v", err)
	}
	if n := h.places["greedy.example"]; n != mostPerDomain-2 {
		t.Errorf("the fullest domain has %d places left, want %d", n, mostPerDomain-2)
	}
}

// Slow subscribers keep no other waiting for its delivery.
func TestHubDeliversPastTheSlow(t *testing.T) {
	f, h, to := sample(t), &Hub{AllowPrivate: true}, newSubscriber(t)
	s := hubServer(t, f, h)
	hold := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-hold }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(hold) })
	h.mu.Lock()
	for i := range 100 {
		h.put(&subscription{Subscription: news.Subscription{
			Topic: topic, Callback: fmt.Sprintf("%s/%d", slow.URL, i), Expires: time.Now().Add(time.Hour),
		}})
	}
	h.mu.Unlock()
	subscribe(t, s, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL)
	await(t, to.asked, "challenge")
	settled(t, h, 101)
	f.add(news.Item{Headline: "Nachtragshaushalt", Tags: []string{"Haushalt"}, Shown: noon, Sources: []string{"kassel"}})
	contains(t, await(t, to.got, "delivery").body, "Nachtragshaushalt")
}
