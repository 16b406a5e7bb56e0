package crawler

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestChangedRulesAreNoEdit: what an item says differently because the rules have
// changed is corrected without telling readers of an edit, also where the page
// changed in what is not the report; what the town writes anew is an edit.
func TestChangedRulesAreNoEdit(t *testing.T) {
	w := newTown(t, "b", "a")
	visitors, text := 1, "Die Arbeiten an der Brücke beginnen im Frühjahr und dauern voraussichtlich bis in den Herbst."
	w.override["/news/a"] = func(rw http.ResponseWriter, r *http.Request) {
		w.send(rw, r, "text/html; charset=utf-8", fmt.Sprintf(`<!doctype html><html lang="de">
<head><title>Meldung a aus dem Rathaus</title></head><body><main><article>
<h1>Meldung a aus dem Rathaus</h1>
<p class="stamp">Musterstadt, den 20.11.2026. Amtliche Mitteilung Nummer 7 der Stadtverwaltung.</p>
<p>%s</p></article></main><footer>Heute schon %d Gäste</footer></body></html>`, text, visitors))
	}
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	body := func() string {
		it, err := d.store.Item(t.Context(), d.item(w.URL+"/news/a").ID)
		if err != nil {
			t.Fatal(err)
		}
		return it.BodyText
	}
	if !strings.Contains(body(), "Nummer 7") {
		t.Fatalf("the stamp is not in the body at first: %q", body())
	}
	d.configure(oneSource(w.URL) + "    rules: {article: {remove: .stamp}}\n")
	w.change(func() { visitors++ })
	d.pass(3*time.Hour + time.Minute)
	d.visit(VisitOptions{})
	it := d.item(w.URL + "/news/a")
	if strings.Contains(body(), "Nummer 7") || it.Revisions != 0 || !it.Updated.IsZero() {
		t.Errorf("under changed rules: %d revisions, updated %v, %q", it.Revisions, it.Updated, body())
	}
	w.change(func() { text += " Eine Umleitung ist ausgeschildert." })
	d.pass(13 * time.Hour)
	d.visit(VisitOptions{})
	if it := d.item(w.URL + "/news/a"); it.Revisions != 1 || !strings.Contains(body(), "Umleitung") {
		t.Errorf("after an edit of the town's: %d revisions, %q", it.Revisions, body())
	}
}

// TestChangedRulesOfAListingAreNoEdit: the same for items that only the listing shows.
func TestChangedRulesOfAListingAreNoEdit(t *testing.T) {
	w := newTown(t, "b", "a")
	source := oneSource(w.URL) + "    listing_only: true\n"
	d := newDesk(t, source)
	d.visit(VisitOptions{})
	d.configure(source + "    rules: {listing: {headline: {select: h2, strip: ' aus dem Rathaus'}}}\n")
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	if it := d.item(w.URL + "/news/a"); it.Headline != "Meldung a" || it.Revisions != 0 {
		t.Errorf("under changed rules: %q with %d revisions", it.Headline, it.Revisions)
	}
}
