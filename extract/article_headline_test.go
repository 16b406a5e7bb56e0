package extract

import (
	"fmt"
	"testing"
	"time"
)

// headlinePages are heads of article pages whose first heading or title says
// nothing of the report: what <head> holds, what stands before the text, and the
// headline that a reader would give.
var headlinePages = []struct{ name, lang, head, before, want string }{
	// The h1 is the section, the title has the headline.
	{"section, title behind", "de", `<title>Grundschule bekommt neues Dach - Stadt Niederlohe</title>`, `<h1>Aktuelle Meldungen</h1>`, "Grundschule bekommt neues Dach"},
	{"section, title before", "de", `<title>Gemeinde Niederlohe | Grundschule bekommt neues Dach</title>`, `<h1>Neuigkeiten</h1>`, "Grundschule bekommt neues Dach"},
	{"section, og:title", "nl", `<title>Gemeente Laagveen</title><meta property="og:title" content="Zwembad gaat weer open">`, `<h1>Nieuws</h1>`, "Zwembad gaat weer open"},
	{"section, title of three parts", "da", `<title>Nyheder – Ny bro over åen – Skovby Kommune</title>`, `<h1>Nyheder</h1>`, "Ny bro over åen"},
	{"section in Swedish", "sv", `<title>Ny bro över ån | Skogsby kommun</title>`, `<h1>Nyheter</h1>`, "Ny bro över ån"},
	{"section in Norwegian", "nb", `<title>Ny bru over elva - Fjellvik kommune</title>`, `<h1>Siste nytt</h1>`, "Ny bru over elva"},
	{"section in Polish", "pl", `<title>Nowy most nad rzeką - Gmina Zielona Dolina</title>`, `<h1>Aktualności</h1>`, "Nowy most nad rzeką"},
	{"section in Czech", "cs", `<title>Nový most přes řeku | Město Lipovice</title>`, `<h1>Aktuality</h1>`, "Nový most přes řeku"},
	{"section in Spanish", "es", `<title>La piscina abre el sábado - Ayuntamiento de Valdeflor</title>`, `<h1>Noticias</h1>`, "La piscina abre el sábado"},
	{"section in Portuguese", "pt", `<title>Piscina reabre no sábado - Câmara Municipal de Valeflor</title>`, `<h1>Notícias</h1>`, "Piscina reabre no sábado"},
	{"section in Italian", "it", `<title>Riapre la piscina | Comune di Valfiorita</title>`, `<h1>Comunicati stampa</h1>`, "Riapre la piscina"},
	{"section in French", "fr", `<title>Réouverture de la piscine - Mairie de Beauval</title>`, `<h1>Toutes les actualités</h1>`, "Réouverture de la piscine"},
	// Welcomes, notice boards, news and numbers in more languages.
	{"welcome in Dutch", "nl", `<title>Gemeente Laagveen</title>`, `<h1>Welkom bij de gemeente Laagveen</h1><h2>Zwembad gaat weer open</h2>`, "Zwembad gaat weer open"},
	{"welcome in French", "fr", `<title>Beauval</title>`, `<h1>Bienvenue à Beauval</h1><h2>La piscine rouvre samedi</h2>`, "La piscine rouvre samedi"},
	{"welcome in Italian", "it", `<title>Benvenuti</title>`, `<h1>Benvenuti nel Comune di Valfiorita</h1><h2>Riapre la piscina</h2>`, "Riapre la piscina"},
	{"welcome in Polish", "pl", `<title>Witamy</title>`, `<h1>Witamy w gminie Zielona Dolina</h1><h2>Nowy most nad rzeką</h2>`, "Nowy most nad rzeką"},
	{"welcome in Swedish", "sv", `<title>Skogsby kommun</title>`, `<h1>Välkommen till Skogsby kommun</h1><h2>Ny bro över ån</h2>`, "Ny bro över ån"},
	{"welcome to somebody", "en", `<title>Welcome to new apprentices at the depot</title>`, `<h1>Welcome to new apprentices at the depot</h1><h2>Six start in spring</h2>`, "Welcome to new apprentices at the depot"},
	{"notice board in Czech", "cs", `<title>Úřední deska</title>`, `<h1>Úřední deska</h1><h3>Uzavírka ulice Mlýnská</h3>`, "Uzavírka ulice Mlýnská"},
	{"notice board in Spanish", "es", `<title>Tablón de anuncios</title>`, `<h1>Tablón de anuncios</h1><h3>Corte de la calle Molino</h3>`, "Corte de la calle Molino"},
	{"notice board in Swedish", "sv", `<title>Anslagstavla</title>`, `<h1>Anslagstavla</h1><h3>Protokoll från byggnadsnämnden</h3>`, "Protokoll från byggnadsnämnden"},
	{"notice in Italian", "it", `<title>Albo pretorio</title>`, `<h1>Albo pretorio</h1><h3>Ordinanza sul traffico</h3>`, "Ordinanza sul traffico"},
	{"number in Spanish", "es", `<title>Nota de prensa</title>`, `<h1>Nota de prensa nº 12</h1><h2>La piscina abre el sábado</h2>`, "La piscina abre el sábado"},
	{"number in Czech", "cs", `<title>Tisková zpráva</title>`, `<h1>Tisková zpráva č. 12/2026</h1><h2>Nový most přes řeku</h2>`, "Nový most přes řeku"},
	{"number in Polish", "pl", `<title>Komunikat prasowy</title>`, `<h1>Komunikat prasowy nr 12</h1><h2>Nowy most nad rzeką</h2>`, "Nowy most nad rzeką"},
	{"section in Hungarian", "hu", `<title>Hírek</title>`, `<h1>Hírek</h1><h2>Új híd a folyó felett</h2>`, "Új híd a folyó felett"},
	{"section in Romanian", "ro", `<title>Anunțuri</title>`, `<h1>Anunțuri</h1><h2>Un nou pod peste râu</h2>`, "Un nou pod peste râu"},
	{"section in Croatian", "hr", `<title>Novosti</title>`, `<h1>Novosti</h1><h2>Novi most preko rijeke</h2>`, "Novi most preko rijeke"},
	{"section in Slovak", "sk", `<title>Oznamy</title>`, `<h1>Oznamy</h1><h2>Nový most cez rieku</h2>`, "Nový most cez rieku"},
	{"section in Turkish", "tr", `<title>Haberler</title>`, `<h1>Haberler</h1><h2>Nehrin üzerine yeni köprü</h2>`, "Nehrin üzerine yeni köprü"},
	// Names of site and section behind the heading, and other bars in titles.
	{"section and site behind the heading", "en", `<title>New roof for the hall</title>`, `<h1>New roof for the hall | News | Ashford Town Council</h1>`, "New roof for the hall"},
	{"colon with a space before it", "cs", `<title>Nový most přes řeku : Město Lipovice</title>`, `<h1>Vítejte v Lipovicích</h1>`, "Nový most přes řeku"},
	{"thin bar", "de", `<title>Grundschule bekommt neues Dach ❘ Niederlohe</title>`, `<h1>Aus dem Rathaus</h1>`, "Grundschule bekommt neues Dach"},
	// A lower heading has it.
	{"system words, h2", "de", `<title>Detailansicht</title>`, `<h1>Detailansicht</h1><h2>Grundschule bekommt neues Dach</h2>`, "Grundschule bekommt neues Dach"},
	{"system words, h3", "en", `<title>News detail</title>`, `<h1>News item detail</h1><h3>New roof for the primary school</h3>`, "New roof for the primary school"},
	{"number, h2", "de", `<title>Pressemitteilung</title>`, `<h1>Pressemitteilung Nr. 47/2026</h1><h2>Grundschule bekommt neues Dach</h2>`, "Grundschule bekommt neues Dach"},
	{"number and day, h2", "de", `<title>Stadt Niederlohe</title>`, `<h1>Medieninformation vom 12. November 2026</h1><h2>Grundschule bekommt neues Dach</h2>`, "Grundschule bekommt neues Dach"},
	{"number, in French", "fr", `<title>Communiqué</title>`, `<h1>Communiqué de presse n° 12</h1><h2>La piscine rouvre samedi</h2>`, "La piscine rouvre samedi"},
	{"number, in Italian", "it", `<title>Comunicato stampa</title>`, `<h1>Comunicato stampa n. 12 del 3 marzo 2026</h1><h2>Riapre la piscina</h2>`, "Riapre la piscina"},
	{"number, in English", "en", `<title>Media Release</title>`, `<h1>Media Release No. 31</h1><h2>Pool opens again</h2>`, "Pool opens again"},
	{"town, h2", "de", `<title>Niederlohe</title>`, `<h1>Niederlohe</h1><h2>Grundschule bekommt neues Dach</h2>`, "Grundschule bekommt neues Dach"},
	{"town that the host does not have", "de", `<title>Gemeinde Oberlohe</title>`, `<h1>Gemeinde Oberlohe</h1><h2>Neues Dach</h2>`, "Neues Dach"},
	{"council, h3", "en", `<title>Ashford Town Council</title>`, `<h1>Ashford Town Council</h1><h3>New roof for the hall</h3>`, "New roof for the hall"},
	{"welcome, h2", "de", `<title>Willkommen in Niederlohe</title>`, `<h1>Herzlich willkommen in Niederlohe</h1><h2>Grundschule bekommt neues Dach</h2>`, "Grundschule bekommt neues Dach"},
	{"slogan with the town, h3", "de", `<title>Niederlohe</title>`, `<h1>Niederlohe - die Stadt im Grünen</h1><h3>Neues Dach für die Schule</h3>`, "Neues Dach für die Schule"},
	{"subject of the menu, h2", "de", `<title>Wasser und Abwasser</title>`, `<ul class="nav"><li><a href="/w">Wasser und Abwasser</a></li><li><a href="/v">Vereine</a></li></ul><h1>Wasser und Abwasser</h1><h2>Rohrnetz wird gespült</h2>`, "Rohrnetz wird gespült"},
	{"subject, h2", "de", `<title>Bildung und Kultur</title>`, `<h1>Bildung und Kultur</h1><h2>Musikschule lädt zum Konzert</h2>`, "Musikschule lädt zum Konzert"},
	{"town in the header, h2", "cs", `<title>Město Lipovice</title>`, `</main><header><h1 class="site-name">Město Lipovice</h1></header><main><h2>Nový most přes řeku</h2>`, "Nový most přes řeku"},
	// A bold line, a large font, a cell, a term has it.
	{"bold line", "de", `<title>Aktuelles</title>`, `<h1>Aktuelles</h1><p><b>Grundschule bekommt neues Dach</b></p>`, "Grundschule bekommt neues Dach"},
	{"bold line in a cell", "en", `<title>Latest news</title>`, `<h1>Latest news</h1><table><tr><td><strong>New roof for the school</strong></td></tr></table>`, "New roof for the school"},
	{"bold line without heading", "pl", `<title>Gmina Zielona Dolina</title>`, `<div><strong>Nowy most nad rzeką</strong></div>`, "Nowy most nad rzeką"},
	{"large font", "de", `<title>Stadt Niederlohe</title>`, `<font size="5"><b>Neues Dach für die Schule</b></font><br>`, "Neues Dach für die Schule"},
	// Only the title has it, the town stands before or behind.
	{"title, colon", "de", `<title>Niederlohe: Grundschule bekommt neues Dach</title>`, ``, "Grundschule bekommt neues Dach"},
	{"title, two colons", "de", `<title>Gemeinde Oberlohe :: Grundschule bekommt neues Dach</title>`, ``, "Grundschule bekommt neues Dach"},
	{"title, authority and section first", "de", `<title>Stadtverwaltung Niederlohe - Aktuelles - Grundschule bekommt neues Dach</title>`, ``, "Grundschule bekommt neues Dach"},
	{"title, arrows", "en", `<title>Ashford Borough Council » News » Pool opens again</title>`, ``, "Pool opens again"},
	{"title, section behind", "fr", `<title>La piscine rouvre samedi / Actualités / Ville de Beauval</title>`, ``, "La piscine rouvre samedi"},
	{"title with a hyphen of its own", "de", `<title>Stadt Niederlohe - K 12 - Sperrung bei Niederlohe</title>`, `<h1>Stadt Niederlohe</h1>`, "K 12 - Sperrung bei Niederlohe"},
	// Labels and breadcrumbs are no headline.
	{"label heading", "de", `<title>Stadt Niederlohe</title>`, `<h2>Quicklinks</h2><p><a href="/a">Mängel melden</a></p><h3>Grundschule bekommt neues Dach</h3>`, "Grundschule bekommt neues Dach"},
	{"label heading before the text", "en", `<title>Ashford Town Council</title>`, `<h2>New roof for the hall</h2><h3>On this page</h3>`, "New roof for the hall"},
	{"breadcrumb as heading", "de", `<title>Stadt Niederlohe</title>`, `<h2><a href="/">Startseite</a> &gt; <a href="/n">Aktuelles</a> &gt; Meldung</h2><h3>Grundschule bekommt neues Dach</h3>`, "Grundschule bekommt neues Dach"},
	{"breadcrumb in bold", "nl", `<title>Gemeente Laagveen</title>`, `<p><b>Home » Nieuws » Bericht</b></p><p><b>Zwembad gaat weer open</b></p>`, "Zwembad gaat weer open"},
	// Kickers within the heading.
	{"kicker before a colon", "de", `<title>Grundschule bekommt neues Dach | Stadt Niederlohe</title>`, `<h1><span>Bauen</span>: Grundschule bekommt neues Dach</h1>`, "Grundschule bekommt neues Dach"},
	{"kicker with its colon", "de", `<title>Stadt Niederlohe</title><meta property="og:title" content="Grundschule bekommt neues Dach">`, `<h1><em>Bauen:</em> Grundschule bekommt neues Dach</h1>`, "Grundschule bekommt neues Dach"},
	{"kicker as text", "de", `<title>Grundschule bekommt neues Dach - Stadt Niederlohe</title>`, `<h1>Bauen und Wohnen: Grundschule bekommt neues Dach</h1>`, "Grundschule bekommt neues Dach"},
	// Days around short headlines.
	{"day before", "de", `<title>Stadt Niederlohe</title>`, `<h1>12.11.2026 – Kerwe</h1>`, "Kerwe"},
	{"day behind", "de", `<title>Stadt Niederlohe</title>`, `<h1>Kerwe (12.11.2026)</h1>`, "Kerwe"},
	{"written day before", "fr", `<title>Ville de Beauval</title>`, `<h1>12 novembre 2026 : Kermesse</h1>`, "Kermesse"},
	{"weekday and day before", "de", `<title>Stadt Niederlohe</title>`, `<h1>Do, 12.11.2026 | Kerwe</h1>`, "Kerwe"},
	{"day of history", "de", `<title>Stadt Niederlohe</title>`, `<h1>9. November 1938 – Gedenken am Mahnmal</h1>`, "9. November 1938 – Gedenken am Mahnmal"},
	// What is a headline, however short, stays one.
	{"short headline", "de", `<title>Kerwe - Stadt Niederlohe</title>`, `<h1>Kerwe</h1><h2>Fest beginnt am Freitag</h2>`, "Kerwe"},
	{"headline with the town", "de", `<title>Stadt Niederlohe: Haushalt 2027</title>`, `<h1>Haushalt 2027</h1><h2>Rat beschließt Zahlen</h2>`, "Haushalt 2027"},
	{"headline and subtitle", "en", `<title>Council agrees on new bridge</title>`, `<h1>Council agrees on new bridge</h1><h2>Work starts in spring</h2>`, "Council agrees on new bridge"},
	{"section as last resort", "de", `<title>Aktuelles</title>`, `<h1>Aktuelles</h1>`, "Aktuelles"},
}

func TestHeadlineWhereTheFirstHeadingSaysNothing(t *testing.T) {
	for _, c := range headlinePages {
		t.Run(c.name, func(t *testing.T) {
			page := fmt.Sprintf(`<!doctype html><html lang="%s"><head><meta charset="utf-8">%s</head><body><main>%s<p>12.11.2026</p>
<p>The roof is thirty years old and leaks at two places. Work begins after the holidays and takes about six weeks.</p>
<p>Lessons move to the gym for that time. The town pays for the buses, as the mayor said on Monday.</p></main></body></html>`, c.lang, c.head, c.before)
			d, err := Parse(Page{URL: "https://www.niederlohe-am-bach.example/a/17", Body: []byte(page), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, Options{NoPreset: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Article(nil).Item.Headline; got != c.want {
				t.Errorf("headline %q, want %q", got, c.want)
			}
		})
	}
}
