package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// TestWebhook: each change is told once, in order; one that is refused is told
// again.
func TestWebhook(t *testing.T) {
	var heard []string
	refuse := true
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		var note healthNote
		if err := json.NewDecoder(r.Body).Decode(&note); err != nil {
			t.Error(err)
		}
		if len(note.Reasons) != 1 || note.Reasons[0].Code != "few" || note.Advice == nil {
			t.Errorf("the parts of the note are %+v, %+v", note.Reasons, note.Advice)
		}
		heard = append(heard, note.Text)
	}))
	defer chat.Close()
	cfg, err := config.Parse("stadtfeed.yaml", []byte("webhook: "+chat.URL+"\nstore: "+filepath.Join(t.TempDir(), "a.db")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := openCore(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer c.close() //nolint:errcheck // the test is over
	d := &service{core: c}
	begin := time.Now().Add(-time.Hour).Truncate(time.Second)
	for i, to := range []news.Health{news.Broken, news.OK} {
		at := begin.Add(time.Duration(i+1) * time.Minute)
		change := news.HealthChange{Source: "kassel", At: at, From: news.OK, To: to, Why: "no entries", Reasons: []news.Reason{news.Because("few", "0", "10")}}
		if _, err := c.store.Commit(t.Context(), news.Report{Change: &change}); err != nil {
			t.Fatal(err)
		}
	}
	told, err := d.tellSince(t.Context(), begin)
	if err == nil || !told.Equal(begin) {
		t.Fatalf("refused: told up to %s, err %v", told, err)
	}
	refuse = false
	for range 2 {
		if told, err = d.tellSince(t.Context(), told); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"kassel is broken: no entries", "kassel is ok"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
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
