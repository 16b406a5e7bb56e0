package extract

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// bigListing is a page of some 45 KB: what a town's news page weighs.
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

func BenchmarkListing(b *testing.B) {
	page := bigListing(50)
	b.Run("html.Parse", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			if _, err := html.Parse(bytes.NewReader(page)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Parse", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			if _, err := Parse(Page{URL: "https://stadt.example/aktuelles", Body: page}, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Parse+Listing", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(page)))
		for b.Loop() {
			d, err := Parse(Page{URL: "https://stadt.example/aktuelles", Body: page}, Options{})
			if err != nil {
				b.Fatal(err)
			}
			if l := d.Listing(); len(l.Entries) != 50 {
				b.Fatalf("%d entries, want 50", len(l.Entries))
			}
		}
	})
}
