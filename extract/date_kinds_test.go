package extract

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// aReport are the paragraphs that TEXT stands for in the pages of date-kinds.
const aReport = `<p>The works took three weeks, and people went round by the mill. Two firms shared them between each other.</p>
<p>The trees along the way remain as they are, the benches return in autumn.</p>`

// A datedPage is a page of date-kinds and the dates that are right on it.
type datedPage struct {
	name, language, html string
	want                 []string
}

// datedPages are the pages of one file of date-kinds.
func datedPages(t *testing.T, file string) []datedPage {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "date-kinds", file))
	if err != nil {
		t.Fatal(err)
	}
	pages := make([]datedPage, 0, len(archive.Files))
	for _, f := range archive.Files {
		first, body, _ := strings.Cut(string(f.Data), "\n")
		want := strings.Fields(first)
		head := ""
		if rest, ok := strings.CutPrefix(body, "head "); ok {
			head, body, _ = strings.Cut(rest, "\n")
		}
		html := fmt.Sprintf("<html lang=%q><head><meta charset=utf-8>%s</head><body><main>%s</main></body></html>",
			want[0], head, strings.ReplaceAll(body, "TEXT", aReport))
		pages = append(pages, datedPage{f.Name, want[0], html, want[1:]})
	}
	return pages
}

// parse reads the page as on the day of the fetch.
func (p *datedPage) parse(t *testing.T) *Document {
	t.Helper()
	d, err := Parse(Page{URL: "https://www.eschwald.example/seite", ContentType: "text/html", Body: []byte(p.html),
		Fetched: time.Date(2024, 7, 10, 8, 0, 0, 0, time.UTC)}, Options{NoPreset: true})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDateKindsOfArticles(t *testing.T) {
	for _, p := range datedPages(t, "articles.txtar") {
		t.Run(p.name, func(t *testing.T) {
			a := p.parse(t).Article(nil)
			got := a.Item.Published.String()
			if got == "" {
				got = "none"
			}
			if got != p.want[0] {
				t.Errorf("published %s (%+v, %v), want %s", got, a.Evidence["published"], a.Problems, p.want[0])
			}
		})
	}
}

func TestDateKindsOfRows(t *testing.T) {
	for _, p := range datedPages(t, "listings.txtar") {
		t.Run(p.name, func(t *testing.T) {
			var got []string
			for _, e := range p.parse(t).Listing().Entries {
				got = append(got, e.Published.String())
			}
			if strings.Join(got, " ") != strings.Join(p.want, " ") {
				t.Errorf("published %v, want %v", got, p.want)
			}
		})
	}
}
