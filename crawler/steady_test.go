package crawler

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// A notice is one row of a listing of files: day, address and title.
type notice struct{ day, address, title string }

// board answers with a listing of notices, which the test changes.
func board(w *town, rows *[]notice) {
	w.override = map[string]http.HandlerFunc{"/": func(rw http.ResponseWriter, _ *http.Request) {
		var b strings.Builder
		b.WriteString(`<!doctype html><html lang="de"><head><title>Bekanntmachungen</title></head><body><main><h1>Bekanntmachungen</h1><ul class="docs">`)
		for _, n := range *rows {
			fmt.Fprintf(&b, `<li>%s <a href="%s">%s</a></li>`, n.day, n.address, n.title)
		}
		b.WriteString(`</ul></main></body></html>`)
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, b.String())
	}}
}

func TestIdentityOfFiles(t *testing.T) {
	for _, tc := range []struct {
		name   string
		visits [][]notice
		want   int
	}{
		{"only the stamp changes", [][]notice{
			{{"12.11.2026", "/dl/0.pdf?ts=1700000", "Wahl"}, {"", "/dl/1.pdf?ts=1700001", "Satzung"}, {"", "/dl/2.pdf?ts=1", "Aufruf"}},
			{{"12.11.2026", "/dl/0.pdf?ts=1700100", "Wahl"}, {"", "/dl/1.pdf?ts=1700101", "Satzung"}, {"", "/dl/2.pdf?ts=2", "Aufruf"}},
			{{"12.11.2026", "/dl/0.pdf?ts=1700200", "Wahl"}, {"", "/dl/1.pdf?ts=1700201", "Satzung"}, {"", "/dl/2.pdf?ts=3", "Aufruf"}},
		}, 3},
		{"a token is added later", [][]notice{
			{{"12.11.2026", "/dl/a.pdf", "Wahl"}, {"", "/dl/b.pdf", "Satzung"}, {"", "/dl/c.pdf", "Aufruf"}},
			{{"12.11.2026", "/dl/a.pdf?v=2", "Wahl"}, {"", "/dl/b.pdf?v=2", "Satzung"}, {"", "/dl/c.pdf?v=2", "Aufruf"}},
		}, 3},
		{"the token is all that tells them apart", [][]notice{
			{{"12.11.2026", "/dl/get.pdf?key=a1", "Wahl"}, {"11.11.2026", "/dl/get.pdf?key=b2", "Satzung"}, {"10.11.2026", "/dl/get.pdf?key=c3", "Aufruf"}},
			{{"12.11.2026", "/dl/get.pdf?key=a1", "Wahl"}, {"11.11.2026", "/dl/get.pdf?key=b2", "Satzung"}, {"10.11.2026", "/dl/get.pdf?key=c3", "Aufruf"}},
		}, 3},
		{"another name, the same title and day", [][]notice{
			{{"11.11.2026", "/pdf/n1.pdf", "Bekanntmachung einer öffentlichen Zustellung"}, {"10.11.2026", "/pdf/q.pdf", "Hundesteuer"}, {"09.11.2026", "/pdf/r.pdf", "Satzung"}},
			{{"11.11.2026", "/pdf/n2.pdf", "Bekanntmachung einer öffentlichen Zustellung"}, {"10.11.2026", "/pdf/q.pdf", "Hundesteuer"}, {"09.11.2026", "/pdf/r.pdf", "Satzung"}},
		}, 4},
		{"a new issue under the old name", [][]notice{
			{{"11.11.2026", "/pdf/amtsblatt.pdf?v=45", "Amtsblatt Nr. 45/2026"}, {"10.11.2026", "/pdf/q.pdf", "Hundesteuer"}, {"09.11.2026", "/pdf/r.pdf", "Satzung"}},
			{{"18.11.2026", "/pdf/amtsblatt.pdf?v=46", "Amtsblatt Nr. 46/2026"}, {"10.11.2026", "/pdf/q.pdf", "Hundesteuer"}, {"09.11.2026", "/pdf/r.pdf", "Satzung"}},
		}, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newTown(t)
			var rows []notice
			board(w, &rows)
			d := newDesk(t, oneSource(w.URL))
			ids := map[string]string{} // by title
			for _, visit := range tc.visits {
				rows = visit
				if v := d.visit(VisitOptions{}); v.Err != "" {
					t.Fatalf("visit: %+v", v)
				}
				for _, n := range rows {
					if id, known := ids[n.title]; tc.want == len(rows) && known && d.titled(n.title) != id {
						t.Errorf("%s has another id now", n.title)
					}
					ids[n.title] = d.titled(n.title)
				}
				d.pass(time.Hour)
			}
			if got := d.items(); len(got) != tc.want {
				t.Errorf("%d items, want %d: %+v", len(got), tc.want, got)
			}
		})
	}
}

// titled is the id of the item with a headline.
func (d *desk) titled(headline string) string {
	for _, it := range d.items() {
		if it.Headline == headline {
			return it.ID
		}
	}
	return ""
}

// TestReusedAddressIsLookedAtAtOnce holds that a known address under which the
// listing shows a new headline and day is read in that visit.
func TestReusedAddressIsLookedAtAtOnce(t *testing.T) {
	w := newTown(t, "plan", "b", "a")
	d := newDesk(t, oneSource(w.URL))
	page := func(week, day string) {
		row := fmt.Sprintf(`<article class="news-item"><time datetime="%s">%[1]s</time><h2><a href="/news/plan">Speiseplan der %s. Woche</a></h2></article>`, day, week)
		w.override = map[string]http.HandlerFunc{
			"/": func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprint(rw, strings.Replace(w.listing(""), `<div class="news-list">`, `<div class="news-list">`+row, 1))
			},
			"/news/plan": func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprintf(rw, `<!doctype html><html lang="de"><body><main><article><h1>Speiseplan der %s. Woche</h1><p class="date">%s</p><p>Am Montag gibt es in der Kantine des Rathauses Suppe, am Dienstag Auflauf und am Freitag Fisch.</p></article></main></body></html>`, week, day)
			},
		}
	}
	w.slugs = []string{"b", "a"}
	page("46", "2026-11-09")
	if v := d.visit(VisitOptions{}); v.Added != 3 {
		t.Fatalf("visit: %+v", v)
	}
	for _, c := range []struct {
		week, day string
		after     time.Duration
	}{{"47", "2026-11-16", 7 * day}, {"48", "2026-11-23", time.Hour}} {
		page(c.week, c.day)
		d.pass(c.after)
		w.asked()
		if v := d.visit(VisitOptions{}); v.Err != "" || v.Added+v.Edited != 1 {
			t.Errorf("visit: %+v, want an edit or a new item", v)
		}
		if d.titled("Speiseplan der "+c.week+". Woche") == "" {
			t.Errorf("the new plan was missed; asked %q", w.asked())
		}
	}
}

// TestOneThatDiffersIsNotAskedAgain holds that an article whose headline and day
// differ from its listing's for good is not asked for in every visit.
func TestOneThatDiffersIsNotAskedAgain(t *testing.T) {
	w := newTown(t, "plan", "a")
	d := newDesk(t, oneSource(w.URL))
	w.override = map[string]http.HandlerFunc{"/news/plan": func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, `<!doctype html><html lang="de"><body><main><article>
			<h1>Was es in der Kantine gibt</h1><p class="date">2026-11-16</p>
			<p>Am Montag gibt es in der Kantine des Rathauses Suppe, am Dienstag Auflauf und am Freitag Fisch.</p>
			</article></main></body></html>`)
	}}
	d.visit(VisitOptions{})
	for _, slugs := range [][]string{{"b", "plan", "a"}, {"c", "b", "plan", "a"}} {
		w.change(func() { w.slugs = slugs })
		d.pass(time.Hour)
		w.asked()
		d.visit(VisitOptions{})
		if asked := w.asked(); slices.Contains(asked, "GET /news/plan") || len(asked) != 2 {
			t.Errorf("asked %q, want the listing and what is new", asked)
		}
	}
}
