package dates

import (
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// clockAfter reads the time that follows a day, and where it ends.
func (s *Scanner) clockAfter(c dateCore) (*clock, int) {
	j := c.to
	marked := c.machine
	if t := s.at(j); c.machine && !t.gap && t.kind == tokenWord && t.word == "t" {
		if cl, to := s.clockAt(j+1, true); cl != nil {
			return cl, to
		}
		return nil, c.to
	}
	for n := 0; n < 5; n++ {
		t := s.at(j)
		switch {
		case t.kind == tokenNumber:
			if !t.gap && j == c.to { // glued to the year
				return nil, c.to
			}
			if cl, to := s.clockAt(j, marked); cl != nil {
				return cl, to
			}
			return nil, c.to
		case t.kind == tokenWord && clockIntro()[t.word]:
			marked = true
		case t.kind == tokenWord && IsWeekday(t.word) && n < 3:
		case t.is('.') && s.at(j-1).kind == tokenWord:
		case t.is(',') || t.is('|') || t.is('·') || t.is('•') || t.isDash() || t.is('/') || t.is(':') || t.is('(') || t.is('@') ||
			t.is(')') || t.is(']') || t.is(';') || t.is('–'):
		default:
			return nil, c.to
		}
		j++
	}
	return nil, c.to
}

// clockAt reads a time of day at token j and where it ends. marked says that a
// word or form announced it, so that 14.30 counts without "Uhr".
func (s *Scanner) clockAt(j int, marked bool) (*clock, int) {
	hour := s.at(j)
	if hour.kind != tokenNumber || hour.digits > 2 || hour.number > 24 {
		return nil, j
	}
	c := &clock{hour: hour.number, precision: news.Minute}
	sep, minute := s.at(j+1), s.at(j+2)
	to := j + 1
	two := minute.kind == tokenNumber && minute.digits == 2 && minute.number < 60 && !minute.gap
	switch {
	case sep.is(':') && two && !sep.gap:
		c.minute, to = minute.number, j+3
		to = s.seconds(c, to)
		marked = true
	case sep.is('.') && two && !sep.gap && !s.dateFollows(j):
		c.minute, to = minute.number, j+3
		if end := s.at(to); hour.digits == 2 && (end.kind == tokenEnd || end.is('|')) && (s.at(j-1).is(',') || s.at(j-1).is('|')) {
			marked = true // "10. Juni 2024, 14.30"
		} else if hour.digits == 2 && dottedClock[s.lang] && (end.kind == tokenEnd && s.Whole || end.kind == tokenWord &&
			s.at(j-1).digits == 4 && !s.overrun(to)) {
			marked = true
		}
	case hourWords()[s.at(j-1).word] || s.at(j-1).is('.') && hourWords()[s.at(j-2).word]: // "kl. 9", "ore 9"
		marked = hour.number > 0
	case sep.kind == tokenWord && clockUnits()[sep.word] && minute.kind == tokenNumber && minute.digits == 2 && minute.number < 60 &&
		(!minute.gap || s.at(j+3).kind != tokenWord || strings.HasPrefix(s.at(j+3).word, "min")):
		c.minute, to, marked = minute.number, j+3, true
	default: // "14 Uhr", "2 pm": the unit must follow
		marked = false
	}
	if unit := s.at(to); unit.kind == tokenWord && clockUnits()[unit.word] {
		to++
		marked = true
	} else if n := s.meridiem(c, to); n > 0 {
		to += n
		marked = true
	}
	second := s.secondClock(to)
	if !marked && !s.zoned && c.hour < 24 && second > 0 { // "14–16 Uhr"
		if end, after := s.clockAt(second, false); end != nil {
			c.isRange = true
			return c, after
		}
	}
	if !marked || c.hour > 23 {
		return nil, j
	}
	if !s.zoned && c.precision == news.Minute && second > 0 {
		end, after := s.clockAt(second, true)
		if last := s.at(second); end == nil && to == j+1 && last.digits <= 2 && last.number > c.hour && last.number <= 24 { // "kl. 9-12"
			end, after = c, second+1
		}
		if end != nil {
			c.isRange = true
			return c, after
		}
	}
	return s.zoneAfter(c, to)
}

// secondClock is where the second of two times is that are joined at token j: 0
// where none is.
func (s *Scanner) secondClock(j int) int {
	t := s.at(j)
	if !t.isDash() && !(t.kind == tokenWord && (RangeJoin()[t.word] || t.word == "alle" || t.word == "a")) {
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
	if sep, sec := s.at(to), s.at(to+1); sep.is(':') && sec.kind == tokenNumber && sec.digits == 2 && sec.number <= 60 && !sep.gap &&
		!sec.gap {
		c.second, c.precision = min(sec.number, 59), news.Second
		to += 2
		if dot, frac := s.at(to), s.at(to+1); (dot.is('.') || dot.is(',')) && frac.kind == tokenNumber && !dot.gap && !frac.gap {
			to += 2
		}
	}
	return to
}

// meridiem reads am and pm at token j, applies it, and returns how many tokens
// it took. "14:30 am 10. Juni" is German and no morning.
func (s *Scanner) meridiem(c *clock, j int) int {
	t := s.at(j)
	if t.kind != tokenWord || c.hour == 0 || c.hour > 12 && t.word != "pm" { // "13:30 PM" says it twice
		return 0
	}
	half, n := t.word, 1
	if (half == "a" || half == "p") && s.at(j+1).is('.') && s.at(j+2).word == "m" {
		half, n = half+"m", 3
		if s.at(j + 3).is('.') {
			n = 4
		}
	}
	switch half {
	case "am":
		if s.lang != "en" && s.at(j+1).kind == tokenNumber || s.lang == "de" {
			return 0
		}
		c.hour %= 12
	case "pm":
		if c.hour < 24 {
			c.hour = c.hour%12 + 12
		}
	default:
		return 0
	}
	return n
}

// americanZones are the zones that American pages name without saying whether
// daylight saving is on.
var americanZones = map[string]string{"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver",
	"pt": "America/Los_Angeles"}

// zoneAfter reads a zone at token j: Z, +02:00, UTC+2, MESZ, (CET).
func (s *Scanner) zoneAfter(c *clock, j int) (*clock, int) {
	k := j
	if s.at(k).is('(') {
		k++
	}
	t := s.at(k)
	if name := americanZones[t.word]; name != "" && s.lang == "en" && k == j && s.text[t.start] < 'a' {
		if loc, err := time.LoadLocation(name); err == nil {
			c.zone, c.keepZone = loc, s.fromElsewhere()
			return c, j + 1
		}
	}
	if hours, known := zoneWords[t.word]; t.kind == tokenWord && known && (t.word != "met" && t.word != "west" || s.text[t.start] < 'a') {
		offset, to := hours, k+1
		if hours == 0 && (s.at(to).is('+') || s.at(to).isDash()) && !s.at(to+1).gap {
			if o, after := s.offset(to); after > to {
				offset, to = o, after
			}
		}
		if k > j && s.at(to).is(')') {
			to++
		}
		s.setZone(c, offset)
		return c, to
	}
	if k == j && (t.is('+') || t.isDash()) {
		if o, after := s.offset(j); after > j {
			s.setZone(c, o)
			return c, after
		}
	}
	return c, j
}

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
	if h.kind != tokenNumber || h.gap || sign.isDash() && sign.gap && h.digits < 4 && !s.zoned {
		return 0, j
	}
	switch {
	case h.digits == 4 && h.number <= 1400 && h.number%100 < 60:
		hours, to = float64(h.number/100)+float64(h.number%100)/60, j+2
	case h.digits <= 2 && h.number <= 14:
		hours, to = float64(h.number), j+2
		if m := s.at(j + 3); s.at(j+2).is(':') && m.kind == tokenNumber && m.digits == 2 && !m.gap {
			hours, to = hours+float64(m.number)/60, j+4
		} else if sign.isDash() && s.at(j+2).is('.') {
			return 0, j
		}
	default:
		return 0, j
	}
	if sign.isDash() {
		hours = -hours
	}
	return hours, to
}

// clockBefore reads a time that stands before a day: "14:30 Uhr, 10. Juni".
func (s *Scanner) clockBefore(from int) (*clock, int) {
	for back := 3; back <= 9; back++ {
		j := from - back
		if j < 0 {
			break
		}
		if t := s.at(j); t.kind != tokenNumber || !t.gap && s.at(j-1).kind == tokenMark && !s.at(j-1).is('(') && !s.at(j-1).is('[') &&
			!s.at(j-1).is('|') {
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

// onlyJoins reports whether the tokens between a time and its day are nothing
// but punctuation, a weekday, "on", "am".
func (s *Scanner) onlyJoins(from, to int) bool {
	for j := from; j < to; j++ {
		t := s.at(j)
		switch {
		case t.kind == tokenWord && (IsWeekday(t.word) || t.word == "on" || t.word == "am" || t.word == "den" || t.word == "le" ||
			t.word == "del" || t.word == "the" || t.word == "of" || t.word == "op"):
		case t.is(',') || t.is('|') || t.is('·') || t.is('•') || t.isDash() || t.is('.') || t.is('/'):
		default:
			return false
		}
	}
	return true
}
