package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// warnings are what is no mistake of the configuration and will fail
// nevertheless: the daemon starts, but no backup is made, no notice delivered.
func warnings(cfg *config.Config) (all []string) {
	warn := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if _, err := cfg.StorePassword(); err != nil {
		warn("%s; the database is asked without a password", err)
	}
	if _, err := cfg.Mail.Post(); err != nil {
		warn("mail: %s; no mail is delivered without it", err)
	}
	for _, n := range cfg.Notify {
		if _, err := n.Hook(); err != nil {
			warn("notice %s: %s; none is delivered without it", n.Name, err)
		}
	}
	if file := cfg.Store.File(); file == "" {
		return all
	} else if err := unwritableArchive(file); err != nil {
		warn("store: the archive cannot be written: %s; the daemon's user needs to write the file and its folder", err)
	}
	if cfg.Backups.Keep > 0 {
		if err := unwritableFolder(cfg.Backups.Folder); err != nil {
			warn("backups: no backup can be made: %s; the daemon's user needs to write the folder (or set keep: 0)", err)
		}
	}
	if cfg.Publish.Folder != "" {
		if err := unwritableFolder(cfg.Publish.Folder); err != nil {
			warn("publish: no feed can be written: %s; the daemon's user needs to write the folder", err)
		}
	}
	if pair, err := newCertificate(cfg.TLS, slog.New(slog.DiscardHandler)); err != nil {
		warn("tls: the daemon does not start: %s", err)
	} else {
		for _, c := range pair.concerns(time.Now(), cfg.Location) {
			warn("tls: %s", news.Say("en", c.Reasons, ""))
		}
	}
	return all
}

// unwritableFolder is why nothing can be written into a folder; one that is not
// there yet is asked for where it would be made.
func unwritableFolder(folder string) error {
	for {
		info, err := os.Stat(folder)
		switch {
		case errors.Is(err, fs.ErrNotExist) && filepath.Dir(folder) != folder:
			folder = filepath.Dir(folder)
			continue
		case err != nil:
			return err
		case !info.IsDir():
			return fmt.Errorf("%s is not a folder", folder)
		}
		return tryWriting(folder)
	}
}

// tryWriting writes a page of zeros into a folder: on a full disk a file can often
// be made, but not filled.
func tryWriting(folder string) error {
	f, err := os.CreateTemp(folder, ".stadtfeed-*")
	if err == nil {
		_, err = f.Write(make([]byte, 4096))
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		return fmt.Errorf("nothing can be written in %s: %w", folder, failed.Err)
	}
	return err
}

// unwritableArchive is why an archive cannot be written: its file, or the folder
// in which files are made beside it.
func unwritableArchive(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		err = f.Close()
	}
	if errors.Is(err, fs.ErrNotExist) {
		return unwritableFolder(filepath.Dir(path))
	}
	if err != nil {
		return err
	}
	head, err := headOf(path)
	switch {
	case err != nil:
		return err
	case len(head) > 0 && !archiveCopy.begin(head):
		return fmt.Errorf("%s is not an archive", path)
	}
	return unwritableFolder(filepath.Dir(path))
}
