package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// A headlineCandidate is a candidate for the headline.
type headlineCandidate struct {
	at    dom.NodeID
	text  string
	key   string
	score float64
}

// readHeadline finds the headline: of the headings that the page's own titles
// contain, the one that says most; else the heading over the running text;
// else a title without the name of the site.
func (r *reader) readHeadline() {
	titles := r.titles()
	telling := slices.DeleteFunc(slices.Clone(titles), func(t claims.Claim) bool { return !r.tellsMore(t) })
	keys := make([]string, len(telling))
	for i, t := range telling {
		keys[i] = texts.Key(t.Value)
	}
	told := keys
	if listed := r.listedHeadline(); listed != "" {
		keys = append([]string{texts.Key(listed)}, keys...)
	}
	best := r.bestHeading(keys)
	if r.yieldsToListing(&best, told) {
		r.takeListedHeadline(best)
		return
	}
	best = r.settledHeading(best, telling, keys)
	it := &r.art.Item
	if best.at >= 0 {
		r.headline = best.at
		text := cleanHeadline(best.text)
		text = r.preferTitle(r.preferLine(best.at, text, keys), titles)
		text = r.withoutNamesBehind(r.cutKicker(text, telling))
		seen := read.Evidence{Rule: rules.Name(r.d.Nodes[best.at].HTML.Data), Where: r.d.Where(best.at)}
		r.set("headline", &it.Headline, r.shortWithoutDay(text), r.noteHeading(seen))
		return
	}
	for _, t := range append(telling, titles...) {
		if text := cleanHeadline(r.withoutSite(t.Value)); text != "" {
			seen := read.Evidence{Rule: t.Rule, Where: t.Where, Raw: t.Value}
			r.set("headline", &it.Headline, r.shortWithoutDay(text), r.noteHeading(seen))
			return
		}
	}
	r.problem("headline", "no heading and no title")
}

// settledHeading is a heading that is the headline, or what stands for it where the
// heading is of a part of the text, of the section or of the site: a line of the page, or
// one of the titles, for which at is -1.
func (r *reader) settledHeading(best headlineCandidate, telling []claims.Claim, keys []string) headlineCandidate {
	if r.yieldsToDeclared(&best, keys) {
		best.at = -1
	}
	if best.at >= 0 && r.sectionInTitle(&best, telling) {
		r.section = best.key
	}
	if best.at < 0 || r.section != "" || r.saysNothing(best.text) || r.ofSiteHeading(&best) {
		if other := r.insteadOfHeading(telling); other.at >= 0 {
			best = other
		} else if len(telling) > 0 {
			best.at = -1
		}
	}
	return best
}

// bestHeading is the heading that is most likely the headline. A topic or slogan
// that is the whole title gives way to the heading over the text.
func (r *reader) bestHeading(titles []string) headlineCandidate {
	best, lead := headlineCandidate{at: -1}, headlineCandidate{at: -1}
	all := r.headings()
	over := r.leadHeading(all)
	look := headingLook{r: r, titles: titles}
	for i := range all {
		h := &all[i]
		look.begin(h, h.at == over)
		note := r.d.Options.Explain.Note("headline", func() (text, where string) { return h.text, r.d.Where(h.at) })
		h.score = headlineRules.Weigh(&look, note)
		if h.score > best.score {
			best = *h
		}
		if h.at == over {
			lead = *h
		}
	}
	if best.at < 0 || lead.at <= best.at {
		return best
	}
	if lead.score <= 0 && len(titles) > 0 && !r.isSlogan(best.text) {
		return best
	}
	isWhole := func(title string) bool { return title == best.key }
	switch {
	case len(titles) == 0 && (r.isSlogan(best.text) || r.datedApart(lead.at, best.at)),
		!slices.ContainsFunc(titles, func(t string) bool { return !isWhole(t) }) && r.isTopic(&best):
		return lead
	}
	return best
}

// yieldsToDeclared reports whether a heading is that of a part of the text: it is no
// h1, no title has it, and the page declares another headline of the article.
func (r *reader) yieldsToDeclared(h *headlineCandidate, titles []string) bool {
	if h.at < 0 || r.d.Nodes[h.at].Tag == atom.H1 || r.d.Nodes[h.at].Hints&dom.HintHeadline != 0 {
		return false
	}
	isDeclared := slices.ContainsFunc(r.claims[claims.OfHeadline], r.tellsMore)
	return isDeclared && !slices.ContainsFunc(titles, func(t string) bool { return titleMatch(h.key, t) > 0 })
}

// datedApart reports whether a heading has its date below it, and another one
// over the report, in an element of its own, has not.
func (r *reader) datedApart(heading, over dom.NodeID) bool {
	return r.d.Nodes[heading].Parent != r.d.Nodes[over].Parent && r.dateFollows(heading) && !r.dateFollows(over)
}

// dateFollows reports whether the line below a heading is a date and hardly
// anything else, as stands below headlines.
func (r *reader) dateFollows(heading dom.NodeID) bool {
	for i := r.d.Nodes[heading].End; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&(dom.IsText|dom.IsHidden) != dom.IsText || n.Text == 0 {
			continue
		}
		line := r.d.Text(r.block[i])
		return len(line) <= 60 && n.Flags&dom.InHead == 0 && len(r.d.FindDates(line)) == 1
	}
	return false
}

// besideText are the hints of what is no running text of any report.
const besideText = dom.HintNav | dom.HintCookie | dom.HintFooter | dom.HintBreadcrumb | dom.HintDialog

// tellsMore reports whether a title has more than the names of site and section.
func (r *reader) tellsMore(title claims.Claim) bool {
	return !r.partSaysNothing(r.shedNames(title.Value))
}

// leadHeading is the heading that stands over the first running text: on sites
// whose titles are the same on all pages it is the only one that tells the
// report from its section. It is -1 where there is none.
func (r *reader) leadHeading(all []headlineCandidate) dom.NodeID {
	text, lead := r.firstRunningText(), headlineCandidate{at: -1}
	for _, h := range all {
		if h.at < text && h.at > lead.at && r.headsText(&h) && !r.isSecondLine(&h, &lead) {
			lead = h
		}
	}
	return lead.at
}

// isSecondLine reports whether a heading is the second line of the one before it:
// of lower rank in the same element, and nothing stands between them. An h1 may be
// that of a section.
func (r *reader) isSecondLine(h, before *headlineCandidate) bool {
	if before.at < 0 || r.d.Nodes[before.at].Tag == atom.H1 || !dom.HeadingTag(r.d.Nodes[before.at].Tag) {
		return false
	}
	first, second := &r.d.Nodes[before.at], &r.d.Nodes[h.at]
	isBelow := first.Parent == second.Parent && first.HTML.Data < second.HTML.Data
	return isBelow && r.nextText(before.at) == r.firstText(h.at) && !r.isTopic(before)
}

// nextText is the first text that is seen behind an element; -1 where there is none.
func (r *reader) nextText(i dom.NodeID) dom.NodeID {
	for j := r.d.Nodes[i].End; j < r.d.Nodes[r.d.Body].End; j++ {
		if n := &r.d.Nodes[j]; n.Flags&(dom.IsText|dom.IsHidden) == dom.IsText && n.Text > 0 {
			return j
		}
	}
	return -1
}

// firstRunningText is the first block of running text; the end of the page where
// there is none.
func (r *reader) firstRunningText() dom.NodeID {
	end := r.d.Nodes[r.d.Body].End
	for i := r.d.Body; i < end; i++ {
		n, own := &r.d.Nodes[i], r.ownText[i]-2*r.ownLink[i]
		isShown := n.Flags&(dom.IsText|dom.IsHidden|dom.InHead) == 0
		if own < 40 || !isShown || (n.Above|n.Hints)&besideText != 0 || r.inAside(i) {
			continue
		}
		if own >= 80 || endsLikeSentence(r.d.Text(i)) {
			return i
		}
	}
	return end
}

// inAside reports whether an element stands in an <aside>.
func (r *reader) inAside(i dom.NodeID) bool {
	for ; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if r.d.Nodes[i].Tag == atom.Aside {
			return true
		}
	}
	return false
}

// headsText reports whether a heading that is seen is that of a text: no label, no
// name of the site and no writer.
func (r *reader) headsText(h *headlineCandidate) bool {
	if r.d.Nodes[h.at].Flags&(dom.InHead|dom.IsSpoken) != dom.InHead || labelHeadings()[words.Fold(h.key)] {
		return false
	}
	isLabel := strings.HasSuffix(h.text, ":") && len(h.text) <= 30
	if isLabel || r.saysNothing(h.text) || r.ofSiteHeading(h) || r.inAside(h.at) {
		return false
	}
	return len(h.text) >= 60 || writerIn(h.text) == nil
}

// namesSection reports whether a heading is that of a section of the site: a
// stock one, or the name of a folder in the page's address.
func (r *reader) namesSection(h *headlineCandidate) bool {
	if len(h.text) > 40 || r.saysNothing(h.text) {
		return r.saysNothing(h.text)
	}
	return r.namesFolder(h.text)
}

// titles are what the page calls itself outside its text.
func (r *reader) titles() []claims.Claim {
	return append(append([]claims.Claim(nil), r.claims[claims.OfHeadline]...), r.claims[claims.OfTitles]...)
}

// headings are the headings of the page and what its classes call so.
func (r *reader) headings() []headlineCandidate {
	all := make([]headlineCandidate, 0, min(len(r.d.Head.Heads), 200)+8)
	for _, i := range r.d.Head.Heads {
		if len(all) < 200 {
			all = r.appendHeading(all, i)
		}
	}
	// A large font makes a headline where no heading could be one.
	fonts := !slices.ContainsFunc(all, func(h headlineCandidate) bool {
		return r.d.Nodes[h.at].Tag == atom.H1 || r.d.Nodes[h.at].Tag == atom.H2
	})
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End && len(all) < 300; i++ {
		n := &r.d.Nodes[i]
		isLine := n.Flags&(dom.IsText|dom.InHead|dom.InLink) == 0 && n.Text > 5 && n.Text < 250
		isCalled := n.Hints&dom.HintHeadline != 0 || fonts && r.isLargeLine(i)
		if isLine && isCalled && !r.holdsBlocks(i) {
			all = r.appendHeading(all, i)
		}
	}
	return all
}

// appendHeading adds an element that is seen and no longer than headings are.
func (r *reader) appendHeading(all []headlineCandidate, i dom.NodeID) []headlineCandidate {
	n := &r.d.Nodes[i]
	if n.Text < 2 || n.Text > 400 || n.Flags&dom.IsHidden != 0 {
		return all
	}
	text := r.headingText(i)
	k := texts.Key(text)
	if k == "" {
		return all
	}
	return append(all, headlineCandidate{at: i, text: text, key: k})
}

// isLargeLine reports whether an element sets more than the site's name in a large
// font.
func (r *reader) isLargeLine(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	return n.Tag == atom.Font && largeFont(n.HTML) && !r.namesSite(r.d.Text(i))
}

// largeFont reports whether a <font> is of the size of headings.
func largeFont(n *html.Node) bool {
	size := strings.TrimSpace(dom.AttrOf(n, "size"))
	return size != "" && (size[0] == '+' || size[0] >= '4' && size[0] <= '7')
}

// holdsBlocks reports whether there are blocks within an element.
func (r *reader) holdsBlocks(i dom.NodeID) bool {
	for j := i + 1; j < r.d.Nodes[i].End; j++ {
		if r.d.Nodes[j].Flags&dom.IsBlock != 0 && r.d.Nodes[j].Tag != atom.Br {
			return true
		}
	}
	return false
}

// isSiteName reports whether a text is the name that the site gives itself.
func (r *reader) isSiteName(k string) bool {
	if len(r.siteKeys) < len(r.claims[claims.OfSite]) {
		for _, s := range r.claims[claims.OfSite] {
			r.siteKeys = append(r.siteKeys, texts.Key(s.Value))
		}
	}
	return slices.Contains(r.siteKeys, k)
}
