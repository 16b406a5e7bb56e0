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
	up        bool
	started   bool
	shown     time.Time
	seq       uint64
	withdrawn bool
	byShown   bool
}

// walkDown walks entries by Shown, from before until (zero: the newest) to
// since.
func (t *txn) walkDown(prefix []byte, since, until time.Time) *walk {
	w := &walk{c: t.indexCursor(), prefix: prefix, byShown: true, high: upper(prefix)}
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
	w := &walk{c: c, prefix: prefix, up: q.BySeq || q.After > 0}
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
	up      bool
	byShown bool
	seq     uint64
	shown   time.Time // where byShown
	gone    bool      // withdrawn
}

func (s *stream) next() bool {
	if !s.started {
		s.started = true
		for _, w := range s.walks {
			if w.next() {
				s.live = append(s.live, w)
			}
		}
	} else {
		s.live = slices.DeleteFunc(s.live, func(w *walk) bool { return w.seq == s.seq && !w.next() })
	}
	if len(s.live) == 0 {
		return false
	}
	best := s.live[0]
	for _, w := range s.live[1:] {
		if s.before(w, best) {
			best = w
		}
	}
	s.seq, s.shown, s.gone = best.seq, best.shown, best.withdrawn
	return true
}

func (s *stream) before(a, b *walk) bool {
	if s.byShown && !a.shown.Equal(b.shown) {
		return a.shown.After(b.shown)
	}
	return (a.seq < b.seq) == s.up && a.seq != b.seq
}
