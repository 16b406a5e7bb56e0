package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// A subscriberOrder asks for the mailboxes that subscribe by mail, or ends some.
type subscriberOrder struct {
	End []string `json:"end"` // mailboxes, in any letter case
}

func (a *app) subscribersCommand() *cobra.Command {
	var order subscriberOrder
	cmd := &cobra.Command{
		Use:   "subscribers",
		Short: "Show the mailboxes that subscribe to feeds by mail, or end some",
		Long: `Show the mailboxes that subscribe to feeds by mail, or end some.

Readers end their mails themselves, by the link in each. For somebody who asks the
operator, --end forgets all that the archive knows of a mailbox; backups made
before still have it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				return a.tellSubscribers(cmd.Context(), cfg, c, order)
			})
		},
	}
	cmd.Flags().StringSliceVar(&order.End, "end", nil, "forget this `MAILBOX` and all that it subscribes to")
	return cmd
}

func (a *app) tellSubscribers(ctx context.Context, cfg *config.Config, c *client, order subscriberOrder) error {
	p, n := newPrinter(a.out), 0
	err := ask(ctx, c, "/mailboxes", order, func(one news.Subscriber) error {
		n++
		since := "not confirmed"
		if !one.Confirmed.IsZero() {
			since = one.Confirmed.In(cfg.Location).Format(time.DateOnly)
		}
		p.line("%s  %s  %s", visible(one.Mailbox), since, visible(one.Page))
		return nil
	}, func(struct{}) {})
	switch {
	case err != nil:
		return err
	case len(order.End) > 0:
		p.line("%s ended", count(n, "subscription"))
	case n == 0:
		p.line("nobody subscribes by mail")
	}
	return nil
}

// subscribers answers with the mailboxes that subscribe, or with those that it
// ended: of all that were named, or of none.
func (c *core) subscribers(r *http.Request, s *stream) error {
	order, err := asked[subscriberOrder](r)
	if err != nil {
		return err
	}
	list, err := c.store.Subscribers(r.Context())
	if err != nil {
		return err
	}
	if len(order.End) > 0 {
		if list, err = order.of(list); err != nil {
			return err
		}
	}
	for _, one := range list {
		if len(order.End) > 0 {
			if err := c.forget(r.Context(), one); err != nil {
				return err
			}
		}
		one.ID = "" // the secret of the addresses in its mails
		if err := s.value(one); err != nil {
			return err
		}
	}
	return nil
}

// of are the subscriptions of the mailboxes that the order names.
func (o subscriberOrder) of(list []news.Subscriber) (named []news.Subscriber, err error) {
	for _, mailbox := range o.End {
		has := func(one news.Subscriber) bool { return strings.EqualFold(one.Mailbox, mailbox) }
		if !slices.ContainsFunc(list, has) {
			return nil, fmt.Errorf("%q subscribes to nothing; stadtfeed subscribers lists who does", mailbox)
		}
	}
	for _, one := range list {
		if slices.ContainsFunc(o.End, func(mailbox string) bool { return strings.EqualFold(one.Mailbox, mailbox) }) {
			named = append(named, one)
		}
	}
	return named, nil
}
