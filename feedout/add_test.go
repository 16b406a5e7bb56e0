package feedout

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

// A fakeAdder finds what it is told to find, and notes what it is to add.
type fakeAdder struct {
	found Finding
	err   error
	asked []string
	added []Proposal
}

func (f *fakeAdder) Look(_ context.Context, address string, feed bool) (Finding, error) {
	if feed {
		address += " by feed"
	}
	f.asked = append(f.asked, address)
	return f.found, f.err
}

func (f *fakeAdder) Add(_ context.Context, p Proposal) error {
	if f.err == nil {
		f.added = append(f.added, p)
	}
	return f.err
}

// toldError is an error with a reason.
type toldError struct{ error }

func (toldError) Reasons() []news.Reason {
	return []news.Reason{news.Because("add-listed", "https://a.example/", "kassel")}
}

func addingServer(t *testing.T, f *fakeAdder) *Server {
	t.Helper()
	return newServer(t, sample(t), func(at *Site, o *Options) {
		at.Access = Access{Keys: []string{HashKey("schlüssel")}, AddSources: true}
		o.Adder = f
	})
}

var (
	withKey = []string{"Accept", "text/html", "Authorization", "Bearer schlüssel"}
	example = Proposal{
		Name:     "erlenbrueck",
		URL:      "https://www.erlenbrueck.example/aktuelles",
		Title:    "Stadt <Erlenbrück>",
		Preset:   "typo3-news",
		Place:    "Erlenbrück",
		Timezone: "Europe/Vienna",
	}
)

// TestAddingASource goes the way of the form: address, what was found, added.
func TestAddingASource(t *testing.T) {
	f := &fakeAdder{found: Finding{
		Proposal: example,
		YAML:     "  - name: erlenbrueck\n",
		Robots:   "delay 5s",
		Dates:    12,
		Places:   3,
		Next:     "https://x.example/2",
		SiteFeed: "https://www.erlenbrueck.example/feed.xml",
	}}
	for range 12 {
		f.found.Entries = append(f.found.Entries, Found{
			Place:     "Erlenbrück",
			Headline:  "Brücke <gesperrt>",
			Published: news.Moment{Time: noon, Precision: news.Day},
		})
	}
	s := addingServer(t, f)
	contains(t, get(t, s, "/sources", "Accept", "text/html").Body.String(), `href="/nord/sources/new"`)
	form := get(t, s, "/sources/new", withKey...)
	contains(t, form.Body.String(), `<form class="stack ask" method="post" action="/nord/sources/new">`, "Quelle hinzufügen")
	h := form.Header()
	if h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "form-action 'self'") {
		t.Errorf("headers of the form: %v", h)
	}
	english := get(t, s, "/sources/new", append([]string{"Accept-Language", "en"}, withKey...)...).Body.String()
	contains(t, english, "Address of the page with all news")

	w := send(t, s, "/sources/new", url.Values{"address": {" erlenbrueck.example "}}, withKey...)
	page := w.Body.String()
	contains(t, page, "12 Meldungen", "Brücke &lt;gesperrt&gt;", "delay 5s", "Stattdessen diesen nehmen", "- name: erlenbrueck",
		`value="Stadt &lt;Erlenbrück&gt;"`, `name="preset" value="typo3-news"`)
	if n := strings.Count(page, "Brücke &lt;gesperrt&gt;"); w.Code != 200 || n != shownEntries {
		t.Errorf("looking = %d with %d entries, want %d", w.Code, n, shownEntries)
	}
	send(t, s, "/sources/new", url.Values{"address": {"erlenbrueck.example"}, "feed": {"1"}}, withKey...)
	if want := "erlenbrueck.example|erlenbrueck.example by feed"; strings.Join(f.asked, "|") != want || len(f.added) > 0 {
		t.Errorf("asked for %q and added %v, want %q alone", f.asked, f.added, want)
	}

	values := url.Values{
		"add":      {"1"},
		"name":     {"erlenbrueck"},
		"url":      {example.URL},
		"title":    {example.Title},
		"preset":   {"typo3-news"},
		"place":    {"Erlenbrück\n"},
		"timezone": {"Europe/Vienna"},
	}
	w = send(t, s, "/sources/new", values, withKey...)
	at, want := w.Header().Get("Location"), "https://feeds.example.org/nord/sources/erlenbrueck"
	if w.Code != http.StatusSeeOther || at != want {
		t.Errorf("adding = %d to %q, want %q", w.Code, at, want)
	}
	if len(f.added) != 1 || f.added[0] != example {
		t.Errorf("added %+v, want %+v", f.added, example)
	}
}

// TestWhyNoSourceIsAdded tells what is wrong in the reader's language, with what
// was typed still there.
func TestWhyNoSourceIsAdded(t *testing.T) {
	f := &fakeAdder{}
	s := addingServer(t, f)
	for _, c := range []struct {
		name string
		err  error
		form url.Values
		want []string
	}{
		{
			name: "no address",
			form: url.Values{"address": {" "}},
			want: []string{"Bitte geben Sie eine Adresse an"},
		}, {
			name: "listed already",
			err:  toldError{errors.New("listed")},
			form: url.Values{"address": {"a.example"}},
			want: []string{"https://a.example/ ist schon eine Quelle: kassel", `value="a.example"`},
		}, {
			name: "no answer in time",
			err:  context.DeadlineExceeded,
			form: url.Values{"address": {"a.example"}},
			want: []string{"nicht rechtzeitig geantwortet"},
		}, {
			name: "an error without a reason",
			err:  errors.New("<script>"),
			form: url.Values{"address": {"a.example"}},
			want: []string{"&lt;script&gt;"},
		}, {
			name: "it cannot be written",
			err:  errors.New("read-only file system"),
			form: url.Values{"add": {"1"}, "name": {"a"}, "yaml": {"  - name: a\n"}},
			want: []string{"read-only file system", "Um es von Hand einzutragen", "  - name: a"},
		},
	} {
		f.err = c.err
		w := send(t, s, "/sources/new", c.form, withKey...)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", c.name, w.Code)
		}
		contains(t, w.Body.String(), c.want...)
	}
}

func TestWhoMayAddSources(t *testing.T) {
	f := &fakeAdder{found: Finding{Proposal: example}}
	s := addingServer(t, f)
	off := newServer(t, sample(t), func(at *Site, o *Options) { at.Access.Keys, o.Adder = []string{HashKey("schlüssel")}, f })
	if page := get(t, off, "/sources", "Accept", "text/html").Body.String(); strings.Contains(page, "/sources/new") {
		t.Error("the form is offered where it is switched off")
	}
	form := url.Values{"address": {"a.example"}}
	sent := func(headers ...string) int { return send(t, s, "/sources/new", form, headers...).Code }
	for _, c := range []struct {
		name        string
		status, got int
	}{
		{"switched off", 404, get(t, off, "/sources/new", withKey...).Code},
		{"no key", 401, get(t, s, "/sources/new").Code},
		{"no key, sent", 401, sent()},
		{"a wrong key", 401, sent("Authorization", "Bearer x")},
		{"sent from another site", 403, sent(append([]string{"Sec-Fetch-Site", "cross-site"}, withKey...)...)},
		{"sent from a neighbour", 403, sent(append([]string{"Sec-Fetch-Site", "same-site"}, withKey...)...)},
		{"sent from another origin", 403, sent(append([]string{"Origin", "https://evil.example"}, withKey...)...)},
	} {
		if c.got != c.status {
			t.Errorf("%s: %d, want %d", c.name, c.got, c.status)
		}
	}
	if len(f.asked)+len(f.added) > 0 {
		t.Errorf("asked for %q, added %v, want nothing", f.asked, f.added)
	}
}
