package news

import (
	"slices"
	"strings"
	"time"
)

// A Facet is a property by which items are selected and counted.
type Facet string

// The facets of an item.
const (
	Tag    Facet = "tag"    // value: slug
	Place  Facet = "place"  // value: slug
	Source Facet = "source" // value: name of a source
	Word   Facet = "word"   // value: a word or phrase in headline, kicker, place, teaser, body or tags; not counted
	Title  Facet = "title"  // value: a word or phrase in the headline; not counted
)

// A Term is one condition: the facet has the value. A word matches at the start
// of a word, an exact one (also a phrase) only as it is: "Bau" finds "Bauamt",
// exact "Bau" does not. Not turns the condition round.
type Term struct {
	Facet Facet  `json:"facet"`
	Value string `json:"value"`
	Exact bool   `json:"exact,omitempty"` // of words and titles
	Not   bool   `json:"not,omitempty"`   // the item does not have it
}

// A Query selects items. Every group of All must match, and within a group any
// term suffices; none of Not may match. Any combination of conditions by and,
// or and not can be written so (package search does). The zero Query is every
// item that has not been withdrawn.
type Query struct {
	All   [][]Term  `json:"all,omitempty"`
	Not   []Term    `json:"not,omitempty"`
	Since time.Time `json:"since,omitzero"` // Shown at or after
	Until time.Time `json:"until,omitzero"` // Shown before

	// Withdrawn includes tombstones; Stories leaves out items whose Story is
	// told by another item of the result.
	Withdrawn bool `json:"withdrawn,omitempty"`
	Stories   bool `json:"stories,omitempty"`

	// Order and paging. By default the newest by Shown come first. After pages
	// upwards by Seq (oldest first, Seq > After), Before downwards (Seq < Before,
	// highest first). Never by offset.
	BySeq  bool   `json:"by_seq,omitempty"` // order by Seq upwards from After, also when After is 0
	After  uint64 `json:"after,omitempty"`
	Before uint64 `json:"before,omitempty"`

	Limit int  `json:"limit,omitempty"` // 0: no limit
	Heads bool `json:"heads,omitempty"` // BodyHTML and BodyText may be left empty
}

// Matches reports whether an item fits everything in the query but paging,
// Limit and Stories. It is the meaning that every index must agree with.
func (q Query) Matches(it Item) bool {
	switch {
	case !q.Withdrawn && !it.Withdrawn.IsZero(),
		!q.Since.IsZero() && it.Shown.Before(q.Since),
		!q.Until.IsZero() && !it.Shown.Before(q.Until):
		return false
	}
	for _, group := range q.All {
		if !slices.ContainsFunc(group, it.Has) {
			return false
		}
	}
	return !slices.ContainsFunc(q.Not, it.Has)
}

// Has reports whether the term holds for the item. Words match at the start
// of a word in any case: "Baustelle" finds "Baustellen", not "Großbaustelle".
func (it Item) Has(t Term) bool { return it.carries(t) != t.Not }

// carries is Has without regard to Not.
func (it Item) carries(t Term) bool {
	isValue := func(name string) bool { return Slug(name) == t.Value }
	switch t.Facet {
	case Tag:
		return slices.ContainsFunc(it.Tags, isValue)
	case Place:
		return it.Place != "" && isValue(it.Place)
	case Source:
		return slices.Contains(it.Sources, t.Value)
	case Title:
		return t.in(it.Headline)
	case Word:
		return slices.ContainsFunc(append([]string{it.Headline, it.Kicker, it.Place, it.Teaser, it.BodyText}, it.Tags...), t.in)
	}
	return false
}

// in reports whether a text has the words of the term.
func (t Term) in(text string) bool {
	if text == "" {
		return false
	}
	folded, needle := " "+Fold(text), " "+Fold(t.Value)
	if t.Exact {
		folded, needle = folded+" ", needle+" "
	}
	return strings.Contains(folded, needle)
}

// Fold is text as words are compared: lower case, Latin letters without marks
// and with German transliteration, everything that is no letter or digit a
// single space.
func Fold(s string) string { return fold(s, ' ') }

// A Count is how many items carry one value of a facet.
type Count struct {
	Name  string `json:"name"`  // as people write it
	Slug  string `json:"slug"`  // as it stands in an address
	Items int    `json:"items"` // without withdrawn ones
}

// A DayCount is how many items were published on one day.
type DayCount struct {
	Day   string `json:"day"` // YYYY-MM-DD in the reader's zone
	Items int    `json:"items"`
}
