package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// Backup writes a copy of the archive as it stands, while it is in use. The
// copy is an archive file of its own.
func (s *Store) Backup(w io.Writer) (err error) {
	s.long.RLock()
	defer s.long.RUnlock()
	s.swap.RLock()
	defer s.swap.RUnlock()
	defer guard(&err)()
	return s.db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(w)
		return err
	})
}

// BackupFile is Backup into a new file, which is there in full or not at all.
func (s *Store) BackupFile(path string) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(s.Backup(f), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("backup %s: %w", path, err), os.Remove(part))
	}
	return syncDir(path)
}

// RestoreFile makes a backup the archive at path. Where there is one already,
// it refuses unless forced; the former file is then kept beside it with
// ".before-restore" added to its name. No process may have the archive open.
func RestoreFile(backup, path string, force bool) error {
	if err := CheckFile(context.Background(), backup); err != nil {
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
	part := path + ".part"
	if err := copyFile(backup, part); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		if err := os.Rename(path, path+".before-restore"); err != nil {
			return err
		}
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return errors.Join(markClosed(path), syncDir(path))
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

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", to, err), os.Remove(to))
	}
	return nil
}
