package extract

import (
	"slices"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// rules are the user's and the preset's rules for one field.
func (r *reader) rules(of func(*ArticleRules) Rule) ruling {
	given := ruling{user: of(&r.d.options.Rules.Article)}
	if r.d.preset != nil {
		given.preset = of(&r.d.preset.Rules.Article)
	}
	return given
}

// ruled is what the rules for a field find on the page. A user's rule that
// finds nothing is a problem to be told.
func (r *reader) ruled(name string, of func(*ArticleRules) Rule) ([]found, Evidence) {
	given := r.rules(of)
	if given.user.IsZero() && given.preset.IsZero() {
		return nil, Evidence{}
	}
	all, e := r.d.apply(0, given)
	if !given.user.IsZero() && e.Rule != rules.BySelector {
		r.problem(name, "selector "+given.user.Select.String()+" matches nothing")
	}
	return all, e
}

// removeRuled takes what the remove rules select off the page. It works on a
// copy: the document itself stays as it was parsed.
func (r *reader) removeRuled() {
	selectors := []Selector{r.d.options.Rules.Article.Remove}
	if r.d.preset != nil {
		selectors = append(selectors, r.d.preset.Rules.Article.Remove)
	}
	copied := false
	for _, s := range selectors {
		for _, i := range r.d.selectAll(r.d.body, s) {
			if !copied {
				d := *r.d
				d.nodes = slices.Clone(d.nodes)
				r.d, copied = &d, true
			}
			r.d.remove(i)
		}
	}
}

// remove hides a subtree.
func (d *Document) remove(i nodeID) {
	text, linked := d.nodes[i].text, d.nodes[i].linked
	for p := d.nodes[i].parent; p >= 0; p = d.nodes[p].parent {
		d.nodes[p].text -= text
		d.nodes[p].linked -= linked
	}
	for j := i; j < d.nodes[i].end; j++ {
		n := &d.nodes[j]
		n.text, n.linked, n.hints = 0, 0, 0
		n.flags |= isHidden
	}
}

// readRuledTexts reads the fields that are plain text and have rules.
func (r *reader) readRuledTexts() {
	it := &r.art.Item
	for _, f := range []struct {
		name string
		to   *string
		of   func(*ArticleRules) Rule
	}{
		{"kicker", &it.Kicker, func(a *ArticleRules) Rule { return a.Kicker }},
		{"place", &it.Place, func(a *ArticleRules) Rule { return a.Place }},
		{"teaser", &it.Teaser, func(a *ArticleRules) Rule { return a.Teaser }},
		{"byline", &it.Byline, func(a *ArticleRules) Rule { return a.Byline }},
		{"image_credit", &it.ImageCredit, func(a *ArticleRules) Rule { return a.ImageCredit }},
	} {
		all, e := r.ruled(f.name, f.of)
		if len(all) == 0 {
			continue
		}
		if f.name == "byline" && e.Rule == rules.ByPreset {
			all[0].text = r.cleanAuthor(all[0].text)
		}
		r.set(f.name, f.to, all[0].text, e)
		if f.name != "teaser" && r.d.nodes[all[0].id].text < 200 {
			r.spent = append(r.spent, all[0].id)
		}
	}
}

// readRuledHeadline reads the headline by rule.
func (r *reader) readRuledHeadline() bool {
	all, e := r.ruled("headline", func(a *ArticleRules) Rule { return a.Headline })
	if len(all) == 0 {
		return false
	}
	text := all[0].text
	if all[0].id >= r.d.body {
		r.headline = all[0].id
		if e.Rule == rules.ByPreset && text == r.d.text(r.headline) {
			text = r.headingText(r.headline) // without a kicker within it
		}
	}
	r.set("headline", &r.art.Item.Headline, cleanHeadline(text), e)
	return true
}

// readRuledDates reads publication and last change by rule.
func (r *reader) readRuledDates() {
	it := &r.art.Item
	for _, f := range []struct {
		name string
		to   *news.Moment
		of   func(*ArticleRules) Rule
	}{
		{"published", &it.Published, func(a *ArticleRules) Rule { return a.Published }},
		{"updated", &it.Updated, func(a *ArticleRules) Rule { return a.Updated }},
	} {
		all, e := r.ruled(f.name, f.of)
		if len(all) == 0 {
			continue
		}
		m, err := r.parseAnyDate(all[0].text)
		if err != nil {
			r.problem(f.name, err.Error())
			continue
		}
		*f.to, r.art.Evidence[f.name] = m, e
	}
}

func (r *reader) parseAnyDate(text string) (news.Moment, error) {
	m, err := r.d.parseDate(text)
	if err == nil {
		return m, nil
	}
	if m, machine := dates.ParseMachine(text, r.d.options.Location); machine == nil {
		return m, nil
	}
	return news.Moment{}, err
}

// readRuledMedia reads image and attachments by rule: the address is in src or
// href of what is selected, or of the first such element within.
func (r *reader) readRuledMedia() {
	it := &r.art.Item
	for _, i := range r.ruledElements(func(a *ArticleRules) Rule { return a.Image }) {
		if img := r.d.find(i, atom.Img, atom.A, atom.Meta); img >= 0 {
			r.set("image", &it.Image, r.d.mediaAddress(img), Evidence{Rule: r.ruleName(func(a *ArticleRules) Rule { return a.Image }), Where: r.d.where(img)})
		}
	}
	for _, i := range r.ruledElements(func(a *ArticleRules) Rule { return a.Attachments }) {
		for a := i; a < r.d.nodes[i].end; a++ {
			if r.d.nodes[a].tag == atom.A {
				r.attach(a, true)
			}
		}
	}
}

// ruledElements are the elements that the strongest rule for a field selects.
func (r *reader) ruledElements(of func(*ArticleRules) Rule) []nodeID {
	given := r.rules(of)
	for _, rule := range []Rule{given.user, given.preset} {
		if all := r.d.selectAll(0, rule.Select); len(all) > 0 {
			return all
		}
	}
	return nil
}

// ruleName is who made the strongest rule for a field.
func (r *reader) ruleName(of func(*ArticleRules) Rule) rules.Name {
	if given := r.rules(of); len(r.d.selectAll(0, given.user.Select)) > 0 {
		return rules.BySelector
	}
	return rules.ByPreset
}
