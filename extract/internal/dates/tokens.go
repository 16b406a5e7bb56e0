package dates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// What a token is.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota // before the first or after the last one
	tokenNumber                  // a run of digits
	tokenWord                    // a run of letters
	tokenMark                    // any other visible character
)

// A token is a number, word or mark of the text around a digit. Invisible
// characters within it count for nothing.
type token struct {
	kind       tokenKind
	start, end int
	gap        bool   // white space before it
	number     int    // value of a tokenNumber of at most nine digits
	digits     int    // how many
	word       string // of a tokenWord, folded
	mark       rune   // of a tokenMark
}

func (t token) is(mark rune) bool { return t.kind == tokenMark && t.mark == mark }

// isAny reports a mark that is one of several.
func (t token) isAny(marks string) bool {
	return t.kind == tokenMark && strings.ContainsRune(marks, t.mark)
}

// isShort reports a number of one or two digits: a day, a month, an hour.
func (t token) isShort() bool { return t.kind == tokenNumber && t.digits <= 2 }

func (t token) isDay() bool   { return t.isShort() && t.number >= 1 && t.number <= 31 }
func (t token) isMonth() bool { return t.isShort() && t.number >= 1 && t.number <= 12 }

// isTwo reports a number of exactly two digits, as minutes and short years have.
func (t token) isTwo() bool { return t.kind == tokenNumber && t.digits == 2 }

func (t token) isMinute() bool { return t.isTwo() && t.number < 60 }

// glued reports a number that touches what stands before it.
func (t token) glued() bool { return t.kind == tokenNumber && !t.gap }

func (t token) isDash() bool {
	if t.kind != tokenMark {
		return false
	}
	switch t.mark {
	case '-', '–', '—', '−', '‐', '‑', '‒', '―':
		return true
	}
	return false
}

func recentYear(t token) bool { return t.number >= 1990 && t.number <= 2099 }

// digitsOf is a number of some of the digits of another.
func digitsOf(t token, from, to int) token {
	digits := t.number
	for range t.digits - to {
		digits /= 10
	}
	mod := 1
	for range to - from {
		mod *= 10
	}
	return token{
		kind: tokenNumber, start: t.start + from, end: t.start + to, gap: t.gap && from == 0,
		number: digits % mod, digits: to - from,
	}
}

// nextToken reads the token that begins at or after an offset.
func nextToken(text string, pos int) token {
	t := token{}
	for pos < len(text) {
		r, size := rune(text[pos]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[pos:])
		}
		switch {
		case hidden(r):
		case r <= ' ' || unicode.IsSpace(r):
			t.gap = true
		case r >= '0' && r <= '9':
			return numberToken(text, pos, t)
		case isLetter(r):
			return wordToken(text, pos, t)
		default:
			if r == '․' || r == '．' { // full stops of other typefaces
				r = '.'
			}
			t.kind, t.start, t.end, t.mark = tokenMark, pos, pos+size, r
			return t
		}
		pos += size
	}
	return t
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r)
}

func numberToken(text string, pos int, t token) token {
	t.kind, t.start = tokenNumber, pos
	for pos < len(text) {
		c := text[pos]
		if c >= '0' && c <= '9' {
			if t.digits++; t.digits <= 9 {
				t.number = t.number*10 + int(c-'0')
			}
			pos++
			t.end = pos
			continue
		}
		r, size := utf8.DecodeRuneInString(text[pos:])
		if c < utf8.RuneSelf || !hidden(r) {
			break
		}
		pos += size
	}
	return t
}

func wordToken(text string, pos int, t token) token {
	t.kind, t.start = tokenWord, pos
	small := false
	for pos < len(text) {
		r, size := rune(text[pos]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[pos:])
		}
		switch {
		case isLetter(r):
			capital := unicode.IsUpper(r)
			if capital && small { // elements glued together: "PressApril 28"
				t.word = foldShort(text[t.start:t.end])
				return t
			}
			small = !capital
			t.end = pos + size
		case !hidden(r):
			t.word = foldShort(text[t.start:t.end])
			return t
		}
		pos += size
	}
	t.word = foldShort(text[t.start:t.end])
	return t
}

// foldShort is foldWord for words that may be of a date; longer ones stand as
// they are, and match nothing.
func foldShort(word string) string {
	if len(word) > 28 {
		return word
	}
	return words.Fold(word)
}
