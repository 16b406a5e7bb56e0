package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// Backup writes a copy of the archive as it stands, while it is in use. The
// copy is an archive file of its own.
func (s *Store) Backup(ctx context.Context, w io.Writer) (err error) {
	s.long.RLock()
	defer s.long.RUnlock()
	s.swap.RLock()
	defer s.swap.RUnlock()
	defer guard(&err)()
	return s.db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(untilEnded{ctx, w})
		return err
	})
}

// untilEnded writes until a context ends.
type untilEnded struct {
	ctx context.Context
	w   io.Writer
}

func (u untilEnded) Write(b []byte) (int, error) {
	if err := ended(u.ctx); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}

// BackupFile is Backup into a file, which is there in full or not at all.
func (s *Store) BackupFile(ctx context.Context, path string) error {
	if err := files.Replace(path, files.Private, func(w io.Writer) error { return s.Backup(ctx, w) }); err != nil {
		return fmt.Errorf("backup %s: %w", path, err)
	}
	return nil
}

// RestoreFile makes a backup the archive at path. Where there is one already,
// it refuses unless forced; the former file is then kept beside it with
// ".before-restore" added to its name, and its owner and mode are those of the
// new one. No process may have the archive open.
func RestoreFile(ctx context.Context, backup, path string, force bool) error {
	if files.Same(backup, path) {
		return fmt.Errorf("%s is the archive itself; name the backup that is to take its place", backup)
	}
	if err := CheckFile(ctx, backup); err != nil {
		return fmt.Errorf("backup is not used: %w", err)
	}
	if _, err := os.Stat(path); err == nil {
		if !force {
			return fmt.Errorf("%s exists: restoring would replace it; say --force to do so", path)
		}
		if err := lockFree(path); err != nil {
			return err
		}
	}
	if err := putInPlace(backup, path, unused(files.Real(path)+".before-restore")); err != nil {
		return err
	}
	return markClosed(path)
}

// putInPlace makes a copy of a backup the archive at path; what was there is
// called aside from then on. A link stays, and what it leads to is replaced.
func putInPlace(backup, path, aside string) error {
	path = files.Real(path)
	part := path + ".part"
	if err := files.Copy(backup, part); err != nil {
		return err
	}
	if err := files.TakeOver(part, path); err != nil {
		return err
	}
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return files.SyncFolder(path)
}

// unused is the path, or one with a number where that is taken.
func unused(path string) string {
	free := path
	for n := 2; ; n++ {
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) {
			return free
		}
		free = fmt.Sprintf("%s-%d", path, n)
	}
}

// lockFree is ErrLocked while a process has the archive open. A file too
// damaged to be opened is free.
func lockFree(path string) error {
	db, _, err := openFile(path, Options{})
	if errors.Is(err, ErrLocked) {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err == nil {
		return db.Close()
	}
	return nil
}

// ensureIdentity gives an archive without one its identity, and takes the mark
// of a daily backup from one that was restored from it.
func (s *Store) ensureIdentity() error {
	var has, marked bool
	err := s.view(func(t *txn) error {
		has, marked = t.number(keyIdentity) != 0, t.number(keyBackup) != 0
		return nil
	})
	if err != nil || has && !marked {
		return err
	}
	return s.update(func(t *txn) error {
		if marked {
			if err := t.setNumber(keyBackup, 0); err != nil {
				return err
			}
		}
		if has {
			return nil
		}
		var random [8]byte
		if _, err := rand.Read(random[:]); err != nil {
			return err
		}
		return t.setNumber(keyIdentity, max(binary.BigEndian.Uint64(random[:]), 1))
	})
}

// keptBackups is how many daily backups stay where nothing else is said.
const keptBackups = 7

// dailyName is the name of a daily backup: of which archive, and of which day.
// In earlier versions the identity was not in it.
var dailyName = regexp.MustCompile(`^(.+?)(?:-([0-9a-f]{16}))?-(\d{4}-\d\d-\d\d)\.db$`)

// A dailyBackup is a file that looks like one of an archive's daily backups.
type dailyBackup struct {
	path     string
	day      string // 2026-03-05
	identity uint64 // as the file itself says; 0 in one of earlier versions
	made     bool   // the file says that it was made by backupDaily
}

// backupDaily writes the backup of the day and removes those that are one too
// many: only what earlier calls made for this very archive.
func (s *Store) backupDaily(ctx context.Context, u news.Upkeep) error {
	if err := files.MakeFolder(u.Backups, 0o700); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	name := fmt.Sprintf("%s-%016x-%s.db", baseName(s.path), s.identity, s.now().UTC().Format(time.DateOnly))
	path := filepath.Join(u.Backups, name)
	part := path + ".part"
	parts := fmt.Sprintf("%s-%016x-*.db.part", files.Literal(baseName(s.path)), s.identity)
	left, err := filepath.Glob(filepath.Join(files.Literal(u.Backups), parts))
	for _, old := range left { // of a kill on an earlier day
		err = errors.Join(err, os.Remove(old))
	}
	if err = errors.Join(err, s.BackupFile(ctx, part)); err != nil {
		return err
	}
	err = markBackup(part, s.now())
	if err == nil {
		err = errors.Join(files.TakeOver(part, path), os.Rename(part, path))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("backup %s: %w", path, err), os.Remove(part))
	}
	own := slices.DeleteFunc(listBackups(u.Backups, s.path), func(b dailyBackup) bool { return !b.made || b.identity != s.identity })
	for _, old := range own[min(cmp.Or(u.Keep, keptBackups), len(own)):] {
		if err := os.Remove(old.path); err != nil {
			return fmt.Errorf("old backup: %w", err)
		}
	}
	return files.SyncFolder(path)
}

// baseName is the name of an archive without folder and ending.
func baseName(path string) string { return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) }

// markBackup writes into a copy of an archive that it is a daily backup.
func markBackup(path string, at time.Time) error {
	return inFile(path, false, func(t *txn) error { return t.setNumber(keyBackup, uint64(max(at.Unix(), 1))) })
}

// inFile runs fn in a transaction of an archive file that nobody has open.
func inFile(path string, readOnly bool, fn func(*txn) error) (err error) {
	defer guard(&err)()
	db, err := openBolt(path, &bbolt.Options{ReadOnly: readOnly, Timeout: defaultLockTimeout})
	if err != nil {
		return boltError(err)
	}
	run := db.Update
	if readOnly {
		run = db.View
	}
	err = run(func(tx *bbolt.Tx) error { return fn(&txn{s: &Store{path: path, db: db}, tx: tx}) })
	return errors.Join(err, db.Close())
}

// listBackups are the daily backups in a folder of archives with this one's
// name, the newest first. Files that cannot be read and those with other names
// are none.
func listBackups(folder, archive string) (found []dailyBackup) {
	if folder == "" {
		return nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		m := dailyName.FindStringSubmatch(e.Name())
		if m == nil || m[1] != baseName(archive) || !e.Type().IsRegular() {
			continue
		}
		b := dailyBackup{path: filepath.Join(folder, e.Name()), day: m[3]}
		err := inFile(b.path, true, func(t *txn) error {
			b.identity, b.made = t.number(keyIdentity), t.number(keyBackup) != 0
			return nil
		})
		if err == nil && (m[2] == "" || m[2] == fmt.Sprintf("%016x", b.identity)) {
			found = append(found, b)
		}
	}
	slices.SortFunc(found, func(a, b dailyBackup) int { return cmp.Or(cmp.Compare(b.day, a.day), cmp.Compare(b.path, a.path)) })
	return found
}
