package listing

import (
	"slices"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// linkedEntries are the entries that the page's linked data tell of: the
// reports of an ItemList, of a blog, or in an array of their own.
func linkedEntries(d *dom.Page) []read.Entry {
	var all []read.Entry
	objects := claims.LinkedData(d)
	seen := make(map[string]bool)
	take := func(o map[string]any) {
		e, ok := linkedEntry(d, o, objects)
		if key := news.Canonical(e.URL); ok && !seen[key] && len(all) < read.MaxEntries {
			seen[key] = true
			all = append(all, e)
		}
	}
	reports := 0
	for _, o := range objects {
		types := claims.LinkedTypes(o)
		switch {
		case slices.Contains(types, "ItemList"):
			eachObject(o["itemListElement"], func(item map[string]any) {
				if inner, ok := item["item"].(map[string]any); ok {
					item = inner
				}
				take(item)
			})
		case slices.ContainsFunc(types, claims.ArticleType):
			reports++
		}
		for _, key := range []string{"blogPost", "blogPosts", "hasPart"} {
			eachObject(o[key], take)
		}
	}
	if reports > 1 && len(all) == 0 {
		for _, o := range objects {
			if slices.ContainsFunc(claims.LinkedTypes(o), claims.ArticleType) {
				take(o)
			}
		}
	}
	return all
}

// eachObject calls f for an object or for those of a list.
func eachObject(value any, f func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		f(v)
	case []any:
		for _, e := range v {
			if o, ok := e.(map[string]any); ok {
				f(o)
			}
		}
	}
}

// linkedEntry is an object of the linked data as an entry.
func linkedEntry(d *dom.Page, o map[string]any, all []map[string]any) (read.Entry, bool) {
	e := read.Entry{Evidence: make(map[string]read.Evidence)}
	for _, t := range claims.LinkedTypes(o) {
		if t != "ListItem" && t != "Thing" && t != "WebPage" && !claims.ArticleType(t) {
			return e, false
		}
	}
	set := func(name string, to *string, keys ...string) {
		for _, key := range keys {
			if *to = claims.Unescape(news.Squash(claims.First(claims.LinkedStrings(o[key], all, 0)))); *to != "" {
				e.Evidence[name] = read.Evidence{Rule: rules.JSONLD, Where: key}
				return
			}
		}
	}
	for _, key := range []string{"url", "@id", "mainEntityOfPage"} {
		if e.URL = d.Abs(claims.First(claims.LinkedAddresses(o[key], all, 0))); e.URL != "" {
			e.Evidence["url"] = read.Evidence{Rule: rules.JSONLD, Where: key}
			break
		}
	}
	set("headline", &e.Headline, "headline", "name")
	set("teaser", &e.Teaser, "description")
	if e.Image = d.Abs(claims.First(claims.LinkedAddresses(o["image"], all, 0))); e.Image != "" {
		e.Evidence["image"] = read.Evidence{Rule: rules.JSONLD, Where: "image"}
	}
	raw := claims.First(claims.LinkedStrings(o["datePublished"], all, 0))
	if m, err := dates.ParseMachine(raw, d.Options.Location); err == nil {
		e.Published = m
		e.Evidence["published"] = read.Evidence{Rule: rules.JSONLD, Where: "datePublished", Raw: raw}
	}
	return e, e.URL != "" && e.Headline != "" && d.LeadsOn(e.URL)
}

// withLinked lets the linked data fill what the rows leave open, or stand in
// where no list was found.
func withLinked(d *dom.Page, r reading) reading {
	linked := linkedEntries(d)
	if len(linked) == 0 {
		return r
	}
	at := make(map[string]int, len(r.entries))
	for i, e := range r.entries {
		at[news.Canonical(e.URL)] = i
	}
	shared := 0
	for _, e := range linked {
		if i, ok := at[news.Canonical(e.URL)]; ok {
			complete(&r.entries[i], e)
			shared++
		}
	}
	if shared == 0 && len(linked) >= 2 && dated(r.entries) == 0 {
		return reading{entries: linked, evidence: read.Evidence{Rule: rules.JSONLD}}
	}
	return r
}
