package listing

import (
	"math"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
)

// cellOf is the cell of a table that a link stands in; the body where there is
// none.
func (s *listScan) cellOf(t row) dom.NodeID {
	for p := s.d.Nodes[t.link].Parent; p > s.d.Body; p = s.d.Nodes[p].Parent {
		if tag := s.d.Nodes[p].Tag; tag == atom.Td || tag == atom.Th {
			return p
		}
	}
	return s.d.Body
}

// grouped are rows that hold several links of one shape each, as the cells of a
// table do: agenda, minutes, video. The link of a row is the one in the column
// where the addresses differ most and the labels tell most. What at names for
// each link stands beside that of the others of its row.
func (s *listScan) grouped(targets []row, at func(row) dom.NodeID) []row {
	rowsAtMost, last := 0, dom.NodeID(-1)
	for _, t := range targets {
		if parent := s.d.Nodes[at(t)].Parent; parent != last {
			rowsAtMost, last = rowsAtMost+1, parent
		}
	}
	if 4*len(targets) < 5*rowsAtMost {
		return nil // hardly a row has two
	}
	order := s.groupParents(targets, at)
	if order == nil {
		return nil
	}
	groups, columns, mores := s.cells(targets, at)
	papers := 10*mores >= 6*len(targets)
	up := 0
	if papers {
		up = s.groupRoom(order)
	} else if isList(s.d.Nodes[order[0]].Tag) {
		return nil // it holds rows, it is none
	}
	rows := make([]row, 0, len(order))
	for _, parent := range order {
		best := groups[parent][0]
		for _, c := range groups[parent][1:] {
			if columns[c.at].rank(c.at, len(order)) > columns[best.at].rank(best.at, len(order)) {
				best = c
			}
		}
		best.row.papers = papers
		best.row.from = s.climb(parent, up)
		best.row.to = s.d.Nodes[best.row.from].End
		rows = append(rows, best.row)
	}
	if papers {
		s.takeHeadings(rows)
	}
	return rows
}

// cells are the links by their row, the columns that they stand in, and how many
// say only what they lead to, with nothing beside them: agenda, minutes.
func (s *listScan) cells(targets []row, at func(row) dom.NodeID) (groups map[dom.NodeID][]cell, columns map[int]*column, mores int) {
	groups, columns = make(map[dom.NodeID][]cell), make(map[int]*column)
	for _, t := range targets {
		place := at(t)
		parent := s.d.Nodes[place].Parent
		c := cell{2 * s.position(place), t}
		if dom.FileTypes[dom.ExtensionOf(t.url)] != "" {
			c.at++ // beside a page that tells the same it is a column of its own
		}
		groups[parent] = append(groups[parent], c)
		if columns[c.at] == nil {
			columns[c.at] = &column{urls: make(map[string]bool), labels: make(map[string]bool)}
		}
		columns[c.at].add(s, t)
		if s.linkOf(t).more && s.d.Nodes[place].Text == s.d.Nodes[t.link].Text {
			mores++
		}
	}
	return groups, columns, mores
}

// isList reports elements whose children are rows.
func isList(tag atom.Atom) bool { return tag == atom.Ul || tag == atom.Ol || tag == atom.Dl }

// groupParents are the elements that may be such rows, in page order: they hold
// the cells that the links stand in. There are none where they hold rows.
func (s *listScan) groupParents(targets []row, at func(row) dom.NodeID) []dom.NodeID {
	var order []dom.NodeID
	met := make(map[dom.NodeID]bool)
	whole := 0 // cells with a heading: rows of their own
	for _, t := range targets {
		place := at(t)
		parent := s.d.Nodes[place].Parent
		if parent <= s.d.Body {
			return nil
		}
		if !met[parent] {
			met[parent] = true
			order = append(order, parent)
		}
		if s.heads[s.d.Nodes[place].End] > s.heads[place] {
			whole++
		}
	}
	switch s.d.Nodes[order[0]].Tag {
	case atom.Table, atom.Tbody, atom.Main, atom.Body:
		return nil
	}
	if len(order) < 2 || 2*whole > len(targets) || 4*len(targets) < 5*len(order) || s.path[order[0]] != s.path[order[len(order)-1]] {
		return nil
	}
	return order
}

// byLine are the lines of text in one element, parted by <br>, that link to the
// papers of a meeting each: "Jan. 8 - agenda, minutes".
func (s *listScan) byLine(targets []row) []row {
	mores := 0
	for _, t := range targets {
		if s.linkOf(t).more {
			mores++
		}
	}
	if 10*mores < 6*len(targets) {
		return nil
	}
	var rows []row
	for k := 0; k < len(targets); {
		parent := s.d.Nodes[targets[k].link].Parent
		line := row{from: parent + 1, link: -1}
		for c := parent + 1; c < s.d.Nodes[parent].End; c = s.d.Nodes[c].End {
			if s.isBreak(c) {
				if line.to = c; line.link >= 0 {
					rows = append(rows, line)
				}
				line = row{from: c + 1, link: -1}
				continue
			}
			for ; k < len(targets) && targets[k].link < s.d.Nodes[c].End; k++ {
				if line.link < 0 {
					line.link, line.url, line.papers = targets[k].link, targets[k].url, true
				}
			}
		}
		if line.to = s.d.Nodes[parent].End; line.link >= 0 {
			rows = append(rows, line)
		}
	}
	if len(rows) < 3 || 4*len(targets) < 5*len(rows) {
		return nil
	}
	return rows
}

// takeHeadings extends rows over the headings right before them: a meeting's day
// or name, and below it a list of its papers.
func (s *listScan) takeHeadings(rows []row) {
	heads := make([]dom.NodeID, len(rows))
	for k, r := range rows {
		before := s.before(r.from, 1)
		if len(before) == 0 || !isHeading(s.d.Nodes[before[0]].Tag) || k > 0 && before[0] < rows[k-1].to {
			return
		}
		heads[k] = before[0]
	}
	for k := range rows {
		rows[k].from = heads[k]
	}
}

// groupRoom is how many elements one can climb from the groups, in page order,
// before another one comes into view: the lowest of all.
func (s *listScan) groupRoom(order []dom.NodeID) int {
	lowest := math.MaxInt
	for k, parent := range order {
		height := 0
		for p := s.d.Nodes[parent].Parent; p > s.d.Body && height < lowest; p = s.d.Nodes[p].Parent {
			if k > 0 && order[k-1] >= p || k+1 < len(order) && order[k+1] < s.d.Nodes[p].End {
				break
			}
			height++
		}
		lowest = min(lowest, height)
	}
	return lowest
}

// A cell is one of several links in a row.
type cell struct {
	at  int // twice its position among its siblings; files count as standing behind
	row row
}

// A column is the links at one position of their rows.
type column struct {
	cells, files, away int
	shown, telling     int // links with a text; those whose text says more than what they lead to
	urls, labels       map[string]bool
}

func (c *column) add(s *listScan, t row) {
	c.cells++
	c.urls[t.url] = true
	if dom.FileTypes[dom.ExtensionOf(t.url)] != "" {
		c.files++
	}
	says := s.linkOf(t)
	if s.d.Nodes[t.link].Text > 0 {
		c.shown++
		c.labels[says.label] = true
		if !says.more {
			c.telling++
		}
	}
	if len(says.folders) > 0 && !dom.SameSite(says.folders[0], s.d.Base.Host) {
		c.away++
	}
}

// rank tells how well a column suits as the links of the rows: a page of its
// own tells more than a file, and both more than the recording elsewhere. What
// all links of a column say is what they lead to.
func (c *column) rank(at, rows int) float64 {
	cells := float64(c.cells)
	unique := float64(len(c.urls)) / cells
	told := float64(c.shown-2*c.files-3*c.away) / cells
	if len(c.labels) > 1 || c.cells == 1 {
		told += 2 * float64(c.telling) / cells
	}
	return min(cells/float64(rows), 1)*unique*unique + 0.1*told - 0.0005*float64(at)
}

// position is how many siblings stand before a node; of very many, enough to
// tell columns apart.
func (s *listScan) position(at dom.NodeID) (n int) {
	parent := s.d.Nodes[at].Parent
	for j := at - 1; j > parent && n < 64; n++ {
		for s.d.Nodes[j].Parent != parent {
			j = s.d.Nodes[j].Parent
		}
		j--
	}
	return n
}
