package store

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

func (t *txn) heldDraft(canonical []byte) (h news.HeldDraft, found bool, err error) {
	v := t.get(held, canonical)
	if v == nil {
		return h, false, nil
	}
	return h, true, decodeJSON(held, canonical, v, &h)
}

// applyHeld holds a draft back, or no more.
func (t *txn) applyHeld(c decide.HeldChange) error {
	key := []byte(c.Canonical)
	was, found, err := t.heldDraft(key)
	if err != nil {
		return err
	}
	if found {
		t.countHeld(was.Source, -1)
	}
	switch {
	case c.Draft != nil:
		t.countHeld(c.Source, +1)
		return t.putJSON(held, key, news.HeldDraft{Source: c.Source, Since: c.Since, Draft: *c.Draft}, packed)
	case found:
		return t.delete(held, key)
	}
	return nil
}

func (t *txn) countHeld(source string, by int) {
	if t.held == nil {
		t.held = map[string]int{}
	}
	t.held[source] += by
}

// noLongerHeld removes drafts that were released, whatever became of them.
func (t *txn) noLongerHeld(drafts []draft) error {
	for _, d := range drafts {
		if err := t.applyHeld(decide.HeldChange{Canonical: d.Canonical}); err != nil {
			return err
		}
	}
	return nil
}

// writeHeld notes in the states of sources how many of their drafts are held, and
// how many items they have where some were released.
func (t *txn) writeHeld() error {
	if len(t.held) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(t.held)) {
		by := t.held[name]
		if by == 0 {
			continue
		}
		st, known, err := t.source(name)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		key := countKey(news.Source, name)
		n, err := t.tally(key)
		if err != nil {
			return err
		}
		st.Held, st.Items = max(0, st.Held+by), n.Items+t.counts[key]
		if err := t.putSource(st); err != nil {
			return err
		}
	}
	t.held = nil
	return nil
}

// Held are the drafts of a source (empty: of all) that were kept back because
// they looked like a flood of old news.
func (s *Store) Held(ctx context.Context, source string) (out []news.Draft, err error) {
	err = s.eachHeld(ctx, source, nil, func(h news.HeldDraft) bool { out = append(out, h.Draft); return true })
	return out, err
}

// eachHeld calls fn with the held drafts of a source (empty: of all) after an
// address, until it returns false.
func (s *Store) eachHeld(ctx context.Context, source string, after []byte, fn func(news.HeldDraft) bool) error {
	return s.view(func(t *txn) error {
		c := t.bucket(held).Cursor()
		for k, v := c.Seek(after); k != nil; k, v = c.Next() {
			if bytes.Equal(k, after) {
				continue
			}
			var h news.HeldDraft
			if err := decodeJSON(held, k, v, &h); err != nil {
				return err
			}
			if (source == "" || h.Source == source) && !fn(h) {
				return nil
			}
			if err := ended(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReleaseHeld publishes the held drafts of a source (empty: of all) as what they
// are, old items: they count as seen when they were published. It does so in
// steps; one that is interrupted leaves the rest held.
func (s *Store) ReleaseHeld(ctx context.Context, source string) (news.Committed, error) {
	told := news.Committed{Source: source}
	var after []byte
	for {
		bySource := map[string]*news.Report{}
		n := 0
		err := s.eachHeld(ctx, source, after, func(h news.HeldDraft) bool {
			r := bySource[h.Source]
			if r == nil {
				r = &news.Report{Visit: news.Visit{Source: h.Source}}
				bySource[h.Source] = r
			}
			h.Draft.Backfill = true
			r.Drafts = append(r.Drafts, h.Draft)
			after = []byte(h.Draft.Canonical)
			n++
			return n < pruneStep
		})
		if n == 0 || err != nil {
			if len(told.Added) > 0 {
				s.subs.tell(told)
			}
			return told, err
		}
		r := &request{released: true}
		for _, name := range slices.Sorted(maps.Keys(bySource)) {
			r.reports = append(r.reports, prepareReport(*bySource[name]))
		}
		if err := s.commit(ctx, r); err != nil {
			return told, err
		}
		for _, c := range r.out {
			told.Added = append(told.Added, c.Added...)
			told.Edited = append(told.Edited, c.Edited...)
			told.Renamed += c.Renamed
			told.Seq = c.Seq
		}
	}
}
