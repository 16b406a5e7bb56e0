package crawler

import (
	"slices"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day

	// leastQuiet is how long every source may be silent.
	leastQuiet = 4 * week
	// asFound is how long one may be silent that was so when it was first read:
	// that may be just what the operator wants to follow.
	asFound = 26 * week
	// longestSeason is how long a pause is forgiven because an earlier year had
	// it too.
	longestSeason = 40 * week
)

// silence is how long the town has published nothing, which pause is usual for
// it, and whether the silence is far longer: longer than four usual pauses, or
// than two and two months, and longer than four weeks, counted without
// holidays, and in a season in which the town published in an earlier year.
func (l *learned) silence(now time.Time) (silence, usual time.Duration, stale bool) {
	usual = l.pause()
	if usual == 0 {
		return 0, 0, false
	}
	last, began := time.Unix(l.News[len(l.News)-1], 0), time.Unix(l.Began, 0)
	silence = now.Sub(last)
	quiet := max(leastQuiet, min(4*usual, 2*usual+60*day))
	switch {
	case began.Sub(last) > quiet:
		stale = now.Sub(began) > asFound
	case working(last, now) <= quiet:
	default:
		stale = silence > longestSeason || !l.Weeks.pausedLastYear(last.Add(usual), now.Add(-usual))
	}
	return silence, usual, stale
}

// pause is the pause between two days with news that nine of ten do not
// exceed; 0: too little is known.
func (l *learned) pause() time.Duration {
	var gaps []time.Duration
	for i := 1; i < len(l.News); i++ {
		if gap := time.Duration(l.News[i]-l.News[i-1]) * time.Second; gap > day/2 {
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) < 7 {
		gaps = l.Weeks.gaps() // many at once, so that few days are remembered
	}
	if len(gaps) < 4 {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)*9/10]
}

// working is the time between two moments without the days around Christmas,
// and with July and August counted half: when town halls of the northern
// half of the world have their holidays.
func working(from, to time.Time) time.Duration {
	forgiven := time.Duration(0)
	for year := from.Year() - 1; year <= to.Year(); year++ {
		at := func(month time.Month, date int) time.Time { return time.Date(year, month, date, 0, 0, 0, 0, time.UTC) }
		forgiven += overlap(from, to, at(time.December, 20), at(time.December, 20).Add(20*day))
		forgiven += overlap(from, to, at(time.July, 1), at(time.September, 1)) / 2
	}
	return to.Sub(from) - forgiven
}

// overlap is how long two spans have in common.
func overlap(from, to, start, end time.Time) time.Duration {
	if start.Before(from) {
		start = from
	}
	if end.After(to) {
		end = to
	}
	return max(end.Sub(start), 0)
}

// weeks remember in which of the last 128 weeks a town published.
type weeks struct {
	Last  int       // the newest of them, in weeks since 1970
	First int       // the oldest one with news that was ever seen
	Bits  [2]uint64 // the lowest stands for Last, the next for the week before
}

const remembered = 128

func weekOf(t time.Time) int { return int(t.Unix() / int64(week/time.Second)) }

// mark notes that something was published.
func (w *weeks) mark(at time.Time) {
	n := weekOf(at)
	if w.Last == 0 {
		w.Last, w.First = n, n
	}
	if later := n - w.Last; later > 0 {
		w.shift(later)
		w.Last = n
	}
	w.First = min(w.First, n)
	if i := w.Last - n; i < remembered {
		w.Bits[i/64] |= 1 << (i % 64)
	}
}

// shift makes room for n later weeks.
func (w *weeks) shift(n int) {
	for ; n > 0 && w.Bits != [2]uint64{}; n-- {
		w.Bits[1] = w.Bits[1]<<1 | w.Bits[0]>>63
		w.Bits[0] <<= 1
	}
}

// has reports whether something was published in a week.
func (w *weeks) has(n int) bool {
	i := w.Last - n
	return i >= 0 && i < remembered && w.Bits[i/64]>>(i%64)&1 == 1
}

// gaps are the pauses between weeks with news.
func (w *weeks) gaps() (gaps []time.Duration) {
	before := 0
	for n := w.Last - remembered + 1; n <= w.Last; n++ {
		if !w.has(n) {
			continue
		}
		if before != 0 {
			gaps = append(gaps, time.Duration(n-before)*week)
		}
		before = n
	}
	return gaps
}

// pausedLastYear reports whether the town was silent between two moments a
// year before as well, but for a week at the beginning and two at the end, by
// which school holidays and seasons shift from year to year. What is too
// short to tell counts as a pause.
func (w *weeks) pausedLastYear(start, end time.Time) bool {
	from, to := weekOf(start)-52+1, weekOf(end)-52-2
	if w.Last == 0 || w.First > from {
		return false // it was not known then
	}
	for n := from; n <= to; n++ {
		if w.has(n) {
			return false
		}
	}
	return true
}
