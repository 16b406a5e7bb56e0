package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// isWordRune reports a letter, a digit or a mark on one.
func isWordRune(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c))
}

// A heading is a candidate for the headline.
type heading struct {
	at    nodeID
	text  string
	key   string
	score float64
}

// readHeadline finds the headline: of the headings that the page's own titles
// contain, the one that says most; else the heading over the running text;
// else a title without the name of the site.
func (r *reader) readHeadline() {
	titles := r.titles()
	telling := slices.DeleteFunc(slices.Clone(titles), func(t claim) bool { return !r.tellsMore(t) })
	keys := make([]string, len(telling))
	for i, t := range telling {
		keys[i] = key(t.value)
	}
	told := keys
	if listed := r.listedHeadline(); listed != "" {
		keys = append([]string{key(listed)}, keys...)
	}
	best := r.bestHeading(keys)
	if r.yieldsToListing(&best, told) {
		r.takeListedHeadline(best)
		return
	}
	if best.at < 0 || r.saysNothing(best.text) || r.ofSiteHeading(&best) {
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
		r.set("headline", &it.Headline, r.shortWithoutDay(r.cutKicker(text, telling)), r.noteHeading(Evidence{Rule: rules.Name(r.d.nodes[best.at].n.Data), Where: r.d.where(best.at)}))
		return
	}
	for _, t := range append(telling, titles...) {
		if text := cleanHeadline(r.withoutSite(t.value)); text != "" {
			r.set("headline", &it.Headline, r.shortWithoutDay(text), r.noteHeading(Evidence{Rule: t.rule, Where: t.where, Raw: t.value}))
			return
		}
	}
	r.problem("headline", "no heading and no title")
}

// bestHeading is the heading that is most likely the headline. A topic or slogan
// that is the whole title gives way to the heading over the text.
func (r *reader) bestHeading(titles []string) heading {
	best, lead := heading{at: -1}, heading{at: -1}
	all := r.headings()
	over := r.leadHeading(all)
	for _, h := range all {
		h.score = r.rateHeading(&h, titles, h.at == over)
		r.explainHeading(&h)
		if h.score > best.score {
			best = h
		}
		if h.at == over {
			lead = h
		}
	}
	if lead.at <= best.at || best.at < 0 || lead.score <= 0 && !r.isSlogan(best.text) {
		return best
	}
	isWhole := func(title string) bool { return title == best.key }
	switch {
	case len(titles) == 0 && r.isSlogan(best.text), !slices.ContainsFunc(titles, func(t string) bool { return !isWhole(t) }) && r.isTopic(&best):
		return lead
	}
	return best
}

// insteadOfHeading is the line that is the headline where no heading is: the one
// that a title has, or where no title tells of the report, one that stands out
// over the text.
func (r *reader) insteadOfHeading(titles []claim) heading {
	if len(titles) == 0 {
		return r.lineOverText()
	}
	return r.titleLine(titles)
}

// titleLine is a line of a page without headings that is its title: hand-written
// pages have their headline in a paragraph.
func (r *reader) titleLine(titles []claim) heading {
	for _, t := range titles[:min(len(titles), 8)] {
		want := key(cleanHeadline(r.withoutSite(t.value)))
		if len(want) < 10 {
			continue
		}
		for i := r.d.body + 1; i < r.d.nodes[r.d.body].end; i++ {
			n := &r.d.nodes[i]
			if n.flags&isBlock == 0 || n.flags&inLink != 0 || r.own[i] == 0 || n.text > 250 || (n.hints|n.above)&(hintNav|hintBreadcrumb|hintFooter|hintSide|hintRelated) != 0 {
				continue
			}
			if text := r.d.text(i); key(text) == want {
				return heading{at: i, text: text, key: want}
			}
		}
	}
	return heading{at: -1}
}

// tellsMore reports whether a title has more than the names of site and section.
func (r *reader) tellsMore(title claim) bool { return !r.partSaysNothing(r.shedNames(title.value)) }

// lineOverText is the last line over the first running text that is bold, heads
// a table, or has a class that calls it a headline: pages without headings and
// titles of their own have no other.
func (r *reader) lineOverText() heading {
	best := heading{at: -1}
	for i := r.d.body + 1; i < r.d.nodes[r.d.body].end; i++ {
		n, own := &r.d.nodes[i], r.own[i]-2*r.ownLink[i]
		if own < 5 || n.flags&isHidden != 0 || (n.above|n.hints)&(hintNav|hintCookie|hintFooter|hintBreadcrumb|hintDialog|hintSide) != 0 {
			continue
		}
		text := r.d.text(i)
		if own >= 80 || own >= 40 && endsLikeSentence(text) {
			break
		}
		if k := key(text); r.own[i] == n.text && !endsLikeSentence(text) && (n.tag == atom.Th || n.hints&hintHeadline != 0 || r.isBold(i)) && k != "" && !r.saysNothing(text) && !labelHeading[k] && !r.namesSite(text) && !namesTown(text) {
			best = heading{at: i, text: text, key: k}
		}
	}
	return best
}

// leadHeading is the heading that stands over the first running text: on sites
// whose titles are the same on all pages it is the only one that tells the
// report from its section. It is -1 where there is none.
func (r *reader) leadHeading(all []heading) nodeID {
	text := r.d.body
	for ; text < r.d.nodes[r.d.body].end; text++ {
		n, own := &r.d.nodes[text], r.own[text]-2*r.ownLink[text]
		if own < 40 || n.flags&(isText|isHidden|inHead) != 0 || (n.above|n.hints)&(hintNav|hintCookie|hintFooter|hintBreadcrumb|hintDialog) != 0 {
			continue
		}
		if own >= 80 || endsLikeSentence(r.d.text(text)) {
			break
		}
	}
	lead := nodeID(-1)
	for _, h := range all {
		if h.at < text && h.at > lead && r.d.nodes[h.at].flags&(inHead|isSpoken) == inHead && !labelHeading[h.key] && !r.saysNothing(h.text) && !r.ofSiteHeading(&h) && !(len(h.text) < 60 && mayNameAuthor(h.text) && authorLine.MatchString(h.text)) {
			lead = h.at
		}
	}
	return lead
}

// namesSection reports whether a heading is that of a section of the site: a
// stock one, or the name of a folder in the page's address.
func (r *reader) namesSection(h *heading) bool {
	if len(h.text) > 40 || r.saysNothing(h.text) {
		return r.saysNothing(h.text)
	}
	slug := news.Slug(h.text)
	path, _, _ := strings.Cut(r.d.page.URL, "?")
	path = strings.TrimRight(path, "/")
	return len(slug) >= 4 && len(slug) <= 30 && strings.Contains(path[:strings.LastIndexByte(path, '/')+1], "/"+slug+"/")
}

// leadsTitle is the first part of a heading where one of the page's titles
// begins with the rest of it, or else -1.
func (r *reader) leadsTitle(heading, first nodeID) nodeID {
	rest := key(r.d.textWithout(heading, func(j nodeID) bool { return j == first }))
	if rest != "" && slices.ContainsFunc(r.titles(), func(t claim) bool { return strings.HasPrefix(key(t.value), rest) }) {
		return first
	}
	return -1
}

// titles are what the page calls itself outside its text.
func (r *reader) titles() []claim {
	return append(append([]claim(nil), r.claims[ofHeadline]...), r.claims[ofTitles]...)
}

// headings are the headings of the page and what its classes call so.
func (r *reader) headings() []heading {
	all := make([]heading, 0, min(len(r.d.head.heads), 200)+8)
	add := func(i nodeID) {
		n := &r.d.nodes[i]
		if n.text < 2 || n.text > 400 || n.flags&isHidden != 0 {
			return
		}
		text := r.headingText(i)
		if k := key(text); k != "" {
			all = append(all, heading{at: i, text: text, key: k})
		}
	}
	for _, i := range r.d.head.heads {
		if len(all) < 200 {
			add(i)
		}
	}
	// A large font makes a headline where no heading could be one.
	fonts := !slices.ContainsFunc(all, func(h heading) bool { return r.d.nodes[h.at].tag == atom.H1 || r.d.nodes[h.at].tag == atom.H2 })
	for i := r.d.body; i < r.d.nodes[r.d.body].end && len(all) < 300; i++ {
		n := &r.d.nodes[i]
		switch {
		case n.flags&(isText|inHead|inLink) != 0 || n.text >= 250 || n.text <= 5 || n.hints&hintHeadline == 0 && n.tag != atom.Font:
		case n.hints&hintHeadline == 0 && (!fonts || !largeFont(n.n) || r.namesSite(r.d.text(i))), r.holdsBlocks(i):
		default:
			add(i)
		}
	}
	return all
}

// largeFont reports whether a <font> is of the size of headings.
func largeFont(n *html.Node) bool {
	size := strings.TrimSpace(attrOf(n, "size"))
	return size != "" && (size[0] == '+' || size[0] >= '4' && size[0] <= '7')
}

// holdsBlocks reports whether there are blocks within an element.
func (r *reader) holdsBlocks(i nodeID) bool {
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		if r.d.nodes[j].flags&isBlock != 0 && r.d.nodes[j].tag != atom.Br {
			return true
		}
	}
	return false
}

// headingText is the text of a heading without the kicker, date and marks for
// screen readers that some systems put into it.
func (r *reader) headingText(i nodeID) string {
	kicker := r.innerKicker(i)
	text := r.d.textWithout(i, func(j nodeID) bool {
		n := &r.d.nodes[j]
		return j != i && n.flags&isText == 0 && (j == kicker || n.hints&(hintKicker|hintSubtitle) != 0 || n.tag == atom.Time || n.hints&hintDate != 0 || n.flags&isSpoken != 0 && n.flags&inHead != 0)
	})
	if text == "" {
		return r.d.text(i)
	}
	return text
}

// innerKicker is an element at the start of a heading that is a line of its own
// on the screen: its class says so, or no space stands between it and the text
// that follows. It is -1 where there is none.
func (r *reader) innerKicker(i nodeID) nodeID {
	first := i
	for first+1 < r.d.nodes[i].end && r.d.nodes[first].text == r.d.nodes[i].text && r.d.nodes[first].flags&isText == 0 {
		first++
	}
	n := &r.d.nodes[first]
	if n.flags&isText != 0 || first == i || n.text == 0 || n.text*2 > r.d.nodes[i].text+10 || n.end >= r.d.nodes[i].end {
		return -1
	}
	if n.hints&(hintKicker|hintPlace) != 0 || n.tag == atom.Small {
		return first
	}
	next := n.end
	for next < r.d.nodes[i].end && (r.d.nodes[next].flags&isText == 0 || r.d.nodes[next].text == 0) {
		next++
	}
	if next >= r.d.nodes[i].end {
		return -1
	}
	if r.d.nodes[next].flags&spaced != 0 {
		return r.leadsTitle(i, first)
	}
	before, _ := utf8.DecodeLastRuneInString(news.Squash(r.d.text(first)))
	after, _ := utf8.DecodeRuneInString(r.d.nodes[next].n.Data)
	if r.d.nodes[next].flags&breaks != 0 && before == ':' || isWordRune(unicode.ToLower(before)) && unicode.IsUpper(after) {
		return first
	}
	return r.leadsTitle(i, first)
}

// isSiteName reports whether a text is the name that the site gives itself.
func (r *reader) isSiteName(k string) bool {
	if len(r.siteKeys) < len(r.claims[ofSite]) {
		for _, s := range r.claims[ofSite] {
			r.siteKeys = append(r.siteKeys, key(s.value))
		}
	}
	return slices.Contains(r.siteKeys, k)
}

// preferLine takes the one line of a heading of several that the page's titles
// have, where none has the whole: the others are kicker, subtitle or date.
func (r *reader) preferLine(at nodeID, text string, titles []string) string {
	whole := key(text)
	has := func(k string) bool {
		return slices.ContainsFunc(titles, func(t string) bool { return containsWords(t, k) })
	}
	lines := r.d.lines(at)
	if len(lines) < 2 || has(whole) {
		return text
	}
	best := ""
	for _, line := range lines {
		if k := key(line); len(k) >= 12 && len(line) > len(best) && has(k) {
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
func (r *reader) preferTitle(text string, titles []claim) string {
	k := key(text)
	if strings.HasSuffix(text, ":") {
		for _, t := range titles {
			if whole := cleanHeadline(r.withoutSite(t.value)); len(key(whole)) > len(k) && containsWords(key(whole), k) {
				return whole
			}
		}
	}
	for _, t := range titles {
		if tk := key(t.value); len(tk) >= 15 && len(tk) < len(k) && containsWords(k, tk) && (t.rule == rules.JSONLD || t.rule == rules.Microdata || t.rule == rules.OpenGraph) && strings.HasSuffix(k, tk) {
			return cleanHeadline(t.value)
		}
	}
	return text
}

// cutKicker takes off what stands before a colon, dash or bar where a title of
// the page is the rest: "Bauen: Neue Brücke" of a page that is called "Neue Brücke".
func (r *reader) cutKicker(text string, titles []claim) string {
	for _, sep := range kickerSigns {
		kicker, rest, found := strings.Cut(text, sep)
		rest = strings.TrimSpace(rest)
		if !found || len(rest) < 8 || len(kicker) > 60 {
			continue
		}
		k := key(rest)
		isRest := func(t claim) bool { return key(r.shedNames(t.value)) == k }
		isWhole := func(t claim) bool { return containsWords(key(t.value), key(text)) }
		if slices.ContainsFunc(titles, isRest) && !slices.ContainsFunc(titles, isWhole) {
			if hasLetters(kicker) && !r.saysNothing(kicker) {
				r.set("kicker", &r.art.Item.Kicker, kicker, Evidence{Rule: rules.BeforeTitle, Raw: text})
			}
			return rest
		}
	}
	return text
}

// kickerSigns may stand between a kicker and its headline.
var kickerSigns = []string{": ", " | ", " – ", " - ", " — ", " · "}

// withoutDay is a headline without the day before it that a sign parts from it,
// or behind it in brackets or after a comma: "12.11.2026 – Kerwe", "Kerwe (12.11.2026)". Days of
// the past that the headline is about stay.
func (d *Document) withoutDay(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	isDay := func(s string) bool {
		s = strings.TrimSpace(s)
		first, _, _ := strings.Cut(s, " ")
		if len(s) < 6 || len(s) > 40 || !hasDigit(first) && !dates.IsWeekday(foldWord(strings.Trim(first, ".,"))) {
			return false
		}
		m, err := d.parseDate(s)
		return err == nil && !m.IsZero() && m.Time.Year() >= firstYearOnline
	}
	for _, sep := range daySigns {
		if day, rest, found := strings.Cut(text, sep); found && len(rest) > 2 && hasLetters(rest) && isDay(day) {
			return strings.TrimSpace(rest)
		}
	}
	if i := strings.LastIndex(text, ", "); i > 2 && isDay(text[i+2:]) {
		return text[:i]
	}
	last := text[len(text)-1]
	if open := strings.LastIndexAny(text, "(["); open > 2 && (last == ')' || last == ']') && isDay(text[open+1:len(text)-1]) {
		return strings.TrimSpace(text[:open])
	}
	return text
}

// shortWithoutDay is withoutDay for the headline of an article: long ones are
// left as they are printed.
func (r *reader) shortWithoutDay(text string) string {
	if short := r.d.withoutDay(text); len(short) <= 40 {
		return short
	}
	return text
}

// daySigns may stand between a day and the headline behind it.
var daySigns = []string{" – ", " - ", " — ", ": ", " : ", " | ", " · ", " • ", " / "}

// firstYearOnline is the first whose days may be those of a publication.
const firstYearOnline = 1995

// cleanHeadline takes off what is around a headline and no part of it.
func cleanHeadline(s string) string {
	s = news.Squash(s)
	if strings.HasPrefix(s, "++") || strings.HasPrefix(s, "**") || strings.HasPrefix(s, "+ ") || strings.HasPrefix(s, "* ") {
		s = strings.TrimSpace(strings.Trim(s, "+*"))
	}
	s = strings.TrimRight(s, "|¶# ")
	return strings.TrimSpace(strings.TrimLeft(s, "|»>›: "))
}
