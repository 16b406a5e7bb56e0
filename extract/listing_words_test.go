package extract

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestOnlyListWhateverItsClass reads pages whose only list stands in what its
// class or id calls a menu, a dialog, a share bar: systems name their grids so.
func TestOnlyListWhateverItsClass(t *testing.T) {
	reports := []struct{ day, headline, text string }{
		{"18.11.2026", "Brücke am Wehr ist wieder frei", "Die Arbeiten endeten eine Woche früher."},
		{"11.11.2026", "Bücherei mit neuen Öffnungszeiten", "Auch am Samstag ist nun geöffnet."},
		{"05.11.2026", "Zuschüsse für Vereine beantragen", "Die Frist läuft bis Jahresende."},
		{"29.10.2026", "Laubsammlung beginnt am Montag", "Säcke gibt es im Bauhof."},
	}
	markups := []struct{ name, box, row, end string }{
		{"divs", `<div class="WORD">`, `<div class="WORD-row"><span>DAY</span> <a href="/p/NUMBER">HEADLINE</a><p>TEXT</p></div>`, `</div>`},
		{"list", `<ul id="WORD">`, `<li><a class="WORD_item" href="/p/NUMBER">HEADLINE</a> (DAY)<br>TEXT</li>`, `</ul>`},
		{"ids of links", `<div>`, `<div class="row"><em>DAY</em> <a id="WORD_NUMBER" href="/p/NUMBER">HEADLINE</a><p>TEXT</p></div>`, `</div>`},
		{"headings", `<div class="WORDGrid">`, `<div class="WORDGridItem"><h3><a href="/p/NUMBER">HEADLINE</a></h3><span>DAY</span><p>TEXT</p></div>`, `</div>`},
		{"table", `<table class="WORD">`, `<tr class="WORD"><td>DAY</td><td><a href="/p/NUMBER">HEADLINE</a></td></tr>`, `</table>`},
	}
	for _, word := range strings.Fields("menu nav navi submenu newsMenu modal dialog toolbar filter social share sidebar widget related cookie consent footer pager search comment tags facet login popup breadcrumb header") {
		for _, m := range markups {
			var b strings.Builder
			b.WriteString(`<html lang="de"><title>Aktuelles | Stadt Birkenau</title><nav><a href="/a">Rathaus</a> <a href="/b">Leben</a></nav><main><h1>Aktuelles</h1>`)
			b.WriteString(strings.ReplaceAll(m.box, "WORD", word))
			for i, r := range reports {
				b.WriteString(strings.NewReplacer("WORD", word, "NUMBER", strconv.Itoa(i), "DAY", r.day, "HEADLINE", r.headline, "TEXT", r.text).Replace(m.row))
			}
			b.WriteString(m.end + `</main><footer><p>Stadt Birkenau, Am Markt 3</p> <a href="/i">Impressum</a></footer>`)
			d, err := Parse(Page{URL: "https://birkenau.example/aktuelles", Body: []byte(b.String()), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			l := d.Listing()
			var got, want []string
			for _, e := range l.Entries {
				got = append(got, e.Published.String()+" "+e.Headline)
			}
			for _, r := range reports {
				day, _ := time.Parse("02.01.2006", r.day)
				want = append(want, day.Format(time.DateOnly)+" "+r.headline)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) || d.Kind() != KindListing {
				t.Errorf("%s in %s: %s with %q, want a listing with %q", m.name, word, d.Kind(), got, want)
			}
		}
	}
}
