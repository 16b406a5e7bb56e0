package article

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// Which of the candidates for the publication is taken.

// leastDoubtful is the day that is taken where none is believed by its weight:
// the only one that is shown as that of a report, that of the page's row in a
// list, or one without a year; nil where there is none.
func (r *reader) leastDoubtful(all []dateCandidate) *dateCandidate {
	if only := r.onlyShown(all); only != nil {
		return only
	}
	if row := r.ownRow(); row != nil {
		return row
	}
	guessed := r.guessedYear(all)
	if guessed != nil {
		r.problem("published", "no year is printed: the last such day before the fetch is taken")
	}
	return guessed
}

// onlyShown is the one day that the page shows as that of a report, be it far
// from the headline; nil where it shows several.
func (r *reader) onlyShown(all []dateCandidate) *dateCandidate {
	if only := r.onlyOf(all, func(c *dateCandidate) bool { return c.labelled }); only != nil {
		return only
	}
	return r.onlyOf(all, func(c *dateCandidate) bool { return c.named })
}

// guessedYear is the one day of the report that the page shows without a year:
// the one before the fetch.
func (r *reader) guessedYear(all []dateCandidate) *dateCandidate {
	var only *dateCandidate
	for i := range all {
		c := &all[i]
		if !c.guessed || !c.named || c.updated || c.weight < 4 {
			continue
		}
		if only != nil && !c.sameDay(only) {
			return nil
		}
		only = c
	}
	return only
}

func (r *reader) onlyOf(all []dateCandidate, fits func(*dateCandidate) bool) *dateCandidate {
	var only *dateCandidate
	for i := range all {
		c := &all[i]
		if !r.mayBePublished(c) || !fits(c) || c.weight < 1 {
			continue
		}
		if only != nil && !c.sameDay(only) {
			return nil
		}
		if only == nil || c.weight > only.weight {
			only = c
		}
	}
	return only
}

// mostBelieved is the candidate of the most weight, where others that tell the
// same day add to it; but a date that is shown near the headline beats one
// that is only declared. Rows of dates away from the headline are a list's.
func (r *reader) mostBelieved(all []dateCandidate) *dateCandidate {
	var best *dateCandidate
	most, kinds := 0.0, r.kindsOfDays(all)
	for i := range all {
		c := &all[i]
		mayBeRow := c.evidence.Rule == rules.Dateline && !c.named && c.weight <= 5
		isRow := mayBeRow && c.weight >= leastBelief && r.repeats(c, all)
		if isRow || !r.mayBePublished(c) {
			continue
		}
		if weight := c.weight + c.support(kinds); best == nil || weight > most {
			best, most = c, weight
		}
	}
	if best == nil {
		return nil
	}
	if best.isShown() {
		return r.elementInstead(best, all)
	}
	if shown := r.shownInstead(best, all); shown != nil {
		return shown
	}
	return best
}

// shownInstead is the date that the page shows near its headline, where it is
// another than the declared one and the declared one is not shown at all.
func (r *reader) shownInstead(declared *dateCandidate, all []dateCandidate) *dateCandidate {
	var shown *dateCandidate
	for i := range all {
		c := &all[i]
		switch {
		case c.evidence.Rule == rules.Address && c.sameDay(declared):
			return nil
		case !r.isShownPublication(c):
		case c.sameDay(declared) && !c.vague:
			return nil
		case !c.mayReplace(declared):
		case shown == nil || c.weight > shown.weight:
			shown = c
		}
	}
	return shown
}

// isShownPublication reports whether the page shows a date that may be believed
// the publication.
func (r *reader) isShownPublication(c *dateCandidate) bool {
	return c.isShown() && c.weight >= leastBelief && r.mayBePublished(c)
}

// mayReplace reports whether a date that is shown is strong enough to stand for
// one that is declared. The day in a title is often that of an event to come.
func (c *dateCandidate) mayReplace(declared *dateCandidate) bool {
	isAhead := c.evidence.Rule == rules.Title && c.moment.Time.Sub(declared.moment.Time) > 24*time.Hour
	return !c.vague && !isAhead && (c.weight >= 5.5 || declared.weight <= 6)
}

// elementInstead is the element of a date in the head of the report, where the
// most believed one is only found in its text.
func (r *reader) elementInstead(best *dateCandidate, all []dateCandidate) *dateCandidate {
	if best.evidence.Rule != rules.Dateline || r.d.Nodes[best.at].Hints&(dom.HintMeta|dom.HintDate|dom.HintAuthor|dom.HintHeader) != 0 {
		return best
	}
	element := best
	for i := range all {
		c := &all[i]
		isElement := c.isShown() && c.evidence.Rule != rules.Dateline && c.named && !c.vague
		if !isElement || c.weight < 6 || !r.mayBePublished(c) {
			continue
		}
		if c.sameDay(best) {
			return best
		}
		if element == best || c.weight > element.weight {
			element = c
		}
	}
	return element
}

// ownRow is the date that stands beside a link to this very page, as in a list
// of the latest reports below it or in a note on the report; nil where there
// is none.
func (r *reader) ownRow() *dateCandidate {
	self, _, _ := strings.Cut(r.d.Page.URL, "#")
	_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(self, "https://"), "http://"), "/")
	if len(path) < 4 {
		return nil
	}
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		if n := &r.d.Nodes[i]; n.Tag == atom.A && n.Flags&(dom.InLink|dom.IsHidden) == dom.InLink {
			if to, _, _ := strings.Cut(dom.AttrOf(n.HTML, "href"), "#"); strings.HasSuffix(to, path) && samePage(r.d.Abs(to), self) &&
				r.hintsBelowHeadline(i)&(dom.HintComments|dom.HintNav) == 0 {
				if c := r.rowDate(i); c != nil {
					return c
				}
			}
		}
	}
	return nil
}

// samePage reports whether two addresses differ in their scheme at most.
func samePage(a, b string) bool {
	_, a, _ = strings.Cut(a, "://")
	_, b, _ = strings.Cut(b, "://")
	return a == b
}

// rowDate is the only date in the smallest element around a link that has one.
func (r *reader) rowDate(link dom.NodeID) *dateCandidate {
	for i := link; i > r.d.Body && r.d.Nodes[i].Text <= 400 && !r.holdsHeadline(i); i = r.d.Nodes[i].Parent {
		found := r.d.FindDates(r.d.Text(i))
		if len(found) == 0 {
			continue
		}
		f := found[0]
		c := dateCandidate{element: i, at: i, moment: f.Moment, weight: 5, evidence: read.Evidence{Rule: rules.OwnRow, Raw: f.Raw}}
		isOther := f.Label != dates.LabelNone && f.Label != dates.LabelPublished
		if len(found) > 1 || !isFullDay(&f) || isOther || !r.mayBePublished(&c) {
			return nil
		}
		return &c
	}
	return nil
}

// isFullDay reports whether a date is one day with its year as it is printed.
func isFullDay(f *dates.Found) bool { return !f.Range && !f.YearGuessed && !f.Relative }

// kindsOfDays are the kinds of evidence for each day that may be the publication.
func (r *reader) kindsOfDays(all []dateCandidate) map[int][]rules.Name {
	kinds := make(map[int][]rules.Name, len(all))
	for i := range all {
		c := &all[i]
		if c.weight < leastBelief || !r.mayBePublished(c) {
			continue
		}
		if day := c.calendarDay(); !slices.Contains(kinds[day], c.evidence.Rule) {
			kinds[day] = append(kinds[day], c.evidence.Rule)
		}
	}
	return kinds
}

// support is what other kinds of evidence for the same day add.
func (c *dateCandidate) support(kinds map[int][]rules.Name) float64 {
	others := 0
	for _, kind := range kinds[c.calendarDay()] {
		if kind != c.evidence.Rule {
			others++
		}
	}
	return 0.6 * float64(others)
}

// refine takes the time of day from another candidate of the same day.
func (r *reader) refine(best *dateCandidate, all []dateCandidate) {
	if best.moment.Precision != news.Day {
		return
	}
	for i := range all {
		if c := &all[i]; r.mayBePublished(c) && c.weight >= 5 && c.moment.Precision != news.Day && c.sameDay(best) {
			best.moment = c.moment
			return
		}
	}
}
