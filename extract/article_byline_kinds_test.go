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
		{name: "by and a link", above: `<p>By <a href="/staff/ada-quill">Ada Quill</a></p>`, text: opening, want: "Ada Quill"},
		{name: "link that says by", above: `<p><a href="/people/ada-quill">By Ada Quill</a></p>`, text: opening, want: "Ada Quill"},
		{
			name:  "by and a link, beside the day",
			above: `<div class="info"><span>12 November 2026</span> <span>by <a href="/p/7">Ada Quill</a></span></div>`,
			text:  opening,
			want:  "Ada Quill",
		},
		{
			name: "name of a column behind the name", above: `<p class="author">Ada Quill For The Herald On Sunday</p>`,
			text: opening, want: "Ada Quill For The Herald On Sunday",
		},
		{name: "day behind the name", above: `<p class="author">Ada Quill On 12 November 2026</p>`, text: opening, want: "Ada Quill"},
		{
			name:  "two links",
			above: `<p>By <a href="/p/7">Ada Quill</a> and <a href="/p/8">Tom Reed</a></p>`,
			text:  opening,
			want:  "Ada Quill, Tom Reed",
		},
		{name: "von and a link", above: `<div>Von <a href="/mitarbeiter/7">Jutta Sommer</a></div>`, text: german, want: "Jutta Sommer"},
		{name: "por and a link", above: `<p>Por <a href="/equipo/7">Inés Robledo</a></p>`, text: opening, want: "Inés Robledo"},
		{name: "door and a link", above: `<p>Door <a href="/m/7">Joost Verhage</a></p>`, text: opening, want: "Joost Verhage"},
		{name: "par and a link", above: `<p>Par <a href="/m/7">Luc Fontanel</a></p>`, text: opening, want: "Luc Fontanel"},
		{name: "av and a link", above: `<p>Av <a href="/m/7">Sigrid Holmsen</a></p>`, text: opening, want: "Sigrid Holmsen"},
		{name: "autor and a link, Czech", above: `<p>Autor: <a href="/m/7">Petr Hladký</a></p>`, text: opening, want: "Petr Hladký"},
		{name: "text av", above: `<p>Text: Sigrid Holmsen</p>`, text: opening, want: "Sigrid Holmsen"},
		{name: "texto", above: `<p>Texto: Inés Robledo</p>`, text: opening, want: "Inés Robledo"},
		{name: "testo di", above: `<p>Testo di Carla Venturi</p>`, text: opening, want: "Carla Venturi"},
		{name: "tekst", above: `<p>Tekst: Joost Verhage</p>`, text: opening, want: "Joost Verhage"},
		{name: "tekst in Danish", above: `<p>Tekst af Sigrid Holm</p>`, text: opening, want: "Sigrid Holm"},
		{name: "words of Ada Quill", above: `<p>Words: Ada Quill</p>`, text: opening, want: "Ada Quill"},
		{name: "reported by", above: `<p>Reported by Ada Quill</p>`, text: opening, want: "Ada Quill"},

		{
			name: "card below the text",
			text: opening,
			below: `<div class="author-card"><img src="/a.jpg" alt=""><h4>About the author</h4><p><a href="/p/7">Ada Quill</a></p>` +
				`<p>Ada writes about the council and its many committees.</p></div>`,
			want: "Ada Quill",
		},
		{
			name:  "card with a name and an office",
			text:  german,
			below: `<div class="authorbox"><div class="name">Jutta Sommer</div><div class="job">Pressestelle</div></div>`,
			want:  "Jutta Sommer",
		},
		{
			name: "card under a heading",
			text: german,
			below: `<div class="person"><h3>Über die Autorin</h3><strong>Jutta Sommer</strong>` +
				`<p>schreibt über den Rat der Stadt und seine vielen Ausschüsse.</p></div>`,
			want: "Jutta Sommer",
		},
		{
			name: "card: written by",
			text: opening,
			below: `<section class="profile"><p>Written by</p><h4>Ada Quill</h4>` +
				`<p>Ada writes about the council and its many committees.</p></section>`,
			want: "Ada Quill",
		},

		{name: "name below the text", text: opening, below: `<p>Ada Quill</p>`, want: "Ada Quill"},
		{name: "name in italics below the text", text: opening, below: `<p><em>Ada Quill</em></p>`, want: "Ada Quill"},
		{name: "name in brackets below the text", text: german, below: `<p>(Jutta Sommer)</p>`, want: "Jutta Sommer"},
		{name: "name behind a dash", text: opening, below: `<p>— Ada Quill</p>`, want: "Ada Quill"},
		{name: "name in a box below the text", text: german, below: `<div>Jutta Sommer</div>`, want: "Jutta Sommer"},
		{name: "name and label below the text", text: german, below: `<p>Bericht: Jutta Sommer</p>`, want: "Jutta Sommer"},
		{name: "name and office below the text", text: german, below: `<p>Jutta Sommer, Pressesprecherin</p>`, want: "Jutta Sommer"},

		{name: "door and a colon", above: `<p>Door: Joost Verhage</p>`, text: opening, want: "Joost Verhage"},
		{
			name:  "Dutch, with the day",
			above: `<p>Geschreven door Sanne de Wit op 12 november 2026</p>`,
			text:  opening,
			want:  "Sanne de Wit",
		},
		{name: "French, with the day", above: `<p>Publié par Luc Fontanel le 12 novembre 2026</p>`, text: opening, want: "Luc Fontanel"},
		{name: "French, a space before the colon", above: `<p>Rédaction : Luc Fontanel</p>`, text: opening, want: "Luc Fontanel"},
		{name: "a cura di", above: `<p>A cura di Carla Venturi</p>`, text: opening, want: "Carla Venturi"},
		{name: "Czech, posted", above: `<p>Vložil: Petr Hladký, 12. 11. 2026</p>`, text: opening, want: "Petr Hladký"},
		{name: "Polish, edited", above: `<p>Opracowała: Małgorzata Lis</p>`, text: opening, want: "Małgorzata Lis"},
		{name: "Polish, pictures and text", above: `<p>Fot. i tekst: Małgorzata Lis</p>`, text: opening, want: "Małgorzata Lis"},
		{name: "Swedish writer", above: `<p>Skribent: Göran Lindqvist</p>`, text: opening, want: "Göran Lindqvist"},
		{name: "Spanish", above: `<p>Redacción: Inés Robledo</p>`, text: opening, want: "Inés Robledo"},
		{name: "Hungarian, family name first", above: `<p>Írta: Kovács László</p>`, text: opening, want: "Kovács László"},
		{name: "Finnish", above: `<p>Teksti: Jukka Niemi</p>`, text: opening, want: "Jukka Niemi"},
		{
			name:  "French card",
			text:  opening,
			below: `</div><div class="p"><h4>À propos de l'autrice</h4><p>Maëlle Garnier</p></div><div>`,
			want:  "Maëlle Garnier",
		},
		{name: "Czech name below the text", text: opening, below: `<p>Jitka Nováková</p>`, want: "Jitka Nováková"},
		{name: "Norwegian name below the text", text: opening, below: `<p>Øyvind Berg</p>`, want: "Øyvind Berg"},
		{name: "gendered label", above: `<p>Autor:in: Jutta Sommer</p>`, text: german, want: "Jutta Sommer"},
		{name: "source is no writer", above: `<p>Zdroj: Městský úřad</p>`, text: opening},

		{name: "label word alone", above: `<span class="author">Zuletzt geändert</span>`, text: german},
		{name: "por alone", above: `<span class="author">Por</span>`, text: opening},
		{name: "label and day", above: `<span class="byline">Published on 12 November 2026</span>`, text: opening},
		{name: "label of a change", above: `<span class="author">Última actualización</span>`, text: opening},
		{name: "written by alone", above: `<span class="byline">Written by</span>`, text: opening},
		{name: "authors of this article", above: `<div class="authors">Authors of this article</div>`, text: opening},
		{name: "share", above: `<span class="author">Share</span>`, text: opening},

		{
			name:  "label run together with the name",
			above: `<div class="author"><span>Author</span><span>Andreas Kuhn</span></div>`,
			text:  opening,
			want:  "Andreas Kuhn",
		},
		{
			name:  "label run together, German",
			above: `<div class="byline"><span>Autor:in</span><span>Andreas Kuhn</span></div>`,
			text:  german,
			want:  "Andreas Kuhn",
		},
		{name: "sentence of a system", above: `<p class="byline">This post was written by Ada Quill</p>`, text: opening, want: "Ada Quill"},
		{
			name:  "follow run together with the name",
			above: `<div class="author">Ada Quill<span>Follow</span></div>`,
			text:  opening,
			want:  "Ada Quill",
		},

		{name: "person shown, organisation declared", head: org, above: `<p>By Ada Quill</p>`, text: opening, want: "Ada Quill"},
		{
			name:  "person shown by class, organisation declared",
			head:  org,
			above: `<span class="author">Ada Quill</span>`,
			text:  opening,
			want:  "Ada Quill",
		},
		{name: "person below the text, organisation declared", head: org, text: opening, below: `<p>Ada Quill</p>`, want: "Ada Quill"},
		{
			name: "name and office in elements of a line",
			above: `<div class="author-line">` +
				`<span class="author-label">Written by:</span> <span class="author-name">Celestine Hurd</span> ` +
				`<span class="author-title">Clerk &amp; Gardener</span></div>`,
			text: opening,
			want: "Celestine Hurd",
		},
		{
			name:  "label, name and office in one box",
			above: `<div class="writer-wrap"><span>By</span> <a href="/p/7">Sefa Kondor</a> <span>Content writer</span></div>`,
			text:  opening,
			want:  "Sefa Kondor",
		},
		{
			name:  "name and office behind a comma",
			above: `<div class="byline"><span>By</span> <span>Ada Quill</span><span>, News Reporter</span></div>`,
			text:  opening,
			want:  "Ada Quill",
		},
		{
			name:  "name and the day of a change",
			above: `<div class="author_box"><h3><a href="/p/7">Cormac Reese</a></h3><p>Last updated on 17 December 2026</p></div>`,
			text:  opening,
			want:  "Cormac Reese",
		},
		{
			name: "several in a list",
			above: `<ul class="authors"><li><a href="#">Ada Quill</a>, </li><li><a href="#">Cormac Reese</a>, </li><li>` +
				`<a href="#">Sefa Kondor</a></li></ul>`,
			text: opening,
			want: "Ada Quill, Cormac Reese, Sefa Kondor",
		},
		{
			name: "several in elements of one class",
			above: `<div><span class="author">Ada Quill</span>, <span class="author">Cormac Reese</span> and ` +
				`<span class="author">Sefa Kondor</span></div>`,
			text: opening,
			want: "Ada Quill, Cormac Reese, Sefa Kondor",
		},
		{
			name:  "several shown, the first declared",
			head:  first,
			above: `<div class="byline">By <span>Ada Quill</span>, <span>Cormac Reese</span></div>`,
			text:  opening,
			want:  "Ada Quill, Cormac Reese",
		},
		{
			name:  "first name declared, the whole shown",
			head:  `<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Ada"}}</script>`,
			above: `<p><strong>By</strong></p><p>Ada Quill</p>`,
			text:  opening,
			want:  "Ada Quill",
		},
		{
			name: "name and the paper",
			head: `<script type="application/ld+json">{"@type":"NewsArticle","author":` +
				`{"@type":"Person","name":"Ada Quill and Cormac Reese, Stonebridge"}}</script>`,
			text: opening,
			want: "Ada Quill, Cormac Reese",
		},
		{
			name: "name before a bullet",
			above: `<div class="my-meta"><span><a href="/search?q=7">by Cormac Reese</a>` +
				`</span> <span>●</span> <span>17 December 2026</span></div>`,
			text: opening,
			want: "Cormac Reese",
		},
		{
			name: "label over a name, in a box among others",
			text: opening,
			below: `</div><div class="item"><h3>Author</h3><p>Cormac Reese</p></div><div class="item"><h3>Topics</h3><p>Library</p>` +
				`</div><div>`,
			want: "Cormac Reese",
		},
		{
			name:  "name beside the day, in elements",
			above: `<ul class="post-info"><li><span>Boris T. Kaiser</span></li><li><time>17 December 2026</time></li></ul>`,
			text:  opening,
			want:  "Boris T. Kaiser",
		},
		{
			name: "picture of the writer beside the day",
			above: `<div><span>17.12.2026</span> · <a href="/u/7"><img src="/u/7.png" class="avatar" alt=""><span>Cormac Reese</span>` +
				`</a></div>`,
			text: opening,
			want: "Cormac Reese",
		},
		{
			name:  "picture named like the writer",
			above: `<div><img src="/7.png" alt="Cormac Reese"><span>Cormac Reese</span> <time>17.12.2026</time></div>`,
			text:  opening,
			want:  "Cormac Reese",
		},
		{
			name: "site named like the writer",
			head: `<meta name="author" content="Andreas Kuhn"><meta property="og:site_name" content="Andreas Kuhn">`,
			text: opening,
			want: "Andreas Kuhn",
		},
		{
			name: "writer of a related report",
			text: opening,
			below: `<article class="related-card" itemscope itemtype="https://schema.org/NewsArticle"><h3>Trees</h3>` +
				`<span itemprop="author">By Cormac Reese</span></article>`,
		},

		{name: "organisation alone", head: org, text: opening, want: "Stonebridge Council"},
		{
			name: "organisation named as no such",
			head: `<script type="application/ld+json">{"@type":"NewsArticle","author":` +
				`{"@type":"Organization","name":"Rathaus Aktuell"}}</script>`,
			above: `<span class="author">Jutta Sommer</span>`,
			text:  german,
			want:  "Jutta Sommer",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="en"><head><title>New library</title>` + tt.head + `</head><body><main><article><h1>New library</h1>` +
				tt.above + `<div class="text">` + tt.text + tt.below + `</div></article></main></body></html>`
			if got := parseDetected(t, "https://stonebridge.example/news/1", page).Article(nil).Item.Byline; got != tt.want {
				t.Errorf("the byline is %q, want %q", got, tt.want)
			}
		})
	}
}
