package listing

import (
	"math"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// newsType reports the schema.org types of a report.
func newsType(itemtype string) bool {
	at := strings.LastIndexAny(itemtype, "/#")
	switch itemtype[at+1:] {
	case "Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "PressRelease", "Report", "SocialMediaPosting",
		"SpecialAnnouncement":
		return true
	}
	return false
}

// weigh tells how much a list looks like news; nil where it cannot be.
func (s *listScan) weigh(rows []row) *rowList {
	l := &rowList{rows: rows}
	distinct := make(map[string]bool, len(rows))
	zones := make(map[zone]int)
	var worth float64
	for _, r := range rows {
		distinct[r.url] = true
		zones[s.zones[r.link]]++
		worth += s.weighRow(r, l)
		if dom.FileTypes[dom.ExtensionOf(r.url)] != "" {
			l.files++
		}
	}
	n := float64(len(rows))
	if len(rows) > 1 && len(distinct) < 2 {
		return nil
	}
	worth -= n * s.sameLabel(rows)
	for z, times := range zones {
		if times > zones[l.zone] || times == zones[l.zone] && z < l.zone {
			l.zone = z
		}
	}
	if l.dated < 0.3*n {
		worth += s.datedAbove(rows, l)
	}
	if l.worth = worth / n; l.zone == 0 && n > 2 && newsWords()[s.headingOver(rows[0])] {
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
	if s.leadsBelow(l.dir) {
		l.score *= 1.15
	}
	return l
}

// leadsBelow reports whether a folder is the page's or one in it.
func (s *listScan) leadsBelow(dir string) bool {
	path := strings.ToLower(s.d.Base.Path)
	return len(path) > 1 && dir != "" && strings.HasPrefix(dir, strings.ToLower(s.d.Base.Host)+strings.TrimSuffix(path, "/"))
}

// sameLabel is what the label of the links was taken for too much where all rows
// have the same: "Previous versions", or the sign of a calendar.
func (s *listScan) sameLabel(rows []row) float64 {
	says := s.linkOf(rows[0])
	if len(rows) < 3 || says.label == "" || says.more {
		return 0
	}
	shown := s.d.Nodes[rows[0].link].Text > 0
	for _, r := range rows[1:] {
		if s.linkOf(r).label != says.label {
			return 0
		}
		shown = shown || s.d.Nodes[r.link].Text > 0
	}
	if !shown {
		return labelWorth(says) + 0.8
	}
	return labelWorth(says) + 0.2
}

// datedAbove is what the dates in headings over the rows are worth, the days that
// open rows under the line of their month, or those in the names of files.
func (s *listScan) datedAbove(rows []row, l *rowList) (worth float64) {
	if l.dated == 0 && l.files == float64(len(rows)) {
		if worth = s.datedByNames(rows, l); worth > 0 {
			return worth
		}
	}
	if s.monthOver(rows[0].from) >= 0 {
		for _, r := range rows {
			if s.opensWithDay(r) {
				l.dated++
				worth += 1.6
			}
		}
		if worth > 0 {
			return worth
		}
	}
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

// datedByNames is what the days in the names of files are worth, where all have one.
func (s *listScan) datedByNames(rows []row, l *rowList) float64 {
	for _, r := range rows {
		if _, _, ok := dayOfFile(s.d, r.url); !ok {
			return 0
		}
	}
	l.dated = float64(len(rows))
	return 1.2 * l.dated
}

// opensWithDay reports a row with a number among its first texts that may be a
// day of the month.
func (s *listScan) opensWithDay(r row) bool {
	n := 0
	for i := r.from; i < r.to && n < 3; i++ {
		if e := &s.d.Nodes[i]; e.Flags&dom.IsText != 0 && e.Text > 0 {
			if n++; e.Text < 9 && dayNumber.MatchString(news.Squash(e.HTML.Data)) {
				return true
			}
		}
	}
	return false
}

// zoneOver is the zone that the heading over a list tells of.
func (s *listScan) zoneOver(r row) zone { return overWords()[s.headingOver(r)] }

// headingOver is the heading right over a list, as Fold writes it; empty where
// there is none.
func (s *listScan) headingOver(r row) string {
	heads := s.d.Head.Heads
	k, _ := slices.BinarySearch(heads, r.from)
	if k == 0 {
		return ""
	}
	h := heads[k-1]
	if e := &s.d.Nodes[h]; e.Text == 0 || e.Text > 60 || s.texts[r.from]-s.texts[e.End] > 200 {
		return ""
	}
	return news.Fold(s.d.Text(h))
}

// likeness is 1 where rows weigh alike, less where they do not.
func (s *listScan) likeness(rows []row) float64 {
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

// longestLine is the longest line of text outside links that a row has before
// its link and in the link's own line: of dates and places it is short.
func (s *listScan) longestLine(r row) (longest int32) {
	line := int32(0)
	for i := r.from; i < r.link; i++ {
		e := &s.d.Nodes[i]
		if e.Flags&dom.IsText == 0 || e.Flags&dom.InLink != 0 {
			continue
		}
		if e.Flags&dom.Breaks != 0 {
			line = 0
		}
		line += e.Text
		longest = max(longest, line)
	}
	return longest
}

// markupWorth is what tags, types and classes of the row's elements tell.
func (s *listScan) markupWorth(r row) float64 {
	var w float64
	for i := max(r.from-2, 0); i <= r.link; i++ {
		e := &s.d.Nodes[i]
		if e.Flags&dom.IsText != 0 || e.End < r.link {
			continue
		}
		worth := s.elementWorth(i, e)
		if worth < 0 {
			return worth
		}
		w = math.Max(w, worth)
	}
	rel := s.d.Attr(r.link, "rel")
	if rel == "" {
		return w
	}
	if strings.Contains(rel, "bookmark") {
		return w + 0.5
	}
	if otherRels.In(rel) {
		return w - 2
	}
	return w
}

// otherRels are the relations of links that lead to no report.
var otherRels = texts.PiecesOf("tag", "author", "next", "prev")

// elementWorth is what an element around a row's link tells: for the row, or
// below zero against it.
func (s *listScan) elementWorth(i dom.NodeID, e *dom.Node) float64 {
	switch e.Tag {
	case atom.Option, atom.Button, atom.Label:
		if e.Flags&dom.IsClicked == 0 {
			return -1
		}
	}
	if e.Hints&(dom.HintShare|dom.HintCookie) != 0 || e.Hints&dom.HintPager != 0 && !holdsText(s.d, i) {
		return -1.5
	}
	t := dom.AttrOf(e.HTML, "itemtype")
	switch {
	case newsType(t):
		return 1
	case isTrailType(t):
		return -2
	case e.Tag == atom.Article:
		return 0.6
	}
	return 0
}

// isTrailType reports the types of the parts of menus and ways through a site.
func isTrailType(t string) bool {
	for _, name := range []string{"BreadcrumbList", "SiteNavigationElement", "ListItem"} {
		if strings.HasSuffix(t, name) {
			return true
		}
	}
	return false
}
