package article

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// unmatchedArticle are the fields of the article ("headline", "remove") whose
// rules in the configuration find nothing on the page.
func unmatchedArticle(d *dom.Page) (fields []string) {
	own := &d.Options.Rules.Article
	for _, f := range own.Fields() {
		if !d.Matches([]dom.NodeID{0}, f.Rule) {
			fields = append(fields, f.Name)
		}
	}
	for _, f := range []struct {
		name     string
		selector read.Selector
	}{{"image", own.Image.Select}, {"attachments", own.Attachments.Select}, {"remove", own.Remove}} {
		if !f.selector.IsZero() && len(d.SelectAll(0, f.selector)) == 0 {
			fields = append(fields, f.name)
		}
	}
	return fields
}
