package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// How much history of visiting is kept.
const (
	keptVisits        = 200 // per source
	keptHealthChanges = 5000
)

// A visitRecord is a visit and its number, which tells the order in the ring.
type visitRecord struct {
	news.Visit
	Number uint64 `json:"number"`
}

func (t *txn) putVisit(v news.Visit) error {
	from := named(v.Source)
	number := uint64(0)
	if last := t.bucket(visits).Get(from); last != nil {
		var err error
		if number, err = readNumber(visits, from, last); err != nil {
			return err
		}
	}
	number++
	if err := t.putNumber(visits, from, number); err != nil {
		return err
	}
	return t.putJSON(visits, append(from, byte(number%keptVisits)), visitRecord{v, number}, plain)
}

// Visits are the latest n visits of a source, newest first.
func (s *Store) Visits(_ context.Context, source string, n int) ([]news.Visit, error) {
	var all []visitRecord
	err := s.view(func(t *txn) error {
		from := named(source)
		c := t.bucket(visits).Cursor()
		for k, v := c.Seek(from); bytes.HasPrefix(k, from); k, v = c.Next() {
			if len(k) == len(from) {
				continue
			}
			var r visitRecord
			if err := decodeJSON(visits, k, v, &r); err != nil {
				return err
			}
			all = append(all, r)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b visitRecord) int { return cmp.Compare(b.Number, a.Number) })
	out := make([]news.Visit, min(max(n, 0), len(all)))
	for i := range out {
		out[i] = all[i].Visit
	}
	return out, err
}

func (t *txn) putHealthChange(c news.HealthChange) error {
	n, err := t.bucket(health).NextSequence()
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if n > keptHealthChanges {
		if err := t.delete(health, binary.BigEndian.AppendUint64(nil, n-keptHealthChanges)); err != nil {
			return err
		}
	}
	return t.putJSON(health, binary.BigEndian.AppendUint64(nil, n), c, plain)
}

// HealthChanges are the latest n changes of any source's health, newest first.
func (s *Store) HealthChanges(_ context.Context, n int) (out []news.HealthChange, err error) {
	err = s.view(func(t *txn) error {
		c := t.bucket(health).Cursor()
		for k, v := c.Last(); k != nil && len(out) < n; k, v = c.Prev() {
			var h news.HealthChange
			if err := decodeJSON(health, k, v, &h); err != nil {
				return err
			}
			out = append(out, h)
		}
		return nil
	})
	return out, err
}

// putRevision keeps an earlier content of an item.
func (t *txn) putRevision(old news.Item, fields []string) error {
	from := seqKey(old.Seq)
	number := uint32(1)
	if k := t.lastRevision(from); k != nil {
		number = binary.BigEndian.Uint32(k[seqLen:]) + 1
	}
	return t.writeRevision(old.Seq, news.Revision{Number: int(number), Seen: t.now(), Fields: fields, Item: old})
}

func (t *txn) writeRevision(seq uint64, r news.Revision) error {
	return t.putRecord(revisions, binary.BigEndian.AppendUint32(seqKey(seq), uint32(r.Number)), encodeRevision(r), packed)
}

// lastRevision is the key of an item's latest revision; nil where it has none.
func (t *txn) lastRevision(from []byte) []byte {
	c := t.bucket(revisions).Cursor()
	k, _ := c.Seek(upper(from))
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	if len(k) != seqLen+4 || !bytes.HasPrefix(k, from) {
		return nil
	}
	return k
}

// Revisions are the earlier contents of an item, the oldest first.
func (s *Store) Revisions(_ context.Context, id string) (out []news.Revision, err error) {
	err = s.view(func(t *txn) error {
		h, err := t.byID(id)
		if err != nil {
			return err
		}
		out, err = t.revisions(h.Seq)
		return err
	})
	return out, err
}

func (t *txn) revisions(seq uint64) (out []news.Revision, err error) {
	from := seqKey(seq)
	c := t.bucket(revisions).Cursor()
	for k, v := c.Seek(from); bytes.HasPrefix(k, from); k, v = c.Next() {
		payload, err := unseal(revisions, k, v)
		if err != nil {
			return nil, err
		}
		r, err := decodeRevision(int(binary.BigEndian.Uint32(k[seqLen:])), payload)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
