package dates

import (
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// monthOf is the month of a word, 0 if it is none. Words that mean something
// else in other languages count with a printed year.
func (s *Scanner) monthOf(t token, withYear bool) int {
	if t.kind != tokenWord {
		return 0
	}
	month := Months()[t.word]
	if s.lang == "hr" && strings.HasPrefix(t.word, "listopad") { // Poles and Czechs call November so
		month = 10
	}
	if month == 0 || withYear {
		return month
	}
	if langs, limited := monthOnlyIn()[t.word]; limited {
		if s.lang == "" {
			if t.word != "may" {
				return 0
			}
		} else if !slices.Contains(langs, s.lang) {
			return 0
		}
	}
	if (s.lang == "en" || s.lang == "de") && s.text[t.start] >= 'a' && s.text[t.start] <= 'z' { // "you may 10"
		return 0
	}
	return month
}

// dayMonthName reads 10. Juni 2024, 10 June 2024, 1er mai, 10 de junio de
// 2024, 10-Jun-2024, 10th of June '24, 10. Juni.
func (s *Scanner) dayMonthName(i int) (dateCore, bool) {
	j := s.toMonth(s.afterOrdinal(i + 1))
	name := s.at(j)
	c := dateCore{from: i, day: s.at(i).number, month: s.monthOf(name, true)}
	if c.month == 0 {
		return dateCore{}, false
	}
	if c.year, c.to = s.yearAfter(j + 1); c.year != 0 {
		return c, true
	}
	if c.month = s.monthOf(name, false); c.month == 0 {
		return dateCore{}, false
	}
	c.to = j + 1
	if s.at(c.to).is('.') && len(name.word) <= 4 {
		c.to++
	}
	return s.withoutYear(c)
}

// toMonth skips what may stand between a day and the name of its month: a mark,
// "de", "d'", a weekday ("31 Donnerstag Okt").
func (s *Scanner) toMonth(j int) int {
	if s.at(j).isDash() || s.at(j).isAny("/,|") {
		j++
	}
	isMonth := func(t token) bool { return s.monthOf(t, true) != 0 }
	for n := 0; n < 2 && yearIntro()[s.at(j).word] && !isMonth(s.at(j)); n++ {
		if j++; s.at(j).isAny("'’") {
			j++
		}
	}
	if IsWeekday(s.at(j).word) && !isMonth(s.at(j)) {
		j++
	}
	return j
}

// noYear are words before a day that is of no year: "Straße des 17. Juni",
// "jeden 5. Mai".
var noYear = words.Set("every_year")

// withoutYear accepts a day and month alone, taking the year from the other
// end of a range where there is one.
func (s *Scanner) withoutYear(c dateCore) (dateCore, bool) {
	c.noYear = true
	if noYear()[s.at(c.from-1).word] || s.joinsCompound(c.to) || s.dayOfNext(c.to) {
		return dateCore{}, false
	}
	other, ok := s.otherEnd(c.to)
	if !ok {
		return c, true
	}
	c.isRange = true
	if !other.noYear {
		c.noYear, c.year = false, other.year
		if other.month < c.month || other.month == c.month && other.day < c.day {
			c.year--
		}
	}
	return c, true
}

// joinsCompound reports a hyphen at token j within a word: "1. Mai-Feier".
func (s *Scanner) joinsCompound(j int) bool {
	dash, word := s.at(j), s.at(j+1)
	return dash.isDash() && !dash.gap && word.kind == tokenWord && !word.gap
}

// dayOfNext reports whether token j is the day of another date: "3 January 13, 2020".
func (s *Scanner) dayOfNext(j int) bool {
	if !s.at(j).isShort() {
		return false
	}
	return s.plausibleYear(s.at(j+1)) || s.at(j+1).is(',') && s.plausibleYear(s.at(j+2))
}

// otherEnd reads the second day of a range whose first one ends before token j.
func (s *Scanner) otherEnd(j int) (dateCore, bool) {
	joined := false
	for n := 0; n < 5; n++ {
		t := s.at(j)
		switch {
		case t.isDash(), t.isAny("/&+"), RangeJoin()[t.word], rangeAnd()[t.word]:
			joined = true
		case t.isAny(".,"), rangeWords()[t.word], IsWeekday(t.word):
		case joined && t.isDay():
			return s.secondDay(j)
		default:
			return dateCore{}, false
		}
		j++
	}
	return dateCore{}, false
}

// secondDay reads the day at token j that ends a range.
func (s *Scanner) secondDay(j int) (dateCore, bool) {
	for _, form := range []func(int) (dateCore, bool){s.numeric, s.dayMonthName, s.dayMonthOnly} {
		if c, ok := form(j); ok {
			return c, true
		}
	}
	return dateCore{}, false
}

// dayOfRange reads the first day of "10.–12. Juni 2024" and "10./11.06.2024".
func (s *Scanner) dayOfRange(i int) (dateCore, bool) {
	j := s.afterOrdinal(i + 1)
	if t := s.at(j); !t.isDash() && !t.isAny("/&+") && !rangeWords()[t.word] {
		return dateCore{}, false
	}
	other, ok := s.otherEnd(j)
	if !ok || other.unsure || other.day <= s.at(i).number && other.month == 0 {
		return dateCore{}, false
	}
	c := dateCore{from: i, to: j, day: s.at(i).number, month: other.month, year: other.year, noYear: other.noYear, isRange: true}
	return c, c.day < other.day
}

// afterOrdinal skips what marks a day as an ordinal: "10.", "1er", "10th", "7:e".
func (s *Scanner) afterOrdinal(j int) int {
	t, next := s.at(j), s.at(j+1)
	if t.is(':') && !next.gap && (next.word == "e" || next.word == "a") { // Swedish
		return j + 2
	}
	if t.isAny(".º°ª^") || s.isOrdinalEnding(t) {
		j++
	}
	return j
}

// isOrdinalEnding reports the "er" of "1er" and the "th" of "10th".
func (s *Scanner) isOrdinalEnding(t token) bool {
	mayStandApart := t.word == "er" && s.lang == "fr"
	return ordinals()[t.word] && (!t.gap || mayStandApart) && s.monthOf(t, true) == 0
}

// yearAfter reads the year that follows a month name at token j, and where it
// ends; 0 where there is none.
func (s *Scanner) yearAfter(j int) (year, to int) {
	for n := 0; n < 4; n++ {
		t := s.at(j)
		switch {
		case t.isDash(), t.isAny(".,/|·"), yearIntro()[t.word]:
		case apostrophe(t):
			if short := s.at(j + 1); short.isTwo() && !short.gap {
				return s.shortYear(short), j + 2
			}
		case s.plausibleYear(t) && s.at(j+1).is(':'): // no year: a time without a dot
			return 0, 0
		case s.plausibleYear(t):
			return t.number, s.afterYear(j + 1)
		case t.isTwo() && s.shortYearAlone(j):
			return s.shortYear(t), j + 1
		default:
			return 0, 0
		}
		j++
	}
	return 0, 0
}

// afterYear skips the "r." or "roku" that Polish puts after a year.
func (s *Scanner) afterYear(j int) int {
	if t := s.at(j); t.kind == tokenWord && (t.word == "r" || t.word == "roku") {
		if j++; s.at(j).is('.') && t.word == "r" {
			j++
		}
	}
	return j
}

// shortYearAlone reports whether two digits after a month name are its year
// and no time or number of things: nothing that continues them follows.
func (s *Scanner) shortYearAlone(j int) bool {
	if c, _ := s.clockAt(j, true); c != nil {
		return false
	}
	after := s.at(j + 1)
	if after.is(',') {
		after = s.at(j + 2)
	}
	if s.plausibleYear(after) { // "3 January 13, 2020": the day of the next date
		return false
	}
	dash := s.at(j-1).isDash() && !s.at(j).gap
	switch next := s.at(j + 1); {
	case next.kind == tokenEnd, dash:
		return true
	case next.kind == tokenWord, next.kind == tokenNumber:
		return next.kind == tokenWord && s.Whole && clockIntro()[next.word]
	case next.isAny(".:%€"):
		return false
	}
	return true
}

// monthNameDay reads June 10th, 2024, Jun 10 2024, and in English June 10.
func (s *Scanner) monthNameDay(i int) (dateCore, bool) {
	k := i - 1
	if s.at(k).isAny(".,/") || s.at(k).isDash() && !s.at(i).gap {
		k--
	}
	name := s.at(k)
	month := s.monthOf(name, true)
	if month == 0 {
		return dateCore{}, false
	}
	c := dateCore{from: k, day: s.at(i).number, month: month}
	j := s.afterOrdinal(i + 1)
	if s.joinsDays(j) && s.isLaterDay(j+1, c.day) { // June 10-12, 2024
		c.isRange = true
		j = s.afterOrdinal(j + 2)
	}
	if c.year, c.to = s.fullYear(j); c.year != 0 {
		return c, true
	}
	if withClock, ok := s.yearAfterClock(c, j); ok {
		return withClock, true
	}
	c.to, c.noYear = j, true
	isEnglish := s.lang == "en" || s.lang == "" && s.Whole
	dayBefore := s.at(k - 1).isShort() // the day stood before the month
	if !isEnglish || dayBefore || s.monthOf(name, false) == 0 || s.countsOn(i+1) {
		return dateCore{}, false
	}
	return c, true
}

// yearAfterClock reads the time at token j, to the second, and the year behind
// it, as programs print: Mon Jun 10 14:30:00 CEST 2024.
func (s *Scanner) yearAfterClock(c dateCore, j int) (dateCore, bool) {
	cl, to := s.clockAt(j, false)
	if cl == nil || cl.precision != news.Second || !s.plausibleYear(s.at(to)) {
		return dateCore{}, false
	}
	c.year, c.to, c.clock = s.at(to).number, to+1, cl
	return c, true
}

// joinsDays reports whether token j joins two days of a month.
func (s *Scanner) joinsDays(j int) bool {
	t := s.at(j)
	return t.isDash() || t.is('&') || t.word == "and" || RangeJoin()[t.word]
}

// isLaterDay reports whether token j is a day of the month after a given one.
func (s *Scanner) isLaterDay(j, day int) bool {
	t := s.at(j)
	return t.isDay() && t.number > day && !s.at(j+1).is(':')
}

// countsOn reports whether the mark at token j makes an amount or a time of the
// number before it: "June 10:30", "May 10.5", "March 10,000".
func (s *Scanner) countsOn(j int) bool {
	mark, next := s.at(j), s.at(j+1)
	switch {
	case mark.isAny(":%"):
		return true
	case mark.gap || next.kind != tokenNumber:
		return false
	}
	return mark.is('.') && !next.gap || mark.is(',') && next.digits == 3
}

// fullYear reads the four-digit year at token j after "," and the like.
func (s *Scanner) fullYear(j int) (year, to int) {
	for n := 0; n < 3; n++ {
		t := s.at(j)
		switch {
		case t.isDash(), t.isAny(",./"), yearIntro()[t.word]:
		case s.plausibleYear(t) && !s.at(j+1).is(':'):
			return t.number, j + 1
		default:
			return 0, 0
		}
		j++
	}
	return 0, 0
}
