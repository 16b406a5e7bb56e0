package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/stadtfeed/stadtfeed/news"
)

// Health is nil while the archive reads and writes; else it tells why it
// cannot write (it keeps serving), that the file is damaged, or that another
// one lies in its place. Trouble with the disk ends by itself with the first
// write that succeeds; if it kept a visit from being stored, with the first
// visit that is: a small write may still fit where a visit does not.
func (s *Store) Health() error {
	if d := s.damage.Load(); d != nil {
		return *d
	}
	if err := s.replaced(); err != nil {
		return err
	}
	if e := s.unstored.Load(); e != nil {
		return *e
	}
	if e := s.trouble.Load(); e != nil {
		return *e
	}
	if e := s.fault.Load(); e != nil {
		return *e
	}
	return nil
}

// oneRecord reports whether an error is damage to a single record. Lists go on
// without that one, and Health tells of it.
func (s *Store) oneRecord(err error) bool {
	var record *RecordError
	if !errors.As(err, &record) {
		return false
	}
	fault := fmt.Errorf("%s: %w; stadtfeed verify says how much is damaged", s.path, err)
	if s.fault.Swap(&fault) == nil {
		s.log.Error("a record of the archive is damaged", "err", err)
	}
	return true
}

func (s *Store) setTrouble(err error) {
	told := s.unstored.Load() != nil // a little fits now and then, and a visit does not
	if err == nil {
		if s.trouble.Swap(nil) != nil && !told {
			s.log.Info("archive can be written again")
		}
		return
	}
	wrapped := fmt.Errorf("%s: cannot be written: %w", s.path, err)
	if s.trouble.Swap(&wrapped) == nil && !told {
		s.log.Error("archive cannot be written; it keeps serving and tries again", "err", err)
	}
}

// ErrReplaced tells that the archive's file was removed, moved or replaced
// while it is in use.
var ErrReplaced = errors.New("the file was removed or replaced while it is in use: what is written since is lost when the daemon ends, " +
	"unless stadtfeed backup FILE saves it first and stadtfeed restore FILE puts it back")

// noteFile notes which file is open, to see when another one takes its place.
func (s *Store) noteFile() {
	if info, err := os.Stat(s.path); err == nil {
		s.file.Store(&info)
	}
}

// replaced is ErrReplaced where the path no longer leads to the open file.
func (s *Store) replaced() error {
	open := s.file.Load()
	if open == nil {
		return nil
	}
	now, err := os.Stat(s.path)
	if err == nil && os.SameFile(*open, now) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("%s: %w", s.path, ErrReplaced)
}

// noteStored notes whether visits can be stored.
func (s *Store) noteStored(err error) {
	switch {
	case err == nil:
		if s.unstored.Swap(nil) != nil {
			s.log.Info("visits can be stored again")
		}
	case errors.Is(err, news.ErrUnwritable):
		wrapped := fmt.Errorf("%s: visits cannot be stored: %w", s.path, err)
		s.unstored.Store(&wrapped)
	}
}

// diskTrouble reports errors that are the disk's and not the caller's.
func diskTrouble(err error) bool {
	for _, target := range []error{syscall.ENOSPC, syscall.EROFS, syscall.EIO, syscall.EFBIG, syscall.EDQUOT, bolterrors.ErrDatabaseReadOnly, os.ErrPermission} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// probeEvery is how often a disk that refused a write is tried again.
const probeEvery = 15 * time.Second

// maintain keeps the indexes up with the items and tries the disk again while it is in trouble.
func (s *Store) maintain() {
	if err := s.dropOrphans(); err != nil {
		s.log.Debug("unfinished parts of the full-text index stay", "err", err)
	}
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-s.words.wake:
			if !s.rest() {
				return
			}
			if err := errors.Join(s.flushIndex(memtableItems/2), s.tendWords()); err != nil {
				s.log.Debug("indexes wait", "err", err)
			}
		case <-tick.C:
			if s.trouble.Load() != nil {
				if err := s.probe(); err != nil {
					s.log.Debug("archive still cannot be written", "err", err)
				}
			}
		}
	}
}

// The indexes are brought up to date when no visit was committed for a pause,
// or after so many pauses without one.
const (
	pause      = 500 * time.Millisecond
	mostPauses = 20
)

// rest waits until visits pause, but not for ever, nor when much has gathered:
// what the indexes need is no visit's loss. It is false when the archive is
// closed.
func (s *Store) rest() bool {
	for range mostPauses {
		before := s.visits.Load()
		select {
		case <-s.done:
			return false
		case <-time.After(pause):
		}
		if s.visits.Load() == before || s.backlog() >= drainItems {
			return true
		}
	}
	return true
}

// tendWords brings the full-text index up to date, or makes a damaged one anew.
func (s *Store) tendWords() error {
	if s.words.broken.Swap(false) {
		s.log.Warn("full-text index is damaged and made anew")
		if err := s.rebuildWords(); err != nil {
			return err
		}
		if err := s.dropOrphans(); err != nil {
			return err
		}
	}
	err := s.growWords(segmentItems)
	s.checkWords(err)
	return err
}

// checkWords notes where an error is damage to the full-text index.
func (s *Store) checkWords(err error) {
	var record *RecordError
	if errors.As(err, &record) && (record.Bucket == words.String() || record.Bucket == segments.String()) {
		s.words.broken.Store(true)
		s.words.signal()
	}
}

// probe writes a little.
func (s *Store) probe() error {
	return s.update(func(t *txn) error { return t.setNumber(keySchema, Schema) })
}

// reopen opens a file again that could only be opened for reading.
func (s *Store) reopen() error {
	s.write.Lock()
	defer s.write.Unlock()
	if !s.readOnly || s.toRead {
		return nil
	}
	if err := markOpen(s.path, s.identity); err != nil {
		return err
	}
	s.swap.Lock()
	defer s.swap.Unlock()
	if err := s.db.Close(); err != nil {
		return err
	}
	var err error
	if s.db, s.readOnly, err = openFile(s.path, s.opts); err != nil {
		closed := fmt.Errorf("%s: %w", s.path, err)
		s.damage.Store(&closed)
		return err
	}
	s.noteFile()
	if s.readOnly {
		return markClosed(s.path)
	}
	return nil
}
