package store

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// Schema is the version of the file format that this program writes. A new
// version gets a row in migrations and a golden archive in testdata
// (STADTFEED_WRITE_GOLDEN=1 go test ./store -run TestGolden).
//
//	1  the states of sources were JSON; they are read as they are, and written
//	   anew by the visits that follow
//	2  all of the index was in the file
//	3  the index of the latest items is in memory (see memtable.go)
const (
	Schema       = 3
	schemaMemory = 3
)

// A migration is what has to be done to a file before it is of a version.
type migration struct {
	to  uint64
	run func(*txn) error
}

// migrations are those of all versions that need one, in order.
var migrations = []migration{
	{1, func(t *txn) error { return t.setNumber(keyCreated, uint64(max(0, t.now().Unix()))) }},        // a new file
	{schemaMemory, func(t *txn) error { return t.setNumber(keyFlushed, t.bucket(items).Sequence()) }}, // all of its index is in the file
}

// migrate creates what a new file needs and brings an older one up to a version,
// by every step that lies between.
func (s *Store) migrate(to uint64, steps []migration) (err error) {
	defer guard(&err)()
	return s.db.Update(func(tx *bbolt.Tx) error {
		t := &txn{s: s, tx: tx}
		v := t.number(keySchema)
		if v > to || v == 0 && t.bucket(items) != nil {
			return t.checkSchema()
		}
		for _, name := range bucketNames {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		for _, m := range steps {
			if m.to <= v || m.to > to {
				continue
			}
			if err := m.run(t); err != nil {
				return fmt.Errorf("to schema %d: %w", m.to, err)
			}
		}
		if v == to {
			return nil
		}
		return t.setNumber(keySchema, to)
	})
}

func (t *txn) checkSchema() error {
	switch v := t.number(keySchema); {
	case v > Schema:
		return fmt.Errorf("%w: it has schema %d, this program knows up to %d", ErrNewer, v, Schema)
	case v == 0:
		return fmt.Errorf("%w: it holds no schema version, so it is not an archive of stadtfeed", ErrDamaged)
	}
	return nil
}
