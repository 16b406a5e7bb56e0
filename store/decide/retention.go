package decide

import (
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Deletions by age are bounded, as the clock may be wrong: one upkeep with a clock
// that runs ahead would remove everything for good. What is past its age is
// removed when an upkeep a day before agreed, and beyond that up to a tenth of
// what is there each day. The rest is held until the next upkeep agrees or the
// operator says so.
const (
	deletedAtOnce = .1 // of what is there
	secondOpinion = 20 * time.Hour
)

// An Opinion is what an upkeep said should be deleted of a kind of record. An
// archive keeps it as four numbers.
type Opinion struct {
	Before time.Time // what is older
	At     time.Time // when it was said; zero: nothing was
	Taken  int       // what was deleted on its word alone
	Held   int       // what was not
}

// OpinionOf is the opinion that numbers tell, by their names.
func OpinionOf(number func(what string) uint64) (o Opinion) {
	if at := number("at"); at > 0 {
		o.At, o.Before = time.Unix(int64(at), 0).UTC(), time.Unix(int64(number("before")), 0).UTC() //nolint:gosec // what Numbers wrote
	}
	o.Taken, o.Held = int(number("taken")), int(number("held")) //nolint:gosec // likewise
	return o
}

// Numbers are the opinion as numbers, by their names.
func (o Opinion) Numbers() map[string]uint64 {
	n := func(i int64) uint64 { return uint64(max(0, i)) } //nolint:gosec // not below 0
	return map[string]uint64{"at": n(o.At.Unix()), "before": n(o.Before.Unix()), "taken": n(int64(o.Taken)), "held": n(int64(o.Held))}
}

// Next is the opinion of an upkeep now about what is older than an age; agreed
// is before when the one before says the same, zero where it does not.
func (o Opinion) Next(now time.Time, age time.Duration) (next Opinion, agreed time.Time) {
	next = Opinion{At: now, Before: now.Add(-age)}
	switch {
	case o.At.IsZero() || o.At.After(now): // it was said by a clock that ran ahead
		return next, agreed
	case now.Sub(o.At) < secondOpinion:
		return o, agreed
	case o.Before.Before(next.Before):
		return next, o.Before
	}
	return next, next.Before
}

// Alone is how many of those that are past their age may be removed on this
// opinion alone, where there are so many in all and another opinion agrees about
// sure of them. It notes them as taken, and the rest as held.
func (o *Opinion) Alone(all, past, sure int) int {
	alone := min(past-sure, max(0, max(1, int(deletedAtOnce*float64(all)))-o.Taken))
	o.Taken += alone
	o.Held = past - sure - alone
	return alone
}

// Deletion is what of a kind is held.
func (o Opinion) Deletion(kind string) news.Deletion {
	return news.Deletion{Kind: kind, Records: o.Held, Before: o.Before, Since: o.At}
}

// Forget removes all of an item but its addresses: retention has ended.
func (h *Head) Forget() {
	h.Canonical = h.Address()
	h.Item = news.Item{ID: h.ID, Seq: h.Seq, Sources: h.Sources, URL: h.URL, FirstSeen: h.FirstSeen, Shown: h.Shown}
	h.Minhash, h.Signature, h.HasText, h.Forgotten = Minhash{}, Signature{}, Unknown, true
}
