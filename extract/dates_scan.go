package extract

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

// What a token is.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota // before the first or after the last one
	tokenNumber                  // a run of digits
	tokenWord                    // a run of letters
	tokenMark                    // any other visible character
)

// A token is a number, word or mark of the text around a digit. Invisible
// characters within it count for nothing.
type token struct {
	kind       tokenKind
	start, end int
	gap        bool   // white space before it
	number     int    // value of a tokenNumber of at most nine digits
	digits     int    // how many
	word       string // of a tokenWord, folded
	mark       rune   // of a tokenMark
}

func (t token) is(mark rune) bool { return t.kind == tokenMark && t.mark == mark }

func (t token) isDash() bool {
	if t.kind != tokenMark {
		return false
	}
	switch t.mark {
	case '-', '–', '—', '−', '‐', '‑', '‒', '―':
		return true
	}
	return false
}

// Tokens are read this far (in bytes) before and after a digit, and no more
// than so many after it.
const (
	tokensBefore = 48
	tokensAfter  = 110
	mostTokens   = 28
)

// A dateScanner finds dates: it runs along the digits of a text and reads the
// tokens around each.
type dateScanner struct {
	text    string
	o       DateOptions
	lang    string // primary subtag in lower case
	region  string // region subtag in lower case
	loc     *time.Location
	whole   bool           // the text is one date: lenient forms count
	zoned   bool           // a machine's date: a dash after a time begins a zone, not a range
	zone    *time.Location // the zone printed last
	t       []token        // window around the digit in hand
	done    int            // end of the last date found
	refused string         // why the first thing that looked like a date was none
}

func newDateScanner(text string, o DateOptions) *dateScanner {
	if len(text) > longestSearched {
		text = text[:longestSearched]
	}
	lang, region, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(o.Language, "_", "-")), "-")
	s := &dateScanner{text: text, o: o, lang: strings.TrimSpace(lang), region: strings.TrimSpace(region), loc: locationOr(o.Location)}
	if s.lang == "en" && s.region == "" {
		s.region = regionOf(s.loc.String())
	}
	return s
}

// regionOf is the English-speaking country of a time zone, where the zone
// tells: the user has set it for the source.
func regionOf(zone string) string {
	switch zone {
	case "Europe/London", "Europe/Dublin", "Europe/Belfast", "Europe/Jersey", "Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Gibraltar", "Europe/Malta", "Pacific/Auckland":
		return "gb"
	case "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix", "America/Detroit", "America/Boise", "America/Anchorage", "Pacific/Honolulu":
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

// all is every date of the text, in order.
func (s *dateScanner) all() []FoundDate {
	var found []FoundDate
	if rel, ok := s.relativeWord(); ok {
		found = append(found, rel)
		s.done = rel.End
	}
	for at := s.done; at < len(s.text) && len(found) < mostDates; {
		if c := s.text[at]; c < '0' || c > '9' {
			at++
			continue
		}
		end := at + 1
		for end < len(s.text) && s.text[end] >= '0' && s.text[end] <= '9' {
			end++
		}
		if n := end - at; n > 6 || n == 3 { // no day, no year, nor both glued together
			at = end
			continue
		}
		if !s.promising(at, end) {
			at = end
			continue
		}
		d, past, ok := s.dateAt(at)
		if !ok {
			at = past
			continue
		}
		if n := len(found); n > 0 && (found[n-1].Range && d.Start-found[n-1].End <= 16 || s.joinsRange(found[n-1].End, d.Start)) {
			found[n-1].Range, d.Range = true, true
			d.Label = found[n-1].Label // "bis" joins, it labels nothing
		}
		found = append(found, d)
		s.done, at = d.End, max(d.End, past)
	}
	return found
}

// promising takes a quick look at what follows and precedes the digits from at
// to end: most numbers of a text are no dates, and this spares reading all that
// is around them.
func (s *dateScanner) promising(at, end int) bool {
	if end-at > 4 { // a day or a year glued to something
		return true
	}
	next := nextToken(s.text, end)
	switch next.kind {
	case tokenNumber: // only hidden characters or white space between
		if !next.gap || s.whole {
			return true
		}
	case tokenWord:
		if followsDay(next.word) {
			return true
		}
	case tokenMark:
		switch after := nextToken(s.text, next.end); {
		case next.is(',') || next.is(';') || next.is(':') || next.is(')') || next.is('%') || next.is('€'):
		case after.kind == tokenNumber, after.kind == tokenMark, after.kind == tokenWord && followsDay(after.word):
			return true
		}
	}
	return s.monthBefore(at)
}

// followsDay reports whether a word may stand between the parts of a date or
// after a count of days.
func followsDay(word string) bool {
	if monthWords[word] > 0 || ordinals[word] || yearIntro[word] || rangeWords[word] || isWeekday(word) || romanMonths[word] > 0 {
		return true
	}
	_, unit := agoUnits[word]
	return unit || vagueUnits[word]
}

// monthBefore reports whether the word before an offset is a month: "June 10".
func (s *dateScanner) monthBefore(at int) bool {
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
			return monthWords[last] > 0
		}
		last, pos = t.word, t.end
	}
}

// dateAt reads the date whose first digit is at an offset, and returns where
// the number there ends.
func (s *dateScanner) dateAt(at int) (d FoundDate, past int, ok bool) {
	i := s.window(at)
	if i < 0 {
		return FoundDate{}, at + 1, false
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
func (s *dateScanner) window(at int) int {
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
func (s *dateScanner) clearTokens() {
	if s.t == nil {
		s.t = make([]token, 0, min(mostTokens+16, len(s.text)/2+4))
	}
	s.t = s.t[:0]
}

// gluedYear tells how many digits of a number to take by themselves where a
// year was glued to what follows it ("17/11/201917/11/2019", "May 5, 202207:59")
// or a day to its year ("Apr 042013"); 0 where nothing is glued.
func (s *dateScanner) gluedYear(t token) int {
	if t.kind != tokenNumber || t.digits < 5 || t.digits > 6 || t.end-t.start != t.digits {
		return 0
	}
	n := len(s.t) - 1
	before, second := s.at(n), s.at(n-1)
	month := before.kind == tokenWord && monthWords[before.word] > 0
	if month && t.digits == 6 && recentYear(digitsOf(t, 2, 6)) && digitsOf(t, 0, 2).number <= 31 && !recentYear(digitsOf(t, 0, 4)) {
		return 2
	}
	if !recentYear(digitsOf(t, 0, 4)) {
		return 0
	}
	switch {
	case month, before.kind == tokenWord && yearIntro[before.word] && monthWords[second.word] > 0:
		return 4
	case before.is(',') && second.kind == tokenNumber && second.digits <= 2:
		return 4
	case !t.gap && separates(before) && second.kind == tokenNumber && second.digits <= 2 && s.at(n-2).kind == tokenMark && s.at(n-2).mark == before.mark:
		return 4
	}
	return 0
}

func recentYear(t token) bool { return t.number >= 1990 && t.number <= 2099 }

// digitsOf is a number of some of the digits of another.
func digitsOf(t token, from, to int) token {
	digits := t.number
	for range t.digits - to {
		digits /= 10
	}
	mod := 1
	for range to - from {
		mod *= 10
	}
	return token{kind: tokenNumber, start: t.start + from, end: t.start + to, gap: t.gap && from == 0, number: digits % mod, digits: to - from}
}

// at is the token of an index, an empty one outside the window.
func (s *dateScanner) at(i int) token {
	if i < 0 || i >= len(s.t) {
		return token{}
	}
	return s.t[i]
}

// nextToken reads the token that begins at or after an offset.
func nextToken(text string, pos int) token {
	t := token{}
	for pos < len(text) {
		r, size := rune(text[pos]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[pos:])
		}
		switch {
		case hidden(r):
		case r <= ' ' || unicode.IsSpace(r):
			t.gap = true
		case r >= '0' && r <= '9':
			return numberToken(text, pos, t)
		case isLetter(r):
			return wordToken(text, pos, t)
		default:
			if r == '․' || r == '．' { // full stops of other typefaces
				r = '.'
			}
			t.kind, t.start, t.end, t.mark = tokenMark, pos, pos+size, r
			return t
		}
		pos += size
	}
	return t
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r)
}

func numberToken(text string, pos int, t token) token {
	t.kind, t.start = tokenNumber, pos
	for pos < len(text) {
		c := text[pos]
		if c >= '0' && c <= '9' {
			if t.digits++; t.digits <= 9 {
				t.number = t.number*10 + int(c-'0')
			}
			pos++
			t.end = pos
			continue
		}
		r, size := utf8.DecodeRuneInString(text[pos:])
		if c < utf8.RuneSelf || !hidden(r) {
			break
		}
		pos += size
	}
	return t
}

func wordToken(text string, pos int, t token) token {
	t.kind, t.start = tokenWord, pos
	small := false
	for pos < len(text) {
		r, size := rune(text[pos]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[pos:])
		}
		switch {
		case isLetter(r):
			capital := unicode.IsUpper(r)
			if capital && small { // elements glued together: "PressApril 28"
				t.word = foldShort(text[t.start:t.end])
				return t
			}
			small = !capital
			t.end = pos + size
		case !hidden(r):
			t.word = foldShort(text[t.start:t.end])
			return t
		}
		pos += size
	}
	t.word = foldShort(text[t.start:t.end])
	return t
}

// foldShort is foldWord for words that may be of a date; longer ones stand as
// they are, and match nothing.
func foldShort(word string) string {
	if len(word) > 28 {
		return word
	}
	return foldWord(word)
}

// A dateCore is a day as read from the tokens [from, to).
type dateCore struct {
	from, to         int
	day, month, year int
	noYear           bool
	isRange          bool
	unsure           bool   // day and month may be swapped
	machine          bool   // ISO order: a time may follow with T
	clock            *clock // where the form holds its time inside
}

// finish adds to a day what stands around it: weekday, time, label.
func (s *dateScanner) finish(c dateCore) (FoundDate, bool) {
	weekday, hasWeekday := s.weekdayBefore(c.from)
	if c.unsure {
		if !s.settle(&c, weekday, hasWeekday) {
			return FoundDate{}, false
		}
	}
	if c.clock == nil {
		c.clock, c.to = s.clockAfter(c)
	}
	if c.noYear && !s.guessYear(&c, weekday, hasWeekday) {
		return FoundDate{}, false
	}
	if c.clock == nil {
		c.clock, c.from = s.clockBefore(c.from)
	}
	m, ok := moment(c.year, c.month, c.day, c.clock, s.loc)
	if !ok {
		s.refuse("no such day in the calendar")
		return FoundDate{}, false
	}
	if m.Time.Year() == 1970 && m.Time.YearDay() == 1 {
		s.refuse("the computer's zero, not a date")
		return FoundDate{}, false
	}
	start, end := s.t[c.from].start, s.t[c.to-1].end
	d := FoundDate{Moment: m, Raw: s.text[start:end], Start: start, End: end, Range: c.isRange, YearGuessed: c.noYear}
	if c.clock != nil && c.clock.isRange {
		d.Range = true
	}
	if d.Label = s.labelBefore(start); d.Label == LabelNone || d.Label == LabelPublished {
		if after := s.labelAfter(start, end); after != LabelNone {
			d.Label = after
		}
	}
	return d, true
}

func (s *dateScanner) refuse(reason string) {
	if s.refused == "" {
		s.refused = reason
	}
}

// settle decides between day and month by the weekday printed beside them.
func (s *dateScanner) settle(c *dateCore, weekday time.Weekday, known bool) bool {
	fits := func(month, day int) bool {
		t, ok := civilDay(c.year, month, day, time.UTC)
		return ok && t.Weekday() == weekday
	}
	switch straight, swapped := fits(c.month, c.day), fits(c.day, c.month); {
	case known && straight && !swapped:
		return true
	case known && swapped && !straight:
		c.day, c.month = c.month, c.day
		return true
	}
	s.refuse("day and month could be swapped; the language would tell (en-GB, en-US, de …)")
	return false
}

// guessYear gives a day without a year the one next to its neighbour's date,
// or else the latest that is not in the future.
func (s *dateScanner) guessYear(c *dateCore, weekday time.Weekday, known bool) bool {
	var near time.Time
	limit := time.Time{}
	switch {
	case !s.o.Near.IsZero():
		near = s.o.Near
		if !s.o.Now.IsZero() {
			limit = s.o.Now.Add(48 * time.Hour)
		}
	case !s.o.Now.IsZero():
		limit = s.o.Now.Add(48 * time.Hour)
		near = limit
	default:
		s.refuse("no year, and nothing to tell it from")
		return false
	}
	best, distance := 0, time.Duration(1<<63-1)
	for year := near.Year() - 6; year <= near.Year()+1; year++ {
		t, ok := civilDay(year, c.month, c.day, s.loc)
		switch {
		case !ok, !limit.IsZero() && t.After(limit), known && t.Weekday() != weekday:
		case t.Sub(near).Abs() < distance:
			best, distance = year, t.Sub(near).Abs()
		}
	}
	if best == 0 && known {
		if next, ok := civilDay(near.Year()+1, c.month, c.day, s.loc); ok && next.Weekday() == weekday {
			s.refuse("the weekday is that of a day to come")
			return false
		}
		return s.guessYear(c, 0, false) // a wrong weekday, or a leap day long ago: without it
	}
	if best == 0 {
		s.refuse("no such day in the calendar")
		return false
	}
	c.year = best
	return true
}

// weekdayBefore is the day of the week before the token at an index: "Mo., ".
func (s *dateScanner) weekdayBefore(i int) (time.Weekday, bool) {
	for back := 1; back <= 4; back++ {
		switch t := s.at(i - back); {
		case t.kind == tokenWord:
			day, ok := weekdayWords[t.word]
			if ok {
				return day, true
			}
			if !yearIntro[t.word] && t.word != "dem" && t.word != "feira" {
				return 0, false
			}
		case t.is(',') || t.is('.') || t.isDash() || t.is('|') || t.is('(') || t.is('['):
		default:
			return 0, false
		}
	}
	return 0, false
}

// labelBefore is what the nearest telling word before an offset says, within
// the sentence.
func (s *dateScanner) labelBefore(start int) DateLabel {
	from := max(s.done, start-120)
	words := 0
	for end := start; end > from && words < 7; {
		r, size := utf8.DecodeLastRuneInString(s.text[from:end])
		switch {
		case isLetter(r) || hidden(r):
			begin := end
			for begin > from {
				r, size := utf8.DecodeLastRuneInString(s.text[from:begin])
				if !isLetter(r) && !hidden(r) {
					break
				}
				begin -= size
			}
			word := foldWord(s.text[begin:end])
			if word == "gemacht" && strings.HasSuffix(foldWord(strings.TrimRight(s.text[from:begin], " ")), "bekannt") {
				return LabelPublished
			}
			if label := s.labelWord(word, words); label != LabelNone {
				if dateWords[word] {
					label = s.kindOfDate(begin, from, label)
				}
				return label
			}
			words++
			end = begin
			continue
		case r == '|' || r == ';' || r == '©':
			if r == '©' && words < 2 {
				return LabelCited
			}
			return LabelNone
		case r == '†' || r == '*' && words == 0:
			return LabelCited
		case (r == '.' || r == '!' || r == '?') && words > 0 && closesSentence(s.text[from:end-size]):
			return LabelNone
		}
		end -= size
	}
	return LabelNone
}

// dateWords say of a date no more than that it is one.
var dateWords = wordSet("date datum data dato fecha")

// kindOfDate is what the word before such a word says of the date: "Event
// date:", "closing date".
func (s *dateScanner) kindOfDate(at, from int, label DateLabel) DateLabel {
	end := at
	for end > from && (s.text[end-1] == ' ' || s.text[end-1] == '-') {
		end--
	}
	begin := end
	for begin > from {
		r, size := utf8.DecodeLastRuneInString(s.text[from:begin])
		if !isLetter(r) {
			break
		}
		begin -= size
	}
	if before := labelOf(foldWord(s.text[begin:end])); before == LabelEvent || before == LabelUpdated {
		return before
	}
	return label
}

// labelWord is what a word says at a distance (in words) from the date: weak
// words count only when they stand right before it.
func (s *dateScanner) labelWord(word string, distance int) DateLabel {
	label := labelOf(word)
	switch word {
	case "bis", "ab", "dal", "until", "tot", "vanaf", "starting", "from", "before", "fino", "hasta", "jusqu":
		if distance > 1 {
			return LabelNone
		}
	case "by":
		if distance > 0 {
			return LabelNone
		}
	case "update", "updates", "akt", "avant", "partir", "compter", "entro", "uiterlijk":
		if distance > 1 {
			return LabelNone
		}
	case "news", "data", "nota", "post", "press", "online", "stand", "event", "ende", "mis", "jour", "due", "open", "start", "frist":
		if distance > 3 {
			return LabelNone
		}
	}
	return label
}

// closesSentence reports whether the full stop after text ends a sentence: the
// word before it is longer than an abbreviation.
func closesSentence(text string) bool {
	letters := 0
	for i := len(text); i > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if !isLetter(r) {
			break
		}
		if letters++; letters > 4 {
			return true
		}
		i -= size
	}
	return false
}

// joinsRange reports whether the text between two dates makes them the ends of
// a range: "10.06. bis 12.06.2024".
func (s *dateScanner) joinsRange(from, to int) bool {
	if to-from > 40 || to <= from {
		return false
	}
	joined := false
	for pos := from; pos < to; {
		t := nextToken(s.text[:to], pos)
		switch {
		case t.kind == tokenEnd:
			return joined
		case t.isDash():
			joined = true
		case t.kind == tokenWord && rangeJoin[t.word]:
			joined = true
		case t.kind == tokenWord && (rangeWords[t.word] || clockUnits[t.word] || isWeekday(t.word)):
		case t.is('.') || t.is(',') || t.is('/') || t.is('(') || t.is(')'):
		default:
			return false
		}
		pos = t.end
	}
	return joined
}

// rangeJoin are the words that alone make a range.
var rangeJoin = wordSet("bis to until till al au tot til do hasta thru through jusqu jusque fino")

func isWeekday(word string) bool {
	_, ok := weekdayWords[word]
	return ok
}

// relative is a date told by its distance from the fetch.
func (s *dateScanner) relative(m news.Moment, start, end int) FoundDate {
	return FoundDate{Moment: m, Raw: s.text[start:end], Start: start, End: end, Label: s.labelBefore(start), Relative: true}
}
