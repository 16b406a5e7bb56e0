package dom

import (
	"strings"
	"sync"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// A Hint is what a class, id, role or itemprop says that an element holds.
// Hints are weak: they add to what the structure tells.
type Hint uint64

// The hints.
const (
	HintDate Hint = 1 << iota
	HintUpdated
	HintHeadline
	HintSubtitle
	HintKicker
	HintTeaser
	HintBody
	HintArticle
	HintMain
	HintAuthor
	HintTags
	HintPlace
	HintCaption
	HintCredit
	HintImage
	HintDownload
	HintNav
	HintBreadcrumb
	HintFooter
	HintHeader
	HintSide
	HintShare
	HintRelated
	HintComments
	HintCookie
	HintAd
	HintPager
	HintSearch
	HintForm
	HintMeta
	HintList
	HintItem
	HintMore
	hintSpoken
	hintPrint
	hintNewsletter
	HintEvent
	HintCloud
	HintContact
	HintDialog
	HintPopular
	hintUnseen
	HintRating
	hintStruck
)

// HintChrome marks what stands around an article on every page of a site.
const HintChrome = HintNav | HintBreadcrumb | HintFooter | HintSide | HintShare | HintRelated | HintComments | HintCookie |
	HintAd | HintPager | HintSearch | HintForm | hintNewsletter | HintCloud | HintDialog | HintPopular | hintPrint | HintRating

// TagHint is what the kind of an element says.
func TagHint(tag atom.Atom) Hint {
	switch tag {
	case atom.Nav:
		return HintNav
	case atom.Footer:
		return HintFooter
	case atom.Header:
		return HintHeader
	case atom.Aside:
		return HintSide
	case atom.Main:
		return HintMain
	case atom.Article:
		return HintArticle
	case atom.Form:
		return HintForm
	case atom.Dialog:
		return HintDialog
	case atom.Figcaption:
		return HintCaption
	case atom.Time:
		return HintDate
	case atom.Address:
		return HintContact
	}
	return 0
}

// hintNames are the hints as classes.yaml calls them.
var hintNames = map[string]Hint{
	"date":       HintDate,
	"updated":    HintUpdated,
	"headline":   HintHeadline,
	"subtitle":   HintSubtitle,
	"kicker":     HintKicker,
	"teaser":     HintTeaser,
	"body":       HintBody,
	"article":    HintArticle,
	"main":       HintMain,
	"author":     HintAuthor,
	"tags":       HintTags,
	"place":      HintPlace,
	"caption":    HintCaption,
	"credit":     HintCredit,
	"image":      HintImage,
	"download":   HintDownload,
	"nav":        HintNav,
	"breadcrumb": HintBreadcrumb,
	"footer":     HintFooter,
	"header":     HintHeader,
	"side":       HintSide,
	"share":      HintShare,
	"related":    HintRelated,
	"comments":   HintComments,
	"cookie":     HintCookie,
	"ad":         HintAd,
	"pager":      HintPager,
	"search":     HintSearch,
	"form":       HintForm,
	"meta":       HintMeta,
	"list":       HintList,
	"item":       HintItem,
	"more":       HintMore,
	"spoken":     hintSpoken,
	"print":      hintPrint,
	"newsletter": hintNewsletter,
	"event":      HintEvent,
	"cloud":      HintCloud,
	"contact":    HintContact,
	"dialog":     HintDialog,
	"popular":    HintPopular,
	"unseen":     hintUnseen,
	"rating":     HintRating,
	"struck":     hintStruck,
}

// RoleHints are what an ARIA role says.
var RoleHints = words.GroupsAs("article_roles", func(name string) Hint { return hintNames[name] })

// HintsOf are the hints in the value of an attribute.
func HintsOf(value string) Hint {
	if strings.Contains(value, "elementor-widget") {
		// The page builder calls every part of a page so, not those of the side.
		value = strings.ReplaceAll(value, "elementor-widget", "elementor")
	}
	if strings.Contains(value, "__") {
		return blockElementHints(value)
	}
	return hintMatcher().Match(value)
}

// blockElementHints reads classes such as "teaser__title": a title in what is
// called a teaser is no teaser.
func blockElementHints(value string) Hint {
	var all Hint
	for class := range strings.FieldsSeq(value) {
		found := hintMatcher().Match(class)
		if _, element, ok := strings.Cut(class, "__"); ok {
			if says := hintMatcher().Match(element); says&(HintDate|HintHeadline|HintKicker) != 0 && says&HintTeaser == 0 {
				found &^= HintTeaser
			}
		}
		all |= found
	}
	return all
}

// A ClassMatcher finds many words in one pass over a text: the automaton of Aho and
// Corasick over the letters a to z and a border.
type ClassMatcher struct {
	next [][27]int16
	out  []Hint
}

const border = 26 // the symbol of everything that is no letter

var hintMatcher = ClassMatcherOf("article_classes", func(name string) Hint { return hintNames[name] })

// ClassMatcherOf is the scanner of a section of classes.yaml, made when it is
// first asked for.
func ClassMatcherOf(section string, read func(name string) Hint) func() *ClassMatcher {
	entries := words.Entries(section)
	return sync.OnceValue(func() *ClassMatcher {
		lists := make(map[Hint][]string)
		for _, e := range entries() {
			h := read(e.Group)
			lists[h] = append(lists[h], e.Text)
		}
		return newClassMatcher(lists)
	})
}

func newClassMatcher(words map[Hint][]string) *ClassMatcher {
	s := &ClassMatcher{next: make([][27]int16, 1), out: make([]Hint, 1)}
	for h, list := range words {
		for _, word := range list {
			s.add(word, h)
		}
	}
	s.link()
	return s
}

func (s *ClassMatcher) add(word string, h Hint) {
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
func (s *ClassMatcher) link() {
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

// Match is the union of the hints of all words in a text. Runs of what is no
// letter are one border; so are both ends and the place before a capital that
// follows a small letter.
func (s *ClassMatcher) Match(text string) Hint {
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
