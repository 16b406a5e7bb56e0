package postgres

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// What other processes commit is told by the rows of changes, which are read in
// the order of their generations. LISTEN only says when it is worth looking:
// where it does not work (a pooler, a replica), it is looked more often.
const (
	channel      = "stadtfeed"
	lookListened = time.Second
	lookUnheard  = 250 * time.Millisecond
	lookReplayed = 50 * time.Millisecond  // where a replica is behind what was heard
	tellEvery    = 100 * time.Millisecond // between two NOTIFY of a process
	keptChanges  = 24 * time.Hour
)

// A watcher knows what was committed, by this process and by others.
type watcher struct {
	process string // names this store in changes
	mu      sync.Mutex
	tell    chan struct{} // something was committed here
	trouble atomic.Pointer[error]
}

func newWatcher() watcher { return watcher{process: rand.Text(), tell: make(chan struct{}, 1)} }

// A committed is a row of changes.
type committed struct {
	generation uint64
	process    string
	touched    []news.Term
	told       []news.Committed
}

// noteChanged writes the row of changes, by which others hear of the commit.
func (c *commit) noteChanged() error {
	var terms []news.Term
	for t := range c.touched {
		terms = append(terms, t)
	}
	var told []news.Committed
	for _, r := range c.reports {
		if len(r.told.Touched()) > 0 {
			told = append(told, r.told)
		}
	}
	touchedJSON, err1 := json.Marshal(terms)
	toldJSON, err2 := json.Marshal(told)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return c.exec("insert into changes (generation, at, process, touched, told) values ($1, $2, $3, $4, $5)",
		c.generation, c.now, c.s.watch.process, touchedJSON, toldJSON)
}

// publish makes the commit known in this process.
func (c *commit) publish() {
	if !c.shown {
		return
	}
	others := c.note()
	for _, told := range others {
		c.s.subs.tell(told)
	}
	select {
	case c.s.watch.tell <- struct{}{}:
	default:
	}
}

// note notes the commit, and those of others that were found before it.
func (c *commit) note() (others []news.Committed) {
	w := &c.s.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.s.replica != nil { // which may not have replayed it
		c.s.replica.reads.Store(false)
	}
	switch known := c.s.generation.Load(); {
	case c.generation <= known: // another commit of this process was read with it
	case c.generation == known+1:
		c.s.advance(c.generation, c.touched)
	default: // others have committed meanwhile
		var err error
		if others, err = c.s.catchUpFrom(context.WithoutCancel(c.ctx), c.s.pool); err != nil {
			c.s.touched.Forget(c.generation)
			c.s.generation.Store(c.generation)
		}
	}
	return others
}

func (s *Store) advance(generation uint64, touched map[news.Term]bool) {
	for t := range touched {
		s.touched.Touch(decide.SlotOf(t), generation)
	}
	s.generation.Store(generation)
}

// hear reads what was committed since it was last looked, and tells subscribers
// of what other processes did.
func (s *Store) hear(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*replicaPatience)
	defer cancel()
	s.watch.mu.Lock()
	others, err := s.catchUp(ctx)
	s.watch.mu.Unlock()
	for _, c := range others {
		s.subs.tell(c)
	}
	return err
}

// catchUpFrom reads the rows of changes above what is known. A gap among them
// (this process was away for long) makes everything new. The watcher's lock is held.
func (s *Store) catchUpFrom(ctx context.Context, from querier) (others []news.Committed, err error) {
	known := s.generation.Load()
	rows, err := from.Query(ctx, `select s.generation, c.generation, c.process, c.touched, c.told
		from state s left join changes c on c.generation > $1 order by c.generation`, known)
	if err != nil {
		return nil, err
	}
	var latest uint64
	var list []committed
	var generation *uint64
	var process *string
	var touched, told []byte
	if _, err := pgx.ForEachRow(rows, []any{&latest, &generation, &process, &touched, &told}, func() error {
		if generation == nil {
			return nil
		}
		c := committed{generation: *generation, process: *process}
		if err := errors.Join(json.Unmarshal(touched, &c.touched), json.Unmarshal(told, &c.told)); err != nil {
			return fmt.Errorf("changes %d: %w", *generation, err)
		}
		list = append(list, c)
		return nil
	}); err != nil {
		return nil, err
	}
	if latest < known {
		return nil, rewound(latest, known)
	}
	if latest > known && (len(list) == 0 || list[0].generation != known+1) {
		s.touched.Forget(latest)
	}
	for _, c := range list {
		for _, t := range c.touched {
			s.touched.Touch(decide.SlotOf(t), c.generation)
		}
		if c.process != s.watch.process {
			others = append(others, c.told...)
		}
	}
	if latest > known {
		s.generation.Store(latest)
	}
	return others, nil
}

// Watch keeps this process up to date with what others commit, tells them of
// what it commits, and knows whether the database can be reached, until ctx ends.
func (s *Store) Watch(ctx context.Context) error {
	heard := make(chan struct{}, 1)
	var listening atomic.Bool
	var announced atomic.Uint64
	var parts sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer parts.Wait()
	defer cancel()
	parts.Go(func() { s.listen(ctx, heard, &listening, &announced) })
	parts.Go(func() { s.tellOthers(ctx) })
	for ctx.Err() == nil {
		err := s.lookOnce(ctx)
		if errors.Is(err, ErrOlder) || errors.Is(err, ErrNewer) {
			return err
		}
		if ctx.Err() == nil {
			s.note(err)
		}
		wait := lookUnheard
		switch {
		case announced.Load() > s.Generation() && err == nil: // the replica has not replayed it yet
			wait = lookReplayed
		case listening.Load():
			wait = lookListened
		}
		select {
		case <-ctx.Done():
		case <-heard:
		case <-time.After(wait):
		}
	}
	return nil
}

// lookOnce reads what was committed; the first time that the database answers,
// where this process begins.
func (s *Store) lookOnce(ctx context.Context) error {
	if !s.begun.Load() {
		return s.load(ctx)
	}
	if err := s.hear(ctx); err != nil {
		return err
	}
	s.measureLag(ctx)
	return nil
}

// listen says when another process has said that it committed something, and the
// highest generation that was named.
func (s *Store) listen(ctx context.Context, heard chan<- struct{}, listening *atomic.Bool, announced *atomic.Uint64) {
	for ctx.Err() == nil {
		err := s.pool.AcquireFunc(ctx, func(pooled *pgxpool.Conn) error {
			conn := pooled.Hijack()                      // nobody else is to get it, listening
			defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it is gone either way
			if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
				return err
			}
			defer listening.Store(false)
			for {
				told, err := conn.WaitForNotification(ctx)
				if err != nil {
					return err
				}
				if n, err := strconv.ParseUint(told.Payload, 10, 64); err == nil {
					announced.Store(n)
				}
				listening.Store(true) // a pooler takes the statement, but passes nothing on
				select {
				case heard <- struct{}{}:
				default:
				}
			}
		})
		if err != nil && ctx.Err() == nil {
			s.log.Debug("what other processes commit is asked for, not heard", "err", explained(secretless(err)))
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Second):
		}
	}
}

// tellOthers says that something was committed, outside of the transaction that
// did: within one it would take a lock of the whole server.
func (s *Store) tellOthers(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.watch.tell:
		}
		_, err := s.pool.Exec(ctx, "select pg_notify($1, $2)", channel, strconv.FormatUint(s.Generation(), 10))
		if err != nil && ctx.Err() == nil {
			s.log.Debug("others are not told of a commit; they look by themselves", "err", explained(secretless(err)))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(tellEvery):
		}
	}
}

// note remembers whether the database answers, and tells the log of a change.
func (s *Store) note(err error) {
	if err == nil {
		if s.watch.trouble.Swap(nil) != nil {
			s.log.Info("the database answers again")
		}
		return
	}
	says := "the database does not answer; what is at hand is served, and it is tried again"
	if errors.Is(err, ErrRewound) {
		says = "the database has lost commits; nothing is written until it is resumed"
	} else {
		err = fmt.Errorf("the database does not answer: %w", explained(secretless(err)))
	}
	if s.watch.trouble.Swap(&err) == nil {
		s.log.Error(says, "err", err)
	}
}

// Health is nil while the database answers; else it tells why it does not.
func (s *Store) Health() error {
	if err := s.watch.trouble.Load(); err != nil {
		return *err
	}
	return nil
}
