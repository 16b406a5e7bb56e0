package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// readTeaser finds the summary: what the page declares of itself, in the full
// length that it shows, or else what it marks as such.
func (r *reader) readTeaser() {
	it := &r.art.Item
	shown, marked, e := r.shownTeaser()
	if it.Teaser != "" {
		return
	}
	if at := r.standfirst(); at >= 0 {
		r.set("teaser", &it.Teaser, r.withoutDateline(r.d.text(at)), Evidence{Rule: "standfirst", Where: r.d.where(at)})
		return
	}
	all := r.descriptions()
	if len(all) > 0 && !(marked && isExcerptOf(all[0].value, shown)) {
		c := wholeOf(all[0], all)
		r.set("teaser", &it.Teaser, c.value, Evidence{Rule: c.rule, Where: c.where})
		return
	}
	r.set("teaser", &it.Teaser, shown, e)
}

// readFirstParagraph takes the opening of a report that has no summary, on its
// page or in the listing: in news the first paragraph is one.
func (r *reader) readFirstParagraph() {
	if r.art.Item.Teaser != "" {
		return
	}
	for i := max(r.root, r.headline); i < r.d.nodes[r.root].end; i++ {
		n := &r.d.nodes[i]
		if r.cut[i] || r.other[i] || n.flags&(isText|inHead) != 0 || r.own[i] < 40 || n.hints&(hintCaption|hintCredit|hintMeta|hintAuthor|hintDate) != 0 {
			continue
		}
		text := r.withoutDateline(r.d.text(i))
		if n.tag == atom.P && n.linked*2 < n.text && n.text < 500 && 2*n.text < r.prose[r.root] && endsLikeSentence(text) {
			r.set("teaser", &r.art.Item.Teaser, text, Evidence{Rule: "first paragraph", Where: r.d.where(i)})
		}
		return
	}
}

var markup = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)

// descriptions are the declared summaries that speak of the article, the best
// first: no names of the site, no templates, no leftovers, nothing that has
// little to do with the report.
func (r *reader) descriptions() []claim {
	type ranked struct {
		claim
		rank int
	}
	var all []ranked
	declared := r.claims[ofDescription]
	if len(declared) == 0 {
		return nil
	}
	report := r.reportKey()
	for _, c := range declared[:min(len(declared), 20)] {
		c.value = news.Squash(markup.ReplaceAllString(c.value, " "))
		if len(c.value) < 15 || strings.Contains(c.value, "{{") || r.namesSite(c.value) || namesTown.MatchString(c.value) || key(c.value) == key(r.art.Item.Headline) || !r.speaksOf(c.value, report) {
			continue
		}
		all = append(all, ranked{c, descriptionRanks[c.rule]})
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	claims := make([]claim, len(all))
	for i := range all {
		claims[i] = all[i].claim
	}
	return claims
}

// descriptionRanks order the declarations; those of one rank stay in page
// order.
var descriptionRanks = map[string]int{"microdata": 0, "opengraph": 1, "meta": 1, "json-ld": 2}

// reportKey is headline and report as they are compared, with a space at both
// ends; of a long report, its beginning.
func (r *reader) reportKey() string {
	var b strings.Builder
	b.Grow(6000)
	b.WriteString(r.art.Item.Headline)
	r.d.eachText(r.root, func(i nodeID) bool { return r.cut[i] || b.Len() > 6000 }, func(i nodeID) {
		b.WriteByte(' ')
		b.WriteString(r.d.nodes[i].n.Data)
	})
	return " " + key(b.String()) + " "
}

// namesTown is a town's name and no more.
var namesTown = regexp.MustCompile(`(?i)^(?:(?:die|der|das) )?(?:\pL+(?:gemeinde|stadt|kreis)|gemeinde|stadt|markt|kreis|amt|city of|town of|county of|commune de|ville de|comune di|gemeente)(?: [^\s.,:!?]+){1,4}$`)

// introducesSite are phrases with which a site introduces itself.
var introducesSite = regexp.MustCompile(`(?i)\boffizielle[nrs]?\b.{0,30}\b(?:web|home|internet|seite|portal|auftritt)|\b(?:herzlich )?willkommen (?:auf|bei|im|in)\b|\b(?:internetauftritt|internetpräsenz|homepage|webseite|website|bürgerportal|stadtportal) (?:der|des|von)\b|\bofficial (?:web ?)?site\b|\bwelcome to\b|\bsite officiel\b|\bbienvenue\b|\bsito (?:ufficiale|istituzionale)\b|^visit the post for more`)

// speaksOf reports whether a summary shares enough of its longer words with the
// report; one for the whole site does not.
func (r *reader) speaksOf(text, report string) bool {
	all, shared := 0, 0
	for word := range strings.FieldsSeq(key(text)) {
		if len(word) < 5 {
			continue
		}
		if all++; strings.Contains(report, " "+word+" ") {
			shared++
		}
	}
	name, _, found := strings.Cut(text, " - ")
	if found && r.namesSite(name) || 2*shared <= all && introducesSite.MatchString(text) {
		return 2*shared > all
	}
	return all < 3 || 10*shared >= all
}

// isCut reports whether a text was cut to some length.
func isCut(s string) bool {
	s = strings.TrimRight(s, ")]")
	return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") || !endsLikeSentence(s)
}

// isExcerptOf reports whether a declared summary was made by cutting the text
// that begins with the shown one, or cutting the shown one itself.
func isExcerptOf(declared, shown string) bool {
	switch {
	case len(shown) > 700 || !isCut(declared):
		return false
	case strings.HasSuffix(declared, "]"): // "[…]": no editor writes that
		return continues(declared, shown) || continues(shown, declared)
	}
	return continues(shown, declared)
}

// wholeOf is the declaration that begins as one does, goes on and was not cut
// itself; the one at hand where there is none.
func wholeOf(c claim, all []claim) claim {
	for _, o := range all {
		if !isCut(o.value) && continues(o.value, c.value) {
			return o
		}
	}
	return c
}

// continues reports whether a shown text begins as a declared one and goes on.
func continues(shown, declared string) bool {
	declared = strings.TrimRight(declared, " .…")
	a, b := key(shown), key(declared)
	return len(a) > len(b) && strings.HasPrefix(a, b[:max(0, len(b)-3)])
}

// shownTeaser is the text that class or boldness mark as the summary, or that
// stands apart like one.
func (r *reader) shownTeaser() (text string, marked bool, e Evidence) {
	at, marked := r.teaserBlock()
	if at < 0 {
		return "", false, Evidence{}
	}
	return r.withoutDateline(r.d.text(at)), marked, Evidence{Rule: "teaser", Where: r.d.where(at)}
}

// standfirst is the paragraph or heading below the headline that its class says
// to be the standfirst, or which is a long heading before the report; -1 where
// there is none. It is the editors' own summary, written for this very place.
func (r *reader) standfirst() nodeID {
	if r.headline < 0 {
		return -1
	}
	for i := r.d.nodes[r.headline].end; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if r.own[i] < 25 || r.cut[i] {
			continue
		}
		if n.text < 38 || n.text > 900 || n.linked > n.text/2 || n.hints&(hintCaption|hintCredit|hintMeta|hintAuthor) != 0 || r.apart(i)&hintAuthor != 0 {
			return -1
		}
		named := standfirstClass.MatchString(attrOf(n.n, "class")) || standfirstClass.MatchString(attrOf(r.d.nodes[n.parent].n, "class"))
		if (named && n.text < 500 || n.tag == atom.H2 && n.text >= 75) && !r.isDeclaredFurther(r.d.text(i)) {
			return i
		}
		return -1
	}
	return -1
}

// isDeclaredFurther reports whether a declared summary begins as a text and
// goes on.
func (r *reader) isDeclaredFurther(text string) bool {
	return slices.ContainsFunc(r.claims[ofDescription], func(c claim) bool { return continues(c.value, text) })
}

var standfirstClass = regexp.MustCompile(`(?i)standfirst|excerpt|(?:\b|_)(?:dek|deck)(?:\b|_)|chapo|chapeau|sub-?(?:title|line|headline|heading)|sub-tit|untertitel|sottotitolo|vorspann|anleser`)

// withoutDateline cuts the date with which some papers begin.
func (r *reader) withoutDateline(text string) string {
	return news.Squash(text[r.datelineEnd(text):])
}

var (
	bracketed = regexp.MustCompile(`^[\[(][^\[\]()]{6,40}[\])]\s*`)
	// openingDate is what a date is among with which a paragraph opens.
	openingDate = regexp.MustCompile(`^(?i:\pL+(?:tag|woch|abend|day), )?\d{1,2}[./ ][^–—:|]{3,24}?(?:\s*[–—:|]\s+|\s+-\s+|\.\s+)`)
)

// datelineEnd is where the text goes on after a date in brackets, or after the
// day of publication with a stop or dash behind it.
func (r *reader) datelineEnd(text string) int {
	if end := len(bracketed.FindString(text)); end > 0 {
		if len(FindDates(text[:end], r.dateOptions())) == 0 {
			return 0
		}
		return end
	}
	if published := r.art.Item.Published.String(); published != "" {
		end := len(openingDate.FindString(text))
		if date, err := ParseDate(strings.TrimRight(text[:end], " .–—:|-"), r.dateOptions()); end > 0 && err == nil && strings.HasPrefix(published, date.Time.Format(time.DateOnly)) {
			return end
		}
	}
	return 0
}

// teaserBlock is the block of the summary, or -1, and whether it is marked.
func (r *reader) teaserBlock() (at nodeID, marked bool) {
	seen := 0
	first := nodeID(-1)
	for i := max(r.root, r.headline); i < r.d.nodes[r.root].end && seen < 3; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText != 0 || n.text < 40 || r.cut[i] || n.flags&inHead != 0 {
			continue
		}
		if n.hints&hintTeaser != 0 && n.text < 900 && n.linked < n.text/2 && n.hints&(hintList|hintMeta) == 0 {
			return r.firstParagraph(i), true
		}
		if r.own[i] < 40 || n.hints&(hintCaption|hintCredit|hintMeta|hintAuthor) != 0 {
			continue
		}
		if seen++; r.isBold(i) && n.text < 900 {
			return i, true
		}
		if seen == 1 {
			first = i
		}
	}
	return r.apartFromText(first), false
}

// firstParagraph is the first block of some text within an element that has
// several with none of its own beside them; else the element.
func (r *reader) firstParagraph(i nodeID) nodeID {
	for j := i; j < r.d.nodes[i].end; j++ {
		if r.own[j] >= 30 {
			if r.own[j]*2 > r.d.nodes[i].text {
				return j
			}
			break
		}
	}
	return i
}

// apartFromText is a first paragraph that stands by itself, before what holds
// all others; -1 where it is one of them.
func (r *reader) apartFromText(first nodeID) nodeID {
	if first < 0 || r.d.nodes[first].text > 600 || !endsLikeSentence(r.d.text(first)) {
		return -1
	}
	parent := r.d.nodes[first].parent
	if r.prose[parent] > 2*r.prose[first] || !r.d.within(parent, r.root) {
		for c := r.d.nodes[first].end; c < r.d.nodes[parent].end; c = r.d.nodes[c].end {
			if r.own[c] > 60 {
				return -1
			}
		}
	}
	if r.prose[r.root] < 3*r.prose[first] {
		return -1
	}
	return first
}

// isBold reports whether all text of a block is bold.
func (r *reader) isBold(i nodeID) bool {
	var bold int32
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		switch r.d.nodes[j].tag {
		case atom.B, atom.Strong:
			bold += r.d.nodes[j].text
		}
	}
	text := r.d.text(i)
	rest := r.d.nodes[i].text - visibleLength(text[:r.datelineEnd(text)])
	return float64(bold) >= 0.9*float64(rest)
}
