package store

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Visits that never pause put the indexes off, but not for ever.
func TestIndexesAreWrittenWhileVisitsGoOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stadtfeed.db")
	packer().EncodeAll(nil, nil) // so that no channel of the compressors is of the bubble alone
	unpacker()
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path, Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		fillWith(t, s, 0, memtableItems+20)
		for range 2 * mostPauses {
			time.Sleep(pause / 2)
			commit(t, s, news.Report{Visit: news.Visit{Source: "town", Unchanged: true}})
			time.Sleep(pause / 2)
		}
		synctest.Wait()
		err = s.view(func(tx *txn) error {
			if n := tx.unflushed(); n > memtableItems/2 {
				t.Errorf("%d items have their index entries in memory only, want at most %d", n, memtableItems/2)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.words.segs) == 0 {
			t.Error("no part of the full-text index is written")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
