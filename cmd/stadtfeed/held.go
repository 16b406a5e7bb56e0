package main

import (
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// A heldOrder asks for what was held back, or for its release.
type heldOrder struct {
	Source  string `json:"source"` // empty: all
	Release bool   `json:"release"`
}

func (a *app) heldCommand() *cobra.Command {
	var order heldOrder
	cmd := &cobra.Command{
		Use:   "held [SOURCE]",
		Short: "Show items that were held back because they looked like a flood of old news, or release them",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if order.Release && len(args) == 0 {
				return usagef("--release: which source's?")
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
				p, n := newPrinter(a.out), 0
				err := ask(cmd.Context(), c, "/held", order, func(it news.Item) error {
					n++
					return a.itemLine(p, cfg.Location)(it)
				}, func(struct{}) {})
				if err != nil {
					return err
				}
				switch {
				case order.Release:
					p.line("%s published", count(n, "item"))
				case n == 0:
					p.line("nothing is held back")
				default:
					p.line("%s held back; stadtfeed held SOURCE --release publishes them, as old news at their dates", count(n, "item"))
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&order.Release, "release", false, "publish them; each takes its place by date and pushes nothing out of a feed")
	return cmd
}

func (c *core) held(r *http.Request, s *stream) error {
	order, err := asked[heldOrder](r)
	if err != nil {
		return err
	}
	drafts, err := c.store.Held(r.Context(), order.Source)
	if err != nil {
		return err
	}
	if order.Release {
		if _, err := c.store.ReleaseHeld(r.Context(), order.Source); err != nil {
			return fmt.Errorf("releasing: %w", err)
		}
	}
	for _, d := range drafts {
		if err := s.value(d.Item); err != nil {
			return err
		}
	}
	return nil
}
