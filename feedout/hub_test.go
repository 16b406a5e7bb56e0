package feedout

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// A subscriber is a WebSub subscriber: it answers challenges and keeps what is
// sent.
type subscriber struct {
	*httptest.Server
	mute  atomic.Bool
	fail  atomic.Int32 // deliveries to refuse
	asked chan url.Values
	got   chan delivery
}

type delivery struct {
	header http.Header
	body   string
}

func newSubscriber(t *testing.T) *subscriber {
	s := &subscriber{asked: make(chan url.Values, 10), got: make(chan delivery, 10)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			s.asked <- r.URL.Query()
			if !s.mute.Load() {
				_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			}
			return
		}
		if s.fail.Add(-1) >= 0 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		body, _ := io.ReadAll(r.Body)
		s.got <- delivery{r.Header, string(body)}
	}))
	t.Cleanup(s.Close)
	return s
}

// subscribe sends a request to the hub and reports the status.
func subscribe(t *testing.T, s *Server, pairs ...string) int {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/websub", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code
}

// await waits for one value.
func await[T any](t *testing.T, ch chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(5 * time.Second):
		t.Fatalf("no %s within five seconds", what)
		panic("unreachable")
	}
}

// hubServer is a server with a hub that runs until the test ends.
func hubServer(t *testing.T, f *fakeArchive, h *Hub) *Server {
	t.Helper()
	s := newServer(t, f, func(_ *Site, o *Options) { o.Hub, o.Now = h, time.Now })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

const topic = "https://feeds.example.org/nord/tags/haushalt.rss"

func (h *Hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs)
}

// settled waits until the hub holds n subscriptions.
func settled(t *testing.T, h *Hub, n int) {
	t.Helper()
	for range 500 {
		if h.count() == n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%d subscriptions, want %d", h.count(), n)
}

// TestHubIsNotHeldUp holds that strangers' searches, which wait for one another,
// keep no subscriber to a search waiting.
func TestHubIsNotHeldUp(t *testing.T) {
	f, h, to := sample(t), &Hub{AllowPrivate: true}, newSubscriber(t)
	s := hubServer(t, f, h)
	subscribe(t, s, "hub.mode", "subscribe", "hub.topic", "https://feeds.example.org/nord/search.rss?q=haushalt", "hub.callback", to.URL)
	await(t, to.asked, "challenge")
	settled(t, h, 1)
	leave, err := s.paced.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	began := time.Now()
	f.add(news.Item{Headline: "Nachtragshaushalt", BodyText: "Haushalt", Shown: noon, Sources: []string{"kassel"}})
	contains(t, await(t, to.got, "delivery").body, "Nachtragshaushalt")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the delivery took %s, want two seconds at most", took)
	}
}

func TestHub(t *testing.T) {
	f, h, to := sample(t), &Hub{AllowPrivate: true}, newSubscriber(t)
	s := hubServer(t, f, h)
	feed := get(t, s, "/tags/haushalt.rss")
	if link := feed.Header().Get("Link"); link != `<https://feeds.example.org/nord/websub>; rel="hub", <`+topic+`>; rel="self"` {
		t.Errorf("Link = %s", link)
	}
	contains(t, feed.Body.String(), `<atom:link href="https://feeds.example.org/nord/websub" rel="hub">`)
	contains(t, get(t, s, "/all.json").Body.String(), `"hubs":[{"type":"WebSub","url":"https://feeds.example.org/nord/websub"}]`)

	if code := subscribe(t, s, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL+"/hook?x=1", "hub.secret", "geheim", "hub.lease_seconds", "3600"); code != http.StatusAccepted {
		t.Fatalf("subscribing = %d", code)
	}
	asked := await(t, to.asked, "challenge")
	if asked.Get("hub.mode") != "subscribe" || asked.Get("hub.topic") != topic || asked.Get("hub.lease_seconds") != "3600" || asked.Get("x") != "1" || len(asked.Get("hub.challenge")) < 20 {
		t.Errorf("the callback was asked %v", asked)
	}
	settled(t, h, 1)

	began := time.Now()
	f.add(news.Item{Headline: "Nachtragshaushalt", Tags: []string{"Haushalt"}, Shown: noon, Sources: []string{"kassel"}})
	got := await(t, to.got, "delivery")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the delivery took %s, want two seconds at most", took)
	}
	mac := hmac.New(sha256.New, []byte("geheim"))
	mac.Write([]byte(got.body))
	if sign := got.header.Get("X-Hub-Signature"); sign != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("X-Hub-Signature = %s", sign)
	}
	if !strings.Contains(got.body, "Nachtragshaushalt") || got.header.Get("Content-Type") != rss.mediaType() || !strings.Contains(got.header.Get("Link"), `rel="self"`) {
		t.Errorf("delivered %v\n%s", got.header, got.body)
	}

	f.add(news.Item{Headline: "Anderes", Tags: []string{"Sport"}, Shown: noon, Sources: []string{"kassel"}})
	select {
	case d := <-to.got:
		t.Errorf("a feed that did not change was delivered: %s", d.body)
	case <-time.After(400 * time.Millisecond):
	}
	subscribe(t, s, "hub.mode", "unsubscribe", "hub.topic", topic, "hub.callback", to.URL+"/hook?x=1")
	if asked := await(t, to.asked, "challenge"); asked.Get("hub.mode") != "unsubscribe" {
		t.Errorf("the callback was asked %v", asked)
	}
	settled(t, h, 0)
}

func TestHubRetriesAndRemembers(t *testing.T) {
	f, to := sample(t), newSubscriber(t)
	file := HubFile(filepath.Join(t.TempDir(), "hub.json"))
	h := &Hub{AllowPrivate: true, Keeper: file}
	var offset atomic.Int64
	h.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	ctx, cancel := context.WithCancel(t.Context())
	s := newServer(t, f, func(_ *Site, o *Options) { o.Hub = h })
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	subscribe(t, s, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL)
	settled(t, h, 1)
	to.fail.Store(1)
	f.add(news.Item{Headline: "Erste", Tags: []string{"Haushalt"}, Shown: noon, Sources: []string{"kassel"}})
	for range 500 {
		if to.fail.Load() == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond)
	offset.Store(int64(deliverAfter + time.Second)) // the pause is over
	h.stir()
	contains(t, await(t, to.got, "second attempt").body, "Erste")
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}

	f.add(news.Item{Headline: "Während des Neustarts", Tags: []string{"Haushalt"}, Shown: noon, Sources: []string{"kassel"}})
	again := &Hub{AllowPrivate: true, Keeper: file}
	hubServer(t, f, again)
	contains(t, await(t, to.got, "delivery after a restart").body, "Während des Neustarts")
	settled(t, again, 1)
}

func TestHubForgetsAfterTheLease(t *testing.T) {
	h, to := &Hub{AllowPrivate: true}, newSubscriber(t)
	var offset atomic.Int64
	h.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	s := hubServer(t, sample(t), h)
	subscribe(t, s, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL)
	settled(t, h, 1)
	offset.Store(int64(usualLease + time.Minute))
	h.stir()
	settled(t, h, 0)
}

func TestHubRefuses(t *testing.T) {
	h, to := &Hub{AllowPrivate: true}, newSubscriber(t)
	s := hubServer(t, sample(t), h)
	for name, pairs := range map[string][]string{
		"no mode":         {"hub.topic", topic, "hub.callback", to.URL},
		"other mode":      {"hub.mode", "publish", "hub.topic", topic, "hub.callback", to.URL},
		"no callback":     {"hub.mode", "subscribe", "hub.topic", topic},
		"strange scheme":  {"hub.mode", "subscribe", "hub.topic", topic, "hub.callback", "file:///etc/passwd"},
		"with password":   {"hub.mode", "subscribe", "hub.topic", topic, "hub.callback", "http://a:b@x.example/"},
		"other site":      {"hub.mode", "subscribe", "hub.topic", "https://other.example/all.rss", "hub.callback", to.URL},
		"a page":          {"hub.mode", "subscribe", "hub.topic", "https://feeds.example.org/nord/all", "hub.callback", to.URL},
		"an archive page": {"hub.mode", "subscribe", "hub.topic", "https://feeds.example.org/nord/all.rss?before=3", "hub.callback", to.URL},
		"long secret":     {"hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL, "hub.secret", strings.Repeat("x", 200)},
		"bad lease":       {"hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL, "hub.lease_seconds", "ewig"},
	} {
		if code := subscribe(t, s, pairs...); code != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", name, code)
		}
	}
	if w := get(t, s, "/websub"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET /websub = %d", w.Code)
	}
	subscribe(t, s, "hub.mode", "subscribe", "hub.topic", "https://feeds.example.org/nord/sources/unbekannt.rss", "hub.callback", to.URL)
	if asked := await(t, to.asked, "denial"); asked.Get("hub.mode") != "denied" {
		t.Errorf("the callback was told %v, want denied", asked)
	}
	to.mute.Store(true)
	subscribe(t, s, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL)
	await(t, to.asked, "challenge")
	time.Sleep(50 * time.Millisecond)
	settled(t, h, 0)
}

func TestHubCallsPublicAddressesOnly(t *testing.T) {
	h, to := &Hub{}, newSubscriber(t)
	s := hubServer(t, sample(t), h)
	subscribe(t, s, "hub.mode", "subscribe", "hub.topic", topic, "hub.callback", to.URL)
	select {
	case <-to.asked:
		t.Error("a loopback callback was called")
	case <-time.After(200 * time.Millisecond):
	}
}

// TestHubAsksNoOtherProtocols holds that the hub talks to no mail server, not
// even where callbacks may be private.
func TestHubAsksNoOtherProtocols(t *testing.T) {
	for _, private := range []bool{false, true} {
		h := &Hub{AllowPrivate: private}
		_, err := h.newClient().Get("http://127.0.0.1:25/")
		if r := (*guard.Refusal)(nil); !errors.As(err, &r) || r.Internal {
			t.Errorf("asking port 25 (allow_private %v): %v, want a refusal of the port", private, err)
		}
	}
}

func TestAFolderInPlaceOfTheHubFileIsSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stadtfeed.db.hub")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	h := &Hub{Keeper: HubFile(path)}
	newServer(t, sample(t), func(_ *Site, o *Options) { o.Hub = h })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Run(ctx); err != nil {
		t.Errorf("Run = %v, want it to begin anew", err)
	}
	if aside, err := filepath.Glob(path + ".damaged-*"); err != nil || len(aside) != 1 {
		t.Errorf("set aside: %v, %v, want the folder", aside, err)
	}
}

// A file of subscriptions that cannot be read is no reason not to start: it is
// set aside, and the hub begins anew.
func TestADamagedHubFileIsSetAside(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "cut": `[{"topic":"/alle.rss",`, "of something else": `{"a":1}`, "holes": `[null]`} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "stadtfeed.db.hub")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			h := &Hub{Keeper: HubFile(path)}
			newServer(t, sample(t), func(_ *Site, o *Options) { o.Hub = h })
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := h.Run(ctx); err != nil {
				t.Errorf("Run = %v, want it to begin anew", err)
			}
			aside, err := filepath.Glob(path + ".damaged-*")
			if err != nil || len(aside) != 1 {
				t.Fatalf("set aside: %v, %v, want one file", aside, err)
			}
			if kept, err := os.ReadFile(aside[0]); err != nil || string(kept) != content {
				t.Errorf("what was set aside is %q, %v, want %q", kept, err, content)
			}
		})
	}
}
