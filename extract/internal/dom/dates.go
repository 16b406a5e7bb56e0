package dom

import (
	"strconv"
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

// AddressDay is a day among the folders of an address, or in the name of a file.
var AddressDay = lazy.Regexp(`(?:^|[/_-])((?:19|20)\d\d)[/_-](0?[1-9]|1[0-2])[/_-](0?[1-9]|[12]\d|3[01])(?:[/_.-]|$)`)

// Days as addresses and names of files have them, besides AddressDay: "12.11.2026",
// "20261112", "20261112083000".
var (
	addressDayFirst = lazy.Regexp(`(?:^|[/_-])(0?[1-9]|[12]\d|3[01])[._-](0?[1-9]|1[0-2])[._-](20\d\d)(?:[/_.-]|$)`)
	addressDigits   = lazy.Regexp(`[/_=-]((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[T/_.-]|$)`)
	addressTime     = lazy.Regexp(`[/_=-][A-Z]?(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:\d*)(?:[/_.&-]|$)`)
)

// DayInAddress is the day that an address, or the name of a file behind its "/",
// holds, with what it is read from.
func (d *Page) DayInAddress(address string) (m news.Moment, raw string, ok bool) {
	if !strings.Contains(address, "20") && !strings.Contains(address, "19") {
		return m, "", false // no year
	}
	for _, form := range []*lazy.Pattern{AddressDay, addressDayFirst, addressDigits, addressTime} {
		found := form.FindStringSubmatch(address)
		if found == nil {
			continue
		}
		year, month, day := found[1], found[2], found[3]
		if len(day) == 4 {
			year, day = day, year
		}
		t, ok := civilDay(year, month, day, d.Options.Location)
		return news.Moment{Time: t, Precision: news.Day}, strings.Trim(found[0], "/_-."), ok
	}
	return m, "", false
}

func civilDay(year, month, day string, zone *time.Location) (time.Time, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	return dates.CivilDay(y, m, d, zone)
}

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
		if len(rest) > 2 && texts.HasLetters(rest) && d.isDayBefore(day) {
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

// isDayBefore reports a text before a headline that is a day, be it with its month
// first: "Nov 12, 2026 — Planning Board". Such a one behind a headline tells one meeting
// from the next.
func (d *Page) isDayBefore(s string) bool {
	if d.isDay(s) {
		return true
	}
	if len(s) < 8 || len(s) > 20 || !MonthWord(s) {
		return false
	}
	m, err := d.ParseDate(s)
	return err == nil && m.Time.Year() >= firstYearOnline && strings.Contains(s, m.Time.Format("2006"))
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
