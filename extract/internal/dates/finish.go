package dates

import (
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

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
func (s *Scanner) finish(c dateCore) (Found, bool) {
	weekday, hasWeekday := s.weekdayBefore(c.from)
	if c.unsure {
		if !s.settle(&c, weekday, hasWeekday) {
			return Found{}, false
		}
	}
	if c.clock == nil {
		c.clock, c.to = s.clockAfter(c)
	}
	if c.noYear && !s.guessYear(&c, weekday, hasWeekday) {
		return Found{}, false
	}
	if c.clock == nil {
		c.clock, c.from = s.clockBefore(c.from)
	}
	m, ok := moment(c.year, c.month, c.day, c.clock, s.loc)
	if !ok {
		s.refuse("no such day in the calendar")
		return Found{}, false
	}
	if m.Time.Year() == 1970 && m.Time.YearDay() == 1 {
		s.refuse("the computer's zero, not a date")
		return Found{}, false
	}
	start, end := s.t[c.from].start, s.t[c.to-1].end
	d := Found{Moment: m, Raw: s.text[start:end], Start: start, End: end, Range: c.isRange, YearGuessed: c.noYear}
	if c.clock != nil && c.clock.isRange {
		d.Range = true
	}
	says := s.LabelledBefore(start)
	d.Label, d.Weak = says.Label, says.Weak
	if d.Label == LabelNone || d.Label == LabelPublished {
		if after := s.labelAfter(start, end); after != LabelNone {
			d.Label, d.Weak = after, false
		}
	}
	return d, true
}

func (s *Scanner) refuse(reason string) {
	if s.refused == "" {
		s.refused = reason
	}
}

// settle decides between day and month by the weekday printed beside them.
func (s *Scanner) settle(c *dateCore, weekday time.Weekday, known bool) bool {
	fits := func(month, day int) bool {
		t, ok := CivilDay(c.year, month, day, time.UTC)
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
func (s *Scanner) guessYear(c *dateCore, weekday time.Weekday, known bool) bool {
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
		t, ok := CivilDay(year, c.month, c.day, s.loc)
		switch {
		case !ok, !limit.IsZero() && t.After(limit), known && t.Weekday() != weekday:
		case t.Sub(near).Abs() < distance:
			best, distance = year, t.Sub(near).Abs()
		}
	}
	if best == 0 && known {
		if next, ok := CivilDay(near.Year()+1, c.month, c.day, s.loc); ok && next.Weekday() == weekday {
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

// afterWeekday are words between a day of the week and its date: "Montag, dem".
var afterWeekday = words.Set("after_weekday")

// weekdayBefore is the day of the week before the token at an index: "Mo., ".
func (s *Scanner) weekdayBefore(i int) (time.Weekday, bool) {
	for back := 1; back <= 4; back++ {
		switch t := s.at(i - back); {
		case t.kind == tokenWord:
			day, ok := weekdayWords()[t.word]
			if ok {
				return day, true
			}
			if !yearIntro()[t.word] && !afterWeekday()[t.word] {
				return 0, false
			}
		case t.isDash() || t.isAny(",.|(["):
		default:
			return 0, false
		}
	}
	return 0, false
}
