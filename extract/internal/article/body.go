package article

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readBody takes the paragraphs of the report out of what stands beside them.
func (r *reader) readBody() {
	drop := make([]bool, len(r.d.Nodes))
	w := &dom.Writer{D: r.d, Drop: drop, Out: make([]byte, 0, 2*r.prose[r.root]+512)}
	w.All.Grow(int(r.prose[r.root]) * 5 / 4)
	said := make(map[int32]dom.NodeID)
	for _, root := range r.roots {
		b := &bodyReader{reader: r, root: root, drop: drop, blocks: r.leafBlocks(root)}
		w.Skip = b.dropSpent()
		b.dropBeforeHeadline()
		b.dropBlocks()
		b.dropLabels()
		b.dropRests()
		b.dropRepeats(said)
		b.dropEmptied()
		b.dropTail()
		b.dropShared()
		w.Write(root)
	}
	it := &r.art.Item
	it.BodyHTML, it.BodyText = w.HTML(), w.Text()
	switch {
	case it.BodyText != "":
		r.art.Evidence["body"] = r.bodySeen
	case r.prose[r.root] >= tellingLoss:
		r.problem("body", "all text of the report was taken for something else: no body is left (a rule for body helps)")
	}
}

// tellingLoss is how much running text, in bytes, does not go without a word.
const tellingLoss = 120

// dropSpent leaves out what other fields were read from. It returns how many
// bytes of a text to skip: those of a date in brackets with which the report
// opens.
func (b *bodyReader) dropSpent() map[dom.NodeID]int {
	for _, i := range b.consumed {
		b.drop[i] = !b.inSentence(i)
	}
	skip := make(map[dom.NodeID]int)
	for n, i := range b.blocks {
		if n == 4 {
			break
		}
		for t := i; t < b.d.Nodes[i].End; t++ {
			if b.d.Nodes[t].Flags&dom.IsText != 0 {
				raw := b.d.Nodes[t].HTML.Data
				lead := len(raw) - len(strings.TrimLeft(raw, " \t\r\n"))
				if end := b.datelineEnd(raw[lead:]); end > 0 {
					skip[t] = lead + end
				}
				break
			}
		}
	}
	return skip
}

// A bodyReader decides which subtrees of the root are not of the report.
type bodyReader struct {
	*reader
	root   dom.NodeID
	drop   []bool
	blocks []dom.NodeID // that hold text of their own, less what was cut
	begun  bool         // whether the text has, up to where the reader stands
}

// dropBeforeHeadline leaves out what stands over the headline, unless that is
// much of the text: then the heading is one of several.
func (b *bodyReader) dropBeforeHeadline() {
	if b.headline < 0 || !b.d.Within(b.headline, b.root) {
		return
	}
	b.drop[b.headline] = true
	var before int32
	for i := b.root; i < b.headline; i++ {
		if b.d.Nodes[i].End <= b.headline && b.ownText[i]-2*b.ownLink[i] >= 25 && !b.cut[i] {
			before += b.ownText[i]
		}
	}
	if before > b.prose[b.root]/4 {
		return
	}
	for i := b.root + 1; i < b.headline; {
		if b.d.Nodes[i].End <= b.headline {
			b.drop[i] = true
			i = b.d.Nodes[i].End
			continue
		}
		i++
	}
}

// leafBlocks are the blocks of a subtree that hold text of their own, in
// document order, less what was cut.
func (r *reader) leafBlocks(root dom.NodeID) []dom.NodeID {
	var all []dom.NodeID
	for i := root; i < r.d.Nodes[root].End; {
		if r.cut[i] {
			i = r.d.Nodes[i].End
			continue
		}
		if r.ownText[i] > 0 {
			all = append(all, i)
		}
		i++
	}
	return all
}

// dropBlocks judges every subtree of the root.
func (b *bodyReader) dropBlocks() {
	end := b.d.Nodes[b.root].End
	dated := false // whether the line of the date has been, or the text begun
	for i := b.root; i < end; {
		n := &b.d.Nodes[i]
		switch {
		case b.drop[i]:
		case n.Flags&dom.IsText != 0:
			b.drop[i] = b.cut[i] || n.Text >= 6 && n.Text <= 40 && n.Flags&dom.Breaks != 0 && !dated && b.dateOnly(i)
			dated = dated || b.drop[i] || n.Text > 80 || n.Text > 30 && endsLikeSentence(n.HTML.Data)
			b.begun = b.begun || !b.drop[i] && n.Text > 80
		case b.cut[i] || i != b.root &&
			(b.isChrome(i) || n.Flags&dom.InHead != 0 && !b.begun && openingHeads()[words.Fold(texts.Key(b.d.Text(i)))]):
			b.drop[i] = true
		case b.actsAsHeading(i) && startsSection(b.d.Text(i)):
			b.dropSection(i)
		}
		if b.drop[i] {
			i = n.End
			continue
		}
		i++
	}
}

// openingHeads stand over the report itself on all pages of some systems.
var openingHeads = words.Set("opening_headings")

// dropLabels leaves out labels such as "Datum:" whose values are read as other
// fields and gone.
func (b *bodyReader) dropLabels() {
	label := dom.NodeID(-1)
	for i := b.root; i < b.d.Nodes[b.root].End; i++ {
		n := &b.d.Nodes[i]
		if n.Flags&dom.IsText == 0 || n.Text == 0 {
			continue
		}
		if label >= 0 && n.Text < 40 && b.dropped(i) && !b.dropped(label) && strings.ContainsAny(n.HTML.Data, "0123456789") {
			b.drop[label] = true
		}
		label = -1
		if n.Text < 30 && n.Flags&dom.Breaks != 0 && strings.HasSuffix(strings.TrimSpace(n.HTML.Data), ":") {
			label = i
		}
	}
}

// dropRests leaves out what is left of a line when other fields were read from
// it and it ends in the air: "Von" and "am" without the name and the day.
func (b *bodyReader) dropRests() {
	for _, i := range b.blocks {
		if b.ownText[i] > 140 || b.d.Nodes[i].Flags&dom.InHead != 0 || b.dropped(i) {
			continue
		}
		var left []dom.NodeID
		length, gone := int32(0), false
		for t := i + 1; t < b.d.Nodes[i].End; t++ {
			if n := &b.d.Nodes[t]; n.Flags&dom.IsText == 0 || n.Text == 0 || b.block[t] != i {
				continue
			} else if b.dropped(t) {
				gone = true
			} else {
				left, length = append(left, t), length+n.Text
			}
		}
		if gone && length > 0 && length <= 40 && inTheAir.MatchString(b.d.Nodes[left[len(left)-1]].HTML.Data) {
			for _, t := range left {
				b.drop[t] = true
			}
		}
	}
}

// inTheAir ends a line whose name or day is missing.
var inTheAir = lazy.Regexp(`(?i)(?:^|\s)(?:von|vom|am|um|by|on|at|par|le|di|il|por|el|door|op|af|av|den|d[’']|[|•·–—,:/-])\s*$`)

// dropEmptied leaves out headings of which all that stood below them is gone.
func (b *bodyReader) dropEmptied() {
	open, gone := dom.NodeID(-1), false // a heading with nothing below it so far, and whether something was left out
	for _, i := range b.blocks {
		isHead := dom.HeadingTag(b.d.Nodes[i].Tag)
		switch {
		case b.dropped(i):
			gone = gone || !isHead
			continue
		case !isHead:
			open = -1
			continue
		case open >= 0 && gone && b.d.Nodes[i].HTML.Data <= b.d.Nodes[open].HTML.Data:
			b.drop[open] = true
		}
		open, gone = i, false
	}
}

// dropRepeats leaves out paragraphs that were said before, such as a lead that
// the text begins with once more. said has the first paragraph of each length.
func (b *bodyReader) dropRepeats(said map[int32]dom.NodeID) {
	for i := b.root; i < b.d.Nodes[b.root].End; {
		n := &b.d.Nodes[i]
		if b.drop[i] {
			i = n.End
			continue
		}
		if b.ownText[i] >= 60 && b.ownText[i] == n.Text && n.Tag != atom.Td {
			switch first, met := said[n.Text]; {
			case !met:
				said[n.Text] = i
			case b.sameText(first, i):
				b.drop[i] = true
			}
		}
		i++
	}
}

// sameText reports whether two paragraphs say the same. Most that are of one
// length differ in their first words already.
func (b *bodyReader) sameText(i, j dom.NodeID) bool {
	one, other := b.d.Nodes[b.firstText(i)].HTML.Data, b.d.Nodes[b.firstText(j)].HTML.Data
	for k := range min(len(one), len(other)) {
		if c, d := one[k], other[k]; c != d {
			if c > ' ' && c < 0x7f && d > ' ' && d < 0x7f {
				return false
			}
			break
		}
	}
	return b.d.Text(i) == b.d.Text(j)
}

// dateOnly reports whether a text is a line by itself and nothing but a date,
// as stands between headline and report.
func (b *bodyReader) dateOnly(i dom.NodeID) bool {
	if i < b.headline || !b.ownLine(i) {
		return false
	}
	text := news.Squash(b.d.Nodes[i].HTML.Data)
	found := b.d.FindDates(text)
	return len(found) == 1 && !found[0].Range && found[0].End-found[0].Start >= len(text)-2
}

// actsAsHeading reports whether an element is a heading, or a short line in
// bold or before a colon that stands for one.
func (b *bodyReader) actsAsHeading(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	if n.Text == 0 || n.Text > 90 || n.Flags&dom.IsBlock == 0 || n.Tag == atom.Th && b.d.Nodes[n.Parent].Text > n.Text {
		return false // the "Tag" over a column of days is no list of tags
	}
	return n.Flags&dom.InHead != 0 || n.Text <= 60 && b.ownText[i] == n.Text &&
		(n.Text <= 35 || b.isBold(i) || strings.HasSuffix(b.d.Text(i), ":"))
}

// dropTail leaves out what follows the last running text and is none itself:
// headings with nothing below them, lines of links, calls to share.
func (b *bodyReader) dropTail() {
	for k := len(b.blocks) - 1; k > 0; k-- {
		i := b.blocks[k]
		if b.dropped(i) {
			continue
		}
		if b.closesReport(i) {
			return
		}
		b.drop[i] = true
	}
}

// closesReport reports whether a block is text with which a report may end: no
// heading over nothing, no line of links, no address.
func (b *bodyReader) closesReport(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	switch {
	case n.Flags&dom.InHead != 0:
		return b.ownText[i] > 100 && endsLikeSentence(b.d.Text(i))
	case b.isAddress(i):
		return false
	case b.ownLink[i]*10 < b.ownText[i]*8 || b.ownText[i] > 120:
		return true
	}
	return n.Tag == atom.P && !b.onlyLinks(i)
}

var telephone = lazy.Regexp(`(?i)\b(?:tel(?:efon|ephone|éfono)?|fon|phone|fax|telefax|mobil|e-?mail)\b[.:]?\s*\S|\S@\S|\bkontakt` +
	`|\bcontac?t`)

// isAddress reports whether a paragraph is an office's address: three lines or
// more and none a sentence, with how to reach it.
func (b *bodyReader) isAddress(i dom.NodeID) bool {
	if b.ownText[i] > 400 || !b.hasBreaks(i) {
		return false
	}
	lines := b.d.Lines(i)
	reach := false
	for _, line := range lines {
		if len(line) > 80 || len(line) > 40 && endsLikeSentence(line) {
			return false
		}
		reach = reach || telephone.MatchString(line)
	}
	return reach && len(lines) >= 3
}

// dropped reports whether an element or what it stands in is left out.
func (b *bodyReader) dropped(i dom.NodeID) bool {
	for ; i >= b.root; i = b.d.Nodes[i].Parent {
		if b.drop[i] {
			return true
		}
	}
	return false
}

// dropSection leaves out what a heading such as "Weitere Meldungen" opens: the
// rest of its element where that is a section of its own or little else
// follows, or else the list that follows.
func (b *bodyReader) dropSection(heading dom.NodeID) {
	at := heading
	for p := b.d.Nodes[at].Parent; p > b.root && b.prose[p] < b.prose[b.root]/3 &&
		b.firstText(p) == b.firstText(heading); p = b.d.Nodes[at].Parent {
		at = p
	}
	b.drop[at] = true
	if b.d.Nodes[at].Text > b.d.Nodes[heading].Text {
		return
	}
	heading = at
	parent := b.d.Nodes[heading].Parent
	var rest int32
	for c := b.d.Nodes[heading].End; c < b.d.Nodes[parent].End; c = b.d.Nodes[c].End {
		rest += b.prose[c]
	}
	all := rest < b.prose[b.root]/4
	for c := b.d.Nodes[heading].End; c < b.d.Nodes[parent].End; c = b.d.Nodes[c].End {
		n := &b.d.Nodes[c]
		if !all && (n.Flags&dom.InHead != 0 || n.Linked*2 < n.Text) {
			break
		}
		b.drop[c] = true
	}
}

// firstText is the first visible text of a subtree.
func (r *reader) firstText(i dom.NodeID) dom.NodeID {
	for j := i; j < r.d.Nodes[i].End; j++ {
		if n := &r.d.Nodes[j]; n.Flags&dom.IsText != 0 && n.Text > 0 {
			return j
		}
	}
	return -1
}

// endsLikeSentence reports whether a text ends in a mark that ends sentences.
func endsLikeSentence(s string) bool {
	s = strings.TrimRight(s, "\"'“”»«‘’)] ")
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") ||
		strings.HasSuffix(s, ":")
}
