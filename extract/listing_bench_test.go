//go:build unix

package extract

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/floor"
)

// bigListing is a page that with 50 rows weighs some 45 KB: what a town's news
// page does.
func bigListing(rows int) []byte {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="de"><head><title>Aktuelles</title></head><body><nav><ul>`)
	for i := range 80 {
		fmt.Fprintf(&b, `<li class="nav-item level-2"><a class="nav-link" href="/bereich/%d" title="Bereich %d">Bereich der Verwaltung %d</a></li>`, i, i, i)
	}
	b.WriteString(`</ul></nav><main class="main"><h1>Aktuelles</h1><div class="news-list">`)
	for i := range rows {
		fmt.Fprintf(&b, `<div class="news-item item-%d"><div class="image"><a href="/aktuelles/meldung-%d"><img src="/bilder/%d.jpg" alt="Bild" width="320" height="200"></a></div><div class="text"><span class="date">%02d.11.2026</span><h3><a href="/aktuelles/meldung-%d">Meldung Nummer %d aus dem Rathaus der Stadt</a></h3><p class="teaser">Der Rat hat in seiner Sitzung am Dienstag über den Haushalt, die Straßen und die Schulen beraten und viele Beschlüsse gefasst.</p><a class="more" href="/aktuelles/meldung-%d">weiterlesen</a></div></div>`, i, i, i, 28-i%28, i, i, i)
	}
	b.WriteString(`</div></main><footer><a href="/impressum">Impressum</a></footer></body></html>`)
	return []byte(b.String())
}

// benchListings are the saved listings of the presets and listings as towns
// make them, or, where STADTFEED_CORPUS names a corpus, its listings.
func benchListings(b *testing.B) []Page {
	b.Helper()
	fetched := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	if saved := floor.Listings(b); saved != nil {
		return asPages(saved)
	}
	var pages []Page
	for n := range 8 {
		pages = append(pages, Page{URL: fmt.Sprintf("https://stadt%d.example/aktuelles", n), Body: bigListing(15 + 10*n), Fetched: fetched})
	}
	return append(pages, fixtures(b, "listing.html", fetched)...)
}

// BenchmarkListing reads every page as a listing, as BenchmarkArticle does with
// articles: presets recognised, nothing learned.
func BenchmarkListing(b *testing.B) {
	benchmark(b, benchListings(b), floor.Race{Must: 2}, func(d *Document) { d.Listing() })
}
