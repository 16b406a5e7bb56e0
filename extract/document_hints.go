package extract

import (
	"strings"
	"sync"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// A hint is what a class, id, role or itemprop says that an element holds.
// Hints are weak: they add to what the structure tells.
type hint uint64

// The hints.
const (
	hintDate hint = 1 << iota
	hintUpdated
	hintHeadline
	hintSubtitle
	hintKicker
	hintTeaser
	hintBody
	hintArticle
	hintMain
	hintAuthor
	hintTags
	hintPlace
	hintCaption
	hintCredit
	hintImage
	hintDownload
	hintNav
	hintBreadcrumb
	hintFooter
	hintHeader
	hintSide
	hintShare
	hintRelated
	hintComments
	hintCookie
	hintAd
	hintPager
	hintSearch
	hintForm
	hintMeta
	hintList
	hintItem
	hintMore
	hintSpoken
	hintPrint
	hintNewsletter
	hintEvent
	hintCloud
	hintContact
	hintDialog
	hintPopular
	hintUnseen
	hintRating
)

// hintChrome marks what stands around an article on every page of a site.
const hintChrome = hintNav | hintBreadcrumb | hintFooter | hintSide | hintShare | hintRelated | hintComments | hintCookie |
	hintAd | hintPager | hintSearch | hintForm | hintNewsletter | hintCloud | hintDialog | hintPopular | hintPrint | hintRating

// tagHint is what the kind of an element says.
func tagHint(tag atom.Atom) hint {
	switch tag {
	case atom.Nav:
		return hintNav
	case atom.Footer:
		return hintFooter
	case atom.Header:
		return hintHeader
	case atom.Aside:
		return hintSide
	case atom.Main:
		return hintMain
	case atom.Article:
		return hintArticle
	case atom.Form:
		return hintForm
	case atom.Dialog:
		return hintDialog
	case atom.Figcaption:
		return hintCaption
	case atom.Time:
		return hintDate
	case atom.Address:
		return hintContact
	}
	return 0
}

// hintNames are the hints as classes.yaml calls them.
var hintNames = map[string]hint{
	"date":       hintDate,
	"updated":    hintUpdated,
	"headline":   hintHeadline,
	"subtitle":   hintSubtitle,
	"kicker":     hintKicker,
	"teaser":     hintTeaser,
	"body":       hintBody,
	"article":    hintArticle,
	"main":       hintMain,
	"author":     hintAuthor,
	"tags":       hintTags,
	"place":      hintPlace,
	"caption":    hintCaption,
	"credit":     hintCredit,
	"image":      hintImage,
	"download":   hintDownload,
	"nav":        hintNav,
	"breadcrumb": hintBreadcrumb,
	"footer":     hintFooter,
	"header":     hintHeader,
	"side":       hintSide,
	"share":      hintShare,
	"related":    hintRelated,
	"comments":   hintComments,
	"cookie":     hintCookie,
	"ad":         hintAd,
	"pager":      hintPager,
	"search":     hintSearch,
	"form":       hintForm,
	"meta":       hintMeta,
	"list":       hintList,
	"item":       hintItem,
	"more":       hintMore,
	"spoken":     hintSpoken,
	"print":      hintPrint,
	"newsletter": hintNewsletter,
	"event":      hintEvent,
	"cloud":      hintCloud,
	"contact":    hintContact,
	"dialog":     hintDialog,
	"popular":    hintPopular,
	"unseen":     hintUnseen,
	"rating":     hintRating,
}

// roleHints are what an ARIA role says.
var roleHints = words.GroupsAs("article_roles", func(name string) hint { return hintNames[name] })

// hintsOf are the hints in the value of an attribute.
func hintsOf(value string) hint {
	if strings.Contains(value, "elementor-widget") {
		// The page builder calls every part of a page so, not those of the side.
		value = strings.ReplaceAll(value, "elementor-widget", "elementor")
	}
	if strings.Contains(value, "__") {
		return blockElementHints(value)
	}
	return hintScanner().scan(value)
}

// blockElementHints reads classes such as "teaser__title": a title in what is
// called a teaser is no teaser.
func blockElementHints(value string) hint {
	var all hint
	for class := range strings.FieldsSeq(value) {
		found := hintScanner().scan(class)
		if _, element, ok := strings.Cut(class, "__"); ok {
			if says := hintScanner().scan(element); says&(hintDate|hintHeadline|hintKicker) != 0 && says&hintTeaser == 0 {
				found &^= hintTeaser
			}
		}
		all |= found
	}
	return all
}

// A scanner finds many words in one pass over a text: the automaton of Aho and
// Corasick over the letters a to z and a border.
type scanner struct {
	next [][27]int16
	out  []hint
}

const border = 26 // the symbol of everything that is no letter

var hintScanner = classScanner("article_classes", func(name string) hint { return hintNames[name] })

// classScanner is the scanner of a section of classes.yaml, made when it is
// first asked for.
func classScanner(section string, read func(name string) hint) func() *scanner {
	entries := words.Entries(section)
	return sync.OnceValue(func() *scanner {
		lists := make(map[hint][]string)
		for _, e := range entries() {
			h := read(e.Group)
			lists[h] = append(lists[h], e.Text)
		}
		return newScanner(lists)
	})
}

func newScanner(words map[hint][]string) *scanner {
	s := &scanner{next: make([][27]int16, 1), out: make([]hint, 1)}
	for h, list := range words {
		for _, word := range list {
			s.add(word, h)
		}
	}
	s.link()
	return s
}

func (s *scanner) add(word string, h hint) {
	var at int16
	for i := range len(word) {
		c := symbol(word[i])
		if s.next[at][c] == 0 {
			s.next = append(s.next, [27]int16{})
			s.out = append(s.out, 0)
			s.next[at][c] = int16(len(s.next) - 1) //nolint:gosec // the words make a few thousand states
		}
		at = s.next[at][c]
	}
	s.out[at] |= h
}

// link completes the automaton breadth first: where a word does not go on,
// the longest suffix that begins another word does.
func (s *scanner) link() {
	fail := make([]int16, len(s.next))
	var queue []int16
	for c := range s.next[0] {
		if to := s.next[0][c]; to != 0 {
			queue = append(queue, to)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		s.out[at] |= s.out[fail[at]]
		for c := range s.next[at] {
			back := s.next[fail[at]][c]
			if to := s.next[at][c]; to != 0 {
				fail[to] = back
				queue = append(queue, to)
			} else {
				s.next[at][c] = back
			}
		}
	}
}

// scan is the union of the hints of all words in a text. Runs of what is no
// letter are one border; so are both ends and the place before a capital that
// follows a small letter.
func (s *scanner) scan(text string) hint {
	at := s.next[0][border]
	found := s.out[at]
	step := func(c uint8) {
		at = s.next[at][c]
		found |= s.out[at]
	}
	bordered, small := true, false
	for i := range len(text) {
		c := symbol(text[i])
		switch {
		case c == border && bordered:
			continue
		case text[i] >= 'A' && text[i] <= 'Z' && small:
			step(border)
		}
		step(c)
		bordered = c == border
		small = text[i] >= 'a' && text[i] <= 'z'
	}
	if !bordered {
		step(border)
	}
	return found
}

func symbol(c byte) uint8 {
	switch {
	case c >= 'a' && c <= 'z':
		return c - 'a'
	case c >= 'A' && c <= 'Z':
		return c - 'A'
	}
	return border
}
