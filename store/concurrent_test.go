package store

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

// Writers find what they have written, by word, tag and address, while the
// full-text index is written in tiny segments, the file is compacted and others
// read.
func TestWritersFindWhatTheyWrote(t *testing.T) {
	ctx := context.Background()
	s, _ := temp(t)
	done := make(chan struct{})
	var others, writers sync.WaitGroup
	busy := func(do func() error) {
		others.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if err := do(); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	busy(func() error { return s.growWords(3) })
	busy(func() error { _, err := s.Compact(ctx); return err })
	busy(func() error { _, err := s.Items(ctx, news.Query{Limit: 50}); return err })
	for w := range 3 {
		writers.Go(func() {
			for n := range nightly(15, 300) {
				if err := writeAndFind(s, w, n); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	others.Wait()
	sound(t, s)
}

func writeAndFind(s *Store, w, n int) error {
	ctx := context.Background()
	it := news.Item{
		URL: fmt.Sprintf("https://town%d.example/%d", w, n), Headline: fmt.Sprintf("Meldung %d von %d", n, w),
		Tags: []string{fmt.Sprintf("Thema %d", n)},
	}
	find := func(word string, want int) error {
		for what, q := range map[string]news.Query{
			"alone":   {All: [][]news.Term{{{Facet: news.Word, Value: word}}}},
			"and tag": {All: [][]news.Term{{{Facet: news.Word, Value: word}}, {{Facet: news.Tag, Value: fmt.Sprintf("thema-%d", n)}}}},
		} {
			if got, err := s.Items(ctx, q); err != nil || len(got) != want {
				return fmt.Errorf("%s %s: %d items, %w, want %d", word, what, len(got), err, want)
			}
		}
		return nil
	}
	for _, step := range []struct{ body, is, was string }{{"b", "b", "c"}, {"c", "c", "b"}} {
		it.BodyText = fmt.Sprintf("nun %s%dx%dq gesagt", step.body, w, n)
		if _, err := s.Commit(ctx, report(fmt.Sprintf("town%d", w), s.now(), it)); err != nil {
			return err
		}
		if err := find(fmt.Sprintf("%s%dx%dq", step.is, w, n), 1); err != nil {
			return err
		}
		if err := find(fmt.Sprintf("%s%dx%dq", step.was, w, n), 0); err != nil {
			return err
		}
	}
	return find(fmt.Sprintf("%dx%dq", w, n), 0) // no beginning of a word
}

// More calls of Commit wait than one transaction serves, the one that writes
// for all among the last: each returns only after its own report was written.
func TestManyCallsOfCommitWait(t *testing.T) {
	s, _ := temp(t)
	const before = 3 * shared
	for n := range before {
		r := &request{reports: []preparedReport{prepareReport(report("town", s.now(), sample(n)))}, kept: contents{}}
		if err := s.decide(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		s.requests.add(r)
	}
	out, err := s.Commit(context.Background(), report("town", s.now(), sample(before)))
	if err != nil || len(out) != 1 || len(out[0].Added) != 1 {
		t.Errorf("Commit returned %+v, %v, want its item added", out, err)
	}
	if got := s.high(t); got != before+1 {
		t.Errorf("%d items are kept, want %d", got, before+1)
	}
}
