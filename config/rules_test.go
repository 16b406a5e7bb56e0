package config

import "testing"

func TestRulesWith(t *testing.T) {
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
	got, err := RulesWith(rules, map[string]string{"listing.entry": "li > article", "article.headline": "main h1", "article.tags": "#tags: li"})
	want := `rules:
  article:
    headline: main h1
    published:
      match: (\d+)
      select: p.date
    tags: '#tags: li'
  listing:
    entry: li > article
    link: h2 a`
	if err != nil || got != want {
		t.Errorf("RulesWith() = %v\n%s\nwant\n%s", err, got, want)
	}
	if got, err := RulesWith(Source{}.Rules, map[string]string{"article.headline": "h1"}); err != nil || got != "rules:\n  article:\n    headline: h1" {
		t.Errorf("of a source without rules: %v\n%s", err, got)
	}
	for field, want := range map[string]string{"article.published": "p.date", "listing.link": "h2 a", "article.body": "", "listing": "", "x.y": ""} {
		if got := SelectorOf(rules, field); got != want {
			t.Errorf("SelectorOf(%s) = %q, want %q", field, got, want)
		}
	}
}
