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
	// afterStoreFault is how long a host rests when its visit cannot be stored
	// and is lost.
	afterStoreFault = time.Minute
	// longestUnstored is between two tries to store what could not be stored.
	longestUnstored = 5 * time.Minute
	// longestNap is how long the loop sleeps at most.
	longestNap = time.Minute
	// catchUp is over how long what fell due while nothing ran is spread.
	catchUp = time.Minute
)

// Run visits sources when they are due, until ctx ends; it returns after the
// visits under way have committed what they had.
func (c *Crawler) Run(ctx context.Context) error {
	c.init()
	defer c.net.close()
	var working sync.WaitGroup
	slots := make(chan struct{}, c.Workers)
	pruned := c.Now()
	pace := newCatchUp(c.Now(), len(c.current.Load().sources))
	for ctx.Err() == nil {
		c.alive.turn()
		c.tellClock()
		c.restamp(ctx)
		if c.Now().Sub(pruned) > time.Hour {
			pruned = c.Now()
			c.net.gates.prune()
			c.net.robots.prune()
		}
		c.replan(ctx)
		free := min(c.Workers-len(slots), pace.allowance(c.Now()))
		stalled := c.stalled.Load() > 0 || c.Rests != nil && c.Rests() || !c.registered(ctx)
		if stalled { // what was read is kept until it can be stored; nobody is asked for more
			free = 0
		}
		claims := c.claim(ctx, free)
		pace.spend(len(claims))
		for _, claim := range claims {
			slots <- struct{}{}
			working.Go(func() {
				c.serve(claim)
				<-slots
				c.nudge()
			})
		}
		if len(claims) == 0 || len(slots) == c.Workers {
			c.nap(ctx, stalled || len(slots) == c.Workers, pace)
		}
	}
	working.Wait()
	c.batch.close()
	c.flush()
	return nil
}

// claim takes hosts with due sources.
func (c *Crawler) claim(ctx context.Context, free int) []*claimed {
	if free <= 0 {
		return nil
	}
	asked := time.Now()
	claims, err := c.Archive.Claim(ctx, c.Owner, claimTTL, free)
	if err != nil && ctx.Err() == nil {
		c.Log.Error("due sources cannot be claimed; trying again", "err", err)
		_ = sleep(ctx, 5*time.Second)
	}
	return c.claims.hold(ctx, asked, claims)
}

// nap sleeps until something may have to be done.
func (c *Crawler) nap(ctx context.Context, full bool, p *catchUpPace) {
	wait := longestNap
	if !full {
		switch next, err := c.Archive.NextDue(ctx); {
		case err != nil || next.IsZero():
		default:
			// What is due already but not to be claimed is being visited; the
			// end of that visit wakes us.
			wait = min(max(next.Sub(c.Now()), p.interval()), longestNap)
		}
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-c.wake:
	case <-t.C:
	}
}

// A catchUpPace spreads the visits that fell due while nothing ran over the first
// minute, instead of beginning them all in one second.
type catchUpPace struct {
	began   time.Time
	perSec  float64
	started int
}

func newCatchUp(now time.Time, sources int) *catchUpPace {
	return &catchUpPace{began: now, perSec: max(100, float64(sources)/catchUp.Seconds())}
}

func (p *catchUpPace) allowance(now time.Time) int {
	since := now.Sub(p.began)
	if since < 0 || since > catchUp { // the clock was set, or the time is over
		return 1 << 30
	}
	return int(p.perSec*(1+since.Seconds())) - p.started
}

func (p *catchUpPace) spend(n int) { p.started += n }

// interval is how long to wait at least before looking again.
func (p *catchUpPace) interval() time.Duration {
	return max(time.Duration(float64(time.Second)/p.perSec), 20*time.Millisecond)
}

// serve visits the due sources of one host in turn, and gives the host back.
func (c *Crawler) serve(claim *claimed) {
	ctx := claim.ctx
	var later []news.Report
	var held []func() // memory of later
	for i, name := range claim.Sources {
		if ctx.Err() != nil {
			break
		}
		setup := c.current.Load()
		src := setup.sources[name]
		if src == nil {
			continue // no longer configured
		}
		report, release, interrupted := c.visit(ctx, src, setup.agent, VisitOptions{})
		report.Claim = claim.Claim
		switch {
		case interrupted && len(report.Drafts)+len(report.Pages) == 0: // as if it had not begun
			release()
		case interrupted, quiet(report), i == len(claim.Sources)-1: // no visit of the host waits for what this one found
			later, held = append(later, report), append(held, release)
		default:
			err := c.commitWaiting(ctx, report)
			release()
			if err != nil {
				_ = sleep(ctx, afterStoreFault) // not to ask the town again and again meanwhile
			}
		}
	}
	end := func() {
		for _, release := range held {
			release()
		}
		c.giveBack(ctx, claim)
	}
	if len(later) == 0 {
		end()
		return
	}
	c.gather(later, end)
}

// quiet reports whether a visit found nothing new, so that it may be committed
// together with others.
func quiet(r news.Report) bool {
	return r.Visit.Unchanged && r.Visit.Err == "" && r.Change == nil && len(r.Drafts) == 0
}

// commit stores what a visit brought home, and tells the log.
func (c *Crawler) commit(ctx context.Context, report news.Report) (news.Report, error) {
	done, err := c.store(context.WithoutCancel(ctx), report)
	if err != nil {
		c.Log.Error("a visit cannot be stored; it is repeated", "source", report.Visit.Source, "err", err)
		return report, fmt.Errorf("%s: storing the visit: %w", report.Visit.Source, err)
	}
	c.stored([]news.Report{report}, done)
	noteCommitted(&report.Visit, done[0])
	return report, nil
}

// commitWaiting is commit that waits while the archive cannot be written: what
// was brought home is kept, and tried again until it is stored, instead of asking
// the town for all of it anew. Until then no visit begins.
func (c *Crawler) commitWaiting(ctx context.Context, report news.Report) error {
	_, err := c.commit(ctx, report)
	if !errors.Is(err, news.ErrUnwritable) {
		return err
	}
	c.stalled.Add(1)
	defer c.nudge()
	defer c.stalled.Add(-1)
	for wait := c.Unstored; errors.Is(err, news.ErrUnwritable) && sleep(ctx, wait) == nil; wait = min(2*wait, longestUnstored) {
		_, err = c.commit(ctx, report)
	}
	return err
}

// stored notes and tells what the archive made of reports. A visit whose claim
// was followed by another's counts for nothing: it is the other's to tell.
func (c *Crawler) stored(reports []news.Report, done []news.Committed) {
	for i, r := range reports {
		if done[i].Stale {
			c.Log.Warn("a visit took longer than its claim; another process visits the host and this visit is dropped", "source", r.Visit.Source)
			continue
		}
		c.current.Load().planned(r)
		noteCommitted(&r.Visit, done[i])
		c.tell(r)
	}
}

// noteCommitted notes what the archive made of a visit.
func noteCommitted(v *news.Visit, d news.Committed) {
	v.Added, v.Edited, v.Withdrawn, v.Held = len(d.Added), len(d.Edited), len(d.Withdrawn), d.Held
	v.Renamed = d.Renamed
}

// tell logs a visit, and a change of health, and counts them.
func (c *Crawler) tell(r news.Report) {
	c.metrics.visit(r)
	v := r.Visit
	if v.Renamed > 0 {
		c.Log.Info("known items have new addresses; they keep their ids", "source", v.Source, "renamed", v.Renamed)
	}
	args := []any{"source", v.Source, "took", v.Took.Round(time.Millisecond), "added", v.Added, "health", string(v.Health)}
	switch {
	case v.Err == interruptedVisit:
		c.Log.Info("visit interrupted; the next one goes on", args...)
	case v.Err != "":
		c.Log.Warn("visit failed", append(args, "err", v.Err)...)
	case v.Added+v.Edited+v.Withdrawn > 0:
		c.Log.Info("visited", append(args, "edited", v.Edited, "withdrawn", v.Withdrawn)...)
	default:
		c.Log.Debug("visited, nothing new", append(args, "unchanged", v.Unchanged)...)
	}
	if r.Change != nil && r.Change.From != news.New {
		c.Log.Warn("health changed", "source", v.Source, "from", string(r.Change.From), "to", string(r.Change.To), "why", r.Change.Why)
	}
}

// VisitOptions say how a visit by hand differs from one by schedule.
type VisitOptions struct {
	Backfill int            // listing pages of the past to read; 0: as configured
	Progress func(Progress) // told as the work goes on; may be called from several goroutines
}

// Progress tells how far a visit is.
type Progress struct {
	Source string `json:"source"`
	Page   int    `json:"page,omitempty"`  // listing pages read
	Done   int    `json:"done,omitempty"`  // articles done
	Total  int    `json:"total,omitempty"` // articles to do, as far as known
	Ended  bool   `json:"ended,omitempty"` // the visit is over
}

// Visit visits sources now (all that are configured, if none is named), due or
// not, and waits for the end. Hosts are visited side by side, the sources of a
// host in turn. The error is for what kept visits from happening; how each
// went is in its Visit.
func (c *Crawler) Visit(ctx context.Context, names []string, opt VisitOptions) ([]news.Visit, error) {
	c.init()
	setup := c.current.Load()
	hosts, order, err := setup.byHost(names)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var errs []error
	visits := map[string]news.Visit{}
	slots := make(chan struct{}, c.Workers)
	var working sync.WaitGroup
	for host, list := range hosts {
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			claim, err := c.claimed(ctx, host)
			if err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
				return
			}
			defer c.giveBack(ctx, claim)
			ctx := claim.ctx
			for _, src := range list {
				if ctx.Err() != nil {
					return
				}
				report, release, interrupted := c.visit(ctx, src, setup.agent, opt)
				if interrupted && len(report.Drafts)+len(report.Pages) == 0 {
					release()
					return
				}
				report.Claim = claim.Claim
				report, err := c.commit(ctx, report)
				release()
				mu.Lock()
				visits[src.Name] = report.Visit
				errs = append(errs, err)
				mu.Unlock()
				if opt.Progress != nil {
					opt.Progress(Progress{Source: src.Name, Ended: true})
				}
			}
		})
	}
	working.Wait()
	c.restamp(ctx)
	c.nudge()
	var list []news.Visit
	for _, name := range order {
		if v, ok := visits[name]; ok {
			list = append(list, v)
		}
	}
	return list, errors.Join(append(errs, ctx.Err())...)
}

// byHost groups sources by host; order is that of the names.
func (s *setup) byHost(names []string) (hosts map[string][]*source, order []string, err error) {
	if len(names) == 0 {
		names = s.order
	}
	hosts = map[string][]*source{}
	for _, name := range names {
		src := s.sources[name]
		if src == nil {
			return nil, nil, fmt.Errorf("%q: %w", name, ErrUnknownSource)
		}
		hosts[src.Host()] = append(hosts[src.Host()], src)
	}
	return hosts, names, nil
}
