package feedout

import (
	"context"
	"fmt"
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

// explain puts on a page how its search is saved, or what its filter asks for.
func (s *Server) explain(ctx context.Context, p *listPage, w want) (err error) {
	switch {
	case w.path == "/search":
		if p.Saved = p.x.saved(w.search); s.opt.Searches != nil {
			p.Savers = p.x.Access.SavedSearches
		}
	case w.saved != nil:
		p.Rule, err = s.rule(ctx, p.x, w.query, p.tongue)
	}
	return err
}

// rule is what a saved filter asks for in words, one condition each:
//
//	tag “Verkehr” or the headline has “Baustelle…”
//	not: place “Kassel”
func (s *Server) rule(ctx context.Context, x *site, q news.Query, lang tongue) (rule []string, err error) {
	said := func(t news.Term) string {
		var text string
		if text, err = s.condition(ctx, x, t, lang); err != nil {
			return ""
		}
		if t.Not {
			return fmt.Sprintf(lang.say("not: %s"), text)
		}
		return text
	}
	for _, group := range q.All {
		var either []string
		for _, t := range group {
			either = append(either, said(t))
		}
		rule = append(rule, strings.Join(either, lang.say(" or ")))
	}
	for _, t := range q.Not {
		t.Not = !t.Not
		rule = append(rule, said(t))
	}
	if !q.Since.IsZero() {
		rule = append(rule, fmt.Sprintf(lang.say("from %s on"), lang.date(q.Since.In(x.Location))))
	}
	if !q.Until.IsZero() {
		rule = append(rule, fmt.Sprintf(lang.say("before %s"), lang.date(q.Until.In(x.Location))))
	}
	return rule, err
}

// condition is a term in words, without its Not.
func (s *Server) condition(ctx context.Context, x *site, t news.Term, lang tongue) (string, error) {
	word := lang.say("the word “%s…”")
	switch {
	case t.Facet == news.Source:
		return fmt.Sprintf(lang.say("source “%s”"), line(x.sourceTitle(t.Value))), nil
	case t.Facet == news.Title && t.Exact:
		word = lang.say("“%s” in the headline")
	case t.Facet == news.Title:
		word = lang.say("“%s…” in the headline")
	case t.Facet == news.Word && t.Exact:
		word = lang.say("exactly “%s”")
	case t.Facet == news.Word:
	default:
		table, err := s.counts(ctx, t.Facet)
		if err != nil {
			return "", err
		}
		word = lang.say("place “%s”")
		if t.Facet == news.Tag {
			word = lang.say("tag “%s”")
		}
		return fmt.Sprintf(word, table.name(t.Value)), nil
	}
	return fmt.Sprintf(word, line(t.Value)), nil
}

// A reason is why an item is in a saved filter: the tags, places and sources
// that it asks for.
type reason map[news.Term]bool

// reasonsOf are those of a query; what it excludes is no reason.
func reasonsOf(q news.Query) reason {
	r := reason{}
	for _, group := range q.All {
		for _, t := range group {
			if !t.Not && t.Facet != news.Word && t.Facet != news.Title {
				r[t] = true
			}
		}
	}
	return r
}

// saved is the configuration that makes a saved filter of a search; empty where
// the search cannot be saved, since it has mistakes or asks for nothing.
func (x *site) saved(text string) string {
	text = line(text)
	q, wrong := search.Reader{Location: x.Location}.Parse(text)
	if len(wrong) > 0 || !asks(q) {
		return ""
	}
	return "feeds:\n  - name: " + quotedName(text) + "\n    title: " + yamlText(text) + "\n    match: {query: " + yamlText(text) + "}\n"
}

// asks reports a query that has a condition.
func asks(q news.Query) bool {
	return len(q.All)+len(q.Not) > 0 || !q.Since.IsZero() || !q.Until.IsZero()
}

// quotedName is a search as the name of a saved filter.
func quotedName(text string) string {
	name := strings.Trim(cut(news.Slug(text), 40), "-")
	return yamlText(name)
}

// yamlText is text as YAML holds any of it on one line.
func yamlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
