package store

import (
	"hash/crc32"
	"sync/atomic"

	"github.com/stadtfeed/stadtfeed/news"
)

// changes remembers, for every tag, place and source, the generation of the
// last commit that touched an item with that value, in a table of fixed size:
// values that share a slot make each other look changed, never unchanged.
type changes struct {
	since atomic.Uint64 // nothing is known of earlier generations
	slots [1 << 16]atomic.Uint64
}

// slotOf is the slot of a value, by its key in counts.
func slotOf(key string) uint16 {
	return uint16(crc32.Checksum([]byte(key), castagnoli)) //nolint:gosec // as many slots as numbers
}

// touch notes that something of an item's values changes.
func (t *txn) touch(h *head) {
	for _, v := range h.facets() {
		t.touched = append(t.touched, slotOf(countKey(v.Facet, v.Value)))
	}
}

// advance makes what a transaction touched known, and then its generation:
// whoever sees the generation sees what it touched.
func (c *changes) advance(t *txn, generation uint64) {
	if t.replaced {
		c.since.Store(generation)
	}
	for _, slot := range t.touched {
		c.slots[slot].Store(generation)
	}
	t.s.generation.Store(generation)
}

// Changed is up to which generation something that fits the query may have
// changed: an answer of that generation or a later one still holds. It is the
// archive's own for queries of words, of stories, and of everything.
func (s *Store) Changed(q news.Query) uint64 {
	least := s.Generation()
	if q.Stories {
		return least
	}
	since := s.changes.since.Load()
	for _, group := range q.All {
		latest := since
		for _, term := range group {
			if facetKind[term.Facet] == 0 || term.Not { // what lacks a value is noted nowhere
				latest = least
				break
			}
			latest = max(latest, s.changes.slots[slotOf(countKey(term.Facet, term.Value))].Load())
		}
		least = min(least, latest)
	}
	return least
}
