package feedout

import (
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"Straße":                     "Straße",
		"a\r\nb\rc":                  "a\nb\nc",
		"\x00\x01Text\x0b":           "Text",
		"lange Zeile mit \x7f darin": "lange Zeile mit  darin",
		"\xff\xfekaputt":             "kaputt",
		"\ufffe\uffff\ufdd0ok":       "ok",
		"\u0080C1\u009f":             "C1",
		"Emoji 😀 bleibt":             "Emoji 😀 bleibt",
		"12345678\x1f12345678":       "1234567812345678",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzClean holds that clean text is valid, has nothing that XML forbids, is
// recognised as clean, and that text without such characters stays.
func FuzzClean(f *testing.F) {
	for _, s := range nasty {
		f.Add(s + " und noch ein längerer Text " + s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !isClean(got) || !utf8.ValidString(got) {
			t.Fatalf("clean(%q) = %q is not clean", s, got)
		}
		fine := utf8.ValidString(s)
		for _, r := range s {
			fine = fine && r != utf8.RuneError && inXML(r)
		}
		if fine != isClean(s) || fine && got != s {
			t.Fatalf("clean(%q) = %q, isClean = %v", s, got, isClean(s))
		}
	})
}

func TestWebURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://stadt.example/a?b=c&d=e#f":  "https://stadt.example/a?b=c&d=e#f",
		"http://münchen.example/straße":      "http://xn--mnchen-3ya.example/stra%C3%9Fe",
		"https://stadt.example/a b":          "https://stadt.example/a%20b",
		"HTTP://Stadt.example/":              "http://stadt.example/",
		"https://stadt.example":              "https://stadt.example/",
		"https://stadt.example?a=b":          "https://stadt.example/?a=b",
		"https://user:pass@stadt.example/":   "https://stadt.example/",
		"javascript:alert(1)":                "",
		"java\nscript:alert(1)":              "",
		"data:text/html,<script>":            "",
		"/relativ":                           "",
		"//stadt.example/":                   "",
		"https://":                           "",
		"https:///pfad":                      "",
		"https://x:notaport/":                "",
		"":                                   "",
		`https://stadt.example/"onclick="x`:  "https://stadt.example/%22onclick=%22x",
		"https://stadt.example:8443/x":       "https://stadt.example:8443/x",
		"https://stadt.example/100%":         "",
		"https://stadt.example/?q=100%&r=%C": "https://stadt.example/?q=100%25&r=%25C",
	} {
		if got := webURL(in); got != want {
			t.Errorf("webURL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestUnmarked(t *testing.T) {
	for in, want := range map[string]string{
		"AT&T baut aus":         "AT&T baut aus",
		"Copy&paste, R&D2":      "Copy&paste, R＆D2",
		"&copy 2026, &#60;":     "＆copy 2026, ＆#60;",
		"a < b und c > d":       "a < b und c > d",
		"<b>Fett</b>":           "‹b›Fett‹/b›",
		"Tom &amp; Jerry":       "Tom ＆amp; Jerry",
		"Zeile\n eins\tzwei":    "Zeile eins zwei",
		"<script>alert</script": "‹script›alert‹/script",
	} {
		if got := unmarked(in); got != want {
			t.Errorf("unmarked(%q) = %q, want %q", in, got, want)
		}
	}
}
