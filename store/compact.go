package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.etcd.io/bbolt"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// A journal notes which keys are written while a compaction copies the file.
type journal struct {
	keys map[journalKey]struct{}
}

type journalKey struct {
	b   bucket
	key string
}

func (j *journal) note(b bucket, key []byte) { j.keys[journalKey{b, string(key)}] = struct{}{} }

// take empties the journal.
func (j *journal) take() map[journalKey]struct{} {
	keys := j.keys
	j.keys = map[journalKey]struct{}{}
	return keys
}

// copyStep is how much is copied in one transaction.
const copyStep = 4 << 20

// A Compaction tells what Compact did.
type Compaction struct {
	Before, After int64         // size of the file
	Stopped       time.Duration // for how long readers and writers had to wait
}

// compactPart is the file that a compaction writes, on the archive's own disk.
func compactPart(path string) string { return files.Real(path) + ".compact" }

// Compact writes the archive into a new file without free pages and puts that
// in its place. Visits are committed and readers served meanwhile; only the
// last changes and the change of files stop them.
func (s *Store) Compact(ctx context.Context) (c Compaction, err error) {
	s.long.Lock() // backups and checks hold long transactions, which the change of files would wait for
	defer s.long.Unlock()
	part := compactPart(s.path)
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return c, err
	}
	o := s.opts
	o.NoSync = true
	dst, readOnly, err := openFile(part, o)
	if err != nil || readOnly {
		return c, fmt.Errorf("%s: %w", part, err)
	}
	if err = s.compactInto(ctx, dst, part, &c); err != nil {
		return c, errors.Join(fmt.Errorf("compaction of %s: %w", s.path, err), dst.Close(), os.Remove(part))
	}
	return c, nil
}

func (s *Store) compactInto(ctx context.Context, dst *bbolt.DB, part string, c *Compaction) (err error) {
	defer guard(&err)()
	src, err := s.startJournal()
	if err != nil {
		return err
	}
	defer func() {
		s.write.Lock()
		s.journal = nil
		s.write.Unlock()
	}()
	defer src.Rollback() //nolint:errcheck // it is over by then, unless copying failed
	c.Before = src.Size()
	if err = copyAll(ctx, dst, src, inUse(s.db, c.Before)); err != nil {
		return err
	}
	if err = src.Rollback(); err != nil {
		return err
	}
	for range 3 { // most of what was written meanwhile, while it can still go on
		s.write.Lock()
		changed := s.journal.take()
		s.write.Unlock()
		if err := s.replay(dst, changed); err != nil {
			return err
		}
	}
	if err := dst.Sync(); err != nil {
		return err
	}
	old, err := s.swapFile(dst, part, c)
	if err != nil {
		return err
	}
	if err := old.Close(); err != nil {
		s.log.Warn("after a compaction", "err", err)
	}
	return nil
}

// startJournal begins a read transaction and a journal of all that is written
// after it.
func (s *Store) startJournal() (*bbolt.Tx, error) {
	s.write.Lock()
	defer s.write.Unlock()
	if s.readOnly {
		return nil, s.Health()
	}
	s.journal = &journal{keys: map[journalKey]struct{}{}}
	return s.db.Begin(false)
}

// copyAll copies every record; about total bytes of the file hold some.
func copyAll(ctx context.Context, dst *bbolt.DB, src *bbolt.Tx, total int64) error {
	tell, done := news.ProgressOf(ctx), int64(0)
	for b := range buckets {
		from := src.Bucket(bucketNames[b])
		c := from.Cursor()
		k, v := c.First()
		var before []byte
		for first := true; first || k != nil; first = false {
			err := dst.Update(func(tx *bbolt.Tx) error {
				to, err := tx.CreateBucketIfNotExists(bucketNames[b])
				if err != nil {
					return err
				}
				to.FillPercent = max(fill[b], .9)
				for size := 0; k != nil && size < copyStep; k, v = c.Next() {
					if before != nil && bytes.Compare(before, k) >= 0 { // pages that lead in circles
						return fmt.Errorf("%w: key %x stands after %x", ErrDamaged, k, before)
					}
					before = append(before[:0], k...)
					if err := to.Put(k, v); err != nil {
						return err
					}
					size += len(k) + len(v)
					done += int64(len(k) + len(v))
				}
				return to.SetSequence(from.Sequence())
			})
			if err == nil {
				err = ended(ctx)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", b, err)
			}
			tell(min(done, total), total)
		}
	}
	tell(total, total) // the pages of the copy are fuller
	return nil
}

// replay brings changed keys up to date in the copy.
func (s *Store) replay(dst *bbolt.DB, changed map[journalKey]struct{}) error {
	if len(changed) == 0 {
		return nil
	}
	return s.db.View(func(src *bbolt.Tx) error {
		return dst.Update(func(tx *bbolt.Tx) error {
			for k := range changed {
				to, key := tx.Bucket(bucketNames[k.b]), []byte(k.key)
				from, value := src.Bucket(bucketNames[k.b]).Cursor().Seek(key)
				var err error
				if string(from) == k.key {
					err = to.Put(key, value)
				} else {
					err = to.Delete(key)
				}
				if err != nil {
					return err
				}
			}
			for b := range buckets {
				if err := tx.Bucket(bucketNames[b]).SetSequence(src.Bucket(bucketNames[b]).Sequence()); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// swapFile writes the last changes and puts the copy in the archive's place. It
// returns the former file, which nobody uses any more.
func (s *Store) swapFile(dst *bbolt.DB, part string, c *Compaction) (old *bbolt.DB, err error) {
	s.write.Lock()
	defer s.write.Unlock()
	s.swap.Lock()
	defer s.swap.Unlock()
	start := time.Now()
	defer func() { c.Stopped = time.Since(start) }()
	if err := s.replay(dst, s.journal.take()); err != nil {
		return nil, err
	}
	if err := dst.Sync(); err != nil {
		return nil, err
	}
	if info, err := os.Stat(part); err == nil {
		c.After = info.Size()
	}
	if err := files.TakeOver(part, s.path); err != nil {
		return nil, err
	}
	if err := os.Rename(part, files.Real(s.path)); err != nil {
		return nil, err
	}
	dst.NoSync, dst.NoGrowSync = s.opts.NoSync, s.opts.NoSync
	s.memtable.restart()
	s.noteFile()
	old, s.db = s.db, dst // the lock on the file stays held: it belongs to the open file, not to its name
	if err := files.SyncFolder(files.Real(s.path)); err != nil {
		s.log.Warn("after a compaction", "err", err)
	}
	return old, nil
}

// When compaction pays: this share of a file of at least this size is free.
const (
	worthShare = .4
	worthSize  = 32 << 20
)

// CompactionPays reports whether much of the file is free.
func (s *Store) CompactionPays() bool {
	s.swap.RLock()
	defer s.swap.RUnlock()
	stats := s.db.Stats()
	info, err := os.Stat(s.path)
	if err != nil || info.Size() < worthSize {
		return false
	}
	free := int64(stats.FreePageN+stats.PendingPageN) * int64(s.db.Info().PageSize)
	return float64(free) > worthShare*float64(info.Size())
}

// inUse is about how many bytes of a file of a size hold something.
func inUse(db *bbolt.DB, size int64) int64 {
	return max(size-int64(db.Stats().FreePageN)*int64(db.Info().PageSize), 1)
}
