//go:build unix

package postgres

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// TestDatabaseAway holds that a database which does not answer is said to be
// away and unwritable, so that what was read is kept, that what is known of it
// goes on to be, and that all works again once it answers.
func TestDatabaseAway(t *testing.T) {
	w, address := pgtest.NewWire(t, database(t, nameOf(t.TempDir())))
	s, err := Open(context.Background(), Address{URL: address}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	watching, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Watch(watching) //nolint:errcheck // it ends with its context
	}()
	defer func() { stop(); <-done }()
	report := news.Report{
		Visit:  news.Visit{Source: "town", Started: time.Now()},
		Drafts: []news.Draft{{Item: news.Item{URL: "https://town.example/1", Headline: "Eins"}}},
	}
	if _, err := s.Commit(t.Context(), report); err != nil {
		t.Fatal(err)
	}
	generation := s.Generation()
	w.Cut(true)
	for name, ask := range map[string]func() error{
		"Commit":      func() error { _, err := s.Commit(t.Context(), report); return err },
		"Claim":       func() error { _, err := s.Claim(t.Context(), "me", time.Minute, 1); return err },
		"SourceState": func() error { _, err := s.SourceState(t.Context(), "town"); return err },
		"PageStates":  func() error { _, err := s.PageStates(t.Context(), []string{"https://town.example/1"}); return err },
		"Items":       func() error { _, err := s.Items(t.Context(), news.Query{}); return err },
		"Enter":       func() error { _, _, _, err := s.Enter(t.Context(), "town.example", time.Second); return err },
	} {
		if err := ask(); !errors.Is(err, news.ErrUnwritable) {
			t.Errorf("%s with the database away = %v, want %v", name, err, news.ErrUnwritable)
		}
	}
	eventually(t, "the database is known to be away", func() bool { return s.Health() != nil })
	if s.Generation() != generation || s.Changed(news.Query{}) != generation {
		t.Error("with the database away, answers that were made are not good any more")
	}
	w.Cut(false)
	eventually(t, "the database is known to answer", func() bool { return s.Health() == nil })
	if _, err := s.Commit(t.Context(), report); err != nil {
		t.Errorf("Commit afterwards: %v", err)
	}
	if items, err := s.Items(t.Context(), news.Query{}); err != nil || len(items) != 1 {
		t.Errorf("%d items, %v, want one", len(items), err)
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
