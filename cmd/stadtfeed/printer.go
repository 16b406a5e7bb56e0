package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/term"
)

// A printer writes results for people: with colours on a terminal unless
// NO_COLOR is set, and folded to its width.
type printer struct {
	w      io.Writer
	colour bool
	width  int
}

func newPrinter(w io.Writer) *printer {
	p := &printer{w: w, width: 100}
	if f, ok := w.(*os.File); ok && isTerminal(w) {
		p.colour = os.Getenv("NO_COLOR") == ""
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 40 {
			p.width = width
		}
	}
	return p
}

// The colours of a terminal.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

// paint colours a text.
func (p *printer) paint(colour, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (p *printer) line(format string, args ...any) { fmt.Fprintf(p.w, format+"\n", args...) }

// field writes a label and a text, folded under itself, with a remark in a
// line of its own. Where there is neither, a dash says so.
func (p *printer) field(label, text, remark string) {
	const indent = 14
	if text == "" && remark == "" {
		p.line("%s%s", p.paint(bold, pad(label, indent)), p.paint(dim, "–"))
		return
	}
	lines := fold(visible(text), p.width-indent)
	for i, l := range lines {
		if i > 0 {
			label = ""
		}
		p.line("%s%s", p.paint(bold, pad(label, indent)), l)
	}
	if remark == "" {
		return
	}
	for _, l := range fold(visible(remark), p.width-indent) {
		p.line("%s%s", pad("", indent), p.paint(dim, l))
	}
}

// visible is text from a stranger without what steers a terminal.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if steers(r) {
			return -1
		}
		return r
	}, s)
}

// steers reports whether a terminal does something else with a rune than show
// it: control characters, and those that turn or hide what stands around them
// (Unicode's category Cf, such as U+202E, and the separators of lines).
func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// A jsonEscaper writes JSON with everything that steers a terminal as \u
// escapes; it says the same to whoever parses it.
type jsonEscaper struct {
	w    io.Writer
	part []byte // of a rune that the next write goes on with
}

// forTerminal is w, or, where people read it, one that escapes.
func forTerminal(w io.Writer) io.Writer {
	if isTerminal(w) {
		return &jsonEscaper{w: w}
	}
	return w
}

func (e *jsonEscaper) Write(p []byte) (int, error) {
	text := append(e.part, p...)
	e.part = nil
	var out []byte
	for len(text) > 0 {
		if !utf8.FullRune(text) {
			e.part = append(e.part, text...)
			break
		}
		r, size := utf8.DecodeRune(text)
		switch {
		case r != '\n' && r != '\t' && steers(r) && r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		case r != '\n' && r != '\t' && steers(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, text[:size]...)
		}
		text = text[size:]
	}
	_, err := e.w.Write(out)
	return len(p), err
}

// pad fills a text with spaces.
func pad(s string, width int) string {
	if n := len([]rune(s)); n < width {
		return s + strings.Repeat(" ", width-n)
	}
	return s
}

// cut shortens a text to a width.
func cut(s string, width int) string {
	r := []rune(s)
	if len(r) <= width {
		return s
	}
	return strings.TrimRight(string(r[:max(width-1, 0)]), " ") + "…"
}

// fold breaks a text into lines between words.
func fold(s string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
				lines = append(lines, line)
				line = ""
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		lines = append(lines, line)
	}
	return lines
}
