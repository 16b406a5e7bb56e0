package dom

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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

// voidTags have no end tag.
var voidTags = map[atom.Atom]bool{atom.Br: true, atom.Hr: true, atom.Img: true}

// closesParagraph are the kept elements whose start tag ends an open <p>.
var closesParagraph = map[atom.Atom]bool{
	atom.Blockquote: true, atom.Dd: true, atom.Dl: true, atom.Dt: true, atom.Figure: true, atom.Figcaption: true, atom.H2: true,
	atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Hr: true, atom.Li: true, atom.Ol: true, atom.P: true, atom.Pre: true,
	atom.Table: true, atom.Ul: true,
}

// tableParents say in which element a part of a table may stand.
var tableParents = map[atom.Atom][]atom.Atom{
	atom.Caption: {atom.Table}, atom.Tbody: {atom.Table}, atom.Thead: {atom.Table}, atom.Tfoot: {atom.Table},
	atom.Tr: {atom.Tbody, atom.Thead, atom.Tfoot}, atom.Td: {atom.Tr}, atom.Th: {atom.Tr},
}

// A Writer renders chosen parts of a page as safe HTML and as text, in one
// walk. What it writes parses back to itself: only elements of keptTags where
// HTML lets them stand, only attributes of its own making, only addresses over
// http and https.
type Writer struct {
	D     *Page
	Drop  []bool
	Skip  map[NodeID]int // bytes at the start of a text that are not written
	Out   []byte
	All   []byte    // the lines of text
	open  []openTag // the kept elements that are open
	loose bool      // whether open[0] is a <p> around text that had none
	// of the line of text being written:
	started, space, ended bool
}

// HTML is what was written, as HTML.
func (w *Writer) HTML() string {
	w.endLoose()
	return strings.TrimSpace(string(w.Out))
}

// beginLoose opens a paragraph for text that stands directly in what is not
// kept, such as <div>.
func (w *Writer) beginLoose() {
	if len(w.open) == 0 {
		start := len(w.Out)
		w.Out = append(w.Out, "<p>"...)
		w.open, w.loose = append(w.open, openTag{atom.P, start, len(w.Out)}), true
	}
}

// endLoose ends such a paragraph where a block begins or ends.
func (w *Writer) endLoose() {
	if !w.loose || len(w.open) != 1 {
		return
	}
	o := w.open[0]
	w.open, w.loose = w.open[:0], false
	for {
		rest := bytes.TrimRight(w.Out[o.inner:], " ")
		cut := bytes.TrimSuffix(rest, []byte("<br>"))
		w.Out = w.Out[:o.inner+len(cut)]
		if len(cut) == len(rest) {
			break
		}
	}
	if !w.takeBack(o) {
		w.Out = append(w.Out, "</p>"...)
	}
}

// breakLoose writes a <br> within such a paragraph, of which two end it.
func (w *Writer) breakLoose() {
	rest := bytes.TrimRight(w.Out[w.open[0].inner:], " ")
	switch {
	case len(rest) == 0:
	case bytes.HasSuffix(rest, []byte("<br>")):
		w.endLoose()
	default:
		w.Out = append(w.Out, "<br>"...)
	}
}

// Text is what was written, as lines of text.
func (w *Writer) Text() string { return string(bytes.TrimRight(w.All, "\n ")) }

// endLine ends the line of text, if there is one.
func (w *Writer) endLine() {
	if w.started {
		w.started, w.space, w.ended = false, false, true
	}
}

// Write adds a node with all that is in it, but for what is to be dropped.
func (w *Writer) Write(i NodeID) {
	n := &w.D.Nodes[i]
	if w.Drop[i] || n.Flags&IsHidden != 0 {
		return
	}
	if n.Flags&IsText != 0 {
		w.writeText(i, n)
		return
	}
	w.writeElement(i, n)
}

func (w *Writer) writeText(i NodeID, n *Node) {
	if len(w.open) > 0 && tableGap[w.open[len(w.open)-1].tag] {
		return // no text stands between the cells of a table
	}
	text := n.HTML.Data
	if cut := w.Skip[i]; cut > 0 {
		text = text[cut:]
	}
	w.beginLoose()
	if n.Flags&Spaced != 0 && n.Flags&Breaks == 0 {
		w.blank()
		w.space = w.started
	}
	if middle := strings.Trim(text, " \t\r\n"); middle != "" && news.Plain(middle) {
		w.writePlain(text, middle)
		return
	}
	w.writeSafe(text)
	w.writeLine(text)
}

// writePlain writes a text of which the middle stands as it is and the rest is
// white space.
func (w *Writer) writePlain(text, middle string) {
	before, after := text[0] <= ' ', text[len(text)-1] <= ' '
	if before {
		w.blank()
		w.space = w.started
	}
	if strings.IndexByte(middle, '&') >= 0 || strings.IndexByte(middle, '<') >= 0 || strings.IndexByte(middle, '>') >= 0 {
		w.writeSafe(middle)
	} else {
		w.Out = append(w.Out, middle...)
	}
	if after {
		w.blank()
	}
	w.addWord(middle)
	w.space = after
}

// blank writes one white space, unless what was written ends with one: the
// element in between may not have been kept.
func (w *Writer) blank() {
	if !w.blankEnds() {
		w.Out = append(w.Out, ' ')
	}
}

func (w *Writer) blankEnds() bool { return len(w.Out) > 0 && w.Out[len(w.Out)-1] == ' ' }

// addWord adds a visible text to the line of plain text, behind the white space
// that is due.
func (w *Writer) addWord(word string) {
	if w.ended {
		w.All = append(w.All, '\n')
		w.ended = false
	}
	if w.space {
		w.All = append(w.All, ' ')
		w.space = false
	}
	w.started = true
	w.All = append(w.All, word...)
}

var tableGap = map[atom.Atom]bool{atom.Table: true, atom.Tbody: true, atom.Thead: true, atom.Tfoot: true, atom.Tr: true}

// isPlainByte reports a visible byte of ASCII that HTML writes as itself.
func isPlainByte(c byte) bool {
	switch c {
	case '&', '<', '>':
		return false
	}
	return c > ' ' && c < 0x7f
}

// writeSafe writes text as HTML, white space folded.
func (w *Writer) writeSafe(text string) {
	space, from := w.blankEnds(), 0 // from is where what was not yet written begins
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if isPlainByte(text[i]) {
			i++
			space = false
			continue
		}
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(text[i:])
		}
		instead, kept := "", false
		switch {
		case isUnseen(c, size):
		case c == ' ' || unicode.IsSpace(c):
			if !space {
				instead = " "
			}
			space = true
		case c == '&':
			instead, space = "&amp;", false
		case c == '<':
			instead, space = "&lt;", false
		case c == '>':
			instead, space = "&gt;", false
		default:
			kept, space = true, false
		}
		if !kept {
			w.Out = append(append(w.Out, text[from:i]...), instead...)
			from = i + size
		}
		i += size
	}
	w.Out = append(w.Out, text[from:]...)
}

// isUnseen reports what is left out of all text: broken encoding, marks that
// are not shown, control characters.
func isUnseen(c rune, size int) bool {
	switch {
	case c < utf8.RuneSelf:
		return (c < ' ' || c == 0x7f) && !unicode.IsSpace(c)
	case c == utf8.RuneError && size == 1:
		return true
	}
	switch c {
	case '\u00ad', '\u200b', '\ufeff':
		return true
	}
	return unicode.IsControl(c) && !unicode.IsSpace(c)
}

// writeLine adds text to the line of plain text, white space folded across
// elements.
func (w *Writer) writeLine(text string) {
	for text != "" {
		end, plain := wordEnd(text)
		word := text[:end]
		if !plain {
			word = visibleWord(word)
		}
		if word != "" {
			w.addWord(word)
		}
		if end == len(text) {
			return
		}
		w.space = w.started
		_, size := utf8.DecodeRuneInString(text[end:])
		text = text[end+size:]
	}
}

// wordEnd is where the first white space of a text stands, and whether what
// stands before it is of Latin letters and ASCII marks, which are all shown.
func wordEnd(text string) (end int, plain bool) {
	plain = true
	for i, c := range text {
		switch {
		case c > ' ' && c < 0x7f, c >= 'À' && c <= 'ſ':
		case unicode.IsSpace(c):
			return i, plain
		default:
			plain = false
		}
	}
	return len(text), plain
}

// visibleWord is a text without white space, less what is not shown of it.
func visibleWord(s string) string {
	if strings.IndexFunc(s, unicode.IsControl) >= 0 {
		s = strings.Map(func(c rune) rune {
			if unicode.IsControl(c) {
				return -1
			}
			return c
		}, s)
	}
	return news.Squash(s)
}

func (w *Writer) writeElement(i NodeID, n *Node) {
	block := n.Flags&IsBlock != 0
	if block {
		w.endLine()
	}
	switch {
	case n.Tag == atom.Br && len(w.open) == 0:
		return
	case n.Tag == atom.Br && w.loose && len(w.open) == 1:
		w.breakLoose()
		return
	case block:
		w.endLoose()
	case phraseTags[n.Tag] && n.Text > 0 && !w.holdsBlock(i):
		w.beginLoose()
	}
	attributes, kept := w.keep(n)
	start := len(w.Out)
	if kept {
		w.Out = append(w.Out, '<')
		w.Out = append(w.Out, n.HTML.Data...)
		w.Out = append(w.Out, attributes...)
		w.Out = append(w.Out, '>')
	}
	if !voidTags[n.Tag] {
		w.writeChildren(i, n, kept, start)
	}
	if block {
		w.endLine()
		w.endLoose()
	}
}

// phraseTags are the kept elements that stand in a line of text.
var phraseTags = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Cite: true, atom.Code: true, atom.Del: true, atom.Em: true, atom.I: true,
	atom.Ins: true,
	atom.Q:   true, atom.S: true, atom.Small: true, atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.U: true,
}

// holdsBlock reports whether an element is written within that no paragraph may
// hold.
func (w *Writer) holdsBlock(i NodeID) bool {
	for j := i + 1; j < w.D.Nodes[i].End; {
		n := &w.D.Nodes[j]
		if w.Drop[j] || n.Flags&IsHidden != 0 {
			j = n.End
			continue
		}
		written := n.Text > 0 || voidTags[n.Tag]
		if closesParagraph[n.Tag] && n.Flags&IsText == 0 && written {
			return true
		}
		j++
	}
	return false
}

// writeChildren writes what is within an element, and its end tag. start is
// where its start tag was written: one with nothing after it is taken back.
func (w *Writer) writeChildren(i NodeID, n *Node, kept bool, start int) {
	depth, inner := len(w.open), len(w.Out)
	if kept {
		w.open = append(w.open, openTag{n.Tag, start, inner})
	}
	for c := i + 1; c < n.End; c = w.D.Nodes[c].End {
		w.Write(c)
	}
	if !kept {
		return
	}
	if w.open[depth].tag == n.Tag && !w.takeBack(w.open[depth]) {
		w.Out = append(w.Out, "</"+n.HTML.Data+">"...)
	}
	w.open = w.open[:depth]
}

// An openTag is a kept element that is open, and where its start tag begins
// and ends in what was written.
type openTag struct {
	tag          atom.Atom
	start, inner int
}

// takeBack removes the start tag of an element in which nothing was written,
// cells of tables excepted.
func (w *Writer) takeBack(o openTag) bool {
	rest := w.Out[o.inner:]
	if o.tag == atom.Td || o.tag == atom.Th || len(bytes.TrimSpace(rest)) > 0 {
		return false
	}
	w.Out = w.Out[:o.start]
	if len(rest) > 0 {
		w.blank()
	}
	return true
}

// keep decides whether the tags of an element are written, and with which
// attributes.
func (w *Writer) keep(n *Node) (attributes string, kept bool) {
	isCell := n.Tag == atom.Td || n.Tag == atom.Th
	isEmpty := n.Text == 0 && !voidTags[n.Tag] && !isCell
	if isEmpty || !keptTags[n.Tag] || !w.fits(n.Tag) {
		return "", false
	}
	switch n.Tag {
	case atom.Img:
		src := w.D.ImageAddress(n.HTML)
		if src == "" || isPixel(n.HTML) {
			return "", false
		}
		return ` src="` + html.EscapeString(src) + `" alt="` + html.EscapeString(news.Squash(AttrOf(n.HTML, "alt"))) + `"`, true
	case atom.A:
		href := w.D.Abs(AttrOf(n.HTML, "href"))
		if href == "" {
			return "", false
		}
		return ` href="` + html.EscapeString(href) + `"`, true
	}
	return "", true
}

// fits reports whether an element may be opened here so that a parser puts it
// in the same place. An open paragraph is closed for a block.
func (w *Writer) fits(tag atom.Atom) bool {
	top := len(w.open) - 1
	if parents := tableParents[tag]; parents != nil {
		return top >= 0 && slices.Contains(parents, w.open[top].tag)
	}
	if top >= 0 && tableGap[w.open[top].tag] {
		return false
	}
	for k := top; k >= 0; k-- {
		switch o := w.open[k].tag; {
		case holdsAny[o], listParts[tag] != 0 && listTags[o]:
			return true
		case isClosedBy(o, tag):
			return false
		case o == atom.P && closesParagraph[tag]:
			if k != top {
				return false
			}
			if !w.takeBack(w.open[k]) {
				w.Out = append(w.Out, "</p>"...)
			}
			w.open[k].tag = 0
		}
	}
	return true
}

// Elements by how a parser nests them: what may hold anything again, lists, and
// the parts of lists by the kind of their list.
var (
	holdsAny  = map[atom.Atom]bool{atom.Td: true, atom.Th: true, atom.Caption: true}
	listTags  = map[atom.Atom]bool{atom.Ul: true, atom.Ol: true, atom.Dl: true}
	listParts = map[atom.Atom]int{atom.Li: 1, atom.Dd: 2, atom.Dt: 2}
)

// isClosedBy reports whether a parser closes an open element where another
// begins.
func isClosedBy(open, tag atom.Atom) bool {
	if open == tag && (tag == atom.A || tag == atom.Pre) {
		return true
	}
	return HeadingTag(open) && HeadingTag(tag) || listParts[tag] != 0 && listParts[open] == listParts[tag]
}

// HeadingTag reports the elements of headings in a text.
func HeadingTag(tag atom.Atom) bool {
	switch tag {
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// isPixel reports whether an image is one that nobody is to see.
func isPixel(n *html.Node) bool {
	tiny := func(s string) bool { return s == "0" || s == "1" || s == "1px" || s == "0px" }
	return tiny(AttrOf(n, "width")) || tiny(AttrOf(n, "height"))
}
