package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

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
	number, err := t.lastVisit(from)
	if err != nil {
		return err
	}
	number++
	if err := t.putNumber(visits, from, number); err != nil {
		return err
	}
	return t.putJSON(visits, append(from, byte(number%keptVisits)), visitRecord{v, number}, plain)
}

// lastVisit is the number of a source's latest visit; 0: there was none.
func (t *txn) lastVisit(from []byte) (uint64, error) {
	last := t.get(visits, from)
	if last == nil {
		return 0, nil
	}
	return readNumber(visits, from, last)
}

// Visits are the latest n visits of a source, newest first.
func (s *Store) Visits(_ context.Context, source string, n int) ([]news.Visit, error) {
	out := []news.Visit{}
	err := s.view(func(t *txn) error {
		from := named(source)
		number, err := t.lastVisit(from)
		if err != nil {
			return err
		}
		for ; number > 0 && len(out) < min(n, keptVisits); number-- {
			key := append(from, byte(number%keptVisits))
			record := t.get(visits, key)
			if record == nil {
				return nil
			}
			var r visitRecord
			if err := decodeJSON(visits, key, record, &r); err != nil {
				return err
			}
			if r.Number != number { // of an earlier round
				return nil
			}
			out = append(out, r.Visit)
		}
		return nil
	})
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
			h.Number = binary.BigEndian.Uint64(k)
			out = append(out, h)
		}
		return nil
	})
	return out, err
}

// HealthChangesAfter are the first n changes of health whose number is above
// one, the oldest first.
func (s *Store) HealthChangesAfter(_ context.Context, number uint64, n int) (out []news.HealthChange, err error) {
	err = s.view(func(t *txn) error {
		c := t.bucket(health).Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, number+1)); k != nil && len(out) < n; k, v = c.Next() {
			var h news.HealthChange
			if err := decodeJSON(health, k, v, &h); err != nil {
				return err
			}
			h.Number = binary.BigEndian.Uint64(k)
			out = append(out, h)
		}
		return nil
	})
	return out, err
}

// putRevision keeps an earlier content of an item, compressed already.
func (t *txn) putRevision(seq uint64, compressed []byte) error {
	from := seqKey(seq)
	number := uint32(1)
	if k := t.lastRevision(from); k != nil {
		number = binary.BigEndian.Uint32(k[seqLen:]) + 1
	}
	key := binary.BigEndian.AppendUint32(from, number)
	return t.put(revisions, key, sealPacked(revisions, key, compressed))
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
