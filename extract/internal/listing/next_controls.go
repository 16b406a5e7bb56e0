package listing

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// The names of the ways to the next page that are no plain link.
const (
	nextRange     rules.Name = "range of entries" // "11–20"
	nextAttribute rules.Name = "next address"     // data-url, hx-get
	nextForm      rules.Name = "next form"        // <form method="get">
	nextSelect    rules.Name = "next option"      // <select>
)

// withoutNumbers is a folded text without the numbers in it: "weitere meldungen"
// of "weitere 10 meldungen". One that is only a number stays.
func withoutNumbers(folded string) string {
	if !texts.HasDigit(folded) {
		return folded
	}
	fields := slices.DeleteFunc(strings.Fields(folded), func(word string) bool {
		if word[0] < '0' || word[0] > '9' {
			return false // an error of strconv costs more than all the rest
		}
		_, err := strconv.Atoi(word)
		return err == nil
	})
	if len(fields) == 0 {
		return folded
	}
	return strings.Join(fields, " ")
}

// entryRange is what a link to a page of a listing says where it counts entries:
// "11–20", "11 bis 20", "[21-30]".
var entryRange = lazy.Regexp(`^[\[(]?(\d{1,5})\s*(\D{1,8}?)\s*(\d{1,5})[\])]?$`)

// rangeOf are the first and last entry that such a text names.
func rangeOf(text string) (first, last int, ok bool) {
	m := entryRange.FindStringSubmatch(strings.ToLower(text))
	if m == nil || !strings.Contains("-–—…", m[2]) && !dates.RangeJoin()[m[2]] {
		return 0, 0, false
	}
	first, _ = strconv.Atoi(m[1])
	last, _ = strconv.Atoi(m[3])
	return first, last, first < last && last-first < 1000
}

// byRange takes the link that counts on from the entries that the page shows.
func (n *nextFinder) byRange() (dom.NodeID, rules.Name) {
	starts := make(map[int]dom.NodeID)
	n.each(func(at dom.NodeID) bool {
		if n.d.Nodes[at].Text > 16 {
			return false
		}
		if first, _, ok := rangeOf(n.d.Text(at)); ok && n.leads(at) && starts[first] == 0 {
			starts[first] = at
		}
		return false
	})
	if len(starts) == 0 {
		return -1, ""
	}
	if at := n.afterShownRange(starts); at >= 0 {
		return at, nextRange
	}
	first := 0
	for start, at := range starts {
		if (first == 0 || start < first) && n.isPageOf(at) {
			first = start
		}
	}
	if first > 1 { // the page in hand is the first, and names no range
		return starts[first], nextRange
	}
	return -1, ""
}

// afterShownRange is the link of the range behind one that is printed without a
// link, "1–10"; -1 where there is none.
func (n *nextFinder) afterShownRange(starts map[int]dom.NodeID) dom.NodeID {
	for i := n.d.Body; i < n.d.Nodes[n.d.Body].End; i++ {
		e := &n.d.Nodes[i]
		isPrinted := e.Flags&dom.IsText != 0 && e.Flags&(dom.InLink|dom.IsHidden) == 0
		if !isPrinted || e.Text > 16 || !texts.HasDigit(e.HTML.Data) {
			continue
		}
		if _, last, ok := rangeOf(news.Squash(e.HTML.Data)); ok && starts[last+1] != 0 {
			return starts[last+1]
		}
	}
	return -1
}

// nextAttributes hold the address from which a script loads more.
var nextAttributes = []string{"hx-get", "data-hx-get", "data-next-url", "data-next-page-url", "data-next-href",
	"data-load-more-url", "data-url", "data-href", "data-ajax-url", "data-more-url", "data-src", "data-path"}

// byControl is the address of the next page where a button, a form or a choice
// leads there.
func (n *nextFinder) byControl() (at dom.NodeID, address string, rule rules.Name) {
	k := 0
	for i := n.d.Body; i < n.d.Nodes[n.d.Body].End; i++ {
		for k < len(n.rows) && n.rows[k].to <= i {
			k++
		}
		if e := &n.d.Nodes[i]; e.Flags&dom.IsText != 0 || k < len(n.rows) && i >= n.rows[k].from {
			continue
		}
		for _, c := range []struct {
			rule rules.Name
			find func(dom.NodeID) string
		}{{nextAttribute, n.inAttribute}, {nextForm, n.inForm}, {nextSelect, n.inSelect}} {
			if address := c.find(i); address != "" && n.d.LeadsOn(address) && !n.inCalendar(i) {
				return i, address, c.rule
			}
		}
	}
	return -1, "", ""
}

// inAttribute is the address in an attribute of an element that says next or
// calls itself what loads more.
func (n *nextFinder) inAttribute(i dom.NodeID) string {
	for _, key := range nextAttributes {
		value := n.d.Attr(i, key)
		if value == "" || !dom.LinksToPage(value) {
			continue
		}
		address := n.d.Abs(value)
		if !n.isPageAddress(address) || dom.FileTypes[dom.ExtensionOf(address)] != "" {
			continue
		}
		class := strings.ToLower(n.d.Attr(i, "class") + " " + n.d.Attr(i, "id"))
		byName := strings.HasPrefix(key, "data-next") || loadsMore(class)
		if byName || n.saysNext(i) || n.inPager(i) || n.loadsWhenSeen(i) {
			return address
		}
	}
	return ""
}

// loadsWhenSeen reports an element that htmx fills once readers come to it.
func (n *nextFinder) loadsWhenSeen(i dom.NodeID) bool {
	trigger, _, _ := strings.Cut(strings.TrimSpace(n.d.Attr(i, "hx-trigger")+n.d.Attr(i, "data-hx-trigger")), " ")
	return trigger == "revealed" || trigger == "intersect"
}

// loadsMore are parts of the class of what a script fills with more of a list.
var loadsMore = texts.Holds("load_classes")

// inForm is the address that a form of method GET leads to where its button
// says next and all that it sends is fixed.
func (n *nextFinder) inForm(i dom.NodeID) string {
	d := n.d
	if d.Nodes[i].Tag != atom.Form || !dom.IsGet(d.Attr(i, "method")) || d.Nodes[i].Text > 80 {
		return ""
	}
	query := url.Values{}
	next := false
	for k := i + 1; k < d.Nodes[i].End; k++ {
		name, value := d.Attr(k, "name"), d.Attr(k, "value")
		switch dom.ControlOf(d.Nodes[k].HTML) {
		case dom.NoControl:
			continue
		case dom.Choice:
			return ""
		case dom.Button:
			next = next || n.saysNext(k) || says(value)
		}
		if name != "" {
			query.Set(name, value)
		}
	}
	if address := n.formAddress(i, query); next && n.isPageAddress(address) {
		return address
	}
	return ""
}

// says reports whether the label of a button says next.
func says(label string) bool {
	return nextMarks[strings.TrimSpace(label)] || isNextWord(withoutNumbers(news.Fold(label)))
}

// formAddress is where a form leads with what it sends.
func (n *nextFinder) formAddress(form dom.NodeID, query url.Values) string {
	action := n.d.Attr(form, "action")
	if action == "" {
		action = n.d.Page.URL
	}
	u, err := url.Parse(n.d.Abs(action))
	if err != nil || len(query) == 0 {
		return ""
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// inSelect is the address of the page after the chosen one where a choice lists
// the pages of the listing: by their addresses, or by their numbers in a form.
func (n *nextFinder) inSelect(i dom.NodeID) string {
	d := n.d
	if d.Nodes[i].Tag != atom.Select {
		return ""
	}
	next := n.afterChosen(i)
	if next == "" {
		return ""
	}
	if _, err := strconv.Atoi(next); err != nil {
		if address := d.Abs(next); n.isPageAddress(address) {
			return address
		}
		return ""
	}
	for form := d.Nodes[i].Parent; form > d.Body && d.Attr(i, "name") != ""; form = d.Nodes[form].Parent {
		if d.Nodes[form].Tag == atom.Form && dom.IsGet(d.Attr(form, "method")) {
			return n.formAddress(form, url.Values{d.Attr(i, "name"): {next}})
		}
	}
	return ""
}

// afterChosen is the value of the option behind the chosen one, where the options
// are the numbers of pages.
func (n *nextFinder) afterChosen(list dom.NodeID) string {
	d := n.d
	var values []string
	chosen := 0
	for k := list + 1; k < d.Nodes[list].End; k++ {
		e := &d.Nodes[k]
		if e.Tag != atom.Option || e.HTML.FirstChild == nil {
			continue
		}
		if has(d, k, "selected") {
			chosen = len(values)
		}
		label := news.Squash(e.HTML.FirstChild.Data)
		if !namesPage(label, len(values)+1) {
			return ""
		}
		value := label
		if has(d, k, "value") {
			value = dom.AttrOf(e.HTML, "value")
		}
		values = append(values, value)
	}
	if len(values) < 2 || chosen+1 >= len(values) {
		return ""
	}
	return values[chosen+1]
}

// namesPage reports whether an option is the k-th page of a listing: "2", "Seite
// 2", "11–20", "Page 2 of 9".
func namesPage(text string, k int) bool {
	if first, _, ok := rangeOf(text); ok {
		return (first == 1) == (k == 1)
	}
	fields := strings.Fields(text)
	return len(fields) > 0 && len(fields) < 5 && slices.Contains(fields, strconv.Itoa(k))
}

// has reports whether an element has an attribute, whatever its value.
func has(d *dom.Page, i dom.NodeID, key string) bool {
	for _, a := range d.Nodes[i].HTML.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}
