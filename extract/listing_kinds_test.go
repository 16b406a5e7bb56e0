package extract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A listingKind is a page by itself and what it must yield.
type listingKind struct {
	name, page string
	want       []string
}

// listingKinds are the ways in which pages list reports that lists of links in
// equal boxes do not cover. Each is a page by itself; what it must yield is one
// line for every entry: the address where the report has one, the day, the headline.
var listingKinds = []listingKind{
	{"a fire brigade's table", `<h1>Einsätze 2026</h1><table class="einsatz"><tr><th>Nr.</th><th>Datum</th><th>Uhrzeit</th><th>Stichwort</th><th>Ort</th></tr>
		<tr><td>41</td><td>14.11.2026</td><td>03:12</td><td>Brandmeldeanlage ausgelöst</td><td>Industriestraße</td></tr>
		<tr><td>40</td><td>11.11.2026</td><td>17:45</td><td>Ölspur auf der Kreisstraße</td><td>K 12</td></tr>
		<tr><td>39</td><td>02.11.2026</td><td>09:30</td><td>Baum auf Fahrbahn</td><td>Waldweg</td></tr></table>`,
		[]string{"2026-11-14 Brandmeldeanlage ausgelöst", "2026-11-11 Ölspur auf der Kreisstraße", "2026-11-02 Baum auf Fahrbahn"}},
	{"Polish notices that a script opens", `<h1>Ogłoszenia</h1><table><tr><th>Data</th><th>Tytuł</th></tr>
		<tr><td>12.11.2026</td><td><a href="javascript:pokaz(7)">Remont ulicy Szkolnej</a></td></tr>
		<tr><td>10.11.2026</td><td><a href="javascript:pokaz(6)">Nabór do rady młodzieżowej</a></td></tr>
		<tr><td>03.11.2026</td><td><a href="javascript:pokaz(5)">Zmiana organizacji ruchu</a></td></tr></table>`,
		[]string{"2026-11-12 Remont ulicy Szkolnej", "2026-11-10 Nabór do rady młodzieżowej", "2026-11-03 Zmiana organizacji ruchu"}},
	{"French paragraphs with the day behind", `<h1>Actualités</h1><div id="texte">
		<p><strong>La piscine rouvre ses portes</strong> (12/11/2026)<br>Après trois semaines de travaux, le bassin est prêt. Les horaires ne changent pas.</p>
		<p><strong>Collecte des déchets verts</strong> (09/11/2026)<br>Les sacs sont à retirer en mairie. La tournée commence lundi matin.</p>
		<p><strong>Nouveau marché du soir</strong> (02/11/2026)<br>Douze producteurs seront présents. Le parking reste gratuit.</p></div>`,
		[]string{"2026-11-12 La piscine rouvre ses portes", "2026-11-09 Collecte des déchets verts", "2026-11-02 Nouveau marché du soir"}},
	{"an Italian definition list", `<h1>Avvisi</h1><dl>
		<dt>12 novembre 2026 - Chiusura di via dei Mulini</dt><dd>La strada resta chiusa fino a venerdì per lavori alla rete idrica.</dd>
		<dt>9 novembre 2026 - Orari della biblioteca</dt><dd>La biblioteca apre anche il sabato mattina, dalle nove a mezzogiorno.</dd>
		<dt>4 novembre 2026 - Contributi alle famiglie</dt><dd>Le domande si presentano entro fine mese presso gli uffici.</dd></dl>`,
		[]string{"2026-11-12 Chiusura di via dei Mulini", "2026-11-09 Orari della biblioteca", "2026-11-04 Contributi alle famiglie"}},
	{"Danish lines in one paragraph", `<h1>Nyheder</h1><p>
		<b>Svømmehallen åbner igen</b><br><i>12. november 2026</i><br>Efter tre ugers pause er vandet varmt. Åbningstiderne er uændrede.<br><br>
		<b>Ny buslinje til stationen</b><br><i>9. november 2026</i><br>Linje 7 kører hver halve time. Stoppet ved kirken flyttes.<br><br>
		<b>Træer fældes i parken</b><br><i>4. november 2026</i><br>Stierne ved søen er lukket i to dage. Nye træer plantes til foråret.</p>`,
		[]string{"2026-11-12 Svømmehallen åbner igen", "2026-11-09 Ny buslinje til stationen", "2026-11-04 Træer fældes i parken"}},
	{"days over bold lines", `<h1>Aktuality</h1><div><div>12. 11. 2026</div><div><strong>Bazén je opět otevřen</strong></div><div>Po třech týdnech je voda teplá. Vstupné se nemění.</div>
		<div>9. 11. 2026</div><div><strong>Nová autobusová linka</strong></div><div>Linka 7 jezdí každou půlhodinu. Zastávka u kostela se ruší.</div>
		<div>4. 11. 2026</div><div><strong>Kácení stromů v parku</strong></div><div>Cesty kolem rybníka jsou uzavřené. Na jaře se vysadí nové.</div></div>`,
		[]string{"2026-11-12 Bazén je opět otevřen", "2026-11-09 Nová autobusová linka", "2026-11-04 Kácení stromů v parku"}},
	{"sections with one to three reports", `<h1>News</h1>
		<div class="topic"><h2>Roads</h2><ul><li><span>12 November 2026</span> <a href="/n/1">Mill Lane closed for repairs</a></li></ul><p><a href="/t/roads">All news about roads</a></p></div>
		<div class="topic"><h2>Libraries</h2><ul><li><span>9 November 2026</span> <a href="/n/2">New opening hours from Monday</a></li><li><span>4 November 2026</span> <a href="/n/3">Story time moves upstairs</a></li></ul><p><a href="/t/libraries">All news about libraries</a></p></div>
		<div class="topic"><h2>Housing</h2><ul><li><span>3 November 2026</span> <a href="/n/4">Forty new homes approved</a></li></ul><p><a href="/t/housing">All news about housing</a></p></div>`,
		[]string{"/n/1 2026-11-12 Mill Lane closed for repairs", "/n/2 2026-11-09 New opening hours from Monday", "/n/3 2026-11-04 Story time moves upstairs", "/n/4 2026-11-03 Forty new homes approved"}},
	{"topics that are links, over tables", `<h1>Nieuws</h1>
		<h3><a href="/thema/1">Verkeer</a></h3><table><tr><td>12-11-2026</td><td><a href="/nieuws/1">Brug weer open voor verkeer</a></td></tr><tr><td>10-11-2026</td><td><a href="/nieuws/2">Nieuwe fietsstraat geopend</a></td></tr></table>
		<h3><a href="/thema/2">Wonen</a></h3><table><tr><td>09-11-2026</td><td><a href="/nieuws/3">Veertig woningen aan de haven</a></td></tr><tr><td>02-11-2026</td><td><a href="/nieuws/4">Subsidie voor isolatie</a></td></tr></table>
		<h3><a href="/thema/3">Zorg</a></h3><table><tr><td>01-11-2026</td><td><a href="/nieuws/5">Wijkteam verhuist</a></td></tr><tr><td>28-10-2026</td><td><a href="/nieuws/6">Griepprik in de sporthal</a></td></tr></table>`,
		[]string{"/nieuws/1 2026-11-12 Brug weer open voor verkeer", "/nieuws/2 2026-11-10 Nieuwe fietsstraat geopend", "/nieuws/3 2026-11-09 Veertig woningen aan de haven", "/nieuws/4 2026-11-02 Subsidie voor isolatie", "/nieuws/5 2026-11-01 Wijkteam verhuist", "/nieuws/6 2026-10-28 Griepprik in de sporthal"}},
}

// readKind is what detection makes of such a page, as its want has it.
func readKind(t *testing.T, page string) (Kind, Listing, []string) {
	t.Helper()
	const base = "https://ort.example"
	text := `<html><title>Aktuelles | Ort</title><body><nav><a href="/a">Rathaus</a> <a href="/b">Leben</a> <a href="/c">Kontakt</a></nav><main>` + page + `</main><footer><p>Am Markt 3</p> <a href="/i">Impressum</a></footer>`
	d, err := Parse(Page{URL: base + "/aktuelles", Body: []byte(text), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := d.Listing()
	var got []string
	for _, e := range l.Entries {
		line := fmt.Sprintf("%s %s", e.Published, e.Headline)
		if !e.Anchored {
			line = strings.TrimPrefix(e.URL, base) + " " + line
		}
		got = append(got, line)
	}
	return d.Kind(), l, got
}

func TestKindsOfListings(t *testing.T) {
	for _, c := range slices.Concat(listingKinds, cardKinds(), stateKinds()) {
		t.Run(c.name, func(t *testing.T) {
			if kind, _, got := readKind(t, c.page); kind != KindListing || !slices.Equal(got, c.want) {
				t.Errorf("%s with\n%s\nwant a listing with\n%s", kind, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestWaysToTheNextPage reads a listing with each of the ways to its next page,
// or with what looks like one and is none.
func TestWaysToTheNextPage(t *testing.T) {
	const list = `<h1>Nyheder</h1><ul><li><span>12.11.2026</span> <a href="/n/1">Broen er åben igen</a></li><li><span>09.11.2026</span> <a href="/n/2">Biblioteket får nye tider</a></li><li><span>04.11.2026</span> <a href="/n/3">Høring om lokalplanen</a></li></ul>`
	for _, c := range []struct{ name, way, want string }{
		{"a button of htmx", `<button hx-get="/aktuelles?side=2" hx-swap="outerHTML">Vis flere</button>`, "/aktuelles?side=2"},
		{"an address for a script", `<div class="js-infinite-scroll" data-next-url="/aktuelles/page/2/"></div>`, "/aktuelles/page/2/"},
		{"a link to nowhere with an address", `<a href="#" class="btn btn-more" data-href="/aktuelles?offset=10">Cargar más</a>`, "/aktuelles?offset=10"},
		{"a button with an address", `<button type="button" data-url="/aktuelles?page=1">Afficher plus d'actualités</button>`, "/aktuelles?page=1"},
		{"the address of a picture", `<div class="gallery" data-url="/bilder/2.jpg">Bild</div>`, ""},
		{"a form of method get", `<form action="/aktuelles"><input type="hidden" name="seite" value="2"><input type="hidden" name="kat" value="alle"><button>Nächste Seite</button></form>`, "/aktuelles?kat=alle&seite=2"},
		{"a form whose button sends the page", `<form method="GET" action=""><button name="page" value="2" type="submit">Load more</button></form>`, "/aktuelles?page=2"},
		{"a form with a label in the button", `<form action="/aktuelles"><input type="hidden" name="p" value="2"><input type="submit" value="Next 20"></form>`, "/aktuelles?p=2"},
		{"a form to search", `<form action="/aktuelles"><input name="q"><button>weiter</button></form>`, ""},
		{"a form of method post", `<form method="post" action="/aktuelles"><input type="hidden" name="page" value="2"><button>weiter</button></form>`, ""},
		{"the next ten", `<p><a href="/aktuelles?start=10">Nächste 10</a></p>`, "/aktuelles?start=10"},
		{"more of the same by number", `<p><a href="/aktuelles?s=2">Weitere 10 Meldungen</a></p>`, "/aktuelles?s=2"},
		{"Italian, twenty more", `<p><a href="/aktuelles?s=2">Carica altri 20</a></p>`, "/aktuelles?s=2"},
		{"counts of entries", `<div>1–10 <a href="/aktuelles?s=10">11–20</a> <a href="/aktuelles?s=20">21–30</a></div>`, "/aktuelles?s=10"},
		{"counts of entries in the middle", `<div><a href="/aktuelles?s=0">[1-10]</a> <b>[11-20]</b> <a href="/aktuelles?s=20">[21-30]</a></div>`, "/aktuelles?s=20"},
		{"counts in words", `<div>1 bis 10 · <a href="/aktuelles?s=10">11 bis 20</a></div>`, "/aktuelles?s=10"},
		{"a choice of addresses", `<select onchange="location=this.value"><option value="/aktuelles?page=1" selected>Seite 1</option><option value="/aktuelles?page=2">Seite 2</option></select>`, "/aktuelles?page=2"},
		{"a choice of numbers", `<form method="get" action="/aktuelles"><select name="strona"><option value="1">1</option><option value="2">2</option><option value="3">3</option></select><button>OK</button></form>`, "/aktuelles?strona=2"},
		{"a choice of years", `<form action="/aktuelles"><select name="jahr"><option>2026</option><option>2025</option></select><button>OK</button></form>`, ""},
		{"residents of some age", `<ul class="menu"><li><a href="/older-residents">Older residents</a></li><li><a href="/young">Young people</a></li></ul>`, ""},
		{"years of clubs", `<div><a href="/vereine?s=1">1920-1950</a></div>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, l, _ := readKind(t, list+c.way)
			if got := strings.TrimPrefix(l.Next, "https://ort.example"); got != c.want || len(l.Entries) != 3 {
				t.Errorf("next %q with %d entries, want %q with 3", got, len(l.Entries), c.want)
			}
		})
	}
}

// cardKinds are cards whose only link is a picture, a button or a form.
func cardKinds() (kinds []listingKind) {
	cards := func(format string) string {
		var b strings.Builder
		b.WriteString(`<h1>Aktualności</h1><div class="grid">`)
		for i, r := range []struct{ day, headline, text string }{
			{"12.11.2026", "Basen znów otwarty", "Po trzech tygodniach przerwy woda jest ciepła."},
			{"09.11.2026", "Nowa linia autobusowa", "Linia siódma kursuje co pół godziny."},
			{"04.11.2026", "Wycinka drzew w parku", "Ścieżki nad stawem są zamknięte."},
		} {
			b.WriteString(strings.NewReplacer("NUMBER", strconv.Itoa(i), "DAY", r.day, "HEADLINE", r.headline, "TEXT", r.text).Replace(format))
		}
		return b.String() + `</div>`
	}
	want := []string{"/p/0 2026-11-12 Basen znów otwarty", "/p/1 2026-11-09 Nowa linia autobusowa", "/p/2 2026-11-04 Wycinka drzew w parku"}
	byQuery := []string{"/p?id=0 2026-11-12 Basen znów otwarty", "/p?id=1 2026-11-09 Nowa linia autobusowa", "/p?id=2 2026-11-04 Wycinka drzew w parku"}
	for _, c := range []struct {
		name, card string
		want       []string
	}{
		{"cards whose button leads on", `<div class="c"><h3>HEADLINE</h3><span>DAY</span><p>TEXT</p><button onclick="window.location.href='/p/NUMBER'">Więcej</button></div>`, want},
		{"cards whose button opens a window", `<div class="c"><h4>HEADLINE</h4><em>DAY</em><p>TEXT</p><button type="button" onclick='window.open("/p/NUMBER", "_self")'>Więcej</button></div>`, want},
		{"cards that a script follows", `<div class="c"><h3>HEADLINE</h3><span>DAY</span><p>TEXT</p><a href="#" onclick="location.assign('/p/NUMBER');return false">czytaj</a></div>`, want},
		{"cards with a form", `<article><h3>HEADLINE</h3><time datetime="DAY">DAY</time><p>TEXT</p><form action="/p/NUMBER"><button>Więcej</button></form></article>`, want},
		{"cards with a form that sends a number", `<div class="c"><h3>HEADLINE</h3><span>DAY</span><p>TEXT</p><form action="/p" method="get"><input type="hidden" name="id" value="NUMBER"><input type="submit" value="Więcej"></form></div>`, byQuery},
		{"cards whose picture is the link", `<div class="c"><a href="/p/NUMBER"><img src="/k/NUMBER.jpg" alt="Zdjęcie"></a><h3>HEADLINE</h3><span>DAY</span><p>TEXT</p></div>`, want},
		{"cards whose picture is the link and without headings", `<div class="c"><a href="/p/NUMBER"><img src="/k/NUMBER.jpg" alt="foto"></a><strong>HEADLINE</strong><br>DAY<br>TEXT</div>`, want},
		{"pictures with a day", `<div class="c"><a href="/p/NUMBER"><img src="/k/NUMBER.jpg" alt="HEADLINE"></a><span>DAY</span></div>`, want},
	} {
		kinds = append(kinds, listingKind{c.name, cards(c.card), c.want})
	}
	return kinds
}

// stateKinds are pages whose list stands in the data that their scripts work on.
func stateKinds() (kinds []listingKind) {
	want := []string{"/v/1 2026-11-12 Badet åpner igjen", "/v/2 2026-11-09 Ny busslinje til stasjonen"}
	const list = `[{"id":1,"tittel":"x","title":"Badet åpner igjen","published_at":"2026-11-12","path":"/v/1"},{"id":2,"title":"Ny busslinje til stasjonen","published_at":"2026-11-09","path":"/v/2"}]`
	for _, c := range []struct{ name, page string }{
		{"data of Next", `<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"menu":[{"title":"Hjem","path":"/"}],"news":` + list + `}}}</script>`},
		{"the state of a window", `<h1>Nyheter</h1><div id="app"></div><script>window.__INITIAL_STATE__ = {"news":{"items":` + list + `}};(function(){var s;}());</script>`},
		{"a state behind much else", `<div id="app"></div><script>window.__DATA__={"a":"` + strings.Repeat("x", 12000) + `","news":` + list + `}</script>`},
		{"a state that is parsed", `<div id="app"></div><script>window.__STATE__=JSON.parse(` + strconv.Quote(list) + `)</script>`},
		{"props of an element", `<news-list data-items='` + list + `'></news-list>`},
		{"Nuxt's payload", `<div id="__nuxt"></div><script type="application/json" id="__NUXT_DATA__">[["Reactive",1],{"data":2},[3,7],{"title":4,"date":5,"url":6},"Badet åpner igjen","2026-11-12","/v/1",{"title":8,"date":9,"url":10},"Ny busslinje til stasjonen","2026-11-09","/v/2"]</script>`},
	} {
		kinds = append(kinds, listingKind{c.name, c.page, want})
	}
	return kinds
}
