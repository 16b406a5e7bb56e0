//go:build unix

// Package pgtest starts a PostgreSQL for tests, on a free port of the loopback
// address, as an ordinary user; it asks nothing of a server that runs already.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// server is the PostgreSQL that the tests of a package share. It is started when
// the first of them asks for it.
var server struct {
	once    sync.Once
	address string // with %s for the database
	why     error  // there is none
	cmd     *exec.Cmd
	dir     string
	mu      sync.Mutex // one database is made at a time: the template must be idle
	made    map[string]bool
}

// Stop ends the server, after the last test of a package.
func Stop() {
	if server.cmd != nil {
		server.cmd.Process.Signal(syscall.SIGINT) //nolint:errcheck // it is gone then
		server.cmd.Wait()                         //nolint:errcheck // likewise
	}
	if server.dir != "" {
		os.RemoveAll(server.dir) //nolint:errcheck // a temporary folder
	}
}

const template = "stadtfeed_template"

// Empty is the address of a new, empty database. Without PostgreSQL the test is
// skipped, in CI it fails.
func Empty(t testing.TB, name string) string { return database(t, name, "template1") }

// Database is the address of the database with a name; where there is none, it
// is made from a template, which prepare makes once.
func Database(t testing.TB, name string, prepare func(address string) error) string {
	return database(t, name, template, prepare)
}

func database(t testing.TB, name, from string, prepare ...func(address string) error) string {
	t.Helper()
	server.once.Do(func() { server.why = start() })
	if server.why != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no PostgreSQL: %v", server.why)
		}
		t.Skipf("no PostgreSQL: %v", server.why)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	make := func(name, from string) {
		if !server.made[name] {
			Exec(t, fmt.Sprintf(server.address, "postgres"), "create database "+pgx.Identifier{name}.Sanitize()+" template "+from)
			server.made[name] = true
		}
	}
	for _, fill := range prepare {
		if made := server.made[from]; !made {
			make(from, "template1")
			if err := fill(fmt.Sprintf(server.address, from)); err != nil {
				t.Fatal(err)
			}
		}
	}
	make(name, from)
	return fmt.Sprintf(server.address, name)
}

// Exec runs statements in the database at an address; anew where a deadlock with
// a program chose them as its victim.
func Exec(t testing.TB, address, sql string) {
	t.Helper()
	err := execute(address, sql)
	for range 10 {
		if wrong := (*pgconn.PgError)(nil); !errors.As(err, &wrong) || wrong.Code != "40P01" {
			break
		}
		err = execute(address, sql)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func execute(address, sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, withoutPool(address))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // only used
	_, err = conn.Exec(ctx, sql)
	return err
}

// withoutPool is an address without what only a pool of connections knows.
func withoutPool(address string) string { return strings.Replace(address, poolSize, "", 1) }

const poolSize = "&pool_max_conns=8"

// programs is the folder with PostgreSQL's programs.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("initdb is not installed (Debian: apt-get install postgresql)")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// ordinary runs a command as somebody who is not root, which PostgreSQL refuses.
func ordinary(cmd *exec.Cmd, dir string) error {
	cmd.Dir = dir
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
			return err
		}
		one := syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // ids of users
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &one}
		return nil
	}
	return errors.New("there is no ordinary user to run it as")
}

// start starts the server, and returns when it answers.
func start() error {
	bin, err := programs()
	if err != nil {
		return err
	}
	if server.dir, err = os.MkdirTemp("", "stadtfeed-postgres-"); err != nil {
		return err
	}
	data := filepath.Join(server.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "stadtfeed", "--auth=trust", "--no-sync",
		"-E", "UTF8", "--locale=C")
	if err := ordinary(initdb, server.dir); err != nil {
		return err
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	if server.cmd, err = serve(server.dir, port); err != nil {
		return err
	}
	server.address = fmt.Sprintf("postgres://stadtfeed@127.0.0.1:%d/%%s?sslmode=disable"+poolSize, port)
	server.made = map[string]bool{}
	return answers(fmt.Sprintf(server.address, "postgres"))
}

// serve starts the server whose data is in a folder.
func serve(dir string, port int) (*exec.Cmd, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data"), "-h", "127.0.0.1", "-p",
		strconv.Itoa(port), "-k", "",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "jit=off")
	cmd.Stderr = &strings.Builder{}
	if err := ordinary(cmd, dir); err != nil {
		return nil, err
	}
	return cmd, cmd.Start()
}

// freePort is a port of the loopback address that nobody listens at.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// answers waits until connections to an address are taken.
func answers(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, withoutPool(address))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Count is the number that a statement tells.
func Count(t testing.TB, address, sql string) (n int) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, withoutPool(address))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // only used
	if err := conn.QueryRow(ctx, sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
