package crawler

import (
	"context"
	"errors"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// What an item says differently because rules have changed, ours or the
// configuration's, is no edit of the town's. The page as it was kept, read under
// the rules of today, tells which of the two it is.

// saidTheSame reports whether the kept page of an article, read as it is read
// now, says what an item says that was just read.
func (v *visit) saidTheSame(ctx context.Context, now news.Item, from *extract.Entry) bool {
	kept, ok := v.keptPage(ctx, now.URL)
	if !ok {
		return false
	}
	defer v.load.budget.parse(len(kept.Body))()
	same := false
	err := v.guard(kept.URL, func() error {
		doc, err := v.parse(kept)
		if err == nil && doc.Obstacle() == extract.NoObstacle {
			then := doc.Article(from).Item
			bound(&then)
			then.KeepSizes(now)
			same = len(news.MaterialChanges(then, now)) == 0
		}
		return err
	})
	return err == nil && same
}

// listedTheSame reports whether rules have changed since the listing was read
// last, and the page that was kept of it, read as it is read now, shows an entry
// as it is shown now.
func (v *visit) listedTheSame(now news.Item, e listed) bool {
	if v.before.Reading == 0 || v.before.Reading == v.src.reading() {
		return false
	}
	if v.keptEntries == nil {
		v.keptEntries = map[string]extract.Entry{}
		if kept, ok := v.keptPage(context.Background(), v.address()); ok {
			for _, then := range v.listingOfKept(kept) {
				v.keptEntries[news.Canonical(then.URL)] = then
			}
		}
	}
	then, ok := v.keptEntries[e.address]
	return ok && len(news.MaterialChanges(extract.ItemFrom(then, v.src.ExtractOptions()), now)) == 0
}

// listingOfKept are the entries of a kept listing page.
func (v *visit) listingOfKept(kept extract.Page) (entries []extract.Entry) {
	defer v.load.budget.parse(len(kept.Body))()
	err := v.guard(kept.URL, func() error {
		doc, err := v.parse(kept)
		if err == nil && doc.Obstacle() == extract.NoObstacle {
			entries = doc.Listing().Entries
		}
		return err
	})
	if err != nil {
		return nil
	}
	return entries
}

// keptPage is a page as it was fetched last, where it is kept still.
func (v *visit) keptPage(ctx context.Context, address string) (extract.Page, bool) {
	raw, err := v.c.Archive.RawPage(context.WithoutCancel(ctx), address)
	if err != nil {
		if !errors.Is(err, news.ErrNotFound) {
			v.c.Log.Debug("a kept page could not be read", "source", v.src.Name, "url", address, "err", err)
		}
		return extract.Page{}, false
	}
	return extract.Page{URL: raw.URL, ContentType: raw.ContentType, Body: raw.Body, Fetched: raw.Fetched}, true
}
