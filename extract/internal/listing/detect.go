package listing

import (
	"math"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// leastScore is what a list must reach to be taken for a listing at all.
const leastScore = 2.2

// A detection is what a page yields as a listing without any rule.
type detection struct {
	scan   *listScan
	best   reading
	others []read.Candidate // the lists that lost
	done   bool
}

// detections are made when a page is read as a listing, or its kind is asked for.
var detections dom.Memo[*detection]

// detectionOf is that of the page, perhaps without its lists.
func detectionOf(d *dom.Page) *detection {
	return detections.Of(d, func(d *dom.Page) *detection { return &detection{scan: newScan(d)} })
}

// scanned is the one walk for all that is asked of a listing.
func scanned(d *dom.Page) *listScan { return detectionOf(d).scan }

// detect finds the list of news among all lists of the page, and the
// runners-up, once.
func detect(d *dom.Page) (reading, []read.Candidate) {
	found := detectionOf(d)
	if !found.done {
		found.best, found.others = compare(d, found.scan)
		found.done = true
	}
	return found.best, found.others
}

// compare reads the most promising lists and ranks them.
func compare(d *dom.Page, s *listScan) (reading, []read.Candidate) {
	lists := s.rowLists()
	found := readBest(d, s, lists)
	if !slices.ContainsFunc(found, func(r reading) bool { return dated(r.entries) > 0 }) && s.pardon(lists) {
		found = readBest(d, s, lists)
	}
	if len(found) == 0 {
		return onlyEntry(d, s, lists), nil
	}
	slices.SortStableFunc(found, func(a, b reading) int { return int(math.Copysign(1, b.score-a.score)) })
	best := found[0]
	var others []read.Candidate
	for _, r := range found[1:] {
		others = append(others, candidate(d, r, best.score))
	}
	if rows := s.joined(best.list, lists); len(rows) > len(best.list.rows) {
		list := best.list
		best = readRows(d, s, rows)
		best.list = list
	}
	best.evidence = read.Evidence{Rule: rules.Repetition, Where: whereRows(d, best.rows)}
	return best, others
}

// readBest reads the lists that reach leastScore, the most promising first.
func readBest(d *dom.Page, s *listScan, lists []*rowList) []reading {
	var read []reading
	for _, l := range lists {
		if l.score < leastScore || len(read) == maxRead {
			break
		}
		if l.alone || slices.ContainsFunc(read, func(r reading) bool { return sameRows(r.list.rows, l.rows) }) {
			continue
		}
		r := readRows(d, s, l.rows)
		if len(r.entries) == 0 {
			continue
		}
		r.list = l
		r.score = l.score * readingFactor(r)
		read = append(read, r)
	}
	return read
}

// pardon is the second look at a page whose only dated lists stand in what a
// class or id calls a menu, a dialog, a filter: "newsMenu", "GridMenuItem". It
// lifts that veto from rows with dates and more than a link each, and reports
// whether there were any; what a tag or role calls so stays what it is.
func (s *listScan) pardon(lists []*rowList) (any bool) {
	for _, l := range lists {
		if l.zone&zoneChrome == 0 || l.zone&zoneCertain != 0 || l.dated < 0.6 || len(l.rows) < 2 {
			continue
		}
		l.score *= zoneFactor(l.zone&^zoneChrome) / zoneFactor(l.zone)
		l.zone &^= zoneChrome
		l.pardoned, any = true, true
	}
	if any {
		sortByScore(lists)
	}
	return any
}

// onlyEntry is the entry of a listing that has but one: under a heading of its
// own, with a date and some text.
func onlyEntry(d *dom.Page, s *listScan, lists []*rowList) reading {
	for _, l := range lists {
		if !l.alone || l.zone&^zoneSlider != 0 {
			continue
		}
		r := l.rows[0]
		r.from, r.to = r.link, d.Nodes[r.link].End
		for p := d.Nodes[r.link].Parent; p > d.Body && s.heads[d.Nodes[p].End]-s.heads[p] <= 1; p = d.Nodes[p].Parent {
			r.from, r.to = p, d.Nodes[p].End
		}
		if only := s.weigh([]row{r}); only != nil && only.dated > 0 && only.headed > 0 && only.told > 0 {
			if got := readRows(d, s, only.rows); len(got.entries) > 0 {
				got.list, got.score = only, only.score
				got.evidence = read.Evidence{Rule: rules.OnlyEntry, Where: whereRows(d, got.rows)}
				return got
			}
		}
	}
	return reading{}
}

// readingFactor weighs a list by what its rows gave when they were read.
func readingFactor(r reading) float64 {
	heads := make(map[string]bool)
	for _, e := range r.entries {
		heads[e.Headline] = true
	}
	n := float64(len(r.entries))
	f := (0.3 + 0.7*n/float64(len(r.list.rows))) * (1 + 0.3*float64(dated(r.entries))/n)
	if float64(len(heads)) < 0.5*n {
		f *= 0.7
	}
	if 2*r.ahead > len(r.entries) {
		f *= 0.5 // what is to come is no news where there are any
	}
	return f
}

// sameRows reports whether two lists cut most of the page alike.
func sameRows(a, b []row) bool {
	same, j := 0, 0
	for i := range b {
		for j < len(a) && a[j].to <= b[i].from {
			j++
		}
		if j < len(a) && a[j].from < b[i].to {
			same++
		}
	}
	return 2*same > len(b)
}

// joined are the rows of the best list with those of others that belong to it:
// the first report that is shown larger, the list of an older month.
func (s *listScan) joined(best *rowList, lists []*rowList) []row {
	rows := slices.Clone(best.rows)
	for _, l := range lists {
		if l == best || len(rows)+len(l.rows) > read.MaxEntries || !s.belongs(best, l) || overlaps(rows, l.rows) {
			continue
		}
		rows = append(rows, l.rows...)
		slices.SortStableFunc(rows, func(a, b row) int { return int(a.from - b.from) })
	}
	return rows
}

// overlaps reports whether two lists in page order share a stretch of the page.
func overlaps(a, b []row) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].to <= b[j].from:
			i++
		case b[j].to <= a[i].from:
			j++
		default:
			return true
		}
	}
	return false
}

// belongs reports whether another list goes on with the best one: it lies in
// the same kind of place, its rows have as much to tell, and its articles lie
// in the same folder or both lists fill one element.
func (s *listScan) belongs(best, l *rowList) bool {
	if s.goesOn(best, l) {
		return true
	}
	likeDates := (best.dated > 0.5) == (l.dated > 0.5)
	likeHeads := (best.headed > 0.5) == (l.headed > 0.5)
	likePlaces := l.zone&^zoneSlider == best.zone&^zoneSlider && l.rows[0].anchor == best.rows[0].anchor
	if !likePlaces || !likeDates || !likeHeads || l.worth < 0.7*best.worth {
		return false
	}
	sameFolder := l.dir == best.dir || strings.HasPrefix(l.dir, best.dir+"/") && len(l.rows) == 1
	if sameFolder && strings.Contains(best.dir, "/") && best.headed+best.dated > 0.5 {
		return true
	}
	return best.headed > 0.5 && best.dated > 0.5 && s.fills(best, l)
}

// goesOn reports whether a list of another make stands right below the best one
// and leads into the same folder: the older reports, shown smaller.
func (s *listScan) goesOn(best, l *rowList) bool {
	if best.dated <= 0.8 || l.dated <= 0.8 || l.dir != best.dir || !strings.Contains(best.dir, "/") {
		return false
	}
	if len(l.rows) < 2 || l.zone != best.zone || l.rows[0].anchor {
		return false
	}
	end, start := best.rows[len(best.rows)-1].to, l.rows[0].from
	return start >= end && s.texts[start]-s.texts[end] <= 100 && s.haveDates(l.rows)
}

// haveDates reports whether all rows show a date of their own.
func (s *listScan) haveDates(rows []row) bool {
	return !slices.ContainsFunc(rows, func(r row) bool { return s.dates[r.to] == s.dates[r.from] })
}

// fills reports whether two lists are most of the text of the smallest element
// that holds both.
func (s *listScan) fills(a, b *rowList) bool {
	d := s.d
	from, to := min(a.rows[0].from, b.rows[0].from), max(a.rows[len(a.rows)-1].to, b.rows[len(b.rows)-1].to)
	at := from
	for at > d.Body && (at > from || d.Nodes[at].End < to) {
		at = d.Nodes[at].Parent
	}
	if at <= d.Body {
		return false
	}
	within := s.textOf(a.rows) + s.textOf(b.rows)
	return 10*within > 7*d.Nodes[at].Text
}

// candidate is a list that lost, as `try` shows it.
func candidate(d *dom.Page, r reading, best float64) read.Candidate {
	c := read.Candidate{Where: whereRows(d, r.rows), Score: math.Round(100*r.score/best) / 100}
	for _, e := range r.entries[:min(3, len(r.entries))] {
		c.Samples = append(c.Samples, e.Headline)
	}
	return c
}

func whereRows(d *dom.Page, rows []row) string {
	if len(rows) == 0 {
		return ""
	}
	return d.Where(rows[0].from)
}
