package config

import (
	"os"
	"path/filepath"
	"strings"
)

// checkPaths makes the paths of files relative to the folder of the file that
// names them; those of the environment stay relative to the working directory.
func (l *loader) checkPaths() {
	c := l.cfg
	switch {
	case c.Store.Database():
		c.Backups = Backups{}
	case c.Backups.Folder != "":
		c.Backups.Folder = l.path("backups.folder", c.Backups.Folder)
	}
	if file := c.Store.File(); file != "" {
		c.Store = Archive(l.path("store", systemStore(c.File, file)))
		if c.Backups.Folder == "" {
			c.Backups.Folder = filepath.Join(filepath.Dir(c.Store.File()), "backups")
		}
	}
	c.Publish.Folder = l.path("publish.folder", c.Publish.Folder)
	if c.Environment["cache.folder"] == "" {
		c.Cache.Folder = beside(c.File, c.Cache.Folder)
	}
	c.StorePasswordFile = beside(c.File, c.StorePasswordFile)
	if c.Environment["socket"] == "" {
		c.Socket = beside(c.File, c.Socket)
	}
	c.TLS.Certificate = l.path("tls.certificate", c.TLS.Certificate)
	c.TLS.Key = l.path("tls.key", c.TLS.Key)
	for i, address := range c.Listen {
		if socket, ok := strings.CutPrefix(address, "unix:"); ok && c.Environment["listen"] == "" {
			c.Listen[i] = "unix:" + beside(c.File, socket)
		}
	}
}

// path is where a path of a key leads. Until the next release what lies where
// it was looked for before, in the working directory, is used and told.
func (l *loader) path(key, given string) string {
	c := l.cfg
	at := beside(c.File, given)
	if at == given || c.Environment[key] != "" {
		return given
	}
	if _, err := os.Stat(at); err == nil {
		return at
	}
	if _, err := os.Stat(given); err != nil {
		return at
	}
	l.warn("%s: %s is relative to %s from now on, but only the working directory has it, and that is used; "+
		"move it to %s or write its full path", key, given, c.File, at)
	return given
}

// beside is a path as a file in that folder names it.
func beside(file, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// systemConfigs is the folder of the system's configuration.
const systemConfigs = "/etc/stadtfeed"

// systemStore is where the archive of the system's configuration lies: a
// relative path is one of /var/lib/stadtfeed, where there is such a folder.
func systemStore(file, store string) string {
	const state = "/var/lib/stadtfeed"
	if filepath.IsAbs(store) || filepath.Dir(file) != systemConfigs {
		return store
	}
	if info, err := os.Stat(state); err != nil || !info.IsDir() {
		return store
	}
	return filepath.Join(state, store)
}
