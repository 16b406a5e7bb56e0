package extract

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// mostDatings bounds the candidates of one page; one with more is a calendar.
const mostDatings = 400

// shownDates are the dates that a reader of the page sees near the headline.
func (r *reader) shownDates() []dating {
	all := make([]dating, 0, 16)
	origin, sum := r.headlineOffset()
	for i := r.d.body; i < r.d.nodes[r.d.body].end && len(all) < mostDatings; {
		n := &r.d.nodes[i]
		if n.flags&isHidden != 0 || n.tag == atom.Blockquote || n.tag == atom.Figcaption && !r.holdsHeadline(i) || r.other[i] || r.cut[i] && n.hints&(hintNav|hintComments|hintCookie) != 0 {
			sum += n.text
			i = n.end
			continue
		}
		isDate := n.tag == atom.Time || n.tag == atom.Abbr && stampOf(n.n) != "" || n.hints&hintDate != 0 && n.flags&isText == 0 && n.text <= 80 && n.tag != atom.Meta && !r.holdsDates(i)
		isLine := r.own[i] > 5 && n.flags&isText == 0
		switch {
		case isDate:
			if found := r.dateElement(i); len(found) > 0 {
				for _, c := range found {
					c.weight += r.nearness(i, sum-origin) - r.againstToday(i, c.moment, sum-origin)
					all = append(all, c)
				}
				sum += n.text
				i = n.end
				continue
			}
		case isLine:
			all = r.dateLine(all, i, sum-origin)
		}
		if n.flags&isText != 0 {
			sum += n.text
		}
		i++
	}
	return all
}

func (r *reader) holdsHeadline(i nodeID) bool { return r.headline >= 0 && r.d.within(r.headline, i) }

// headlineOffset is how much text stands before the headline on the page.
func (r *reader) headlineOffset() (origin, sum int32) {
	at := r.headline
	if at < 0 {
		at = r.root
	}
	for i := r.d.body; i < at; i++ {
		if r.d.nodes[i].flags&isText != 0 {
			origin += r.d.nodes[i].text
		}
	}
	return origin, 0
}

// nearness is what a date's place on the page adds to its weight: distance is
// in bytes of text from the start of the headline.
func (r *reader) nearness(i nodeID, distance int32) float64 {
	weight := 0.0
	if r.headline >= 0 {
		distance -= r.d.nodes[r.headline].text
	}
	switch {
	case distance >= -20 && distance < 120:
		weight = 2
	case distance > -200 && distance < 400:
		weight = 1
	case distance <= -600:
		weight = -2
	case !r.d.within(i, r.root):
		weight = -1.5
	}
	if r.apart(i)&(hintRelated|hintSide|hintFooter|hintComments|hintPopular|hintNav|hintEvent|hintAd|hintCookie|hintDialog) != 0 {
		weight -= 4
	}
	if weight < 2 && r.inCard(i, distance) {
		weight -= 5
	}
	return weight
}

// inCard reports whether a date stands in a small box with a heading of its
// own, or called a card: that of another report before this one, or of a file
// far below it.
func (r *reader) inCard(i nodeID, distance int32) bool {
	for ; i > r.d.body && !r.apartEnds(i) && !r.d.within(r.root, i); i = r.d.nodes[i].parent {
		n := &r.d.nodes[i]
		if n.text > 700 {
			return false
		}
		if r.headsEvents(i) || n.linked >= 15 && r.hasHeading(i, true) || distance > 600 && n.text < 300 && r.hasHeading(i, false) {
			return true
		}
		item := n.hints&hintItem != 0 && n.hints&(hintMeta|hintDate) == 0
		if item && (distance > 600 && !r.d.within(i, r.root) || distance < 0 && n.linked >= 10) {
			return true
		}
	}
	return false
}

// eventHeadings stand over lists of what is going to happen.
var eventHeadings = words.Set("event_headings")

// headsEvents reports whether there is such a heading in an element.
func (r *reader) headsEvents(i nodeID) bool {
	for j := i; j < r.d.nodes[i].end; j++ {
		switch n := &r.d.nodes[j]; n.tag {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if n.text < 40 && eventHeadings()[foldWord(key(r.d.text(j)))] {
				return true
			}
		}
	}
	return false
}

// hasHeading reports whether there is a heading in an element, a linked one
// where that is asked for.
func (r *reader) hasHeading(i nodeID, linked bool) bool {
	for j := i; j < r.d.nodes[i].end; j++ {
		switch n := &r.d.nodes[j]; n.tag {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if n.text > 15 && (!linked || n.linked > n.text/2) {
				return true
			}
		}
	}
	return false
}

// apartEnds reports whether an element holds the headline, or the report where
// there is none.
func (r *reader) apartEnds(i nodeID) bool {
	if r.headline >= 0 {
		return r.d.within(r.headline, i)
	}
	return r.d.within(r.root, i)
}

// apart are the hints of an element and of what it stands in, up to what also
// holds the headline.
func (r *reader) apart(i nodeID) hint {
	var all hint
	for ; i > r.d.body; i = r.d.nodes[i].parent {
		if r.apartEnds(i) {
			break
		}
		all |= r.d.nodes[i].hints
	}
	return all
}

// holdsDates reports whether there are elements of dates within an element;
// day, month and year in elements of their own are none.
func (r *reader) holdsDates(i nodeID) bool {
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		if n := &r.d.nodes[j]; n.flags&isText == 0 && n.hints&(hintDate|hintUpdated) != 0 && (n.text == 0 || n.text >= 6 && hasDigit(r.d.text(j))) {
			return true
		}
	}
	return false
}

// dateElement reads an element that is a date by its kind or class: the
// publication, a later change, or both.
func (r *reader) dateElement(i nodeID) []dating {
	n := &r.d.nodes[i]
	text := r.d.text(i)
	c := dating{weight: 5, named: (n.hints|r.apart(i))&hintEvent == 0, element: i, evidence: Evidence{Rule: rules.Class, Raw: text}, updated: n.hints&hintUpdated != 0 && n.hints&hintDate == 0}
	if n.tag == atom.Time {
		c.evidence.Rule = "time"
		c.vague = n.hints&hintUpdated != 0 && !strings.Contains(attrOf(n.n, "class"), "publi")
	}
	change := c
	change.updated = true
	shown := r.datesBehind(r.textBefore(i), text)
	for _, f := range shown {
		switch {
		case f.Label.OfOther():
		case f.Label == dates.LabelUpdated:
			change.moment = f.Moment
		case f.Range:
			return nil
		case c.moment.IsZero():
			c.moment, c.relative, c.guessed = f.Moment, f.Relative, f.YearGuessed
			c.labelled, c.weakly = f.Label == dates.LabelPublished, f.Weak
		}
	}
	stamp := r.stamp(i, text, len(shown) > 0)
	switch {
	case !c.moment.IsZero() && (sameDay(stamp, c.moment) || c.guessed && sameDayOfYear(stamp, c.moment)):
		c.moment, c.guessed = stamp, false
	case c.relative && !stamp.IsZero(): // "vor 3 Tagen", and which day that was
		c.moment, c.relative = stamp, false
	case c.moment.IsZero() && !change.moment.IsZero() && !stamp.IsZero():
		change.moment = stamp
	case c.moment.IsZero() && len(shown) == 0:
		c.moment = stamp
	}
	if c.relative || c.guessed {
		c.weight = 3
	}
	var all []dating
	for _, d := range []dating{c, change} {
		if !d.moment.IsZero() {
			all = append(all, d)
		}
	}
	return all
}

// stamp is the date that an element has in an attribute, where the element
// shows it, too, or is a date by its kind.
func (r *reader) stamp(i nodeID, text string, dated bool) news.Moment {
	n := &r.d.nodes[i]
	stamp := stampOf(n.n)
	if stamp == "" {
		return news.Moment{}
	}
	m, err := dates.ParseMachine(stamp, r.stampZone(stamp))
	if err != nil && n.text == 0 {
		m, err = r.d.parseDate(stamp)
	}
	if err != nil || n.tag != atom.Time && n.tag != atom.Abbr && n.text > 0 && !dated && !strings.Contains(text, m.Time.Format("2006")) {
		return news.Moment{}
	}
	return m
}

// stampOf is the date that an element has in an attribute: for machines, or
// for a script or style sheet that shows it.
func stampOf(n *html.Node) string {
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "datetime", "content", "data-date", "data-datetime", "data-timestamp", "data-published":
			if n.Attr[i].Val != "" {
				return n.Attr[i].Val
			}
		case "title":
			if v := n.Attr[i].Val; n.DataAtom == atom.Abbr && len(v) >= len(time.DateOnly) && v[4] == '-' { // as microformats tell a date for machines
				return v
			}
		}
	}
	return ""
}

// datesBehind are the dates of a text, labelled also by what stands before it.
func (r *reader) datesBehind(before, text string) []dates.Found {
	if before == "" {
		s := r.d.scanDates(text)
		s.Whole = true
		return s.All()
	}
	found := r.d.findDates(before + " " + text)
	for len(found) > 0 && found[0].Start < len(before) {
		found = found[1:]
	}
	return found
}

// textBefore is what stands before an element on its line, or else a label
// with a colon in the element before: "Stand: <time>…", "<dt>Datum:</dt><dd>…".
func (r *reader) textBefore(i nodeID) string {
	block, length := r.block[i], 0
	var pieces []string
	for j := i - 1; j > r.d.body && length < 60; j-- {
		n := &r.d.nodes[j]
		if n.flags&isText == 0 || n.flags&isHidden != 0 || n.text == 0 {
			continue
		}
		text := news.Squash(n.n.Data)
		if r.block[j] != block {
			if len(pieces) == 0 && len(text) < 40 && (strings.HasSuffix(text, ":") || r.labels(r.block[j], text)) {
				return text
			}
			break
		}
		pieces = append(pieces, text)
		length += len(text)
	}
	slices.Reverse(pieces)
	before := strings.Join(pieces, " ")
	return strings.ToValidUTF8(before[max(0, len(before)-80):], "")
}

// labels reports whether a block names what the next one holds. Headings are
// heard where they say that it is no publication.
func (r *reader) labels(block nodeID, text string) bool {
	n := &r.d.nodes[block]
	switch n.tag {
	case atom.Dt, atom.Th:
		return true
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		label := r.d.scanDates(text).LabelBefore(len(text))
		return block != r.headline && (label == dates.LabelUpdated || label == dates.LabelEvent)
	}
	return strings.Contains(attrOf(n.n, "class"), "label") || dates.OnlyLabels(text)
}
