package extract

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// reportsOfTown are the subjects of four reports of a town whose pages have the
// same title, first heading, description, bar of topics, day and last lines.
var reportsOfTown = []string{"Mühle wird Museum", "Brücke am Wehr gesperrt", "Chor sucht Bässe", "Neue Linde gepflanzt"}

// siblingPage is the page of one of them.
func siblingPage(n int, headline string) Page {
	body := fmt.Sprintf(`<!doctype html><html lang="de"><head><title>Unser schöner Ort</title>
<meta name="description" content="Hier finden Bürger und Gäste alles über Leben, Arbeit und Kultur am Wehr."></head><body>
<div class="stage"><h1>Lebendig am Fluss</h1><p class="today">14.11.2026</p></div>
<div class="box"><p><b>%[1]s</b></p><p>Bericht Nummer %[2]d beginnt mit einem Satz, den keine andere Seite hat, und er ist lang genug für einen Bericht.</p>
<p>Auskunft gibt das Rathaus von Montag bis Freitag am Vormittag und nach Vereinbarung.</p>
<p>Zum Schluss steht in Bericht %[2]d noch ein Satz über %[1]s, den es nur hier gibt und der ihn beendet.</p>
<p>Unser Ort auf allen Kanälen</p><p>Lob und Tadel an die Redaktion</p></div>
<div class="tags"><a href="/t/ort">Ort</a><a href="/t/fluss">Fluss</a><a href="/t/%[2]d">Sache %[2]d</a></div></body></html>`, headline, n)
	return Page{URL: fmt.Sprintf("https://www.rathaus.example/a/%d", n), Body: []byte(body), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
}

func parseWith(t testing.TB, p Page, site Site) *Document {
	t.Helper()
	d, err := Parse(p, Options{NoPreset: true, Site: site})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// siteOfTown is learned from the reports of the town.
func siteOfTown(t testing.TB) Site {
	t.Helper()
	var all []*Document
	for n, headline := range reportsOfTown {
		all = append(all, parseWith(t, siblingPage(n, headline), Site{}))
	}
	return Site{}.Learn(all...)
}

func TestArticleInTheLightOfItsSite(t *testing.T) {
	site := siteOfTown(t)
	if site.Pages() != len(reportsOfTown) {
		t.Fatalf("learned from %d pages, want %d", site.Pages(), len(reportsOfTown))
	}
	for n, headline := range reportsOfTown {
		a := parseWith(t, siblingPage(n, headline), site).Article(nil)
		it := a.Item
		checkText(t, "headline", it.Headline, headline)
		checkText(t, "published", it.Published.String(), "")
		if strings.Contains(it.Teaser, "Bürger und Gäste") {
			t.Errorf("teaser %q is that of all pages", it.Teaser)
		}
		if want := fmt.Sprintf("Sache %d", n); !slices.Equal(it.Tags, []string{want}) {
			t.Errorf("tags %q, want %s alone", it.Tags, want)
		}
		for _, has := range []string{"beginnt mit einem Satz", "Auskunft gibt das Rathaus", "den es nur hier gibt"} {
			if !strings.Contains(it.BodyText, has) {
				t.Errorf("the body lacks %q: %s", has, it.BodyText)
			}
		}
		for _, not := range []string{"auf allen Kan", "Lob und Tadel"} {
			if strings.Contains(it.BodyText, not) {
				t.Errorf("the body has %q", not)
			}
		}
		if note := a.Evidence["body"].Note; !strings.Contains(note, "4 of 4 pages") {
			t.Errorf("evidence of the body says %q", note)
		}
		if note := a.Evidence["headline"].Note; !strings.Contains(note, "4 of 4 pages") {
			t.Errorf("evidence of the headline says %q", note)
		}
	}
}

// One page alone, and the same page again, say nothing of their site.
func TestCopiesAreNoSiblings(t *testing.T) {
	d := parseWith(t, siblingPage(1, "Mühle wird Museum"), Site{})
	site := Site{}.Learn(d, d, d)
	if site.Pages() != 1 {
		t.Errorf("learned from %d pages, want 1", site.Pages())
	}
	if got := parseWith(t, siblingPage(1, "Mühle wird Museum"), site).Article(nil).Item; got.Headline != "Lebendig am Fluss" || !strings.Contains(got.BodyText, "auf allen Kan") {
		t.Errorf("headline %q, body %q", got.Headline, got.BodyText)
	}
}

// What the listing says is the headline where the page's own says nothing or
// stands on other pages, too; where the listing cut it, the page's stays.
func TestHeadlineOfTheListing(t *testing.T) {
	const text = `<p>Der Rat hat am Montag beschlossen, das Gebäude zu kaufen. Es steht seit drei Jahren leer und wird saniert.</p><p>Die Arbeiten beginnen im Frühjahr.</p>`
	for _, c := range []struct{ name, head, want string }{
		{"a town for heading", `<title>Stadt Niederlohe</title></head><body><h1>Stadt Niederlohe</h1>`, "Rat kauft Mühle"},
		{"no heading", `<title>Stadt Niederlohe</title></head><body>`, "Rat kauft Mühle"},
		{"the whole of what the listing cut", `<title>Stadt Niederlohe</title></head><body><h1>Rat kauft Mühle am Wehr für ein Museum</h1>`, "Rat kauft Mühle am Wehr für ein Museum"},
		{"another headline that the title knows", `<title>Mühle wird Museum | Stadt Niederlohe</title></head><body><h1>Mühle wird Museum</h1>`, "Mühle wird Museum"},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := Page{URL: "https://www.niederlohe.example/a/1", Body: []byte(`<!doctype html><html lang="de"><head>` + c.head + text + `</body></html>`)}
			a := parseWith(t, page, Site{}).Article(&Entry{URL: page.URL, Headline: "Rat kauft Mühle"})
			checkText(t, "headline", a.Item.Headline, c.want)
			if c.want == "Rat kauft Mühle" && a.Evidence["headline"].Rule != ByListing {
				t.Errorf("evidence %+v", a.Evidence["headline"])
			}
		})
	}
}

func TestSiteIsSmallAndForgets(t *testing.T) {
	site := siteOfTown(t)
	known := func() string {
		return parseWith(t, siblingPage(1, "Neue Linde gepflanzt"), site).Article(nil).Item.Headline
	}
	if got, want := known(), "Neue Linde gepflanzt"; got != want {
		t.Fatalf("the site's heading is taken for the headline %q, want %q", got, want)
	}
	for n := range 60 {
		var b strings.Builder
		fmt.Fprintf(&b, `<html><head><title>Seite %d</title></head><body><h1>Bericht %d</h1>`, n, n)
		for line := range 80 {
			fmt.Fprintf(&b, "<p>Zeile %d von Bericht %d, die es nur einmal gibt.</p>", line, n)
		}
		site = site.Learn(parseWith(t, Page{URL: fmt.Sprintf("https://www.rathaus.example/b/%d", n), Body: []byte(b.String())}, Site{}))
	}
	if got, want := known(), "Lebendig am Fluss"; got != want {
		t.Errorf("a heading that has gone is still known: headline %q, want %q", got, want)
	}
	data, err := site.MarshalBinary()
	if err != nil || len(data) > 7000 {
		t.Errorf("%d bytes, %v; want at most 7000", len(data), err)
	}
	if site.Pages() > 16 {
		t.Errorf("%d pages are counted", site.Pages())
	}
}

func TestSiteIsEncoded(t *testing.T) {
	site := siteOfTown(t)
	data, err := site.AppendBinary([]byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	var decoded Site
	if err := decoded.UnmarshalBinary(data[1:]); err != nil || decoded.Pages() != site.Pages() {
		t.Fatalf("%d pages were decoded, %v; want %d", decoded.Pages(), err, site.Pages())
	}
	if again, err := decoded.MarshalBinary(); err != nil || !bytes.Equal(again, data[1:]) {
		t.Fatalf("%x became %x, %v", data[1:], again, err)
	}
	for name, bad := range map[string][]byte{
		"empty":           nil,
		"another version": {9, 2},
		"cut off":         data[1 : len(data)-1],
		"too many pages":  {1, 200},
	} {
		if err := decoded.UnmarshalBinary(bad); !errors.Is(err, ErrSite) {
			t.Errorf("%s: %v, want ErrSite", name, err)
		}
	}
}

// FuzzSite: bytes are refused, or encode to themselves.
func FuzzSite(f *testing.F) {
	data, _ := siteOfTown(f).MarshalBinary()
	f.Add(data)
	f.Add([]byte{1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Site
		if s.UnmarshalBinary(data) != nil {
			return
		}
		if again, _ := s.MarshalBinary(); !bytes.Equal(again, data) {
			t.Errorf("%x became %x", data, again)
		}
	})
}

// A day that the page shows without a word yields to the listing's.
func TestDayOfTheListing(t *testing.T) {
	const page = `<!doctype html><html lang="de"><head><title>Brücke gesperrt</title></head><body><h1>Brücke gesperrt</h1>%s
<p>Die Brücke am Wehr ist bis auf Weiteres gesperrt. Die Umleitung führt über die Mühlstraße und den Bahnhof.</p></body></html>`
	listed := news.Moment{Time: time.Date(2026, 11, 12, 0, 0, 0, 0, time.UTC), Precision: news.Day}
	for _, c := range []struct{ name, line, want string }{
		{"a day alone", `<p>3. Oktober 2026</p>`, "2026-11-12"},
		{"a day that is said to be the publication", `<p>Veröffentlicht am 10. November 2026</p>`, "2026-11-10"},
		{"a time element", `<time datetime="2026-11-10">10. November 2026</time>`, "2026-11-10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Page{URL: "https://www.niederlohe.example/a/1", Body: fmt.Appendf(nil, page, c.line), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
			got := parseWith(t, p, Site{}).Article(&Entry{URL: p.URL, Headline: "Brücke gesperrt", Published: listed}).Item
			checkText(t, "published", got.Published.String(), c.want)
		})
	}
}
