package extract

import (
	"strings"
	"testing"
)

// TestTagKinds reads the ways in which sites show the tags of a report.
func TestTagKinds(t *testing.T) {
	const text = `<p>Der Rat hat am Montagabend nach langer Debatte den Plan für die neue Bibliothek gebilligt.</p><p>Die Arbeiten beginnen im Frühjahr und dauern zwei Jahre, sagte die Bürgermeisterin in der Sitzung.</p>`
	for _, tt := range []struct{ name, below, want string }{
		{
			name:  "linked and plain",
			below: `<p>Stichwörter: <a href="/tag/soziales">Soziale Medien</a>, Moosbrunn, Klickzahl</p>`,
			want:  "Soziale Medien, Moosbrunn, Klickzahl",
		},
		{"plain and linked", `<p>Tags: Moosbrunn, <a href="/tag/rat">Rat</a>, Haushalt</p>`, "Moosbrunn, Rat, Haushalt"},
		{
			name:  "linked and plain in a box",
			below: `<div class="below"><span>Themen</span>: <a href="/t/1">Bauen</a> | Verkehr | <a href="/t/3">Schule</a></div>`,
			want:  "Bauen, Verkehr, Schule",
		},
		{"linked and plain, dl", `<dl><dt>Schlagworte</dt><dd><a href="/t/1">Bauen</a>, Verkehr</dd></dl>`, "Bauen, Verkehr"},
		{
			name:  "linked and plain, table",
			below: `<table><tr><th>Keywords:</th><td>Verkehr; <a href="/t/1">Bauen</a></td></tr></table>`,
			want:  "Verkehr, Bauen",
		},
		{"label without an element of its own", `Themen: Bauen, Verkehr<br>`, "Bauen, Verkehr"},
		{"Spanish", `<p>Etiquetas: <a href="/e/1">Cultura</a>, Ocio</p>`, "Cultura, Ocio"},
		{"Polish", `<p>Słowa kluczowe: <a href="/e/1">Kultura</a>, Sport</p>`, "Kultura, Sport"},
		{"Czech", `<p>Štítky: Kultura, Sport</p>`, "Kultura, Sport"},
		{"Portuguese", `<p>Palavras-chave: Cultura, Desporto</p>`, "Cultura, Desporto"},
		{"Swedish", `<p>Nyckelord: <a href="/n/1">Kultur</a>, Idrott</p>`, "Kultur, Idrott"},
		{"Norwegian", `<p>Stikkord: <a href="/n/1">Kultur</a>, Idrett</p>`, "Kultur, Idrett"},
		{"French", `<p>Mots-clés : <a href="/m/1">Culture</a>, Sport</p>`, "Culture, Sport"},
		{"Italian", `<p>Etichette: <a href="/m/1">Cultura</a>, Sport</p>`, "Cultura, Sport"},

		{"French labels", `<p>Étiquettes : Culture, Voirie</p>`, "Culture, Voirie"},
		{
			name: "Dutch label over a list",
			below: `<div class="x"><h4>Thema's</h4><ul><li><a href="/q/1">Bouwen</a></li><li><a href="/q/2">Verkeer</a></li></ul>` +
				`</div>`,
			want: "Bouwen, Verkeer",
		},
		{"Finnish", `<p>Aiheet: Kulttuuri, Liikenne</p>`, "Kulttuuri, Liikenne"},
		{
			name: "Hungarian over a list",
			below: `<div class="x"><h4>Kulcsszavak</h4><ul><li><a href="/q/1">Kultúra</a></li><li><a href="/q/2">Utak</a></li></ul>` +
				`</div>`,
			want: "Kultúra, Utak",
		},
		{"Polish labels", `<p>Etykiety: Kultura, Drogi</p>`, "Kultura, Drogi"},
		{"Swedish labels", `<p>Taggar: Kultur, Trafik</p>`, "Kultur, Trafik"},
		{"Czech tags", `<p>Tagy: Kultura, Doprava</p>`, "Kultura, Doprava"},
		{"Romanian", `<p>Cuvinte-cheie: Cultură, Drumuri</p>`, "Cultură, Drumuri"},
		{"Croatian", `<p>Ključne riječi: Kultura, Promet</p>`, "Kultura, Promet"},
		{"Turkish", `<p>Etiketler: Kültür, Yol</p>`, "Kültür, Yol"},
		{"German, of the article", `<p>Schlagworte zum Artikel: Kultur, Verkehr</p>`, "Kultur, Verkehr"},
		{
			name: "bar before the label, link to the report behind",
			below: `<footer><p>Rathaus | Tags: <a href="/t/1" rel="tag">Bauen</a>, <a href="/t/2" rel="tag">Verkehr</a> | ` +
				`<a href="/news/1" rel="bookmark">Permanentlink</a></p></footer>`,
			want: "Bauen, Verkehr",
		},

		{
			name:  "chips without a telling class",
			below: `<ul class="x1"><li><a href="/thema/bauen">Bauen</a></li><li><a href="/thema/verkehr">Verkehr</a></li></ul>`,
			want:  "Bauen, Verkehr",
		},
		{
			name:  "chips by address of a search",
			below: `<div class="u7"><a href="/suche?tag=bauen">Bauen</a> <a href="/suche?tag=verkehr">Verkehr</a></div>`,
			want:  "Bauen, Verkehr",
		},
		{"chips that begin with a hash", `<div class="u7"><a href="/s/1">#Bauen</a> <a href="/s/2">#Verkehr</a></div>`, "Bauen, Verkehr"},
		{"spans that begin with a hash", `<div class="u7"><span>#Bauen</span><span>#Verkehr</span></div>`, "Bauen, Verkehr"},
		{
			name: "chips below, a section above",
			below: `<div class="x"><span class="tags"><a href="/r/1">Rathaus</a></span></div><ul class="tags"><li>` +
				`<a href="/s/1">Bauen</a></li><li><a href="/s/2">Verkehr</a></li></ul>`,
			want: "Bauen, Verkehr",
		},
		{
			name: "one of the line declared",
			below: `<script type="application/ld+json">{"@type":"NewsArticle","keywords":"Verkehr"}</script><div class="u7">` +
				`<a href="/tag/bauen">Bauen</a> <a href="/tag/verkehr">Verkehr</a></div>`,
			want: "Bauen, Verkehr",
		},
		{"counts in front", `<div class="tags"><a href="/tag/bauen">(12) Bauen</a> <a href="/tag/rat">(1) Rat</a></div>`, "Bauen, Rat"},
		{"counts", `<div class="tags"><a href="/tag/bauen">Bauen 3922</a> <a href="/tag/rat">Rat (17)</a></div>`, "Bauen, Rat"},
		{
			name: "count in an element",
			below: `<ul class="tags"><li><a href="/tag/bauen">Bauen <span>12</span></a></li><li><a href="/tag/rat">Rat <span>7</span>` +
				`</a></li></ul>`,
			want: "Bauen, Rat",
		},
		{
			name: "all topics",
			below: `<div class="tags"><a href="/tag/bauen">Bauen</a> <a href="/tag/rat">Rat</a> <a href="/tags">Alle Themen</a>` +
				`</div>`,
			want: "Bauen, Rat",
		},
		{
			name: "see all",
			below: `<div class="tags">` +
				`<a href="/tag/bauen">Building</a> <a href="/tag/rat">Council</a> <a href="/tags">View all tags</a></div>`,
			want: "Building, Council",
		},
		{
			name: "skip",
			below: `<div class="tags">` +
				`<a href="#after">Abschnitt überspringen</a> <a href="/tag/bauen">Bauen</a> <a href="/tag/rat">Rat</a></div>`,
			want: "Bauen, Rat",
		},
		{"white space alone", `<p class="tags">Bauen Verkehr Schule</p>`, "Bauen, Verkehr, Schule"},
		{"white space behind a label", `<p>Tags: #Bauen #Verkehr #Schule</p>`, "Bauen, Verkehr, Schule"},
		{"subjects that are pages elsewhere", `<p>Schlagwörter: Internet, Datenschutz</p>`, "Internet, Datenschutz"},
		{
			name:  "subjects that are pages elsewhere, linked",
			below: `<p class="tags"><a href="/tag/internet">Internet</a> <a href="/tag/datenschutz">Datenschutz</a></p>`,
			want:  "Internet, Datenschutz",
		},
		{
			name: "topics of the site",
			below: `<div class="topics"><a href="/thema/a">Bauen</a><a href="/thema/b">Kita</a><a href="/thema/c">Sport</a>` +
				`<a href="/thema/d">Kultur</a><a href="/thema/e">Umwelt</a><a href="/thema/f">Rat</a><a href="/thema/g">Verkehr</a>` +
				`<a href="/thema/h">Wahlen</a><a href="/thema/i">Steuern</a><a href="/thema/j">Senioren</a><a href="/thema/k">Jugend</a>` +
				`<a href="/thema/l">Wirtschaft</a></div>`,
		},
		{
			name:  "sentence behind the word",
			below: `<p>Themen: Der Ausschuss spricht am Dienstag über die Bibliothek und über den neuen Spielplatz am Bach.</p>`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Neue Bibliothek</title></head><body><main><article><h1>Neue Bibliothek</h1><div class="text">` + text + `</div>` + tt.below + `</article></main></body></html>`
			it := parseDetected(t, "https://moosbrunn.example/news/1", page).Article(nil).Item
			if got := strings.Join(it.Tags, ", "); got != tt.want {
				t.Errorf("the tags are %q, want %q", got, tt.want)
			}
			if !strings.Contains(it.BodyText, "gebilligt") {
				t.Errorf("the body is %q", it.BodyText)
			}
		})
	}
}

// A label of tags takes its own line and list along, never the prose around it.
func TestLabelOfTagsSparesProse(t *testing.T) {
	const opening, end = `Der Rat hat am Montagabend nach langer Debatte den Plan für die neue Bibliothek gebilligt.`, `Die Arbeiten beginnen im Frühjahr und dauern zwei Jahre, sagte die Bürgermeisterin in der Sitzung.`
	for _, tt := range []struct{ name, body, want string }{
		{
			name: "label in the box of the text",
			body: `<div class="text">` + opening + `<br><br>` + end + `<br><br>Themen: Bauen, Kultur</div>`,
			want: "Bauen, Kultur",
		},
		{"label before the text", `<div class="text">Tags: Bauen, Kultur<br>` + opening + `<br>` + end + `</div>`, "Bauen, Kultur"},
		{
			name: "label and links in the box of the text",
			body: `<div class="text">` + opening + `<br>` + end + `<br>` +
				`Schlagworte: <a href="/t/1">Bauen</a>, <a href="/t/2">Kultur</a></div>`,
			want: "Bauen, Kultur",
		},
		{
			name: "label in bold",
			body: `<div class="text"><p>` + opening + `</p><p>` + end + `<br><b>Keywords:</b> Bauen, Kultur</p></div>`,
			want: "Bauen, Kultur",
		},
		{
			name: "label over the links, no elements",
			body: `<div class="text"><p>` + opening + `</p>` +
				`<p>` + end + `</p>Stichwörter: <a href="/t/1">Bauen</a> <a href="/t/2">Kultur</a></div>`,
			want: "Bauen, Kultur",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Neue Bibliothek</title></head><body><main><h1>Neue Bibliothek</h1>` + tt.body + `</main></body></html>`
			it := parseDetected(t, "https://moosbrunn.example/news/1", page).Article(nil).Item
			if got := strings.Join(it.Tags, ", "); got != tt.want {
				t.Errorf("the tags are %q, want %q", got, tt.want)
			}
			if !strings.Contains(it.BodyText, opening) || !strings.Contains(it.BodyText, end) || strings.Contains(it.BodyText, "Kultur") {
				t.Errorf("the body is %q", it.BodyText)
			}
		})
	}
}

// Keywords are the report's where it names half of them, also in scripts without
// spaces between words.
func TestKeywordsWithoutSpaces(t *testing.T) {
	const page = `<html lang="ja"><head><meta charset="utf-8"><title>図書館の計画を承認</title>` +
		`<meta name="keywords" content="図書館,議会,市長"></head><body><main><h1>図書館の計画を承認</h1>` +
		`<p>市議会は月曜日の夜、長い議論の末に新しい図書館の計画を承認した。工事は春に始まり、二年かかると市長は述べた。</p></main></body></html>`
	if got := strings.Join(parseDetected(t, "https://moosbrunn.example/news/1", page).Article(nil).Item.Tags, ", "); got != "図書館, 議会, 市長" {
		t.Errorf("the tags are %q", got)
	}
}
