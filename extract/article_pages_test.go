package extract

import (
	"fmt"
	"strings"
	"testing"
)

// TestArticles reads the pages in testdata/articles by detection: every field.
func TestArticles(t *testing.T) { testCases(t, "articles", describeArticle) }

// describeArticle is an article for people to compare.
func describeArticle(address string, d *Document) string {
	it := d.Article(nil).Item
	var files []string
	for _, f := range it.Attachments {
		files = append(files, f.Title+" "+relative(address, f.URL))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.Kind())
	for _, f := range []struct{ name, value string }{
		{"place", it.Place}, {"kicker", it.Kicker}, {"headline", it.Headline}, {"published", it.Published.String()}, {"updated", it.Updated.String()},
		{"teaser", it.Teaser}, {"byline", it.Byline}, {"tags", strings.Join(it.Tags, ", ")}, {"image", relative(address, it.Image)},
		{"credit", it.ImageCredit}, {"attachments", strings.Join(files, "; ")},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "%s: %s\n", f.name, f.value)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", strings.ReplaceAll(it.BodyHTML, "><", ">\n<"))
	return b.String()
}
