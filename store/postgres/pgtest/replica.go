//go:build unix

package pgtest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A Standby is a server that follows the one that Database has started, by
// streaming replication.
type Standby struct {
	t    testing.TB
	dir  string
	port int
	cmd  *exec.Cmd
}

// Replica starts a standby from a base backup. It is stopped after the test.
func Replica(t testing.TB) *Standby {
	t.Helper()
	program, err := exec.LookPath("pg_basebackup") // Debian has one for all versions beside psql
	if err != nil {
		t.Fatal(err)
	}
	primary, err := url.Parse(fmt.Sprintf(server.address, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	s := &Standby{t: t}
	if s.dir, err = os.MkdirTemp("", "stadtfeed-standby-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(s.dir) }) //nolint:errcheck // a temporary folder
	backup := exec.Command(program, "-h", primary.Hostname(), "-p", primary.Port(), "-U", "stadtfeed",
		"-D", filepath.Join(s.dir, "data"), "-R", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
	if err := ordinary(backup, s.dir); err != nil {
		t.Fatal(err)
	}
	if out, err := backup.CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v: %s", err, out)
	}
	if s.port, err = freePort(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Stop)
	return s
}

// Address is the address of a database as it is on the standby.
func (s *Standby) Address(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		s.t.Fatal(err)
	}
	u.Host = fmt.Sprintf("127.0.0.1:%d", s.port)
	return u.String()
}

// Start starts the standby, and returns when it answers.
func (s *Standby) Start() {
	s.t.Helper()
	cmd, err := serve(s.dir, s.port)
	if err != nil {
		s.t.Fatal(err)
	}
	s.cmd = cmd
	if err := answers(s.Address(fmt.Sprintf(server.address, "postgres"))); err != nil {
		s.t.Fatalf("the standby does not answer: %v\n%s", err, cmd.Stderr.(*strings.Builder))
	}
}

// Stop stops the standby at once, as if its machine died.
func (s *Standby) Stop() {
	if s.cmd != nil {
		s.cmd.Process.Signal(syscall.SIGQUIT) //nolint:errcheck // it is gone then
		s.cmd.Wait()                          //nolint:errcheck // likewise
		s.cmd = nil
	}
}
