package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A Schedule says when a source is visited: five cron fields, a descriptor
// (@hourly, @daily, @every 90m …) or "auto", which follows how often the town
// really publishes. It checks itself while it is read: a schedule that never
// fires, or fires more often than once a minute, is a mistake.
type Schedule struct {
	text  string
	slots *cron.SpecSchedule // nil for @every and auto
	every time.Duration
}

const (
	autoSchedule = "auto"
	// minInterval is the shortest time between two visits that may be asked for.
	minInterval = time.Minute
	// autoInterval is how often an auto source is visited before its rhythm is known.
	autoInterval = time.Hour
)

// cronFields are the five fields in order, and what helps with each.
var cronFields = []struct{ name, hint string }{
	{"minute", ""}, {"hour", ""}, {"day", ""}, {"month", ""}, {"weekday", " (Sunday is 0)"},
}

var cronParser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// ParseSchedule reads a schedule as the configuration writes it.
func ParseSchedule(text string) (Schedule, error) {
	s, err := parseSchedule(strings.TrimSpace(text))
	if err != nil {
		return Schedule{}, fmt.Errorf("schedule %q: %w", text, err)
	}
	return s, nil
}

func parseSchedule(text string) (Schedule, error) {
	switch {
	case text == autoSchedule:
		return Schedule{text: text, every: autoInterval}, nil
	case strings.Contains(text, "TZ="):
		return Schedule{}, errors.New("a zone does not belong here; use timezone: beside it")
	case strings.HasPrefix(text, "@"):
		return parseDescriptor(text)
	}
	fields := strings.Fields(text)
	if len(fields) != len(cronFields) {
		return Schedule{}, fmt.Errorf("%d fields where five belong (minute hour day month weekday), @hourly, @every 90m, or auto", len(fields))
	}
	for i, f := range cronFields {
		one := []string{"*", "*", "*", "*", "*"}
		one[i] = fields[i]
		if _, err := cronParser.Parse(strings.Join(one, " ")); err != nil {
			return Schedule{}, fmt.Errorf("%s %w", f.name, fieldError{fields[i], err, f.hint})
		}
	}
	return slotSchedule(text)
}

func parseDescriptor(text string) (Schedule, error) {
	if length, ok := strings.CutPrefix(text, "@every"); ok {
		every, err := time.ParseDuration(strings.TrimSpace(length))
		switch {
		case err != nil:
			return Schedule{}, fmt.Errorf("%q is not a length of time (such as 90m or 6h)", strings.TrimSpace(length))
		case every < minInterval:
			return Schedule{}, fmt.Errorf("every %s is more often than once a minute", every)
		}
		return Schedule{text: text, every: every}, nil
	}
	return slotSchedule(text)
}

func slotSchedule(text string) (Schedule, error) {
	parsed, err := cronParser.Parse(text)
	if err != nil {
		return Schedule{}, errors.New("unknown word; known are @hourly, @daily, @weekly, @monthly, @yearly, @every and auto")
	}
	s := Schedule{text: text, slots: parsed.(*cron.SpecSchedule)}
	s.slots.Location = time.UTC
	if s.slots.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, errors.New("never fires: no such day in any year")
	}
	return s, nil
}

// A fieldError tells in plain words what is wrong with one cron field.
type fieldError struct {
	field string
	err   error
	hint  string
}

var fieldBounds = regexp.MustCompile(`range \((\d+)\) (above maximum|below minimum) \((\d+)\)`)

func (e fieldError) Error() string {
	m := fieldBounds.FindStringSubmatch(e.err.Error())
	switch {
	case m == nil:
		return fmt.Sprintf("%q is not a field of a cron expression", e.field)
	case m[2] == "above maximum":
		return fmt.Sprintf("%s is above %s%s", m[1], m[3], e.hint)
	}
	return fmt.Sprintf("%s is below %s%s", m[1], m[3], e.hint)
}

func (e fieldError) Unwrap() error { return e.err }

// String is the schedule as it was written.
func (s Schedule) String() string { return s.text }

// IsZero reports whether no schedule was given.
func (s Schedule) IsZero() bool { return s.text == "" }

// IsAuto reports whether the rhythm of the source decides.
func (s Schedule) IsAuto() bool { return s.text == autoSchedule }

// MarshalText is the schedule as it was written.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.text), nil }

// UnmarshalText is ParseSchedule.
func (s *Schedule) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSchedule(string(text))
	return err
}

// Next is the first moment after the given one at which the schedule fires, in
// the zone loc (nil: UTC). Every slot of the local clock fires exactly once: one that
// a change to summer time leaves out fires when the clock has jumped, one that
// comes twice in autumn fires the first time, and the second time, too, where
// the schedule names every hour of the day. @every keeps its phase across
// restarts. The zero Schedule fires hourly, as auto does before a rhythm is known.
func (s Schedule) Next(after time.Time, loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	if s.slots == nil {
		every := s.every
		if every <= 0 {
			every = autoInterval
		}
		return after.Truncate(every).Add(every).In(loc)
	}
	next := firstReading(s.slots.Next(latestReading(after.In(loc))), loc)
	if again := s.secondRound(after.In(loc)); s.everyHour() && again.Before(next) {
		return again
	}
	return next
}

// everyHour reports whether the schedule names all hours of the day, so that
// what matters is the time between two firings.
func (s Schedule) everyHour() bool {
	const all = 1<<24 - 1
	return s.slots.Hour&all == all
}

// secondRound is the first moment after t at which the clock reads a slot, also
// one that it read before it was set back.
func (s Schedule) secondRound(t time.Time) time.Time {
	next := reads(s.slots.Next(wall(t)), t)
	if _, end := t.ZoneBounds(); !end.IsZero() && !next.Before(end) {
		return reads(s.slots.Next(wall(end).Add(-time.Second)), end)
	}
	return next
}

// reads is when the clock of t's zone, as it is set at t, reads a wall time.
func reads(slot, t time.Time) time.Time {
	_, offset := t.Zone()
	return slot.Add(-time.Duration(offset) * time.Second).In(t.Location())
}

// Interval is the shortest time between two firings, as far as the next week
// of slots tells: what a visit may be moved by without meeting the next one.
func (s Schedule) Interval() time.Duration {
	if s.slots == nil {
		if s.every <= 0 {
			return autoInterval
		}
		return s.every
	}
	t := s.slots.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	shortest, end := time.Duration(0), t.AddDate(0, 0, 8)
	for n := 0; n < 2 || t.Before(end) && n < 2000; n++ {
		next := s.slots.Next(t)
		if gap := next.Sub(t); shortest == 0 || gap < shortest {
			shortest = gap
		}
		t = next
	}
	return shortest
}

// latestReading is the furthest that the clock of t's zone has read up to t,
// as if it were UTC. Within an hour that comes twice, the second time round,
// that is just before the clock was set back.
func latestReading(t time.Time) time.Time {
	reading := wall(t)
	start, _ := t.ZoneBounds()
	if start.IsZero() {
		return reading
	}
	if before := wall(start.Add(-1)); before.After(reading) {
		return before
	}
	return reading
}

// firstReading is the first moment at which the clock of loc reads at least
// the given wall time.
func firstReading(slot time.Time, loc *time.Location) time.Time {
	t := time.Date(slot.Year(), slot.Month(), slot.Day(), slot.Hour(), slot.Minute(), slot.Second(), 0, loc)
	start, end := t.ZoneBounds()
	switch reading := wall(t); {
	case reading.Before(slot):
		return end
	case reading.After(slot), start.IsZero():
		if !start.IsZero() {
			return start
		}
		return t
	}
	_, earlier := start.Add(-1).Zone()
	if first := slot.Add(-time.Duration(earlier) * time.Second).In(loc); first.Before(start) {
		return first
	}
	return t
}

// wall is what the clock of t's zone reads, as if it were UTC.
func wall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}
