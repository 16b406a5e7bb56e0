//go:build linux

package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// imageUser is the user of the Dockerfile.
const imageUser = 65532

// TestImageRoot runs the program in a root file system like the image's: the
// static binary, the certificates, a folder for the archive and nothing else,
// read-only but for that folder, as the image's user. It needs root and mount
// namespaces, not Docker.
func TestImageRoot(t *testing.T) {
	inCI(t)
	if os.Getuid() != 0 {
		t.Skip("chroot needs root")
	}
	need(t, "unshare", "util-linux")
	if err := exec.CommandContext(t.Context(), "unshare", "--mount", "true").Run(); err != nil {
		t.Skipf("no mount namespaces here: unshare: %v", err)
	}
	root := imageRoot(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	yaml := "contact: https://feeds.example.org/about\nschedule: \"@monthly\"\n" +
		"sources:\n  - {name: kassel, url: \"http://127.0.0.1:9/\", allow_private: true}\n"
	if err := os.WriteFile(filepath.Join(root, "etc/stadtfeed/stadtfeed.yaml"), []byte(yaml), 0o644); err != nil {
		t.Fatal(err)
	}

	var log bytes.Buffer
	serve := inImage(context.WithoutCancel(t.Context()), root, address, "serve")
	serve.Stderr = &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	healthy := false
	for deadline := time.Now().Add(20 * time.Second); !healthy && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		healthy = inImage(t.Context(), root, address, "health").Run() == nil
	}
	if out, err := inImage(t.Context(), root, address, "backup", "/data/backup.db").CombinedOutput(); err != nil {
		t.Errorf("backup into the volume: %v\n%s", err, out)
	}
	out, err := inImage(t.Context(), root, address, "backup", "/open/backup.db").CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("read-only")) {
		t.Errorf("backup beside the volume: %v, want a refusal, for the root is read-only\n%s", err, out)
	}
	if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := serve.Wait(); err != nil || !healthy {
		t.Errorf("healthy: %v, end: %v\n%s", healthy, err, &log)
	}
	if _, err := os.Stat(filepath.Join(root, "data/stadtfeed.db")); err != nil {
		t.Errorf("no archive in the volume: %v", err)
	}
}

// imageRoot is what the Dockerfile puts together.
func imageRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{root, filepath.Dir(root)} { // t.TempDir is for its owner only
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"data", "etc/stadtfeed", "etc/ssl/certs", "open"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"data", "open"} { // open is not in the image: only its being read-only protects it
		if err := os.Chown(filepath.Join(root, dir), imageUser, imageUser); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s", "-o", filepath.Join(root, "stadtfeed"), "../cmd/stadtfeed")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return root
}

// inImage is a command as the container runs it: as its user, in a root that
// is mounted read-only but for the volume.
func inImage(ctx context.Context, root, address string, args ...string) *exec.Cmd {
	const enter = `mount --bind "$0" "$0" && mount --bind "$0/data" "$0/data" && mount -o remount,bind,ro "$0" && exec chroot --userspec="$USERSPEC" "$0" /stadtfeed "$@"`
	cmd := exec.CommandContext(ctx, "unshare", append([]string{"--mount", "sh", "-c", enter, root}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), fmt.Sprintf("USERSPEC=%[1]d:%[1]d", imageUser)}
	for _, variable := range imageVariables {
		cmd.Env = append(cmd.Env, strings.Replace(variable, "0.0.0.0:8080", address, 1))
	}
	return cmd
}

// imageVariables are the environment that the Dockerfile sets.
var imageVariables = []string{
	"STADTFEED_CONFIG=/etc/stadtfeed/stadtfeed.yaml", "STADTFEED_LISTEN=0.0.0.0:8080", "STADTFEED_STORE=/data/stadtfeed.db",
}

// TestDockerfile holds that the test above speaks of the same image.
func TestDockerfile(t *testing.T) {
	text := read(t, "Dockerfile")
	for _, want := range []string{
		"FROM scratch", fmt.Sprintf("USER %d:%d", imageUser, imageUser), "CGO_ENABLED=0", "ca-certificates.crt", "/data",
		"ENV " + strings.Join(imageVariables, "\nENV "), `HEALTHCHECK`, `CMD ["/stadtfeed", "health"]`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("Dockerfile lacks %q", want)
		}
	}
	goMod := read(t, "../go.mod")
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(goMod)[1]
	if !strings.Contains(text, "golang:"+version) {
		t.Errorf("Dockerfile builds with another Go than go.mod's %s", version)
	}
}
