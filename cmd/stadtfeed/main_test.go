package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestEndWithin holds that nothing goes on for five seconds after SIGTERM.
func TestEndWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		begin := time.Now()
		ended := time.Duration(0)
		endWithin(ctx, longestEnd, func(int) { ended = time.Since(begin) })
		time.Sleep(time.Hour)
		if ended != 0 {
			t.Fatalf("it ended after %s, though nobody asked", ended)
		}
		begin = time.Now()
		cancel()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if ended == 0 || ended >= 5*time.Second {
			t.Errorf("ended after %s, want less than 5s", ended)
		}
	})
}
