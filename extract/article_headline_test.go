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
	{
		name:   "section, title behind",
		lang:   "de",
		head:   `<title>Grundschule bekommt neues Dach - Stadt Niederlohe</title>`,
		before: `<h1>Aktuelle Meldungen</h1>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "section, title before",
		lang:   "de",
		head:   `<title>Gemeinde Niederlohe | Grundschule bekommt neues Dach</title>`,
		before: `<h1>Neuigkeiten</h1>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "section, og:title",
		lang:   "nl",
		head:   `<title>Gemeente Laagveen</title><meta property="og:title" content="Zwembad gaat weer open">`,
		before: `<h1>Nieuws</h1>`,
		want:   "Zwembad gaat weer open",
	},
	{
		name:   "section, title of three parts",
		lang:   "da",
		head:   `<title>Nyheder – Ny bro over åen – Skovby Kommune</title>`,
		before: `<h1>Nyheder</h1>`,
		want:   "Ny bro over åen",
	},
	{"section in Swedish", "sv", `<title>Ny bro över ån | Skogsby kommun</title>`, `<h1>Nyheter</h1>`, "Ny bro över ån"},
	{"section in Norwegian", "nb", `<title>Ny bru over elva - Fjellvik kommune</title>`, `<h1>Siste nytt</h1>`, "Ny bru over elva"},
	{
		name:   "section in Polish",
		lang:   "pl",
		head:   `<title>Nowy most nad rzeką - Gmina Zielona Dolina</title>`,
		before: `<h1>Aktualności</h1>`,
		want:   "Nowy most nad rzeką",
	},
	{"section in Czech", "cs", `<title>Nový most přes řeku | Město Lipovice</title>`, `<h1>Aktuality</h1>`, "Nový most přes řeku"},
	{
		name:   "section in Spanish",
		lang:   "es",
		head:   `<title>La piscina abre el sábado - Ayuntamiento de Valdeflor</title>`,
		before: `<h1>Noticias</h1>`,
		want:   "La piscina abre el sábado",
	},
	{
		name:   "section in Portuguese",
		lang:   "pt",
		head:   `<title>Piscina reabre no sábado - Câmara Municipal de Valeflor</title>`,
		before: `<h1>Notícias</h1>`,
		want:   "Piscina reabre no sábado",
	},
	{
		name:   "section in Italian",
		lang:   "it",
		head:   `<title>Riapre la piscina | Comune di Valfiorita</title>`,
		before: `<h1>Comunicati stampa</h1>`,
		want:   "Riapre la piscina",
	},
	{
		name:   "section in French",
		lang:   "fr",
		head:   `<title>Réouverture de la piscine - Mairie de Beauval</title>`,
		before: `<h1>Toutes les actualités</h1>`,
		want:   "Réouverture de la piscine",
	},
	// Welcomes, notice boards, news and numbers in more languages.
	{
		name:   "welcome in Dutch",
		lang:   "nl",
		head:   `<title>Gemeente Laagveen</title>`,
		before: `<h1>Welkom bij de gemeente Laagveen</h1><h2>Zwembad gaat weer open</h2>`,
		want:   "Zwembad gaat weer open",
	},
	{
		name:   "welcome in French",
		lang:   "fr",
		head:   `<title>Beauval</title>`,
		before: `<h1>Bienvenue à Beauval</h1><h2>La piscine rouvre samedi</h2>`,
		want:   "La piscine rouvre samedi",
	},
	{
		name:   "welcome in Italian",
		lang:   "it",
		head:   `<title>Benvenuti</title>`,
		before: `<h1>Benvenuti nel Comune di Valfiorita</h1><h2>Riapre la piscina</h2>`,
		want:   "Riapre la piscina",
	},
	{
		name:   "welcome in Polish",
		lang:   "pl",
		head:   `<title>Witamy</title>`,
		before: `<h1>Witamy w gminie Zielona Dolina</h1><h2>Nowy most nad rzeką</h2>`,
		want:   "Nowy most nad rzeką",
	},
	{
		name:   "welcome in Swedish",
		lang:   "sv",
		head:   `<title>Skogsby kommun</title>`,
		before: `<h1>Välkommen till Skogsby kommun</h1><h2>Ny bro över ån</h2>`,
		want:   "Ny bro över ån",
	},
	{
		name:   "welcome to somebody",
		lang:   "en",
		head:   `<title>Welcome to new apprentices at the depot</title>`,
		before: `<h1>Welcome to new apprentices at the depot</h1><h2>Six start in spring</h2>`,
		want:   "Welcome to new apprentices at the depot",
	},
	{
		name:   "notice board in Czech",
		lang:   "cs",
		head:   `<title>Úřední deska</title>`,
		before: `<h1>Úřední deska</h1><h3>Uzavírka ulice Mlýnská</h3>`,
		want:   "Uzavírka ulice Mlýnská",
	},
	{
		name:   "notice board in Spanish",
		lang:   "es",
		head:   `<title>Tablón de anuncios</title>`,
		before: `<h1>Tablón de anuncios</h1><h3>Corte de la calle Molino</h3>`,
		want:   "Corte de la calle Molino",
	},
	{
		name:   "notice board in Swedish",
		lang:   "sv",
		head:   `<title>Anslagstavla</title>`,
		before: `<h1>Anslagstavla</h1><h3>Protokoll från byggnadsnämnden</h3>`,
		want:   "Protokoll från byggnadsnämnden",
	},
	{
		name:   "notice in Italian",
		lang:   "it",
		head:   `<title>Albo pretorio</title>`,
		before: `<h1>Albo pretorio</h1><h3>Ordinanza sul traffico</h3>`,
		want:   "Ordinanza sul traffico",
	},
	{
		name:   "number in Spanish",
		lang:   "es",
		head:   `<title>Nota de prensa</title>`,
		before: `<h1>Nota de prensa nº 12</h1><h2>La piscina abre el sábado</h2>`,
		want:   "La piscina abre el sábado",
	},
	{
		name:   "number in Czech",
		lang:   "cs",
		head:   `<title>Tisková zpráva</title>`,
		before: `<h1>Tisková zpráva č. 12/2026</h1><h2>Nový most přes řeku</h2>`,
		want:   "Nový most přes řeku",
	},
	{
		name:   "number in Polish",
		lang:   "pl",
		head:   `<title>Komunikat prasowy</title>`,
		before: `<h1>Komunikat prasowy nr 12</h1><h2>Nowy most nad rzeką</h2>`,
		want:   "Nowy most nad rzeką",
	},
	{"section in Hungarian", "hu", `<title>Hírek</title>`, `<h1>Hírek</h1><h2>Új híd a folyó felett</h2>`, "Új híd a folyó felett"},
	{"section in Romanian", "ro", `<title>Anunțuri</title>`, `<h1>Anunțuri</h1><h2>Un nou pod peste râu</h2>`, "Un nou pod peste râu"},
	{"section in Croatian", "hr", `<title>Novosti</title>`, `<h1>Novosti</h1><h2>Novi most preko rijeke</h2>`, "Novi most preko rijeke"},
	{"section in Slovak", "sk", `<title>Oznamy</title>`, `<h1>Oznamy</h1><h2>Nový most cez rieku</h2>`, "Nový most cez rieku"},
	{
		name:   "section in Turkish",
		lang:   "tr",
		head:   `<title>Haberler</title>`,
		before: `<h1>Haberler</h1><h2>Nehrin üzerine yeni köprü</h2>`,
		want:   "Nehrin üzerine yeni köprü",
	},
	// Names of site and section behind the heading, and other bars in titles.
	{
		name:   "section and site behind the heading",
		lang:   "en",
		head:   `<title>New roof for the hall</title>`,
		before: `<h1>New roof for the hall | News | Ashford Town Council</h1>`,
		want:   "New roof for the hall",
	},
	{
		name:   "colon with a space before it",
		lang:   "cs",
		head:   `<title>Nový most přes řeku : Město Lipovice</title>`,
		before: `<h1>Vítejte v Lipovicích</h1>`,
		want:   "Nový most přes řeku",
	},
	{
		name:   "thin bar",
		lang:   "de",
		head:   `<title>Grundschule bekommt neues Dach ❘ Niederlohe</title>`,
		before: `<h1>Aus dem Rathaus</h1>`,
		want:   "Grundschule bekommt neues Dach",
	},
	// A lower heading has it.
	{
		name:   "system words, h2",
		lang:   "de",
		head:   `<title>Detailansicht</title>`,
		before: `<h1>Detailansicht</h1><h2>Grundschule bekommt neues Dach</h2>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "system words, h3",
		lang:   "en",
		head:   `<title>News detail</title>`,
		before: `<h1>News item detail</h1><h3>New roof for the primary school</h3>`,
		want:   "New roof for the primary school",
	},
	{
		name:   "number, h2",
		lang:   "de",
		head:   `<title>Pressemitteilung</title>`,
		before: `<h1>Pressemitteilung Nr. 47/2026</h1><h2>Grundschule bekommt neues Dach</h2>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "number and day, h2",
		lang:   "de",
		head:   `<title>Stadt Niederlohe</title>`,
		before: `<h1>Medieninformation vom 12. November 2026</h1><h2>Grundschule bekommt neues Dach</h2>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "number, in French",
		lang:   "fr",
		head:   `<title>Communiqué</title>`,
		before: `<h1>Communiqué de presse n° 12</h1><h2>La piscine rouvre samedi</h2>`,
		want:   "La piscine rouvre samedi",
	},
	{
		name:   "number, in Italian",
		lang:   "it",
		head:   `<title>Comunicato stampa</title>`,
		before: `<h1>Comunicato stampa n. 12 del 3 marzo 2026</h1><h2>Riapre la piscina</h2>`,
		want:   "Riapre la piscina",
	},
	{
		name:   "number, in English",
		lang:   "en",
		head:   `<title>Media Release</title>`,
		before: `<h1>Media Release No. 31</h1><h2>Pool opens again</h2>`,
		want:   "Pool opens again",
	},
	{
		name:   "town, h2",
		lang:   "de",
		head:   `<title>Niederlohe</title>`,
		before: `<h1>Niederlohe</h1><h2>Grundschule bekommt neues Dach</h2>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "town that the host does not have",
		lang:   "de",
		head:   `<title>Gemeinde Oberlohe</title>`,
		before: `<h1>Gemeinde Oberlohe</h1><h2>Neues Dach</h2>`,
		want:   "Neues Dach",
	},
	{
		name:   "council, h3",
		lang:   "en",
		head:   `<title>Ashford Town Council</title>`,
		before: `<h1>Ashford Town Council</h1><h3>New roof for the hall</h3>`,
		want:   "New roof for the hall",
	},
	{
		name:   "welcome, h2",
		lang:   "de",
		head:   `<title>Willkommen in Niederlohe</title>`,
		before: `<h1>Herzlich willkommen in Niederlohe</h1><h2>Grundschule bekommt neues Dach</h2>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "slogan with the town, h3",
		lang:   "de",
		head:   `<title>Niederlohe</title>`,
		before: `<h1>Niederlohe - die Stadt im Grünen</h1><h3>Neues Dach für die Schule</h3>`,
		want:   "Neues Dach für die Schule",
	},
	{
		name: "subject of the menu, h2",
		lang: "de",
		head: `<title>Wasser und Abwasser</title>`,
		before: `<ul class="nav"><li><a href="/w">Wasser und Abwasser</a></li><li><a href="/v">Vereine</a></li></ul>` +
			`<h1>Wasser und Abwasser</h1><h2>Rohrnetz wird gespült</h2>`,
		want: "Rohrnetz wird gespült",
	},
	{
		name:   "subject, h2",
		lang:   "de",
		head:   `<title>Bildung und Kultur</title>`,
		before: `<h1>Bildung und Kultur</h1><h2>Musikschule lädt zum Konzert</h2>`,
		want:   "Musikschule lädt zum Konzert",
	},
	{
		name:   "town in the header, h2",
		lang:   "cs",
		head:   `<title>Město Lipovice</title>`,
		before: `</main><header><h1 class="site-name">Město Lipovice</h1></header><main><h2>Nový most přes řeku</h2>`,
		want:   "Nový most přes řeku",
	},
	// A bold line, a large font, a cell, a term has it.
	{
		name:   "bold line",
		lang:   "de",
		head:   `<title>Aktuelles</title>`,
		before: `<h1>Aktuelles</h1><p><b>Grundschule bekommt neues Dach</b></p>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "bold line in a cell",
		lang:   "en",
		head:   `<title>Latest news</title>`,
		before: `<h1>Latest news</h1><table><tr><td><strong>New roof for the school</strong></td></tr></table>`,
		want:   "New roof for the school",
	},
	{
		name:   "bold line without heading",
		lang:   "pl",
		head:   `<title>Gmina Zielona Dolina</title>`,
		before: `<div><strong>Nowy most nad rzeką</strong></div>`,
		want:   "Nowy most nad rzeką",
	},
	{
		name:   "large font",
		lang:   "de",
		head:   `<title>Stadt Niederlohe</title>`,
		before: `<font size="5"><b>Neues Dach für die Schule</b></font><br>`,
		want:   "Neues Dach für die Schule",
	},
	// Only the title has it, the town stands before or behind.
	{"title, colon", "de", `<title>Niederlohe: Grundschule bekommt neues Dach</title>`, ``, "Grundschule bekommt neues Dach"},
	{"title, two colons", "de", `<title>Gemeinde Oberlohe :: Grundschule bekommt neues Dach</title>`, ``, "Grundschule bekommt neues Dach"},
	{
		name:   "title, authority and section first",
		lang:   "de",
		head:   `<title>Stadtverwaltung Niederlohe - Aktuelles - Grundschule bekommt neues Dach</title>`,
		before: ``,
		want:   "Grundschule bekommt neues Dach",
	},
	{"title, arrows", "en", `<title>Ashford Borough Council » News » Pool opens again</title>`, ``, "Pool opens again"},
	{
		name:   "title, section behind",
		lang:   "fr",
		head:   `<title>La piscine rouvre samedi / Actualités / Ville de Beauval</title>`,
		before: ``,
		want:   "La piscine rouvre samedi",
	},
	{
		name:   "title with a hyphen of its own",
		lang:   "de",
		head:   `<title>Stadt Niederlohe - K 12 - Sperrung bei Niederlohe</title>`,
		before: `<h1>Stadt Niederlohe</h1>`,
		want:   "K 12 - Sperrung bei Niederlohe",
	},
	// Labels and breadcrumbs are no headline.
	{
		name:   "label heading",
		lang:   "de",
		head:   `<title>Stadt Niederlohe</title>`,
		before: `<h2>Quicklinks</h2><p><a href="/a">Mängel melden</a></p><h3>Grundschule bekommt neues Dach</h3>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "label heading before the text",
		lang:   "en",
		head:   `<title>Ashford Town Council</title>`,
		before: `<h2>New roof for the hall</h2><h3>On this page</h3>`,
		want:   "New roof for the hall",
	},
	{
		name: "breadcrumb as heading",
		lang: "de",
		head: `<title>Stadt Niederlohe</title>`,
		before: `<h2><a href="/">Startseite</a> &gt; <a href="/n">Aktuelles</a> &gt; Meldung</h2>` +
			`<h3>Grundschule bekommt neues Dach</h3>`,
		want: "Grundschule bekommt neues Dach",
	},
	{
		name:   "breadcrumb in bold",
		lang:   "nl",
		head:   `<title>Gemeente Laagveen</title>`,
		before: `<p><b>Home » Nieuws » Bericht</b></p><p><b>Zwembad gaat weer open</b></p>`,
		want:   "Zwembad gaat weer open",
	},
	// Kickers within the heading.
	{
		name:   "kicker before a colon",
		lang:   "de",
		head:   `<title>Grundschule bekommt neues Dach | Stadt Niederlohe</title>`,
		before: `<h1><span>Bauen</span>: Grundschule bekommt neues Dach</h1>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "kicker with its colon",
		lang:   "de",
		head:   `<title>Stadt Niederlohe</title><meta property="og:title" content="Grundschule bekommt neues Dach">`,
		before: `<h1><em>Bauen:</em> Grundschule bekommt neues Dach</h1>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "kicker as text",
		lang:   "de",
		head:   `<title>Grundschule bekommt neues Dach - Stadt Niederlohe</title>`,
		before: `<h1>Bauen und Wohnen: Grundschule bekommt neues Dach</h1>`,
		want:   "Grundschule bekommt neues Dach",
	},
	// Days around short headlines.
	{"day before", "de", `<title>Stadt Niederlohe</title>`, `<h1>12.11.2026 – Kerwe</h1>`, "Kerwe"},
	{"day behind", "de", `<title>Stadt Niederlohe</title>`, `<h1>Kerwe (12.11.2026)</h1>`, "Kerwe"},
	{"written day before", "fr", `<title>Ville de Beauval</title>`, `<h1>12 novembre 2026 : Kermesse</h1>`, "Kermesse"},
	{"weekday and day before", "de", `<title>Stadt Niederlohe</title>`, `<h1>Do, 12.11.2026 | Kerwe</h1>`, "Kerwe"},
	{
		name:   "day of history",
		lang:   "de",
		head:   `<title>Stadt Niederlohe</title>`,
		before: `<h1>9. November 1938 – Gedenken am Mahnmal</h1>`,
		want:   "9. November 1938 – Gedenken am Mahnmal",
	},
	// A second line stands below the headline, and no h1 is it.
	{
		name:   "second line, h3",
		lang:   "de",
		head:   `<title>Gemeinde Niederlohe: Einzelansicht</title>`,
		before: `<h1>Aktuelles</h1><h2>Grundschule bekommt neues Dach</h2><h3>Unterricht in der Turnhalle</h3>`,
		want:   "Grundschule bekommt neues Dach",
	},
	{
		name:   "second line in French",
		lang:   "fr",
		head:   `<title>Actualités</title>`,
		before: `<h1>Actualités</h1><h3>La piscine rouvre samedi</h3><h4>Horaires élargis</h4>`,
		want:   "La piscine rouvre samedi",
	},
	{
		name:   "text between the headings",
		lang:   "en",
		head:   `<title>News</title>`,
		before: `<h1>News</h1><h2>About these pages</h2><p>Short notes.</p><h3>New roof for the hall</h3>`,
		want:   "New roof for the hall",
	},
	// What is a headline, however short, stays one.
	{"short headline", "de", `<title>Kerwe - Stadt Niederlohe</title>`, `<h1>Kerwe</h1><h2>Fest beginnt am Freitag</h2>`, "Kerwe"},
	{
		name:   "headline with the town",
		lang:   "de",
		head:   `<title>Stadt Niederlohe: Haushalt 2027</title>`,
		before: `<h1>Haushalt 2027</h1><h2>Rat beschließt Zahlen</h2>`,
		want:   "Haushalt 2027",
	},
	{
		name:   "headline and subtitle",
		lang:   "en",
		head:   `<title>Council agrees on new bridge</title>`,
		before: `<h1>Council agrees on new bridge</h1><h2>Work starts in spring</h2>`,
		want:   "Council agrees on new bridge",
	},
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

// A preset's rule for the headline finds the heading of the section, too: the one
// that is the page's title is taken, and the first where none is.
func TestHeadlineOfPresetIsTheTitle(t *testing.T) {
	const heads = `<div class="page-header"><h1>Aktuelles aus Moosbach</h1></div><div class="page-header"><h2>Freibad öffnet</h2></div>`
	for _, tt := range []struct{ title, want string }{
		{"Freibad öffnet", "Freibad öffnet"},
		{"Freibad öffnet - Moosbach", "Freibad öffnet"},
		{"Moosbach", "Aktuelles aus Moosbach"},
	} {
		page := `<!doctype html><html lang="de"><head><title>` + tt.title + `</title></head><body><div class="item-page">` + heads +
			`<p>Das Freibad am Wehr ist nach acht Monaten Umbau wieder offen, und die Rutsche hat eine Treppe bekommen.</p></div></body></html>`
		d, err := Parse(Page{URL: "https://www.moosbach.example/aktuelles/12-freibad", Body: []byte(page)}, Options{Preset: "joomla"})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Article(nil).Item.Headline; got != tt.want {
			t.Errorf("title %q: headline %q, want %q", tt.title, got, tt.want)
		}
	}
}
