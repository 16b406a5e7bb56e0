package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestHangupIsKeptFromTheStart holds that SIGHUP is heard before the packages
// are initialised that take long for that.
func TestHangupIsKeptFromTheStart(t *testing.T) {
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Args = []string{"stadtfeed", "serve", "--help"}
	c.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	order := map[string]int{}
	for i, line := range strings.Split(string(out), "\n") {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "init" {
			order[f[1]] = i
		}
	}
	kept, ok := order["github.com/stadtfeed/stadtfeed/internal/hangup"]
	if !ok {
		t.Fatalf("internal/hangup is not initialised: %s", out)
	}
	for _, slow := range []string{"golang.org/x/net/html", "github.com/microcosm-cc/bluemonday", "github.com/stadtfeed/stadtfeed/extract"} {
		if at, ok := order[slow]; ok && at < kept {
			t.Errorf("%s is initialised before internal/hangup", slow)
		}
	}
}
