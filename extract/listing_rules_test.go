package extract

import (
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const ruledPage = `<html lang="de"><body><div class="liste">
<div class="zeile"><h3><a href="/a/1">Neue Brücke über den Bach</a></h3><div class="text"><p class="wann">12.11.2026</p><p class="was">Die Brücke ist ab Montag für alle Fußgänger frei.</p></div><span class="wo">Kassel</span></div>
<div class="zeile"><h3><a href="/a/2">Bücherei zieht in die Mitte</a></h3><p class="wann">10.11.2026</p><p class="was">Bis Weihnachten öffnet sie am Markt in neuen Räumen.</p><span class="wo">Baunatal</span></div>
</div><a class="vor" href="/liste?seite=2">alle älteren</a></body></html>`

func ruledListing(t *testing.T, rules string) Listing {
	t.Helper()
	var r Rules
	if err := loadYAML(rules, &r); err != nil {
		t.Fatal(err)
	}
	d, err := Parse(Page{URL: "https://stadt.example/liste", ContentType: "text/html; charset=utf-8", Body: []byte(ruledPage)}, Options{Rules: r})
	if err != nil {
		t.Fatal(err)
	}
	return d.Listing()
}

func TestListingRules(t *testing.T) {
	for _, c := range []struct {
		name, rules       string
		rule              string // of the entries
		headline, place   string // of the first entry
		next, problemPart string
	}{
		{"no rules", `{}`, "repetition", "Neue Brücke über den Bach", "", "", ""},
		{"all by rule", `listing: {entry: .zeile, link: h3 a, headline: h3, place: .wo, published: .wann, teaser: .was, next: a.vor}`, "selector", "Neue Brücke über den Bach", "Kassel", "/liste?seite=2", ""},
		{"date in the teaser", `listing: {entry: .zeile, teaser: .text}`, "selector", "Neue Brücke über den Bach", "", "", ""},
		{"entry rule fails", `listing: {entry: .meldung}`, "repetition", "Neue Brücke über den Bach", "", "", `selector ".meldung" finds no entries; detection took over`},
		{"field rule fails", `listing: {entry: .zeile, headline: h6}`, "selector", "Neue Brücke über den Bach", "", "", `selector "h6" finds nothing in any entry; detection took over`},
		{"field rule alone", `listing: {headline: {select: h3, match: '^Neue (.+)$'}}`, "repetition", "Brücke über den Bach", "", "", ""},
	} {
		l := ruledListing(t, c.rules)
		if len(l.Entries) != 2 {
			t.Errorf("%s: %d entries, want 2", c.name, len(l.Entries))
			continue
		}
		e := l.Entries[0]
		if string(l.Evidence["entries"].Rule) != c.rule || e.Headline != c.headline || e.Place != c.place || e.Published.String() != "2026-11-12" || !strings.HasPrefix(e.Teaser, "Die Brücke") {
			t.Errorf("%s: by %s: %+v", c.name, l.Evidence["entries"].Rule, e)
		}
		if got := strings.TrimPrefix(l.Next, "https://stadt.example"); got != c.next {
			t.Errorf("%s: next = %q, want %q", c.name, got, c.next)
		}
		var said strings.Builder
		for _, p := range l.Problems {
			said.WriteString(p.Message)
		}
		if (c.problemPart == "") != (said.Len() == 0) || !strings.Contains(said.String(), c.problemPart) {
			t.Errorf("%s: problems %q, want %q", c.name, said.String(), c.problemPart)
		}
	}
}

func TestPresetThatFailsSaysSo(t *testing.T) {
	d, err := Parse(Page{URL: "https://stadt.example/liste", ContentType: "text/html; charset=utf-8", Body: []byte(ruledPage)}, Options{Preset: "typo3-news"})
	if err != nil {
		t.Fatal(err)
	}
	l := d.Listing()
	if len(l.Entries) != 2 || len(l.Problems) != 1 || l.Problems[0].Field != "entries" || l.Preset != "typo3-news" {
		t.Errorf("%d entries, preset %q, problems %v; want 2, and one problem with the entries", len(l.Entries), l.Preset, l.Problems)
	}
}

func TestFutureDatesAreNoPublication(t *testing.T) {
	d, err := Parse(Page{URL: "https://stadt.example/liste", ContentType: "text/html; charset=utf-8", Body: []byte(ruledPage), Fetched: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range d.Listing().Entries {
		if !e.Published.IsZero() {
			t.Errorf("%s is published on %s, after the fetch", e.Headline, e.Published)
		}
	}
}

func TestItemFrom(t *testing.T) {
	day := news.Moment{Time: time.Date(2026, 11, 12, 0, 0, 0, 0, time.UTC), Precision: news.Day}
	it := ItemFrom(Entry{URL: "https://stadt.example/ab.pdf", Headline: "Amtsblatt 12", Published: day, Tags: []string{"Rat"}}, Options{Place: "Kassel", Tags: []string{"Rat", "Amtsblatt"}, Language: "de"})
	if it.Place != "Kassel" || !it.Partial || it.Headline != "Amtsblatt 12" || !it.Published.Equal(day) || strings.Join(it.Tags, ",") != "Rat,Amtsblatt" {
		t.Errorf("ItemFrom = %+v", it)
	}
	if len(it.Attachments) != 1 || it.Attachments[0].Type != "application/pdf" {
		t.Errorf("attachments = %v, want the gazette itself", it.Attachments)
	}
	if full := ItemFrom(Entry{URL: "https://stadt.example/a", Headline: "Titel", BodyText: "Text"}, Options{}); full.Partial {
		t.Error("an entry with its whole text is taken for partial")
	}
}

// The fields of a preset are for the rows that it names: where detection found
// the rows, they would read another part of them.
func TestPresetLeavesDetectedRowsAlone(t *testing.T) {
	const page = `<html lang="de"><head><title>Kommune21</title></head><body><main>
<p><a href="/a/1"><b>Panketal: Rathaus ist eröffnet</b></a></p><p>[09.04.2025] Die Einwohner können nun erste Dienste online in Anspruch nehmen. <a href="/a/1">mehr...</a></p>
<p><a href="/a/2"><b>Bonn: Website in elf Sprachen</b></a></p><p>[03.04.2025] Eine Software übersetzt den Auftritt der Stadt jetzt von selbst. <a href="/a/2">mehr...</a></p>
<p><a href="/a/3"><b>Ulm: Neustart im Web</b></a></p><p>[01.04.2025] Die Stadt will sich im Internet nutzerfreundlich zeigen. <a href="/a/3">mehr...</a></p>
</main></body></html>`
	d, err := Parse(Page{URL: "https://www.kommune21.de/", Body: []byte(page)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := d.Listing()
	if l.Preset != "kommune21" || len(l.Entries) != 3 {
		t.Fatalf("preset %q, %d entries, want kommune21 and 3", l.Preset, len(l.Entries))
	}
	if e := l.Entries[0]; e.Place != "Panketal" || e.Headline != "Rathaus ist eröffnet" || e.Teaser != "Die Einwohner können nun erste Dienste online in Anspruch nehmen." {
		t.Errorf("first entry = %+v", e)
	}
}
