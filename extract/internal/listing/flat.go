package listing

import (
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
)

// widen extends rows of a flat sequence (heading, date, teaser, heading, date,
// teaser …) over what belongs to them and is wrapped in nothing.
func (s *listScan) widen(rows []row) {
	gaps, loose := s.looseGaps(rows)
	if gaps == 0 || 2*loose < gaps {
		return
	}
	if s.linksLast(rows) {
		s.widenBack(rows)
		return
	}
	lead := s.lead(rows)
	usual := s.usualInGaps(rows)
	starts := make([]dom.NodeID, len(rows))
	for k := range rows {
		starts[k] = s.stepBack(rows, k, lead)
	}
	for k := range rows {
		end := s.d.Nodes[s.d.Nodes[rows[k].from].Parent].End
		if k+1 < len(rows) && s.siblings(rows[k], rows[k+1]) {
			end = starts[k+1]
		}
		to := rows[k].to
		s.between(rows[k].to, end, func(i dom.NodeID) bool {
			times := usual[s.flatShape(i)]
			isOdd := gaps > 2 && times < 2 && 3*times < gaps && s.d.Nodes[i].Flags&dom.IsText == 0
			if isOdd || s.separates(i, rows[k]) || s.another(i, rows[k]) {
				return false
			}
			to = s.d.Nodes[i].End
			return true
		})
		rows[k].from, rows[k].to = starts[k], to
	}
}

// looseGaps counts the gaps between rows that stand side by side, and those of
// them with text that belongs to no other row.
func (s *listScan) looseGaps(rows []row) (gaps, loose int) {
	for k := 1; k < len(rows); k++ {
		if !s.siblings(rows[k-1], rows[k]) {
			continue
		}
		gaps++
		if s.texts[rows[k].from]-s.texts[rows[k-1].to] > 0 && !s.another(rows[k-1].to, rows[k-1]) {
			loose++
		}
	}
	return gaps, loose
}

// usualInGaps counts in how many gaps between rows a shape stands.
func (s *listScan) usualInGaps(rows []row) map[uint64]int {
	usual := make(map[uint64]int)
	for k := 0; k+1 < len(rows); k++ {
		if !s.siblings(rows[k], rows[k+1]) {
			continue
		}
		seen := make(map[uint64]bool)
		s.between(rows[k].to, rows[k+1].from, func(i dom.NodeID) bool {
			if shape := s.flatShape(i); !seen[shape] {
				seen[shape] = true
				usual[shape]++
			}
			return true
		})
	}
	return usual
}

// linksLast reports whether the rows of a flat sequence end in their links:
// these say only that there is more.
func (s *listScan) linksLast(rows []row) bool {
	last := 0
	for _, r := range rows {
		if s.texts[r.to]-s.texts[r.from] == s.d.Nodes[r.link].Text && s.linkOf(r).more {
			last++
		}
	}
	return 4*last >= 3*len(rows)
}

// widenBack extends rows over what stands between them and the row before; the
// first one as far as what stands before it looks like that.
func (s *listScan) widenBack(rows []row) {
	shapes := make(map[uint64]bool)
	longest := 0
	for k := len(rows) - 1; k > 0; k-- {
		if !s.siblings(rows[k-1], rows[k]) {
			continue
		}
		n := 0
		s.between(rows[k-1].to, rows[k].from, func(i dom.NodeID) bool {
			shapes[s.flatShape(i)] = true
			n++
			return true
		})
		longest = max(longest, n)
		rows[k].from = rows[k-1].to
	}
	heads := s.heads[rows[1].to] - s.heads[rows[1].from]
	for _, b := range s.before(rows[0].from, longest) {
		if !shapes[s.flatShape(b)] || s.d.Nodes[b].Tag == atom.Hr || s.heads[rows[0].to]-s.heads[b] > heads {
			break // a rule, or the heading of the page
		}
		rows[0].from = b
	}
}

// flatShape is the shape of an element of a flat sequence. Paragraphs of any
// class are alike.
func (s *listScan) flatShape(i dom.NodeID) uint64 {
	if s.d.Nodes[i].Tag == atom.P {
		return 2
	}
	return s.shape[i]
}

func (s *listScan) siblings(a, b row) bool {
	return s.d.Nodes[a.from].Parent == s.d.Nodes[b.from].Parent && a.to <= b.from
}

// between calls f for the siblings from a to before b while f says so.
func (s *listScan) between(a, b dom.NodeID, f func(dom.NodeID) bool) {
	for i := a; i < b && f(i); i = s.d.Nodes[i].End {
	}
}

// another reports a sibling that is a row of its own although it has no link
// of the cluster: it is built as the row is, and leads elsewhere.
func (s *listScan) another(i dom.NodeID, r row) bool {
	e := &s.d.Nodes[i]
	if e.Flags&dom.IsText != 0 || e.Linked == 0 || e.Tag == atom.P {
		return false
	}
	if s.shape[i] != s.shape[r.from] && (e.Tag != s.d.Nodes[r.from].Tag || e.Tag != atom.Li && e.Tag != atom.Article) {
		return false
	}
	for k := i; k < e.End; k++ {
		if isPageLink(s.d, k) {
			return s.d.Abs(s.d.Attr(k, "href")) != r.url
		}
	}
	return false
}

// separates reports what ends a row of a flat sequence: a rule, or a heading
// that is not its own, as the row has one or is called by its link.
func (s *listScan) separates(i dom.NodeID, r row) bool {
	e := &s.d.Nodes[i]
	if e.Tag == atom.Hr {
		return true
	}
	if !isHeading(e.Tag) {
		return false
	}
	return s.heads[r.to] > s.heads[r.from] || s.d.Nodes[r.link].Text > 0 && !s.linkOf(r).more
}

// lead is how many siblings before the link's element belong to a row of a
// flat sequence: those that stand before the first row as before the others,
// less those that stand behind the last row as well.
func (s *listScan) lead(rows []row) int {
	first := s.before(rows[0].from, 3)
	lead := 0
	for n := 1; n <= len(first); n++ {
		same, of := 0, 0
		for k := 1; k < len(rows); k++ {
			if !s.siblings(rows[k-1], rows[k]) {
				continue
			}
			of++
			if b := s.before(rows[k].from, n); len(b) == n && b[n-1] >= rows[k-1].to &&
				(s.alike(b[n-1], first[n-1]) || s.isBreak(b[n-1]) && s.isBreak(first[n-1])) {
				same++
			}
		}
		if of == 0 || 4*same < 3*of {
			break
		}
		if !s.isBreak(first[n-1]) {
			lead = n
		}
	}
	last := rows[len(rows)-1]
	behind := last.to
	if behind >= s.d.Nodes[s.d.Nodes[last.from].Parent].End {
		return lead
	}
	for lead > 0 && s.alike(behind, first[lead-1]) {
		lead--
	}
	return lead
}

func (s *listScan) isBreak(i dom.NodeID) bool { return s.d.Nodes[i].Tag == atom.Br }

// alike reports whether two elements of a flat sequence play the same part: of
// one shape, both with a date or both without. Rules and breaks play none.
func (s *listScan) alike(a, b dom.NodeID) bool {
	if tag := s.d.Nodes[a].Tag; tag == atom.Br || tag == atom.Hr {
		return false
	}
	hasDate := func(i dom.NodeID) bool { return s.dates[s.d.Nodes[i].End] > s.dates[i] }
	return s.shape[a] == s.shape[b] && hasDate(a) == hasDate(b)
}

// before are up to n siblings before a node, the nearest first.
func (s *listScan) before(i dom.NodeID, n int) []dom.NodeID {
	var back []dom.NodeID
	parent := s.d.Nodes[i].Parent
	for j := i - 1; j > parent && len(back) < n; {
		for s.d.Nodes[j].Parent != parent {
			j = s.d.Nodes[j].Parent
		}
		back = append(back, j)
		j--
	}
	return back
}

func (s *listScan) stepBack(rows []row, k, lead int) dom.NodeID {
	from := rows[k].from
	for _, b := range s.before(from, lead) {
		if k > 0 && b < rows[k-1].to {
			break
		}
		from = b
	}
	return from
}
