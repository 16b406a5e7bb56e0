package feedout

import (
	"cmp"
	"context"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// errUnknown is an address of a tag or place that was never there and resembles
// none that is.
type errUnknown struct{ near []weighted }

func (e errUnknown) Error() string { return "no such tag or place" }

// Unwrap makes it a news.ErrNotFound.
func (e errUnknown) Unwrap() error { return news.ErrNotFound }

// heard looks whether the tags and places of a path exist, or may: there are
// those of the archive, also of withdrawn items, those that the configuration
// gives, and what resembles one of them. While the archive has none at all,
// every one may come.
func (s *Server) heard(ctx context.Context, x *site, p part) error {
	table, err := s.counts(ctx, p.facet)
	if err != nil || len(table.list) == 0 {
		return err
	}
	for _, slug := range p.value {
		_, had := table.at[slug]
		if had || x.expects(p.facet, slug) || slices.ContainsFunc(table.list, func(c news.Count) bool { return alike(slug, c.Slug) }) {
			continue
		}
		items, err := s.archive.Items(ctx, news.Query{All: [][]news.Term{{{Facet: p.facet, Value: slug}}}, Withdrawn: true, Heads: true, Limit: 1})
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return errUnknown{nearest(p.facet, slug, table.list)}
		}
	}
	return nil
}

// expects reports a tag or place that the configuration gives to items.
func (x *site) expects(f news.Facet, slug string) bool {
	isIt := func(name string) bool { return news.Slug(name) == slug }
	if f == news.Tag {
		return slices.ContainsFunc(x.Tags, isIt)
	}
	return slices.ContainsFunc(x.Sources, func(src SourceInfo) bool { return isIt(src.Place) })
}

// nearest are the values that are written most like a slug, those with most
// items first among equals.
func nearest(f news.Facet, slug string, list []news.Count) (near []weighted) {
	const most = 6
	type rated struct {
		news.Count
		far int
	}
	var all []rated
	for _, c := range list {
		if c.Items > 0 {
			all = append(all, rated{c, news.EditDistance(cut(slug, 40), cut(c.Slug, 40))})
		}
	}
	slices.SortStableFunc(all, func(a, b rated) int { return cmp.Or(a.far-b.far, b.Items-a.Items) })
	for _, r := range all[:min(most, len(all))] {
		near = append(near, weighted{Count: r.Count, Facet: f})
	}
	return near
}
