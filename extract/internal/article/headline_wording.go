package article

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// What of a heading is the headline: kickers, second lines, dates and the names of
// site and section are none of it.

// leadsTitle is the first part of a heading where one of the page's titles
// begins with the rest of it, or else -1.
func (r *reader) leadsTitle(heading, first dom.NodeID) dom.NodeID {
	rest := texts.Key(r.d.TextWithout(heading, func(j dom.NodeID) bool { return j == first }))
	if rest != "" && slices.ContainsFunc(r.titles(), func(t claims.Claim) bool { return strings.HasPrefix(texts.Key(t.Value), rest) }) {
		return first
	}
	return -1
}

// headingText is the text of a heading without the kicker, date and marks for
// screen readers that some systems put into it.
func (r *reader) headingText(i dom.NodeID) string {
	kicker := r.innerKicker(i)
	text := r.d.TextWithout(i, func(j dom.NodeID) bool {
		return j != i && (j == kicker || r.besideWording(j))
	})
	if text == "" {
		return r.d.Text(i)
	}
	return text
}

// besideWording reports whether an element within a heading is a kicker, a second
// line, a date or for screen readers only.
func (r *reader) besideWording(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if n.Flags&dom.IsText != 0 {
		return false
	}
	isSpoken := n.Flags&dom.IsSpoken != 0 && n.Flags&dom.InHead != 0
	return isSpoken || n.Tag == atom.Time || n.Hints&(dom.HintKicker|dom.HintSubtitle|dom.HintDate) != 0
}

// innerKicker is an element at the start of a heading that is a line of its own
// on the screen: its class says so, or no space stands between it and the text
// that follows. It is -1 where there is none.
func (r *reader) innerKicker(i dom.NodeID) dom.NodeID {
	first := r.firstPart(i)
	if first < 0 {
		return -1
	}
	n := &r.d.Nodes[first]
	if n.Hints&(dom.HintKicker|dom.HintPlace) != 0 || n.Tag == atom.Small {
		return first
	}
	next := n.End
	for next < r.d.Nodes[i].End && (r.d.Nodes[next].Flags&dom.IsText == 0 || r.d.Nodes[next].Text == 0) {
		next++
	}
	switch {
	case next >= r.d.Nodes[i].End:
		return -1
	case r.endsKicker(first, next):
		return first
	}
	return r.leadsTitle(i, first)
}

// firstPart is the element with which a heading begins, where more than half of
// the heading follows; -1 where it begins with a text.
func (r *reader) firstPart(i dom.NodeID) dom.NodeID {
	head, first := &r.d.Nodes[i], i
	for first+1 < head.End && r.d.Nodes[first].Text == head.Text && r.d.Nodes[first].Flags&dom.IsText == 0 {
		first++
	}
	n := &r.d.Nodes[first]
	isPart := first != i && n.Flags&dom.IsText == 0 && n.Text > 0
	if !isPart || n.Text*2 > head.Text+10 || n.End >= head.End {
		return -1
	}
	return first
}

// endsKicker reports whether the text that follows the first part of a heading
// begins a line of its own: no space stands between them, but a colon and a break,
// or a capital after a letter.
func (r *reader) endsKicker(first, next dom.NodeID) bool {
	if r.d.Nodes[next].Flags&dom.Spaced != 0 {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(news.Squash(r.d.Text(first)))
	after, _ := utf8.DecodeRuneInString(r.d.Nodes[next].HTML.Data)
	isLabel := before == ':' && r.d.Nodes[next].Flags&dom.Breaks != 0
	return isLabel || texts.IsWordRune(unicode.ToLower(before)) && unicode.IsUpper(after)
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
