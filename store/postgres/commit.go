package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Commit writes reports in one transaction, or nothing of them. It tells what
// became of each: one whose claim was followed by another is stale and left
// out, the others are committed.
//
// What becomes of the drafts is decided before a lock is taken. Where the
// archive has changed once the row of state is locked, it is decided anew under
// the lock.
func (s *Store) Commit(ctx context.Context, reports ...news.Report) ([]news.Committed, error) {
	out, err := s.commit(ctx, false, reports)
	for _, told := range out {
		if len(told.Touched())+told.Held+told.Renamed > 0 {
			s.subs.tell(told)
		}
	}
	return out, err
}

func (s *Store) commit(ctx context.Context, release bool, reports []news.Report) ([]news.Committed, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	var c *commit
	err := s.update(ctx, func(tx pgx.Tx) error {
		c = &commit{s: s, ctx: ctx, tx: &pipeline{tx: tx}, release: release, reports: make([]report, len(reports))}
		for i, r := range reports {
			c.reports[i] = prepare(r)
		}
		if err := c.run(); err != nil {
			return err
		}
		return c.tx.flush(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	c.publish()
	out := make([]news.Committed, len(reports))
	for i, r := range c.reports {
		out[i] = r.told
	}
	return out, nil
}

// A commit is one transaction of reports.
type commit struct {
	s       *Store
	ctx     context.Context //nolint:containedctx // of the one call of Commit
	tx      *pipeline
	now     time.Time
	reports []report
	release bool // of drafts that were held; there was no visit

	seq, generation uint64
	first           uint64 // Seq of the first new item
	shown           bool
	touched         map[news.Term]bool
}

// A report is a news.Report made ready.
type report struct {
	news.Report
	drafts  []*decide.Draft
	raws    []news.RawPage
	decided *decide.Changes
	told    news.Committed
}

func prepare(r news.Report) report {
	p := report{Report: r, raws: decide.RawOf(r), told: news.Committed{Source: r.Visit.Source}}
	drafts := decide.DraftsOf(r)
	for i := range drafts {
		drafts[i].Prepare()
		p.drafts = append(p.drafts, &drafts[i])
	}
	return p
}

func (c *commit) run() error {
	at, err := c.s.now(c.ctx, c.tx)
	if err != nil {
		return err
	}
	c.now, c.touched = at.Truncate(time.Second), map[news.Term]bool{}
	if err := c.fence(); err != nil {
		return err
	}
	if err := c.decide(); err != nil {
		return err
	}
	c.first = c.seq + 1
	for i := range c.reports {
		if r := &c.reports[i]; !r.told.Stale {
			if err := c.write(r); err != nil {
				return fmt.Errorf("source %q: %w", r.Visit.Source, err)
			}
		}
	}
	if c.hasDrafts() {
		return c.finish()
	}
	return nil
}

// finish writes what a commit of items has gathered: the numbers that it gave,
// and for others which values it touched.
func (c *commit) finish() error {
	if c.shown {
		c.generation++
	}
	if err := c.exec("update state set seq = $1, generation = $2, commits = commits + 1", c.seq, c.generation); err != nil || !c.shown {
		return err
	}
	return c.noteChanged()
}

// fence locks the hosts of the reports, in the order of their names, and marks
// those reports stale whose claim another followed.
func (c *commit) fence() error {
	hosts := map[string]bool{}
	for _, r := range c.reports {
		hosts[r.Claim.Host] = true
	}
	names := sortedKeys(hosts)
	if len(names) == 0 {
		return nil
	}
	rows, err := c.tx.Query(c.ctx, "select host, token from hosts where host = any($1) order by host for update", names)
	if err != nil {
		return err
	}
	tokens := map[string]uint64{}
	var host string
	var token uint64
	if _, err := pgx.ForEachRow(rows, []any{&host, &token}, func() error { tokens[host] = token; return nil }); err != nil {
		return err
	}
	for i := range c.reports {
		r := &c.reports[i]
		r.told.Stale = r.Claim.Host != "" && tokens[r.Claim.Host] != r.Claim.Token
	}
	return nil
}

func (c *commit) hasDrafts() bool {
	return slices.ContainsFunc(c.reports, func(r report) bool { return len(r.drafts) > 0 && !r.told.Stale })
}

// counts reports whether something is numbered among all: items, or changes of
// health. Then the row of state is locked.
func (c *commit) counts() bool {
	return c.hasDrafts() || slices.ContainsFunc(c.reports, func(r report) bool { return r.Change != nil && !r.told.Stale })
}

// stoppedAfter is when the database ends a transaction whose process was stopped
// or cut off while it held the lock that all writers need.
const stoppedAfter = "5s"

// decide decides before the lock, and once more under it where the archive has
// changed meanwhile. Reports without drafts need neither.
func (c *commit) decide() error {
	var before uint64
	if err := c.tx.QueryRow(c.ctx, "select commits, seq, generation from state").Scan(&before, &c.seq, &c.generation); err != nil {
		return err
	}
	if err := c.decideOnce(); err != nil || !c.counts() {
		return err
	}
	if under, err := c.lock(); err != nil || under == before {
		return err
	}
	return c.decideOnce()
}

// lock takes the row of state, under which all is written that decisions depend
// upon. It returns how many commits there were.
func (c *commit) lock() (commits uint64, err error) {
	if err := c.exec("select set_config('idle_in_transaction_session_timeout', $1, true)", stoppedAfter); err != nil {
		return 0, err
	}
	known := c.s.Generation()
	row := c.tx.QueryRow(c.ctx, "select commits, seq, generation from state for update")
	if err := row.Scan(&commits, &c.seq, &c.generation); err != nil {
		return 0, err
	}
	if c.generation < known {
		return 0, fmt.Errorf("%w: %w", news.ErrUnwritable, rewound(c.generation, known))
	}
	return commits, nil
}

// changing runs fn as a commit without reports: what it writes is seen by others
// at once or not at all.
func (s *Store) changing(ctx context.Context, fn func(*commit) error) error {
	var c *commit
	err := s.update(ctx, func(tx pgx.Tx) error {
		c = &commit{s: s, ctx: ctx, tx: &pipeline{tx: tx}, touched: map[news.Term]bool{}}
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		c.now = now
		if _, err := c.lock(); err != nil {
			return err
		}
		if err := fn(c); err != nil {
			return err
		}
		if err := c.finish(); err != nil {
			return err
		}
		return c.tx.flush(ctx)
	})
	if err == nil {
		c.publish()
	}
	return err
}

func (c *commit) decideOnce() error {
	var live []*report
	var asked []decide.Report
	for i := range c.reports {
		if r := &c.reports[i]; !r.told.Stale {
			live = append(live, r)
			asked = append(asked, decide.Report{Source: r.Visit.Source, Entries: r.Visit.Entries, Drafts: r.drafts, Met: r.Drafts})
		}
	}
	decided, err := decide.Decide(c.ctx, look{c.ctx, c.tx}, c.now, asked...)
	for i := range decided {
		live[i].decided = decided[i]
	}
	return err
}

// write writes one report.
func (c *commit) write(r *report) error {
	r.told = r.decided.Told
	own := func(seq uint64) uint64 {
		if seq >= decide.Fresh {
			return c.first + seq - decide.Fresh
		}
		return seq
	}
	for _, n := range r.decided.Names {
		if err := c.name(n, own(n.Seq)); err != nil {
			return err
		}
	}
	for _, change := range r.decided.Items {
		if err := c.change(change, own(change.New.Seq)); err != nil {
			return fmt.Errorf("%s: %w", change.New.Address(), err)
		}
	}
	c.seq += uint64(r.decided.Added) //nolint:gosec // a count
	for _, h := range r.decided.Held {
		if err := c.hold(h); err != nil {
			return err
		}
	}
	if err := c.pages(r); err != nil {
		return err
	}
	after := c.close
	if c.release {
		after = c.released
	}
	if err := after(r); err != nil {
		return err
	}
	r.told.Seq = c.seq
	return nil
}
