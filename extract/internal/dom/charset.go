package dom

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// declarationWindow is how far into a page a charset declaration is looked
// for. The HTML standard says 1 KiB; towns put scripts first.
const declarationWindow = 4 << 10

// decode is a page's body as UTF-8, with the name of the encoding it was read
// in. A byte order mark decides first, then charset (the source's override),
// then the content type, then the page's own declaration, then the bytes
// themselves. latin-1 is read as windows-1252, as browsers do; a declared
// single-byte encoding yields to bytes that are plainly UTF-8, and a declared
// UTF-8 yields to bytes that plainly are not.
//
// The text is always valid UTF-8 without NUL; it is body itself where nothing
// had to change. The error tells only of an unknown override, which is then
// passed over.
func decode(body []byte, contentType, charset string) (text []byte, name string, err error) {
	if rest, enc, name := cutMark(body); name != "" {
		return finish(rest, enc), name, nil
	}
	if enc, name := lookupCharset(charset); name != "" {
		return finish(body, enc), name, nil
	}
	if charset != "" {
		err = fmt.Errorf("charset %q: no such encoding (try utf-8 or windows-1252)", charset)
	}
	enc, name := declaredCharset(body, contentType)
	isWide := strings.HasPrefix(name, "utf-16")
	if wide, wideName := guessWide(body); wide != nil && (isWide || name == "" || name == "utf-8") {
		return finish(body, wide), wideName, err
	}
	switch {
	case isWide: // no zero bytes where UTF-16 has them: the page cannot mean it
		name = ""
	case singleByte(enc) && hasMultibyte(body) && utf8.Valid(body):
		name = ""
	}
	if name != "" && name != "utf-8" {
		return finish(body, enc), name, err
	}
	text, name = decodeUndeclared(body)
	return text, name, err
}

// decodeUndeclared is decode by the bytes alone.
func decodeUndeclared(body []byte) (text []byte, name string) {
	if utf8.Valid(body) {
		return repairMojibake(withoutNUL(body)), "utf-8"
	}
	if mostlyUTF8(body) {
		return mendUTF8(body), "utf-8"
	}
	return finish(body, charmap.Windows1252), "windows-1252"
}

// finish decodes and makes sure of the promise: valid UTF-8 without NUL.
// A nil encoding is UTF-8.
func finish(body []byte, enc encoding.Encoding) []byte {
	text := body
	if enc != nil && enc != unicode.UTF8 {
		if decoded, err := enc.NewDecoder().Bytes(body); err == nil {
			text = decoded
		}
	}
	text = withoutNUL(text)
	if !utf8.Valid(text) {
		text = mendUTF8(text)
	}
	return text
}

func withoutNUL(text []byte) []byte {
	if bytes.IndexByte(text, 0) < 0 {
		return text
	}
	return bytes.ReplaceAll(text, []byte{0}, nil)
}

// cutMark cuts a byte order mark and tells what it stands for.
func cutMark(body []byte) (rest []byte, enc encoding.Encoding, name string) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		rest, name = body[3:], "utf-8"
		if !utf8.Valid(rest) && !mostlyUTF8(rest) { // a mark from the template, the rest from elsewhere
			return rest, charmap.Windows1252, "windows-1252"
		}
		return rest, nil, name
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return body[2:], unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be"
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return body[2:], unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le"
	}
	return body, nil, ""
}

// lookupCharset finds an encoding by any of its labels (WHATWG), and by the
// misspellings that occur. The name is empty where there is none.
func lookupCharset(label string) (encoding.Encoding, string) {
	label = strings.ToLower(strings.Trim(label, " \t\r\n\f\"'`;,"))
	switch label {
	case "utf8mb4", "utf8mb3", "utf_8", "unicode-utf-8", "utf8_unicode_ci":
		label = "utf-8"
	case "iso-8559-1", "iso8859_1", "iso_8859-15", "latin-1", "cp-1252", "win-1252", "windows1252", "ansi":
		label = "windows-1252"
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil, ""
	}
	name, err := htmlindex.Name(enc)
	if err != nil || name == "replacement" || name == "x-user-defined" {
		return nil, ""
	}
	return enc, name
}

// declaredCharset is what the server says, or else the page.
func declaredCharset(body []byte, contentType string) (encoding.Encoding, string) {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		if enc, name := lookupCharset(params["charset"]); name != "" {
			return enc, name
		}
	} else if _, label, found := strings.Cut(strings.ToLower(contentType), "charset="); found {
		label, _, _ = strings.Cut(label, ";")
		if enc, name := lookupCharset(label); name != "" {
			return enc, name
		}
	}
	head := body[:min(len(body), declarationWindow)]
	enc, name := lookupCharset(xmlCharset(head))
	if name == "" {
		enc, name = lookupCharset(metaCharset(head))
	}
	if strings.HasPrefix(name, "utf-16") { // readable as ASCII, so it is not UTF-16 (HTML standard, prescan)
		return unicode.UTF8, "utf-8"
	}
	return enc, name
}

// xmlCharset is the label in an XML declaration at the start.
func xmlCharset(head []byte) string {
	head = bytes.TrimLeft(head, " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	declaration, _, _ := bytes.Cut(head, []byte("?>"))
	_, after, found := bytes.Cut(declaration, []byte("encoding"))
	if !found {
		return ""
	}
	return attributeValue(after)
}

// metaCharset is the label in the first <meta> that has one, be it charset=
// or http-equiv; what stands in comments does not count.
func metaCharset(head []byte) string {
	for len(head) > 0 {
		i := bytes.IndexByte(head, '<')
		if i < 0 {
			return ""
		}
		head = head[i:]
		if bytes.HasPrefix(head, []byte("<!--")) {
			_, after, found := bytes.Cut(head, []byte("-->"))
			if !found {
				return ""
			}
			head = after
			continue
		}
		if len(head) > 5 && bytes.EqualFold(head[:5], []byte("<meta")) {
			tag, after, _ := bytes.Cut(head, []byte(">"))
			lower := bytes.ToLower(tag)
			if j := bytes.Index(lower, []byte("charset")); j >= 0 && len(lower) == len(tag) {
				if label := attributeValue(tag[j+len("charset"):]); label != "" {
					return label
				}
			}
			head = after
			continue
		}
		head = head[1:]
	}
	return ""
}

// attributeValue is the value after "=", quoted or not.
func attributeValue(after []byte) string {
	after = bytes.TrimLeft(after, " \t\r\n")
	if len(after) == 0 || after[0] != '=' {
		return ""
	}
	after = bytes.TrimLeft(after[1:], " \t\r\n\"'")
	if end := bytes.IndexAny(after, " \t\r\n\"';>/"); end >= 0 {
		after = after[:end]
	}
	return string(after)
}

// guessWide recognises UTF-16 without a mark: Latin text has a zero in every
// second byte.
func guessWide(body []byte) (encoding.Encoding, string) {
	head := body[:min(len(body), 512)&^1]
	if len(head) < 4 {
		return nil, ""
	}
	var even, odd int
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	half := len(head) / 2
	switch {
	case odd*10 >= half*7 && even*10 < half:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16le"
	case even*10 >= half*7 && odd*10 < half:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "utf-16be"
	}
	return nil, ""
}

func singleByte(enc encoding.Encoding) bool {
	_, ok := enc.(*charmap.Charmap)
	return ok
}

func hasMultibyte(body []byte) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// mostlyUTF8 reports whether a text that is not valid UTF-8 is so all the same
// but for a few bytes (a cut at the end, a field from another database).
func mostlyUTF8(body []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			if i+utf8.UTFMax > len(body) { // cut within the last character
				break
			}
			bad++
		} else {
			good++
		}
		i += size
	}
	return good > 2*bad
}

// mendUTF8 keeps what is valid, reads single wrong bytes as windows-1252, and
// drops a character that is cut off at the end.
func mendUTF8(body []byte) []byte {
	text := make([]byte, 0, len(body)+len(body)/16)
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		switch {
		case r == 0:
		case r != utf8.RuneError || size > 1:
			text = append(text, body[i:i+size]...)
		case i+utf8.UTFMax > len(body) && !utf8.FullRune(body[i:]):
			return text
		default:
			text = utf8.AppendRune(text, charmap.Windows1252.DecodeByte(body[i]))
		}
		i += size
	}
	return text
}

// hasMojibakeMark reports whether a text has what UTF-8 begins with that was
// read as windows-1252 and written as UTF-8 again: "Ã", "Â" or "â€".
func hasMojibakeMark(text []byte) bool {
	for {
		i := bytes.IndexByte(text, 0xc3) // with which all three begin
		if i < 0 || i+1 == len(text) {
			return false
		}
		if text = text[i+1:]; text[0] == 0x82 || text[0] == 0x83 || bytes.HasPrefix(text, []byte("\xa2\u20ac")) {
			return true
		}
	}
}

// repaired are the characters that a repair may yield: those that German and
// its neighbours are written with.
const repaired = "äöüÄÖÜßáàâãåæçéèêëíìîïñóòôõøœúùûýÿÁÀÂÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕØŒÚÙÛłśżźćńęąšžčřěů–—…„“”‚‘’‹›«»•€§°´·©®²³½¼¾×\u00a0\u00ad"

// repairMojibake undoes a double encoding where it is certain: at least two
// places read as mojibake ("Ã¼"), and each of them turns into exactly one
// character of European text. Other text stays as it is.
func repairMojibake(text []byte) []byte {
	if !hasMojibakeMark(text) {
		return text
	}
	var out []byte
	places, last := 0, 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		if r, size := mojibakeAt(text[i:]); size > 0 {
			out = append(out, text[last:i]...)
			out = utf8.AppendRune(out, r)
			places++
			i += size
			last = i
			continue
		}
		_, size := utf8.DecodeRune(text[i:])
		i += size
	}
	if places < 2 {
		return text
	}
	return append(out, text[last:]...)
}

// mojibakeAt is the character that the start of text stands for when its
// characters are taken as windows-1252 bytes, and how long that start is; 0
// where it is no mojibake.
func mojibakeAt(text []byte) (rune, int) {
	var raw [4]byte
	n, used, want := 0, 0, 1
	for n < want && used < len(text) {
		r, size := utf8.DecodeRune(text[used:])
		b, ok := windows1252Byte(r)
		if n == 0 {
			want = mojibakeLength(b)
		}
		if !ok || want == 0 {
			return 0, 0
		}
		raw[n] = b
		n++
		used += size
	}
	r, size := utf8.DecodeRune(raw[:n])
	if n != want || size != want || !strings.ContainsRune(repaired, r) {
		return 0, 0
	}
	hardSpace := raw[0] == 0xc3 && raw[1] == 0xa0 // "Ã" before one may be meant
	if hardSpace || r == '\u00a0' && raw[0] != 0xc2 {
		return 0, 0
	}
	return r, used
}

// mojibakeLength is how many bytes a character has that begins with a byte; 0
// for those that nobody's words have.
func mojibakeLength(first byte) int {
	switch first {
	case 0xc2, 0xc3, 0xc4, 0xc5:
		return 2
	case 0xe2:
		return 3
	}
	return 0
}

// windows1252Byte is the byte of a character; C1 controls stand for
// themselves, as in double encodings by way of latin-1.
func windows1252Byte(r rune) (byte, bool) {
	if r >= 0x80 && r <= 0x9f {
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}
