package dates

import (
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

// FuzzFind holds, for any text and language: dates come in order, do not
// overlap, lie within the text with Raw as printed there, exist in the
// calendar between the years 1793 and 2200, and a Day is midnight (or the
// first moment) of its day. Parse agrees with Find: what it returns
// is one of the dates found in the text taken as a whole.
func FuzzFind(f *testing.F) {
	for _, row := range append(printedDates, refusedDates...) {
		f.Add(row.text, row.lang)
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		o := Options{Language: lang, Now: fetched}
		end := 0
		for _, d := range Find(text, o) {
			if d.Start < end || d.End <= d.Start || d.End > len(text) || d.Raw != text[d.Start:d.End] {
				t.Fatalf("Find(%q): %+v is out of order or out of the text", text, d)
			}
			end = d.End
			checkMoment(t, text, d.Moment)
		}
		m, err := Parse(text, o)
		if (err == nil) == m.IsZero() {
			t.Fatalf("Parse(%q) = %v, %v", text, m, err)
		}
		if err == nil {
			checkMoment(t, text, m)
		}
		if utf8.ValidString(text) && err != nil && !utf8.ValidString(err.Error()) {
			t.Fatalf("Parse(%q): error is no valid UTF-8: %q", text, err)
		}
	})
}

// FuzzParseMachineDate holds: a moment or an error, and a moment that prints
// itself so that it is read back as the same one.
func FuzzParseMachineDate(f *testing.F) {
	for _, s := range []string{"2024-06-10", "20240610T143000Z", "Mon, 10 Jun 2024 14:30:05 +0200", "1718022605", "2024-06-10T14:30:05.123-05:00", "0000-00-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMachine(s, time.UTC)
		if (err == nil) == m.IsZero() {
			t.Fatalf("ParseMachine(%q) = %v, %v", s, m, err)
		}
		if err != nil {
			return
		}
		checkMoment(t, s, m)
		if again, err := ParseMachine(m.String(), time.UTC); err != nil || again.String() != m.String() {
			t.Fatalf("ParseMachine(%q) = %s, but that is read as %s (%v)", s, m, again, err)
		}
	})
}

func checkMoment(t *testing.T, text string, m news.Moment) {
	t.Helper()
	if y := m.Time.Year(); y < 1793 || y > 2200 {
		t.Fatalf("%q: year %d", text, y)
	}
	if m.Precision == news.Day && m.Time.Hour() > 1 {
		t.Fatalf("%q: a day at %s", text, m.Time)
	}
	if m.Precision != news.Day && m.Precision != news.Minute && m.Precision != news.Second {
		t.Fatalf("%q: precision %q", text, m.Precision)
	}
}
