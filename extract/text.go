package extract

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// text is the visible text of a subtree on one line.
func (d *Document) text(i nodeID) string { return d.textWithout(i, nil) }

// textWithout is text, less the subtrees for which leave says so.
func (d *Document) textWithout(i nodeID, leave func(nodeID) bool) string {
	if one := d.onlyText(i); one >= 0 {
		return news.Squash(d.nodes[one].n.Data)
	}
	var b strings.Builder
	d.eachText(i, leave, func(t nodeID) {
		if n := &d.nodes[t]; b.Len() > 0 && n.flags&(breaks|spaced) != 0 {
			b.WriteByte(' ')
		}
		b.WriteString(d.nodes[t].n.Data)
	})
	return news.Squash(b.String())
}

// lines is the visible text of a subtree, one string per line as a browser
// breaks them at blocks and <br>.
func (d *Document) lines(i nodeID) []string {
	var all []string
	var b strings.Builder
	end := func() {
		if line := news.Squash(b.String()); line != "" {
			all = append(all, line)
		}
		b.Reset()
	}
	d.eachText(i, nil, func(t nodeID) {
		switch n := &d.nodes[t]; {
		case n.flags&breaks != 0:
			end()
		case n.flags&spaced != 0:
			b.WriteByte(' ')
		}
		b.WriteString(d.nodes[t].n.Data)
	})
	end()
	return all
}

// eachText calls f for the visible texts of a subtree.
func (d *Document) eachText(i nodeID, leave func(nodeID) bool, f func(nodeID)) {
	if i < 0 || int(i) >= len(d.nodes) {
		return
	}
	for j, end := i, d.nodes[i].end; j < end; {
		n := &d.nodes[j]
		switch {
		case n.text == 0, leave != nil && leave(j):
			j = n.end
			continue
		case n.flags&isText != 0:
			f(j)
		}
		j++
	}
}

// onlyText is the one text that a subtree consists of, or -1.
func (d *Document) onlyText(i nodeID) nodeID {
	if i < 0 || int(i) >= len(d.nodes) {
		return -1
	}
	end := d.nodes[i].end
	for d.nodes[i].flags&isText == 0 {
		if i+1 >= end || d.nodes[i+1].end != end || d.nodes[i].text == 0 {
			return -1
		}
		i++
	}
	if d.nodes[i].text == 0 {
		return -1
	}
	return i
}

// where is the place of an element on the page as a short CSS path: the
// element, and above it the nearest with an id or what tells most.
func (d *Document) where(i nodeID) string {
	if i >= 0 && d.nodes[i].flags&isText != 0 {
		i = d.nodes[i].parent
	}
	var path [4][3]string // tag, "#" or ".", id or class
	steps := 0
	for ; i >= 0 && steps < len(path); i = d.nodes[i].parent {
		n := &d.nodes[i]
		if n.tag == atom.Html || (n.tag == atom.Body && steps > 0) {
			break
		}
		step := [3]string{n.n.Data}
		if id := attrOf(n.n, "id"); isIdent(id) {
			step[1], step[2] = "#", id
		} else if class := firstClass(attrOf(n.n, "class")); class != "" {
			step[1], step[2] = ".", class
		} else if steps > 0 && (n.tag == atom.Div || n.tag == atom.Span) {
			continue
		}
		path[steps] = step
		if steps++; step[1] == "#" || n.tag == atom.Main || n.tag == atom.Article {
			break
		}
	}
	var b strings.Builder
	b.Grow(64)
	for k := steps - 1; k >= 0; k-- {
		for _, part := range path[k] {
			b.WriteString(part)
		}
		if k > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// pieces are parts of words that are looked for in one pass over a text: a cheap
// look before an expression.
type pieces struct {
	group  [256]uint8 // of those that begin with a byte; 0: none does
	groups [][]string
}

// piecesOf are pieces of these texts, which are not empty.
func piecesOf(all ...string) *pieces {
	p := &pieces{groups: make([][]string, 1)}
	for _, piece := range all {
		g := p.group[piece[0]]
		if g == 0 {
			g = uint8(len(p.groups)) //nolint:gosec // of a few
			p.group[piece[0]] = g
			p.groups = append(p.groups, nil)
		}
		p.groups[g] = append(p.groups[g], piece)
	}
	return p
}

// in reports whether one of them is in a text.
func (p *pieces) in(text string) bool {
	for i := range len(text) {
		g := p.group[text[i]]
		if g == 0 {
			continue
		}
		for _, piece := range p.groups[g] {
			if strings.HasPrefix(text[i:], piece) {
				return true
			}
		}
	}
	return false
}

// hasDigit reports whether there is a digit in a text.
func hasDigit(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}

func firstClass(value string) string {
	for class := range strings.FieldsSeq(value) {
		if isIdent(class) {
			return class
		}
	}
	return ""
}

// isIdent reports whether a class or id can be written in CSS as it is.
func isIdent(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

// commonWords are short words that a text of some length in the language has
// several of, and that few other languages have.
var commonWords = map[string]string{
	"und": "de", "der": "de", "die": "de", "das": "de", "für": "de", "nicht": "de", "wird": "de", "eine": "de", "mit": "de", "auf": "de",
	"the": "en", "and": "en", "of": "en", "for": "en", "with": "en", "that": "en", "is": "en", "are": "en",
	"les": "fr", "des": "fr", "est": "fr", "pour": "fr", "dans": "fr", "une": "fr", "du": "fr", "avec": "fr",
	"il": "it", "della": "it", "che": "it", "per": "it", "gli": "it", "sono": "it", "delle": "it", "nel": "it",
	"los": "es", "para": "es", "las": "es", "por": "es", "y": "es", "está": "es", "como": "es", "del": "es",
	"het": "nl", "een": "nl", "van": "nl", "voor": "nl", "zijn": "nl", "niet": "nl", "aan": "nl",
	"og": "da", "af": "da", "til": "da", "ikke": "da", "på": "da", "det": "da", "er": "da",
	"nie": "pl", "się": "pl", "jest": "pl", "na": "pl", "w": "pl", "oraz": "pl", "dla": "pl",
}

// recogniseLanguage is the language whose common words a text has most of,
// where that is clear; empty otherwise.
func recogniseLanguage(text string) string {
	counts := make(map[string]int)
	words := 0
	for word := range strings.FieldsSeq(text) {
		if lang := commonWords[strings.ToLower(strings.Trim(word, ".,;:!?()„“\"'"))]; lang != "" {
			counts[lang]++
		}
		if words++; words == 2000 {
			break
		}
	}
	best, first, second := "", 0, 0
	for lang, n := range counts {
		switch {
		case n > first:
			best, first, second = lang, n, first
		case n > second:
			second = n
		}
	}
	if first < 5 || first < 2*second {
		return ""
	}
	return best
}

// shorten cuts a text for messages, between characters.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
