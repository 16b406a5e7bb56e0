package crawler

import (
	"hash/fnv"
	"math"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// maxJitter bounds how far after its slot a visit begins: who writes six
	// o'clock means about six.
	maxJitter = time.Hour
	// firstRetry and lastRetry bound the waits after failures in a row.
	firstRetry = 30 * time.Minute
	lastRetry  = 8 * time.Hour
	// An auto source is visited no more and no less often than this.
	autoShortest = 15 * time.Minute
	autoLongest  = 12 * time.Hour
)

// fraction is a number in [0, 1) that a name always yields: it spreads
// sources over an interval, the same way after every restart.
func fraction(name string) float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	// The last multiplication leaves the high bits of similar names alike; mix them.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}

// jitter is how long after each slot the source's visits begin.
func (s *source) jitter() time.Duration {
	spread := min(s.interval, maxJitter)
	return time.Duration(fraction(s.Name) * float64(spread)).Truncate(time.Second)
}

// slotAfter is the next moment after now at which the schedule, moved by the
// source's jitter, fires.
func (s *source) slotAfter(now time.Time) time.Time {
	j := s.jitter()
	return s.Schedule.Next(now.Add(-j), s.Location).Add(j)
}

// rescheduled reports whether a source's last visit was planned under another
// schedule.
func (s *source) rescheduled(st news.SourceState) bool {
	l := readLearned(st.Learned)
	return l.Schedule != "" && l.Schedule != s.Schedule.String()
}

// due plans the visit after one that ended now.
func (s *source) due(now time.Time, st news.SourceState, l learned, fault Fault, retryAfter time.Duration) time.Time {
	next := s.slotAfter(now)
	if s.Schedule.IsAuto() {
		next = now.Add(l.autoInterval(now, s.Location, fraction(s.Name)))
	}
	if fault.transient() {
		next = now.Add(backoff(st.Failures, s.interval, fraction(s.Name)))
	}
	if at := now.Add(retryAfter); next.Before(at) {
		// A little later than asked, so that all who were sent away do not
		// come back at once.
		next = at.Add(time.Duration(fraction(s.Name) * float64(time.Minute)))
	}
	return next.UTC()
}

// backoff doubles with each failure in a row, from half an hour (or the
// schedule's interval, if that is shorter) to eight hours (or the interval, if
// longer), with up to a tenth of jitter.
func backoff(failures int, interval time.Duration, fraction float64) time.Duration {
	wait := float64(min(interval, firstRetry)) * math.Exp2(float64(min(max(failures-1, 0), 20)))
	wait = min(wait, float64(max(interval, lastRetry)))
	return time.Duration(wait * (1 + fraction/10))
}

// autoInterval is how long until about half an item is to be expected, by the
// hours and weekdays at which the town published before; never sooner than the
// server's caching headers ask.
func (l learned) autoInterval(now time.Time, loc *time.Location, fraction float64) time.Duration {
	if len(l.News) < 5 {
		return max(time.Hour, l.fresh())
	}
	if loc == nil {
		loc = time.UTC
	}
	hours, days, span := l.rhythm(now, loc)
	perWeek := float64(len(l.News)) / max(span.Hours()/(7*24), 1)
	expected, at := 0.0, now.In(loc)
	wait := time.Duration(0)
	for expected < 0.5 && wait < autoLongest {
		const step = 15 * time.Minute
		// Each quarter of an hour has its share of the week's items.
		expected += perWeek * days[at.Weekday()] * hours[at.Hour()] / 4
		at, wait = at.Add(step), wait+step
	}
	wait = min(max(wait, autoShortest), autoLongest)
	return max(wait+time.Duration(fraction*float64(5*time.Minute)), l.fresh())
}

// rhythm is the share of news by hour of the day and by weekday, smoothed, and
// the time that the remembered news span.
func (l learned) rhythm(now time.Time, loc *time.Location) (hours [24]float64, days [7]float64, span time.Duration) {
	total := float64(len(l.News))
	oldest := now
	for _, unix := range l.News {
		t := time.Unix(unix, 0).In(loc)
		if t.Before(oldest) {
			oldest = t
		}
		days[t.Weekday()] += 0.9 / total
		// News are seen up to a visit late; the hours around get their part.
		hours[(t.Hour()+23)%24] += 0.2 / total
		hours[t.Hour()] += 0.5 / total
		hours[(t.Hour()+1)%24] += 0.2 / total
	}
	for i := range days {
		days[i] += 0.1 / 7
	}
	for i := range hours {
		hours[i] += 0.1 / 24
	}
	return hours, days, now.Sub(oldest)
}
