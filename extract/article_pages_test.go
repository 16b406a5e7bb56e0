package extract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestArticles reads the pages in testdata/articles by detection. A case is one
// file: its address and the time of the fetch, the page, and every field.
func TestArticles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "articles", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			page := Page{Body: a.Files[0].Data, ContentType: "text/html; charset=utf-8"}
			for line := range strings.Lines(string(a.Comment)) {
				key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				switch key {
				case "url":
					page.URL = value
				case "fetched":
					if page.Fetched, err = time.Parse(time.RFC3339, value); err != nil {
						t.Fatal(err)
					}
				}
			}
			d, err := Parse(page, Options{NoPreset: true})
			if err != nil {
				t.Fatal(err)
			}
			got := d.describeArticle()
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil { //nolint:gosec // a fixture for everybody to read
					t.Fatal(err)
				}
				return
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("%s: got\n%s\nwant\n%s", page.URL, got, want)
			}
		})
	}
}

// describeArticle is an article for people to compare.
func (d *Document) describeArticle() string {
	it := d.Article(nil).Item
	var files []string
	for _, f := range it.Attachments {
		files = append(files, f.Title+" "+d.relative(f.URL))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.Kind())
	for _, f := range []struct{ name, value string }{
		{"place", it.Place}, {"kicker", it.Kicker}, {"headline", it.Headline}, {"published", it.Published.String()}, {"updated", it.Updated.String()},
		{"teaser", it.Teaser}, {"byline", it.Byline}, {"tags", strings.Join(it.Tags, ", ")}, {"image", d.relative(it.Image)},
		{"credit", it.ImageCredit}, {"attachments", strings.Join(files, "; ")},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "%s: %s\n", f.name, f.value)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", strings.ReplaceAll(it.BodyHTML, "><", ">\n<"))
	return b.String()
}
