package dom

import (
	"cmp"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// A NodeID is a position in Page.Nodes. The nodes of a subtree are the
// positions from its own to before its end, so that one walks a page by
// counting and leaves a subtree out by a jump.
type NodeID = int32

// A Node is an element, or a text that is not only white space, with what was
// learned of it in the one walk over the page.
type Node struct {
	HTML   *html.Node
	Parent NodeID
	End    NodeID // one past the last node of the subtree
	Text   int32  // bytes of visible text within, white space not counted
	Linked int32  // of these, within links
	Hints  Hint   // what class, id, role and itemprop say of it
	Above  Hint   // what they say of all that it stands in
	Tag    atom.Atom
	Flags  Flag
	Depth  uint16
}

// A Flag is what is known of a node.
type Flag uint16

// The flags of nodes.
const (
	IsText    Flag = 1 << iota
	IsBlock        // begins and ends a line
	IsHidden       // not shown: attribute, style or kind of element; so is all within
	IsSpoken       // for screen readers only; so is all within
	InLink         // within <a href>, or one itself
	InHead         // within <h1> … <h6>, or one itself
	Breaks         // text: a line begins before it
	Spaced         // text: white space stands before it
	IsClicked      // a script makes a link of it
	Digits         // text: there is a digit in it
)

// inherited are the flags that hold for all that is within.
const inherited = IsHidden | IsSpoken | InLink | InHead

// index fills Page.Nodes and Page.Head in one walk.
func (d *Page) index(guess int) {
	x := indexer{d: d, nodes: make([]Node, 0, guess+64), known: make(map[string]Hint, 128)}
	x.walkPage()
	if x.struckTooMuch() {
		x = indexer{d: d, nodes: x.nodes[:0], known: x.known, struck: struck{reads: true}}
		d.Head, d.Body = Headers{}, 0
		x.walkPage()
	}
	// Children stand behind their parents, so one pass backwards adds up.
	for i := len(x.nodes) - 1; i > 0; i-- {
		if p := x.nodes[i].Parent; p >= 0 {
			x.nodes[p].Text += x.nodes[i].Text
			x.nodes[p].Linked += x.nodes[i].Linked
		}
	}
	d.Nodes = x.nodes
}

type indexer struct {
	d      *Page
	nodes  []Node
	known  map[string]Hint // hints of class values already met: they repeat
	breaks bool
	spaced bool
	struck
}

func (x *indexer) walkPage() {
	for c := x.d.root.FirstChild; c != nil; c = c.NextSibling {
		x.walk(c, -1, Node{})
	}
}

func (x *indexer) walk(n *html.Node, parent NodeID, above Node) {
	switch n.Type {
	case html.TextNode:
		x.addText(n, parent, above)
	case html.ElementNode:
		x.addElement(n, parent, above)
	}
}

func (x *indexer) addText(n *html.Node, parent NodeID, above Node) {
	length, numbered := measure(n.Data)
	if length == 0 {
		x.spaced = x.spaced || n.Data != ""
		return
	}
	id := NodeID(len(x.nodes)) //nolint:gosec // MaxBody keeps it far below 2³¹
	flags := IsText | above.Flags&inherited
	if numbered {
		flags |= Digits
	}
	if flags&IsHidden == 0 {
		if x.breaks {
			flags |= Breaks
		}
		if x.spaced {
			flags |= Spaced
		}
		x.breaks, x.spaced = false, false
	}
	t := Node{HTML: n, Parent: parent, End: id + 1, Flags: flags, Depth: above.Depth + 1, Above: above.Hints | above.Above}
	if flags&IsHidden == 0 {
		t.Text = length
		if flags&InLink != 0 {
			t.Linked = length
		}
	}
	x.nodes = append(x.nodes, t)
}

func (x *indexer) addElement(n *html.Node, parent NodeID, above Node) {
	id := NodeID(len(x.nodes)) //nolint:gosec // MaxBody keeps it far below 2³¹
	if n.DataAtom == atom.A && len(n.Attr) > 1 {
		rerouteClick(n)
	}
	e := Node{HTML: n, Parent: parent, Tag: n.DataAtom, Depth: above.Depth + 1, Flags: above.Flags & inherited, Above: above.Hints |
		above.Above}
	x.features(&e, id)
	if x.byStyle[n] || e.Hints&hintStruck != 0 {
		x.strike(&e)
	}
	if e.Tag == atom.Footer && parent >= 0 && x.nodes[parent].Tag == atom.Blockquote {
		e.Hints = 0 // who is quoted
	}
	x.nodes = append(x.nodes, e)
	if e.Flags&IsClicked != 0 {
		addLink(n)
	}
	block := e.Flags&IsBlock != 0 && e.Flags&IsHidden == 0
	x.breaks = x.breaks || block
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		x.walk(c, id, e)
	}
	x.breaks = x.breaks || block
	x.nodes[id].End = NodeID(len(x.nodes)) //nolint:gosec // as above
}

// features sets what an element's tag and attributes tell.
func (x *indexer) features(e *Node, id NodeID) {
	h := &x.d.Head
	switch tag := e.Tag; tag {
	case atom.Body:
		if x.d.Body == 0 {
			x.d.Body = id
		}
	case atom.Title, atom.Meta, atom.Link, atom.Script:
		x.headFeatures(e, id)
	case atom.Style:
		x.readStyle(e.HTML)
		e.Flags |= IsHidden
	case atom.Noscript, atom.Template, atom.Head, atom.Svg, atom.Math, atom.Iframe, atom.Object, atom.Canvas, atom.Textarea,
		atom.Select, atom.Datalist, atom.Noembed, atom.Noframes:
		e.Flags |= IsHidden
	case atom.Del, atom.S, atom.Strike:
		x.strike(e)
	case atom.Time:
		h.Times = append(h.Times, id)
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.Heads = append(h.Heads, id)
		e.Flags |= IsBlock | InHead
	default:
		if blockTag(tag) {
			e.Flags |= IsBlock
		}
	}
	e.Hints = TagHint(e.Tag)
	for i := range e.HTML.Attr {
		x.attribute(e, id, &e.HTML.Attr[i])
	}
}

// headFeatures notes an element that says something of the page.
func (x *indexer) headFeatures(e *Node, id NodeID) {
	h := &x.d.Head
	switch e.Tag {
	case atom.Title:
		if h.Title == 0 {
			h.Title = id
		}
		e.Flags |= IsHidden
	case atom.Meta:
		h.Metas = append(h.Metas, id)
	case atom.Link:
		h.Links = append(h.Links, id)
	case atom.Script:
		e.Flags |= IsHidden
		if t := AttrOf(e.HTML, "type"); strings.HasPrefix(t, "application/ld+json") {
			h.Linked = append(h.Linked, id)
		}
	}
}

func (x *indexer) attribute(e *Node, id NodeID, a *html.Attribute) {
	switch a.Key {
	case "class", "id":
		x.named(e, a)
	case "role":
		e.Hints |= RoleHints()[a.Val]
	case "itemprop":
		x.d.Head.Props = append(x.d.Head.Props, id)
		e.Hints |= HintsOf(a.Val)
	case "href", "action", "data-href", "data-url", "data-link", "onclick":
		x.leading(e, a)
	case "rel":
		if e.Tag == atom.A {
			x.d.Head.Rels = append(x.d.Head.Rels, id)
		}
	case "data-date", "data-datetime", "data-timestamp", "data-published":
		e.Hints |= HintDate
	case "hidden":
		if a.Val != "until-found" {
			e.Flags |= IsHidden
		}
	case "style":
		if strings.Contains(a.Val, "none") && hidesStyle(a.Val) {
			e.Flags |= IsHidden
		}
		if strings.Contains(a.Val, "line-through") {
			x.strike(e)
		}
	}
}

// named sets what the class or id of an element tells.
func (x *indexer) named(e *Node, a *html.Attribute) {
	known, ok := x.known[a.Val]
	if !ok {
		known = HintsOf(a.Val)
		x.known[a.Val] = known
	}
	if a.Key == "id" && e.Flags&InHead != 0 {
		known &^= HintChrome&^HintComments | HintContact | HintMeta // an anchor that was made from the heading's words
	}
	e.Hints |= known
	if known&hintSpoken != 0 {
		e.Flags |= IsSpoken
	}
	if known&hintUnseen != 0 {
		e.Flags |= IsHidden
	}
}

// leading sets what an attribute tells that leads elsewhere.
func (x *indexer) leading(e *Node, a *html.Attribute) {
	if a.Key == "href" {
		if e.Tag == atom.A && a.Val != "" {
			e.Flags |= InLink
			x.d.Head.Anchors++
		}
		return
	}
	to := ""
	switch {
	case e.Flags&(InLink|IsHidden) != 0:
		return
	case a.Key == "action" && e.Tag == atom.Form:
		to = a.Val
	case a.Key != "action" && e.Tag != atom.A:
		to = clickedTo(a)
	}
	if LinksToPage(to) {
		e.Flags |= IsClicked
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
	if !IsGet(AttrOf(form, "method")) {
		return ""
	}
	query := url.Values{}
	buttons := 0
	for c := range form.Descendants() {
		switch ControlOf(c) {
		case Choice:
			return ""
		case Button:
			buttons++
		case Fixed:
			if name := AttrOf(c, "name"); name != "" {
				query.Add(name, AttrOf(c, "value"))
			}
		}
	}
	if buttons != 1 {
		return ""
	}
	action, old, _ := strings.Cut(AttrOf(form, "action"), "?")
	if len(query) == 0 {
		if old != "" {
			action += "?" + old
		}
		return action
	}
	return action + "?" + query.Encode()
}

// A Control is what an element is in a form.
type Control uint8

// What an element is in a form.
const (
	NoControl Control = iota
	Fixed             // it sends what the page says
	Button            // it sends the form
	Choice            // somebody chooses what it sends
)

// ControlOf is what an element is in a form.
func ControlOf(n *html.Node) Control {
	switch n.DataAtom {
	case atom.Select, atom.Textarea:
		return Choice
	case atom.Button:
		return Button
	case atom.Input:
		switch strings.ToLower(AttrOf(n, "type")) {
		case "submit", "button", "image":
			return Button
		case "hidden":
			return Fixed
		}
		return Choice
	}
	return NoControl
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
	if to != "" && href >= 0 && LinksToPage(to) && !LinksToPage(link.Attr[href].Val) {
		link.Attr[href].Val = to
	}
}

// scriptClick is a script that leads to an address that it has in full.
var scriptClick = lazy.Regexp(`(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(|window\.open\s*\()\s*(?:'([^']+)'|"([^"]+)")`)

// clickedTo is where a click on an element leads, as an attribute tells: the
// address itself, or a script that goes there ("location.href='…'").
func clickedTo(a *html.Attribute) string {
	switch a.Key {
	case "data-href", "data-link":
		return a.Val
	case "data-url": // other things have one, too, such as what is shared
		if strings.HasPrefix(a.Val, "/") {
			return a.Val
		}
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

// VisibleLength is the number of bytes of a text that are no white space.
func VisibleLength(s string) int32 {
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

// byteMeasures count what is no white space and no control character in the lower
// half of their sum and digits in the upper.
var byteMeasures = func() (table [256]uint64) {
	for c := ' ' + 1; c < 256; c++ {
		table[c] = 1
	}
	for c := '0'; c <= '9'; c++ {
		table[c] |= 1 << 32
	}
	table[0x7f] = 0
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

// Attr is the value of an attribute; empty where there is none.
func (d *Page) Attr(i NodeID, key string) string { return AttrOf(d.Nodes[i].HTML, key) }

// AttrOf is the value of an attribute of an element; empty where there is none.
func AttrOf(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val
		}
	}
	return ""
}

// Within reports whether i is a or stands in a.
func (d *Page) Within(i, a NodeID) bool { return i >= a && i < d.Nodes[a].End }

// Find is the first element of one of the tags in a subtree, itself included;
// -1 where there is none.
func (d *Page) Find(in NodeID, tags ...atom.Atom) NodeID {
	for i := in; i < d.Nodes[in].End; i++ {
		if d.Nodes[i].Flags&IsText != 0 {
			continue
		}
		for _, tag := range tags {
			if d.Nodes[i].Tag == tag {
				return i
			}
		}
	}
	return -1
}
