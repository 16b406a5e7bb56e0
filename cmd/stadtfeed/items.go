package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

// A filter is the flags that choose items.
type filter struct {
	tags, places, sources, words []string
	since, until, search         string
	limit                        int
	withdrawn                    bool
}

func (f *filter) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.tags, "tag", nil, "only with this `TAG` (several: any of them)")
	flags.StringSliceVar(&f.places, "place", nil, "only about this `PLACE`")
	flags.StringSliceVar(&f.sources, "source", nil, "only from this `SOURCE`")
	flags.StringArrayVar(&f.words, "word", nil, "only with this `WORD` or phrase (several: all of them)")
	flags.StringVar(&f.search, "query", "", "only what this `SEARCH` finds, as typed into the search box")
	flags.StringVar(&f.since, "since", "", "published at or after `DATE` (2024-06-10, or RFC 3339)")
	flags.StringVar(&f.until, "until", "", "published before `DATE`")
	flags.IntVar(&f.limit, "limit", 0, "at most `N` items (0: all)")
	flags.BoolVar(&f.withdrawn, "withdrawn", false, "also those that the town took down")
}

// query is what the flags ask for; days are days of a zone, tags go by
// their published names.
func (f *filter) query(cfg *config.Config, loc *time.Location) (news.Query, error) {
	q := news.Query{Withdrawn: f.withdrawn, Limit: f.limit, Heads: true}
	group := func(facet news.Facet, values []string, key func(string) string) {
		var terms []news.Term
		for _, v := range values {
			terms = append(terms, news.Term{Facet: facet, Value: key(v)})
		}
		if terms != nil {
			q.All = append(q.All, terms)
		}
	}
	group(news.Tag, f.tags, func(tag string) string { return news.Slug(cfg.Tags.Canonical(tag)) })
	group(news.Place, f.places, news.Slug)
	group(news.Source, f.sources, strings.TrimSpace)
	for _, w := range f.words {
		group(news.Word, []string{w}, strings.TrimSpace)
	}
	if f.limit < 0 {
		return q, usagef("--limit %d is below 0", f.limit)
	}
	var err error
	if q.Since, err = moment("--since", f.since, loc); err != nil {
		return q, err
	}
	if q.Until, err = moment("--until", f.until, loc); err != nil {
		return q, err
	}
	return f.searched(q, cfg, loc)
}

// searched is a query narrowed to what the search finds.
func (f *filter) searched(q news.Query, cfg *config.Config, loc *time.Location) (news.Query, error) {
	found, wrong := search.Reader{Now: time.Now().In(loc), Tag: cfg.Tags.Canonical}.Parse(f.search)
	if len(wrong) > 0 {
		return q, usagef("--query %q: %s", f.search, wrong[0].Error())
	}
	q.All, q.Not = append(q.All, found.All...), append(q.Not, found.Not...)
	if found.Since.After(q.Since) {
		q.Since = found.Since
	}
	if q.Until.IsZero() || !found.Until.IsZero() && found.Until.Before(q.Until) {
		q.Until = found.Until
	}
	return q, nil
}

// moment reads a day or an RFC 3339 time.
func moment(flag, text string, loc *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, loc); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, usagef("%s %q: a day such as 2024-06-10 or a time such as 2024-06-10T12:00:00+02:00 belongs here", flag, text)
	}
	return t, nil
}

func (a *app) itemsCommand() *cobra.Command {
	var f filter
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "items",
		Short: "List items of the archive, newest first",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := f.query(config.Default(), time.UTC); err != nil {
				return err
			}
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				q, err := f.query(cfg, cfg.Location)
				if err != nil {
					return err
				}
				show := a.itemLine(newPrinter(a.out), cfg.Location)
				if asJSON {
					enc := json.NewEncoder(forTerminal(a.out))
					enc.SetEscapeHTML(false)
					show = func(it news.Item) error { return enc.Encode(news.RecordOf(it, cfg.Position(it.Place))) }
					q.Heads = false
				}
				return ask(cmd.Context(), c, "/items", q, show, func(struct{}) {})
			})
		},
	}
	f.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON Lines")
	return cmd
}

// itemsAtOnce is how many items are read from the archive at a time.
const itemsAtOnce = 1000

// items answers with the items that fit a query, newest first. However many
// they are, only some are in memory at a time.
func (c *core) items(r *http.Request, s *stream) error {
	q, err := asked[news.Query](r)
	if err != nil {
		return err
	}
	left := q.Limit                // 0: no limit
	sent := map[string]time.Time{} // what was sent of the second at which the next reading begins
	for {
		q.Limit = itemsAtOnce + len(sent)
		items, err := c.store.Items(r.Context(), q)
		if err != nil {
			return err
		}
		for _, it := range items {
			if _, done := sent[it.ID]; done {
				continue
			}
			if err := s.value(it); err != nil {
				return err
			}
			sent[it.ID] = it.Shown
			if left--; left == 0 {
				return nil
			}
		}
		if len(items) < q.Limit {
			return nil
		}
		second := items[len(items)-1].Shown.Truncate(time.Second)
		q.Until = second.Add(time.Second)
		maps.DeleteFunc(sent, func(_ string, shown time.Time) bool { return !shown.Before(q.Until) })
	}
}

// itemLine prints one item for people.
func (a *app) itemLine(p *printer, loc *time.Location) func(news.Item) error {
	return func(it news.Item) error {
		day := it.Shown.In(loc).Format(time.DateOnly)
		if !it.Published.IsZero() {
			day, _, _ = strings.Cut(it.Published.String(), "T")
		}
		headline := visible(it.Headline)
		if place := cmp.Or(it.Place, it.Kicker); place != "" {
			headline = visible(place) + ": " + headline
		}
		if !it.Withdrawn.IsZero() {
			headline += " (withdrawn)"
		}
		p.line("%s  %s", day, p.paint(bold, headline))
		about := fmt.Sprintf("%s  %s", it.Source(), it.URL)
		if len(it.Tags) > 0 {
			about += "  " + strings.Join(it.Tags, ", ")
		}
		p.line("            %s", p.paint(dim, visible(about)))
		return nil
	}
}
