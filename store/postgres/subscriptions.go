package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
)

// Subscriptions are those by WebSub whose lease has not ended.
func (s *Store) Subscriptions(ctx context.Context) ([]news.Subscription, error) {
	rows, err := s.pool.Query(ctx, `select topic, callback, secret, expires, seen, heard, failures, next
		from subscriptions where expires > now() order by topic, callback`)
	if err != nil {
		return nil, unwritable(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (sub news.Subscription, err error) {
		var next *time.Time
		err = row.Scan(&sub.Topic, &sub.Callback, &sub.Secret, &sub.Expires, &sub.Seen, &sub.Heard, &sub.Failures, &next)
		sub.Expires, sub.Heard = sub.Expires.UTC(), sub.Heard.UTC()
		if next != nil {
			sub.Next = next.UTC()
		}
		return sub, err
	})
	return list, unwritable(err)
}

// PutSubscription keeps a new subscription. Of one that is there, it changes
// what a renewal changes: secret, lease and when it was heard of.
func (s *Store) PutSubscription(ctx context.Context, sub news.Subscription) error {
	_, err := s.pool.Exec(ctx, `insert into subscriptions (topic, callback, secret, expires, seen, heard) values ($1, $2, $3, $4, $5, $6)
		on conflict (topic, callback) do update set secret = excluded.secret, expires = excluded.expires, heard = excluded.heard`,
		sub.Topic, sub.Callback, sub.Secret, sub.Expires, sub.Seen, sub.Heard)
	return unwritable(err)
}

// DropSubscription ends a subscription.
func (s *Store) DropSubscription(ctx context.Context, topic, callback string) error {
	_, err := s.pool.Exec(ctx, "delete from subscriptions where topic = $1 and callback = $2", topic, callback)
	return unwritable(err)
}

// TakeDelivery gives the delivery of a feed with a digest to one process for a
// while; false: another delivers, it was delivered, or there is no such
// subscription any more.
func (s *Store) TakeDelivery(ctx context.Context, topic, callback, digest string, within time.Duration) (ours bool, err error) {
	tag, err := s.pool.Exec(ctx, `update subscriptions set taken = now() + $4::interval
		where topic = $1 and callback = $2 and seen <> $3 and (taken is null or taken <= now())`, topic, callback, digest, within)
	return tag.RowsAffected() > 0, unwritable(err)
}

// NoteDelivery keeps what became of a delivery that was taken: Seen, Heard,
// Failures and Next.
func (s *Store) NoteDelivery(ctx context.Context, sub news.Subscription) error {
	_, err := s.pool.Exec(ctx, `update subscriptions set seen = $3, heard = $4, failures = $5, next = $6, taken = null
		where topic = $1 and callback = $2`, sub.Topic, sub.Callback, sub.Seen, sub.Heard, sub.Failures, nullable(sub.Next))
	return unwritable(err)
}
