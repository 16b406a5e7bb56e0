package extract

import (
	"strings"
	"testing"
)

// TestTextless reads articles that are a file, a picture, a film or a frame:
// nothing that stands around them on every page is their body.
func TestTextless(t *testing.T) {
	const (
		german  = `<p>Gemeindeverwaltung Moosbrunn, Am Anger 4, 99987 Moosbrunn, Telefon 09999 4711</p><a href="/impressum">Impressum</a>`
		french  = `<p>Mairie de Valfleury, 2 place de l'Église, 99123 Valfleury – Tél. 09 99 12 34 56 – Horaires : du lundi au jeudi de 9 h à 12 h</p>`
		hours   = `<p>Open Monday to Friday from 9 am to 4 pm. Opening hours of the tip differ. Call us on 0999 123456 at any time.</p>`
		polish  = `<p>Urząd Gminy Borowa, ul. Leśna 3, 99-123 Borowa, tel. 99 123 45 67, e-mail urzad@borowa.example</p>`
		dutch   = `<p>Gemeente Veenwijk, Dorpsstraat 1, 9999 AB Veenwijk, telefoon 0999 123 456. De balie is open van 9 tot 12 uur.</p>`
		spanish = `<p>Ayuntamiento de Valdepino, Plaza Mayor 1, 99123 Valdepino. Teléfono 999 123 456. Horario: de 9 a 14 horas.</p>`
	)
	for _, tt := range []struct{ name, body string }{
		{
			name: "object in main, footer",
			body: `<main><h1>Satzung über die Hundesteuer</h1><object data="/s.pdf" type="application/pdf"></object></main>` +
				`<footer>` + german + `</footer>`,
		},
		{
			name: "embed in article, no main",
			body: `<div id="page"><article><h2 class="headline">Arrêté de circulation</h2><embed src="/a.pdf"></article>` +
				`<div class="bas">` + french + `</div></div>`,
		},
		{
			name: "frame in role main",
			body: `<div role="main"><h1>Budget in figures</h1><iframe src="https://charts.example/1"></iframe></div>` +
				`<div class="right">` + hours + `</div>`,
		},
		{
			name: "picture without main",
			body: `<div class="inhalt"><h1>Ogłoszenie o zebraniu</h1><p><img src="/p.jpg" width="800" height="1000"></p></div>` +
				`<div class="stopka">` + polish + `</div>`,
		},
		{
			name: "video, headline over main",
			body: `<div class="hero"><h1>Burgemeester in beeld</h1></div><main><video src="/v.mp4"></video></main>` +
				`<div id="colofon">` + dutch + `</div>`,
		},
		{
			name: "link to a file",
			body: `<main><h1>Bando de agua</h1><p><a href="/bando.pdf">Bando (PDF, 120 kB)</a></p></main><aside>` +
				`<h2>Ayuntamiento</h2>` + spanish + `</aside>`,
		},
		{
			name: "canvas of a viewer",
			body: `<section class="content"><h1>Lageplan</h1><canvas></canvas></section>` +
				`<section class="kontaktdaten">` + german + `</section>`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html><head><title>x</title></head><body><nav><a href="/1">Rathaus</a> <a href="/2">Leben</a></nav>` + tt.body + `</body></html>`
			if got := parseDetected(t, "https://ort.example/a/1", page).Article(nil).Item.BodyText; got != "" {
				t.Errorf("the body is %q, want none", got)
			}
		})
	}
}

// TestEmbeddedFiles reads the files that a report shows instead of linking them.
func TestEmbeddedFiles(t *testing.T) {
	for _, tt := range []struct{ name, embed, want string }{
		{
			name:  "object",
			embed: `<object data="/f/plan.pdf" type="application/pdf"></object>`,
			want:  "plan.pdf https://ort.example/f/plan.pdf application/pdf",
		},
		{
			name:  "object by its type alone",
			embed: `<object data="/get/77" type="application/pdf" title="Plan der Halle"></object>`,
			want:  "Plan der Halle https://ort.example/get/77 application/pdf",
		},
		{"embed", `<embed src="../f/plan.pdf#toolbar=0">`, "plan.pdf https://ort.example/f/plan.pdf application/pdf"},
		{
			name:  "iframe",
			embed: `<iframe src="f/budget.xlsx" title="Le budget 2027"></iframe>`,
			want: "Le budget 2027 https://ort.example/a/f/budget.xlsx " +
				"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		},
		{
			name:  "frame that a script fills",
			embed: `<iframe src="" data-src="/f/plan.pdf"></iframe>`,
			want:  "plan.pdf https://ort.example/f/plan.pdf application/pdf",
		},
		{
			name:  "viewer",
			embed: `<iframe src="/pdfjs/web/viewer.html?file=%2Ff%2Fplan.pdf#page=2"></iframe>`,
			want:  "plan.pdf https://ort.example/f/plan.pdf application/pdf",
		},
		{
			name: "viewer of another host",
			embed: `<iframe src="https://docs.example/viewer?embedded=true&url=https%3A%2F%2Fort.example%2Ff%2Fplan.docx">` +
				`</iframe>`,
			want: "plan.docx https://ort.example/f/plan.docx " + "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		},
		{
			name:  "link to a viewer",
			embed: `<p><a href="/viewer?file=/f/plan.pdf">Der Plan im Ganzen</a></p>`,
			want:  "Der Plan im Ganzen https://ort.example/f/plan.pdf application/pdf",
		},
		{"map", `<iframe src="https://maps.example/embed?q=Rathaus"></iframe>`, ""},
		{"film", `<iframe src="https://video.example/embed/1"></iframe>`, ""},
		{
			name:  "said twice",
			embed: `<object data="/f/plan.pdf"><embed src="/f/plan.pdf"><a href="/f/plan.pdf">Plan der Halle</a></object>`,
			want:  "plan.pdf https://ort.example/f/plan.pdf application/pdf",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html><head><title>Neue Halle</title></head><body><main><article><h1>Neue Halle</h1><p>Der Rat hat den Plan der neuen Halle gebilligt und legt ihn im Rathaus aus.</p>` + tt.embed + `</article></main></body></html>`
			var got []string
			for _, f := range parseDetected(t, "https://ort.example/a/1", page).Article(nil).Item.Attachments {
				got = append(got, f.Title+" "+f.URL+" "+f.Type)
			}
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("attachments are %q, want %q", got, tt.want)
			}
		})
	}
}

// TestTellingClasses reads reports whose own class or id has a word that chrome
// has as a rule, in several shapes of page.
func TestTellingClasses(t *testing.T) {
	const report = `<p>The pool in Mill Lane stays closed today because a pipe burst. Engineers hope to refill it by Friday.</p><p>Season tickets run one day longer, the manager says.</p>`
	shapes := []struct{ name, before, after string }{
		{
			name:   "main",
			before: `<main><h1>Pool closed</h1>`,
			after:  `</main><footer><p>Stonebridge Council, 1 Market Square, Stonebridge, phone 0999 123456</p></footer>`,
		},
		{
			name:   "divs",
			before: `<div class="page"><div class="box"><h1>Pool closed</h1>`,
			after:  `</div><div id="foot"><p>Stonebridge Council, 1 Market Square, Stonebridge, phone 0999 123456</p></div></div>`,
		},
		{
			name:   "article and side",
			before: `<article><h1>Pool closed</h1>`,
			after: `</article><aside><p>The town hall is open from 9 to 4 on weekdays. Call 0999 123456 at other times.</p>` +
				`</aside>`,
		},
	}
	for _, class := range []string{
		"modal-content", "toolbar", "navText", "page-menu", "cookie-news", "text-footer", "breadcrumb-body", "filter-result", "social-text", "comment-body",
		"popup", "sidebar-content", "related-text", "pagination-body", "search-text", "rating-box", "newsletter-text", "promo", "overlay",
	} {
		for _, shape := range shapes {
			for _, attr := range []string{"class", "id"} {
				t.Run(shape.name+" "+attr+" "+class, func(t *testing.T) {
					page := `<html lang="en"><head><title>Pool closed</title></head><body><nav><a href="/1">News</a> <a href="/2">Council</a></nav>` + shape.before + `<div ` + attr + `="` + class + `">` + report + `</div>` + shape.after + `</body></html>`
					got := parseDetected(t, "https://stonebridge.example/news/1", page).Article(nil).Item.BodyText
					if !strings.Contains(got, "pipe burst") || !strings.Contains(got, "manager says") || strings.Contains(got, "0999") {
						t.Errorf("the body is %q", got)
					}
				})
			}
		}
	}
}

// TestNoticeOfOffice reads short notices that tell of the office and stand
// apart from the headline: they are the report.
func TestNoticeOfOffice(t *testing.T) {
	const notice = `<p>Das Bürgerbüro ist am Freitag nur bis 11 Uhr geöffnet. Die Mitarbeitenden sind dann unter Telefon 09999 4711 nicht zu sprechen.</p>`
	for _, tt := range []struct{ name, body string }{
		{
			name: "header and text",
			body: `<div class="page"><header class="hero"><img src="/rathaus.jpg" width="900" height="400"><h1>Kürzer geöffnet</h1>` +
				`</header><div class="text">` + notice + `</div></div>`,
		},
		{"article of the head alone", `<article><h1>Kürzer geöffnet</h1></article><div class="text">` + notice + `</div>`},
		{"main of the head alone", `<main><h1>Kürzer geöffnet</h1></main><section>` + notice + `</section>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Kürzer geöffnet</title></head><body>` + tt.body + `</body></html>`
			if got := parseDetected(t, "https://ort.example/a/1", page).Article(nil).Item.BodyText; !strings.Contains(got, "Bürgerbüro") {
				t.Errorf("the body is %q", got)
			}
		})
	}
}

// A report that a reading leaves without any text is told, one that has none is
// not.
func TestEmptiedBody(t *testing.T) {
	const text = `<li>Der Rat hat den Haushalt beschlossen und will die Schulen sanieren. <a href="/1">mehr</a></li>`
	for _, tt := range []struct {
		name, below string
		told        bool
	}{
		{"rows of other reports alone", `<ul>` + strings.Repeat(text, 3) + `</ul>`, true},
		{
			name:  "named for its writers",
			below: `<div class="byline"><p>` + strings.Repeat("Der Rat hat den Haushalt beschlossen. ", 6) + `</p></div>`,
		},
		{"file alone", `<p><a href="/plan.pdf">Plan (PDF)</a></p>`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2027</title></head><body><main><h1>Haushalt 2027</h1>` + tt.below + `</main></body></html>`
			art := parseDetected(t, "https://ort.example/a/1", page).Article(nil)
			told := false
			for _, p := range art.Problems {
				told = told || p.Field == "body"
			}
			if told != tt.told {
				t.Errorf("problems are %+v of the body %q, want one of the body: %v", art.Problems, art.Item.BodyText, tt.told)
			}
		})
	}
}
