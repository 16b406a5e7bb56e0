package crawler

import (
	"context"
	"iter"
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
// those that are due. Where the row is the one that it was when the page was
// had, listing and article differ for good.
func (v *visit) alsoReused(ctx context.Context, due []news.PageState) ([]news.PageState, error) {
	var addresses []string
	for e := range v.firstRows() {
		planned := slices.ContainsFunc(due, func(p news.PageState) bool { return p.URL == e.URL })
		if !planned && v.differs(e) && !slices.Contains(v.Rows, rowKey(e)) && len(addresses) < maxLooks {
			addresses = append(addresses, e.URL)
		}
	}
	if len(addresses) == 0 {
		return due, nil
	}
	pages, err := v.c.Archive.PageStates(context.WithoutCancel(ctx), addresses)
	if err != nil {
		return nil, unread(err)
	}
	for _, address := range addresses {
		if p, ok := pages[address]; ok {
			due = append(due, p)
		}
	}
	return due, nil
}

// differs reports whether a row of the listing is about another report than the
// item that the archive has under its address.
func (v *visit) differs(e listed) bool {
	it, known := v.known[e.canonical]
	whole := known && it.ID != "" && !it.Partial && it.Withdrawn.IsZero()
	return whole && !e.Anchored && reused(e, it)
}

// rememberRows keeps what the listing's rows say, but for those that differ from
// the archive and whose pages were not had.
func (v *visit) rememberRows() {
	if v.report.Visit.Unchanged {
		return
	}
	had := map[string]bool{}
	for _, p := range v.report.Pages {
		had[p.URL] = true
	}
	var rows []uint32
	for e := range v.firstRows() {
		if key := rowKey(e); had[e.URL] || !v.differs(e) || slices.Contains(v.Rows, key) {
			rows = append(rows, key)
		}
	}
	v.Rows = rows
}

// firstRows are the rows of the listing that are remembered.
func (v *visit) firstRows() iter.Seq[listed] {
	return slices.Values(v.entries[:min(len(v.entries), maxOnList)])
}

// rowKey is a short fingerprint of what a row says: address, headline and day.
func rowKey(e listed) uint32 {
	return shortKey(e.canonical + "\n" + news.Fold(e.Headline) + "\n" + e.Published.Time.Format(time.DateOnly))
}
