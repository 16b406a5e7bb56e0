package listing

import (
	"slices"
	"strconv"
	"time"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// monthHeading is the time that headings over the rows tell: "Juni 2024".
var monthHeading = lazy.Regexp(`^(?:\S+\s+)?((?:19|20)\d\d)$`)

// yearLine is a line over rows that tells their year: "2024", "Juni 2024", "2024
// Minutes".
var yearLine = lazy.Regexp(`^(?:\p{L}+\s+)?((?:19|20)\d\d)(?:\s+\p{L}+)?:?$`)

// yearTitle is a heading or a title of what unfolds that tells the year of the
// rows below: "Nieuws uit 2025".
var yearTitle = lazy.Regexp(`^(?:\p{L}+\s+){2,3}((?:19|20)\d\d):?$`)

// A yearMark is a line of the page that tells a year and nothing else.
type yearMark struct {
	at   dom.NodeID
	year int
}

// yearMarks are the lines of the page that tell a year, links left out: looked
// for once.
func (s *listScan) yearMarks() []yearMark {
	if s.marks != nil {
		return s.marks
	}
	s.marks = make([]yearMark, 0)
	last := -1 // the mark that is alone in its line so far
	for i := s.d.Body; i < s.d.Nodes[s.d.Body].End; i++ {
		e := &s.d.Nodes[i]
		if e.Flags&dom.IsText == 0 || e.Text == 0 {
			continue
		}
		if e.Flags&dom.Breaks == 0 {
			if last >= 0 {
				s.marks = s.marks[:last]
			}
			last = -1
			continue
		}
		if last = -1; e.Text < 4 || e.Text > 28 || e.Flags&dom.InLink != 0 || !texts.HasDigit(e.HTML.Data) {
			continue
		}
		if year := s.yearOf(e); year > 0 {
			last = len(s.marks)
			s.marks = append(s.marks, yearMark{i, year})
		}
	}
	return s.marks
}

// yearOf is the year that a line is; in headings and captions with other words.
// It is 0 for a line that is none.
func (s *listScan) yearOf(e *dom.Node) int {
	text := news.Squash(e.HTML.Data)
	m := yearLine.FindStringSubmatch(text)
	if tag := s.d.Nodes[e.Parent].Tag; m == nil && (e.Flags&dom.InHead != 0 || unfolds(tag) || tag == atom.Caption) {
		m = yearTitle.FindStringSubmatch(text)
	}
	if m == nil {
		return 0
	}
	year, _ := strconv.Atoi(m[1])
	return year
}

// yearsOver are the years of rows, by where they begin, as far as a line over
// them tells it. Several years in a row are a menu and tell nothing.
func (s *listScan) yearsOver(rows []row) map[dom.NodeID]int {
	marks := s.yearMarks()
	if len(marks) == 0 {
		return nil
	}
	years := make(map[dom.NodeID]int)
	year, k, behind := 0, 0, 0
	tails := s.yearTails(rows, marks)
	for i, r := range rows {
		told := behind
		for ; k < len(marks) && marks[k].at < r.from; k++ {
			isFar := i == 0 && s.texts[r.from]-s.texts[marks[k].at] > 200
			switch {
			case isFar, s.zones[marks[k].at]&^s.zones[r.link] != 0:
			case told == 0:
				told = marks[k].year
			case told != marks[k].year:
				told = -1
			}
		}
		for behind = 0; k < len(marks) && s.isWithin(marks[k].at, r); k++ {
			if tails && s.endsRow(r, marks[k].at) {
				behind = marks[k].year
			}
		}
		if told != 0 {
			year = max(told, 0)
		}
		if year != 0 {
			years[r.from] = year
		}
	}
	return years
}

// isWithin reports whether a line is one of a row: a heading behind its link is
// that of the rows that follow.
func (s *listScan) isWithin(at dom.NodeID, r row) bool {
	return at < r.to && (at < r.link || s.d.Nodes[at].Flags&dom.InHead == 0)
}

// endsRow reports whether a line is the last of a row and stands beside its parts
// as they do beside one another: where rows are but stretches of a page, it is a
// heading over those that follow.
func (s *listScan) endsRow(r row, line dom.NodeID) bool {
	told := s.d.Nodes[line].Text
	last := s.texts[r.to]-s.texts[line] == told
	if !last || line < r.link || line < s.d.Nodes[r.from].End {
		return false
	}
	at, beside := line, s.d.Nodes[r.from].Parent
	for at > beside && s.d.Nodes[at].Parent != beside {
		at = s.d.Nodes[at].Parent
	}
	return s.d.Nodes[at].Text == told
}

// yearTails reports whether few enough rows end in a line that tells a year, for
// it to be a heading over others.
func (s *listScan) yearTails(rows []row, marks []yearMark) bool {
	n, k := 0, 0
	for _, r := range rows {
		for ; k < len(marks) && marks[k].at < r.to; k++ {
			if marks[k].at >= r.from && s.endsRow(r, marks[k].at) {
				n++
				break
			}
		}
	}
	return 2*n < len(rows) || n == 1
}

// midYear is a day that all days of its year are nearer to than those of others.
func midYear(year int) time.Time { return time.Date(year, time.July, 2, 12, 0, 0, 0, time.UTC) }

// monthOver is the nearest heading or cell before a node that holds a month
// and its year and nothing else; -1 where there is none.
func (s *listScan) monthOver(at dom.NodeID) dom.NodeID {
	if s.months == nil {
		s.months = make([]dom.NodeID, 0)
		for i := range s.d.Nodes {
			e := &s.d.Nodes[i]
			switch e.Tag {
			case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Th, atom.Td, atom.Caption:
				if e.Text < 6 || e.Text > 20 {
					continue
				}
				if text := s.d.Text(dom.NodeID(i)); dom.MonthWord(text) &&
					monthHeading.MatchString(text) {
					s.months = append(s.months, dom.NodeID(i))
				}
			}
		}
	}
	k, _ := slices.BinarySearch(s.months, at)
	if k == 0 {
		return -1
	}
	return s.months[k-1]
}
