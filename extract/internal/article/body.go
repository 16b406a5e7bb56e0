package article

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readBody takes the paragraphs of the report out of what stands beside them.
func (r *reader) readBody() {
	drop := make([]bool, len(r.d.Nodes))
	prose := r.prose[r.root]
	room := min(prose, ampleProse) // little of what is longer may be the report
	w := &dom.Writer{D: r.d, Drop: drop, Out: make([]byte, 0, 2*room+512), All: make([]byte, 0, room*5/4)}
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
		b.dropEndNote()
		b.dropTail()
		b.dropShared()
		w.Write(root)
	}
	it := &r.art.Item
	it.BodyHTML, it.BodyText = w.HTML(), w.Text()
	switch {
	case it.BodyText != "":
		r.art.Evidence["body"] = r.bodySeen
	case prose >= tellingLoss:
		r.problem("body", "all text of the report was taken for something else: no body is left (a rule for body helps)")
	}
}

// ampleProse is more text, in bytes, than nearly all reports have.
const ampleProse = 64 << 10

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
			b.drop[i] = b.cut[i] || !dated && b.isDateLine(i)
			dated = dated || b.drop[i] || b.beginsText(i)
			b.begun = b.begun || !b.drop[i] && n.Text > 80
		case b.cut[i], i != b.root && b.standsAround(i):
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

// standsAround reports whether an element is chrome, or a heading that opens every
// report of its system.
func (b *bodyReader) standsAround(i dom.NodeID) bool { return b.isChrome(i) || b.isOpeningHeading(i) }

// isOpeningHeading reports whether an element is a heading such as "Meldung" before
// the text begins.
func (b *bodyReader) isOpeningHeading(i dom.NodeID) bool {
	isHeading := b.d.Nodes[i].Flags&dom.InHead != 0 && !b.begun
	return isHeading && openingHeads()[words.Fold(texts.Key(b.d.Text(i)))]
}

// beginsText reports whether a text is long enough, or a sentence, to be that of
// the report.
func (b *bodyReader) beginsText(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	return n.Text > 80 || n.Text > 30 && endsLikeSentence(n.HTML.Data)
}

// isDateLine reports whether a text begins a line and is nothing but a date.
func (b *bodyReader) isDateLine(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	return n.Text >= 6 && n.Text <= 40 && n.Flags&dom.Breaks != 0 && b.dateOnly(i)
}

// openingHeads stand over the report itself on all pages of some systems.
var openingHeads = words.Set("opening_headings")

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
	isColumn := n.Tag == atom.Th && b.d.Nodes[n.Parent].Text > n.Text // the "Tag" over a column of days is no list of tags
	if n.Text == 0 || n.Text > 90 || n.Flags&dom.IsBlock == 0 || isColumn {
		return false
	}
	return n.Flags&dom.InHead != 0 || n.Text <= 60 && b.ownText[i] == n.Text &&
		(n.Text <= 35 || b.isBold(i) || strings.HasSuffix(b.d.Text(i), ":"))
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
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'“”»«‘’)] "))
	return strings.ContainsRune(".!?…:", last)
}
