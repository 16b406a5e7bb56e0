package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
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
