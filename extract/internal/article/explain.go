package article

import "github.com/stadtfeed/stadtfeed/extract/internal/rules"

// explainHeading notes a candidate for the headline, where that is asked for.
func (r *reader) explainHeading(h *headlineCandidate) {
	note := r.d.Options.Explain.Note("headline", func() (text, where string) { return h.text, r.d.Where(h.at) })
	note.Add(rules.Name(r.d.Nodes[h.at].HTML.Data), h.score)
}

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
		note.Add(c.evidence.Rule, c.weight)
	}
}
