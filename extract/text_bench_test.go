//go:build unix

package extract

import (
	"strings"
	"testing"
)

// benchStory is some paragraphs of a report.
var benchStory = strings.Repeat("Im Abschnitt 3 wird die Fahrbahn erneuert, die Gehwege werden breiter, und an den Haltestellen entstehen hohe Borde. ", 50)

func BenchmarkKey(b *testing.B) {
	b.SetBytes(int64(len(benchStory)))
	b.ReportAllocs()
	for b.Loop() {
		key(benchStory)
	}
}

func BenchmarkWriteBody(b *testing.B) {
	d, err := Parse(Page{URL: "https://stadt.example/a", Body: []byte("<p>" + benchStory + "</p>")}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(benchStory)))
	b.ReportAllocs()
	for b.Loop() {
		w := &writer{d: d, drop: make([]bool, len(d.nodes))}
		w.write(d.body)
	}
}

// BenchmarkIndex walks over a parsed page, as Parse does behind the parser.
func BenchmarkIndex(b *testing.B) {
	page := townPage(1)
	d, err := Parse(Page{URL: "https://stadt.example/a", Body: page}, Options{NoPreset: true})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		d.head = headers{}
		d.index(look(page).nodes)
	}
}

func BenchmarkDecode(b *testing.B) {
	page := townPage(1)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, _, err := Decode(page, "text/html; charset=utf-8", ""); err != nil {
			b.Fatal(err)
		}
	}
}
