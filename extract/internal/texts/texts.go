package texts

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// WordOf is the word with which a text begins, behind bullets and arrows.
func WordOf(text string) string {
	if text = strings.TrimLeft(text, " \t\r\n"); text != "" && !IsASCIILetter(text[0]) {
		text = strings.TrimLeft(text, " \t\r\n\u00a0«»‹›<>|←→↑▲·•-#")
	}
	end := 0
	for end < len(text) && (IsASCIILetter(text[end]) || text[end] >= utf8.RuneSelf) && end < 40 {
		end++
	}
	return text[:end]
}

// IsASCIILetter reports a letter from A to Z in any case.
func IsASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// StartsWith reports whether the first word of a text is one of some, which are
// folded.
func StartsWith(text string, some map[string]bool) bool {
	var small [40]byte
	word := WordOf(text)
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return some[words.Fold(word)]
		}
		small[i] = word[i] | 0x20
	}
	return some[string(small[:len(word)])]
}

// IsASCIILetters reports whether a text is letters from A to Z alone.
func IsASCIILetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}

// FirstRune is the character with which a text begins; 0 for an empty one.
func FirstRune(s string) rune {
	for _, c := range s {
		return c
	}
	return 0
}

// HasLetters reports whether a text has two letters or more.
func HasLetters(s string) bool {
	n := 0
	for _, c := range s {
		if unicode.IsLetter(c) {
			if n++; n > 1 {
				return true
			}
		}
	}
	return false
}

// Pieces are parts of words that are looked for in one pass over a text: a cheap
// look before an expression.
type Pieces struct {
	pairs  [pairBits / 64]uint64 // bits of the first two bytes of each
	group  [256]uint8            // of those that begin with a byte; 0: none does
	groups [][]string
}

const pairBits = 2048

// pairOf is the bit of two bytes that follow each other; a few share one.
func pairOf(first, second byte) uint { return (uint(first)<<3 ^ uint(second)) % pairBits }

// PiecesOf are pieces of these texts, which are not empty.
func PiecesOf(all ...string) *Pieces {
	p := &Pieces{groups: make([][]string, 1)}
	for _, piece := range all {
		g := p.group[piece[0]]
		if g == 0 {
			g = uint8(len(p.groups)) //nolint:gosec // of a few
			p.group[piece[0]] = g
			p.groups = append(p.groups, nil)
		}
		p.groups[g] = append(p.groups[g], piece)
		if len(piece) > 1 {
			p.mark(piece[0], piece[1])
			continue
		}
		for second := range 256 {
			p.mark(piece[0], byte(second)) //nolint:gosec // below 256
		}
	}
	return p
}

func (p *Pieces) mark(first, second byte) {
	bit := pairOf(first, second)
	p.pairs[bit/64] |= 1 << (bit % 64)
}

// MayHold is a cheap look for phrases of sections of words: whether a text has a
// piece of one, in small letters or capitals.
func MayHold(sections ...string) func(text string) bool {
	marks := words.Landmarks(sections...)
	pieces := sync.OnceValue(func() *Pieces { return PiecesOf(marks()...) })
	return func(text string) bool { return pieces().In(text) }
}

// Holds looks for the words of sections as they are written, in small letters.
func Holds(sections ...string) func(lower string) bool {
	var read []func() []words.Entry
	for _, name := range sections {
		read = append(read, words.Entries(name))
	}
	pieces := sync.OnceValue(func() *Pieces {
		var all []string
		for _, entries := range read {
			for _, e := range entries() {
				all = append(all, strings.ToLower(e.Written()))
			}
		}
		return PiecesOf(all...)
	})
	return func(lower string) bool { return pieces().In(lower) }
}

// In reports whether one of them is in a text.
func (p *Pieces) In(text string) bool {
	for i := range len(text) {
		if p.group[text[i]] == 0 {
			continue
		}
		second := byte(0)
		if i+1 < len(text) {
			second = text[i+1]
		}
		if bit := pairOf(text[i], second); p.pairs[bit/64]&(1<<(bit%64)) != 0 && p.at(text[i:]) {
			return true
		}
	}
	return false
}

// at reports whether a text begins with one of them.
func (p *Pieces) at(text string) bool {
	for _, piece := range p.groups[p.group[text[0]]] {
		if strings.HasPrefix(text, piece) {
			return true
		}
	}
	return false
}

// HasDigit reports whether there is a digit in a text.
func HasDigit(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}

// Shorten cuts a text for messages, between characters.
func Shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
