package search

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A token is one word, sign or quotation of a search.
type token struct {
	sort sort
	text string // of a field without its colon, of a quotation without its marks
	at   int    // first character, from 1
	open bool   // a quotation that does not end
}

type sort uint8

const (
	end sort = iota
	value
	quoted
	field
	opening
	closing
	orWord
	andWord
	notWord
)

// signs are the words that join others, in English and German.
var signs = map[string]sort{
	"OR": orWord, "ODER": orWord, "|": orWord, "||": orWord,
	"AND": andWord, "UND": andWord, "&&": andWord,
	"NOT": notWord, "NICHT": notWord,
}

// conditions are the words before a colon, in English and German.
var conditions = map[string]string{
	"title": "title", "titel": "title", "headline": "title", "überschrift": "title",
	"tag": "tag", "thema": "tag", "stichwort": "tag",
	"place": "place", "ort": "place",
	"source": "source", "quelle": "source",
	"since": "since", "seit": "since", "ab": "since",
	"until": "until", "bis": "until",
}

// quotes are the marks that open a quotation, and those that close it.
var quotes = map[rune]string{'"': "\"", '„': "“”\"", '“': "”\"", '»': "«", '«': "»"}

// tokens splits a search; the last token is the end.
func tokens(text string) (out []token) {
	l := &lexer{rest: text, at: 1}
	for {
		t := l.next()
		if out = append(out, t); t.sort == end {
			return out
		}
	}
}

// A lexer goes through the characters of a search.
type lexer struct {
	rest  string
	at    int  // of the first character of rest
	value bool // what follows belongs to the condition before it
}

// skip takes n bytes off the front.
func (l *lexer) skip(n int) {
	l.at += utf8.RuneCountInString(l.rest[:n])
	l.rest = l.rest[n:]
}

func (l *lexer) next() token {
	isValue := l.value
	l.value = false
	trimmed := strings.TrimLeftFunc(l.rest, unicode.IsSpace)
	if gap := len(l.rest) - len(trimmed); gap > 0 {
		isValue = false
		l.skip(gap)
	}
	if l.rest == "" {
		return token{at: l.at}
	}
	first, size := utf8.DecodeRuneInString(l.rest)
	switch marks := quotes[first]; {
	case first == '(':
		return l.sign(opening, 1)
	case first == ')':
		return l.sign(closing, 1)
	case marks != "":
		return l.quotation(size, marks)
	case first == '-' && !isValue && l.excludes():
		return l.sign(notWord, 1)
	}
	return l.word(isValue)
}

// sign is a token of n bytes.
func (l *lexer) sign(s sort, n int) token {
	t := token{sort: s, text: l.rest[:n], at: l.at}
	l.skip(n)
	return t
}

// excludes reports a hyphen before something rather than between spaces.
func (l *lexer) excludes() bool {
	after, _ := utf8.DecodeRuneInString(l.rest[1:])
	return len(l.rest) > 1 && !unicode.IsSpace(after) && after != '-' && after != ')'
}

// quotation is what stands between quotation marks.
func (l *lexer) quotation(size int, marks string) token {
	t := token{sort: quoted, at: l.at}
	l.skip(size)
	stop := strings.IndexAny(l.rest, marks)
	if stop < 0 {
		t.text, t.open = strings.TrimSpace(l.rest), true
		l.skip(len(l.rest))
		return t
	}
	t.text = strings.TrimSpace(l.rest[:stop])
	_, size = utf8.DecodeRuneInString(l.rest[stop:])
	l.skip(stop + size)
	return t
}

// word is what stands up to white space, or the condition that it begins with.
func (l *lexer) word(isValue bool) token {
	n := wordEnd(l.rest)
	word := l.rest[:n]
	if name, after, found := strings.Cut(word, ":"); found && !isValue && l.isField(name, after) {
		t := l.sign(field, len(name))
		l.skip(1)
		l.value = true
		return t
	}
	s := value
	if sign := signs[word]; sign != 0 && !isValue {
		s = sign
	}
	return l.sign(s, n)
}

// isField reports a condition. An unknown word before a colon is taken for one
// too, unless an address or white space follows.
func (l *lexer) isField(name, after string) bool {
	if conditions[strings.ToLower(name)] != "" {
		return true
	}
	letters := name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	next, _ := utf8.DecodeRuneInString(l.rest[len(name)+1:])
	isAlone := len(l.rest) == len(name)+1 || unicode.IsSpace(next) || next == ')'
	return letters && !isAlone && !strings.HasPrefix(after, "//")
}

// wordEnd is where a word ends: at white space or at the closing bracket of
// one that was opened before it, or at an opening one behind a colon.
// "Bürger(innen)" is one word.
func wordEnd(s string) int {
	depth := 0
	before := rune(0)
	for i, r := range s {
		switch {
		case unicode.IsSpace(r), r == '(' && before == ':', r == ')' && depth == 0:
			return i
		case before == ':' && quotes[r] != "":
			return i
		case r == '(':
			depth++
		case r == ')':
			depth--
		}
		before = r
	}
	return len(s)
}

// span is what a date covers, from its first moment to the first after it:
// 2026-01-31, 31.1.2026, 2026-01, 2026, or the day so many days or weeks before
// the present one (7d, 2w).
func (r Reader) span(s string) (from, until time.Time, ok bool) {
	for _, form := range dateForms {
		if t, err := time.ParseInLocation(form.layout, s, r.Location); err == nil {
			return t, t.AddDate(form.years, form.months, form.days), true
		}
	}
	back, ok := days(s)
	if !ok || r.Now.IsZero() {
		return from, until, false
	}
	y, m, d := r.Now.In(r.Location).Date()
	from = time.Date(y, m, d-back, 0, 0, 0, 0, r.Location)
	return from, from.AddDate(0, 0, 1), true
}

// dateForms are the ways to write a date, and how long each lasts.
var dateForms = []struct {
	layout              string
	years, months, days int
}{
	{layout: time.DateOnly, days: 1},
	{layout: "2.1.2006", days: 1},
	{layout: "2006-01", months: 1},
	{layout: "1.2006", months: 1},
	{layout: "2006", years: 1},
}

// days is the number of days in "7d" or "2w".
func days(s string) (int, bool) {
	unit := map[byte]int{'d': 1, 't': 1, 'w': 7}
	if len(s) < 2 || unit[s[len(s)-1]] == 0 {
		return 0, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 1 || n > 4000 {
		return 0, false
	}
	return n * unit[s[len(s)-1]], true
}
