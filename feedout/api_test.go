package feedout

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/stadtfeed/stadtfeed/news"
)

// withAPI is a site with a private feed, positions and a hostile item.
func withAPI(at *Site, _ *Options) {
	at.Positions = map[string]news.Position{"Kassel": {Lat: 51.3127, Lon: 9.4797}}
	at.Access.Keys = []string{HashKey("secret")}
	at.Feeds = append(at.Feeds, SavedFeed{
		Name: "closed", Private: true, Query: news.Query{All: [][]news.Term{{{Facet: news.Place, Value: "kassel"}}}},
	})
}

// TestOpenAPI holds the description of the API against its answers.
func TestOpenAPI(t *testing.T) {
	s := newServer(t, sample(t), withAPI)
	w := get(t, s, "/api/openapi.json")
	doc, err := jsonschema.UnmarshalJSON(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	d := doc.(map[string]any)
	if server := d["servers"].([]any)[0].(map[string]any)["url"]; server != s.site.Load().root {
		t.Errorf("server %v", server)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	checks := map[string][]string{
		"/api/items":      {"", "?limit=1", "?q=tag:haushalt", "?full=0", "?feed=closed&token=secret", "?after=2", "?before=3"},
		"/api/items.json": {"", "?limit=1", "?limit=1&before=3", "?q=nashorn"},
		"/api/facets":     {"", "?limit=1", "?q=haushalt", "?q=nashorn&limit=1", "?feed=closed&token=secret"},
		"/api/sources":    {""},
	}
	for path, described := range d["paths"].(map[string]any) {
		kinds := described.(map[string]any)["get"].(map[string]any)["responses"].(map[string]any)["200"].(map[string]any)["content"].(map[string]any)
		for kind := range kinds {
			at := "openapi.json#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/get/responses/200/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema"
			schema, err := c.Compile(at)
			if err != nil {
				t.Fatal(err)
			}
			if len(checks[path]) == 0 {
				t.Errorf("%s is described and not looked at", path)
			}
			for _, query := range checks[path] {
				holds(t, s, path+query, kind, schema)
			}
		}
	}
	for path := range checks {
		if _, ok := d["paths"].(map[string]any)[path]; !ok {
			t.Errorf("%s is not described", path)
		}
	}
}

// holds looks whether an answer is of a kind and fits a schema.
func holds(t *testing.T, s *Server, path, kind string, schema *jsonschema.Schema) {
	t.Helper()
	w := get(t, s, path)
	if got, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";"); w.Code != 200 || got != kind {
		t.Errorf("%s = %d %s, want 200 %s", path, w.Code, got, kind)
		return
	}
	if strings.Contains(w.Body.String(), "0001-01-01") {
		t.Errorf("%s has a date that nobody said:\n%s", path, w.Body)
	}
	values := []string{w.Body.String()}
	if kind == "application/jsonl" {
		values = slices.Collect(strings.Lines(w.Body.String()))
	}
	for _, text := range values {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err == nil {
			err = schema.Validate(v)
		}
		if err != nil {
			t.Errorf("%s: %v in\n%s", path, err, text)
		}
	}
}

// A program that follows next meets every item once, up and down.
func TestAPIPages(t *testing.T) {
	f := sample(t)
	s := newServer(t, f, withAPI)
	for _, begin := range []string{"/api/items.json?limit=1", "/api/items.json?limit=1&before=99"} {
		var met []uint64
		for next := begin; next != ""; {
			var p apiPage
			if err := json.Unmarshal(get(t, s, next).Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			for _, it := range p.Items {
				met = append(met, it.Seq)
			}
			next = ""
			if p.Next != nil {
				next = strings.TrimPrefix(*p.Next, "https://"+strings.SplitN(*p.Next, "/", 4)[2])
			}
		}
		if strings.Contains(begin, "before") {
			slices.Reverse(met)
		}
		if len(met) != len(f.items) || !slices.IsSorted(met) || len(slices.Compact(met)) != len(f.items) {
			t.Errorf("%s: %v of %d items", begin, met, len(f.items))
		}
	}
}

func TestAPIRequests(t *testing.T) {
	s := newServer(t, sample(t), withAPI)
	closed := newServer(t, sample(t), withAPI, func(at *Site, _ *Options) { at.Access.API = true })
	for _, row := range []struct {
		name   string
		server *Server
		path   string
		want   int
	}{
		{"a private feed without a key", s, "/api/items?feed=closed", 401},
		{"with one", s, "/api/items.json?feed=closed&token=secret", 200},
		{"no such feed", s, "/api/items?feed=nothing", 404},
		{"no number", s, "/api/items?limit=x", 400},
		{"no seq", s, "/api/items?after=-1", 400},
		{"both ways", s, "/api/items?after=1&before=9", 400},
		{"a search with a mistake", s, "/api/items?q=titel:", 400},
		{"nothing there", s, "/api/nothing", 404},
		{"an API behind a key", closed, "/api/facets", 401},
		{"opened", closed, "/api/facets?token=secret", 200},
		{"its description is for everybody", closed, "/api/openapi.json", 200},
	} {
		w := get(t, row.server, row.path)
		if w.Code != row.want || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %s = %d %v, want %d", row.name, row.path, w.Code, w.Header(), row.want)
		}
	}
	var p apiPage
	if err := json.Unmarshal(get(t, s, "/api/items.json?feed=closed&limit=1&token=secret").Body.Bytes(), &p); err != nil || p.Next == nil || strings.Contains(*p.Next, "secret") {
		t.Errorf("next is %v, %v", p.Next, err)
	}
	w := httptest.NewRecorder()
	closed.ServeHTTP(w, httptest.NewRequest(http.MethodOptions, "/api/items", nil))
	if w.Code != 204 || w.Header().Get("Access-Control-Allow-Headers") != "Authorization" {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
}

// The table beside every feed can be read as RFC 4180 asks, and no cell of it is
// a formula.
func TestCSV(t *testing.T) {
	f := sample(t)
	f.add(news.Item{Headline: "=HYPERLINK(\"http://x\")", Teaser: "+49, \"Rat\"\nund", Place: "Kassel", Tags: []string{"@a", "-b"}, Sources: []string{"kassel"}, Shown: noon, FirstSeen: noon})
	s := newServer(t, f, withAPI)
	w := get(t, s, "/all.csv", "Accept", "text/html")
	if kind := w.Header().Get("Content-Type"); kind != "text/csv; charset=utf-8; header=present" {
		t.Fatalf("%d %s", w.Code, kind)
	}
	if said := check(csvTable, w.Body.Bytes()); len(said) > 0 {
		t.Error(said)
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != len(f.items)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	column := func(name string) string { return rows[1][slices.Index(rows[0], name)] }
	for name, want := range map[string]string{
		"title": "'=HYPERLINK(\"http://x\")", "teaser": "'+49, \"Rat\" und", "tags": "'@a; -b", "lat": "51.3127", "lon": "9.4797", "source": "kassel",
	} {
		if got := column(name); !strings.HasSuffix(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if w := get(t, s, "/search.csv?q="+url.QueryEscape("tag:")); w.Code != 400 {
		t.Errorf("a search with a mistake: %d", w.Code)
	}
	for cell, want := range map[string]string{"-1.5": "-1.5", "-b": "'-b", "": "", "Rat": "Rat", "\t=1": "'\t=1", "＝1": "'＝1"} {
		if got := noFormula(cell); got != want {
			t.Errorf("noFormula(%q) = %q, want %q", cell, got, want)
		}
	}
}

// Feeds say where, if that is known, and else have nothing of it.
func TestGeoRSS(t *testing.T) {
	s := newServer(t, sample(t), withAPI)
	for path, want := range map[string]string{
		"/all.rss": "<georss:point>51.3127 9.4797</georss:point>", "/all.atom": "<georss:point>51.3127 9.4797</georss:point>",
		"/all.json": `"geo":{"lat":51.3127,"lon":9.4797}`,
	} {
		if body := get(t, s, path).Body.String(); !strings.Contains(body, want) || strings.HasSuffix(path, "s") && !strings.Contains(body, `xmlns:georss="http://www.georss.org/georss"`) {
			t.Errorf("%s lacks %s", path, want)
		}
	}
}
