package feedout

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// A homePage is the page under /.
type homePage struct {
	*chrome
	Rows    template.HTML
	Older   string
	Tags    template.HTML
	Places  template.HTML
	Sources template.HTML
	Feeds   []SavedFeed
	Heat    *heatMap
}

// How many tags, places and sources the first page names.
const (
	homeNames   = 40
	homeSources = 24
)

// A weighted is a tag or place with its weight from 1 to 5.
type weighted struct {
	news.Count
	Weight int
	Facet  news.Facet // where tags and places stand together
}

// A sourceRow is a source with its state.
type sourceRow struct {
	Name  string
	Info  SourceInfo
	State news.SourceState
	Spark *sparkline
}

// Health is the state of the source in words of the vocabulary.
func (r sourceRow) Health() string { return healthWord(r.State.Health) }

func healthWord(h news.Health) string {
	if h == news.New {
		return "not visited yet"
	}
	return string(h)
}

// renderHome renders the page under /.
func (s *Server) renderHome(ctx context.Context, x *site, lang tongue) (*answer, error) {
	items, err := s.archive.Items(ctx, news.Query{Limit: feedItems, Heads: true, Stories: true})
	if err != nil {
		return nil, err
	}
	c := s.chromeOf(x, lang, "", "/")
	c.Feed, c.About, c.Canonical = "/all", cmp.Or(x.Description, lang.say("News of towns and counties")), x.url("/")
	p := &homePage{chrome: c, Rows: c.days(items), Feeds: x.publicFeeds()}
	if len(items) == feedItems {
		p.Older = c.Path("/all?until=" + fmt.Sprint(items[len(items)-1].Shown.UnixMilli()))
	}
	tags, err := s.weights(ctx, news.Tag, homeNames)
	if err != nil {
		return nil, err
	}
	places, err := s.weights(ctx, news.Place, homeNames)
	if err != nil {
		return nil, err
	}
	towns, err := s.counts(ctx, news.Place)
	if err != nil {
		return nil, err
	}
	tags = slices.DeleteFunc(tags, func(t weighted) bool { _, town := towns.at[t.Slug]; return town }) // they stand beside it
	p.Tags, p.Places = c.cloud(tags, "/tags/"), c.cloud(places, "/places/")
	states, err := s.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := s.sourceRows(ctx, x, states.latestSources(x, homeSources), false)
	if err != nil {
		return nil, err
	}
	p.Sources = c.sourceList(sources)
	if p.Heat, err = s.heat(ctx, x, news.Query{}, lang); err != nil {
		return nil, err
	}
	return s.renderPage(x, "home", p, lastChange(items))
}

// publicFeeds are the saved feeds for everybody.
func (x *site) publicFeeds() []SavedFeed {
	var list []SavedFeed
	for _, f := range x.Feeds {
		if !f.Private {
			list = append(list, x.feeds[f.Name])
		}
	}
	return list
}
