package listing

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// An entryRule is a selector for the rows, and who gave it.
type entryRule struct {
	selector read.Selector
	name     rules.Name
	wanted   bool // the configuration asks for it, so that it must not fail silently
}

func entryRules(d *dom.Page) []entryRule {
	var all []entryRule
	if s := d.Options.Rules.Listing.Entry; !s.IsZero() {
		all = append(all, entryRule{s, rules.BySelector, true})
	}
	if d.Preset != nil && !d.Preset.Rules.Listing.Entry.IsZero() {
		all = append(all, entryRule{d.Preset.Rules.Listing.Entry, rules.ByPreset, d.Options.Preset != ""})
	}
	return all
}

// ruledRows are the rows that a selector names. A row within a row is none.
func ruledRows(d *dom.Page, entry read.Selector) []row {
	var rows []row
	for _, i := range d.SelectAll(d.Body, entry) {
		if n := len(rows); n > 0 && i < rows[n-1].to {
			continue
		}
		if len(rows) == read.MaxEntries {
			break
		}
		if r := linkRow(d, i); r.link >= 0 { // a row that leads nowhere is no entry
			r.ruled = true
			rows = append(rows, r)
		}
	}
	return rows
}

// linkRow is an element as a row, with the link that the rules or its headline
// name.
func linkRow(d *dom.Page, i dom.NodeID) row {
	r := row{from: i, to: d.Nodes[i].End, link: -1}
	take := func(at dom.NodeID) bool {
		if at = enclosingLink(d, at); at < 0 {
			return false
		}
		if address := d.Abs(d.Attr(at, "href")); address != "" {
			r.link, r.url = at, address
		}
		return r.link >= 0
	}
	hits, _ := d.Apply(i, listingRuling(d, func(l *read.ListingRules) read.Rule { return l.Link }))
	for _, hit := range hits {
		if take(hit.ID) {
			return r
		}
	}
	for _, wanted := range []func(dom.NodeID) bool{
		func(k dom.NodeID) bool { return d.Nodes[k].Flags&dom.InHead != 0 && d.Nodes[k].Text > 0 },
		func(k dom.NodeID) bool { return d.Nodes[k].Text > 0 && !isMore(d.Text(k)) },
		func(dom.NodeID) bool { return true },
	} {
		for k := r.from; k < r.to; k++ {
			if isPageLink(d, k) && wanted(k) && take(k) {
				return r
			}
		}
	}
	return r
}

func isPageLink(d *dom.Page, i dom.NodeID) bool {
	e := &d.Nodes[i]
	return e.Flags&(dom.IsText|dom.IsHidden) == 0 && e.Tag == atom.A && dom.LinksToPage(dom.AttrOf(e.HTML, "href"))
}

// enclosingLink is the link that an element is, holds or stands in; -1: none.
func enclosingLink(d *dom.Page, i dom.NodeID) dom.NodeID {
	for at := i; at >= 0; at = d.Nodes[at].Parent {
		if isPageLink(d, at) {
			return at
		}
	}
	for at := i; at < d.Nodes[i].End; at++ {
		if isPageLink(d, at) {
			return at
		}
	}
	return -1
}

// listingRuling is the user's and the preset's rule for a field of an entry.
func listingRuling(d *dom.Page, of func(*read.ListingRules) read.Rule) dom.Ruling {
	r := dom.Ruling{User: of(&d.Options.Rules.Listing)}
	if d.Preset != nil {
		r.Preset = of(&d.Preset.Rules.Listing)
	}
	return r
}

// applyRules applies the rules for the fields of an entry.
func (r *rowReader) applyRules() {
	d := r.d
	apply := func(name string, of func(*read.ListingRules) read.Rule) []dom.Found {
		rule := listingRuling(d, of)
		if !r.row.ruled {
			rule.Preset = read.Rule{} // its rules are about the rows that it names
		}
		if rule.User.IsZero() && rule.Preset.IsZero() {
			return nil
		}
		hits, e := d.Apply(r.row.from, rule)
		if len(hits) > 0 {
			r.entry.Evidence[name] = e
			r.byRule[name] = true
		}
		return hits
	}
	text := func(name string, to *string, of func(*read.ListingRules) read.Rule) {
		if hits := apply(name, of); len(hits) > 0 {
			*to = hits[0].Text
		}
	}
	e := &r.entry
	text("headline", &e.Headline, func(l *read.ListingRules) read.Rule { return l.Headline })
	text("kicker", &e.Kicker, func(l *read.ListingRules) read.Rule { return l.Kicker })
	text("place", &e.Place, func(l *read.ListingRules) read.Rule { return l.Place })
	text("teaser", &e.Teaser, func(l *read.ListingRules) read.Rule { return l.Teaser })
	if e.Teaser = trimMore(e.Teaser); e.Teaser == "" {
		delete(r.byRule, "teaser")
	}
	for _, hit := range apply("image", func(l *read.ListingRules) read.Rule { return l.Image }) {
		if e.Image = d.Abs(hit.Text); e.Image != "" {
			break
		}
	}
	for _, hit := range apply("tags", func(l *read.ListingRules) read.Rule { return l.Tags }) {
		if !slices.Contains(e.Tags, hit.Text) {
			e.Tags = append(e.Tags, hit.Text)
		}
	}
	r.obeyDate(apply("published", func(l *read.ListingRules) read.Rule { return l.Published }))
}

// obeyDate reads the date where a rule says that it is.
func (r *rowReader) obeyDate(hits []dom.Found) {
	delete(r.byRule, "published")
	for _, hit := range hits {
		at := max(hit.ID, r.d.Find(hit.ID, atom.Time))
		exact, exactErr := dates.ParseMachine(r.d.Attr(at, "datetime"), r.d.Options.Location)
		m, err := r.parseDate(hit.Text)
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
func fieldProblems(d *dom.Page, entries []read.Entry) []read.Problem {
	if len(entries) == 0 {
		return nil
	}
	var all []read.Problem
	for _, f := range d.Options.Rules.Listing.Fields() {
		if f.Name == "link" { // its evidence is that of the entry
			continue
		}
		ruled := func(e read.Entry) bool { return e.Evidence[f.Name].Rule == rules.BySelector }
		if !f.Rule.IsZero() && !slices.ContainsFunc(entries, ruled) {
			message := fmt.Sprintf("selector %q finds nothing in any entry; detection took over", f.Rule.Select)
			all = append(all, read.Problem{Field: f.Name, Message: message})
		}
	}
	return all
}
