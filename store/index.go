package store

import (
	"context"

	"github.com/stadtfeed/stadtfeed/news"
)

// putHead writes an item's head and brings the index and the counts from old
// (nil: it is new) to h.
func (t *txn) putHead(old, h *head) error {
	if err := t.writeEntries(h.Seq, changedEntries(old, h)); err != nil {
		return err
	}
	t.count(old, -1)
	t.count(h, +1)
	return t.putRecord(items, seqKey(h.Seq), h.encode(), plain)
}

// changedEntries are the index entries that h has and old has not, and those
// that only old has, as gone.
func changedEntries(old, h *head) (changed []memtableEntry) {
	stale, same := map[string]bool{}, false // entries of old that h does not have
	if old != nil {
		same = old.kind() == h.kind()
		for _, key := range old.entries() {
			stale[string(key)] = true
		}
	}
	for _, key := range h.entries() {
		known := stale[string(key)]
		delete(stale, string(key))
		if !known || !same {
			changed = append(changed, memtableEntry{key, h.kind()})
		}
	}
	for key := range stale {
		changed = append(changed, memtableEntry{[]byte(key), entryGone})
	}
	return changed
}

// count notes that the values of an item are touched, and counted once more or
// once less where it is shown.
func (t *txn) count(h *head, by int) {
	if h == nil {
		return
	}
	t.touch(h)
	if h.Forgotten || !h.Withdrawn.IsZero() {
		return
	}
	if t.counts == nil {
		t.counts, t.spelling = map[string]int{}, map[string]string{}
	}
	for _, v := range h.facets() {
		key := countKey(v.Facet, v.Value)
		t.counts[key] += by
		if by > 0 {
			t.spelling[key] = v.Name
		}
	}
}

// A tally is the record of a counted value.
type tally struct {
	Name  string
	Items int
}

func (c tally) encode() []byte {
	var e encoder
	e.str(1, c.Name)
	e.uint(2, uint64(c.Items))
	return e.b
}

func decodeTally(payload []byte) (c tally, err error) {
	d := decode(payload)
	for d.next() {
		switch d.field {
		case 1:
			c.Name = d.text
		case 2:
			c.Items = int(d.num)
		}
	}
	return c, d.err
}

func (t *txn) tally(key string) (tally, error) {
	payload, err := t.record(counts, []byte(key))
	if payload == nil || err != nil {
		return tally{}, err
	}
	return decodeTally(payload)
}

// writeCounts writes the counts that the transaction changed. The spelling of
// a value is the one first seen, as long as it has items.
func (t *txn) writeCounts() error {
	for key, by := range t.counts {
		if by == 0 {
			continue
		}
		c, err := t.tally(key)
		if err != nil {
			return err
		}
		c.Items += by
		if c.Name == "" {
			c.Name = t.spelling[key]
		}
		if c.Items <= 0 {
			err = t.delete(counts, []byte(key))
		} else {
			err = t.putRecord(counts, []byte(key), c.encode(), plain)
		}
		if err == nil && key[0] == facetKind[news.Source] {
			err = t.countSource(key[1:], c.Items)
		}
		if err != nil {
			return err
		}
	}
	t.counts = nil
	return nil
}

// Counts are the values of a facet with their items, by slug.
func (s *Store) Counts(ctx context.Context, f news.Facet) ([]news.Count, error) {
	var out []news.Count
	kind, ok := facetKind[f]
	if !ok {
		return nil, nil
	}
	err := s.view(func(t *txn) error {
		c := t.bucket(counts).Cursor()
		for k, v := c.Seek([]byte{kind}); k != nil && k[0] == kind; k, v = c.Next() {
			if err := ended(ctx); err != nil {
				return err
			}
			payload, err := unseal(counts, k, v)
			if err != nil {
				return err
			}
			n, err := decodeTally(payload)
			if err != nil {
				return err
			}
			slug := string(k[1:])
			out = append(out, news.Count{Name: n.Name, Slug: slug, Items: n.Items})
		}
		return nil
	})
	return out, err
}
