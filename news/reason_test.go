package news

import (
	"regexp"
	"slices"
	"testing"
)

func TestSay(t *testing.T) {
	for _, tt := range []struct {
		name, language string
		reasons        []Reason
		want           string
	}{
		{"nothing said in parts", "de", nil, "as it was written"},
		{"numbers with their nouns", "en", []Reason{Because("silent", "40", "1")}, "nothing new for 40 days, where the usual pause is 1 day at most"},
		{"the same in German", "de-AT", []Reason{Because("silent", "40", "1")}, "seit 40 Tagen nichts Neues; die übliche " +
			"Pause dauert höchstens 1 Tag"},
		{"a word in the language", "de", []Reason{Because("listing-lost", "published")}, "die Liste zeigt keine Datumsangaben mehr"},
		{"a word that nobody knows", "de", []Reason{Because("listing-lost", "weather")}, "die Liste zeigt keine weather mehr"},
		{"a day", "en", []Reason{Because("backup-late", "2026-01-31")}, "the last backup was made on 31 January 2026"},
		{"a day in German", "de", []Reason{Because("backup-late", "2026-01-31")}, "die letzte Sicherung ist vom 31.1.2026"},
		{"a day that is none", "de", []Reason{Because("backup-late", "gestern")}, "die letzte Sicherung ist vom gestern"},
		{"several", "en", []Reason{Because("fault-gone", "https://a.example/", "the server answered 404 Not Found"), Because("tried", "2")},
			"https://a.example/: the server answered 404 Not Found; tried 2 times"},
		{"another language", "dede", []Reason{Because("listing-lost", "tags")}, "the listing no longer shows tags"},
		{"arguments that look like holes", "en", []Reason{Because("look", "{0}")}, "look with stadtfeed try {0}"},
		{"of a later version", "en", []Reason{Because("flooded", "by", "rain")}, "flooded by rain"},
		{"arguments that are not there", "en", []Reason{Because("few")}, "the listing shows  where  are usual"},
	} {
		if got := Say(tt.language, tt.reasons, "as it was written"); got != tt.want {
			t.Errorf("%s: Say(%q, %v) = %q, want %q", tt.name, tt.language, tt.reasons, got, tt.want)
		}
	}
}

// TestReasonsInBothLanguages holds that no sentence is missing, that German
// says no more than English does, and that holes are well written.
func TestReasonsInBothLanguages(t *testing.T) {
	holes := regexp.MustCompile(`\{(\d)(?:|:|@|\|[^|{}]+\|[^|{}]+)\}`)
	numbers := func(s string) (n []string) {
		for _, m := range holes.FindAllStringSubmatch(s, -1) {
			n = append(n, m[1])
		}
		slices.Sort(n)
		return slices.Compact(n)
	}
	braces := regexp.MustCompile(`[{}]`)
	for code, form := range reasons {
		en, de := numbers(form.en), numbers(form.de)
		if form.en == "" || form.de == "" || slices.ContainsFunc(de, func(n string) bool { return !slices.Contains(en, n) }) {
			t.Errorf("%s: %q and %q do not tell the same", code, form.en, form.de)
		}
		if rest := holes.ReplaceAllString(form.en+form.de, ""); braces.MatchString(rest) {
			t.Errorf("%s: a hole is not well written: %q", code, rest)
		}
	}
}
