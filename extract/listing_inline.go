package extract

import (
	"golang.org/x/net/html/atom"
)

// leastInline is how many reports without a link or a heading make a list.
const leastInline = 3

// boldLines are reports one after another on the page, each under a line in
// bold: "<b>12.11.2026: Bad öffnet</b><br>Nach drei Wochen …".
func (s *scan) boldLines() []row {
	d := s.d
	groups := make(map[uint64][]nodeID)
	var order []uint64
	for i := d.body; i < d.nodes[d.body].end; i++ {
		if e := &d.nodes[i]; !isBoldTag(e.tag) || e.text == 0 || !s.opensLine(i) {
			continue
		}
		key := s.path[d.nodes[i].parent]
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

// opensLine reports whether an element is the beginning of a line of running
// text, no link and no heading, and so short that it may be a headline.
func (s *scan) opensLine(i nodeID) bool {
	e := &s.d.nodes[i]
	if e.text < 4 || e.text > 160 || e.linked > 0 || e.flags&(isHidden|inLink|inHead) != 0 || s.zones[i] != 0 {
		return false
	}
	for k := i; k < e.end; k++ {
		if t := &s.d.nodes[k]; t.flags&isText != 0 && t.text > 0 {
			return t.flags&breaks != 0 || s.afterDate(k)
		}
	}
	return false
}

// afterDate reports whether a text stands right behind a date in its line.
func (s *scan) afterDate(k nodeID) bool {
	for i := k - 1; i > s.d.body && i > k-6; i-- {
		if t := &s.d.nodes[i]; t.flags&isText != 0 && t.text > 0 {
			return t.flags&breaks != 0 && t.text < 30 && looksDated(t.n.Data)
		}
	}
	return false
}

// inlineRows are the rows that begin at such lines: as far as the next one, with
// the lines before them that stand before all of them.
func (s *scan) inlineRows(lines []nodeID) []row {
	if len(lines) < leastInline || len(lines) > maxEntries {
		return nil
	}
	rows := make([]row, 0, len(lines))
	for k, line := range lines {
		at := line
		for p := s.d.nodes[at].parent; p > s.d.body && (k == 0 || lines[k-1] < p) && (k+1 == len(lines) || lines[k+1] >= s.d.nodes[p].end); p = s.d.nodes[p].parent {
			at = p
		}
		rows = append(rows, row{from: at, to: s.d.nodes[at].end, link: line})
	}
	s.alignHeights(rows)
	s.widen(rows)
	dated, led := 0, 0 // rows with a date; rows that link to a page of their own
	kept := rows[:0]
	for _, r := range rows {
		if s.texts[r.to]-s.texts[r.from] <= s.d.nodes[r.link].text {
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

// alignHeights lowers rows that reach higher than the others, as the first and
// the last do, which have a neighbour on one side only.
func (s *scan) alignHeights(rows []row) {
	lowest := s.d.nodes[rows[0].from].depth
	for _, r := range rows {
		lowest = max(lowest, s.d.nodes[r.from].depth)
	}
	for k := range rows {
		r := &rows[k]
		for at := r.link; at >= r.from; at = s.d.nodes[at].parent {
			if s.d.nodes[at].depth <= lowest {
				r.from, r.to = at, s.d.nodes[at].end
				break
			}
		}
	}
}

// terms are reports in a definition list: the day and the headline are the term,
// the text is what follows.
func (s *scan) terms() []row {
	d := s.d
	var lines []nodeID
	for i := d.body; i < d.nodes[d.body].end; i++ {
		e := &d.nodes[i]
		if e.tag == atom.Dt && e.text > 3 && e.text < 200 && e.linked == 0 && e.flags&isHidden == 0 && s.zones[i] == 0 {
			lines = append(lines, i)
		}
	}
	return s.inlineRows(lines)
}

// linklessTable are the rows of a table that tells of something on each day and
// links to nothing: what a fire brigade was called to. What only a script opens
// is no link.
func (s *scan) linklessTable() []row {
	d := s.d
	var best []row
	for i := d.body; i < d.nodes[d.body].end; i++ {
		if e := &d.nodes[i]; e.tag == atom.Table && e.flags&isHidden == 0 && s.zones[i] == 0 {
			if rows := s.tableRows(i); len(rows) > len(best) {
				best = rows
			}
		}
	}
	return best
}

func (s *scan) tableRows(table nodeID) []row {
	d := s.d
	var rows []row
	all := 0
	for i := table + 1; i < d.nodes[table].end && len(rows) < maxEntries; i++ {
		e := &d.nodes[i]
		if e.tag == atom.Table {
			return nil // it lays out the page
		}
		if e.tag != atom.Tr || e.text == 0 || d.find(i, atom.Td) < 0 {
			continue
		}
		all++
		cell := s.tellingCell(i)
		if cell < 0 || s.dates[e.end] == s.dates[i] || len(between(s.links, i, e.end)) > 0 {
			continue
		}
		rows = s.addAnchored(rows, row{from: i, to: e.end, link: cell}, i)
	}
	if len(rows) < leastInline || 4*len(rows) < 3*all {
		return nil
	}
	return rows
}

// tellingCell is the cell of a row that says what happened: what a script makes
// a link, or else the first that is no day, time or number; -1 where there is
// none.
func (s *scan) tellingCell(tr nodeID) nodeID {
	d := s.d
	found := nodeID(-1)
	for i := tr + 1; i < d.nodes[tr].end; i++ {
		e := &d.nodes[i]
		if e.tag == atom.A && e.text > 3 {
			return i
		}
		if e.tag != atom.Td && e.tag != atom.Th || e.text < 3 || e.text > 200 || found >= 0 {
			continue
		}
		if text := d.text(i); hasLetters(text) && !isTimeOfDay(text) && !s.isDateLine(i) && len(text) > 3 {
			found = i
		}
	}
	return found
}
