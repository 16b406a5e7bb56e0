package feedout

import (
	"cmp"
	"context"
	"html/template"
	"math"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// An indexPage lists all tags, places or saved feeds.
type indexPage struct {
	*chrome
	Kind    string   // tags, places, feeds
	Letters []string // under which the rows stand
	Rows    template.HTML
	Feeds   []SavedFeed
}

// A sourcesPage is one page of the list of all sources.
type sourcesPage struct {
	*chrome
	Sources []sourceRow
	pager
}

// renderSources renders a page of /sources.
func (s *Server) renderSources(ctx context.Context, x *site, page int, lang tongue) (*answer, error) {
	p := &sourcesPage{chrome: s.chromeOf(x, lang, lang.say("All sources"), "/sources")}
	p.Canonical = x.url("/sources" + pageQuery(page))
	p.pager = pagerOf(page, len(x.Sources), func(n int) string { return p.Path("/sources") + pageQuery(n) })
	rows, err := s.sourceRows(ctx, x, rowsOn(x.Sources, page), true)
	if err != nil {
		return nil, err
	}
	p.Sources = rows
	return s.renderPage(x, "sources", p, time.Time{})
}

// renderIndex renders /tags, /places or /feeds.
func (s *Server) renderIndex(ctx context.Context, x *site, path string, lang tongue) (*answer, error) {
	title := map[string]string{"/tags": "All tags", "/places": "All places", "/feeds": "Saved feeds"}[path]
	p := &indexPage{chrome: s.chromeOf(x, lang, lang.say(title), path), Kind: path[1:]}
	p.Canonical = x.url(path)
	var names []weighted
	var err error
	switch path {
	case "/tags":
		names, err = s.weights(ctx, news.Tag, 0)
	case "/places":
		names, err = s.weights(ctx, news.Place, 0)
	default:
		p.Feeds = x.publicFeeds()
	}
	if err != nil {
		return nil, err
	}
	p.Letters, p.Rows = initials(names), p.alphabet(names, path+"/")
	return s.renderPage(x, "index", p, time.Time{})
}

// weights are the most frequent values of a facet in the order of the
// alphabet; 0 means all.
func (s *Server) weights(ctx context.Context, f news.Facet, most int) ([]weighted, error) {
	table, err := s.counts(ctx, f)
	if err != nil {
		return nil, err
	}
	list := table.list
	if most > 0 && len(list) > most {
		list = list[:most]
	}
	out := make([]weighted, 0, len(list))
	for _, c := range list {
		if c.Items > 0 {
			out = append(out, weighted{Count: c, Weight: weight(c.Items, table.list[0].Items)})
		}
	}
	slices.SortFunc(out, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(digitsLast(a.Slug), digitsLast(b.Slug)), cmp.Compare(a.Slug, b.Slug))
	})
	return out, nil
}

// digitsLast sorts names that begin with no letter behind the others.
func digitsLast(slug string) int {
	if slug != "" && slug[0] >= 'a' && slug[0] <= 'z' {
		return 0
	}
	return 1
}

// weight is from 1 to 5, by the logarithm of the share of the most frequent.
func weight(n, most int) int {
	if most <= 1 {
		return 1
	}
	return 1 + int(math.Round(4*math.Log(float64(n))/math.Log(float64(most))))
}

// sourceRows are configured sources with their states, in their order; sparks
// adds their rhythm.
func (s *Server) sourceRows(ctx context.Context, x *site, sources []SourceInfo, sparks bool) ([]sourceRow, error) {
	states, err := s.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]sourceRow, 0, len(sources))
	for _, src := range sources {
		row := sourceRow{Name: src.Name, Info: x.sources[src.Name], State: *states.of(src.Name)}
		if sparks {
			if row.Spark, err = s.spark(ctx, x, news.Query{All: [][]news.Term{{{Facet: news.Source, Value: src.Name}}}}); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
