package extract

import (
	"slices"
	"testing"
)

// Each page is one report; the rows are where its tags stand.
func TestTagsOfArticle(t *testing.T) {
	for _, tt := range []struct {
		name, head, within, below string
		want                      []string
	}{
		{"links to pages of tags", "", `<ul><li><a href="/thema/verkehr">Verkehr</a></li><li><a href="/thema/radwege">Radwege</a></li></ul>`, "", []string{"Verkehr", "Radwege"}},
		{"links to other pages", "", `<ul><li><a href="/rathaus/verkehr">Verkehr</a></li><li><a href="/rathaus/radwege">Radwege</a></li></ul>`, "", nil},
		{"themes of the site in its navigation", "", "", `<nav><a href="/thema/verkehr">Verkehr</a> <a href="/thema/radwege">Radwege</a></nav>`, nil},
		{"aside of the article", "", `<aside><b>Schlagworte:</b> <a href="/s/1">Verkehr</a>, <a href="/s/2">Radwege</a></aside>`, "", []string{"Verkehr", "Radwege"}},
		{"aside of the page", "", "", `<aside><b>Schlagworte:</b> <a href="/s/1">Verkehr</a>, <a href="/s/2">Radwege</a></aside>`, nil},
		{"footer of the article", "", `<footer><span class="tags"><a href="/a">Verkehr</a> <a href="/b">Radwege</a></span></footer>`, "", []string{"Verkehr", "Radwege"}},
		{"footer of the page", "", "", `<footer><span class="tags"><a href="/a">Verkehr</a> <a href="/b">Radwege</a></span></footer>`, nil},
		{"Dutch label", "", `<dl><dt>Onderwerp:</dt><dd><a href="/o/1">Verkeer</a></dd></dl>`, "", []string{"Verkeer"}},
		{"label and elements without a space", "", `<div><span>Schlagworte</span><span>Verkehr</span><span>Radwege</span></div>`, "", []string{"Verkehr", "Radwege"}},
		{"hashtags", "", `<p>#Verkehr #Radwege</p>`, "", []string{"Verkehr", "Radwege"}},
		{"categories", "", `<p><a rel="category tag" href="/c">Bauhof</a></p>`, "", []string{"Bauhof"}},
		{"categories beside tags", "", `<p><a rel="category tag" href="/c">Bauhof</a> <a rel="tag" href="/t">Verkehr</a></p>`, "", []string{"Verkehr"}},
		{"labelled category", "", `<p>Kategorie: Bauhof</p>`, "", []string{"Bauhof"}},
		{"all categories of the site", "", `<h3>Kategorien</h3><ul><li><a href="/1">Bauhof</a></li><li><a href="/2">Rathaus</a></li></ul>`, "", nil},
		{"kinds before tags", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Radweg","keywords":["topic/Verkehr","place/Ohmen"]}</script>`, "", "", []string{"Verkehr", "Ohmen"}},
		{"kinds before tags, without a space", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Radweg","keywords":["Layout:wide","Tag:Verkehr","Tag:Radwege"]}</script>`, "", "", []string{"Verkehr", "Radwege"}},
		{"label without a colon beside what may be shared", "", `<div class="share-bar"><span>Themen </span><a href="/verkehr">Verkehr</a></div>`, "", []string{"Verkehr"}},
		{"beside a link to share by", "", `<div>Themen: <a href="/verkehr">Verkehr</a> <a href="/radwege">Radwege</a> <a href="https://netz.example/sharer?u=radweg">Weitersagen</a></div>`, "", []string{"Verkehr", "Radwege"}},
		{"words of the headline", `<meta name="keywords" content="Neuer, Radweg, Kanal, Stadt"><meta property="og:title" content="Neuer Radweg am Kanal - Stadt Ohmen">`, "", "", nil},
		{"some words of the headline", `<meta name="keywords" content="Radweg, Kanal, Kilometer, Grenze">`, "", "", []string{"Radweg", "Kanal", "Kilometer", "Grenze"}},
		{"headline and writers", `<meta name="keywords" content="Neuer Radweg am Kanal, Eva Meier und Jan Koch, Radweg, Grenze">`, `<p class="author">Von Eva Meier und Jan Koch</p>`, "", []string{"Radweg", "Grenze"}},
		{"an agency's codes", `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Radweg","keywords":["AERO","CRSH08","GEN","INDG","WEU","TPT"]}</script>`, "", "", nil},
	} {
		page := `<html lang="de"><head><title>Radweg</title>` + tt.head + `</head><body><main><article><h1>Neuer Radweg am Kanal</h1><p>Der Radweg am Kanal ist fertig. Er ist sieben Kilometer lang und führt bis an die Grenze des Kreises.</p>` + tt.within + `</article></main>` + tt.below + `</body></html>`
		d := parseText(t, "https://stadt.example/radweg", page)
		if got := d.Article(nil).Item.Tags; !slices.Equal(got, tt.want) {
			t.Errorf("%s: tags = %q, want %q", tt.name, got, tt.want)
		}
	}
}
