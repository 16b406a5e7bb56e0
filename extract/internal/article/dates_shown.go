package article

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// mostDatings bounds the candidates of one page; one with more is a calendar.
const mostDatings = 400

// shownDates are the dates that a reader of the page sees near the headline.
func (r *reader) shownDates() []dateCandidate {
	all := make([]dateCandidate, 0, 16)
	origin, sum := r.headlineOffset()
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End && len(all) < mostDatings; {
		n := &r.d.Nodes[i]
		isRead := r.datesNoReport(i)
		switch {
		case isRead:
		case r.isDateElement(i):
			for _, c := range r.dateElement(i) {
				c.weight += r.nearness(i, sum-origin, nil) - r.againstToday(i, c.moment, sum-origin)
				all, isRead = append(all, c), true
			}
		case r.ownText[i] > 5 && n.Flags&dom.IsText == 0:
			all = r.dateLine(all, i, sum-origin)
			all = r.dateBelowInline(all, i)
		}
		if isRead || n.Flags&dom.IsText != 0 {
			sum += n.Text
		}
		if isRead {
			i = n.End
		} else {
			i++
		}
	}
	return all
}

// datesNoReport reports whether dates within an element are not the report's: it
// is hidden, a quotation, a caption, of another report or around the report.
func (r *reader) datesNoReport(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	isCaption := n.Tag == atom.Figcaption && !r.holdsHeadline(i)
	if n.Flags&dom.IsHidden != 0 || n.Tag == atom.Blockquote || isCaption || r.other[i] {
		return true
	}
	return r.cut[i] && n.Hints&(dom.HintNav|dom.HintComments|dom.HintCookie) != 0
}

// isDateElement reports whether an element is a date by its tag, or by its class
// and has no other in it.
func (r *reader) isDateElement(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if n.Tag == atom.Time || n.Tag == atom.Abbr && stampOf(n.HTML) != "" {
		return true
	}
	isShort := n.Flags&dom.IsText == 0 && n.Text <= 80
	return n.Hints&dom.HintDate != 0 && isShort && n.Tag != atom.Meta && !r.holdsDates(i)
}

// dateBelowInline adds the date that is one of the next lines below a headline
// which is no block itself: "<font>Bad öffnet</font><br>12.11.2026<br>Das Bad …".
func (r *reader) dateBelowInline(all []dateCandidate, block dom.NodeID) []dateCandidate {
	if r.headline < 0 || r.block[r.headline] != block || r.ownText[block] <= 160 {
		return all
	}
	for t, lines := r.d.Nodes[r.headline].End, 0; t < r.d.Nodes[block].End && lines < 3; t++ {
		n := &r.d.Nodes[t]
		if n.Flags&dom.IsText == 0 || n.Text == 0 {
			continue
		}
		lines++
		text := news.Squash(n.HTML.Data)
		if len(text) > 60 || !r.ownLine(t) {
			continue
		}
		found := r.d.FindDates(text)
		if len(found) != 1 || found[0].Range || found[0].YearGuessed {
			continue
		}
		if !found[0].Label.OfOther() && found[0].End-found[0].Start >= len(text)-12 {
			return append(all, dateCandidate{element: t, at: t, moment: found[0].Moment, weight: 5,
				evidence: read.Evidence{Rule: rules.Dateline, Raw: found[0].Raw}, updated: found[0].Label == dates.LabelUpdated})
		}
	}
	return all
}

func (r *reader) holdsHeadline(i dom.NodeID) bool {
	return r.headline >= 0 && r.d.Within(r.headline, i)
}

// headlineOffset is how much text stands before the headline on the page.
func (r *reader) headlineOffset() (origin, sum int32) {
	at := r.headline
	if at < 0 {
		at = r.root
	}
	for i := r.d.Body; i < at; i++ {
		if r.d.Nodes[i].Flags&dom.IsText != 0 {
			origin += r.d.Nodes[i].Text
		}
	}
	return origin, 0
}

// nearness is what a date's place on the page adds to its weight: distance is
// in bytes of text from the start of the headline.
func (r *reader) nearness(i dom.NodeID, distance int32, note *rules.Note) float64 {
	if r.headline >= 0 {
		distance -= r.d.Nodes[r.headline].Text
	}
	r.place = datePlace{r: r, at: i, distance: distance}
	return placeRules.Weigh(&r.place, note)
}

// inCard reports whether a date stands in a small box with a heading of its
// own, or called a card: that of another report before this one, or of a file
// far below it.
func (r *reader) inCard(i dom.NodeID, distance int32) bool {
	for ; i > r.d.Body && !r.apartEnds(i) && !r.d.Within(r.root, i); i = r.d.Nodes[i].Parent {
		if r.d.Nodes[i].Text > 700 {
			return false
		}
		if r.hasOwnHeading(i, distance) || r.isOtherItem(i, distance) {
			return true
		}
	}
	return false
}

// hasOwnHeading reports whether a box is headed as a list of events, with a link,
// or far below the headline with any heading.
func (r *reader) hasOwnHeading(i dom.NodeID, distance int32) bool {
	n := &r.d.Nodes[i]
	if r.headsEvents(i) || n.Linked >= 15 && r.hasHeading(i, true) {
		return true
	}
	return distance > 600 && n.Text < 300 && r.hasHeading(i, false)
}

// isOtherItem reports whether a box is called an item of a list and stands far
// below the report, or before the headline with a link.
func (r *reader) isOtherItem(i dom.NodeID, distance int32) bool {
	n := &r.d.Nodes[i]
	if n.Hints&dom.HintItem == 0 || n.Hints&(dom.HintMeta|dom.HintDate) != 0 {
		return false
	}
	return distance > 600 && !r.d.Within(i, r.root) || distance < 0 && n.Linked >= 10
}

// eventHeadings stand over lists of what is going to happen.
var eventHeadings = words.Set("event_headings")

// headsEvents reports whether there is such a heading in an element.
func (r *reader) headsEvents(i dom.NodeID) bool {
	for j := i; j < r.d.Nodes[i].End; j++ {
		switch n := &r.d.Nodes[j]; n.Tag {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if n.Text < 40 && eventHeadings()[words.Fold(texts.Key(r.d.Text(j)))] {
				return true
			}
		}
	}
	return false
}

// hasHeading reports whether there is a heading in an element, a linked one
// where that is asked for.
func (r *reader) hasHeading(i dom.NodeID, linked bool) bool {
	for j := i; j < r.d.Nodes[i].End; j++ {
		switch n := &r.d.Nodes[j]; n.Tag {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if n.Text > 15 && (!linked || n.Linked > n.Text/2) {
				return true
			}
		}
	}
	return false
}

// apartEnds reports whether an element holds the headline, or the report where
// there is none.
func (r *reader) apartEnds(i dom.NodeID) bool {
	if r.headline >= 0 {
		return r.d.Within(r.headline, i)
	}
	return r.d.Within(r.root, i)
}

// hintsBelowHeadline are the hints of an element and of what it stands in, up to what also
// holds the headline.
func (r *reader) hintsBelowHeadline(i dom.NodeID) dom.Hint {
	var all dom.Hint
	for ; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if r.apartEnds(i) {
			break
		}
		all |= r.d.Nodes[i].Hints
	}
	return all
}

// holdsDates reports whether there are elements of dates within an element;
// day, month and year in elements of their own are none.
func (r *reader) holdsDates(i dom.NodeID) bool {
	for j := i + 1; j < r.d.Nodes[i].End; j++ {
		if n := &r.d.Nodes[j]; n.Flags&dom.IsText == 0 && n.Hints&(dom.HintDate|dom.HintUpdated) != 0 &&
			(n.Text == 0 || n.Text >= 6 && texts.HasDigit(r.d.Text(j))) {
			return true
		}
	}
	return false
}

// dateElement reads an element that is a date by its kind or class: the
// publication, a later change, or both.
func (r *reader) dateElement(i dom.NodeID) []dateCandidate {
	n := &r.d.Nodes[i]
	text := r.d.Text(i)
	c := dateCandidate{weight: 5, named: (n.Hints|r.hintsBelowHeadline(i))&dom.HintEvent == 0, element: i,
		evidence: read.Evidence{Rule: rules.Class, Raw: text}, updated: n.Hints&dom.HintUpdated != 0 && n.Hints&dom.HintDate == 0}
	if n.Tag == atom.Time {
		c.evidence.Rule = "time"
		c.vague = n.Hints&dom.HintUpdated != 0 && !strings.Contains(dom.AttrOf(n.HTML, "class"), "publi")
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
	takeStamp(&c, &change, r.stamp(i, text, len(shown) > 0), len(shown) > 0)
	if c.relative || c.guessed {
		c.weight = 3
	}
	var all []dateCandidate
	for _, d := range []dateCandidate{c, change} {
		if !d.moment.IsZero() {
			all = append(all, d)
		}
	}
	return all
}

// takeStamp takes the date of an attribute for the one of an element that it
// tells more exactly, or for the only one: publication or later change.
func takeStamp(c, change *dateCandidate, stamp news.Moment, isShown bool) {
	isSame := dom.SameDay(stamp, c.moment) || c.guessed && sameDayOfYear(stamp, c.moment)
	switch {
	case !c.moment.IsZero() && isSame:
		c.moment, c.guessed = stamp, false
	case c.relative && !stamp.IsZero(): // "vor 3 Tagen", and which day that was
		c.moment, c.relative = stamp, false
	case c.moment.IsZero() && !change.moment.IsZero() && !stamp.IsZero():
		change.moment = stamp
	case c.moment.IsZero() && !isShown:
		c.moment = stamp
	}
}

// stamp is the date that an element has in an attribute, where the element
// shows it, too, or is a date by its kind.
func (r *reader) stamp(i dom.NodeID, text string, dated bool) news.Moment {
	n := &r.d.Nodes[i]
	stamp := stampOf(n.HTML)
	if stamp == "" {
		return news.Moment{}
	}
	m, err := dates.ParseMachine(stamp, r.stampZone(stamp))
	if err != nil && n.Text == 0 {
		m, err = r.d.ParseDate(stamp)
	}
	isByKind := n.Tag == atom.Time || n.Tag == atom.Abbr
	isSeen := n.Text == 0 || dated || strings.Contains(text, m.Time.Format("2006"))
	if err != nil || !isByKind && !isSeen {
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
			if v := n.Attr[i].Val; n.DataAtom == atom.Abbr && len(v) >= len(time.DateOnly) &&
				v[4] == '-' { // as microformats tell a date for machines
				return v
			}
		}
	}
	return ""
}

// datesBehind are the dates of a text, labelled also by what stands before it.
func (r *reader) datesBehind(before, text string) []dates.Found {
	if before == "" {
		s := r.d.ScanDates(text)
		s.Whole = true
		return s.All()
	}
	found := r.d.FindDates(before + " " + text)
	for len(found) > 0 && found[0].Start < len(before) {
		found = found[1:]
	}
	return found
}

// textBefore is what stands before an element on its line, or else a label
// with a colon in the element before: "Stand: <time>…", "<dt>Datum:</dt><dd>…".
func (r *reader) textBefore(i dom.NodeID) string {
	block, length := r.block[i], 0
	var pieces []string
	for j := i - 1; j > r.d.Body && length < 60; j-- {
		n := &r.d.Nodes[j]
		if n.Flags&dom.IsText == 0 || n.Flags&dom.IsHidden != 0 || n.Text == 0 {
			continue
		}
		text := news.Squash(n.HTML.Data)
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
func (r *reader) labels(block dom.NodeID, text string) bool {
	n := &r.d.Nodes[block]
	switch n.Tag {
	case atom.Dt, atom.Th:
		return true
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		label := r.d.ScanDates(text).LabelBefore(len(text))
		return block != r.headline && (label == dates.LabelUpdated || label == dates.LabelEvent)
	}
	return strings.Contains(dom.AttrOf(n.HTML, "class"), "label") || dates.OnlyLabels(text)
}
