package listing

import "github.com/stadtfeed/stadtfeed/extract/internal/dom"

// unmatchedListing are the fields of the listing ("entry", "teaser") whose rules
// in the configuration find nothing on the page. Rules within entries are looked
// up in the rows that the rule for entries names, or all over the page where it
// names none.
func unmatchedListing(d *dom.Page) (fields []string) {
	own := &d.Options.Rules.Listing
	within := []dom.NodeID{d.Body}
	if rows := ruledRows(d, own.Entry); len(rows) > 0 {
		within = within[:0]
		for _, r := range rows {
			within = append(within, r.from)
		}
	} else if !own.Entry.IsZero() {
		fields = append(fields, "entry")
	}
	for _, f := range own.Fields() {
		if !d.Matches(within, f.Rule) {
			fields = append(fields, f.Name)
		}
	}
	if !d.Matches([]dom.NodeID{d.Body}, own.Next) {
		fields = append(fields, "next")
	}
	return fields
}
