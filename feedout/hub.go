package feedout

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// Bounds of the hub. Strangers subscribe, so everything has one.
const (
	shortestLease = 5 * time.Minute
	usualLease    = 10 * 24 * time.Hour
	longestLease  = 30 * 24 * time.Hour
	mostSubs      = 10_000
	mostPerHost   = 200 // subscriptions whose callbacks are on one host
	mostChecks    = 16  // verifications that run at once
	longestSecret = 200 // bytes, WebSub §5.1
)

// A Keeper remembers the hub's subscriptions over a restart. Load gives nil
// where nothing was saved yet. SetAside puts away what cannot be understood, and
// tells where it is now.
type Keeper interface {
	Load() ([]byte, error)
	Save([]byte) error
	SetAside() (name string, err error)
}

// HubFile is a Keeper in a file that only its owner can read, since it holds
// the subscribers' secrets.
type HubFile string

// Load reads the file.
func (f HubFile) Load() ([]byte, error) {
	data, err := os.ReadFile(string(f))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Save replaces the file as a whole.
func (f HubFile) Save(data []byte) error {
	return files.Replace(string(f), files.Private, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// SetAside renames the file.
func (f HubFile) SetAside() (name string, err error) {
	name = string(f) + ".damaged-" + time.Now().UTC().Format("20060102T150405")
	return name, os.Rename(string(f), name)
}

// A Hub is a WebSub hub (W3C Recommendation of 2018) for the feeds of one
// Server: it takes subscriptions under /websub, verifies them, and sends a feed
// to its subscribers when it has changed. Set the fields, hand the Hub to New
// by Options.Hub, and keep Run running.
type Hub struct {
	Log          *slog.Logger // nil: discarded
	Now          func() time.Time
	AllowPrivate bool   // let callbacks be on private and loopback addresses
	Keeper       Keeper // nil: subscriptions live in memory
	Agent        string // User-Agent of the hub's requests

	server *Server
	client *http.Client
	checks chan struct{}
	wake   chan struct{}
	mu     sync.Mutex
	subs   map[subKey]*subscription
	dirty  bool
}

type subKey struct{ topic, callback string }

// A subscription is one subscriber to one feed. Seen is the digest of what was
// sent last, so that a change during a restart is sent afterwards.
type subscription struct {
	Topic    string    `json:"topic"`
	Callback string    `json:"callback"`
	Secret   string    `json:"secret,omitempty"`
	Expires  time.Time `json:"expires"`
	Seen     string    `json:"seen"`

	busy     bool      // a delivery runs
	failures int       // deliveries in a row that failed
	next     time.Time // of the next attempt
}

// attach makes the hub serve a Server's feeds.
func (h *Hub) attach(s *Server) {
	h.server, h.client = s, h.newClient()
	h.checks, h.wake, h.subs = make(chan struct{}, mostChecks), make(chan struct{}, 1), make(map[subKey]*subscription)
	if h.Log == nil {
		h.Log = s.log
	}
	if h.Now == nil {
		h.Now = s.now
	}
}

// hubURL is the hub that the feeds advertise; empty: none.
func (s *Server) hubURL(x *site) string {
	if x.Hub == "" && s.opt.Hub != nil {
		return x.url("/websub")
	}
	return webURL(x.Hub)
}

// load reads the subscriptions of the last run.
func (h *Hub) load() error {
	if h.Keeper == nil {
		return nil
	}
	data, err := h.Keeper.Load()
	if err != nil || data == nil {
		return err
	}
	var list []*subscription
	if err := json.Unmarshal(data, &list); err != nil || slices.Contains(list, nil) {
		aside, asideErr := h.Keeper.SetAside()
		h.Log.Error("the hub's subscriptions cannot be read and are set aside; subscribers have to come again", "file", aside, "err", errors.Join(err, asideErr))
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, sub := range list {
		h.subs[subKey{sub.Topic, sub.Callback}] = sub
	}
	return nil
}

// save writes the subscriptions if they changed.
func (h *Hub) save() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.dirty || h.Keeper == nil {
		return
	}
	list := make([]*subscription, 0, len(h.subs))
	for _, sub := range h.subs {
		list = append(list, sub)
	}
	data, err := json.Marshal(list)
	if err == nil {
		err = h.Keeper.Save(data)
	}
	if err != nil {
		h.Log.Error("saving subscriptions failed", "err", err)
		return
	}
	h.dirty = false
}

// ServeHTTP takes subscriptions (WebSub §5.1).
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		plainText(w, http.StatusMethodNotAllowed, "this is a WebSub hub: subscriptions are asked for with POST")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if err := r.ParseForm(); err != nil {
		plainText(w, http.StatusBadRequest, "the form cannot be read")
		return
	}
	ask, err := h.parse(r.PostForm)
	if err != nil {
		plainText(w, http.StatusBadRequest, err.Error())
		return
	}
	select {
	case h.checks <- struct{}{}:
		go func() {
			defer func() { <-h.checks }()
			h.verify(ask)
		}()
		plainText(w, http.StatusAccepted, "the callback will be asked")
	default:
		w.Header().Set("Retry-After", "30")
		plainText(w, http.StatusServiceUnavailable, "too many subscriptions are being verified")
	}
}

// An intent is a subscription or its end, not verified yet.
type intent struct {
	mode  string
	sub   subscription
	lease time.Duration
}

// parse reads a subscription request.
func (h *Hub) parse(form url.Values) (intent, error) {
	ask := intent{mode: form.Get("hub.mode"), lease: usualLease}
	if ask.mode != "subscribe" && ask.mode != "unsubscribe" {
		return ask, fmt.Errorf("hub.mode %q: want subscribe or unsubscribe", cut(ask.mode, 40))
	}
	callback, err := url.Parse(form.Get("hub.callback"))
	if err != nil || callback.Scheme != "http" && callback.Scheme != "https" || callback.Hostname() == "" || callback.User != nil || callback.Fragment != "" || len(form.Get("hub.callback")) > 2000 {
		return ask, errors.New("hub.callback: want a full http or https address")
	}
	topic, ok := h.topic(form.Get("hub.topic"))
	if !ok {
		return ask, errors.New("hub.topic: want the address of a feed of this server")
	}
	if s := form.Get("hub.lease_seconds"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return ask, errors.New("hub.lease_seconds: want a number of seconds")
		}
		if n > 0 {
			ask.lease = min(max(time.Duration(min(n, 1<<30))*time.Second, shortestLease), longestLease)
		}
	}
	ask.sub = subscription{Topic: topic, Callback: callback.String(), Secret: form.Get("hub.secret")}
	if len(ask.sub.Secret) >= longestSecret {
		return ask, fmt.Errorf("hub.secret: want less than %d bytes", longestSecret)
	}
	return ask, nil
}

// topic is the address of one of our public feeds as we write it.
func (h *Hub) topic(address string) (string, bool) {
	if len(address) > 4*longestPath {
		return "", false
	}
	x := h.server.site.Load()
	rest, ok := strings.CutPrefix(address, x.root)
	if !ok {
		return "", false
	}
	u, err := url.Parse(rest)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "", false
	}
	path, f := split(u.Path)
	if f == page {
		return "", false
	}
	w, ok := x.parse(path, u.Query(), h.Now())
	if !ok || len(w.wrong) > 0 || w.slugged() != path || w.before > 0 || w.until > 0 || x.feeds[w.saved].Private {
		return "", false
	}
	return x.url(w.address(f)), true
}

// feed is the present answer for a topic, for a subscriber who is verified or
// not yet.
func (h *Hub) feed(ctx context.Context, topic string, verified bool) (*answer, error) {
	s := h.server
	x := s.site.Load()
	u, err := url.Parse(strings.TrimPrefix(topic, x.root))
	if err != nil {
		return nil, err
	}
	path, f := split(u.Path)
	j, err := s.job(x, path, f, u.Query(), pick(x.Language))
	if err != nil {
		return nil, err
	}
	j.site = x
	j.paced = j.paced && !verified // what strangers search for must not keep subscribers waiting
	return s.prepared(ctx, key{u.Path, j.query, forReaders}, j)
}

// accept enters a verified subscription, or takes it out.
func (h *Hub) accept(ask intent, seen string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := subKey{ask.sub.Topic, ask.sub.Callback}
	h.dirty = true
	if ask.mode == "unsubscribe" {
		delete(h.subs, k)
		return nil
	}
	if old := h.subs[k]; old != nil { // renewed
		old.Secret, old.Expires = ask.sub.Secret, h.Now().Add(ask.lease)
		return nil
	}
	host, same := news.Host(ask.sub.Callback), 0
	for _, sub := range h.subs {
		if news.Host(sub.Callback) == host {
			same++
		}
	}
	if len(h.subs) >= mostSubs || same >= mostPerHost {
		return errors.New("too many subscriptions")
	}
	sub := ask.sub
	sub.Expires, sub.Seen = h.Now().Add(ask.lease), seen
	h.subs[k] = &sub
	return nil
}

// verify asks the callback whether it meant the request (WebSub §5.3).
func (h *Hub) verify(ask intent) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	seen := ""
	if ask.mode == "subscribe" {
		a, err := h.feed(ctx, ask.sub.Topic, false)
		switch {
		case errors.Is(err, errBusy):
			h.deny(ctx, ask, "too much is asked for at once, please try again later")
			return
		case err != nil:
			h.deny(ctx, ask, "there is no such feed")
			return
		}
		seen = a.digest
	}
	challenge, err := h.challenge(ctx, ask)
	if err == nil && !challenge {
		err = errors.New("the callback does not repeat the challenge")
	}
	if err == nil {
		err = h.accept(ask, seen)
	}
	if err != nil {
		h.Log.Info("subscription refused", "host", guard.HostOf(ask.sub.Callback), "err", guard.HostOnly(err))
		return
	}
	h.Log.Info("subscription "+map[string]string{"subscribe": "taken", "unsubscribe": "ended"}[ask.mode], "host", guard.HostOf(ask.sub.Callback))
	h.stir()
}

// challenge asks the callback to repeat a random text.
func (h *Hub) challenge(ctx context.Context, ask intent) (bool, error) {
	text := rand.Text()
	pairs := []string{"hub.mode", ask.mode, "hub.topic", ask.sub.Topic, "hub.challenge", text}
	if ask.mode == "subscribe" {
		pairs = append(pairs, "hub.lease_seconds", strconv.Itoa(int(ask.lease/time.Second)))
	}
	status, body, err := h.ask(ctx, ask.sub.Callback, pairs...)
	if err != nil {
		return false, err
	}
	return status/100 == 2 && bytes.Equal(bytes.TrimSpace(body), []byte(text)), nil
}

// deny tells the callback that there will be no subscription (WebSub §5.2).
func (h *Hub) deny(ctx context.Context, ask intent, reason string) {
	if _, _, err := h.ask(ctx, ask.sub.Callback, "hub.mode", "denied", "hub.topic", ask.sub.Topic, "hub.reason", reason); err != nil {
		h.Log.Debug("denial not delivered", "host", guard.HostOf(ask.sub.Callback), "err", guard.HostOnly(err))
	}
}

// ask sends a GET to a callback with further query values.
func (h *Hub) ask(ctx context.Context, callback string, pairs ...string) (int, []byte, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return 0, nil, err
	}
	q := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	u.RawQuery = q.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("User-Agent", h.Agent)
	resp, err := h.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	return resp.StatusCode, body, err
}
