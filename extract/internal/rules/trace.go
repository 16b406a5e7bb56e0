package rules

// A Trace collects the candidates of a field and how they were weighed. The nil
// Trace collects nothing and costs nothing. It is for one reading of one page.
type Trace struct {
	Field string // which field to collect: "published"; empty: all
	Notes []*Note
}

// A Note is one candidate.
type Note struct {
	Field string  `json:"field"`
	Text  string  `json:"text"`            // what the page says
	Where string  `json:"where,omitempty"` // CSS path, or key of a declaration
	Steps []Step  `json:"steps"`           // the row that decided, then the adjustments
	Sum   float64 `json:"sum"`
}

// A Step is what one rule gave to a candidate.
type Step struct {
	Rule   Name    `json:"rule"`
	Weight float64 `json:"weight"`
}

// Collects reports whether the trace collects a field.
func (t *Trace) Collects(field string) bool {
	return t != nil && (t.Field == "" || t.Field == field)
}

// Note opens the note of a candidate, where the trace collects the field; else
// it is nil, whose methods do nothing. describe tells what the page says and
// where, and is only called where that is wanted.
func (t *Trace) Note(field string, describe func() (text, where string)) *Note {
	if !t.Collects(field) {
		return nil
	}
	n := &Note{Field: field}
	n.Text, n.Where = describe()
	t.Notes = append(t.Notes, n)
	return n
}

// Draft is a note whose candidate is not known to be one yet, where the trace
// collects the field; else nil. Take puts it into the candidate's.
func (t *Trace) Draft(field string) *Note {
	if !t.Collects(field) {
		return nil
	}
	return &Note{Field: field}
}

// Take notes what was drafted, and under the name of rest what a candidate of
// that weight was given besides.
func (n *Note) Take(draft *Note, rest Name, weight float64) {
	if n == nil {
		return
	}
	if draft != nil {
		for _, s := range draft.Steps {
			n.Add(s.Rule, s.Weight)
		}
	}
	if by := weight - n.Sum; by > 1e-9 || by < -1e-9 {
		n.Add(rest, by)
	}
}

// Add notes what a rule gave.
func (n *Note) Add(rule Name, weight float64) {
	if n != nil {
		n.Steps = append(n.Steps, Step{rule, weight})
		n.Sum += weight
	}
}
