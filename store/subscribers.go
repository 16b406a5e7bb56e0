package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// Subscribers are the mailboxes that get mails, or were asked whether they want
// them, the oldest first.
func (s *Store) Subscribers(ctx context.Context) ([]news.Subscriber, error) {
	list, err := allOf[news.Subscriber](ctx, s, subscribed)
	slices.SortStableFunc(list, func(a, b news.Subscriber) int { return a.Asked.Compare(b.Asked) })
	return list, err
}

// Subscriber is the one with an ID; news.ErrNotFound: there is none.
func (s *Store) Subscriber(_ context.Context, id string) (news.Subscriber, error) {
	one, err := oneOf[news.Subscriber](s, subscribed, []byte(id))
	if err != nil {
		err = fmt.Errorf("subscriber: %w", err)
	}
	return one, err
}

// SaveSubscriber keeps a subscriber, in the place of one with the same ID.
func (s *Store) SaveSubscriber(ctx context.Context, one news.Subscriber) error {
	return s.step(ctx, func(t *txn) error { return t.putSubscriber(one) })
}

func (t *txn) putSubscriber(one news.Subscriber) error {
	if one.ID == "" {
		return errors.New("a subscriber needs an ID to be kept under")
	}
	return t.putJSON(subscribed, []byte(one.ID), one, plain)
}

// DropSubscriber forgets a subscriber; news.ErrNotFound: there is none.
func (s *Store) DropSubscriber(ctx context.Context, id string) error {
	if _, err := s.Subscriber(ctx, id); err != nil {
		return err
	}
	return s.step(ctx, func(t *txn) error { return t.delete(subscribed, []byte(id)) })
}
