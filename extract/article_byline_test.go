package extract

import (
	"strings"
	"testing"
)

// Each page is a short report; the rows are the places where systems print who
// wrote it, and what must not be taken for a writer.
func TestByline(t *testing.T) {
	const body = `<p>Der Rat hat am Montag den Haushalt beschlossen. Die Sitzung dauerte bis in den Abend, weil viele Anträge vorlagen.</p>
		<p>Die Stadt rechnet mit höheren Einnahmen und will davon die Schulen sanieren. Das sagte der Kämmerer in der Aussprache.</p>`
	const head = `<h1>Haushalt 2025 beschlossen</h1>`
	linked := func(author string) string {
		return `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Haushalt 2025 beschlossen","author":` + author + `}</script>`
	}
	for _, tt := range []struct{ name, page, want string }{
		{"mark of its own", head + body + `<p>(sib)</p>`, "sib"},
		{"mark behind the last sentence", head + body + `<p>Die Sanierung beginnt im Herbst. (pm)</p>`, "pm"},
		{"abbreviation in brackets is no mark", head + body + `<p>Das Geld kommt von der Europäischen Union (EU).</p>`, ""},
		{"agency behind the last sentence", head + body + `<p>Die Sanierung beginnt im Herbst. (dpa/eb)</p>`, "dpa/eb"},
		{"linked data, a list", linked(`[{"@type":"Person","name":"Eva Meier"},{"@type":"Person","name":"Jan Koch"}]`) + head + body, "Eva Meier, Jan Koch"},
		{"linked data, two in one", linked(`{"name":"Eva Meier und Jan Koch"}`) + head + body, "Eva Meier, Jan Koch"},
		{"linked data, the site itself", linked(`{"@type":"Organization","name":"Stadt Eschwald"}`) + head + body, "Stadt Eschwald"},
		{"a person beside the site", linked(`{"@type":"Organization","name":"Stadt Eschwald"}`) + head + `<p>Von Eva Meier</p>` + body, "Eva Meier"},
		{"a person beside the staff", linked(`{"name":"Redaktion"}`) + head + body + `<p><em>Von Eva Meier</em></p>`, "Eva Meier"},
		{"a person beside an account", linked(`{"name":"eva.meier"}`) + head + `<p class="author">von <a href="/autoren/meier">Eva Meier</a></p>` + body, "Eva Meier"},
		{"an account and nobody else", head + body + `<div class="submitted">Gespeichert von <span>meier</span> am 24. Juli 2024 - 18:55</div>`, "meier"},
		{"a blog's intro", head + `<p>Blog Beitrag von Eva Meier</p>` + body, "Eva Meier"},
		{"text and pictures", head + `<p><em>Text von Eva Meier Fotos von Jan Koch</em></p>` + body, "Eva Meier"},
		{"staff of the day", head + `<div class="news-date">05.02.2024 <span>- Redaktion: Eva Meier (Pressesprecherin)</span></div>` + body, "Eva Meier"},
		{"below the text, with her office", head + body + `<p><strong>Autorin: Eva Meier, Leiterin der Kämmerei.</strong></p>`, "Eva Meier"},
		{"name in the line of the date", `<div><small>04.02.2024 | 13:10 Uhr | Eva Meier</small>` + head + `</div>` + body, "Eva Meier"},
		{"subject in the line of the date", `<div><small>04.02.2024 | 13:10 Uhr | Familie und Bildung</small>` + head + `</div>` + body, ""},
		{"signature", head + body + `<p><strong>Eva Meier</strong></p>`, "Eva Meier"},
		{"contact is no signature", head + body + `<p><strong>Pressekontakt</strong></p><p>Eva Meier</p><p>Telefon 07222 1234</p>`, ""},
		{"in a small aside of the report", `<article>` + head + `<aside class="meta"><p class="authors">Von:<br><i><a href="/autor/eva-meier">Eva Meier</a></i></p></aside>` + body + `</article>`, "Eva Meier"},
		{"name and office in one box", head + `<div class="author"><span class="by">Von</span> <a class="author-name" href="/stab/eva">Eva Meier</a><br><span class="author-staff">Pressestelle der Stadt</span></div>` + body, "Eva Meier"},
		{"author of another report", head + body + `<section class="more"><ul><li class="item"><h3><a href="/b">Freibad öffnet</a></h3><div class="byline">Von Jan Koch</div></li></ul></section>`, ""},
		{"photographer", head + `<figure><img src="a.jpg"><figcaption itemprop="author">Jan Koch</figcaption></figure>` + body, ""},
		{"card of a post", `<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Eva Meier">` + head + body, "Eva Meier"},
		{"element of its own kind", head + `<byline>Von Eva Meier, dpa</byline>` + body, "Eva Meier"},
		{"below many lines over the headline", `<ul>` + strings.Repeat(`<li>Rathaus und Politik</li>`, 14) + `</ul>` + head + `<div>Von E. M.</div>` + body, "E. M"},
		{"a person beside an account with a number", linked(`{"name":"EM2301"}`) + head + `<p class="author">von Eva Meier</p>` + body, "Eva Meier"},
		{"several accounts", head + `<div>Gepostet von eva, JanKoch, uli am 2024-02-15, <a href="/blog">alle</a></div>` + body, "eva, JanKoch, uli"},
		{"before a weekday", head + `<div class="author"><a href="/stab/eva">Eva Meier</a> <span>Montag, 5. Februar 2024</span></div>` + body, "Eva Meier"},
		{"before a month", `<div class="credit-bar"><span>By Eva Meier March 11, 2024</span></div>` + head + body, "Eva Meier"},
		{"with her office in brackets", linked(`{"name":"Eva Meier (Pressestelle)"}`) + head + body, "Eva Meier"},
		{"box of the change", head + `<div class="author-details"><em>Last Updated:</em> January 7, 2024</div>` + body, ""},
		{"box with buttons", head + `<div class="author-head"><div class="author-follow"><h4>Eva Meier</h4><a href="/p">Profil</a><a href="/f">Folgen</a></div></div>` + body, "Eva Meier"},
		{"box at the side below the headline", `<div>` + head + `<aside class="left"><time>5. Februar 2024</time> <span class="ort">von E.M.</span></aside>` + body + `</div>`, "E.M"},
		{"mail address behind it", head + `<p class="byline">By Eva Meier emeier@stadt.example</p>` + body, "Eva Meier"},
		{"account and mail address behind it", head + `<p class="byline">Eva Meier emeier eva@stadt.example</p>` + body, "Eva Meier"},
		{"count of comments behind it", head + `<p class="author">von Eva Meier (Kommentare: 2)</p>` + body, "Eva Meier"},
		{"Italian office", head + `<dl><dt>Dettagli</dt><dd class="createdby">Scritto da Ufficio Cultura</dd></dl>` + body, "Ufficio Cultura"},
		{"Norwegian, behind the days", head + `<div>Publisert 11.11.2024 10.15 Sist endret 12.11.2024 08.00 Av Eva Meier</div>` + body, "Eva Meier"},
		{"label of two words in a list", head + `<dl><dt>Verfasst von</dt><dd>Eva Meier</dd></dl>` + body, "Eva Meier"},
		{"Swedish, in a list", head + `<ul><li>5 februari 2024</li><li>Skriven av Eva Meier</li></ul>` + body, "Eva Meier"},
		{"French class of an office", head + `<p>5 février 2024, par <span class="auteur">La secrétaire de mairie</span></p>` + body, "La secrétaire de mairie"},
		{"number of an issue in a box of such a class", head + `<p class="auteur">En kiosques : juillet 2020</p>` + body, ""},
		{"contact with a number", head + `<table><tr><td>Contact:</td><td>Eva Meier, 320-555-0110</td></tr></table>` + body, ""},
		{"Polish, in a table", head + body + `<table><tr><th>Wytworzył:</th><td>Eva Meier</td></tr></table>`, "Eva Meier"},
		{"contact for the press in French", head + body + `<p><strong>Contact presse :</strong><br>Eva Meier – 03 80 00 00 00</p>`, ""},
		{"a sentence that begins so", head + `<p>Von Montag an ist die Straße gesperrt.</p>` + body, ""},
		{"a sentence of places", head + `<p>Von Kassel in die Welt</p>` + body, ""},
		{"designer of the site", `<meta name="author" content="Agentur Nord GmbH, Webdesign">` + head + body, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<!doctype html><html lang="de"><head><title>Haushalt 2025 beschlossen | Stadt Eschwald</title><meta property="og:site_name" content="Stadt Eschwald"></head><body><main>` + tt.page + `</main></body></html>`
			art := parseDetected(t, "https://www.eschwald.example/haushalt", page).Article(nil)
			if got := art.Item.Byline; got != tt.want {
				t.Errorf("byline = %q, want %q (%+v)", got, tt.want, art.Evidence["byline"])
			}
		})
	}
}
