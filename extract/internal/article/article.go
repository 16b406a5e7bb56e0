package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/obstacle"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// Read reads the page as one report. from is what the listing said of it
// and fills what the page leaves open; it may be nil. A page that only forwards
// tells nothing itself; the file that it leads to is an attachment.
func Read(d *dom.Page, from *read.Entry) read.Article {
	r := newReader(d, from)
	r.art.Item.NoIndex, r.art.Item.NoArchive = d.Robots()
	r.art.Unmatched = unmatchedArticle(d)
	if d.Preset != nil {
		r.art.Preset = d.Preset.Name
	}
	if obstacle.MayForward(d.Page.Body) && obstacle.Of(d) == read.Forwards {
		r.readListing()
		r.attachTarget()
		return r.art
	}
	r.readHead()
	r.readTeaser()
	r.readMedia()
	r.readBody()
	r.readData()
	r.readListing()
	r.readFirstParagraph()
	r.readPlace()
	d.Options.FinishTags(&r.art.Item)
	if it := &r.art.Item; len(it.Assigned) > 0 && len(it.Assigned) == len(it.Tags) {
		r.art.Evidence["tags"] = read.Evidence{Rule: rules.Assigned}
	}
	d.NoteVia(r.art.Evidence)
	return r.art
}

func newReader(d *dom.Page, from *read.Entry) *reader {
	r := &reader{d: d, from: from, claims: claims.Of(d), headline: -1, root: d.Body}
	r.art = read.Article{Evidence: make(map[string]read.Evidence, 12)}
	r.art.Item = news.Item{URL: d.Page.URL, Language: d.Language}
	return r
}

// readHead reads what stands around the text: all but teaser, media, body and
// what depends on them.
func (r *reader) readHead() {
	r.removeRuled()
	r.readCanonical()
	r.dropSharedClaims()
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
}

// A reader is one reading of a page as an article.
type reader struct {
	d      *dom.Page
	from   *read.Entry
	claims *claims.Claims
	art    read.Article

	block     []dom.NodeID      // per node, the nearest block that it is or stands in
	line      line              // that was gone over last
	place     datePlace         // that was weighed last
	dated     []datedLine       // of the line that was weighed last
	ownText   []int32           // per block, bytes of text directly in it
	ownLink   []int32           // of these, within links
	cut       []bool            // per node, whether it is not of the article
	other     []bool            // per node, whether it begins the row of another report
	consumed  []dom.NodeID      // what other fields were read from and the body leaves out
	prose     []int32           // per node, bytes of running text within
	host      []string          // the parts of the page's host, once asked for
	hostWords []string          // the words of the page's host, once asked for
	attached  map[string]bool   // the addresses of the attachments
	authors   map[string]string // texts without what is no name, once asked for
	siteKeys  []string          // the names that the site gives itself, as they are compared, once asked for
	summaries []claims.Claim    // that the page declares, the best first; nil: they were not asked for
	reports   [2]string         // the beginning of the report and more of it, as they are compared, once asked for
	headline  dom.NodeID        // the element that holds the headline, or -1
	section   string            // what the heading over the report names instead of it, as it is compared
	root      dom.NodeID        // the element that holds the report
	roots     []dom.NodeID      // that the body is read from
	bodySeen  read.Evidence     // of them
}

// set takes a value for a field, with the evidence for it. A field that has
// one keeps it.
func (r *reader) set(name string, to *string, value string, e read.Evidence) {
	if value = news.Squash(value); *to == "" && value != "" {
		*to = value
		r.art.Evidence[name] = e
	}
}

// problem notes something that the operator should know.
func (r *reader) problem(field, message string) {
	r.art.Problems = append(r.art.Problems, read.Problem{Field: field, Message: message})
}

func (r *reader) readCanonical() {
	for _, c := range r.claims[claims.OfAddress] {
		if address := r.d.Abs(c.Value); address != "" {
			r.art.Canonical = address
			return
		}
	}
}

// readLayout finds the blocks of the page and how much text is directly in
// each, and what stands around the article on every page of the site.
func (r *reader) readLayout() {
	nodes := r.d.Nodes
	r.block = make([]dom.NodeID, len(nodes))
	r.ownText = make([]int32, len(nodes))
	r.ownLink = make([]int32, len(nodes))
	for i := range nodes {
		n := &nodes[i]
		switch {
		case n.Flags&dom.IsBlock != 0:
			r.block[i] = dom.NodeID(i)
		case n.Parent >= 0:
			r.block[i] = r.block[n.Parent]
		}
		if n.Flags&dom.IsText != 0 {
			r.ownText[r.block[i]] += n.Text
			r.ownLink[r.block[i]] += n.Linked
		}
	}
}

// readRoot finds the element that holds the report: where the running text is.
func (r *reader) readRoot() {
	home := r.markChrome()
	root := r.d.Body
	for {
		next := r.densest(root)
		if next < 0 || float64(r.prose[next]) < 0.7*float64(r.prose[root]) || r.isPiece(next) {
			break
		}
		root = next
	}
	if r.root = r.textlessHome(home, root); r.root < 0 {
		r.root = r.withHeadline(root)
	}
	r.markOtherReports()
	r.findRoots()
}

// isPiece reports whether an element is one of several boxes of its class that
// have running text: a report that its system sets in pieces. Columns stand
// beside each other, and articles are whole ones.
func (r *reader) isPiece(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	class := dom.AttrOf(n.HTML, "class")
	isColumn := slices.ContainsFunc(strings.Fields(class), func(c string) bool { return strings.HasPrefix(c, "col") })
	if class == "" || isColumn || n.Tag != atom.Div && n.Tag != atom.Section {
		return false
	}
	for c := n.Parent + 1; c < r.d.Nodes[n.Parent].End; c = r.d.Nodes[c].End {
		if o := &r.d.Nodes[c]; c != i && o.Tag == n.Tag && r.prose[c] >= 200 && dom.AttrOf(o.HTML, "class") == class {
			return true
		}
	}
	return false
}

// findRoots finds the elements that the body is read from: what the user's rule
// selects; what the preset's selects, where that has most of the report; else
// the root. The lead comes along where it stands apart before them.
func (r *reader) findRoots() {
	given := r.rules(func(a *read.ArticleRules) read.Rule { return a.Body })
	if r.roots = r.d.SelectAll(0, given.User.Select); len(r.roots) > 0 {
		r.bodySeen = read.Evidence{Rule: rules.BySelector, Where: r.d.Where(r.roots[0])}
		return
	}
	if !given.User.IsZero() {
		r.problem("body", "selector "+given.User.Select.String()+" matches nothing")
	}
	if r.roots = r.withLead(r.d.SelectAll(0, given.Preset.Select)); r.haveMost(r.roots) {
		r.bodySeen = read.Evidence{Rule: rules.ByPreset, Where: r.d.Where(r.roots[len(r.roots)-1])}
		return
	}
	r.roots = r.withLead([]dom.NodeID{r.root})
	r.bodySeen = read.Evidence{Rule: rules.Text, Where: r.d.Where(r.root)}
}

// withLead are roots of the body and the lead before them, if there is one.
func (r *reader) withLead(roots []dom.NodeID) []dom.NodeID {
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
func (r *reader) haveMost(roots []dom.NodeID) bool {
	var prose int32
	for _, i := range roots {
		prose += r.prose[i]
	}
	return len(roots) > 0 && (5*prose >= 4*r.prose[r.root] || !r.d.Within(roots[len(roots)-1], r.root))
}

// leadBefore is what is called the lead or teaser between the headline and the
// element that holds the rest of the report; -1 where there is none.
func (r *reader) leadBefore(root dom.NodeID) dom.NodeID {
	if r.headline < 0 || r.headline >= root {
		return -1
	}
	for i := r.d.Nodes[r.headline].End; i < root; {
		n := &r.d.Nodes[i]
		switch {
		case r.cut[i]:
			i = n.End
			continue
		case n.End <= root && r.isCalledLead(i):
			return i
		}
		i++
	}
	return -1
}

// isCalledLead reports whether an element is called the lead, and is some lines of
// running text.
func (r *reader) isCalledLead(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	isCalled := n.Hints&dom.HintTeaser != 0 && n.Flags&(dom.IsText|dom.InHead) == 0
	return isCalled && n.Text < 900 && r.prose[i]*2 > n.Text
}

// densest is the child block with the most running text that is not a
// paragraph itself, or -1.
func (r *reader) densest(i dom.NodeID) dom.NodeID {
	best := dom.NodeID(-1)
	for c := i + 1; c < r.d.Nodes[i].End; c = r.d.Nodes[c].End {
		if r.prose[c] > 0 && (best < 0 || r.prose[c] > r.prose[best]) {
			best = c
		}
	}
	if best >= 0 && r.ownText[best] > r.prose[best]/2 && r.d.Nodes[best].Tag == atom.Td && r.ownText[best] > 200 {
		return best // text between line breaks, in a table that makes the layout
	}
	if best >= 0 && (r.ownText[best] > r.prose[best]/2 || r.d.Nodes[best].Flags&dom.IsText != 0) {
		return -1
	}
	return best
}

// withHeadline widens the element so that it holds the headline, too, where
// little else comes along.
func (r *reader) withHeadline(root dom.NodeID) dom.NodeID {
	if r.headline < 0 || r.d.Within(r.headline, root) {
		return root
	}
	if r.prose[root] < 1200 { // a side column rarely has more
		if own := r.shortReport(root); own >= 0 {
			return own
		}
	}
	wide := root
	for wide > r.d.Body && !r.d.Within(r.headline, wide) {
		wide = r.d.Nodes[wide].Parent
	}
	if float64(r.prose[root]) >= 0.6*float64(r.prose[wide]) {
		return wide
	}
	return root
}

// shortReport is the element around the headline that calls itself the article
// and has sentences of its own, where a side column has more text than it; -1
// where there is none.
func (r *reader) shortReport(root dom.NodeID) dom.NodeID {
	for i := r.d.Nodes[r.headline].Parent; i > r.d.Body && !r.d.Within(root, i); i = r.d.Nodes[i].Parent {
		if n := &r.d.Nodes[i]; n.Tag != atom.Article && !strings.Contains(dom.AttrOf(n.HTML, "class"), "hentry") {
			continue
		}
		for j := r.d.Nodes[r.headline].End; j < r.d.Nodes[i].End; j++ {
			if n := &r.d.Nodes[j]; r.ownText[j]-2*r.ownLink[j] >= 25 && n.Flags&dom.InHead == 0 &&
				n.Hints&(dom.HintMeta|dom.HintDate|dom.HintAuthor|dom.HintCaption|dom.HintCredit) == 0 && endsLikeSentence(r.d.Text(j)) {
				return i
			}
		}
	}
	return -1
}

// measureProse adds up the running text: paragraphs without many links, of
// some length.
func (r *reader) measureProse() {
	nodes := r.d.Nodes
	if r.prose == nil {
		r.prose = make([]int32, len(nodes))
	}
	clear(r.prose)
	for i := r.d.Body; i < nodes[r.d.Body].End; {
		if r.cut[i] {
			i = nodes[i].End
			continue
		}
		if own := r.ownText[i] - 2*r.ownLink[i]; own >= 25 && nodes[i].Flags&dom.InHead == 0 {
			r.prose[i] = own
		}
		i++
	}
	for i := nodes[r.d.Body].End - 1; i > r.d.Body; i-- {
		r.prose[nodes[i].Parent] += r.prose[i]
	}
}

// readListing fills what the page left open with what the listing said.
func (r *reader) readListing() {
	it, e := &r.art.Item, r.from
	if e == nil {
		return
	}
	said := func(name string) read.Evidence {
		return r.evidenceOfListing(name, "")
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
