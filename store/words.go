package store

import (
	"iter"

	"github.com/stadtfeed/stadtfeed/news"
)

// A wordIndex finds items by words.
type wordIndex struct{}

func (w *wordIndex) load(*txn) error { return nil }

func (w *wordIndex) match(news.Query) (wordSets, error) { return wordSets{}, nil }

func (t *txn) indexWords(*head, news.Item) error { return nil }

type wordSets struct{}

type wordSet struct{}

func (wordSet) len() int              { return 0 }
func (wordSet) all() iter.Seq[uint64] { return func(func(uint64) bool) {} }

func (wordSets) smallest(news.Query) *wordSet         { return nil }
func (wordSets) possible(news.Query, uint64) bool     { return true }
func (wordSets) holds(news.Term, uint64) (bool, bool) { return false, false }
