package article

import (
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// Headlines of pages whose headings are none.

// insteadOfHeading is the line that is the headline where no heading is: the one
// that a title has, or where no title tells of the report, one that stands out
// over the text.
func (r *reader) insteadOfHeading(titles []claims.Claim) headlineCandidate {
	if len(titles) == 0 {
		if cell := r.subjectCell(); cell.at >= 0 {
			return cell
		}
		return r.lineOverText()
	}
	return r.titleLine(titles)
}

// subjectCell is the cell behind a label such as "Betreff" or "Oggetto", in a table or
// list of definitions on one document.
func (r *reader) subjectCell() headlineCandidate {
	for i := r.d.Body + 1; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		isCell := n.Tag == atom.Td || n.Tag == atom.Dd
		if !isCell || n.Text < 8 || n.Text > 300 || (n.Above|n.Hints)&besideText != 0 {
			continue
		}
		label := elementBefore(r.d, i)
		if label < 0 || r.d.Nodes[label].Text > 30 || !subjectLabels()[words.Fold(texts.Key(r.d.Text(label)))] {
			continue
		}
		if text := r.d.Text(i); r.mayHead(text) {
			return headlineCandidate{at: i, text: text, key: texts.Key(text)}
		}
	}
	return headlineCandidate{at: -1}
}

// subjectLabels stand before, or over, what a document is about.
var subjectLabels = words.Set("headline_columns")

// titleLine is a line of a page without headings that is its title: hand-written
// pages have their headline in a paragraph.
func (r *reader) titleLine(titles []claims.Claim) headlineCandidate {
	for _, t := range titles[:min(len(titles), 8)] {
		want := texts.Key(cleanHeadline(r.withoutSite(t.Value)))
		if len(want) < 10 {
			continue
		}
		for i := r.d.Body + 1; i < r.d.Nodes[r.d.Body].End; i++ {
			n := &r.d.Nodes[i]
			isLine := n.Flags&(dom.IsBlock|dom.InLink) == dom.IsBlock && r.ownText[i] > 0 && n.Text <= 250
			if !isLine || (n.Hints|n.Above)&besideTitle != 0 {
				continue
			}
			if text := r.d.Text(i); texts.Key(text) == want {
				return headlineCandidate{at: i, text: text, key: want}
			}
		}
	}
	return headlineCandidate{at: -1}
}

// besideTitle are the hints of lines that repeat a title and are not the headline.
const besideTitle = dom.HintNav | dom.HintBreadcrumb | dom.HintFooter | dom.HintSide | dom.HintRelated

// lineOverText is the last line over the first running text that is bold, heads
// a table, or has a class that calls it a headline: pages without headings and
// titles of their own have no other.
func (r *reader) lineOverText() headlineCandidate {
	best := headlineCandidate{at: -1}
	for i := r.d.Body + 1; i < r.d.Nodes[r.d.Body].End; i++ {
		n, own := &r.d.Nodes[i], r.ownText[i]-2*r.ownLink[i]
		if own < 5 || n.Flags&dom.IsHidden != 0 || (n.Above|n.Hints)&(besideText|dom.HintSide) != 0 {
			continue
		}
		text := r.d.Text(i)
		if own >= 80 || own >= 40 && endsLikeSentence(text) {
			break
		}
		if r.standsOut(i) && !endsLikeSentence(text) && r.mayHead(text) {
			best = headlineCandidate{at: i, text: text, key: texts.Key(text)}
		}
	}
	return best
}

// standsOut reports whether a line is bold, heads a table or is called a headline.
func (r *reader) standsOut(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if r.ownText[i] != n.Text || n.Tag == atom.Th && r.headsRow(i) {
		return false
	}
	return n.Tag == atom.Th || n.Hints&dom.HintHeadline != 0 || r.isBold(i)
}

// headsRow reports whether a cell is the label of the one behind it.
func (r *reader) headsRow(i dom.NodeID) bool {
	next := r.d.Nodes[i].End
	for next < r.d.Nodes[r.d.Nodes[i].Parent].End && r.d.Nodes[next].Flags&dom.IsText != 0 {
		next++
	}
	return next < r.d.Nodes[r.d.Nodes[i].Parent].End && r.d.Nodes[next].Tag == atom.Td
}

// mayHead reports whether a line says more than a label or the name of a town or
// site.
func (r *reader) mayHead(text string) bool {
	if k := texts.Key(text); k == "" || labelHeadings()[words.Fold(k)] {
		return false
	}
	return !r.saysNothing(text) && !r.namesSite(text) && !namesTown(text)
}
