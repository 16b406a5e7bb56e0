package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// A chat is a receiver that remembers what it was told, and may refuse.
type chat struct {
	*httptest.Server
	mu     sync.Mutex
	once   sync.Once
	heard  []healthNote
	refuse bool
	first  chan struct{} // closed when something was heard
}

func newChat(t *testing.T) *chat {
	c := &chat{first: make(chan struct{})}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.refuse {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		var note healthNote
		if err := json.NewDecoder(r.Body).Decode(&note); err != nil {
			t.Error(err)
		}
		c.heard = append(c.heard, note)
		c.once.Do(func() { close(c.first) })
	}))
	t.Cleanup(c.Close)
	return c
}

// texts are what was heard since the last call.
func (c *chat) texts() (all []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.heard {
		all = append(all, n.Text)
	}
	c.heard = nil
	return all
}

// hooked opens an archive whose health a chat is told.
func hooked(t *testing.T, path, address string) *service {
	t.Helper()
	return &service{core: coreOf(t, "language: en\nwebhook: "+address+"\nstore: "+path+"\n")}
}

// coreOf is what a daemon or a command works with under a configuration, until
// the test is over.
func coreOf(t *testing.T, yaml string) *core {
	t.Helper()
	cfg, err := config.Parse("stadtfeed.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	c, err := openCore(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.close() }) //nolint:errcheck // the test is over
	return c
}

func (d *service) changed(t *testing.T, at time.Time, source string, from, to news.Health, reasons ...news.Reason) {
	t.Helper()
	change := news.HealthChange{Source: source, At: at, From: from, To: to, Why: news.Say("en", reasons, ""), Reasons: reasons}
	if _, err := d.store.Commit(t.Context(), news.Report{Change: &change}); err != nil {
		t.Fatal(err)
	}
}

func wantTexts(t *testing.T, when string, c *chat, want ...string) {
	t.Helper()
	if got := c.texts(); !slices.Equal(got, want) {
		t.Errorf("%s: heard %q, want %q", when, got, want)
	}
}

func refusedBy(host string) news.Reason {
	return news.Because("fault-network", "https://"+host+"/", "connection refused")
}

// TestWebhook: changes are told once, in order, several sources of one cause in
// one note; a new source that is well is none.
func TestWebhook(t *testing.T) {
	c := newChat(t)
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), c.URL)
	hook, now := d.webhook().changes, time.Now().Truncate(time.Second)
	tell := func() {
		t.Helper()
		if err := hook.tell(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	tell()
	d.changed(t, now, "kassel", news.New, news.OK)
	d.changed(t, now, "essen", news.New, news.Broken, refusedBy("essen.example"))
	now = now.Add(10 * time.Second)
	d.changed(t, now, "ulm", news.New, news.Broken, refusedBy("ulm.example"))
	d.changed(t, now, "bonn", news.OK, news.Degraded, news.Because("held", "12"))
	tell()
	wantTexts(t, "while changes gather", c)
	now = now.Add(tellGathered)
	tell()
	wantTexts(t, "first start", c,
		"2 sources are broken (network):\n– essen: https://essen.example/: connection refused\n– ulm: https://ulm.example/: connection refused",
		"bonn is degraded: 12 entries held back: they look like old news arriving all at once")
	d.changed(t, now, "essen", news.Broken, news.OK)
	now = now.Add(2 * tellGathered)
	tell()
	wantTexts(t, "right after a round", c)
	d.changed(t, now, "ulm", news.Broken, news.OK)
	now = now.Add(tellPause)
	tell()
	tell()
	wantTexts(t, "in the end", c, "2 sources are ok:\n– essen\n– ulm")
}

// TestWebhookNote holds what programs read in a note.
func TestWebhookNote(t *testing.T) {
	change := news.HealthChange{Source: "ulm", From: news.OK, To: news.Broken, Why: "x", Reasons: []news.Reason{refusedBy("ulm.example")}}
	other := change
	other.Source = "essen"
	one := noteOf([]news.HealthChange{change}, "https://f.example", "en")
	if one.Source != "ulm" || one.To != "broken" || one.Status != "https://f.example/status" {
		t.Errorf("of one change: %+v", one)
	}
	german := noteOf([]news.HealthChange{change, other}, "https://f.example", "de")
	want := "2 Quellen sind gestört (Verbindung):\n" +
		"– ulm: https://ulm.example/: Die Verbindung kam nicht zustande oder brach ab (connection refused)"
	if !strings.HasPrefix(german.Text, want) || german.To != "broken" {
		t.Errorf("in German: %+v, want %q", german, want)
	}
	n := noteOf([]news.HealthChange{change, other, change}, "https://f.example", "en")
	if n.Source != "" || !slices.Equal(n.Sources, []string{"ulm", "essen"}) || n.Reasons[0].Code != "fault-network" || n.Advice == nil {
		t.Errorf("of several changes: %+v", n)
	}
}

// TestWebhookPlaceOutlivesRestarts: a change that was not told before the end is
// told after the next start, and what was told then is not told again, wherever
// in a round the end came.
func TestWebhookPlaceOutlivesRestarts(t *testing.T) {
	c := newChat(t)
	path, now := filepath.Join(t.TempDir(), "a.db"), time.Now().Truncate(time.Second)
	d := hooked(t, path, c.URL)
	if err := d.webhook().changes.tell(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	d.changed(t, now, "essen", news.OK, news.Broken, refusedBy("essen.example"))
	d.changed(t, now, "bonn", news.OK, news.Stale, news.Because("silent", "9", "3"))
	now = now.Add(tellGathered)
	hook := d.webhook().changes
	send := hook.send
	hook.send = func(ctx context.Context, group []news.HealthChange) error {
		defer func() { c.mu.Lock(); c.refuse = true; c.mu.Unlock() }()
		return send(ctx, group)
	}
	if err := hook.tell(t.Context(), now); err == nil {
		t.Fatal("the second note of the round was not refused")
	}
	wantTexts(t, "before the end", c, "essen is broken: https://essen.example/: connection refused")
	if n, since, err := hook.untold(t.Context()); n != 1 || err != nil || since.IsZero() {
		t.Errorf("untold = %d since %s, %v, want 1", n, since, err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	d = hooked(t, path, c.URL)
	d.changed(t, now, "ulm", news.OK, news.Broken, refusedBy("ulm.example"))
	c.refuse = false
	hook = d.webhook().changes
	for range 3 {
		if err := hook.tell(t.Context(), now.Add(tellGathered)); err != nil {
			t.Fatal(err)
		}
	}
	wantTexts(t, "after the start", c, "bonn is stale: nothing new for 9 days, where the usual pause is 3 days at most")
	if err := hook.tell(t.Context(), now.Add(2*tellPause)); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, "the next round", c, "ulm is broken: https://ulm.example/: connection refused")
}

// TestWebhookGivesUp: what could not be told for a day is left, so that the
// receiver hears what is true now.
func TestWebhookGivesUp(t *testing.T) {
	c := newChat(t)
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), c.URL)
	now := time.Now().Truncate(time.Second)
	if err := d.webhook().changes.tell(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	d.changed(t, now, "essen", news.OK, news.Broken, refusedBy("essen.example"))
	now = now.Add(tellPatience + time.Hour)
	d.changed(t, now.Add(-tellGathered), "ulm", news.OK, news.Stale, news.Because("silent", "9", "3"))
	if err := d.webhook().changes.tell(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, "a day later", c, "ulm is stale: nothing new for 9 days, where the usual pause is 3 days at most")
}

// TestWebhookLeadsNotInside holds that the configured receiver may be private,
// and where it redirects to may not.
func TestWebhookLeadsNotInside(t *testing.T) {
	asked := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer inside.Close()
	chat := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusTemporaryRedirect))
	defer chat.Close()
	var r *guard.Refusal
	if err := post(t.Context(), chat.URL, healthNote{}); !errors.As(err, &r) || !r.Internal || asked != 0 {
		t.Errorf("post = %v, the inside was asked %d times", err, asked)
	}
	if err := post(t.Context(), inside.URL, healthNote{}); err != nil || asked != 1 {
		t.Errorf("post to the receiver = %v, asked %d times", err, asked)
	}
}
