package postgres

import (
	"hash/crc32"
	"sync/atomic"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// changes remembers, for every tag, place and source, the generation of the
// last commit that touched an item with that value; values that share a slot
// make each other look changed, never unchanged.
type changes struct {
	since atomic.Uint64 // nothing is known of earlier generations
	slots [1 << 16]atomic.Uint64
}

func slotOf(t news.Term) uint16 {
	return uint16(crc32.ChecksumIEEE([]byte(string(t.Facet) + "/" + t.Value))) //nolint:gosec // as many slots as numbers
}

func (c *changes) touch(t news.Term, generation uint64) { raise(&c.slots[slotOf(t)], generation) }

func raise(n *atomic.Uint64, to uint64) {
	for {
		old := n.Load()
		if old >= to || n.CompareAndSwap(old, to) {
			return
		}
	}
}

// Changed is up to which generation something that fits the query may have
// changed; it is the archive's own for queries of words, of stories, of what
// lacks a value, and of everything.
func (s *Store) Changed(q news.Query) uint64 {
	least := s.Generation()
	if q.Stories {
		return least
	}
	since := s.changed.since.Load()
	for _, group := range q.All {
		latest := since
		for _, term := range group {
			if !listed(term) {
				latest = least
				break
			}
			latest = max(latest, s.changed.slots[slotOf(term)].Load())
		}
		least = min(least, latest)
	}
	return least
}

// listed reports a term whose items are listed by it: not words, nor what an item
// lacks.
func listed(t news.Term) bool {
	return !t.Not && (t.Facet == news.Tag || t.Facet == news.Place || t.Facet == news.Source)
}

// A facetValue is a value that an item has, and its spelling.
type facetValue struct {
	news.Term
	Name string
}

// facetsOf are the values by which an item is found and counted, each once.
func facetsOf(h *decide.Head) (out []facetValue) {
	seen := map[news.Term]bool{}
	add := func(f news.Facet, slug, name string) {
		if t := (news.Term{Facet: f, Value: slug}); slug != "" && !seen[t] {
			seen[t] = true
			out = append(out, facetValue{t, name})
		}
	}
	for _, tag := range h.Tags {
		add(news.Tag, news.Slug(tag), tag)
	}
	add(news.Place, news.Slug(h.Place), h.Place)
	for _, s := range h.Sources {
		add(news.Source, s, s)
	}
	return out
}
