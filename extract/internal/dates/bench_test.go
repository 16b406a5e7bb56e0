package dates

import (
	"strings"
	"testing"
	"time"
)

// TestFindIsBounded feeds three megabytes of what is worst for the
// scanner; none may take longer than two seconds on a slow machine.
func TestFindIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	for _, piece := range []string{
		"1 ", "10.06. ", "1\u200b", "10.06.2024 ", "10.", "2024-", "10-10-", "vor 3 ", "Juni 10 Juni ", "10 Juni 24 ", "\u00ad\u00ad1", "a1", "1a", "10. bis 11. bis ", "14:30 ", "©1.1.", strings.Repeat("x", 300) + "1",
	} {
		text := strings.Repeat(piece, 3<<20/len(piece))
		start := time.Now()
		found := Find(text, Options{Language: "de", Now: fetched})
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("Find of 3 MiB of %q took %s", piece, took)
		}
		if len(found) > mostDates {
			t.Errorf("Find of 3 MiB of %q found %d dates, want at most %d", piece, len(found), mostDates)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	story := strings.Repeat("Der Rat hat beschlossen, die Brücke über die Fulda für 3,5 Millionen Euro zu erneuern. ", 60)
	for _, row := range []struct{ name, text string }{
		{"none", strings.Repeat("Der Rat hat beschlossen, die Brücke zu erneuern. ", 100)},
		{"line", "Der Rat erneuert 12 Brücken"},
		{"dateline", "Veröffentlicht am Montag, 10. Juni 2024, 14:30 Uhr"},
		{"story", story + "Die Arbeiten beginnen am 3. Juni 2024 und dauern bis 30.11.2025."},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.SetBytes(int64(len(row.text)))
			b.ReportAllocs()
			for b.Loop() {
				Find(row.text, Options{Language: "de", Now: fetched})
			}
		})
	}
}
