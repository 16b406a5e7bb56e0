package extract

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readBody takes the paragraphs of the report out of what stands beside them.
func (r *reader) readBody() {
	drop := make([]bool, len(r.d.nodes))
	w := &writer{d: r.d, drop: drop, out: make([]byte, 0, 2*r.prose[r.root]+512)}
	w.all.Grow(int(r.prose[r.root]) * 5 / 4)
	said := make(map[int32]nodeID)
	for _, root := range r.roots {
		b := &bodyReader{reader: r, root: root, drop: drop, blocks: r.leafBlocks(root)}
		w.skip = b.dropSpent()
		b.dropBeforeHeadline()
		b.dropBlocks()
		b.dropLabels()
		b.dropRests()
		b.dropRepeats(said)
		b.dropEmptied()
		b.dropTail()
		b.dropShared()
		w.write(root)
	}
	it := &r.art.Item
	it.BodyHTML, it.BodyText = w.html(), w.text()
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
func (b *bodyReader) dropSpent() map[nodeID]int {
	for _, i := range b.spent {
		b.drop[i] = !b.inSentence(i)
	}
	skip := make(map[nodeID]int)
	for n, i := range b.blocks {
		if n == 4 {
			break
		}
		for t := i; t < b.d.nodes[i].end; t++ {
			if b.d.nodes[t].flags&isText != 0 {
				raw := b.d.nodes[t].n.Data
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
	root   nodeID
	drop   []bool
	blocks []nodeID // that hold text of their own, less what was cut
	begun  bool     // whether the text has, up to where the reader stands
}

// dropBeforeHeadline leaves out what stands over the headline, unless that is
// much of the text: then the heading is one of several.
func (b *bodyReader) dropBeforeHeadline() {
	if b.headline < 0 || !b.d.within(b.headline, b.root) {
		return
	}
	b.drop[b.headline] = true
	var before int32
	for i := b.root; i < b.headline; i++ {
		if b.d.nodes[i].end <= b.headline && b.own[i]-2*b.ownLink[i] >= 25 && !b.cut[i] {
			before += b.own[i]
		}
	}
	if before > b.prose[b.root]/4 {
		return
	}
	for i := b.root + 1; i < b.headline; {
		if b.d.nodes[i].end <= b.headline {
			b.drop[i] = true
			i = b.d.nodes[i].end
			continue
		}
		i++
	}
}

// leafBlocks are the blocks of a subtree that hold text of their own, in
// document order, less what was cut.
func (r *reader) leafBlocks(root nodeID) []nodeID {
	var all []nodeID
	for i := root; i < r.d.nodes[root].end; {
		if r.cut[i] {
			i = r.d.nodes[i].end
			continue
		}
		if r.own[i] > 0 {
			all = append(all, i)
		}
		i++
	}
	return all
}

// dropBlocks judges every subtree of the root.
func (b *bodyReader) dropBlocks() {
	end := b.d.nodes[b.root].end
	dated := false // whether the line of the date has been, or the text begun
	for i := b.root; i < end; {
		n := &b.d.nodes[i]
		switch {
		case b.drop[i]:
		case n.flags&isText != 0:
			b.drop[i] = b.cut[i] || n.text >= 6 && n.text <= 40 && n.flags&breaks != 0 && !dated && b.dateOnly(i)
			dated = dated || b.drop[i] || n.text > 80 || n.text > 30 && endsLikeSentence(n.n.Data)
			b.begun = b.begun || !b.drop[i] && n.text > 80
		case b.cut[i] || i != b.root && (b.isChrome(i) || n.flags&inHead != 0 && !b.begun && openingHeads()[foldWord(key(b.d.text(i)))]):
			b.drop[i] = true
		case b.actsAsHeading(i) && startsSection(b.d.text(i)):
			b.dropSection(i)
		}
		if b.drop[i] {
			i = n.end
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
	label := nodeID(-1)
	for i := b.root; i < b.d.nodes[b.root].end; i++ {
		n := &b.d.nodes[i]
		if n.flags&isText == 0 || n.text == 0 {
			continue
		}
		if label >= 0 && n.text < 40 && b.dropped(i) && !b.dropped(label) && strings.ContainsAny(n.n.Data, "0123456789") {
			b.drop[label] = true
		}
		label = -1
		if n.text < 30 && n.flags&breaks != 0 && strings.HasSuffix(strings.TrimSpace(n.n.Data), ":") {
			label = i
		}
	}
}

// dropRests leaves out what is left of a line when other fields were read from
// it and it ends in the air: "Von" and "am" without the name and the day.
func (b *bodyReader) dropRests() {
	for _, i := range b.blocks {
		if b.own[i] > 140 || b.d.nodes[i].flags&inHead != 0 || b.dropped(i) {
			continue
		}
		var left []nodeID
		length, gone := int32(0), false
		for t := i + 1; t < b.d.nodes[i].end; t++ {
			if n := &b.d.nodes[t]; n.flags&isText == 0 || n.text == 0 || b.block[t] != i {
				continue
			} else if b.dropped(t) {
				gone = true
			} else {
				left, length = append(left, t), length+n.text
			}
		}
		if gone && length > 0 && length <= 40 && inTheAir.MatchString(b.d.nodes[left[len(left)-1]].n.Data) {
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
	open, gone := nodeID(-1), false // a heading with nothing below it so far, and whether something was left out
	for _, i := range b.blocks {
		isHead := headingTag(b.d.nodes[i].tag)
		switch {
		case b.dropped(i):
			gone = gone || !isHead
			continue
		case !isHead:
			open = -1
			continue
		case open >= 0 && gone && b.d.nodes[i].n.Data <= b.d.nodes[open].n.Data:
			b.drop[open] = true
		}
		open, gone = i, false
	}
}

// dropRepeats leaves out paragraphs that were said before, such as a lead that
// the text begins with once more. said has the first paragraph of each length.
func (b *bodyReader) dropRepeats(said map[int32]nodeID) {
	for i := b.root; i < b.d.nodes[b.root].end; {
		n := &b.d.nodes[i]
		if b.drop[i] {
			i = n.end
			continue
		}
		if b.own[i] >= 60 && b.own[i] == n.text && n.tag != atom.Td {
			switch first, met := said[n.text]; {
			case !met:
				said[n.text] = i
			case b.sameText(first, i):
				b.drop[i] = true
			}
		}
		i++
	}
}

// sameText reports whether two paragraphs say the same. Most that are of one
// length differ in their first words already.
func (b *bodyReader) sameText(i, j nodeID) bool {
	one, other := b.d.nodes[b.firstText(i)].n.Data, b.d.nodes[b.firstText(j)].n.Data
	for k := range min(len(one), len(other)) {
		if c, d := one[k], other[k]; c != d {
			if c > ' ' && c < 0x7f && d > ' ' && d < 0x7f {
				return false
			}
			break
		}
	}
	return b.d.text(i) == b.d.text(j)
}

// dateOnly reports whether a text is a line by itself and nothing but a date,
// as stands between headline and report.
func (b *bodyReader) dateOnly(i nodeID) bool {
	if i < b.headline || !b.ownLine(i) {
		return false
	}
	text := news.Squash(b.d.nodes[i].n.Data)
	found := b.d.findDates(text)
	return len(found) == 1 && !found[0].Range && found[0].End-found[0].Start >= len(text)-2
}

// actsAsHeading reports whether an element is a heading, or a short line in
// bold or before a colon that stands for one.
func (b *bodyReader) actsAsHeading(i nodeID) bool {
	n := &b.d.nodes[i]
	if n.text == 0 || n.text > 90 || n.flags&isBlock == 0 || n.tag == atom.Th && b.d.nodes[n.parent].text > n.text {
		return false // the "Tag" over a column of days is no list of tags
	}
	return n.flags&inHead != 0 || n.text <= 60 && b.own[i] == n.text && (n.text <= 35 || b.isBold(i) || strings.HasSuffix(b.d.text(i), ":"))
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
func (b *bodyReader) closesReport(i nodeID) bool {
	n := &b.d.nodes[i]
	switch {
	case n.flags&inHead != 0:
		return b.own[i] > 100 && endsLikeSentence(b.d.text(i))
	case b.isAddress(i):
		return false
	case b.ownLink[i]*10 < b.own[i]*8 || b.own[i] > 120:
		return true
	}
	return n.tag == atom.P && !b.onlyLinks(i)
}

var telephone = lazy.Regexp(`(?i)\b(?:tel(?:efon|ephone|éfono)?|fon|phone|fax|telefax|mobil|e-?mail)\b[.:]?\s*\S|\S@\S|\bkontakt|\bcontac?t`)

// isAddress reports whether a paragraph is an office's address: three lines or
// more and none a sentence, with how to reach it.
func (b *bodyReader) isAddress(i nodeID) bool {
	if b.own[i] > 400 || !b.hasBreaks(i) {
		return false
	}
	lines := b.d.lines(i)
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
func (b *bodyReader) dropped(i nodeID) bool {
	for ; i >= b.root; i = b.d.nodes[i].parent {
		if b.drop[i] {
			return true
		}
	}
	return false
}

// dropSection leaves out what a heading such as "Weitere Meldungen" opens: the
// rest of its element where that is a section of its own or little else
// follows, or else the list that follows.
func (b *bodyReader) dropSection(heading nodeID) {
	at := heading
	for p := b.d.nodes[at].parent; p > b.root && b.prose[p] < b.prose[b.root]/3 && b.firstText(p) == b.firstText(heading); p = b.d.nodes[at].parent {
		at = p
	}
	b.drop[at] = true
	if b.d.nodes[at].text > b.d.nodes[heading].text {
		return
	}
	heading = at
	parent := b.d.nodes[heading].parent
	var rest int32
	for c := b.d.nodes[heading].end; c < b.d.nodes[parent].end; c = b.d.nodes[c].end {
		rest += b.prose[c]
	}
	all := rest < b.prose[b.root]/4
	for c := b.d.nodes[heading].end; c < b.d.nodes[parent].end; c = b.d.nodes[c].end {
		n := &b.d.nodes[c]
		if !all && (n.flags&inHead != 0 || n.linked*2 < n.text) {
			break
		}
		b.drop[c] = true
	}
}

// firstText is the first visible text of a subtree.
func (r *reader) firstText(i nodeID) nodeID {
	for j := i; j < r.d.nodes[i].end; j++ {
		if n := &r.d.nodes[j]; n.flags&isText != 0 && n.text > 0 {
			return j
		}
	}
	return -1
}

// endsLikeSentence reports whether a text ends in a mark that ends sentences.
func endsLikeSentence(s string) bool {
	s = strings.TrimRight(s, "\"'“”»«‘’)] ")
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, ":")
}
