package extract

import (
	"fmt"
	"strings"
	"testing"
)

// TestArticleGrowth holds that what a page repeats costs in proportion: twice as
// many of a kind are at most 2.2 times as many allocations.
func TestArticleGrowth(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector empties pools at random, so that allocations tell nothing")
	}
	for _, tt := range []struct {
		name string
		one  func(i int) string
	}{
		{"authors", func(i int) string { return fmt.Sprintf(`<span class="author">Von %d</span> `, i) }},
		{"links to files", func(i int) string { return fmt.Sprintf(`<p><a href="/f/%d.pdf">Plan %d</a></p>`, i, i) }},
		{"embedded files", func(i int) string { return fmt.Sprintf(`<object data="/f/%d.pdf"></object>`, i) }},
		{"offices", func(i int) string {
			return fmt.Sprintf(`<div><p>Amt %d, Am Anger 4, 99987 Moosbrunn, Telefon 0999 123456</p></div>`, i)
		}},
		{"labels of tags", func(i int) string { return fmt.Sprintf(`<p>Themen: <a href="/t/%d">Thema %d</a></p>`, i, i) }},
		{"other articles", func(i int) string {
			return fmt.Sprintf(`<article><h2><a href="/a/%d">Meldung %d</a></h2><p>Der Rat hat getagt.</p></article>`, i, i)
		}},
		{"cards of authors", func(i int) string { return fmt.Sprintf(`<div><p>Autor</p><p>niemand %d</p></div>`, i) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cost := func(n int) float64 {
				var b strings.Builder
				for i := range n {
					b.WriteString(tt.one(i))
				}
				page := `<html lang="de"><head><title>Haushalt</title></head><body><main><article><h1>Haushalt</h1><p>Der Rat hat am Montag den Haushalt beschlossen, und die Stadt will davon die Schulen sanieren.</p></article>` + b.String() + `</main></body></html>`
				d := parseDetected(t, "https://ort.example/a/1", page)
				return testing.AllocsPerRun(1, func() { d.Article(nil) })
			}
			if small, large := cost(400), cost(800); large > 2.2*small {
				t.Errorf("%.0f allocations for 400, %.0f for 800: %.1f times", small, large, large/small)
			}
		})
	}
}

// A declaration of megabytes is no summary, and is not compared with the report.
func TestLongSummary(t *testing.T) {
	page := `<html lang="de"><head><title>Haushalt</title><meta property="og:description" content="` + strings.Repeat("Der Rat hat den Haushalt beschlossen. ", 3000) + `"></head><body><main><h1>Haushalt</h1><p>Der Rat hat am Montag den Haushalt beschlossen, und die Stadt will davon die Schulen sanieren.</p><p>Die Sitzung dauerte bis in den späten Abend, weil viele Anträge vorlagen.</p></main></body></html>`
	if got := teaserOf(t, page); len(got) > 400 {
		t.Errorf("the teaser has %d bytes", len(got))
	}
}
