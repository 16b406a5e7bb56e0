package extract

import (
	"strings"
	"testing"
)

// TestVisibleLead reads leads that are set apart below the headline: they come
// before what the page declares.
func TestVisibleLead(t *testing.T) {
	const (
		declared = "Der Rat hat in seiner letzten Sitzung über den Haushalt der Schulen beraten."
		lead     = "Schulen und Kitas bekommen im nächsten Jahr mehr Geld, Straßen weniger."
		body     = `<p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend, weil viele Anträge vorlagen.</p><p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache.</p>`
	)
	for _, tt := range []struct{ name, below, want string }{
		{"bold paragraph", `<p><strong>` + lead + `</strong></p>` + body, lead},
		{"paragraph of class standfirst", `<p class="standfirst">Mehr Geld gibt es für Schulen und für Kitas, für neue Straßen deutlich weniger als bisher.</p>` + body, "Mehr Geld gibt es für Schulen und für Kitas, für neue Straßen deutlich weniger als bisher."},
		{"bold line before breaks", `<p><b>` + lead + `</b><br><br>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend.</p>` + body, lead},
		{"bold below day and picture", `<p class="date">12.11.2026</p><figure><img src="/r.jpg"><figcaption>Der Saal</figcaption></figure><p><b>` + lead + `</b></p>` + body, lead},
		{"plain paragraphs", body, declared},
		{"bold label", `<p><b>Haushalt:</b> Der Rat berät weiter über die Schulen.</p>` + body, declared},
		{"links to plain language and signs", `<p><b>` + lead + `</b></p><p><a href="/ls">Diese Meldung in Leichter Sprache</a> <a href="/dgs">Gebärdensprache</a></p>` + body, lead},
		{"links to plain language first", `<p><a href="/ls">Diese Meldung in Leichter Sprache</a> <a href="/dgs">Video in Gebärdensprache ansehen</a></p><p><b>` + lead + `</b></p>` + body, lead},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="de"><head><title>Haushalt 2027</title><meta name="description" content="` + declared + `"></head><body><main><article><h1>Haushalt 2027</h1>` + tt.below + `</article></main></body></html>`
			it := parseDetected(t, "https://ort.example/a/1", page).Article(nil).Item
			if it.Teaser != tt.want {
				t.Errorf("the teaser is %q, want %q", it.Teaser, tt.want)
			}
			if strings.Contains(it.BodyText, "Leichter Sprache") {
				t.Errorf("the body is %q", it.BodyText)
			}
		})
	}
}

// TestFollowingArticles reads pages on which another article follows the report.
func TestFollowingArticles(t *testing.T) {
	const (
		own   = `<p>Het zwembad krijgt een nieuw dak en blijft drie weken dicht. De badmeester verwacht dat alles op tijd klaar is.</p>`
		other = `<p>De school bouwt twee lokalen bij. De aanbouw kost twee miljoen euro en is in de zomer klaar, de provincie betaalt de helft.</p><p>Tijdens het werk zitten de kinderen in het oude gebouw bij de kerk.</p>`
	)
	for _, tt := range []struct{ name, page string }{
		{"heading that is a link", `<article><h1>Zwembad dicht</h1>` + own + `</article><article><h2><a href="/n/2">School bouwt</a></h2>` + other + `</article>`},
		{"heading of the same rank", `<article><h1>Zwembad dicht</h1>` + own + `</article><article><h1>School bouwt</h1>` + other + `</article>`},
		{"day of its own", `<article class="post"><h1>Zwembad dicht</h1><time>12-11-2026</time>` + own + `</article><article class="post"><h2>School bouwt</h2><time>10-11-2026</time>` + other + `</article>`},
		{"boxes", `<div class="news-item"><h1>Zwembad dicht</h1>` + own + `</div><div class="news-item"><h2><a href="/n/2">School bouwt</a></h2>` + other + `</div>`},
		{"day over the heading", `<div class="post"><h1>Zwembad dicht</h1>` + own + `</div><div class="post"><span class="date">10-11-2026</span><h2><a href="/n/2">School bouwt</a></h2>` + other + `</div>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="nl"><head><title>Zwembad dicht</title></head><body><main>` + tt.page + `</main></body></html>`
			got := parseDetected(t, "https://veenwijk.example/n/1", page).Article(nil).Item.BodyText
			if !strings.Contains(got, "badmeester") || strings.Contains(got, "lokalen") {
				t.Errorf("the body is %q", got)
			}
		})
	}
	t.Run("parts of one report", func(t *testing.T) {
		page := `<html lang="nl"><head><title>Zwembad dicht</title></head><body><main><article class="part"><h1>Zwembad dicht</h1>` + own + `</article><article class="part"><h2>Wat het kost</h2>` + other + `</article></main></body></html>`
		if got := parseDetected(t, "https://veenwijk.example/n/1", page).Article(nil).Item.BodyText; !strings.Contains(got, "lokalen") {
			t.Errorf("the body is %q", got)
		}
	})
}
