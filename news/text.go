package news

import (
	"crypto/sha1" //nolint:gosec // names a slug, protects nothing
	"encoding/hex"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// latin spells letters with marks as letters without; German ones as design
// and habit ask (ä→ae, ß→ss).
var latin = sync.OnceValue(func() map[rune]string {
	m := map[rune]string{
		'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ð': "d", 'þ': "th",
		'đ': "d", 'ħ': "h", 'ı': "i", 'ĳ': "ij", 'ĸ': "k", 'ł': "l", 'ŋ': "n", 'ŧ': "t", 'ſ': "s",
	}
	for base, marked := range map[string]string{
		"a": "àáâãåāăąǎȁȃạảấầẩẫậắằẳẵặ", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęěȅȇẹẻẽếềểễệ", "g": "ĝğġģǧ", "h": "ĥ",
		"i": "ìíîïĩīĭįǐȉȋỉị", "j": "ĵ", "k": "ķ", "l": "ĺļľŀ", "n": "ñńņňŉ", "o": "òóôõōŏőǒȍȏơọỏốồổỗộớờởỡợ",
		"r": "ŕŗřȑȓ", "s": "śŝşšș", "t": "ţťț", "u": "ùúûũūŭůűųǔȕȗưụủứừửữự", "w": "ŵ", "y": "ýÿŷỳỵỷỹ", "z": "źżž",
	} {
		for _, r := range marked {
			m[r] = base
		}
	}
	return m
})

// pattern is a regular expression that is compiled when it is first used:
// "stadtfeed version" needs none.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// Slug is a name as it stands in an address: lower case, German
// transliteration, other Latin letters without marks, everything else a
// hyphen. A name without a Latin letter or digit gets a slug from its hash.
func Slug(name string) string { return fold(name, '-') }

// fold is Slug with another sign between words.
func fold(name string, between byte) string {
	var short [96]byte
	b := short[:0]
	gap := false
	write := func(part string) {
		if gap && len(b) > 0 {
			b = append(b, between)
		}
		gap = false
		b = append(b, part...)
	}
	for i := 0; i < len(name); {
		if c := name[i]; c < utf8.RuneSelf {
			i++
			if c = foldedASCII[c]; c == 0 {
				gap = true
				continue
			}
			if gap && len(b) > 0 {
				b = append(b, between)
			}
			gap = false
			b = append(b, c)
			continue
		}
		r, size := utf8.DecodeRuneInString(name[i:])
		i += size
		r = unicode.ToLower(r)
		switch part := latin()[r]; {
		case part != "":
			write(part)
		case r >= 'a' && r <= 'z': // İ, K (kelvin)
			write(string(r))
		case invisible(r), unicode.Is(unicode.Mn, r) && r != '\u0308':
		case r == '\u0308' && !gap && len(b) > 0 && strings.IndexByte("aou", b[len(b)-1]) >= 0: // ä as a + diaeresis
			write("e")
		default:
			gap = true
		}
	}
	if len(b) == 0 && strings.TrimSpace(name) != "" {
		sum := sha1.Sum([]byte(strings.ToLower(name))) //nolint:gosec // see the import
		return "x" + hex.EncodeToString(sum[:4])
	}
	return string(b)
}

// foldedASCII is what a letter or digit becomes; zero: neither.
var foldedASCII = func() (table [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			table[c] = c
		case c >= 'A' && c <= 'Z':
			table[c] = c - 'A' + 'a'
		}
	}
	return table
}()

// invisible reports the characters that towns' systems put inside words and
// dates and that nobody sees: soft hyphen, zero-width space and joiners,
// directional marks, byte order mark.
func invisible(r rune) bool {
	switch {
	case r == '\u00ad', r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u2064', r >= '\u2066' && r <= '\u2069', r == '\ufeff':
		return true
	}
	return false
}

// Squash is text as it is compared and shown on one line: white space folded
// to single spaces, ends trimmed, invisible characters gone.
func Squash(s string) string {
	for s != "" && isBlank(s[0]) {
		s = s[1:]
	}
	for s != "" && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	if Plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	write := func(part string) {
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteString(part)
	}
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && s[end] > ' ' && s[end] < 0x7f {
			end++
		}
		if end > i {
			write(s[i:end])
			i = end
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case invisible(r) || r == unicode.ReplacementChar:
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = b.Len() > 0
		default:
			write(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// Plain reports whether Squash would change nothing, without allocating: the
// text is of single spaces, ASCII, letters of European languages and common
// marks.
func Plain(s string) bool {
	space := true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c > ' ' && c < 0x7f:
			space = false
		case c == ' ':
			if space {
				return false
			}
			space = true
		default:
			width := ordinary(s[i:])
			if width == 0 {
				return false
			}
			i += width - 1
			space = false
		}
	}
	return !space || s == ""
}

// ordinary is the length of the Latin letter (À to ſ), quotation mark, dash or
// ellipsis that a text begins with; 0 where it begins otherwise.
func ordinary(s string) int {
	isTail := func(c byte) bool { return c >= 0x80 && c < 0xc0 }
	switch {
	case len(s) >= 2 && s[0] >= 0xc3 && s[0] <= 0xc5 && isTail(s[1]):
		return 2
	case len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && (s[2] >= 0x90 && s[2] <= 0xa2 || s[2] == 0xa6):
		return 3
	}
	return 0
}

// EditDistance is how many bytes must be put in, taken out or changed to make
// one text the other (Levenshtein): 1 for "verkehr" and "verkeh".
func EditDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
