package feedout

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A listPage is the page beside a feed.
type listPage struct {
	*chrome
	Rows      template.HTML
	Found     int
	Older     string // address of the older page; empty: none
	Newest    string // address of the newest page, on an older one
	Heat      *heatMap
	Facets    []facetBox
	Wider     []wider // the pages of each part of a combination
	Site      string  // the source's own page
	State     *news.SourceState
	SearchTip bool
	Rule      []string   // what a saved filter asks for
	Saved     string     // the configuration that makes a saved filter of the search; empty: there is none
	Savers    Savers     // who may keep the search as a feed
	Wrong     []string   // what of the search cannot be understood
	Near      []weighted // what may have been meant where nothing was found
}

// renderList renders the page beside a feed.
func (s *Server) renderList(ctx context.Context, x *site, w want, lang tongue) (*answer, time.Time, error) {
	words := soughtBy(w.query)
	if w.path != "/search" && w.saved == nil {
		words = nil
	}
	w.query.Heads = words == nil // only a search or filter by words shows something of bodies
	sel, err := s.choose(ctx, w)
	if err != nil {
		return nil, time.Time{}, err
	}
	name, about, err := s.name(ctx, x, w, lang)
	if err != nil {
		return nil, time.Time{}, err
	}
	c := s.chromeOf(x, lang, cmp.Or(name, lang.say("All items")), "")
	c.About, c.Feed, c.FeedQuery, c.Search, c.Canonical = about, w.path, w.queryString(), w.search, x.url(w.address(page))
	c.Private, c.Keyed, c.sought = w.private(), w.saved != nil && w.saved.keyed, words
	if w.saved != nil {
		c.reasons = reasonsOf(w.query)
	}
	p := &listPage{chrome: c, Rows: c.days(sel.items), Found: len(sel.items)}
	if p.Facets, err = s.facetsOf(ctx, c, w); err != nil {
		return nil, time.Time{}, err
	}
	if p.Wider, err = s.wider(ctx, x, w); err != nil {
		return nil, time.Time{}, err
	}
	if err = s.explain(ctx, p, w); err != nil {
		return nil, time.Time{}, err
	}
	for _, m := range w.wrong {
		p.Wrong, c.Feed = append(p.Wrong, m.in(lang)), "" // there is no such feed
	}
	if len(sel.items) == 0 {
		if p.Near, err = s.near(ctx, w, words); err != nil {
			return nil, time.Time{}, err
		}
	}
	if sel.older > 0 {
		p.Older = c.Path(w.address(page, "until", fmt.Sprint(sel.older)))
	}
	if w.until > 0 || w.before > 0 {
		p.Newest = c.Path(w.address(page))
	}
	if p.SearchTip = w.path == "/search"; !p.SearchTip {
		if p.Heat, err = s.heat(ctx, x, w.query, lang); err != nil {
			return nil, time.Time{}, err
		}
	}
	if len(w.parts) == 1 && w.parts[0].facet == news.Source {
		if p.State, err = s.state(ctx, w.parts[0].value[0]); err != nil {
			return nil, time.Time{}, err
		}
		p.Site = webURL(x.sources[w.parts[0].value[0]].URL)
	}
	a, err := s.renderPage(x, "list", p, sel.modified)
	if err == nil && (w.path == "/search" || w.closed() || len(sel.items) == 0) {
		a.robots = "noindex"
	}
	return a, s.untilMidnight(x, sel.until), err
}
