package extract

// A namedRule is the rule for one field, as rules name it in YAML.
type namedRule struct {
	name string
	rule Rule
}

// fields are the rules for the fields within an entry.
func (l *ListingRules) fields() []namedRule {
	return []namedRule{
		{"link", l.Link}, {"headline", l.Headline}, {"kicker", l.Kicker}, {"place", l.Place}, {"published", l.Published},
		{"teaser", l.Teaser}, {"image", l.Image}, {"tags", l.Tags},
	}
}

// fields are the rules for texts of an article.
func (a *ArticleRules) fields() []namedRule {
	return []namedRule{
		{"headline", a.Headline}, {"kicker", a.Kicker}, {"place", a.Place}, {"published", a.Published}, {"updated", a.Updated},
		{"teaser", a.Teaser}, {"body", a.Body}, {"byline", a.Byline}, {"tags", a.Tags}, {"image_credit", a.ImageCredit},
	}
}

// unmatchedListing are the fields of the listing ("entry", "teaser") whose rules
// in the configuration find nothing on the page. Rules within entries are looked
// up in the rows that the rule for entries names, or all over the page where it
// names none.
func (d *Document) unmatchedListing() (fields []string) {
	own := &d.options.Rules.Listing
	within := []nodeID{d.body}
	if rows := d.ruledRows(own.Entry); len(rows) > 0 {
		within = within[:0]
		for _, r := range rows {
			within = append(within, r.from)
		}
	} else if !own.Entry.IsZero() {
		fields = append(fields, "entry")
	}
	for _, f := range own.fields() {
		if !d.matches(within, f.rule) {
			fields = append(fields, f.name)
		}
	}
	if !d.matches([]nodeID{d.body}, own.Next) {
		fields = append(fields, "next")
	}
	return fields
}

// unmatchedArticle are the fields of the article ("headline", "remove") whose
// rules in the configuration find nothing on the page.
func (d *Document) unmatchedArticle() (fields []string) {
	own := &d.options.Rules.Article
	for _, f := range own.fields() {
		if !d.matches([]nodeID{0}, f.rule) {
			fields = append(fields, f.name)
		}
	}
	for _, f := range []struct {
		name     string
		selector Selector
	}{{"image", own.Image.Select}, {"attachments", own.Attachments.Select}, {"remove", own.Remove}} {
		if !f.selector.IsZero() && len(d.selectAll(0, f.selector)) == 0 {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// matches reports whether a rule finds anything in one of several subtrees; one
// that was not given is none to be missed.
func (d *Document) matches(within []nodeID, r Rule) bool {
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
