package extract

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

func loadYAML(text string, to any) error { return yaml.Load([]byte(text), to, yaml.WithKnownFields()) }

func TestLookupPreset(t *testing.T) {
	if p, err := LookupPreset("typo3-news"); err != nil || p.Title == "" {
		t.Errorf("LookupPreset(typo3-news) = %q, %v", p.Title, err)
	}
	for name, want := range map[string]string{
		"typo3":        "did you mean typo3-news?",
		"kommune-21":   "did you mean kommune21?",
		"zzzzzzzzzzzz": "stadtfeed presets",
	} {
		if _, err := LookupPreset(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("LookupPreset(%q) = %v, want it to say %q", name, err, want)
		}
	}
}

func TestParsePresetMistakes(t *testing.T) {
	for name, text := range map[string]string{
		"unknown key":    "name: a\ntitle: A\nrules: {listing: {entri: li}}",
		"wrong selector": "name: a\ntitle: A\nrules: {listing: {entry: 'li['}}",
		"no name":        "title: A",
		"short markup":   "name: a\ntitle: A\nfingerprint: {markup: [li]}",
	} {
		if _, err := ParsePreset([]byte(text)); err == nil {
			t.Errorf("%s: a preset is read without a mistake", name)
		}
	}
}

// TestFingerprintsAreNoMentions holds that a page which only names a system, or
// links to one, is not taken for one of its pages.
func TestFingerprintsAreNoMentions(t *testing.T) {
	for name, main := range map[string]string{
		"award of a magazine":     `<h1>Preis für das Rathaus</h1><p>Die Zeitschrift Kommune21 hat die Stadt ausgezeichnet.</p>`,
		"link to a portal":        `<h1>Stellen</h1><p><a href="https://www.verwaltungsportal.de/jobs">Stellen im Verwaltungsportal</a></p>`,
		"link to an authority":    `<h1>Hinweis</h1><p><a href="https://amt.example/SharedDocs/Downloads/DE/plan.pdf">Plan des Amtes</a></p>`,
		"image from a weblog":     `<h1>Bild</h1><img src="https://blog.example/wp-content/themes/alt/bild.jpg" alt="">`,
		"system of a county":      `<h1>News</h1><p>The county moves to CivicEngage.</p>`,
		"a class of another kind": `<h1>Liste</h1><ul class="result-list news-list"><li class="teaser">Eintrag</li></ul>`,
	} {
		d := parseText(t, "https://stadt.example/aktuelles", `<!DOCTYPE html><html lang="de"><head><title>Stadt</title></head><body><main>`+main+`</main></body></html>`)
		if got := d.Article(nil).Preset; got != "" {
			t.Errorf("%s: taken for a page of %s", name, got)
		}
	}
}

// TestMarks compares the search that skips with one mark after the other.
func TestMarks(t *testing.T) {
	all := []mark{{"abab", 0}, {"babab", 1}, {"ccccc", 2}, {"acacaca", 3}, {"bcab", 4}}
	m := newMarks(all)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		page := make([]byte, random.IntN(30))
		for i := range page {
			page[i] = "abcd"[random.IntN(4)]
		}
		found := m.in(page)
		for _, k := range all {
			if want := strings.Contains(string(page), k.text); found[k.preset] != want {
				t.Fatalf("%q in %q: %v, want %v", k.text, page, !want, want)
			}
		}
	}
}

func BenchmarkMarks(b *testing.B) {
	page := bytes.Repeat(townPage(1), 5)
	m := presetMarks()
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		m.in(page)
	}
}
