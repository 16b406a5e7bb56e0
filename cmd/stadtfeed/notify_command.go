package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/notice"
)

func (a *app) notifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "notify test NAME",
		Short: "Send a notice of the configuration to its receivers, to try it",
		Long: `Send a notice of the configuration to its receivers, to try it.

The notice has one made-up item. What is told of new items, and what receivers were told already, does not change by it.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != "test" {
				return usagef("notify: test belongs here, not %q", args[0])
			}
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.tryNotice(cmd.Context(), cfg, args[1])
		},
	}
}

// tryNotice sends a made-up item to all receivers of a notice.
func (a *app) tryNotice(ctx context.Context, cfg *config.Config, name string) error {
	c := &core{log: a.log}
	c.cfg.Store(cfg)
	var names []string
	var errs []error
	found := false
	for _, dl := range c.deliveries() {
		if names = append(names, dl.Name); dl.Name != name {
			continue
		}
		found = true
		if err := dl.send(ctx, sample(dl, cfg)); err != nil {
			errs = append(errs, fmt.Errorf("%s, %s: %w", name, dl.to, err))
			continue
		}
		fmt.Fprintf(a.out, "%s: sent to %s\n", name, visible(dl.to))
	}
	if !found {
		return usagef("there is no notice %q%s", name, cmp.Or(config.DidYouMean(name, names), "; notify: in the configuration lists them"))
	}
	return errors.Join(errs...)
}

// sample is a message that shows what the notices of a receiver look like.
func sample(dl delivery, cfg *config.Config) notice.Message {
	now := time.Now()
	m := notice.Message{
		ID: fmt.Sprintf("test-%d", now.UnixNano()), Title: dl.title, Link: cfg.BaseURL + dl.page, Language: cfg.Language,
	}
	if dl.Health {
		m.Link = cfg.BaseURL + "/status"
	}
	return notice.Sample(m, dl.Health, cfg.Title, now.In(cfg.Location))
}
