package extract

import (
	"strings"
	"testing"
)

// The evidence of a body tells whose rule found it. A preset's rule keeps it
// where the lead, which stands apart, is a large part of a short report, and
// yields where it finds a part only.
func TestBodyEvidence(t *testing.T) {
	const (
		lead = `<p class="lead">Der Rat hat am Montag den Haushalt für das kommende Jahr beschlossen. Er ist ausgeglichen.</p>`
		text = `<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer.</p>`
		more = `<p>Die Kreisumlage steigt im kommenden Jahr, und auch die Zinsen sind höher als im Jahr davor. Der Rat stimmte zu.</p>`
	)
	inText := func(s string) string { return `<div class="news-text-wrap">` + s + `</div>` }
	for _, tt := range []struct{ name, preset, below, want string }{
		{"preset", "typo3-news", inText(text + more), "preset"},
		{"preset, lead apart", "typo3-news", lead + inText(text), "preset"},
		{"preset that finds a part", "typo3-news", inText(text) + `<div>` + more + more + `</div>`, "text"},
		{"detection", "", inText(text + more), "text"},
		{"detection, lead apart", "", lead + `<div>` + text + more + `</div>`, "text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><main><div class="news-single"><h1>Haushalt 2025</h1>` + tt.below + `</div></main></body></html>`
			d, err := Parse(Page{URL: "https://stadt.example/haushalt", Body: []byte(page)}, Options{Preset: tt.preset, NoPreset: tt.preset == ""})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Article(nil).Evidence["body"]; string(got.Rule) != tt.want {
				t.Errorf("body is by %+v, want rule %q", got, tt.want)
			}
		})
	}
}

// What a class or a kind of element says is heard of lines and boxes, not of
// words within a sentence; and of a line whose name and day were read nothing
// is left.
func TestBodyLines(t *testing.T) {
	const text = `<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer.</p>`
	for _, tt := range []struct{ name, line, want string }{
		{"day in a sentence", `<p>Die Halle ist ab <time datetime="2024-09-02">2. September</time> wieder für alle Vereine offen.</p>`, "Die Halle ist ab 2. September wieder für alle Vereine offen."},
		{"keyword in a sentence", `<p>Das Geld kommt aus der <a class="keywords" href="/kreisumlage">Kreisumlage</a>, die der Kreistag festsetzt.</p>`, "Das Geld kommt aus der Kreisumlage, die der Kreistag festsetzt."},
		{"word with an explanation in a sentence", `<p>Der Rat lässt einen <a class="popup" href="#b">Bebauungsplan</a> für die Fläche aufstellen.</p>`, "Der Rat lässt einen Bebauungsplan für die Fläche aufstellen."},
		{"line of source, days and writer", `<p><span>Rathausblatt</span> | <time itemprop="datePublished" datetime="2024-06-10T13:36:00+02:00">10.06.2024 um 13.36 Uhr</time> • geändert am <time datetime="2024-06-11T20:13:00+02:00">11.06.2024 um 20.13 Uhr</time> | Von <a class="author" href="/stab/meier">Eva Meier</a></p>`, ""},
		{"days of a list", `<ul><li><span class="date">12. Juni 2024</span>: Sitzung des Bauausschusses</li></ul>`, "12. Juni 2024: Sitzung des Bauausschusses"},
		{"days for machines of a list", `<ul><li><time datetime="2024-06-12">12. Juni</time> Sitzung des Bauausschusses</li></ul>`, "12. Juni Sitzung des Bauausschusses"},
		{"days of a table", `<table><tr><td class="date">12. Juni 2024</td><td>Sitzung des Bauausschusses</td></tr></table>`, "12. Juni 2024 Sitzung des Bauausschusses"},
		{"day of the report at its end", `<p><span class="date">10. Juni 2024</span> Rathausblatt</p>`, ""},
		{"days of other reports", `<ul><li><span class="date">12. Juni 2024</span> <a href="/bad">Das Freibad öffnet wieder</a></li></ul>`, ""},
		{"mark on an item of a list", `<ul><li>Neue Fenster für die Schule am Bach <span class="tag">Bauen</span></li></ul>`, "Neue Fenster für die Schule am Bach"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><main><h1>Haushalt 2025</h1><p class="date">10. Juni 2024</p>` + text + tt.line + `<p>Der Rat stimmte am Ende zu.</p></main></body></html>`
			lines := strings.Split(parseDetected(t, "https://stadt.example/haushalt", page).Article(nil).Item.BodyText, "\n")
			got := strings.TrimSpace(strings.Join(lines[1:len(lines)-1], " "))
			if got = strings.TrimPrefix(got, "- "); got != tt.want {
				t.Errorf("between the paragraphs stands %q, want %q", got, tt.want)
			}
		})
	}
}

// Systems set a report in pieces, boxes of one class with pictures between them;
// a column at the side may have the class of the column that holds the report.
func TestBodyInPieces(t *testing.T) {
	const (
		head  = `<h1>Haushalt 2025</h1>`
		first = `<p>Der Rat hat am Montag den Haushalt für das kommende Jahr beschlossen. Er ist ausgeglichen, anders als in den beiden Jahren davor.</p><p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache.</p><p>Die Sitzung dauerte bis in den Abend, weil viele Anträge vorlagen. Die meisten fanden keine Mehrheit, einige wurden vertagt.</p><p>Im Herbst wird über den Umbau des Bahnhofs beraten, für den im Haushalt zwei Millionen Euro stehen, verteilt auf drei Jahre.</p><p>Die Verwaltung legt dazu im Frühjahr eine Planung vor. Anwohner und Vereine können sich vorher äußern, die Termine stehen im Amtsblatt.</p>`
		last  = `<p>Die Kreisumlage steigt im kommenden Jahr, und auch die Zinsen sind höher als im Jahr davor. Der Rat stimmte zu. Auch die Grundsteuer bleibt gleich, sagte die Bürgermeisterin. Sie dankte allen, die mitgearbeitet haben, für ihre Geduld.</p>`
	)
	for _, tt := range []struct {
		name, page string
		whole      bool
	}{
		{"boxes of one class", `<div class="frame text">` + head + first + `</div><div class="frame image"><img src="rat.jpg"></div><div class="frame text">` + last + `</div>`, true},
		{"columns of one class", `<div class="col text">` + head + first + `</div><div class="col text">` + last + `</div>`, false},
		{"another class", `<div class="text">` + head + first + `</div><div class="hinweis">` + last + `</div>`, false},
	} {
		page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><div class="page">` + tt.page + `</div></body></html>`
		if got := strings.Contains(parseText(t, "https://stadt.example/haushalt", page).Article(nil).Item.BodyText, "Die Kreisumlage"); got != tt.whole {
			t.Errorf("%s: body holds the last piece: %t, want %t", tt.name, got, tt.whole)
		}
	}
}

// Rows of other reports stand below a report in boxes of many kinds; sections of
// the report may have a link in their headings, too.
func TestOtherReportsBelow(t *testing.T) {
	text := strings.Repeat(`<p>Der Rat hat am Montag den Haushalt für das kommende Jahr beschlossen. Er ist ausgeglichen, anders als im Jahr davor.</p>`, 4)
	const excerpt = `<p>Die Kreisumlage steigt im kommenden Jahr, und auch die Zinsen sind höher als im Jahr davor.</p>`
	for _, tt := range []struct {
		name, below string
		kept        bool
	}{
		{"linked heading", `<div class="story-block"><h4><a href="/kreisumlage">Kreisumlage steigt</a></h4>` + excerpt + `</div>`, false},
		{"linked heading with a kicker", `<div class="story-block"><h4><strong class="kicker">Kreis</strong> <a href="/kreisumlage">Kreisumlage steigt im kommenden Jahr</a></h4>` + excerpt + `</div>`, false},
		{"heading with one linked word", `<div class="story-block"><h4>Was die <a href="/kreis">Kreise</a> von den Gemeinden verlangen</h4>` + excerpt + `</div>`, true},
		{"linked heading in no box", `<h4><a href="/kreisumlage">Kreisumlage steigt</a></h4>` + excerpt, true},
	} {
		page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><main><h1>Haushalt 2025</h1>` + text + tt.below + `</main></body></html>`
		if got := strings.Contains(parseText(t, "https://stadt.example/haushalt", page).Article(nil).Item.BodyText, "auch die Zinsen"); got != tt.kept {
			t.Errorf("%s: body holds it: %t, want %t", tt.name, got, tt.kept)
		}
	}
}

// Systems put lines and boxes around a report that ask for something or count
// something; what begins alike and is of the report stays.
func TestLinesAroundReport(t *testing.T) {
	const text = `<p>Der Rat hat am Montag den Haushalt für das kommende Jahr beschlossen. Er ist ausgeglichen, anders als im Jahr davor.</p>`
	for _, tt := range []struct {
		name, line, part string
		kept             bool
	}{
		{"time that reading takes", `<div><small>Tempo di lettura:</small><p>2 min</p></div>`, "2 min", false},
		{"time that a way takes", `<p>Der Bus braucht 12 Minuten</p>`, "12 Minuten", true},
		{"count of views", `<p>Liczba odsłon: 55</p>`, "55", false},
		{"button", `<div><a class="wp-block-button__link" href="/plan">Plan ansehen</a></div>`, "Plan ansehen", false},
		{"button in a sentence", `<p>Der <a class="btn" href="/plan">Plan der Stadt</a> liegt im Rathaus aus.</p>`, "Plan der Stadt", true},
		{"film of another site", `<div><p>Zum Anzeigen müssen Sie externe Inhalte erlauben.</p>` +
			`<a href="#">Karte laden</a></div>`, "externe Inhalte", false},
		{"map of another site", `<div><p>Cette carte est un contenu externe de la région.</p>` +
			`<button>Afficher</button></div>`, "contenu externe", false},
		{"report on other sites", `<p>Die Stadt will externe Inhalte auf ihren Seiten meiden.</p>`, "externe Inhalte", true},
		{"writer", `<div class="autor-box"><h4>Eva Huber</h4>` +
			`<p>Eva Huber leitet die Pressestelle der Stadt seit 2010.</p></div>`, "leitet", false},
		{"other reports", `<h3>Other News in City News</h3>` +
			`<ul><li><a href="/5">Leaf pickup begins</a> Posted on: March 2, 2026</li></ul>`, "Leaf", false},
		{"other reports in Czech", `<h3>Další aktuality</h3><ul><li><a href="/5">Svoz listí</a> začíná v pondělí</li></ul>`, "listí", false},
		{"time of reading by its class", `<div class="post-readtime"><span>4 minute read time</span></div>`, "4 minute", false},
	} {
		page := `<html lang="de"><head><title>Haushalt 2025</title></head><body><main><h1>Haushalt 2025</h1>` +
			text + text + tt.line + `</main></body></html>`
		if tt.kept {
			page = strings.Replace(page, `</main>`, text+`</main>`, 1)
		}
		body := parseText(t, "https://stadt.example/haushalt", page).Article(nil).Item.BodyText
		if got := strings.Contains(body, tt.part); got != tt.kept {
			t.Errorf("%s: body holds %q: %t, want %t\n%s", tt.name, tt.part, got, tt.kept, body)
		}
	}
}
