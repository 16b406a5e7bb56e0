package main

import (
	"encoding/json"
	"errors"
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

// TestSteering: no character that a stranger wrote turns, hides or moves what
// stands on the terminal, be it as text or as JSON; the JSON says the same.
func TestSteering(t *testing.T) {
	hostile := "a\u202eb\u2066c\u200bd\u00ade\U000e0041f\u2028g\x1b[31mh\u009bi\ufeffj"
	if got := visible(hostile); got != "abcdefg[31mhij" {
		t.Errorf("visible = %q", got)
	}
	var plain, escaped strings.Builder
	if err := json.NewEncoder(&plain).Encode(hostile); err != nil {
		t.Fatal(err)
	}
	e := &jsonEscaper{w: &escaped}
	for i := range len(plain.String()) { // also where a write ends within a character
		if _, err := e.Write([]byte{plain.String()[i]}); err != nil {
			t.Fatal(err)
		}
	}
	if strings.ContainsFunc(strings.TrimSuffix(escaped.String(), "\n"), steers) {
		t.Errorf("%q still steers", escaped.String())
	}
	var again, want string
	if err := errors.Join(json.Unmarshal([]byte(escaped.String()), &again), json.Unmarshal([]byte(plain.String()), &want)); err != nil || again != want {
		t.Errorf("the JSON says %q, %v, want %q", again, err, want)
	}
}
