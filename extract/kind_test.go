package extract

import (
	"fmt"
	"strings"
	"testing"
)

func TestKind(t *testing.T) {
	paragraph := "<p>" + strings.Repeat("Der Ausschuss berät über Straßen, Schulen und den Haushalt der Stadt. ", 8) + "</p>"
	rows := func(n int, text string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<div class="row"><span class="date">%d.11.2026</span><h3><a href="/m/%d">Meldung Nummer %d aus dem Rathaus</a></h3><p>%s</p></div>`, 28-i, i, i, text)
		}
		return b.String()
	}
	var posts string
	for i := range 5 {
		posts += fmt.Sprintf(`<article><h4>Nachbarin %d</h4><a href="/threads/frage-nach-der-neuen-bruecke.230143/post-63314%d"><time datetime="2026-11-1%d">1%d.11.2026</time></a><p>Weiß jemand, wann sie fertig ist?</p></article>`, i, i, i, i)
	}
	for _, row := range []struct {
		name, address, head, main string
		want                      Kind
	}{
		{"listing", "/aktuelles", "", "<h1>Aktuelles</h1>" + rows(6, "Kurz und knapp gesagt."), KindListing},
		{"report with others beside it", "/m/9", "", "<h1>Neue Brücke</h1><p>17.11.2026</p>" + paragraph + rows(4, ""), KindArticle},
		{"listing that its system calls an article", "/aktuelles", `<meta property="og:type" content="article">`, "<h1>Aktuelles</h1>" + rows(6, "Der Rat hat am Dienstag lange beraten."), KindListing},
		{"short report that calls itself one", "/m/9", `<meta property="og:type" content="article">`, "<h1>Neue Brücke</h1><p>Am Montag wird die neue Brücke über den Fluss für alle freigegeben, sagt die Stadt.</p><p>Die alte Brücke wird im Sommer abgerissen, nachdem sie fast hundert Jahre lang gute Dienste getan hat.</p>" + rows(4, ""), KindArticle},
		{"text in sections with dates", "/satzung", "", "<h1>Satzung</h1>" + rows(4, strings.Repeat("Die Stadt erhebt Gebühren nach dieser Satzung. ", 60)), KindArticle},
		{"home page with much text", "/", "", "<h1>Willkommen</h1>" + strings.Repeat(paragraph, 3) + rows(4, "Kurz und knapp gesagt."), KindListing},
		{"department that calls itself a home page", "/amt/jugend", `<meta property="og:type" content="website"><meta property="og:title" content="Jugendamt | Startseite">`, "<h1>Jugendamt</h1>" + strings.Repeat(paragraph, 3) + rows(4, "Kurz und knapp gesagt."), KindListing},
		{"committee with its meetings", "/ausschuss", "", "<h1>Ausschuss</h1>" + paragraph + rows(20, "Sitzung"), KindListing},
		{"thread of a forum", "/threads/frage-nach-der-neuen-bruecke.230143/", "", "<h1>Frage nach der neuen Brücke</h1>" + posts, KindArticle},
		{"short report that says when it appeared", "/2026/11/neue-bruecke-ist-jetzt-frei", `<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-17">`, "<h1>Neue Brücke ist jetzt frei</h1><p>Am Montag wird die neue Brücke über den Fluss für alle freigegeben, sagt die Stadt.</p>" + rows(6, "Der Rat hat am Dienstag lange beraten."), KindArticle},
		{"short report with others below it", "/m/neue-bruecke-ist-jetzt-frei", "", "<h1>Neue Brücke ist jetzt frei</h1><p>Am Montag wird die neue Brücke über den Fluss für alle freigegeben, sagt die Stadt, und am Dienstag wird die alte Brücke gesperrt.</p><p>Die alte Brücke wird im Sommer abgerissen, nachdem sie fast hundert Jahre lang gute Dienste getan hat.</p>" + rows(5, ""), KindArticle},
		{"short report with news in a column beside it", "/m/9", "", "<h1>Neue Brücke</h1><p>17.11.2026</p><p>Am Montag wird die neue Brücke über den Fluss für alle freigegeben, sagt die Stadt, und am Dienstag auch die neue Treppe am Ufer.</p></main><main><aside>" + rows(3, "") + "</aside>", KindArticle},
		{"two links without a date", "/seite", "", `<h1>Seite</h1><div class="x"><h3><a href="/a">Erste Hilfe im Alltag</a></h3></div><div class="x"><h3><a href="/b">Zweite Heimat in der Stadt</a></h3></div>`, KindArticle},
	} {
		t.Run(row.name, func(t *testing.T) {
			page := `<!DOCTYPE html><html lang="de"><head><title>Stadt</title>` + row.head + `</head><body><main>` + row.main + `</main></body></html>`
			d, err := Parse(Page{URL: "https://stadt.example" + row.address, Body: []byte(page)}, Options{NoPreset: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Kind(); got != row.want {
				t.Errorf("Kind() = %s, want %s (%d entries as a listing)", got, row.want, len(d.Listing().Entries))
			}
		})
	}
}
