package texts

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestPieces wants of any text what a look for each piece alone would find.
func TestPieces(t *testing.T) {
	pieces := []string{"@", "mehr", "mi", "tél", "©", "ab", "ü"}
	p := PiecesOf(pieces...)
	r := rand.New(rand.NewPCG(5, 1)) //nolint:gosec // the same each time
	parts := []string{"m", "e", "h", "r", "i", "t", "é", "l", "a", "b", "@", "©", "ü", " ", "\xc2", "M"}
	for range 20_000 {
		var b strings.Builder
		for range r.IntN(7) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		text, want := b.String(), false
		for _, piece := range pieces {
			want = want || strings.Contains(text, piece)
		}
		if got := p.In(text); got != want {
			t.Fatalf("In(%q) = %t, want %t", text, got, want)
		}
	}
}
