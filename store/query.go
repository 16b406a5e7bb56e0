package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Items are the items that fit a query, in its order.
func (s *Store) Items(ctx context.Context, q news.Query) (out []news.Item, err error) {
	err = s.search(ctx, q, func(t *txn, h *head) (bool, error) {
		if !q.Heads {
			if err := t.body(&h.Item); err != nil && !s.oneRecord(err) {
				return false, err
			}
		}
		out = append(out, h.Item)
		return q.Limit == 0 || len(out) < q.Limit, nil
	})
	return out, err
}

// search calls fn with what fits a query until it returns false.
func (s *Store) search(ctx context.Context, q news.Query, fn func(*txn, *head) (bool, error)) error {
	unlock := func() {}
	if decide.HasWords(q) {
		if err := s.catchUp(); err != nil {
			s.checkWords(err)
			return err
		}
		s.words.mu.RLock()
		unlock = sync.OnceFunc(s.words.mu.RUnlock)
		defer unlock()
	}
	return s.view(func(t *txn) error {
		found, err := s.words.find(t, q)
		if err != nil {
			s.checkWords(err)
			return err
		}
		unlock()
		m, err := t.matcher(q, found)
		if err != nil {
			return err
		}
		for n := 1; m.next(); n++ {
			if n%256 == 0 && ctx.Err() != nil {
				return ended(ctx)
			}
			h, err := m.check()
			if err != nil && !s.oneRecord(err) {
				return err
			}
			if h == nil {
				continue
			}
			if more, err := fn(t, h); !more || err != nil {
				return err
			}
		}
		return nil
	})
}

// Item is the item with an id, also a withdrawn one.
func (s *Store) Item(_ context.Context, id string) (it news.Item, err error) {
	err = s.view(func(t *txn) error {
		h, err := t.byID(id)
		if err != nil {
			return err
		}
		it = h.Item
		return t.body(&it)
	})
	return it, err
}

func (t *txn) byID(id string) (*head, error) {
	h, err := t.identified(id)
	if err != nil {
		return nil, err
	}
	if h == nil || h.Forgotten {
		return nil, fmt.Errorf("item %q: %w", id, news.ErrNotFound)
	}
	return h, nil
}

// AlsoReported are the other items that tell the same story, newest first,
// without bodies and without withdrawn ones.
func (s *Store) AlsoReported(_ context.Context, id string) (out []news.Item, err error) {
	err = s.view(func(t *txn) error {
		h, err := t.byID(id)
		if err != nil {
			return err
		}
		first := cmp.Or(h.Story, h.ID)
		seqs := t.repeats(first)
		if origin, err := t.identified(first); err != nil {
			return err
		} else if origin != nil {
			seqs = append(seqs, origin.Seq)
		}
		for _, seq := range seqs {
			other, err := t.head(seq)
			if err != nil {
				return err
			}
			if other != nil && other.ID != id && other.Withdrawn.IsZero() && !other.Forgotten {
				out = append(out, other.Item)
			}
		}
		return nil
	})
	slices.SortFunc(out, decide.NewestFirst)
	return out, err
}

// repeats are the items whose story was first told by the one with the id.
func (t *txn) repeats(story string) (seqs []uint64) {
	from := append([]byte{kindStory}, idKey(story)...)
	c := t.indexCursor()
	for k, _ := c.Seek(from); bytes.HasPrefix(k, from); k, _ = c.Next() {
		seqs = append(seqs, tailSeq(k))
	}
	return seqs
}

// Days counts the items that fit a query by the day they were shown, in a
// zone, newest day first. Limit and paging are not obeyed.
func (s *Store) Days(ctx context.Context, q news.Query, loc *time.Location) ([]news.DayCount, error) {
	q = decide.ByDay(q)
	days := decide.Days{Location: loc}
	oneWalk := len(q.All) == 0 || len(q.All) == 1 && walkable(q.All[0])
	if oneWalk && len(q.Not) == 0 && !q.Stories {
		err := s.view(func(t *txn) error { return t.eachShown(ctx, q, days.Add) })
		return days.Counts, err
	}
	err := s.search(ctx, q, func(_ *txn, h *head) (bool, error) {
		days.Add(h.Shown)
		return true, nil
	})
	return days.Counts, err
}

// eachShown calls fn with Shown of every item of a query that the index alone
// can answer.
func (t *txn) eachShown(ctx context.Context, q news.Query, fn func(time.Time)) error {
	st := t.stream(q, len(q.All)-1)
	for n := 1; st.next(); n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ended(ctx)
		}
		if q.Withdrawn || !st.gone {
			fn(st.shown)
		}
	}
	return nil
}

// A walk goes down one range of the index: the newest first, or the highest
// Seq first; up goes the other way by Seq.
type walk struct {
	c         cursor
	prefix    []byte
	low       []byte // not below; may be nil
	high      []byte // below this one
	started   bool
	withdrawn bool
	place
}

// A place is where a walk or stream is, and the order in which it goes.
type place struct {
	up      bool // by Seq, the lowest first
	byShown bool
	seq     uint64
	shown   time.Time // where byShown
}

// before reports a place that is met before another of the same order.
func (p place) before(o place) bool {
	if p.byShown && !p.shown.Equal(o.shown) {
		return p.shown.After(o.shown)
	}
	return (p.seq < o.seq) == p.up && p.seq != o.seq
}

// walkDown walks entries by Shown, from before until (zero: the newest) to
// since.
func (t *txn) walkDown(prefix []byte, since, until time.Time) *walk {
	w := &walk{c: t.indexCursor(), prefix: prefix, place: place{byShown: true}, high: upper(prefix)}
	if !since.IsZero() {
		w.low = appendWhen(slices.Clone(prefix), ceil(since))
	}
	if !until.IsZero() {
		w.high = appendWhen(slices.Clone(prefix), ceil(until))
	}
	return w
}

// ceil is the first full second at or after t: Shown has no parts of seconds.
func ceil(t time.Time) time.Time { return t.Add(time.Second - 1).Truncate(time.Second) }

// walkSeq walks entries by Seq: upwards from after, or downwards from before.
func walkSeq(c cursor, prefix []byte, q news.Query) *walk {
	w := &walk{c: c, prefix: prefix, place: place{up: q.BySeq || q.After > 0}}
	w.low, w.high = slices.Clone(prefix), upper(prefix)
	if q.After > 0 {
		w.low = appendSeq(slices.Clone(prefix), q.After+1)
	}
	if q.Before > 0 {
		w.high = appendSeq(slices.Clone(prefix), q.Before)
	}
	return w
}

func (w *walk) next() bool {
	k, v := w.step()
	if !bytes.HasPrefix(k, w.prefix) || k == nil ||
		(w.up && w.high != nil && bytes.Compare(k, w.high) >= 0) || (!w.up && bytes.Compare(k, w.low) < 0) {
		return false
	}
	rest := k[len(w.prefix):]
	w.seq = tailSeq(rest)
	if w.byShown {
		w.shown = readWhen(rest)
	}
	w.withdrawn = len(v) == 1 && v[0] == flagWithdrawn[0]
	return true
}

// leap is how many entries reach passes one after the other before it seeks.
const leap = 8

// reach goes on to the first entry that does not come before another walk's or
// stream's, and says whether there is one.
func (w *walk) reach(to place) bool {
	for range leap {
		if !w.before(to) {
			return true
		}
		if !w.next() {
			return false
		}
	}
	bound := slices.Clone(w.prefix)
	if w.byShown {
		bound = appendWhen(bound, to.shown)
	}
	if w.up {
		w.low = appendSeq(bound, to.seq)
	} else {
		w.high = appendSeq(bound, to.seq+1)
	}
	w.started = false
	return w.next()
}

func (w *walk) step() (k, v []byte) {
	switch {
	case w.started && w.up:
		return w.c.Next()
	case w.started:
		return w.c.Prev()
	}
	w.started = true
	if w.up {
		return w.c.Seek(w.low)
	}
	if w.high == nil {
		return w.c.Last()
	}
	if k, _ = w.c.Seek(w.high); k == nil {
		return w.c.Last()
	}
	return w.c.Prev()
}

// A stream is where candidates come from: one or more walks merged.
type stream struct {
	walks   []*walk
	live    []*walk
	started bool
	gone    bool // withdrawn
	place
}

func (s *stream) next() bool {
	if s.started {
		s.live = slices.DeleteFunc(s.live, func(w *walk) bool { return w.seq == s.seq && !w.next() })
	} else {
		s.start()
	}
	return s.pick()
}

func (s *stream) start() {
	s.started = true
	for _, w := range s.walks {
		if w.next() {
			s.live = append(s.live, w)
		}
	}
}

// pick makes the walk that comes first the stream's place.
func (s *stream) pick() bool {
	if len(s.live) == 0 {
		return false
	}
	best := s.live[0]
	for _, w := range s.live[1:] {
		if w.before(best.place) {
			best = w
		}
	}
	s.place, s.gone = best.place, best.withdrawn
	return true
}

// reach goes on to the first candidate that does not come before a place, and
// says whether there is one.
func (s *stream) reach(to place) bool {
	if !s.started {
		s.start()
	}
	s.live = slices.DeleteFunc(s.live, func(w *walk) bool { return !w.reach(to) })
	return s.pick()
}

// meet goes on to the next candidate that all streams have. Each leaps to where
// the others are, so that values which hardly meet cost little, however many
// items have either.
func meet(streams []*stream) bool {
	first := streams[0]
	if !first.next() {
		return false
	}
	for i := 1; i < len(streams); {
		switch other := streams[i]; {
		case !other.reach(first.place):
			return false
		case other.seq == first.seq:
			i++
		case !first.reach(other.place):
			return false
		default:
			i = 1
		}
	}
	return true
}
