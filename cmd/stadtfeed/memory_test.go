package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSoftLimit(t *testing.T) {
	const mib = 1 << 20
	for _, tc := range []struct {
		name                  string
		environment           string
		allowed, visits, want int64
	}{
		{"GOMEMLIMIT decides", "1GiB", 512 * mib, 128 * mib, 0},
		{"a control group's limit", "", 512 * mib, 128 * mib, 256 * mib},
		{"no limit", "", 0, 128 * mib, 256 * mib},
		{"more for visits", "", 0, 512 * mib, 1024 * mib},
	} {
		if got := softLimit(tc.environment, tc.allowed, tc.visits); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestAllowedMemory(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	groups := write("cgroup", "1:name=x:/\n0::/system.slice/stadtfeed.service\n")
	write("system.slice/stadtfeed.service/memory.max", "536870912\n")
	if got := allowedMemory(groups, dir); got != 512<<20 {
		t.Errorf("allowedMemory() = %d, want 512 MiB", got)
	}
	write("system.slice/stadtfeed.service/memory.max", "max\n")
	if got := allowedMemory(groups, dir); got != 0 {
		t.Errorf("without a limit: %d", got)
	}
	if got := allowedMemory(filepath.Join(dir, "none"), dir); got != 0 {
		t.Errorf("without control groups: %d", got)
	}
}
