package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/news"
)

// A crawlOrder asks for visits now.
type crawlOrder struct {
	Sources  []string `json:"sources"` // empty: all
	Backfill int      `json:"backfill,omitempty"`
}

func (a *app) crawlCommand() *cobra.Command {
	var order crawlOrder
	cmd := &cobra.Command{
		Use:   "crawl [SOURCE...]",
		Short: "Visit sources now, once; all of them when none is named",
		RunE: func(cmd *cobra.Command, args []string) error {
			order.Sources = args
			if order.Backfill < 0 {
				return usagef("--backfill %d is below 0", order.Backfill)
			}
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if err := known(cfg, args); err != nil {
				return err
			}
			return a.ask(cmd.Context(), cfg, true, func(cfg *config.Config, c *client) error {
				return a.crawl(cmd.Context(), c, order, cmp.Or(len(args), len(cfg.Sources)))
			})
		},
	}
	cmd.Flags().IntVar(&order.Backfill, "backfill", 0, "read `N` listing pages of the past")
	return cmd
}

// crawl has sources visited and prints how each visit went.
func (a *app) crawl(ctx context.Context, c *client, order crawlOrder, sources int) error {
	v, failed := &visiting{progress: newProgress(a.errOut, "visiting"), sources: map[string]crawler.Progress{}, total: sources}, 0
	defer v.end()
	err := ask(ctx, c, "/crawl", order, func(visit news.Visit) error {
		v.end()
		if visit.Err != "" {
			failed++
		}
		printVisit(newPrinter(a.out), visit)
		return nil
	}, v.show)
	if err == nil && failed > 0 {
		return errSilent
	}
	visited := fmt.Sprintf("%d of %s visited", v.ended, count(sources, "source"))
	return interruptedBy(ctx, err, visited+"; what they brought is stored, the others are visited when they are due")
}

// known refuses names that the configuration does not have.
func known(cfg *config.Config, names []string) error {
	for _, name := range names {
		if _, ok := cfg.Source(name); !ok {
			return fmt.Errorf("unknown source %q%s", name, config.DidYouMean(name, cfg.SourceNames()))
		}
	}
	return nil
}

// crawl visits sources and answers with their visits.
func (c *core) crawl(r *http.Request, s *stream) error {
	order, err := asked[crawlOrder](r)
	if err != nil {
		return err
	}
	if c.reload == nil || c.config().Role == config.RoleFeed { // nobody configured the crawler yet
		if err := c.crawler.Configure(c.config()); err != nil {
			return err
		}
	}
	visits, err := c.crawler.Visit(r.Context(), order.Sources, crawler.VisitOptions{
		Backfill: order.Backfill,
		Progress: func(p crawler.Progress) { s.progress(p) },
	})
	for _, v := range visits {
		if err := s.value(v); err != nil {
			return err
		}
	}
	return err
}

func printVisit(p *printer, v news.Visit) {
	result := p.paint(green, fmt.Sprintf("%d added, %d edited, %d withdrawn", v.Added, v.Edited, v.Withdrawn))
	switch {
	case v.Err != "":
		result = p.paint(red, visible(v.Err))
	case v.Unchanged:
		result = "unchanged"
	}
	if v.Failed > 0 {
		result += p.paint(yellow, fmt.Sprintf(", %s could not be fetched", count(v.Failed, "article")))
	}
	if v.Renamed > 0 {
		result += fmt.Sprintf(", %s under a new address", count(v.Renamed, "known item"))
	}
	if v.Held > 0 {
		result += p.paint(yellow, fmt.Sprintf(", %s held back", count(v.Held, "old item")))
	}
	p.line("%s: %s (%s, %s)", p.paint(bold, v.Source), result, count(v.Requests, "request"), v.Took.Round(time.Millisecond))
}

// A visiting tells how far visits are.
type visiting struct {
	*progress
	sources map[string]crawler.Progress
	ended   int
	total   int
}

// show counts an article of a visit as one step, and the visit's end as
// another.
func (v *visiting) show(p crawler.Progress) {
	if p.Ended {
		v.ended++
		p.Done = p.Total
	}
	v.sources[p.Source] = p
	done, all := v.ended, v.total
	for _, s := range v.sources {
		done += s.Done
		all += s.Total
	}
	v.progress.show(step{
		Doing: fmt.Sprintf("%s (%d of %s)", cut(p.Source, 24), v.ended, count(v.total, "source")), Done: int64(done), Total: int64(all),
	})
}
