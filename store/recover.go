package store

import (
	"errors"
	"io/fs"
	"os"
)

// A file beside the archive tells that it is open; one that is still there
// before Open tells of an unclean end.
func openMark(path string) string { return path + ".open" }

func markOpen(path string) error {
	f, err := os.OpenFile(openMark(path), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), syncDir(path))
}

func markClosed(path string) error {
	if err := os.Remove(openMark(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// EndedUncleanly reports whether the last process that had the archive open
// did not close it. It means nothing while a process has it open.
func EndedUncleanly(path string) bool {
	_, err := os.Stat(openMark(path))
	return err == nil
}
