package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// errNoID says that a saved search has no ID to be kept under.
var errNoID = errors.New("the ID of a saved search is a SHA-256 sum in hexadecimal")

func searchKey(id string) ([]byte, error) {
	key, err := hex.DecodeString(id)
	if err != nil || len(key) == 0 {
		return nil, errNoID
	}
	return key, nil
}

// SavedSearches are the searches that people keep as feeds, the oldest first.
func (s *Store) SavedSearches(ctx context.Context) (list []news.SavedSearch, err error) {
	list, err = allOf[news.SavedSearch](ctx, s, saved)
	slices.SortStableFunc(list, func(a, b news.SavedSearch) int { return a.Made.Compare(b.Made) })
	return list, err
}

// SavedSearch is the search with an ID; news.ErrNotFound: there is none.
func (s *Store) SavedSearch(_ context.Context, id string) (one news.SavedSearch, err error) {
	key, err := searchKey(id)
	if err != nil {
		return one, fmt.Errorf("saved search: %w", news.ErrNotFound)
	}
	if one, err = oneOf[news.SavedSearch](s, saved, key); err != nil {
		err = fmt.Errorf("saved search %.8s: %w", id, err)
	}
	return one, err
}

// SaveSearch keeps a search, in the place of one with the same ID.
func (s *Store) SaveSearch(ctx context.Context, one news.SavedSearch) error {
	return s.step(ctx, func(t *txn) error { return t.putSearch(one) })
}

func (t *txn) putSearch(one news.SavedSearch) error {
	key, err := searchKey(one.ID)
	if err != nil {
		return err
	}
	return t.putJSON(saved, key, one, plain)
}

// DropSearch keeps a search no longer; news.ErrNotFound: there is none.
func (s *Store) DropSearch(ctx context.Context, id string) error {
	if _, err := s.SavedSearch(ctx, id); err != nil {
		return err
	}
	return s.step(ctx, func(t *txn) error {
		key, err := searchKey(id)
		if err != nil {
			return err
		}
		return t.delete(saved, key)
	})
}
