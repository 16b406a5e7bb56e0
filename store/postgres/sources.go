package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
)

// source is the state of a source.
func source(ctx context.Context, q querier, name string) (st news.SourceState, configured, known bool, err error) {
	var data []byte
	known, err = maybe(q.QueryRow(ctx, "select state, configured from sources where name = $1", name).Scan(&data, &configured))
	if known {
		err = json.Unmarshal(data, &st)
	}
	return st, configured, known, err
}

func putSource(ctx context.Context, q querier, st news.SourceState, configured bool) error {
	if st.Name == "" {
		return fmt.Errorf("a source without a name")
	}
	if !configured {
		st.Due = time.Time{}
	}
	data, err := json.Marshal(st)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `insert into sources (name, host, due, configured, state) values ($1, $2, $3, $4, $5)
		on conflict (name) do update set host = excluded.host, due = excluded.due, configured = excluded.configured, state = excluded.state`,
		st.Name, st.Host, nullable(st.Due), configured, data)
	return err
}

// reschedule brings the hosts up to date with the due times of their sources;
// those that are claimed stay so until the claim ends.
func reschedule(ctx context.Context, q querier, hosts []string) error {
	_, err := q.Exec(ctx, `insert into hosts (host, next)
		select h, (select min(due) from sources s where s.host = h and s.configured) from unnest($1::text[]) h order by h
		on conflict (host) do update set next = excluded.next where not hosts.held`, hosts)
	return err
}

// Register makes states the configured sources. What is known of a source
// stays, its due time with it; only URL and Host are brought up to date. A
// source that is no longer configured keeps its items and its state but is
// never due.
func (s *Store) Register(ctx context.Context, states []news.SourceState) error {
	return s.update(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select name, host from sources where configured order by name for update")
		if err != nil {
			return err
		}
		former := map[string]string{}
		var name, host string
		if _, err := pgx.ForEachRow(rows, []any{&name, &host}, func() error { former[name] = host; return nil }); err != nil {
			return err
		}
		hosts := map[string]bool{}
		for _, st := range states {
			hosts[former[st.Name]], hosts[st.Host] = true, true
			delete(former, st.Name)
			if err := register(ctx, tx, st); err != nil {
				return err
			}
		}
		for name, host := range former {
			hosts[host] = true
			st, _, _, err := source(ctx, tx, name)
			if err == nil {
				err = putSource(ctx, tx, st, false)
			}
			if err != nil {
				return err
			}
		}
		return reschedule(ctx, tx, sortedKeys(hosts))
	})
}

func sortedKeys(set map[string]bool) (keys []string) {
	for key := range set {
		if key != "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func register(ctx context.Context, tx pgx.Tx, st news.SourceState) error {
	old, _, known, err := source(ctx, tx, st.Name)
	if err != nil {
		return err
	}
	if !known {
		old = st
	}
	old.URL, old.Host = st.URL, st.Host
	if old.Due.IsZero() {
		old.Due = st.Due
	}
	return putSource(ctx, tx, old, true)
}

// SourceState is what is remembered of a source, configured or not.
func (s *Store) SourceState(ctx context.Context, name string) (news.SourceState, error) {
	st, _, known, err := source(ctx, s.pool, name)
	if err == nil && !known {
		err = fmt.Errorf("source %q: %w", name, news.ErrNotFound)
	}
	return st, unwritable(err)
}

// SourceStates are the configured sources, by name.
func (s *Store) SourceStates(ctx context.Context) ([]news.SourceState, error) {
	return collect[news.SourceState](ctx, s.pool, configuredSources)
}

const configuredSources = `select state from sources where configured order by name collate "C"`

// SourceChanges are the configured sources: all of them at every call.
func (s *Store) SourceChanges(ctx context.Context, _ uint64) (news.SourceChanges, error) {
	var states []news.SourceState
	err := s.ask(ctx, func(ctx context.Context, of reader) (err error) {
		states, err = collect[news.SourceState](ctx, of, configuredSources)
		return err
	})
	for i := range states {
		states[i].Learned = nil
	}
	return news.SourceChanges{States: states, All: true}, err
}

// collectSeqs reads a column of the numbers of items.
func collectSeqs(ctx context.Context, q querier, sql string, args ...any) ([]uint64, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint64])
}

// collect reads a column of JSON.
func collect[T any](ctx context.Context, q querier, sql string, args ...any) (out []T, err error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, unwritable(err)
	}
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&data}, func() error {
		var v T
		err := json.Unmarshal(data, &v)
		out = append(out, v)
		return err
	})
	return out, unwritable(err)
}

// Claim gives owner the right to visit up to limit hosts that have a due source
// and are not claimed by another, the longest due first. With hosts named it
// gives those of them that nobody has claimed, due or not.
func (s *Store) Claim(ctx context.Context, owner string, ttl time.Duration, limit int, hosts ...string) (claims []news.Claim, err error) {
	err = s.update(ctx, func(tx pgx.Tx) error {
		claims = nil
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		if err := expire(ctx, tx, now); err != nil {
			return err
		}
		due := "not held and next <= $1"
		args := []any{now, limit, now.Add(ttl), owner}
		if len(hosts) > 0 {
			if err := reschedule(ctx, tx, slices.Sorted(slices.Values(hosts))); err != nil {
				return err
			}
			due, args = "host = any($5) and not held and $1::timestamptz is not null", append(args, hosts)
		}
		rows, err := tx.Query(ctx, `with due as (select host, next from hosts where `+due+` order by next, host limit $2 for update skip locked)
			update hosts h set next = $3, owner = $4, token = h.token + 1, held = true from due where h.host = due.host
			returning h.host, h.token, due.next`, args...)
		if err != nil {
			return err
		}
		claims, err = claimed(rows, owner, now.Add(ttl))
		if err != nil {
			return err
		}
		for i := range claims {
			if claims[i].Sources, err = dueSources(ctx, tx, claims[i].Host, now); err != nil {
				return err
			}
		}
		return nil
	})
	return claims, err
}

// expire gives back the hosts whose claims have ended without a release.
func expire(ctx context.Context, q querier, now time.Time) error {
	_, err := q.Exec(ctx, `with over as (select host from hosts where held and next <= $1 order by host for update skip locked)
		update hosts h set held = false, owner = '', next = (select min(due) from sources s where s.host = h.host and s.configured)
		from over where h.host = over.host`, now)
	return err
}

// claimed reads claims, the longest due first.
func claimed(rows pgx.Rows, owner string, expires time.Time) ([]news.Claim, error) {
	type row struct {
		news.Claim
		due time.Time
	}
	var all []row
	var host string
	var token uint64
	var due *time.Time
	_, err := pgx.ForEachRow(rows, []any{&host, &token, &due}, func() error {
		r := row{Claim: news.Claim{Host: host, Owner: owner, Expires: expires, Token: token}}
		if due != nil {
			r.due = *due
		}
		all = append(all, r)
		return nil
	})
	slices.SortStableFunc(all, func(a, b row) int { return a.due.Compare(b.due) })
	var claims []news.Claim
	for _, r := range all {
		claims = append(claims, r.Claim)
	}
	return claims, err
}

func dueSources(ctx context.Context, q querier, host string, now time.Time) ([]string, error) {
	rows, err := q.Query(ctx, "select name from sources where host = $1 and configured and due <= $2 order by due, name", host, now)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Renew lets claims that still hold end after ttl from now, and returns them.
func (s *Store) Renew(ctx context.Context, claims []news.Claim, ttl time.Duration) (held []news.Claim, err error) {
	err = s.update(ctx, func(tx pgx.Tx) error {
		held = nil
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range slices.SortedFunc(slices.Values(claims), byHost) {
			tag, err := tx.Exec(ctx, "update hosts set next = $1 where host = $2 and token = $3 and held and next > $4", now.Add(ttl), c.Host, c.Token, now)
			if err != nil {
				return err
			}
			if tag.RowsAffected() > 0 {
				c.Expires = now.Add(ttl)
				held = append(held, c)
			}
		}
		return nil
	})
	return held, err
}

func byHost(a, b news.Claim) int {
	if a.Host < b.Host {
		return -1
	}
	if a.Host > b.Host {
		return 1
	}
	return 0
}

// Release ends a claim. Where it has expired and the host was claimed anew
// meanwhile, that claim stays.
func (s *Store) Release(ctx context.Context, c news.Claim) error {
	_, err := s.pool.Exec(ctx, `update hosts set held = false, owner = '',
		next = (select min(due) from sources s where s.host = hosts.host and s.configured) where host = $1 and token = $2 and held`, c.Host, c.Token)
	return err
}

// NextDue is when the next source of a host that is not claimed is due; zero
// where none is.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	now, err := s.now(ctx, s.pool)
	if err != nil {
		return time.Time{}, err
	}
	var next *time.Time
	if err := expire(ctx, s.pool, now); err != nil {
		return time.Time{}, err
	}
	err = s.pool.QueryRow(ctx, "select min(next) from hosts where not held").Scan(&next)
	if next == nil {
		return time.Time{}, err
	}
	return next.UTC(), err
}
