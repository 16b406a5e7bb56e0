package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// When a visit's new items look like old news: at least this many, of a source
// that has at least as many already, dated before what its last good visit
// would have seen.
const (
	floodFewest = 10
	floodLate   = 14 * 24 * time.Hour
	floodRecent = 7 * 24 * time.Hour // undated drafts are judged only when the last good visit was no longer ago
)

// A heldDraft is a draft kept back until the operator decides.
type heldDraft struct {
	Source string     `json:"source"`
	Since  time.Time  `json:"since"`
	Draft  news.Draft `json:"draft"`
}

// findFlood marks the drafts of a report that would appear as news although
// they are old: a relaunch that was not recognised, or a listing that now
// shows an archive.
func (t *txn) findFlood(r preparedReport, b *batch) error {
	if len(r.drafts) < floodFewest {
		return nil
	}
	src, known, err := t.source(r.Visit.Source)
	if err != nil || !known || src.LastSuccess.IsZero() {
		return err
	}
	kept, err := t.tally(countKey(news.Source, r.Visit.Source))
	if err != nil || kept.Items < floodFewest {
		return err
	}
	fresh := 0
	flood, undated := map[*draft]bool{}, map[*draft]bool{}
	for _, d := range r.drafts {
		if d.Withdrawn || d.Backfill {
			continue
		}
		h, _, err := t.resolve(d, b)
		if err != nil {
			return err
		}
		if h != nil {
			continue
		}
		fresh++
		switch {
		case d.Item.Published.IsZero():
			undated[d] = true
		case d.Item.Published.Time.Before(src.LastSuccess.Add(-floodLate)):
			flood[d] = true
		}
	}
	// Undated entries that are all new at once, soon after a visit that knew
	// them all, are the town's old news under new addresses.
	if 5*len(undated) >= 4*max(r.Visit.Entries, len(r.drafts)) && t.now().Sub(src.LastSuccess) < floodRecent {
		maps.Copy(flood, undated)
	}
	if len(flood) >= floodFewest && 2*len(flood) >= fresh {
		b.flood = flood
	}
	return nil
}

func (t *txn) hold(d *draft, c *news.Committed) error {
	key := []byte(d.Canonical)
	was := heldDraft{Since: t.now()}
	if v := t.bucket(held).Get(key); v != nil {
		if err := decodeJSON(held, key, v, &was); err != nil {
			return err
		}
	} else {
		c.Held++
	}
	return t.putJSON(held, key, heldDraft{d.source, was.Since, d.Draft}, packed)
}

// unhold forgets that a draft was held.
func (t *txn) unhold(d *draft) error {
	if t.bucket(held).Get([]byte(d.Canonical)) == nil {
		return nil
	}
	return t.delete(held, []byte(d.Canonical))
}

// Held are the drafts of a source (empty: of all) that were kept back because
// they looked like a flood of old news.
func (s *Store) Held(ctx context.Context, source string) (out []news.Draft, err error) {
	err = s.view(func(t *txn) error {
		hs, err := t.heldOf(ctx, source)
		for _, h := range hs {
			out = append(out, h.Draft)
		}
		return err
	})
	return out, err
}

func (t *txn) heldOf(ctx context.Context, source string) (out []heldDraft, err error) {
	err = t.bucket(held).ForEach(func(k, v []byte) error {
		var h heldDraft
		if err := decodeJSON(held, k, v, &h); err != nil {
			return err
		}
		if source == "" || h.Source == source {
			out = append(out, h)
		}
		return ended(ctx)
	})
	return out, err
}

// noneHeld notes in a source's state that nothing of it is held any more.
func (t *txn) noneHeld(source string) error {
	st, known, err := t.source(source)
	if err != nil || !known {
		return err
	}
	st.Held = 0
	return t.putSource(st)
}

// ReleaseHeld publishes the held drafts of a source (empty: of all) as what they
// are, old items: they count as seen when they were published.
func (s *Store) ReleaseHeld(ctx context.Context, source string) (news.Committed, error) {
	c := news.Committed{Source: source}
	err := s.update(func(t *txn) error {
		hs, err := t.heldOf(ctx, source)
		if err != nil {
			return err
		}
		bySource := map[string]*news.Report{}
		for _, h := range hs {
			r := bySource[h.Source]
			if r == nil {
				r = &news.Report{Visit: news.Visit{Source: h.Source}}
				bySource[h.Source] = r
			}
			h.Draft.Backfill = true
			r.Drafts = append(r.Drafts, h.Draft)
			if err := t.delete(held, []byte(h.Draft.Canonical)); err != nil {
				return err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(bySource)) {
			if err := t.drafts(prepareReport(*bySource[name]), &c); err != nil {
				return fmt.Errorf("source %q: %w", name, err)
			}
			if err := t.noneHeld(name); err != nil {
				return err
			}
		}
		c.Seq = t.bucket(items).Sequence()
		return nil
	})
	if err == nil && len(c.Added) > 0 {
		s.subs.tell(c)
	}
	return c, err
}
