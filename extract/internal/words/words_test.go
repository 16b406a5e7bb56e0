package words

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestCheck holds that mistakes in files of words are told with file and line,
// and with what helps.
func TestCheck(t *testing.T) {
	Set("fruit")
	Match("labels")
	Regexp("^{{heads}}$")
	for _, row := range []struct{ name, file, want string }{
		{"sound", "fruit: [Apfel, Öl]\nlabels:\n  a: [stand*]\n  b: [Datum]\n", ""},
		{"double", "fruit: [Apfel, Birne, Apfel]\n", `xx.yaml:1: fruit: "Apfel" stands here twice; remove one`},
		{"double but for an umlaut", "fruit:\n  - Öl\n  - ol\n", `xx.yaml:3: fruit: "ol" is the same as "Öl" in line 2 (capitals and marks do not count); remove one`},
		{"conflict", "labels:\n  a: [Datum]\n  b: [datum]\n", `xx.yaml:3: labels: "datum" is b here and a in xx.yaml:2; a word has one meaning, remove one`},
		{"covered", "labels:\n  a:\n    - aktualis*\n    - aktualisiert\n", `xx.yaml:4: labels: "aktualisiert" never decides, "aktualis*" in line 3 covers it; remove one`},
		{"nobody reads it", "friut: [Apfel]\n", `xx.yaml:1: nobody reads a section "friut" (the sections are `},
		{"empty", "fruit: ['']\n", `xx.yaml:1: section fruit: an empty word would stand everywhere; remove it, or write it in quotes`},
		{"open parenthesis", "heads: [Seite (teilen|drucken]\n", `xx.yaml:1: heads: "Seite (teilen|drucken" opens a ` +
			`parenthesis that it does not close`},
		{"no words", "fruit: Apfel\n", "xx.yaml:1: section fruit has no words: write a list, such as fruit: [bis]"},
	} {
		got := ""
		if err := load(fstest.MapFS{"xx.yaml": {Data: []byte(row.file)}}).check(); err != nil {
			got = err.Error()
		}
		if row.want == "" && got != "" || !strings.HasPrefix(got, row.want) {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

func TestMatcher(t *testing.T) {
	c := load(fstest.MapFS{"de.yaml": {Data: []byte("labels:\n  updated: [aktualis*, Stand, Änderung]\n  event: ['*termin', Termin*]\n")}})
	m := newMatcher(c.sections["labels"])
	for _, row := range []struct{ word, want string }{
		{"aktualisiert", "updated"},
		{"stand", "updated"},
		{"standort", ""},
		{"anderung", "updated"},
		{"aenderung", "updated"},
		{"ratstermin", "event"},
		{"termine", "event"},
		{"", ""},
	} {
		if got, _ := m.Find(row.word); got != row.want {
			t.Errorf("Find(%q) = %q, want %q", row.word, got, row.want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(files)
	}
}
