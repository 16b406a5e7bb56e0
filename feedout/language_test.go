package feedout

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news/search"
)

// TestEveryPhraseIsTranslated looks for the phrases of templates and code.
func TestEveryPhraseIsTranslated(t *testing.T) {
	var files []string
	for _, pattern := range []string{"templates/*.html", "*.go"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, list...)
	}
	call := regexp.MustCompile(`(?:\.T|\.say\(|mistake\{(?:phrase: )?) ?\(?"([^"]+)"`)
	counted := regexp.MustCompile(`(?:\.N [.\w]+|\.count\([^"]*?), ?"(\w+)"|\.N [.\w]+ "(\w+)"`)
	found := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(text), -1) {
			found++
			if _, ok := germanPhrases[m[1]]; !ok {
				t.Errorf("%s: %q has no German", f, m[1])
			}
		}
		for _, m := range counted.FindAllStringSubmatch(string(text), -1) {
			if _, ok := nouns[m[1]+m[2]]; !ok {
				t.Errorf("%s: noun %q has no forms", f, m[1]+m[2])
			}
		}
	}
	for _, phrase := range search.Phrases {
		if _, ok := germanPhrases[phrase]; !ok {
			t.Errorf("%q has no German", phrase)
		}
	}
	if found < 60 {
		t.Errorf("only %d phrases found", found)
	}
}

func TestSpoken(t *testing.T) {
	for header, want := range map[string]tongue{
		"": german, "de-DE,de;q=0.9,en;q=0.8": german, "en-GB,en;q=0.9": english, "fr, en;q=0.5, de;q=0.6": german, "fr": german, "en;q=0.1": english,
		"den": german, "de;q=0, en": english, "EN": english, ",,;q=": german,
	} {
		if got := spoken([]string{header}, "de"); got != want {
			t.Errorf("spoken(%q) = %s, want %s", header, got.tag(), want.tag())
		}
	}
	if got := spoken([]string{"fr"}, "it"); got != english {
		t.Errorf("a site in Italian speaks %s to the French, want en", got.tag())
	}
}

func TestWords(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)
	for got, want := range map[string]string{
		german.day(at):                   "Sonntag, 1. März 2026",
		english.day(at):                  "Sunday, 1 March 2026",
		german.moment(at):                "1. März 2026, 09:05 Uhr",
		english.moment(at):               "1 March 2026, 09:05",
		german.count(1, "item"):          "1 Meldung",
		german.count(0, "item"):          "0 Meldungen",
		german.count(12345, "item"):      "12.345 Meldungen",
		english.count(1, "source"):       "1 source",
		english.count(1234567, "source"): "1,234,567 sources",
		german.ago(90 * time.Minute):     "vor 90 Minuten",
		german.ago(72 * time.Hour):       "vor 3 Tagen",
		english.ago(72 * time.Hour):      "3 days ago",
		german.size(2_400_000):           "2,4 MB",
		english.size(999):                "999 B",
		german.size(0):                   "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
