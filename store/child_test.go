package store

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestChild is what the test binary does when another test starts it as a
// process of its own.
func TestChild(t *testing.T) {
	task, path, _ := strings.Cut(os.Getenv("STADTFEED_CHILD"), " ")
	switch task {
	case "":
		t.Skip("only as a child process")
	case "open":
		childOpen(path)
	case "write":
		childWrite(path)
	case "use":
		childUse(path)
	case "once":
		childOnce(path)
	case "limited":
		childLimited(path)
	case "check":
		if err := CheckFile(context.Background(), path); err != nil {
			fmt.Println(err)
			os.Exit(3)
		}
	}
	os.Exit(0)
}

func childOpen(path string) {
	before := anonymous()
	start := time.Now()
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	took := time.Since(start)
	fmt.Printf("opened in %.1f ms, %.1f MB\n", took.Seconds()*1000, anonymous()-before)
	if err := s.Close(); err != nil {
		os.Exit(1)
	}
}

// anonymous is the memory of this process that is no mapped file, in MB.
func anonymous() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1024
}
