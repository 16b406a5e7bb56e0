package feedout

import (
	"html"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

// A tag or place that was never there and resembles none is not found, and what
// is written most like it is named.
func TestUnknown(t *testing.T) {
	s := newServer(t, sample(t))
	for path, want := range map[string]string{
		"/tags/ferkehr": "/tags/verkehr", "/tags/verkehr+xyz": "/tags/verkehr", "/places/casel": "/places/kassel", "/places/kassel/tags/hashalt": "/tags/haushalt",
	} {
		for _, ending := range []string{"", ".rss", ".csv"} {
			w := get(t, s, path+ending)
			if w.Code != 404 || !strings.Contains(w.Body.String(), want+"\n") {
				t.Errorf("%s%s = %d %s, want 404 and %s", path, ending, w.Code, w.Body, want)
			}
		}
		w := get(t, s, path, "Accept", "text/html", "Accept-Language", "de")
		if body := w.Body.String(); w.Code != 404 || !strings.Contains(body, "Meinten Sie:") || !strings.Contains(body, want+`"`) {
			t.Errorf("the page of %s = %d\n%s", path, w.Code, body)
		}
	}
	if w := get(t, newServer(t, &fakeArchive{}), "/tags/ferkehr.rss"); w.Code != 200 {
		t.Errorf("of an archive that has no tags yet: %d, want 200", w.Code)
	}
	gone := &fakeArchive{}
	gone.add(news.Item{Headline: "a", Tags: []string{"Anderes"}, Shown: noon, FirstSeen: noon})
	gone.add(news.Item{Headline: "b", Tags: []string{"Verkehr"}, Shown: noon, FirstSeen: noon, Withdrawn: noon})
	if w := get(t, newServer(t, gone), "/tags/verkehr.rss"); w.Code != 200 {
		t.Errorf("of a tag whose items were withdrawn: %d, want 200", w.Code)
	}
}

// The page of a saved filter tells its rule and marks why an item is in it.
func TestRule(t *testing.T) {
	term := func(f news.Facet, v string) news.Term { return news.Term{Facet: f, Value: v} }
	q := news.Query{
		All: [][]news.Term{
			{term(news.Tag, "verkehr"), term(news.Word, "entwurf")},
			{term(news.Source, "kassel"), {Facet: news.Place, Value: "bremen", Not: true}},
		},
		Not:   []news.Term{{Facet: news.Title, Value: "der karneval", Exact: true}},
		Since: noon.AddDate(-1, 0, 0),
	}
	s := newServer(t, sample(t), func(at *Site, _ *Options) { at.Feeds = append(at.Feeds, SavedFeed{Name: "wege", Query: q}) })
	body := html.UnescapeString(get(t, s, "/feeds/wege", "Accept", "text/html", "Accept-Language", "de").Body.String())
	for _, want := range []string{
		"<li>Thema „Verkehr“ oder das Wort „entwurf…“</li>", "<li>Quelle „Stadt Kassel“ oder nicht: Ort „bremen“</li>",
		"<li>nicht: genau „der karneval“ in der Überschrift</li>", "<li>ab dem 22. November 2025</li>",
		"<mark>Verkehr</mark></a>", "Der <mark>Entwurf</mark> liegt aus.", "<mark>Stadt Kassel</mark></a>",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(body)
	}
}

// A search that can be saved says how.
func TestSaved(t *testing.T) {
	s := newServer(t, sample(t))
	for q, want := range map[string]string{
		"titel:rat's+-sport": "feeds:\n  - name: 'titel-rat-s-sport'\n    title: 'titel:rat''s -sport'\n    match: {query: 'titel:rat''s -sport'}\n",
		"seit:7d":            "", "rat+(": "", "": "", "–": "",
	} {
		body := html.UnescapeString(get(t, s, "/search?q="+q).Body.String())
		if strings.Contains(body, "match: {query") != (want != "") || !strings.Contains(body, want) {
			t.Errorf("the page of %q lacks %q:\n%s", q, want, body)
		}
	}
}
