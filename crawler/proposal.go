package crawler

import (
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// A sight is what a page shows under some rules: the entries of a listing, or
// one article, and where their fields were found.
type sight struct {
	items     []news.Item
	evidence  map[string]extract.Evidence
	unmatched []string // fields whose rules find nothing
}

// propose looks for rules that would fit now, for the fields whose own have
// stopped matching, and has those go that find nothing and have no such. Without
// pages that show anything new the proposal stays.
func (v *visit) propose() {
	lost := v.lostRules()
	var rules []news.ProposedRule
	for _, kind := range []string{"article", "listing"} {
		fields := slices.DeleteFunc(slices.Clone(lost), func(field string) bool { return !strings.HasPrefix(field, kind+".") })
		page := v.sample(kind)
		switch {
		case len(lost) > 0 && page != nil:
			found := v.proposeOn(kind, *page, fields)
			rules = append(rules, v.withoutUnmatched(kind, *page, fields, found)...)
		case len(fields) > 0:
			for _, p := range v.Proposal {
				if strings.HasPrefix(p.Field, kind+".") {
					rules = append(rules, p)
				}
			}
		}
	}
	v.Proposal = rules
}

// withoutUnmatched adds to proposed rules that those of the source's own go which
// find nothing: the lost ones that nothing was proposed for, and what finds
// nothing on a page of these days, nor on those before it.
func (v *visit) withoutUnmatched(kind string, page extract.Page, lost []string, rules []news.ProposedRule) []news.ProposedRule {
	changed, _, err := config.ChangeRules(v.src.Rules, selectors(lost, rules))
	if err != nil {
		return rules
	}
	unmatched := v.see(kind, page, changed).unmatched
	for _, field := range v.src.ruled {
		name, ofKind := strings.CutPrefix(field, kind+".")
		proposed := slices.ContainsFunc(rules, func(p news.ProposedRule) bool { return p.Field == field })
		dead := slices.ContainsFunc(v.Unmatched, func(u unmatchedRule) bool { return u.Field == field && u.Pages >= deadAfter })
		silent := dead && slices.Contains(unmatched, name)
		if ofKind && !proposed && (silent || slices.Contains(lost, field)) {
			rules = append(rules, news.ProposedRule{Field: field, Before: v.lastMatch(field, name)})
		}
	}
	return rules
}

// sample is a page of this visit to find rules on: the first listing page, or
// the newest article; nil: there is none.
func (v *visit) sample(kind string) *extract.Page {
	if kind == "listing" {
		return v.sampleListing
	}
	return v.sampleArticle
}

// proposeOn turns the places at which detection found fields into rules, one
// after the other, and keeps each that finds the same with those before it.
func (v *visit) proposeOn(kind string, page extract.Page, fields []string) (rules []news.ProposedRule) {
	now := v.see(kind, page, v.src.ExtractOptions().Rules)
	for _, field := range fields {
		name := strings.TrimPrefix(field, kind+".")
		e := now.evidence[name]
		if len(now.items) == 0 || !isPlace(e) {
			continue
		}
		try := append(slices.Clip(rules), news.ProposedRule{
			Field: field, Before: v.lastMatch(field, name),
			Now: news.RuleMatch{Select: e.Where, Text: cutText(fieldOf(now.items[0], name)), URL: page.URL},
		})
		changed, _, err := config.ChangeRules(v.src.Rules, selectors(fields, try))
		if err == nil && v.see(kind, page, changed).finds(name, now) {
			rules = try
		}
	}
	return rules
}

// selectors are those of the proposed rules, empty for what is left to detection.
func selectors(lost []string, rules []news.ProposedRule) map[string]string {
	all := map[string]string{}
	for _, field := range lost {
		all[field] = ""
	}
	for _, p := range rules {
		all[p.Field] = p.Now.Select
	}
	return all
}

// adviseRules is the proposal ready to paste, with what still fits of the
// source's own rules.
func (v *visit) adviseRules() []news.Reason {
	changed, text, err := config.ChangeRules(v.src.Rules, selectors(nil, v.Proposal))
	switch {
	case err != nil:
		return because("look", v.src.Name)
	case len(config.RuledFields(&changed)) == 0:
		return because("rules-out")
	case v.src.Rules != nil:
		return because("rules-instead", text)
	}
	return because("rules", text)
}

// see reads a page under rules.
func (v *visit) see(kind string, page extract.Page, rules extract.Rules) (s sight) {
	if err := v.guard(page.URL, func() error { s = v.sightOf(kind, page, rules); return nil }); err != nil {
		return sight{}
	}
	return s
}

// sightOf is see without its guard.
func (v *visit) sightOf(kind string, page extract.Page, rules extract.Rules) (s sight) {
	o := v.src.ExtractOptions()
	o.Rules = rules
	doc, err := extract.Parse(page, o)
	if err != nil {
		return s
	}
	if kind == "article" {
		a := doc.Article(nil)
		return sight{[]news.Item{a.Item}, a.Evidence, a.Unmatched}
	}
	l := doc.Listing()
	s.unmatched = l.Unmatched
	for _, e := range l.Entries {
		s.items = append(s.items, extract.ItemFrom(e, o))
	}
	s.evidence = listingEvidence(l)
	return s
}

// finds reports whether a rule finds a field, and the same as detection does.
func (s sight) finds(field string, detected sight) bool {
	return isRule(s.evidence[field]) && slices.EqualFunc(s.items, detected.items, func(a, b news.Item) bool {
		return a.URL == b.URL && fieldOf(a, field) == fieldOf(b, field)
	})
}

// lastMatch is what a lost rule found last, in an item that the listing shows
// still or showed when the rule was lost.
func (v *visit) lastMatch(field, name string) news.RuleMatch {
	if i := slices.IndexFunc(v.Proposal, func(p news.ProposedRule) bool { return p.Field == field && p.Before.Text != "" }); i >= 0 {
		return v.Proposal[i].Before
	}
	rules := v.src.ExtractOptions().Rules
	m := news.RuleMatch{Select: config.SelectorOf(&rules, field)}
	for _, e := range slices.Backward(v.entries) { // the oldest: found before the rule was lost
		if it := v.known[e.canonical]; fieldOf(it, name) != "" {
			m.Text, m.URL = cutText(fieldOf(it, name)), it.URL
			break
		}
	}
	return m
}

// isPlace tells evidence that is a place on the page at which detection found
// something: no rule, and nothing that is declared in the head, by the listing
// or by the configuration.
func isPlace(e extract.Evidence) bool {
	elsewhere := []extract.RuleName{
		"", extract.ByJSONLD, extract.ByOpenGraph, extract.ByMeta, extract.ByTitle, extract.ByListing,
		extract.ByConfig, extract.ByAssigned, extract.ByAddress, extract.ByLink,
	}
	if slices.Contains(elsewhere, e.Rule) || isRule(e) || e.Where == "" {
		return false
	}
	_, err := extract.ParseSelector(e.Where)
	return err == nil
}

// fieldOf is what an item has in a field of the rules.
func fieldOf(it news.Item, field string) string {
	switch field {
	case "entry", "link", "headline":
		return it.Headline
	case "kicker":
		return it.Kicker
	case "place":
		return it.Place
	case "published":
		return it.Published.String()
	case "teaser":
		return it.Teaser
	case "body":
		return it.BodyText
	case "byline":
		return it.Byline
	case "tags":
		return strings.Join(it.Tags, ", ")
	case "image":
		return it.Image
	case "image_credit":
		return it.ImageCredit
	}
	return ""
}

// cutText is enough of a text to be recognised.
func cutText(text string) string {
	const most = 80
	runes := []rune(news.Squash(text))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}
