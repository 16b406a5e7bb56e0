package extract

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// readSeed reads one of the pages in testdata/seeds by detection.
func readSeed(t *testing.T, name, address string) Article {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Parse(Page{URL: address, Body: body, Fetched: time.Date(2025, 11, 24, 9, 0, 0, 0, time.UTC)}, Options{NoPreset: true})
	if err != nil {
		t.Fatal(err)
	}
	return d.Article(nil)
}

// checkText tells where a field differs from what it has to be.
func checkText(t *testing.T, field, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %q, want %q", field, got, want)
	}
}

func TestArticleKassel(t *testing.T) {
	a := readSeed(t, "kassel.html", "https://paper.example/kassel")
	it := a.Item
	checkText(t, "place", it.Place, "Kassel")
	checkText(t, "kicker", it.Kicker, "Kassel")
	checkText(t, "headline", it.Headline, "Neuer Auftritt bei TikTok")
	checkText(t, "published", it.Published.String(), "2024-06-10")
	checkText(t, "byline", it.Byline, "sib")
	if want := []string{"Social Media", "Kassel", "TikTok"}; !slices.Equal(it.Tags, want) {
		t.Errorf("tags = %q, want %q", it.Tags, want)
	}
	if !strings.HasPrefix(it.Teaser, "Die Stadt Kassel bespielt") || !strings.HasSuffix(it.Teaser, "erreichen.") {
		t.Errorf("teaser = %q", it.Teaser)
	}
	for _, chrome := range []string{"10.06.2024", "(sib)", "Stichwörter", "Meistgelesen", "Druckansicht", "Impressum", "Termine"} {
		if strings.Contains(it.BodyText, chrome) {
			t.Errorf("body holds %q", chrome)
		}
	}
	if !strings.HasSuffix(it.BodyText, "auszuschließen, so die Stadt.") {
		t.Errorf("body ends with %q", it.BodyText[max(0, len(it.BodyText)-80):])
	}
	for _, field := range []string{"headline", "kicker", "place", "published", "teaser", "body", "byline", "tags"} {
		if e := a.Evidence[field]; e.Rule == "" || e.Where == "" {
			t.Errorf("evidence of %s = %+v", field, e)
		}
	}
}

func TestArticleEssen(t *testing.T) {
	it := readSeed(t, "essen.html", "https://paper.example/essen").Item
	checkText(t, "place", it.Place, "Essen")
	checkText(t, "kicker", it.Kicker, "Essen")
	checkText(t, "headline", it.Headline, "Stadt startet TikTok-Kanal")
	checkText(t, "teaser", it.Teaser, "Die Stadt Essen ist bereits seit zehn Jahren in den sozialen Medien aktiv, nun kommt mit TikTok ein weiterer Kanal dazu.")
	checkText(t, "image_credit", it.ImageCredit, "victor69/123rf.com")
	checkText(t, "published", it.Published.String(), "")
	if len(it.Tags) > 0 {
		t.Errorf("tags = %q, want none", it.Tags)
	}
	if !strings.HasSuffix(it.BodyText, "nicht zu kurz kommen.") {
		t.Errorf("body ends with %q", it.BodyText[max(0, len(it.BodyText)-120):])
	}
	for _, chrome := range []string{"Panketal", "Nürnberg", "mehr...", "Bildquelle", "2025", "Newsletter"} {
		if strings.Contains(it.BodyText, chrome) {
			t.Errorf("body holds %q", chrome)
		}
	}
}

// A heading may hold the kicker without saying so: the title of the page then
// begins with the rest of it.
func TestKickerThatTheTitleLacks(t *testing.T) {
	const page = `<!doctype html><html lang="de"><head><title>Neue Brücke ist frei - Rathausblatt</title></head><body><main>
<h1><span>Essen</span> Neue Brücke ist frei</h1><p>Die Brücke über den Bach ist seit Montag für alle offen. Sie wurde ein Jahr lang gebaut und ist breiter als die alte.</p>
<p>Der Verkehr fließt wieder in beiden Richtungen, teilte die Stadt mit. Die Umleitung ist aufgehoben.</p></main></body></html>`
	if it := parseDetected(t, "https://blatt.example/bruecke", page).Article(nil).Item; it.Kicker != "Essen" || it.Headline != "Neue Brücke ist frei" || it.Place != "Essen" {
		t.Errorf("kicker %q, place %q, headline %q", it.Kicker, it.Place, it.Headline)
	}
}

// Old papers write everything into one cell and part it by line breaks.
func TestArticlePartedByBreaks(t *testing.T) {
	const page = `<html><head><title>Neue Brücke ist frei | Rathausblatt</title></head><body><table><tr><td>
<font size="2"><b>Kassel</b></font><br><font size="4"><b>Neue Brücke ist frei</b></font><br><br>
[10.06.2024] <b>Die Brücke über den Bach ist seit Montag für alle offen. Sie wurde ein Jahr lang gebaut.</b><br><br>
Der Verkehr fließt wieder in beiden Richtungen, teilte die Stadt mit. Die Umleitung ist aufgehoben, die Schilder sind abgebaut.<br><br>
Im Herbst folgt der Radweg. Er wird drei Meter breit und führt bis zum Bahnhof.<br><br>(sib)<br><br>Stichwörter: Verkehr, Brücken</td></tr></table></body></html>`
	it := parseDetected(t, "https://blatt.example/bruecke", page).Article(nil).Item
	if it.Kicker != "Kassel" || it.Headline != "Neue Brücke ist frei" || it.Published.String() != "2024-06-10" || it.Byline != "sib" || !slices.Equal(it.Tags, []string{"Verkehr", "Brücken"}) {
		t.Errorf("kicker %q, headline %q, published %s, byline %q, tags %q", it.Kicker, it.Headline, it.Published, it.Byline, it.Tags)
	}
	if !strings.HasPrefix(it.Teaser, "Die Brücke über den Bach") || !strings.HasPrefix(it.BodyText, "Die Brücke über den Bach") || !strings.HasSuffix(it.BodyText, "führt bis zum Bahnhof.") {
		t.Errorf("teaser %q, body %q", it.Teaser, it.BodyText)
	}
}

// The name of the town in a large font is no headline beside a heading.
func TestHeadingBeforeLargeFont(t *testing.T) {
	const page = `<html><head><title>Gemeinde Seeheide</title></head><body><table><tr><td><font size="5">Gemeinde Seeheide</font></td></tr><tr><td>
<h2>Sitzung des Gemeinderates</h2><i>18. November 2026</i><p>Der Gemeinderat tritt am Dienstag im Gasthaus Zur Linde zusammen. Auf der Tagesordnung steht der Neubau des Feuerwehrhauses.</p></td></tr></table></body></html>`
	if got := parseDetected(t, "https://seeheide.example/aktuelles.php?id=229", page).Article(nil).Item.Headline; got != "Sitzung des Gemeinderates" {
		t.Errorf("headline = %q", got)
	}
}

// What stands over a report on all pages of a site is no headline, and a title
// may say more than a heading does.
func TestHeadlineAmongHeadings(t *testing.T) {
	const text = `<p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend, weil viele Anträge vorlagen.</p>
		<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache.</p>`
	for _, tt := range []struct{ name, head, main, want string }{
		{"name of the weblog, linked", `<title>Aus dem Rathaus » Archiv » Mehr Geld</title>`, `<h1><a href="https://stadt.example/blog/">Aus dem Rathaus</a></h1><div class="post"><h2><a href="/blog/2024/06/mehr-geld/">Mehr Geld</a></h2>` + text + `</div>`, "Mehr Geld"},
		{"headline that links to its page", `<title>Mehr Geld</title>`, `<h1><a href="/blog/2024/06/mehr-geld/">Mehr Geld</a></h1><h2>Was der Rat noch beschloss</h2>` + text, "Mehr Geld"},
		{"application named for the page", `<title>Mehr Geld für Schulen - Eschwald</title><meta property="og:site_name" content="Eschwald"><meta name="application-name" content="Mehr Geld für Schulen">`, `<h2>Empfohlen</h2><h1>Mehr Geld für Schulen</h1>` + text, "Mehr Geld für Schulen"},
		{"heading that ends in a colon", `<title>Haushalt 2025: Mehr Geld für Schulen - Eschwald</title><meta property="og:site_name" content="Eschwald">`, `<h1>Haushalt 2025:</h1><h3>Mehr Geld für Schulen</h3>` + text, "Haushalt 2025: Mehr Geld für Schulen"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<!doctype html><html lang="de"><head>` + tt.head + `</head><body><main>` + tt.main + `</main></body></html>`
			art := parseDetected(t, "https://stadt.example/blog/2024/06/mehr-geld/", page).Article(nil)
			if got := art.Item.Headline; got != tt.want {
				t.Errorf("headline = %q, want %q (%+v)", got, tt.want, art.Evidence["headline"])
			}
		})
	}
}

// What a preset says of the body may miss the lead, or be a part of the page
// that has the same class.
func TestPresetMissesText(t *testing.T) {
	const lead, text = "Ab April nimmt die Stadt Wertstoffe im Gewerbegebiet Ost an.", "Der alte Hof an der Mühlgasse schließt am 28. März. Drei Tage später öffnet der neue an der Oststraße."
	for _, test := range []struct{ name, preset, page string }{
		{"lead before", "typo3-news", `<div class="news news-single"><div class="article"><h1>Hof zieht um</h1><div class="teaser-text"><p>` + lead + `</p></div><div class="news-text-wrap"><p>` + text + `</p></div></div></div>`},
		{"part of it", "drupal", `<article class="node node--view-mode-full"><h1>Hof zieht um</h1><p>` + lead + `</p><div class="field--name-body">Siehe Plan.</div><div class="paragraph"><p>` + text + `</p></div></article>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := Parse(Page{URL: "https://town.example/hof", Body: []byte(`<html lang="de"><body><main>` + test.page + `</main></body></html>`)}, Options{Preset: test.preset})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Article(nil).Item.BodyText; !strings.HasPrefix(got, lead) || !strings.HasSuffix(got, text) {
				t.Errorf("body = %q", got)
			}
		})
	}
}
