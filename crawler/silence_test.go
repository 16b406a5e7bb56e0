package crawler

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	towns "github.com/stadtfeed/stadtfeed/internal/town"
)

// TestSilenceOverYears lets made-up towns of every rhythm publish for three
// years, asked every day: none may be called stale while it lives, and each
// must be soon after it has died. Only the end of a first season cannot be
// told from the end of a source.
func TestSilenceOverYears(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	const sites, years = 30, 3
	soon := map[towns.Rhythm]time.Duration{ // half of the dead are seen within
		towns.Weekdays: 6 * week, towns.Weekly: 6 * week, towns.Christmas: 7 * week, towns.Summer: 6 * week,
		towns.Monthly: 21 * week, towns.Bursts: 20 * week, towns.Seasonal: 35 * week,
	}
	for _, rhythm := range towns.Rhythms() {
		t.Run(string(rhythm), func(t *testing.T) {
			var delays []time.Duration
			for seed := range uint64(sites) {
				rnd := rand.New(rand.NewPCG(seed, 1))
				start := time.Date(2026, time.Month(1+seed%12), 1+rnd.IntN(28), 5, 0, 0, 0, time.UTC)
				plan := towns.Plan{Sites: 1, Seed: seed, Start: start, Days: 365 * years, Past: 15, PerWeek: 0.5 + 8*rnd.Float64(), Rhythms: []towns.Rhythm{rhythm}}
				articles := towns.Generate(plan)[0].Articles
				death := start.AddDate(years-1, rnd.IntN(12), 0)
				delays = append(delays, live(t, fmt.Sprintf("seed %d, %.1f a week", seed, plan.PerWeek), articles, start, death, rhythm == towns.Seasonal))
			}
			slices.Sort(delays)
			t.Logf("dead towns were stale after %d days in the middle, %d at most", int(delays[sites/2].Hours()/24), int(delays[sites-1].Hours()/24))
			if delays[sites/2] > soon[rhythm] {
				t.Errorf("half of the dead towns were stale only %s after their last news, want %s", delays[sites/2], soon[rhythm])
			}
		})
	}
}

// live lets a town publish until its death, and tells how long after its last
// news it was called stale.
func live(t *testing.T, name string, articles []*towns.Article, start, death time.Time, seasonal bool) time.Duration {
	t.Helper()
	l := learned{Began: start.Unix()}
	var old []time.Time
	for _, a := range articles {
		if a.Appears.IsZero() {
			old = append(old, a.Published.Add(11*time.Hour))
		}
	}
	l.learnNews(old, start)
	next := len(articles) - len(old) - 1 // newest first
	for now := start; ; now = now.Add(day) {
		for ; next >= 0 && articles[next].Appears.Before(now) && now.Before(death); next-- {
			l.learnNews([]time.Time{now}, now)
		}
		silence, usual, stale := l.silence(now)
		switch {
		case now.After(death.AddDate(2, 0, 0)):
			t.Errorf("%s: not stale two years after its death", name)
			return silence
		case stale && seasonal && now.Before(start.AddDate(1, 0, 0)):
		case stale && now.Before(death):
			t.Errorf("false alarm: %s: on %s after %d days, %d are usual", name, now.Format(time.DateOnly), int(silence.Hours()/24), int(usual.Hours()/24))
			return 0
		case stale:
			return silence
		}
	}
}

func TestWorkingTime(t *testing.T) {
	at := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, tt := range []struct {
		from, to string
		want     int // days
	}{
		{"2026-03-01", "2026-03-31", 30},
		{"2026-12-15", "2027-01-19", 15},
		{"2027-01-01", "2027-01-19", 10},
		{"2026-12-22", "2026-12-25", 0},
		{"2026-07-05", "2026-08-16", 21},
		{"2026-06-21", "2026-09-11", 51},
		{"2026-01-09", "2028-01-09", 730 - 2*20 - 2*31},
	} {
		if got := working(at(tt.from), at(tt.to)); got != time.Duration(tt.want)*day {
			t.Errorf("working(%s, %s) = %s, want %d days", tt.from, tt.to, got, tt.want)
		}
	}
}

// TestWeeks holds the marks against a plain set of weeks.
func TestWeeks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var w weeks
	plain := map[int]bool{}
	now := weekOf(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	for range 400 {
		now += rnd.IntN(4)
		n := now - rnd.IntN(20)
		w.mark(time.Unix(int64(n)*int64(week/time.Second), 0))
		plain[n] = true
		for back := range 140 {
			if got, want := w.has(w.Last-back), plain[w.Last-back] && back < remembered; got != want {
				t.Fatalf("week %d before the last: %v, want %v", back, got, want)
			}
		}
	}
}
