package config

import (
	"strings"
	"testing"
)

func TestChangeRules(t *testing.T) {
	c, err := Parse("stadtfeed.yaml", []byte(`sources:
  - name: stadt
    url: https://stadt.example/
    rules:
      listing: {entry: article.news, link: h2 a}
      article: {headline: h1.headline, published: {select: p.date, match: '(\d+)'}}
`))
	if err != nil {
		t.Fatal(err)
	}
	rules := c.Sources[0].Rules
	changed, got, err := ChangeRules(rules, map[string]string{"listing.entry": "li > article", "listing.link": "", "article.headline": "main h1", "article.tags": "#tags li"})
	want := `rules:
  article:
    headline: main h1
    published:
      match: (\d+)
      select: p.date
    tags: '#tags li'
  listing:
    entry: li > article`
	if err != nil || got != want {
		t.Errorf("ChangeRules() = %v\n%s\nwant\n%s", err, got, want)
	}
	if !changed.Listing.Link.IsZero() || changed.Listing.Entry.String() != "li > article" || changed.Article.Published.Match.IsZero() {
		t.Errorf("the changed rules are %+v", changed)
	}
	if _, got, err := ChangeRules(nil, map[string]string{"article.headline": "h1", "listing.link": ""}); err != nil || got != "rules:\n  article:\n    headline: h1" {
		t.Errorf("of a source without rules: %v\n%s", err, got)
	}
	if _, _, err := ChangeRules(nil, map[string]string{"article.headline": "h1["}); err == nil {
		t.Error("a selector that cannot be read is taken")
	}
	if got, want := strings.Join(RuledFields(rules), " "), "article.headline article.published listing.entry listing.link"; got != want {
		t.Errorf("RuledFields() = %s, want %s", got, want)
	}
	for field, want := range map[string]string{"article.published": "p.date", "listing.link": "h2 a", "article.body": "", "listing": "", "x.y": ""} {
		if got := SelectorOf(rules, field); got != want {
			t.Errorf("SelectorOf(%s) = %q, want %q", field, got, want)
		}
	}
}
