package article

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// markOtherReports finds rows of a listing below the report: texts that end in
// a link such as "mehr…", with the headings that belong to them. They are out
// of the body, and no date or tag of theirs is the report's.
func (r *reader) markOtherReports() {
	r.other = make([]bool, len(r.d.Nodes))
	r.markOtherArticles()
	r.markOtherCards()
	blocks := r.leafBlocks(r.root)
	for at, i := range blocks {
		if r.ownLink[i] > 0 && r.ownText[i] > r.ownLink[i] {
			r.markOtherLines(i)
		}
		if !r.endsInMore(i) || r.d.Nodes[i].Text > 700 || r.headline >= 0 && r.d.Within(r.headline, i) {
			continue
		}
		r.markOther(i)
		for back := at - 1; back >= 0 && at-back <= 3 && r.headsOther(blocks[back]); back-- {
			r.markOther(blocks[back])
		}
	}
}

// headsOther reports whether a block before the text of another report belongs to
// it: a short heading, link or line.
func (r *reader) headsOther(i dom.NodeID) bool {
	if r.cut[i] || i == r.headline || r.ownText[i] > 160 {
		return false
	}
	isLinked := r.d.Nodes[i].Flags&dom.InLink != 0 || r.ownLink[i] >= r.ownText[i]/2
	return isLinked || r.d.Nodes[i].Flags&dom.InHead != 0 || r.shortLine(i)
}

// markOtherCards finds the cards of other reports below the report: boxes that
// begin with a heading that is a link, but for a kicker.
func (r *reader) markOtherCards() {
	if r.headline < 0 {
		return
	}
	var cards []dom.NodeID
	var prose int32
	for i := max(r.root, r.d.Nodes[r.headline].End); i < r.d.Nodes[r.root].End; {
		switch {
		case r.cut[i]:
		case r.isOtherCard(i):
			cards = append(cards, i)
			prose += r.prose[i]
		default:
			i++
			continue
		}
		i = r.d.Nodes[i].End
	}
	if 2*prose > r.prose[r.root] {
		return // then they are what the page is about
	}
	for _, i := range cards {
		r.markOther(i)
	}
}

// markOtherArticles finds the articles that follow the report's on its page:
// elements of the kind and class of the one around the headline, with a heading
// that leads to a page of its own, a day of their own, or the headline's rank.
func (r *reader) markOtherArticles() {
	own := dom.NodeID(-1)
	for i := r.headline; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if n := &r.d.Nodes[i]; r.prose[i] >= fewProse && (n.Tag == atom.Article || n.Hints&(dom.HintItem|dom.HintArticle) != 0) {
			own = i
			break
		}
	}
	if own < 0 {
		return
	}
	n := &r.d.Nodes[own]
	class := dom.AttrOf(n.HTML, "class")
	for c := n.End; c < r.d.Nodes[n.Parent].End; c = r.d.Nodes[c].End {
		if o := &r.d.Nodes[c]; o.Tag == n.Tag && dom.AttrOf(o.HTML, "class") == class && r.opensOtherReport(c) {
			r.markOther(c)
		}
	}
}

// opensOtherReport reports whether an element begins as a report of its own: with
// a heading that is a link, is of the headline's rank, or has a day below it.
func (r *reader) opensOtherReport(i dom.NodeID) bool {
	head := r.firstHeading(i)
	if head < 0 {
		return false
	}
	if a := r.d.Find(i, atom.A); a >= 0 && r.d.Nodes[head].Linked*2 > r.d.Nodes[head].Text &&
		leadsElsewhere(dom.AttrOf(r.d.Nodes[a].HTML, "href")) {
		return true
	}
	if r.d.Nodes[head].Tag == r.d.Nodes[r.headline].Tag && r.d.Nodes[head].Tag == atom.H1 {
		return true
	}
	for j := i; j < r.d.Nodes[i].End; j++ {
		n := &r.d.Nodes[j]
		isShort := n.Flags&dom.IsText == 0 && n.Text > 0 && n.Text < 40
		isDate := n.Hints&dom.HintDate != 0 || n.Hints&dom.HintMeta != 0 && len(r.d.FindDates(r.d.Text(j))) == 1
		if isShort && isDate && r.holdsDigits(j) {
			return true
		}
	}
	return false
}

// firstHeading is the heading with which an element begins, but for a short line
// such as a day; -1 where it begins with text.
func (r *reader) firstHeading(i dom.NodeID) dom.NodeID {
	for j := i; j < r.d.Nodes[i].End; j++ {
		switch n := &r.d.Nodes[j]; {
		case n.Flags&dom.IsText == 0 && (n.Tag == atom.H1 || dom.HeadingTag(n.Tag)) && n.Text > 0:
			return j
		case n.Flags&dom.IsText != 0 && n.Text > 40:
			return -1
		}
	}
	return -1
}

// isOtherCard reports whether a box is one row of a list of reports.
func (r *reader) isOtherCard(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if !r.mayBeRow(i) || n.Linked == 0 || n.Text > 700 {
		return false
	}
	first := r.firstText(i)
	if first < 0 || r.d.Nodes[first].Flags&dom.InHead == 0 {
		return false
	}
	head := first
	for r.d.Nodes[r.d.Nodes[head].Parent].Flags&dom.InHead != 0 {
		head = r.d.Nodes[head].Parent
	}
	a := r.d.Find(i, atom.A)
	if a < 0 || r.d.Nodes[head].Linked*2 <= r.d.Nodes[head].Text || !leadsElsewhere(dom.AttrOf(r.d.Nodes[a].HTML, "href")) {
		return false
	}
	return r.d.Within(a, head) || r.d.Within(head, a)
}

// mayBeRow reports whether an element is one of a list by its tag or class.
func (r *reader) mayBeRow(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if n.Flags&dom.IsText != 0 {
		return false
	}
	isCalled := n.Hints&(dom.HintItem|dom.HintTeaser) != 0 || n.Hints&dom.HintArticle != 0 && r.prose[i] > 0
	return isCalled || n.Tag == atom.Article || n.Tag == atom.Li
}

// leadsElsewhere reports whether a link leads to another page of the site, and
// to no file.
func leadsElsewhere(href string) bool {
	return href != "" && href[0] != '#' && !strings.HasPrefix(href, "mailto:") && dom.FileTypes[dom.ExtensionOf(href)] == ""
}

// markOtherLines finds rows of a listing among the lines of one block, where
// there are several: the lines that end in "mehr…" and the headings over them.
func (r *reader) markOtherLines(block dom.NodeID) {
	lines := r.linesOf(block)
	last := func(line []dom.NodeID) *dom.Node { return &r.d.Nodes[line[len(line)-1]] }
	ends := make([]bool, len(lines)+1) // whether a line ends in such a link; none follows the last
	rows := 0
	for k, line := range lines {
		if n := last(line); n.Flags&dom.InLink != 0 && moreLink(n.HTML.Data) {
			ends[k] = true
			rows++
		}
	}
	if rows < 2 {
		return
	}
	for k, line := range lines {
		isHeading := ends[k+1] && !endsLikeSentence(last(line).HTML.Data)
		if !ends[k] && !isHeading {
			continue
		}
		for _, t := range line {
			r.markOther(t)
		}
	}
}

// linesOf are the lines of a block, each as the texts in it.
func (r *reader) linesOf(block dom.NodeID) [][]dom.NodeID {
	var lines [][]dom.NodeID
	for t := block; t < r.d.Nodes[block].End; t++ {
		n := &r.d.Nodes[t]
		if n.Flags&dom.IsText == 0 || n.Text == 0 || r.block[t] != block {
			continue
		}
		if n.Flags&dom.Breaks != 0 || len(lines) == 0 {
			lines = append(lines, nil)
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], t)
	}
	return lines
}

func (r *reader) markOther(i dom.NodeID) {
	for j := i; j < r.d.Nodes[i].End; j++ {
		r.cut[j], r.other[j] = true, true
	}
}

// shortLine reports whether a block is a line that is no sentence.
func (r *reader) shortLine(i dom.NodeID) bool {
	return r.ownText[i] < 100 && !endsLikeSentence(r.d.Text(i))
}

// endsInMore reports whether the last link of a block leads to the whole of a
// report.
func (r *reader) endsInMore(i dom.NodeID) bool {
	if r.ownLink[i] == 0 || r.ownLink[i] == r.ownText[i] && r.ownText[i] > 40 {
		return false
	}
	n := &r.d.Nodes[i]
	for j := n.End - 1; j > i; j-- {
		if r.d.Nodes[j].Tag == atom.A {
			return r.d.Nodes[j].Text <= 40 && moreLink(r.d.Text(j)) && r.d.Nodes[j].End == n.End
		}
	}
	return false
}

var moreWords = words.Set("more_words")

// moreLink reports whether a link's text says no more than that there is more.
func moreLink(text string) bool { return moreWords()[words.Fold(texts.Key(text))] }
