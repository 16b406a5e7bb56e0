package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// A turn is the right to ask a host once. Turns are rows of the hosts that are
// asked, not of those that are claimed: redirects and articles elsewhere leave
// the claimed host. They are written without waiting for the disk: a crash of
// the database takes longer than a pause.

// Enter takes the turn at a host, for at most as long as within. Where it is not
// to be had yet, wait is how long to wait before asking again, and closed for how
// much longer the host wants to be left alone.
func (s *Store) Enter(ctx context.Context, host string, within time.Duration) (turn uint64, wait, closed time.Duration, err error) {
	err = s.loosely(ctx, func(tx pgx.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		taken, err := maybe(tx.QueryRow(ctx, `insert into turns as t (host, turn, busy_until, free_at, closed_until)
			values ($1, 1, $3, $2, $2)
			on conflict (host) do update set turn = t.turn + 1, busy_until = excluded.busy_until
			where t.busy_until <= $2 and t.free_at <= $2 and t.closed_until <= $2
			returning turn`, host, now, now.Add(within)).Scan(&turn))
		if taken || err != nil {
			return err
		}
		var busy, free, shut time.Time
		err = tx.QueryRow(ctx, "select busy_until, free_at, closed_until from turns where host = $1", host).Scan(&busy, &free, &shut)
		if err != nil {
			return err
		}
		wait, closed = free.Sub(now), shut.Sub(now)
		if busy.After(now) { // whoever has it leaves sooner than it must, mostly
			wait = max(wait, min(busy.Sub(now), turnPoll))
		}
		wait = max(wait, closed, time.Millisecond)
		return nil
	})
	return turn, wait, closed, unwritable(err)
}

// turnPoll is how often a turn that another has is asked for.
const turnPoll = 100 * time.Millisecond

// Leave ends a turn. The next one may begin after a pause, and after closed,
// where the host asked to be left alone.
func (s *Store) Leave(ctx context.Context, host string, turn uint64, pause, closed time.Duration) error {
	return unwritable(s.loosely(ctx, func(tx pgx.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		// A turn that was over before has the next one's pause to keep, not its own.
		_, err = tx.Exec(ctx, `update turns set busy_until = case when turn = $2 then $3 else busy_until end,
			free_at = greatest(free_at, $4), closed_until = greatest(closed_until, $5)
			where host = $1`, host, turn, now, now.Add(pause), now.Add(closed))
		return err
	}))
}

// loosely runs fn in a transaction that does not wait for the disk.
func (s *Store) loosely(ctx context.Context, fn func(pgx.Tx) error) error {
	return s.update(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select set_config('synchronous_commit', 'off', true)"); err != nil {
			return err
		}
		return fn(tx)
	})
}
