package listing

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/news"
)

// anchoredLists are lists whose entries have no pages of their own: details
// with a summary, accordions, sections under headings with dates.
func (s *listScan) anchoredLists() []*rowList {
	for _, find := range []func() []row{s.details, s.accordion, s.sections, s.boldLines, s.terms, s.linklessTable} {
		rows := find()
		if len(rows) < 2 {
			continue
		}
		if l := s.weigh(rows); l != nil && l.dated > 0.5 {
			l.score *= 0.8
			return []*rowList{l} // the headings of an accordion are sections, too
		}
	}
	return nil
}

// anchorURL is the page with a fragment.
func (s *listScan) anchorURL(fragment string) string {
	u, err := url.Parse(s.d.Page.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	u.Fragment = fragment
	return u.String()
}

// details are the <details> of the page.
func (s *listScan) details() []row {
	var rows []row
	for i := s.d.Body; i < s.d.Nodes[s.d.Body].End && len(rows) < read.MaxEntries; {
		e := &s.d.Nodes[i]
		if e.Tag != atom.Details || e.Text == 0 {
			i++
			continue
		}
		if summary := s.d.Find(i, atom.Summary); summary >= 0 && s.zones[i]&(zoneChrome|zoneSide) == 0 {
			rows = s.addAnchored(rows, row{from: i, to: e.End, link: summary}, i)
		}
		i = e.End
	}
	return rows
}

// addAnchored gives a row its address: the id of its element, of what opens it
// or stands in that, or of the empty anchor before it; or else the headline as
// a fragment.
func (s *listScan) addAnchored(rows []row, r row, at dom.NodeID) []row {
	id := s.d.Attr(at, "id")
	for i := r.link; id == "" && i < s.d.Nodes[r.link].End; i++ {
		id = anchorName(s.d.Nodes[i].HTML)
	}
	if before := s.before(at, 1); id == "" && len(before) == 1 && s.d.Nodes[before[0]].Tag == atom.A && s.d.Nodes[before[0]].Text == 0 {
		id = anchorName(s.d.Nodes[before[0]].HTML)
	}
	if id == "" {
		id = news.Slug(s.d.Text(r.link))
	}
	r.anchor, r.url = true, s.anchorURL(id)
	if r.url == "" {
		return rows
	}
	return append(rows, r)
}

func anchorName(n *html.Node) string {
	if id := dom.AttrOf(n, "id"); id != "" || n.DataAtom != atom.A {
		return id
	}
	return dom.AttrOf(n, "name")
}

// isDateLine reports an element that holds dates and nothing else.
func (s *listScan) isDateLine(i dom.NodeID) bool {
	text := s.d.Text(i)
	found := s.d.FindDates(text)
	return len(found) > 0 && onlyDates(text, found)
}

// accordion are links and buttons that open what stands right behind them.
func (s *listScan) accordion() []row {
	d := s.d
	openers, ids := s.openers()
	var rows []row
	for k, at := range openers {
		target := opens(&d.Nodes[at])
		next := d.Nodes[d.Body].End
		if k+1 < len(openers) {
			next = openers[k+1]
		}
		panel, ok := ids[target]
		if !ok || !s.isPanel(panel, at, next) {
			continue
		}
		r := row{from: s.rowAround(at, panel, next), link: at, anchor: true, url: s.anchorURL(target)}
		r.to = max(d.Nodes[panel].End, d.Nodes[r.from].End)
		overlaps := len(rows) > 0 && r.from < rows[len(rows)-1].to
		if r.url != "" && len(rows) < read.MaxEntries && !overlaps {
			rows = append(rows, r)
		}
	}
	return rows
}

// openers are the elements with text that show and hide another, and the first
// element of every id.
func (s *listScan) openers() (openers []dom.NodeID, ids map[string]dom.NodeID) {
	d := s.d
	ids = make(map[string]dom.NodeID)
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		e := &d.Nodes[i]
		if e.Flags&dom.IsText != 0 {
			continue
		}
		if id := dom.AttrOf(e.HTML, "id"); id != "" {
			if _, known := ids[id]; !known {
				ids[id] = i
			}
		}
		if opens(e) != "" && e.Text > 0 && s.zones[i]&(zoneChrome|zoneSide) == 0 {
			openers = append(openers, i)
		}
	}
	return openers, ids
}

// isPanel reports whether an element is what the opener before it shows: it has
// content, stands before the next opener, and little stands between.
func (s *listScan) isPanel(panel, opener, next dom.NodeID) bool {
	if panel < opener || panel >= next || s.d.Nodes[panel].End-panel < 2 {
		return false
	}
	return s.texts[panel]-s.texts[s.d.Nodes[opener].End] <= 300
}

// opens is the id of what a link or button shows and hides; empty for others.
func opens(e *dom.Node) string {
	switch {
	case e.Tag == atom.A && strings.HasPrefix(dom.AttrOf(e.HTML, "href"), "#"):
		return dom.AttrOf(e.HTML, "href")[1:]
	case e.Tag == atom.Button, e.Tag == atom.A, dom.AttrOf(e.HTML, "role") == "button":
		for _, key := range []string{"aria-controls", "data-bs-target", "data-target"} {
			if id := strings.TrimPrefix(dom.AttrOf(e.HTML, key), "#"); id != "" {
				return id
			}
		}
	}
	return ""
}

// rowAround is the highest element around an opener that holds its panel and
// not the next opener; the opener's own topmost element where none holds both.
func (s *listScan) rowAround(at, panel, next dom.NodeID) dom.NodeID {
	top := at
	for p := s.d.Nodes[at].Parent; p > s.d.Body && s.d.Nodes[p].End <= next; p = s.d.Nodes[p].Parent {
		if panel < s.d.Nodes[p].End {
			return p
		}
		top = p
	}
	return top
}

// sections are headings of one level in one element, without links, with their
// text behind them up to the next; or each with its text in an element of its
// own.
func (s *listScan) sections() []row {
	groups := make(map[dom.NodeID][]dom.NodeID)
	var order []dom.NodeID
	for _, h := range s.d.Head.Heads {
		if !s.headsSection(h) {
			continue
		}
		parent := s.d.Nodes[s.section(h)].Parent
		if groups[parent] == nil {
			order = append(order, parent)
		}
		groups[parent] = append(groups[parent], h)
	}
	var best []row
	for _, parent := range order {
		if rows := s.sectionRows(groups[parent], s.d.Nodes[parent].End); len(rows) > len(best) {
			best = rows
		}
	}
	return best
}

// headsSection reports a heading that may be that of a report without a page of
// its own.
func (s *listScan) headsSection(h dom.NodeID) bool {
	e := &s.d.Nodes[h]
	if e.Text < 4 || s.zones[h] != 0 || e.Linked > 0 || e.Tag == atom.H1 {
		return false
	}
	return e.Text >= 30 || !monthHeading.MatchString(s.d.Text(h))
}

// sectionRows are the rows that begin at headings of one element that ends at
// end; nil where they are no reports: few, without dates, with pages of their own.
func (s *listScan) sectionRows(heads []dom.NodeID, end dom.NodeID) []row {
	d := s.d
	rows := make([]row, 0, len(heads))
	dated, led := 0, 0
	for k, h := range heads {
		at := s.section(h)
		r := row{from: at, to: end, link: h}
		if k+1 < len(heads) {
			r.to = s.section(heads[k+1])
		} else if at != h {
			r.to = d.Nodes[at].End
		}
		isDay := s.dates[d.Nodes[h].End] > s.dates[h] && s.isDateLine(h) // with reports under it
		isBare := s.texts[r.to]-s.texts[r.from] <= d.Nodes[h].Text
		if isDay || isBare || d.Nodes[h].Tag != d.Nodes[heads[0]].Tag {
			continue
		}
		if s.dates[min(r.to, h+12)] > s.dates[h] {
			dated++
		}
		if s.leadsOn(r) {
			led++
		}
		rows = s.addAnchored(rows, r, at)
	}
	if len(rows) < 3 || 2*led >= len(rows) || 10*dated < 7*len(rows) {
		return nil
	}
	return rows
}

// leadsOn reports whether a row has a link "more", or a picture that is a link,
// to a page of its own; or is a heading over links, as topics are.
func (s *listScan) leadsOn(r row) bool {
	head := s.d.Nodes[r.link].Text
	below := s.texts[r.to] - s.texts[r.from] - head
	if loose := s.loose[r.to] - s.loose[r.from] - head; 2*loose < below {
		return true
	}
	return slices.ContainsFunc(between(s.links, r.from, r.to), func(i dom.NodeID) bool {
		return s.d.Nodes[i].Text == 0 || isMore(s.d.Text(i))
	})
}

// section is the element that a heading and its text have for themselves; the
// heading where others stand beside it.
func (s *listScan) section(h dom.NodeID) dom.NodeID {
	at := h
	for p := s.d.Nodes[h].Parent; p > s.d.Body && s.heads[s.d.Nodes[p].End]-s.heads[p] == 1; p = s.d.Nodes[p].Parent {
		at = p
	}
	return at
}
