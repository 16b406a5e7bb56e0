package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
)

// Subscribers are the mailboxes that get mails, or were asked whether they want
// them, the oldest first.
func (s *Store) Subscribers(ctx context.Context) ([]news.Subscriber, error) {
	rows, err := s.pool.Query(ctx, "select subscriber from subscribers order by asked, id")
	if err != nil {
		return nil, unwritable(err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[news.Subscriber])
}

// Subscriber is the one with an ID; news.ErrNotFound: there is none.
func (s *Store) Subscriber(ctx context.Context, id string) (one news.Subscriber, err error) {
	err = s.pool.QueryRow(ctx, "select subscriber from subscribers where id = $1", id).Scan(&one)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("subscriber: %w", news.ErrNotFound)
	}
	return one, unwritable(err)
}

// SaveSubscriber keeps a subscriber, in the place of one with the same ID.
func (s *Store) SaveSubscriber(ctx context.Context, one news.Subscriber) error {
	if one.ID == "" {
		return errors.New("a subscriber needs an ID to be kept under")
	}
	return unwritable(saveSubscriber(ctx, s.pool, one))
}

func saveSubscriber(ctx context.Context, q querier, one news.Subscriber) error {
	_, err := q.Exec(ctx, `insert into subscribers (id, asked, subscriber) values ($1, $2, $3)
		on conflict (id) do update set asked = excluded.asked, subscriber = excluded.subscriber`, one.ID, one.Asked, one)
	return err
}

// DropSubscriber forgets a subscriber; news.ErrNotFound: there is none.
func (s *Store) DropSubscriber(ctx context.Context, id string) error {
	done, err := s.pool.Exec(ctx, "delete from subscribers where id = $1", id)
	if err == nil && done.RowsAffected() == 0 {
		err = fmt.Errorf("subscriber: %w", news.ErrNotFound)
	}
	return unwritable(err)
}
