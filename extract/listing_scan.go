package extract

import (
	"hash/maphash"
	"strings"

	"golang.org/x/net/html/atom"

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
var partScanner = classScanner("listing_classes", func(name string) hint { return hint(zoneNames[name]) })

// tagZones are what the kind of an element says.
var tagZones = map[atom.Atom]zone{
	atom.Nav: zoneChrome, atom.Footer: zoneChrome, atom.Dialog: zoneChrome, atom.Aside: zoneSide, atom.Header: zoneHeader,
}

var roleZones = words.GroupsAs("listing_roles", func(name string) zone { return zoneNames[name] })

// A scan is what listings are found by: for every node its shape, the shape of
// all that it stands in, its zone, and running counts, so that what a stretch
// of the page holds is a subtraction.
type scan struct {
	d      *Document
	shape  []uint64       // tag and commonest class
	path   []uint64       // shapes from the root down to here
	zones  []zone         // of the node and all that it stands in
	texts  []int32        // visible bytes before the node
	loose  []int32        // of these, outside links
	dates  []int32        // what looks like a date before the node
	heads  []int32        // headings before the node
	links  []nodeID       // visible links to a page, in document order
	facts  []*linkFact    // of the links that were looked at
	rows   []row          // that are being read
	look   rowLook        // of the row that is weighed, to be overwritten by that of the next
	pieces []piece        // of the row that is read, to be overwritten by those of the next
	years  map[nodeID]int // of these, as lines over them tell

	self      string // the page's address, as it is compared
	addresses map[string]*linkAddress
	folders   map[string][]string
	marks     []yearMark          // lines that tell a year; nil until asked for
	columns   map[nodeID][]string // what is written over the columns of tables
	months    []nodeID            // headings and cells that are a month and its year; nil until asked for
}

// seed makes shapes of one run comparable, and nothing else.
var seed = maphash.MakeSeed()

func mix(a, b uint64) uint64 {
	a = (a ^ b) * 0x9e3779b97f4a7c15
	return a ^ a>>29
}

// newScan is one walk over the index.
func (d *Document) newScan() *scan {
	n := len(d.nodes)
	s := &scan{
		d: d, self: news.Canonical(d.page.URL), shape: make([]uint64, n), path: make([]uint64, n), zones: make([]zone, n),
		facts: make([]*linkFact, n), addresses: make(map[string]*linkAddress), folders: make(map[string][]string), texts: make([]int32, n+1), loose: make([]int32, n+1), dates: make([]int32, n+1), heads: make([]int32, n+1),
	}
	classes := d.classFacts()
	page := max(d.nodes[d.body].text, 1)
	for i := range d.nodes {
		e := &d.nodes[i]
		s.count(nodeID(i)) //nolint:gosec // MaxBody keeps it far below 2³¹
		var above zone
		var path uint64
		if e.parent >= 0 {
			above, path = s.zones[e.parent], s.path[e.parent]
		}
		if e.flags&isText != 0 {
			s.shape[i], s.path[i], s.zones[i] = 1, mix(path, 1), above
			continue
		}
		class := classes[i]
		if s.shape[i] = mix(uint64(e.tag), 0); e.tag == 0 {
			s.shape[i] = maphash.String(seed, e.n.Data)
		}
		if e.tag != atom.Tr { // whose class tells light lines from dark ones
			s.shape[i] = mix(s.shape[i], class.shape)
		}
		if s.path[i] = path; !formats(e.tag, class) {
			s.path[i] = mix(path, s.shape[i])
		}
		s.zones[i] = above | s.ownZone(nodeID(i), class, page) //nolint:gosec // as above
		if e.tag == atom.A && e.flags&isHidden == 0 && linksToPage(attrOf(e.n, "href")) {
			s.links = append(s.links, nodeID(i)) //nolint:gosec // as above
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
func (s *scan) count(i nodeID) {
	e := &s.d.nodes[i]
	s.texts[i+1], s.loose[i+1], s.dates[i+1], s.heads[i+1] = s.texts[i], s.loose[i], s.dates[i], s.heads[i]
	switch {
	case e.flags&isText != 0:
		s.texts[i+1] += e.text
		if e.flags&inLink == 0 {
			s.loose[i+1] += e.text
		}
		if e.text > 0 && (e.flags&digits != 0 && looksDated(opening(e.n.Data)) || s.d.splitDate(i)) {
			s.dates[i+1]++
		}
	case e.tag == atom.Time && e.flags&isHidden == 0 && (e.text > 0 || attrOf(e.n, "datetime") != ""):
		s.dates[i+1]++
	case isHeading(e.tag) && e.text > 0:
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
func (s *scan) ownZone(i nodeID, class *classFact, page int32) zone {
	e := &s.d.nodes[i]
	if e.tag == atom.Body || e.tag == atom.Html || e.tag == atom.Main || e.text > page/2 && e.tag != atom.Nav && 10*e.linked < 9*e.text {
		return 0
	}
	z := tagZones[e.tag]
	if z&(zoneHeader|zoneChrome) != 0 && e.tag != atom.Nav && s.inRow(e) {
		z = 0
	}
	if z&zoneChrome != 0 {
		z |= zoneCertain
	}
	for _, a := range e.n.Attr {
		switch a.Key {
		case "role":
			if a.Val != "tablist" || 2*e.linked > e.text { // an accordion calls itself so, too
				z |= roleZones()[a.Val]
				if z&zoneChrome != 0 {
					z |= zoneCertain
				}
			}
		case "id":
			z |= zone(partScanner().scan(a.Val)) //nolint:gosec // the words have hints below 256 only
		}
	}
	z |= class.zone
	if e.tag == atom.A || e.flags&inHead != 0 {
		z &^= zoneHeader | zoneSide
	}
	if z&zoneHeader != 0 && e.tag != atom.Header && s.inRow(e) {
		z &^= zoneHeader // the head of a row, as Joomla calls it
	}
	if z&zonePager != 0 {
		z &^= zonePager
		if !s.d.holdsText(i) {
			z |= zoneChrome
		}
	}
	return z
}

// holdsText reports an element with so much text outside its links, or so many
// headings, that it is no pager, but only named after the one that it holds.
func (d *Document) holdsText(i nodeID) bool {
	e := &d.nodes[i]
	return e.text > 200 && 2*e.linked < e.text || len(between(d.head.heads, i, e.end)) > 1
}

// inRow reports whether an element stands in an article or a row of a list.
func (s *scan) inRow(e *node) bool {
	for p := e.parent; p >= 0; p = s.d.nodes[p].parent {
		switch s.d.nodes[p].tag {
		case atom.Article, atom.Li, atom.Td, atom.Dd, atom.Main:
			return true
		}
		if newsType(attrOf(s.d.nodes[p].n, "itemtype")) {
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
func (d *Document) classFacts() []*classFact {
	facts := make([]*classFact, len(d.nodes))
	known := make(map[string]*classFact)
	for i := range d.nodes {
		class := attrOf(d.nodes[i].n, "class")
		if facts[i] = noClass; class == "" || d.nodes[i].flags&isText != 0 {
			continue
		}
		f := known[class]
		if f == nil {
			f = &classFact{zone: zone(partScanner().scan(class))} //nolint:gosec // the words have hints below 256 only
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

// placeInRow are classes that tell where in a list an element stands.
var placeInRow = map[string]bool{
	"first": true, "last": true, "odd": true, "even": true, "alt": true, "active": true, "current": true, "left": true, "right": true,
	"gerade": true, "ungerade": true, "open": true, "show": true, "collapsed": true, "sticky": true, "featured": true, "highlight": true,
	"new": true, "neu": true, "top": true, "is-active": true, "clearfix": true, "news-list-item--first": true, "views-row-first": true,
	"views-row-last": true, "views-row-odd": true, "views-row-even": true, "zebra": true, "row-first": true, "row-last": true,
}

// alternating drops what makes every other row's class another one: "rgRow",
// "rgAltRow".
var alternating = strings.NewReplacer("odd", "", "even", "", "alt", "", "gerade", "")

var alternatingParts = piecesOf("odd", "even", "alt", "gerade")

// classToken is a class with all digits alike; empty for one that tells only
// a place in a row.
func classToken(token string) string {
	token = strings.ToLower(token)
	if placeInRow[token] {
		return ""
	}
	if alternatingParts.in(token) {
		token = alternating.Replace(token)
	}
	token = strings.Trim(token, "-_")
	if hasDigit(token) {
		token = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return -1
			}
			return r
		}, token)
	}
	return token
}

// linksToPage reports whether an address may be that of a page or a file: not
// a mail address, a script, or a place on the same page.
func linksToPage(href string) bool {
	href = strings.TrimSpace(href)
	if href == "" || href[0] == '#' || isTemplate(href) {
		return false
	}
	scheme, _, found := strings.Cut(href, ":")
	if !found || strings.ContainsAny(scheme, "/?#.") {
		return true
	}
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}

// isTemplate reports text that a script was meant to fill in.
func isTemplate(text string) bool {
	if strings.IndexByte(text, '{') < 0 && strings.IndexByte(text, '<') < 0 {
		return false
	}
	return strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "<%") || strings.Contains(text, "${")
}

// monthStarts are the first three letters of month names and abbreviations in
// the languages we read. A number beside such a word looks like a date.
var monthStarts = func() map[string]bool {
	m := make(map[string]bool)
	for word := range strings.FieldsSeq(`jan jän feb fév feb mär mrz mar mae maa maj mai may apr avr abr jun jui giu jul lug lip
		aug aoû aou ago sep set wrz okt oct ott out paź nov lis dez dec déc dic gru gen ene mag lut kwi cze sie sty fev`) {
		m[word] = true
	}
	return m
}()

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
	if j < len(s) && j-i <= 4 {
		if c := s[j]; c == '.' || c == '/' || c == '-' {
			k := j + 1
			for k < len(s) && (s[k] == ' ' || s[k] >= 0x80) && c == '.' && k-j < 7 {
				k++
			}
			l := k
			for l < len(s) && s[l] >= '0' && s[l] <= '9' {
				l++
			}
			if l > k && l-k <= 2 && l < len(s) && s[l] == c {
				return true
			}
		}
	}
	if j-i > 2 {
		return false
	}
	if j == len(s) {
		return monthBefore(s[:i])
	}
	return monthWord(strings.TrimLeft(s[j:], ".,-–thsrdnoº° \u00a0\u200b\t\n\r")) || monthWord(strings.TrimPrefix(strings.TrimLeft(s[j:], "º. \u00a0"), "de ")) || monthBefore(s[:i])
}

func monthBefore(s string) bool {
	s = strings.TrimRight(s, "., \u00a0\t\n\r")
	at := strings.LastIndexAny(s, " \u00a0\t\n\r>(,/|–-") + 1
	return at < len(s) && monthWord(strings.TrimLeft(s[at:], "\u00a0 –"))
}

// monthWord reports whether a text begins with what may be a month's name.
func monthWord(s string) bool {
	var word [9]byte
	n, letters := 0, 0
	for _, r := range s {
		if r <= ' ' || r == '.' || r == ',' || r >= '0' && r <= '9' || r == '\u00a0' || r == '-' || r == ')' || r == '/' {
			break
		}
		if letters++; letters > 12 {
			return false
		}
		if letters <= 3 {
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			n += copy(word[n:], string(r))
		}
	}
	return letters >= 3 && monthStarts[string(word[:n])]
}

// splitDate reports a month's name that stands in an element of its own beside
// a number in another: "<span>12</span> <span>Juni</span>".
func (d *Document) splitDate(i nodeID) bool {
	if d.nodes[i].text > 40 {
		return false
	}
	text := news.Squash(d.nodes[i].n.Data)
	if len(text) > 16 || !monthWord(text) {
		return false
	}
	near := func(j nodeID) bool {
		if j < 0 || int(j) >= len(d.nodes) || d.nodes[j].flags&isText == 0 {
			return false
		}
		t := strings.TrimSpace(d.nodes[j].n.Data)
		return t != "" && len(t) <= 12 && t[0] >= '0' && t[0] <= '9' && (len(t) < 2 || t[1] < '0' || t[1] > '9' || len(t) < 3 || t[2] < '0' || t[2] > '9' || len(t) == 4)
	}
	for j := i - 1; j >= 0 && j > i-4; j-- {
		if d.nodes[j].flags&isText != 0 {
			if near(j) {
				return true
			}
			break
		}
	}
	for j := i + 1; int(j) < len(d.nodes) && j < i+4; j++ {
		if d.nodes[j].flags&isText != 0 {
			return near(j)
		}
	}
	return false
}
