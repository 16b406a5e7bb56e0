//go:build unix

package extract

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/internal/floor"
)

// benchPages are the saved articles of the presets and pages as towns make
// them, or, where STADTFEED_CORPUS names a corpus, its articles.
func benchPages(b *testing.B) []Page {
	b.Helper()
	fetched := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	if saved := floor.Articles(b); saved != nil {
		return asPages(saved)
	}
	var pages []Page
	for n := range 8 {
		pages = append(pages, Page{URL: fmt.Sprintf("https://stadt%d.example/aktuelles/meldung-%d.html", n, n), Body: townPage(n), Fetched: fetched})
	}
	return append(pages, fixtures(b, "article.html", fetched)...)
}

// fixtures are the saved pages of that name of all presets.
func fixtures(b *testing.B, name string, fetched time.Time) (pages []Page) {
	b.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*", name))
	if err != nil || files == nil {
		b.Fatalf("no %s: %v", name, err)
	}
	for n, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		pages = append(pages, Page{URL: fmt.Sprintf("https://ort%d.example/aktuelles/%s", n, name), Body: body, Fetched: fetched})
	}
	return pages
}

func asPages(saved []floor.Page) (pages []Page) {
	for _, p := range saved {
		pages = append(pages, Page{URL: p.URL, Body: p.Body, Fetched: p.Fetched})
	}
	return pages
}

// townPage is a page of about 45 KB: navigation, an article, a side column, a
// footer.
func townPage(seed int) []byte {
	var w strings.Builder
	fmt.Fprintf(&w, `<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Meldung %d aus dem Rathaus | Stadt Altmühlen</title>
<meta name="description" content="Die Stadt baut die Hauptstraße Nummer %d aus."><meta property="og:title" content="Meldung %d aus dem Rathaus">
<link rel="canonical" href="/aktuelles/meldung-%d.html"></head><body class="page">`, seed, seed, seed, seed)
	w.WriteString(`<a class="sr-only" href="#inhalt">Zum Inhalt springen</a><header class="site-header"><nav class="main-nav"><ul>`)
	for i := range 90 {
		fmt.Fprintf(&w, `<li class="nav-item level-%d"><a class="nav-link" href="/rathaus/bereich-%d/">Bereich %d der Verwaltung</a></li>`, i%3, i, i)
	}
	w.WriteString(`</ul></nav></header><div class="container"><div class="row"><main id="inhalt" class="col-md-8"><ol class="breadcrumb"><li><a href="/">Start</a></li><li><a href="/aktuelles/">Aktuelles</a></li></ol><article class="news-single">`)
	fmt.Fprintf(&w, `<p class="kicker">Altmühlen</p><h1>Meldung %d aus dem Rathaus</h1><p class="news-date"><time datetime="2026-11-%02d">%d. November 2026</time></p><p class="lead"><strong>Die Stadt baut die Hauptstraße Nummer %d aus. Die Arbeiten beginnen im Frühjahr.</strong></p>`, seed, 1+seed, 1+seed, seed)
	for i := range 14 {
		fmt.Fprintf(&w, `<p>Im Abschnitt %d wird die Fahrbahn erneuert, die Gehwege werden breiter, und an den Haltestellen entstehen hohe Borde. Bürgermeisterin Gesine Röwekamp sprach von einem <a href="/plan-%d.pdf">lange vorbereiteten Schritt</a>, der rund %d.000 Euro kostet und den Verkehr <em>deutlich</em> beruhigen soll. Die Anwohner wurden am 3. März 2026 unterrichtet.</p>`, i, i, 100+i)
	}
	w.WriteString(`<div class="news-list-tags"><a rel="tag" href="/tag/verkehr">Verkehr</a> <a rel="tag" href="/tag/bauen">Bauen</a></div></article><div class="share-bar"><a href="https://social.example/teilen">Teilen</a></div><div class="news-related-wrap"><h3>Weitere Meldungen</h3>`)
	for i := range 12 {
		fmt.Fprintf(&w, `<div class="teaser"><span class="date">%02d.10.2026</span><h4><a href="/aktuelles/%d.html">Noch eine Meldung Nummer %d</a></h4><p>Ein kurzer Text zu dieser Meldung. <a href="/aktuelles/%d.html">mehr…</a></p></div>`, i+1, i, i, i)
	}
	w.WriteString(`</div></main><aside class="sidebar col-md-4">`)
	for i := range 40 {
		fmt.Fprintf(&w, `<div class="widget"><h4 class="widget-title">Kasten %d</h4><ul><li><a href="/service/%d">Dienst %d</a></li><li><a href="/formular/%d">Formular %d</a></li></ul></div>`, i, i, i, i, i)
	}
	w.WriteString(`</aside></div></div><footer class="site-footer"><p>© 2026 Stadt Altmühlen, Rathausplatz 1</p>`)
	for i := range 60 {
		fmt.Fprintf(&w, `<a class="footer-link" href="/impressum/%d">Verweis %d</a> `, i, i)
	}
	w.WriteString(`</footer></body></html>`)
	return []byte(w.String())
}

// BenchmarkParse is what html.Parse alone takes: the measure for the others.
func BenchmarkParse(b *testing.B) {
	pages := benchPages(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range pages {
			if _, err := html.Parse(bytes.NewReader(p.Body)); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkArticle reads every page as an article, as shipped: parsed, its
// preset recognised, all fields. The floor is html.Parse of the same pages.
func BenchmarkArticle(b *testing.B) {
	benchmark(b, benchPages(b), floor.Race{Must: 1.35, MustAllocs: 1.05}, func(d *Document) { d.Article(nil) })
}

func benchmark(b *testing.B, pages []Page, race floor.Race, read func(*Document)) {
	b.Helper()
	ours := func() {
		for _, p := range pages {
			d, err := Parse(p, Options{})
			if err != nil {
				b.Fatal(err)
			}
			read(d)
		}
	}
	ours() // presets, words and expressions are loaded once in the life of a process
	race.Unit, race.Per = "µs/page", len(pages)
	for b.Loop() {
		race.Ours(ours)
		race.Floor(func() {
			for _, p := range pages {
				if _, err := html.Parse(bytes.NewReader(p.Body)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	race.Report(b)
}
