package feedout

import (
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
	"github.com/stadtfeed/stadtfeed/news"
)

// Bounds of the hub. Strangers subscribe, so everything has one.
const (
	shortestLease = 5 * time.Minute
	usualLease    = 10 * 24 * time.Hour
	longestLease  = 30 * 24 * time.Hour
	mostSubs      = 10_000
	mostPerDomain = 200 // subscriptions whose callbacks are in one domain
	longestSecret = 200 // bytes, WebSub §5.1
	longestTopic  = 4 * longestPath
	longestHook   = 2000 // bytes of a callback
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
	Keeper       Keeper // nil: subscriptions live in memory, or in Shared
	Agent        string // User-Agent of the hub's requests

	// Shared is where several servers keep their subscriptions: each of them takes
	// some, and the one that has the Duty delivers. nil: there is only one server.
	Shared Shared
	Duty   func() bool

	server *Server
	client *http.Client
	checks turns // verifications
	sends  turns // deliveries and denials
	wake   chan struct{}
	saving sync.Mutex
	mu     sync.Mutex
	subs   map[subKey]*subscription
	places map[string]int // subscriptions by domain
	dirty  bool

	refreshing sync.Mutex
	refreshed  time.Time // when Shared was last read
}

// The paces of the hub. A host that never asked for anything gets few requests,
// whoever has it asked; a slow one holds up its own.
var (
	checkedHost   = pace{atOnce: 2, waiting: 200, burst: 5, every: time.Second}
	askingClient  = pace{atOnce: 8, waiting: 400, burst: 60, every: 500 * time.Millisecond}
	deliveredHost = pace{atOnce: 4}
)

const (
	checksAtOnce = 64
	checksWait   = 2000 // verifications that wait
	sendsAtOnce  = 64
)

type subKey struct{ topic, callback string }

// A subscription is one that this process knows of.
type subscription struct {
	news.Subscription
	busy bool // a delivery waits or runs
}

// attach makes the hub serve a Server's feeds.
func (h *Hub) attach(s *Server) {
	h.server, h.client = s, h.newClient()
	h.checks = turns{atOnce: checksAtOnce, most: checksWait, host: checkedHost, client: askingClient}
	h.sends = turns{atOnce: sendsAtOnce, most: 2 * mostSubs, host: deliveredHost}
	h.wake, h.subs, h.places = make(chan struct{}, 1), make(map[subKey]*subscription), make(map[string]int)
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

// load reads the subscriptions of the last run. What cannot be read is set aside.
func (h *Hub) load() {
	if h.Keeper == nil {
		return
	}
	data, err := h.Keeper.Load()
	if err == nil && data == nil {
		return
	}
	var list []*subscription
	if err == nil {
		err = json.Unmarshal(data, &list)
	}
	if err != nil || slices.Contains(list, nil) {
		aside, asideErr := h.Keeper.SetAside()
		h.Log.Error("the hub's subscriptions cannot be read and are set aside; subscribers have to come again", "file", aside, "err", errors.Join(err, asideErr))
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, sub := range list {
		h.put(sub)
	}
}

// save writes the subscriptions if they changed. Nobody waits for the disk.
func (h *Hub) save() {
	h.saving.Lock()
	defer h.saving.Unlock()
	h.mu.Lock()
	if !h.dirty || h.Keeper == nil {
		h.mu.Unlock()
		return
	}
	list := make([]subscription, 0, len(h.subs))
	for _, sub := range h.subs {
		list = append(list, *sub)
	}
	h.dirty = false
	h.mu.Unlock()
	data, err := json.Marshal(list)
	if err == nil {
		err = h.Keeper.Save(data)
	}
	if err != nil {
		h.Log.Error("saving subscriptions failed", "err", err)
		h.mu.Lock()
		h.dirty = true
		h.mu.Unlock()
	}
}

// ServeHTTP takes subscriptions (WebSub §5.1).
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		plainText(w, http.StatusMethodNotAllowed, "this is a WebSub hub: subscriptions are asked for with POST")
		return
	}
	h.refresh(r.Context())
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
	if why := h.room(ask); why != "" {
		tryLater(w, http.StatusTooManyRequests, time.Hour, why)
		return
	}
	turn := &turn{key: subKey{ask.mode + " " + ask.sub.Topic, ask.sub.Callback}, host: domain(ask.sub.Callback), client: clientOf(r)}
	turn.run = func() bool { return h.verify(ask) }
	if err := h.checks.add(turn); err != nil {
		tryLater(w, http.StatusTooManyRequests, time.Minute, err.Error())
		return
	}
	plainText(w, http.StatusAccepted, "the callback will be asked")
}

// tryLater refuses a request for now.
func tryLater(w http.ResponseWriter, status int, after time.Duration, why string) {
	w.Header().Set("Retry-After", strconv.Itoa(int(after/time.Second)))
	plainText(w, status, why)
}

// An intent is a subscription or its end, not verified yet.
type intent struct {
	mode  string
	sub   news.Subscription
	lease time.Duration
}

// parse reads a subscription request.
func (h *Hub) parse(form url.Values) (intent, error) {
	ask := intent{mode: form.Get("hub.mode"), lease: usualLease}
	if ask.mode != "subscribe" && ask.mode != "unsubscribe" {
		return ask, fmt.Errorf("hub.mode %q: want subscribe or unsubscribe", cut(ask.mode, 40))
	}
	ask.sub = news.Subscription{Topic: form.Get("hub.topic"), Callback: form.Get("hub.callback"), Secret: form.Get("hub.secret")}
	if !isCallback(ask.sub.Callback) {
		return ask, errors.New("hub.callback: want a full http or https address")
	}
	if _, ok := h.topic(ask.sub.Topic); !ok && !(ask.mode == "unsubscribe" && h.has(ask.sub)) {
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
	if len(ask.sub.Secret) >= longestSecret {
		return ask, fmt.Errorf("hub.secret: want less than %d bytes", longestSecret)
	}
	return ask, nil
}

// isCallback reports a full address that can be asked as it stands.
func isCallback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > longestHook || strings.ContainsAny(address, " \t") {
		return false
	}
	web := u.Scheme == "http" || u.Scheme == "https"
	return web && u.Hostname() != "" && u.User == nil && !strings.Contains(address, "#")
}
