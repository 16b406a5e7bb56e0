package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
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

func opinionKey(kind, what string) []byte { return []byte("prune-" + kind + "-" + what) }

func (t *txn) opinion(kind string) decide.Opinion {
	return decide.OpinionOf(func(what string) uint64 { return t.number(opinionKey(kind, what)) })
}

// setOpinion keeps what an upkeep said, as numbers of meta named after the kind.
func (t *txn) setOpinion(kind string, o decide.Opinion) error {
	for what, n := range o.Numbers() {
		if err := t.setNumber(opinionKey(kind, what), n); err != nil {
			return err
		}
	}
	return nil
}

// pruneAged removes what is past its age, as far as that may be; held is how
// much may not.
func (s *Store) pruneAged(ctx context.Context, k prunable, age time.Duration) (removed, held int, err error) {
	var o decide.Opinion
	var now, agreed time.Time // before agreed two upkeeps say the same
	var all, past, sure int
	err = s.view(func(t *txn) error {
		now = t.now()
		o, agreed = t.opinion(k.kind).Next(now, age)
		all, past, sure = k.count(ctx, t, now.Add(-age), agreed)
		return ended(ctx)
	})
	if err != nil {
		return 0, 0, err
	}
	if removed, err = s.removeAged(ctx, k, agreed, sure); err != nil {
		return removed, 0, err
	}
	alone := o.Alone(all, past, sure)
	// The word is kept first: a process that is stopped in between takes no tenth twice.
	if err = s.update(func(t *txn) error { return t.setOpinion(k.kind, o) }); err != nil {
		return removed, 0, err
	}
	more, err := s.removeAged(ctx, k, now.Add(-age), alone)
	return removed + more, o.Held, err
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
func (s *Store) HeldDeletions(context.Context) (out []news.Deletion, err error) {
	err = s.view(func(t *txn) error {
		for _, k := range []prunable{oldItems, rawPages} {
			if o := t.opinion(k.kind); o.Held > 0 {
				out = append(out, o.Deletion(k.kind))
			}
		}
		return nil
	})
	return out, err
}

// ReleaseDeletions deletes what HeldDeletions tells.
func (s *Store) ReleaseDeletions(ctx context.Context) (removed int, err error) {
	for _, k := range []prunable{oldItems, rawPages} {
		var o decide.Opinion
		if err := s.view(func(t *txn) error { o = t.opinion(k.kind); return nil }); err != nil {
			return removed, err
		}
		if o.Held == 0 {
			continue
		}
		n, err := s.removeAged(ctx, k, o.Before, o.Held)
		removed += n
		if err != nil {
			return removed, err
		}
		o.Held = 0
		if err := s.update(func(t *txn) error { return t.setOpinion(k.kind, o) }); err != nil {
			return removed, fmt.Errorf("%s: %w", k.kind, err)
		}
	}
	return removed, nil
}
