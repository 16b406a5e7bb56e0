package crawler

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// steadyKeys are the keys, by the addresses of files on the listing, that stay
// when only a token, stamp or hash of the address changes. Where two files
// would share one, what changes is what tells them apart, and neither has it.
func (v *visit) steadyKeys() map[string]string {
	owner, keys := map[string]string{}, map[string]string{}
	for _, e := range v.entries {
		key := news.FileKey(e.URL)
		if key == "" || e.Anchored {
			continue
		}
		if first, taken := owner[key]; taken {
			delete(keys, first)
			continue
		}
		owner[key], keys[e.address] = e.address, key
	}
	return keys
}

// recognise gives files on the listing the steady key of their address, unless
// the archive knows the address itself, or another notice under the key.
func (v *visit) recognise(entries []listed, steady map[string]string) {
	for i := range entries {
		e := &entries[i]
		key := steady[e.address]
		if _, known := v.known[e.address]; known || key == "" {
			continue
		}
		if it, known := v.known[key]; !known || sameNotice(e.Headline, e.Published, it) {
			e.canonical = key
		}
	}
}

// sameNotice reports whether an entry tells of an item as the archive has it.
func sameNotice(headline string, day news.Moment, it news.Item) bool {
	if news.Fold(headline) != news.Fold(it.Headline) {
		return false
	}
	return day.IsZero() || it.Published.IsZero() || sameDay(day, it.Published)
}

func sameDay(a, b news.Moment) bool {
	return a.Time.Format(time.DateOnly) == b.Time.Format(time.DateOnly)
}

// reused reports whether a known address shows another report on the listing
// now: both its headline and its day are new. Its page is looked at in this
// visit, rather than when its turn comes.
func reused(e listed, it news.Item) bool {
	dated := !e.Published.IsZero() && !it.Published.IsZero()
	return dated && e.Published.Time.After(it.Published.Time) && !sameDay(e.Published, it.Published) && news.Fold(e.Headline) != news.Fold(it.Headline)
}

// alsoReused adds the pages of known addresses that show another report now to
// those that are due. One that was had within a day said what it says: its
// listing and its article differ for good.
func (v *visit) alsoReused(ctx context.Context, due []news.PageState) ([]news.PageState, error) {
	var addresses []string
	for _, e := range v.entries {
		it, known := v.known[e.canonical]
		whole := known && it.ID != "" && !it.Partial && it.Withdrawn.IsZero()
		planned := slices.ContainsFunc(due, func(p news.PageState) bool { return p.URL == e.URL })
		if whole && !planned && !e.Anchored && reused(e, it) && len(addresses) < maxLooks {
			addresses = append(addresses, e.URL)
		}
	}
	if len(addresses) == 0 {
		return due, nil
	}
	pages, err := v.c.Archive.PageStates(context.WithoutCancel(ctx), addresses)
	if err != nil {
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	for _, address := range addresses {
		if p, ok := pages[address]; ok && v.start.Sub(p.Fetched) >= day {
			due = append(due, p)
		}
	}
	return due, nil
}
