package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// Article reads the page as one report. from is what the listing said of it
// and fills what the page leaves open; it may be nil.
func (d *Document) Article(from *Entry) Article {
	r := &reader{d: d, from: from, claims: d.claims(), headline: -1, root: d.body}
	r.art = Article{Evidence: make(map[string]Evidence, 12)}
	r.art.Item = news.Item{URL: d.page.URL, Language: d.language}
	r.art.Item.NoIndex, r.art.Item.NoArchive = d.Robots()
	if d.preset != nil {
		r.art.Preset = d.preset.Name
	}
	r.removeRuled()
	r.readCanonical()
	r.readLayout()
	if !r.readRuledHeadline() {
		r.readHeadline()
	}
	r.readRuledTexts()
	r.readRuledDates()
	r.readRuledMedia()
	r.readRoot()
	r.readKicker()
	r.readDates()
	r.readByline()
	r.readTags()
	r.readTeaser()
	r.readMedia()
	r.readBody()
	r.readListing()
	r.readFirstParagraph()
	r.readPlace()
	d.options.finishTags(&r.art.Item)
	if it := &r.art.Item; len(it.Assigned) > 0 && len(it.Assigned) == len(it.Tags) {
		r.art.Evidence["tags"] = Evidence{Rule: "assigned"}
	}
	return r.art
}

// A reader is one reading of a page as an article.
type reader struct {
	d      *Document
	from   *Entry
	claims *claims
	art    Article

	block    []nodeID  // per node, the nearest block that it is or stands in
	own      []int32   // per block, bytes of text directly in it
	ownLink  []int32   // of these, within links
	cut      []bool    // per node, whether it is not of the article
	other    []bool    // per node, whether it begins the row of another report
	spent    []nodeID  // what other fields were read from and the body leaves out
	prose    []int32   // per node, bytes of running text within
	host     []string  // the parts of the page's host, once asked for
	siteKeys []string  // the names that the site gives itself, as they are compared, once asked for
	reports  [2]string // the beginning of the report and more of it, as they are compared, once asked for
	headline nodeID    // the element that holds the headline, or -1
	root     nodeID    // the element that holds the report
	roots    []nodeID  // that the body is read from
	bodySeen Evidence  // of them
}

// set takes a value for a field, with the evidence for it. A field that has
// one keeps it.
func (r *reader) set(name string, to *string, value string, e Evidence) {
	if value = news.Squash(value); *to == "" && value != "" {
		*to = value
		r.art.Evidence[name] = e
	}
}

// problem notes something that the operator should know.
func (r *reader) problem(field, message string) {
	r.art.Problems = append(r.art.Problems, Problem{Field: field, Message: message})
}

func (r *reader) readCanonical() {
	for _, c := range r.claims[ofAddress] {
		if address := r.d.abs(c.value); address != "" {
			r.art.Canonical = address
			return
		}
	}
}

// readLayout finds the blocks of the page and how much text is directly in
// each, and what stands around the article on every page of the site.
func (r *reader) readLayout() {
	nodes := r.d.nodes
	r.block = make([]nodeID, len(nodes))
	r.own = make([]int32, len(nodes))
	r.ownLink = make([]int32, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		switch {
		case n.flags&isBlock != 0:
			r.block[i] = nodeID(i) //nolint:gosec // MaxBody keeps it far below 2³¹
		case n.parent >= 0:
			r.block[i] = r.block[n.parent]
		}
		if n.flags&isText != 0 {
			r.own[r.block[i]] += n.text
			r.ownLink[r.block[i]] += n.linked
		}
	}
}

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
// and those that have other uses are not followed.
func (r *reader) markChrome() {
	r.cut = make([]bool, len(r.d.nodes))
	r.measureProse()
	r.cutConsent()
	suspects := r.suspects()
	r.markHints(suspects, surely, 0.85)
	r.markHints(suspects, beside, 0.65)
	sure, left := slices.Clone(r.cut), r.prose[r.d.body]
	if r.markHints(suspects, maybe, 0.3); r.prose[r.d.body] < left/5 {
		r.cut = sure
		r.measureProse()
	}
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

var consentWords = piecesOf("akzept", "zustimm", "einverstanden", "ablehn", "accept", "agree", "reject", "accett", "rifiut", "acept", "refuser", "weiger", "akceptuj", "souhlas", "tillad")

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
	last := nodeID(-1)
	for t := n.end; t < r.d.nodes[block].end; t++ {
		next := &r.d.nodes[t]
		if next.flags&breaks != 0 {
			break
		}
		if next.flags&isText != 0 && next.text > 0 {
			last = t
		}
	}
	return last >= 0 && endsLikeSentence(strings.TrimSpace(r.d.nodes[last].n.Data))
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

// readRoot finds the element that holds the report: where the running text is.
func (r *reader) readRoot() {
	r.markChrome()
	root := r.d.body
	for {
		next := r.densest(root)
		if next < 0 || float64(r.prose[next]) < 0.7*float64(r.prose[root]) || r.isPiece(next) {
			break
		}
		root = next
	}
	r.root = r.withHeadline(root)
	r.markOtherReports()
	r.findRoots()
}

// isPiece reports whether an element is one of several boxes of its class that
// have running text: a report that its system sets in pieces. Columns stand
// beside each other, and articles are whole ones.
func (r *reader) isPiece(i nodeID) bool {
	n := &r.d.nodes[i]
	class := attrOf(n.n, "class")
	isColumn := slices.ContainsFunc(strings.Fields(class), func(c string) bool { return strings.HasPrefix(c, "col") })
	if class == "" || isColumn || n.tag != atom.Div && n.tag != atom.Section {
		return false
	}
	for c := n.parent + 1; c < r.d.nodes[n.parent].end; c = r.d.nodes[c].end {
		if o := &r.d.nodes[c]; c != i && o.tag == n.tag && r.prose[c] >= 200 && attrOf(o.n, "class") == class {
			return true
		}
	}
	return false
}

// findRoots finds the elements that the body is read from: what the user's rule
// selects; what the preset's selects, where that has most of the report; else
// the root. The lead comes along where it stands apart before them.
func (r *reader) findRoots() {
	given := r.rules(func(a *ArticleRules) Rule { return a.Body })
	if r.roots = r.d.selectAll(0, given.user.Select); len(r.roots) > 0 {
		r.bodySeen = Evidence{Rule: "selector", Where: r.d.where(r.roots[0])}
		return
	}
	if r.roots = r.withLead(r.d.selectAll(0, given.preset.Select)); r.haveMost(r.roots) {
		r.bodySeen = Evidence{Rule: "preset", Where: r.d.where(r.roots[len(r.roots)-1])}
		return
	}
	r.roots = r.withLead([]nodeID{r.root})
	r.bodySeen = Evidence{Rule: "text", Where: r.d.where(r.root)}
}

// withLead are roots of the body and the lead before them, if there is one.
func (r *reader) withLead(roots []nodeID) []nodeID {
	if len(roots) == 0 {
		return nil
	}
	if lead := r.leadBefore(roots[0]); lead >= 0 {
		return slices.Insert(slices.Clone(roots), 0, lead)
	}
	return roots
}

// haveMost reports whether there are roots and no larger part of the report
// stands around them.
func (r *reader) haveMost(roots []nodeID) bool {
	var prose int32
	for _, i := range roots {
		prose += r.prose[i]
	}
	return len(roots) > 0 && (5*prose >= 4*r.prose[r.root] || !r.d.within(roots[len(roots)-1], r.root))
}

// leadBefore is what is called the lead or teaser between the headline and the
// element that holds the rest of the report; -1 where there is none.
func (r *reader) leadBefore(root nodeID) nodeID {
	if r.headline < 0 || r.headline >= root {
		return -1
	}
	for i := r.d.nodes[r.headline].end; i < root; {
		n := &r.d.nodes[i]
		switch {
		case r.cut[i]:
			i = n.end
			continue
		case n.end <= root && n.flags&(isText|inHead) == 0 && n.hints&hintTeaser != 0 && n.text < 900 && r.prose[i]*2 > n.text:
			return i
		}
		i++
	}
	return -1
}

// densest is the child block with the most running text that is not a
// paragraph itself, or -1.
func (r *reader) densest(i nodeID) nodeID {
	best := nodeID(-1)
	for c := i + 1; c < r.d.nodes[i].end; c = r.d.nodes[c].end {
		if r.prose[c] > 0 && (best < 0 || r.prose[c] > r.prose[best]) {
			best = c
		}
	}
	if best >= 0 && r.own[best] > r.prose[best]/2 && r.d.nodes[best].tag == atom.Td && r.own[best] > 200 {
		return best // text between line breaks, in a table that makes the layout
	}
	if best >= 0 && (r.own[best] > r.prose[best]/2 || r.d.nodes[best].flags&isText != 0) {
		return -1
	}
	return best
}

// withHeadline widens the element so that it holds the headline, too, where
// little else comes along.
func (r *reader) withHeadline(root nodeID) nodeID {
	if r.headline < 0 || r.d.within(r.headline, root) {
		return root
	}
	if r.prose[root] < 1200 { // a side column rarely has more
		if own := r.shortReport(root); own >= 0 {
			return own
		}
	}
	wide := root
	for wide > r.d.body && !r.d.within(r.headline, wide) {
		wide = r.d.nodes[wide].parent
	}
	if float64(r.prose[root]) >= 0.6*float64(r.prose[wide]) {
		return wide
	}
	return root
}

// shortReport is the element around the headline that calls itself the article
// and has sentences of its own, where a side column has more text than it; -1
// where there is none.
func (r *reader) shortReport(root nodeID) nodeID {
	for i := r.d.nodes[r.headline].parent; i > r.d.body && !r.d.within(root, i); i = r.d.nodes[i].parent {
		if n := &r.d.nodes[i]; n.tag != atom.Article && !strings.Contains(attrOf(n.n, "class"), "hentry") {
			continue
		}
		for j := r.d.nodes[r.headline].end; j < r.d.nodes[i].end; j++ {
			if n := &r.d.nodes[j]; r.own[j]-2*r.ownLink[j] >= 25 && n.flags&inHead == 0 && n.hints&(hintMeta|hintDate|hintAuthor|hintCaption|hintCredit) == 0 && endsLikeSentence(r.d.text(j)) {
				return i
			}
		}
	}
	return -1
}

// measureProse adds up the running text: paragraphs without many links, of
// some length.
func (r *reader) measureProse() {
	nodes := r.d.nodes
	if r.prose == nil {
		r.prose = make([]int32, len(nodes))
	}
	clear(r.prose)
	for i := r.d.body; i < nodes[r.d.body].end; {
		if r.cut[i] {
			i = nodes[i].end
			continue
		}
		if own := r.own[i] - 2*r.ownLink[i]; own >= 25 && nodes[i].flags&inHead == 0 {
			r.prose[i] = own
		}
		i++
	}
	for i := nodes[r.d.body].end - 1; i > r.d.body; i-- {
		r.prose[nodes[i].parent] += r.prose[i]
	}
}

// readListing fills what the page left open with what the listing said.
func (r *reader) readListing() {
	it, e := &r.art.Item, r.from
	if e == nil {
		return
	}
	said := func(name string) Evidence {
		return Evidence{Rule: "listing", Where: e.Evidence[name].Where, Raw: e.Evidence[name].Raw}
	}
	r.set("headline", &it.Headline, e.Headline, said("headline"))
	r.set("kicker", &it.Kicker, e.Kicker, said("kicker"))
	r.set("place", &it.Place, e.Place, said("place"))
	r.set("teaser", &it.Teaser, e.Teaser, said("teaser"))
	r.set("image", &it.Image, e.Image, said("image"))
	if it.Published.IsZero() && !e.Published.IsZero() {
		it.Published = e.Published
		r.art.Evidence["published"] = said("published")
	}
	if len(it.Tags) == 0 && len(e.Tags) > 0 {
		it.Tags = e.Tags
		r.art.Evidence["tags"] = said("tags")
	}
}

// key is text as it is compared: letters and digits in lower case, everything
// else a single space.
func key(s string) string {
	var short [256]byte
	b := short[:]
	if most := 3*len(s)/2 + 2; most > len(b) { // "Ⱥ" in lower case takes half as much again
		b = make([]byte, most)
	}
	b[0] = ' '
	end := 1
	for i := 0; i < len(s); {
		c := keyLetters[s[i]]
		if c == 0 {
			letter, size := keyLetter(s[i:])
			i += size
			switch letter {
			default:
				end += utf8.EncodeRune(b[end:], letter)
				continue
			case 0:
				continue
			case ' ':
				c = ' '
			}
		} else {
			i++
		}
		b[end] = c
		if next := end + 1; c != b[end-1] || c != ' ' {
			end = next
		}
	}
	return strings.Trim(string(b[:end]), " ")
}

// keyLetters are the letters and digits of ASCII in lower case, a space for all
// else of it, and 0 for what is not of it.
var keyLetters = func() (table [256]byte) {
	for c := range utf8.RuneSelf {
		table[c] = ' '
	}
	for c := byte('0'); c <= '9'; c++ {
		table[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = c, c
	}
	return table
}()

// keyLetter is the letter or digit with which a text begins, in lower case: a
// space for what is neither, 0 for what is not seen.
func keyLetter(s string) (letter rune, size int) {
	c, size := utf8.DecodeRuneInString(s)
	switch {
	case c >= 'à' && c <= 'ÿ' && c != '÷':
		return c, size
	case c == '\u00ad' || c >= '\u200b' && c <= '\u200f' || c == '\ufeff':
		return 0, size
	}
	if c = unicode.ToLower(c); isWordRune(c) {
		return c, size
	}
	return ' ', size
}
