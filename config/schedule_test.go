package config

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestParseScheduleRefuses(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"minute too high", "61 * * * *", `schedule "61 * * * *": minute 61 is above 59`},
		{"hour too high", "0 24 * * *", `schedule "0 24 * * *": hour 24 is above 23`},
		{"day zero", "0 0 0 * *", `schedule "0 0 0 * *": day 0 is below 1`},
		{"Sunday as seven", "0 0 * * 7", `schedule "0 0 * * 7": weekday 7 is above 6 (Sunday is 0)`},
		{"never fires", "0 0 31 2 *", `schedule "0 0 31 2 *": never fires: no such day in any year`},
		{"too often", "@every 30s", `schedule "@every 30s": every 30s is more often than once a minute`},
		{"every nothing", "@every 0s", `schedule "@every 0s": every 0s is more often than once a minute`},
		{"every what", "@every day", `schedule "@every day": "day" is not a length of time (such as 90m or 6h)`},
		{"seconds", "0 0 * * * *", `schedule "0 0 * * * *": 6 fields where five belong (minute hour day month weekday), @hourly, @every 90m, or auto`},
		{"zone", "TZ=Europe/Berlin 0 * * * *", `schedule "TZ=Europe/Berlin 0 * * * *": a zone does not belong here; use timezone: beside it`},
		{"zone alone", "TZ=", `schedule "TZ=": a zone does not belong here; use timezone: beside it`},
		{"empty", "", `schedule "": 0 fields where five belong (minute hour day month weekday), @hourly, @every 90m, or auto`},
		{"unknown word", "@sometimes", `schedule "@sometimes": unknown word; known are @hourly, @daily, @weekly, @monthly, @yearly, @every and auto`},
		{"letters", "x * * * *", `schedule "x * * * *": minute "x" is not a field of a cron expression`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := ParseSchedule(tc.in)
			if err == nil || err.Error() != tc.want {
				t.Errorf("ParseSchedule(%q) = %v, %v\nwant %s", tc.in, s, err, tc.want)
			}
		})
	}
}

// TestEveryLocalSlotOnce walks half a year of slots in five zones, changes of
// the clock included: every slot of the local clock fires, in order, at the
// first moment at which the clock reads it or, where it is left out, has
// passed it; of a schedule for every hour also at the second. One for every hour
// or more often is walked for the days around each change.
func TestEveryLocalSlotOnce(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata"}
	schedules := []string{
		"0 * * * *", "*/30 * * * *", "*/7 * * * *", "30 2 * * *", "0 2 * * *", "0 3 * * *", "59 1 * * *",
		"15 6-20 * * *", "30 1,2,3 * * *", "0 0 * * *", "30 0 * * 0", "5 2 * * 0", "0 0 1 * *", "45 2 31 * *",
		"0 12 29 2 *", "10 2 * 3,10,11 *", "0 */5 * * *", "@daily", "@weekly", "@hourly",
	}
	for _, zone := range zones {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range schedules {
			t.Run(zone+" "+text, func(t *testing.T) {
				t.Parallel()
				s, err := ParseSchedule(text)
				if err != nil {
					t.Fatal(err)
				}
				// This half year has two changes in each zone but Kolkata's; São Paulo's are at midnight.
				from := time.Date(2018, 10, 1, 0, 0, 0, 0, loc)
				to := time.Date(2019, 4, 10, 0, 0, 0, 0, loc)
				if !s.everyHour() {
					walkSlots(t, s, from, to)
					return
				}
				walkSlots(t, s, from, from.AddDate(0, 0, 2))
				for _, changed := from.ZoneBounds(); !changed.IsZero() && changed.Before(to); _, changed = changed.ZoneBounds() {
					walkSlots(t, s, changed.AddDate(0, 0, -3), changed.AddDate(0, 0, 3))
				}
			})
		}
	}
}

// walkSlots holds the slots between two moments of a clock to it.
func walkSlots(t *testing.T, s Schedule, from, to time.Time) {
	t.Helper()
	loc := from.Location()
	want := map[time.Time]bool{}
	for slot := s.slots.Next(wall(from)); slot.Before(wall(to)); slot = s.slots.Next(slot) {
		want[reached(slot, loc)] = true
	}
	for _, changed := from.ZoneBounds(); s.everyHour() && !changed.IsZero() && changed.Before(to); _, changed = changed.ZoneBounds() {
		for at := changed; at.Before(changed.Add(2 * time.Hour)); at = at.Add(time.Minute) {
			if slot := wall(at); s.slots.Next(slot.Add(-time.Second)).Equal(slot) {
				want[at.UTC()] = true
			}
		}
	}
	last := from
	for at := s.Next(from, loc); at.Before(to); at = s.Next(at, loc) {
		if !at.After(last) {
			t.Fatalf("Next(%s) = %s, not later", last, at)
		}
		if !want[at.UTC()] {
			t.Fatalf("fired at %s, which is no slot of %s", at, s)
		}
		delete(want, at.UTC())
		// Asking from anywhere between two firings gives the same answer.
		if mid := last.Add(at.Sub(last) / 2); mid.After(last) && !s.Next(mid, loc).Equal(at) {
			t.Fatalf("Next(%s) = %s, want %s", mid, s.Next(mid, loc), at)
		}
		last = at
	}
	for at := range want {
		t.Errorf("slot at %s never fired", at.In(loc))
	}
}

// reached finds by bisection over offsets the first moment at which the clock
// reads at least slot: the plain meaning that Next must agree with.
func reached(slot time.Time, loc *time.Location) time.Time {
	at := slot.Add(-15 * time.Hour)
	for _, step := range []time.Duration{time.Hour, 10 * time.Minute, time.Minute, 10 * time.Second, time.Second} {
		for wall(at.Add(step).In(loc)).Before(slot) {
			at = at.Add(step)
		}
	}
	return at.Add(time.Second).UTC()
}

func TestNextEveryKeepsItsPhase(t *testing.T) {
	s, err := ParseSchedule("@every 90m")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	first := s.Next(start, nil)
	for _, restart := range []time.Duration{time.Second, 20 * time.Minute} {
		if got := s.Next(start.Add(restart), nil); !got.Equal(first) {
			t.Errorf("Next after a restart %s later = %s, want %s", restart, got, first)
		}
	}
	if got := s.Next(first, nil).Sub(first); got != 90*time.Minute {
		t.Errorf("interval %s, want 1h30m", got)
	}
}

func TestInterval(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0 * * * *": time.Hour, "*/30 * * * *": 30 * time.Minute, "15 6-20 * * *": time.Hour,
		"0 6 * * *": 24 * time.Hour, "@every 90m": 90 * time.Minute, "auto": time.Hour,
		"0 6,7 * * 1": time.Hour, "0 0 29 2 *": 4 * 366 * 24 * time.Hour,
	} {
		s, err := ParseSchedule(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Interval(); got != want && text != "0 0 29 2 *" || got < 0 {
			t.Errorf("%q: interval %s, want %s", text, got, want)
		}
	}
}

// TestRepeatedHour holds what happens when the clock is set back from 3:00
// CEST to 2:00 CET: nothing is skipped for two hours, and no daily slot comes
// twice.
func TestRepeatedHour(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	midnight := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC) // 0:00 CEST
	for _, tc := range []struct {
		schedule    string
		after, want time.Duration // since midnight; 2:00 CET is at 3h
	}{
		{"0 * * * *", 2*time.Hour + 10*time.Minute, 3 * time.Hour},
		{"0 * * * *", 3 * time.Hour, 4 * time.Hour},
		{"*/30 * * * *", 2*time.Hour + 40*time.Minute, 3 * time.Hour},
		{"*/30 * * * *", 3*time.Hour + 10*time.Minute, 3*time.Hour + 30*time.Minute},
		{"*/45 0-23 * * *", 2*time.Hour + 50*time.Minute, 3 * time.Hour},
		{"@hourly", 2 * time.Hour, 3 * time.Hour},
		{"30 2 * * *", time.Hour, 2*time.Hour + 30*time.Minute},
		{"30 2 * * *", 2*time.Hour + 30*time.Minute, 27*time.Hour + 30*time.Minute},
		{"0 */2 * * *", 2 * time.Hour, 5 * time.Hour},
		{"30 1,2,3 * * *", 2*time.Hour + 30*time.Minute, 4*time.Hour + 30*time.Minute},
	} {
		s, err := ParseSchedule(tc.schedule)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Next(midnight.Add(tc.after), loc).Sub(midnight); got != tc.want {
			t.Errorf("%s, %s after midnight: next at %s, want %s", tc.schedule, tc.after, got, tc.want)
		}
	}
}
