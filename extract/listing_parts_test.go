package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// partsKinds are rows whose parts are told apart by where they stand: years and
// months over days, days in pieces, credits of pictures, columns of plain text.
var partsKinds = []listingKind{
	{"years over days that stand flat", `<h1>Reports</h1><h2>2025</h2><h4>12 November</h4><p><a href="/r/4">Playground made bigger</a></p><h4>3 October</h4><p><a href="/r/3">New benches by the brook</a></p>
		<h2>2024</h2><h4>20 December</h4><p><a href="/r/2">Path to the cemetery surfaced</a></p><h4>4 March</h4><p><a href="/r/1">Village cleaned on Saturday</a></p>`,
		[]string{"/r/4 2025-11-12 Playground made bigger", "/r/3 2025-10-03 New benches by the brook", "/r/2 2024-12-20 Path to the cemetery surfaced", "/r/1 2024-03-04 Village cleaned on Saturday"}},
	{"years in bold lines over days", `<h1>Verslagen</h1><p><b>2025</b></p><p>12 november</p><p><a href="/v/4">Speelplaats wordt groter</a></p><p>3 oktober</p><p><a href="/v/3">Nieuwe banken langs de beek</a></p>
		<p><b>2024</b></p><p>20 december</p><p><a href="/v/2">Pad naar het kerkhof verhard</a></p><p>4 maart</p><p><a href="/v/1">Dorp schoongemaakt op zaterdag</a></p>`,
		[]string{"/v/4 2025-11-12 Speelplaats wordt groter", "/v/3 2025-10-03 Nieuwe banken langs de beek", "/v/2 2024-12-20 Pad naar het kerkhof verhard", "/v/1 2024-03-04 Dorp schoongemaakt op zaterdag"}},
	{"days of the week under an Italian month", `<h1>Notizie</h1><h2>Giugno 2024</h2><ul><li><span>Lunedì 17</span> <a href="/n/3">Riapre la piscina comunale</a></li><li><span>Martedì 4</span> <a href="/n/2">Nuovi orari della biblioteca</a></li></ul>
		<h2>Maggio 2024</h2><ul><li><span>Venerdì 31</span> <a href="/n/1">Chiusa via dei Mulini</a></li></ul>`,
		[]string{"/n/3 2024-06-17 Riapre la piscina comunale", "/n/2 2024-06-04 Nuovi orari della biblioteca", "/n/1 2024-05-31 Chiusa via dei Mulini"}},
	{"days of the week under a German month", `<h1>Meldungen</h1><h3>Juni 2024</h3><div><p>Mo, 17.</p><p><a href="/m/3">Freibad öffnet wieder</a></p></div><div><p>Di, 4.</p><p><a href="/m/2">Bücherei länger geöffnet</a></p></div>
		<h3>Mai 2024</h3><div><p>Fr, 31.</p><p><a href="/m/1">Mühlgasse gesperrt</a></p></div>`,
		[]string{"/m/3 2024-06-17 Freibad öffnet wieder", "/m/2 2024-06-04 Bücherei länger geöffnet", "/m/1 2024-05-31 Mühlgasse gesperrt"}},
	{"days in pieces before one name", `<h1>Séances</h1><div class="s"><a href="/s/4"><span>18</span><span>nov. 2026</span> <strong>Conseil municipal</strong></a><a href="/o/4.pdf">Ordre du jour</a></div>
		<div class="s"><a href="/s/3"><span>4</span><span>nov. 2026</span> <strong>Conseil municipal</strong></a><a href="/o/3.pdf">Ordre du jour</a></div>
		<div class="s"><a href="/s/2"><span>21</span><span>oct. 2026</span> <strong>Commission des travaux</strong></a><a href="/o/2.pdf">Ordre du jour</a></div>
		<div class="s"><a href="/s/1"><span>7</span><span>oct. 2026</span> <strong>Conseil municipal</strong></a><a href="/o/1.pdf">Ordre du jour</a></div>`,
		[]string{"/s/4 2026-11-18 Conseil municipal", "/s/3 2026-11-04 Conseil municipal", "/s/2 2026-10-21 Commission des travaux", "/s/1 2026-10-07 Conseil municipal"}},
	{"pages and files of one paper beside another", `<h1>Møder</h1><table><thead><tr><th>Dato</th><th>Udvalg</th><th>Dagsorden</th><th>Referat</th></tr></thead><tbody>
		<tr><td>18-11-2026</td><td>Byrådet</td><td><a href="/d/3">Dagsorden HTML</a> <a href="/d/3.pdf">Dagsorden PDF</a></td><td><a href="/r/3">Referat HTML</a></td></tr>
		<tr><td>11-11-2026</td><td>Teknisk udvalg</td><td><a href="/d/2">Dagsorden HTML</a> <a href="/d/2.pdf">Dagsorden PDF</a></td><td><a href="/r/2">Referat HTML</a></td></tr>
		<tr><td>04-11-2026</td><td>Børneudvalget</td><td><a href="/d/1">Dagsorden HTML</a> <a href="/d/1.pdf">Dagsorden PDF</a></td><td><a href="/r/1">Referat HTML</a></td></tr></tbody></table>`,
		[]string{"/d/3 2026-11-18 Byrådet", "/d/2 2026-11-11 Teknisk udvalg", "/d/1 2026-11-04 Børneudvalget"}},
	{"credits of pictures in the link", `<h1>News</h1><div class="c"><a href="/n/3"><img src="/3.jpg" alt=""><span>© Anna Reed</span><span>Museum shows old toys</span></a><span>12 November 2026</span></div>
		<div class="c"><a href="/n/2"><img src="/2.jpg" alt=""><span>Photo: Borough Council</span><span>Lime tree must go</span></a><span>9 November 2026</span></div>
		<div class="c"><a href="/n/1"><img src="/1.jpg" alt=""><span>Photo: J. Hill / Press</span><span>Archive under new head</span></a><span>4 November 2026</span></div>`,
		[]string{"/n/3 2026-11-12 Museum shows old toys", "/n/2 2026-11-09 Lime tree must go", "/n/1 2026-11-04 Archive under new head"}},
	{"columns of plain text", `<h1>Dokumenty</h1><pre>
<a href="/p/31.pdf">31.pdf</a>    Uchwała o remoncie mostu           31 lipca 2026
<a href="/p/30.pdf">30.pdf</a>    Pismo w sprawie młyna              24 lipca 2026
<a href="/p/29.pdf">29.pdf</a>    Mapa hałasu obwodnicy              21 lipca 2026
</pre>`,
		[]string{"/p/31.pdf 2026-07-31 Uchwała o remoncie mostu", "/p/30.pdf 2026-07-24 Pismo w sprawie młyna", "/p/29.pdf 2026-07-21 Mapa hałasu obwodnicy"}},
}

func TestRowParts(t *testing.T) {
	for _, tt := range partsKinds {
		t.Run(tt.name, func(t *testing.T) {
			if kind, _, got := readKind(t, tt.page); kind != KindListing || !slices.Equal(got, tt.want) {
				t.Errorf("a %s:\n got %q\nwant %q", kind, got, tt.want)
			}
		})
	}
}

// Links to the same report in plain language or in signs are no part of its
// teaser.
func TestAccessibleLinksInRows(t *testing.T) {
	for _, tt := range []struct{ lang, plain, signs, open, text string }{
		{"de", "%s in Leichter Sprache", "Gebärdensprache", "Hallenbad öffnet wieder", "Nach drei Wochen Pause ist das Wasser warm."},
		{"en", "%s in easy read", "British Sign Language", "Pool opens again", "After three weeks the water is warm."},
		{"fr", "%s en facile à lire", "Langue des signes", "La piscine rouvre", "Après trois semaines, le bassin est prêt."},
		{"nl", "%s in eenvoudige taal", "Gebarentaal", "Zwembad weer open", "Na drie weken is het water weer warm."},
		{"da", "%s på let dansk", "Tegnsprog", "Svømmehallen åbner", "Efter tre uger er vandet varmt igen."},
	} {
		t.Run(tt.lang, func(t *testing.T) {
			_, l, _ := readKind(t, accessibleRows(tt.plain, tt.signs, tt.open, tt.text))
			if len(l.Entries) != 3 {
				t.Fatalf("%d entries", len(l.Entries))
			}
			for i, e := range l.Entries {
				if want := fmt.Sprintf("https://ort.example/s/%d", i); e.URL != want {
					t.Errorf("%d: %s, want %s", i, e.URL, want)
				}
				if want := strings.TrimSuffix(tt.text, ".") + fmt.Sprintf(" %d.", i); e.Teaser != want {
					t.Errorf("%d: teaser %q, want %q", i, e.Teaser, want)
				}
			}
		})
	}
}

// accessibleRows are three cards with links to the same report in plain language
// and in signs.
func accessibleRows(plain, signs, open, text string) string {
	var b strings.Builder
	b.WriteString("<h1>News</h1>")
	for i, day := range []string{"12.11.2026", "09.11.2026", "04.11.2026"} {
		head := fmt.Sprintf("%s %d", open, i+1)
		fmt.Fprintf(&b, `<div class="it"><span>%s</span><h3><a href="/s/%d">%s</a></h3><p>%s</p><a class="x" href="/x/%d">%s</a> <a class="y" href="/y/%d">%s</a></div>`,
			day, i, head, strings.TrimSuffix(text, ".")+fmt.Sprintf(" %d.", i), i, fmt.Sprintf(plain, head), i, signs)
	}
	return b.String()
}
