package crawler

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// fileServer answers for files that are never to be fetched.
func fileServer(t *testing.T, media string, length string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			t.Errorf("%s %s: a file was fetched", r.Method, r.URL)
		}
		rw.Header().Set("Content-Type", media)
		rw.Header().Set("Content-Length", length)
	}
}

func attachmentsOf(d *desk, url string) []news.Attachment {
	d.t.Helper()
	for _, it := range d.items() {
		if it.URL == url {
			full, err := d.store.Item(d.t.Context(), it.ID)
			if err != nil {
				d.t.Fatal(err)
			}
			return full.Attachments
		}
	}
	d.t.Fatalf("no item of %s", url)
	return nil
}

const attached = `Die Stadt legt den Plan aus, den der Rat beschlossen hat. Wer Einwände hat, bringt sie bis zum Ende des Monats vor.</p>
<p><a href="/files/plan.pdf">Plan (PDF)</a> <a href="/files/karte.doc">Karte</a> <a href="/intern/akte.pdf">Akte</a>
<a href="/files/weg.pdf">Weg</a> <a href="https://cdn.example/fremd.pdf">Fremd</a>`

func TestAttachmentsAreMeasuredOnce(t *testing.T) {
	w := newTown(t, "b", "a")
	w.text["a"] = attached
	w.override["/robots.txt"] = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Write([]byte("User-agent: *\nDisallow: /intern/\n"))
	}
	w.override["/files/plan.pdf"] = fileServer(t, "application/pdf", "123456")
	w.override["/files/karte.doc"] = fileServer(t, "application/rtf", "77")
	w.override["/files/weg.pdf"] = fileServer(t, "text/html; charset=utf-8", "999")
	d := newDesk(t, oneSource(w.URL))
	if v := d.visit(VisitOptions{}); v.Added != 2 || v.Err != "" || v.Failed != 0 || v.Requests != 1+1+2+3 {
		t.Errorf("first visit: %+v", v)
	}
	heads := func() []string {
		return slices.DeleteFunc(w.asked(), func(s string) bool { return !strings.HasPrefix(s, "HEAD") })
	}
	if got := heads(); !slices.Equal(got, []string{"HEAD /files/plan.pdf", "HEAD /files/karte.doc", "HEAD /files/weg.pdf"}) {
		t.Errorf("asked %q", got)
	}
	want := []news.Attachment{
		{URL: w.URL + "/files/plan.pdf", Title: "Plan", Type: "application/pdf", Length: 123456},
		{URL: w.URL + "/files/karte.doc", Title: "Karte", Type: "application/rtf", Length: 77},
		{URL: w.URL + "/intern/akte.pdf", Title: "Akte", Type: "application/pdf"},
		{URL: w.URL + "/files/weg.pdf", Title: "Weg", Type: "application/pdf"},
		{URL: "https://cdn.example/fremd.pdf", Title: "Fremd", Type: "application/pdf"},
	}
	if got := attachmentsOf(d, w.URL+"/news/a"); !slices.Equal(got, want) {
		t.Errorf("attachments %+v\nwant %+v", got, want)
	}

	// An edit asks for what it adds, and loses nothing.
	w.change(func() {
		w.text["a"] = strings.Replace(attached, "Ende des Monats", "Ende des Jahres", 1) + ` <a href="/files/neu.pdf">Neu</a>`
		w.override["/files/neu.pdf"] = fileServer(t, "application/octet-stream", "5")
	})
	d.pass(4 * time.Hour)
	if v := d.visit(VisitOptions{}); v.Edited != 1 {
		t.Errorf("after the edit: %+v", v)
	}
	if got := heads(); !slices.Equal(got, []string{"HEAD /files/neu.pdf"}) {
		t.Errorf("the edit asked %q", got)
	}
	want = append(want, news.Attachment{URL: w.URL + "/files/neu.pdf", Title: "Neu", Type: "application/pdf", Length: 5})
	if got := attachmentsOf(d, w.URL+"/news/a"); !slices.Equal(got, want) {
		t.Errorf("attachments after the edit %+v\nwant %+v", got, want)
	}
}

func TestAttachmentsAreNotMeasured(t *testing.T) {
	refusing := func(status int) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) }
	}
	for name, tc := range map[string]struct {
		more   string
		answer http.HandlerFunc
		asked  int
	}{
		"switched off":        {"    attachment_sizes: false", refusing(200), 0},
		"no such questions":   {"", refusing(405), 1},
		"the host is busy":    {"", refusing(429), 1},
		"files that are gone": {"", refusing(404), 4},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, "b", "a")
			w.text["a"] = attached
			for _, path := range []string{"/files/plan.pdf", "/files/karte.doc", "/intern/akte.pdf", "/files/weg.pdf"} {
				w.override[path] = tc.answer
			}
			d := newDesk(t, oneSource(w.URL, tc.more))
			if v := d.visit(VisitOptions{}); v.Added != 2 || v.Err != "" || v.Failed != 0 || v.Health != news.OK {
				t.Errorf("visit: %+v", v)
			}
			asked := strings.Count(strings.Join(w.asked(), " "), "HEAD")
			if asked != tc.asked {
				t.Errorf("%d files were asked for, want %d", asked, tc.asked)
			}
			for _, a := range attachmentsOf(d, w.URL+"/news/a") {
				if a.Length != 0 {
					t.Errorf("%+v", a)
				}
			}
		})
	}
}
