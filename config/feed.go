package config

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Feed is a saved filter.
type Feed struct {
	Name   string `yaml:"name" jsonschema:"required" jsonschema_description:"Short name; part of the address"`
	Title  string `yaml:"title,omitempty" jsonschema_description:"Title for readers; the name when missing"`
	About  string `yaml:"about,omitempty" jsonschema_description:"One sentence for readers"`
	Titles Titles `yaml:"titles,omitempty" jsonschema_description:"What stands before headlines: place or plain; as the site has it when missing"`
	Match  Match  `yaml:"match,omitempty" jsonschema_description:"What is in it: within a list any, between lists all"`
	Except Match  `yaml:"except,omitempty" jsonschema_description:"What is left out: anything listed"`

	Formerly Strings `yaml:"formerly,omitempty" jsonschema_description:"Earlier names of the feed: their addresses lead to it"`

	Private bool `yaml:"private,omitempty" jsonschema_description:"Only for who has a key, see access"`

	query news.Query
}

// A Match lists values of facets.
type Match struct {
	Tags    []string `yaml:"tags,omitempty"`
	Places  []string `yaml:"places,omitempty"`
	Sources []string `yaml:"sources,omitempty"`
	Words   []string `yaml:"words,omitempty" jsonschema_description:"Words or phrases in headline, teaser, body or tags"`
	Query   string   `yaml:"query,omitempty" jsonschema_description:"A search as the search box takes it, such as (radweg OR radfahren) -titel:sport; holds besides the lists"`
}

// Query selects the items of the feed.
func (f Feed) Query() news.Query { return f.query }

// DisplayTitle is the feed's name for readers.
func (f Feed) DisplayTitle() string {
	if f.Title != "" {
		return f.Title
	}
	return f.Name
}

// compile translates the lists of a filter, with tags under their published
// names, and adds what its searches were read as.
func compile(t Tags, match, except Match, searches ...news.Query) (all news.Query) {
	for _, group := range match.groups(t) {
		if len(group) > 0 {
			all.All = append(all.All, group)
		}
	}
	for _, group := range except.groups(t) {
		all.Not = append(all.Not, group...)
	}
	for _, q := range searches {
		all.All = append(all.All, q.All...)
		all.Not = append(all.Not, q.Not...)
		if !q.Since.IsZero() {
			all.Since = q.Since
		}
		if !q.Until.IsZero() {
			all.Until = q.Until
		}
	}
	return all
}

func (m Match) groups(t Tags) [][]news.Term {
	terms := func(facet news.Facet, values []string, key func(string) string) []news.Term {
		var group []news.Term
		for _, v := range values {
			group = append(group, news.Term{Facet: facet, Value: key(v)})
		}
		return group
	}
	same := func(s string) string { return s }
	return [][]news.Term{
		terms(news.Tag, m.Tags, func(s string) string { return news.Slug(t.Canonical(s)) }),
		terms(news.Place, m.Places, news.Slug),
		terms(news.Source, m.Sources, same),
		terms(news.Word, m.Words, same),
	}
}

// empty reports whether nothing is listed.
func (m Match) empty() bool {
	return len(m.Tags)+len(m.Places)+len(m.Sources)+len(m.Words) == 0 && strings.TrimSpace(m.Query) == ""
}
