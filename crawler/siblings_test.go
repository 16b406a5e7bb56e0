package crawler

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// Several articles of one visit with one text are a problem, until a visit reads
// articles that differ.
func TestHealthArticlesAreTheSame(t *testing.T) {
	p, d := newPaperDesk(t)
	list := func(from, to int) {
		for n := from; n < to; n++ {
			p.listing = append([]int{n}, p.listing...)
		}
	}
	usual := p.page
	p.change(func() {
		list(40, 44)
		p.page = func(int) string {
			return `<main><h1>Amtliches Blatt</h1><p>Die Seite wird gerade überarbeitet, die Texte der Meldungen folgen in Kürze an dieser Stelle.</p></main>`
		}
	})
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	if st := d.state(); st.Health != news.Degraded || !strings.Contains(st.Why, "of 4 articles read at once show the same text") {
		t.Errorf("health %s: %s", st.Health, st.Why)
	}
	p.change(func() {
		list(44, 48)
		p.page = usual
	})
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	if st := d.state(); strings.Contains(st.Why, "show the same") {
		t.Errorf("afterwards health %s: %s", st.Health, st.Why)
	}
}

// What articles have in common is kept with the source, and forgotten when the
// site is built anew.
func TestSiteIsLearned(t *testing.T) {
	var l learned
	v := &visit{learned: l}
	for n := range 12 {
		doc, err := extract.Parse(extract.Page{URL: fmt.Sprintf("https://stadt.example/news/%d", n), Body: fmt.Appendf(nil, `<html><head><title>%s</title></head><body><h1>Stadt am Fluss</h1><h2>%s</h2>%s</body></html>`, title(n), title(n), text(n))}, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v.learnSite(doc)
	}
	if n := v.site().Pages(); n != maxSiblings {
		t.Errorf("learned from %d pages, want %d", n, maxSiblings)
	}
	kept := readLearned(v.marshal())
	if kept.site().Pages() != maxSiblings {
		t.Errorf("kept %d pages", kept.site().Pages())
	}
	if l.Site = "of a later version"; l.site().Pages() != 0 {
		t.Errorf("read %d pages out of nothing", l.site().Pages())
	}
}

// Already the first article of the first visit is read in the light of the
// others: what all pages of the site end with is in no report.
func TestFirstArticlesAreReadTogether(t *testing.T) {
	const everywhere = "Dieses Portal entsteht mit Hilfe der Kreissparkasse und vieler Vereine am Fluss."
	var d *desk
	p := newPaper(t, func() time.Time { return d.clock() })
	d = newDesk(t, oneSource(p.URL))
	usual := p.page
	p.page = func(n int) string { return strings.Replace(usual(n), "</main>", "<p>"+everywhere+"</p></main>", 1) }
	for n := range 6 {
		p.publish(n + 1)
	}
	d.visit(VisitOptions{})
	items := d.items()
	if len(items) < 3 || !strings.Contains(p.page(1), everywhere) {
		t.Fatalf("%d items of pages such as %s", len(items), p.page(1))
	}
	for _, it := range items {
		if whole, err := d.store.Item(t.Context(), it.ID); err != nil || whole.BodyText == "" || strings.Contains(whole.BodyText, everywhere) {
			t.Errorf("%s: %v, body %q", it.URL, err, whole.BodyText)
		}
	}
}
