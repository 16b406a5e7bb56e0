package extract

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// rowHeadlines are rows whose link does not say what they are about. Each is
// printed four times, with %s for the headline and %d for the number of the row.
var rowHeadlines = []struct{ name, lang, before, row, after string }{
	{"aria-label", "de", `<div>`, `<div class="box"><time datetime="2026-11-1%[2]d">1%[2]d.11.2026</time><p>Das steht im Text darunter.</p><a href="/s/%[2]d" aria-label="%[1]s">mehr</a></div>`, `</div>`},
	{"aria-label with words before", "fr", `<ul>`, `<li><time datetime="2026-11-1%[2]d">1%[2]d/11/2026</time><p>Voici le texte de la page.</p><a href="/s/%[2]d" aria-label="Lire la suite de %[1]s">Lire la suite</a></li>`, `</ul>`},
	{"title in Danish", "da", `<ul>`, `<li><time datetime="2026-11-1%[2]d">1%[2]d.11.2026</time><p>Her er teksten under det hele.</p><a href="/s/%[2]d" title="Læs mere om %[1]s">Læs mere</a></li>`, `</ul>`},
	{"title behind a colon", "it", `<div>`, `<div class="n"><span>1%[2]d/11/2026</span><p>Questo è il testo della notizia.</p><a href="/s/%[2]d" title="Leggi tutto: %[1]s">Leggi tutto</a></div>`, `</div>`},
	{"label behind the name", "en", `<div>`, `<div class="n"><time datetime="2026-11-1%[2]d">1%[2]d November 2026</time><p>This is the text of the thing.</p><a href="/s/%[2]d" aria-label="%[1]s - read more">Read more</a></div>`, `</div>`},
	{"hidden text", "nl", `<div>`, `<div class="n"><time datetime="2026-11-1%[2]d">1%[2]d-11-2026</time><p>Dit is de tekst van het bericht.</p><a href="/s/%[2]d">Lees meer <span class="sr-only">over %[1]s</span></a></div>`, `</div>`},
	{"hidden text beside an icon", "de", `<div>`, `<div class="n"><time datetime="2026-11-1%[2]d">1%[2]d.11.2026</time><p>Das steht im Text darunter.</p><a href="/s/%[2]d"><span class="visually-hidden">%[1]s</span><i class="icon"></i></a></div>`, `</div>`},
	{"kind and format of a paper", "en", `<table><tr><th>Date</th><th>Body</th><th>Agenda</th><th>Minutes</th></tr>`, `<tr><td>1%[2]d Nov 2026</td><td>%[1]s</td><td><a href="/a/%[2]d">Agenda HTML</a> <a href="/a/%[2]d.pdf">Agenda PDF (2.5MB)</a></td><td><a href="/m/%[2]d">Minutes HTML</a></td></tr>`, `</table>`},
	{"paper in German", "de", `<table><tr><th>Datum</th><th>Gremium</th><th>Vorlage</th></tr>`, `<tr><td>1%[2]d.11.2026</td><td>%[1]s</td><td><a href="/a/%[2]d.pdf">Vorlage (PDF, 2 MB)</a></td></tr>`, `</table>`},
	{"paper in French", "fr", `<table><tr><th>Date</th><th>Objet</th><th>Document</th></tr>`, `<tr><td>1%[2]d/11/2026</td><td>%[1]s</td><td><a href="/a/%[2]d.pdf">Compte rendu PDF</a></td></tr>`, `</table>`},
	{"file before the matter", "de", `<ul>`, `<li><a href="/a/%[2]d">2026-004%[2]d.pdf</a> %[1]s, 1%[2]d.11.2026</li>`, `</ul>`},
	{"day and a short name", "de", `<ul>`, `<li><a href="/a/%[2]d">1%[2]d.11.2026: %[1]s</a></li>`, `</ul>`},
	{"day behind a short name", "es", `<ul>`, `<li><a href="/a/%[2]d">%[1]s (1%[2]d/11/2026)</a></li>`, `</ul>`},
}

func TestHeadlineOfRowsWhoseLinkSaysNothing(t *testing.T) {
	names := []string{"Neue Brücke am Wehr", "Pont rouvert au nord", "Fiera di novembre", "Council sells mill"}
	for _, c := range rowHeadlines {
		t.Run(c.name, func(t *testing.T) {
			var rows strings.Builder
			for i, name := range names {
				fmt.Fprintf(&rows, c.row+"\n", name, 8-2*i)
			}
			page := fmt.Sprintf(`<!doctype html><html lang="%s"><head><title>News</title></head><body><main><h1>News</h1>%s%s%s</main></body></html>`, c.lang, c.before, &rows, c.after)
			d, err := Parse(Page{URL: "https://www.steinwehr.example/news", Body: []byte(page), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, Options{NoPreset: true})
			if err != nil {
				t.Fatal(err)
			}
			got := d.Listing().Entries
			if len(got) != len(names) {
				t.Fatalf("%d entries, want %d", len(got), len(names))
			}
			for i := range got {
				if got[i].Headline != names[i] {
					t.Errorf("#%d headline %q, want %q", i, got[i].Headline, names[i])
				}
			}
		})
	}
}
