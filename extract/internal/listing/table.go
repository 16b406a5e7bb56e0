package listing

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// headlineColumns are what is written over the column that tells what a line of
// a table is about, as Fold writes it.
var headlineColumns = words.Set("headline_columns")

// columnName is what is written over the cell of a table that a node stands in,
// or what the cell says of itself for narrow screens; empty where that is
// nothing.
func (s *listScan) columnName(i dom.NodeID) string {
	cell := s.cellAround(i)
	if cell < 0 {
		return ""
	}
	for _, key := range [...]string{"data-label", "data-title", "data-th"} {
		if name := s.d.Attr(cell, key); name != "" {
			return name
		}
	}
	line := s.d.Nodes[cell].Parent
	names := s.columnNames(s.tableAround(line), line)
	if at := s.position(cell); at < len(names) {
		return names[at]
	}
	return ""
}

// cellAround is the cell that a node stands in; -1 where there is none.
func (s *listScan) cellAround(i dom.NodeID) dom.NodeID {
	for ; i > s.d.Body; i = s.d.Nodes[i].Parent {
		if tag := s.d.Nodes[i].Tag; tag == atom.Td || tag == atom.Th {
			return i
		}
	}
	return -1
}

func (s *listScan) tableAround(line dom.NodeID) dom.NodeID {
	at := line
	for at > s.d.Body && s.d.Nodes[at].Tag != atom.Table {
		at = s.d.Nodes[at].Parent
	}
	return at
}

// columnNames are what the first line of a table says of its columns, where
// all of its cells are heads.
func (s *listScan) columnNames(table, line dom.NodeID) []string {
	if names, known := s.columns[table]; known {
		return names
	}
	var names []string
	first := s.d.Find(table, atom.Tr)
	if first >= 0 && first < line {
		for c := first + 1; c < s.d.Nodes[first].End; c = s.d.Nodes[c].End {
			if s.d.Nodes[c].Tag != atom.Th && s.d.Nodes[s.d.Nodes[first].Parent].Tag != atom.Thead {
				names = nil
				break
			}
			names = append(names, s.d.Text(c))
		}
	}
	if s.columns == nil {
		s.columns = make(map[dom.NodeID][]string)
	}
	s.columns[table] = names
	return names
}

// columnPiece is what stands in the column that tells what a line is about.
func (r *rowReader) columnPiece() int {
	for k := range r.pieces {
		if p := &r.pieces[k]; r.usable(p) && headlineColumns()[news.Fold(r.s.columnName(p.from))] {
			return k
		}
	}
	return -1
}

// besideNumber is the same beside a link that is but the number of a file, such
// as "VO/2026/410" or "2026-0047.pdf"; without such a column what stands behind
// the link.
func (r *rowReader) besideNumber() int {
	letters, digits := 0, 0
	label := r.s.linkOf(r.row).label
	if i := strings.LastIndexByte(label, '.'); i > 0 && dom.FileTypes[strings.ToLower(label[i+1:])] != "" {
		label = label[:i]
	}
	for _, c := range label {
		switch {
		case unicode.IsLetter(c):
			letters++
		case unicode.IsDigit(c):
			digits++
		}
	}
	if digits == 0 || letters > digits {
		return -1
	}
	if k := r.columnPiece(); k >= 0 {
		return k
	}
	return slices.IndexFunc(r.pieces, func(p piece) bool {
		if p.link >= 0 || !r.usable(&p) || len(p.text) >= 200 {
			return false
		}
		return len(strings.Fields(p.text)) > 1 && !texts.HasDigit(p.text[:1])
	})
}
