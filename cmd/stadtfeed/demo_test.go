package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestDemo runs the first command of the README.
func TestDemo(t *testing.T) {
	inCI(t)
	t.Parallel()
	s := &stage{t: t, dir: t.TempDir()}
	s.binary = build(t)
	d := s.start("demo", "--listen", "127.0.0.1:0")
	s.until("the demo says where to look", d, func() error {
		if s.url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(d.log.String()); s.url == "" {
			return fmt.Errorf("it says %q", d.log.String())
		}
		return nil
	})
	s.until("the demo publishes", d, func() error {
		feed, err := s.feed("/all.json")
		if err == nil && len(feed) < 40 {
			err = fmt.Errorf("%d items", len(feed))
		}
		return err
	})
	s.checkFeeds()
	for _, line := range strings.Split(d.log.String(), "\n") {
		if _, args, ok := strings.Cut(line, "stadtfeed try "); ok {
			cmd := exec.CommandContext(t.Context(), s.binary, append([]string{"try"}, strings.Fields(args)...)...)
			cmd.Dir = s.dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("try %s: %v\n%s", args, err, out)
			}
		}
	}
	s.stop(d)
	if left, _ := filepath.Glob(filepath.Join(s.dir, "stadtfeed-demo-*")); len(left) > 0 {
		t.Errorf("the demo left %s behind", left)
	}
}

func TestDemoOnATakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var out, errOut strings.Builder
	code := execute(t.Context(), &app{out: &out, errOut: &errOut}, []string{"demo", "--listen", l.Addr().String()})
	if want := l.Addr().String() + " is taken by another program"; code != exitFailed || !strings.Contains(errOut.String(), want) {
		t.Errorf("exit %d, %q, want 1 and %q", code, errOut.String(), want)
	}
}

// TestDemoHappens watches a whole demo: everything that its programme
// announces is seen by readers.
func TestDemoHappens(t *testing.T) {
	if os.Getenv("STADTFEED_NIGHTLY") == "" {
		t.Skip("takes four minutes; STADTFEED_NIGHTLY=1 runs it")
	}
	t.Parallel()
	s := &stage{t: t, dir: t.TempDir()}
	s.binary = build(t)
	d := s.start("demo", "--listen", "127.0.0.1:0")
	programme := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d .*"(.+)" (appears|is edited|is withdrawn)$`)
	s.until("the demo says what will happen", d, func() error {
		if s.url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(d.log.String()); len(programme.FindAllString(d.log.String(), -1)) < 8 {
			return fmt.Errorf("it says %q", d.log.String())
		}
		return nil
	})
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(2 * time.Second) {
		missing := s.unseen(programme.FindAllStringSubmatch(d.log.String(), -1))
		if len(missing) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("not seen: %q", missing)
		}
	}
	s.stop(d)
}

// unseen are the announcements that do not show in the feeds yet.
func (s *stage) unseen(programme [][]string) (missing []string) {
	s.t.Helper()
	body, err := s.get("/all.json")
	if err != nil {
		return []string{err.Error()}
	}
	for _, m := range programme {
		title := `"title":"` + m[1] + `"`
		if m[2] == "is withdrawn" == strings.Contains(body, title) && !strings.Contains(m[1], "Straße bis Freitag") {
			missing = append(missing, m[0])
		}
	}
	return missing
}

// TestInvocation: the banner's commands work as the reader started the demo.
func TestInvocation(t *testing.T) {
	for _, tt := range []struct{ program, dir, want string }{
		{"stadtfeed", ".", "stadtfeed"},
		{"./bin/stadtfeed", ".", "./bin/stadtfeed"},
		{"/home/mia/my tools/stadtfeed", ".", "'/home/mia/my tools/stadtfeed'"},
		{"/tmp/go-build1234/b001/exe/stadtfeed", "../..", "go run ./cmd/stadtfeed"},
		{"/home/mia/.cache/go-build/2f/2f-d/stadtfeed", ".", "go run github.com/stadtfeed/stadtfeed/cmd/stadtfeed@latest"},
	} {
		if got := invocation(tt.program, tt.dir); got != tt.want {
			t.Errorf("invocation(%q, %q) = %q, want %q", tt.program, tt.dir, got, tt.want)
		}
	}
}
