package feedout

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

func TestHits(t *testing.T) {
	for _, row := range []struct{ name, search, text, want string }{
		{"a word", "radweg", "Neuer Radweg, alter Radweg", "Neuer [Radweg], alter [Radweg]"},
		{"a word that goes on", "radweg", "Die Radwege und der Fernradweg", "Die [Radwege] und der Fernradweg"},
		{"umlauts both ways", "strasse öpnv", "Straße und OEPNV", "[Straße] und [OEPNV]"},
		{"a phrase", `"neuer auftritt"`, "Neuer\u00a0Auftritt, neuer Auftrag, Neuer-Auftritt", "[Neuer\u00a0Auftritt], neuer Auftrag, [Neuer-Auftritt]"},
		{"an exact phrase does not go on", `"am alten markt"`, "Am alten Marktplatz am alten Markt", "Am alten Marktplatz [am alten Markt]"},
		{"in the headline", "titel:radweg", "Der Radweg", "Der [Radweg]"},
		{"either", "radweg OR -markt", "Radweg am Markt", "[Radweg] am Markt"},
		{"the longest", `stadt "stadt kassel"`, "Stadt Kassel, Stadt", "[Stadt Kassel], [Stadt]"},
		{"a soft hyphen inside", "haushalt", "Haus\u00adhalt", "[Haus\u00adhalt]"},
		{"marks apart from their letters", "uber", "u\u0308ber Uber", "u\u0308ber [Uber]"},
		{"what is excluded or no word", "-radweg tag:verkehr", "Radweg Verkehr", "Radweg Verkehr"},
		{"nothing but signs", "– &", "– & <b>", "– & <b>"},
		{"text without letters", "x", "", ""},
	} {
		q, _ := search.Reader{Now: noon}.Parse(row.search)
		got, done := "", 0
		for _, p := range soughtBy(q).hits(row.text) {
			got += row.text[done:p.from] + "[" + row.text[p.from:p.to] + "]"
			done = p.to
		}
		if got += row.text[done:]; got != row.want {
			t.Errorf("%s: %s in %q: %q, want %q", row.name, row.search, row.text, got, row.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	far := strings.Repeat("Weit davor steht Text. ", 40)
	for _, row := range []struct {
		name       string
		item       news.Item
		begin, end string // both empty: no excerpt
	}{
		{"in the headline", news.Item{Headline: "Radweg", BodyText: "Der Radweg."}, "", ""},
		{"in the teaser", news.Item{Headline: "Bau", Teaser: "Der Radweg.", BodyText: "Der Radweg."}, "", ""},
		{"nowhere", news.Item{Headline: "Bau", Tags: []string{"Radweg"}, BodyText: "Text."}, "", ""},
		{"at the front of the body", news.Item{Headline: "Bau", BodyText: "Der Radweg\nist da."}, "Der Radweg ist da.", "Der Radweg ist da."},
		{"deep in the body", news.Item{Headline: "Bau", BodyText: far + "Der Radweg ist da. " + far}, "… steht Text. ", " …"},
		{"after a word without end", news.Item{Headline: "Bau", BodyText: strings.Repeat("ü", 300) + " Radweg."}, "… Radweg.", "… Radweg."},
	} {
		got := sought{{words: []string{"radweg"}}}.excerpt(row.item, row.item.Teaser)
		if (got == "") != (row.begin == "") || !strings.HasPrefix(got, row.begin) || !strings.HasSuffix(got, row.end) {
			t.Errorf("%s: %q, want %q up to %q", row.name, got, row.begin, row.end)
		}
		if got != "" && (!strings.Contains(got, "Radweg") || len(got) > excerptLength+12) {
			t.Errorf("%s: %d bytes %q", row.name, len(got), got)
		}
	}
}

// FuzzHits: hits are in order, apart, within the text and on whole characters,
// and an item that has the words of a search in its headline has a hit there.
func FuzzHits(f *testing.F) {
	f.Add("radweg", "Neuer Radweg")
	f.Add(`"a b" c`, "A-b, c\u0308 \xff c")
	f.Fuzz(func(t *testing.T, typed, text string) {
		q, _ := search.Reader{Now: noon}.Parse(cut(typed, longestText))
		done := 0
		for _, p := range soughtBy(q).hits(text) {
			if p.from < done || p.to <= p.from || p.to > len(text) {
				t.Fatalf("%q in %q: hit %v after %d", typed, text, p, done)
			}
			done = p.to
		}
		w := &xmlWriter{}
		w.marked(text, soughtBy(q))
		if plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(string(w.b)); plain != escapedText(text) {
			t.Fatalf("marking changes %q to %q", text, plain)
		}
	})
}

func escapedText(s string) string {
	w := &xmlWriter{}
	w.text(s)
	return string(w.b)
}

// A search shows its words, and what helps where there are none.
func TestSearchPage(t *testing.T) {
	f := &fakeArchive{}
	f.add(news.Item{Headline: "Neuer Radweg <b>", Teaser: "Kurz.", Tags: []string{"Verkehr"}, Sources: []string{"kassel"}, Shown: noon, FirstSeen: noon})
	f.add(news.Item{Headline: "Haushalt", Teaser: "Der Rat tagt.", BodyText: strings.Repeat("Zahlen über Zahlen. ", 20) + "Zwölf Millionen für Radwege.", Sources: []string{"kassel"}, Shown: noon.Add(-time.Hour), FirstSeen: noon})
	s := newServer(t, f)
	page := get(t, s, "/search?q=radweg", "Accept-Language", "de").Body.String()
	for _, want := range []string{"Neuer <mark>Radweg</mark> &lt;b&gt;", "Zwölf Millionen für <mark>Radwege</mark>.", `<p class="teaser quiet">… `} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	if list := get(t, s, "/all").Body.String(); strings.Contains(list, "<mark>") || strings.Contains(list, "Radwege") {
		t.Errorf("a list shows hits:\n%s", list)
	}
	page = get(t, s, "/search?q=verkehrs+nashorn", "Accept-Language", "de").Body.String()
	order := []int{strings.Index(page, "Nichts gefunden"), strings.Index(page, `Meinten Sie: <a class="tag" href="/nord/tags/verkehr">Verkehr</a>`), strings.Index(page, `<details class="tips" open>`)}
	if order[0] < 0 || !slices.IsSorted(order) {
		t.Errorf("help stands at %v:\n%s", order, page)
	}
}
