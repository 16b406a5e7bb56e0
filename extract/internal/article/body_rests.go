package article

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// What is left over when chrome and other fields are gone.

// dropLabels leaves out labels such as "Datum:" whose values are read as other
// fields and gone.
func (b *bodyReader) dropLabels() {
	label := dom.NodeID(-1)
	for i := b.root; i < b.d.Nodes[b.root].End; i++ {
		n := &b.d.Nodes[i]
		if n.Flags&dom.IsText == 0 || n.Text == 0 {
			continue
		}
		isValue := n.Text < 40 && texts.HasDigit(n.HTML.Data) && b.dropped(i)
		if label >= 0 && isValue && !b.dropped(label) {
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
var inTheAir = words.Regexp(`(?i)(?:^|\s)(?:{{in_the_air}}|[|•·–—,:/-])\s*$`)

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

var telephone = words.Regexp(`(?i)\b(?:{{phone_words}}|{{mail_words}})\b[.:]?\s*\S|\S@\S|\b{{contact_stems}}`)

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
