package feedout

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// seqs are the sequence numbers of a feed's items in order.
func seqs(t *testing.T, s *Server, path string) []uint64 {
	t.Helper()
	values := get(t, s, path)
	if values.Code != http.StatusOK {
		t.Fatalf("GET %s = %d", path, values.Code)
	}
	var list []uint64
	for part := range strings.SplitSeq(values.Body.String(), `"_stadtfeed":{"seq":`) {
		var n uint64
		if _, err := fmt.Sscanf(part, "%d", &n); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// at is an item published some hours ago and first seen some hours ago.
func at(published, seen int) news.Item {
	return news.Item{
		Headline: "Meldung", Sources: []string{"kassel"}, Shown: noon.Add(-time.Duration(published) * time.Hour), FirstSeen: noon.Add(-time.Duration(seen) * time.Hour),
	}
}

func TestNewestAndLate(t *testing.T) {
	f := &fakeArchive{}
	for i := range 100 {
		f.add(at(1000-i, 1000-i)) // Seq 1 to 100, published when seen
	}
	s := newServer(t, f)
	got := seqs(t, s, "/all.json")
	if len(got) != 50 || got[0] != 100 || got[49] != 51 {
		t.Fatalf("50 newest by publication: got %v", got)
	}
	f.add(at(5000, 1))    // Seq 101: an old report discovered an hour ago
	f.add(at(5000, 5000)) // Seq 102: brought by a backfill
	f.add(at(4000, 47))   // Seq 103
	f.add(at(4000, 49))   // Seq 104
	got = seqs(t, s, "/all.json")
	if len(got) != 52 || !slices.Contains(got, 101) || slices.Contains(got, 102) || !slices.Contains(got, 103) || slices.Contains(got, 104) || !slices.Contains(got, 51) {
		t.Errorf("with late discoveries: got %v", got)
	}
	for i := range 300 {
		f.add(at(6000+i, 6000+i)) // a large backfill
	}
	if again := seqs(t, s, "/all.json"); !slices.Contains(again, 51) {
		t.Errorf("a backfill pushed something out: got %v", again)
	}
	for range 300 {
		f.add(at(3000, 0))
	}
	clock := noon
	s = newServer(t, f, func(_ *Site, o *Options) { o.Now = func() time.Time { return clock } })
	if got = seqs(t, s, "/all.json"); len(got) != mostItems {
		t.Errorf("%d items, want at most %d", len(got), mostItems)
	}
	if got = seqs(t, s, "/all.json?limit=7"); len(got) != 7 || got[0] != 100 {
		t.Errorf("limit=7: got %v", got)
	}
	clock = noon.Add(49 * time.Hour)
	if got = seqs(t, s, "/all.json"); len(got) != 50 {
		t.Errorf("two days later: %d items, want 50 without any commit in between", len(got))
	}
}

func TestWithdrawnLeaves(t *testing.T) {
	f := sample(t)
	clock := noon
	s := newServer(t, f, func(_ *Site, o *Options) { o.Now = func() time.Time { return clock } })
	for ending := range forms {
		body := get(t, s, "/all"+ending).Body.String()
		contains(t, body, "Zurückgezogen: Versehentlich veröffentlicht")
		if strings.Contains(body, "Geheim") {
			t.Errorf("%s still tells the withdrawn text:\n%s", ending, body)
		}
	}
	clock = noon.Add(6 * 24 * time.Hour)
	if strings.Contains(get(t, s, "/all.rss").Body.String(), "Versehentlich") {
		t.Error("eight days later the tombstone is still in the feed")
	}
	if body := get(t, s, "/items/"+shortID(f.items[3].ID), "Accept", "text/html").Body.String(); strings.Contains(body, "Geheim") {
		t.Errorf("the page of the item still tells the withdrawn text:\n%s", body)
	}
}

func TestArchivePages(t *testing.T) {
	f := &fakeArchive{}
	for i := range 437 {
		it := at(i*7%400, i*7%400+3000)
		if i%3 == 0 {
			it.Tags = []string{"Verkehr"}
		}
		f.add(it)
	}
	s := newServer(t, f)
	for _, path := range []string{"/all", "/tags/verkehr"} {
		seen := map[uint64]bool{}
		address, pages := path+".json", 0
		var stable []string
		for address != "" {
			for _, n := range seqs(t, s, address) {
				seen[n] = true
			}
			for _, ending := range []string{".rss", ".atom"} {
				doc := get(t, s, strings.Replace(address, ".json", ending, 1)).Body
				if said := check(forms[ending], doc.Bytes()); len(said) > 0 {
					t.Errorf("%s: %v", address, said)
				}
			}
			body := get(t, s, address).Body.String()
			if pages > 0 {
				stable = append(stable, body)
			}
			_, next, _ := strings.Cut(body, `"next_url":"https://feeds.example.org/nord`)
			address, _, _ = strings.Cut(next, `"`)
			if pages++; pages > 10 {
				t.Fatal("the archive has no end")
			}
		}
		if want := map[string]int{"/all": 437, "/tags/verkehr": 146}[path]; len(seen) != want {
			t.Errorf("%s: feed and archive hold %d items, want %d", path, len(seen), want)
		}
		if len(stable) == 0 {
			t.Errorf("%s has no archive page", path)
		}
	}
	first := get(t, s, "/all.rss?before=400").Body.String()
	contains(t, first, "<fh:archive>", `rel="current"`, `rel="prev-archive"`, `before=300`)
	f.add(at(0, 0))
	if again := get(t, s, "/all.rss?before=400").Body.String(); again != first {
		t.Error("an archive page changed when an item was added")
	}
}

func TestOlderPages(t *testing.T) {
	f := &fakeArchive{}
	for i := range 130 {
		f.add(at(i, i+3000))
	}
	s := newServer(t, f)
	address, items, pages := "/all", 0, 0
	for address != "" {
		body := get(t, s, address).Body.String()
		items += strings.Count(body, "<article>")
		_, next, _ := strings.Cut(body, `rel="next" href="/nord`)
		address, _, _ = strings.Cut(next, `"`)
		if pages++; pages > 5 {
			t.Fatal("the pages have no end")
		}
	}
	if items != 130 || pages != 3 {
		t.Errorf("%d items on %d pages, want 130 on 3", items, pages)
	}
}

func TestCombinations(t *testing.T) {
	s := newServer(t, sample(t))
	for path, want := range map[string][]uint64{
		"/tags/social-media+tiktok.json":                     {1},
		"/tags/social-media+haushalt.json":                   nil,
		"/places/kassel.json":                                {2, 1},
		"/places/kassel+baunatal.json":                       {3, 2, 1},
		"/places/kassel/tags/haushalt.json":                  {2},
		"/sources/kommune21.json":                            {3, 1},
		"/sources/kassel/places/baunatal.json":               {3},
		"/feeds/digital.json":                                {1},
		"/feeds/digital.json?exclude=place:kassel":           nil,
		"/all.json?exclude=haushalt":                         {3, 4, 1},
		"/all.json?exclude=haushalt,tiktok":                  {3, 4},
		"/all.json?exclude=source:kassel":                    {1},
		"/search.json?q=entwurf":                             {2},
		"/search.json?q=%22liegt+aus%22":                     {2},
		"/search.json?q=%22aus+liegt%22":                     nil,
		"/search.json?q=kassel+-tiktok":                      {2},
		"/search.json?q=%22liegt+au%22":                      nil,
		"/search.json?q=(entwurf+OR+tiktok)+bis:2030":        {2, 1},
		"/search.json?q=place:kassel+tag:tiktok":             {1},
		"/search.json?q=ort:Kassel+thema:%22Social+Media%22": {1},
		"/search.json?q=source:kassel+since:2026-11-21":      {3},
		"/search.json?q=source:kassel+since:1d":              {3},
		"/search.json?q=-source:kassel":                      {1},
	} {
		if got := seqs(t, s, path); !slices.Equal(got, want) {
			t.Errorf("%s = %v, want %v", path, got, want)
		}
	}
}

// TestMistakes holds that what cannot be understood is told: by the page, by
// the feed with status 400, and by the API.
func TestMistakes(t *testing.T) {
	s := newServer(t, sample(t))
	for q, want := range map[string]string{
		"since:morgen":              "„morgen“ ist kein Datum",
		"haushalt since:2026-02-30": "„2026-02-30“ ist kein Datum",
		"-seit:7d":                  "Ein Datum gilt für die ganze Suche",
		"absender:rat":              "Eine Bedingung „absender:“ gibt es nicht",
		"rat (sport OR":             "Zeichen 12: Auf beiden Seiten von „OR“ muss",
		"tag:":                      "Nach „tag:“ fehlt ein Wert",
		"source:kasel":              "Eine Quelle „kasel“ gibt es nicht",
		"-quelle:kasel":             "Eine Quelle „kasel“ gibt es nicht",
		strings.Repeat("wort ", 25): "mehr Bedingungen, als eine Suche haben darf",
		strings.Repeat("lang", 101): "zu lang",
	} {
		query := "?q=" + url.QueryEscape(q)
		for _, ending := range []string{".rss", ".atom", ".json"} {
			if w := get(t, s, "/search"+ending+query); w.Code != 400 || !strings.Contains(w.Body.String(), want) {
				t.Errorf("/search%s for %q = %d %s, want 400 and %q", ending, q, w.Code, w.Body, want)
			}
		}
		w := get(t, s, "/search"+query)
		if body := html.UnescapeString(w.Body.String()); w.Code != 200 || !strings.Contains(body, want) || strings.Contains(body, ".rss") {
			t.Errorf("the page for %q = %d; want it to say %q and to offer no feed:\n%s", q, w.Code, want, body)
		}
	}
	for path, want := range map[string]int{
		"/api/items?q=since:morgen": 400, "/api/items?q=since:7d": 200,
		"/all.rss?exclude=titel:x": 400, "/all.rss?exclude=:x": 400, "/all.rss?exclude=sport,": 200, "/search.rss?q=quelle:Stadt-Kassel": 200,
	} {
		if w := get(t, s, path); w.Code != want {
			t.Errorf("%s = %d %s, want %d", path, w.Code, w.Body, want)
		}
	}
	contains(t, get(t, s, "/all?exclude=titel:x").Body.String(), "Ausschließen lassen sich nur")
	if body := get(t, s, "/all").Body.String(); strings.Contains(body, "Ausschließen lassen sich nur") {
		t.Error("/all repeats the mistake of another address")
	}
}

// TestNotYet holds that a tag or place may be subscribed to before its first
// item, where something is called alike, or the configuration gives it, while
// what was never there is not found.
func TestNotYet(t *testing.T) {
	f := sample(t)
	s := newServer(t, f, func(at *Site, _ *Options) { at.Tags = []string{"Hochwasser"} })
	for _, path := range []string{"/tags/hochwasser", "/places/kasselberg", "/places/kassel/tags/hochwasser", "/tags/haushalte+verkehr"} {
		for ending, as := range forms {
			w := get(t, s, path+ending)
			if w.Code != 200 || len(check(as, w.Body.Bytes())) > 0 || len(seqs(t, s, path+".json")) > 0 {
				t.Errorf("%s%s = %d %s, want a valid feed without items", path, ending, w.Code, check(as, w.Body.Bytes()))
			}
		}
		if w := get(t, s, path); w.Code != 200 || w.Header().Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s = %d, robots %q, want 200 and noindex", path, w.Code, w.Header().Get("X-Robots-Tag"))
		}
	}
	f.add(news.Item{Sources: []string{"kassel"}, Headline: "Pegel steigt", Shown: noon, Tags: []string{"Hochwasser"}})
	if got := seqs(t, s, "/tags/hochwasser.json"); !slices.Equal(got, []uint64{5}) {
		t.Errorf("/tags/hochwasser.json = %v after the first item, want [5]", got)
	}
	contains(t, get(t, s, "/tags/haushaltsplan").Body.String(), "Meinten Sie:", `href="/nord/tags/haushalt"`)
	for _, path := range []string{"/sources/kasel", "/sources/kasel.rss", "/feeds/nix.rss"} {
		if w := get(t, s, path); w.Code != 404 {
			t.Errorf("%s = %d, want 404", path, w.Code)
		}
	}
}
