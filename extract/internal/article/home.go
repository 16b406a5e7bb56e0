package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// home is the element that the page itself calls its main part or the article:
// the <main> around the headline, or else the only one, or else the <article>
// around the headline; -1 where there is none.
func (r *reader) home() dom.NodeID {
	if main := r.mainPart(); main >= 0 {
		return main
	}
	found := dom.NodeID(-1)
	for i := r.headline; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if r.d.Nodes[i].Tag == atom.Article {
			found = i
		}
	}
	return found
}

// mainPart is the element that is <main>, or has its role, and holds the
// headline; the only such element where none does; -1 where there is no one.
func (r *reader) mainPart() dom.NodeID {
	only, count := dom.NodeID(-1), 0
	for i := r.d.Body + 1; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&dom.IsText != 0 || n.Tag != atom.Main && r.d.Attr(i, "role") != "main" {
			continue
		}
		if r.headline >= 0 && r.d.Within(r.headline, i) {
			return i
		}
		if only, count = i, count+1; n.End > i {
			i = n.End - 1
		}
	}
	if count == 1 {
		return only
	}
	return -1
}

// longNotice is more running text, in bytes, than the foot and the side of a
// page have as a rule.
const longNotice = 700

// cutAround cuts what says by its tag or name that it is the foot, the side or
// the navigation of the page and stands outside its main part: a report whose
// own class has such a word is then all text that is left, and is kept.
func (r *reader) cutAround(home dom.NodeID, suspects []dom.NodeID) {
	if home < 0 {
		return
	}
	for _, i := range suspects {
		n := &r.d.Nodes[i]
		if r.cut[i] || r.prose[i] >= longNotice || r.d.Within(i, home) || r.d.Within(home, i) {
			continue // many a page has its report outside of what it calls the article
		}
		if n.Hints&(dom.HintFooter|dom.HintNav|dom.HintSide|dom.HintCookie) != 0 {
			r.cutOff(i)
		}
	}
}

// takeBack gives the main part its text back where all of it was cut by the
// words of classes: then they do not mean what they say. What its tag or role
// tells stays cut.
func (r *reader) takeBack(home dom.NodeID, suspects []dom.NodeID) {
	if home < 0 {
		home = r.emptiedBox()
	}
	if home < 0 || r.prose[home] > 0 {
		return
	}
	restored := false
	for _, i := range suspects {
		if r.cut[i] && r.d.Within(i, home) && !r.toldByTag(i) && r.holdsSentences(i) {
			for j := i; j < r.d.Nodes[i].End; j++ {
				r.cut[j] = false
			}
			restored = true
		}
	}
	if restored {
		r.measureProse()
	}
}

// emptiedBox is the element around the headline, of few levels, of which no
// running text is left, though it has more than is left on the rest of the page;
// -1 where there is none.
func (r *reader) emptiedBox() dom.NodeID {
	if r.headline < 0 {
		return -1
	}
	for p, up := r.d.Nodes[r.headline].Parent, 0; p > r.d.Body && up < 3 && r.prose[p] == 0; p, up = r.d.Nodes[p].Parent, up+1 {
		if r.d.Nodes[p].Text-r.d.Nodes[p].Linked-r.d.Nodes[r.headline].Text > max(longestDateline, r.prose[r.d.Body]) {
			return p
		}
	}
	return -1
}

// toldByTag reports whether the tag or role of an element, or of one around it,
// says that it is chrome.
func (r *reader) toldByTag(i dom.NodeID) bool {
	for ; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if (dom.TagHint(r.d.Nodes[i].Tag)|dom.RoleHints()[r.d.Attr(i, "role")])&(dom.HintChrome|dom.HintContact)&^dom.HintForm != 0 {
			return true
		}
	}
	return false
}

// holdsSentences reports whether a subtree has a paragraph that is a sentence
// and no list of links.
func (r *reader) holdsSentences(i dom.NodeID) bool {
	for j := i; j < r.d.Nodes[i].End; j++ {
		if r.ownText[j]-2*r.ownLink[j] >= 40 && r.d.Nodes[j].Flags&dom.InHead == 0 && endsLikeSentence(r.d.Text(j)) {
			return true
		}
	}
	return false
}

// textlessHome is the element of an article that has no text of its own: a
// picture, a film, a frame or a file is all that there is. It is -1 where the
// report has text.
func (r *reader) textlessHome(home, root dom.NodeID) dom.NodeID {
	if r.prose[root] >= longNotice {
		return -1
	}
	if home >= 0 {
		if r.prose[home] == 0 && (r.namedBeside(root) || r.isMedium(home, root)) {
			return home
		}
		return -1
	}
	if r.headline < 0 || r.d.Within(r.headline, root) || r.officeTold(root) < 2 && !r.toldByTag(root) {
		return -1
	}
	apart := r.headline
	for p := r.d.Nodes[apart].Parent; p > r.d.Body && !r.d.Within(root, p); p = r.d.Nodes[p].Parent {
		apart = p
	}
	if r.prose[apart] > 0 || !r.mediumBetween(r.headline, root) {
		return -1
	}
	return apart
}

// isMedium reports whether the main part of a page without text is a medium. An
// <article> may be a card: the text elsewhere has to tell of the office.
func (r *reader) isMedium(home, root dom.NodeID) bool {
	return r.holdsMedium(home) && (r.d.Nodes[home].Tag != atom.Article || r.officeTold(root) > 0)
}

// holdsMedium reports whether a subtree shows or offers a picture, a film, a
// frame or a file.
func (r *reader) holdsMedium(i dom.NodeID) bool { return r.mediumFrom(i, r.d.Nodes[i].End) }

func (r *reader) mediumBetween(from, to dom.NodeID) bool {
	if to < from {
		return false
	}
	return r.mediumFrom(from, to)
}

func (r *reader) mediumFrom(from, to dom.NodeID) bool {
	for i := from; i < to; i++ {
		switch r.d.Nodes[i].Tag {
		case atom.Object, atom.Embed, atom.Iframe, atom.Video, atom.Audio, atom.Canvas, atom.Svg:
			return true
		case atom.Img:
			if !r.isIcon(i) {
				return true
			}
		case atom.A:
			if r.fileType(i, r.d.Abs(r.d.Attr(i, "href"))) != "" {
				return true
			}
		}
	}
	return false
}

// officeMarks are in what a page tells of the office that publishes it: where
// it is, how to reach it, when it is open, whose the page is.
var officeMarks = []struct {
	what string
	look func(lower string) bool // spares the expression where it cannot match
	mark *lazy.Pattern
}{
	{"its address", texts.HasDigit, words.Regexp(`\b(?:\d{4,5}|\d{2}-\d{3}|\d{3} \d{2}|\d{4} [A-Z]{2}) \p{Lu}|,\s\d{1,4}(?:,|$)` +
		`|\d{1,3},? {{street_kinds.before}}\b|\b\d{1,4} \p{Lu}\p{L}+ (?:\p{Lu}\p{L}+,|{{street_kinds.behind}})`)},
	{"its telephone", texts.MayHold("phone_words", "phone_verbs"), words.Regexp(`(?i)\b(?:{{phone_words}}|{{phone_verbs}})(?:\PL|$)`)},
	{"its mail", func(lower string) bool { return strings.Contains(lower, "@") || mayNameMail(lower) },
		words.Regexp(`(?i)\S@\S|\b{{mail_words}}\b`)},
	{"whose the page is", func(lower string) bool { return strings.Contains(lower, "©") || mayNameOwner(lower) },
		words.Regexp(`(?i)©|{{imprint_words}}`)},
	{"when it is open", texts.MayHold("opening_hours", "open_words"), words.Regexp(`(?i){{opening_hours}}|\b{{open_words}}\b`)},
}

var (
	mayNameMail  = texts.MayHold("mail_words")
	mayNameOwner = texts.MayHold("imprint_words")
)

// officeTold is how many of these marks a subtree has.
func (r *reader) officeTold(i dom.NodeID) int {
	var text strings.Builder
	for j := i; j < r.d.Nodes[i].End && text.Len() < longNotice; j++ {
		if r.prose[j] > 0 && r.ownText[j] > 0 && !r.cut[j] {
			text.WriteString(r.d.Text(j) + "\n")
		}
	}
	if text.Len() >= longNotice {
		return 0
	}
	told, lower := 0, strings.ToLower(text.String())
	for _, m := range officeMarks {
		if m.look(lower) && m.mark.MatchString(text.String()) {
			told++
		}
	}
	if r.holdsLegalLink(i) {
		told++
	}
	return told
}

// legalLinks stand in the foot of every page of a site.
var legalLinks = words.Set("legal_links")

// holdsLegalLink reports whether a link in a subtree leads to what the law asks
// a site for, such as its imprint.
func (r *reader) holdsLegalLink(i dom.NodeID) bool {
	for j := i; j < r.d.Nodes[i].End; j++ {
		if n := &r.d.Nodes[j]; n.Tag == atom.A && n.Text > 0 && n.Text < 50 && legalLinks()[words.Fold(r.d.Text(j))] {
			return true
		}
	}
	return false
}

// namedBeside reports whether an element is called, or stands in, the foot or
// the side of the page.
func (r *reader) namedBeside(i dom.NodeID) bool {
	return (r.d.Nodes[i].Hints|r.d.Nodes[i].Above)&(dom.HintFooter|dom.HintSide|dom.HintContact|dom.HintCookie) != 0
}

// cutOffices cuts the boxes below the one of the headline that tell of the
// office and end the page: its address, its telephone, its hours. Where no
// headline is shown, it is those below where the page's text begins, with links
// to what the law asks for.
func (r *reader) cutOffices() {
	var around []dom.NodeID // the boxes of the headline, the innermost first
	begins := r.headline
	if begins < 0 {
		begins = r.firstText(r.d.Body)
	}
	for p := begins; p > r.d.Body; p = r.d.Nodes[p].Parent {
		around = append(around, p)
	}
	for k := len(around) - 1; k > 0; k-- {
		p := around[k]
		below := r.siblingsBelow(p)
		for _, c := range slices.Backward(below) {
			switch n := &r.d.Nodes[c]; {
			case r.prose[c] >= longNotice:
				return // more of the page follows whatever stands before
			case n.Flags&dom.IsText != 0, n.Tag == atom.P, r.cut[c], r.prose[c] == 0, r.officeTold(c) < 2:
			case r.headline >= 0 && r.prose[p] > 0, r.holdsLegalLink(c): // a short notice may tell of the office, too
				r.cutOff(c)
			}
		}
	}
}

// siblingsBelow are the elements and texts that follow one within its parent.
func (r *reader) siblingsBelow(i dom.NodeID) []dom.NodeID {
	var below []dom.NodeID
	for c := r.d.Nodes[i].End; c < r.d.Nodes[r.d.Nodes[i].Parent].End; c = r.d.Nodes[c].End {
		below = append(below, c)
	}
	return below
}
