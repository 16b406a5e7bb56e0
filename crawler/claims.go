package crawler

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// claimTTL is how long a host is ours without being asked for again, should
	// we vanish; renewEvery is how often it is asked for again.
	claimTTL   = time.Minute
	renewEvery = claimTTL / 4
	// claimSlack is how long before a claim ends the last request may begin.
	claimSlack = claimTTL / 5
	// claimFirst is how soon a host that another visits is asked for again. Most
	// visits are short; for a long one the pause doubles up to claimPoll.
	claimFirst = 10 * time.Millisecond
	claimPoll  = 500 * time.Millisecond
)

// errClaimLost ends the visits of a host whose claim could not be renewed:
// another process may have it now.
var errClaimLost = errors.New("the claim of the host has ended; another process may visit it")

// claims are the hosts that this process has. While there are any, they are
// renewed, all in one call. How long each holds is counted by this machine's
// clock from before it was asked for, so that it never seems to hold longer
// than the archive thinks.
type claims struct {
	archive func() Archive
	log     func(err error)

	mu      sync.Mutex
	held    map[string]*claimed
	renewer context.CancelFunc // nil: none runs
}

// A claimed is a claim that holds until its context ends.
type claimed struct {
	news.Claim
	ctx  context.Context //nolint:containedctx // the claim's life, which is that of the visits under it
	end  context.CancelCauseFunc
	last *time.Timer // ends the context when no request may begin any more
}

// hold notes claims that were asked for at a moment; visits under one have its
// context, which ends with ctx or with the claim.
func (c *claims) hold(ctx context.Context, asked time.Time, list []news.Claim) []*claimed {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held = map[string]*claimed{}
	}
	var all []*claimed
	for _, claim := range list {
		h := &claimed{Claim: claim}
		h.ctx, h.end = context.WithCancelCause(ctx)
		h.last = time.AfterFunc(left(asked), func() { h.end(errClaimLost) })
		c.held[claim.Host] = h
		all = append(all, h)
	}
	if c.renewer == nil && len(all) > 0 {
		renewing, stop := context.WithCancel(context.Background())
		c.renewer = stop
		go c.renew(renewing)
	}
	return all
}

// left is how long requests may begin under a claim that was asked for at a moment.
func left(asked time.Time) time.Duration { return claimTTL - claimSlack - time.Since(asked) }

// release gives a host back, and stops renewing with the last one.
func (c *claims) release(ctx context.Context, h *claimed) error {
	c.mu.Lock()
	if c.held[h.Host] == h {
		delete(c.held, h.Host)
	}
	if len(c.held) == 0 && c.renewer != nil {
		c.renewer()
		c.renewer = nil
	}
	c.mu.Unlock()
	h.last.Stop()
	h.end(nil)
	return c.archive().Release(context.WithoutCancel(ctx), h.Claim)
}

// renew asks for all claims again and again, until ctx ends.
func (c *claims) renew(ctx context.Context) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked := time.Now()
		before := c.all()
		held, err := c.archive().Renew(ctx, before, claimTTL)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil: // they hold until their time is up
			c.log(fmt.Errorf("claims cannot be renewed: %w", err))
		default:
			c.renewed(before, held, asked)
		}
	}
}

func (c *claims) all() (list []news.Claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.held {
		list = append(list, h.Claim)
	}
	return list
}

// renewed lets those that were renewed hold on, and ends the others.
func (c *claims) renewed(before, held []news.Claim, asked time.Time) {
	ours := map[string]uint64{}
	for _, claim := range held {
		ours[claim.Host] = claim.Token
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, claim := range before {
		h := c.held[claim.Host]
		switch {
		case h == nil || h.Token != claim.Token: // given back meanwhile
		case ours[claim.Host] != claim.Token:
			h.end(errClaimLost)
		default:
			h.last.Reset(left(asked))
		}
	}
}

// claimed waits until this process has a host, whether its sources are due or
// not. Whoever visits it, in this process or in another, ends that first.
func (c *Crawler) claimed(ctx context.Context, host string) (*claimed, error) {
	for pause := claimFirst; ; pause = min(2*pause, claimPoll) {
		asked := time.Now()
		list, err := c.Archive.Claim(ctx, c.Owner, claimTTL, 1, host)
		if err != nil {
			return nil, fmt.Errorf("claiming %s: %w", host, err)
		}
		if len(list) > 0 {
			return c.claims.hold(ctx, asked, list)[0], nil
		}
		c.flush() // its last visit may not be stored yet
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// tryClaim is claimed for who does not wait; nil: somebody visits the host.
func (c *Crawler) tryClaim(ctx context.Context, host string) *claimed {
	asked := time.Now()
	list, err := c.Archive.Claim(ctx, c.Owner, claimTTL, 1, host)
	if err != nil || len(list) == 0 {
		return nil
	}
	return c.claims.hold(ctx, asked, list)[0]
}

// giveBack gives a host back, and says where that fails.
func (c *Crawler) giveBack(ctx context.Context, h *claimed) {
	if err := c.claims.release(ctx, h); err != nil {
		c.Log.Error("a host cannot be given back; its claim ends by itself", "host", h.Host, "err", err)
	}
}

// Alone runs work while nobody visits the hosts of some sources, in this process
// or another.
func (c *Crawler) Alone(ctx context.Context, hosts []string, work func(context.Context) error) error {
	c.init()
	for _, host := range hosts {
		h, err := c.claimed(ctx, host)
		if err != nil {
			return err
		}
		defer c.giveBack(ctx, h)
	}
	return work(ctx)
}
