package main

import (
	"context"
	"net/url"
	"sync"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// A webAdder is what stands behind the form that adds sources: add --write, in
// the daemon.
type webAdder struct {
	*service
	mu sync.Mutex // one source is written at a time
}

// Look looks at an address by the rules of add.
func (w *webAdder) Look(ctx context.Context, address string, feed bool) (f feedout.Finding, err error) {
	cfg := w.config()
	p := prospector{feed: feed, mayBePrivate: ownHost(cfg), cfg: cfg, crawler: w.crawler}
	found, err := p.look(ctx, address)
	if err != nil {
		return f, err
	}
	one, l := found.proposal, found.listing
	f = feedout.Finding{
		Proposal: feedout.Proposal{
			Name: one.Name, URL: one.URL, Title: one.Title, Kind: string(one.Kind), Preset: one.Preset, Place: one.Place,
			Language: one.Language, Timezone: one.Timezone,
		},
		Robots: found.robots, Next: l.Next, Article: found.article, Entries: entriesFound(l.Entries),
	}
	if one.Kind != config.KindFeed {
		f.SiteFeed = bestFeed(l.Better)
	}
	for _, e := range f.Entries {
		if !e.Published.IsZero() {
			f.Dates++
		}
		if e.Place != "" {
			f.Places++
		}
	}
	f.YAML, err = config.YAML(2, one)
	return f, err
}

func entriesFound(entries []extract.Entry) []feedout.Found {
	list := make([]feedout.Found, len(entries))
	for i, e := range entries {
		list[i] = feedout.Found{Place: e.Place, Headline: e.Headline, Published: e.Published}
	}
	return list
}

// Add writes a source into the configuration and puts that in force.
func (w *webAdder) Add(ctx context.Context, p feedout.Proposal) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	cfg := w.config()
	one := config.Proposal{
		Name:         p.Name,
		URL:          p.URL,
		Title:        p.Title,
		Kind:         config.Kind(p.Kind),
		Preset:       p.Preset,
		Place:        p.Place,
		Language:     p.Language,
		Timezone:     p.Timezone,
		AllowPrivate: ownHost(cfg)(p.URL),
	}
	if err := appendSources(cfg.File, []config.Proposal{one}); err != nil {
		w.log.Warn("a source was not added by the form", "source", one.Name, "url", guard.Masked(one.URL), "err", err)
		return err
	}
	w.log.Info("a source was added by the form", "source", one.Name, "url", guard.Masked(one.URL))
	if err := w.swap(context.WithoutCancel(ctx), false); err != nil { // the file is written, whether who asked waits or not
		return because(err, "add-not-in-force", err.Error())
	}
	return nil
}

// ownHost reports addresses at hosts and ports that may be in a private network,
// because the configuration says so of a source there. A form does not reach
// further into the network than its operator has.
func ownHost(cfg *config.Config) func(address string) bool {
	var own []string
	for _, s := range cfg.Sources {
		if s.AllowPrivate {
			own = append(own, s.URL)
		}
	}
	hosts := guard.OwnOf(own...)
	return func(address string) bool {
		u, err := url.Parse(address)
		return err == nil && hosts.Includes(u)
	}
}
