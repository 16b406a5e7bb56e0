package dates

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// core reads the day that begins at token i, in any of the printed forms.
func (s *Scanner) core(i int) (dateCore, bool) {
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
var refusedBefore = words.Set("no_date_after")

// numberEndings are how words end after which numbers are no dates:
// "Hausnummer".
var numberEndings = words.Match("number_endings")

// amountUnits follow numbers that are amounts: "10.06 Euro".
var amountUnits = words.Set("amount_units")

// software are names before numbers with dots that are versions.
var software = words.Set("software")

// versioned reports whether a number follows the name of a program: "TYPO3
// 12.4.15", "PHP 8.3.12".
func (s *Scanner) versioned(i int) bool {
	before := s.at(i - 1)
	if before.kind == tokenNumber && !before.gap { // the 3 of "TYPO3"
		before = s.at(i - 2)
	}
	if before.kind != tokenWord || s.beforeMonth(i) {
		return false
	}
	first := s.at(i - 2) // the Word of "WordPress"
	return software()[before.word] || !before.gap && first.kind == tokenWord && software()[first.word+before.word]
}

// streets are words after which a day is the name of a street or square: "rue
// du 8 mai 1945", "via 25 Aprile", "ul. 3 Maja". The Polish ones are
// abbreviations that mean other things elsewhere.
var (
	streets       = words.Set("streets")
	polishStreets = words.Set("street_abbreviations")
	streetIntro   = words.Set("street_articles") // between such a word and the day
	dateOf        = words.Set("dated_things")    // "Letzte Aktualisierung dieser Seite: 10.06.2024"
	countWords    = words.Set("count_words")     // "Nr. 7 Juni 2024" is an issue
)

// namesStreet reports whether a day is the name of a street.
func (s *Scanner) namesStreet(i int) bool {
	before := s.at(i - 1)
	if streetIntro()[before.word] {
		return streets()[s.at(i-2).word]
	}
	if before.is('.') {
		before = s.at(i - 2)
	}
	if before.word == "place" { // things take "place" on a day
		return false
	}
	return streets()[before.word] || s.lang == "pl" && polishStreets()[before.word]
}

// beforeMonth reports whether the name of a month follows a number, which makes
// it a day whatever numbers stand for after the word before it.
func (s *Scanner) beforeMonth(i int) bool {
	j := s.afterOrdinal(i + 1)
	if s.at(j).isDash() || yearIntro()[s.at(j).word] {
		j++
	}
	return s.monthOf(s.at(j), true) > 0
}

// numbered reports whether a word such as "Nr." or "Tel:" stands before a number.
func (s *Scanner) numbered(i int) bool {
	back := i - 1
	for back > i-3 && s.marksNumber(back) {
		back--
	}
	before := s.at(back)
	if before.word == "n" && before.end-before.start == 1 && s.lang == "nds" { // "vun'n 10. Juni"
		return false
	}
	if s.at(i-1).is(':') && dateOf()[before.word] {
		return false
	}
	if s.beforeMonth(i) {
		return countWords()[before.word] || s.namesStreet(i)
	}
	if before.word == "en" && s.lang != "de" && s.lang != "" {
		return false
	}
	return before.kind == tokenWord && numberWord(before.word)
}

// marksNumber reports a mark between a word and its number: "Nr. 10", "Az.: 10",
// "n° 10".
func (s *Scanner) marksNumber(i int) bool {
	return s.at(i).isAny(".:") && s.at(i-1).word != "en" || s.at(i).isAny("°º")
}

// numberWord reports whether a word stands before numbers that are no dates.
func numberWord(word string) bool {
	_, ends := numberEndings().Find(word)
	return ends || refusedBefore()[word]
}

// unfit reports whether what stands before a number makes it part of something
// else: a decimal, a version, a paragraph, a telephone number.
func (s *Scanner) unfit(i int) bool {
	t, before := s.at(i), s.at(i-1)
	switch {
	case before.kind == tokenEnd:
		return false
	case before.isAny("§€$£=№"), !t.gap && before.isAny("#+"), s.numbered(i), s.versioned(i), s.dialled(i):
		return true
	case t.gap:
		return false
	case before.kind == tokenWord: // a version, a file number; or elements glued together
		return len(before.word) < 3
	case before.isAny(`_\&@`):
		return true
	}
	return !before.gap && s.continuesNumber(i)
}

// dialled reports a number after one that opens a telephone number: "Tel. 0561 10.06.24".
func (s *Scanner) dialled(i int) bool {
	before := s.at(i - 1)
	return before.kind == tokenNumber && before.digits > 2 && s.text[before.start] == '0' && s.numbered(i-1)
}

// continuesNumber reports whether the mark before a number, which touches what it
// follows, goes on with that: "3.10", "BV/10/06/2024", "AZ-10".
func (s *Scanner) continuesNumber(i int) bool {
	mark, first := s.at(i-1), s.at(i-2)
	switch {
	case mark.isAny("./%,") && first.kind == tokenNumber:
		return true
	case mark.is('/'):
		return first.kind == tokenWord && len(first.word) <= 4 && !IsWeekday(first.word)
	case !mark.isDash():
		return false
	case first.kind == tokenWord:
		return len(first.word) < 5 && s.monthOf(first, true) == 0
	}
	return first.kind == tokenNumber && first.digits > 2 && !s.plausibleYear(first)
}

// overrun reports whether a numeric date is followed by what makes it part of
// something longer: an IP address, a file number, a price, a percentage.
func (s *Scanner) overrun(to int) bool {
	t, next := s.at(to), s.at(to+1)
	tight := !t.gap && next.glued()
	switch {
	case tight && t.isAny("./_,"):
		return next.digits != 2 || !s.at(to+2).is(':') // "10.06.2024,14:30"
	case tight && t.isDash(): // a file number ("10.06.2024-3"), unless a range or a time follows
		after := s.at(to + 2)
		return !after.isAny(".:/") && !after.isDash()
	}
	return t.isAny("€%$£") || amountUnits()[t.word]
}

// plausibleYear reports whether a number of four digits is a year that news
// pages print.
func (s *Scanner) plausibleYear(t token) bool {
	return t.kind == tokenNumber && t.digits == 4 && t.number >= 1800 && t.number <= 2199
}

// shortYear is the year that two digits stand for.
func (s *Scanner) shortYear(t token) int {
	pivot := 50
	if !s.o.Now.IsZero() {
		pivot = s.o.Now.Year()%100 + 10
	}
	if t.number > pivot {
		return 1900 + t.number
	}
	return 2000 + t.number
}

func apostrophe(t token) bool { return t.isAny("'’‘`") }
