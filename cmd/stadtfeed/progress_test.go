package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestProgressWithoutTerminal: a line every ten seconds, none before, none after
// the end.
func TestProgressWithoutTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		p := newProgress(&out, "checking stadtfeed.db")
		p.show(step{Done: 1 << 20, Total: 3 << 30, Bytes: true})
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if early := out.String(); early != "" {
			t.Errorf("after nine seconds: %q", early)
		}
		time.Sleep(2 * time.Second)
		p.show(step{Doing: "lines imported", Done: 7})
		time.Sleep(10 * time.Second)
		synctest.Wait()
		p.end()
		p.end()
		time.Sleep(time.Minute)
		if got, want := out.String(), "checking stadtfeed.db: 1.0 MiB of 3.0 GiB\nlines imported: 7\n"; got != want {
			t.Errorf("progress = %q, want %q", got, want)
		}
	})
}

func TestInterruptionSaysWhatIsLeft(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	broken := errors.New("broken")
	if err := interruptedBy(ctx, broken, "nothing was written"); !errors.Is(err, broken) {
		t.Errorf("an error before the end became %v", err)
	}
	stop()
	if err := interruptedBy(ctx, broken, "nothing was written"); err == nil || err.Error() != "interrupted: nothing was written" {
		t.Errorf("an error by the end is %v", err)
	}
	if err := interruptedBy(ctx, nil, "nothing was written"); err != nil {
		t.Errorf("work that was done is %v", err)
	}
}
