//go:build linux

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

// asNobody has the calling test open files as a user without privileges, and
// gives that user some: root may write everything.
func asNobody(t *testing.T, paths ...string) {
	if os.Geteuid() != 0 {
		return
	}
	const nobody = 65534
	for _, path := range paths {
		if err := os.Chown(path, nobody, nobody); err != nil {
			t.Skip(err)
		}
	}
	runtime.LockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Error(err)
		}
		runtime.UnlockOSThread()
	})
}

// childLimited fills a file up to the size that the process may write, and
// goes on when it may write more.
func childLimited(path string) {
	fail := func(what string, args ...any) {
		fmt.Printf(what+"\n", args...)
		os.Exit(1)
	}
	signal.Ignore(syscall.SIGXFSZ)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		fail("%v", err)
	}
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		fail("%v", err)
	}
	limit := old
	limit.Cur = 1 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		fail("%v", err)
	}
	ctx := context.Background()
	done := 0
	for ; ; done += 20 {
		if _, err = s.Commit(ctx, articleReport(done, done+20)); err != nil {
			break
		}
		if done > 100_000 {
			fail("the limit is never met")
		}
	}
	if s.Health() == nil {
		fail("after %v Health is nil", err)
	}
	if _, err := s.Commit(ctx, articleReport(done, done+20)); !errors.Is(err, news.ErrUnwritable) {
		fail("Commit beyond the limit: %v, want %v", err, news.ErrUnwritable)
	}
	if err := s.probe(); err != nil {
		fail("a small write, which fits: %v", err)
	}
	if s.Health() == nil {
		fail("Health is nil though no visit can be stored")
	}
	got, err := s.Items(ctx, news.Query{Heads: true})
	if err != nil || len(got) != done {
		fail("serving while the disk is full: %d items, %v; want %d", len(got), err, done)
	}
	limit.Cur = 1 // not even the mark of an open archive fits
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		fail("%v", err)
	}
	_ = s.Close()
	if s, err = Open(path, Options{NoSync: true}); err != nil {
		fail("Open on a full disk: %v", err)
	}
	if got, err := s.Items(ctx, news.Query{Heads: true}); err != nil || len(got) != done || s.Health() == nil {
		fail("opened on a full disk: %d items, %v, Health %v; want %d", len(got), err, s.Health(), done)
	}
	if _, err := s.Commit(ctx, articleReport(done, done+20)); !errors.Is(err, news.ErrUnwritable) {
		fail("Commit there: %v, want %v", err, news.ErrUnwritable)
	}
	if err := s.probe(); err == nil {
		fail("a write that does not fit succeeds")
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		fail("%v", err)
	}
	if err := s.probe(); err != nil || !EndedUncleanly(path) {
		fail("when there is room again: %v, marked as open %v", err, EndedUncleanly(path))
	}
	if _, err := s.Commit(ctx, articleReport(done, done+20)); err != nil || s.Health() != nil {
		fail("Commit when there is room again: %v, %v", err, s.Health())
	}
	if _, err := s.Verify(ctx); err != nil {
		fail("%v", err)
	}
	if got, err = s.Items(ctx, news.Query{Heads: true}); err != nil || len(got) != done+20 {
		fail("in the end %d items, %v; want %d", len(got), err, done+20)
	}
	if err := s.Close(); err != nil {
		fail("%v", err)
	}
}
