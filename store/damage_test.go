package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

// flip damages a record of an open archive.
func flip(t *testing.T, s *Store, b bucket, key []byte) {
	t.Helper()
	err := s.update(func(tx *txn) error {
		k, v := tx.bucket(b).Cursor().Seek(key)
		v = bytes.Clone(v)
		v[len(v)-1] ^= 4
		return tx.bucket(b).Put(bytes.Clone(k), v)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOneDamagedRecordStopsNothingElse(t *testing.T) {
	ctx := context.Background()
	s, _ := temp(t)
	fillWith(t, s, 0, 40)
	flip(t, s, items, seqKey(7))
	flip(t, s, bodies, seqKey(9))
	for name, q := range map[string]news.Query{
		"all": {}, "tag": {All: [][]news.Term{{{Facet: news.Tag, Value: "verkehr"}}}}, "word": {All: [][]news.Term{{{Facet: news.Word, Value: "rathaus"}}}},
	} {
		if got, err := s.Items(ctx, q); err != nil || len(got) != 39 {
			t.Errorf("%s: %d items, %v, want the 39 that are whole", name, len(got), err)
		}
	}
	if err := s.Health(); !errors.Is(err, ErrDamaged) {
		t.Errorf("Health = %v, want ErrDamaged", err)
	}
	var record *RecordError
	if _, err := s.Item(ctx, news.MintID(news.Canonical(sample(6).URL))); !errors.As(err, &record) || record.Bucket != "items" {
		t.Errorf("the damaged item itself: %v, want its record named", err)
	}
	_, err := s.Verify(ctx)
	if err == nil || !strings.Contains(err.Error(), "items/0000000007") || !strings.Contains(err.Error(), "bodies/0000000009") {
		t.Errorf("Verify = %v, want both records", err)
	}
	fillWith(t, s, 40, 60)
}

func TestADamagedFullTextIndexIsMadeAnew(t *testing.T) {
	ctx := context.Background()
	s, _ := temp(t)
	fillWith(t, s, 0, 200)
	if err := s.growWords(1); err != nil {
		t.Fatal(err)
	}
	flip(t, s, words, nil)
	q := news.Query{All: [][]news.Term{{{Facet: news.Word, Value: "aus"}}}, Heads: true}
	if _, err := s.Items(ctx, q); !errors.Is(err, ErrDamaged) && err != nil {
		t.Errorf("search in a damaged index = %v", err)
	}
	s.words.broken.Store(true)
	if err := s.tendWords(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Items(ctx, q); err != nil || len(got) != 200 {
		t.Errorf("search after it was made anew: %d items, %v", len(got), err)
	}
	sound(t, s)
}

func TestOpenFileThatWasCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stadtfeed.db")
	if err := os.WriteFile(path, make([]byte, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("Open = %v, want ErrDamaged", err)
	}
}
