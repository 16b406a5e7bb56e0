package dom

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// A Found value is what a rule took from the page, and where.
type Found struct {
	ID   NodeID
	Text string // squashed; with Match and Strip applied
}

// A Ruling is the rules for one field, strongest first, and who made them.
type Ruling struct {
	User, Preset read.Rule
}

// Apply is what the strongest rule that matches anything in a subtree yields,
// and the evidence of it; nothing where no rule matches.
func (d *Page) Apply(in NodeID, r Ruling) ([]Found, read.Evidence) {
	for _, by := range []struct {
		rule read.Rule
		name rules.Name
	}{{r.User, rules.BySelector}, {r.Preset, rules.ByPreset}} {
		if by.rule.IsZero() {
			continue
		}
		if all := d.values(in, by.rule); len(all) > 0 {
			return all, read.Evidence{Rule: by.name, Where: by.rule.Select.String(), Raw: all[0].Text}
		}
	}
	return nil, read.Evidence{}
}

// SelectAll are the elements of a subtree that a selector matches, the root of
// the subtree included, in document order.
func (d *Page) SelectAll(in NodeID, s read.Selector) []NodeID {
	if s.IsZero() || in < 0 {
		return nil
	}
	var all []NodeID
	for i := in; i < d.Nodes[in].End; i++ {
		if n := &d.Nodes[i]; n.Flags&IsText == 0 && s.Matches(n.HTML) {
			all = append(all, i)
		}
	}
	return all
}

// values are the texts that a rule takes from a subtree, empty ones left out.
func (d *Page) values(in NodeID, r read.Rule) []Found {
	var all []Found
	for _, i := range d.SelectAll(in, r.Select) {
		text := d.ruleText(i, r)
		parts := []string{text}
		if r.Split != "" {
			parts = strings.Split(text, r.Split)
		}
		for _, part := range parts {
			if part = news.Squash(part); part != "" {
				all = append(all, Found{i, part})
			}
		}
	}
	return all
}

// ruleText is what a rule makes of one element; empty where Match does not.
func (d *Page) ruleText(i NodeID, r read.Rule) string {
	var text string
	switch {
	case r.Attr != "":
		text = news.Squash(d.Attr(i, r.Attr))
	case d.Nodes[i].Flags&IsHidden != 0:
		text = news.Squash(allText(d.Nodes[i].HTML))
	default:
		text = d.Text(i)
	}
	if !r.Strip.IsZero() {
		text = r.Strip.ReplaceAllString(text, "")
	}
	if r.Match.IsZero() {
		return text
	}
	switch groups := r.Match.FindStringSubmatch(text); {
	case groups == nil:
		return ""
	case len(groups) > 1:
		return groups[1]
	default:
		return groups[0]
	}
}

// allText is all text below a node, shown or not: a rule that names a hidden
// element means what is in it.
func allText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Matches reports whether a rule finds anything in one of several subtrees; one
// that was not given is none to be missed.
func (d *Page) Matches(within []NodeID, r read.Rule) bool {
	if r.IsZero() {
		return true
	}
	for _, at := range within {
		if len(d.values(at, r)) > 0 {
			return true
		}
	}
	return false
}
