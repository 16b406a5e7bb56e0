package article

import (
	"slices"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// rules are the user's and the preset's rules for one field.
func (r *reader) rules(of func(*read.ArticleRules) read.Rule) dom.Ruling {
	given := dom.Ruling{User: of(&r.d.Options.Rules.Article)}
	if r.d.Preset != nil {
		given.Preset = of(&r.d.Preset.Rules.Article)
	}
	return given
}

// ruled is what the rules for a field find on the page. A user's rule that
// finds nothing is a problem to be told.
func (r *reader) ruled(name string, of func(*read.ArticleRules) read.Rule) ([]dom.Found, read.Evidence) {
	given := r.rules(of)
	if given.User.IsZero() && given.Preset.IsZero() {
		return nil, read.Evidence{}
	}
	all, e := r.d.Apply(0, given)
	if !given.User.IsZero() && e.Rule != rules.BySelector {
		r.problem(name, "selector "+given.User.Select.String()+" matches nothing")
	}
	return all, e
}

// removeRuled takes what the remove rules select off the page. It works on a
// copy: the document itself stays as it was parsed.
func (r *reader) removeRuled() {
	selectors := []read.Selector{r.d.Options.Rules.Article.Remove}
	if r.d.Preset != nil {
		selectors = append(selectors, r.d.Preset.Rules.Article.Remove)
	}
	copied := false
	for _, s := range selectors {
		for _, i := range r.d.SelectAll(r.d.Body, s) {
			if !copied {
				d := *r.d
				d.Nodes = slices.Clone(d.Nodes)
				r.d, copied = &d, true
			}
			remove(r.d, i)
		}
	}
}

// remove hides a subtree.
func remove(d *dom.Page, i dom.NodeID) {
	text, linked := d.Nodes[i].Text, d.Nodes[i].Linked
	for p := d.Nodes[i].Parent; p >= 0; p = d.Nodes[p].Parent {
		d.Nodes[p].Text -= text
		d.Nodes[p].Linked -= linked
	}
	for j := i; j < d.Nodes[i].End; j++ {
		n := &d.Nodes[j]
		n.Text, n.Linked, n.Hints = 0, 0, 0
		n.Flags |= dom.IsHidden
	}
}

// readRuledTexts reads the fields that are plain text and have rules.
func (r *reader) readRuledTexts() {
	it := &r.art.Item
	for _, f := range []struct {
		name string
		to   *string
		of   func(*read.ArticleRules) read.Rule
	}{
		{"kicker", &it.Kicker, func(a *read.ArticleRules) read.Rule { return a.Kicker }},
		{"place", &it.Place, func(a *read.ArticleRules) read.Rule { return a.Place }},
		{"teaser", &it.Teaser, func(a *read.ArticleRules) read.Rule { return a.Teaser }},
		{"byline", &it.Byline, func(a *read.ArticleRules) read.Rule { return a.Byline }},
		{"image_credit", &it.ImageCredit, func(a *read.ArticleRules) read.Rule { return a.ImageCredit }},
	} {
		all, e := r.ruled(f.name, f.of)
		if len(all) == 0 {
			continue
		}
		if f.name == "byline" && e.Rule == rules.ByPreset {
			all[0].Text = r.cleanAuthor(all[0].Text)
		}
		r.set(f.name, f.to, all[0].Text, e)
		if f.name != "teaser" && r.d.Nodes[all[0].ID].Text < 200 {
			r.consumed = append(r.consumed, all[0].ID)
		}
	}
}

// readRuledHeadline reads the headline by rule.
func (r *reader) readRuledHeadline() bool {
	all, e := r.ruled("headline", func(a *read.ArticleRules) read.Rule { return a.Headline })
	if len(all) == 0 {
		return false
	}
	found := all[0]
	if e.Rule == rules.ByPreset {
		found = r.titledOf(all)
	}
	text := found.Text
	if found.ID >= r.d.Body {
		r.headline = found.ID
		if e.Rule == rules.ByPreset && text == r.d.Text(r.headline) {
			text = r.headingText(r.headline) // without a kicker within it
		}
	}
	r.set("headline", &r.art.Item.Headline, cleanHeadline(text), e)
	return true
}

// titledOf is, of what a preset found, the first that is a title of the page, where
// none has the first: systems set the heading of a section over all its reports.
func (r *reader) titledOf(all []dom.Found) dom.Found {
	isTitle := func(v dom.Found) bool {
		k := texts.Key(v.Text)
		return slices.ContainsFunc(r.titles(), func(t claims.Claim) bool { return texts.Key(r.shedNames(t.Value)) == k })
	}
	if at := slices.IndexFunc(all, isTitle); at > 0 {
		return all[at]
	}
	return all[0]
}

// readRuledDates reads publication and last change by rule.
func (r *reader) readRuledDates() {
	it := &r.art.Item
	for _, f := range []struct {
		name string
		to   *news.Moment
		of   func(*read.ArticleRules) read.Rule
	}{
		{"published", &it.Published, func(a *read.ArticleRules) read.Rule { return a.Published }},
		{"updated", &it.Updated, func(a *read.ArticleRules) read.Rule { return a.Updated }},
	} {
		all, e := r.ruled(f.name, f.of)
		if len(all) == 0 {
			continue
		}
		m, err := r.parseAnyDate(all[0].Text)
		if err != nil {
			r.problem(f.name, err.Error())
			continue
		}
		*f.to, r.art.Evidence[f.name] = m, e
	}
}

func (r *reader) parseAnyDate(text string) (news.Moment, error) {
	m, err := r.d.ParseDate(text)
	if err == nil {
		return m, nil
	}
	if m, machine := dates.ParseMachine(text, r.d.Options.Location); machine == nil {
		return m, nil
	}
	return news.Moment{}, err
}

// readRuledMedia reads image and attachments by rule: the address is in src or
// href of what is selected, or of the first such element within.
func (r *reader) readRuledMedia() {
	it := &r.art.Item
	for _, i := range r.ruledElements(func(a *read.ArticleRules) read.Rule { return a.Image }) {
		if img := r.d.Find(i, atom.Img, atom.A, atom.Meta); img >= 0 {
			r.set("image", &it.Image, mediaAddress(r.d, img),
				read.Evidence{Rule: r.ruleName(func(a *read.ArticleRules) read.Rule { return a.Image }), Where: r.d.Where(img)})
		}
	}
	for _, i := range r.ruledElements(func(a *read.ArticleRules) read.Rule { return a.Attachments }) {
		for a := i; a < r.d.Nodes[i].End; a++ {
			if r.d.Nodes[a].Tag == atom.A {
				r.attach(a, true)
			}
		}
	}
}

// ruledElements are the elements that the strongest rule for a field selects.
func (r *reader) ruledElements(of func(*read.ArticleRules) read.Rule) []dom.NodeID {
	given := r.rules(of)
	for _, rule := range []read.Rule{given.User, given.Preset} {
		if all := r.d.SelectAll(0, rule.Select); len(all) > 0 {
			return all
		}
	}
	return nil
}

// ruleName is who made the strongest rule for a field.
func (r *reader) ruleName(of func(*read.ArticleRules) read.Rule) rules.Name {
	if given := r.rules(of); len(r.d.SelectAll(0, given.User.Select)) > 0 {
		return rules.BySelector
	}
	return rules.ByPreset
}
