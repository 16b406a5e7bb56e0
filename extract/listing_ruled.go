package extract

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// An entryRule is a selector for the rows, and who gave it.
type entryRule struct {
	selector Selector
	name     rules.Name
	wanted   bool // the configuration asks for it, so that it must not fail silently
}

func (d *Document) entryRules() []entryRule {
	var all []entryRule
	if s := d.options.Rules.Listing.Entry; !s.IsZero() {
		all = append(all, entryRule{s, rules.BySelector, true})
	}
	if d.preset != nil && !d.preset.Rules.Listing.Entry.IsZero() {
		all = append(all, entryRule{d.preset.Rules.Listing.Entry, rules.ByPreset, d.options.Preset != ""})
	}
	return all
}

// ruledRows are the rows that a selector names. A row within a row is none.
func (d *Document) ruledRows(entry Selector) []row {
	var rows []row
	for _, i := range d.selectAll(d.body, entry) {
		if n := len(rows); n > 0 && i < rows[n-1].to {
			continue
		}
		if len(rows) == maxEntries {
			break
		}
		if r := d.linkRow(i); r.link >= 0 { // a row that leads nowhere is no entry
			r.ruled = true
			rows = append(rows, r)
		}
	}
	return rows
}

// linkRow is an element as a row, with the link that the rules or its headline
// name.
func (d *Document) linkRow(i nodeID) row {
	r := row{from: i, to: d.nodes[i].end, link: -1}
	take := func(at nodeID) bool {
		if at = d.enclosingLink(at); at < 0 {
			return false
		}
		if address := d.abs(d.attr(at, "href")); address != "" {
			r.link, r.url = at, address
		}
		return r.link >= 0
	}
	hits, _ := d.apply(i, d.listingRuling(func(l *ListingRules) Rule { return l.Link }))
	for _, hit := range hits {
		if take(hit.id) {
			return r
		}
	}
	for _, wanted := range []func(nodeID) bool{
		func(k nodeID) bool { return d.nodes[k].flags&inHead != 0 && d.nodes[k].text > 0 },
		func(k nodeID) bool { return d.nodes[k].text > 0 && !isMore(d.text(k)) },
		func(nodeID) bool { return true },
	} {
		for k := r.from; k < r.to; k++ {
			if d.isPageLink(k) && wanted(k) && take(k) {
				return r
			}
		}
	}
	return r
}

func (d *Document) isPageLink(i nodeID) bool {
	e := &d.nodes[i]
	return e.flags&(isText|isHidden) == 0 && e.tag == atom.A && linksToPage(attrOf(e.n, "href"))
}

// enclosingLink is the link that an element is, holds or stands in; -1: none.
func (d *Document) enclosingLink(i nodeID) nodeID {
	for at := i; at >= 0; at = d.nodes[at].parent {
		if d.isPageLink(at) {
			return at
		}
	}
	for at := i; at < d.nodes[i].end; at++ {
		if d.isPageLink(at) {
			return at
		}
	}
	return -1
}

// listingRuling is the user's and the preset's rule for a field of an entry.
func (d *Document) listingRuling(of func(*ListingRules) Rule) ruling {
	r := ruling{user: of(&d.options.Rules.Listing)}
	if d.preset != nil {
		r.preset = of(&d.preset.Rules.Listing)
	}
	return r
}

// obey applies the rules for the fields of an entry.
func (r *rowReader) obey() {
	d := r.d
	apply := func(name string, of func(*ListingRules) Rule) []found {
		rule := d.listingRuling(of)
		if !r.row.ruled {
			rule.preset = Rule{} // its rules are about the rows that it names
		}
		if rule.user.IsZero() && rule.preset.IsZero() {
			return nil
		}
		hits, e := d.apply(r.row.from, rule)
		if len(hits) > 0 {
			r.entry.Evidence[name] = e
			r.byRule[name] = true
		}
		return hits
	}
	text := func(name string, to *string, of func(*ListingRules) Rule) {
		if hits := apply(name, of); len(hits) > 0 {
			*to = hits[0].text
		}
	}
	e := &r.entry
	text("headline", &e.Headline, func(l *ListingRules) Rule { return l.Headline })
	text("kicker", &e.Kicker, func(l *ListingRules) Rule { return l.Kicker })
	text("place", &e.Place, func(l *ListingRules) Rule { return l.Place })
	text("teaser", &e.Teaser, func(l *ListingRules) Rule { return l.Teaser })
	if e.Teaser = trimMore(e.Teaser); e.Teaser == "" {
		delete(r.byRule, "teaser")
	}
	for _, hit := range apply("image", func(l *ListingRules) Rule { return l.Image }) {
		if e.Image = d.abs(hit.text); e.Image != "" {
			break
		}
	}
	for _, hit := range apply("tags", func(l *ListingRules) Rule { return l.Tags }) {
		if !slices.Contains(e.Tags, hit.text) {
			e.Tags = append(e.Tags, hit.text)
		}
	}
	r.obeyDate(apply("published", func(l *ListingRules) Rule { return l.Published }))
}

// obeyDate reads the date where a rule says that it is.
func (r *rowReader) obeyDate(hits []found) {
	delete(r.byRule, "published")
	for _, hit := range hits {
		at := max(hit.id, r.d.find(hit.id, atom.Time))
		exact, exactErr := dates.ParseMachine(r.d.attr(at, "datetime"), r.d.options.Location)
		m, err := r.parseDate(hit.text)
		switch {
		case err != nil && exactErr != nil:
			continue
		case err != nil, exactErr == nil && m.Precision == news.Day && exact.Time.Format(time.DateOnly) == m.String():
			m = exact
		}
		r.entry.Published = m
		r.byRule["published"] = true
		return
	}
	delete(r.entry.Evidence, "published")
}

// fieldProblems tells of rules for a field that found it in no entry at all.
func (d *Document) fieldProblems(entries []Entry) []Problem {
	if len(entries) == 0 {
		return nil
	}
	var all []Problem
	for _, f := range d.options.Rules.Listing.fields() {
		if f.name == "link" { // its evidence is that of the entry
			continue
		}
		ruled := func(e Entry) bool { return e.Evidence[f.name].Rule == rules.BySelector }
		if !f.rule.IsZero() && !slices.ContainsFunc(entries, ruled) {
			all = append(all, Problem{Field: f.name, Message: fmt.Sprintf("selector %q finds nothing in any entry; detection took over", f.rule.Select)})
		}
	}
	return all
}
