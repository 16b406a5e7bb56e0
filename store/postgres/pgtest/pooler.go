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

// Pooler starts pgbouncer in transaction mode before the server that Database has
// started: every transaction may meet another connection of the server. It
// returns the address of a database as it is through the pooler, with further
// parameters. Without pgbouncer the test is skipped, in CI it fails.
func Pooler(t testing.TB) func(address, parameters string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no pooler: pgbouncer is not installed")
		}
		t.Skip("no pooler: pgbouncer is not installed (Debian: apt-get install pgbouncer)")
	}
	behind, err := url.Parse(fmt.Sprintf(server.address, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(server.dir, fmt.Sprintf("pgbouncer-%d.ini", port))
	text := fmt.Sprintf(`[databases]
* = host=%s port=%s user=stadtfeed
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 200
`, behind.Hostname(), behind.Port(), port)
	if err := os.WriteFile(settings, []byte(text), 0o644); err != nil { //nolint:gosec // another user reads it; there is no secret in it
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-q", settings)
	if err := ordinary(cmd, server.dir); err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	cmd.Stderr = &told
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it is gone then
		cmd.Wait()                          //nolint:errcheck // likewise
	})
	through := func(address, parameters string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.Host = fmt.Sprintf("127.0.0.1:%d", port)
		return u.String() + parameters
	}
	if err := answers(through(behind.String(), "")); err != nil {
		t.Fatalf("pgbouncer does not answer: %v\n%s", err, &told)
	}
	return through
}
