package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"

	"go.etcd.io/bbolt"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

const (
	maxFaults = 100  // that are told one by one
	tellEvery = 4096 // records, progress is told
)

// Verify reads the whole archive: the order of all keys, the checksum of every
// record, and the indexes against the items. The error joins all that is wrong
// (each wraps ErrDamaged). The archive stays in use meanwhile.
func (s *Store) Verify(ctx context.Context) (news.Verdict, error) {
	s.long.RLock()
	defer s.long.RUnlock()
	return s.verify(ctx)
}

// CheckFile is Verify, and a check of bbolt's pages besides, on a file that is
// not open. A badly damaged file can end the process that reads it (bbolt
// checks in a goroutine of its own), so call it in a child process when the
// file is in doubt.
func CheckFile(ctx context.Context, path string) (err error) {
	db, err := openBolt(path, &bbolt.Options{ReadOnly: true, Timeout: defaultLockTimeout})
	if err != nil {
		return fmt.Errorf("%s: %w", path, boltError(err))
	}
	s := &Store{path: path, db: db}
	s.defaults()
	err = s.view(func(t *txn) error {
		if err := t.checkSchema(); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		var f faults
		for e := range t.tx.Check() {
			f.add(fmt.Errorf("%w: structure: %w", ErrDamaged, e))
		}
		if err := f.join(); err != nil { // walking on could follow broken pages
			return err
		}
		if err := t.allBuckets(); err != nil {
			return err
		}
		err := t.loadMemtable()
		s.memtable.publish(0, t.memtable)
		return err
	})
	if err == nil {
		_, err = s.verify(ctx)
	}
	return errors.Join(err, db.Close())
}

func (t *txn) allBuckets() error {
	var f faults
	for b := range buckets {
		young := b == saved || b == subscribed // younger than schema 3, and made when such a file is opened
		if t.bucket(b) == nil && !young {
			f.add(fmt.Errorf("%w: bucket %s is missing", ErrDamaged, b))
		}
	}
	return f.join()
}

// verify checks the records one by one, and at the same time what refers to what.
func (s *Store) verify(ctx context.Context) (v news.Verdict, err error) {
	if err := s.view((*txn).allBuckets); err != nil {
		return v, err
	}
	var records, references faults
	var recordsErr error
	var reading sync.WaitGroup
	reading.Go(func() {
		recordsErr = s.view(func(t *txn) error { return t.verifyRecords(ctx, &records, &v) })
	})
	err = s.view(func(t *txn) error {
		if err := t.verifyItems(ctx, &references); err != nil {
			return err
		}
		return t.verifyPages(ctx, &references)
	})
	reading.Wait()
	return v, errors.Join(recordsErr, err, records.join(), references.join())
}

// each calls fn with all keys of a bucket and counts them. They must be in
// order: pages that lead in circles end there.
func (t *txn) each(ctx context.Context, b bucket, fn func(k, v []byte)) (n int, err error) {
	if t.bucket(b) == nil {
		return 0, nil
	}
	var before []byte
	c := t.bucket(b).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return n, ended(ctx)
		}
		if before != nil && bytes.Compare(before, k) >= 0 {
			return n, fmt.Errorf("%w: %s: key %x stands after %x", ErrDamaged, b, k, before)
		}
		before = append(before[:0], k...)
		fn(k, v)
	}
	return n, nil
}

func noKey([]byte, []byte) {}

// verifyRecords checks the checksum and the form of every record.
func (t *txn) verifyRecords(ctx context.Context, f *faults, v *news.Verdict) error {
	tell, done, total, seen := news.ProgressOf(ctx), int64(0), inUse(t.s.db, t.tx.Size()), 0
	for b := range buckets {
		n, err := t.each(ctx, b, func(k, value []byte) {
			f.add(checkRecord(b, k, value))
			done += int64(len(k) + len(value))
			if seen++; seen%tellEvery == 0 {
				tell(min(done, total), total)
			}
		})
		if err != nil {
			return err
		}
		switch b {
		case items:
			v.Items = n
		case revisions:
			v.Revisions = n
		case pages:
			v.Pages = n
		case raw:
			v.RawPages = n
		}
	}
	return nil
}

// checkRecord reads one record as its bucket would.
func checkRecord(b bucket, key, value []byte) error {
	if b == index || b == due || b == rawage {
		return nil // keys; compared with what they index
	}
	if isNumber(b, key) {
		_, err := readNumber(b, key, value)
		return err
	}
	payload, err := unseal(b, key, value)
	if err != nil {
		return err
	}
	switch b {
	case items:
		_, err = decodeHead(tailSeq(key), payload)
	case bodies:
		_, err = decodeBody(payload)
	case revisions:
		_, err = decodeRevision(0, payload)
	case pages:
		_, err = decodePage(payload)
	case raw:
		_, err = decodeRaw(payload)
	case counts:
		_, err = decodeTally(payload)
	case sources:
		_, err = decodeSource(payload)
	}
	if err != nil {
		return &RecordError{Bucket: b.String(), Key: bytes.Clone(key), Why: err.Error()}
	}
	return nil
}

// A digest stands for a set of index entries, in any order.
type digest struct {
	entries int
	sum     uint64
}

func (d *digest) add(key []byte, kind entryKind) {
	d.entries++
	d.sum += (decide.Hash(key) ^ uint64(kind)) * 0x9e3779b97f4a7c15
}

// verifyItems holds names, index and counts against the items, both ways.
func (t *txn) verifyItems(ctx context.Context, f *faults) error {
	var flushed, unflushed digest
	tallies := map[string]int{}
	err := t.eachHead(ctx, func(h *head) {
		t.verifyNames(h, f)
		d := &flushed
		if h.Seq > t.memtable.flushed {
			d = &unflushed
		}
		for _, key := range h.entries() {
			d.add(key, h.kind())
		}
		if h.Withdrawn.IsZero() && !h.Forgotten {
			for _, fv := range h.facets() {
				tallies[countKey(fv.Facet, fv.Value)]++
			}
		}
	})
	if err != nil {
		return err
	}
	if err := t.verifyIndex(ctx, flushed, unflushed, f); err != nil {
		return err
	}
	return t.verifyCounts(ctx, tallies, f)
}

// eachHead calls fn with the head of every item that can be read.
func (t *txn) eachHead(ctx context.Context, fn func(*head)) error {
	_, err := t.each(ctx, items, func(k, value []byte) {
		payload, err := unseal(items, k, value)
		if err != nil {
			return // told by verifyRecords
		}
		if h, err := decodeHead(tailSeq(k), payload); err == nil {
			fn(h)
		}
	})
	return err
}

// verifyIndex holds the index, in file and memory, against what the items want
// to have there. Which entries are wrong is looked for only where some are.
func (t *txn) verifyIndex(ctx context.Context, flushed, unflushed digest, f *faults) error {
	var file, memory digest
	_, err := t.each(ctx, index, func(k, v []byte) {
		kind := entryShown
		if bytes.Equal(v, flagWithdrawn) {
			kind = entryWithdrawn
		} else if len(v) > 0 {
			kind = entryGone
		}
		file.add(k, kind)
	})
	if err != nil {
		return err
	}
	for _, e := range t.memtable.all() {
		memory.add(e.key, e.kind)
	}
	if file == flushed && memory == unflushed {
		return nil
	}
	f.add(fmt.Errorf("%w: index has %d entries and %d in memory, the items have %d and %d", ErrDamaged, file.entries, memory.entries, flushed.entries, unflushed.entries))
	return t.eachHead(ctx, func(h *head) {
		for _, key := range h.entries() {
			k, value := t.indexCursor().Seek(key)
			if !bytes.Equal(k, key) || !bytes.Equal(value, memtableEntry{kind: h.kind()}.value()) {
				f.add(fmt.Errorf("%w: item %s is missing from the index at %x", ErrDamaged, h.ID, key))
			}
		}
	})
}

// verifyNames holds the id and the addresses of an item against the names.
func (t *txn) verifyNames(h *head, f *faults) {
	leads := func(key []byte) bool {
		payload, err := t.record(names, key)
		return err != nil || payload != nil && tailSeq(payload) == h.Seq // an error is told by verifyRecords
	}
	id := idKey(h.ID)
	found := leads(id)
	if !found && !leads(spareKey(h.ID)) {
		f.add(fmt.Errorf("%w: the id of item %s does not lead to it", ErrDamaged, h.ID))
	}
	for _, key := range append(aliasKeys(h), nameKey(h.Address())) {
		if found && bytes.Equal(key, id) {
			continue
		}
		if !leads(key) {
			f.add(fmt.Errorf("%w: an address of item %s does not lead to it (%x)", ErrDamaged, h.ID, key))
		}
	}
}

func aliasKeys(h *head) (ks [][]byte) {
	for _, a := range h.Aliases {
		ks = append(ks, nameKey(a))
	}
	return ks
}

func (t *txn) verifyCounts(ctx context.Context, want map[string]int, f *faults) error {
	for key, n := range want {
		c, err := t.tally(key)
		if err == nil && c.Items != n {
			f.add(fmt.Errorf("%w: count of %q is %d, items say %d", ErrDamaged, key, c.Items, n))
		}
	}
	n, err := t.each(ctx, counts, noKey)
	if n != len(want) {
		f.add(fmt.Errorf("%w: %d values are counted, items have %d", ErrDamaged, n, len(want)))
	}
	return err
}

// verifyPages holds the planned looks and the ages of raw pages against the
// pages, both ways.
func (t *txn) verifyPages(ctx context.Context, f *faults) error {
	planned, aged := 0, 0
	want := func(b bucket, key []byte) {
		if k, _ := t.bucket(b).Cursor().Seek(key); !bytes.Equal(k, key) {
			f.add(fmt.Errorf("%w: %s lacks %x", ErrDamaged, b, key))
		}
	}
	_, pagesErr := t.each(ctx, pages, func(k, v []byte) {
		payload, err := unseal(pages, k, v)
		if err != nil {
			return // told by verifyRecords
		}
		if p, err := decodePage(payload); err == nil {
			if key := dueKey(p, k); key != nil {
				planned++
				want(due, key)
			}
		}
	})
	_, rawErr := t.each(ctx, raw, func(k, v []byte) {
		payload, err := unseal(raw, k, v)
		if err != nil {
			return // told by verifyRecords
		}
		if p, err := decodeRaw(payload); err == nil {
			aged++
			want(rawage, append(appendWhen(nil, p.Fetched), k...))
		}
	})
	if err := errors.Join(pagesErr, rawErr); err != nil {
		return err
	}
	for b, n := range map[bucket]int{due: planned, rawage: aged} {
		have, err := t.each(ctx, b, noKey)
		if err != nil {
			return err
		}
		if have != n {
			f.add(fmt.Errorf("%w: %s has %d entries, the pages have %d", ErrDamaged, b, have, n))
		}
	}
	return nil
}

// faults gathers what is wrong.
type faults struct {
	errs []error
	more int
}

func (f *faults) add(err error) {
	switch {
	case err == nil:
	case len(f.errs) < maxFaults:
		f.errs = append(f.errs, err)
	default:
		f.more++
	}
}

func (f *faults) join() error {
	errs := f.errs
	if f.more > 0 {
		errs = append(errs, fmt.Errorf("%w: %d more faults", ErrDamaged, f.more))
	}
	return errors.Join(errs...)
}
