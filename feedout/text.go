package feedout

import (
	"html"
	"math/bits"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// clean is text that any XML or JSON may hold: valid UTF-8 without the control
// characters and non-characters that XML 1.0 forbids, and with \n line ends,
// since a reader of XML would see those anyway.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		switch {
		case r == '\r', r == '\u0085':
			if i+1 >= len(s) || s[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == utf8.RuneError || !inXML(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isClean reports whether clean would change nothing, without allocating.
func isClean(s string) bool {
	for i := 0; i < len(s); {
		if i+8 <= len(s) {
			n := plain(s[i : i+8])
			if i += n; n == 8 {
				continue
			}
		}
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f, c == '\n', c == '\t':
			i++
		case c < utf8.RuneSelf:
			return false
		case c >= 0xc3 && c <= 0xdf && i+1 < len(s) && s[i+1]&0xc0 == 0x80: // U+00C0 to U+07FF: umlauts and their like
			i += 2
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError || !inXML(r) {
				return false
			}
			i += size
		}
	}
	return true
}

// plain is how many of eight bytes are printable ASCII before the first that
// is not. It looks at them together: texts are long, and most of them is that.
func plain(s string) int {
	_ = s[7]
	v := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	return bits.TrailingZeros64((v|(v-ones*' ')|(v+ones))&tops) / 8 // above 0x7f, below a space, or 0x7f
}

// inXML reports the characters of XML 1.0 §2.2 less the discouraged controls.
func inXML(r rune) bool {
	switch {
	case r == '\t', r == '\n':
		return true
	case r < ' ', r >= 0x7f && r <= 0x9f:
		return false
	}
	return r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd && (r < 0xfdd0 || r > 0xfdef) || r >= 0x10000 && r&0xfffe != 0xfffe
}

// line is clean text on one line.
func line(s string) string {
	s = clean(s)
	if strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\t') < 0 && !strings.Contains(s, "\u2028") && !strings.Contains(s, "\u2029") {
		return strings.TrimSpace(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

var (
	tagLike    = regexp.MustCompile(`<[/!?A-Za-z]`)
	entityLike = regexp.MustCompile(`&#?[\pL\pN_]+`)
)

// unmarked is text on one line that means the same as text and as HTML. Some
// readers take the title of an RSS item as the one and some as the other (RSS
// Advisory Board, best practices), and the W3C validator warns where it matters;
// so what would mean something in HTML is written with letters that look alike.
func unmarked(s string) string {
	s = line(s)
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	if tagLike.MatchString(s) {
		s = strings.NewReplacer("<", "‹", ">", "›").Replace(s)
	}
	return entityLike.ReplaceAllStringFunc(s, func(m string) string {
		if html.UnescapeString(m+";") == m+";" && !strings.ContainsFunc(m[1:], func(r rune) bool { return !unicode.IsLetter(r) }) {
			return m
		}
		return "＆" + m[1:]
	})
}

// paragraphs is plain text as HTML.
func paragraphs(text string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(clean(text), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>")
			b.WriteString(html.EscapeString(p))
			b.WriteString("</p>\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// webURL is an address that may be published: absolute, http or https, and in
// the ASCII form that every reader takes. Any other becomes empty.
func webURL(address string) string {
	address = strings.TrimRight(address, "#")
	if plainURL(address) {
		return address
	}
	u, err := url.Parse(strings.TrimSpace(clean(address)))
	if err != nil || u.Host == "" || u.Opaque != "" {
		return ""
	}
	if u.Scheme = strings.ToLower(u.Scheme); u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if host, err := idna.Lookup.ToASCII(u.Hostname()); err == nil {
		u.Host = host + strings.TrimPrefix(u.Host, u.Hostname()) // the port stays
	}
	if u.User = nil; u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = escapeRest(u.RawQuery)
	u.RawFragment = ""
	out := strings.TrimRight(escapeRest(u.String()), "#")
	if u, err := url.Parse(out); err != nil || u.Hostname() == "" {
		return ""
	}
	return out
}

// plainURL reports an address that is fit to print as it stands.
func plainURL(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	host := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		host = rest[:end]
	}
	if host == rest || rest[len(host)] != '/' || host == "" || strings.Trim(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") != "" {
		return false
	}
	if strings.Count(rest, "#") > 1 {
		return false
	}
	for i := range len(rest) {
		c := rest[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~:/?#!$&'()*+,;=", c) >= 0:
		case c == '%' && i+2 < len(rest) && isHex(rest[i+1]) && isHex(rest[i+2]):
		default:
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// escapeRest writes what an address cannot hold in percent form and leaves
// percent forms alone.
func escapeRest(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		bad := c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0
		if c == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			bad = true
		}
		if bad {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
