package extract

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// markOtherReports finds rows of a listing below the report: texts that end in
// a link such as "mehr…", with the headings that belong to them. They are out
// of the body, and no date or tag of theirs is the report's.
func (r *reader) markOtherReports() {
	r.other = make([]bool, len(r.d.nodes))
	r.markOtherArticles()
	r.markOtherCards()
	blocks := r.leafBlocks(r.root)
	for at, i := range blocks {
		if r.ownLink[i] > 0 && r.own[i] > r.ownLink[i] {
			r.markOtherLines(i)
		}
		if !r.endsInMore(i) || r.d.nodes[i].text > 700 || r.headline >= 0 && r.d.within(r.headline, i) {
			continue
		}
		r.markOther(i)
		for back := at - 1; back >= 0 && at-back <= 3; back-- {
			p := blocks[back]
			if r.cut[p] || p == r.headline || r.own[p] > 160 || r.d.nodes[p].flags&(inHead|inLink) == 0 && r.ownLink[p] < r.own[p]/2 && !r.shortLine(p) {
				break
			}
			r.markOther(p)
		}
	}
}

// markOtherCards finds the cards of other reports below the report: boxes that
// begin with a heading that is a link, but for a kicker.
func (r *reader) markOtherCards() {
	if r.headline < 0 {
		return
	}
	var cards []nodeID
	var prose int32
	for i := max(r.root, r.d.nodes[r.headline].end); i < r.d.nodes[r.root].end; {
		switch {
		case r.cut[i]:
		case r.isOtherCard(i):
			cards = append(cards, i)
			prose += r.prose[i]
		default:
			i++
			continue
		}
		i = r.d.nodes[i].end
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
	own := nodeID(-1)
	for i := r.headline; i > r.d.body; i = r.d.nodes[i].parent {
		if n := &r.d.nodes[i]; r.prose[i] >= fewProse && (n.tag == atom.Article || n.hints&(hintItem|hintArticle) != 0) {
			own = i
			break
		}
	}
	if own < 0 {
		return
	}
	n := &r.d.nodes[own]
	class := attrOf(n.n, "class")
	for c := n.end; c < r.d.nodes[n.parent].end; c = r.d.nodes[c].end {
		if o := &r.d.nodes[c]; o.tag == n.tag && attrOf(o.n, "class") == class && r.opensOtherReport(c) {
			r.markOther(c)
		}
	}
}

// opensOtherReport reports whether an element begins as a report of its own: with
// a heading that is a link, is of the headline's rank, or has a day below it.
func (r *reader) opensOtherReport(i nodeID) bool {
	head := r.firstHeading(i)
	if head < 0 {
		return false
	}
	if a := r.d.find(i, atom.A); a >= 0 && r.d.nodes[head].linked*2 > r.d.nodes[head].text && leadsElsewhere(attrOf(r.d.nodes[a].n, "href")) {
		return true
	}
	if r.d.nodes[head].tag == r.d.nodes[r.headline].tag && r.d.nodes[head].tag == atom.H1 {
		return true
	}
	for j := i; j < r.d.nodes[i].end; j++ {
		if n := &r.d.nodes[j]; n.flags&isText == 0 && n.hints&hintDate != 0 && n.text > 0 && n.text < 40 && r.holdsDigits(j) {
			return true
		}
	}
	return false
}

// firstHeading is the heading with which an element begins, but for a short line
// such as a day; -1 where it begins with text.
func (r *reader) firstHeading(i nodeID) nodeID {
	for j := i; j < r.d.nodes[i].end; j++ {
		switch n := &r.d.nodes[j]; {
		case n.flags&isText == 0 && (n.tag == atom.H1 || headingTag(n.tag)) && n.text > 0:
			return j
		case n.flags&isText != 0 && n.text > 40:
			return -1
		}
	}
	return -1
}

// isOtherCard reports whether a box is one row of a list of reports.
func (r *reader) isOtherCard(i nodeID) bool {
	n := &r.d.nodes[i]
	isRow := n.tag == atom.Article || n.tag == atom.Li || n.hints&(hintItem|hintTeaser) != 0 || n.hints&hintArticle != 0 && r.prose[i] > 0
	if n.flags&isText != 0 || !isRow || n.linked == 0 || n.text > 700 {
		return false
	}
	first := r.firstText(i)
	if first < 0 || r.d.nodes[first].flags&inHead == 0 {
		return false
	}
	head := first
	for r.d.nodes[r.d.nodes[head].parent].flags&inHead != 0 {
		head = r.d.nodes[head].parent
	}
	a := r.d.find(i, atom.A)
	if a < 0 || r.d.nodes[head].linked*2 <= r.d.nodes[head].text || !leadsElsewhere(attrOf(r.d.nodes[a].n, "href")) {
		return false
	}
	return r.d.within(a, head) || r.d.within(head, a)
}

// leadsElsewhere reports whether a link leads to another page of the site, and
// to no file.
func leadsElsewhere(href string) bool {
	return href != "" && href[0] != '#' && !strings.HasPrefix(href, "mailto:") && fileTypes[extensionOf(href)] == ""
}

// markOtherLines finds rows of a listing among the lines of one block, where
// there are several: the lines that end in "mehr…" and the headings over them.
func (r *reader) markOtherLines(block nodeID) {
	var lines [][]nodeID // the texts of each
	for t := block; t < r.d.nodes[block].end; t++ {
		if n := &r.d.nodes[t]; n.flags&isText == 0 || n.text == 0 || r.block[t] != block {
			continue
		} else if n.flags&breaks != 0 || len(lines) == 0 {
			lines = append(lines, nil)
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], t)
	}
	ends := func(line []nodeID) bool {
		last := line[len(line)-1]
		return r.d.nodes[last].flags&inLink != 0 && moreLink(r.d.nodes[last].n.Data)
	}
	rows := 0
	for _, line := range lines {
		if ends(line) {
			rows++
		}
	}
	for k, line := range lines {
		if rows < 2 || !ends(line) && (k+1 == len(lines) || !ends(lines[k+1]) || endsLikeSentence(r.d.nodes[line[len(line)-1]].n.Data)) {
			continue
		}
		for _, t := range line {
			r.markOther(t)
		}
	}
}

func (r *reader) markOther(i nodeID) {
	for j := i; j < r.d.nodes[i].end; j++ {
		r.cut[j], r.other[j] = true, true
	}
}

// shortLine reports whether a block is a line that is no sentence.
func (r *reader) shortLine(i nodeID) bool {
	return r.own[i] < 100 && !endsLikeSentence(r.d.text(i))
}

// endsInMore reports whether the last link of a block leads to the whole of a
// report.
func (r *reader) endsInMore(i nodeID) bool {
	if r.ownLink[i] == 0 || r.ownLink[i] == r.own[i] && r.own[i] > 40 {
		return false
	}
	n := &r.d.nodes[i]
	for j := n.end - 1; j > i; j-- {
		if r.d.nodes[j].tag == atom.A {
			return r.d.nodes[j].text <= 40 && moreLink(r.d.text(j)) && r.d.nodes[j].end == n.end
		}
	}
	return false
}

var moreWords = words.Set("more_words")

// moreLink reports whether a link's text says no more than that there is more.
func moreLink(text string) bool { return moreWords()[foldWord(key(text))] }
