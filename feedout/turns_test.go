package feedout

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// hubTurns are turns at the hub's pace for verifications.
func hubTurns() *turns {
	return &turns{atOnce: checksAtOnce, most: checksWait, host: checkedHost, client: askingClient}
}

// A host that never asked is left alone, however often and for however many
// callbacks it is named.
func TestTurnsLeaveAHostAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns, asked := hubTurns(), make(chan bool, 1000)
		for i := range 874 {
			_ = turns.add(&turn{key: subKey{"t", fmt.Sprint(i)}, host: "victim.example", client: "192.0.2.1", run: func() bool {
				asked <- true
				return false
			}})
			time.Sleep(10 * time.Second / 874)
		}
		if n := len(asked); n > 6 {
			t.Errorf("874 requests in 10 s asked the host %d times, want 6 at most", n)
		}
		time.Sleep(time.Hour)
		if n := len(asked); n > 20 {
			t.Errorf("within the next hour the host was asked %d times, want 20 at most", n)
		}
	})
}

// A host that confirms is asked once a second, beyond a few at once.
func TestTurnsOfAWillingHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns, asked := hubTurns(), make(chan bool, 1000)
		for i := range 40 {
			if err := turns.add(&turn{key: subKey{"t", fmt.Sprint(i)}, host: "reader.example", run: func() bool { asked <- true; return true }}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if n := len(asked); n != checkedHost.burst {
			t.Errorf("%d at once, want %d", n, checkedHost.burst)
		}
		time.Sleep(time.Minute)
		if n := len(asked); n != 40 {
			t.Errorf("%d of 40 within a minute", n)
		}
	})
}

// Slow hosts and a client that names many of them keep nobody else waiting.
func TestTurnsOfTheSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := hubTurns()
		slow := func() bool { time.Sleep(askWithin); return false }
		for i := range 300 {
			_ = turns.add(&turn{key: subKey{"slow", fmt.Sprint(i)}, host: "slow.example", client: "192.0.2.1", run: slow})
			_ = turns.add(&turn{key: subKey{"many", fmt.Sprint(i)}, host: fmt.Sprintf("slow%d.example", i), client: "192.0.2.2", run: slow})
		}
		began, took := time.Now(), make(chan time.Duration, 1)
		if err := turns.add(&turn{host: "good.example", client: "192.0.2.3", run: func() bool { took <- time.Since(began); return true }}); err != nil {
			t.Fatal(err)
		}
		if d := <-took; d > time.Second {
			t.Errorf("the good host waited %s", d)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
	})
}

// Of too many that wait the oldest goes out; of two for the same the later counts.
func TestTurnsThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := &turns{atOnce: 1, most: 3, host: pace{atOnce: 1, waiting: 2}}
		var ran []string
		add := func(host, name string) error {
			return turns.add(&turn{key: subKey{name, ""}, host: host, run: func() bool {
				time.Sleep(time.Second)
				ran = append(ran, host+" "+name)
				return true
			}})
		}
		for _, one := range [][2]string{{"a", "1"}, {"a", "2"}, {"a", "2"}, {"a", "3"}, {"b", "1"}, {"c", "1"}} {
			if err := add(one[0], one[1]); err != nil {
				t.Fatal(err)
			}
		}
		if err := add("b", "2"); err != nil { // "a 3" goes out
			t.Fatal(err)
		}
		if err := add("b", "3"); err != errCrowded { //nolint:errorlint // the value itself
			t.Errorf("a third of one host: %v, want %v", err, errCrowded)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got, want := fmt.Sprint(ran), "[a 1 b 1 c 1 b 2]"; got != want {
			t.Errorf("ran %s, want %s", got, want)
		}
		if len(turns.queue) != 0 || turns.running != 0 {
			t.Errorf("%d wait and %d run in the end", len(turns.queue), turns.running)
		}
	})
}
