package store

import (
	"bytes"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
)

// The index of the latest items is kept in memory.
//
// Twenty new items have 240 entries, and in an archive of any size nearly each
// stands on another page: written with every visit they would be most of what
// a visit writes. They are a function of the items' heads, which are in the
// visit's transaction, so nothing is lost by writing them later, hundreds of
// items at a time and in order (settle). meta/settled is the last item whose
// entries are in the file; those of the items after it are made from their
// heads when the archive is opened. Everybody reads the index by way of
// indexCursor, which shows both as one.

const (
	freshItems = 1000 // how many may wait in memory before some are settled
	settleStep = 250  // settled in one transaction
)

// A freshEntry is an index entry in memory.
type freshEntry struct {
	key  []byte
	kind entryKind
}

// An entryKind is what an entry in memory says.
type entryKind byte

const (
	entryShown     entryKind = iota
	entryWithdrawn           // the item is
	entryGone                // takes back the entry of an older run
)

// value is the entry's value in the file.
func (e freshEntry) value() []byte {
	if e.kind == entryWithdrawn {
		return flagWithdrawn
	}
	return nil
}

// A fresh is the entries of the items that are not settled. It never changes;
// whoever holds one can go on reading it.
type fresh struct {
	settled uint64
	runs    [][]freshEntry // sorted by key; each smaller than half the one before, and newer
}

// with is f and one more sorted run.
func (f *fresh) with(run []freshEntry) *fresh {
	if len(run) == 0 {
		return f
	}
	runs := slices.Clone(f.runs)
	for n := len(runs); n > 0 && len(runs[n-1]) < 2*len(run); n-- {
		run = mergeRuns(runs[n-1], run, n == 1)
		runs = runs[:n-1]
	}
	return &fresh{f.settled, append(runs, run)}
}

// mergeRuns is two runs as one. Nothing is older than the oldest run, so what
// it takes back can be left out.
func mergeRuns(older, newer []freshEntry, oldest bool) []freshEntry {
	out := make([]freshEntry, 0, len(older)+len(newer))
	add := func(e freshEntry) {
		if e.kind != entryGone || !oldest {
			out = append(out, e)
		}
	}
	for len(older) > 0 && len(newer) > 0 {
		switch order := bytes.Compare(older[0].key, newer[0].key); {
		case order < 0:
			add(older[0])
			older = older[1:]
		case order > 0:
			add(newer[0])
			newer = newer[1:]
		default:
			older = older[1:]
		}
	}
	for _, e := range append(older[:len(older):len(older)], newer...) {
		add(e)
	}
	return out
}

// all is one run of all entries.
func (f *fresh) all() (run []freshEntry) {
	for i, r := range slices.Backward(f.runs) {
		run = mergeRuns(r, run, i == 0)
	}
	return run
}

// freshVersions are the latest states of the index in memory, each with the
// transaction that made it, so that a reader sees the one that belongs to its
// own.
type freshVersions struct {
	mu       sync.Mutex
	versions []freshVersion // the newest last
}

type freshVersion struct {
	tx int
	*fresh
}

// keptVersions is how many states are kept for readers that have just begun.
const keptVersions = 8

// begin is a transaction with the index in memory as of it.
func (s *Store) begin(tx *bbolt.Tx) (*txn, error) {
	v := &s.fresh
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, version := range slices.Backward(v.versions) {
		if version.tx <= tx.ID() {
			return &txn{s: s, tx: tx, fresh: version.fresh}, nil
		}
	}
	return nil, errLate
}

// publish makes f what readers see from a transaction on.
func (v *freshVersions) publish(tx int, f *fresh) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n := len(v.versions); n > 0 && v.versions[n-1].fresh == f {
		return
	}
	v.versions = append(v.versions, freshVersion{tx, f})
	v.versions = slices.Delete(v.versions, 0, max(0, len(v.versions)-keptVersions))
}

// withdraw forgets what a transaction published that has failed.
func (v *freshVersions) withdraw(tx int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.versions = slices.DeleteFunc(v.versions, func(version freshVersion) bool { return version.tx == tx })
}

// restart keeps the latest state for a file that counts its transactions anew.
// Nobody reads meanwhile.
func (v *freshVersions) restart() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.versions = []freshVersion{{0, v.versions[len(v.versions)-1].fresh}}
}

// settled is the last item whose index entries are in the file.
func (t *txn) settled() (uint64, error) {
	if t.number(keySchema) < schemaFresh {
		return t.bucket(items).Sequence(), nil
	}
	return readNumber(meta, keySettled, t.bucket(meta).Get(keySettled))
}

// loadFresh reads the entries of the items that are not settled.
func (t *txn) loadFresh() error {
	settled, err := t.settled()
	if err != nil {
		return err
	}
	t.fresh = &fresh{settled: settled}
	var run []freshEntry
	c := t.bucket(items).Cursor()
	for k, _ := c.Seek(seqKey(t.fresh.settled + 1)); k != nil; k, _ = c.Next() {
		h, err := t.head(tailSeq(k))
		if err != nil && !t.s.oneRecord(err) {
			return err
		}
		if h == nil {
			continue
		}
		for _, key := range h.entries() {
			run = append(run, freshEntry{key, h.kind()})
		}
	}
	slices.SortFunc(run, byKey)
	t.fresh = t.fresh.with(run)
	return nil
}

func byKey(a, b freshEntry) int { return bytes.Compare(a.key, b.key) }

// writeEntries changes the entries of an item where they are.
func (t *txn) writeEntries(seq uint64, run []freshEntry) error {
	if seq > t.fresh.settled {
		slices.SortFunc(run, byKey)
		t.fresh = t.fresh.with(run)
		return nil
	}
	for _, e := range run {
		var err error
		if e.kind == entryGone {
			err = t.delete(index, e.key)
		} else {
			err = t.put(index, e.key, e.value())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settleIndex writes entries from memory into the file until few are left.
func (s *Store) settleIndex(few uint64) error {
	for {
		var waiting uint64
		err := s.view(func(t *txn) error { waiting = t.unsettled(); return nil })
		if err != nil || waiting <= few {
			return err
		}
		if err = s.update(func(t *txn) error { return t.settleBut(few) }); err != nil {
			return err
		}
	}
}

// settleBut writes the entries of some items, of all but few at the most.
// Where somebody has written them meanwhile, nothing is left to do.
func (t *txn) settleBut(few uint64) error {
	if t.unsettled() <= few {
		return nil
	}
	return t.settle(min(t.fresh.settled+settleStep, t.bucket(items).Sequence()-few))
}

// unsettled is how many items have their entries in memory.
func (t *txn) unsettled() uint64 { return t.bucket(items).Sequence() - t.fresh.settled }

// settle writes the entries of all items up to last.
func (t *txn) settle(last uint64) error {
	var stay []freshEntry
	for _, e := range t.fresh.all() {
		if tailSeq(e.key) > last {
			stay = append(stay, e)
			continue
		}
		if err := t.put(index, e.key, e.value()); err != nil {
			return err
		}
	}
	t.fresh = (&fresh{settled: last}).with(stay)
	return t.setNumber(keySettled, last)
}

// A cursor walks keys in order; *bbolt.Cursor is one.
type cursor interface {
	Seek(key []byte) (k, v []byte)
	Last() (k, v []byte)
	Next() (k, v []byte)
	Prev() (k, v []byte)
}

// indexCursor walks the index, in file and memory.
func (t *txn) indexCursor() cursor {
	disk := t.bucket(index).Cursor()
	if len(t.fresh.runs) == 0 {
		return disk
	}
	return &mergedCursor{disk: disk, runs: t.fresh.runs, at: make([]int, len(t.fresh.runs))}
}

// A mergedCursor walks a bucket and runs of entries as if they were one.
type mergedCursor struct {
	disk *bbolt.Cursor
	k, v []byte // where disk is
	runs [][]freshEntry
	at   []int // where the runs are
	key  []byte
	down bool
}

// Seek moves to the first key that is not below the given one.
func (c *mergedCursor) Seek(key []byte) (k, v []byte) {
	c.down, c.key = false, key
	c.k, c.v = c.disk.Seek(key)
	for i, run := range c.runs {
		c.at[i], _ = slices.BinarySearchFunc(run, freshEntry{key: key}, byKey)
	}
	return c.pick()
}

// Last moves to the last key.
func (c *mergedCursor) Last() (k, v []byte) {
	c.down = true
	c.k, c.v = c.disk.Last()
	for i, run := range c.runs {
		c.at[i] = len(run) - 1
	}
	return c.pick()
}

// Next moves to the next key.
func (c *mergedCursor) Next() (k, v []byte) {
	if c.down {
		c.Seek(c.key)
	}
	c.skip(c.key)
	return c.pick()
}

// Prev moves to the key before.
func (c *mergedCursor) Prev() (k, v []byte) {
	if c.down {
		c.skip(c.key)
		return c.pick()
	}
	c.down = true
	if c.k, c.v = c.disk.Seek(c.key); c.k == nil {
		c.k, c.v = c.disk.Last()
	} else {
		c.k, c.v = c.disk.Prev()
	}
	for i, run := range c.runs {
		c.at[i], _ = slices.BinarySearchFunc(run, freshEntry{key: c.key}, byKey)
		c.at[i]--
	}
	return c.pick()
}

// pick returns where the nearest of all stands; of those that have its key, the
// newest speaks.
func (c *mergedCursor) pick() (k, v []byte) {
	for {
		best, at := c.k, -1
		for i, run := range c.runs {
			if n := c.at[i]; n >= 0 && n < len(run) {
				if order := bytes.Compare(run[n].key, best); best == nil || order == 0 || (order > 0) == c.down {
					best, at = run[n].key, i
				}
			}
		}
		c.key = best
		switch {
		case best == nil:
			return nil, nil
		case at < 0:
			return c.k, c.v
		}
		if e := c.runs[at][c.at[at]]; e.kind != entryGone {
			return e.key, e.value()
		}
		c.skip(best)
	}
}

// skip moves all that stand at a key one on.
func (c *mergedCursor) skip(key []byte) {
	step := 1
	if c.down {
		step = -1
	}
	if bytes.Equal(c.k, key) && c.k != nil {
		if c.down {
			c.k, c.v = c.disk.Prev()
		} else {
			c.k, c.v = c.disk.Next()
		}
	}
	for i, run := range c.runs {
		if at := c.at[i]; at >= 0 && at < len(run) && bytes.Equal(run[at].key, key) {
			c.at[i] += step
		}
	}
}
