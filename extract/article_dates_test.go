package extract

import (
	"testing"
	"time"
)

func TestAddressDate(t *testing.T) {
	for _, tt := range []struct{ name, address, want string }{
		{"folders", "https://stadt.example/2024/06/17/haushalt", "2024-06-17"},
		{"day first", "https://stadt.example/haushalt-17.06.2024.html", "2024-06-17"},
		{"eight digits", "https://stadt.example/20240617/haushalt", "2024-06-17"},
		{"number that is no day", "https://stadt.example/20241377/haushalt", ""},
		{"part of a longer number", "https://stadt.example/120240617/haushalt", ""},
		{"number that begins with a day and a time", "https://stadt.example/artikel/A2024061714300001", "2024-06-17"},
		{"number that begins with a day and no time", "https://stadt.example/artikel/2024061799300001", ""},
		{"eight digits of a parameter", "https://stadt.example/index.php?datum=20240617", "2024-06-17"},
		{"archive's address", "https://web.archive.org/web/20250301120000/https://stadt.example/haushalt", ""},
		{"day in an archived address", "https://web.archive.org/web/20250301120000/https://stadt.example/2024/06/17/haushalt", "2024-06-17"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := parseDetected(t, tt.address, `<h1>Haushalt</h1><p>Der Rat hat beschlossen.`).Article(nil).Item.Published.String(); got != tt.want {
				t.Errorf("published of %s = %q, want %q", tt.address, got, tt.want)
			}
		})
	}
}

// Each page is a short report; the rows are the places where systems print
// their dates, and what must not be taken for one.
func TestArticleDates(t *testing.T) {
	const body = `<p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend, weil viele Anträge vorlagen.</p>
		<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache.</p>`
	for _, tt := range []struct{ name, lang, page, want string }{
		{"system's line with the author", "de", `<h1>Haushalt 2025</h1>` + body + `<div class="submitted">Gespeichert von <span>meier</span> am 24. Juli 2024 - 18:55</div>`, "2024-07-24T18:55:00+02:00"},
		{"sentence below the report", "de", `<h1>Haushalt 2025</h1>` + body + `<div class="post-footer">Dieser Artikel wurde am 14. Juni 2024 um 14:48 von Eva Meier in der Rubrik Politik abgelegt.</div>`, "2024-06-14T14:48:00+02:00"},
		{"short aside of the article", "de", `<h1>Haushalt 2025</h1><aside class="post-info"><span class="post-date">17.06.24</span></aside>` + body, "2024-06-17"},
		{"a class that promotes is no advertisement", "de", `<h1>Haushalt 2025</h1><div class="node-promoted"><div class="date">17.06.2024</div>` + body + `</div>`, "2024-06-17"},
		{"stamp that is hidden for machines", "de", `<h1>Haushalt 2025</h1><div class="entry-meta"><span class="updated rich-snippet-hidden">2024-07-01T10:10:52+02:00</span><span>25. Juni 2024</span></div>` + body, "2024-06-25"},
		{"work that the report cites", "de", `<h1>Haushalt 2025</h1><div class="autor">Eva Meier, 21. Juni 2024</div>` + body + `<p>Meier, Eva: Die Lage der Kommunen und ihre Haushalte. Ein Beitrag zur Festschrift vom 15. Okt. 2014.</p>`, "2024-06-21"},
		{"evening in the west", "en-US", `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-06-09T03:28:35+00:00"}</script><h1>Budget adopted</h1>` + body, "2024-06-09T03:28:35Z"},
		{"caption of the picture that holds the headline", "de", `<figure><img src="a.jpg"><figcaption><small>17.06.2024</small><h1>Haushalt 2025</h1></figcaption></figure>` + body, "2024-06-17"},
		{"cards of events beside the report", "de", `<meta name="date" content="2024-06-11"><div class="col"><ul><li><h4><a href="/t1">Führung durch das Rathaus</a></h4><span class="datum">29.07.2024</span></li><li><h4><a href="/t2">Führung durch das Museum</a></h4><span class="datum">30.07.2024</span></li></ul></div><h1>Haushalt 2025</h1>` + body, "2024-06-11"},
		{"head of the report before its text", "de", `<article><p class="article-date">17.06.2024</p><h1>Haushalt 2025</h1><p>Mitteilung der Verwaltung - 11. Juni 2024</p>` + body + `</article>`, "2024-06-17"},
		{"day on which the writer joined", "de", `<h1>Haushalt 2025</h1><p>Registriert: 18.09.2008, 05:56</p><p class="author">von eva » 21.06.2024, 05:42</p>` + body, "2024-06-21T05:42:00+02:00"},
		{"declared day, shown in the side column", "de", `<meta property="og:type" content="website"><meta property="article:published_time" content="2024-06-17T08:00:00+02:00"><h1>Haushalt 2025</h1>` + body + `<aside class="post-info"><span class="post-date">17.06.24</span></aside>`, "2024-06-17T08:00:00+02:00"},
		{"declared day of an article, shown only for rows of others", "de", `<meta property="og:type" content="website">` +
			`<meta property="article:published_time" content="2024-06-17T08:00:00+02:00"><h1>Haushalt ` +
			`2025</h1>` + body + body + body + `<aside><ul><li><a href="/1">Erste Meldung <span class="post-date">` +
			`17.06.24</span></a></li><li><a href="/2">Zweite Meldung <span class="post-date">16.06.24</span></a></li></ul>` +
			`</aside>`, "2024-06-17T08:00:00+02:00"},
		{"day of a website, shown only for rows of others", "de", `<meta property="og:type" content="website"><meta ` +
			`name="date" content="2024-06-17T08:00:00+02:00"><h1>Haushalt 2025</h1>` + body + body + body + `<aside><ul><li><a ` +
			`href="/1">Erste Meldung <span class="post-date">17.06.24</span></a></li><li><a href="/2">Zweite Meldung <span ` +
			`class="post-date">16.06.24</span></a></li></ul></aside>`, ""},
		{"card beside the report", "de", `<article><h1>Haushalt 2025</h1>` + body + body + body + body + `</article><div class="col"><div class="IdCard"><p>Erstellt 25. Jan. 2008</p></div></div>`, ""},
		{"table of other works", "de", `<h1>Haushalt 2025</h1>` + body + body + body + `<table><tr><td>Erster Band</td><td>26.10.2012</td></tr><tr><td>Zweiter Band</td><td>14.07.2017</td></tr></table>` + body, ""},
		{"sentence that tells of the posting", "de", `<h1>Haushalt 2025</h1>` + body + body + body + body + `<p>Der Artikel "Haushalt 2025 im Rat beschlossen" wurde am 17.06.2024 in der Kategorie Finanzen von Eva Meier mit den Stichwörtern Haushalt, Rat und Schulen veröffentlicht und bisher nicht kommentiert.</p>`, "2024-06-17"},
		{"note on the report in the side column", "de", `<div id="sidebar"><h2>Über diesen Beitrag</h2><p class="news"><a href="/haushalt">Haushalt 2025</a> wurde am <span>17. Juni 2024</span> um <span>23:03</span> Uhr gepostet</p></div><h1>Haushalt 2025</h1>` + body + body + body + body, "2024-06-17T23:03:00+02:00"},
		{"its own row in the list below it", "de", `<h1>Haushalt 2025</h1>` + body + body + body + body + `<div class="related"><a href="/bad"><div class="authored">18.06.2024</div><h2>Freibad öffnet wieder</h2></a><a href="/haushalt"><div class="authored">17.06.2024</div><h2>Haushalt 2025</h2></a></div>`, "2024-06-17"},
		{"its own row of comments", "de", `<h1>Haushalt 2025</h1>` + body + body + body + body + `<div class="comments"><p><a href="/haushalt#c1">18.06.2024</a></p></div>`, ""},
		{"attribute that a script shows", "de", `<h1>Haushalt 2025</h1><div class="zeit"><i data-date="17. Juni 2024"></i></div>` + body, "2024-06-17"},
		{"day of the next issue", "de", `<h1>Haushalt 2025</h1>` + body + body + body + body + `<div class="col"><p>Die nächste Ausgabe erscheint am 24. Juni 2024.</p></div><div class="footer"><p class="footer-line">Letzte Änderung: 16.06.2024 - 14:49:39<br>Erschienen am: 17.06.2024<br>Lesungen: 61<br>© bei der Autorin und bei der Stadt Eschwald<br>Lizenzen zur Nachpublikation erteilt die Pressestelle</p></div>`, "2024-06-17"},
		{"static page that declares a day", "de", `<body class="page page-id-12"><meta name="generator" content="WordPress 6.5"><meta property="article:published_time" content="2024-06-17T08:00:00+02:00"><h1>Haushalt 2025</h1>` + body, ""},
		{
			name: "post that also describes a product",
			lang: "de",
			page: `<body class="post-template-default single single-post postid-12">` +
				`<meta property="og:type" content="article">` +
				`<meta property="article:published_time" content="2024-06-17T08:00:00+02:00">` +
				`<script type="application/ld+json">{"@type":"Product","name":"Jahreskarte"}</script><h1>Haushalt 2025</h1>` + body,
			want: "2024-06-17T08:00:00+02:00",
		},
		{"post whose theme declares its day in the report", "de", `<meta name="generator" content="WordPress 6.5"><article itemscope itemtype="https://schema.org/Article"><h1>Haushalt 2025</h1>` + body + `<footer><meta itemprop="datePublished" content="2024-06-17T08:00:00+02:00"></footer></article>`, "2024-06-17T08:00:00+02:00"},
		{"attribute of an element that shows something else", "de", `<meta name="dc.date" content="2024-06-10"><p>Rathaus | 17. Juni 2024</p><h1>Haushalt 2025</h1><div class="beleg hinweis-datum" data-date="2024-06-10">Anerkannt als Beleg</div>` + body, "2024-06-17"},
		{"attribute of an element that shows it in Arabic", "ar", `<h1>Haushalt 2025</h1><span class="date-display-single" content="2024-06-17T00:00:00+02:00">الاثنين 17 جوان 2024</span>` + body, "2024-06-17"},
		{"element of a date that tells the change first", "de", `<h1>Haushalt 2025</h1><p class="datum">Letzte Änderung: 19.06.2024, Veröffentlichung: 17.06.2024</p>` + body, "2024-06-17"},
		{"element that machines read and people see without a year", "de", `<h1>Haushalt 2025</h1><time datetime="2023-06-17T08:30:00+02:00">17. Juni, 8.30 Uhr</time>` + body, "2023-06-17T08:30:00+02:00"},
		{"element of a date without a year", "de", `<h1>Haushalt 2025</h1><p class="datum">Montag, 17. Juni</p>` + body, "2024-06-17"},
		{"element of a date without a year over the headline", "de", `<p><span class="datum">Montag, 17. Juni</span> · <span>Finanzen</span></p><h1>Haushalt 2025</h1>` + body, "2024-06-17"},
		{"day of the making and of the publication", "de", `<h1>Haushalt 2025</h1>` + body + `<table><tr><th>Erstellt:</th><td>14.06.2024</td></tr><tr><th>Veröffentlicht:</th><td>17.06.2024</td></tr></table>`, "2024-06-17"},
		{"day of the making alone", "de", `<h1>Haushalt 2025</h1>` + body + `<table><tr><th>Erstellt:</th><td>17.06.2024</td></tr></table>`, "2024-06-17"},
		{"day, month and year in elements that are called dates", "de", `<div class="datebox"><div class="datebox-day">17</div><div class="datebox-month">Juni</div><div class="datebox-year">2024</div></div><h1>Haushalt 2025</h1>` + body, "2024-06-17"},
		{"time in the line of an event", "de", `<article class="termin"><h1>Orgelkonzert</h1><p class="termin-zeit"><time datetime="2024-06-17T17:00">Montag, 17. Juni 2024, 17 Uhr</time></p>` + body + `</article>`, ""},
		{"parted by dots, beside the weather of the day", "de", `<div class="mid"><h1>Haushalt 2025</h1><small>Mo, 17. Juni 2024 · Finanzen · Kreis Altmühlen</small>` + body + `</div><div class="right"><b>Wetter</b><br>01.08.2024: 25 Grad</div>`, "2024-06-17"},
		{"days of members", "de", `<h1>Mitglieder des Stadtrats</h1>` + body + `<ul><li>Anna Beck, seit 01.07.2014</li><li>Karl Dorn, seit 01.07.2019</li></ul>`, ""},
		{"day of an election in a line", "de", `<h1>Turnverein</h1><p>Vorstand: Jens Kolb, gewählt am 14.03.2024</p>` + body, ""},
		{"day behind the name of something else", "de", `<h1>Wahl des Bürgermeisters</h1><p>Letzte Wahl: 10.03.2019</p>` + body, ""},
		{"cell of something else", "en-GB", `<h1>Planning application</h1><dl><dt>Received</dt><dd>02/06/2024</dd><dt>Validated</dt><dd>09/06/2024</dd></dl>` + body, ""},
		{"number of a tender", "de", `<h1>Ausschreibung</h1><dl><dt>Vergabenummer</dt><dd>2024-06-03-B</dd></dl>` + body, ""},
		{"post that is filed under events", "de", `<article class="post hentry category-veranstaltungen"><h1>Rückblick auf das Stadtfest</h1><div class="entry-meta">17. Juni 2024</div>` + body + `</article>`, "2024-06-17"},
		{"tile of an event", "de", `<article class="veranstaltung"><div><span>17</span><span>Jun</span><span>2024</span></div><h1>Seniorennachmittag</h1>` + body + `</article>`, ""},
		{"file of a registration with its day", "de", `<h1>Formulare</h1>` + body + `<ul><li><a href="b.pdf">Hundeanmeldung</a> (PDF, 120 kB, 11.06.2024)</li></ul>`, ""},
		{"what a picture shows", "de", `<h1>Gewerbe anmelden</h1>` + body + `<p>Foto: Rathaus am 3. Mai 2019</p>`, ""},
		{"notice of a day in a cell", "de", `<h1>Grünschnitt</h1><table><tr><td>Bekanntmachung vom:</td><td>17.06.2024</td></tr></table>` + body, "2024-06-17"},
		{"day behind the name of the section", "de", `<h1>Haushalt 2025</h1><p>Aktuelles: 17.06.2024</p>` + body, "2024-06-17"},
		{"two elements of a date without a year", "de", `<h1>Haushalt 2025</h1><p class="datum">17. Juni</p><p class="datum">18. Juni</p>` + body, ""},
		{"declared day, shown without a year", "de", `<meta property="og:type" content="website"><meta property="article:published_time" content="2023-06-17T08:00:00+02:00"><h1>Haushalt 2025</h1><p class="datum">17. Juni</p>` + body, "2023-06-17T08:00:00+02:00"},
		{"element of an event's date for machines", "de", `<h1>Haushalt 2025</h1><p>Termin: <time datetime="2024-06-20">20. Juni 2024</time></p>` + body, ""},
		{"element of a date with a form that means other things elsewhere", "en-US", `<h1>Budget 2025</h1><p class="date">6-17-24</p>` + body, "2024-06-17"},
		{"day of history under the headline", "de", `<h1>Die Stunde null</h1><p>8. Mai 1945</p>` + body, ""},
		{"time of a page in English is of the source's zone", "en-GB", `<h1>Budget 2025</h1><p class="date">17 June 2024, 2.30pm</p>` + body, "2024-06-17T14:30:00+02:00"},
		{"list of labels without colons", "en-GB", `<h1>Budget 2025</h1><dl class="metadata"><dt>Last updated</dt><dd>20 June 2024</dd><dt>Published</dt><dd>17 June 2024</dd></dl>` + body, "2024-06-17"},
		{"label in an element of its own", "de", `<h1>Haushalt 2025</h1><div class="zeile"><div>Stand:</div><div>19.06.2024</div></div>` + body + `<div class="zeile"><div>Veröffentlicht:</div><div>17.06.2024</div></div>`, "2024-06-17"},
		{"label of an event in an element of its own", "de", `<h1>Haushalt 2025</h1><table><tr><th>Sitzungstermin</th><td>19.06.2024</td></tr></table>` + body, ""},
		{"cards of others before the report", "de", `<div class="top"><div class="card"><span class="card-date">20.06.2024</span><a href="/w">Winterdienst beginnt</a></div><div class="card"><span class="card-date">18.06.2024</span><a href="/b">Baumfällungen</a></div></div><h1>Haushalt 2025</h1>` + body + `<p class="autor">Petra Kurz, 17.06.2024</p>`, "2024-06-17"},
		{"day of the fetch above the report", "de", `<div id="date">Donnerstag, 1. August 2024</div><h1>Haushalt 2025</h1>` + body + `<table><tr><td>Eingestellt:</td><td>17.06.2024</td></tr></table>`, "2024-06-17"},
		{"report of the day of the fetch", "de", `<p class="datum">1. August 2024</p><h1>Haushalt 2025</h1>` + body, "2024-08-01"},
		{"heading that names a change", "de", `<h1>Haushalt 2025</h1>` + body + `<h3>Datum</h3><p>17.06.2024</p><h3>Letzte Änderung</h3><p>19.06.2024</p>`, "2024-06-17"},
		{"headline that names an event", "de", `<h2>Sitzung des Rates</h2><p>17.06.2024</p>` + body, "2024-06-17"},
		{"statute and its announcement", "de", `<h1>Satzung über die Benutzung der Turnhalle</h1><p>vom 10.06.2024</p>` + body + `<p>Bekannt gemacht am 17.06.2024 im Amtsblatt Nr. 24/2024.</p>`, "2024-06-17"},
		{"statute without an announcement", "de", `<h1>Satzung über die Benutzung der Turnhalle</h1><p>vom 10.06.2024</p>` + body, "2024-06-10"},
		{"sentence on the change alone", "de", `<h1>Haushalt 2025</h1>` + body + `<p>Dieser Artikel wurde zuletzt am 19.06.2024 aktualisiert.</p>`, ""},
		{"short sentence of the story", "de", `<p class="date">1. August 2024</p><h1>Haushalt 2025</h1>` + body + `<p>Am 3. Mai 2011 war die Halle eröffnet worden.</p>`, "2024-08-01"},
		{"day of an event in the headline", "de", `<h1>Sprechstunde der Bürgermeisterin am Montag, 17. Juni 2024</h1>` + body, ""},
		{"day as an element in the headline", "de", `<h1>Haushalt 2025 im Rat<br>17.06.2024</h1>` + body, "2024-06-17"},
		{"files with their days", "de", `<h1>Haushalt 2025</h1>` + body + `<ul><li><a href="a.pdf">Lageplan</a> (PDF, 02.06.2024, 1,2 MB)</li><li><a href="b.pdf">Beschluss</a> (PDF, 08.06.2024, 0,3 MB)</li></ul>`, ""},
		{"day for machines beside how long ago it was", "de", `<h1>Haushalt 2025</h1><p>Rathausblatt – <abbr title="2024-06-17T08:30:00+02:00">vor 2 Stunden</abbr></p>` + body, "2024-06-17T08:30:00+02:00"},
		{"explanation of an abbreviation", "de", `<h1>Haushalt 2025</h1><p>Rathausblatt – <abbr title="Amtsblatt vom 17.06.2024">ABl.</abbr></p>` + body, ""},
		{"post that shows its change as it declares it", "de", `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-06-17T08:00:00+02:00","dateModified":"2024-06-19T08:00:00+02:00"}</script><body class="single single-post postid-7"><h1>Haushalt 2025</h1><p>Aktualisiert: 19. Juni 2024</p>` + body, "2024-06-17T08:00:00+02:00"},
		{"post that shows another change", "de", `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-06-17T08:00:00+02:00","dateModified":"2024-06-19T08:00:00+02:00"}</script><body class="single single-post postid-7"><h1>Haushalt 2025</h1><p>Stand: 1. Juli 2024</p>` + body, "2024-06-17T08:00:00+02:00"},
		{"recipe that declares a day", "de", `<meta name="publishdate" content="2024-06-17"><div itemscope itemtype="https://schema.org/Recipe"><h1>Muffins</h1>` + body + `</div>`, ""},
		{"only a later change is told", "de", `<h1>Haushalt 2025</h1><p class="stand">Stand: 17.06.2024</p>` + body, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			checkPublished(t, `<!doctype html><html lang="`+tt.lang+`"><head><title>x</title></head><body><main>`+tt.page+`</main></body></html>`, tt.want)
		})
	}
}

// checkPublished reads a page that was fetched in August 2024.
func checkPublished(t *testing.T, page, want string) {
	t.Helper()
	d, err := Parse(Page{URL: "https://stadt.example/haushalt", Body: []byte(page), Fetched: time.Date(2024, 8, 1, 9, 0, 0, 0, time.UTC)}, Options{NoPreset: true})
	if err != nil {
		t.Fatal(err)
	}
	art := d.Article(nil)
	if got := art.Item.Published.String(); got != want {
		t.Errorf("published = %q, want %q (%+v)", got, want, art.Evidence["published"])
	}
}

// Papers and press offices put the day of the report into the page's title.
func TestDayInTheTitle(t *testing.T) {
	const (
		text     = `<p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend.</p>`
		declared = `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-06-16T23:35:00+02:00"}</script>`
	)
	for _, tt := range []struct{ name, head, main, want string }{
		{"last segment", `<title>Haushalt 2025 | 17.06.2024</title>`, `<h1>Haushalt 2025</h1>`, "2024-06-17"},
		{"between section and site", `<title>Haushalt 2025 - Rat - 17/06/2024 - Stadt Beispiel</title>`, `<h1>Haushalt 2025</h1>`, "2024-06-17"},
		{"another than the system put the report in", `<title>Haushalt 2025 - 17.06.2024 - Stadt Beispiel</title>` + declared, `<h1>Haushalt 2025</h1>`, "2024-06-17"},
		{"long after the declared day", `<title>Haushalt 2025 - 27.06.2024 - Stadt Beispiel</title>` + declared, `<h1>Haushalt 2025</h1>`, "2024-06-16T23:35:00+02:00"},
		{"another is shown", `<title>Haushalt 2025 | 19.06.2024</title>`, `<h1>Haushalt 2025</h1><p class="date">17.06.2024</p>`, "2024-06-17"},
		{"day of what is announced", `<title>Sitzung des Rates - 17.06.2024</title>`, `<h1>Sitzung des Rates - 17.06.2024</h1>`, ""},
		{"more than a day", `<title>Haushalt 2025 | Sitzung am 17.06.2024 | Stadt Beispiel</title>`, `<h1>Haushalt 2025</h1>`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			checkPublished(t, `<!doctype html><html lang="de"><head>`+tt.head+`</head><body><main>`+tt.main+text+`</main></body></html>`, tt.want)
		})
	}
}

func TestUpdatedBesidePublished(t *testing.T) {
	page := `<html lang="de"><title>x</title><main><h1>Haushalt 2025</h1><p class="entry-meta">am <time class="entry-date published" datetime="2024-06-17T09:00:00+02:00">17. Juni 2024</time><time class="updated" datetime="2024-06-19T11:00:00+02:00">19. Juni 2024</time></p><p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend.</p></main>`
	if it := parseDetected(t, "https://stadt.example/haushalt", page).Article(nil).Item; it.Published.String() != "2024-06-17T09:00:00+02:00" || it.Updated.String() != "2024-06-19T11:00:00+02:00" {
		t.Errorf("published %q, updated %q", it.Published, it.Updated)
	}
}

// A report that is changed after midnight often shows the new day alone; its
// address keeps the one of its publication.
func TestDeclaredDayInTheAddress(t *testing.T) {
	const page = `<!doctype html><html lang="de"><head><title>x</title><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-06-17T23:17:00+02:00","dateModified":"2024-06-18T00:06:42+02:00"}</script></head>
		<body><main><h1>Haushalt 2025</h1><div class="date"><time datetime="2024-06-18T00:06">18.06.2024 00:06</time></div><p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in die Nacht.</p></main></body></html>`
	for address, want := range map[string]string{
		"https://stadt.example/20240617-1T50/": "2024-06-17T23:17:00+02:00",
		"https://stadt.example/haushalt":       "2024-06-18T00:06:00+02:00",
	} {
		if got := parseDetected(t, address, page).Article(nil).Item.Published.String(); got != want {
			t.Errorf("published of %s = %q, want %q", address, got, want)
		}
	}
}

func TestUpdatedBeforePublished(t *testing.T) {
	page := `<html lang="de"><title>x</title><main><h1>Haushalt 2025</h1><p class="date">17.06.2024</p><p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend.</p></main><footer><p>Stand: 02.01.2023</p></footer>`
	if it := parseDetected(t, "https://stadt.example/haushalt", page).Article(nil).Item; it.Published.String() != "2024-06-17" || !it.Updated.IsZero() {
		t.Errorf("published %q, updated %q: the site's own stamp of 2023 is no change of the report", it.Published, it.Updated)
	}
}
