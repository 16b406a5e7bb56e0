package main

import (
	"strings"
	"testing"
)

// TestColours holds that our own colours reach a terminal whole, and that what
// steers it in a stranger's text does not.
func TestColours(t *testing.T) {
	const marked = "\x1b[1mkicker        \x1b[0m"
	for _, c := range []struct{ name, text, remark, want string }{
		{"nothing found", "", "", marked + "\x1b[2m–\x1b[0m\n"},
		{"a text", "Kassel", "", marked + "Kassel\n"},
		{"a text with a remark", "Kassel", "preset h1", marked + "Kassel\n              \x1b[2mpreset h1\x1b[0m\n"},
		{"a text that would steer the terminal", "Kas\x1b[31msel", "\x07h1", marked + "Kas[31msel\n              \x1b[2mh1\x1b[0m\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			(&printer{w: &b, colour: true, width: 100}).field("kicker", c.text, c.remark)
			if b.String() != c.want {
				t.Errorf("field(%q, %q) = %q, want %q", c.text, c.remark, b.String(), c.want)
			}
		})
	}
}
