package feedout

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	lateWindow  = 48 * time.Hour     // what was first seen since then is always in the feed
	goneWindow  = 7 * 24 * time.Hour // a withdrawn item is marked for so long, then leaves
	archivePage = 100                // items of one archive page
	lateScan    = 1000               // most recent commits that are looked through
)

// A selection is what one answer shows.
type selection struct {
	items    []news.Item
	until    time.Time // when time alone changes the selection
	modified time.Time // last change of what is shown
	prev     uint64    // ?before= of the archive page that goes on; 0: there is none
	archive  bool      // the selection is an archive page
	older    int64     // ?until= of the older page for people; 0: there is none
}

// choose selects the items of a feed or page.
func (s *Server) choose(ctx context.Context, w want) (selection, error) {
	switch {
	case w.before > 0:
		return s.chooseArchive(ctx, w)
	case w.until > 0:
		return s.chooseOlder(ctx, w)
	}
	return s.chooseNewest(ctx, w)
}

// chooseNewest selects the newest by publication, what was first seen in the
// last two days, and tombstones that are still marked.
func (s *Server) chooseNewest(ctx context.Context, w want) (selection, error) {
	now := s.now()
	limit := cmp.Or(w.limit, feedItems)
	q := w.query
	q.Limit = limit + 1
	items, err := s.archive.Items(ctx, q)
	if err != nil {
		return selection{}, err
	}
	sel := selection{until: now.Add(24 * time.Hour)}
	if len(items) > limit {
		items = items[:limit]
		sel.older = items[limit-1].Shown.UnixMilli()
	}
	have := make(map[string]bool, len(items))
	for _, it := range items {
		have[it.ID] = true
	}
	late, err := s.late(ctx, w, now)
	if err != nil {
		return selection{}, err
	}
	if w.limit == 0 {
		if items, err = s.addLate(ctx, items, late.items, have, q.Heads); err != nil {
			return selection{}, err
		}
		sel.expire(late.until)
	}
	if items, err = s.addGone(ctx, w, items, have, limit, &sel); err != nil {
		return selection{}, err
	}
	slices.SortStableFunc(items, newestFirst)
	sel.items = items
	sel.prev = previous(late.seqs, have)
	sel.modified = lastChange(items)
	return sel, nil
}

// newestFirst orders by Shown, and by Seq where that is equal.
func newestFirst(a, b news.Item) int {
	return cmp.Or(b.Shown.Compare(a.Shown), cmp.Compare(b.Seq, a.Seq))
}

// A lateness is what the latest commits hold.
type lateness struct {
	items []news.Item // heads of those first seen within the window, by Seq downwards
	seqs  []seqID     // of all looked through, downwards
	until time.Time   // when the first of items leaves the window; zero: there are none
}

type seqID struct {
	seq uint64
	id  string
}

// late looks through the latest commits for items first seen within the
// window. A backfill counts as seen when it was published, so it may stand in
// between: the look goes on until a whole portion holds nothing recent.
func (s *Server) late(ctx context.Context, w want, now time.Time) (lateness, error) {
	var l lateness
	q := w.query
	q.Heads, q.Limit, q.Before = true, archivePage, math.MaxUint64
	for len(l.seqs) < lateScan {
		heads, err := s.archive.Items(ctx, q)
		if err != nil {
			return l, err
		}
		found := false
		for _, it := range heads {
			l.seqs = append(l.seqs, seqID{it.Seq, it.ID})
			if leaves := it.FirstSeen.Add(lateWindow); leaves.After(now) {
				found = true
				l.items = append(l.items, it)
				if l.until.IsZero() || leaves.Before(l.until) {
					l.until = leaves
				}
			}
		}
		if !found || len(heads) < q.Limit || len(l.items) >= mostItems {
			return l, nil
		}
		q.Before = heads[len(heads)-1].Seq
	}
	return l, nil
}

// addLate adds the late items that are not among items yet, whole unless heads
// will do, up to the bound of a feed.
func (s *Server) addLate(ctx context.Context, items, late []news.Item, have map[string]bool, heads bool) ([]news.Item, error) {
	for _, it := range late {
		if have[it.ID] || len(items) >= mostItems {
			continue
		}
		if !heads {
			var err error
			if it, err = s.archive.Item(ctx, it.ID); err != nil {
				return nil, err
			}
		}
		have[it.ID] = true
		items = append(items, it)
	}
	return items, nil
}

// addGone adds tombstones from the span of time that items cover.
func (s *Server) addGone(ctx context.Context, w want, items []news.Item, have map[string]bool, limit int, sel *selection) ([]news.Item, error) {
	q := w.query
	q.Withdrawn, q.Heads, q.Limit = true, true, 2*mostItems
	if len(items) >= limit {
		if oldest := items[limit-1].Shown; oldest.After(q.Since) {
			q.Since = oldest
		}
	}
	heads, err := s.archive.Items(ctx, q)
	if err != nil {
		return nil, err
	}
	now := s.now()
	for _, it := range heads {
		leaves := it.Withdrawn.Add(goneWindow)
		if it.Withdrawn.IsZero() || !leaves.After(now) || have[it.ID] || len(items) >= mostItems {
			continue
		}
		sel.expire(leaves)
		items = append(items, it)
	}
	return items, nil
}

// expire brings until forward to t unless t is zero.
func (sel *selection) expire(t time.Time) {
	if !t.IsZero() && t.Before(sel.until) {
		sel.until = t
	}
}

// previous is where the archive goes on behind a feed that shows have. seqs are
// the latest items, downwards. Archive pages should keep their addresses while
// items come in, so the edge lies at a multiple of the page's size, unless that
// would leave a gap between feed and archive.
func previous(seqs []seqID, have map[string]bool) uint64 {
	if len(seqs) == 0 {
		return 0
	}
	edge := seqs[0].seq / archivePage * archivePage
	inFeed, reached := true, false
	for _, s := range seqs {
		if s.seq < edge {
			reached = true
			break
		}
		inFeed = inFeed && have[s.id]
	}
	switch {
	case inFeed && reached:
		return edge
	case inFeed && len(seqs) < archivePage: // everything there is
		return 0
	}
	return seqs[0].seq + 1
}

// chooseArchive selects an archive page (RFC 5005 §4): items below a Seq, the
// latest first. What it shows changes only by edits and withdrawals.
func (s *Server) chooseArchive(ctx context.Context, w want) (selection, error) {
	limit := cmp.Or(w.limit, archivePage)
	q := w.query
	q.Before, q.Limit = w.before, limit+1
	items, err := s.archive.Items(ctx, q)
	if err != nil {
		return selection{}, err
	}
	sel := selection{until: s.now().Add(24 * time.Hour), archive: true}
	if len(items) > limit {
		items = items[:limit]
		sel.prev = items[limit-1].Seq
	}
	sel.items, sel.modified = items, lastChange(items)
	return sel, nil
}

// chooseOlder selects the page that people turn to: items shown before a
// moment, the newest first. Items of one moment stay on one page.
func (s *Server) chooseOlder(ctx context.Context, w want) (selection, error) {
	limit := cmp.Or(w.limit, feedItems)
	q := w.query
	q.Until, q.Limit = time.UnixMilli(w.until), limit+1
	items, err := s.archive.Items(ctx, q)
	if err != nil {
		return selection{}, err
	}
	sel := selection{until: s.now().Add(24 * time.Hour)}
	if len(items) > limit {
		items = items[:limit]
		sel.older = items[limit-1].Shown.UnixMilli()
	}
	sel.items, sel.modified = items, lastChange(items)
	return sel, nil
}

// lastChange is when the items last changed.
func lastChange(items []news.Item) time.Time {
	var last time.Time
	for _, it := range items {
		for _, t := range []time.Time{it.FirstSeen, it.Changed, it.Withdrawn} {
			if t.After(last) {
				last = t
			}
		}
	}
	return last
}
