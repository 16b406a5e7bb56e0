package dates

// yearFirst reads 2024-06-10, 2024/06/10, 2024.06.10, 2024 June 10.
func (s *Scanner) yearFirst(i int) (dateCore, bool) {
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
	if sep.is('/') && month.digits+day.digits < 4 && (month.gap || day.gap) || s.overrun(i+5) && !s.at(i+5).is('.') ||
		s.at(i+5).isDash() && !s.at(i+5).gap && s.at(i+6).kind == tokenWord && !s.at(i+6).gap { // the latter: "2026-11-03-B"
		return dateCore{}, false
	}
	if month.number < 1 || month.number > 12 || day.number < 1 || day.number > 31 {
		s.refuse("no such day in the calendar")
		return dateCore{}, false
	}
	return dateCore{from: i, to: i + 5, day: day.number, month: month.number, year: year.number, machine: true}, true
}

func separates(t token) bool {
	return t.is('.') || t.is('/') || t.is('-') || t.isDash() || t.is('·') || t.is('|') || t.is('⁄') || t.is('∕')
}

// numeric reads 10.06.2024, 10.6.24, 10/06/2024, 10-06-2024, 10 . 06 . 2024,
// and 10.VI.2024.
func (s *Scanner) numeric(i int) (dateCore, bool) {
	first, sep, second, sep2, year := s.at(i), s.at(i+1), s.at(i+2), s.at(i+3), s.at(i+4)
	if second.kind == tokenWord || sep.kind == tokenWord {
		return s.roman(i)
	}
	marked := apostrophe(year) // 10.06.'24
	if marked {
		year = s.at(i + 5)
	}
	if s.Whole && sep.kind == tokenNumber && second.kind == tokenNumber && len(s.t) == 3 { // "10 06 2024", three elements
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
	case s.plausibleYear(year) && (!sep.isDash() || !sep.gap && !second.gap && !year.gap || s.Whole):
	case year.digits == 4 && year.number == 0:
		s.refuse("no such day in the calendar")
		return dateCore{}, false
	case year.digits == 2 && s.shortYearFits(i, sep, second, year):
		year.number = s.shortYear(year)
	default:
		return dateCore{}, false
	}
	if s.overrun(to) || year.digits == 2 && s.at(to).digits == 2 &&
		s.at(to+1).kind == tokenEnd { // the latter: "10.06.20 24", a year in two pieces
		return dateCore{}, false
	}
	if (sep.mark == '|' || sep.mark == '·') && !s.Whole && first.digits+second.digits+year.digits < 8 {
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
	if s.at(j).isDash() {
		j++
	}
	year := s.at(j)
	if short := year.kind == tokenNumber && year.digits == 2 && j == i+4 && !year.gap; short {
		year.number, year.digits = s.shortYear(year), 4
	}
	if !slash.is('/') || slash.gap || month.kind != tokenNumber || month.digits > 2 || month.number < 1 || month.number > 12 ||
		!s.plausibleYear(year) {
		return dateCore{}, false
	}
	return dateCore{from: i, to: j + 1, day: s.at(i).number, month: month.number, year: year.number}, true
}

// ordered puts day and month in the order of the language.
func (s *Scanner) ordered(c dateCore, first, second, sep, year token) (dateCore, bool) {
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
func (s *Scanner) order(sep token) dateOrder {
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

var romanMonths = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
	"xi": 11, "xii": 12}

// roman reads 10.VI.2024, as Poles and Hungarians write.
func (s *Scanner) roman(i int) (dateCore, bool) {
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

// dayMonthOnly reads "10.06." without a year, which needs both dots.
func (s *Scanner) dayMonthOnly(i int) (dateCore, bool) {
	day, dot, month, dot2 := s.at(i), s.at(i+1), s.at(i+2), s.at(i+3)
	to := i + 4
	if !dot2.is('.') && day.digits == 2 && month.digits == 2 && s.lang == "de" {
		if _, weekday := s.weekdayBefore(i); weekday && !clockUnits()[dot2.word] && dot2.kind != tokenNumber && !dot2.isDash() &&
			!dot2.is(':') { // "Mo, 10.06"
			dot2, to = dot, i+3
		}
	}
	if !dot.is('.') || !dot2.is('.') || dot.gap || dot2.gap || month.kind != tokenNumber || month.digits > 2 || month.number < 1 ||
		month.number > 12 ||
		day.digits+month.digits < 3 && !s.Whole && s.lang != "de" {
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
