package decide

import (
	"cmp"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// NewestFirst is the order of a list of items, for slices.SortFunc.
func NewestFirst(a, b news.Item) int {
	return cmp.Or(b.Shown.Compare(a.Shown), cmp.Compare(b.Seq, a.Seq))
}

// IsText reports a term that asks for words.
func IsText(t news.Term) bool { return t.Facet == news.Word || t.Facet == news.Title }

// HasWords reports a query that asks for words, or for their absence.
func HasWords(q news.Query) bool {
	return slices.ContainsFunc(q.Not, IsText) ||
		slices.ContainsFunc(q.All, func(g []news.Term) bool { return slices.ContainsFunc(g, IsText) })
}

// ByDay is the query whose items are counted by day: without limit and paging.
func ByDay(q news.Query) news.Query {
	return news.Query{All: q.All, Not: q.Not, Since: q.Since, Until: q.Until, Withdrawn: q.Withdrawn, Stories: q.Stories, Heads: true}
}

// Days counts items by the day on which they were shown; they come newest first.
type Days struct {
	Location *time.Location
	Counts   []news.DayCount
}

// Add counts one item.
func (d *Days) Add(shown time.Time) {
	day := shown.In(d.Location).Format(time.DateOnly)
	if n := len(d.Counts); n > 0 && d.Counts[n-1].Day == day {
		d.Counts[n-1].Items++
		return
	}
	d.Counts = append(d.Counts, news.DayCount{Day: day, Items: 1})
}

// Told are the stories that a result has told already, of which it shows one
// item each.
type Told map[string]bool

// Elsewhere reports whether an item repeats a story that the result has already:
// the item that told it first fits the query (fits is asked with its id), or
// another repeat was met before.
func (t Told) Elsewhere(h *Head, fits func(first string) (bool, error)) (bool, error) {
	if h.Story == "" {
		return false, nil
	}
	if told, err := fits(h.Story); told || err != nil {
		return true, err
	}
	if t[h.Story] {
		return true, nil
	}
	t[h.Story] = true
	return false, nil
}
