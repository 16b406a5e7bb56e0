package config

import (
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/internal/files"
)

// An OwnFile is a file that the daemon needs, and what it is, such as "the
// archive itself".
type OwnFile struct{ Path, What string }

// OwnFiles are the archive, what lies beside it, the configuration and the
// certificate. Nothing else may be written there.
func (c *Config) OwnFiles() (own []OwnFile) {
	if archive := c.Store.File(); archive != "" {
		own = append(own, OwnFile{archive, "the archive itself"})
		for _, suffix := range []string{".open", ".hub", ".part", ".compact"} {
			const what = "a file of the archive"
			own = append(own, OwnFile{archive + suffix, what}, OwnFile{files.Real(archive) + suffix, what})
		}
	}
	for _, path := range c.Files {
		own = append(own, OwnFile{path, "the configuration"})
	}
	if c.TLS.Certificate != "" {
		own = append(own, OwnFile{c.TLS.Certificate, "the certificate"}, OwnFile{c.TLS.Key, "the key of the certificate"})
	}
	return own
}

// checkPlaces refuses sockets where files are, and a folder for two things:
// who writes the one would take the place of the other.
func (l *loader) checkPlaces(f *file) {
	if f == nil {
		return
	}
	c := l.cfg
	at := func(key string) *yaml.Node { return value(f.root, key) }
	own := c.OwnFiles()
	l.checkSocket(f, at("socket"), "socket", c.Socket, own)
	own = append(own, OwnFile{c.ControlSocket(), "the control socket"})
	nodes := elements(at("listen"))
	for i, address := range c.Listen {
		n := at("listen")
		if i < len(nodes) {
			n = nodes[i]
		}
		if path, ok := strings.CutPrefix(address, "unix:"); ok {
			l.checkSocket(f, n, "listen", path, own)
		}
	}
	if c.Publish.Folder != "" {
		l.checkPublished(f, value(at("publish"), "folder"))
	}
}

// checkSocket refuses a socket in the place of a file.
func (l *loader) checkSocket(f *file, n *yaml.Node, key, path string, own []OwnFile) {
	for _, o := range own {
		if path != "" && files.Same(path, o.Path) {
			l.mistake(f, n, "%s: %s is %s; name another path", key, path, o.What)
			return
		}
	}
}

// checkPublished refuses to publish into the folder of the backups, and warns of
// what else lies in the folder of the feeds: a web server gives all of it to
// everybody.
func (l *loader) checkPublished(f *file, n *yaml.Node) {
	c := l.cfg
	backups := c.Backups.Keep > 0 && c.Backups.Folder != ""
	switch archive := c.Store.File(); {
	case backups && files.Same(c.Publish.Folder, c.Backups.Folder):
		l.mistake(f, n, "publish: %s is the folder of the backups, which are for nobody else; name another folder", c.Publish.Folder)
	case archive != "" && within(archive, c.Publish.Folder):
		l.warn("publish: the archive lies in %s, so that whoever serves the feeds gives it to everybody; name another folder", c.Publish.Folder)
	case backups && within(c.Backups.Folder, c.Publish.Folder):
		l.warn("publish: the backups lie in %s, so that whoever serves the feeds gives them to everybody; name another folder", c.Publish.Folder)
	}
}

// within reports whether a path lies in a folder, at any depth.
func within(path, folder string) bool {
	path = files.Real(path)
	for parent := filepath.Dir(path); parent != path; path, parent = parent, filepath.Dir(parent) {
		if files.Same(parent, folder) {
			return true
		}
	}
	return false
}
