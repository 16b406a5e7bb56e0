package article

import "github.com/stadtfeed/stadtfeed/extract/internal/rules"

// A finder looks for a candidate of a field in one way. The row of its name
// weighs what it finds.
type finder[C any] struct {
	row  rules.Name
	find func(r *reader, best *C) *C // best is the best so far; nil where there is none
}

// bestFound is the best candidate of those that finders find, or nil. They stand
// in the order of what their rows weigh, so that none is asked that cannot
// outweigh the best; for people who want to see all candidates, these are told, too,
// and take no text from the body.
func bestFound[C any](r *reader, t *rules.Table[C], finders []finder[C], describe func(*C) (text, where string)) *C {
	var best *C
	weight := t.Least
	for _, f := range finders {
		decided := t.WeightOf(f.row) <= weight
		if decided && !r.d.Options.Explain.Collects(t.Field) {
			break
		}
		consumed := len(r.consumed)
		c := f.find(r, best)
		if decided {
			r.consumed = r.consumed[:consumed]
		}
		if c == nil {
			continue
		}
		note := r.d.Options.Explain.Note(t.Field, func() (text, where string) { return describe(c) })
		if w := t.Weigh(c, note); w > weight {
			best, weight = c, w
		}
	}
	return best
}
