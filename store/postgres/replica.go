package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/stadtfeed/stadtfeed/news"
)

// A replica is a server that follows the archive's. Readers are answered from it
// as long as it knows all that this process has told them already, so that what
// they saw never disappears again; else from the server that it follows, which
// is the primary.
type replica struct {
	pool  *pgxpool.Pool
	reads atomic.Bool  // it is asked
	lag   atomic.Int64 // nanoseconds; see Store.Lag
	asked time.Time    // when the lag was last asked for; for Watch alone
	told  bool         // the log knows that it is not asked; under the watcher's lock
}

const (
	replicaPatience = 5 * time.Second // for an answer of the replica, before the primary is asked
	longestLag      = time.Minute     // from which on the primary is asked
	lagEvery        = time.Second
)

func newReplica(ctx context.Context, a Address) (*replica, error) {
	pool, err := poolOf(ctx, a)
	if err != nil {
		return nil, secretless(err)
	}
	return &replica{pool: pool}, nil
}

// reader is where a question is asked: a pool of connections.
type reader interface {
	querier
	BeginTx(ctx context.Context, o pgx.TxOptions) (pgx.Tx, error)
}

// ask asks a question of a reader: the replica, where there is one that can be
// asked, else or where that fails the primary. Rows are read within fn, which may
// be called twice.
func (s *Store) ask(ctx context.Context, fn func(context.Context, reader) error) error {
	if s.replica != nil && s.replica.reads.Load() {
		patient, cancel := context.WithTimeout(ctx, replicaPatience)
		err := unwritable(fn(patient, s.replica.pool))
		gaveUp := patient.Err() != nil && ctx.Err() == nil
		cancel()
		away := gaveUp || errors.Is(err, news.ErrUnwritable)
		if !away && !again(err) { // one that replays what it is asked about may ask for another try
			return err
		}
		if away {
			s.replica.reads.Store(false)
		}
	}
	return unwritable(fn(ctx, s.pool))
}

// catchUp reads the rows of changes above what is known, where readers are
// answered from. The watcher's lock is held.
func (s *Store) catchUp(ctx context.Context) (others []news.Committed, err error) {
	if r := s.replica; r != nil {
		others, err = s.follow(ctx, r)
		if r.reads.Store(err == nil); r.told != (err != nil) {
			r.told = err != nil
			s.tellOfReplica(err)
		}
		if err == nil {
			return others, nil
		}
	}
	return s.catchUpFrom(ctx, s.pool)
}

func (s *Store) tellOfReplica(err error) {
	if err == nil {
		s.log.Info("readers are answered from the replica again")
		return
	}
	s.log.Warn("readers are answered from the primary, not the replica", "err", explained(secretless(err)))
}

// follow reads the changes that a replica knows, unless it cannot be asked: it
// is away, of another archive, has not replayed yet what readers have seen, or
// is far behind.
func (s *Store) follow(ctx context.Context, r *replica) (others []news.Committed, err error) {
	ctx, cancel := context.WithTimeout(ctx, replicaPatience)
	defer cancel()
	if lag := r.last(); lag > longestLag {
		return nil, fmt.Errorf("it is %v behind", lag.Round(time.Second))
	}
	var created time.Time
	if err := r.pool.QueryRow(ctx, "select created from state").Scan(&created); err != nil {
		return nil, err
	}
	if !created.Equal(s.created) {
		return nil, errors.New("it follows another archive")
	}
	others, err = s.catchUpFrom(ctx, r.pool)
	if errors.Is(err, ErrRewound) {
		err = errors.New("it has not yet replayed what readers have seen already")
	}
	return others, err
}

func (r *replica) last() time.Duration { return time.Duration(r.lag.Load()) }

// measureLag asks the primary for how long it has known what the replica does not.
func (s *Store) measureLag(ctx context.Context) {
	r := s.replica
	if r == nil || time.Since(r.asked) < lagEvery {
		return
	}
	r.asked = time.Now()
	ctx, cancel := context.WithTimeout(ctx, replicaPatience)
	defer cancel()
	var known uint64
	var seconds float64
	if err := r.pool.QueryRow(ctx, "select generation from state").Scan(&known); err != nil {
		return
	}
	err := s.pool.QueryRow(ctx, `select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8
		from changes where generation > $1`, known).Scan(&seconds)
	if err == nil {
		r.lag.Store(int64(max(0, seconds) * float64(time.Second)))
	}
}

// Lag is by how much the replica is behind: how old the oldest commit is that it
// does not know. reads reports whether readers are answered from it. ok is false
// where there is none.
func (s *Store) Lag() (behind time.Duration, reads, ok bool) {
	if s.replica == nil {
		return 0, false, false
	}
	return s.replica.last(), s.replica.reads.Load(), true
}
