package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// keptTags are the elements that body_html may hold. The text of all others is
// kept where it is visible, their tags are not.
var keptTags = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Blockquote: true, atom.Br: true, atom.Caption: true, atom.Cite: true, atom.Code: true,
	atom.Dd: true, atom.Del: true, atom.Dl: true, atom.Dt: true, atom.Em: true, atom.Figure: true, atom.Figcaption: true,
	atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Hr: true, atom.I: true, atom.Img: true, atom.Ins: true,
	atom.Li: true, atom.Ol: true, atom.P: true, atom.Pre: true, atom.Q: true, atom.S: true, atom.Small: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Table: true, atom.Tbody: true, atom.Td: true, atom.Tfoot: true, atom.Th: true, atom.Thead: true,
	atom.Tr: true, atom.U: true, atom.Ul: true,
}

// A writer renders chosen parts of a page as safe HTML and as text, in one
// walk. What it writes parses back to itself: only elements of keptTags, only
// attributes of its own making, only http and https addresses.
type writer struct {
	d    *Document
	drop []bool
	skip map[nodeID]int // bytes at the start of a text that are not written
	out  strings.Builder
	line strings.Builder // the line of text being written
	all  strings.Builder // the lines before it
}

func (w *writer) html() string { return strings.TrimSpace(w.out.String()) }

func (w *writer) text() string {
	w.endLine()
	return w.all.String()
}

func (w *writer) endLine() {
	if line := news.Squash(w.line.String()); line != "" {
		if w.all.Len() > 0 {
			w.all.WriteByte('\n')
		}
		w.all.WriteString(line)
	}
	w.line.Reset()
}

func (w *writer) write(i nodeID) {
	n := &w.d.nodes[i]
	if w.drop[i] || n.flags&isHidden != 0 {
		return
	}
	if n.flags&isText != 0 {
		w.writeText(i, n)
		return
	}
	w.writeElement(i, n)
}

func (w *writer) writeText(i nodeID, n *node) {
	text := n.n.Data[w.skip[i]:]
	if n.flags&spaced != 0 && n.flags&breaks == 0 {
		w.out.WriteByte(' ')
		w.line.WriteByte(' ')
	}
	w.out.WriteString(html.EscapeString(text))
	w.line.WriteString(text)
}

func (w *writer) writeElement(i nodeID, n *node) {
	if n.flags&isBlock != 0 {
		w.endLine()
	}
	open := w.openTag(i, n)
	w.out.WriteString(open)
	for c := i + 1; c < n.end; c = w.d.nodes[c].end {
		w.write(c)
	}
	if open != "" && n.tag != atom.Br && n.tag != atom.Hr && n.tag != atom.Img {
		w.out.WriteString("</" + n.n.Data + ">")
	}
	if n.flags&isBlock != 0 {
		w.endLine()
	}
}

// openTag is the start tag of an element; empty for one whose tags are not
// kept.
func (w *writer) openTag(i nodeID, n *node) string {
	switch {
	case n.tag == atom.Img:
		src := w.d.abs(attrOf(n.n, "src"))
		if src == "" {
			return ""
		}
		return `<img src="` + html.EscapeString(src) + `" alt="` + html.EscapeString(news.Squash(attrOf(n.n, "alt"))) + `">`
	case !keptTags[n.tag] || n.text == 0 && n.tag != atom.Br && n.tag != atom.Hr:
		return ""
	case n.tag == atom.A:
		href := w.d.abs(attrOf(n.n, "href"))
		if href == "" {
			return ""
		}
		return `<a href="` + html.EscapeString(href) + `">`
	}
	return "<" + n.n.Data + ">"
}
