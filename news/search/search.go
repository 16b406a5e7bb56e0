// Package search reads what people type to find news: one grammar for the
// search box, its feeds, saved filters and the programming interface.
//
//	(radweg OR "neue mitte") -karneval titel:haushalt ort:(kassel OR baunatal) seit:2026-01-31
//
// Text goes in, a news.Query comes out, and of what was not understood the
// place and what helps. The package knows neither sources nor settings; who
// calls it hands in how they are named.
package search

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Reader reads searches. The zero Reader knows the day of nothing: since:7d
// is a mistake to it, since a date that moves needs a present.
type Reader struct {
	Now      time.Time                // the present, in the reader's zone; zero: no dates that move
	Location *time.Location           // zone of days; nil: that of Now
	Most     int                      // conditions; 0: MostConditions
	Tag      func(name string) string // the published name of a tag; nil: as typed
	Source   func(name string) string // the configured name of a source; nil: as typed
	Contrary bool                     // what is typed is what is not wanted
}

// Bounds of one search.
const (
	MostConditions = 24  // of a search that a stranger can send
	mostTerms      = 512 // in all groups of a query together, since alternatives multiply
	deepest        = 16  // brackets in brackets
)

// A Mistake is a part of a search that was not understood.
type Mistake struct {
	At     int    // the character at which it begins, from 1
	Phrase string // what is wrong and what helps, one of Phrases
	Value  string // what stands for %s in Phrase; empty: Phrase has none
}

// Error is the mistake in English.
func (m Mistake) Error() string {
	text := m.Phrase
	if m.Value != "" {
		text = fmt.Sprintf(text, m.Value)
	}
	first, size := utf8.DecodeRuneInString(text)
	return fmt.Sprintf("character %d: %c%s", m.At, unicode.ToLower(first), strings.TrimSuffix(text[size:], "."))
}

// Phrases of mistakes; each is what translations are found by.
const (
	TooMany    = "These are more conditions than one search may have; the last ones were left out."
	TooTangled = "Too many combinations of OR and brackets; fewer alternatives help."
	TooDeep    = "There are too many brackets within brackets."
	NoDate     = "“%s” is not a date. Write since:2026-01-31 or since:31.1.2026 to search from a day on, since:7d or " +
		"since:4w for the last days or weeks."
	NoFixedDate = "“%s” moves from day to day. What is saved needs a fixed date such as 2026-01-31 or 31.1.2026."
	DateAlone   = "A date applies to the whole search: it cannot be excluded, and OR needs brackets, as in (bridge OR tunnel) since:2026."
	NoCondition = "There is no condition “%s:”, only title:, tag:, place:, source:, since: and until:. To find it as " +
		"text, put it in quotation marks."
	NoValue      = "“%s:” needs a value."
	OneSided     = "“%s” needs something to find on both sides."
	NothingToNot = "“%s” needs something after it to leave out."
	NotClosed    = "The quotation mark is not closed."
	NotOpened    = "This closing bracket has no opening one."
	NoClosing    = "The bracket is not closed."
	Empty        = "There is nothing in the brackets."
)

// Phrases are all of them.
var Phrases = []string{
	TooMany, TooTangled, TooDeep, NoDate, NoFixedDate, DateAlone, NoCondition, NoValue, OneSided, NothingToNot,
	NotClosed, NotOpened, NoClosing, Empty,
}

// Parse reads a search. Where there are mistakes the query is what remains
// without the parts that they tell of, in the order of the text.
func (r Reader) Parse(text string) (news.Query, []Mistake) {
	if r.Location == nil {
		r.Location = r.Now.Location()
	}
	if r.Most == 0 {
		r.Most = MostConditions
	}
	p := &parser{Reader: r, tokens: tokens(text)}
	top := p.all()
	q := p.query(top)
	slices.SortStableFunc(p.wrong, func(a, b Mistake) int { return a.At - b.At })
	return q, p.wrong
}

// query brings a tree into groups: all must hold, and of each group any.
func (p *parser) query(top *node) (q news.Query) {
	top = p.dates(top, &q, !p.Contrary)
	if top == nil {
		return q
	}
	groups := top.groups(p.Contrary)
	if groups == nil {
		p.mistake(top.at, TooTangled, "")
		return q
	}
	for _, g := range groups {
		if len(g) == 1 && g[0].Not {
			g[0].Not = false
			q.Not = append(q.Not, g[0])
			continue
		}
		q.All = append(q.All, g)
	}
	return q
}

// dates moves the dates of a tree into the query, and returns what is left of
// it; whole is false below an OR or a NOT, where no date can stand.
func (p *parser) dates(n *node, q *news.Query, whole bool) *node {
	switch {
	case n == nil:
		return nil
	case n.kind == date && !whole:
		p.mistake(n.at, DateAlone, "")
		return nil
	case n.kind == date:
		n.bound(q)
		return nil
	case n.kind == leaf:
		return n
	}
	var kids []*node
	for _, kid := range n.kids {
		if kid = p.dates(kid, q, whole && n.kind == and); kid != nil {
			kids = append(kids, kid)
		}
	}
	if len(kids) == 0 {
		return nil
	}
	n.kids = kids
	return n
}

// bound narrows a query to the days of a date.
func (n *node) bound(q *news.Query) {
	switch {
	case n.till && (q.Until.IsZero() || n.day.Before(q.Until)):
		q.Until = n.day
	case !n.till && n.day.After(q.Since):
		q.Since = n.day
	}
}

// groups are the conjunctive normal form of a tree, or of its contrary; nil: it
// would be too long.
func (n *node) groups(not bool) [][]news.Term {
	switch {
	case n.kind == leaf:
		t := n.term
		t.Not = not
		return [][]news.Term{{t}}
	case n.kind == negation:
		return n.kids[0].groups(!not)
	}
	join := conjunction
	if (n.kind == and) == not {
		join = disjunction
	}
	var all [][]news.Term
	for i, kid := range n.kids {
		groups := kid.groups(not)
		switch {
		case groups == nil:
			return nil
		case i == 0:
			all = groups
		default:
			all = join(all, groups)
		}
		if all == nil || size(all) > mostTerms {
			return nil
		}
	}
	return all
}

func size(groups [][]news.Term) (n int) {
	for _, g := range groups {
		n += len(g)
	}
	return n
}

// conjunction are the groups of both, each once.
func conjunction(a, b [][]news.Term) [][]news.Term {
	for _, g := range b {
		if !slices.ContainsFunc(a, func(have []news.Term) bool { return slices.Equal(have, g) }) {
			a = append(a, g)
		}
	}
	return a
}

// disjunction is every group of one side joined with every one of the other;
// nil: too many.
func disjunction(a, b [][]news.Term) (all [][]news.Term) {
	if len(a)*len(b) > mostTerms {
		return nil
	}
	for _, left := range a {
		for _, right := range b {
			g := slices.Clone(left)
			for _, t := range right {
				if !slices.Contains(g, t) {
					g = append(g, t)
				}
			}
			all = append(all, g)
		}
	}
	return all
}
