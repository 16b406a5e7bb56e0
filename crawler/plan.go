package crawler

import (
	"context"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// replanEvery is how often due times are looked through for such as the
	// clock has left behind.
	replanEvery = time.Minute
	// longestRetryAfter is how long a host may ask to be left alone.
	longestRetryAfter = 7 * 24 * time.Hour
)

// furthest is the latest moment for which a source's next visit may be
// planned: its next slot, or where failures, the rhythm of an auto source or
// the host's own wish put it. What lies beyond was planned by a clock that was
// ahead.
func (s *source) furthest(now time.Time, st news.SourceState) time.Time {
	l := readLearned(st.Learned)
	at := s.slotAfter(now)
	if s.Schedule.IsAuto() {
		at = later(at, now.Add(max(autoLongest+5*time.Minute, l.fresh())))
	}
	if st.Failures > 0 {
		at = later(at, now.Add(max(s.interval, lastRetry)*11/10))
	}
	if until := time.Unix(l.Until, 0); until.After(at) && !until.After(now.Add(longestRetryAfter)) {
		at = until.Add(time.Minute)
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// planned notes when the sources of reports are due.
func (s *setup) planned(reports ...news.Report) {
	for _, r := range reports {
		if src := s.sources[r.State.Name]; src != nil && !r.State.Due.IsZero() {
			src.next.Store(r.State.Due.UnixNano())
		}
	}
}

// replan plans anew what the clock has left behind: when it was ahead during a
// visit and is right again, the next one lies days or years ahead, and nothing
// would ever be visited before. It looks once a minute, and at once when the
// clock was set back.
func (c *Crawler) replan(ctx context.Context) {
	now := c.Now().Round(0)
	if since := now.Sub(c.replanned); since >= 0 && since < replanEvery {
		return
	}
	c.replanned = now
	setup := c.current.Load()
	for _, name := range setup.order {
		src := setup.sources[name]
		due := time.Unix(0, src.next.Load())
		// The interval is the shortest that the schedule has: most sources are
		// done with by a look at it.
		if due.Sub(now) <= src.interval || !due.After(src.slotAfter(now)) {
			continue
		}
		if due.Equal(src.judged) && !now.Before(src.judgedAt) {
			continue // it was put off for a reason, and has come nearer since
		}
		src.judged, src.judgedAt = due, now
		c.bringForward(ctx, src)
	}
}

// bringForward plans a source's next visit by its schedule, where it lies
// further ahead than that allows. A host that is being visited plans by itself.
func (c *Crawler) bringForward(ctx context.Context, src *source) {
	claim := c.tryClaim(ctx, src.Host())
	if claim == nil {
		return
	}
	defer c.giveBack(ctx, claim)
	st, err := c.Archive.SourceState(ctx, src.Name)
	if err != nil {
		return
	}
	was := st.Due
	if !src.tooFar(c.Now(), &st) {
		return
	}
	report := news.Report{State: st, Claim: claim.Claim}
	if _, err := c.store(ctx, report); err != nil {
		c.Log.Error("a visit cannot be planned anew", "source", src.Name, "err", err)
		return
	}
	c.current.Load().planned(report)
	c.tellEarly(src.Name, was, st.Due)
}

// tooFar plans a source for its next slot where it lies further ahead than its
// schedule allows, and reports whether it does.
func (s *source) tooFar(now time.Time, st *news.SourceState) bool {
	if !st.Due.After(s.furthest(now, *st)) {
		return false
	}
	st.Due = s.slotAfter(now).UTC()
	return true
}

func (c *Crawler) tellEarly(name string, was, due time.Time) {
	c.Log.Warn("a visit was planned further ahead than its schedule allows, by a clock that was ahead; it is planned anew",
		"source", name, "was", was, "due", due)
}
