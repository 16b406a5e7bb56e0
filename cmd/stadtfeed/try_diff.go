package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// remembered is how many of a source's items a comparison looks at.
const remembered = 200

// printDiff compares what a source yields now with what the last good visits
// kept of it.
func (t *trial) printDiff(ctx context.Context, cfg *config.Config, src config.Source, f finding) error {
	kept := map[string]news.Item{}
	var order []news.Item
	q := news.Query{All: [][]news.Term{{{Facet: news.Source, Value: src.Name}}}, Limit: remembered}
	err := t.ask(ctx, cfg, false, func(_ *config.Config, c *client) error {
		return ask(ctx, c, "/items", q, func(it news.Item) error {
			kept[news.Canonical(it.URL)] = it
			order = append(order, it)
			return nil
		}, func(struct{}) {})
	})
	if err != nil {
		return err
	}
	p := newPrinter(t.out)
	known := 0
	for _, e := range f.listing.Entries {
		if _, ok := kept[news.Canonical(e.URL)]; ok {
			known++
		}
	}
	p.line("%s now, %d of them known; %s kept before", count(len(f.listing.Entries), "entry"), known, count(len(order), "item"))
	printShares(p, f, order)
	printProblems(p, f)
	for _, article := range f.articles {
		p.line("")
		old, ok := kept[news.Canonical(article.url)]
		if !ok {
			p.line("%s  %s", p.paint(bold, visible(article.article.Item.Headline)), p.paint(green, "not kept yet"))
			continue
		}
		fields := diff(old, article.article.Item)
		if len(fields) == 0 {
			p.line("%s  %s", p.paint(bold, visible(old.Headline)), p.paint(dim, "as it was kept"))
			continue
		}
		change{URL: old.URL, Headline: old.Headline, Fields: fields}.print(p)
	}
	return nil
}

// printProblems tells, once each, what went wrong on the listing and the
// articles: rules that match nothing any more, above all.
func printProblems(p *printer, f finding) {
	problems := slices.Clone(f.listing.Problems)
	for _, a := range f.articles {
		problems = append(problems, a.article.Problems...)
	}
	seen := map[extract.Problem]bool{}
	for _, problem := range problems {
		if !seen[problem] {
			seen[problem] = true
			p.line("  %s", p.paint(yellow, visible(pad(problem.Field+":", 14)+" "+problem.Message)))
		}
	}
}

// printShares tells which fields are filled less or more often than before.
func printShares(p *printer, f finding, before []news.Item) {
	var now []news.Item
	for _, a := range f.articles {
		now = append(now, a.article.Item)
	}
	if len(now) == 0 || len(before) == 0 {
		return
	}
	for _, field := range []struct {
		name   string
		filled func(news.Item) bool
	}{
		{"headline", func(it news.Item) bool { return it.Headline != "" }},
		{"published", func(it news.Item) bool { return !it.Published.IsZero() }},
		{"place", func(it news.Item) bool { return it.Place != "" }},
		{"teaser", func(it news.Item) bool { return it.Teaser != "" }},
		{"body", func(it news.Item) bool { return it.BodyText != "" }},
		{"tags", func(it news.Item) bool { return len(it.Tags) > 0 }},
		{"byline", func(it news.Item) bool { return it.Byline != "" }},
		{"image", func(it news.Item) bool { return it.Image != "" }},
		{"attachments", func(it news.Item) bool { return len(it.Attachments) > 0 }},
	} {
		was, is := share(before, field.filled), share(now, field.filled)
		if was == is {
			continue
		}
		colour := green
		if is < was {
			colour = yellow
		}
		p.line("  %s %s", pad(field.name+":", 14), p.paint(colour, fmt.Sprintf("filled in %d %% of what was kept, in %d %% now", was, is)))
	}
}

func share(items []news.Item, filled func(news.Item) bool) int {
	n := 0
	for _, it := range items {
		if filled(it) {
			n++
		}
	}
	return 100 * n / len(items)
}
