package dom

import (
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// SameDay reports whether two moments are of one day.
func SameDay(a, b news.Moment) bool {
	ay, am, ad := a.Time.Date()
	by, bm, bd := b.Time.Date()
	return ay == by && am == bm && ad == bd
}

var AddressDay = lazy.Regexp(`(?:^|[/_-])((?:19|20)\d\d)[/_-](0?[1-9]|1[0-2])[/_-](0?[1-9]|[12]\d|3[01])(?:[/_.-]|$)`)

// WithoutDay is a headline without the day before or behind it that a sign parts
// from it, or behind it in brackets or after a comma: "12.11.2026 – Kerwe",
// "Kerwe | 12.11.2026", "Kerwe (12.11.2026)". Days of the past that the headline
// is about stay.
func (d *Page) WithoutDay(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	for _, sep := range daySigns {
		day, rest, _ := strings.Cut(text, sep)
		if len(rest) > 2 && texts.HasLetters(rest) && d.isDay(day) {
			return strings.TrimSpace(rest)
		}
		if i := strings.LastIndex(text, sep); i > 2 && d.isDay(text[i+len(sep):]) && texts.HasLetters(text[:i]) {
			return strings.TrimSpace(text[:i])
		}
	}
	if i := strings.LastIndex(text, ", "); i > 2 && d.isDay(text[i+2:]) {
		return text[:i]
	}
	if inner := text[:len(text)-1]; strings.HasSuffix(text, ")") || strings.HasSuffix(text, "]") {
		if open := strings.LastIndexAny(inner, "(["); open > 2 && d.isDay(inner[open+1:]) {
			return strings.TrimSpace(inner[:open])
		}
	}
	return text
}

// isDay reports a text that is a day on which something may have been published.
func (d *Page) isDay(s string) bool {
	s = strings.TrimSpace(s)
	first, _, _ := strings.Cut(s, " ")
	if len(s) < 6 || len(s) > 40 {
		return false
	}
	if !texts.HasDigit(first) && !dates.IsWeekday(words.Fold(strings.Trim(first, ".,"))) {
		return false
	}
	m, err := d.ParseDate(s)
	return err == nil && !m.IsZero() && m.Time.Year() >= firstYearOnline
}

// daySigns may stand between a day and the headline.
var daySigns = []string{" – ", " - ", " — ", ": ", " : ", " | ", " · ", " • ", " / "}

// firstYearOnline is the first whose days may be those of a publication.
const firstYearOnline = 1995

// ScanDates sets the scanner of the page upon a text, and is good until the
// next.
func (d *Page) ScanDates(text string) *dates.Scanner { return d.ScanDatesNear(text, time.Time{}) }

// ScanDatesNear is ScanDates where the years that are not printed are those near
// to a time.
func (d *Page) ScanDatesNear(text string, near time.Time) *dates.Scanner {
	if d.dates == nil {
		d.dates = dates.NewScanner(dates.Options{Language: d.dating, Location: d.Options.Location, Now: d.Page.Fetched})
	}
	d.dates.Begin(text, near)
	return d.dates
}

// FindDates are the dates in a text of the page, in order.
func (d *Page) FindDates(text string) []dates.Found { return d.ScanDates(text).All() }

// ParseDate is the one date that a text of the page is.
func (d *Page) ParseDate(text string) (news.Moment, error) { return d.ScanDates(text).One() }

// monthStarts are the first three letters of month names and abbreviations, as
// they are written. A number beside such a word looks like a date.
var monthStarts = sync.OnceValue(func() map[string]bool {
	starts := make(map[string]bool)
	for _, e := range monthStartEntries() {
		starts[e.Written()] = true
	}
	return starts
})

var monthStartEntries = words.Entries("month_starts")

// MonthWord reports whether a text begins with what may be a month's name.
func MonthWord(s string) bool {
	var start [9]byte
	n, letters, end := 0, 0, len(s)
	for i, r := range s {
		if endsMonth(r) {
			end = i
			break
		}
		if letters++; letters > 12 {
			return false
		}
		if letters <= 3 {
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			n += copy(start[n:], string(r))
		}
	}
	return letters >= 3 && (monthStarts()[string(start[:n])] || dates.Months()[words.Fold(s[:end])] != 0)
}

// endsMonth reports what may stand behind the name of a month.
func endsMonth(r rune) bool {
	return r <= ' ' || r >= '0' && r <= '9' || strings.ContainsRune(".,-)/\u00a0", r)
}
