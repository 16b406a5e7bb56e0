package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// A heldOrder asks for what was held back, or for its release.
type heldOrder struct {
	Source    string `json:"source"`    // empty: all
	Release   bool   `json:"release"`   // publish the items, or delete what waits for it
	Deletions bool   `json:"deletions"` // only what waits to be deleted
}

// A heldThing is one of both: an item that would be published, or what would be
// deleted.
type heldThing struct {
	Item     *news.Item     `json:"item,omitempty"`
	Deletion *news.Deletion `json:"deletion,omitempty"`
}

func (a *app) heldCommand() *cobra.Command {
	var order heldOrder
	cmd := &cobra.Command{
		Use:   "held [SOURCE]",
		Short: "Show what was held back: items that looked like a flood of old news, and deletions of much at once; or release them",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := order.check(args); err != nil {
				return err
			}
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				order.Source = args[0]
				if err := known(cfg, args); err != nil {
					return err
				}
			}
			return a.ask(cmd.Context(), cfg, false, func(cfg *config.Config, c *client) error {
				return a.tellHeld(cmd.Context(), cfg, c, order)
			})
		},
	}
	cmd.Flags().BoolVar(&order.Release, "release", false, "publish a source's items, each in its place by date; with --deletions, delete")
	cmd.Flags().BoolVar(&order.Deletions, "deletions", false, "only what is past its retention and was not deleted because it was much at once")
	return cmd
}

func (o heldOrder) check(args []string) error {
	switch {
	case o.Deletions && len(args) > 0:
		return usagef("--deletions: they are not of one source; leave %s out", args[0])
	case o.Release && !o.Deletions && len(args) == 0:
		return usagef("--release: which source's? (or --deletions)")
	}
	return nil
}

// tellHeld prints what is held back, or what became of it.
func (a *app) tellHeld(ctx context.Context, cfg *config.Config, c *client, order heldOrder) error {
	p, items, deletions := newPrinter(a.out), 0, 0
	err := ask(ctx, c, "/held", order, func(h heldThing) error {
		if d := h.Deletion; d != nil {
			deletions += d.Records
			p.line("%s from before %s, not deleted on %s because they are more than a tenth", count(d.Records, singular[d.Kind]),
				d.Before.In(cfg.Location).Format(time.DateOnly), d.Since.In(cfg.Location).Format(time.DateOnly))
			return nil
		}
		items++
		return a.itemLine(p, cfg.Location)(*h.Item)
	}, func(struct{}) {})
	if err != nil {
		return err
	}
	switch {
	case items+deletions == 0:
		p.line("nothing is held back")
	case order.Release && order.Deletions:
		p.line("deleted")
	case order.Release:
		p.line("%s published", count(items, "item"))
	}
	if order.Release {
		return nil
	}
	if items > 0 {
		p.line("%s held back; stadtfeed held SOURCE --release publishes them, as old news at their dates", count(items, "item"))
	}
	if deletions > 0 {
		p.line("the next upkeep deletes what it finds past its retention, too; stadtfeed held --deletions --release does so now; where the clock was wrong, do nothing")
	}
	return nil
}

// singular are the words for one record of a kind of deletion.
var singular = map[string]string{"items": "item", "pages": "page"}

func (c *core) held(r *http.Request, s *stream) error {
	order, err := asked[heldOrder](r)
	if err != nil {
		return err
	}
	if !order.Deletions {
		if err := c.heldItems(r.Context(), order, s); err != nil {
			return err
		}
	}
	if order.Deletions || order.Source == "" {
		return c.heldDeletions(r.Context(), order, s)
	}
	return nil
}

func (c *core) heldItems(ctx context.Context, order heldOrder, s *stream) error {
	drafts, err := c.store.Held(ctx, order.Source)
	if err != nil {
		return err
	}
	if order.Release {
		if _, err := c.store.ReleaseHeld(ctx, order.Source); err != nil {
			return fmt.Errorf("releasing: %w", err)
		}
	}
	for _, d := range drafts {
		if err := s.value(heldThing{Item: &d.Item}); err != nil {
			return err
		}
	}
	return nil
}

func (c *core) heldDeletions(ctx context.Context, order heldOrder, s *stream) error {
	held, err := c.store.HeldDeletions(ctx)
	if err != nil {
		return err
	}
	if order.Release {
		if _, err := c.store.ReleaseDeletions(ctx); err != nil {
			return fmt.Errorf("deleting: %w", err)
		}
	}
	for _, d := range held {
		if err := s.value(heldThing{Deletion: &d}); err != nil {
			return err
		}
	}
	return nil
}
