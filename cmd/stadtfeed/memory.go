package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/stadtfeed/stadtfeed/config"
)

// limitMemory sets Go's soft limit, at which memory that is free is given back
// at once: half of what the system allows this process, or twice what visits may
// hold. What the archive's file takes of the memory comes on top. Whoever sets
// GOMEMLIMIT has decided otherwise.
func limitMemory(cfg *config.Config) {
	if limit := softLimit(os.Getenv("GOMEMLIMIT"), allowedMemory("/proc/self/cgroup", "/sys/fs/cgroup"), int64(cfg.Memory)); limit > 0 {
		debug.SetMemoryLimit(limit)
	}
}

// softLimit is the limit to set; 0: none.
func softLimit(environment string, allowed, visits int64) int64 {
	switch {
	case environment != "":
		return 0
	case allowed > 0:
		return allowed / 2
	}
	return 2 * visits
}

// allowedMemory is how much memory the process's control group may take (such
// as by MemoryMax= or a container's limit); 0: as much as there is.
func allowedMemory(groups, root string) int64 {
	text, err := os.ReadFile(groups)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::")
		if !ok {
			continue
		}
		value, err := os.ReadFile(filepath.Join(root, path, "memory.max"))
		if err != nil {
			return 0
		}
		n, _ := strconv.ParseInt(strings.TrimSpace(string(value)), 10, 64) // "max" is 0: no limit
		return n
	}
	return 0
}
