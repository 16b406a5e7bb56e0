package article

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
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
	it := &r.art.Item
	if best.at >= 0 {
		r.headline = best.at
		text := cleanHeadline(best.text)
		text = r.preferTitle(r.preferLine(best.at, text, keys), titles)
		text = r.withoutNamesBehind(r.cutKicker(text, telling))
		r.set("headline", &it.Headline, r.shortWithoutDay(text),
			r.noteHeading(read.Evidence{Rule: rules.Name(r.d.Nodes[best.at].HTML.Data), Where: r.d.Where(best.at)}))
		return
	}
	for _, t := range append(telling, titles...) {
		if text := cleanHeadline(r.withoutSite(t.Value)); text != "" {
			r.set("headline", &it.Headline, r.shortWithoutDay(text), r.noteHeading(read.Evidence{Rule: t.Rule, Where: t.Where, Raw: t.Value}))
			return
		}
	}
	r.problem("headline", "no heading and no title")
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
	if lead.at <= best.at || best.at < 0 || lead.score <= 0 && !r.isSlogan(best.text) && len(titles) > 0 {
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

// insteadOfHeading is the line that is the headline where no heading is: the one
// that a title has, or where no title tells of the report, one that stands out
// over the text.
func (r *reader) insteadOfHeading(titles []claims.Claim) headlineCandidate {
	if len(titles) == 0 {
		return r.lineOverText()
	}
	return r.titleLine(titles)
}

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
			if n.Flags&dom.IsBlock == 0 || n.Flags&dom.InLink != 0 || r.ownText[i] == 0 || n.Text > 250 ||
				(n.Hints|n.Above)&(dom.HintNav|dom.HintBreadcrumb|dom.HintFooter|dom.HintSide|dom.HintRelated) != 0 {
				continue
			}
			if text := r.d.Text(i); texts.Key(text) == want {
				return headlineCandidate{at: i, text: text, key: want}
			}
		}
	}
	return headlineCandidate{at: -1}
}

// tellsMore reports whether a title has more than the names of site and section.
func (r *reader) tellsMore(title claims.Claim) bool {
	return !r.partSaysNothing(r.shedNames(title.Value))
}

// lineOverText is the last line over the first running text that is bold, heads
// a table, or has a class that calls it a headline: pages without headings and
// titles of their own have no other.
func (r *reader) lineOverText() headlineCandidate {
	best := headlineCandidate{at: -1}
	for i := r.d.Body + 1; i < r.d.Nodes[r.d.Body].End; i++ {
		n, own := &r.d.Nodes[i], r.ownText[i]-2*r.ownLink[i]
		if own < 5 || n.Flags&dom.IsHidden != 0 ||
			(n.Above|n.Hints)&(dom.HintNav|dom.HintCookie|dom.HintFooter|dom.HintBreadcrumb|dom.HintDialog|dom.HintSide) != 0 {
			continue
		}
		text := r.d.Text(i)
		if own >= 80 || own >= 40 && endsLikeSentence(text) {
			break
		}
		if k := texts.Key(text); r.ownText[i] == n.Text && !endsLikeSentence(text) &&
			(n.Tag == atom.Th || n.Hints&dom.HintHeadline != 0 || r.isBold(i)) && k != "" && !r.saysNothing(text) &&
			!labelHeadings()[words.Fold(k)] && !r.namesSite(text) && !namesTown(text) {
			best = headlineCandidate{at: i, text: text, key: k}
		}
	}
	return best
}

// leadHeading is the heading that stands over the first running text: on sites
// whose titles are the same on all pages it is the only one that tells the
// report from its section. It is -1 where there is none.
func (r *reader) leadHeading(all []headlineCandidate) dom.NodeID {
	text := r.d.Body
	for ; text < r.d.Nodes[r.d.Body].End; text++ {
		n, own := &r.d.Nodes[text], r.ownText[text]-2*r.ownLink[text]
		if own < 40 || n.Flags&(dom.IsText|dom.IsHidden|dom.InHead) != 0 ||
			(n.Above|n.Hints)&(dom.HintNav|dom.HintCookie|dom.HintFooter|dom.HintBreadcrumb|dom.HintDialog) != 0 {
			continue
		}
		if own >= 80 || endsLikeSentence(r.d.Text(text)) {
			break
		}
	}
	lead := dom.NodeID(-1)
	for _, h := range all {
		if h.at < text && h.at > lead && r.d.Nodes[h.at].Flags&(dom.InHead|dom.IsSpoken) == dom.InHead &&
			!labelHeadings()[words.Fold(h.key)] && !r.saysNothing(h.text) && !r.ofSiteHeading(&h) &&
			!(len(h.text) < 60 && writerIn(h.text) != nil) {
			lead = h.at
		}
	}
	return lead
}

// namesSection reports whether a heading is that of a section of the site: a
// stock one, or the name of a folder in the page's address.
func (r *reader) namesSection(h *headlineCandidate) bool {
	if len(h.text) > 40 || r.saysNothing(h.text) {
		return r.saysNothing(h.text)
	}
	return r.namesFolder(h.text)
}

// leadsTitle is the first part of a heading where one of the page's titles
// begins with the rest of it, or else -1.
func (r *reader) leadsTitle(heading, first dom.NodeID) dom.NodeID {
	rest := texts.Key(r.d.TextWithout(heading, func(j dom.NodeID) bool { return j == first }))
	if rest != "" && slices.ContainsFunc(r.titles(), func(t claims.Claim) bool { return strings.HasPrefix(texts.Key(t.Value), rest) }) {
		return first
	}
	return -1
}

// titles are what the page calls itself outside its text.
func (r *reader) titles() []claims.Claim {
	return append(append([]claims.Claim(nil), r.claims[claims.OfHeadline]...), r.claims[claims.OfTitles]...)
}

// headings are the headings of the page and what its classes call so.
func (r *reader) headings() []headlineCandidate {
	all := make([]headlineCandidate, 0, min(len(r.d.Head.Heads), 200)+8)
	add := func(i dom.NodeID) {
		n := &r.d.Nodes[i]
		if n.Text < 2 || n.Text > 400 || n.Flags&dom.IsHidden != 0 {
			return
		}
		text := r.headingText(i)
		if k := texts.Key(text); k != "" {
			all = append(all, headlineCandidate{at: i, text: text, key: k})
		}
	}
	for _, i := range r.d.Head.Heads {
		if len(all) < 200 {
			add(i)
		}
	}
	// A large font makes a headline where no heading could be one.
	fonts := !slices.ContainsFunc(all, func(h headlineCandidate) bool {
		return r.d.Nodes[h.at].Tag == atom.H1 || r.d.Nodes[h.at].Tag == atom.H2
	})
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End && len(all) < 300; i++ {
		n := &r.d.Nodes[i]
		switch {
		case n.Flags&(dom.IsText|dom.InHead|dom.InLink) != 0 || n.Text >= 250 || n.Text <= 5 || n.Hints&dom.HintHeadline == 0 &&
			n.Tag != atom.Font:
		case n.Hints&dom.HintHeadline == 0 && (!fonts || !largeFont(n.HTML) || r.namesSite(r.d.Text(i))), r.holdsBlocks(i):
		default:
			add(i)
		}
	}
	return all
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

// headingText is the text of a heading without the kicker, date and marks for
// screen readers that some systems put into it.
func (r *reader) headingText(i dom.NodeID) string {
	kicker := r.innerKicker(i)
	text := r.d.TextWithout(i, func(j dom.NodeID) bool {
		n := &r.d.Nodes[j]
		return j != i && n.Flags&dom.IsText == 0 && (j == kicker || n.Hints&(dom.HintKicker|dom.HintSubtitle) != 0 ||
			n.Tag == atom.Time || n.Hints&dom.HintDate != 0 || n.Flags&dom.IsSpoken != 0 && n.Flags&dom.InHead != 0)
	})
	if text == "" {
		return r.d.Text(i)
	}
	return text
}

// innerKicker is an element at the start of a heading that is a line of its own
// on the screen: its class says so, or no space stands between it and the text
// that follows. It is -1 where there is none.
func (r *reader) innerKicker(i dom.NodeID) dom.NodeID {
	first := i
	for first+1 < r.d.Nodes[i].End && r.d.Nodes[first].Text == r.d.Nodes[i].Text && r.d.Nodes[first].Flags&dom.IsText == 0 {
		first++
	}
	n := &r.d.Nodes[first]
	if n.Flags&dom.IsText != 0 || first == i || n.Text == 0 || n.Text*2 > r.d.Nodes[i].Text+10 || n.End >= r.d.Nodes[i].End {
		return -1
	}
	if n.Hints&(dom.HintKicker|dom.HintPlace) != 0 || n.Tag == atom.Small {
		return first
	}
	next := n.End
	for next < r.d.Nodes[i].End && (r.d.Nodes[next].Flags&dom.IsText == 0 || r.d.Nodes[next].Text == 0) {
		next++
	}
	if next >= r.d.Nodes[i].End {
		return -1
	}
	if r.d.Nodes[next].Flags&dom.Spaced != 0 {
		return r.leadsTitle(i, first)
	}
	before, _ := utf8.DecodeLastRuneInString(news.Squash(r.d.Text(first)))
	after, _ := utf8.DecodeRuneInString(r.d.Nodes[next].HTML.Data)
	if r.d.Nodes[next].Flags&dom.Breaks != 0 && before == ':' || texts.IsWordRune(unicode.ToLower(before)) && unicode.IsUpper(after) {
		return first
	}
	return r.leadsTitle(i, first)
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

// preferLine takes the one line of a heading of several that the page's titles
// have, where none has the whole: the others are kicker, subtitle or date.
func (r *reader) preferLine(at dom.NodeID, text string, titles []string) string {
	whole := texts.Key(text)
	has := func(k string) bool {
		return slices.ContainsFunc(titles, func(t string) bool { return containsWords(t, k) })
	}
	lines := r.d.Lines(at)
	if len(lines) < 2 || has(whole) {
		return text
	}
	best := ""
	for _, line := range lines {
		if k := texts.Key(line); len(k) >= 12 && len(line) > len(best) && has(k) {
			best = line
		}
	}
	if best == "" {
		return text
	}
	return cleanHeadline(best)
}

// preferTitle takes the page's declared headline where the heading holds it
// with more around it, such as a kicker, or where the heading ends in a colon
// and the declared one goes on.
func (r *reader) preferTitle(text string, titles []claims.Claim) string {
	k := texts.Key(text)
	if strings.HasSuffix(text, ":") {
		for _, t := range titles {
			if whole := cleanHeadline(r.withoutSite(t.Value)); len(texts.Key(whole)) > len(k) && containsWords(texts.Key(whole), k) {
				return whole
			}
		}
	}
	for _, t := range titles {
		if tk := texts.Key(t.Value); len(tk) >= 15 && len(tk) < len(k) && containsWords(k, tk) &&
			(t.Rule == rules.JSONLD || t.Rule == rules.Microdata || t.Rule == rules.OpenGraph) && strings.HasSuffix(k, tk) {
			return cleanHeadline(t.Value)
		}
	}
	return text
}

// cutKicker takes off what stands before a colon, dash or bar where a title of
// the page is the rest: "Bauen: Neue Brücke" of a page that is called "Neue Brücke".
func (r *reader) cutKicker(text string, titles []claims.Claim) string {
	for _, sep := range kickerSigns {
		kicker, rest, found := strings.Cut(text, sep)
		rest = strings.TrimSpace(rest)
		if !found || len(rest) < 8 || len(kicker) > 60 {
			continue
		}
		k := texts.Key(rest)
		isRest := func(t claims.Claim) bool { return texts.Key(r.shedNames(t.Value)) == k }
		isWhole := func(t claims.Claim) bool { return containsWords(texts.Key(t.Value), texts.Key(text)) }
		if slices.ContainsFunc(titles, isRest) && !slices.ContainsFunc(titles, isWhole) {
			if texts.HasLetters(kicker) && !r.saysNothing(kicker) {
				r.set("kicker", &r.art.Item.Kicker, kicker, read.Evidence{Rule: rules.BeforeTitle, Raw: text})
			}
			return rest
		}
	}
	return text
}

// withoutNamesBehind is a heading without the names of site and section behind
// it: "Sperrung | Aktuelles | Auhausen".
func (r *reader) withoutNamesBehind(text string) string {
	for {
		breaks := titleBreak.FindAllStringIndex(text, 8)
		if len(breaks) == 0 {
			return text
		}
		last := breaks[len(breaks)-1]
		head, tail := text[:last[0]], text[last[1]:]
		if len(head) < 12 || !r.saysNothing(tail) && !r.namesFolder(tail) || r.saysNothing(head) {
			return text
		}
		text = head
	}
}

// namesFolder reports whether a text is the name of a folder of the page's
// address: "Opinion" in /story/opinion/….
func (r *reader) namesFolder(text string) bool {
	slug := news.Slug(text)
	path, _, _ := strings.Cut(r.d.Page.URL, "?")
	path = strings.TrimRight(path, "/")
	return len(slug) >= 4 && len(slug) <= 30 && strings.Contains(path[:strings.LastIndexByte(path, '/')+1], "/"+slug+"/")
}

// kickerSigns may stand between a kicker and its headline.
var kickerSigns = []string{": ", " | ", " – ", " - ", " — ", " · "}

// shortWithoutDay is WithoutDay for the headline of an article: long ones are
// left as they are printed.
func (r *reader) shortWithoutDay(text string) string {
	if short := r.d.WithoutDay(text); len(short) <= 40 {
		return short
	}
	return text
}

// cleanHeadline takes off what is around a headline and no part of it.
func cleanHeadline(s string) string {
	s = news.Squash(s)
	if strings.HasPrefix(s, "++") || strings.HasPrefix(s, "**") || strings.HasPrefix(s, "+ ") || strings.HasPrefix(s, "* ") {
		s = strings.TrimSpace(strings.Trim(s, "+*"))
	}
	s = strings.TrimRight(s, "|¶# ")
	return strings.TrimSpace(strings.TrimLeft(s, "|»>›: "))
}
