package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// pruneStep is how many records one transaction removes, so that no visit
// waits long for it.
const pruneStep = 100

// Prune removes what is older than the retention, in small transactions. Since
// it is the clock that says what is old, one upkeep removes no more than a tenth
// of what is there, and besides what an upkeep a day before would have removed,
// too: the rest is held.
func (s *Store) Prune(ctx context.Context, r news.Retention) (p news.Pruned, err error) {
	for _, k := range []struct {
		prunable
		age   time.Duration
		total *int
	}{{rawPages, r.Pages, &p.Pages}, {oldItems, r.Items, &p.Items}} {
		if k.age <= 0 {
			continue
		}
		held := 0
		if *k.total, held, err = s.pruneAged(ctx, k.prunable, k.age); err != nil {
			return p, err
		}
		if held > 0 {
			p.Held = append(p.Held, news.Deletion{Kind: k.kind, Records: held})
		}
	}
	if r.Revisions > 0 {
		p.Revisions, err = s.pruneRevisions(ctx, r.Revisions)
	}
	return p, err
}

// steps runs a step until it finds nothing more to remove. Each returns the keys
// that it removed; the same key twice means that it cannot be.
func (s *Store) steps(ctx context.Context, step func(*txn) ([][]byte, error)) (total int, err error) {
	var first []byte
	for {
		if err := ended(ctx); err != nil {
			return total, err
		}
		var gone [][]byte
		err := s.update(func(t *txn) error {
			gone, err = step(t)
			return err
		})
		total += len(gone)
		if len(gone) == 0 || err != nil {
			return total, err
		}
		if bytes.Equal(gone[0], first) {
			return total, fmt.Errorf("%w: key %x cannot be removed", ErrDamaged, first)
		}
		first = gone[0]
	}
}

// forget removes all of an item but its addresses.
func (t *txn) forget(seq uint64) error {
	h, err := t.head(seq)
	if err != nil {
		return err
	}
	if h == nil {
		return fmt.Errorf("%w: item %d is in the index only", ErrDamaged, seq)
	}
	old := *h
	h.Forget()
	for {
		k := t.lastRevision(seqKey(seq))
		if k == nil || t.get(revisions, k) == nil {
			break
		}
		if err := t.delete(revisions, bytes.Clone(k)); err != nil {
			return err
		}
	}
	if err := t.delete(bodies, seqKey(seq)); err != nil {
		return err
	}
	t.shown = true
	return t.putHead(&old, h)
}

// pruneRevisions keeps the latest revisions of every item.
func (s *Store) pruneRevisions(ctx context.Context, keep int) (total int, err error) {
	next := seqKey(0)
	for next != nil {
		if err := ended(ctx); err != nil {
			return total, err
		}
		n := 0
		err := s.update(func(t *txn) error {
			n = 0
			var err error
			for looked := 0; next != nil && looked < 10*pruneStep && n < pruneStep; looked++ {
				var removed int
				if removed, next, err = t.pruneOneItem(next, keep); err != nil {
					return err
				}
				n += removed
			}
			return nil
		})
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// pruneOneItem looks at the revisions of the first item that has any, from a
// key on, and returns where the next item's begin.
func (t *txn) pruneOneItem(from []byte, keep int) (removed int, next []byte, err error) {
	c := t.bucket(revisions).Cursor()
	k, _ := c.Seek(from)
	if k == nil {
		return 0, nil, nil
	}
	item := bytes.Clone(k[:seqLen])
	var all [][]byte
	for ; bytes.HasPrefix(k, item); k, _ = c.Next() {
		all = append(all, bytes.Clone(k))
	}
	next = upper(item)
	if len(all) <= keep {
		return 0, next, nil
	}
	gone := all[:len(all)-keep]
	for _, k := range gone {
		if err := t.delete(revisions, k); err != nil {
			return 0, nil, err
		}
	}
	h, err := t.head(tailSeq(item))
	if h == nil || err != nil {
		return 0, nil, err
	}
	old := *h
	h.Revisions = keep
	return len(gone), next, t.putHead(&old, h)
}
