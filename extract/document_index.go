package extract

import (
	"cmp"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// A nodeID is a position in Document.nodes. The nodes of a subtree are the
// positions from its own to before its end, so that one walks a page by
// counting and leaves a subtree out by a jump.
type nodeID = int32

// A node is an element, or a text that is not only white space, with what was
// learned of it in the one walk over the page.
type node struct {
	n      *html.Node
	parent nodeID
	end    nodeID // one past the last node of the subtree
	text   int32  // bytes of visible text within, white space not counted
	linked int32  // of these, within links
	hints  hint   // what class, id, role and itemprop say of it
	above  hint   // what they say of all that it stands in
	tag    atom.Atom
	flags  flag
	depth  uint16
}

// A flag is what is known of a node.
type flag uint16

// The flags of nodes.
const (
	isText    flag = 1 << iota
	isBlock        // begins and ends a line
	isHidden       // not shown: attribute, style or kind of element; so is all within
	isSpoken       // for screen readers only; so is all within
	inLink         // within <a href>, or one itself
	inHead         // within <h1> … <h6>, or one itself
	breaks         // text: a line begins before it
	spaced         // text: white space stands before it
	isClicked      // a script makes a link of it
	digits         // text: there is a digit in it
)

// inherited are the flags that hold for all that is within.
const inherited = isHidden | isSpoken | inLink | inHead

// index fills Document.nodes and Document.head in one walk.
func (d *Document) index(guess int) {
	x := indexer{d: d, nodes: make([]node, 0, guess+64), known: make(map[string]hint, 128)}
	x.walkPage()
	if x.struckTooMuch() {
		x = indexer{d: d, nodes: x.nodes[:0], known: x.known, struck: struck{reads: true}}
		d.head, d.body = headers{}, 0
		x.walkPage()
	}
	// Children stand behind their parents, so one pass backwards adds up.
	for i := len(x.nodes) - 1; i > 0; i-- {
		if p := x.nodes[i].parent; p >= 0 {
			x.nodes[p].text += x.nodes[i].text
			x.nodes[p].linked += x.nodes[i].linked
		}
	}
	d.nodes = x.nodes
}

type indexer struct {
	d      *Document
	nodes  []node
	known  map[string]hint // hints of class values already met: they repeat
	breaks bool
	spaced bool
	struck
}

func (x *indexer) walkPage() {
	for c := x.d.root.FirstChild; c != nil; c = c.NextSibling {
		x.walk(c, -1, node{})
	}
}

func (x *indexer) walk(n *html.Node, parent nodeID, above node) {
	switch n.Type {
	case html.TextNode:
		x.addText(n, parent, above)
	case html.ElementNode:
		x.addElement(n, parent, above)
	}
}

func (x *indexer) addText(n *html.Node, parent nodeID, above node) {
	length, numbered := measure(n.Data)
	if length == 0 {
		x.spaced = x.spaced || n.Data != ""
		return
	}
	id := nodeID(len(x.nodes)) //nolint:gosec // MaxBody keeps it far below 2³¹
	flags := isText | above.flags&inherited
	if numbered {
		flags |= digits
	}
	if flags&isHidden == 0 {
		if x.breaks {
			flags |= breaks
		}
		if x.spaced {
			flags |= spaced
		}
		x.breaks, x.spaced = false, false
	}
	t := node{n: n, parent: parent, end: id + 1, flags: flags, depth: above.depth + 1, above: above.hints | above.above}
	if flags&isHidden == 0 {
		t.text = length
		if flags&inLink != 0 {
			t.linked = length
		}
	}
	x.nodes = append(x.nodes, t)
}

func (x *indexer) addElement(n *html.Node, parent nodeID, above node) {
	id := nodeID(len(x.nodes)) //nolint:gosec // MaxBody keeps it far below 2³¹
	if n.DataAtom == atom.A && len(n.Attr) > 1 {
		rerouteClick(n)
	}
	e := node{n: n, parent: parent, tag: n.DataAtom, depth: above.depth + 1, flags: above.flags & inherited, above: above.hints | above.above}
	x.features(&e, id)
	if x.byStyle[n] {
		x.strike(&e)
	}
	if e.tag == atom.Footer && parent >= 0 && x.nodes[parent].tag == atom.Blockquote {
		e.hints = 0 // who is quoted
	}
	x.nodes = append(x.nodes, e)
	if e.flags&isClicked != 0 {
		addLink(n)
	}
	block := e.flags&isBlock != 0 && e.flags&isHidden == 0
	x.breaks = x.breaks || block
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		x.walk(c, id, e)
	}
	x.breaks = x.breaks || block
	x.nodes[id].end = nodeID(len(x.nodes)) //nolint:gosec // as above
}

// features sets what an element's tag and attributes tell.
func (x *indexer) features(e *node, id nodeID) {
	h := &x.d.head
	switch tag := e.tag; tag {
	case atom.Body:
		if x.d.body == 0 {
			x.d.body = id
		}
	case atom.Title:
		if h.title == 0 {
			h.title = id
		}
		e.flags |= isHidden
	case atom.Meta:
		h.metas = append(h.metas, id)
	case atom.Link:
		h.links = append(h.links, id)
	case atom.Script:
		e.flags |= isHidden
		if t := attrOf(e.n, "type"); strings.HasPrefix(t, "application/ld+json") {
			h.linked = append(h.linked, id)
		}
	case atom.Style:
		x.readStyle(e.n)
		e.flags |= isHidden
	case atom.Noscript, atom.Template, atom.Head, atom.Svg, atom.Math, atom.Iframe, atom.Object, atom.Canvas, atom.Textarea, atom.Select, atom.Datalist, atom.Noembed, atom.Noframes:
		e.flags |= isHidden
	case atom.Del, atom.S, atom.Strike:
		x.strike(e)
	case atom.Time:
		h.times = append(h.times, id)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.heads = append(h.heads, id)
		e.flags |= isBlock | inHead
	default:
		if blockTag(tag) {
			e.flags |= isBlock
		}
	}
	e.hints = tagHint(e.tag)
	for i := range e.n.Attr {
		x.attribute(e, id, &e.n.Attr[i])
	}
}

func (x *indexer) attribute(e *node, id nodeID, a *html.Attribute) {
	switch a.Key {
	case "class", "id":
		known, ok := x.known[a.Val]
		if !ok {
			known = hintsOf(a.Val)
			x.known[a.Val] = known
		}
		if a.Key == "id" && e.flags&inHead != 0 {
			known &^= hintChrome&^hintComments | hintContact | hintMeta // an anchor that was made from the heading's words
		}
		e.hints |= known
		if known&hintSpoken != 0 {
			e.flags |= isSpoken
		}
		if known&hintUnseen != 0 {
			e.flags |= isHidden
		}
	case "role":
		e.hints |= roleHints()[a.Val]
	case "itemprop":
		x.d.head.props = append(x.d.head.props, id)
		e.hints |= hintsOf(a.Val)
	case "href":
		if e.tag == atom.A && a.Val != "" {
			e.flags |= inLink
			x.d.head.anchors++
		}
	case "action":
		if e.tag == atom.Form && e.flags&(inLink|isHidden) == 0 && linksToPage(a.Val) {
			e.flags |= isClicked
		}
	case "data-href", "onclick":
		if e.tag != atom.A && e.flags&(inLink|isHidden) == 0 && linksToPage(clickedTo(a)) {
			e.flags |= isClicked
		}
	case "rel":
		if e.tag == atom.A {
			x.d.head.rels = append(x.d.head.rels, id)
		}
	case "data-date", "data-datetime", "data-timestamp", "data-published":
		e.hints |= hintDate
	case "hidden":
		if a.Val != "until-found" {
			e.flags |= isHidden
		}
	case "style":
		if strings.Contains(a.Val, "none") && hidesStyle(a.Val) {
			e.flags |= isHidden
		}
		if strings.Contains(a.Val, "line-through") {
			x.strike(e)
		}
	}
}

// addLink gives an element that a click on leads to a page, as scripts make it of
// whole cards and lines of tables and forms of their buttons, an empty link to
// the same place; unless it holds links already.
func addLink(n *html.Node) {
	for c := range n.Descendants() {
		if c.DataAtom == atom.A {
			return
		}
	}
	to := ""
	if n.DataAtom == atom.Form {
		to = buttonForm(n)
	}
	for i := range n.Attr {
		to = cmp.Or(to, clickedTo(&n.Attr[i]))
	}
	if to != "" {
		n.AppendChild(&html.Node{Type: html.ElementNode, DataAtom: atom.A, Data: "a", Attr: []html.Attribute{{Key: "href", Val: to}}})
	}
}

// buttonForm is where a form of method GET leads that is but a button: with what
// it sends, which nobody chooses. It is empty for others, and for those that
// lead to a page of the list itself.
func buttonForm(form *html.Node) string {
	if !isGet(attrOf(form, "method")) {
		return ""
	}
	query := url.Values{}
	buttons := 0
	for c := range form.Descendants() {
		kind := strings.ToLower(attrOf(c, "type"))
		switch {
		case c.DataAtom == atom.Select || c.DataAtom == atom.Textarea:
			return ""
		case c.DataAtom == atom.Button || c.DataAtom == atom.Input && (kind == "submit" || kind == "image" || kind == "button"):
			buttons++
		case c.DataAtom == atom.Input && kind != "hidden":
			return ""
		case c.DataAtom == atom.Input && attrOf(c, "name") != "":
			query.Add(attrOf(c, "name"), attrOf(c, "value"))
		}
	}
	if buttons != 1 {
		return ""
	}
	action, old, _ := strings.Cut(attrOf(form, "action"), "?")
	if len(query) == 0 {
		if old != "" {
			action += "?" + old
		}
		return action
	}
	return action + "?" + query.Encode()
}

// rerouteClick gives a link that only its script leads anywhere the address
// that the script has: <a href="#" onclick="location.href='/a'">.
func rerouteClick(link *html.Node) {
	href := -1
	to := ""
	for i := range link.Attr {
		switch a := &link.Attr[i]; a.Key {
		case "href":
			href = i
		case "onclick":
			to = clickedTo(a)
		}
	}
	if to != "" && href >= 0 && linksToPage(to) && !linksToPage(link.Attr[href].Val) {
		link.Attr[href].Val = to
	}
}

// scriptClick is a script that leads to an address that it has in full.
var scriptClick = lazy.Regexp(`(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(|window\.open\s*\()\s*(?:'([^']+)'|"([^"]+)")`)

// clickedTo is where a click on an element leads, as an attribute tells: the
// address itself, or a script that goes there ("location.href='…'").
func clickedTo(a *html.Attribute) string {
	switch a.Key {
	case "data-href":
		return a.Val
	case "onclick":
		if m := scriptClick.FindStringSubmatch(a.Val); m != nil {
			return cmp.Or(m[1], m[2])
		}
	}
	return ""
}

// hidesStyle reports whether a style attribute takes the element off the page.
func hidesStyle(style string) bool {
	style = strings.ToLower(strings.ReplaceAll(style, " ", ""))
	return strings.Contains(style, "display:none")
}

// visibleLength is the number of bytes of a text that are no white space.
func visibleLength(s string) int32 {
	n, _ := measure(s)
	return n
}

// measure tells the visible length of a text and whether it has digits.
func measure(s string) (length int32, numbered bool) {
	var sum uint64
	for i := range len(s) {
		sum += byteMeasures[s[i]]
	}
	length = int32(sum & (1<<32 - 1)) //nolint:gosec // MaxBody keeps it far below 2³¹
	if length == 0 || length <= 6 && strings.Trim(s, " \t\r\n\f\u00a0\u200b\u00ad\ufeff") == "" {
		return 0, false
	}
	return length, sum>>32 > 0
}

// byteMeasures count what is no white space in the lower half of their sum and
// digits in the upper.
var byteMeasures = func() (table [256]uint64) {
	for c := ' ' + 1; c < 256; c++ {
		table[c] = 1
	}
	for c := '0'; c <= '9'; c++ {
		table[c] |= 1 << 32
	}
	return table
}()

// blockTag reports whether elements of a kind begin and end a line of text; so
// does <br>.
func blockTag(tag atom.Atom) bool {
	switch tag {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Br,
		atom.Caption, atom.Center, atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div,
		atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer,
		atom.Form, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li,
		atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section,
		atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead,
		atom.Tr, atom.Ul, atom.Button, atom.Option, atom.Video, atom.Audio:
		return true
	}
	return false
}

// attr is the value of an attribute; empty where there is none.
func (d *Document) attr(i nodeID, key string) string { return attrOf(d.nodes[i].n, key) }

// attrOf is the value of an attribute of an element; empty where there is none.
func attrOf(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val
		}
	}
	return ""
}

// within reports whether i is a or stands in a.
func (d *Document) within(i, a nodeID) bool { return i >= a && i < d.nodes[a].end }

// find is the first element of one of the tags in a subtree, itself included;
// -1 where there is none.
func (d *Document) find(in nodeID, tags ...atom.Atom) nodeID {
	for i := in; i < d.nodes[in].end; i++ {
		if d.nodes[i].flags&isText != 0 {
			continue
		}
		for _, tag := range tags {
			if d.nodes[i].tag == tag {
				return i
			}
		}
	}
	return -1
}
