package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldMarks spells marked letters plainly for comparing: März = Marz.
var foldMarks = func() map[rune]string {
	table := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i", 'ᵉ': "e", 'ʳ': "r", 'ᵈ': "d",
		'ⁿ': "n", 'ˢ': "s", 'ᵗ': "t", 'ʰ': "h"}
	for plain, marked := range map[string]string{
		"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "i": "ìíîïĩīĭį", "l": "ĺļľ", "n": "ñńņň",
		"o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşšș", "t": "ţťț", "u": "ùúûüũūŭůűų", "y": "ýÿ", "z": "źżž",
	} {
		for _, r := range marked {
			table[r] = plain
		}
	}
	return table
}()

// Fold is the one normal form of words: lower case, letters without marks
// ("März" is "marz"), without the characters that nobody sees. Spaces stay.
func Fold(s string) string {
	simple := true
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			simple = false
			break
		}
	}
	if simple {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch r = unicode.ToLower(r); {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r)) //nolint:gosec // of ASCII
		case Hidden(r):
		case foldMarks[r] != "":
			b.WriteString(foldMarks[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Hidden reports characters inside words and dates that nobody sees, and
// combining marks, which folding drops.
func Hidden(r rune) bool {
	switch {
	case r == '\u00ad', r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u2069', r == '\ufeff',
		r == '\ufffd',
		r >= '\u0300' && r <= '\u036f':
		return true
	}
	return false
}

// digraphs are how letters with marks are spelled where a keyboard or an
// address has none.
var digraphs = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe")

// joints are what stands between the parts of a word; folded, it is a space.
var joints = strings.NewReplacer("'", " ", "’", " ", "-", " ")

// spellings are the folded forms of a word: "geändert" is geandert and
// geaendert, "l'article" is l article.
func spellings(word string) []string {
	lower := strings.Join(strings.Fields(joints.Replace(strings.ToLower(word))), " ")
	plain, long := Fold(lower), Fold(digraphs.Replace(lower))
	if plain == long {
		return []string{plain}
	}
	return []string{plain, long}
}
