// Package rules is the one way in which a field of a page is decided.
//
// Every candidate of a field meets the field's Table: the first row that fits
// gives its weight, named adjustments add to it, and caps bound it. The caller takes
// the best candidate above the table's Least. A Trace, where one is given, collects all
// of this for people to read; a Table can describe itself for the reference.
//
//	var lineRules = rules.Table[datedLine]{
//		Field: "published",
//		Rows: []rules.Row[datedLine]{
//			{Name: "range of days", Weight: 0, Example: "10.06.2024 bis 12.06.2024", Fits: func(l *datedLine) bool { return l.date.Range }},
//			{Name: "published on", Weight: 6.5, Example: "Veröffentlicht am 10.06.2024", Fits: (*datedLine).isPublication},
//		},
//		Adjustments: []rules.Adjustment[datedLine]{
//			{Name: "right below the headline", Weight: 1, Times: rules.If((*datedLine).isBelowHeadline)},
//		},
//	}
//
// The package knows nothing of pages, and imports nothing of ours.
package rules

// A Name is what a rule is called: in Evidence, in the output of try --explain
// and in docs/reference/rules.md. Names that code asks for are constants.
type Name string

// A Row decides the weight of the candidates that it is the first to fit.
type Row[C any] struct {
	Name    Name
	Weight  float64
	Example string // a line or markup of a page that this row decides; a test runs it
	Final   bool   // adjustments are not added
	Shown   Name   // what Evidence calls it, where several rows are called alike there
	Fits    func(*C) bool
}

// An Adjustment adds to the weight of every candidate that it fits.
type Adjustment[C any] struct {
	Name    Name
	Weight  float64
	Example string
	Times   func(*C) float64 // how many times Weight is added; 0: it does not fit
	Lifts   bool             // only what weighs more than 0 is lifted
}

// A Cap bounds the weight of every candidate that it fits. It is asked only
// where it would bind.
type Cap[C any] struct {
	Name    Name
	Most    float64
	Example string
	Fits    func(*C) bool
}

// If are the Times of an adjustment that is added once where a candidate fits.
func If[C any](fits func(*C) bool) func(*C) float64 {
	return func(c *C) float64 {
		if fits(c) {
			return 1
		}
		return 0
	}
}

// A Table is how the candidates of one field are weighed.
type Table[C any] struct {
	Field       string  // as in Evidence: "published"
	Of          string  // what the candidates are: "a date in a line of the page"
	Least       float64 // candidates of less weight are none
	Rows        []Row[C]
	Adjustments []Adjustment[C]
	Caps        []Cap[C]
}

// Decide is the first row that fits, or nil.
func (t *Table[C]) Decide(c *C) *Row[C] {
	for i := range t.Rows {
		if r := &t.Rows[i]; r.Fits(c) {
			return r
		}
	}
	return nil
}

// WeightOf is the weight of the row of a name; 0 where there is none.
func (t *Table[C]) WeightOf(name Name) float64 {
	for i := range t.Rows {
		if t.Rows[i].Name == name {
			return t.Rows[i].Weight
		}
	}
	return 0
}

// Weigh is the weight of a candidate: that of the row that decides it, and the
// adjustments that fit, added in their order, within the caps. A candidate that no
// row fits starts at 0. note may be nil.
func (t *Table[C]) Weigh(c *C, note *Note) float64 {
	sum := 0.0
	if r := t.Decide(c); r != nil {
		sum = r.Weight
		note.Add(r.Name, r.Weight)
		if r.Final {
			return sum
		}
	}
	for i := range t.Adjustments {
		a := &t.Adjustments[i]
		if a.Lifts && sum <= 0 {
			continue
		}
		if n := a.Times(c); n != 0 {
			sum += n * a.Weight
			note.Add(a.Name, n*a.Weight)
		}
	}
	for i := range t.Caps {
		if b := &t.Caps[i]; sum > b.Most && b.Fits(c) {
			note.Add(b.Name, b.Most-sum)
			sum = b.Most
		}
	}
	return sum
}

// A Doc is a table without its code, for the reference of rules.
type Doc struct {
	Field, Of               string
	Least                   float64
	Rows, Adjustments, Caps []DocRow
}

// A DocRow is a row of a Doc.
type DocRow struct {
	Name    Name
	Weight  float64
	Example string
	Final   bool
}

// Doc describes the table.
func (t *Table[C]) Doc() Doc {
	d := Doc{Field: t.Field, Of: t.Of, Least: t.Least}
	for _, r := range t.Rows {
		d.Rows = append(d.Rows, DocRow{r.Name, r.Weight, r.Example, r.Final})
	}
	for _, a := range t.Adjustments {
		d.Adjustments = append(d.Adjustments, DocRow{Name: a.Name, Weight: a.Weight, Example: a.Example})
	}
	for _, c := range t.Caps {
		d.Caps = append(d.Caps, DocRow{Name: c.Name, Weight: c.Most, Example: c.Example})
	}
	return d
}
