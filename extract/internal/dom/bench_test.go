package dom

import (
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// benchStory is some paragraphs of a report, benchPage a page of it.
var (
	benchStory = strings.Repeat("Im Abschnitt 3 wird die Fahrbahn erneuert, die Gehwege werden breiter, und an den Haltestellen entstehen hohe Borde. ", 50)
	benchPage  = []byte(`<html lang="de"><head><title>Ort</title></head><body><nav class="menu">` + strings.Repeat(`<li><a href="/seite">Seite</a></li>`, 200) +
		`</nav><main class="news-single"><h1>Fahrbahn wird erneuert</h1><p class="date">12.06.2026</p><p>` + strings.Repeat(benchStory+"</p><p>", 4) + `</p></main></body></html>`)
)

func BenchmarkWriteBody(b *testing.B) {
	d, err := parse(read.Page{URL: "https://stadt.example/a", Body: []byte("<p>" + benchStory + "</p>")}, read.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(benchStory)))
	b.ReportAllocs()
	for b.Loop() {
		w := &Writer{D: d, Drop: make([]bool, len(d.Nodes))}
		w.Write(d.Body)
	}
}

// BenchmarkIndex walks over a parsed page, as New does behind the parser.
func BenchmarkIndex(b *testing.B) {
	d, err := parse(read.Page{URL: "https://stadt.example/a", Body: benchPage}, read.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		d.Head = Headers{}
		d.index(prescanOf(benchPage).nodes)
	}
}

func BenchmarkDecode(b *testing.B) {
	b.SetBytes(int64(len(benchPage)))
	for b.Loop() {
		if _, _, err := decode(benchPage, "text/html; charset=utf-8", ""); err != nil {
			b.Fatal(err)
		}
	}
}
