package extract

import (
	"fmt"
	"strings"
	"testing"
)

// TestGrowth holds that a page with twice as many of an element takes at most
// 2.2 times as many allocations to be read, as an article and as a listing. Time
// is the benchmark's matter.
func TestGrowth(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector empties pools at random, so that allocations tell nothing")
	}
	const n = 200
	for _, r := range repeated {
		for _, kind := range []Kind{KindArticle, KindListing} {
			t.Run(r.name+"/"+string(kind), func(t *testing.T) {
				checkGrowth(t, kind, pageOf(n, r.one), pageOf(2*n, r.one))
			})
		}
	}
}

// TestGrowthOfData is the same for what only a page's scripts have: one report of
// many paragraphs, and many objects beside it.
func TestGrowthOfData(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector empties pools at random, so that allocations tell nothing")
	}
	page := func(n int) Page {
		var blocks, others strings.Builder
		for i := range n {
			fmt.Fprintf(&blocks, `,{"type":"paragraph","children":[{"text":"Der Rat hat am Montag zum %d. Mal getagt."}]}`, i)
			fmt.Fprintf(&others, `,{"title":"Meldung %d","date":"2026-11-12","body":"%s"}`, i, strings.Repeat("Der Rat hat getagt. ", 10))
		}
		state := fmt.Sprintf(`{"article":{"title":"Haushalt beschlossen","date":"2026-11-12","content":[{}%s]},"others":[{}%s]}`,
			blocks.String(), others.String())
		body := `<html lang="de"><head><title>Haushalt beschlossen</title></head><body><div id="app"></div>` +
			`<script>window.__STATE__ = ` + state + `</script></body></html>`
		return Page{URL: "https://ort.example/a/1", Body: []byte(body)}
	}
	for _, kind := range []Kind{KindArticle, KindListing} {
		t.Run(string(kind), func(t *testing.T) { checkGrowth(t, kind, page(100), page(200)) })
	}
}

// checkGrowth compares what two pages take to be read.
func checkGrowth(t *testing.T, kind Kind, small, large Page) {
	t.Helper()
	cost := func(page Page) float64 {
		return testing.AllocsPerRun(1, func() {
			d, err := Parse(page, Options{})
			switch {
			case err != nil:
				t.Fatal(err)
			case kind == KindArticle:
				d.Article(nil)
			default:
				d.Listing()
			}
		})
	}
	if one, two := cost(small), cost(large); two > 2.2*one {
		t.Errorf("%.0f allocations, and %.0f for twice as much: %.1f times", one, two, two/one)
	}
}
