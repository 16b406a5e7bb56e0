package texts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsWordRune reports a letter, a digit or a mark on one.
func IsWordRune(c rune) bool {
	if c < utf8.RuneSelf {
		return c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
	}
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.M, c)
}

// Key is text as it is compared: letters and digits in lower case, everything
// else a single space.
func Key(s string) string {
	var short [256]byte
	b := short[:]
	if most := 3*len(s)/2 + 2; most > len(b) { // "Ⱥ" in lower case takes half as much again
		b = make([]byte, most)
	}
	b[0] = ' '
	end := 1
	for i := 0; i < len(s); {
		c := keyLetters[s[i]]
		if c == 0 {
			letter, size := keyLetter(s[i:])
			i += size
			switch letter {
			default:
				end += utf8.EncodeRune(b[end:], letter)
				continue
			case 0:
				continue
			case ' ':
				c = ' '
			}
		} else {
			i++
		}
		b[end] = c
		if next := end + 1; c != b[end-1] || c != ' ' {
			end = next
		}
	}
	return strings.Trim(string(b[:end]), " ")
}

// keyLetters are the letters and digits of ASCII in lower case, a space for all
// else of it, and 0 for what is not of it.
var keyLetters = func() (table [256]byte) {
	for c := range utf8.RuneSelf {
		table[c] = ' '
	}
	for c := byte('0'); c <= '9'; c++ {
		table[c] = c
	}
	for c := byte('a'); c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = c, c
	}
	return table
}()

// keyLetter is the letter or digit with which a text begins, in lower case: a
// space for what is neither, 0 for what is not seen.
func keyLetter(s string) (letter rune, size int) {
	c, size := utf8.DecodeRuneInString(s)
	switch {
	case c >= 'à' && c <= 'ÿ' && c != '÷':
		return c, size
	case c == '\u00ad' || c >= '\u200b' && c <= '\u200f' || c == '\ufeff':
		return 0, size
	}
	if c = unicode.ToLower(c); IsWordRune(c) {
		return c, size
	}
	return ' ', size
}
