package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/config"
)

// warnings are what is no mistake of the configuration and will fail or annoy
// nevertheless: the daemon starts, but towns cannot reach its operator, or no
// backup is made.
func warnings(cfg *config.Config) (all []string) {
	warn := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("%s: ", cfg.File)+fmt.Sprintf(format, args...))
	}
	if cfg.Contact == "" && len(cfg.Sources) > 0 {
		warn("no contact is configured; webmasters who want to ask something find nobody: contact: https://… or a mail address")
	}
	for _, named := range [][2]string{{"base_url", cfg.BaseURL}, {"contact", cfg.Contact}, {"webhook", cfg.Webhook}, {"hub", cfg.WebSub.Hub}} {
		if isPlaceholder(named[1]) {
			warn("%s %q: that is the address of an example; put your own there", named[0], named[1])
		}
	}
	for _, src := range cfg.Sources {
		if isPlaceholder(src.URL) {
			warn("source %s: url %q: that is the address of an example; stadtfeed add finds the one of a town", src.Name, src.URL)
		}
	}
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

// isPlaceholder reports whether an address, be it of a page or of a mailbox, is
// at one of the domains that are reserved for examples (RFC 2606).
func isPlaceholder(address string) bool {
	host := address
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		host = address[at+1:]
	} else if _, rest, ok := strings.Cut(address, "://"); ok {
		host, _, _ = strings.Cut(rest, "/")
	}
	host, _, _ = strings.Cut(strings.Trim(strings.ToLower(host), "> "), ":")
	parts := strings.Split(host, ".")
	last := parts[max(0, len(parts)-2):]
	return len(last) == 2 && last[0] == "example" && slices.Contains([]string{"org", "com", "net"}, last[1])
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
