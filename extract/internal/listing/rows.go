package listing

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/news"
)

const maxRead = 6 // lists that are read in full before one is chosen

// A row is a stretch of the page that may be one entry: whole subtrees beside
// one another, from the node from to before the node to.
type row struct {
	from, to dom.NodeID
	link     dom.NodeID // the link that leads to the article; for an anchored entry what opens it
	url      string     // where it leads
	anchor   bool       // the entry has no page of its own
	alone    bool       // the only one of its kind: an entry only beside others
	ruled    bool       // a rule of the configuration or of the preset names it
	papers   bool       // all that it links to are papers of one meeting: agenda, minutes
}

// A rowList is a set of rows that are built alike.
type rowList struct {
	rows     []row
	score    float64
	worth    float64 // of one row, on average
	dated    float64 // share of the rows that seem to have a date
	headed   float64 // share with a heading
	told     float64 // share with text beyond the headline
	files    float64 // share that lead to files
	zone     zone    // of most rows
	alone    bool    // a single row that is an entry only beside others
	topical  bool    // undated reports under topics
	pardoned bool    // only a class or id calls it chrome, and it is the page's only dated list
	dir      string  // folder that most addresses share; empty: none
}

// rowLists are the lists on the page, the most promising first.
func (s *listScan) rowLists() []*rowList {
	var lists []*rowList
	for _, links := range s.clusters() {
		cuts := s.cuts(links)
		if told := s.withoutMores(links); told != nil {
			cuts = append(cuts, s.cuts(told)...)
		}
		for _, part := range s.byCell(links) {
			cuts = append(cuts, s.cuts(part)...)
		}
		for _, cut := range cuts {
			for _, rows := range s.splitByFolder(cut) {
				if l := s.weigh(rows); l != nil {
					lists = append(lists, l)
				}
			}
		}
	}
	lists = append(lists, s.anchoredLists()...)
	demoteAttachments(lists)
	s.demoteSections(lists)
	sortByScore(lists)
	return lists
}

// sortByScore puts the most promising lists first; of equal ones that which
// stands first on the page.
func sortByScore(lists []*rowList) {
	slices.SortStableFunc(lists, func(a, b *rowList) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return int(a.rows[0].from - b.rows[0].from)
	})
}

// demoteAttachments weighs lists of files less that stand in the rows of a list
// of pages: agenda and minutes beside the meeting.
func demoteAttachments(lists []*rowList) {
	for _, files := range lists {
		within := func(pages *rowList) bool {
			arePages := pages.files == 0 && !pages.rows[0].anchor
			return arePages && pages.worth > 0.6*files.worth && len(files.rows) <= 3*len(pages.rows) && standWithin(files.rows, pages.rows)
		}
		if files.files == 1 && slices.ContainsFunc(lists, within) {
			files.score *= 0.5
		}
	}
}

// standWithin reports whether every row of a list is a part of a row of another.
func standWithin(inner, outer []row) bool {
	j := 0
	for _, r := range inner {
		for j < len(outer) && outer[j].to <= r.from {
			j++
		}
		if j == len(outer) || outer[j].from > r.from || outer[j].to < r.to {
			return false
		}
	}
	return len(outer) > 1
}

// splitByFolder takes rows that are built alike but are two lists: they stand in
// different elements and lead into different folders, as news and events do.
func (s *listScan) splitByFolder(rows []row) [][]row {
	var groups [][]row
	last := dom.NodeID(-1)
	start := 0
	for k, r := range rows {
		holder := s.holder(r)
		if k > 0 && holder != last {
			groups, start = append(groups, rows[start:k:k]), k
		}
		last = holder
	}
	groups = append(groups, rows[start:])
	if len(groups) < 2 {
		return [][]row{rows}
	}
	if told := s.byHeading(groups); told != nil {
		return told
	}
	if kept := s.withoutMenus(groups); len(kept) < len(rows) {
		return [][]row{kept}
	}
	if len(groups) > 8 {
		return [][]row{rows}
	}
	if rows[0].papers || !slices.ContainsFunc(groups, func(g []row) bool { return !overPapers(s.headingOver(g[0])) }) {
		return [][]row{rows} // papers of one kind or one body lie in a folder of their own
	}
	dirs := make(map[string]bool)
	for _, g := range groups {
		dir := s.commonDir(g)
		last := dir[strings.LastIndexByte(dir, '/')+1:]
		if len(g) < 2 || !strings.Contains(dir, "/") || dirs[last] {
			return [][]row{rows}
		}
		dirs[last] = true
	}
	return groups
}

// holder is the lowest element that holds more than a row.
func (s *listScan) holder(r row) dom.NodeID {
	at := s.d.Nodes[r.from].Parent
	for text := s.texts[r.to] - s.texts[r.from]; at > s.d.Body && s.d.Nodes[at].Text <= text; {
		at = s.d.Nodes[at].Parent
	}
	return at
}

// byHeading parts the groups of rows under headings that tell of something else
// ("Most read") from the others; nil where there are none, or nothing else.
func (s *listScan) byHeading(groups [][]row) [][]row {
	var plain, told []row
	for _, g := range groups {
		if s.zoneOver(g[0]) == 0 {
			plain = append(plain, g...)
		} else {
			told = append(told, g...)
		}
	}
	if len(plain) == 0 || len(told) == 0 {
		return nil
	}
	return [][]row{plain, told}
}

// withoutMenus leaves out the groups of rows that look like a menu beside the
// others: without dates where most others have them, with labels of a word or
// two or links that lead elsewhere; and a single row that leads elsewhere.
func (s *listScan) withoutMenus(groups [][]row) []row {
	var all, told, kept []row
	for _, g := range groups {
		all = append(all, g...)
		if len(g) > 1 && s.datedIn(g) > 0 {
			told = append(told, g...)
		}
	}
	dir := s.commonDir(told)
	for _, g := range groups {
		words := 0
		for _, r := range g {
			words += min(len(strings.Fields(s.d.Text(r.link))), 10)
		}
		elsewhere := len(told) > 2 && strings.Contains(dir, "/") && !strings.HasPrefix(s.commonDir(g)+"/", dir+"/")
		isDated := s.datedIn(g) > 0 && (len(g) > 1 || !elsewhere)
		if isDated || words > 2*len(g) && !elsewhere {
			kept = append(kept, g...)
		}
	}
	if 5*s.datedIn(kept) < 4*len(kept) || 4*len(kept) < len(all) {
		return all
	}
	return kept
}

// datedIn counts the rows with what looks like a date.
func (s *listScan) datedIn(rows []row) (n int) {
	for _, r := range rows {
		if s.dates[r.to] > s.dates[r.from] {
			n++
		}
	}
	return n
}

// clusters are links of the same shape that stand in elements of the same
// shapes, in document order.
func (s *listScan) clusters() [][]dom.NodeID {
	at := make(map[uint64]int)
	var all [][]dom.NodeID
	for _, link := range s.links {
		key := s.path[link]
		if tag := s.d.Nodes[min(int(link)+1, len(s.d.Nodes)-1)].Tag; tag == atom.B || tag == atom.Strong {
			key = mix(key, uint64(tag)) // a bold link is not of the menu beside it
		}
		i, ok := at[key]
		if !ok {
			i = len(all)
			at[key] = i
			all = append(all, nil)
		}
		all[i] = append(all[i], link)
	}
	return all
}

// byCell are the links of a cluster by the cells that hold them, where these are
// a few large ones: the columns of a page that a table lays out.
func (s *listScan) byCell(links []dom.NodeID) [][]dom.NodeID {
	var parts [][]dom.NodeID
	last := dom.NodeID(-1)
	for _, link := range links {
		cell := s.d.Nodes[link].Parent
		if s.d.Nodes[cell].Tag != atom.Td || cell != last && len(parts) == 4 {
			return nil
		}
		if cell != last {
			parts, last = append(parts, nil), cell
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], link)
	}
	return slices.DeleteFunc(parts, func(part []dom.NodeID) bool { return len(part) < 3 || len(parts) == 1 })
}

// cuts are the ways to cut the page into one row per link. Every link is given
// as much around it as holds no other link of the cluster; all rows are as many
// elements high as the lowest, or, where that differs, as the most are.
func (s *listScan) cuts(links []dom.NodeID) [][]row {
	targets := s.targets(links)
	if len(targets) == 0 {
		return nil
	}
	if len(targets) == 1 {
		if rows := s.singleRow(targets[0]); rows != nil {
			return [][]row{rows}
		}
		return nil
	}
	lowest, usual, times := s.heights(targets)
	all := [][]row{s.rowsAt(targets, lowest)}
	if usual != lowest && 3*times > len(targets) {
		all = append(all, s.rowsAt(targets, usual))
	}
	all = append(all, s.groupedAt(targets, lowest)...)
	if cell := s.cellOf(targets[0]); cell > s.d.Body && cell != s.climb(targets[0].link, lowest) {
		if rows := s.grouped(targets, s.cellOf); rows != nil {
			all = append(all, rows)
		}
	}
	if rows := s.byLine(targets); rows != nil {
		all = append(all, rows)
	}
	return all
}

// heights are how many elements around a link hold no other link of the
// cluster: at least, and mostly, with how often that is.
func (s *listScan) heights(targets []row) (lowest, usual, times int) {
	heights := make([]int, len(targets))
	count := make(map[int]int)
	for k := range targets {
		heights[k] = s.headroom(targets, k)
		count[heights[k]]++
	}
	for h, n := range count {
		if n > count[usual] || n == count[usual] && h < usual {
			usual = h
		}
	}
	return slices.Min(heights), usual, count[usual]
}

// groupedAt are the rows that hold several links each at a height, and those one
// higher where the cells of one row hold several.
func (s *listScan) groupedAt(targets []row, height int) [][]row {
	at := func(height int) func(row) dom.NodeID {
		return func(t row) dom.NodeID { return s.climb(t.link, height) }
	}
	rows := s.grouped(targets, at(height))
	if rows == nil {
		return nil
	}
	if fewer := s.grouped(targets, at(height+1)); fewer != nil && len(fewer) < len(rows) {
		return [][]row{rows, fewer}
	}
	return [][]row{rows}
}

// climb is the element at a height above a node.
func (s *listScan) climb(at dom.NodeID, height int) dom.NodeID {
	for range height {
		if p := s.d.Nodes[at].Parent; p > s.d.Body {
			at = p
		}
	}
	return at
}

// targets are the links of a cluster that lead away from the page; of several
// in a row to one address the first.
func (s *listScan) targets(links []dom.NodeID) []row {
	all := make([]row, 0, min(len(links), read.MaxEntries))
	for _, link := range links {
		address := s.d.Abs(s.d.Attr(link, "href"))
		if address == "" || s.d.Nodes[link].Text <= 40 && leadsBack(s.d.Text(link)) ||
			(strings.Contains(address, "#") || len(address) <= len(s.d.Page.URL)+8) && news.Canonical(address) == s.self {
			continue
		}
		if n := len(all); n > 0 && all[n-1].url == address {
			continue
		}
		all = append(all, row{from: link, to: s.d.Nodes[link].End, link: link, url: address})
		if len(all) == read.MaxEntries {
			break
		}
	}
	return all
}

// headroom is how many elements one can climb from a link before another link
// of the cluster comes into view.
func (s *listScan) headroom(targets []row, k int) int {
	height := 0
	before, after := dom.NodeID(-1), dom.NodeID(math.MaxInt32)
	if k > 0 {
		before = targets[k-1].link
	}
	if k+1 < len(targets) {
		after = targets[k+1].link
	}
	for p := s.d.Nodes[targets[k].link].Parent; p > s.d.Body; p = s.d.Nodes[p].Parent {
		if before >= p || after < s.d.Nodes[p].End {
			break
		}
		height++
	}
	return height
}

// rowsAt are the rows that the elements at a height above the links make.
func (s *listScan) rowsAt(targets []row, height int) []row {
	rows := make([]row, 0, len(targets))
	for _, t := range targets {
		at := s.climb(t.link, height)
		t.from, t.to = at, s.d.Nodes[at].End
		if n := len(rows); n > 0 && rows[n-1].from == t.from {
			continue // several links in one row
		}
		rows = append(rows, t)
	}
	if len(rows) > 1 {
		s.widen(rows)
	}
	return rows
}

// singleRow is the row of a link that is alone of its kind, in a heading or
// around one: a listing may have one entry, or show the newest larger. It calls
// itself an article, or reaches as far as no other heading comes into view.
func (s *listScan) singleRow(t row) []row {
	link := &s.d.Nodes[t.link]
	if link.Text == 0 || link.Flags&dom.InHead == 0 && s.heads[link.End] == s.heads[t.link] {
		return nil
	}
	for p := t.link; p > s.d.Body; p = s.d.Nodes[p].Parent {
		e := &s.d.Nodes[p]
		if e.Text > s.d.Nodes[s.d.Body].Text/2 || e.Text > 1200 || s.heads[e.End]-s.heads[p] > 2 {
			break
		}
		t.from, t.to = p, e.End
		if e.Tag == atom.Article || strings.Contains(dom.AttrOf(e.HTML, "class"), "hentry") || newsType(dom.AttrOf(e.HTML, "itemtype")) {
			return []row{t}
		}
	}
	t.alone = true
	return []row{t}
}
