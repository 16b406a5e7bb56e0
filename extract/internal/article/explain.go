package article

import "github.com/stadtfeed/stadtfeed/extract/internal/rules"

// explainDates notes the candidates for the publication, where that is asked
// for. Those that are a later change or cannot be a publication say so.
func (r *reader) explainDates(all []dateCandidate) {
	for i := range all {
		c := &all[i]
		note := r.d.Options.Explain.Note("published", func() (text, where string) {
			text = c.moment.String() + " " + c.evidence.Raw
			switch {
			case c.updated:
				text += " (a later change)"
			case !r.mayBePublished(c):
				text += " (no publication)"
			}
			return text, r.locate(c).Where
		})
		if c.draft == nil {
			note.Add(c.evidence.Rule, c.weight)
			continue
		}
		note.Take(c.draft, restOfDates, c.weight)
	}
}

// restOfDates is what candidates for the publication are given when they are
// compared.
const restOfDates rules.Name = "beside the other dates"
