package crawler

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

const (
	// robotsFresh is how long a robots.txt is used without asking again, RFC 9309 §2.4.
	robotsFresh = 24 * time.Hour
	// robotsRetry is how soon one that could not be fetched is asked for again.
	robotsRetry = 10 * time.Minute
	// robotsGrace is how long an unreachable robots.txt forbids everything (or
	// its last form stays in force), RFC 9309 §2.3.1.4.
	robotsGrace = 30 * 24 * time.Hour
	// maxKeptRobots is how many bytes of rules outlive the process. A robots.txt
	// with more is asked for again by the next one.
	maxKeptRobots = 4 << 10
	// maxRobotsOrigins and maxRobotsBytes bound what all robots.txt together take
	// in memory. Those that were not asked for longest go first.
	maxRobotsOrigins = 1 << 16
	maxRobotsBytes   = 32 << 20
)

// A robotsCache holds the robots.txt of every origin that was asked.
type robotsCache struct {
	now func() time.Time
	// fetch gets a robots.txt (redirects followed, body cut at maxRobots).
	fetch func(ctx context.Context, origin string) (status int, body []byte, err error)

	mu      sync.Mutex
	origins map[string]*robotsEntry
	bytes   int // of all rules
}

type robotsEntry struct {
	turn  chan struct{} // holds one token while nobody uses the entry: it is fetched once, and who waits can leave
	used  time.Time     // of robotsCache.mu, as is bytes
	bytes int

	expires time.Time
	known   bool // rules were had at least once
	rules   robots
	down    time.Time // unreachable since; zero: it was had
	err     error     // why it is unreachable
	words   string
}

// check refuses an address that robots.txt forbids, and tells the delay that
// it asks for.
func (c *robotsCache) check(ctx context.Context, u *url.URL) (time.Duration, error) {
	e := c.entry(u.Scheme + "://" + u.Host)
	if err := e.lock(ctx); err != nil {
		return 0, err
	}
	defer e.unlock()
	if !c.now().Before(e.expires) {
		if err := c.refresh(ctx, e, u.Scheme+"://"+u.Host); err != nil {
			return 0, err
		}
	}
	if !e.down.IsZero() && !e.known && c.now().Sub(e.down) < robotsGrace {
		return 0, e.unreachable()
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !e.rules.allowed(path) {
		return 0, &Error{URL: u.String(), Fault: FaultRobots, Err: errors.New("robots.txt forbids it")}
	}
	return e.rules.delay, nil
}

// unreachable is the refusal while robots.txt cannot be fetched: a fault of the
// network where that is the reason, else of robots.txt.
func (e *robotsEntry) unreachable() error {
	var known *Error
	if errors.As(e.err, &known) && known.Fault != FaultServer && known.Fault != FaultStatus {
		return &Error{URL: known.URL, Fault: known.Fault, Status: known.Status, RetryAfter: known.RetryAfter, Err: known.Err}
	}
	return &Error{Fault: FaultRobots, Err: fmt.Errorf("nothing is fetched while robots.txt cannot be fetched: %w", e.err)}
}

func (c *robotsCache) entry(origin string) *robotsEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.origins[origin]
	if e == nil {
		c.shrink()
		e = newRobotsEntry()
		c.origins[origin] = e
	}
	e.used = c.now()
	return e
}

func newRobotsEntry() *robotsEntry {
	e := &robotsEntry{turn: make(chan struct{}, 1)}
	e.unlock()
	return e
}

func (e *robotsEntry) lock(ctx context.Context) error {
	select {
	case <-e.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *robotsEntry) tryLock() bool {
	select {
	case <-e.turn:
		return true
	default:
		return false
	}
}

func (e *robotsEntry) unlock() { e.turn <- struct{}{} }

// weigh notes how much memory an entry's rules take.
func (c *robotsCache) weigh(e *robotsEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes -= e.bytes
	e.bytes = e.rules.memory()
	c.bytes += e.bytes
	if c.bytes > maxRobotsBytes {
		c.shrink()
	}
}

// shrink forgets a tenth of the origins, where they have become too many or
// too large: those that were not asked for longest.
func (c *robotsCache) shrink() {
	if len(c.origins) < maxRobotsOrigins && c.bytes <= maxRobotsBytes {
		return
	}
	names := slices.Collect(maps.Keys(c.origins))
	slices.SortFunc(names, func(a, b string) int { return c.origins[a].used.Compare(c.origins[b].used) })
	for i, name := range names {
		if i >= len(names)/10 && c.bytes <= maxRobotsBytes*9/10 {
			return
		}
		c.forget(name)
	}
}

// forget drops an origin, unless it is being used.
func (c *robotsCache) forget(origin string) {
	e := c.origins[origin]
	if !e.tryLock() {
		return
	}
	c.bytes -= e.bytes
	delete(c.origins, origin)
	e.unlock()
}

// refresh asks for robots.txt again. Only a cancelled context is an error:
// what the server makes of the question decides the rules.
func (c *robotsCache) refresh(ctx context.Context, e *robotsEntry, origin string) error {
	status, body, err := c.fetch(ctx, origin)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	now := c.now()
	switch {
	case err != nil, status >= 500, status == http.StatusTooManyRequests:
		if err == nil {
			err = statusError(origin+"/robots.txt", status, 0)
		}
		e.err = err
		if e.down.IsZero() {
			e.down = now
		}
		e.expires = now.Add(robotsRetry)
		e.tell()
		return nil
	case status == http.StatusOK:
		e.rules = parseRobots(body, robotsToken)
	default:
		e.rules = robots{}
	}
	c.weigh(e)
	e.known, e.down, e.err, e.expires = true, time.Time{}, nil, now.Add(robotsFresh)
	e.tell()
	if status != http.StatusOK {
		e.words = fmt.Sprintf("no robots.txt (%d): everything allowed", status)
	}
	return nil
}

// tell words the rules in force.
func (e *robotsEntry) tell() {
	switch since := e.down.Format(time.RFC3339); {
	case e.down.IsZero():
		e.words = e.rules.String()
	case e.known:
		e.words = "robots.txt cannot be fetched since " + since + "; the last known one: " + e.rules.String()
	default:
		e.words = "robots.txt cannot be fetched since " + since + ": nothing is fetched"
	}
}

// note writes into l what is to outlive the process of an origin's robots.txt.
// It is not known while it is asked for.
func (c *robotsCache) note(origin string, l *learned) {
	c.mu.Lock()
	e := c.origins[origin]
	c.mu.Unlock()
	if e == nil || !e.tryLock() {
		return
	}
	defer e.unlock()
	l.Down, l.Robots, l.RobotsUntil = 0, robots{}, 0
	if !e.down.IsZero() {
		l.Down = e.down.Unix()
	}
	if e.known && e.rules.size() <= maxKeptRobots {
		l.Robots, l.RobotsUntil = e.rules, e.expires.Unix()
	}
}

// recall puts in force what note wrote in an earlier process. What this one
// knows already stays.
func (c *robotsCache) recall(origin string, l learned) {
	if l.Down == 0 && l.RobotsUntil == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.origins[origin]; known != nil && !c.outdone(known, l) {
		return
	}
	e := newRobotsEntry()
	if l.Down > 0 {
		e.down = time.Unix(l.Down, 0).UTC()
		if e.down.After(c.now()) { // by a clock that was ahead
			e.down = c.now().UTC()
		}
	}
	if l.RobotsUntil > 0 {
		e.known, e.rules, e.expires = true, l.Robots.clone(), time.Unix(l.RobotsUntil, 0)
		if e.expires.Sub(c.now()) > robotsFresh { // likewise
			e.expires = c.now()
		}
	}
	e.tell()
	e.used, e.bytes = c.now(), e.rules.memory()
	c.bytes += e.bytes
	c.origins[origin] = e
}

// outdone reports an entry that is out of date, where another process has had
// the rules since.
func (c *robotsCache) outdone(e *robotsEntry, l learned) bool {
	if !e.tryLock() {
		return false
	}
	defer e.unlock()
	now := c.now()
	return now.After(e.expires) && time.Unix(l.RobotsUntil, 0).After(now)
}

// words tells the rules in force at a host, under whichever scheme they were had.
func (c *robotsCache) words(host string) string {
	for _, scheme := range []string{"https://", "http://"} {
		c.mu.Lock()
		e := c.origins[scheme+host]
		c.mu.Unlock()
		if e != nil && e.tryLock() {
			words := e.words
			e.unlock()
			return words
		}
	}
	return ""
}

// prune forgets what has been out of date for a day and could be fetched then.
func (c *robotsCache) prune() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for origin, e := range c.origins {
		if !e.tryLock() {
			continue
		}
		old := e.down.IsZero() && c.now().Sub(e.expires) > robotsFresh
		e.unlock()
		if old {
			c.forget(origin)
		}
	}
}
