package crawler

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A claimBook is an archive of which only claims are asked for.
type claimBook struct {
	Archive
	mu      sync.Mutex
	token   uint64
	taken   map[string]uint64
	renewed int  // calls of Renew
	away    bool // it does not answer
}

func (b *claimBook) Claim(_ context.Context, owner string, _ time.Duration, _ int, hosts ...string) (list []news.Claim, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, host := range hosts {
		if b.taken[host] == 0 {
			b.token++
			b.taken[host] = b.token
			list = append(list, news.Claim{Host: host, Owner: owner, Token: b.token})
		}
	}
	return list, nil
}

func (b *claimBook) Renew(_ context.Context, claims []news.Claim, _ time.Duration) ([]news.Claim, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.renewed++; b.away {
		return nil, errors.New("away")
	}
	return slices.DeleteFunc(slices.Clone(claims), func(c news.Claim) bool { return b.taken[c.Host] != c.Token }), nil
}

func (b *claimBook) Release(_ context.Context, c news.Claim) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.taken[c.Host] == c.Token {
		delete(b.taken, c.Host)
	}
	return nil
}

// TestClaimsAreRenewed holds that a host is ours for as long as it is renewed,
// that a claim which another followed ends its visit, and that with an archive
// that is away no request begins in the last fifth of a claim.
func TestClaimsAreRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book := &claimBook{taken: map[string]uint64{}}
		c := &Crawler{Archive: book, Log: slog.New(slog.DiscardHandler)}
		c.init()
		defer c.net.close()
		kept, err := c.claimed(t.Context(), "kept.example")
		if err != nil {
			t.Fatal(err)
		}
		lost, err := c.claimed(t.Context(), "lost.example")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if kept.ctx.Err() != nil || lost.ctx.Err() != nil {
			t.Fatalf("after ten minutes: %v, %v, want both claims to hold", kept.ctx.Err(), lost.ctx.Err())
		}
		book.mu.Lock()
		if calls := book.renewed; calls < 39 || calls > 41 {
			t.Errorf("%d calls renewed two claims for ten minutes, want one in 15 seconds", calls)
		}
		book.taken["lost.example"] = 99 // another's
		book.mu.Unlock()
		time.Sleep(renewEvery + time.Second)
		if cause := context.Cause(lost.ctx); !errors.Is(cause, errClaimLost) {
			t.Errorf("a claim that another followed ended with %v", cause)
		}
		book.mu.Lock()
		book.away = true
		book.mu.Unlock()
		time.Sleep(claimTTL - claimSlack)
		synctest.Wait()
		if cause := context.Cause(kept.ctx); !errors.Is(cause, errClaimLost) {
			t.Errorf("with the archive away the claim ended with %v", cause)
		}
		c.giveBack(t.Context(), kept)
		c.giveBack(t.Context(), lost)
		if book.taken["lost.example"] != 99 {
			t.Error("a lost claim released another's")
		}
	})
}

// TestOneHostAtATime holds that who wants a host by name waits for who has it.
func TestOneHostAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book := &claimBook{taken: map[string]uint64{}}
		one := &Crawler{Archive: book, Owner: "one", Log: slog.New(slog.DiscardHandler)}
		two := &Crawler{Archive: book, Owner: "two", Log: slog.New(slog.DiscardHandler)}
		one.init()
		two.init()
		defer one.net.close()
		defer two.net.close()
		first, err := one.claimed(t.Context(), "town.example")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		go func() {
			time.Sleep(3 * time.Minute)
			one.giveBack(t.Context(), first)
		}()
		err = two.Alone(t.Context(), []string{"town.example"}, func(context.Context) error {
			if waited := time.Since(began); waited < 3*time.Minute || waited > 3*time.Minute+2*claimPoll {
				t.Errorf("the host was waited for for %s, want three minutes", waited)
			}
			return nil
		})
		if err != nil || len(book.taken) != 0 {
			t.Errorf("Alone = %v, and %d hosts are taken afterwards", err, len(book.taken))
		}
	})
}
