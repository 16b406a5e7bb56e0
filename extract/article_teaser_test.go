package extract

import "testing"

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
		{"heading of the first section", `<h2>Mehr Geld für die Schulen und Kitas der Stadt</h2>`, declared},
		{"shorter than what is declared", `<p class="subtitle">Der Rat hat den Haushalt für das kommende Jahr</p>`, declared},
		{"line about the writer", `<div class="author-box"><p class="subtitle">Redakteurin für Haushalt, Schulen und Kitas im Rathaus</p></div>`, declared},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title><meta name="description" content="` + declared + `"></head><body><main><h1>Haushalt 2025</h1>` + tt.below + body + `</main></body></html>`
			d, err := Parse(Page{URL: "https://stadt.example/haushalt", Body: []byte(page)}, Options{NoPreset: true})
			if err != nil {
				t.Fatal(err)
			}
			art := d.Article(nil)
			if got := art.Item.Teaser; got != tt.want {
				t.Errorf("teaser = %q, want %q (%+v)", got, tt.want, art.Evidence["teaser"])
			}
		})
	}
}

// What a page says of the whole site is no summary of its report; the report's
// own first paragraph is.
func TestTeaserWithoutSummary(t *testing.T) {
	const body = `<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache, die bis in den Abend dauerte.</p><p>Die Kreisumlage steigt im kommenden Jahr.</p>`
	for _, tt := range []struct{ name, declared, lead, want string }{
		{"first paragraph", "", "Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"site introduces itself", "Offizielle Website der Stadt Altmühlen mit Informationen zu Rathaus, Kultur und Wirtschaft", "Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"opens with the day of publication", "", "10.06.2024 – Der Rat hat am Montag den Haushalt beschlossen.", "Der Rat hat am Montag den Haushalt beschlossen."},
		{"opens with another day", "", "12.07.2024 – dieser Tag bleibt den Leuten im Rathaus in Erinnerung.", "12.07.2024 – dieser Tag bleibt den Leuten im Rathaus in Erinnerung."},
		{"no sentence", "", "Haushalt, Schulen, Kitas, Straßen, Kreisumlage", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2025</title><meta name="description" content="` + tt.declared + `"></head><body><main><h1>Haushalt 2025</h1><time datetime="2024-06-10">10. Juni 2024</time><p>` + tt.lead + `</p>` + body + `</main></body></html>`
			d, err := Parse(Page{URL: "https://stadt.example/haushalt", Body: []byte(page)}, Options{NoPreset: true})
			if err != nil {
				t.Fatal(err)
			}
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
