package crawler

import (
	"fmt"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

func scheduled(t *testing.T, name, schedule string) *source {
	t.Helper()
	s, err := config.ParseSchedule(schedule)
	if err != nil {
		t.Fatal(err)
	}
	return &source{Source: &config.Source{Name: name, Schedule: s, Location: time.UTC}, interval: s.Interval()}
}

func TestJitterSpreadsAnHourAndStays(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
	var quarters [4]int
	for i := range 400 {
		src := scheduled(t, fmt.Sprintf("stadt-%d", i), "0 * * * *")
		due := src.slotAfter(now)
		if again := src.slotAfter(now); !again.Equal(due) {
			t.Fatalf("due %s, then %s", due, again)
		}
		if !due.After(now) || due.Sub(now) > time.Hour {
			t.Fatalf("due %s after %s", due, now)
		}
		if next := src.slotAfter(due); next.Sub(due) != time.Hour {
			t.Fatalf("due %s, then %s", due, next)
		}
		quarters[due.Minute()/15]++
	}
	for q, n := range quarters {
		if n < 60 || n > 140 {
			t.Errorf("%d of 400 sources in quarter %d of the hour", n, q+1)
		}
	}
}

func TestJitterOfDailyVisitsIsAnHourAtMost(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
	for i := range 100 {
		if due := scheduled(t, fmt.Sprint(i), "0 6 * * *").slotAfter(now); due.Hour() != 6 {
			t.Errorf("due %s, want about six", due)
		}
	}
}

func TestBackoff(t *testing.T) {
	for _, tc := range []struct {
		failures int
		interval time.Duration
		want     time.Duration
	}{
		{1, 30 * time.Minute, 30 * time.Minute}, {2, 30 * time.Minute, time.Hour}, {3, 30 * time.Minute, 2 * time.Hour},
		{9, 30 * time.Minute, 8 * time.Hour}, {1000, 30 * time.Minute, 8 * time.Hour},
		{1, time.Minute, time.Minute}, {4, time.Minute, 8 * time.Minute},
		{1, 24 * time.Hour, 30 * time.Minute}, {20, 24 * time.Hour, 24 * time.Hour},
	} {
		for _, f := range []float64{0, 0.999} {
			got := backoff(tc.failures, tc.interval, f)
			if got < tc.want || got > tc.want+tc.want/10 {
				t.Errorf("backoff(%d, %s, %v) = %s, want %s and at most a tenth more", tc.failures, tc.interval, f, got, tc.want)
			}
		}
	}
}

func TestAutoFollowsTheTownsRhythm(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	var l learned
	// Two reports on every working day, at ten and at two.
	monday := time.Date(2026, 11, 2, 0, 0, 0, 0, loc)
	for day := range 19 {
		at := monday.AddDate(0, 0, day)
		if at.Weekday() != time.Saturday && at.Weekday() != time.Sunday {
			l.News = append(l.News, at.Add(10*time.Hour).Unix(), at.Add(14*time.Hour).Unix())
		}
	}
	at := func(day, hour int) time.Duration {
		return l.autoInterval(time.Date(2026, 11, day, hour, 0, 0, 0, loc), loc, 0)
	}
	morning, evening, saturday := at(23, 9), at(23, 20), at(28, 10)
	if morning > 2*time.Hour {
		t.Errorf("on a Monday at nine the next visit is in %s", morning)
	}
	if evening < 3*morning || saturday < 3*morning {
		t.Errorf("in %s in the morning, %s in the evening, %s on Saturday", morning, evening, saturday)
	}
	for day := 22; day < 29; day++ {
		for hour := range 24 {
			if wait := at(day, hour); wait < autoShortest || wait > autoLongest+5*time.Minute {
				t.Errorf("day %d, %d o'clock: %s", day, hour, wait)
			}
		}
	}
	l.Fresh = 6 * 3600
	if got := at(23, 9); got < 6*time.Hour {
		t.Errorf("in %s, though the server asks for six hours", got)
	}
	if got := (learned{}).autoInterval(time.Now(), nil, 0); got != time.Hour {
		t.Errorf("without a rhythm in %s", got)
	}
}

func TestDueAfterFaults(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
	src := scheduled(t, "stadt", "0 6 * * *")
	for _, tc := range []struct {
		name       string
		fault      Fault
		retryAfter time.Duration
		least      time.Duration
		most       time.Duration
	}{
		{"fine", "", 0, 19 * time.Hour, 21 * time.Hour},
		{"a time-out is tried again sooner", FaultTimeout, 0, 30 * time.Minute, 33 * time.Minute},
		{"Retry-After is heeded", FaultBusy, 3 * time.Hour, 3 * time.Hour, 3*time.Hour + time.Minute},
		{"Retry-After beyond the schedule", FaultBusy, 48 * time.Hour, 48 * time.Hour, 48*time.Hour + time.Minute},
		{"robots.txt waits for the schedule", FaultRobots, 0, 19 * time.Hour, 21 * time.Hour},
		{"gone waits for the schedule", FaultGone, 0, 19 * time.Hour, 21 * time.Hour},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := src.due(now, news.SourceState{Failures: 1}, learned{}, tc.fault, tc.retryAfter).Sub(now)
			if got < tc.least || got > tc.most {
				t.Errorf("due in %s, want between %s and %s", got, tc.least, tc.most)
			}
		})
	}
}
