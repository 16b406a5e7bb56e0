// Package dates reads the days and hours that people print, in the languages of
// Europe's municipalities.
//
// A text goes in, with its language, zone and the time of the fetch; its dates
// come out, each with what the words around it say it is: the publication, a
// change, an event, a law. Parse reads a text that is one date, Find those in
// running text, a Scanner those in many texts of one page, ParseMachine what
// programs write. What is ambiguous or impossible is refused, never guessed:
//
//	dates.Find("Veröffentlicht am 12.6.2024", dates.Options{Language: "de"}) // 2024-06-12, LabelPublished
//
// The package knows nothing of pages; the words stand in extract/internal/words.
package dates

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Options say how printed dates are to be understood.
type Options struct {
	Language string         // BCP 47; orders 03/04/2024, which is refused without it
	Location *time.Location // zone of printed times; nil: Europe/Berlin
	Now      time.Time      // the fetch; resolves "gestern" and missing years. Zero: those are refused
	Near     time.Time      // a neighbour's date, resolves missing years; may be zero
}

// A Label is what the words before a date say it is.
type Label string

// The labels of a date.
const (
	LabelNone      Label = ""
	LabelPublished Label = "published" // "Veröffentlicht am", "Datum:", "Published"
	LabelUpdated   Label = "updated"   // "Stand:", "Zuletzt geändert", "Last modified": never the publication
	LabelEvent     Label = "event"     // "Termin:", "bis zum", "Beginn": when something takes place or ends
	LabelCited     Label = "cited"     // a law, a birth, a copyright
	LabelOther     Label = "other"     // "Eingegangen", "Decided", "Antrag vom": a step of what the page is about
)

// OfOther reports whether a label says that the date is neither of the page nor
// of a change to it.
func (l Label) OfOther() bool { return l == LabelEvent || l == LabelCited || l == LabelOther }

// A Found is a date within a text.
type Found struct {
	Moment      news.Moment
	Raw         string // as printed
	Start, End  int    // byte offsets in the text
	Label       Label
	Weak        bool // labelled as publication by a word that another one beats: "Datum", "Erstellt", "Meldung vom"
	Range       bool // one end of a from-to range
	YearGuessed bool // the year was not printed
	Relative    bool // "gestern", "vor 3 Tagen"
}

// A Error says why a text was refused as a date.
type Error struct {
	Text   string
	Reason string
}

// Error is the text and the reason, on one line.
func (e *Error) Error() string { return fmt.Sprintf("date %q: %s", e.Text, e.Reason) }

// errNoDate is the reason where nothing looked like a date.
var errNoDate = errors.New("no date in it")

// longestSearched bounds how much of a text Find reads, and mostDates how
// many it returns: more is no news page.
const (
	longestSearched = 64 << 10
	mostDates       = 256
)

// Parse reads a text that is one date; words around it ("Veröffentlicht
// am", a weekday, "Uhr", a byline) are allowed. Where the text has several
// dates, the one labelled as publication is meant, or the only one that is not
// labelled as something else. What is ambiguous, impossible or a range is
// refused with a *Error.
func Parse(text string, o Options) (news.Moment, error) {
	return newScanner(text, o).One()
}

// One is the one date that the text is.
func (s *Scanner) One() (news.Moment, error) {
	s.Whole = true
	found := s.All()
	refuse := func(reason string) (news.Moment, error) {
		return news.Moment{}, &Error{Text: inMessage(s.text), Reason: reason}
	}
	if len(found) == 0 {
		if s.refused != "" {
			return refuse(s.refused)
		}
		return refuse(errNoDate.Error())
	}
	best := theOneDate(found)
	switch {
	case best == nil && found[0].Range:
		return refuse("a range, not a date")
	case best == nil:
		return refuse(fmt.Sprintf("holds %d dates, and no words tell them apart", len(found)))
	case best.Range:
		return refuse("a range, not a date")
	}
	return best.Moment, nil
}

// theOneDate picks the date that a text is about, nil where that is open.
func theOneDate(found []Found) *Found {
	only := func(fits func(*Found) bool) (best *Found, several bool) {
		for i := range found {
			switch f := &found[i]; {
			case !fits(f):
			case best == nil:
				best = f
			case !sameMoment(best, f):
				return nil, true
			case f.Moment.Precision != news.Day:
				best = f
			}
		}
		return best, false
	}
	for _, fits := range []func(*Found) bool{
		func(f *Found) bool { return f.Label == LabelPublished && !f.Weak },
		func(f *Found) bool { return f.Label == LabelPublished },
		func(f *Found) bool { return f.Label == LabelNone && !f.Range && !f.YearGuessed },
		func(f *Found) bool { return f.Label == LabelNone },
		func(*Found) bool { return true },
	} {
		if best, several := only(fits); best != nil || several {
			return best
		}
	}
	return nil
}

// sameMoment reports whether one of two dates only tells more than the other.
func sameMoment(a, b *Found) bool {
	if a.Moment.Precision == news.Day || b.Moment.Precision == news.Day {
		return a.Moment.Time.Format(time.DateOnly) == b.Moment.Time.Format(time.DateOnly)
	}
	return a.Moment.Time.Equal(b.Moment.Time)
}

// Find finds the dates in running text, in order. What is ambiguous or
// impossible is left out; so are bare years, months without a day, prices,
// numbers of files, versions and telephones.
func Find(text string, o Options) []Found {
	return newScanner(text, o).All()
}

// TooFarAhead reports whether a date lies more than two days after the fetch
// and thus cannot be a publication.
func TooFarAhead(m news.Moment, fetched time.Time) bool {
	return !m.IsZero() && !fetched.IsZero() && m.Time.After(fetched.Add(48*time.Hour))
}

// berlin is the zone of dates where no other is configured.
var berlin = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil { // no zone data on this machine: the standard offset is the best there is
		return time.FixedZone("CET", 3600)
	}
	return loc
}()

// LocationOr is the zone in which dates are read: the given one, or Europe/Berlin.
func LocationOr(loc *time.Location) *time.Location {
	if loc == nil {
		return berlin
	}
	return loc
}

// CivilDay is midnight of a day that must exist in the calendar.
func CivilDay(year, month, day int, loc *time.Location) (time.Time, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, loc)
	if t.Day() != day { // the 31st of a short month; or midnight fell into a DST gap
		noon := time.Date(year, time.Month(month), day, 12, 0, 0, 0, loc)
		if noon.Day() != day {
			return time.Time{}, false
		}
		t = noon.Truncate(time.Hour)
		for t.Add(-time.Hour).In(loc).Day() == day {
			t = t.Add(-time.Hour)
		}
	}
	return t, true
}

// A clock is a printed time of day, with its zone where one was printed.
type clock struct {
	hour, minute, second int
	precision            news.Precision
	zone                 *time.Location // nil: the source's
	keepZone             bool           // tell the time in the printed zone
	isRange              bool           // "14 bis 16 Uhr"
}

// moment joins a day and a time of day. A time that the zone's clocks skipped
// (DST) keeps the day only; one that they showed twice is the first of both.
func moment(year, month, day int, c *clock, loc *time.Location) (news.Moment, bool) {
	midnight, ok := CivilDay(year, month, day, loc)
	if !ok {
		return news.Moment{}, false
	}
	if c == nil {
		return news.Moment{Time: midnight, Precision: news.Day}, true
	}
	zone := loc
	if c.zone != nil {
		zone = c.zone
	}
	t := time.Date(year, time.Month(month), day, c.hour, c.minute, c.second, 0, zone)
	if t.Hour() != c.hour%24 || t.Minute() != c.minute {
		return news.Moment{Time: midnight, Precision: news.Day}, true
	}
	if earlier := t.Add(-time.Hour).In(zone); c.zone == nil && earlier.Hour() == t.Hour() && earlier.Minute() == t.Minute() {
		t = earlier
	}
	if c.zone != nil && !c.keepZone {
		t = t.In(loc)
	}
	return news.Moment{Time: t, Precision: c.precision}, true
}

// inMessage is the beginning of a text, for an error.
func inMessage(s string) string {
	if s = news.Squash(s); len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
