package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// Chrome that is told by an element of its own or by an unmistakable class
// gives way only where it holds nearly all running text of a page; side columns
// and other reports have more text than a short report; a class that has other
// uses ("share", "print", "form") gives way much earlier.
const (
	surely = hintNav | hintFooter | hintComments | hintCookie | hintBreadcrumb | hintPager | hintCloud | hintSearch | hintDialog | hintRating
	beside = hintSide | hintRelated | hintPopular
	maybe  = (hintChrome | hintContact) &^ surely
)

// markChrome finds what is not of the article by tag, class and role. Where
// hardly any running text would be left, the classes do not mean what they say,
// and those that have other uses are not followed. It returns the main part of
// the page, or -1.
func (r *reader) markChrome() (home nodeID) {
	r.cut = make([]bool, len(r.d.nodes))
	r.measureProse()
	r.cutConsent()
	suspects := r.suspects()
	home = r.home()
	r.cutAround(home, suspects)
	r.cutOffices()
	r.markHints(suspects, surely, 0.85)
	r.markHints(suspects, beside, 0.65)
	sure, left := slices.Clone(r.cut), r.prose[r.d.body]
	if r.markHints(suspects, maybe, 0.3); r.prose[r.d.body] < left/5 {
		r.cut = sure
		r.measureProse()
	}
	r.takeBack(home, suspects)
	return home
}

// cutOff cuts an element, and its text off the running text.
func (r *reader) cutOff(i nodeID) {
	for p := r.d.nodes[i].parent; p >= 0 && r.prose[i] > 0; p = r.d.nodes[p].parent {
		r.prose[p] -= r.prose[i]
	}
	for j := i; j < r.d.nodes[i].end; j++ {
		r.cut[j], r.prose[j] = true, 0
	}
}

// cutConsent cuts the text that asks for consent to cookies and has a button
// to answer it, whatever its classes say.
func (r *reader) cutConsent() {
	for i := r.d.body; r.headline >= 0 && i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText == 0 || n.text < 20 || !strings.Contains(n.n.Data, "ookie") {
			continue
		}
		if banner := r.bannerAround(r.block[i]); banner >= 0 {
			r.cutOff(banner)
			i = r.d.nodes[banner].end - 1
		}
	}
}

// bannerAround is the nearest element around a text that has a button to
// consent with; -1 where there is none. Other words of the banner may stand
// around the text, but no report.
func (r *reader) bannerAround(text nodeID) nodeID {
	most := 3*r.own[text] + 300
	for p, up := text, 0; p > r.d.body && up < 8; p, up = r.d.nodes[p].parent, up+1 {
		if n := &r.d.nodes[p]; n.text >= most || n.end-p > 1000 || r.d.within(r.headline, p) {
			break
		}
		if r.asksConsent(p) {
			return p
		}
	}
	return -1
}

var consentWords = piecesOf("akzept", "zustimm", "einverstanden", "ablehn", "annehm", "zulassen", "erlauben", "accept", "allow", "agree", "autoris", "permit", "toestaan", "tillåt", "godkänn", "godta", "hyväksy", "aceit", "povol", "reject", "accett", "rifiut", "acept", "refuser", "weiger", "akceptuj", "souhlas", "tillad")

// asksConsent reports whether there is a button or link to consent with.
func (r *reader) asksConsent(i nodeID) bool {
	for j := i; j < r.d.nodes[i].end; j++ {
		if n := &r.d.nodes[j]; (n.tag == atom.Button || n.tag == atom.A) && n.text > 0 && n.text < 40 {
			if consentWords.in(strings.ToLower(r.d.text(j))) {
				return true
			}
		}
	}
	return false
}

// suspects are the elements of which any hint says that they are chrome.
func (r *reader) suspects() []nodeID {
	all := make([]nodeID, 0, 128)
	for i := r.d.body + 1; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.hints&(hintChrome|hintContact) == 0 || n.flags&isText != 0 || r.cut[i] || r.headline >= 0 && r.d.within(r.headline, i) || r.holdsArticle(i) || r.inFlow(i) || r.inSentence(i) {
			continue
		}
		all = append(all, i)
	}
	return all
}

// inFlow reports whether a box that its class puts beside the report stands
// between two paragraphs of it: it is a part that is set off.
func (r *reader) inFlow(i nodeID) bool {
	n := &r.d.nodes[i]
	if n.tag != atom.Div && n.tag != atom.Section || n.hints&(hintChrome|hintContact)&^hintSide != 0 || n.text > 1500 || n.end >= r.d.nodes[n.parent].end {
		return false
	}
	isParagraph := func(j nodeID) bool { return r.d.nodes[j].tag == atom.P && r.own[j]-r.ownLink[j] >= 15 }
	if !isParagraph(n.end) {
		return false
	}
	before := i - 1
	for before > n.parent && r.d.nodes[before].parent != n.parent {
		before = r.d.nodes[before].parent
	}
	return before > n.parent && isParagraph(before)
}

// inSentence reports whether words of one sentence stand before and behind an
// element in their line: it is a part of it, whatever its class says.
func (r *reader) inSentence(i nodeID) bool {
	n, block := &r.d.nodes[i], r.block[i]
	if n.flags&isBlock != 0 || r.own[block] < n.text+25 {
		return false
	}
	if first := r.firstText(i); first < 0 || r.d.nodes[first].flags&breaks != 0 {
		return false
	}
	last := r.lastOfLine(n.end, block)
	return last >= n.end && endsLikeSentence(strings.TrimSpace(r.d.nodes[last].n.Data))
}

// A line is a stretch of a block in which no line begins, and its last text.
type line struct{ from, to, block, last nodeID }

// lastOfLine is the last text of the line of a block that goes on at a node; -1
// where there is none. Many elements may stand in one line: it is gone over once.
func (r *reader) lastOfLine(at, block nodeID) nodeID {
	if l := &r.line; l.block == block && at >= l.from && at <= l.to {
		return l.last
	}
	l := line{from: at, to: at, block: block, last: -1}
	for ; l.to < r.d.nodes[block].end && r.d.nodes[l.to].flags&breaks == 0; l.to++ {
		if next := &r.d.nodes[l.to]; next.flags&isText != 0 && next.text > 0 {
			l.last = l.to
		}
	}
	r.line = l
	return l.last
}

// markHints cuts the suspects with such hints that hold less than a share of
// the page's running text. Elements of one class are weighed together: a report
// comes in pieces.
func (r *reader) markHints(suspects []nodeID, hints hint, share float64) {
	most := int32(share * float64(r.prose[r.d.body]))
	ofClass := make(map[string]int32)
	for _, i := range suspects {
		if n := &r.d.nodes[i]; n.hints&hints != 0 && r.prose[i] > 0 {
			ofClass[attrOf(n.n, "class")] += r.prose[i]
		}
	}
	for _, i := range suspects {
		n := &r.d.nodes[i]
		if n.hints&hints == 0 || r.cut[i] || r.prose[i] > most {
			continue
		}
		if class := attrOf(n.n, "class"); class == "" || ofClass[class] <= most {
			r.cutOff(i)
		}
	}
}

// holdsArticle reports whether an element with a suspicious class says by its
// kind that it is the content.
func (r *reader) holdsArticle(i nodeID) bool {
	n := &r.d.nodes[i]
	return n.tag == atom.Main || n.hints&hintBody != 0 && r.d.attr(i, "itemprop") == "articleBody"
}
