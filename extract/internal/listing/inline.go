package listing

import (
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// leastInline is how many reports without a link or a heading make a list.
const leastInline = 3

// boldLines are reports one after another on the page, each under a line in
// bold, or under the title of what unfolds: "<b>12.11.2026: Bad öffnet</b><br>Nach drei Wochen …".
func (s *listScan) boldLines() []row {
	d := s.d
	groups := make(map[uint64][]dom.NodeID)
	var order []uint64
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		if e := &d.Nodes[i]; !isBoldTag(e.Tag) && !unfolds(e.Tag) || e.Text == 0 || !s.opensLine(i) {
			continue
		}
		key := s.path[d.Nodes[i].Parent]
		if s.isDateLine(i) {
			key = mix(key, 1) // a bold day is the headline only where nothing else is
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	var best []row
	for _, key := range order {
		if rows := s.inlineRows(groups[key]); len(rows) > len(best) {
			best = rows
		}
	}
	return best
}

func isBoldTag(tag atom.Atom) bool { return tag == atom.B || tag == atom.Strong }

// unfolds reports a kind of element that shows what is below it when it is
// pressed.
func unfolds(tag atom.Atom) bool { return tag == atom.Button || tag == atom.Summary }

// opensLine reports whether an element is the beginning of a line of running
// text, no link and no heading, and so short that it may be a headline.
func (s *listScan) opensLine(i dom.NodeID) bool {
	e := &s.d.Nodes[i]
	isPlain := e.Linked == 0 && e.Flags&(dom.IsHidden|dom.InLink|dom.InHead) == 0
	if !isPlain || e.Text < 4 || e.Text > 160 || s.zones[i] != 0 {
		return false
	}
	for k := i; k < e.End; k++ {
		if t := &s.d.Nodes[k]; t.Flags&dom.IsText != 0 && t.Text > 0 {
			return t.Flags&dom.Breaks != 0 || s.afterDate(k)
		}
	}
	return false
}

// afterDate reports whether a text stands right behind a date in its line.
func (s *listScan) afterDate(k dom.NodeID) bool {
	for i := k - 1; i > s.d.Body && i > k-6; i-- {
		if t := &s.d.Nodes[i]; t.Flags&dom.IsText != 0 && t.Text > 0 {
			return t.Flags&dom.Breaks != 0 && t.Text < 30 && looksDated(t.HTML.Data)
		}
	}
	return false
}

// inlineRows are the rows that begin at such lines: as far as the next one, with
// the lines before them that stand before all of them.
func (s *listScan) inlineRows(lines []dom.NodeID) []row {
	if len(lines) < leastInline || len(lines) > read.MaxEntries {
		return nil
	}
	rows := make([]row, 0, len(lines))
	for k := range lines {
		at := s.aloneWith(lines, k)
		rows = append(rows, row{from: at, to: s.d.Nodes[at].End, link: lines[k]})
	}
	s.alignHeights(rows)
	s.widen(rows)
	dated, led := 0, 0 // rows with a date; rows that link to a page of their own
	kept := rows[:0]
	for _, r := range rows {
		if s.texts[r.to]-s.texts[r.from] <= s.d.Nodes[r.link].Text {
			continue // a line over others
		}
		if s.dates[r.to] > s.dates[r.from] {
			dated++
		}
		if len(between(s.links, r.from, r.to)) > 0 {
			led++
		}
		kept = s.addAnchored(kept, r, r.from)
	}
	if len(kept) < leastInline || 10*dated < 7*len(kept) || 3*led > len(kept) {
		return nil
	}
	return kept
}

// aloneWith is the highest element around a line that holds none of the lines
// beside it.
func (s *listScan) aloneWith(lines []dom.NodeID, k int) dom.NodeID {
	at := lines[k]
	for p := s.d.Nodes[at].Parent; p > s.d.Body; p = s.d.Nodes[p].Parent {
		holdsBefore := k > 0 && lines[k-1] >= p
		holdsAfter := k+1 < len(lines) && lines[k+1] < s.d.Nodes[p].End
		if holdsBefore || holdsAfter {
			break
		}
		at = p
	}
	return at
}

// alignHeights lowers rows that reach higher than the others, as the first and
// the last do, which have a neighbour on one side only.
func (s *listScan) alignHeights(rows []row) {
	lowest := s.d.Nodes[rows[0].from].Depth
	for _, r := range rows {
		lowest = max(lowest, s.d.Nodes[r.from].Depth)
	}
	for k := range rows {
		r := &rows[k]
		for at := r.link; at >= r.from; at = s.d.Nodes[at].Parent {
			if s.d.Nodes[at].Depth <= lowest {
				r.from, r.to = at, s.d.Nodes[at].End
				break
			}
		}
	}
}

// terms are reports in a definition list: the day and the headline are the term,
// the text is what follows.
func (s *listScan) terms() []row {
	d := s.d
	var lines []dom.NodeID
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		e := &d.Nodes[i]
		isPlain := e.Linked == 0 && e.Flags&dom.IsHidden == 0 && s.zones[i] == 0
		if e.Tag == atom.Dt && isPlain && e.Text > 3 && e.Text < 200 {
			lines = append(lines, i)
		}
	}
	return s.inlineRows(lines)
}

// linklessTable are the rows of a table that tells of something on each day and
// links to nothing: what a fire brigade was called to. What only a script opens
// is no link.
func (s *listScan) linklessTable() []row {
	d := s.d
	var best []row
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		if e := &d.Nodes[i]; e.Tag == atom.Table && e.Flags&dom.IsHidden == 0 && s.zones[i] == 0 {
			if rows := s.tableRows(i); len(rows) > len(best) {
				best = rows
			}
		}
	}
	return best
}

func (s *listScan) tableRows(table dom.NodeID) []row {
	d := s.d
	var rows []row
	all := 0
	for i := table + 1; i < d.Nodes[table].End && len(rows) < read.MaxEntries; i++ {
		e := &d.Nodes[i]
		if e.Tag == atom.Table {
			return nil // it lays out the page
		}
		if e.Tag != atom.Tr || e.Text == 0 || d.Find(i, atom.Td) < 0 {
			continue
		}
		all++
		cell := s.tellingCell(i)
		if cell < 0 || s.dates[e.End] == s.dates[i] || len(between(s.links, i, e.End)) > 0 {
			continue
		}
		rows = s.addAnchored(rows, row{from: i, to: e.End, link: cell}, i)
	}
	if len(rows) < leastInline || 4*len(rows) < 3*all {
		return nil
	}
	return rows
}

// tellingCell is the cell of a row that says what happened: what a script makes
// a link, or else the first that is no day, time or number; -1 where there is
// none.
func (s *listScan) tellingCell(tr dom.NodeID) dom.NodeID {
	d := s.d
	found := dom.NodeID(-1)
	for i := tr + 1; i < d.Nodes[tr].End; i++ {
		e := &d.Nodes[i]
		if e.Tag == atom.A && e.Text > 3 {
			return i
		}
		isCell := e.Tag == atom.Td || e.Tag == atom.Th
		if !isCell || found >= 0 || e.Text < 3 || e.Text > 200 {
			continue
		}
		if text := d.Text(i); texts.HasLetters(text) && !isTimeOfDay(text) && !s.isDateLine(i) && len(text) > 3 {
			found = i
		}
	}
	return found
}
