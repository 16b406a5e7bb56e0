package store

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// TestMergedCursor walks file and memory together, to and fro, and wants what a
// plain sorted list would give.
func TestMergedCursor(t *testing.T) {
	s, _ := temp(t)
	r := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		want := map[string]string{}
		err := s.update(func(tx *txn) error {
			if err := tx.empty(index); err != nil {
				return err
			}
			for range r.IntN(40) {
				k := fmt.Sprintf("%03d", 2*r.IntN(50)) // in the file: even; in memory: odd
				want[k] = ""
				if err := tx.put(index, []byte(k), nil); err != nil {
					return err
				}
			}
			tx.memtable = &memtable{}
			for range r.IntN(20) {
				tx.memtable = tx.memtable.with(randomRun(r, want))
			}
			walkRandomly(t, r, tx.indexCursor(), want)
			stored, err := tx.each(t.Context(), index, noKey)
			if all := len(tx.memtable.all()); all+stored != len(want) || err != nil {
				t.Errorf("%d entries in memory and %d in the file, %v, want %d", all, stored, err, len(want))
			}
			tx.memtable = &memtable{}
			return tx.empty(index)
		})
		if err != nil || t.Failed() {
			t.Fatal(err)
		}
	}
}

// randomRun is a run of entries, and what it does to want.
func randomRun(r *rand.Rand, want map[string]string) (run []memtableEntry) {
	for range r.IntN(9) {
		e := memtableEntry{key: fmt.Appendf(nil, "%03d", 2*r.IntN(50)+1)}
		if slices.ContainsFunc(run, func(o memtableEntry) bool { return bytes.Equal(o.key, e.key) }) {
			continue
		}
		if _, known := want[string(e.key)]; known && r.IntN(2) == 0 {
			e.kind = entryGone
			delete(want, string(e.key))
		} else {
			e.kind = []entryKind{entryShown, entryWithdrawn}[r.IntN(2)]
			want[string(e.key)] = string(e.value())
		}
		run = append(run, e)
	}
	slices.SortFunc(run, byKey)
	return run
}

func walkRandomly(t *testing.T, r *rand.Rand, c cursor, want map[string]string) {
	t.Helper()
	sorted := slices.Sorted(maps.Keys(want))
	at := len(sorted)
	check := func(move string, k, v []byte) {
		switch {
		case at < 0 || at >= len(sorted):
			if k != nil {
				t.Errorf("%s of %q = %q, want the end", move, sorted, k)
			}
		case string(k) != sorted[at] || string(v) != want[sorted[at]]:
			t.Errorf("%s of %q = %q, %q, want %q", move, sorted, k, v, sorted[at])
		}
	}
	for range 30 {
		switch n := r.IntN(8); {
		case n == 0:
			k, v := c.Last()
			at = len(sorted) - 1
			check("Last", k, v)
		case n == 1 || at < 0 || at >= len(sorted):
			key := fmt.Sprintf("%03d", r.IntN(102))
			at, _ = slices.BinarySearch(sorted, key)
			k, v := c.Seek([]byte(key))
			check("Seek "+key, k, v)
		case n < 5:
			at++
			k, v := c.Next()
			check("Next", k, v)
		default:
			at--
			k, v := c.Prev()
			check("Prev", k, v)
		}
	}
}

// The index in memory is made anew from the items: whatever moment the process
// ends at, the next one finds every item by every way.
func TestTheIndexInMemoryOutlivesAKill(t *testing.T) {
	ctx := context.Background()
	s, c := temp(t)
	fillWith(t, s, 0, 60)
	if err := s.flushIndex(30); err != nil {
		t.Fatal(err)
	}
	edited := sample(2) // its entries are in the file
	edited.Tags = []string{"Neu"}
	commit(t, s, report("town", c.t, edited))
	edited = sample(55) // its entries are in memory
	edited.Tags = []string{"Neu"}
	commit(t, s, report("town", c.t, edited))
	commit(t, s, news.Report{Visit: news.Visit{Source: "town"}, Drafts: []news.Draft{{Canonical: news.Canonical(sample(56).URL), Withdrawn: true}}})
	killed := filepath.Join(t.TempDir(), "killed.db")
	if err := files.Copy(s.Path(), killed); err != nil {
		t.Fatal(err)
	}
	if err := CheckFile(ctx, killed); err != nil {
		t.Error(err)
	}
	again, _ := open(t, killed)
	sound(t, again)
	for name, q := range map[string]news.Query{
		"all": {}, "withdrawn": {Withdrawn: true}, "tag": {All: [][]news.Term{{{Facet: news.Tag, Value: "neu"}}}},
		"after": {All: [][]news.Term{{{Facet: news.Tag, Value: "verkehr"}}}, After: 10}, "place": {All: [][]news.Term{{{Facet: news.Place, Value: "ort-1"}}}},
	} {
		want, err := s.Items(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Items(ctx, q)
		if err != nil || len(got) == 0 || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %d items after the kill, %v, want %d", name, len(got), err, len(want))
		}
	}
}

// Whoever writes the index into the file after somebody else has, takes nothing
// back.
func TestSettledTwice(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 20)
	for _, few := range []uint64{3, 10, 3, 30} {
		if err := s.update(func(t *txn) error { return t.flushBut(few) }); err != nil {
			t.Fatal(err)
		}
		sound(t, s)
	}
}

// A reader goes on seeing the index that belongs to its transaction, whatever is
// written and flushed meanwhile; one that was held up too long begins again.
func TestReadersSeeOneState(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 40)
	count := func(tx *txn) (n int) {
		w := tx.walkDown([]byte{kindAll}, sample(0).Published.Time, s.now())
		for w.next() {
			n++
		}
		return n
	}
	err := s.view(func(tx *txn) error {
		fillWith(t, s, 40, 80)
		if err := s.flushIndex(0); err != nil {
			return err
		}
		if n := count(tx); n != 40 {
			t.Errorf("a reader sees %d items, want the 40 that there were", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tx, err := s.db.Begin(false)
	if err != nil {
		t.Fatal(err)
	}
	fillWith(t, s, 80, 80+20*(keptVersions+1))
	if _, err := s.begin(tx); err == nil {
		t.Error("a reader that was held up got an index that is not its own")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
}
