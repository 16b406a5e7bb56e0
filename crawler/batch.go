package crawler

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// maxBatch is how many visits that found nothing new are committed at once,
	// maxChanged how many that did, and maxGathered about how many bytes of what
	// they brought home.
	maxBatch    = 1000
	maxChanged  = 32
	maxGathered = 4 << 20
	// gatherChanged is how long a visit that found something waits for others.
	gatherChanged = time.Second
)

// A batch gathers visits that nobody waits for until they are committed in one
// transaction; the hosts they hold are given back after it. Those that found
// nothing new wait for longer than those that did.
type batch struct {
	flushing sync.Mutex // held while a batch is committed

	mu      sync.Mutex
	reports []news.Report
	after   []func()
	changed int // of reports
	size    int // bytes, about
	timer   *time.Timer
	due     time.Time     // when timer fires
	wait    time.Duration // until what could not be stored is tried again; 0: all was
	closed  bool          // what cannot be stored now is lost
}

// add adds reports; full tells that they should not wait for others.
func (b *batch) add(reports []news.Report, release func()) (full bool) {
	b.reports = append(b.reports, reports...)
	b.after = append(b.after, release)
	for _, r := range reports {
		if quiet(r) {
			continue
		}
		b.changed++
		for _, page := range r.Raw {
			b.size += len(page.Body)
		}
		for _, d := range r.Drafts {
			b.size += len(d.Item.BodyHTML) + len(d.Item.BodyText)
		}
	}
	return len(b.reports) >= maxBatch || b.changed >= maxChanged || b.size >= maxGathered
}

// take takes all out.
func (b *batch) take() (reports []news.Report, after []func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	reports, after = b.reports, b.after
	b.reports, b.after, b.changed, b.size = nil, nil, 0, 0
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	return reports, after
}

// within has flush called after a while, or earlier where that is planned already.
func (b *batch) within(wait time.Duration, flush func()) {
	due := time.Now().Add(wait)
	if b.timer != nil && !due.Before(b.due) {
		return
	}
	if b.timer != nil {
		b.timer.Stop()
	}
	b.timer, b.due = time.AfterFunc(wait, flush), due
}

// close has the next flush be the last.
func (b *batch) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// gather adds reports to the batch; the host is given back once they are
// committed, so that it is not claimed on a state that is not stored yet.
func (c *Crawler) gather(reports []news.Report, release func()) {
	b := &c.batch
	b.mu.Lock()
	full := b.add(reports, release) && b.wait == 0
	wait := c.Gather
	if b.changed > 0 {
		wait = min(wait, gatherChanged)
	}
	b.within(max(wait, b.wait), c.flush)
	b.mu.Unlock()
	if full {
		c.flush()
	}
}

// flush commits the batch, and returns when no other is being committed.
func (c *Crawler) flush() {
	b := &c.batch
	b.flushing.Lock()
	defer b.flushing.Unlock()
	reports, after := b.take()
	if len(reports) > 0 {
		done, err := c.store(context.Background(), reports...)
		if c.putBack(reports, after, err) {
			return
		}
		if err != nil && !c.storeEach(reports) {
			time.AfterFunc(afterStoreFault, func() { runAll(after); c.nudge() })
			return
		}
		if err == nil {
			c.stored(reports, done)
		}
	}
	runAll(after)
	c.nudge()
}

// storeEach commits reports that could not be committed together each on its
// own, so that one cannot take the others down; it reports whether all were.
func (c *Crawler) storeEach(reports []news.Report) (all bool) {
	all = true
	for _, report := range reports {
		if _, err := c.commit(context.Background(), report); err != nil {
			all = false
		}
	}
	return all
}

// putBack keeps a batch that cannot be stored because the archive cannot be
// written, for a later try; it reports whether it did so.
func (c *Crawler) putBack(reports []news.Report, after []func(), err error) bool {
	b := &c.batch
	b.mu.Lock()
	defer b.mu.Unlock()
	before := b.wait
	if !errors.Is(err, news.ErrUnwritable) || b.closed {
		if b.wait = 0; before > 0 {
			c.stalled.Add(-1)
		}
		return false
	}
	if before == 0 {
		c.stalled.Add(1)
	}
	b.wait = min(max(2*before, c.Unstored), longestUnstored)
	c.Log.Error("visits cannot be stored; they are kept and tried again", "visits", len(reports), "err", err)
	b.reports, b.after = append(reports, b.reports...), append(after, b.after...)
	b.within(b.wait, c.flush)
	return true
}

func runAll(after []func()) {
	for _, f := range after {
		f()
	}
}
