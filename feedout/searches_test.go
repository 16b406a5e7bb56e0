package feedout

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// send sends a form as a browser does, with headers in pairs.
func send(t testing.TB, h http.Handler, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// savingServer keeps searches in a real archive.
func savingServer(t *testing.T, who Savers) (*Server, *store.Store) {
	t.Helper()
	kept, err := store.Open(filepath.Join(t.TempDir(), "kept.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	return newServer(t, sample(t), func(at *Site, o *Options) {
		at.Access = Access{Keys: []string{HashKey("schlüssel")}, SavedSearches: who}
		o.Searches = kept
	}), kept
}

// minted saves a search and gives the local path of its feed.
func minted(t *testing.T, s *Server, query, title string) string {
	t.Helper()
	w := send(t, s, "/saved", url.Values{"q": {query}, "title": {title}}, "Origin", "https://feeds.example.org")
	to, ok := strings.CutPrefix(w.Header().Get("Location"), "https://feeds.example.org/nord")
	if w.Code != http.StatusSeeOther || !ok || len(to) < len("/saved/")+20 {
		t.Fatalf("saving %q = %d to %q: %s", query, w.Code, to, w.Body)
	}
	return to
}

func TestSearchBecomesAFeed(t *testing.T) {
	s, kept := savingServer(t, AnySaver)
	found := get(t, s, "/search?q=haushalt", "Accept", "text/html")
	contains(t, found.Body.String(), `<form class="stack" method="post" action="/nord/saved">`)
	path := minted(t, s, "haushalt -tag:sport", "Kassels Geld")

	page := get(t, s, path, "Accept", "text/html")
	contains(t, page.Body.String(), "Kassels Geld", "<mark>Haushalt</mark> 2027", "Wort „haushalt…“",
		`value="https://feeds.example.org/nord`+path+`.rss"`, `<form method="post" action="/nord`+path+`">`)
	for _, ending := range []string{".rss", ".atom", ".json", ".csv"} {
		w := get(t, s, path+ending)
		if w.Code != 200 || !strings.Contains(w.Body.String(), "Haushalt 2027") || strings.Contains(w.Body.String(), "rel=\"hub\"") {
			t.Errorf("%s = %d", ending, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Cache-Control"), "private") {
			t.Errorf("%s may be kept by everybody: %q", ending, w.Header().Get("Cache-Control"))
		}
	}
	if h := page.Header(); h.Get("X-Robots-Tag") != "noindex" || h.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the page gives its address away: %v", h)
	}
	if strings.Contains(page.Body.String(), "iframe") {
		t.Error("the page gives its address away as one to embed")
	}
	token := strings.TrimPrefix(path, "/saved/")
	for _, other := range []string{"/", "/feeds", "/opml?raw", "/opml", "/all", "/saved", "/search?q=haushalt"} {
		body := get(t, s, other, "Accept", "text/html", "Authorization", "Bearer schlüssel").Body.String()
		if strings.Contains(body, token) {
			t.Errorf("%s gives the address away", other)
		}
	}
	list, err := kept.SavedSearches(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != HashKey(token) || list[0].Text != "haushalt -tag:sport" {
		t.Errorf("kept %+v, %v", list, err)
	}

	// Who knows the address can end it, and what was prepared goes with it.
	w := send(t, s, path, nil)
	if at := w.Header().Get("Location"); w.Code != http.StatusSeeOther || !strings.HasSuffix(at, "/search?q=haushalt+-tag%3Asport") {
		t.Errorf("ending it = %d to %s", w.Code, at)
	}
	for _, path := range []string{path, path + ".rss", "/saved/nothing.rss", "/saved/a/b.rss"} {
		if w := get(t, s, path); w.Code != http.StatusNotFound {
			t.Errorf("%s = %d after its end, want 404", path, w.Code)
		}
	}
}

// TestSavedSearchOutlivesTheGrammar holds that a search means what it meant when
// it was saved, whatever its text would mean today.
func TestSavedSearchOutlivesTheGrammar(t *testing.T) {
	s, kept := savingServer(t, "")
	one := news.SavedSearch{
		ID:    HashKey("alt"),
		Title: "Alt",
		Text:  "neben(haushalt) &&& (",
		Query: news.Query{All: [][]news.Term{{{Facet: news.Word, Value: "haushalt"}}}},
		Made:  noon,
	}
	if err := kept.SaveSearch(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	if body := get(t, s, "/saved/alt.rss").Body.String(); !strings.Contains(body, "Haushalt 2027") || strings.Contains(body, "TikTok") {
		t.Errorf("an old search finds\n%s", body)
	}
}

func TestWhoMaySaveSearches(t *testing.T) {
	form := url.Values{"q": {"haushalt"}}
	for _, c := range []struct {
		who     Savers
		headers []string
		want    int
	}{
		{"", nil, 404},
		{KeySavers, nil, 401},
		{KeySavers, []string{"Authorization", "Bearer falsch"}, 401},
		{KeySavers, []string{"Authorization", "Bearer schlüssel"}, 303},
		{KeySavers, []string{"Authorization", "Bearer schlüssel", "Origin", "https://evil.example"}, 403},
		{AnySaver, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{AnySaver, []string{"Origin", "https://evil.example"}, 403},
		{AnySaver, []string{"Origin", "https://feeds.example.org"}, 303},
		{AnySaver, nil, 303},
	} {
		s, _ := savingServer(t, c.who)
		if w := send(t, s, "/saved", form, c.headers...); w.Code != c.want {
			t.Errorf("%q with %q = %d, want %d", c.who, c.headers, w.Code, c.want)
		}
	}
	s, kept := savingServer(t, AnySaver)
	for query, want := range map[string]string{
		"":                       "Suche ist leer",
		"seit:gestern":           "Zeichen 1",
		"quelle:gibt-es-nicht":   "Eine Quelle „gibt-es-nicht“ gibt es nicht",
		"(haushalt":              "Klammer",
		strings.Repeat("a", 500): "zu lang",
	} {
		w := send(t, s, "/saved", url.Values{"q": {query}})
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%.20q = %d, want 400 and %q:\n%s", query, w.Code, want, w.Body)
		}
	}
	endless := url.Values{"q": {"haushalt"}, "title": {strings.Repeat("x", longestForm)}}
	if w := send(t, s, "/saved", endless); w.Code != http.StatusBadRequest {
		t.Errorf("a form without end = %d, want 400", w.Code)
	}
	if list, _ := kept.SavedSearches(t.Context()); len(list) != 0 {
		t.Errorf("kept %+v, want none", list)
	}
	for n := range mostPerHour {
		one := news.SavedSearch{ID: fmt.Sprintf("%064x", n), Text: "a", Made: noon.Add(-30 * time.Minute)}
		if err := kept.SaveSearch(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	if w := send(t, s, "/saved", form); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "so viele") {
		t.Errorf("after %d in an hour = %d, want 400", mostPerHour, w.Code)
	}
}

func TestSavedSearchesAreListedForTheOperator(t *testing.T) {
	s, kept := savingServer(t, AnySaver)
	path := minted(t, s, "haushalt", "Geld & Gut")
	if w := get(t, s, "/saved", "Accept", "text/html"); w.Code != http.StatusUnauthorized {
		t.Errorf("without a key the list is %d, want 401", w.Code)
	}
	key := []string{"Accept", "text/html", "Authorization", "Bearer schlüssel"}
	id := HashKey(strings.TrimPrefix(path, "/saved/"))
	contains(t, get(t, s, "/saved", key...).Body.String(), "Geld &amp; Gut", "haushalt", id)
	drop := url.Values{"drop": {id}}
	if w := send(t, s, "/saved", drop); w.Code != http.StatusUnauthorized {
		t.Errorf("ending another's without a key = %d, want 401", w.Code)
	}
	if w := send(t, s, "/saved", drop, key...); w.Code != http.StatusSeeOther {
		t.Errorf("ending one with a key = %d, want 303", w.Code)
	}
	if list, _ := kept.SavedSearches(t.Context()); len(list) != 0 {
		t.Errorf("kept %+v, want none", list)
	}
	if w := send(t, s, "/saved", drop, key...); w.Code != http.StatusNotFound {
		t.Errorf("ending it twice = %d, want 404", w.Code)
	}
	r := httptest.NewRequest(http.MethodDelete, "/saved", nil)
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("DELETE = %d, want 405", w.Code)
	}
}
