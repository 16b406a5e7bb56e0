package read

import (
	"fmt"
	"regexp"

	"github.com/andybalholm/cascadia"
	"go.yaml.in/yaml/v4"
	"golang.org/x/net/html"
)

// Rules say where on a page the fields are. Every field is optional; one that
// is empty is found by the preset or by detection. They are read from YAML
// (source rules, preset files), where a rule is either a selector or a mapping.
type Rules struct {
	Listing ListingRules `yaml:"listing,omitempty"`
	Article ArticleRules `yaml:"article,omitempty"`
}

// ListingRules find the entries of a listing; all but Entry and Next are
// looked up within an entry.
type ListingRules struct {
	Entry     Selector `yaml:"entry,omitempty"`
	Link      Rule     `yaml:"link,omitempty"`
	Headline  Rule     `yaml:"headline,omitempty"`
	Kicker    Rule     `yaml:"kicker,omitempty"`
	Place     Rule     `yaml:"place,omitempty"`
	Published Rule     `yaml:"published,omitempty"`
	Teaser    Rule     `yaml:"teaser,omitempty"`
	Image     Rule     `yaml:"image,omitempty"`
	Tags      Rule     `yaml:"tags,omitempty"`
	Next      Rule     `yaml:"next,omitempty"`
}

// ArticleRules find the fields of an article.
type ArticleRules struct {
	Headline    Rule     `yaml:"headline,omitempty"`
	Kicker      Rule     `yaml:"kicker,omitempty"`
	Place       Rule     `yaml:"place,omitempty"`
	Published   Rule     `yaml:"published,omitempty"`
	Updated     Rule     `yaml:"updated,omitempty"`
	Teaser      Rule     `yaml:"teaser,omitempty"`
	Body        Rule     `yaml:"body,omitempty"`
	Byline      Rule     `yaml:"byline,omitempty"`
	Tags        Rule     `yaml:"tags,omitempty"`
	Image       Rule     `yaml:"image,omitempty"`
	ImageCredit Rule     `yaml:"image_credit,omitempty"`
	Attachments Rule     `yaml:"attachments,omitempty"`
	Remove      Selector `yaml:"remove,omitempty"` // cut before anything is read
}

// A Selector is a CSS selector that checks itself while it is read.
type Selector struct {
	text  string
	group cascadia.SelectorGroup
}

// ParseSelector reads a CSS selector, or a list of them with commas.
func ParseSelector(text string) (Selector, error) {
	group, err := cascadia.ParseGroup(text)
	if err != nil {
		return Selector{}, fmt.Errorf("selector %q: %w", text, err)
	}
	return Selector{text: text, group: group}, nil
}

// String is the selector as it was written.
func (s Selector) String() string { return s.text }

// IsZero reports whether no selector was given.
func (s Selector) IsZero() bool { return s.text == "" }

// Matches reports whether it selects an element.
func (s Selector) Matches(n *html.Node) bool { return s.group.Match(n) }

// MarshalText is the selector as it was written.
func (s Selector) MarshalText() ([]byte, error) { return []byte(s.text), nil }

// UnmarshalText is ParseSelector.
func (s *Selector) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSelector(string(text))
	return err
}

// A Regexp is a regular expression (RE2) that checks itself while it is read.
type Regexp struct{ *regexp.Regexp }

// IsZero reports whether no expression was given.
func (r Regexp) IsZero() bool { return r.Regexp == nil }

// MarshalText is the expression as it was written.
func (r Regexp) MarshalText() ([]byte, error) {
	if r.Regexp == nil {
		return nil, nil
	}
	return []byte(r.Regexp.String()), nil
}

// UnmarshalText compiles the expression.
func (r *Regexp) UnmarshalText(text []byte) (err error) {
	r.Regexp, err = regexp.Compile(string(text))
	return err
}

// A Rule says where one field is. In YAML it is a selector alone ("main h1")
// or a mapping.
type Rule struct {
	Select Selector `yaml:"select,omitempty"`
	Attr   string   `yaml:"attr,omitempty"`  // take this attribute instead of the text
	Match  Regexp   `yaml:"match,omitempty"` // keep the first group (or the whole match)
	Strip  Regexp   `yaml:"strip,omitempty"` // cut this from the text
	Split  string   `yaml:"split,omitempty"` // separator of a list
}

// IsZero reports whether no rule was given.
func (r Rule) IsZero() bool { return r.Select.IsZero() }

// UnmarshalYAML reads both forms of a rule.
func (r *Rule) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		return node.Decode(&r.Select)
	}
	type plain Rule
	return node.Load((*plain)(r), yaml.WithKnownFields())
}

// MarshalYAML writes a selector alone as such.
func (r Rule) MarshalYAML() (any, error) {
	if r.Attr == "" && r.Match.IsZero() && r.Strip.IsZero() && r.Split == "" {
		return r.Select.text, nil
	}
	type plain Rule
	return plain(r), nil
}

// A NamedRule is the rule for one field, as rules name it in YAML.
type NamedRule struct {
	Name string
	Rule Rule
}

// Fields are the rules for the fields within an entry.
func (l *ListingRules) Fields() []NamedRule {
	return []NamedRule{
		{"link", l.Link}, {"headline", l.Headline}, {"kicker", l.Kicker}, {"place", l.Place}, {"published", l.Published},
		{"teaser", l.Teaser}, {"image", l.Image}, {"tags", l.Tags},
	}
}

// Fields are the rules for texts of an article.
func (a *ArticleRules) Fields() []NamedRule {
	return []NamedRule{
		{"headline", a.Headline}, {"kicker", a.Kicker}, {"place", a.Place}, {"published", a.Published}, {"updated", a.Updated},
		{"teaser", a.Teaser}, {"body", a.Body}, {"byline", a.Byline}, {"tags", a.Tags}, {"image_credit", a.ImageCredit},
	}
}
