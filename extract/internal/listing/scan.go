package listing

import (
	"hash/maphash"
	"strings"
	"sync"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A zone is a part of the page where news are rarely listed.
type zone uint8

const (
	zoneChrome  zone = 1 << iota // navigation, footer, cookie banner, pager, share bar, dialog
	zoneSide                     // side column, most read, related, advertisement
	zoneEvent                    // event calendar
	zoneHeader                   // head of the page
	zoneSlider                   // carousel controls
	zonePager                    // pager, filter: what its class says, until it is seen to hold little but links
	zoneCertain                  // chrome by its tag or role, not only by a class or id, which may be about something else
)

// zoneNames are the zones as classes.yaml calls them.
var zoneNames = map[string]zone{
	"chrome": zoneChrome, "side": zoneSide, "event": zoneEvent, "header": zoneHeader, "slider": zoneSlider, "pager": zonePager,
}

// partScanner finds the words of classes as hintScanner does. They differ from
// the hints of an article page, where every list of teasers is chrome.
var partScanner = dom.ClassMatcherOf("listing_classes", func(name string) dom.Hint { return dom.Hint(zoneNames[name]) })

// tagZones are what the kind of an element says.
var tagZones = map[atom.Atom]zone{
	atom.Nav: zoneChrome, atom.Footer: zoneChrome, atom.Dialog: zoneChrome, atom.Aside: zoneSide, atom.Header: zoneHeader,
}

var roleZones = words.GroupsAs("listing_roles", func(name string) zone { return zoneNames[name] })

// A listScan is what listings are found by: for every node its shape, the shape of
// all that it stands in, its zone, and running counts, so that what a stretch
// of the page holds is a subtraction.
type listScan struct {
	d      *dom.Page
	shape  []uint64           // tag and commonest class
	path   []uint64           // shapes from the root down to here
	zones  []zone             // of the node and all that it stands in
	texts  []int32            // visible bytes before the node
	loose  []int32            // of these, outside links
	dates  []int32            // what looks like a date before the node
	heads  []int32            // headings before the node
	links  []dom.NodeID       // visible links to a page, in document order
	facts  []*linkFact        // of the links that were looked at
	rows   []row              // that are being read
	look   rowLook            // of the row that is weighed, to be overwritten by that of the next
	pieces []piece            // of the row that is read, to be overwritten by those of the next
	years  map[dom.NodeID]int // of these, as lines over them tell

	self      string // the page's address, as it is compared
	addresses map[string]*linkAddress
	folders   map[string][]string
	marks     []yearMark              // lines that tell a year; nil until asked for
	columns   map[dom.NodeID][]string // what is written over the columns of tables
	months    []dom.NodeID            // headings and cells that are a month and its year; nil until asked for
}

// seed makes shapes of one run comparable, and nothing else.
var seed = maphash.MakeSeed()

func mix(a, b uint64) uint64 {
	a = (a ^ b) * 0x9e3779b97f4a7c15
	return a ^ a>>29
}

// newScan is one walk over the index.
func newScan(d *dom.Page) *listScan {
	n := len(d.Nodes)
	s := &listScan{
		d: d, self: news.Canonical(d.Page.URL), shape: make([]uint64, n), path: make([]uint64, n), zones: make([]zone, n),
		facts: make([]*linkFact, n), addresses: make(map[string]*linkAddress), folders: make(map[string][]string),
		texts: make([]int32, n+1), loose: make([]int32, n+1), dates: make([]int32, n+1), heads: make([]int32, n+1),
	}
	classes := classFacts(d)
	page := max(d.Nodes[d.Body].Text, 1)
	for i := range d.Nodes {
		e := &d.Nodes[i]
		s.count(dom.NodeID(i))
		var above zone
		var path uint64
		if e.Parent >= 0 {
			above, path = s.zones[e.Parent], s.path[e.Parent]
		}
		if e.Flags&dom.IsText != 0 {
			s.shape[i], s.path[i], s.zones[i] = 1, mix(path, 1), above
			continue
		}
		class := classes[i]
		if s.shape[i] = mix(uint64(e.Tag), 0); e.Tag == 0 {
			s.shape[i] = maphash.String(seed, e.HTML.Data)
		}
		if e.Tag != atom.Tr { // whose class tells light lines from dark ones
			s.shape[i] = mix(s.shape[i], class.shape)
		}
		if s.path[i] = path; !formats(e.Tag, class) {
			s.path[i] = mix(path, s.shape[i])
		}
		s.zones[i] = above | s.ownZone(dom.NodeID(i), class, page)
		if e.Tag == atom.A && e.Flags&dom.IsHidden == 0 && dom.LinksToPage(dom.AttrOf(e.HTML, "href")) {
			s.links = append(s.links, dom.NodeID(i))
		}
	}
	return s
}

// formats reports elements that only change how text looks: editors put them
// around some rows of a list and not around others.
func formats(tag atom.Atom, class *classFact) bool {
	switch tag {
	case atom.B, atom.Strong, atom.I, atom.Em, atom.U, atom.Font, atom.Small, atom.Big:
		return true
	}
	return tag == atom.Span && class == noClass
}

// count carries the running counts over node i.
func (s *listScan) count(i dom.NodeID) {
	e := &s.d.Nodes[i]
	s.texts[i+1], s.loose[i+1], s.dates[i+1], s.heads[i+1] = s.texts[i], s.loose[i], s.dates[i], s.heads[i]
	switch {
	case e.Flags&dom.IsText != 0:
		s.texts[i+1] += e.Text
		if e.Flags&dom.InLink == 0 {
			s.loose[i+1] += e.Text
		}
		if e.Text > 0 && (e.Flags&dom.Digits != 0 && looksDated(opening(e.HTML.Data)) || splitDate(s.d, i)) {
			s.dates[i+1]++
		}
	case e.Tag == atom.Time && e.Flags&dom.IsHidden == 0 && (e.Text > 0 || dom.AttrOf(e.HTML, "datetime") != ""):
		s.dates[i+1]++
	case isHeading(e.Tag) && e.Text > 0:
		s.heads[i+1]++
	}
}

// opening is a short text, or the beginning of a long one: a date further in
// is what the text is about.
func opening(s string) string {
	s = strings.TrimLeft(s, " \t\r\n")
	if len(s) > 90 {
		return s[:28]
	}
	return s
}

func isHeading(tag atom.Atom) bool {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// ownZone is the zone that an element opens. What holds most of the page's text
// and is no menu, and the head and foot of a single row, open none.
func (s *listScan) ownZone(i dom.NodeID, class *classFact, page int32) zone {
	e := &s.d.Nodes[i]
	if holdsPage(e, page) {
		return 0
	}
	z := tagZones[e.Tag]
	if z&(zoneHeader|zoneChrome) != 0 && e.Tag != atom.Nav && s.inRow(e) {
		z = 0
	}
	z |= s.roleZone(e)
	if z&zoneChrome != 0 {
		z |= zoneCertain
	}
	z |= zone(partScanner().Match(dom.AttrOf(e.HTML, "id"))) //nolint:gosec // the words have hints below 256 only
	z |= class.zone
	if e.Tag == atom.A || e.Flags&dom.InHead != 0 {
		z &^= zoneHeader | zoneSide
	}
	if z&zoneHeader != 0 && e.Tag != atom.Header && s.inRow(e) {
		z &^= zoneHeader // the head of a row, as Joomla calls it
	}
	if z&zonePager != 0 {
		z &^= zonePager
		if !holdsText(s.d, i) {
			z |= zoneChrome
		}
	}
	return z
}

// holdsPage reports the elements that are the page, or most of its text and no
// menu.
func holdsPage(e *dom.Node, page int32) bool {
	switch e.Tag {
	case atom.Body, atom.Html, atom.Main:
		return true
	case atom.Nav:
		return false
	}
	return e.Text > page/2 && 10*e.Linked < 9*e.Text
}

// roleZone is the zone that an element's role names.
func (s *listScan) roleZone(e *dom.Node) zone {
	role := dom.AttrOf(e.HTML, "role")
	if role == "" || role == "tablist" && 2*e.Linked <= e.Text { // an accordion calls itself so, too
		return 0
	}
	return roleZones()[role]
}

// holdsText reports an element with so much text outside its links, or so many
// headings, that it is no pager, but only named after the one that it holds.
func holdsText(d *dom.Page, i dom.NodeID) bool {
	e := &d.Nodes[i]
	return e.Text > 200 && 2*e.Linked < e.Text || len(between(d.Head.Heads, i, e.End)) > 1
}

// inRow reports whether an element stands in an article or a row of a list.
func (s *listScan) inRow(e *dom.Node) bool {
	for p := e.Parent; p >= 0; p = s.d.Nodes[p].Parent {
		switch s.d.Nodes[p].Tag {
		case atom.Article, atom.Li, atom.Td, atom.Dd, atom.Main:
			return true
		}
		if newsType(dom.AttrOf(s.d.Nodes[p].HTML, "itemtype")) {
			return true
		}
	}
	return false
}

// A classFact is what the class attribute of an element tells.
type classFact struct {
	shape uint64 // a hash of the commonest of its classes
	zone  zone   // that they name
	times int
}

// noClass is that of elements without.
var noClass = &classFact{}

// classFacts are those of every node. "post-12 hentry first" and "post-13
// hentry" have one shape: that of their commonest class on the page. Digits count
// alike, words that tell only the place in a row not at all.
func classFacts(d *dom.Page) []*classFact {
	facts := make([]*classFact, len(d.Nodes))
	known := make(map[string]*classFact)
	for i := range d.Nodes {
		class := dom.AttrOf(d.Nodes[i].HTML, "class")
		if facts[i] = noClass; class == "" || d.Nodes[i].Flags&dom.IsText != 0 {
			continue
		}
		f := known[class]
		if f == nil {
			f = &classFact{zone: zone(partScanner().Match(class))} //nolint:gosec // the words have hints below 256 only
			known[class] = f
		}
		f.times++
		facts[i] = f
	}
	names := make(map[string]string) // of each class, the token that it counts as
	times := make(map[string]int)
	for class, f := range known {
		for name := range strings.FieldsSeq(class) {
			token, met := names[name]
			if !met {
				token = classToken(name)
				names[name] = token
			}
			times[token] += f.times
		}
	}
	for class, f := range known {
		best, most := "", 0
		for name := range strings.FieldsSeq(class) {
			if token := names[name]; token != "" && times[token] > most {
				best, most = token, times[token]
			}
		}
		if best != "" {
			f.shape = maphash.String(seed, best)
		}
	}
	return facts
}

// rowPlaces are classes that tell where in a list an element stands, and parts
// that make every other row's class another one: "rgRow", "rgAltRow".
var rowPlaces = words.Spelled("row_places")

var placeInRow = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool)
	for _, class := range rowPlaces()["whole"] {
		set[class] = true
	}
	return set
})

// classToken is a class with all digits alike; empty for one that tells only
// a place in a row.
func classToken(token string) string {
	token = strings.ToLower(token)
	if placeInRow()[token] {
		return ""
	}
	for _, part := range rowPlaces()["part"] {
		token = strings.ReplaceAll(token, part, "")
	}
	token = strings.Trim(token, "-_")
	if texts.HasDigit(token) {
		token = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, token)
	}
	return token
}

// looksDated is a quick look whether a text may hold a date: it decides where
// to look closer, never what is published.
func looksDated(s string) bool {
	if len(s) > 4000 {
		s = s[:4000]
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		j := i
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if n := j - i; n <= 4 && datedHere(s, i, j) {
			return true
		}
		i = j
	}
	return false
}

// datedHere looks on from the number s[i:j]: 9.4. or 9/4/25 or 2025-04-09, or
// a month name on either side.
func datedHere(s string, i, j int) bool {
	if j < len(s) && j-i <= 4 && secondNumber(s, j) {
		return true
	}
	if j-i > 2 {
		return false
	}
	if j < len(s) && monthAfter(s[j:]) {
		return true
	}
	return monthBefore(s[:i])
}

// secondNumber reports whether a mark at s[j] has one or two digits behind it, and
// the same mark behind these: ".4.", "/4/". Behind a dot there may be a space.
func secondNumber(s string, j int) bool {
	mark := s[j]
	if mark != '.' && mark != '/' && mark != '-' {
		return false
	}
	k := j + 1
	if mark == '.' {
		for k < len(s) && k-j < 7 && (s[k] == ' ' || s[k] >= 0x80) {
			k++
		}
	}
	n := leadingDigits(s[k:])
	return n > 0 && n <= 2 && k+n < len(s) && s[k+n] == mark
}

// monthAfter reports whether a text begins with a month, behind what may stand
// between that and its day.
func monthAfter(s string) bool {
	return dom.MonthWord(strings.TrimLeft(s, ".,-–thsrdnoº° \u00a0\u200b\t\n\r")) ||
		dom.MonthWord(strings.TrimPrefix(strings.TrimLeft(s, "º. \u00a0"), "de "))
}

// leadingDigits is how many digits a text begins with.
func leadingDigits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func monthBefore(s string) bool {
	s = strings.TrimRight(s, "., \u00a0\t\n\r")
	at := strings.LastIndexAny(s, " \u00a0\t\n\r>(,/|–-") + 1
	return at < len(s) && dom.MonthWord(strings.TrimLeft(s[at:], "\u00a0 –"))
}

// splitDate reports a month's name that stands in an element of its own beside
// a number in another: "<span>12</span> <span>Juni</span>".
func splitDate(d *dom.Page, i dom.NodeID) bool {
	if d.Nodes[i].Text > 40 {
		return false
	}
	text := news.Squash(d.Nodes[i].HTML.Data)
	if len(text) > 16 || !dom.MonthWord(text) {
		return false
	}
	return opensWithDay(textBeside(d, i, -1)) || opensWithDay(textBeside(d, i, 1))
}

// textBeside is the nearest text before (step -1) or after (1) a node, at most
// three nodes away.
func textBeside(d *dom.Page, i, step dom.NodeID) string {
	for j := i + step; j >= 0 && int(j) < len(d.Nodes) && j != i+4*step; j += step {
		if d.Nodes[j].Flags&dom.IsText != 0 {
			return strings.TrimSpace(d.Nodes[j].HTML.Data)
		}
	}
	return ""
}

// opensWithDay reports a short text that begins with one or two digits, or is a
// number of four.
func opensWithDay(t string) bool {
	if len(t) > 12 {
		return false
	}
	n := leadingDigits(t)
	return n == 1 || n == 2 || n > 2 && len(t) == 4
}
