package extract

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// anchoredLists are lists whose entries have no pages of their own: details
// with a summary, accordions, sections under headings with dates.
func (s *scan) anchoredLists() []*rowList {
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
func (s *scan) anchorURL(fragment string) string {
	u, err := url.Parse(s.d.page.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	u.Fragment = fragment
	return u.String()
}

// details are the <details> of the page.
func (s *scan) details() []row {
	var rows []row
	for i := s.d.body; i < s.d.nodes[s.d.body].end && len(rows) < maxEntries; {
		e := &s.d.nodes[i]
		if e.tag != atom.Details || e.text == 0 {
			i++
			continue
		}
		if summary := s.d.find(i, atom.Summary); summary >= 0 && s.zones[i]&(zoneChrome|zoneSide) == 0 {
			rows = s.addAnchored(rows, row{from: i, to: e.end, link: summary}, i)
		}
		i = e.end
	}
	return rows
}

// addAnchored gives a row its address: the id of its element, of what opens it
// or stands in that, or of the empty anchor before it; or else the headline as
// a fragment.
func (s *scan) addAnchored(rows []row, r row, at nodeID) []row {
	id := s.d.attr(at, "id")
	for i := r.link; id == "" && i < s.d.nodes[r.link].end; i++ {
		id = anchorName(s.d.nodes[i].n)
	}
	if before := s.before(at, 1); id == "" && len(before) == 1 && s.d.nodes[before[0]].tag == atom.A && s.d.nodes[before[0]].text == 0 {
		id = anchorName(s.d.nodes[before[0]].n)
	}
	if id == "" {
		id = news.Slug(s.d.text(r.link))
	}
	r.anchor, r.url = true, s.anchorURL(id)
	if r.url == "" {
		return rows
	}
	return append(rows, r)
}

func anchorName(n *html.Node) string {
	if id := attrOf(n, "id"); id != "" || n.DataAtom != atom.A {
		return id
	}
	return attrOf(n, "name")
}

// isDateLine reports an element that holds dates and nothing else.
func (s *scan) isDateLine(i nodeID) bool {
	text := s.d.text(i)
	found := s.d.findDates(text)
	return len(found) > 0 && onlyDates(text, found)
}

// accordion are links and buttons that open what stands right behind them.
func (s *scan) accordion() []row {
	d := s.d
	ids := make(map[string]nodeID)
	type opener struct{ at nodeID }
	var openers []opener
	for i := d.body; i < d.nodes[d.body].end; i++ {
		e := &d.nodes[i]
		if e.flags&isText != 0 {
			continue
		}
		if id := attrOf(e.n, "id"); id != "" {
			if _, known := ids[id]; !known {
				ids[id] = i
			}
		}
		if target := opens(e); target != "" && e.text > 0 && s.zones[i]&(zoneChrome|zoneSide) == 0 {
			openers = append(openers, opener{at: i})
		}
	}
	var rows []row
	for k := range openers {
		o := &openers[k]
		target := opens(&d.nodes[o.at])
		panel, ok := ids[target]
		next := d.nodes[d.body].end
		if k+1 < len(openers) {
			next = openers[k+1].at
		}
		if !ok || panel < o.at || panel >= next || d.nodes[panel].end-panel < 2 || s.texts[panel]-s.texts[d.nodes[o.at].end] > 300 {
			continue
		}
		r := row{from: s.rowAround(o.at, panel, next), link: o.at, anchor: true, url: s.anchorURL(target)}
		r.to = max(d.nodes[panel].end, d.nodes[r.from].end)
		if r.url != "" && len(rows) < maxEntries && (len(rows) == 0 || r.from >= rows[len(rows)-1].to) {
			rows = append(rows, r)
		}
	}
	return rows
}

// opens is the id of what a link or button shows and hides; empty for others.
func opens(e *node) string {
	switch {
	case e.tag == atom.A && strings.HasPrefix(attrOf(e.n, "href"), "#"):
		return attrOf(e.n, "href")[1:]
	case e.tag == atom.Button, e.tag == atom.A, attrOf(e.n, "role") == "button":
		for _, key := range []string{"aria-controls", "data-bs-target", "data-target"} {
			if id := strings.TrimPrefix(attrOf(e.n, key), "#"); id != "" {
				return id
			}
		}
	}
	return ""
}

// rowAround is the highest element around an opener that holds its panel and
// not the next opener; the opener's own topmost element where none holds both.
func (s *scan) rowAround(at, panel, next nodeID) nodeID {
	top := at
	for p := s.d.nodes[at].parent; p > s.d.body && s.d.nodes[p].end <= next; p = s.d.nodes[p].parent {
		if panel < s.d.nodes[p].end {
			return p
		}
		top = p
	}
	return top
}

// sections are headings of one level in one element, without links, with their
// text behind them up to the next; or each with its text in an element of its
// own.
func (s *scan) sections() []row {
	d := s.d
	groups := make(map[nodeID][]nodeID)
	var order []nodeID
	for _, h := range d.head.heads {
		e := &d.nodes[h]
		if e.text < 4 || s.zones[h] != 0 || e.linked > 0 || e.tag == atom.H1 || e.text < 30 && monthHeading.MatchString(d.text(h)) {
			continue
		}
		parent := d.nodes[s.section(h)].parent
		if groups[parent] == nil {
			order = append(order, parent)
		}
		groups[parent] = append(groups[parent], h)
	}
	var best []row
	for _, parent := range order {
		heads := groups[parent]
		rows := make([]row, 0, len(heads))
		dated, led := 0, 0
		for k, h := range heads {
			at := s.section(h)
			r := row{from: at, to: d.nodes[parent].end, link: h}
			if k+1 < len(heads) {
				r.to = s.section(heads[k+1])
			} else if at != h {
				r.to = d.nodes[at].end
			}
			if s.dates[d.nodes[h].end] > s.dates[h] && s.isDateLine(h) {
				continue // a day with reports under it
			}
			if d.nodes[h].tag != d.nodes[heads[0]].tag || s.texts[r.to]-s.texts[r.from] <= d.nodes[h].text {
				continue
			}
			if s.dates[min(r.to, h+12)] > s.dates[h] {
				dated++
			}
			if slices.ContainsFunc(between(s.links, r.from, r.to), func(i nodeID) bool { return d.nodes[i].text == 0 || isMore(d.text(i)) }) {
				led++ // to a page of its own
			}
			rows = s.addAnchored(rows, r, at)
		}
		if len(rows) >= 3 && 2*led < len(rows) && 10*dated >= 7*len(rows) && len(rows) > len(best) {
			best = rows
		}
	}
	return best
}

// section is the element that a heading and its text have for themselves; the
// heading where others stand beside it.
func (s *scan) section(h nodeID) nodeID {
	at := h
	for p := s.d.nodes[h].parent; p > s.d.body && s.heads[s.d.nodes[p].end]-s.heads[p] == 1; p = s.d.nodes[p].parent {
		at = p
	}
	return at
}
