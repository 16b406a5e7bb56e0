package extract

import (
	"strings"
	"testing"
)

// Each page is a short report with a declared summary; the rows are what may
// stand below its headline.
func TestStandfirst(t *testing.T) {
	const declared = "Der Rat hat den Haushalt für das kommende Jahr beschlossen."
	const body = `<p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend, weil viele Anträge vorlagen.</p>
		<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache.</p>`
	for _, tt := range []struct{ name, below, want string }{
		{"nothing", ``, declared},
		{"class says so", `<p class="article-standfirst">Mehr Geld für Schulen und Kitas, weniger für neue Straßen.</p>`, "Mehr Geld für Schulen und Kitas, weniger für neue Straßen."},
		{"class of the box", `<div class="subline"><p>Mehr Geld für Schulen und Kitas, weniger für neue Straßen.</p></div>`, "Mehr Geld für Schulen und Kitas, weniger für neue Straßen."},
		{"long second heading", `<h2>Mehr Geld für Schulen und Kitas, weniger für neue Straßen: Das beschließt der Rat am Montagabend</h2>`, "Mehr Geld für Schulen und Kitas, weniger für neue Straßen: Das beschließt der Rat am Montagabend"},
		{"long third heading with its subject", `<h3><span>Haushalt</span>Mehr Geld für Schulen und Kitas, weniger für neue Straßen: Das beschließt der Rat am Montagabend</h3>`, "Mehr Geld für Schulen und Kitas, weniger für neue Straßen: Das beschließt der Rat am Montagabend"},
		{"box with the writer below it", `<div class="standfirst"><p>Mehr Geld für Schulen und Kitas, weniger für neue Straßen.</p><p>Von <span itemprop="author">Eva Meier</span> und Jan Koch, die im Rathaus auch die Seiten zum Haushalt betreuen (Text und Bilder)</p></div>`, "Mehr Geld für Schulen und Kitas, weniger für neue Straßen."},
		{"heading of the first section", `<h2>Mehr Geld für die Schulen und Kitas der Stadt</h2>`, declared},
		{"shorter than what is declared", `<p class="subtitle">Der Rat hat den Haushalt für das kommende Jahr</p>`, declared},
		{"list of a summary", `<div class="post-summary"><ul><li>Mehr Geld gibt es für Schulen und Kitas.</li><li>Weniger gibt der Rat für neue Straßen aus.</li></ul></div>`, "Mehr Geld gibt es für Schulen und Kitas. Weniger gibt der Rat für neue Straßen aus."},
		{"named by id", `<p id="speakable-summary">Mehr Geld für Schulen und Kitas, weniger für neue Straßen.</p>`, "Mehr Geld für Schulen und Kitas, weniger für neue Straßen."},
		{"below author, day and picture", `<p class="byline">Von Sabine Kraus</p><p class="date">10.06.2024</p><figure><img src="r.jpg"><figcaption>Der Rat am Montag im großen Saal des Rathauses</figcaption></figure><p class="subtitle">Mehr Geld für Schulen und Kitas, weniger für neue Straßen.</p>`, "Mehr Geld für Schulen und Kitas, weniger für neue Straßen."},
		{"few words", `<p class="subtitle">Beschluss des Rates nach langer Debatte</p>`, declared},
		{"what somebody said", `<p class="subtitle">„Wir geben jetzt viel mehr Geld für die Schulen und Kitas aus“</p>`, declared},
		{"a box that holds other text too", `<div class="teaser"><p>Kostenlos zu lesen bis heute Abend um 19 Uhr</p><h2>So lief die Sitzung des Rates</h2></div>`, declared},
		{"line about the writer", `<div class="author-box"><p class="subtitle">Redakteurin für Haushalt, Schulen und Kitas im Rathaus</p></div>`, declared},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title><meta name="description" content="` + declared + `"></head><body><main><h1>Haushalt 2025</h1>` + tt.below + body + `</main></body></html>`
			if got := teaserOf(t, page); got != tt.want {
				t.Errorf("teaser = %q, want %q", got, tt.want)
			}
		})
	}
}

// What is declared is taken as its writer meant it.
func TestDeclaredTeaser(t *testing.T) {
	const lead = "Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren."
	for _, tt := range []struct{ name, declared, want string }{
		{"inline markup", "Nach &lt;em&gt;Rathaus&lt;/em&gt;-Angaben steigen die Einnahmen der Stadt.", "Nach Rathaus-Angaben steigen die Einnahmen der Stadt."},
		{"blocks", "&lt;p&gt;Die Einnahmen steigen.&lt;/p&gt;&lt;p&gt;Schulen werden saniert.&lt;/p&gt;", "Die Einnahmen steigen. Schulen werden saniert."},
		{"word in brackets behind it", "Die Einnahmen der Stadt steigen, und Schulen werden saniert. [MEHR]", "Die Einnahmen der Stadt steigen, und Schulen werden saniert."},
		{"stroke behind it", "Die Einnahmen der Stadt steigen, und Schulen werden saniert. |", "Die Einnahmen der Stadt steigen, und Schulen werden saniert."},
		{"without its drop cap", "ie Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren.", lead},
		{"headline runs into it", "Haushalt 2025Die Einnahmen der Stadt steigen, und Schulen werden saniert.", "Die Einnahmen der Stadt steigen, und Schulen werden saniert."},
		{"link to go on with", "Die Stadt rechnet mit höheren Einnahmen und &lt;a href='/haushalt'&gt;weiterlesen&lt;/a&gt;", lead},
		{"little cut from the lead", "Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanie...", lead},
		{"date before it", "[10.06.2024] Die Einnahmen der Stadt steigen, und Schulen werden saniert.", "Die Einnahmen der Stadt steigen, und Schulen werden saniert."},
		{"site behind it", "Die Einnahmen der Stadt steigen, und Schulen werden saniert. - Altmühlen", "Die Einnahmen der Stadt steigen, und Schulen werden saniert."},
		{"word to go on with behind it", "Die Einnahmen der Stadt steigen, und Schulen werden saniert. mehr", "Die Einnahmen der Stadt steigen, und Schulen werden saniert."},
		{"quotation mark within it", `Die Stadt nennt es einen "Haushalt der Vernunft" und saniert die Schulen.`, lead},
		{"keywords", "Haushalt, Schulen, Kitas, Neue Straßen, Kreisumlage", lead},
		{"what one finds here", "Hier finden Sie aktuelle Meldungen und Pressemitteilungen aus dem Rathaus.", lead},
		{"name of a column", "++ Aus dem Rathaus ++", lead},
		{"writer", "Written by Sabine Kraus", lead},
		{"what the site is", "Altmühlen ist eine Stadt am Wasser mit 12.000 Menschen und viel Kultur.", lead},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title><meta property="og:site_name" content="Altmühlen"><meta name="description" content="` + tt.declared + `"></head><body><main><h1>Haushalt 2025</h1><div><p>` + lead + `</p></div>
				<div><p>Das sagte der Kämmerer in der Aussprache am Montag, die bis in den Abend dauerte, weil viele Anträge vorlagen.</p><p>Die Kreisumlage steigt im kommenden Jahr, und auch die Zinsen sind höher als im Jahr davor. Der Rat stimmte zu.</p></div></main></body></html>`
			if got := teaserOf(t, page); got != tt.want {
				t.Errorf("declared %q: teaser = %q, want %q", tt.declared, got, tt.want)
			}
		})
	}
}

// Bold text opens a report; what somebody said does not.
func TestBoldTeaser(t *testing.T) {
	const bold, plain = "Der Rat hat am Montag den Haushalt für das kommende Jahr beschlossen.", "Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren."
	for _, tt := range []struct{ name, opening, want string }{
		{"paragraph", "<p><b>" + bold + "</b></p><p>" + plain + "</p>", bold},
		{"first line of a paragraph", "<p><strong>" + bold + "</strong><br>" + plain + "</p>", bold},
		{"first words of a line", "<p><strong>" + bold + "</strong> " + plain + "</p>", bold + " " + plain},
		{"quotation", "<p>" + plain + "</p><blockquote><p><strong>„" + bold + "“</strong></p></blockquote>", plain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><main><h1>Haushalt 2025</h1>` + tt.opening +
				`<p>Das sagte der Kämmerer in der Aussprache am Montag, die bis in den Abend dauerte, weil viele Anträge vorlagen.</p><p>Die Kreisumlage steigt im kommenden Jahr, und auch die Zinsen sind höher als im Jahr davor. Der Rat stimmte zu.</p></main></body></html>`
			if got := teaserOf(t, page); got != tt.want {
				t.Errorf("teaser = %q, want %q", got, tt.want)
			}
		})
	}
}

// A long opening paragraph gives its first line or its first sentences.
func TestTeaserFromLongParagraph(t *testing.T) {
	sentence := "Der Rat hat am Montag den Haushalt der Stadt für das kommende Jahr beschlossen. "
	for _, tt := range []struct{ name, opening, want string }{
		{"first line", "Mehr Geld für Schulen und Kitas, weniger Geld für neue Straßen<br>" + strings.Repeat(sentence, 4), "Mehr Geld für Schulen und Kitas, weniger Geld für neue Straßen"},
		{"first sentences", strings.Repeat(sentence, 9), strings.TrimSpace(strings.Repeat(sentence, 4))},
		{"no end of a sentence after an abbreviation", strings.Repeat("Haushalt der Stadt ", 20) + "usw. nach Nr. 5 " + strings.Repeat("Haushalt der Stadt ", 20) + ".", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><main><h1>Haushalt 2025</h1><p>` + tt.opening + `</p><p>` + strings.Repeat(sentence, 12) + `</p></main></body></html>`
			if got := teaserOf(t, page); got != tt.want {
				t.Errorf("teaser = %q, want %q", got, tt.want)
			}
		})
	}
}

func teaserOf(t *testing.T, page string) string {
	t.Helper()
	return parseDetected(t, "https://stadt.example/haushalt", page).Article(nil).Item.Teaser
}

// What a page says of the whole site is no summary of its report; the report's
// own first paragraph is.
func TestTeaserWithoutSummary(t *testing.T) {
	const body = `<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache, die bis in den Abend dauerte.</p><p>Die Kreisumlage steigt im kommenden Jahr.</p>`
	for _, tt := range []struct{ name, declared, lead, want string }{
		{"first paragraph", "", "Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"site introduces itself", "Offizielle Website der Stadt Altmühlen mit Informationen zu Rathaus, Kultur und Wirtschaft", "Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"opens with the day of publication", "", "10.06.2024 – Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"opens with place and day", "", "Altmühlen, den 10. Juni 2024. Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"opens with place and day in brackets", "", "ALTMÜHLEN, Hessen (10. Juni 2024) – Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"opens with place and another day", "", "Altmühlen, 12. Juli 2024 – dieser Tag bleibt den Leuten im Rathaus in Erinnerung.", "Altmühlen, 12. Juli 2024 – dieser Tag bleibt den Leuten im Rathaus in Erinnerung."},
		{"opens with the day of publication as Americans write it", "", "June 10, 2024 -- Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"opens with another day", "", "12.07.2024 – dieser Tag bleibt den Leuten im Rathaus in Erinnerung.", "12.07.2024 – dieser Tag bleibt den Leuten im Rathaus in Erinnerung."},
		{"behind the line of writer and day", "", "</p><div>Eingestellt von eva, JanKoch, uli am 10.06.2024, alle Beiträge</div><p>Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"in a box instead of a paragraph", "", "</p><div>Der Rat hat am Montag den Haushalt beschlossen.</div><p>", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"middle of a sentence", "", "für alle, die im Rat dabei waren, ein langer Abend.", ""},
		{"no sentence", "", "Haushalt, Schulen, Kitas, Straßen, Kreisumlage", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title><meta name="description" content="` + tt.declared + `"></head><body><main><h1>Haushalt 2025</h1><time datetime="2024-06-10">10. Juni 2024</time><p>` + tt.lead + `</p>` + body + `</main></body></html>`
			d := parseDetected(t, "https://stadt.example/haushalt", page)
			art := d.Article(nil)
			if got := art.Item.Teaser; got != tt.want {
				t.Errorf("teaser = %q, want %q (%+v)", got, tt.want, art.Evidence["teaser"])
			}
			if got := d.Article(&Entry{Teaser: "Mehr Geld für Schulen."}).Item.Teaser; got != "Mehr Geld für Schulen." {
				t.Errorf("with a listing that has one, teaser = %q", got)
			}
		})
	}
}

// A declared summary that was cut from the text gives way to a lead that stands
// before what it was cut from, not to one behind it.
func TestSummaryCutFromText(t *testing.T) {
	const page = `<html lang="de"><head><title>Sitzung des Ausschusses</title>` +
		`<meta name="description" content="Anwesend waren zehn Mitglieder des Ausschusses und drei Gäste aus den Vereinen, dazu ...">` +
		`</head><body><main><h1>Sitzung des Ausschusses</h1>` +
		`<p>Anwesend waren zehn Mitglieder des Ausschusses und drei Gäste aus den Vereinen, ` +
		`dazu die Bürgermeisterin und der Kämmerer.</p>` +
		`<ol><li><strong class="teaser">Abnahme des Protokolls der letzten Sitzung</strong></li></ol>` +
		`<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. ` +
		`Das sagte der Kämmerer in der Aussprache.</p></main></body></html>`
	got := parseDetected(t, "https://moosbrunn.example/news/1", page).Article(nil).Item.Teaser
	if !strings.HasPrefix(got, "Anwesend waren") {
		t.Errorf("the teaser is %q", got)
	}
}

// What a picture shows and whose it is is no summary, whatever its class is called.
func TestCaptionIsNoSummary(t *testing.T) {
	const told = "Der Rat hat am Montagabend den Plan für die neue Bibliothek gebilligt, nach langer Debatte."
	const text = `<p>Die Arbeiten beginnen im Frühjahr und dauern zwei Jahre, sagte die Bürgermeisterin in der Sitzung des Rates.</p>` +
		`<p>Das Haus am Markt bekommt einen Lesesaal, ein Café und eine Werkstatt, die auch sonntags offen ist.</p>`
	const cut = "Die Arbeiten beginnen im Frühjahr und dauern zwei Jahre, sagte die ..."
	for _, tt := range []struct{ name, told, below, want string }{
		{"credit in a box of descriptions", cut,
			`<div class="media"><div class="media__description">Modell der Bibliothek / Jutta Sommer / Bildagentur Ohm.</div></div>`, cut},
		{"caption before the standfirst", told,
			`<figure class="figure"><div class="x">Das Modell der Bibliothek im Foyer des Rathauses. Bildagentur Ohm</div></figure>` +
				`<ul class="summary-list"><li>Die Bibliothek zieht an den Markt und öffnet in zwei Jahren auch sonntags.</li></ul>`,
			"Die Bibliothek zieht an den Markt und öffnet in zwei Jahren auch sonntags."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Neue Bibliothek</title>` +
				`<meta name="description" content="` + tt.told + `"></head>` +
				`<body><main><article><h1>Neue Bibliothek</h1>` + tt.below + text + `</article></main></body></html>`
			art := parseDetected(t, "https://moosbrunn.example/news/1", page).Article(nil)
			if got := art.Item.Teaser; got != tt.want {
				t.Errorf("the teaser is %q, want %q (%+v)", got, tt.want, art.Evidence["teaser"])
			}
		})
	}
}
