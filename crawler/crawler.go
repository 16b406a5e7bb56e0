// Package crawler visits sources: it decides what to fetch and when, fetches
// it politely, and hands what it read to the archive, one report per visit.
//
// A configuration and an Archive go in; news.Reports come out. What a page
// says is read by extract; what is kept, and under which id, is the archive's.
package crawler

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// An Archive is what the crawler needs of the store: due sources to claim,
// what is known of pages and items, and a place to commit what a visit
// brought home.
type Archive interface {
	Register(ctx context.Context, sources []news.SourceState) error
	Claim(ctx context.Context, owner string, ttl time.Duration, max int, hosts ...string) ([]news.Claim, error)
	Renew(ctx context.Context, claims []news.Claim, ttl time.Duration) ([]news.Claim, error)
	Release(ctx context.Context, claim news.Claim) error
	SourceState(ctx context.Context, name string) (news.SourceState, error)
	SourceStates(ctx context.Context) ([]news.SourceState, error)
	PageStates(ctx context.Context, urls []string) (map[string]news.PageState, error)
	DuePages(ctx context.Context, source string, now time.Time, max int) ([]news.PageState, error)
	Known(ctx context.Context, canonicals []string) (map[string]news.Item, error)
	RawPage(ctx context.Context, url string) (news.RawPage, error)
	Seal(page news.RawPage) news.RawPage
	Commit(ctx context.Context, reports ...news.Report) ([]news.Committed, error)
	NextDue(ctx context.Context) (time.Time, error)
}

// A Crawler visits sources when they are due. Fields left zero have the
// defaults named beside them. Configure comes before Run and Visit; Fetch
// needs neither it nor an Archive.
type Crawler struct {
	Archive Archive
	Log     *slog.Logger                // slog.Default()
	Now     func() time.Time            // Clock's, or time.Now
	Clock   *Clock                      // hears what hosts say that the time is; none
	Restamp func(context.Context) error // mends what a wrong clock has stamped; called often, while Clock is right; none
	Rests   func() bool                 // whether nobody is to be visited for now; never
	Turns   Turns                       // among all processes that visit; none: there is only this one
	Metrics prometheus.Registerer       // none
	Version string                      // in the user agent
	Contact string                      // in the user agent; an address or a page about this crawler
	Owner   string                      // of claims: "stadtfeed"

	Workers      int             // hosts visited at a time: 64, so that four that hang take a sixteenth of them
	Timeout      time.Duration   // for one page, waiting for a turn not counted: 25 s
	VisitTimeout time.Duration   // for one visit: 10 min
	Confirm      time.Duration   // between the two looks that tell a withdrawal: 20 h
	Relook       []time.Duration // how long after its n-th look an article is looked at again: hours, days, weeks
	Memory       int64           // bytes that all visits hold at most: 128 MiB, or as configured
	Gather       time.Duration   // visits that found nothing new wait so long to be committed with others: 5 s; the rest at most 1 s
	Unstored     time.Duration   // until what cannot be stored is tried again, doubled up to 5 min: 15 s
	Patient      bool            // Configure succeeds though the archive cannot be written: Run notes the sources once it can

	tls *tls.Config // of the tests' servers

	once    sync.Once
	net     *transport
	metrics *metrics
	current atomic.Pointer[setup]
	claims  claims
	budget  atomic.Pointer[budget]
	batch   batch
	wake    chan struct{}
	alive   pulse
	stalled atomic.Int64 // what waits until the archive can be written again; meanwhile nothing is visited

	registering  sync.Mutex
	unregistered bool      // the archive does not know the sources in force yet; guarded by registering
	registerAt   time.Time // when that is tried again

	replanned  time.Time // when due times were last looked through
	restamping sync.Mutex
	toldClock  bool // that the machine's clock is wrong
}

// A setup is the configuration that visits begin under. It is never changed,
// only replaced.
type setup struct {
	agent   string
	sources map[string]*source
	order   []string // names as configured
}

// A source is a configured source, ready to visit.
type source struct {
	*config.Source
	ruled    []string      // fields that it has rules of its own for, such as "article.headline"
	interval time.Duration // the shortest that its schedule has
	origin   string        // of its url: scheme and host
	host     string
	own      guard.Own // hosts that may be internal: none, or those of all sources with allow_private

	reading func() uint64 // digest of all that decides how its pages are read
	ruling  func() uint64 // digest of its own rules and preset

	next     atomic.Int64 // of the next visit, Unix nanoseconds
	judged   time.Time    // the due time that was last found too far ahead or put off for a reason; of replan
	judgedAt time.Time
}

func (c *Crawler) init() {
	c.once.Do(func() {
		c.Log = cmp.Or(c.Log, slog.Default())
		switch {
		case c.Now != nil:
		case c.Clock != nil:
			c.Now = c.Clock.Now
		default:
			c.Now = time.Now
		}
		c.Version = cmp.Or(c.Version, "devel")
		c.Owner = cmp.Or(c.Owner, "stadtfeed")
		c.Workers = cmp.Or(c.Workers, 64)
		c.Timeout = cmp.Or(c.Timeout, 25*time.Second)
		c.VisitTimeout = cmp.Or(c.VisitTimeout, 10*time.Minute)
		c.Confirm = cmp.Or(c.Confirm, 20*time.Hour)
		c.Gather = cmp.Or(c.Gather, 5*time.Second)
		c.Unstored = cmp.Or(c.Unstored, 15*time.Second)
		if c.Relook == nil {
			const day = 24 * time.Hour
			c.Relook = []time.Duration{3 * time.Hour, 12 * time.Hour, day, 3 * day, 7 * day, 14 * day, 30 * day, 60 * day}
		}
		c.net = newTransport(c.Now, c.tls)
		c.metrics = newMetrics(c.Metrics)
		c.net.count, c.net.clock = c.metrics.request, c.Clock
		c.net.gates.turns, c.net.gates.most = c.Turns, c.Timeout
		c.budget.Store(newBudget(cmp.Or(c.Memory, DefaultMemory)))
		c.wake = make(chan struct{}, 1)
		c.claims.archive = func() Archive { return c.Archive }
		c.claims.log = func(err error) { c.Log.Error("hosts are visited until their claims end", "err", err) }
		c.current.Store(&setup{agent: userAgent(c.Version, c.Contact)})
	})
}

// userAgent names us honestly, with a way to reach whoever runs this.
func userAgent(version, contact string) string {
	if contact == "" {
		return "stadtfeed/" + version
	}
	return fmt.Sprintf("stadtfeed/%s (+%s)", version, contact)
}

// Configure puts a configuration in force. Visits under way finish under the
// one that they began with; due times are kept, but for a source whose
// schedule was changed.
func (c *Crawler) Configure(cfg *config.Config) error {
	c.init()
	next := &setup{agent: userAgent(c.Version, cmp.Or(cfg.Contact, c.Contact)), sources: map[string]*source{}}
	intervals := map[string]time.Duration{} // few schedules serve many sources
	var own []string
	for i := range cfg.Sources {
		s := &cfg.Sources[i]
		src := &source{Source: s}
		src.reading = sync.OnceValue(func() uint64 { return src.readingDigest(c.Version) }) // few are visited at once
		src.ruling = sync.OnceValue(src.rulingDigest)
		if s.AllowPrivate {
			own = append(own, s.URL)
		}
		src.origin, src.host = origin(s.URL)
		text := s.Schedule.String()
		if _, ok := intervals[text]; !ok {
			intervals[text] = s.Schedule.Interval()
		}
		src.interval = intervals[text]
		src.ruled = config.RuledFields(s.Rules)
		next.sources[s.Name] = src
		next.order = append(next.order, s.Name)
	}
	next.allow(guard.OwnOf(own...))
	c.registering.Lock()
	defer c.registering.Unlock()
	err := c.register(context.Background(), next)
	if c.unregistered = c.Patient && errors.Is(err, news.ErrUnwritable); err != nil && !c.unregistered {
		return fmt.Errorf("registering sources: %w", err)
	}
	if err != nil {
		c.Log.Error("the sources cannot be noted in the archive; none is visited until they can", "err", err)
	}
	if limit := int64(cfg.Memory); limit > 0 && limit != c.budget.Load().limit {
		c.budget.Store(newBudget(limit)) // visits under way give back to the old one
	}
	c.current.Store(next)
	c.metrics.sources(len(next.sources))
	c.nudge()
	return nil
}

// registered reports whether the archive knows the sources in force. What could
// not be written when they were configured is tried again.
func (c *Crawler) registered(ctx context.Context) bool {
	c.registering.Lock()
	defer c.registering.Unlock()
	if !c.unregistered {
		return true
	}
	now := c.Now()
	if now.Before(c.registerAt) && c.registerAt.Sub(now) <= longestUnstored { // the clock may have been set back
		return false
	}
	c.registerAt = now.Add(c.Unstored)
	if err := c.register(ctx, c.current.Load()); err != nil {
		c.Log.Debug("the sources still cannot be noted in the archive", "err", err)
		return false
	}
	c.unregistered = false
	c.Log.Info("the sources are noted in the archive and visited again")
	return true
}

// early plans a source with a new schedule for its next slot, if that comes
// earlier, and reports whether it does.
func (s *source) early(now time.Time, st *news.SourceState) bool {
	if st.Failures > 0 || !s.rescheduled(*st) {
		return false
	}
	slot := s.slotAfter(now)
	if !slot.Before(st.Due) {
		return false
	}
	st.Due = slot.UTC()
	return true
}

// allow gives the sources with allow_private the hosts that may be internal:
// theirs, and those of other such sources, to which a town may move.
func (s *setup) allow(own guard.Own) {
	for _, src := range s.sources {
		if src.AllowPrivate {
			src.own = own
		}
	}
}

// register tells the archive which sources there are. A new one is due at
// once, one with a new schedule at its next slot, if that comes earlier, and so
// is one that lies further ahead than its schedule allows.
func (c *Crawler) register(ctx context.Context, next *setup) error {
	now := c.Now()
	var list []news.SourceState
	for _, name := range next.order {
		src := next.sources[name]
		list = append(list, news.SourceState{Name: name, URL: src.URL, Host: src.Host(), Due: now.UTC()})
	}
	if err := c.Archive.Register(ctx, list); err != nil {
		return err
	}
	known, err := c.Archive.SourceStates(ctx)
	if err != nil {
		return err
	}
	c.recall(known)
	byHost := map[string][]*source{} // whose next visit is to come earlier
	for _, st := range known {
		src := next.sources[st.Name]
		if src == nil {
			continue
		}
		if src.early(now, &st) || src.tooFar(now, &st) {
			byHost[src.Host()] = append(byHost[src.Host()], src)
		}
		next.planned(news.Report{State: st})
	}
	return c.hasten(ctx, next, byHost)
}

// hasten lets the next visits of sources come as early as their schedules now
// say. A host that is being visited plans by itself.
func (c *Crawler) hasten(ctx context.Context, next *setup, byHost map[string][]*source) error {
	if len(byHost) == 0 {
		return nil
	}
	asked := time.Now()
	list, err := c.Archive.Claim(ctx, c.Owner, claimTTL, len(byHost), slices.Sorted(maps.Keys(byHost))...)
	if err != nil {
		return err
	}
	var earlier []news.Report
	for _, claim := range c.claims.hold(ctx, asked, list) {
		defer c.giveBack(ctx, claim)
		for _, src := range byHost[claim.Host] {
			st, err := c.Archive.SourceState(ctx, src.Name)
			if err != nil {
				return err
			}
			was := st.Due
			switch now := c.Now(); {
			case src.early(now, &st):
			case src.tooFar(now, &st):
				c.tellEarly(st.Name, was, st.Due)
			default:
				continue
			}
			earlier = append(earlier, news.Report{State: st, Claim: claim.Claim})
			next.planned(news.Report{State: st})
		}
	}
	if len(earlier) > 0 {
		_, err = c.store(ctx, earlier...)
	}
	return err
}

// nudge lets the loop look again at what is due.
func (c *Crawler) nudge() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Fetch gets one page of a source, politely, and stores nothing: for trying
// and adding. Redirects are followed; the page's URL is where they ended.
func (c *Crawler) Fetch(ctx context.Context, src config.Source, url string) (extract.Page, error) {
	c.init()
	var own guard.Own
	if src.AllowPrivate {
		own = guard.OwnOf(src.URL)
	}
	s := c.session(c.current.Load().agent, url, src.Delay, own)
	defer s.load.release()
	a, err := s.getOn(ctx, url, news.PageState{})
	if err != nil {
		return extract.Page{}, err
	}
	return a.page, nil
}

// Politeness tells how often hosts were asked since the start, and the rules in
// force there, sorted by host: those that are named and were asked, or all.
func (c *Crawler) Politeness(hosts ...string) []news.HostPoliteness {
	c.init()
	var all []news.HostPoliteness
	for _, h := range c.net.gates.of(hosts) {
		h.mu.Lock()
		p := h.stats
		if h.closed.After(c.Now()) {
			p.Until = h.closed
		}
		h.mu.Unlock()
		p.Rules = c.net.robots.words(p.Host)
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b news.HostPoliteness) int { return cmp.Compare(a.Host, b.Host) })
	return all
}

// Alive is since when nothing has moved, for a watchdog: since the loop of Run
// last looked for due sources, which is once a minute while it is well, or
// since the longest commit under way began.
func (c *Crawler) Alive() time.Time { return c.alive.since() }

// ErrUnknownSource says that a source to visit is not configured.
var ErrUnknownSource = errors.New("no such source is configured")
