package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stadtfeed/stadtfeed/config"
)

// warnings are what is no mistake of the configuration and will fail
// nevertheless: the daemon starts, but no backup is made, no notice delivered.
func warnings(cfg *config.Config) (all []string) {
	warn := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	for _, file := range secretFiles(cfg) {
		if _, err := os.ReadFile(file); err != nil {
			warn("%s; no notice is delivered without it", err)
		}
	}
	if err := unwritableArchive(cfg.Store); err != nil {
		warn("store: the archive cannot be written: %s; the daemon's user needs to write the file and its folder", err)
	}
	if cfg.Backups.Keep > 0 {
		if err := unwritableFolder(cfg.Backups.Folder); err != nil {
			warn("backups: no backup can be made: %s; the daemon's user needs to write the folder (or set keep: 0)", err)
		}
	}
	return all
}

// secretFiles are the files with passwords and tokens.
func secretFiles(cfg *config.Config) (files []string) {
	if cfg.Mail.PasswordFile != "" {
		files = append(files, cfg.Mail.PasswordFile)
	}
	for _, n := range cfg.Notify {
		if n.TokenFile != "" {
			files = append(files, n.TokenFile)
		}
	}
	return files
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
			return fmt.Errorf("%s is no folder", folder)
		}
		f, err := os.CreateTemp(folder, ".stadtfeed-*")
		if err != nil {
			return err
		}
		return errors.Join(f.Close(), os.Remove(f.Name()))
	}
}

// unwritableArchive is why an archive cannot be written: its file, or the folder
// in which files are made beside it.
func unwritableArchive(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return unwritableFolder(filepath.Dir(path))
}
