// Package files replaces files as a whole, with the owner, group and mode of
// what they replace.
//
// A daemon runs as a user of its own, and its operator types commands as root:
// what root leaves behind must still be the daemon's. Nothing here knows what
// is in a file.
package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Private is the mode of a new file that only its owner may read.
const Private fs.FileMode = 0o600

// HashName is the name of a cached file: the beginning of the SHA-256 of what it
// is of, 32 lower-case hexadecimal digits.
func HashName(of string) string {
	sum := sha256.Sum256([]byte(of))
	return hex.EncodeToString(sum[:16])
}

// IsHashName reports whether a name is one of HashName, so that a cache touches
// nothing else in its folder.
func IsHashName(name string) bool {
	return len(name) == 32 && strings.Trim(name, "0123456789abcdef") == ""
}

// TakeOver gives the file at path the owner, group and mode of like, or, where
// like does not exist, the owner and group of the folder that it would lie in.
// A process that may not give files away keeps its own: then the file is that
// of the user who runs it, as ever.
func TakeOver(path, like string) error {
	info, err := os.Stat(like)
	switch {
	case err == nil && info.Mode().IsRegular():
		if err := os.Chmod(path, info.Mode().Perm()); err != nil {
			return err
		}
	case err == nil || errors.Is(err, fs.ErrNotExist):
		if info, err = os.Stat(filepath.Dir(like)); err != nil {
			return err
		}
	default:
		return err
	}
	return giveTo(path, info)
}

// Replace writes a new file in the place of the one at path: in full, on the
// disk and with the former owner and mode, or not at all. Where there was none
// it has the mode that is given.
func Replace(path string, mode fs.FileMode, write func(io.Writer) error) error {
	return replace(path, mode, (*os.File).Sync, write, SyncFolder)
}

// Put is Replace without waiting for the disk: for files that are made again
// where a crash has lost them.
func Put(path string, mode fs.FileMode, data []byte) error {
	write := func(w io.Writer) error { _, err := w.Write(data); return err }
	return replace(path, mode, func(*os.File) error { return nil }, write, func(string) error { return nil })
}

func replace(path string, mode fs.FileMode, flush func(*os.File) error, write func(io.Writer) error, flushFolder func(string) error) error {
	path = Real(path) // a link stays, and what it leads to is replaced
	part, err := CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-*")
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return fmt.Errorf("%s: nothing can be written in %s: %w", path, filepath.Dir(path), pe.Err)
	}
	if err != nil {
		return err
	}
	err = part.Chmod(mode)
	if err == nil {
		err = write(part)
	}
	if err == nil {
		err = flush(part)
	}
	err = errors.Join(err, part.Close())
	if err == nil {
		err = TakeOver(part.Name(), path)
	}
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return errors.Join(called(err, part.Name(), path), os.Remove(part.Name()))
	}
	return flushFolder(path)
}

// called has an error of the file that is written name the one that is meant.
func called(err error, part, path string) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) && pe.Path == part {
		pe.Path = path
	}
	return err
}

// CreateTemp is os.CreateTemp for files that may be large: it removes those that
// processes which were killed have left under such names, and nobody else removes
// this one while it is open.
func CreateTemp(folder, pattern string) (*os.File, error) {
	prefix, suffix := pattern, ""
	if star := strings.LastIndexByte(pattern, '*'); star >= 0 { // the one that os.CreateTemp replaces
		prefix, suffix = pattern[:star], pattern[star+1:]
	}
	left, err := filepath.Glob(filepath.Join(Literal(folder), Literal(prefix)+"*"+Literal(suffix)))
	if err != nil {
		return nil, err
	}
	for _, path := range left {
		if err := removeLeft(path); err != nil {
			return nil, err
		}
	}
	f, err := os.CreateTemp(folder, pattern)
	if err != nil {
		return nil, err
	}
	lock(f) // where the file system has no locks, nothing is removed either
	return f, nil
}

// removeLeft removes a file that nobody is writing any more.
func removeLeft(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || time.Since(info.ModTime()) < justMade || !lock(f) {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// justMade is how long a new file may be without its lock.
const justMade = time.Minute

// MakeFolder makes a folder and those above it that are missing, with the owner
// and group of the one that was there.
func MakeFolder(path string, mode fs.FileMode) error {
	path = filepath.Clean(path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	if above := filepath.Dir(path); above != path {
		if err := MakeFolder(above, mode); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, mode); err != nil {
		if info, statErr := os.Stat(path); statErr == nil && info.IsDir() { // another made it
			return nil
		}
		return err
	}
	above, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	return giveTo(path, above)
}

// Copy is Replace with the content of another file; a new one is private.
func Copy(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := Replace(to, Private, func(w io.Writer) error { _, err := io.Copy(w, in); return err }); err != nil {
		return fmt.Errorf("%s: %w", to, err)
	}
	return nil
}

// Create makes an empty file that is private to the owner of its folder, or
// leaves alone what is there.
func Create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, Private)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	folder, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	return giveTo(path, folder)
}

// Real is where a path leads that may be a link, also where nothing is there yet:
// a link to a disk that is not mounted leads there all the same.
func Real(path string) string {
	const most = 40 // links, as systems follow them
	real := path
	for range most {
		target, err := os.Readlink(real)
		if err != nil {
			return real
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(where(real)), target)
		}
		real = target
	}
	return path
}

// Literal is the pattern that matches a path alone, whatever characters are in it.
func Literal(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// Same reports whether two paths lead to one file, also through links and
// where neither exists yet.
func Same(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	return where(a) == where(b)
}

// where is a path without links, as far as it exists.
func where(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(absolute))
	if err != nil {
		return absolute
	}
	return filepath.Join(folder, filepath.Base(absolute))
}
