package extract

import (
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// relativeDays are words that name a day by its distance from today; two-word
// ones are joined by a space.
var relativeDays = map[string]int{
	"heute": 0, "today": 0, "oggi": 0, "hoy": 0, "vandaag": 0, "dzis": 0, "dzisiaj": 0, "idag": 0, "i dag": 0, "hoje": 0, "dnes": 0, "avui": 0, "aujourd hui": 0, "hutt": 0, "huut": 0, "huute": 0,
	"gestern": 1, "yesterday": 1, "hier": 1, "ieri": 1, "ayer": 1, "gisteren": 1, "wczoraj": 1, "igar": 1, "i gar": 1, "ontem": 1, "vcera": 1, "ahir": 1, "gistern": 1, "gustern": 1, "guster": 1,
	"vorgestern": 2, "avant hier": 2, "altro ieri": 2, "anteayer": 2, "eergisteren": 2, "przedwczoraj": 2, "i forgars": 2, "i forrgar": 2, "i forgar": 2, "anteontem": 2, "predevcirem": 2,
}

// agoUnits are units of time, folded, by the length of one.
var agoUnits = func() map[string]time.Duration {
	table := map[string]time.Duration{}
	for unit, words := range map[time.Duration]string{
		time.Second: "sekunde sekunden second seconds seconde secondes secondo secondi segundo segundos seconden sekunder sekund sekundy sec secs sek",
		time.Minute: "minute minuten minutes minuto minuti minutos minuut minutter minut minuty minuter min mins minutami",
		time.Hour: `stunde stunden std hour hours hr hrs heure heures ora ore hora horas uur uren time timer godzine godziny godzin godzina godzine timme timmar
			hodinou hodinami h`,
		24 * time.Hour:     "tag tage tagen daag day days jour jours giorno giorni dia dias dag dagen dage dager dagar dzien dni dnem dny d",
		7 * 24 * time.Hour: "woche wochen week weeks semaine semaines settimana settimane semana semanas weken uge uger uke uker vecka veckor tydzien tygodnie tygodni tydnem tydny wk wks w",
	} {
		for word := range wordSet(words) {
			table[word] = unit
		}
	}
	return table
}()

// vagueUnits are too long for a count of them to name a day.
var vagueUnits = wordSet("monat monate monaten month months mois mese mesi mes meses maand maanden maned maneder jahr jahre jahren year years an ans anno anni ano anos jaar jaren ar lat lata miesiac miesiace miesiecy rok")

// agoBefore and agoAfter are the words around a count: "vor 3 Tagen", "3 days
// ago", "il y a 3 jours".
var (
	agoBefore = wordSet("vor il y a hace for for ha pred fa")
	agoAfter  = wordSet("ago fa geleden siden sedan temu atras")
	agoOnly   = wordSet("vor hace pred ha")                                                                            // need nothing after the unit
	about     = wordSet("ca circa etwa rund knapp fast gut uber ungefahr about around environ omkring ongeveer okolo") // not to the hour, yet to the day
	articles  = map[string]int{"einer": 1, "einem": 1, "eine": 1, "ein": 1, "an": 1, "a": 1, "one": 1, "une": 1, "un": 1, "una": 1, "uno": 1, "een": 1, "en": 1, "et": 1,
		"zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "deux": 2, "trois": 3, "due": 2, "tre": 3, "dos": 2, "tres": 3, "twee": 2, "drie": 3, "to": 2, "tva": 2, "dwa": 2, "dwie": 2, "trzy": 3}
)

// relativeCount reads "vor 3 Tagen" and its like around the number at token i.
func (s *dateScanner) relativeCount(i int) (FoundDate, bool) {
	return s.ago(i, s.at(i).number)
}

// ago reads a count of units at token i that lies in the past.
func (s *dateScanner) ago(i, count int) (FoundDate, bool) {
	unitAt := i + 1
	if mark := s.at(unitAt); mark.is('\'') || mark.is('’') { // "un'ora fa"
		unitAt++
	}
	unit := s.at(unitAt)
	length, known := agoUnits[unit.word]
	vague := vagueUnits[unit.word]
	if unit.kind != tokenWord || !known && !vague {
		return FoundDate{}, false
	}
	from, to := i, unitAt+1
	if s.at(to).is('.') {
		to++
	}
	if s.at(from-1).is('.') && about[s.at(from-2).word] { // "ca."
		from--
	}
	if about[s.at(from-1).word] {
		from--
	}
	before := s.at(from - 1)
	switch {
	case agoAfter[s.at(to).word]:
		to++
		if before.word == "for" {
			from--
		}
	case agoOnly[before.word] && before.kind == tokenWord:
		from--
	case before.word == "a" && s.at(from-2).word == "y" && s.at(from-3).word == "il":
		from -= 3
	default:
		return FoundDate{}, false
	}
	switch {
	case vague:
		s.refuse("months and years ago name no day")
		return FoundDate{}, false
	case s.o.Now.IsZero():
		s.refuse("relative, and the moment of the fetch is not known")
		return FoundDate{}, false
	case count > 400:
		return FoundDate{}, false
	}
	return s.relative(s.before(length, count), s.t[from].start, s.t[to-1].end), true
}

// before is the moment a number of units before the fetch, as precisely as the
// unit tells: a day for hours and more.
func (s *dateScanner) before(unit time.Duration, count int) news.Moment {
	now := s.o.Now.In(s.loc)
	if unit < time.Hour {
		return news.Moment{Time: now.Add(-time.Duration(count) * unit).Truncate(time.Minute), Precision: news.Minute}
	}
	then := now.Add(-time.Duration(count) * unit)
	if unit >= 24*time.Hour {
		then = now.AddDate(0, 0, -count*int(unit/(24*time.Hour)))
	}
	m, _ := moment(then.Year(), int(then.Month()), then.Day(), nil, s.loc)
	return m
}

// relativeText is how long a text may be in which "gestern" is a date rather
// than part of a story.
const relativeText = 160

// relativeWord reads a short text that is little more than "Heute, 14:30 Uhr"
// or "vor einer Stunde": only words of labels may stand before it, and only a
// time or a separator after it.
func (s *dateScanner) relativeWord() (FoundDate, bool) {
	if len(s.text) > relativeText || !s.opensRelative() {
		return FoundDate{}, false
	}
	s.clearTokens()
	for pos := 0; pos < len(s.text) && len(s.t) < 24; {
		t := nextToken(s.text, pos)
		if t.kind == tokenEnd {
			break
		}
		s.t = append(s.t, t)
		pos = t.end
	}
	for i := range s.t {
		t := s.t[i]
		if t.kind != tokenWord {
			if t.kind == tokenNumber {
				return FoundDate{}, false
			}
			continue
		}
		if days, width := s.relativeDay(i); width > 0 {
			return s.relativeAt(i, width, days)
		}
		if n := articles[t.word]; n > 0 {
			if d, ok := s.ago(i, n); ok {
				return d, true
			}
		}
		if length := agoUnits[t.word]; length > 0 && s.at(i+1).word == "temu" && !s.o.Now.IsZero() { // "tydzień temu"
			return s.relative(s.before(length, 1), t.start, s.t[i+1].end), true
		}
		if !introducesRelative(t.word) {
			return FoundDate{}, false
		}
	}
	return FoundDate{}, false
}

// introducesRelative reports whether a word may stand before a relative date.
func introducesRelative(word string) bool {
	return labelOf(word) != LabelNone || agoBefore[word] || clockIntro[word] || isWeekday(word) || articles[word] > 0 || word == "vom" || word == "l" || word == "seit" || word == "le"
}

// relativeStarts are the words that relative dates begin with.
var relativeStarts = func() map[string]bool {
	starts := map[string]bool{}
	for words := range relativeDays {
		first, _, _ := strings.Cut(words, " ")
		starts[first] = true
	}
	for word := range agoUnits {
		starts[word] = true
	}
	return starts
}()

// opensRelative reports whether the first word of the text may begin or
// introduce a relative date: that of nearly all texts does not, which spares
// reading the others.
func (s *dateScanner) opensRelative() bool {
	t := nextToken(s.text, 0)
	for t.kind == tokenMark {
		t = nextToken(s.text, t.end)
	}
	return t.kind == tokenWord && (relativeStarts[t.word] || introducesRelative(t.word))
}

// relativeDay matches one or two words at token i; width 0 where none.
func (s *dateScanner) relativeDay(i int) (days, width int) {
	word, next := s.t[i].word, i+1
	if s.at(next).isDash() || s.at(next).is('\'') || s.at(next).is('’') {
		next++
	}
	if after := s.at(next); after.kind == tokenWord {
		if days, ok := relativeDays[word+" "+after.word]; ok {
			return days, next - i + 1
		}
	}
	if days, ok := relativeDays[word]; ok && (word != "hier" || s.lang == "fr" || s.lang == "") { // "hier" is "here" in German and Dutch
		return days, 1
	}
	return 0, 0
}

// relativeAt is the day named by the width tokens at i, with the time after it.
func (s *dateScanner) relativeAt(i, width, days int) (FoundDate, bool) {
	c := dateCore{from: i, to: i + width}
	c.clock, c.to = s.clockAfter(c)
	next := s.at(c.to)
	alone := next.kind == tokenEnd || next.is('|') || next.is('·') || next.isDash() && next.gap || next.is(')') || next.is(']') || c.clock != nil
	if !alone {
		return FoundDate{}, false
	}
	if s.o.Now.IsZero() {
		s.refuse("relative, and the moment of the fetch is not known")
		return FoundDate{}, false
	}
	day := s.o.Now.In(s.loc).AddDate(0, 0, -days)
	m, ok := moment(day.Year(), int(day.Month()), day.Day(), c.clock, s.loc)
	if !ok {
		return FoundDate{}, false
	}
	return s.relative(m, s.t[i].start, s.t[c.to-1].end), true
}
