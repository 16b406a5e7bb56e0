package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Whatever two things an archive does at once, they take their locks in the
// order that store.go tells: every pair ends. With -race it also shows that what
// a lock guards is touched under it only.
func TestLocksInEveryPair(t *testing.T) {
	ctx := context.Background()
	s, _ := temp(t)
	fillWith(t, s, 0, 60)
	var next atomic.Int64
	next.Store(100)
	word := [][]news.Term{{{Facet: news.Word, Value: "rathaus"}}}
	stop := s.Subscribe(func(news.Committed) { // a subscriber asks the archive
		if _, err := s.Items(ctx, news.Query{All: word, Limit: 3}); err != nil {
			t.Error(err)
		}
	})
	defer stop()
	operations := []struct {
		name string
		run  func() error
	}{
		{"commit", func() error {
			_, err := s.Commit(ctx, report("town", s.now(), sample(int(next.Add(1)))))
			return err
		}},
		{"commit at first", func() error {
			s.recent.drop()
			_, err := s.Commit(ctx, report("county", s.now(), sample(int(next.Add(1)))))
			return err
		}},
		{"search", func() error { _, err := s.Items(ctx, news.Query{All: word}); return err }},
		{"counts", func() error { _, err := s.Counts(ctx, news.Tag); return err }},
		{"claim", func() error {
			claims, err := s.Claim(ctx, "me", time.Minute, 9)
			for _, c := range claims {
				err = s.Release(ctx, c)
			}
			return err
		}},
		{"register", func() error {
			return s.Register(ctx, []news.SourceState{{Name: "town", Host: "town.example", Due: s.now()}})
		}},
		{"flush", func() error { return s.flushIndex(0) }},
		{"grow words", func() error { return s.growWords(1) }},
		{"rebuild words", s.rebuildWords},
		{"compact", func() error { _, err := s.Compact(ctx); return err }},
		{"backup", func() error { return s.Backup(ctx, new(bytes.Buffer)) }},
		{"verify", func() error { _, err := s.Verify(ctx); return err }},
		{"export", func() error { return s.Export(ctx, io.Discard, true) }},
		{"prune", func() error {
			_, err := s.Prune(ctx, news.Retention{Revisions: 1, Pages: 1000 * time.Hour})
			return err
		}},
		{"release", func() error { _, err := s.ReleaseHeld(ctx, ""); return err }},
		{"probe", s.probe},
		{"health", func() error { s.CompactionPays(); return s.Health() }},
	}
	for i, a := range operations {
		for _, b := range operations[i:] {
			var both sync.WaitGroup
			start := make(chan struct{})
			for _, op := range []struct {
				name string
				run  func() error
			}{a, b} {
				both.Go(func() {
					<-start
					if err := op.run(); err != nil {
						t.Errorf("%s beside %s: %v", a.name, b.name, fmt.Errorf("%s: %w", op.name, err))
					}
				})
			}
			close(start)
			both.Wait()
		}
	}
	sound(t, s)
}
