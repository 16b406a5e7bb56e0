package dom

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// Of scripts and style sheets, on many pages half of the bytes, only linked
// data is read in full. The beginning of the others is kept: the look for
// obstacles reads 4 KiB of a script, here with its line breaks of two bytes.
const (
	scriptKept = 9 << 10
	styleKept  = 32
	leastCut   = 256 // what is worth a copy of the page
)

// cutScripts shortens scripts and style sheets before a page is parsed. All
// other text and every tag stays where it is; from where tags alone do not
// tell what is script and what is not, the page is left as it is.
func cutScripts(text []byte) []byte {
	c := scriptCutter{text: text}
	for at := 0; at >= 0; {
		at = c.step(at)
	}
	if c.out == nil {
		return text
	}
	return append(c.out, text[c.from:]...)
}

// A scriptCutter steps over a page from tag to tag, by the rules of the parser's
// tokenizer.
type scriptCutter struct {
	text     []byte
	out      []byte // what is kept of text[:from]; nil: nothing was cut
	from     int
	foreign  int  // how many <svg> are open: there a script's text is read as tags
	inSelect bool // style sheets are none within
}

// step returns the end of the first tag or comment at or after an offset; -1
// where there is none or what follows is to be left alone.
func (c *scriptCutter) step(at int) int {
	open := bytes.IndexByte(c.text[at:], '<')
	if open < 0 || at+open+1 == len(c.text) {
		return -1
	}
	at += open + 1
	switch b := c.text[at]; {
	case b|0x20 >= 'a' && b|0x20 <= 'z':
		return c.startTag(at)
	case b == '/':
		return c.endTag(at + 1)
	case bytes.HasPrefix(c.text[at:], []byte("!--")):
		return commentEnd(c.text, at+1)
	case c.foreign > 0 && bytes.HasPrefix(c.text[at:], []byte("![CDATA[")):
		return -1
	case b == '!' || b == '?':
		return behind(c.text, at, '>')
	}
	return at
}

func (c *scriptCutter) startTag(at int) int {
	end := tagEnd(c.text, at)
	if end < 0 || end-at < len("svg>") {
		return end
	}
	switch name := strings.ToLower(string(c.text[at:nameEnd(c.text, at)])); name {
	case "svg":
		c.foreign++
	case "select":
		c.inSelect = true
	case "math", "frameset", "plaintext", "foreignobject":
		return -1
	case "desc":
		if c.foreign > 0 {
			return c.rawText(name, at, end)
		}
	case "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript", "xmp":
		return c.rawText(name, at, end)
	}
	return end
}

func (c *scriptCutter) endTag(at int) int {
	if at == len(c.text) {
		return -1
	}
	if b := c.text[at] | 0x20; b < 'a' || b > 'z' {
		return behind(c.text, at, '>')
	}
	switch strings.ToLower(string(c.text[at:nameEnd(c.text, at)])) {
	case "svg":
		c.foreign = max(0, c.foreign-1)
	case "select":
		c.inSelect = false
	}
	return tagEnd(c.text, at)
}

// rawText steps over the text of an element whose tag begins at an offset and
// which holds no tags, and cuts it.
func (c *scriptCutter) rawText(name string, tag, at int) int {
	end := rawEnd(c.text, at, name)
	if end < 0 {
		return -1
	}
	body := c.text[at:end]
	opens := bytes.IndexByte(body, '<') >= 0
	switch {
	case c.foreign > 0 && opens:
		return -1
	case c.foreign > 0:
	case name == "script":
		if comment := bytes.Index(body, []byte("<!--")); comment < 0 {
			c.cutScript(c.text[tag:at], at, end)
		} else if bytes.Contains(bytes.ToLower(body[comment:]), []byte("<script")) {
			return -1 // such a script goes on behind the first end tag
		}
	case name == "style" && !opens && !c.inSelect:
		lead := len(body) - len(bytes.TrimLeft(body, " \t\r\n"))
		c.cut(at+lead+styleKept, end)
	}
	return end
}

func (c *scriptCutter) cutScript(tag []byte, at, end int) {
	opening := string(c.text[at:min(end, at+256)])
	if !bytes.Contains(tag, []byte("json")) && !StateNames.In(opening) {
		c.cut(at+scriptKept, end)
	}
}

func (c *scriptCutter) cut(from, to int) {
	if to-from < leastCut {
		return
	}
	for !utf8.RuneStart(c.text[from]) {
		from--
	}
	if c.out == nil {
		c.out = make([]byte, 0, len(c.text)-(to-from))
	}
	c.out = append(c.out, c.text[c.from:from]...)
	c.from = to
}

// rawEnd is where the end tag of such an element begins; -1 where there is
// none.
func rawEnd(text []byte, at int, name string) int {
	for {
		next := bytes.Index(text[at:], []byte("</"))
		if next < 0 {
			return -1
		}
		at += next + 2
		if end := at + len(name); end < len(text) && strings.EqualFold(string(text[at:end]), name) && endsName(text[end]) {
			return at - 2
		}
	}
}

// nameEnd is where the name ends of the tag that begins at an offset.
func nameEnd(text []byte, at int) int {
	for at < len(text) && !endsName(text[at]) {
		at++
	}
	return at
}

// tagEnd is where the tag ends that begins at an offset: behind the first ">"
// that stands in no quoted value, or -1. Nearly all values are quoted and stand
// right behind the only "=" before them, which is quickly told.
func tagEnd(text []byte, at int) int {
	equals := 0
	for i := at; i < len(text); i++ {
		switch c := text[i]; {
		case c > '>':
		case c == '>':
			return i + 1
		case c == '=':
			equals++
		case c == '"' || c == '\'':
			if equals != 1 || text[i-1] != '=' || text[i-2] == '/' || isSpace(text[i-2]) {
				return oddTagEnd(text, at)
			}
			if i = behind(text, i+1, c); i < 0 {
				return -1
			}
			i--
			equals = 0
		}
	}
	return -1
}

// oddTagEnd reads a tag attribute by attribute.
func oddTagEnd(text []byte, at int) int {
	i := nameEnd(text, at)
	for i >= 0 {
		i = skipSpace(text, i)
		if i == len(text) {
			return -1
		}
		if text[i] == '>' {
			return i + 1
		}
		i = attributeEnd(text, i)
	}
	return -1
}

// attributeEnd is where the attribute at an offset ends, or -1.
func attributeEnd(text []byte, at int) int {
	i := at
	for i < len(text) && !endsName(text[i]) && (text[i] != '=' || i == at) {
		i++
	}
	i = skipSpace(text, i)
	switch {
	case i == len(text):
		return -1
	case text[i] == '/':
		return i + 1
	case text[i] != '=':
		return i
	}
	i = skipSpace(text, i+1)
	if i == len(text) {
		return -1
	}
	if quote := text[i]; quote == '"' || quote == '\'' {
		return behind(text, i+1, quote)
	}
	for i < len(text) && text[i] != '>' && !isSpace(text[i]) {
		i++
	}
	return i
}

// commentEnd is where the comment ends whose dashes begin at an offset, or -1.
func commentEnd(text []byte, at int) int {
	for from := at; ; at++ {
		dashes := bytes.Index(text[at:], []byte("--"))
		if dashes < 0 {
			return -1
		}
		at += dashes
		switch rest := text[at+2:]; {
		case bytes.HasPrefix(rest, []byte(">")):
			return at + 3
		case bytes.HasPrefix(rest, []byte("!>")) && at >= from+2:
			return at + 4
		}
	}
}

// behind is the offset behind the next such character; -1 where there is none.
func behind(text []byte, at int, c byte) int {
	i := bytes.IndexByte(text[at:], c)
	if i < 0 {
		return -1
	}
	return at + i + 1
}

func skipSpace(text []byte, at int) int {
	for at < len(text) && isSpace(text[at]) {
		at++
	}
	return at
}

func isSpace(c byte) bool { return strings.IndexByte(" \n\r\t\f", c) >= 0 }

// endsName reports whether a character ends the name of a tag or attribute.
func endsName(c byte) bool { return c <= '>' && (c == '>' || c == '/' || isSpace(c)) }

// StateNames are parts of a script that hands data to others: window.__STATE__ = {…},
// var news = [{…}].
var StateNames = texts.PiecesOf("= [{", "=[{", "= [ {", "= [\n", "= [\r", `= {"`, `={"`,
	"window.__", "window['__", `window["__`, "_STATE__", "__NUXT__")
