package dom

import (
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// struck is what the walk over a page knows of text that is struck out: it no
// longer holds ("<del>12.11.2026</del> 13.11.2026"), and is read as if it were
// not there.
type struck struct {
	byStyle map[*html.Node]bool // elements that a style element of the page strikes out
	text    int32               // bytes of text that were struck out
	reads   bool                // what is struck out is read, too: see struckTooMuch
}

// strike takes an element that strikes out its text off the page: by its kind,
// by its style attribute or by a style element that stands before it.
func (x *indexer) strike(e *Node) {
	if x.reads || e.Flags&IsHidden != 0 {
		return
	}
	e.Flags |= IsHidden
	for c := range e.HTML.Descendants() {
		if c.Type == html.TextNode {
			x.text += VisibleLength(c.Data)
		}
	}
}

// struckRule is a rule of a style sheet that strikes text out, after what it is
// for: ".old, span.gone { text-decoration: line-through }".
var struckRule = lazy.Regexp(`(?i)([^{};]+)\{[^{}]*text-decoration[a-z-]*\s*:[^;{}]*line-through[^{}]*\}`)

// mostStruckRules bounds the rules of a page: each is a search through it.
const mostStruckRules = 16

// readStyle finds what a style element strikes out. What is struck out at times
// only (".todo:hover") stays: no selector of ours says so.
func (x *indexer) readStyle(style *html.Node) {
	sheet := style.FirstChild
	if sheet == nil || !strings.Contains(sheet.Data, "line-through") {
		return
	}
	rules, read := withoutComments(sheet.Data), 0
	for rest := rules; read < mostStruckRules; {
		var rule string
		if rule, rest = nextStruck(rest); rule == "" {
			return
		}
		if m := struckRule.FindStringSubmatch(rule); m != nil {
			read++
			for text := range strings.SplitSeq(m[1], ",") {
				x.strikeAll(text)
			}
		}
	}
}

// withoutComments is a style sheet without its comments.
func withoutComments(sheet string) string {
	if !strings.Contains(sheet, "/*") {
		return sheet
	}
	var b strings.Builder
	for {
		before, comment, opened := strings.Cut(sheet, "/*")
		_, after, closed := strings.Cut(comment, "*/")
		if !opened || !closed {
			b.WriteString(sheet)
			return b.String()
		}
		b.WriteString(before)
		sheet = after
	}
}

// nextStruck is the next rule of a sheet that says "line-through" between its
// braces, with its selector, and what follows it: most of a sheet says no such
// thing, and the expression would look at every letter of it.
func nextStruck(sheet string) (rule, rest string) {
	for from := 0; ; {
		at := strings.Index(sheet[from:], "line-through")
		if at < 0 {
			return "", ""
		}
		at += from
		brace := strings.LastIndexAny(sheet[:at], "{}")
		end := strings.IndexAny(sheet[at:], "{}")
		if end < 0 {
			return "", ""
		}
		if from = at + end; brace < 0 || sheet[brace] != '{' || sheet[from] != '}' {
			continue
		}
		return sheet[strings.LastIndexAny(sheet[:brace], "{};")+1 : from+1], sheet[from+1:]
	}
}

// strikeAll notes the elements that a selector of a struck-out rule selects.
func (x *indexer) strikeAll(text string) {
	selector, err := cascadia.Parse(strings.TrimSpace(text))
	if err != nil {
		return
	}
	if x.byStyle == nil {
		x.byStyle = make(map[*html.Node]bool)
	}
	for _, n := range cascadia.QueryAll(x.d.root, selector) {
		x.byStyle[n] = true
	}
}

// struckTooMuch reports whether a third of the page is struck out, as by an
// element that was never closed.
func (x *indexer) struckTooMuch() bool {
	if x.text == 0 {
		return false
	}
	shown := int32(0)
	for i := range x.nodes {
		shown += x.nodes[i].Text
	}
	return x.text > shown/2
}
