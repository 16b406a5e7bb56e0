package store

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestEveryFlippedRecordIsFound flips one bit of each kind of record, in its key
// and in its value, and wants Verify to find it.
func TestEveryFlippedRecordIsFound(t *testing.T) {
	s, c := temp(t)
	fillWithEverything(t, s, c)
	sound(t, s)
	r := rand.New(rand.NewPCG(9, 9))
	for b := range buckets {
		var keys, values [][]byte
		err := s.view(func(tx *txn) error {
			_, err := tx.each(t.Context(), b, func(k, v []byte) {
				keys, values = append(keys, bytes.Clone(k)), append(values, bytes.Clone(v))
			})
			return err
		})
		if err != nil || len(keys) == 0 {
			t.Fatalf("%s holds %d records, %v: nothing to flip", b, len(keys), err)
		}
		for range min(len(keys), nightly(6, 200)) {
			i := r.IntN(len(keys))
			for _, inKey := range []bool{true, false} {
				k, v := bytes.Clone(keys[i]), bytes.Clone(values[i])
				spoilt := v
				if inKey {
					spoilt = k
				}
				if len(spoilt) == 0 || b == meta && (inKey || string(k) == string(keySchema)) { // see TestANewerFileIsRefused
					continue
				}
				spoilt[r.IntN(len(spoilt))] ^= 1 << r.IntN(8)
				replace := func(old, k, v []byte) {
					t.Helper()
					err := s.update(func(tx *txn) error {
						if err := tx.bucket(b).Delete(old); err != nil {
							return err
						}
						return tx.bucket(b).Put(k, v)
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				if bytes.Equal(k, keys[i]) || !contains(keys, k) {
					replace(keys[i], k, v)
					if _, err := s.Verify(context.Background()); err == nil {
						t.Errorf("%s: %x = %.60x became %x = %.60x, and nobody notices", b, keys[i], values[i], k, v)
					}
					replace(k, keys[i], values[i])
				}
			}
		}
	}
	sound(t, s)
}

func contains(keys [][]byte, key []byte) bool {
	for _, k := range keys {
		if bytes.Equal(k, key) {
			return true
		}
	}
	return false
}

// fillWithEverything writes records of every kind.
func fillWithEverything(t *testing.T, s *Store, c *clock) {
	t.Helper()
	ctx := context.Background()
	if err := s.Register(ctx, []news.SourceState{{Name: "town", Host: "town.example", Due: c.t}}); err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 1380, 1400)
	for n := range 3 {
		one := news.SavedSearch{ID: fmt.Sprintf("%064x", n+1), Title: "Radwege", Text: "radweg", Made: c.t}
		if err := s.SaveSearch(ctx, one); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SaveSubscriber(ctx, news.Subscriber{ID: "ID1", Mailbox: "mia@reader.example", Page: "/all", Asked: c.t}); err != nil {
		t.Fatal(err)
	}
	if err := s.growWords(1); err != nil {
		t.Fatal(err)
	}
	edited := sample(1381)
	edited.BodyText += " Nachtrag."
	r := report("town", c.t, edited)
	r.State = news.SourceState{Name: "town", LastSuccess: c.t}
	r.Change = &news.HealthChange{Source: "town", At: c.t, To: news.OK}
	r.Pages = []news.PageState{{URL: sample(1390).URL, Source: "town", Next: c.t.Add(time.Hour)}}
	commit(t, s, r)
	if err := s.growWords(1); err != nil {
		t.Fatal(err)
	}
	flood := report("town", c.t)
	for n := range 15 {
		it := sample(n)
		flood.Drafts = append(flood.Drafts, news.Draft{Item: it, Canonical: news.Canonical(it.URL)})
	}
	if got := commit(t, s, flood); got.Held == 0 {
		t.Fatalf("Commit = %+v, want drafts held", got)
	}
	if err := s.flushIndex(5); err != nil {
		t.Fatal(err)
	}
}
