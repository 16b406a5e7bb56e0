package listing

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// nextWords are how links to the following page are called, as Fold writes them.
var nextWords = words.Set("next_links")

// nextMarks are the signs that stand for the same.
var nextMarks = map[string]bool{"›": true, "››": true, "»": true, "»»": true, ">": true, ">>": true, "→": true, "⟩": true,
	"▶": true, "►": true, "❯": true,
	"⟫": true, "›|": false, "⇒": true, "chevron_right": true, "keyboard_arrow_right": true, "navigate_next": true}

// findNext sets the address of the following page.
func findNext(d *dom.Page, s *listScan, rows []row, l *read.Listing) {
	hits, e := d.Apply(d.Body, listingRuling(d, func(r *read.ListingRules) read.Rule { return r.Next }))
	for _, hit := range hits {
		address := d.Abs(hit.Text)
		if at := enclosingLink(d, hit.ID); at >= 0 && d.Nodes[hit.ID].HTML.Data != "meta" {
			address = d.Abs(d.Attr(at, "href"))
		}
		if d.LeadsOn(address) {
			l.Next, l.Evidence["next"] = address, e
			return
		}
	}
	if rule := d.Options.Rules.Listing.Next; !rule.IsZero() && len(hits) == 0 && len(rows) > 0 && d.Preset == nil {
		// The last page of a listing has none: no problem of the rule.
		return
	}
	n := nextFinder{d: d, s: s, rows: rows}
	for _, find := range []func() (dom.NodeID, rules.Name){n.byRelation, n.byHead, n.byWord, n.byNumber, n.byRange} {
		if at, rule := find(); at >= 0 {
			l.Next, _, _ = strings.Cut(d.Abs(d.Attr(at, "href")), "#")
			l.Evidence["next"] = read.Evidence{Rule: rule, Where: d.Where(at)}
			return
		}
	}
	if len(rows) == 0 {
		return
	}
	if at, address, rule := n.byControl(); at >= 0 {
		l.Next, l.Evidence["next"] = address, read.Evidence{Rule: rule, Where: d.Where(at)}
	}
}

// A nextFinder looks for the following page outside the rows.
type nextFinder struct {
	d    *dom.Page
	s    *listScan
	rows []row
}

// each calls f for the links outside the rows until it says that it is done.
func (n *nextFinder) each(f func(dom.NodeID) bool) {
	k := 0
	for _, at := range n.s.links {
		for k < len(n.rows) && n.rows[k].to <= at {
			k++
		}
		inRow := k < len(n.rows) && at >= n.rows[k].from
		if !inRow && f(at) {
			return
		}
	}
}

// leads reports whether a link leads to another page of the site, and not
// through a calendar or a carousel.
func (n *nextFinder) leads(at dom.NodeID) bool {
	return !n.inCalendar(at) && n.d.LeadsOn(n.d.Abs(n.d.Attr(at, "href")))
}

// inCalendar reports whether a link turns the leaves of a calendar or moves a
// carousel.
func (n *nextFinder) inCalendar(at dom.NodeID) bool {
	z := n.s.zones[at]
	if z&zoneSlider != 0 {
		return true
	}
	listed := zone(0)
	if len(n.rows) > 0 {
		listed = n.s.zones[n.rows[0].from]
	}
	if z&zoneEvent != 0 && listed&zoneEvent == 0 {
		return true
	}
	for p := n.d.Nodes[at].Parent; p > n.d.Body; p = n.d.Nodes[p].Parent {
		if n.d.Nodes[p].Tag != atom.Table {
			continue
		}
		// A table of numbers from 1 to 31 is a month.
		if cells := n.d.Nodes[p].End - p; cells > 56 && n.d.Nodes[p].Text < cells*2 {
			return true
		}
	}
	return false
}

func (n *nextFinder) byRelation() (dom.NodeID, rules.Name) {
	found := dom.NodeID(-1)
	n.each(func(at dom.NodeID) bool {
		if dom.HasToken(n.d.Attr(at, "rel"), "next") && n.leads(at) {
			found = at
		}
		return found >= 0
	})
	return found, "rel=next"
}

func (n *nextFinder) byHead() (dom.NodeID, rules.Name) {
	for _, at := range n.d.Head.Links {
		if dom.HasToken(n.d.Attr(at, "rel"), "next") && n.d.LeadsOn(n.d.Abs(n.d.Attr(at, "href"))) {
			return at, "link rel=next"
		}
	}
	return -1, ""
}

// byWord takes a link that says so: first within what looks like a pager, then
// anywhere, where its address looks like that of a page of this listing.
func (n *nextFinder) byWord() (dom.NodeID, rules.Name) {
	best, rank := dom.NodeID(-1), 0
	n.each(func(at dom.NodeID) bool {
		if !n.saysNext(at) || !n.leads(at) {
			return false
		}
		pager := n.inPager(at)
		r := 0
		switch {
		case pager && n.isPageOf(at):
			r = 4
		case n.isPageOf(at):
			r = 3
		case pager:
			r = 2
		case n.saysNextPage(at):
			r = 1
		}
		if r > rank {
			best, rank = at, r
		}
		return rank == 4
	})
	return best, "next link"
}

func (n *nextFinder) inPager(at dom.NodeID) bool {
	for i := at; i > n.d.Body; i = n.d.Nodes[i].Parent {
		if n.d.Nodes[i].Hints&dom.HintPager != 0 {
			return true
		}
	}
	return false
}

// saysNext reports whether a link's text, label or class says that it leads on.
func (n *nextFinder) saysNext(at dom.NodeID) bool {
	if n.d.Nodes[at].Text > 60 {
		return false
	}
	said := [...]string{n.d.Text(at), n.d.Attr(at, "aria-label"), n.d.Attr(at, "title"), onlyImageAlt(n.d, at)}
	var folded [len(said)]string
	for k, s := range said {
		if s != "" {
			folded[k] = withoutNumbers(news.Fold(s))
		}
		if k < 3 && len(s) <= 40 && turnsMonth(folded[k]) {
			return false
		}
	}
	for k, s := range said {
		if nextMarks[strings.TrimSpace(s)] || isNextWord(folded[k]) {
			return true
		}
	}
	if said[0] != "" && texts.HasLetters(said[0]) {
		return false
	}
	return n.hasClass(at, pagerClasses()["next"]) || n.hasClass(n.d.Nodes[at].Parent, pagerClasses()["next"])
}

// isNextWord reports a folded label that leads on: "weiter", "ältere Beiträge".
func isNextWord(folded string) bool {
	return folded != "" && (nextWords()[folded] || saysOlder(folded))
}

// pagerClasses are those of the link to the next page, or of what it stands in, and of
// the number of the page in hand.
var pagerClasses = words.Spelled("next_classes")

// hasClass reports whether a class of an element is one of a set.
func (n *nextFinder) hasClass(i dom.NodeID, set []string) bool {
	for class := range strings.FieldsSeq(n.d.Attr(i, "class")) {
		if slices.Contains(set, strings.ToLower(class)) {
			return true
		}
	}
	return false
}

// turnsMonth reports what is written on a link from one month of a calendar to
// another, as Fold writes it: "nächster Monat".
func turnsMonth(folded string) bool {
	return monthUnits()[folded[strings.LastIndexByte(folded, ' ')+1:]]
}

// monthUnits are the words for "month".
var monthUnits = words.Set("month_words")

// saysOlder reports a link to what came before, of whatever kind: "ältere
// Meldungen", "older meetings", "mehr Meldungen laden", "vis flere nyheder".
func saysOlder(folded string) bool {
	first, rest, _ := strings.Cut(folded, " ")
	what, last, _ := strings.Cut(rest, " ")
	switch {
	case olderWords()[first]:
		return what != "" && last == "" && len(what) < 24
	case slices.Contains(loadMore()["first"], first):
		return slices.Contains(loadMore()["last"], last)
	}
	return len(folded) < 36 && showMore().Begin(folded)
}

// loadMore are the first and last word of "mehr Meldungen laden".
var loadMore = words.InGroups("load_more")

// olderWords are words for "older".
var olderWords = words.Set("older")

// showMore begins what is written on a link to more of a list, before the word
// for what it lists.
var showMore = words.Begins("show_more")

// saysNextPage reports whether a link speaks of a page in so many words.
func (n *nextFinder) saysNextPage(at dom.NodeID) bool {
	said := news.Fold(n.d.Text(at) + " " + n.d.Attr(at, "title") + " " + n.d.Attr(at, "aria-label"))
	for _, word := range pageNouns() {
		if strings.HasPrefix(said, word.Text) || strings.Contains(said, " "+word.Text) {
			return true
		}
	}
	return false
}

// pageNouns are what such links speak of: "Seite", "posts".
var pageNouns = words.Entries("page_nouns")

func onlyImageAlt(d *dom.Page, at dom.NodeID) string {
	if d.Nodes[at].Text > 0 {
		return ""
	}
	if i := d.Find(at, atom.Img); i >= 0 {
		return d.Attr(i, "alt")
	}
	return ""
}

// isPageOf reports whether an address differs from the page's own as the next
// page does: in a number or a word like "page", in the query or at the end of
// the path.
func (n *nextFinder) isPageOf(at dom.NodeID) bool {
	return n.isPageAddress(n.d.Abs(n.d.Attr(at, "href")))
}

// pageAddresses stand before the number of a page in an address.
var pageAddresses = words.Spelled("page_addresses")

func (n *nextFinder) isPageAddress(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	own, err := url.Parse(n.d.Page.URL)
	if err != nil {
		return false
	}
	samePath := strings.TrimSuffix(u.Path, "/") == strings.TrimSuffix(own.Path, "/")
	if samePath && u.RawQuery != own.RawQuery {
		return true
	}
	inQuery := func(word string) bool { return strings.Contains(strings.ToLower(u.RawQuery), word) }
	if texts.HasDigit(u.RawQuery) && slices.ContainsFunc(pageAddresses()["query"], inQuery) {
		return true
	}
	path := strings.ToLower(u.Path)
	for _, word := range pageAddresses()["path"] {
		if i := strings.LastIndex(path, word); i >= 0 && strings.ContainsAny(path[i+len(word):], "0123456789") {
			return true
		}
	}
	last := path[strings.LastIndexByte(strings.TrimSuffix(path, "/"), '/')+1:]
	_, err = strconv.Atoi(strings.Trim(last, "/"))
	return err == nil && strings.HasPrefix(path, strings.TrimSuffix(strings.ToLower(own.Path), "/"))
}

// byNumber takes the number after the current one among numbered pages.
func (n *nextFinder) byNumber() (dom.NodeID, rules.Name) {
	numbers := make(map[dom.NodeID]map[int]dom.NodeID) // per pager: links by number
	var order []dom.NodeID
	n.each(func(at dom.NodeID) bool {
		if n.d.Nodes[at].Text > 8 {
			return false
		}
		k, err := strconv.Atoi(strings.Trim(n.d.Text(at), "[]() "))
		if err != nil || k < 1 || k > 5000 || !n.leads(at) {
			return false
		}
		p := n.pagerOf(at)
		if numbers[p] == nil {
			numbers[p] = make(map[int]dom.NodeID)
			order = append(order, p)
		}
		if _, known := numbers[p][k]; !known {
			numbers[p][k] = at
		}
		return false
	})
	for _, p := range order {
		current := n.currentPage(p, numbers[p])
		if at, ok := numbers[p][current+1]; ok && current > 0 && (n.inPager(at) || n.isPageOf(at)) {
			return at, "page number"
		}
	}
	return -1, ""
}

// pagerOf is the element that holds all numbers: the parent of the link, or of
// the list item or the like around it.
func (n *nextFinder) pagerOf(at dom.NodeID) dom.NodeID {
	p := n.d.Nodes[at].Parent
	for range 2 {
		switch n.d.Nodes[p].Tag {
		case atom.Li, atom.Span, atom.Td, atom.B, atom.Strong:
			p = n.d.Nodes[p].Parent
		}
	}
	return p
}

// currentPage is the number that is no link, or whose link is marked.
func (n *nextFinder) currentPage(pager dom.NodeID, links map[int]dom.NodeID) int {
	for k, at := range links {
		for i := at; i > pager; i = n.d.Nodes[i].Parent {
			if c := n.d.Attr(i, "aria-current"); c != "" && c != "false" || n.hasClass(i, pagerClasses()["current"]) {
				return k
			}
		}
	}
	for i := pager; i < n.d.Nodes[pager].End; i++ {
		e := &n.d.Nodes[i]
		if e.Flags&dom.IsText == 0 || e.Flags&dom.InLink != 0 {
			continue
		}
		k, err := strconv.Atoi(strings.Trim(news.Squash(e.HTML.Data), "[]() |·-"))
		hasNeighbour := links[k+1] != 0 || links[k-1] != 0
		if err == nil && links[k] == 0 && hasNeighbour {
			return k
		}
	}
	if links[1] == 0 && links[2] != 0 {
		return 1
	}
	return 0
}
