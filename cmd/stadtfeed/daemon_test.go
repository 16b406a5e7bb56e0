package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
)

// TestUnderSystemd plays systemd: it hands the daemon its socket, listens to
// what it notifies, has it reload and ends it.
func TestUnderSystemd(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("systemd is for Linux")
	}
	dir := t.TempDir()
	told := notifySocket(t, filepath.Join(dir, "notify"))
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	handle, err := web.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer handle.Close()
	file := filepath.Join(dir, "stadtfeed.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("listen: 127.0.0.1:0\n")
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "export LISTEN_PID=$$ WATCHDOG_PID=$$; exec stadtfeed serve --log-format text")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+filepath.Join(dir, "notify"), "LISTEN_FDS=1", "WATCHDOG_USEC=150000")
	cmd.ExtraFiles = []*os.File{handle}
	cmd.Stderr = os.Stderr
	if !testing.Verbose() {
		cmd.Stderr = nil
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hear(t, told, "READY=1")
	res, err := http.Get("http://" + web.Addr().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("/healthz on systemd's socket: %s", res.Status)
	}
	hear(t, told, "WATCHDOG=1")
	for _, text := range []string{"shedule: 1\n", "title: Neu\n"} { // a reload that fails ends as one that works
		write(text)
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		if state := hear(t, told, "RELOADING=1"); !strings.Contains(state, "MONOTONIC_USEC=") {
			t.Errorf("reload told %q, want MONOTONIC_USEC in it", state)
		}
		hear(t, told, "READY=1")
	}
	begun := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	hear(t, told, "STOPPING=1")
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("the end took %s, want 5s at most", took)
	}
}

func notifySocket(t *testing.T, path string) *net.UnixConn {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// hear waits for a state that begins so.
func hear(t *testing.T, c *net.UnixConn, state string) string {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second)) //nolint:errcheck // a deadline in the future
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		if err != nil {
			t.Fatalf("waiting for %s: %v", state, err)
		}
		if got := string(buf[:n]); strings.HasPrefix(got, state) {
			return got
		}
	}
}

// TestRun starts the daemon as demo does, on a port that the system chooses.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	cfg, err := config.Parse("stadtfeed.yaml", fmt.Appendf(nil, "listen: 127.0.0.1:0\nstore: %s/a.db\n", dir))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready, done := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		done <- run(ctx, cfg, Running{Ready: func(all []net.Addr) { ready <- all[0] }})
	}()
	address := (<-ready).String()
	res, err := http.Get("http://" + address + "/all.rss")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	line := ""
	for s := bufio.NewScanner(res.Body); s.Scan(); {
		line += s.Text()
	}
	if want := "http://" + address + "/all"; !strings.Contains(line, want) {
		t.Errorf("the feed does not name %s:\n%s", want, line)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
}

// TestTakenPort: a port of another program is a clear error, and what was
// opened before is closed.
func TestTakenPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	socket := filepath.Join(t.TempDir(), "web.sock")
	_, _, err = openListeners([]string{"unix:" + socket, taken.Addr().String()})
	if err == nil || !strings.Contains(err.Error(), "another program has this port") {
		t.Errorf("err = %v, want that another program has the port", err)
	}
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the unix socket stayed: %v", err)
	}
}

// TestLongSocketPath: the control socket lies beside the archive, however long
// its path is.
func TestLongSocketPath(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems know no way around their limit")
	}
	dir := filepath.Join(t.TempDir(), strings.Repeat("lang/", 30))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.db.sock")
	l, err := listenUnix(path, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v, want 0600", info.Mode(), err)
	}
	conn, err := dialUnix(path)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the socket stayed: %v", err)
	}
}

// TestCertificateIsRenewed: what the files hold is what counts, whatever their
// times; a pair that does not fit leaves the former one in place.
func TestCertificateIsRenewed(t *testing.T) {
	dir := t.TempDir()
	files := config.TLS{Certificate: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	now := time.Now()
	writePair(t, files, 1, now)
	var told strings.Builder
	c, err := newCertificate(files, slog.New(slog.NewTextHandler(&told, nil)))
	if err != nil {
		t.Fatal(err)
	}
	c.now = func() time.Time { return now }
	serves := func(when string, want int64) {
		t.Helper()
		now = now.Add(lookEvery)
		pair, err := c.get(nil)
		if err != nil || pair.Leaf.SerialNumber.Int64() != want {
			t.Errorf("%s: serial %v, %v, want %d", when, pair.Leaf.SerialNumber, err, want)
		}
	}
	serves("at first", 1)
	writePair(t, files, 2, now.Add(-24*time.Hour))
	serves("renewed with an older time", 2)
	key, err := os.ReadFile(files.Key)
	if err != nil {
		t.Fatal(err)
	}
	writePair(t, files, 3, now)
	renewed, err := os.ReadFile(files.Key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text []byte) {
		t.Helper()
		if err := os.WriteFile(files.Key, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(key)
	serves("with the key of before", 2)
	serves("still with the key of before", 2)
	write(renewed)
	serves("once both are there", 3)
	if err := os.Rename(files.Key, files.Key+".away"); err != nil {
		t.Fatal(err)
	}
	serves("while the key cannot be read", 3)
	writePair(t, files, 4, now)
	serves("afterwards", 4)
	if n := strings.Count(told.String(), "the old one stays"); n != 2 {
		t.Errorf("%d faults were told, want 2:\n%s", n, told.String())
	}
	write([]byte("nonsense"))
	if _, err := newCertificate(files, nil); err == nil {
		t.Error("a bad key was accepted at the start")
	}
}

func writePair(t *testing.T, files config.TLS, serial int64, changed time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		DNSNames:     []string{"localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{
		files.Certificate: {Type: "CERTIFICATE", Bytes: der},
		files.Key:         {Type: "PRIVATE KEY", Bytes: secret},
	} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
}

// TestServesTLS: with a certificate the web server speaks TLS and HTTP/2.
func TestServesTLS(t *testing.T) {
	dir := t.TempDir()
	files := config.TLS{Certificate: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	writePair(t, files, 1, time.Now())
	c, err := newCertificate(files, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) })}
	go func() { done <- serveHTTP(ctx, l, server, c) }()
	client := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	res, err := client.Get("https://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.ProtoMajor != 2 {
		t.Errorf("protocol = %s, want HTTP/2", res.Proto)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestNextQuiet(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ now, want string }{
		{"2026-11-22T01:00:00+01:00", "2026-11-22T03:30:00+01:00"},
		{"2026-11-22T03:30:00+01:00", "2026-11-23T03:30:00+01:00"},
		{"2026-12-31T23:59:00+01:00", "2027-01-01T03:30:00+01:00"},
		{"2026-03-28T12:00:00+01:00", "2026-03-29T03:30:00+02:00"},
	} {
		now, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextQuiet(now.In(berlin)).Format(time.RFC3339); got != tt.want {
			t.Errorf("nextQuiet(%s) = %s, want %s", tt.now, got, tt.want)
		}
	}
}

func TestRestartOnly(t *testing.T) {
	old := config.Default()
	next := config.Default()
	if keys := restartOnly(old, next); keys != nil {
		t.Errorf("nothing changed, but %v", keys)
	}
	next.Title, next.Store, next.WebSub.Hub, next.Listen = "Neu", "other.db", config.NoHub, config.Strings{"127.0.0.1:9090"}
	if got, want := strings.Join(restartOnly(old, next), " "), "listen store websub"; got != want {
		t.Errorf("restartOnly = %s, want %s", got, want)
	}
}

// A saved feed that would be gone from its readers asks first, unless its new
// name says so.
func TestGuardOfSavedFeeds(t *testing.T) {
	parse := func(feeds string) *config.Config {
		cfg, err := config.Parse("stadtfeed.yaml", []byte("contact: https://feeds.example.org/about\n"+feeds))
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	c, err := openCore(t.Context(), &config.Config{Store: config.Archive(filepath.Join(t.TempDir(), "x.db"))},
		slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	})
	d := &service{core: c}
	old := parse("feeds: [{name: verkehr, match: {tags: [Verkehr]}}]\n")
	for feeds, want := range map[string]string{
		"feeds: [{name: baustellen, match: {tags: [Verkehr]}}]\n":                    `has no saved feed "verkehr" any more`,
		"feeds: [{name: baustellen, formerly: verkehr, match: {tags: [Verkehr]}}]\n": "",
		"feeds: [{name: verkehr, match: {tags: [Straßen]}}]\n":                       "",
	} {
		err := d.guard(t.Context(), old, parse(feeds))
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("guard of %q = %v, want %q", feeds, err, want)
		}
	}
}
