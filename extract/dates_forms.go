package extract

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
)

// core reads the day that begins at token i, in any of the printed forms.
func (s *dateScanner) core(i int) (dateCore, bool) {
	t := s.at(i)
	if t.digits == 4 {
		if c, ok := s.yearFirst(i); ok {
			return c, true
		}
		return dateCore{}, false
	}
	if t.digits > 2 || t.number == 0 || t.number > 31 || s.unfit(i) {
		return dateCore{}, false
	}
	for _, form := range []func(int) (dateCore, bool){s.numeric, s.nordic, s.dayMonthName, s.monthNameDay, s.dayOfRange, s.dayMonthOnly} {
		if c, ok := form(i); ok {
			return c, true
		}
	}
	return dateCore{}, false
}

// refusedBefore are words and signs after which numbers with dots are no dates.
var refusedBefore = wordSet(`v ver vers version release nr no num nummer art artikel article abs absatz kap kapitel ziff ziffer punkt abschnitt din iso en tel telefon fon phone fax mobil
	az aktenzeichen seite page pag teil ip section sect anlage top tagesordnungspunkt drucksache vorlage raum zimmer haus eur euro usd chf kurs iban bic plz konto hsnr par paragraph
	n gz geschaftszeichen drs bv ordinance resolution pos position los gebaude flur flurstuck parzelle`)

// numbered reports whether a word such as "Nr." or "Tel:" stands before a number.
func (s *dateScanner) numbered(i int) bool {
	before := s.at(i - 1)
	if (before.is('.') || before.is(':')) && s.at(i-2).word != "en" || before.is('°') || before.is('º') { // "Nr. 10", "n° 10"
		before = s.at(i - 2)
	}
	if before.word == "n" && before.end-before.start == 1 && s.lang == "nds" { // "vun'n 10. Juni"
		return false
	}
	return before.kind == tokenWord && (refusedBefore[before.word] || strings.HasSuffix(before.word, "nummer")) && (before.word != "en" || s.lang == "de" || s.lang == "")
}

// unfit reports whether what stands before a number makes it part of something
// else: a decimal, a version, a paragraph, a telephone number.
func (s *dateScanner) unfit(i int) bool {
	t, before := s.at(i), s.at(i-1)
	if before.kind == tokenEnd {
		return false
	}
	if before.is('§') || before.is('€') || before.is('$') || before.is('£') || before.is('=') || before.is('№') || !t.gap && (before.is('#') || before.is('+')) {
		return true
	}
	if s.numbered(i) || before.kind == tokenNumber && before.digits > 2 && s.text[before.start] == '0' && s.numbered(i-1) {
		return true // the latter: "Tel. 0561 10.06.24"
	}
	if t.gap {
		return false
	}
	switch {
	case before.kind == tokenWord: // a version, a file number; or elements glued together
		return len(before.word) < 3
	case before.is('/') && !before.gap && s.at(i-2).kind == tokenWord && len(s.at(i-2).word) <= 4 && !isWeekday(s.at(i-2).word): // "BV/10/06/2024"
		return true
	case before.is('.'), before.is('/'), before.is('_'), before.is('\\'), before.is('&'), before.is('@'), before.is('%'):
		return s.at(i-2).kind == tokenNumber && !before.gap || before.is('_') || before.is('\\') || before.is('&') || before.is('@')
	case before.is(','):
		return s.at(i-2).kind == tokenNumber && !before.gap
	case before.isDash() && !before.gap:
		return s.at(i-2).kind == tokenWord && len(s.at(i-2).word) < 5 && s.monthOf(s.at(i-2), true) == 0 || s.at(i-2).kind == tokenNumber && s.at(i-2).digits > 2 && !s.plausibleYear(s.at(i-2))
	}
	return false
}

// overrun reports whether a numeric date is followed by what makes it part of
// something longer: an IP address, a file number, a price, a percentage.
func (s *dateScanner) overrun(to int) bool {
	t, next := s.at(to), s.at(to+1)
	if !t.gap && next.kind == tokenNumber && !next.gap && (t.is('.') || t.is('/') || t.is('_') || t.is(',')) {
		return next.digits != 2 || !s.at(to+2).is(':') // "10.06.2024,14:30"
	}
	if t.isDash() && !t.gap && next.kind == tokenNumber && !next.gap {
		// a file number ("10.06.2024-3"), unless a range or a time follows
		after := s.at(to + 2)
		return !after.is('.') && !after.is(':') && !after.is('/') && !after.isDash()
	}
	switch {
	case t.is('€'), t.is('%'), t.is('$'), t.is('£'):
		return true
	case t.kind == tokenWord:
		return t.word == "euro" || t.word == "eur" || t.word == "prozent" || t.word == "mio" || t.word == "chf" || t.word == "kg" || t.word == "qm"
	}
	return false
}

// plausibleYear reports whether a number of four digits is a year that news
// pages print.
func (s *dateScanner) plausibleYear(t token) bool {
	return t.kind == tokenNumber && t.digits == 4 && t.number >= 1800 && t.number <= 2199
}

// shortYear is the year that two digits stand for.
func (s *dateScanner) shortYear(t token) int {
	pivot := 50
	if !s.o.Now.IsZero() {
		pivot = s.o.Now.Year()%100 + 10
	}
	if t.number > pivot {
		return 1900 + t.number
	}
	return 2000 + t.number
}

// yearFirst reads 2024-06-10, 2024/06/10, 2024.06.10, 2024 June 10.
func (s *dateScanner) yearFirst(i int) (dateCore, bool) {
	year := s.at(i)
	if !s.plausibleYear(year) {
		return dateCore{}, false
	}
	if s.numbered(i) {
		return dateCore{}, false
	}
	if before := s.at(i - 1); !year.gap && before.kind != tokenEnd {
		if before.kind == tokenWord && len(before.word) < 3 || before.isDash() || before.is('.') || before.is('/') || before.is('_') {
			return dateCore{}, false
		}
	}
	j := i + 1
	for s.at(j).is('.') || s.at(j).isDash() && s.at(j+1).kind == tokenWord {
		j++
	}
	if name := s.at(j); name.kind == tokenWord {
		month := s.monthOf(name, true)
		if s.at(j+1).is('.') || s.at(j+1).isDash() && !s.at(j+1).gap {
			j++
		}
		day := s.at(j + 1)
		if month > 0 && day.kind == tokenNumber && day.digits <= 2 && day.number >= 1 && day.number <= 31 && !s.at(j+2).is(':') {
			return dateCore{from: i, to: j + 2, day: day.number, month: month, year: year.number}, true
		}
		return dateCore{}, false
	}
	sep, month, sep2, day := s.at(i+1), s.at(i+2), s.at(i+3), s.at(i+4)
	if !separates(sep) || sep.isDash() != sep2.isDash() || !sep.isDash() && sep.mark != sep2.mark ||
		month.kind != tokenNumber || month.digits > 2 || day.kind != tokenNumber || day.digits > 2 {
		return dateCore{}, false
	}
	if sep.isDash() && (sep.gap || month.gap) { // "2023 - 10 - 12" is a sum or a range
		return dateCore{}, false
	}
	if sep.is('/') && month.digits+day.digits < 4 && (month.gap || day.gap) || s.overrun(i+5) && !s.at(i+5).is('.') {
		return dateCore{}, false
	}
	if month.number < 1 || month.number > 12 || day.number < 1 || day.number > 31 {
		s.refuse("no such day in the calendar")
		return dateCore{}, false
	}
	return dateCore{from: i, to: i + 5, day: day.number, month: month.number, year: year.number, machine: true}, true
}

func apostrophe(t token) bool { return t.is('\'') || t.is('’') || t.is('‘') || t.is('`') }

func separates(t token) bool {
	return t.is('.') || t.is('/') || t.is('-') || t.isDash() || t.is('·') || t.is('|') || t.is('⁄') || t.is('∕')
}

// numeric reads 10.06.2024, 10.6.24, 10/06/2024, 10-06-2024, 10 . 06 . 2024,
// and 10.VI.2024.
func (s *dateScanner) numeric(i int) (dateCore, bool) {
	first, sep, second, sep2, year := s.at(i), s.at(i+1), s.at(i+2), s.at(i+3), s.at(i+4)
	if second.kind == tokenWord || sep.kind == tokenWord {
		return s.roman(i)
	}
	marked := apostrophe(year) // 10.06.'24
	if marked {
		year = s.at(i + 5)
	}
	if s.whole && sep.kind == tokenNumber && second.kind == tokenNumber && len(s.t) == 3 { // "10 06 2024", three elements
		second, year, sep = sep, second, token{kind: tokenMark, mark: '.'}
		if c, ok := s.ordered(dateCore{from: i, to: i + 3}, first, second, sep, year); ok && year.digits == 4 {
			return c, true
		}
		return dateCore{}, false
	}
	if !separates(sep) || !separates(sep2) || sep.mark != sep2.mark && !(sep.isDash() && sep2.isDash()) ||
		second.kind != tokenNumber || second.digits > 2 || year.kind != tokenNumber {
		return dateCore{}, false
	}
	to := i + 5
	if marked {
		to++
	}
	switch {
	case marked && year.digits == 2 && !year.gap:
		year.number = s.shortYear(year)
	case marked:
		return dateCore{}, false
	case s.plausibleYear(year) && (!sep.isDash() || !sep.gap && !second.gap && !year.gap || s.whole):
	case year.digits == 4 && year.number == 0:
		s.refuse("no such day in the calendar")
		return dateCore{}, false
	case year.digits == 2 && s.shortYearFits(i, sep, second, year):
		year.number = s.shortYear(year)
	default:
		return dateCore{}, false
	}
	if s.overrun(to) || year.digits == 2 && s.at(to).digits == 2 && s.at(to+1).kind == tokenEnd { // the latter: "10.06.20 24", a year in two pieces
		return dateCore{}, false
	}
	if (sep.mark == '|' || sep.mark == '·') && !s.whole && first.digits+second.digits+year.digits < 8 {
		return dateCore{}, false
	}
	if s.lang == "pl" {
		to = s.afterYear(to)
	}
	return s.ordered(dateCore{from: i, to: to}, first, second, sep, year)
}

// shortYearFits reports whether two digits may be the year of a numeric date:
// they stand tight, or after dots with a space ("10. 6. 24") in a text that is
// one date.
func (s *dateScanner) shortYearFits(i int, sep, second, year token) bool {
	tight := !sep.gap && !second.gap && !s.at(i+3).gap && !year.gap
	switch {
	case sep.is('.'):
		return tight || s.whole
	case sep.is('/'):
		return tight
	case s.lang == "nl" || s.lang == "da" || s.lang == "no" || s.lang == "nb": // hyphens are the custom there
		return tight
	default:
		return tight && s.whole && !s.yearOrDay(s.at(i), year)
	}
}

// yearOrDay reports whether the first of three short numbers with hyphens may
// be a year as well: "24-06-10".
func (s *dateScanner) yearOrDay(first, last token) bool {
	year := s.shortYear(first)
	return year >= s.shortYear(last) && (s.o.Now.IsZero() || year <= s.o.Now.Year())
}

// nordic reads 11/6-2024 and 11/6 2024.
func (s *dateScanner) nordic(i int) (dateCore, bool) {
	switch s.lang {
	case "da", "sv", "no", "nb", "nn", "fi":
	default:
		return dateCore{}, false
	}
	slash, month, j := s.at(i+1), s.at(i+2), i+3
	if s.at(j).isDash() {
		j++
	}
	year := s.at(j)
	if short := year.kind == tokenNumber && year.digits == 2 && j == i+4 && !year.gap; short {
		year.number, year.digits = s.shortYear(year), 4
	}
	if !slash.is('/') || slash.gap || month.kind != tokenNumber || month.digits > 2 || month.number < 1 || month.number > 12 || !s.plausibleYear(year) {
		return dateCore{}, false
	}
	return dateCore{from: i, to: j + 1, day: s.at(i).number, month: month.number, year: year.number}, true
}

// ordered puts day and month in the order of the language.
func (s *dateScanner) ordered(c dateCore, first, second, sep, year token) (dateCore, bool) {
	a, b := first.number, second.number
	c.year = year.number
	switch {
	case a < 1 || b < 1 || a > 31 || b > 31 || a > 12 && b > 12:
		s.refuse("no such day in the calendar")
		return dateCore{}, false
	case a > 12:
		c.day, c.month = a, b
	case b > 12:
		if sep.is('.') && s.lang != "en" && s.lang != "" {
			s.refuse("no such day in the calendar")
			return dateCore{}, false
		}
		if !sep.is('.') && s.order(sep) == dayFirst && s.lang != "en" {
			s.refuse("no such day in the calendar")
			return dateCore{}, false
		}
		c.day, c.month = b, a
		if sep.is('.') && s.lang == "" { // 06.13.2024: nobody's custom, so it may be anything
			s.refuse("no such day in the calendar")
			return dateCore{}, false
		}
	default:
		switch s.order(sep) {
		case dayFirst:
			c.day, c.month = a, b
		case monthFirst:
			c.day, c.month = b, a
		default:
			c.day, c.month, c.unsure = a, b, a != b
		}
	}
	return c, true
}

// dateOrder is the order of day and month in a numeric date.
type dateOrder uint8

const (
	orderUnknown dateOrder = iota
	dayFirst
	monthFirst
)

// order tells day and month apart by separator and language. Dots are European
// and put the day first; on pages from the United States they do not say.
func (s *dateScanner) order(sep token) dateOrder {
	us := s.lang == "en" && (s.region == "us" || s.region == "ph")
	switch {
	case sep.is('.') && us:
		return orderUnknown
	case sep.is('.'):
		return dayFirst
	case us:
		return monthFirst
	case s.lang == "" || s.lang == "en" && (s.region == "" || s.region == "ca") || s.lang == "und":
		return orderUnknown
	}
	return dayFirst
}

var romanMonths = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12}

// roman reads 10.VI.2024, as Poles and Hungarians write.
func (s *dateScanner) roman(i int) (dateCore, bool) {
	j := i + 1
	if s.at(j).is('.') || s.at(j).is('/') || s.at(j).isDash() {
		j++
	}
	name := s.at(j)
	month := romanMonths[name.word]
	if month == 0 || name.kind != tokenWord || s.text[name.start] >= 'a' {
		return dateCore{}, false
	}
	if j++; s.at(j).is('.') || s.at(j).is('/') || s.at(j).isDash() {
		j++
	}
	if year := s.at(j); s.plausibleYear(year) {
		return dateCore{from: i, to: j + 1, day: s.at(i).number, month: month, year: year.number}, true
	}
	return dateCore{}, false
}

// monthOf is the month of a word, 0 if it is none. Words that mean something
// else in other languages count with a printed year.
func (s *dateScanner) monthOf(t token, withYear bool) int {
	if t.kind != tokenWord {
		return 0
	}
	month := monthWords[t.word]
	if s.lang == "hr" && strings.HasPrefix(t.word, "listopad") { // Poles and Czechs call November so
		month = 10
	}
	if month == 0 || withYear {
		return month
	}
	if langs, limited := monthOnlyIn[t.word]; limited {
		if s.lang == "" {
			if t.word != "may" {
				return 0
			}
		} else if !strings.Contains(" "+langs+" ", " "+s.lang+" ") {
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
func (s *dateScanner) dayMonthName(i int) (dateCore, bool) {
	day := s.at(i)
	j := s.afterOrdinal(i + 1)
	if s.at(j).isDash() || s.at(j).is('/') || s.at(j).is(',') || s.at(j).is('|') {
		j++
	}
	for n := 0; n < 2 && s.at(j).kind == tokenWord && (yearIntro[s.at(j).word] || s.at(j).is('\'')) && s.monthOf(s.at(j), true) == 0; n++ {
		if j++; s.at(j).is('\'') || s.at(j).is('’') {
			j++
		}
	}
	if isWeekday(s.at(j).word) && s.monthOf(s.at(j), true) == 0 { // "31 Donnerstag Okt"
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

// withoutYear accepts a day and month alone, taking the year from the other
// end of a range where there is one.
func (s *dateScanner) withoutYear(c dateCore) (dateCore, bool) {
	c.noYear = true
	if t := s.at(c.to); t.isDash() && !t.gap && s.at(c.to+1).kind == tokenWord && !s.at(c.to+1).gap { // "1. Mai-Feier"
		return dateCore{}, false
	}
	if next, year := s.at(c.to), s.at(c.to+1); next.kind == tokenNumber && next.digits <= 2 && (s.plausibleYear(year) || year.is(',') && s.plausibleYear(s.at(c.to+2))) {
		return dateCore{}, false // "3 January 13, 2020"
	}
	if before := s.at(c.from - 1); before.kind == tokenWord && before.word == "des" { // "Straße des 17. Juni"
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
func (s *dateScanner) otherEnd(j int) (dateCore, bool) {
	joined := false
	for n := 0; n < 5; n++ {
		t := s.at(j)
		switch {
		case t.isDash() || t.kind == tokenWord && (rangeJoin[t.word] || t.word == "und" || t.word == "and" || t.word == "et" || t.word == "e" || t.word == "y" || t.word == "en" || t.word == "og" || t.word == "a" || t.word == "i"):
			joined = true
		case t.is('/') || t.is('&') || t.is('+'):
			joined = true
		case t.is('.') || t.is(','):
		case t.kind == tokenWord && (rangeWords[t.word] || isWeekday(t.word)):
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
func (s *dateScanner) dayOfRange(i int) (dateCore, bool) {
	j := s.afterOrdinal(i + 1)
	if t := s.at(j); !t.isDash() && !t.is('/') && !t.is('&') && !t.is('+') && !(t.kind == tokenWord && rangeWords[t.word]) {
		return dateCore{}, false
	}
	other, ok := s.otherEnd(j)
	if !ok || other.unsure || other.day <= s.at(i).number && other.month == 0 {
		return dateCore{}, false
	}
	c := dateCore{from: i, to: j, day: s.at(i).number, month: other.month, year: other.year, noYear: other.noYear, isRange: true}
	return c, c.day < other.day
}

// afterOrdinal skips what marks a day as an ordinal: "10.", "1er", "10th".
func (s *dateScanner) afterOrdinal(j int) int {
	if t := s.at(j); t.is('.') || t.is('º') || t.is('°') || t.is('ª') || t.kind == tokenWord && (!t.gap || t.word == "er" && s.lang == "fr") && ordinals[t.word] && s.monthOf(t, true) == 0 {
		j++
	}
	return j
}

// yearAfter reads the year that follows a month name at token j, and where it
// ends; 0 where there is none.
func (s *dateScanner) yearAfter(j int) (year, to int) {
	for n := 0; n < 4; n++ {
		t := s.at(j)
		switch {
		case t.is('.') || t.is(',') || t.isDash() || t.is('/') || t.is('|') || t.is('·'):
		case t.kind == tokenWord && yearIntro[t.word]:
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
func (s *dateScanner) afterYear(j int) int {
	if t := s.at(j); t.kind == tokenWord && (t.word == "r" || t.word == "roku") {
		if j++; s.at(j).is('.') && t.word == "r" {
			j++
		}
	}
	return j
}

// shortYearAlone reports whether two digits after a month name are its year
// and no time or number of things: nothing that continues them follows.
func (s *dateScanner) shortYearAlone(j int) bool {
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
		return next.kind == tokenWord && s.whole && clockIntro[next.word]
	case next.is('.') || next.is(':') || next.is('%') || next.is('€'):
		return false
	}
	return true
}

// monthNameDay reads June 10th, 2024, Jun 10 2024, and in English June 10.
func (s *dateScanner) monthNameDay(i int) (dateCore, bool) {
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
	if t := s.at(j); t.isDash() || t.kind == tokenWord && rangeJoin[t.word] || t.is('&') || t.kind == tokenWord && t.word == "and" { // June 10-12, 2024
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
		next.is(':') || next.is('.') && !next.gap && s.at(i+2).kind == tokenNumber && !s.at(i+2).gap || next.is('%') || next.is(',') && !next.gap && s.at(i+2).kind == tokenNumber && s.at(i+2).digits == 3 {
		return dateCore{}, false
	}
	if s.at(k-1).kind == tokenNumber && s.at(k-1).digits <= 2 { // the day stood before the month
		return dateCore{}, false
	}
	c.to, c.noYear = j, true
	if s.lang == "" && !s.whole {
		return dateCore{}, false
	}
	return c, true
}

// fullYear reads the four-digit year at token j after "," and the like.
func (s *dateScanner) fullYear(j int) (year, to int) {
	for n := 0; n < 3; n++ {
		t := s.at(j)
		switch {
		case t.is(',') || t.is('.') || t.is('/') || t.isDash() || t.kind == tokenWord && yearIntro[t.word]:
		case s.plausibleYear(t) && !s.at(j+1).is(':'):
			return t.number, j + 1
		default:
			return 0, 0
		}
		j++
	}
	return 0, 0
}

// dayMonthOnly reads "10.06." without a year, which needs both dots.
func (s *dateScanner) dayMonthOnly(i int) (dateCore, bool) {
	day, dot, month, dot2 := s.at(i), s.at(i+1), s.at(i+2), s.at(i+3)
	to := i + 4
	if !dot2.is('.') && day.digits == 2 && month.digits == 2 && s.lang == "de" {
		if _, weekday := s.weekdayBefore(i); weekday && !clockUnits[dot2.word] && dot2.kind != tokenNumber && !dot2.isDash() && !dot2.is(':') { // "Mo, 10.06"
			dot2, to = dot, i+3
		}
	}
	if !dot.is('.') || !dot2.is('.') || dot.gap || dot2.gap || month.kind != tokenNumber || month.digits > 2 || month.number < 1 || month.number > 12 ||
		day.digits+month.digits < 3 && !s.whole && s.lang != "de" {
		return dateCore{}, false
	}
	if next := s.at(to); next.kind == tokenNumber && (!next.gap || next.digits == 4 && s.plausibleYear(next)) {
		return dateCore{}, false
	}
	if before := s.at(i - 1); before.kind == tokenNumber || s.at(to).kind == tokenWord && !s.at(to).gap {
		return dateCore{}, false
	}
	return s.withoutYear(dateCore{from: i, to: to, day: day.number, month: month.number})
}
