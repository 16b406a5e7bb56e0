package article

import (
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules/rulestest"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// readerOf is a reader of a German page whose body is an example, with a report
// behind it and a title.
func readerOf(t *testing.T, example string) *reader {
	t.Helper()
	page := `<!doctype html><html lang="de"><head><title>Freibad öffnet | Stadt Altmühlen</title><meta property="og:site_name" content="Altmühlen am Wehr"></head><body>` + example +
		`<p>Nach acht Monaten Umbau ist das Freibad am Wehr wieder offen, und die Rutsche hat eine Treppe bekommen. Der Eintritt kostet drei Euro für Kinder.</p></body></html>`
	p := read.Page{URL: "https://www.altmuehlen.example/aktuelles/2024/freibad", Body: []byte(page), Fetched: time.Date(2024, 6, 20, 8, 0, 0, 0, time.UTC)}
	d, err := dom.New(p, read.Options{Location: dates.LocationOr(nil)}, p.Body, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := newReader(d, nil)
	r.readLayout()
	return r
}

// TestHeadlineRules runs the example of every rule: what stands in a body.
func TestHeadlineRules(t *testing.T) {
	rulestest.Examples(t, &headlineRules, func(t *testing.T, example string) (all []*headingLook) {
		r := readerOf(t, example)
		headings := r.headings()
		over := r.leadHeading(headings)
		for i := range headings {
			l := &headingLook{r: r, titles: []string{texts.Key("Freibad öffnet | Stadt Altmühlen")}}
			l.begin(&headings[i], headings[i].at == over)
			all = append(all, l)
		}
		return all
	}, "where the site has its headlines", "heading of the site")
}

// TestLineRules runs the example of every rule: lines of a page with dates.
func TestLineRules(t *testing.T) {
	rulestest.Examples(t, &lineRules, func(t *testing.T, example string) (all []*datedLine) {
		for _, l := range datedLinesOf(t, example) {
			all = append(all, &l)
		}
		return all
	}, "in a text far from the headline", "published, far from the headline")
}

// datedLinesOf are the dates of the lines of an example as the table sees them.
func datedLinesOf(t *testing.T, example string) (all []datedLine) {
	t.Helper()
	r := readerOf(t, example)
	r.readHead()
	for i := r.d.Body + 1; i < r.d.Nodes[r.d.Body].End; i++ {
		if line, ok := r.printedLine(i, 0); ok && r.ownText[i] > 5 {
			all = append(all, r.datesOfLine(&line)...)
		}
	}
	return all
}

// TestPlaceRules runs the example of every rule: what stands around a date.
func TestPlaceRules(t *testing.T) {
	rulestest.Examples(t, &placeRules, func(t *testing.T, example string) []*datePlace {
		r := readerOf(t, example)
		r.readHead()
		origin, sum := r.headlineOffset()
		for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
			n := &r.d.Nodes[i]
			if n.Flags&dom.IsText == 0 {
				continue
			}
			if strings.Contains(n.HTML.Data, "10.06.2024") {
				return []*datePlace{{r: r, at: n.Parent, distance: sum - origin - r.d.Nodes[r.headline].Text}}
			}
			sum += n.Text
		}
		t.Fatalf("no date in %q", example)
		return nil
	}, "far above the headline", "outside the report", "in a card of its own")
}

// TestClaimRules runs the example of every rule: a declaration.
func TestClaimRules(t *testing.T) {
	rulestest.Examples(t, &claimRules, func(t *testing.T, example string) (all []*claims.Claim) {
		for _, c := range readerOf(t, example).claims[claims.OfPublished] {
			all = append(all, &c)
		}
		return all
	})
}
