package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
)

// SavedSearches are the searches that people keep as feeds, the oldest first.
func (s *Store) SavedSearches(ctx context.Context) (all []news.SavedSearch, err error) {
	err = s.ask(ctx, func(ctx context.Context, of reader) error {
		rows, err := of.Query(ctx, "select search from saved order by made, id")
		if err == nil {
			all, err = pgx.CollectRows(rows, pgx.RowTo[news.SavedSearch])
		}
		return err
	})
	return all, err
}

// SavedSearch is the search with an ID; news.ErrNotFound: there is none.
func (s *Store) SavedSearch(ctx context.Context, id string) (one news.SavedSearch, err error) {
	const sql = "select search from saved where id = $1"
	err = s.ask(ctx, func(ctx context.Context, of reader) error {
		err := of.QueryRow(ctx, sql, id).Scan(&one)
		if errors.Is(err, pgx.ErrNoRows) && of != s.pool { // one that was just saved; a replica has it later
			err = s.pool.QueryRow(ctx, sql, id).Scan(&one)
		}
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("saved search %.8s: %w", id, news.ErrNotFound)
	}
	return one, err
}

// SaveSearch keeps a search, in the place of one with the same ID.
func (s *Store) SaveSearch(ctx context.Context, one news.SavedSearch) error {
	if _, err := hex.DecodeString(one.ID); err != nil || one.ID == "" {
		return errors.New("the ID of a saved search is a SHA-256 sum in hexadecimal")
	}
	return saveSearch(ctx, s.pool, one)
}

func saveSearch(ctx context.Context, q querier, one news.SavedSearch) error {
	_, err := q.Exec(ctx, `insert into saved (id, made, search) values ($1, $2, $3)
		on conflict (id) do update set made = excluded.made, search = excluded.search`, one.ID, one.Made, one)
	return err
}

// DropSearch keeps a search no longer; news.ErrNotFound: there is none.
func (s *Store) DropSearch(ctx context.Context, id string) error {
	done, err := s.pool.Exec(ctx, "delete from saved where id = $1", id)
	if err == nil && done.RowsAffected() == 0 {
		err = fmt.Errorf("saved search %.8s: %w", id, news.ErrNotFound)
	}
	return err
}
