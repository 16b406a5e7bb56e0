package article

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// saysNothing reports whether a heading or a part of a title is of no report in
// particular: the name of the town, of a section or of a part of the system, a
// number of a release, a welcome. "Pressemitteilung Nr. 130/2026", "Stadt Kassel".
func (r *reader) saysNothing(text string) bool {
	if len(text) > 90 {
		return false
	}
	k := texts.Key(text)
	if k == "" || stockHeading(k) || r.isSiteName(k) || r.isHost(text) {
		return true
	}
	return isAuthority(text) || isTrail(text) || isWelcome(text) || r.namesNoReport(k)
}

// namesNoReport reports whether a text, as it is compared, has a word for news or
// of the site's name, and else but numbers, kinds of authorities and small words.
func (r *reader) namesNoReport(k string) bool {
	named, before := false, ""
	for word := range strings.SplitSeq(k, " ") {
		folded := words.Fold(word)
		switch {
		case newsWords()[folded], r.siteWord(word):
			named = true
		case fillWords()[folded], claims.Authorities()[folded], isNumeral(word), dom.MonthWord(word):
		case before != "" && fillWords()[before] && hallWords()[folded]:
		default:
			return false
		}
		before = folded
	}
	return named
}

func isNumeral(word string) bool {
	return strings.Trim(word, "0123456789") == "" || len(word) == 1
}

// siteWord reports whether a word is of the site's host: "auhausen" of
// www.auhausen-am-berg.de.
func (r *reader) siteWord(word string) bool {
	if len(word) < 4 {
		return false
	}
	if r.hostWords == nil {
		r.hostWords = hostWords(r.d.Page.URL)
	}
	return slices.Contains(r.hostWords, news.Slug(word))
}

// isHost reports a text that is a part of the site's host without its spaces:
// "Bad Homburg" of www.badhomburg.de.
func (r *reader) isHost(text string) bool {
	slug := strings.ReplaceAll(news.Slug(text), "-", "")
	labels := r.hostLabels()
	return len(slug) >= 3 && slices.Contains(labels[:max(1, len(labels)-1)], slug)
}

var (
	ofTowns  = words.Set("of_towns")
	andWords = words.Entries("and_words")
)

// isAuthority reports the name of an authority and no more, whoever's site it
// is: "Gemeinde Oberlohe", "Ville de Beauval", "Ashford Borough Council". In
// German and English a sentence may begin with its kind: what follows has to be
// written as a name.
func isAuthority(text string) bool {
	parts := strings.Fields(strings.Trim(text, " .,:;|–-"))
	if len(parts) < 2 || len(parts) > 7 {
		return false
	}
	first, last := words.Fold(parts[0]), words.Fold(parts[len(parts)-1])
	switch {
	case kindsBefore()[first]:
		parts = parts[1:]
	case kindsOf()[first] && ofTowns()[words.Fold(parts[1])]:
		parts = parts[2:]
	case kindsBehind()[last] && len(parts) <= 4 && !noTowns()[first]:
		parts = parts[:len(parts)-1]
	default:
		return false
	}
	names := 0
	for _, w := range parts {
		c, _ := utf8.DecodeRuneInString(w)
		switch {
		case unicode.IsUpper(c):
			names++
		case !nameJoins()[joinKey(w)]:
			return false
		}
	}
	return names > 0 && names <= 4
}

// joinKey is a small word within a name as the files of words have it: "d'" is "d".
func joinKey(w string) string {
	return strings.TrimSpace(strings.ReplaceAll(words.Fold(w), "'", " "))
}

// isWelcome reports a welcome to a town or to its site: "Willkommen in Auhausen".
func isWelcome(text string) bool {
	folded := words.Fold(strings.ReplaceAll(text, "-", " "))
	if !welcomes().Begin(folded) {
		return false
	}
	names := 0
	for _, w := range strings.Fields(text)[1:] {
		c, _ := utf8.DecodeRuneInString(w)
		switch folded := words.Fold(strings.Trim(w, ".,:!")); {
		case nameJoins()[joinKey(w)], fillWords()[folded], newsWords()[folded], claims.Authorities()[folded]:
		case unicode.IsUpper(c):
			names++
		default:
			return false
		}
	}
	return names > 0 && names <= 3
}

// isTrail reports a way through the site to the page: "Startseite > Aktuelles".
func isTrail(text string) bool {
	if i := strings.IndexByte(text, ':'); i > 0 && trailLabels()[words.Fold(texts.Key(text[:i]))] {
		return true
	}
	steps := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(">»›→/|", c) })
	return len(steps) > 1 && claims.HomeWords()[news.Fold(steps[0])]
}

// isSlogan reports whether a heading is the name of the site and what it says of
// itself behind a dash or comma: "Auhausen – lebendig am Fluss".
func (r *reader) isSlogan(text string) bool {
	for _, sep := range []string{" – ", " - ", " — ", ", ", " | "} {
		if name, _, found := strings.Cut(text, sep); found && r.saysNothing(name) {
			return true
		}
	}
	return false
}

// isTopic reports whether a heading is that of a part of the site: a subject
// of municipalities, or what a link of the site's menus says.
func (r *reader) isTopic(h *headlineCandidate) bool {
	if len(strings.Fields(h.text)) > 5 {
		return false
	}
	if places.IsSubjectName(h.text) || isSubjectPair(h.text) {
		return true
	}
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&(dom.IsText|dom.InLink) != dom.IsText|dom.InLink || (n.Above&(dom.HintNav|dom.HintBreadcrumb|dom.HintHeader)) == 0 ||
			n.Text < 3 || n.Text > 60 {
			continue
		}
		if texts.Key(n.HTML.Data) == h.key && !r.linksHere(i) {
			return true
		}
	}
	return false
}

// isSubjectPair reports two subjects in one name: "Bauen und Wohnen".
func isSubjectPair(text string) bool {
	if a, b, found := strings.Cut(text, " & "); found && places.IsSubjectName(a) && places.IsSubjectName(b) {
		return true
	}
	for _, and := range andWords() {
		if a, b, found := strings.Cut(text, " "+and.Written()+" "); found && places.IsSubjectName(a) && places.IsSubjectName(b) {
			return true
		}
	}
	return false
}

// sectionInTitle reports whether a heading is what one of the page's titles has
// between the report and the site: "Freizeit" of "Bad öffnet - Freizeit - Stadt X".
func (r *reader) sectionInTitle(h *headlineCandidate, titles []claims.Claim) bool {
	tellsMore := func(part string) bool {
		return len(part) > len(h.text) && strings.Count(strings.TrimSpace(part), " ") >= 2 && !r.partSaysNothing(part)
	}
	for _, t := range titles {
		parts := titleBreak.Split(t.Value, 8)
		last := len(parts) - 1
		switch {
		case last < 2:
		case r.partSaysNothing(parts[last]) && texts.Key(parts[last-1]) == h.key && tellsMore(parts[0]),
			r.partSaysNothing(parts[0]) && texts.Key(parts[1]) == h.key && tellsMore(parts[last]):
			return true
		}
	}
	return false
}

// leadsHere reports whether a heading is, or stands in, a link to the page itself.
func (r *reader) leadsHere(heading dom.NodeID) bool {
	if a := r.d.Find(heading, atom.A); a >= 0 {
		return r.linksHere(a)
	}
	return r.linksHere(heading)
}

// linksHere reports whether the link around a text leads to the page itself.
func (r *reader) linksHere(i dom.NodeID) bool {
	for ; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if href := r.d.Attr(i, "href"); href != "" {
			return strings.HasPrefix(href, "#") || r.d.Abs(href) == r.d.Page.URL
		}
	}
	return false
}

// titleBreak stands between the parts of a title.
var titleBreak = lazy.Regexp(`\s+(?:[-–—|»«›‹></·•:~●❘¦│]|::|//)\s+|\s*(?:::|[|ㅣ｜])\s*`)

// shedNames is a title without the parts before and behind that say nothing of
// the report: "Stadt Auhausen :: Sperrung" is "Sperrung". Where all of it says
// nothing, it stays.
func (r *reader) shedNames(title string) string {
	breaks := titleBreak.FindAllStringIndex(title, 8)
	from, to := 0, len(title)
	for len(breaks) > 0 && r.partSaysNothing(title[from:breaks[0][0]]) {
		from, breaks = breaks[0][1], breaks[1:]
	}
	for last := len(breaks) - 1; last >= 0 && r.partSaysNothing(title[breaks[last][1]:to]); last-- {
		to, breaks = breaks[last][0], breaks[:last]
	}
	rest := strings.TrimSpace(title[from:to])
	if !texts.HasLetters(rest) {
		return title
	}
	if head, tail, found := strings.Cut(rest, ": "); found && texts.HasLetters(tail) && r.saysNothing(head) {
		return strings.TrimSpace(tail)
	}
	return rest
}
