package search

import (
	"strings"
	"time"
	"unicode"

	"github.com/stadtfeed/stadtfeed/news"
)

// A node is a part of a search as it was bracketed.
type node struct {
	kind kind
	at   int
	kids []*node   // of and, or; one of negation
	term news.Term // of a leaf
	till bool      // of a date: the day up to which is sought
	day  time.Time // of a date
}

type kind uint8

const (
	leaf kind = iota
	date
	and
	or
	negation
)

// A parser goes through the words of a search:
//
//	any    = all { "OR" all }
//	all    = one { [ "AND" ] one }
//	one    = [ "-" | "NOT" ] ( "(" any ")" | [ name ":" ] value | name ":" "(" any ")" )
type parser struct {
	Reader
	tokens []token
	depth  int
	count  int // of conditions
	wrong  []Mistake
}

func (p *parser) mistake(at int, phrase, value string) {
	p.wrong = append(p.wrong, Mistake{at, phrase, value})
}

func (p *parser) peek() token { return p.tokens[0] }

// take is the next token; the last one, which is the end, stays.
func (p *parser) take() token {
	t := p.tokens[0]
	if t.sort != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

// all reads the whole search; closing brackets that nothing opened are passed over.
func (p *parser) all() *node {
	whole := &node{kind: and, at: 1}
	for {
		whole.add(p.anyOf(condition{}))
		t := p.take()
		if t.sort == end {
			return whole.simple()
		}
		p.mistake(t.at, NotOpened, "")
	}
}

func (n *node) add(kid *node) {
	if kid != nil {
		n.kids = append(n.kids, kid)
	}
}

// simple is n, or what stands for it where it joins nothing.
func (n *node) simple() *node {
	switch len(n.kids) {
	case 0:
		return nil
	case 1:
		return n.kids[0]
	}
	return n
}

// A condition is what stands before a colon; the zero one asks for words.
type condition struct {
	name  string // title, tag, place, source, since, until
	typed string
	at    int
}

// anyOf reads alternatives; c is the condition before the bracket that they
// stand in.
func (p *parser) anyOf(c condition) *node {
	n := &node{kind: or, at: p.peek().at}
	first := p.allOf(c)
	n.add(first)
	for p.peek().sort == orWord {
		word := p.take()
		next := p.allOf(c)
		if first == nil || next == nil {
			p.mistake(word.at, OneSided, word.text)
		}
		n.add(next)
		first = next
	}
	return n.simple()
}

// allOf reads what must hold together.
func (p *parser) allOf(c condition) *node {
	n := &node{kind: and, at: p.peek().at}
	for {
		t := p.peek()
		switch t.sort {
		case end, closing, orWord:
			return n.simple()
		case andWord:
			p.take()
			if next := p.peek().sort; len(n.kids) == 0 || next == end || next == closing || next == orWord {
				p.mistake(t.at, OneSided, t.text)
			}
		default:
			n.add(p.one(c))
		}
	}
}

// one reads a single condition or bracket.
func (p *parser) one(c condition) *node {
	switch t := p.take(); t.sort {
	case notWord:
		switch next := p.peek().sort; next {
		case end, closing, orWord, andWord:
			p.mistake(t.at, NothingToNot, t.text)
			return nil
		}
		if kid := p.one(c); kid != nil {
			return &node{kind: negation, at: t.at, kids: []*node{kid}}
		}
		return nil
	case opening:
		return p.bracket(t, c)
	case field:
		return p.named(t)
	default:
		if c.name == "" {
			c.at = t.at
		}
		return p.value(t, c)
	}
}

// bracket reads up to the closing one.
func (p *parser) bracket(open token, c condition) *node {
	if p.depth++; p.depth > deepest {
		p.mistake(open.at, TooDeep, "")
		p.tokens = p.tokens[len(p.tokens)-1:]
		return nil
	}
	defer func() { p.depth-- }()
	before := len(p.wrong)
	empty := p.peek().sort == closing
	n := p.anyOf(c)
	switch {
	case p.peek().sort == closing:
		p.take()
	case len(p.wrong) == before || p.wrong[len(p.wrong)-1].Phrase != TooDeep:
		p.mistake(open.at, NoClosing, "")
	}
	if empty {
		p.mistake(open.at, Empty, "")
	}
	return n
}

// named reads what stands behind "tag:" and its like.
func (p *parser) named(t token) *node {
	name, known := conditions[strings.ToLower(t.text)]
	c := condition{name: name, typed: t.text, at: t.at}
	next := p.peek()
	switch {
	case !known:
		p.mistake(t.at, NoCondition, t.text)
		if next.sort == value || next.sort == quoted {
			p.take()
		}
		return nil
	case next.sort == opening && !c.isDate():
		return p.bracket(p.take(), c)
	case next.sort == value, next.sort == quoted:
		return p.value(p.take(), c)
	}
	p.mistake(t.at, NoValue, t.text)
	return nil
}

func (c condition) isDate() bool { return c.name == "since" || c.name == "until" }

// value is the leaf that a value makes under a condition.
func (p *parser) value(t token, c condition) *node {
	if t.open {
		p.mistake(t.at, NotClosed, "")
	}
	if c.isDate() {
		return p.date(t, c)
	}
	term := p.term(t, c.name)
	switch hasLetters := strings.ContainsFunc(t.text, isWordRune); {
	case c.name == "" && !hasLetters: // a dash or an ampersand in a headline that was pasted
		return nil
	case term.Value == "" || c.name == "title" && !hasLetters:
		p.mistake(c.at, NoValue, c.typed)
		return nil
	}
	if p.count++; p.count > p.Most {
		if p.count == p.Most+1 {
			p.mistake(c.at, TooMany, "")
		}
		return nil
	}
	return &node{kind: leaf, at: c.at, term: term}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// term is the condition that a value has under a name.
func (p *parser) term(t token, name string) news.Term {
	named := func(by func(string) string) string {
		if by == nil {
			return t.text
		}
		return by(t.text)
	}
	switch name {
	case "tag":
		return news.Term{Facet: news.Tag, Value: news.Slug(named(p.Tag))}
	case "place":
		return news.Term{Facet: news.Place, Value: news.Slug(t.text)}
	case "source":
		return news.Term{Facet: news.Source, Value: named(p.Source)}
	case "title":
		return news.Term{Facet: news.Title, Value: t.text, Exact: t.sort == quoted}
	}
	return news.Term{Facet: news.Word, Value: t.text, Exact: t.sort == quoted}
}

// date is the day from which, or up to and with which, items are sought.
func (p *parser) date(t token, c condition) *node {
	from, until, ok := p.span(t.text)
	switch _, moves := days(t.text); {
	case t.text == "":
		p.mistake(c.at, NoValue, c.typed)
		return nil
	case !ok && moves:
		p.mistake(c.at, NoFixedDate, t.text)
		return nil
	case !ok:
		p.mistake(c.at, NoDate, t.text)
		return nil
	case c.name == "until":
		return &node{kind: date, at: c.at, till: true, day: until}
	}
	return &node{kind: date, at: c.at, day: from}
}
