package dates

import (
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// clockAfter reads the time that follows a day, and where it ends.
func (s *Scanner) clockAfter(c dateCore) (*clock, int) {
	if t := s.at(c.to); c.machine && !t.gap && t.word == "t" {
		return s.clockOr(c.to+1, true, c.to)
	}
	marked := c.machine
	for j := c.to; j < c.to+5; j++ {
		t := s.at(j)
		switch {
		case t.glued() && j == c.to: // to the year
			return nil, c.to
		case t.kind == tokenNumber:
			return s.clockOr(j, marked, c.to)
		case clockIntro()[t.word]:
			marked = true
		case !s.leadsToClock(j, j-c.to):
			return nil, c.to
		}
	}
	return nil, c.to
}

// clockOr is clockAt, with the place to go on from where there is no time.
func (s *Scanner) clockOr(j int, marked bool, otherwise int) (*clock, int) {
	if c, to := s.clockAt(j, marked); c != nil {
		return c, to
	}
	return nil, otherwise
}

// leadsToClock reports whether token j, so many behind a day, may stand between
// that and its time: a mark, or a weekday.
func (s *Scanner) leadsToClock(j, behind int) bool {
	switch t := s.at(j); {
	case t.kind == tokenWord:
		return behind < 3 && IsWeekday(t.word)
	case t.is('.'):
		return s.at(j-1).kind == tokenWord
	default:
		return t.isDash() || t.isAny(",|·•/:(@)];")
	}
}

// clockAt reads a time of day at token j and where it ends. marked says that a
// word or form announced it, so that 14.30 counts without "Uhr".
func (s *Scanner) clockAt(j int, marked bool) (*clock, int) {
	hour := s.at(j)
	if !hour.isShort() || hour.number > 24 {
		return nil, j
	}
	c := &clock{hour: hour.number, precision: news.Minute}
	to, marked := s.minutes(c, j, marked)
	if clockUnits()[s.at(to).word] {
		to, marked = to+1, true
	} else if n := s.meridiem(c, to); n > 0 {
		to, marked = to+n, true
	}
	if c.hour > 23 {
		return nil, j
	}
	if after := s.endOfClocks(c, to, marked, to == j+1); after > 0 {
		c.isRange = true
		return c, after
	}
	if !marked {
		return nil, j
	}
	return s.zoneAfter(c, to)
}

// minutes reads what follows the hour at token j up to a unit, and tells whether
// that makes a time of it without one.
func (s *Scanner) minutes(c *clock, j int, marked bool) (to int, isClock bool) {
	sep, minute := s.at(j+1), s.at(j+2)
	tight := minute.isMinute() && !minute.gap && !sep.gap
	switch {
	case sep.is(':') && tight:
		c.minute = minute.number
		return s.seconds(c, j+3), true
	case sep.is('.') && tight && !s.dateFollows(j):
		c.minute = minute.number
		return j + 3, marked || s.dottedTime(j)
	case s.afterHourWord(j):
		return j + 1, c.hour > 0
	case clockUnits()[sep.word] && minute.isMinute() && (!minute.gap || s.endsMinutes(j+3)):
		c.minute = minute.number
		return j + 3, true
	}
	return j + 1, false // "14 Uhr", "2 pm": the unit must follow
}

// dottedTime reports whether an hour at token j, a dot and two digits are a time
// though no word says so: "10. Juni 2024, 14.30", in Swedish "2024 14.30".
func (s *Scanner) dottedTime(j int) bool {
	before, end := s.at(j-1), s.at(j+3)
	switch {
	case s.at(j).digits != 2:
		return false
	case before.isAny(",|") && (end.kind == tokenEnd || end.is('|')):
		return true
	case !dottedClock[s.lang]:
		return false
	}
	if end.kind == tokenEnd {
		return s.Whole
	}
	return end.kind == tokenWord && before.digits == 4 && !s.overrun(j+3)
}

// afterHourWord reports a number after "kl.", "ore".
func (s *Scanner) afterHourWord(j int) bool {
	return hourWords()[s.at(j-1).word] || s.at(j-1).is('.') && hourWords()[s.at(j-2).word]
}

// endsMinutes reports whether token j lets minutes that stand apart from their
// hour end: "14 h 30", "14 h 30 min", but no other word.
func (s *Scanner) endsMinutes(j int) bool {
	t := s.at(j)
	return t.kind != tokenWord || strings.HasPrefix(t.word, "min")
}

// endOfClocks is where the second of two times ends that are joined at token j:
// "14–16 Uhr", and where the first is but an hour "kl. 9-12"; 0 where none is.
func (s *Scanner) endOfClocks(c *clock, j int, marked, hourOnly bool) int {
	second := s.secondClock(j)
	if s.zoned || second == 0 || c.precision != news.Minute {
		return 0
	}
	if end, after := s.clockAt(second, marked); end != nil {
		return after
	}
	last := s.at(second)
	isLater := last.isShort() && last.number > c.hour && last.number <= 24
	if marked && hourOnly && isLater {
		return second + 1
	}
	return 0
}

// secondClock is where the second of two times is that are joined at token j: 0
// where none is.
func (s *Scanner) secondClock(j int) int {
	t := s.at(j)
	if !t.isDash() && !RangeJoin()[t.word] && !clockJoin()[t.word] {
		return 0
	}
	if hourWords()[s.at(j+1).word] { // "dalle ore 10 alle ore 12"
		j++
	}
	if s.at(j+1).kind != tokenNumber {
		return 0
	}
	return j + 1
}

// clockJoin are the words that join two times, but no two days.
var clockJoin = words.Set("clock_join")

// dottedClock are the languages that write times with a dot and no unit.
var dottedClock = map[string]bool{"sv": true, "fi": true, "da": true, "nb": true, "nn": true, "no": true}

// dateFollows reports whether the number at token j begins a numeric date
// rather than a time with a dot: 14.30 against 14.11.2024.
func (s *Scanner) dateFollows(j int) bool {
	third := s.at(j + 3)
	return third.is('.') && s.at(j+4).kind == tokenNumber && !third.gap
}

// seconds reads ":05" and a fraction after the minutes.
func (s *Scanner) seconds(c *clock, to int) int {
	sep, second := s.at(to), s.at(to+1)
	tight := !sep.gap && !second.gap
	if !sep.is(':') || !tight || !second.isTwo() || second.number > 60 {
		return to
	}
	c.second, c.precision = min(second.number, 59), news.Second
	to += 2
	if dot := s.at(to); dot.isAny(".,") && !dot.gap && s.at(to+1).glued() {
		to += 2
	}
	return to
}

// meridiem reads am and pm at token j, applies it, and returns how many tokens
// it took. "14:30 am 10. Juni" is German and no morning.
func (s *Scanner) meridiem(c *clock, j int) int {
	half, n := s.halfOfDay(j)
	switch {
	case c.hour == 0:
		return 0
	case half == "pm" && c.hour <= 23: // also "13:30 PM", which says it twice
		c.hour = c.hour%12 + 12
	case half == "pm":
	case half == "am" && c.hour <= 12 && !s.amIsGerman(j):
		c.hour %= 12
	default:
		return 0
	}
	return n
}

// halfOfDay is am or pm at token j, also as "p.m.", and how many tokens that is.
func (s *Scanner) halfOfDay(j int) (half string, width int) {
	half = s.at(j).word
	if half != "a" && half != "p" || !s.at(j+1).is('.') || s.at(j+2).word != "m" {
		return half, 1
	}
	if s.at(j + 3).is('.') {
		return half + "m", 4
	}
	return half + "m", 3
}

// amIsGerman reports whether the "am" at token j is the one before days.
func (s *Scanner) amIsGerman(j int) bool {
	return s.lang == "de" || s.lang != "en" && s.at(j+1).kind == tokenNumber
}

// americanZones are the zones that American pages name without saying whether
// daylight saving is on.
var americanZones = map[string]string{"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
	"pt": "America/Los_Angeles"}

// zoneAfter reads a zone at token j: Z, +02:00, UTC+2, MESZ, (CET).
func (s *Scanner) zoneAfter(c *clock, j int) (*clock, int) {
	if s.at(j).is('(') {
		if hours, to := s.namedZone(j + 1); to > 0 {
			s.setZone(c, hours)
			if s.at(to).is(')') {
				to++
			}
			return c, to
		}
		return c, j
	}
	if name := americanZones[s.at(j).word]; name != "" && s.lang == "en" && s.inCapitals(j) {
		if loc, err := time.LoadLocation(name); err == nil {
			c.zone, c.keepZone = loc, s.fromElsewhere()
			return c, j + 1
		}
	}
	if hours, to := s.namedZone(j); to > 0 {
		s.setZone(c, hours)
		return c, to
	}
	if hours, to := s.offset(j); to > j {
		s.setZone(c, hours)
		return c, to
	}
	return c, j
}

// namedZone reads a zone by its name at token j, in hours, and where it ends: 0
// where there is none.
func (s *Scanner) namedZone(j int) (hours float64, to int) {
	word := s.at(j).word
	hours, known := zoneWords[word]
	isWord := word == "met" || word == "west"
	if !known || isWord && !s.inCapitals(j) {
		return 0, 0
	}
	if hours == 0 && !s.at(j+2).gap { // UTC+2
		if o, after := s.offset(j + 1); after > j+1 {
			return o, after
		}
	}
	return hours, j + 1
}

// inCapitals reports whether the word at token j begins with a capital.
func (s *Scanner) inCapitals(j int) bool { return s.text[s.at(j).start] < 'a' }

// setZone gives a time its printed zone. Pages in English of a source without a
// zone of its own are from elsewhere than the default one: their times are told
// as they print them, so that the day is theirs.
func (s *Scanner) setZone(c *clock, hours float64) {
	c.zone = time.FixedZone("", int(hours*3600))
	c.keepZone = s.fromElsewhere()
	s.zone = c.zone
}

func (s *Scanner) fromElsewhere() bool {
	return s.lang == "en" && (s.loc.String() == "Europe/Berlin" || s.loc == time.UTC)
}

// offset reads +02:00, +0200 or +2 in hours.
func (s *Scanner) offset(j int) (hours float64, to int) {
	sign, h := s.at(j), s.at(j+1)
	minus := sign.isDash()
	if !minus && !sign.is('+') || !h.glued() {
		return 0, j
	}
	if minus && sign.gap && h.digits < 4 && !s.zoned {
		return 0, j
	}
	hours, to = s.unsignedOffset(j + 1)
	switch {
	case minus && to == j+2 && h.isShort() && s.at(to).is('.'), to == j+1: // "-10.06.": a date
		return 0, j
	case minus:
		return -hours, to
	}
	return hours, to
}

// unsignedOffset reads 02:00, 0200 or 2 at token j, in hours, and where it ends.
func (s *Scanner) unsignedOffset(j int) (hours float64, to int) {
	h := s.at(j)
	switch {
	case h.digits == 4 && h.number <= 1400 && h.number%100 < 60:
		return float64(h.number/100) + float64(h.number%100)/60, j + 1
	case h.digits > 2 || h.number > 14:
		return 0, j
	}
	if m := s.at(j + 2); s.at(j+1).is(':') && m.isTwo() && !m.gap {
		return float64(h.number) + float64(m.number)/60, j + 3
	}
	return float64(h.number), j + 1
}

// clockBefore reads a time that stands before a day: "14:30 Uhr, 10. Juni".
func (s *Scanner) clockBefore(from int) (*clock, int) {
	for j := from - 3; j >= max(0, from-9); j-- {
		if s.at(j).kind != tokenNumber || s.continues(j) {
			continue
		}
		c, to := s.clockAt(j, false)
		if c == nil || c.isRange || to > from || !s.onlyJoins(to, from) {
			continue
		}
		return c, j
	}
	return nil, from
}

// continues reports whether the number at token j touches a mark that makes it
// part of something else.
func (s *Scanner) continues(j int) bool {
	before := s.at(j - 1)
	return !s.at(j).gap && before.kind == tokenMark && !before.isAny("([|")
}

// onlyJoins reports whether the tokens between a time and its day are nothing
// but punctuation, a weekday, "on", "am".
func (s *Scanner) onlyJoins(from, to int) bool {
	for j := from; j < to; j++ {
		t := s.at(j)
		joins := t.isDash() || t.isAny(",|·•./") || joinsClock()[t.word] || IsWeekday(t.word)
		if !joins {
			return false
		}
	}
	return true
}

// joinsClock are the words between a time and its day: "um 14:30 Uhr am 10. Juni".
var joinsClock = words.Set("clock_to_day")
