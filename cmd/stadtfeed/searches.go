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

// A searchOrder asks for the saved searches, or ends some of them.
type searchOrder struct {
	End []string `json:"end"` // IDs, or beginnings of which each is one search's alone
}

func (a *app) searchesCommand() *cobra.Command {
	var order searchOrder
	cmd := &cobra.Command{
		Use:   "searches",
		Short: "Show the searches that people keep as feeds of their own, or end some",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				return a.tellSearches(cmd.Context(), cfg, c, order)
			})
		},
	}
	cmd.Flags().StringSliceVar(&order.End, "end", nil, "end the feed of the search with this `ID`, as the list shows it")
	return cmd
}

// shortSearch is how much of an ID is shown.
const shortSearch = 12

func (a *app) tellSearches(ctx context.Context, cfg *config.Config, c *client, order searchOrder) error {
	p, n := newPrinter(a.out), 0
	err := ask(ctx, c, "/searches", order, func(one news.SavedSearch) error {
		n++
		said := visible(one.Title)
		if one.Text != one.Title {
			said += "  (" + visible(one.Text) + ")"
		}
		p.line("%s  %s  %s", one.ID[:min(len(one.ID), shortSearch)], one.Made.In(cfg.Location).Format(time.DateOnly), said)
		return nil
	}, func(struct{}) {})
	switch {
	case err != nil:
		return err
	case len(order.End) > 0:
		p.line("%s ended", count(n, "feed"))
	case n == 0:
		p.line("no search is saved")
	}
	return nil
}

// searches answers with the saved searches, or with those that it ended: all
// that were named, or none.
func (c *core) searches(r *http.Request, s *stream) error {
	order, err := asked[searchOrder](r)
	if err != nil {
		return err
	}
	list, err := c.store.SavedSearches(r.Context())
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
			if err := c.store.DropSearch(r.Context(), one.ID); err != nil {
				return err
			}
		}
		if err := s.value(one); err != nil {
			return err
		}
	}
	return nil
}

// of are the searches that the order names.
func (o searchOrder) of(list []news.SavedSearch) (named []news.SavedSearch, err error) {
	for _, id := range o.End {
		var fits []news.SavedSearch
		for _, one := range list {
			if id != "" && strings.HasPrefix(one.ID, strings.ToLower(id)) {
				fits = append(fits, one)
			}
		}
		switch {
		case len(fits) == 0:
			return nil, fmt.Errorf("no saved search begins with %q; stadtfeed searches lists them", id)
		case len(fits) > 1:
			return nil, fmt.Errorf("%d saved searches begin with %q; give more of it", len(fits), id)
		}
		if !slices.ContainsFunc(named, func(one news.SavedSearch) bool { return one.ID == fits[0].ID }) {
			named = append(named, fits[0])
		}
	}
	return named, nil
}
