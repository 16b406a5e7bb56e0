package store

import (
	"bytes"
	"errors"
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
// items at a time and in order (flush). meta/settled is the last item whose
// entries are in the file; those of the items after it are made from their
// heads when the archive is opened. Everybody reads the index by way of
// indexCursor, which shows both as one.

const (
	memtableItems = 1000 // how many may wait in memory before some are flushed
	flushStep     = 250  // flushed in one transaction
)

// A memtableEntry is an index entry in memory.
type memtableEntry struct {
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
func (e memtableEntry) value() []byte {
	if e.kind == entryWithdrawn {
		return flagWithdrawn
	}
	return nil
}

// A memtable is the entries of the items that are not flushed. It never changes;
// whoever holds one can go on reading it.
type memtable struct {
	flushed uint64
	runs    [][]memtableEntry // sorted by key; each smaller than half the one before, and newer
}

// with is f and one more sorted run.
func (f *memtable) with(run []memtableEntry) *memtable {
	if len(run) == 0 {
		return f
	}
	runs := slices.Clone(f.runs)
	for n := len(runs); n > 0 && len(runs[n-1]) < 2*len(run); n-- {
		run = mergeRuns(runs[n-1], run, n == 1)
		runs = runs[:n-1]
	}
	return &memtable{f.flushed, append(runs, run)}
}

// mergeRuns is two runs as one. Nothing is older than the oldest run, so what
// it takes back can be left out.
func mergeRuns(older, newer []memtableEntry, oldest bool) []memtableEntry {
	out := make([]memtableEntry, 0, len(older)+len(newer))
	add := func(e memtableEntry) {
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
func (f *memtable) all() (run []memtableEntry) {
	for i, r := range slices.Backward(f.runs) {
		run = mergeRuns(r, run, i == 0)
	}
	return run
}

// memtableVersions are the latest states of the index in memory, each with the
// transaction that made it, so that a reader sees the one that belongs to its
// own.
type memtableVersions struct {
	mu       sync.Mutex
	versions []memtableVersion // the newest last
}

type memtableVersion struct {
	tx int
	*memtable
}

// keptVersions is how many states are kept for readers that have just begun.
const keptVersions = 8

// begin is a transaction with the index in memory as of it.
func (s *Store) begin(tx *bbolt.Tx) (*txn, error) {
	v := &s.memtable
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, version := range slices.Backward(v.versions) {
		if version.tx <= tx.ID() {
			return &txn{s: s, tx: tx, memtable: version.memtable}, nil
		}
	}
	return nil, errLate
}

// publish makes f what readers see from a transaction on.
func (v *memtableVersions) publish(tx int, f *memtable) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if n := len(v.versions); n > 0 && v.versions[n-1].memtable == f {
		return
	}
	v.versions = append(v.versions, memtableVersion{tx, f})
	v.versions = slices.Delete(v.versions, 0, max(0, len(v.versions)-keptVersions))
}

// withdraw forgets what a transaction published that has failed.
func (v *memtableVersions) withdraw(tx int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.versions = slices.DeleteFunc(v.versions, func(version memtableVersion) bool { return version.tx == tx })
}

// restart keeps the latest state for a file that counts its transactions anew.
// Nobody reads meanwhile.
func (v *memtableVersions) restart() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.versions = []memtableVersion{{0, v.versions[len(v.versions)-1].memtable}}
}

// flushed is the last item whose index entries are in the file.
func (t *txn) flushed() (uint64, error) {
	if t.number(keySchema) < schemaMemory {
		return t.bucket(items).Sequence(), nil
	}
	return readNumber(meta, keyFlushed, t.get(meta, keyFlushed))
}

// loadMemtable reads the entries of the items that are not flushed.
func (t *txn) loadMemtable() error {
	flushed, err := t.flushed()
	if err != nil {
		return err
	}
	t.memtable = &memtable{flushed: flushed}
	var run []memtableEntry
	c := t.bucket(items).Cursor()
	for k, _ := c.Seek(seqKey(t.memtable.flushed + 1)); k != nil; k, _ = c.Next() {
		h, err := t.head(tailSeq(k))
		if err != nil && !t.s.oneRecord(err) {
			return err
		}
		if h == nil {
			continue
		}
		for _, key := range h.entries() {
			run = append(run, memtableEntry{key, h.kind()})
		}
	}
	slices.SortFunc(run, byKey)
	t.memtable = t.memtable.with(run)
	return nil
}

func byKey(a, b memtableEntry) int { return bytes.Compare(a.key, b.key) }

// writeEntries changes the entries of an item where they are.
func (t *txn) writeEntries(seq uint64, run []memtableEntry) error {
	if seq > t.memtable.flushed {
		slices.SortFunc(run, byKey)
		t.memtable = t.memtable.with(run)
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

// flushIndex writes entries from memory into the file until few are left.
func (s *Store) flushIndex(few uint64) error {
	for {
		var waiting uint64
		err := s.view(func(t *txn) error { waiting = t.unflushed(); return nil })
		if err = errors.Join(err, s.goesOn()); err != nil || waiting <= few {
			return err
		}
		if err = s.update(func(t *txn) error { return t.flushBut(few) }); err != nil {
			return err
		}
	}
}

// flushBut writes the entries of some items, of all but few at the most.
// Where somebody has written them meanwhile, nothing is left to do.
func (t *txn) flushBut(few uint64) error {
	if t.unflushed() <= few {
		return nil
	}
	return t.flush(min(t.memtable.flushed+flushStep, t.bucket(items).Sequence()-few))
}

// unflushed is how many items have their entries in memory.
func (t *txn) unflushed() uint64 { return t.bucket(items).Sequence() - t.memtable.flushed }

// flush writes the entries of all items up to last. Only these are merged, so
// that what a burst leaves waiting is not merged anew for every step.
func (t *txn) flush(last uint64) error {
	var goes memtable
	stays := &memtable{flushed: last}
	for _, run := range t.memtable.runs {
		old, young := splitRun(run, last)
		goes.runs = append(goes.runs, old)
		stays = stays.with(young)
	}
	for _, e := range goes.all() {
		if err := t.put(index, e.key, e.value()); err != nil {
			return err
		}
	}
	t.memtable = stays
	return t.setNumber(keyFlushed, last)
}

// splitRun is the entries of a run by whether their items come up to last. All
// entries of one key are of one item.
func splitRun(run []memtableEntry, last uint64) (old, young []memtableEntry) {
	for _, e := range run {
		if tailSeq(e.key) <= last {
			old = append(old, e)
		} else {
			young = append(young, e)
		}
	}
	return old, young
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
	if len(t.memtable.runs) == 0 {
		return disk
	}
	return &mergedCursor{disk: disk, runs: t.memtable.runs, at: make([]int, len(t.memtable.runs))}
}

// A mergedCursor walks a bucket and runs of entries as if they were one.
type mergedCursor struct {
	disk *bbolt.Cursor
	k, v []byte // where disk is
	runs [][]memtableEntry
	at   []int // where the runs are
	key  []byte
	down bool
}

// Seek moves to the first key that is not below the given one.
func (c *mergedCursor) Seek(key []byte) (k, v []byte) {
	c.down, c.key = false, key
	c.k, c.v = c.disk.Seek(key)
	for i, run := range c.runs {
		c.at[i], _ = slices.BinarySearchFunc(run, memtableEntry{key: key}, byKey)
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
		c.at[i], _ = slices.BinarySearchFunc(run, memtableEntry{key: c.key}, byKey)
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
