package texts

import (
	"strings"
	"testing"
)

func BenchmarkKey(b *testing.B) {
	story := strings.Repeat("Im Abschnitt 3 wird die Fahrbahn erneuert, die Gehwege werden breiter, und an den Haltestellen entstehen hohe Borde. ", 50)
	b.SetBytes(int64(len(story)))
	b.ReportAllocs()
	for b.Loop() {
		Key(story)
	}
}
