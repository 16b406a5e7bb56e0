package dates

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// relativeDays are words that name a day by its distance from today; two-word
// ones are joined by a space.
var relativeDays = words.GroupsAs("relative_days", func(name string) int {
	return map[string]int{"today": 0, "yesterday": 1, "day_before_yesterday": 2}[name]
})

// agoUnits are units of time, folded, by the length of one.
var agoUnits = words.GroupsAs("ago_units", func(name string) time.Duration {
	const day = 24 * time.Hour
	return map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": day, "week": 7 * day}[name]
})

// vagueUnits are too long for a count of them to name a day.
var vagueUnits = words.Set("vague_units")

// agoBefore and agoAfter are the words around a count: "vor 3 Tagen", "3 days
// ago", "il y a 3 jours".
var (
	agoBefore = words.Set("ago_before")
	agoAfter  = words.Set("ago_after")
	agoOnly   = words.Set("ago_alone") // need nothing after the unit
	about     = words.Set("about")     // not to the hour, yet to the day
	articles  = words.GroupsAs("numbers", wholeNumber)
)

// wholeNumber is the number that digits spell; 0 where they spell none.
func wholeNumber(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// relativeCount reads "vor 3 Tagen" and its like around the number at token i.
func (s *Scanner) relativeCount(i int) (Found, bool) {
	return s.ago(i, s.at(i).number)
}

// ago reads a count of units at token i that lies in the past.
func (s *Scanner) ago(i, count int) (Found, bool) {
	unitAt := i + 1
	if s.at(unitAt).isAny("'’") { // "un'ora fa"
		unitAt++
	}
	unit := s.at(unitAt).word
	length, known := agoUnits()[unit]
	vague := vagueUnits()[unit]
	if !known && !vague {
		return Found{}, false
	}
	from, to := i, unitAt+1
	if s.at(to).is('.') {
		to++
	}
	from, to, ok := s.saysPast(s.withAbout(from), to)
	switch {
	case !ok:
		return Found{}, false
	case vague:
		s.refuse("months and years ago name no day")
		return Found{}, false
	case s.o.Now.IsZero():
		s.refuse("relative, and the moment of the fetch is not known")
		return Found{}, false
	case count > 400:
		return Found{}, false
	}
	return s.relative(s.before(length, count), s.t[from].start, s.t[to-1].end), true
}

// withAbout is where a count begins with the "about" or "ca." before it.
func (s *Scanner) withAbout(from int) int {
	if s.at(from-1).is('.') && about()[s.at(from-2).word] {
		from--
	}
	if about()[s.at(from-1).word] {
		from--
	}
	return from
}

// saysPast widens the tokens from, to of a count and its unit by the words that
// put it into the past: "vor", "ago", "il y a".
func (s *Scanner) saysPast(from, to int) (wideFrom, wideTo int, ok bool) {
	before := s.at(from - 1).word
	switch {
	case agoAfter()[s.at(to).word]:
		if before == "for" {
			from--
		}
		return from, to + 1, true
	case agoOnly()[before]:
		return from - 1, to, true
	case before == "a" && s.at(from-2).word == "y" && s.at(from-3).word == "il":
		return from - 3, to, true
	}
	return from, to, false
}

// before is the moment a number of units before the fetch, as precisely as the
// unit tells: a day for hours and more.
func (s *Scanner) before(unit time.Duration, count int) news.Moment {
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
func (s *Scanner) relativeWord() (Found, bool) {
	if len(s.text) > relativeText || !s.opensRelative() {
		return Found{}, false
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
	for i, t := range s.t {
		switch t.kind {
		case tokenNumber:
			return Found{}, false
		case tokenMark:
			continue
		}
		if days, width := s.relativeDay(i); width > 0 {
			return s.relativeAt(i, width, days)
		}
		if d, ok := s.spelledAgo(i); ok {
			return d, true
		}
		if !introducesRelative(t.word) {
			return Found{}, false
		}
	}
	return Found{}, false
}

// spelledAgo reads a count without digits at token i: "einer Stunde", "tydzień temu".
func (s *Scanner) spelledAgo(i int) (Found, bool) {
	t := s.t[i]
	if n := articles()[t.word]; n > 0 {
		if d, ok := s.ago(i, n); ok {
			return d, true
		}
	}
	length := agoUnits()[t.word]
	if length == 0 || s.at(i+1).word != "temu" || s.o.Now.IsZero() {
		return Found{}, false
	}
	return s.relative(s.before(length, 1), t.start, s.t[i+1].end), true
}

// introducesRelative reports whether a word may stand before a relative date.
func introducesRelative(word string) bool {
	joins := relativeIntro()[word] || agoBefore()[word] || clockIntro()[word]
	return joins || IsWeekday(word) || articles()[word] > 0 || LabelOf(word) != LabelNone
}

// relativeIntro are words before a relative date that say nothing of it.
var relativeIntro = words.Set("relative_intro")

// relativeStarts are the words that relative dates begin with.
var relativeStarts = sync.OnceValue(func() map[string]bool {
	starts := map[string]bool{}
	for words := range relativeDays() {
		first, _, _ := strings.Cut(words, " ")
		starts[first] = true
	}
	for word := range agoUnits() {
		starts[word] = true
	}
	return starts
})

// opensRelative reports whether the first word of the text may begin or
// introduce a relative date: that of nearly all texts does not, which spares
// reading the others.
func (s *Scanner) opensRelative() bool {
	t := nextToken(s.text, 0)
	for t.kind == tokenMark {
		t = nextToken(s.text, t.end)
	}
	return t.kind == tokenWord && (relativeStarts()[t.word] || introducesRelative(t.word))
}

// relativeDay matches one or two words at token i; width 0 where none.
func (s *Scanner) relativeDay(i int) (days, width int) {
	word, next := s.t[i].word, i+1
	if s.at(next).isDash() || s.at(next).isAny("'’") {
		next++
	}
	if after := s.at(next); after.kind == tokenWord {
		if days, ok := relativeDays()[word+" "+after.word]; ok {
			return days, next - i + 1
		}
	}
	if days, ok := relativeDays()[word]; ok && (word != "hier" || s.lang == "fr" || s.lang == "") { // "hier" is "here" in German and Dutch
		return days, 1
	}
	return 0, 0
}

// relativeAt is the day named by the width tokens at i, with the time after it.
func (s *Scanner) relativeAt(i, width, days int) (Found, bool) {
	c := dateCore{from: i, to: i + width}
	c.clock, c.to = s.clockAfter(c)
	next := s.at(c.to)
	alone := next.kind == tokenEnd || next.isAny("|·)]") || next.isDash() && next.gap
	if !alone && c.clock == nil {
		return Found{}, false
	}
	if s.o.Now.IsZero() {
		s.refuse("relative, and the moment of the fetch is not known")
		return Found{}, false
	}
	day := s.o.Now.In(s.loc).AddDate(0, 0, -days)
	m, ok := moment(day.Year(), int(day.Month()), day.Day(), c.clock, s.loc)
	if !ok {
		return Found{}, false
	}
	return s.relative(m, s.t[i].start, s.t[c.to-1].end), true
}
