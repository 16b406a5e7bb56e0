package crawler

import (
	"net/http"
	"testing"
	"time"
)

func saying(at time.Time) http.Header { return http.Header{"Date": {at.UTC().Format(http.TimeFormat)}} }

// TestClock holds that a clock which several hosts call wrong is corrected, and
// that one host alone moves nothing.
func TestClock(t *testing.T) {
	right := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	built := right.Add(-30 * day)
	type answer struct {
		host string
		off  time.Duration
	}
	for _, tc := range []struct {
		name    string
		ahead   time.Duration // of the machine's clock
		answers []answer
		want    time.Duration // what Now is wrong by
	}{
		{"right", 0, []answer{{"a", 0}, {"b", 0}, {"c", 0}}, 0},
		{"a minute off", time.Minute, []answer{{"a", 0}, {"b", 0}, {"c", 0}}, time.Minute},
		{"ahead by a year", 400 * day, []answer{{"a", 0}, {"b", 0}, {"c", 0}}, 0},
		{"ahead by two hours, one host wrong", 2 * time.Hour, []answer{{"a", 0}, {"x", -900 * day}, {"b", 0}, {"c", 0}}, 0},
		{"behind by a day", -day, []answer{{"a", 0}, {"b", 0}, {"c", 0}}, 0},
		{"two hosts are too few", 400 * day, []answer{{"a", 0}, {"b", 0}}, 400 * day},
		{"one host says it often", 400 * day, []answer{{"a", 0}, {"a", 0}, {"a", 0}, {"a", 0}}, 400 * day},
		{"one liar", 0, []answer{{"x", 900 * day}, {"x", 900 * day}}, 0},
		{"hosts that disagree", 0, []answer{{"a", 40 * day}, {"b", 80 * day}, {"c", 120 * day}}, 0},
		{"before it was built, and all say so", -40 * day, []answer{{"a", -40 * day}, {"b", -40 * day}, {"c", -40 * day}}, -40 * day},
		{"1970, nobody asked yet", time.Unix(0, 0).Sub(right), nil, built.Sub(right)},
		{"1970", time.Unix(0, 0).Sub(right), []answer{{"a", 0}, {"b", 0}, {"c", 0}}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at := right
			c := &Clock{Built: built, System: func() time.Time { return at.Add(tc.ahead) }}
			for _, a := range tc.answers {
				c.Hear(a.host, saying(at.Add(a.off)))
			}
			for range 3 {
				if got := c.Now().Sub(at); got != tc.want {
					t.Errorf("Now is wrong by %s, want %s", got, tc.want)
				}
				at = at.Add(time.Hour)
			}
		})
	}
}

// TestClockThatFewDoubt holds that a clock which is off is noticed, though fewer
// hosts were heard than may correct it, and is confirmed only by hosts.
func TestClockThatFewDoubt(t *testing.T) {
	right := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name              string
		ahead             time.Duration   // of the machine's clock
		newest            time.Time       // what the archive has stamped
		says              []time.Duration // what each host is off by
		suspect, nowWrong time.Duration
		confirmed         bool
	}{
		{"nobody heard", 0, time.Time{}, nil, 0, 0, false},
		{"one agrees", 0, time.Time{}, []time.Duration{0}, 0, 0, true},
		{"one says it is ahead", 400 * day, time.Time{}, []time.Duration{0}, -400 * day, 400 * day, false},
		{"two say it is behind", -3 * day, time.Time{}, []time.Duration{0, 0}, 3 * day, -3 * day, false},
		{"one of two says so", 0, time.Time{}, []time.Duration{0, 9 * day}, 0, 0, false},
		{"two that contradict", 0, time.Time{}, []time.Duration{-9 * day, 9 * day}, 0, 0, false},
		{"before the archive, nobody heard", -3 * day, right, nil, 3 * day, -3 * day, false},
		{"before the archive, two say so", -3 * day, right, []time.Duration{0, 0}, 3 * day, 0, true},
		{"before the archive, which a clock stamped that was ahead", 0, right.Add(400 * day), []time.Duration{0}, 0, 0, true},
		{"and two", 0, right.Add(400 * day), []time.Duration{0, 0}, 0, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := &Clock{Newest: tc.newest, System: func() time.Time { return right.Add(tc.ahead) }}
			for i, off := range tc.says {
				c.Hear(string(rune('a'+i)), saying(right.Add(off)))
			}
			if got := c.Suspect(); got != tc.suspect {
				t.Errorf("Suspect() = %s, want %s", got, tc.suspect)
			}
			if got := c.Now().Sub(right); got != tc.nowWrong {
				t.Errorf("Now is wrong by %s, want %s", got, tc.nowWrong)
			}
			if got := c.Confirmed(); got != tc.confirmed {
				t.Errorf("Confirmed() = %v, want %v", got, tc.confirmed)
			}
			if tc.confirmed && c.Doubtful() {
				t.Error("it is confirmed and doubtful")
			}
		})
	}
}

// TestClockIsSetRight holds that a clock which was corrected is believed again
// once the machine's is right. Only a clock that counts on while it is set, as
// the machine's does, can tell that before a host is asked again.
func TestClockIsSetRight(t *testing.T) {
	at, ahead := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), 400*day
	c := &Clock{System: func() time.Time { return at.Add(ahead) }}
	hear := func() {
		for _, host := range []string{"a", "b", "c"} {
			c.Hear(host, saying(at))
		}
	}
	hear()
	if got := c.Off(); got != -400*day {
		t.Fatalf("off by %s, want -400 days", got)
	}
	ahead = 0
	hear()
	if c.Off() != 0 || !c.Now().Equal(at) {
		t.Errorf("off by %s", c.Off())
	}
}

func TestDateOfACachedAnswer(t *testing.T) {
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	h := saying(at)
	h.Set("Age", "3600")
	if got, ok := dateOf(h); !ok || !got.Equal(at.Add(time.Hour)) {
		t.Errorf("dateOf() = %s, %v", got, ok)
	}
	if _, ok := dateOf(http.Header{"Date": {"yesterday"}}); ok {
		t.Error("yesterday is a date")
	}
}

// TestPrintedDatesSurviveAClockThatIsBehind holds that a machine which woke up
// in 1970 gives no item another date than its page says, from the first page on.
func TestPrintedDatesSurviveAClockThatIsBehind(t *testing.T) {
	w := newTown(t, "b", "a")
	today := time.Now().UTC().Format(time.DateOnly)
	w.dated = map[string]string{"a": today, "b": today}
	d := newDesk(t, "")
	d.Crawler = &Crawler{Archive: d.store, Log: d.Log, Version: "1.0", Clock: &Clock{
		Built: time.Now().AddDate(-1, 0, 0), System: func() time.Time { return time.Unix(3600, 0) },
	}}
	d.configure(oneSource(w.URL))
	if v := d.visit(VisitOptions{}); v.Err != "" || v.Added != 2 {
		t.Fatalf("visit: %+v", v)
	}
	for _, it := range d.items() {
		if got := it.Published.Time.Format(time.DateOnly); got != today {
			t.Errorf("%s was published %q, want %s", it.URL, got, today)
		}
	}
}
