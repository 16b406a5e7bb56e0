package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/files"
)

// A fileKind is what a command writes, and how a file that is one already
// begins: such a file may be replaced, any other may not.
type fileKind struct {
	name  string
	begin func(head []byte) bool
}

// bboltMagic is the number at the beginning of bbolt's first meta page, behind
// the header of 16 bytes (bbolt, db.go).
var bboltMagic = []byte{0xED, 0xDA, 0x0C, 0xED}

var (
	archiveCopy = fileKind{"a copy of an archive", func(head []byte) bool {
		return len(head) >= 20 && bytes.Equal(head[16:20], bboltMagic)
	}}
	exportFile = fileKind{"an export", func(head []byte) bool {
		return bytes.HasPrefix(head, []byte(`{"archive":`))
	}}
)

// checkTarget refuses a path that a command must not write onto: the archive,
// what lies beside it, the configuration, folders and devices, and any file
// that is not of the kind that the command writes.
func checkTarget(cfg *config.Config, path string, kind fileKind) error {
	switch path {
	case "-":
		return nil
	case "":
		return errors.New("no file is named; - writes to standard output")
	}
	for _, own := range ownFiles(cfg) {
		if files.Same(path, own.Path) {
			return fmt.Errorf("%s is %s; name another file", path, own.What)
		}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(filepath.Dir(files.Real(path)))
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder; name a file in it", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file; - writes to standard output", path)
	}
	head, err := headOf(path)
	if err != nil {
		return err
	}
	if len(head) > 0 && !kind.begin(head) {
		return fmt.Errorf("%s is there and is not %s; name a new file", path, kind.name)
	}
	return nil
}

// checkFolder refuses a folder that is not there, for what is to be written in it.
func checkFolder(dir string) error {
	_, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s; make it first, or name another", dir)
	}
	return err
}

// checkSource refuses to read what is no file of a kind; helps says what reads
// other files.
func checkSource(path string, kind fileKind, helps string) error {
	info, err := os.Stat(path)
	switch {
	case path == "":
		return errors.New("no file is named")
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file", path)
	}
	head, err := headOf(path)
	if err == nil && !kind.begin(head) {
		err = fmt.Errorf("%s is not %s; %s", path, kind.name, helps)
	}
	return err
}

// headOf is how a file begins.
func headOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 64)
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], err
}

// ownFiles are what no command may write onto: the files and sockets of the
// daemon, and the folder of its backups.
func ownFiles(cfg *config.Config) []config.OwnFile {
	own := append(cfg.OwnFiles(), config.OwnFile{Path: cfg.ControlSocket(), What: "the daemon's control socket"})
	for _, address := range cfg.Listen {
		if path, ok := strings.CutPrefix(address, "unix:"); ok {
			own = append(own, config.OwnFile{Path: path, What: "the web server's socket"})
		}
	}
	if cfg.Backups.Folder != "" {
		own = append(own, config.OwnFile{Path: filepath.Clean(cfg.Backups.Folder), What: "the folder of the daily backups"})
	}
	return own
}
