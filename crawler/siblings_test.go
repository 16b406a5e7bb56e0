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
