package dom

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// Text is the visible text of a subtree on one line.
func (d *Page) Text(i NodeID) string { return d.TextWithout(i, nil) }

// TextWithout is text, less the subtrees for which leave says so.
func (d *Page) TextWithout(i NodeID, leave func(NodeID) bool) string {
	if one := d.OnlyText(i); one >= 0 {
		return news.Squash(d.Nodes[one].HTML.Data)
	}
	var b strings.Builder
	d.EachText(i, leave, func(t NodeID) {
		if n := &d.Nodes[t]; b.Len() > 0 && n.Flags&(Breaks|Spaced) != 0 {
			b.WriteByte(' ')
		}
		b.WriteString(d.Nodes[t].HTML.Data)
	})
	return news.Squash(b.String())
}

// Lines is the visible text of a subtree, one string per line as a browser
// breaks them at blocks and <br>.
func (d *Page) Lines(i NodeID) []string {
	var all []string
	var b strings.Builder
	end := func() {
		if line := news.Squash(b.String()); line != "" {
			all = append(all, line)
		}
		b.Reset()
	}
	d.EachText(i, nil, func(t NodeID) {
		switch n := &d.Nodes[t]; {
		case n.Flags&Breaks != 0:
			end()
		case n.Flags&Spaced != 0:
			b.WriteByte(' ')
		}
		b.WriteString(d.Nodes[t].HTML.Data)
	})
	end()
	return all
}

// EachText calls f for the visible texts of a subtree.
func (d *Page) EachText(i NodeID, leave func(NodeID) bool, f func(NodeID)) {
	if i < 0 || int(i) >= len(d.Nodes) {
		return
	}
	for j, end := i, d.Nodes[i].End; j < end; {
		n := &d.Nodes[j]
		switch {
		case n.Text == 0, leave != nil && leave(j):
			j = n.End
			continue
		case n.Flags&IsText != 0:
			f(j)
		}
		j++
	}
}

// OnlyText is the one text that a subtree consists of, or -1.
func (d *Page) OnlyText(i NodeID) NodeID {
	if i < 0 || int(i) >= len(d.Nodes) {
		return -1
	}
	end := d.Nodes[i].End
	for d.Nodes[i].Flags&IsText == 0 {
		if i+1 >= end || d.Nodes[i+1].End != end || d.Nodes[i].Text == 0 {
			return -1
		}
		i++
	}
	if d.Nodes[i].Text == 0 {
		return -1
	}
	return i
}

// Where is the place of an element on the page as a short CSS path: the
// element, and above it the nearest with an id or what tells most.
func (d *Page) Where(i NodeID) string {
	if i >= 0 && d.Nodes[i].Flags&IsText != 0 {
		i = d.Nodes[i].Parent
	}
	var path [4]pathStep
	steps := 0
	for ; i >= 0 && steps < len(path); i = d.Nodes[i].Parent {
		n := &d.Nodes[i]
		if n.Tag == atom.Html || (n.Tag == atom.Body && steps > 0) {
			break
		}
		step := stepOf(n.HTML)
		if wraps := n.Tag == atom.Div || n.Tag == atom.Span; wraps && steps > 0 && step[1] == "" {
			continue
		}
		path[steps] = step
		if steps++; step[1] == "#" || n.Tag == atom.Main || n.Tag == atom.Article {
			break
		}
	}
	return joinSteps(path[:steps])
}

// joinSteps is a CSS path of steps, of which the innermost comes first.
func joinSteps(path []pathStep) string {
	var b strings.Builder
	b.Grow(64)
	for k, step := range slices.Backward(path) {
		for _, part := range step {
			b.WriteString(part)
		}
		if k > 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// A pathStep is one element of a CSS path: tag, "#" or ".", id or class.
type pathStep [3]string

func stepOf(n *html.Node) pathStep {
	if id := AttrOf(n, "id"); isIdent(id) {
		return pathStep{n.Data, "#", id}
	}
	if class := firstClass(AttrOf(n, "class")); class != "" {
		return pathStep{n.Data, ".", class}
	}
	return pathStep{n.Data}
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
		opens := c == '_' || texts.IsASCIILetter(c)
		goesOn := i > 0 && (c == '-' || c >= '0' && c <= '9')
		if !opens && !goesOn {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

// commonWords are short words that a text of some length in a language has
// several of, and that few other languages have.
var commonWords = words.Entries("common_words")

// languageOf is the language of a common word.
var languageOf = sync.OnceValue(func() map[string]string {
	languages := make(map[string]string)
	for _, e := range commonWords() {
		languages[e.Text] = e.Language
	}
	return languages
})

// recogniseLanguage is the language whose common words a text has most of,
// where that is clear; empty otherwise.
func recogniseLanguage(text string) string {
	counts := make(map[string]int)
	known := languageOf()
	seen := 0
	for word := range strings.FieldsSeq(text) {
		if lang := known[words.Fold(strings.Trim(word, ".,;:!?()„“\"'"))]; lang != "" {
			counts[lang]++
		}
		if seen++; seen == 2000 {
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
