package extract

import "testing"

// The evidence of a body tells whose rule found it. A preset's rule keeps it
// where the lead, which stands apart, is a large part of a short report, and
// yields where it finds a part only.
func TestBodyEvidence(t *testing.T) {
	const (
		lead = `<p class="lead">Der Rat hat am Montag den Haushalt für das kommende Jahr beschlossen. Er ist ausgeglichen.</p>`
		text = `<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer.</p>`
		more = `<p>Die Kreisumlage steigt im kommenden Jahr, und auch die Zinsen sind höher als im Jahr davor. Der Rat stimmte zu.</p>`
	)
	inText := func(s string) string { return `<div class="news-text-wrap">` + s + `</div>` }
	for _, tt := range []struct{ name, preset, below, want string }{
		{"preset", "typo3-news", inText(text + more), "preset"},
		{"preset, lead apart", "typo3-news", lead + inText(text), "preset"},
		{"preset that finds a part", "typo3-news", inText(text) + `<div>` + more + more + `</div>`, "text"},
		{"detection", "", inText(text + more), "text"},
		{"detection, lead apart", "", lead + `<div>` + text + more + `</div>`, "text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><main><div class="news-single"><h1>Haushalt 2025</h1>` + tt.below + `</div></main></body></html>`
			d, err := Parse(Page{URL: "https://stadt.example/haushalt", Body: []byte(page)}, Options{Preset: tt.preset, NoPreset: tt.preset == ""})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Article(nil).Evidence["body"]; got.Rule != tt.want {
				t.Errorf("body is by %+v, want rule %q", got, tt.want)
			}
		})
	}
}
