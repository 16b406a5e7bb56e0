package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// An Archive says where the archive is: the path of a file, or the address of a
// PostgreSQL database (postgres://USER@HOST/NAME). An address may hold a
// password, so that String, which logs and messages show, leaves that out.
type Archive string

var databaseSchemes = []string{"postgres://", "postgresql://"}

// Database reports an archive that is in a database.
func (a Archive) Database() bool {
	for _, scheme := range databaseSchemes {
		if strings.HasPrefix(string(a), scheme) {
			return true
		}
	}
	return false
}

// File is the path of an archive that is a file; empty for a database.
func (a Archive) File() string {
	if a.Database() {
		return ""
	}
	return string(a)
}

// Address is the address of a database as the configuration has it, with a
// password where it has one.
func (a Archive) Address() string { return string(a) }

// String is the archive as it may be shown.
func (a Archive) String() string {
	if !a.Database() {
		return string(a)
	}
	u, err := url.Parse(string(a))
	if err != nil {
		return "postgres://…"
	}
	if _, secret := u.User.Password(); secret {
		u.User = url.UserPassword(u.User.Username(), redacted)
	}
	q := u.Query()
	for key := range q {
		if strings.Contains(key, "password") {
			q.Set(key, redacted)
		}
	}
	if u.RawQuery != "" {
		u.RawQuery = q.Encode()
	}
	return strings.ReplaceAll(u.String(), url.QueryEscape(redacted), redacted)
}

// redacted stands for a secret.
const redacted = "…"

// MarshalText is String: nobody prints the password by accident.
func (a Archive) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Check says what is wrong with an archive as it is named; nil: nothing. A
// password is not repeated.
func (a Archive) Check() error {
	scheme, _, ok := strings.Cut(string(a), "://")
	switch {
	case a == "":
		return errors.New("the path of the archive is missing")
	case ok && !a.Database():
		// The rest of it is not repeated: it may hold a password.
		return fmt.Errorf("%s:// is not known; the path of a file or an address such as "+
			"postgres://stadtfeed@db.example.org/stadtfeed belongs here", scheme)
	case ok:
		return checkDatabase(string(a))
	}
	return nil
}

// checkDatabase refuses what names no database. The address is not repeated: it
// may hold a password.
func checkDatabase(address string) error {
	u, err := url.Parse(address)
	_, rest, _ := strings.Cut(address, "://")
	authority, _, _ := strings.Cut(rest, "/")
	switch {
	case err != nil, strings.Count(authority, "@") > 1: // net/url takes the last for that before the host, PostgreSQL the first
		return errors.New("this is not an address; one such as postgres://stadtfeed@db.example.org/stadtfeed belongs here " +
			"(in a password, write % : / ? # and @ as %25 %3A %2F %3F %23 and %40)")
	case strings.Trim(u.Path, "/") == "":
		return errors.New("the address names no database; its last part is missing, as in " +
			"postgres://stadtfeed@db.example.org/stadtfeed")
	}
	return nil
}

// StorePassword is the password of store_password_file; empty where there is none.
func (c *Config) StorePassword() (string, error) {
	return secretIn("store_password_file", c.StorePasswordFile)
}

// checkReplica checks what is named as the replica of an archive.
func checkReplica(replica, store Archive) error {
	switch {
	case replica == "":
		return nil
	case !store.Database():
		return errors.New("read: a replica follows a database, but store: names a file")
	case !replica.Database():
		return errors.New("read: the address of a database such as postgres://stadtfeed@replica.example.org/stadtfeed belongs here")
	}
	if err := replica.Check(); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// A Role is what a daemon does of all that there is to do.
type Role string

// The roles of a daemon. All but RoleAll need an archive in a database.
const (
	RoleAll   Role = "all"
	RoleCrawl Role = "crawl" // visits sources
	RoleFeed  Role = "feed"  // serves feeds and pages
)

func checkRole(r Role, store Archive) error {
	switch {
	case r != RoleAll && r != RoleCrawl && r != RoleFeed:
		return fmt.Errorf("role %q: all, crawl or feed belongs here", string(r))
	case r != RoleAll && !store.Database():
		return fmt.Errorf("role: %s needs an archive that several can share; store: names a file, not a database", r)
	}
	return nil
}

// A Cache says where files are that can be made again.
type Cache struct {
	Folder string `yaml:"folder,omitempty" jsonschema_description:"Folder for small copies of pictures and, with a database, for the feeds as they were last served; beside an archive that is a file when missing, for a database in the folder that systemd makes ($CACHE_DIRECTORY)"`
}

// Cached is the folder for files of a kind that can be made again, such as
// thumbnails.
func (c *Config) Cached(kind string) string {
	switch {
	case c.Cache.Folder != "":
		return filepath.Join(c.Cache.Folder, kind)
	case !c.Store.Database():
		return c.Store.File() + "." + kind
	}
	if dir, _, _ := strings.Cut(os.Getenv("CACHE_DIRECTORY"), ":"); dir != "" {
		return filepath.Join(dir, kind)
	}
	return filepath.Join(filepath.Dir(cmp.Or(c.File, ".")), "stadtfeed.cache", kind)
}

// ControlSocket is where the daemon listens for commands: the key socket, else
// beside an archive that is a file; with a database in the folder that systemd
// made for the service ($RUNTIME_DIRECTORY), for the system's configuration in
// /run/stadtfeed, else beside the configuration.
func (c *Config) ControlSocket() string {
	const name = "stadtfeed.sock"
	switch {
	case c.Socket != "":
		return c.Socket
	case !c.Store.Database():
		return c.Store.File() + ".sock"
	}
	if dir, _, _ := strings.Cut(os.Getenv("RUNTIME_DIRECTORY"), ":"); dir != "" {
		return filepath.Join(dir, name)
	}
	if filepath.Dir(c.File) == systemConfigs {
		return filepath.Join("/run/stadtfeed", name)
	}
	return filepath.Join(filepath.Dir(cmp.Or(c.File, ".")), name)
}
