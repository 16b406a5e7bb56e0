package listing

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/rules/rulestest"
)

// TestRowRules runs the example of every rule: the markup of a row.
func TestRowRules(t *testing.T) {
	rulestest.Examples(t, &rowRules, func(t *testing.T, example string) []*rowLook {
		d := parseDetected(t, "https://stadt.example/aktuelles/", "<html><body>"+example+"</body></html>")
		s := scanned(d)
		if len(s.links) == 0 {
			t.Fatalf("no link in %q", example)
		}
		from := d.Body + 1
		return []*rowLook{s.lookAt(row{from: from, to: d.Nodes[from].End, link: s.links[0], url: d.Abs(d.Attr(s.links[0], "href"))})}
	}, "papers of a meeting", "text of a whole page")
}

// TestDateRules runs the example of every rule: the markup of a row with dates.
func TestDateRules(t *testing.T) {
	rulestest.Examples(t, &dateRules, func(t *testing.T, example string) (all []*pieceDate) {
		d := parseDetected(t, "https://stadt.example/aktuelles/", `<html lang="de"><body>`+example+"</body></html>")
		s := scanned(d)
		if len(s.links) == 0 {
			t.Fatalf("no link in %q", example)
		}
		from := d.Body + 1
		one := row{from: from, to: d.Nodes[from].End, link: s.links[0], url: "https://stadt.example/bad"}
		r := rowReader{s: s, d: d, row: one, byRule: map[string]bool{}}
		r.split()
		for k := range r.pieces {
			p := &r.pieces[k]
			found := r.findDates(p.text)
			for _, f := range found {
				l := &pieceDate{r: &r, piece: p, date: f, alone: onlyDates(p.text, found)}
				r.weighDate(l, r.labelBeside(k))
				all = append(all, l)
			}
		}
		return all
	})
}
