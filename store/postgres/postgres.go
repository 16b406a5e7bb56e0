// Package postgres is the archive of Stadtfeed in PostgreSQL: what the store on
// one file does, for several processes on several machines.
//
// It decides by store/decide and has no rule of identity of its own. Every
// report is one transaction; Seq is given while the one row of state is locked,
// so that whoever sees an item sees all before it. Only the database's clock
// says what is due. The SQL keeps to what engines share that speak PostgreSQL's
// protocol: no session state, sequences, triggers or extensions.
//
// It passes store/storetest.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Options of an archive. The zero value is ready for use.
type Options struct {
	Log *slog.Logger     // nil: nothing is logged
	Now func() time.Time // nil: the database's clock; for tests

	// Replica is a server that follows the one of the archive; what readers ask
	// is asked of it. For processes that write no items. nil: there is none.
	Replica *Address

	// Patient lets Open succeed where the database is away. Watch begins as soon
	// as it answers; until then reading and writing fail with news.ErrUnwritable.
	Patient bool
}

// A Store is an open archive. Its methods may be called at the same time.
type Store struct {
	pool    *pgxpool.Pool
	replica *replica // nil: there is none
	log     *slog.Logger
	opt     Options

	watch      watcher
	begun      atomic.Bool // the database has answered
	created    time.Time   // of the archive
	generation atomic.Uint64
	touched    decide.Touched
	subs       subscribers
}

// An Address says where a database is.
type Address struct {
	// URL is postgres://USER@HOST/NAME; what it leaves out is as PostgreSQL's own
	// programs have it (PGPASSWORD, PGPASSFILE, PGSSLMODE).
	URL      string
	Password string // empty: that of URL, or of the environment
}

// Open connects to the archive at an address, whose schema must be there: see
// Migrate. Errors carry no password.
func Open(ctx context.Context, a Address, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	pool, err := poolOf(ctx, a)
	if err != nil {
		return nil, secretless(err)
	}
	s := &Store{pool: pool, log: o.Log, opt: o, watch: newWatcher()}
	if o.Replica != nil {
		if s.replica, err = newReplica(ctx, *o.Replica); err != nil {
			pool.Close()
			return nil, fmt.Errorf("replica: %w", err)
		}
	}
	err = s.load(ctx)
	if o.Patient && Away(err) {
		s.note(err)
		return s, nil
	}
	if err != nil {
		return nil, errors.Join(explained(secretless(err)), s.Close())
	}
	return s, nil
}

// connectTimeout is how long a server may take to answer, unless connect_timeout
// in the address or PGCONNECT_TIMEOUT says otherwise.
const connectTimeout = 10 * time.Second

// connect makes the connections to an address, and tries one.
func connect(ctx context.Context, a Address) (*pgxpool.Pool, error) {
	pool, err := poolOf(ctx, a)
	if err == nil {
		err = pool.Ping(ctx)
	}
	if err != nil {
		return nil, explained(secretless(err))
	}
	return pool, nil
}

// poolOf are the connections to an address, made when they are needed.
func poolOf(ctx context.Context, a Address) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(a.URL)
	if err != nil {
		return nil, fmt.Errorf("this is not the address of a PostgreSQL database (postgres://USER@HOST/NAME): %w", secretless(err))
	}
	switch mode := cfg.ConnConfig.DefaultQueryExecMode; mode {
	case pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol: // they send JSON as bytes
		return nil, fmt.Errorf("default_query_exec_mode=%s does not work; %s", strings.ReplaceAll(mode.String(), " ", "_"), helpPooler)
	}
	if a.Password != "" {
		cfg.ConnConfig.Password = a.Password
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectTimeout
	}
	cfg.ConnConfig.DialFunc = dialer.DialContext
	return pgxpool.NewWithConfig(ctx, cfg)
}

var secrets = regexp.MustCompile(`(postgres(?:ql)?://[^:@/\s]*):[^@\s]*@|(password=)\S+`)

// secretless is an error without passwords.
func secretless(err error) error {
	text := err.Error()
	if clean := secrets.ReplaceAllString(text, "${1}${2}…@"); clean != text {
		return errors.New(clean)
	}
	return err
}

// load notes where this process begins: of the primary, or where that is away
// of the replica.
func (s *Store) load(ctx context.Context) error {
	err := s.begin(ctx, s.pool)
	if s.replica != nil && Away(err) && s.begin(ctx, s.replica.pool) == nil {
		return nil
	}
	return err
}

// begin notes the generation at which this process begins.
func (s *Store) begin(ctx context.Context, from querier) error {
	if err := checkSchema(ctx, from); err != nil {
		return err
	}
	var generation uint64
	if err := from.QueryRow(ctx, "select generation, created from state").Scan(&generation, &s.created); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	s.touched.Forget(generation)
	s.generation.Store(generation)
	s.begun.Store(true)
	return nil
}

// Close ends the connections.
func (s *Store) Close() error {
	s.pool.Close()
	if s.replica != nil {
		s.replica.pool.Close()
	}
	return nil
}

// Generation is a number that changes with every commit that changed something
// shown; of other processes' commits it tells while Watch runs.
func (s *Store) Generation() uint64 { return s.generation.Load() }

// Changed is up to which generation something that fits the query may have
// changed; see decide.Touched.
func (s *Store) Changed(q news.Query) uint64 { return s.touched.UpTo(q, s.Generation()) }

// A querier is a connection, a pool of them, or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

const mostTries = 10

// update runs fn in a transaction, again where the database asks for it.
func (s *Store) update(ctx context.Context, fn func(pgx.Tx) error) error {
	for try := 1; ; try++ {
		err := pgx.BeginFunc(ctx, s.pool, fn)
		if err == nil || try == mostTries || !again(err) {
			return unwritable(err)
		}
	}
}

// again reports an error after which a transaction is to be tried again: others
// were in its way (40001, 40P01), or made or numbered the same (23505, 42710, 42P07).
func again(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && slices.Contains([]string{"40001", "40P01", "23505", "42710", "42P07"}, pg.Code)
}

// now is the archive's time.
func (s *Store) now(ctx context.Context, q querier) (t time.Time, err error) {
	if s.opt.Now != nil {
		return s.opt.Now().UTC(), nil
	}
	err = q.QueryRow(ctx, "select now()").Scan(&t)
	return t.UTC(), err
}

type subscribers struct {
	mu   sync.Mutex
	next int
	all  map[int]func(news.Committed)
}

// Subscribe calls fn after each commit that readers see; after those of other
// processes while Watch runs.
func (s *Store) Subscribe(fn func(news.Committed)) (cancel func()) {
	s.subs.mu.Lock()
	defer s.subs.mu.Unlock()
	if s.subs.all == nil {
		s.subs.all = map[int]func(news.Committed){}
	}
	n := s.subs.next
	s.subs.next++
	s.subs.all[n] = fn
	return func() {
		s.subs.mu.Lock()
		defer s.subs.mu.Unlock()
		delete(s.subs.all, n)
	}
}

func (s *subscribers) tell(c news.Committed) {
	s.mu.Lock()
	fns := make([]func(news.Committed), 0, len(s.all))
	for _, fn := range s.all {
		fns = append(fns, fn)
	}
	s.mu.Unlock()
	for _, fn := range fns {
		fn(c)
	}
}
