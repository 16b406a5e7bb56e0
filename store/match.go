package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// A matcher finds the items of a query: it walks the indexes of the values that
// the query names, the most selective first, and checks the rest on each head
// that all of them have.
type matcher struct {
	t       *txn
	q       news.Query
	found   wordSets
	next    func() bool
	seq     func() uint64
	gone    func() bool
	settled int // group of q.All that the index already decided; -1: none
	told    decide.Told
}

// matcher plans a query.
func (t *txn) matcher(q news.Query, found wordSets) (*matcher, error) {
	m := &matcher{t: t, q: q, found: found, settled: -1, told: decide.Told{}}
	least := t.bucket(items).Sequence()
	for i, group := range q.All {
		n, ok, err := t.estimate(group)
		if err != nil {
			return nil, err
		}
		if ok && n < least {
			least, m.settled = n, i
		}
	}
	few, err := m.fromWords(least)
	if err != nil || few {
		return m, err
	}
	streams := []*stream{t.stream(q, m.settled)}
	for i, group := range q.All {
		if i != m.settled && walkable(group) {
			streams = append(streams, t.stream(q, i))
		}
	}
	m.next = func() bool { return meet(streams) }
	m.seq = func() uint64 { return streams[0].seq }
	m.gone = func() bool { return streams[0].gone }
	return m, nil
}

// estimate is how many items a group of terms has at most; ok is false where
// no index of it can be walked.
func (t *txn) estimate(group []news.Term) (n uint64, ok bool, err error) {
	if !walkable(group) {
		return 0, false, nil
	}
	for _, term := range group {
		c, err := t.tally(countKey(term.Facet, term.Value))
		if err != nil {
			return 0, false, err
		}
		n += uint64(c.Items)
	}
	return n, true, nil
}

// walkable reports a group of terms whose entries stand in the index one after
// the other.
func walkable(group []news.Term) bool {
	return !slices.ContainsFunc(group, func(t news.Term) bool { return !decide.Listed(t) })
}

// stream walks the index of a group (-1: all items) in the query's order.
func (t *txn) stream(q news.Query, group int) *stream {
	paged := q.BySeq || q.After > 0 || q.Before > 0
	s := &stream{place: place{byShown: !paged, up: q.BySeq || q.After > 0}}
	switch {
	case group < 0 && paged:
		s.walks = []*walk{walkSeq(t.bucket(items).Cursor(), nil, q)}
	case group < 0:
		s.walks = []*walk{t.walkDown([]byte{kindAll}, q.Since, q.Until)}
	default:
		for _, term := range q.All[group] {
			if paged {
				s.walks = append(s.walks, walkSeq(t.indexCursor(), prefix(facetKind[term.Facet], term.Value, bySeq), q))
			} else {
				s.walks = append(s.walks, t.walkDown(prefix(facetKind[term.Facet], term.Value, byShown), q.Since, q.Until))
			}
		}
	}
	return s
}

// fewCandidates is up to how many items found by words are read and sorted
// rather than met on a walk.
const fewCandidates = 2000

// fromWords takes the candidates from the full-text index where it names fewer
// than any other.
func (m *matcher) fromWords(least uint64) (bool, error) {
	best := m.found.smallest(m.q)
	if best == nil || best.len() > fewCandidates || uint64(best.len()) >= least {
		return false, nil
	}
	type candidate struct {
		seq   uint64
		shown time.Time
		gone  bool
	}
	var cs []candidate
	for seq := range best.all() {
		h, err := m.t.head(seq)
		if err != nil && !m.t.s.oneRecord(err) {
			return false, err
		}
		if h != nil && !h.Forgotten && (m.q.Before == 0 || seq < m.q.Before) && seq > m.q.After {
			cs = append(cs, candidate{seq, h.Shown, !h.Withdrawn.IsZero()})
		}
	}
	slices.SortFunc(cs, func(a, b candidate) int {
		switch {
		case m.q.BySeq || m.q.After > 0:
			return cmp.Compare(a.seq, b.seq)
		case m.q.Before > 0:
			return cmp.Compare(b.seq, a.seq)
		}
		return cmp.Or(b.shown.Compare(a.shown), cmp.Compare(b.seq, a.seq))
	})
	at := -1
	m.settled = -1
	m.next = func() bool { at++; return at < len(cs) }
	m.seq = func() uint64 { return cs[at].seq }
	m.gone = func() bool { return cs[at].gone }
	return true, nil
}

// check is the head of the candidate; nil: it does not fit.
func (m *matcher) check() (*head, error) {
	if m.gone() && !m.q.Withdrawn || !m.found.possible(m.q, m.seq()) {
		return nil, nil
	}
	h, err := m.t.head(m.seq())
	if h == nil || h.Forgotten || err != nil {
		return nil, err
	}
	fits, err := m.fits(h)
	if !fits || err != nil {
		return nil, err
	}
	if m.q.Stories {
		if told, err := m.told.Elsewhere(&h.Head, m.firstFits); told || err != nil {
			return nil, err
		}
	}
	return h, nil
}

// fits is news.Query.Matches by way of the index. The body is read only for
// words that the index cannot vouch for.
func (m *matcher) fits(h *head) (bool, error) {
	it := &h.Item
	q := m.q
	if !q.Withdrawn && !it.Withdrawn.IsZero() || !q.Since.IsZero() && it.Shown.Before(q.Since) || !q.Until.IsZero() && !it.Shown.Before(q.Until) {
		return false, nil
	}
	var full *news.Item
	has := func(term news.Term) (bool, error) {
		if held, sure := m.found.holds(term, it.Seq); sure {
			return held, nil
		}
		if term.Facet != news.Word {
			return it.Has(term), nil
		}
		if full == nil {
			whole := *it
			if err := m.t.body(&whole); err != nil {
				return false, err
			}
			full = &whole
		}
		return full.Has(term), nil
	}
	for i, group := range q.All {
		if i == m.settled {
			continue
		}
		if ok, err := some(group, has); !ok || err != nil {
			return false, err
		}
	}
	bad, err := some(q.Not, has)
	return !bad, err
}

func some(terms []news.Term, has func(news.Term) (bool, error)) (bool, error) {
	for _, term := range terms {
		if ok, err := has(term); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// firstFits reports whether the item that told a story first fits the query.
func (m *matcher) firstFits(id string) (bool, error) {
	first, err := m.t.identified(id)
	if first == nil || first.Forgotten || err != nil {
		return false, err
	}
	settled := m.settled
	m.settled = -1
	fits, err := m.fits(first)
	m.settled = settled
	return fits, err
}
