package store

import (
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// touch notes that something of an item's values changes.
func (t *txn) touch(h *head) {
	for _, v := range h.facets() {
		t.touched = append(t.touched, decide.SlotOf(v.Term))
	}
}

// advance makes what a transaction touched known, and then its generation:
// whoever sees the generation sees what it touched.
func (s *Store) advance(t *txn, generation uint64) {
	if t.replaced {
		s.touched.Forget(generation)
	}
	for _, slot := range t.touched {
		s.touched.Touch(slot, generation)
	}
	s.generation.Store(generation)
}

// Changed is up to which generation something that fits the query may have
// changed; see decide.Touched.
func (s *Store) Changed(q news.Query) uint64 { return s.touched.UpTo(q, s.Generation()) }
