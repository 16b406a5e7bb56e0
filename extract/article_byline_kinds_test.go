package extract

import "testing"

// TestBylineKinds reads the ways in which sites name who wrote a report.
func TestBylineKinds(t *testing.T) {
	const (
		opening = `<p>The council approved the plan for the new library on Monday evening after a long debate.</p><p>Work is to begin in spring and will take two years, the mayor said at the meeting.</p>`
		german  = `<p>Der Rat hat am Montagabend nach langer Debatte den Plan für die neue Bibliothek gebilligt.</p><p>Die Arbeiten beginnen im Frühjahr und dauern zwei Jahre, sagte die Bürgermeisterin in der Sitzung.</p>`
		first   = `<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Ada Quill"}}</script>`
		org     = `<script type="application/ld+json">{"@type":"NewsArticle","headline":"New library","author":{"@type":"Organization","name":"Stonebridge Council"}}</script>`
	)
	for _, tt := range []struct{ name, head, above, text, below, want string }{
		{"by and a link", "", `<p>By <a href="/staff/ada-quill">Ada Quill</a></p>`, opening, "", "Ada Quill"},
		{"link that says by", "", `<p><a href="/people/ada-quill">By Ada Quill</a></p>`, opening, "", "Ada Quill"},
		{"by and a link, beside the day", "", `<div class="info"><span>12 November 2026</span> <span>by <a href="/p/7">Ada Quill</a></span></div>`, opening, "", "Ada Quill"},
		{"two links", "", `<p>By <a href="/p/7">Ada Quill</a> and <a href="/p/8">Tom Reed</a></p>`, opening, "", "Ada Quill, Tom Reed"},
		{"von and a link", "", `<div>Von <a href="/mitarbeiter/7">Jutta Sommer</a></div>`, german, "", "Jutta Sommer"},
		{"por and a link", "", `<p>Por <a href="/equipo/7">Inés Robledo</a></p>`, opening, "", "Inés Robledo"},
		{"door and a link", "", `<p>Door <a href="/m/7">Joost Verhage</a></p>`, opening, "", "Joost Verhage"},
		{"par and a link", "", `<p>Par <a href="/m/7">Luc Fontanel</a></p>`, opening, "", "Luc Fontanel"},
		{"av and a link", "", `<p>Av <a href="/m/7">Sigrid Holmsen</a></p>`, opening, "", "Sigrid Holmsen"},
		{"autor and a link, Czech", "", `<p>Autor: <a href="/m/7">Petr Hladký</a></p>`, opening, "", "Petr Hladký"},
		{"text av", "", `<p>Text: Sigrid Holmsen</p>`, opening, "", "Sigrid Holmsen"},
		{"texto", "", `<p>Texto: Inés Robledo</p>`, opening, "", "Inés Robledo"},
		{"testo di", "", `<p>Testo di Carla Venturi</p>`, opening, "", "Carla Venturi"},
		{"tekst", "", `<p>Tekst: Joost Verhage</p>`, opening, "", "Joost Verhage"},
		{"tekst in Danish", "", `<p>Tekst af Sigrid Holm</p>`, opening, "", "Sigrid Holm"},
		{"words of Ada Quill", "", `<p>Words: Ada Quill</p>`, opening, "", "Ada Quill"},
		{"reported by", "", `<p>Reported by Ada Quill</p>`, opening, "", "Ada Quill"},

		{"card below the text", "", "", opening, `<div class="author-card"><img src="/a.jpg" alt=""><h4>About the author</h4><p><a href="/p/7">Ada Quill</a></p><p>Ada writes about the council and its many committees.</p></div>`, "Ada Quill"},
		{"card with a name and an office", "", "", german, `<div class="authorbox"><div class="name">Jutta Sommer</div><div class="job">Pressestelle</div></div>`, "Jutta Sommer"},
		{"card under a heading", "", "", german, `<div class="person"><h3>Über die Autorin</h3><strong>Jutta Sommer</strong><p>schreibt über den Rat der Stadt und seine vielen Ausschüsse.</p></div>`, "Jutta Sommer"},
		{"card: written by", "", "", opening, `<section class="profile"><p>Written by</p><h4>Ada Quill</h4><p>Ada writes about the council and its many committees.</p></section>`, "Ada Quill"},

		{"name below the text", "", "", opening, `<p>Ada Quill</p>`, "Ada Quill"},
		{"name in italics below the text", "", "", opening, `<p><em>Ada Quill</em></p>`, "Ada Quill"},
		{"name in brackets below the text", "", "", german, `<p>(Jutta Sommer)</p>`, "Jutta Sommer"},
		{"name behind a dash", "", "", opening, `<p>— Ada Quill</p>`, "Ada Quill"},
		{"name in a box below the text", "", "", german, `<div>Jutta Sommer</div>`, "Jutta Sommer"},
		{"name and label below the text", "", "", german, `<p>Bericht: Jutta Sommer</p>`, "Jutta Sommer"},
		{"name and office below the text", "", "", german, `<p>Jutta Sommer, Pressesprecherin</p>`, "Jutta Sommer"},

		{"door and a colon", "", `<p>Door: Joost Verhage</p>`, opening, "", "Joost Verhage"},
		{"Dutch, with the day", "", `<p>Geschreven door Sanne de Wit op 12 november 2026</p>`, opening, "", "Sanne de Wit"},
		{"French, with the day", "", `<p>Publié par Luc Fontanel le 12 novembre 2026</p>`, opening, "", "Luc Fontanel"},
		{"French, a space before the colon", "", `<p>Rédaction : Luc Fontanel</p>`, opening, "", "Luc Fontanel"},
		{"a cura di", "", `<p>A cura di Carla Venturi</p>`, opening, "", "Carla Venturi"},
		{"Czech, posted", "", `<p>Vložil: Petr Hladký, 12. 11. 2026</p>`, opening, "", "Petr Hladký"},
		{"Polish, edited", "", `<p>Opracowała: Małgorzata Lis</p>`, opening, "", "Małgorzata Lis"},
		{"Polish, pictures and text", "", `<p>Fot. i tekst: Małgorzata Lis</p>`, opening, "", "Małgorzata Lis"},
		{"Swedish writer", "", `<p>Skribent: Göran Lindqvist</p>`, opening, "", "Göran Lindqvist"},
		{"Spanish", "", `<p>Redacción: Inés Robledo</p>`, opening, "", "Inés Robledo"},
		{"Hungarian, family name first", "", `<p>Írta: Kovács László</p>`, opening, "", "Kovács László"},
		{"Finnish", "", `<p>Teksti: Jukka Niemi</p>`, opening, "", "Jukka Niemi"},
		{"French card", "", "", opening, `</div><div class="p"><h4>À propos de l'autrice</h4><p>Maëlle Garnier</p></div><div>`, "Maëlle Garnier"},
		{"Czech name below the text", "", "", opening, `<p>Jitka Nováková</p>`, "Jitka Nováková"},
		{"Norwegian name below the text", "", "", opening, `<p>Øyvind Berg</p>`, "Øyvind Berg"},
		{"gendered label", "", `<p>Autor:in: Jutta Sommer</p>`, german, "", "Jutta Sommer"},
		{"source is no writer", "", `<p>Zdroj: Městský úřad</p>`, opening, "", ""},

		{"label word alone", "", `<span class="author">Zuletzt geändert</span>`, german, "", ""},
		{"por alone", "", `<span class="author">Por</span>`, opening, "", ""},
		{"label and day", "", `<span class="byline">Published on 12 November 2026</span>`, opening, "", ""},
		{"label of a change", "", `<span class="author">Última actualización</span>`, opening, "", ""},
		{"written by alone", "", `<span class="byline">Written by</span>`, opening, "", ""},
		{"authors of this article", "", `<div class="authors">Authors of this article</div>`, opening, "", ""},
		{"share", "", `<span class="author">Share</span>`, opening, "", ""},

		{"label run together with the name", "", `<div class="author"><span>Author</span><span>Andreas Kuhn</span></div>`, opening, "", "Andreas Kuhn"},
		{"label run together, German", "", `<div class="byline"><span>Autor:in</span><span>Andreas Kuhn</span></div>`, german, "", "Andreas Kuhn"},
		{"sentence of a system", "", `<p class="byline">This post was written by Ada Quill</p>`, opening, "", "Ada Quill"},
		{"follow run together with the name", "", `<div class="author">Ada Quill<span>Follow</span></div>`, opening, "", "Ada Quill"},

		{"person shown, organisation declared", org, `<p>By Ada Quill</p>`, opening, "", "Ada Quill"},
		{"person shown by class, organisation declared", org, `<span class="author">Ada Quill</span>`, opening, "", "Ada Quill"},
		{"person below the text, organisation declared", org, "", opening, `<p>Ada Quill</p>`, "Ada Quill"},
		{"name and office in elements of a line", "", `<div class="author-line"><span class="author-label">Written by:</span> <span class="author-name">Celestine Hurd</span> <span class="author-title">Clerk &amp; Gardener</span></div>`, opening, "", "Celestine Hurd"},
		{"label, name and office in one box", "", `<div class="writer-wrap"><span>By</span> <a href="/p/7">Sefa Kondor</a> <span>Content writer</span></div>`, opening, "", "Sefa Kondor"},
		{"name and office behind a comma", "", `<div class="byline"><span>By</span> <span>Ada Quill</span><span>, News Reporter</span></div>`, opening, "", "Ada Quill"},
		{"name and the day of a change", "", `<div class="author_box"><h3><a href="/p/7">Cormac Reese</a></h3><p>Last updated on 17 December 2026</p></div>`, opening, "", "Cormac Reese"},
		{"several in a list", "", `<ul class="authors"><li><a href="#">Ada Quill</a>, </li><li><a href="#">Cormac Reese</a>, </li><li><a href="#">Sefa Kondor</a></li></ul>`, opening, "", "Ada Quill, Cormac Reese, Sefa Kondor"},
		{"several in elements of one class", "", `<div><span class="author">Ada Quill</span>, <span class="author">Cormac Reese</span> and <span class="author">Sefa Kondor</span></div>`, opening, "", "Ada Quill, Cormac Reese, Sefa Kondor"},
		{"several shown, the first declared", first, `<div class="byline">By <span>Ada Quill</span>, <span>Cormac Reese</span></div>`, opening, "", "Ada Quill, Cormac Reese"},
		{"first name declared, the whole shown", `<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Ada"}}</script>`, `<p><strong>By</strong></p><p>Ada Quill</p>`, opening, "", "Ada Quill"},
		{"name and the paper", `<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Ada Quill and Cormac Reese, Stonebridge"}}</script>`, "", opening, "", "Ada Quill, Cormac Reese"},
		{"name before a bullet", "", `<div class="my-meta"><span><a href="/search?q=7">by Cormac Reese</a></span> <span>●</span> <span>17 December 2026</span></div>`, opening, "", "Cormac Reese"},
		{"label over a name, in a box among others", "", "", opening, `</div><div class="item"><h3>Author</h3><p>Cormac Reese</p></div><div class="item"><h3>Topics</h3><p>Library</p></div><div>`, "Cormac Reese"},
		{"name beside the day, in elements", "", `<ul class="post-info"><li><span>Boris T. Kaiser</span></li><li><time>17 December 2026</time></li></ul>`, opening, "", "Boris T. Kaiser"},
		{"picture of the writer beside the day", "", `<div><span>17.12.2026</span> · <a href="/u/7"><img src="/u/7.png" class="avatar" alt=""><span>Cormac Reese</span></a></div>`, opening, "", "Cormac Reese"},
		{"picture named like the writer", "", `<div><img src="/7.png" alt="Cormac Reese"><span>Cormac Reese</span> <time>17.12.2026</time></div>`, opening, "", "Cormac Reese"},
		{"site named like the writer", `<meta name="author" content="Andreas Kuhn"><meta property="og:site_name" content="Andreas Kuhn">`, "", opening, "", "Andreas Kuhn"},
		{"writer of a related report", "", "", opening, `<article class="related-card" itemscope itemtype="https://schema.org/NewsArticle"><h3>Trees</h3><span itemprop="author">By Cormac Reese</span></article>`, ""},

		{"organisation alone", org, "", opening, "", "Stonebridge Council"},
		{"organisation named as no such", `<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Organization","name":"Rathaus Aktuell"}}</script>`, `<span class="author">Jutta Sommer</span>`, german, "", "Jutta Sommer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="en"><head><title>New library</title>` + tt.head + `</head><body><main><article><h1>New library</h1>` + tt.above + `<div class="text">` + tt.text + tt.below + `</div></article></main></body></html>`
			if got := parseDetected(t, "https://stonebridge.example/news/1", page).Article(nil).Item.Byline; got != tt.want {
				t.Errorf("the byline is %q, want %q", got, tt.want)
			}
		})
	}
}
