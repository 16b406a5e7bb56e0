package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// What a wrong clock has stamped is mended once the clock is right. The archive
// knows what that is: it remembers the newest moment that it ever stamped, and
// which items it added while the clock was doubted.

// Stamps are what Restamp mended.
type Stamps struct{ Items, Pages, Sources int }

var (
	keyNewest      = []byte("stamp-newest")       // the newest moment stamped, in seconds
	keyDoubtedFrom = []byte("stamp-doubted-from") // Seq of the first item added while the clock was doubted; 0: none
	keyDoubtedTo   = []byte("stamp-doubted-to")   // Seq of the last one
	keyStamped     = []byte("stamp-checked")      // 1: all was looked through, and nothing stamped before firstStamp since
)

const (
	// stampSlack is how far ahead of a right clock a stamp may lie: clocks of
	// several machines differ, and a date printed on a page may be tomorrow's.
	stampSlack = time.Hour
	aheadSlack = 48*time.Hour + stampSlack
	// furthestLook is longer than any article waits for its next look.
	furthestLook = 62 * 24 * time.Hour
	restampStep  = 100
)

// firstStamp is before all that this program can have stamped: a clock that
// says less is that of a machine which woke up without one.
var firstStamp = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Plausible reports whether a clock that was right can have stamped a moment,
// where it is now.
func Plausible(at, now time.Time) bool {
	return !at.Before(firstStamp) && !at.After(now.Add(stampSlack))
}

// noteStamps remembers what was stamped by a report that added items, the last
// ones that there are.
func (t *txn) noteStamps(added int) error {
	if err := t.noteNewest(); err != nil {
		return err
	}
	awoke := t.now().Before(firstStamp)
	if awoke && t.number(keyStamped) != 0 {
		if err := t.setNumber(keyStamped, 0); err != nil {
			return err
		}
	}
	doubted := awoke || t.s.opts.Doubtful != nil && t.s.opts.Doubtful()
	if added == 0 || !doubted {
		return nil
	}
	last := t.bucket(items).Sequence()
	if t.number(keyDoubtedFrom) == 0 {
		if err := t.setNumber(keyDoubtedFrom, last-uint64(added)+1); err != nil {
			return err
		}
	}
	return t.setNumber(keyDoubtedTo, last)
}

// noteNewest remembers what time it is, to ten minutes; whether it does is looked
// at once in a minute.
func (t *txn) noteNewest() error {
	const often, rarely = 60, 600
	now := t.now().Unix()
	if since := now - t.s.noted.Load(); since >= 0 && since < often {
		return nil
	}
	t.effects = append(t.effects, func() { t.s.noted.Store(now) })
	if newest := uint64(max(0, now)); newest > t.number(keyNewest)+rarely {
		return t.setNumber(keyNewest, newest)
	}
	return nil
}

// Newest is the newest moment that the archive has stamped, to some minutes;
// zero where nothing was. The clock of a machine that is before it is behind,
// or was ahead.
func (s *Store) Newest() (at time.Time, err error) {
	err = s.view(func(t *txn) error {
		if n := t.number(keyNewest); n > 0 {
			at = time.Unix(int64(n), 0).UTC()
		}
		return nil
	})
	return at, err
}

// Restamp mends the moments that a wrong clock has stamped on items, pages and
// sources. It is called when the clock is known to be right, and does nothing
// where the archive has no wrong stamps. Items keep the distance between them;
// articles that were read under a wrong clock are read again.
func (s *Store) Restamp(ctx context.Context) (done Stamps, err error) {
	var m mending
	err = s.view(func(t *txn) error {
		m = t.mending()
		if m.nothing {
			return nil
		}
		return m.survey(ctx, t)
	})
	if err != nil || m.nothing {
		return done, err
	}
	if done.Items, err = s.mendEach(ctx, items, m.item); err != nil {
		return done, err
	}
	if done.Pages, err = s.mendEach(ctx, pages, m.page); err != nil {
		return done, err
	}
	if done.Sources, err = s.mendEach(ctx, sources, m.source); err != nil {
		return done, err
	}
	return done, s.update(func(t *txn) error {
		for key, n := range map[string]uint64{
			string(keyNewest): uint64(max(0, m.now.Unix())), string(keyDoubtedFrom): 0, string(keyDoubtedTo): 0, string(keyStamped): 1,
		} {
			if err := t.setNumber([]byte(key), n); err != nil {
				return err
			}
		}
		return nil
	})
}

// A mending knows which stamps are wrong, and by how much.
type mending struct {
	now      time.Time
	from, to uint64 // Seqs of items that were added while the clock was doubted
	nothing  bool

	ahead, behind time.Time // the newest first sight that is ahead, and that is doubted
}

func (t *txn) mending() mending {
	m := mending{now: t.now(), from: t.number(keyDoubtedFrom), to: t.number(keyDoubtedTo)}
	newest := time.Unix(int64(t.number(keyNewest)), 0)
	m.nothing = !newest.After(m.now.Add(stampSlack)) && m.from == 0 && t.number(keyStamped) == 1
	return m
}

// survey finds the newest of the wrong stamps; it stands for now.
func (m *mending) survey(ctx context.Context, t *txn) error {
	return t.eachHead(ctx, func(h *head) {
		switch {
		case m.isAhead(h.FirstSeen):
			m.ahead = latest(m.ahead, h.FirstSeen)
		case m.isBehind(h):
			m.behind = latest(m.behind, h.FirstSeen)
		}
	})
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (m *mending) isAhead(at time.Time) bool { return at.After(m.now.Add(stampSlack)) }

// isBehind reports whether an item was first seen by a clock that was behind.
// One of a backfill was first seen when it was published, which may be long ago.
func (m *mending) isBehind(h *head) bool {
	if m.from > 0 && h.Seq >= m.from && h.Seq <= m.to {
		return true
	}
	backfilled := !h.Published.IsZero() && h.FirstSeen.Equal(h.Shown) && !h.Published.Time.After(h.Shown)
	return h.FirstSeen.Before(firstStamp) && !backfilled
}

// moved is a stamp as far before now as it was before the newest of its kind.
func (m *mending) moved(at, newest time.Time) time.Time {
	if at.After(newest) || newest.IsZero() {
		return m.now
	}
	return m.now.Add(at.Sub(newest))
}

// item is what mends an item; nil: nothing is wrong with it.
func (m *mending) item(t *txn, key []byte) (func() error, error) {
	h, err := t.head(tailSeq(key))
	if h == nil || err != nil {
		return nil, err
	}
	old := *h
	switch {
	case m.isAhead(h.FirstSeen):
		m.restamp(h, m.moved(h.FirstSeen, m.ahead))
	case m.isBehind(h):
		m.restamp(h, m.moved(h.FirstSeen, m.behind))
	}
	m.edits(h)
	if string(old.encode()) == string(h.encode()) {
		return nil, nil
	}
	return func() error {
		t.shown = true
		return t.putHead(&old, h)
	}, nil
}

// restamp gives an item another first sight. A date that is ahead of the right
// clock was no printed one: it is read again.
func (m *mending) restamp(h *head, seen time.Time) {
	if h.Published.Time.After(m.now.Add(aheadSlack)) {
		h.Published = news.Moment{}
	}
	if h.Changed.Equal(h.FirstSeen) {
		h.Changed = seen
	}
	h.FirstSeen = seen
	early := h.Shown.Before(h.Published.Time) // it could not be shown later than it was seen
	if h.Published.IsZero() || early || h.Shown.After(m.now.Add(aheadSlack)) {
		h.Shown = news.ShownAt(h.Published, seen, 0)
	}
}

// edits brings what happened to an item later to now, where it is ahead or
// before the item was seen.
func (m *mending) edits(h *head) {
	wrong := func(at time.Time) bool { return m.isAhead(at) || at.Before(firstStamp) && at.Before(h.FirstSeen) }
	if wrong(h.Changed) {
		if h.Updated.Time.Equal(h.Changed) {
			h.Updated.Time = m.now
		}
		h.Changed = m.now
	}
	if !h.Updated.IsZero() && h.Updated.Time.After(m.now.Add(aheadSlack)) {
		h.Updated.Time = m.now
	}
	if !h.Withdrawn.IsZero() && wrong(h.Withdrawn) {
		h.Withdrawn = m.now
	}
}

// page is what mends what is remembered of a page: one that was asked for by a wrong
// clock is asked for again, in full.
func (m *mending) page(t *txn, key []byte) (func() error, error) {
	p, found, err := t.page(key)
	if !found || err != nil {
		return nil, err
	}
	wrong := m.isAhead(p.Fetched) || !p.Fetched.IsZero() && p.Fetched.Before(firstStamp)
	if !wrong && !p.Next.After(m.now.Add(furthestLook)) {
		return nil, nil
	}
	if wrong {
		p.Fetched, p.ETag, p.LastModified, p.Digest = m.now, "", "", 0
	}
	if m.isAhead(p.FirstSeen) || p.FirstSeen.Before(firstStamp) {
		p.FirstSeen = m.now
	}
	if !p.Gone.IsZero() && (m.isAhead(p.Gone) || p.Gone.Before(firstStamp)) {
		p.Gone = m.now
	}
	if !p.Listing {
		p.Next = m.now
	}
	return func() error { return t.putPage(preparedPage{p, key}) }, nil
}

// source is what mends what is remembered of a source's visits. When it is due the
// crawler plans by itself.
func (m *mending) source(t *txn, key []byte) (func() error, error) {
	r, found, err := t.source(string(key))
	if !found || err != nil {
		return nil, err
	}
	wrong := false
	for _, at := range []*time.Time{&r.Since, &r.LastVisit, &r.LastSuccess, &r.LastNew} {
		if m.isAhead(*at) || !at.IsZero() && at.Before(firstStamp) {
			*at, wrong = m.now, true
		}
	}
	if !wrong {
		return nil, nil
	}
	return func() error { return t.putSource(r) }, nil
}

// mendEach mends the records of a bucket that are wrong, some in each
// transaction, so that no visit waits long.
func (s *Store) mendEach(ctx context.Context, b bucket, mend func(*txn, []byte) (func() error, error)) (mended int, err error) {
	wrong, err := s.wrongKeys(ctx, b, mend)
	if err != nil {
		return 0, err
	}
	for step := range slices.Chunk(wrong, restampStep) {
		if err := ended(ctx); err != nil {
			return mended, err
		}
		err := s.update(func(t *txn) error {
			for _, key := range step {
				write, err := mend(t, key)
				if err == nil && write != nil {
					err = write()
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return mended, err
		}
		mended += len(step)
	}
	return mended, nil
}

// wrongKeys are those of the records of a bucket that are to be mended.
func (s *Store) wrongKeys(ctx context.Context, b bucket, mend func(*txn, []byte) (func() error, error)) (wrong [][]byte, err error) {
	err = s.view(func(t *txn) error {
		c := t.bucket(b).Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if err := ended(ctx); err != nil {
				return err
			}
			// A record that cannot be read is told of by others.
			if write, err := mend(t, k); err == nil && write != nil {
				wrong = append(wrong, bytes.Clone(k))
			}
		}
		return nil
	})
	return wrong, err
}
