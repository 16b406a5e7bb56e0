package crawler

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// answersWith serves one text as a page.
func answersWith(text string) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, text)
	}
}

func TestForwardingPagesAreFollowed(t *testing.T) {
	for name, page := range map[string]string{
		"meta refresh": `<title>Musterstadt</title><meta http-equiv="Refresh" content="0; URL='/'"><p>Sie werden weitergeleitet.</p>`,
		"frameset":     `<html><frameset rows="90,*"><frame src="/kopf.htm" name="kopf"><frame src="/" name="inhalt"></frameset></html>`,
		"script":       `<html><head><script>window.location.replace("/")</script></head><body></body></html>`,
		"frame":        `<html lang="de"><title>Musterstadt</title><body><h1>Aktuelles</h1><iframe src="/" width="100%" height="900"></iframe></body></html>`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, "b", "a")
			w.override["/start/"] = answersWith(page)
			d := newDesk(t, oneSource(w.URL+"/start"))
			if v := d.visit(VisitOptions{}); v.Added != 2 || v.Health != news.OK {
				t.Fatalf("first visit: %+v", v)
			}
			w.change(func() { w.slugs = []string{"c", "b", "a"} })
			d.pass(time.Hour)
			if v := d.visit(VisitOptions{}); v.Added != 1 {
				t.Errorf("second visit: %+v; the page behind has a new report", v)
			}
		})
	}
}

func TestForwardingArticleIsReadWhereItLeads(t *testing.T) {
	w := newTown(t, "b", "a")
	w.override["/news/b"] = answersWith(`<title>Weiterleitung</title><meta http-equiv="refresh" content="2;url=/news/neu-b"><body>Einen Augenblick bitte.`)
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	var got []string
	for _, it := range d.items() {
		got = append(got, it.Headline)
	}
	slices.Sort(got)
	if want := []string{"Meldung a aus dem Rathaus", "Meldung neu-b aus dem Rathaus"}; !slices.Equal(got, want) {
		t.Errorf("headlines %q, want %q", got, want)
	}
}

func TestForwardToFileIsItsAttachment(t *testing.T) {
	w := newTown(t, "b", "a")
	w.override["/news/b"] = answersWith(`<title>Weiterleitung</title><meta http-equiv="refresh" content="0;url=/dateien/plan.pdf"><body>Einen Augenblick bitte.`)
	d := newDesk(t, oneSource(w.URL))
	d.visit(VisitOptions{})
	var got []string
	for _, it := range d.items() {
		for _, a := range it.Attachments {
			got = append(got, it.Headline+" "+a.Type)
		}
	}
	if want := []string{"Meldung b aus dem Rathaus application/pdf"}; !slices.Equal(got, want) {
		t.Errorf("attachments %q, want %q", got, want)
	}
}

func TestForwardToAnotherSiteIsToldAndNotFollowed(t *testing.T) {
	w := newTown(t, "a")
	w.override["/start/"] = answersWith(`<title>x</title><meta http-equiv="refresh" content="0; url=https://anderswo.example/news">`)
	d := newDesk(t, oneSource(w.URL+"/start"))
	v := d.visit(VisitOptions{})
	want := w.URL + "/start/: the page is not news: it forwards to another page: https://anderswo.example/news by meta " +
		"refresh; give the address that it leads to as url"
	if v.Err != want || v.Added != 0 {
		t.Errorf("visit says %q, want %q", v.Err, want)
	}
}
