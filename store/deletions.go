package store

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// Deletions by age are bounded, as the clock may be wrong: one upkeep with a clock
// that runs ahead would remove everything for good. What is past its age is
// removed when an upkeep a day before agreed, and beyond that up to a tenth of
// what is there each day. The rest is held until the next upkeep agrees or the
// operator says so.

// A Deletion is what is past its age and held back.
type Deletion struct {
	Kind    string    // "items" or "pages"
	Records int       // how many are held
	Before  time.Time // of before when they are
	Since   time.Time // by the archive's clock
}

// How much is deleted without a second opinion, and when that may be heard.
const (
	deletedAtOnce = .1 // of what is there
	secondOpinion = 20 * time.Hour
)

// A prunable is a kind of record that is removed by its age.
type prunable struct {
	kind   string
	ages   func(t *txn, fn func(time.Time) bool)                               // calls fn with the age of each, the oldest first
	remove func(t *txn, before time.Time, most int) (gone [][]byte, err error) // removes the oldest
}

var (
	oldItems = prunable{"items", (*txn).itemAges, (*txn).pruneItems}
	rawPages = prunable{"pages", (*txn).pageAges, (*txn).prunePages}
)

func (t *txn) itemAges(fn func(time.Time) bool) {
	from := []byte{kindAll}
	c := t.indexCursor()
	for k, _ := c.Seek(from); bytes.HasPrefix(k, from) && fn(readWhen(k[1:])); k, _ = c.Next() {
	}
}

func (t *txn) pageAges(fn func(time.Time) bool) {
	c := t.bucket(rawage).Cursor()
	for k, _ := c.First(); len(k) > whenLen && fn(readWhen(k)); k, _ = c.Next() {
	}
}

func (t *txn) prunePages(before time.Time, most int) (gone [][]byte, err error) {
	c := t.bucket(rawage).Cursor()
	for k, _ := c.First(); len(k) > whenLen && len(gone) < most && readWhen(k).Before(before); k, _ = c.Next() {
		gone = append(gone, bytes.Clone(k))
	}
	for _, k := range gone {
		if err := t.deleteRaw(k[whenLen:]); err != nil {
			return nil, err
		}
		if err := t.delete(rawage, k); err != nil {
			return nil, err
		}
	}
	return gone, nil
}

func (t *txn) pruneItems(before time.Time, most int) (gone [][]byte, err error) {
	c := t.indexCursor()
	from := []byte{kindAll}
	for k, _ := c.Seek(from); bytes.HasPrefix(k, from) && len(gone) < most && readWhen(k[1:]).Before(before); k, _ = c.Next() {
		gone = append(gone, bytes.Clone(k))
	}
	for _, k := range gone {
		if err := t.forget(tailSeq(k)); err != nil {
			return nil, err
		}
	}
	return gone, nil
}

// An opinion is what an upkeep said should be deleted. It is four numbers of
// meta, named after the kind.
type opinion struct {
	before time.Time // what is older
	at     time.Time // when it was said; zero: nothing was
	taken  uint64    // what was deleted on its word alone
	held   uint64    // what was not
}

func opinionKey(kind, what string) []byte { return []byte("prune-" + kind + "-" + what) }

func (t *txn) opinion(kind string) (o opinion) {
	number := func(what string) uint64 { return t.number(opinionKey(kind, what)) }
	if at := number("at"); at > 0 {
		o.at, o.before = time.Unix(int64(at), 0).UTC(), time.Unix(int64(number("before")), 0).UTC()
	}
	o.taken, o.held = number("taken"), number("held")
	return o
}

func (t *txn) setOpinion(kind string, o opinion) error {
	for what, n := range map[string]uint64{
		"at": uint64(max(0, o.at.Unix())), "before": uint64(max(0, o.before.Unix())), "taken": o.taken, "held": o.held,
	} {
		if err := t.setNumber(opinionKey(kind, what), n); err != nil {
			return err
		}
	}
	return nil
}

// pruneAged removes what is past its age, as far as that may be; held is how
// much may not.
func (s *Store) pruneAged(ctx context.Context, k prunable, age time.Duration) (removed, held int, err error) {
	var o opinion
	var now, agreed time.Time // before agreed two upkeeps say the same
	var all, past, sure int
	err = s.view(func(t *txn) error {
		o, now = t.opinion(k.kind), t.now()
		if o.at.IsZero() || o.at.After(now) { // it was said by a clock that ran ahead
			o = opinion{at: now, before: now.Add(-age)}
		} else if now.Sub(o.at) >= secondOpinion {
			agreed = earlier(o.before, now.Add(-age))
			o = opinion{at: now, before: now.Add(-age)}
		}
		all, past, sure = k.count(ctx, t, now.Add(-age), agreed)
		return ended(ctx)
	})
	if err != nil {
		return 0, 0, err
	}
	if removed, err = s.removeAged(ctx, k, agreed, sure); err != nil {
		return removed, 0, err
	}
	alone := min(past-sure, max(0, max(1, int(deletedAtOnce*float64(all)))-int(o.taken)))
	o.taken += uint64(alone)
	o.held = uint64(past - sure - alone)
	// The word is kept first: a process that is stopped in between takes no tenth twice.
	if err = s.update(func(t *txn) error { return t.setOpinion(k.kind, o) }); err != nil {
		return removed, 0, err
	}
	more, err := s.removeAged(ctx, k, now.Add(-age), alone)
	return removed + more, int(o.held), err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// count is how many there are, are past a moment, and are past a second one.
func (k prunable) count(ctx context.Context, t *txn, before, agreed time.Time) (all, past, sure int) {
	k.ages(t, func(at time.Time) bool {
		all++
		if at.Before(before) {
			past++
		}
		if at.Before(agreed) {
			sure++
		}
		return all%1024 != 0 || ctx.Err() == nil
	})
	return all, past, sure
}

// removeAged removes the oldest records, so many at most, in small transactions.
func (s *Store) removeAged(ctx context.Context, k prunable, before time.Time, most int) (int, error) {
	return s.steps(ctx, func(t *txn) ([][]byte, error) {
		gone, err := k.remove(t, before, min(most, pruneStep))
		most -= len(gone)
		return gone, err
	})
}

// HeldDeletions are what is past its age and was held back at the last upkeep.
func (s *Store) HeldDeletions(context.Context) (out []Deletion, err error) {
	err = s.view(func(t *txn) error {
		for _, k := range []prunable{oldItems, rawPages} {
			if o := t.opinion(k.kind); o.held > 0 {
				out = append(out, Deletion{k.kind, int(o.held), o.before, o.at})
			}
		}
		return nil
	})
	return out, err
}

// ReleaseDeletions deletes what HeldDeletions tells.
func (s *Store) ReleaseDeletions(ctx context.Context) (removed int, err error) {
	for _, k := range []prunable{oldItems, rawPages} {
		var o opinion
		if err := s.view(func(t *txn) error { o = t.opinion(k.kind); return nil }); err != nil {
			return removed, err
		}
		if o.held == 0 {
			continue
		}
		n, err := s.removeAged(ctx, k, o.before, int(o.held))
		removed += n
		if err != nil {
			return removed, err
		}
		o.held = 0
		if err := s.update(func(t *txn) error { return t.setOpinion(k.kind, o) }); err != nil {
			return removed, fmt.Errorf("%s: %w", k.kind, err)
		}
	}
	return removed, nil
}
