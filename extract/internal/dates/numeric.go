package dates

// yearFirst reads 2024-06-10, 2024/06/10, 2024.06.10, 2024 June 10.
func (s *Scanner) yearFirst(i int) (dateCore, bool) {
	year := s.at(i)
	if !s.plausibleYear(year) || s.numbered(i) || s.continuesPath(i) {
		return dateCore{}, false
	}
	j := i + 1
	for s.at(j).is('.') || s.at(j).isDash() && s.at(j+1).kind == tokenWord {
		j++
	}
	if s.at(j).kind == tokenWord {
		return s.yearMonthDay(i, j)
	}
	month, day := s.at(i+2), s.at(i+4)
	if !sameMark(s.at(i+1), s.at(i+3)) || !month.isShort() || !day.isShort() {
		return dateCore{}, false
	}
	if s.isSum(i) || s.isNumberOfFile(i+5) {
		return dateCore{}, false
	}
	if !month.isMonth() || !day.isDay() {
		s.refuse("no such day in the calendar")
		return dateCore{}, false
	}
	return dateCore{from: i, to: i + 5, day: day.number, month: month.number, year: year.number, machine: true}, true
}

// isNumberOfFile reports whether what follows three numbers makes more than a
// date of them: "2026-11-03-B".
func (s *Scanner) isNumberOfFile(to int) bool {
	return s.joinsCompound(to) || s.overrun(to) && !s.at(to).is('.')
}

// isSum reports whether three numbers stand too wide to be a date: "2023 - 10 - 12"
// is a sum or a range, "2023/ 1/ 2" are counts.
func (s *Scanner) isSum(i int) bool {
	sep, month, day := s.at(i+1), s.at(i+2), s.at(i+4)
	if sep.isDash() {
		return sep.gap || month.gap
	}
	return sep.is('/') && (month.gap || day.gap) && month.digits+day.digits < 4
}

// continuesPath reports whether a year touches what makes it part of something
// else: "AZ2024", "4.2024", "a/2024".
func (s *Scanner) continuesPath(i int) bool {
	before := s.at(i - 1)
	if s.at(i).gap {
		return false
	}
	return before.isDash() || before.isAny("./_") || before.kind == tokenWord && len(before.word) < 3
}

// yearMonthDay reads 2024 June 10, with the year at token i and the month at j.
func (s *Scanner) yearMonthDay(i, j int) (dateCore, bool) {
	month := s.monthOf(s.at(j), true)
	if s.at(j+1).is('.') || s.at(j+1).isDash() && !s.at(j+1).gap {
		j++
	}
	day := s.at(j + 1)
	if month == 0 || !day.isDay() || s.at(j+2).is(':') {
		return dateCore{}, false
	}
	return dateCore{from: i, to: j + 2, day: day.number, month: month, year: s.at(i).number}, true
}

func separates(t token) bool { return t.isDash() || t.isAny("./·|⁄∕") }

// sameMark reports two marks of one kind that stand between the parts of a date.
func sameMark(a, b token) bool {
	if a.isDash() {
		return b.isDash()
	}
	return separates(a) && b.is(a.mark)
}

// numeric reads 10.06.2024, 10.6.24, 10/06/2024, 10-06-2024, 10 . 06 . 2024,
// and 10.VI.2024.
func (s *Scanner) numeric(i int) (dateCore, bool) {
	first, sep, second := s.at(i), s.at(i+1), s.at(i+2)
	switch {
	case second.kind == tokenWord || sep.kind == tokenWord:
		return s.roman(i)
	case sep.kind == tokenNumber && second.kind == tokenNumber:
		return s.threeNumbers(i)
	case !sameMark(sep, s.at(i+3)) || !second.isShort():
		return dateCore{}, false
	}
	year, to := s.numericYear(i)
	if year.kind != tokenNumber || s.overrun(to) || s.yearInTwo(year, to) {
		return dateCore{}, false
	}
	if sep.isAny("|·") && !s.Whole && first.digits+second.digits+year.digits < 8 {
		return dateCore{}, false
	}
	if year.digits == 2 {
		year.number = s.shortYear(year)
	}
	if s.lang == "pl" {
		to = s.afterYear(to)
	}
	return s.ordered(dateCore{from: i, to: to}, first, second, sep, year)
}

// numericYear is the year of the numeric date at token i, and where it ends; no
// number where none fits.
func (s *Scanner) numericYear(i int) (year token, to int) {
	year, to = s.at(i+4), i+5
	if apostrophe(year) { // 10.06.'24
		if year = s.at(to); !year.isTwo() || year.gap {
			return token{}, to
		}
		return year, to + 1
	}
	if year.digits == 4 && year.number == 0 {
		s.refuse("no such day in the calendar")
		return token{}, to
	}
	if !s.yearFits(i, year) {
		return token{}, to
	}
	return year, to
}

// threeNumbers reads "10 06 2024", which three elements print.
func (s *Scanner) threeNumbers(i int) (dateCore, bool) {
	year := s.at(i + 2)
	if !s.Whole || len(s.t) != 3 || year.digits != 4 {
		return dateCore{}, false
	}
	return s.ordered(dateCore{from: i, to: i + 3}, s.at(i), s.at(i+1), token{kind: tokenMark, mark: '.'}, year)
}

// yearFits reports whether a number may be the year of the numeric date at token i.
func (s *Scanner) yearFits(i int, year token) bool {
	sep, second := s.at(i+1), s.at(i+2)
	if s.plausibleYear(year) {
		spaced := sep.gap || second.gap || year.gap
		return !sep.isDash() || !spaced || s.Whole
	}
	return year.digits == 2 && s.shortYearFits(i, sep, second, year)
}

// yearInTwo reports a year in two pieces at the end of a text: "10.06.20 24".
func (s *Scanner) yearInTwo(year token, to int) bool {
	return year.digits == 2 && s.at(to).digits == 2 && s.at(to+1).kind == tokenEnd
}

// shortYearFits reports whether two digits may be the year of a numeric date:
// they stand tight, or after dots with a space ("10. 6. 24") in a text that is
// one date.
func (s *Scanner) shortYearFits(i int, sep, second, year token) bool {
	tight := !sep.gap && !second.gap && !s.at(i+3).gap && !year.gap
	switch {
	case sep.is('.'):
		return tight || s.Whole
	case sep.is('/'):
		return tight
	case s.lang == "nl" || s.lang == "da" || s.lang == "no" || s.lang == "nb": // hyphens are the custom there
		return tight
	default:
		return tight && s.Whole && !s.yearOrDay(s.at(i), year)
	}
}

// yearOrDay reports whether the first of three short numbers with hyphens may
// be a year as well: "24-06-10".
func (s *Scanner) yearOrDay(first, last token) bool {
	year := s.shortYear(first)
	return year >= s.shortYear(last) && (s.o.Now.IsZero() || year <= s.o.Now.Year())
}

// nordic reads 11/6-2024 and 11/6 2024.
func (s *Scanner) nordic(i int) (dateCore, bool) {
	switch s.lang {
	case "da", "sv", "no", "nb", "nn", "fi":
	default:
		return dateCore{}, false
	}
	slash, month, j := s.at(i+1), s.at(i+2), i+3
	dashed := s.at(j).isDash()
	if dashed {
		j++
	}
	year := s.at(j)
	if dashed && year.isTwo() && !year.gap {
		year.number, year.digits = s.shortYear(year), 4
	}
	if !slash.is('/') || slash.gap || !month.isMonth() || !s.plausibleYear(year) {
		return dateCore{}, false
	}
	return dateCore{from: i, to: j + 1, day: s.at(i).number, month: month.number, year: year.number}, true
}

// ordered puts day and month in the order of the language.
func (s *Scanner) ordered(c dateCore, first, second, sep, year token) (dateCore, bool) {
	c.day, c.month, c.year = first.number, second.number, year.number
	dayIsSure, monthOpens := first.number > 12, second.number > 12
	switch {
	case !first.isDay() || !second.isDay(), dayIsSure && monthOpens, monthOpens && !s.mayOpenWithMonth(sep):
		s.refuse("no such day in the calendar")
		return dateCore{}, false
	case dayIsSure:
		return c, true
	case monthOpens:
		c.day, c.month = c.month, c.day
		return c, true
	}
	switch s.order(sep) {
	case dayFirst:
	case monthFirst:
		c.day, c.month = c.month, c.day
	default:
		c.unsure = c.day != c.month
	}
	return c, true
}

// mayOpenWithMonth reports whether 06/13/2024 is anybody's custom where the page
// is from. 06.13.2024 is that of nobody but some who write English.
func (s *Scanner) mayOpenWithMonth(sep token) bool {
	return s.lang == "en" || !sep.is('.') && s.order(sep) != dayFirst
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
func (s *Scanner) order(sep token) dateOrder {
	us := s.lang == "en" && (s.region == "us" || s.region == "ph")
	switch {
	case sep.is('.') && us:
		return orderUnknown
	case sep.is('.'):
		return dayFirst
	case us:
		return monthFirst
	case s.lang == "" || s.lang == "und":
		return orderUnknown
	case s.lang == "en" && (s.region == "" || s.region == "ca"):
		return orderUnknown
	}
	return dayFirst
}

var romanMonths = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
	"xi": 11, "xii": 12}

// roman reads 10.VI.2024, as Poles and Hungarians write.
func (s *Scanner) roman(i int) (dateCore, bool) {
	j := i + 1
	if s.at(j).isDash() || s.at(j).isAny("./") {
		j++
	}
	name := s.at(j)
	month := romanMonths[name.word]
	if month == 0 || name.kind != tokenWord || s.text[name.start] >= 'a' {
		return dateCore{}, false
	}
	if j++; s.at(j).isDash() || s.at(j).isAny("./") {
		j++
	}
	if year := s.at(j); s.plausibleYear(year) {
		return dateCore{from: i, to: j + 1, day: s.at(i).number, month: month, year: year.number}, true
	}
	return dateCore{}, false
}

// dayMonthOnly reads "10.06." without a year, which needs both dots; in German
// "Mo, 10.06" does with one.
func (s *Scanner) dayMonthOnly(i int) (dateCore, bool) {
	day, dot, month := s.at(i), s.at(i+1), s.at(i+2)
	if !dot.is('.') || dot.gap || !month.isMonth() {
		return dateCore{}, false
	}
	to := i + 3
	switch dot2 := s.at(to); {
	case dot2.is('.') && !dot2.gap:
		to++
	case dot2.is('.') || !s.oneDotDoes(i):
		return dateCore{}, false
	}
	if day.digits+month.digits < 3 && !s.Whole && s.lang != "de" {
		return dateCore{}, false
	}
	if s.at(i-1).kind == tokenNumber || s.goesOn(to) {
		return dateCore{}, false
	}
	return s.withoutYear(dateCore{from: i, to: to, day: day.number, month: month.number})
}

// goesOn reports whether the token behind "10.06." makes it part of something
// longer: a year apart, or what touches it.
func (s *Scanner) goesOn(to int) bool {
	switch next := s.at(to); next.kind {
	case tokenNumber:
		return !next.gap || s.plausibleYear(next)
	case tokenWord:
		return !next.gap
	}
	return false
}

// oneDotDoes reports whether a day and month in two digits each, behind a
// weekday, are a date without a second dot.
func (s *Scanner) oneDotDoes(i int) bool {
	if s.lang != "de" || s.at(i).digits != 2 || s.at(i+2).digits != 2 {
		return false
	}
	_, weekday := s.weekdayBefore(i)
	after := s.at(i + 3)
	goesOn := after.isDash() || after.is(':') || after.kind == tokenNumber
	return weekday && !goesOn && !clockUnits()[after.word]
}
