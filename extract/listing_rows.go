package extract

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	maxEntries = 2000 // of one listing; an archive of a gazette has some hundreds
	maxRead    = 6    // lists that are read in full before one is chosen
)

// A row is a stretch of the page that may be one entry: whole subtrees beside
// one another, from the node from to before the node to.
type row struct {
	from, to nodeID
	link     nodeID // the link that leads to the article; for an anchored entry what opens it
	url      string // where it leads
	anchor   bool   // the entry has no page of its own
	alone    bool   // the only one of its kind: an entry only beside others
	ruled    bool   // a rule of the configuration or of the preset names it
	papers   bool   // all that it links to are papers of one meeting: agenda, minutes
}

// A rowList is a set of rows that are built alike.
type rowList struct {
	rows   []row
	score  float64
	worth  float64 // of one row, on average
	dated  float64 // share of the rows that seem to have a date
	headed float64 // share with a heading
	told   float64 // share with text beyond the headline
	files  float64 // share that lead to files
	zone   zone    // of most rows
	alone  bool    // a single row that is an entry only beside others
	dir    string  // folder that most addresses share; empty: none
}

// rowLists are the lists on the page, the most promising first.
func (s *scan) rowLists() []*rowList {
	var lists []*rowList
	for _, links := range s.clusters() {
		for _, cut := range s.cuts(links) {
			for _, rows := range s.apart(cut) {
				if l := s.weigh(rows); l != nil {
					lists = append(lists, l)
				}
			}
		}
	}
	lists = append(lists, s.anchoredLists()...)
	demoteAttachments(lists)
	slices.SortStableFunc(lists, func(a, b *rowList) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return int(a.rows[0].from - b.rows[0].from)
	})
	return lists
}

// demoteAttachments weighs lists of files less that stand in the rows of a list
// of pages: agenda and minutes beside the meeting.
func demoteAttachments(lists []*rowList) {
	for _, files := range lists {
		within := func(pages *rowList) bool {
			return pages.files == 0 && !pages.rows[0].anchor && pages.worth > 0.6*files.worth && len(files.rows) <= 3*len(pages.rows) && standWithin(files.rows, pages.rows)
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

// apart takes rows that are built alike but are two lists: they stand in
// different elements and lead into different folders, as news and events do.
func (s *scan) apart(rows []row) [][]row {
	var groups [][]row
	for k, r := range rows {
		if k > 0 && s.d.nodes[r.from].parent == s.d.nodes[rows[k-1].from].parent {
			groups[len(groups)-1] = append(groups[len(groups)-1], r)
		} else {
			groups = append(groups, []row{r})
		}
	}
	if len(groups) < 2 || len(groups) > 8 {
		return [][]row{rows}
	}
	if told := s.byHeading(groups); told != nil {
		return told
	}
	if kept := s.withoutMenus(groups); len(kept) < len(rows) {
		return [][]row{kept}
	}
	dirs := make(map[string]bool)
	for _, g := range groups {
		dir := s.commonDir(g)
		if len(g) < 2 || !strings.Contains(dir, "/") || dirs[dir] {
			return [][]row{rows}
		}
		dirs[dir] = true
	}
	return groups
}

// byHeading parts the groups of rows under headings that tell of something else
// ("Most read") from the others; nil where there are none, or nothing else.
func (s *scan) byHeading(groups [][]row) [][]row {
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
// others: labels of a word or two, and no dates where most others have them.
func (s *scan) withoutMenus(groups [][]row) []row {
	datedIn := func(rows []row) (n int) {
		for _, r := range rows {
			if s.dates[r.to] > s.dates[r.from] {
				n++
			}
		}
		return n
	}
	var all, kept []row
	for _, g := range groups {
		all = append(all, g...)
		words := 0
		for _, r := range g {
			words += min(len(strings.Fields(s.d.text(r.link))), 10)
		}
		if datedIn(g) > 0 || words > 2*len(g) {
			kept = append(kept, g...)
		}
	}
	if 5*datedIn(kept) < 4*len(kept) || 2*len(kept) < len(all) {
		return all
	}
	return kept
}

// clusters are links of the same shape that stand in elements of the same
// shapes, in document order.
func (s *scan) clusters() [][]nodeID {
	at := make(map[uint64]int)
	var all [][]nodeID
	for _, link := range s.links {
		key := s.path[link]
		if tag := s.d.nodes[min(int(link)+1, len(s.d.nodes)-1)].tag; tag == atom.B || tag == atom.Strong {
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

// cuts are the ways to cut the page into one row per link. Every link is given
// as much around it as holds no other link of the cluster; all rows are as many
// elements high as the lowest, or, where that differs, as the most are.
func (s *scan) cuts(links []nodeID) [][]row {
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
	heights := make([]int, len(targets))
	times := make(map[int]int)
	for k := range targets {
		heights[k] = s.headroom(targets, k)
		times[heights[k]]++
	}
	lowest, usual := slices.Min(heights), 0
	for h, n := range times {
		if n > times[usual] || n == times[usual] && h < usual {
			usual = h
		}
	}
	all := [][]row{s.rowsAt(targets, lowest)}
	if usual != lowest && 3*times[usual] > len(targets) {
		all = append(all, s.rowsAt(targets, usual))
	}
	if rows := s.grouped(targets, func(t row) nodeID { return s.climb(t.link, lowest) }); rows != nil {
		all = append(all, rows)
	}
	if cell := s.cellOf(targets[0]); cell > s.d.body && cell != s.climb(targets[0].link, lowest) {
		if rows := s.grouped(targets, s.cellOf); rows != nil {
			all = append(all, rows)
		}
	}
	return all
}

// cellOf is the cell of a table that a link stands in; the body where there is
// none.
func (s *scan) cellOf(t row) nodeID {
	for p := s.d.nodes[t.link].parent; p > s.d.body; p = s.d.nodes[p].parent {
		if tag := s.d.nodes[p].tag; tag == atom.Td || tag == atom.Th {
			return p
		}
	}
	return s.d.body
}

// grouped are rows that hold several links of one shape each, as the cells of a
// table do: agenda, minutes, video. The link of a row is the one in the column
// where the addresses differ most and the labels tell most.
// What is at the links stands beside one another in a row.
func (s *scan) grouped(targets []row, at func(row) nodeID) []row {
	rowsAtMost, last := 0, nodeID(-1)
	for _, t := range targets {
		if parent := s.d.nodes[at(t)].parent; parent != last {
			rowsAtMost, last = rowsAtMost+1, parent
		}
	}
	if 4*len(targets) < 5*rowsAtMost {
		return nil // hardly a row has two
	}
	groups := make(map[nodeID][]cell)
	columns := make(map[int]*column)
	var order []nodeID
	mores := 0 // links that say only what they lead to, with nothing beside them: agenda, minutes
	for _, t := range targets {
		place := at(t)
		parent := s.d.nodes[place].parent
		if parent <= s.d.body {
			return nil
		}
		if groups[parent] == nil {
			order = append(order, parent)
		}
		c := cell{s.position(place), t}
		groups[parent] = append(groups[parent], c)
		if columns[c.at] == nil {
			columns[c.at] = &column{urls: make(map[string]bool), labels: make(map[string]bool)}
		}
		columns[c.at].add(s, t)
		if s.linkOf(t).more && s.d.nodes[place].text == s.d.nodes[t.link].text {
			mores++
		}
	}
	switch s.d.nodes[order[0]].tag {
	case atom.Ul, atom.Ol, atom.Dl:
		if 10*mores < 6*len(targets) {
			return nil // it holds rows, it is none
		}
	case atom.Table, atom.Tbody, atom.Main, atom.Body:
		return nil // likewise
	}
	if len(order) < 2 || 4*len(targets) < 5*len(order) || s.path[order[0]] != s.path[order[len(order)-1]] {
		return nil
	}
	up := 0
	if 10*mores >= 6*len(targets) {
		up = s.groupRoom(order)
	}
	rows := make([]row, 0, len(order))
	for _, parent := range order {
		best := groups[parent][0]
		for _, c := range groups[parent][1:] {
			if columns[c.at].rank(c.at, len(order)) > columns[best.at].rank(best.at, len(order)) {
				best = c
			}
		}
		best.row.papers = 10*mores >= 6*len(targets)
		best.row.from = s.climb(parent, up)
		best.row.to = s.d.nodes[best.row.from].end
		rows = append(rows, best.row)
	}
	return rows
}

// groupRoom is how many elements one can climb from the groups, in page order,
// before another one comes into view: the lowest of all.
func (s *scan) groupRoom(order []nodeID) int {
	lowest := math.MaxInt
	for k, parent := range order {
		height := 0
		for p := s.d.nodes[parent].parent; p > s.d.body && height < lowest; p = s.d.nodes[p].parent {
			if k > 0 && order[k-1] >= p || k+1 < len(order) && order[k+1] < s.d.nodes[p].end {
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
	at  int // position among its siblings
	row row
}

// A column is the links at one position of their rows.
type column struct {
	cells, files, away int
	shown, telling     int // links with a text; those whose text says more than what they lead to
	urls, labels       map[string]bool
}

func (c *column) add(s *scan, t row) {
	c.cells++
	c.urls[t.url] = true
	if fileTypes[extensionOf(t.url)] != "" {
		c.files++
	}
	says := s.linkOf(t)
	if s.d.nodes[t.link].text > 0 {
		c.shown++
		c.labels[says.label] = true
		if !says.more {
			c.telling++
		}
	}
	if len(says.folders) > 0 && !sameSite(says.folders[0], s.d.base.Host) {
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
	return min(cells/float64(rows), 1)*unique*unique + 0.1*told - 0.001*float64(at)
}

// climb is the element at a height above a node.
func (s *scan) climb(at nodeID, height int) nodeID {
	for range height {
		if p := s.d.nodes[at].parent; p > s.d.body {
			at = p
		}
	}
	return at
}

// position is how many siblings stand before a node; of very many, enough to
// tell columns apart.
func (s *scan) position(at nodeID) (n int) {
	parent := s.d.nodes[at].parent
	for j := at - 1; j > parent && n < 64; n++ {
		for s.d.nodes[j].parent != parent {
			j = s.d.nodes[j].parent
		}
		j--
	}
	return n
}

// targets are the links of a cluster that lead away from the page; of several
// in a row to one address the first.
func (s *scan) targets(links []nodeID) []row {
	self := news.Canonical(s.d.page.URL)
	var all []row
	for _, link := range links {
		address := s.d.abs(s.d.attr(link, "href"))
		if address == "" || s.d.nodes[link].text <= 40 && leadsBack(s.d.text(link)) || (strings.Contains(address, "#") || len(address) <= len(s.d.page.URL)+8) && news.Canonical(address) == self {
			continue
		}
		if n := len(all); n > 0 && all[n-1].url == address {
			continue
		}
		all = append(all, row{from: link, to: s.d.nodes[link].end, link: link, url: address})
		if len(all) == maxEntries {
			break
		}
	}
	return all
}

// headroom is how many elements one can climb from a link before another link
// of the cluster comes into view.
func (s *scan) headroom(targets []row, k int) int {
	height := 0
	before, after := nodeID(-1), nodeID(math.MaxInt32)
	if k > 0 {
		before = targets[k-1].link
	}
	if k+1 < len(targets) {
		after = targets[k+1].link
	}
	for p := s.d.nodes[targets[k].link].parent; p > s.d.body; p = s.d.nodes[p].parent {
		if before >= p || after < s.d.nodes[p].end {
			break
		}
		height++
	}
	return height
}

// rowsAt are the rows that the elements at a height above the links make.
func (s *scan) rowsAt(targets []row, height int) []row {
	rows := make([]row, 0, len(targets))
	for _, t := range targets {
		at := s.climb(t.link, height)
		t.from, t.to = at, s.d.nodes[at].end
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

// widen extends rows of a flat sequence (heading, date, teaser, heading, date,
// teaser …) over what belongs to them and is wrapped in nothing.
func (s *scan) widen(rows []row) {
	loose, gaps := 0, 0
	for k := 1; k < len(rows); k++ {
		if !s.siblings(rows[k-1], rows[k]) {
			continue
		}
		gaps++
		if s.texts[rows[k].from]-s.texts[rows[k-1].to] > 0 && !s.another(rows[k-1].to, rows[k-1]) {
			loose++
		}
	}
	if gaps == 0 || 2*loose < gaps {
		return
	}
	if s.linksLast(rows) {
		s.widenBack(rows)
		return
	}
	lead := s.lead(rows)
	usual := make(map[uint64]int) // shapes that stand in gaps, and in how many
	for k := 0; k+1 < len(rows); k++ {
		if s.siblings(rows[k], rows[k+1]) {
			seen := make(map[uint64]bool)
			s.between(rows[k].to, rows[k+1].from, func(i nodeID) bool {
				if shape := s.flatShape(i); !seen[shape] {
					seen[shape] = true
					usual[shape]++
				}
				return true
			})
		}
	}
	starts := make([]nodeID, len(rows))
	for k := range rows {
		starts[k] = s.stepBack(rows, k, lead)
	}
	for k := range rows {
		end := s.d.nodes[s.d.nodes[rows[k].from].parent].end
		if k+1 < len(rows) && s.siblings(rows[k], rows[k+1]) {
			end = starts[k+1]
		}
		to := rows[k].to
		s.between(rows[k].to, end, func(i nodeID) bool {
			if s.separates(i, rows[k]) || s.another(i, rows[k]) || usual[s.flatShape(i)]*3 < gaps && gaps > 2 && s.d.nodes[i].flags&isText == 0 && usual[s.flatShape(i)] < 2 {
				return false
			}
			to = s.d.nodes[i].end
			return true
		})
		rows[k].from, rows[k].to = starts[k], to
	}
}

// linksLast reports whether the rows of a flat sequence end in their links:
// these say only that there is more.
func (s *scan) linksLast(rows []row) bool {
	last := 0
	for _, r := range rows {
		if s.texts[r.to]-s.texts[r.from] == s.d.nodes[r.link].text && s.linkOf(r).more {
			last++
		}
	}
	return 4*last >= 3*len(rows)
}

// widenBack extends rows over what stands between them and the row before; the
// first one as far as what stands before it looks like that.
func (s *scan) widenBack(rows []row) {
	shapes := make(map[uint64]bool)
	longest := 0
	for k := len(rows) - 1; k > 0; k-- {
		if !s.siblings(rows[k-1], rows[k]) {
			continue
		}
		n := 0
		s.between(rows[k-1].to, rows[k].from, func(i nodeID) bool {
			shapes[s.flatShape(i)] = true
			n++
			return true
		})
		longest = max(longest, n)
		rows[k].from = rows[k-1].to
	}
	for _, b := range s.before(rows[0].from, longest) {
		if !shapes[s.flatShape(b)] || s.d.nodes[b].tag == atom.Hr {
			break
		}
		rows[0].from = b
	}
}

// flatShape is the shape of an element of a flat sequence. Paragraphs of any
// class are alike.
func (s *scan) flatShape(i nodeID) uint64 {
	if s.d.nodes[i].tag == atom.P {
		return 2
	}
	return s.shape[i]
}

func (s *scan) siblings(a, b row) bool {
	return s.d.nodes[a.from].parent == s.d.nodes[b.from].parent && a.to <= b.from
}

// between calls f for the siblings from a to before b while f says so.
func (s *scan) between(a, b nodeID, f func(nodeID) bool) {
	for i := a; i < b && f(i); i = s.d.nodes[i].end {
	}
}

// another reports a sibling that is a row of its own although it has no link
// of the cluster: it is built as the row is, and leads elsewhere.
func (s *scan) another(i nodeID, r row) bool {
	e := &s.d.nodes[i]
	if e.flags&isText != 0 || e.linked == 0 || e.tag == atom.P || s.shape[i] != s.shape[r.from] {
		return false
	}
	for k := i; k < e.end; k++ {
		if s.d.isPageLink(k) {
			return s.d.abs(s.d.attr(k, "href")) != r.url
		}
	}
	return false
}

// separates reports what ends a row of a flat sequence: a rule, or a heading
// that is not its own.
func (s *scan) separates(i nodeID, r row) bool {
	e := &s.d.nodes[i]
	if e.tag == atom.Hr {
		return true
	}
	return isHeading(e.tag) && s.heads[r.to] > s.heads[r.from]
}

// lead is how many siblings before the link's element belong to a row of a
// flat sequence: those that stand before the first row as before the others,
// less those that stand behind the last row as well.
func (s *scan) lead(rows []row) int {
	first := s.before(rows[0].from, 3)
	lead := 0
	for n := 1; n <= len(first); n++ {
		same, of := 0, 0
		for k := 1; k < len(rows); k++ {
			if !s.siblings(rows[k-1], rows[k]) {
				continue
			}
			of++
			if b := s.before(rows[k].from, n); len(b) == n && b[n-1] >= rows[k-1].to && (s.alike(b[n-1], first[n-1]) || s.isBreak(b[n-1]) && s.isBreak(first[n-1])) {
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
	if behind >= s.d.nodes[s.d.nodes[last.from].parent].end {
		return lead
	}
	for lead > 0 && s.alike(behind, first[lead-1]) {
		lead--
	}
	return lead
}

func (s *scan) isBreak(i nodeID) bool { return s.d.nodes[i].tag == atom.Br }

// alike reports whether two elements of a flat sequence play the same part: of
// one shape, both with a date or both without. Rules and breaks play none.
func (s *scan) alike(a, b nodeID) bool {
	if tag := s.d.nodes[a].tag; tag == atom.Br || tag == atom.Hr {
		return false
	}
	hasDate := func(i nodeID) bool { return s.dates[s.d.nodes[i].end] > s.dates[i] }
	return s.shape[a] == s.shape[b] && hasDate(a) == hasDate(b)
}

// before are up to n siblings before a node, the nearest first.
func (s *scan) before(i nodeID, n int) []nodeID {
	var back []nodeID
	parent := s.d.nodes[i].parent
	for j := i - 1; j > parent && len(back) < n; {
		for s.d.nodes[j].parent != parent {
			j = s.d.nodes[j].parent
		}
		back = append(back, j)
		j--
	}
	return back
}

func (s *scan) stepBack(rows []row, k, lead int) nodeID {
	from := rows[k].from
	for _, b := range s.before(from, lead) {
		if k > 0 && b < rows[k-1].to {
			break
		}
		from = b
	}
	return from
}

// singleRow is the row of a link that is alone of its kind, in a heading or
// around one: a listing may have one entry, or show the newest larger. It calls
// itself an article, or reaches as far as no other heading comes into view.
func (s *scan) singleRow(t row) []row {
	link := &s.d.nodes[t.link]
	if link.text == 0 || link.flags&inHead == 0 && s.heads[link.end] == s.heads[t.link] {
		return nil
	}
	for p := t.link; p > s.d.body; p = s.d.nodes[p].parent {
		e := &s.d.nodes[p]
		if e.text > s.d.nodes[s.d.body].text/2 || e.text > 1200 || s.heads[e.end]-s.heads[p] > 2 {
			break
		}
		t.from, t.to = p, e.end
		if e.tag == atom.Article || strings.Contains(attrOf(e.n, "class"), "hentry") || newsType(attrOf(e.n, "itemtype")) {
			return []row{t}
		}
	}
	t.alone = true
	return []row{t}
}

// newsType reports the schema.org types of a report.
func newsType(itemtype string) bool {
	at := strings.LastIndexAny(itemtype, "/#")
	switch itemtype[at+1:] {
	case "Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "PressRelease", "Report", "SocialMediaPosting", "SpecialAnnouncement":
		return true
	}
	return false
}

// weigh tells how much a list looks like news; nil where it cannot be.
func (s *scan) weigh(rows []row) *rowList {
	l := &rowList{rows: rows}
	distinct := make(map[string]bool, len(rows))
	zones := make(map[zone]int)
	var worth float64
	for _, r := range rows {
		distinct[r.url] = true
		zones[s.zones[r.link]]++
		worth += s.rowWorth(r, l)
		if fileTypes[extensionOf(r.url)] != "" {
			l.files++
		}
	}
	n := float64(len(rows))
	if len(rows) > 1 && len(distinct) < 2 {
		return nil
	}
	for z, times := range zones {
		if times > zones[l.zone] || times == zones[l.zone] && z < l.zone {
			l.zone = z
		}
	}
	if l.dated < 0.3*n {
		worth += s.datedAbove(rows, l)
	}
	if l.worth = worth / n; l.zone == 0 && n > 2 && newsWords[s.headingOver(rows[0])] {
		l.worth += 0.4
	}
	l.alone = rows[0].alone
	l.dated, l.headed, l.told, l.files = l.dated/n, l.headed/n, l.told/n, l.files/n
	if l.worth < 0.6 {
		return nil
	}
	l.dir = s.commonDir(rows)
	l.zone |= s.zoneOver(rows[0])
	unique := float64(len(distinct)) / n
	l.score = l.worth * (0.5 + math.Log2(1+math.Min(float64(len(distinct)), 24))) * zoneFactor(l.zone) * unique * unique * s.likeness(rows)
	if below := s.d.base.Path; len(below) > 1 && l.dir != "" && strings.HasPrefix(l.dir, strings.ToLower(s.d.base.Host)+strings.TrimSuffix(strings.ToLower(below), "/")) {
		l.score *= 1.15
	}
	return l
}

// datedAbove is what the dates in headings over the rows are worth.
func (s *scan) datedAbove(rows []row, l *rowList) (worth float64) {
	first := rows[0].from
	if s.dates[first] == s.dates[max(0, first-16)] {
		return 0
	}
	for _, r := range rows {
		if s.lineBefore(r, rows) >= 0 {
			l.dated++
			worth += 1.6
		}
	}
	return worth
}

// zoneOver is the zone that the heading over a list tells of.
func (s *scan) zoneOver(r row) zone { return overWords[s.headingOver(r)] }

// headingOver is the heading right over a list, as Fold writes it; empty where
// there is none.
func (s *scan) headingOver(r row) string {
	heads := s.d.head.heads
	k, _ := slices.BinarySearch(heads, r.from)
	if k == 0 {
		return ""
	}
	h := heads[k-1]
	if e := &s.d.nodes[h]; e.text == 0 || e.text > 60 || s.texts[r.from]-s.texts[e.end] > 200 {
		return ""
	}
	return news.Fold(s.d.text(h))
}

// newsWords are headings over lists of news, as Fold writes them.
var newsWords = foldedSet(`aktuelles|aktuell|aktuelle meldungen|aktuelle nachrichten|aktuelle mitteilungen|aktuelle informationen|meldungen|nachrichten|neuigkeiten|neues|news|newsarchiv|news archiv|nachrichtenarchiv|pressearchiv|
	presse|pressemitteilungen|pressemeldungen|mitteilungen|medienmitteilungen|medieninformationen|bekanntmachungen|amtliche bekanntmachungen|oeffentliche bekanntmachungen|amtsblatt|amtsblaetter|mitteilungsblatt|protokolle|
	latest news|recent news|news and announcements|announcements|news releases|press releases|media releases|public notices|notices|agendas|minutes|agendas and minutes|agendas minutes|meeting minutes|meetings|board meetings|
	actualites|les actualites|communiques|communiques de presse|comptes rendus|notizie|novita|comunicati|comunicati stampa|avvisi|noticias|actualidad|comunicados|nieuws|nieuwsberichten|bekendmakingen|nyheder|nyheter|aktualnosci|ogloszenia|komunikaty`)

// overWords are headings over lists that are not the news, as Fold writes them.
var overWords = func() map[string]zone {
	m := make(map[string]zone)
	for word := range foldedSet(`veranstaltungen|termine|veranstaltungskalender|kalender|veranstaltungstipps|naechste veranstaltungen|kommende veranstaltungen|aktuelle veranstaltungen|events|upcoming events|event calendar|calendar|
		evenements|agenda|eventi|prossimi eventi|evenementen|arrangementer|wydarzenia|sitzungstermine|ratstermine`) {
		m[word] = zoneEvent
	}
	for word := range foldedSet(`meistgelesen|meist gelesen|am meisten gelesen|beliebte artikel|beliebt|das koennte sie auch interessieren|auch interessant|aehnliche artikel|aehnliche beitraege|verwandte artikel|weitere themen|most read|most popular|popular|trending|
		related|related articles|related news|related content|you may also like|you might also like|les plus lus|a lire aussi|leggi anche|piu letti|meest gelezen|lees ook|mest laeste|quick links|quicklinks|direkt zu|haeufig gesucht|
		schnell gefunden|schnellzugriff|links|service|services|downloads|kontakt|ansprechpartner|haeufig nachgefragt|beliebte seiten|top themen|mehr zum thema|zum thema|newsletter`) {
		m[word] = zoneSide
	}
	return m
}()

// likeness is 1 where rows weigh alike, less where they do not.
func (s *scan) likeness(rows []row) float64 {
	if len(rows) < 3 {
		return 0.95
	}
	dated, headed := 0, 0
	for _, r := range rows {
		if s.dates[r.to] > s.dates[r.from] {
			dated++
		}
		if s.heads[r.to] > s.heads[r.from] {
			headed++
		}
	}
	even := func(n int) float64 {
		share := float64(n) / float64(len(rows))
		return 1 - 0.6*math.Min(share, 1-share)
	}
	return even(dated) * even(headed)
}

func zoneFactor(z zone) float64 {
	f := 1.0
	if z&zoneChrome != 0 {
		f *= 0.12
	}
	if z&zoneSide != 0 {
		f *= 0.4
	}
	if z&zoneEvent != 0 {
		f *= 0.6
	}
	if z&zoneHeader != 0 {
		f *= 0.5
	}
	return f
}

// rowWorth is what one row contributes, and counts what it has.
func (s *scan) rowWorth(r row, l *rowList) float64 {
	d := s.d
	link := &d.nodes[r.link]
	heads, text := s.heads[r.to]-s.heads[r.from], s.texts[r.to]-s.texts[r.from]
	var w float64
	if s.dates[r.to] > s.dates[r.from] {
		l.dated++
		w += 2.2
	}
	says := s.linkOf(r)
	switch {
	case says.template:
		return -4
	case heads > 0:
		l.headed++
		w += 1.2
		if link.flags&inHead != 0 || s.heads[link.end] > s.heads[r.link] {
			w += 0.5
		}
	case says.label == "" || says.more:
		w -= 0.2
	}
	switch {
	case !says.more:
		w += math.Min(float64(says.words), 7) * 0.17
	case r.papers && heads == 0 && text > link.text && s.dates[r.to] == s.dates[r.from]:
		w += 1.2 // a meeting is told by its papers, though only the month is
	}
	if extra := text - link.text; extra > 25 || link.text > 150 {
		l.told++
		w += 0.5
		if extra > 70 || link.text > 150 {
			w += 0.5
		}
	}
	w += says.worth + s.markupWorth(r)
	if heads == 0 && !says.more && s.loose[r.link]-s.loose[r.from] > 60 && s.longestLine(r) > 60 {
		w -= 1.5 // a link within running text
	}
	switch {
	case text >= 3:
	case says.words < 2:
		w--
	case fileTypes[extensionOf(r.url)] != "":
		w += 0.3 // the cover of a gazette
	}
	if text > 6000 {
		w -= 1.5
	}
	return w
}

// longestLine is the longest line of text outside links that a row has before
// its link and in the link's own line: of dates and places it is short.
func (s *scan) longestLine(r row) (longest int32) {
	line := int32(0)
	for i := r.from; i < r.link; i++ {
		e := &s.d.nodes[i]
		if e.flags&isText == 0 || e.flags&inLink != 0 {
			continue
		}
		if e.flags&breaks != 0 {
			line = 0
		}
		line += e.text
		longest = max(longest, line)
	}
	return longest
}

// markupWorth is what tags, types and classes of the row's elements tell.
func (s *scan) markupWorth(r row) float64 {
	var w float64
	from := max(r.from-2, 0)
	for i := from; i <= r.link; i++ {
		e := &s.d.nodes[i]
		if e.flags&isText != 0 || e.end < r.link {
			continue
		}
		switch {
		case e.tag == atom.Article:
			w = math.Max(w, 0.6)
		case e.tag == atom.Option || e.tag == atom.Button || e.tag == atom.Label:
			return -1
		}
		if e.hints&(hintShare|hintCookie) != 0 || e.hints&hintPager != 0 && !s.d.holdsText(i) {
			return -1.5
		}
		if t := attrOf(e.n, "itemtype"); t != "" {
			switch {
			case newsType(t):
				w = math.Max(w, 1)
			case strings.HasSuffix(t, "BreadcrumbList") || strings.HasSuffix(t, "SiteNavigationElement") || strings.HasSuffix(t, "ListItem"):
				return -2
			}
		}
	}
	if rel := s.d.attr(r.link, "rel"); rel != "" {
		switch {
		case strings.Contains(rel, "bookmark"):
			w += 0.5
		case strings.Contains(rel, "tag"), strings.Contains(rel, "author"), strings.Contains(rel, "next"), strings.Contains(rel, "prev"):
			w -= 2
		}
	}
	return w
}
