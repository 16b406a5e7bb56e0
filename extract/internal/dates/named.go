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
	day := s.at(i)
	j := s.afterOrdinal(i + 1)
	if s.at(j).isDash() || s.at(j).is('/') || s.at(j).is(',') || s.at(j).is('|') {
		j++
	}
	for n := 0; n < 2 && s.at(j).kind == tokenWord && (yearIntro()[s.at(j).word] || s.at(j).is('\'')) && s.monthOf(s.at(j), true) == 0; n++ {
		if j++; s.at(j).is('\'') || s.at(j).is('’') {
			j++
		}
	}
	if IsWeekday(s.at(j).word) && s.monthOf(s.at(j), true) == 0 { // "31 Donnerstag Okt"
		j++
	}
	name := s.at(j)
	if s.monthOf(name, true) == 0 {
		return dateCore{}, false
	}
	c := dateCore{from: i, day: day.number, month: s.monthOf(name, true)}
	if year, to := s.yearAfter(j + 1); year != 0 {
		c.year, c.to = year, to
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

// noYear are words before a day that is of no year: "Straße des 17. Juni",
// "jeden 5. Mai".
var noYear = words.Set("every_year")

// withoutYear accepts a day and month alone, taking the year from the other
// end of a range where there is one.
func (s *Scanner) withoutYear(c dateCore) (dateCore, bool) {
	c.noYear = true
	if t := s.at(c.to); t.isDash() && !t.gap && s.at(c.to+1).kind == tokenWord && !s.at(c.to+1).gap { // "1. Mai-Feier"
		return dateCore{}, false
	}
	if next, year := s.at(c.to), s.at(c.to+1); next.kind == tokenNumber && next.digits <= 2 &&
		(s.plausibleYear(year) || year.is(',') && s.plausibleYear(s.at(c.to+2))) {
		return dateCore{}, false // "3 January 13, 2020"
	}
	if before := s.at(c.from - 1); before.kind == tokenWord && noYear()[before.word] {
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

// otherEnd reads the second day of a range whose first one ends before token j.
func (s *Scanner) otherEnd(j int) (dateCore, bool) {
	joined := false
	for n := 0; n < 5; n++ {
		t := s.at(j)
		switch {
		case t.isDash() || t.kind == tokenWord && (RangeJoin()[t.word] || rangeAnd()[t.word]):
			joined = true
		case t.is('/') || t.is('&') || t.is('+'):
			joined = true
		case t.is('.') || t.is(','):
		case t.kind == tokenWord && (rangeWords()[t.word] || IsWeekday(t.word)):
		case t.kind == tokenNumber && joined && t.digits <= 2 && t.number >= 1 && t.number <= 31:
			for _, form := range []func(int) (dateCore, bool){s.numeric, s.dayMonthName, s.dayMonthOnly} {
				if c, ok := form(j); ok {
					return c, true
				}
			}
			return dateCore{}, false
		default:
			return dateCore{}, false
		}
		j++
	}
	return dateCore{}, false
}

// dayOfRange reads the first day of "10.–12. Juni 2024" and "10./11.06.2024".
func (s *Scanner) dayOfRange(i int) (dateCore, bool) {
	j := s.afterOrdinal(i + 1)
	if t := s.at(j); !t.isDash() && !t.is('/') && !t.is('&') && !t.is('+') && !(t.kind == tokenWord && rangeWords()[t.word]) {
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
	if next := s.at(j + 1); s.at(j).is(':') && !next.gap && (next.word == "e" || next.word == "a") { // Swedish
		return j + 2
	}
	if t := s.at(j); t.is('.') || t.is('º') || t.is('°') || t.is('ª') || t.is('^') || t.kind == tokenWord &&
		(!t.gap || t.word == "er" && s.lang == "fr") && ordinals()[t.word] && s.monthOf(t, true) == 0 {
		j++
	}
	return j
}

// yearAfter reads the year that follows a month name at token j, and where it
// ends; 0 where there is none.
func (s *Scanner) yearAfter(j int) (year, to int) {
	for n := 0; n < 4; n++ {
		t := s.at(j)
		switch {
		case t.is('.') || t.is(',') || t.isDash() || t.is('/') || t.is('|') || t.is('·'):
		case t.kind == tokenWord && yearIntro()[t.word]:
		case apostrophe(t):
			if short := s.at(j + 1); short.kind == tokenNumber && short.digits == 2 && !short.gap {
				return s.shortYear(short), j + 2
			}
		case s.plausibleYear(t):
			if s.at(j + 1).is(':') { // no year: a time without a dot
				return 0, 0
			}
			return t.number, s.afterYear(j + 1)
		case t.kind == tokenNumber && t.digits == 2 && s.shortYearAlone(j):
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
	case next.is('.') || next.is(':') || next.is('%') || next.is('€'):
		return false
	}
	return true
}

// monthNameDay reads June 10th, 2024, Jun 10 2024, and in English June 10.
func (s *Scanner) monthNameDay(i int) (dateCore, bool) {
	k := i - 1
	if s.at(k).is('.') || s.at(k).is(',') || s.at(k).is('/') || s.at(k).isDash() && !s.at(i).gap {
		k--
	}
	name := s.at(k)
	month := s.monthOf(name, true)
	if month == 0 {
		return dateCore{}, false
	}
	c := dateCore{from: k, day: s.at(i).number, month: month}
	j := s.afterOrdinal(i + 1)
	if t := s.at(j); t.isDash() || t.kind == tokenWord && RangeJoin()[t.word] || t.is('&') || t.kind == tokenWord &&
		t.word == "and" { // June 10-12, 2024
		if last := s.at(j + 1); last.kind == tokenNumber && last.digits <= 2 && last.number > c.day && last.number <= 31 && !s.at(j+2).is(':') {
			c.isRange = true
			j = s.afterOrdinal(j + 2)
		}
	}
	if year, to := s.fullYear(j); year != 0 {
		c.year, c.to = year, to
		return c, true
	}
	if cl, to := s.clockAt(j, false); cl != nil && cl.precision == news.Second { // Mon Jun 10 14:30:00 CEST 2024
		if year := s.at(to); s.plausibleYear(year) {
			c.year, c.to, c.clock = year.number, to+1, cl
			return c, true
		}
	}
	if next := s.at(i + 1); s.lang != "" && s.lang != "en" || s.monthOf(name, false) == 0 ||
		next.is(':') || next.is('.') && !next.gap && s.at(i+2).kind == tokenNumber && !s.at(i+2).gap || next.is('%') || next.is(',') &&
		!next.gap && s.at(i+2).kind == tokenNumber && s.at(i+2).digits == 3 {
		return dateCore{}, false
	}
	if s.at(k-1).kind == tokenNumber && s.at(k-1).digits <= 2 { // the day stood before the month
		return dateCore{}, false
	}
	c.to, c.noYear = j, true
	if s.lang == "" && !s.Whole {
		return dateCore{}, false
	}
	return c, true
}

// fullYear reads the four-digit year at token j after "," and the like.
func (s *Scanner) fullYear(j int) (year, to int) {
	for n := 0; n < 3; n++ {
		t := s.at(j)
		switch {
		case t.is(',') || t.is('.') || t.is('/') || t.isDash() || t.kind == tokenWord && yearIntro()[t.word]:
		case s.plausibleYear(t) && !s.at(j+1).is(':'):
			return t.number, j + 1
		default:
			return 0, 0
		}
		j++
	}
	return 0, 0
}
