package store

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// Marks are numbers that the surrounding program keeps in the archive, such as
// how far a receiver of notices was told: they are on disk with the rest, and
// so outlive restarts and kills.

// markPrefix begins the keys of marks in meta.
const markPrefix = "mark-"

// Marks are the marks whose names begin so, by name; those that were set to 0
// are not there.
func (s *Store) Marks(_ context.Context, prefix string) (map[string]uint64, error) {
	all := map[string]uint64{}
	err := s.view(func(t *txn) error {
		from := []byte(markPrefix + prefix)
		c := t.bucket(meta).Cursor()
		for k, v := c.Seek(from); bytes.HasPrefix(k, from); k, v = c.Next() {
			n, err := readNumber(meta, k, v)
			if err != nil {
				return err
			}
			all[strings.TrimPrefix(string(k), markPrefix)] = n
		}
		return nil
	})
	return all, err
}

// SetMarks sets marks, all or none of them; 0 removes one.
//
//	s.SetMarks(ctx, map[string]uint64{"webhook/told": 17})
func (s *Store) SetMarks(ctx context.Context, marks map[string]uint64) error {
	return s.step(ctx, func(t *txn) error {
		for name, n := range marks {
			key := []byte(markPrefix + name)
			if n == 0 {
				if err := t.delete(meta, key); err != nil {
					return err
				}
				continue
			}
			if err := t.setNumber(key, n); err != nil {
				return fmt.Errorf("mark %s: %w", name, err)
			}
		}
		return nil
	})
}
