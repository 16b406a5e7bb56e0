package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Node is a process that works with the archive.
type Node struct {
	Owner         string // as in claims
	Role          string
	Version       string // of the program
	Schema        int
	Configuration string    // digest of the one in force there
	Seen          time.Time // when it last said so
	Hosts         int       // that it has claimed
	Duties        []string
}

// forgotten is after how long a node that does not say that it lives is none.
const forgotten = 10 * time.Minute

// Beat says that a node lives, and tells by how much the clock of its machine is
// ahead of the database's.
func (s *Store) Beat(ctx context.Context, n Node) (ahead time.Duration, err error) {
	asked := time.Now()
	err = s.update(ctx, func(tx pgx.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		ahead = asked.Add(time.Since(asked) / 2).Sub(now)
		if _, err := tx.Exec(ctx, "delete from nodes where seen < $1", now.Add(-forgotten)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into nodes (owner, role, version, schema, configuration, seen) values ($1, $2, $3, $4, $5, $6)
			on conflict (owner) do update set role = excluded.role, version = excluded.version, schema = excluded.schema,
			configuration = excluded.configuration, seen = excluded.seen`, n.Owner, n.Role, n.Version, Schema(), n.Configuration, now)
		return err
	})
	return ahead, err
}

// Nodes are the processes that live, by owner.
func (s *Store) Nodes(ctx context.Context) ([]Node, error) {
	rows, err := s.pool.Query(ctx, `select owner, role, version, schema, configuration, seen,
		(select count(*) from hosts h where h.owner = n.owner and h.held),
		(select coalesce(array_agg(name order by name), '{}') from duties d where d.owner = n.owner and d.until > now())
		from nodes n where seen > now() - $1::interval order by owner`, forgotten)
	if err != nil {
		return nil, unwritable(err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Node])
}

// Take gives a duty that one process at a time does to an owner, or lets it keep
// it, for ttl; false: another has it.
func (s *Store) Take(ctx context.Context, duty, owner string, ttl time.Duration) (ours bool, err error) {
	err = s.update(ctx, func(tx pgx.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `insert into duties as d (name, owner, until) values ($1, $2, $4)
			on conflict (name) do update set owner = excluded.owner, until = excluded.until
			where d.owner = $2 or d.until <= $3`, duty, owner, now, now.Add(ttl))
		ours = tag.RowsAffected() > 0
		return err
	})
	return ours, err
}

// Farewell gives back the duties of an owner and strikes it off the nodes.
func (s *Store) Farewell(ctx context.Context, owner string) error {
	return s.update(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "delete from duties where owner = $1", owner); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "delete from nodes where owner = $1", owner)
		return err
	})
}

// Settle tells which configuration is wanted: the latest that a node put in force
// for the first time. A digest that was never seen becomes it; with force, so
// does an earlier one.
func (s *Store) Settle(ctx context.Context, digest, by string, force bool) (wanted string, err error) {
	err = s.update(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select from state for update"); err != nil { // one node at a time
			return err
		}
		if force {
			if _, err := tx.Exec(ctx, "delete from configurations where digest = $1", digest); err != nil {
				return err
			}
		}
		if digest != "" {
			_, err := tx.Exec(ctx, `insert into configurations (revision, digest, since, by)
				select coalesce(max(revision), 0) + 1, $1, now(), $2 from configurations
				on conflict (digest) do nothing`, digest, by)
			if err != nil {
				return err
			}
		}
		_, err := maybe(tx.QueryRow(ctx, "select digest from configurations order by revision desc limit 1").Scan(&wanted))
		return err
	})
	return wanted, err
}
