package main

import (
	"fmt"
	"io"
	"os"
	"strings"

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
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
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
