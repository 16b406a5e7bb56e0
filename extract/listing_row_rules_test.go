package extract

import "testing"

// TestExplainRows reads a page with an explanation: every row is there with the
// rules that fit it, and their weights add up.
func TestExplainRows(t *testing.T) {
	const page = `<html><body><main><ul><li>12.06.2026 <a href="/bad">Freibad öffnet wieder</a></li><li>11.06.2026 <a href="/rat">Der Rat tagt im Mai</a></li>` +
		`<li>10.06.2026 <a href="/rad">Neuer Radweg am Bach</a></li></ul></main></body></html>`
	why := &Explanation{Field: "entries"}
	d, err := Parse(Page{URL: "https://stadt.example/aktuelles/", Body: []byte(page)}, Options{NoPreset: true, Explain: why})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.Listing().Entries); n != 3 || len(why.Notes) < n {
		t.Fatalf("%d entries and %d notes", n, len(why.Notes))
	}
	for _, n := range why.Notes {
		sum, dated := 0.0, false
		for _, s := range n.Steps {
			sum += s.Weight
			dated = dated || s.Rule == "date"
		}
		if sum != n.Sum || !dated || n.Text == "" || n.Where == "" {
			t.Errorf("note = %+v", *n)
		}
	}
}
