package decide

import (
	"hash/crc32"
	"sync/atomic"

	"github.com/stadtfeed/stadtfeed/news"
)

// A FacetValue is a value that an item has, and its spelling: the tag verkehr,
// written Verkehr.
type FacetValue struct {
	news.Term
	Name string
}

// FacetsOf are the values by which an item of sources is found and counted, each
// once.
func FacetsOf(sources []string, it *news.Item) []FacetValue {
	out := make([]FacetValue, 0, len(it.Tags)+len(sources)+1)
	add := func(f news.Facet, slug, name string) {
		for _, v := range out {
			if v.Facet == f && v.Value == slug {
				return
			}
		}
		if slug != "" {
			out = append(out, FacetValue{Term: news.Term{Facet: f, Value: slug}, Name: name})
		}
	}
	for _, tag := range it.Tags {
		add(news.Tag, news.Slug(tag), tag)
	}
	if it.Place != "" {
		add(news.Place, news.Slug(it.Place), it.Place)
	}
	for _, s := range sources {
		add(news.Source, s, s)
	}
	return out
}

// Listed reports a term whose items an archive lists one after the other: a
// tag, place or source that they have; not words, nor what an item lacks.
func Listed(t news.Term) bool {
	return !t.Not && (t.Facet == news.Tag || t.Facet == news.Place || t.Facet == news.Source)
}

// Touched remembers, for every tag, place and source, the generation of the last
// commit that touched an item with that value, in a table of fixed size: values
// that share a slot make each other look changed, never unchanged.
type Touched struct {
	since atomic.Uint64 // nothing is known of earlier generations
	slots [1 << 16]atomic.Uint64
}

// A Slot is where a value stands in Touched.
type Slot uint16

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// SlotOf is the slot of a value.
func SlotOf(t news.Term) Slot {
	sum := ^uint32(0) // CRC-32 of both, without copies of them
	for _, part := range [...]string{string(t.Facet), t.Value} {
		for i := range len(part) {
			sum = castagnoli[byte(sum)^part[i]] ^ sum>>8
		}
	}
	return Slot(^sum) //nolint:gosec // as many slots as numbers
}

// Touch notes that a commit touched a value.
func (c *Touched) Touch(s Slot, generation uint64) { raise(&c.slots[s], generation) }

// Forget notes that nothing is known of what was touched before a generation.
func (c *Touched) Forget(generation uint64) { raise(&c.since, generation) }

func raise(n *atomic.Uint64, to uint64) {
	for {
		old := n.Load()
		if old >= to || n.CompareAndSwap(old, to) {
			return
		}
	}
}

// UpTo is up to which generation something that fits the query may have changed,
// where the archive's own is the one given: an answer of that generation or a
// later one still holds. It is the archive's own for queries of words, of
// stories, of what lacks a value, and of everything.
func (c *Touched) UpTo(q news.Query, own uint64) uint64 {
	least := own
	if q.Stories {
		return least
	}
	since := c.since.Load()
	for _, group := range q.All {
		latest := since
		for _, term := range group {
			if !Listed(term) {
				latest = own
				break
			}
			latest = max(latest, c.slots[SlotOf(term)].Load())
		}
		least = min(least, latest)
	}
	return least
}
