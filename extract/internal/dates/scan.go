package dates

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// Tokens are read this far (in bytes) before and after a digit, and no more
// than so many after it.
const (
	tokensBefore = 48
	tokensAfter  = 110
	mostTokens   = 28
)

// A Scanner finds dates: it runs along the digits of a text and reads the
// tokens around each.
type Scanner struct {
	text    string
	o       Options
	lang    string // primary subtag in lower case
	region  string // region subtag in lower case
	loc     *time.Location
	Whole   bool           // the text is one date: lenient forms count
	zoned   bool           // a machine's date: a dash after a time begins a zone, not a range
	zone    *time.Location // the zone printed last
	t       []token        // window around the digit in hand
	done    int            // end of the last date found
	refused string         // why the first thing that looked like a date was none
}

func newScanner(text string, o Options) *Scanner {
	lang, region, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(o.Language, "_", "-")), "-")
	s := &Scanner{o: o, lang: strings.TrimSpace(lang), region: strings.TrimSpace(region), loc: LocationOr(o.Location)}
	s.Begin(text, o.Near)
	if s.lang == "en" && s.region == "" {
		s.region = regionOf(s.loc.String())
	}
	return s
}

// NewScanner is a scanner for many texts of one page: Begin sets it upon
// each, and what it says is good until the next.
func NewScanner(o Options) *Scanner {
	s := newScanner("", o)
	s.t = make([]token, 0, mostTokens+16)
	return s
}

// Begin sets the scanner upon a text, with the date of a neighbour.
func (s *Scanner) Begin(text string, near time.Time) {
	s.text, s.o.Near = text[:min(len(text), longestSearched)], near
	s.Whole, s.zoned, s.zone = false, false, nil
	s.t, s.done, s.refused = s.t[:0], 0, ""
}

// regionOf is the English-speaking country of a time zone, where the zone
// tells: the user has set it for the source.
func regionOf(zone string) string {
	switch zone {
	case "Europe/London", "Europe/Dublin", "Europe/Belfast", "Europe/Jersey", "Europe/Guernsey", "Europe/Isle_of_Man",
		"Europe/Gibraltar", "Europe/Malta", "Pacific/Auckland":
		return "gb"
	case "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix", "America/Detroit",
		"America/Boise", "America/Anchorage", "Pacific/Honolulu":
		return "us"
	}
	switch {
	case strings.HasPrefix(zone, "Australia/"):
		return "au"
	case strings.HasPrefix(zone, "US/"), strings.HasPrefix(zone, "America/Indiana/"), strings.HasPrefix(zone, "America/Kentucky/"):
		return "us"
	}
	return ""
}

// All is every date of the text, in order.
func (s *Scanner) All() []Found {
	var found []Found
	if rel, ok := s.relativeWord(); ok {
		found = append(found, rel)
		s.done = rel.End
	}
	for at := s.done; at < len(s.text) && len(found) < mostDates; {
		digits := leadingDigits(s.text[at:])
		if digits == 0 {
			at++
			continue
		}
		end := at + digits
		if digits > 6 || digits == 3 || !s.promising(at, end) { // no day, no year, nor both glued together
			at = end
			continue
		}
		d, past, ok := s.dateAt(at)
		if !ok {
			at = past
			continue
		}
		if n := len(found); n > 0 && s.sameRange(&found[n-1], &d) {
			found[n-1].Range, d.Range = true, true
			d.Label = found[n-1].Label // "bis" joins, it labels nothing
		}
		found = append(found, d)
		s.done, at = d.End, max(d.End, past)
	}
	return found
}

// sameRange reports whether two dates that follow each other are the ends of one
// range.
func (s *Scanner) sameRange(first, second *Found) bool {
	return first.Range && second.Start-first.End <= 16 || s.joinsRange(first.End, second.Start)
}

// promising takes a quick look at what follows and precedes the digits from at
// to end: most numbers of a text are no dates, and this spares reading all that
// is around them.
func (s *Scanner) promising(at, end int) bool {
	if end-at > 4 { // a day or a year glued to something
		return true
	}
	follows := false
	switch next := nextToken(s.text, end); next.kind {
	case tokenNumber: // only hidden characters or white space between
		follows = !next.gap || s.Whole
	case tokenWord:
		follows = followsDay(next.word)
	case tokenMark:
		follows = s.markLeadsOn(next)
	}
	return follows || s.monthBefore(at)
}

// markLeadsOn reports whether a date may go on behind a mark.
func (s *Scanner) markLeadsOn(mark token) bool {
	after := nextToken(s.text, mark.end)
	switch {
	case mark.is(':') && !after.gap && ordinals()[after.word]: // "7:e mars"
		return true
	case mark.isAny(",;:)%€"):
		return false
	case after.kind == tokenWord:
		return followsDay(after.word)
	}
	return after.kind != tokenEnd
}

// followsDay reports whether a word may stand between the parts of a date or
// after a count of days.
func followsDay(word string) bool {
	if Months()[word] > 0 || romanMonths[word] > 0 || IsWeekday(word) {
		return true
	}
	if ordinals()[word] || yearIntro()[word] || rangeWords()[word] || vagueUnits()[word] {
		return true
	}
	_, unit := agoUnits()[word]
	return unit
}

// monthBefore reports whether the word before an offset is a month: "June 10".
func (s *Scanner) monthBefore(at int) bool {
	end := at
	for end > s.done && at-end < 8 {
		r, size := utf8.DecodeLastRuneInString(s.text[:end])
		if isLetter(r) {
			break
		}
		if r >= '0' && r <= '9' {
			return false
		}
		end -= size
	}
	begin := end
	for begin > s.done && end-begin < 24 {
		r, size := utf8.DecodeLastRuneInString(s.text[:begin])
		if !isLetter(r) && !hidden(r) {
			break
		}
		begin -= size
	}
	if end-begin < 3 {
		return false
	}
	last := ""
	for pos := begin; ; { // of "PressApril" the last part counts
		t := nextToken(s.text[:end], pos)
		if t.kind != tokenWord {
			return Months()[last] > 0
		}
		last, pos = t.word, t.end
	}
}

// dateAt reads the date whose first digit is at an offset, and returns where
// the number there ends.
func (s *Scanner) dateAt(at int) (d Found, past int, ok bool) {
	i := s.window(at)
	if i < 0 {
		return Found{}, at + 1, false
	}
	past = s.t[i].end
	if core, ok := s.core(i); ok {
		d, ok = s.finish(core)
		return d, past, ok
	}
	d, ok = s.relativeCount(i)
	return d, past, ok
}

// window tokenises the surroundings of an offset and returns the index of the
// token there.
func (s *Scanner) window(at int) int {
	from := max(s.done, at-tokensBefore)
	if from > s.done { // not from within a word or a number
		for from < at && s.text[from] > ' ' {
			from++
		}
	}
	s.clearTokens()
	here := -1
	for pos := from; pos < len(s.text) && pos < at+tokensAfter && (here < 0 || len(s.t) < here+mostTokens); {
		t := nextToken(s.text, pos)
		if t.kind == tokenEnd {
			break
		}
		if n := s.gluedYear(t); n > 0 {
			t = digitsOf(t, 0, n)
		}
		if t.start <= at && at < t.end {
			here = len(s.t)
		}
		s.t = append(s.t, t)
		pos = t.end
	}
	return here
}

// clearTokens empties the window, and makes room for it where there is none yet:
// most texts that are searched are short.
func (s *Scanner) clearTokens() {
	if s.t == nil {
		s.t = make([]token, 0, min(mostTokens+16, len(s.text)/2+4))
	}
	s.t = s.t[:0]
}

// gluedYear tells how many digits of a number to take by themselves where a
// year was glued to what follows it ("17/11/201917/11/2019", "May 5, 202207:59")
// or a day to its year ("Apr 042013"); 0 where nothing is glued.
func (s *Scanner) gluedYear(t token) int {
	if t.kind != tokenNumber || t.digits < 5 || t.digits > 6 || t.end-t.start != t.digits {
		return 0
	}
	yearOpens := recentYear(digitsOf(t, 0, 4))
	n := len(s.t) - 1
	before, second := s.at(n), s.at(n-1)
	switch month := Months()[before.word] > 0; {
	case month && !yearOpens && dayAndYear(t):
		return 2
	case !yearOpens:
		return 0
	case month, yearIntro()[before.word] && Months()[second.word] > 0, second.isShort() && s.leadsToYear(n, t.gap):
		return 4
	}
	return 0
}

// dayAndYear reports six digits that are a day and its year.
func dayAndYear(t token) bool {
	return t.digits == 6 && recentYear(digitsOf(t, 2, 6)) && digitsOf(t, 0, 2).number <= 31
}

// leadsToYear reports whether token n is the mark before a year: "May 5, 2022",
// "17/11/2019".
func (s *Scanner) leadsToYear(n int, gap bool) bool {
	mark, first := s.at(n), s.at(n-2)
	return mark.is(',') || !gap && separates(mark) && first.is(mark.mark)
}

// at is the token of an index, an empty one outside the window.
func (s *Scanner) at(i int) token {
	if i < 0 || i >= len(s.t) {
		return token{}
	}
	return s.t[i]
}

// joinsRange reports whether the text between two dates makes them the ends of
// a range: "10.06. bis 12.06.2024".
func (s *Scanner) joinsRange(from, to int) bool {
	if to-from > 40 || to <= from {
		return false
	}
	joined := false
	for pos := from; pos < to; {
		t := nextToken(s.text[:to], pos)
		switch {
		case t.kind == tokenEnd:
			return joined
		case t.isDash(), RangeJoin()[t.word]:
			joined = true
		case t.isAny(".,/()"), rangeWords()[t.word], clockUnits()[t.word], IsWeekday(t.word):
		default:
			return false
		}
		pos = t.end
	}
	return joined
}

// RangeJoin are the words that alone make a range.
var RangeJoin = words.Set("range_join")

// IsWeekday reports whether a folded word is a day of the week, or short for one.
func IsWeekday(word string) bool {
	_, ok := weekdayWords()[word]
	return ok
}

// relative is a date told by its distance from the fetch.
func (s *Scanner) relative(m news.Moment, start, end int) Found {
	says := s.LabelledBefore(start)
	return Found{Moment: m, Raw: s.text[start:end], Start: start, End: end, Label: says.Label, Weak: says.Weak, Relative: true}
}
