package feedout

import (
	"context"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// A permitted archive shows of each item what the configuration lets be
// published: of sources that are listing_only by now, it keeps the texts of
// former visits back. They stay in the archive, and are there again when the
// key is taken out.
type permitted struct {
	Archive
	site func() *site
}

// Items are those of the archive.
func (p permitted) Items(ctx context.Context, q news.Query) ([]news.Item, error) {
	items, err := p.Archive.Items(ctx, q)
	if x := p.site(); x.listingOnly {
		for i := range items {
			x.keepBack(&items[i])
		}
	}
	return items, err
}

// Item is that of the archive.
func (p permitted) Item(ctx context.Context, id string) (news.Item, error) {
	it, err := p.Archive.Item(ctx, id)
	p.site().keepBack(&it)
	return it, err
}

// Revisions are those of the archive; what an edit did to a text that is kept
// back is not told either.
func (p permitted) Revisions(ctx context.Context, id string) ([]news.Revision, error) {
	revisions, err := p.Archive.Revisions(ctx, id)
	for i := range revisions {
		p.site().keepBack(&revisions[i].Item)
	}
	return revisions, err
}

// keepBack empties the body of an item of which every source is listing_only.
func (x *site) keepBack(it *news.Item) {
	if !x.listingOnly || len(it.Sources) == 0 {
		return
	}
	if !slices.ContainsFunc(it.Sources, func(name string) bool { return !x.sources[name].ListingOnly }) {
		it.BodyHTML, it.BodyText = "", ""
	}
}
