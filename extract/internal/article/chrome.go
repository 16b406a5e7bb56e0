package article

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// Chrome that is told by an element of its own or by an unmistakable class
// gives way only where it holds nearly all running text of a page; side columns
// and other reports have more text than a short report; a class that has other
// uses ("share", "print", "form") gives way much earlier.
const (
	surely = dom.HintNav | dom.HintFooter | dom.HintComments | dom.HintCookie | dom.HintBreadcrumb | dom.HintPager | dom.HintCloud |
		dom.HintSearch | dom.HintDialog | dom.HintRating
	beside = dom.HintSide | dom.HintRelated | dom.HintPopular
	maybe  = (dom.HintChrome | dom.HintContact) &^ surely
)

// markChrome finds what is not of the article by tag, class and role. Where
// hardly any running text would be left, the classes do not mean what they say,
// and those that have other uses are not followed. It returns the main part of
// the page, or -1.
func (r *reader) markChrome() (home dom.NodeID) {
	r.cut = make([]bool, len(r.d.Nodes))
	r.measureProse()
	r.cutConsent()
	suspects := r.suspects()
	home = r.home()
	r.cutAround(home, suspects)
	r.cutOffices()
	r.markHints(suspects, surely, 0.85)
	r.markHints(suspects, beside, 0.65)
	sure, left := slices.Clone(r.cut), r.prose[r.d.Body]
	if r.markHints(suspects, maybe, 0.3); r.prose[r.d.Body] < left/5 {
		r.cut = sure
		r.measureProse()
	}
	r.takeBack(home, suspects)
	return home
}

// cutOff cuts an element, and its text off the running text.
func (r *reader) cutOff(i dom.NodeID) {
	for p := r.d.Nodes[i].Parent; p >= 0 && r.prose[i] > 0; p = r.d.Nodes[p].Parent {
		r.prose[p] -= r.prose[i]
	}
	for j := i; j < r.d.Nodes[i].End; j++ {
		r.cut[j], r.prose[j] = true, 0
	}
}

// cutConsent cuts the text that asks for consent to cookies or to what another
// site holds: that has a button to answer it, whatever its classes say, or a class
// that says so.
func (r *reader) cutConsent() {
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&dom.IsText == 0 || n.Text < 20 {
			continue
		}
		banner, text := dom.NodeID(-1), words.Fold(n.HTML.Data)
		switch block := r.block[i]; {
		case cookieWords().In(text):
			banner = r.bannerAround(block, 3*r.ownText[block]+300, consentWords())
		case externalWords().In(text):
			banner = r.bannerAround(block, r.ownText[block]+120, loadWords())
		}
		if banner >= 0 {
			r.cutOff(banner)
			i = r.d.Nodes[banner].End - 1
		}
	}
}

var (
	cookieWords   = piecesOf("cookie_words")     // what cookies are called
	consentWords  = piecesOf("consent_words")    // on the button that agrees to them
	externalWords = piecesOf("external_content") // what another site holds and the page would show
	loadWords     = piecesOf("load_words")       // on the button that shows it
)

// piecesOf are the words of a section, to be found anywhere in a folded text.
func piecesOf(section string) func() *texts.Pieces {
	entries := words.Entries(section)
	return sync.OnceValue(func() *texts.Pieces {
		var all []string
		for _, e := range entries() {
			all = append(all, e.Text)
		}
		return texts.PiecesOf(all...)
	})
}

// bannerAround is the nearest element around a text, of less than so many bytes,
// that has a button with one of these words, or calls itself a banner; -1 where
// there is none. Other words of the banner may stand around the text, but no report.
func (r *reader) bannerAround(text dom.NodeID, most int32, answers *texts.Pieces) dom.NodeID {
	for p, up := text, 0; p > r.d.Body && up < 8; p, up = r.d.Nodes[p].Parent, up+1 {
		if n := &r.d.Nodes[p]; n.Text >= most || n.End-p > 1000 || r.headline >= 0 && r.d.Within(r.headline, p) {
			break
		}
		if r.hasButton(p, answers) || r.d.Nodes[p].Hints&dom.HintCookie != 0 {
			return p
		}
	}
	return -1
}

// hasButton reports whether there is a button or link with one of these words.
func (r *reader) hasButton(i dom.NodeID, answers *texts.Pieces) bool {
	for j := i; j < r.d.Nodes[i].End; j++ {
		n := &r.d.Nodes[j]
		isButton := (n.Tag == atom.Button || n.Tag == atom.A) && n.Text > 0 && n.Text < 40
		if isButton && answers.In(words.Fold(r.d.Text(j))) {
			return true
		}
	}
	return false
}

// suspects are the elements of which any hint says that they are chrome.
func (r *reader) suspects() []dom.NodeID {
	all := make([]dom.NodeID, 0, 128)
	for i := r.d.Body + 1; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		isCalled := n.Hints&(dom.HintChrome|dom.HintContact) != 0 && n.Flags&dom.IsText == 0
		if isCalled && !r.cut[i] && !r.isOfReport(i) {
			all = append(all, i)
		}
	}
	return all
}

// isOfReport reports whether an element is part of the report whatever its class
// says: it holds the headline or the text, or stands in their midst.
func (r *reader) isOfReport(i dom.NodeID) bool {
	return r.holdsHeadline(i) || r.holdsArticle(i) || r.inFlow(i) || r.inSentence(i)
}

// inFlow reports whether a box that its class puts beside the report stands
// between two paragraphs of it: it is a part that is set off.
func (r *reader) inFlow(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	isBox := n.Tag == atom.Div || n.Tag == atom.Section
	isOther := n.Hints&(dom.HintChrome|dom.HintContact)&^dom.HintSide != 0
	if !isBox || isOther || n.Text > 1500 || n.End >= r.d.Nodes[n.Parent].End {
		return false
	}
	isParagraph := func(j dom.NodeID) bool { return r.d.Nodes[j].Tag == atom.P && r.ownText[j]-r.ownLink[j] >= 15 }
	if !isParagraph(n.End) {
		return false
	}
	before := i - 1
	for before > n.Parent && r.d.Nodes[before].Parent != n.Parent {
		before = r.d.Nodes[before].Parent
	}
	return before > n.Parent && isParagraph(before)
}

// inSentence reports whether words of one sentence stand before and behind an
// element in their line: it is a part of it, whatever its class says.
func (r *reader) inSentence(i dom.NodeID) bool {
	n, block := &r.d.Nodes[i], r.block[i]
	if n.Flags&dom.IsBlock != 0 || r.ownText[block] < n.Text+25 {
		return false
	}
	if first := r.firstText(i); first < 0 || r.d.Nodes[first].Flags&dom.Breaks != 0 {
		return false
	}
	last := r.lastOfLine(n.End, block)
	return last >= n.End && endsLikeSentence(strings.TrimSpace(r.d.Nodes[last].HTML.Data))
}

// A line is a stretch of a block in which no line begins, and its last text.
type line struct{ from, to, block, last dom.NodeID }

// lastOfLine is the last text of the line of a block that goes on at a node; -1
// where there is none. Many elements may stand in one line: it is gone over once.
func (r *reader) lastOfLine(at, block dom.NodeID) dom.NodeID {
	if l := &r.line; l.block == block && at >= l.from && at <= l.to {
		return l.last
	}
	l := line{from: at, to: at, block: block, last: -1}
	for ; l.to < r.d.Nodes[block].End && r.d.Nodes[l.to].Flags&dom.Breaks == 0; l.to++ {
		if next := &r.d.Nodes[l.to]; next.Flags&dom.IsText != 0 && next.Text > 0 {
			l.last = l.to
		}
	}
	r.line = l
	return l.last
}

// markHints cuts the suspects with such hints that hold less than a share of
// the page's running text. Elements of one class are weighed together: a report
// comes in pieces.
func (r *reader) markHints(suspects []dom.NodeID, hints dom.Hint, share float64) {
	most := int32(share * float64(r.prose[r.d.Body]))
	ofClass := make(map[string]int32)
	for _, i := range suspects {
		if n := &r.d.Nodes[i]; n.Hints&hints != 0 && r.prose[i] > 0 {
			ofClass[dom.AttrOf(n.HTML, "class")] += r.prose[i]
		}
	}
	for _, i := range suspects {
		n := &r.d.Nodes[i]
		if n.Hints&hints == 0 || r.cut[i] || r.prose[i] > most {
			continue
		}
		if class := dom.AttrOf(n.HTML, "class"); class == "" || ofClass[class] <= most {
			r.cutOff(i)
		}
	}
}

// holdsArticle reports whether an element with a suspicious class says by its
// kind that it is the content.
func (r *reader) holdsArticle(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	return n.Tag == atom.Main || n.Hints&dom.HintBody != 0 && r.d.Attr(i, "itemprop") == "articleBody"
}
