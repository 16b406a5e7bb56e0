package feedout

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	topicsPerPost = 60  // feeds named in one announcement
	mostTopics    = 600 // feeds named after one gathering of commits
	announceTries = 4
)

// Run does what goes on without a request until ctx ends: the own hub's
// deliveries, and announcing changed feeds to an external one.
func (s *Server) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	if s.opt.Hub != nil {
		g.Go(func() error { return s.opt.Hub.Run(ctx) })
	}
	if s.disk != nil {
		g.Go(func() error { s.disk.run(ctx, s); return nil })
	}
	g.Go(func() error { s.announce(ctx); return nil })
	return g.Wait()
}

// announce tells the external hub of the site, if it has one, which feeds have
// changed ("hub.mode=publish", as all public hubs take it).
func (s *Server) announce(ctx context.Context) {
	var mu sync.Mutex
	var changed []string // ids
	wake := make(chan struct{}, 1)
	cancel := s.archive.Subscribe(func(c news.Committed) {
		if s.site.Load().Hub == "" {
			return
		}
		mu.Lock()
		changed = append(changed, c.Touched()...)
		some := len(changed) > 0
		mu.Unlock()
		if some {
			select {
			case wake <- struct{}{}:
			default:
			}
		}
	})
	defer cancel()
	to := guard.NewTransport(guard.Own{}, nil)
	client := &http.Client{Timeout: 15 * time.Second, Transport: to}
	for {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
		if !sleep(ctx, gather) {
			return
		}
		mu.Lock()
		ids := changed
		changed = nil
		mu.Unlock()
		x := s.site.Load()
		to.Own = guard.OwnOf(x.Hub)
		for batch := range slices.Chunk(s.topics(ctx, x, ids), topicsPerPost) {
			if err := tell(ctx, client, x.Hub, batch); err != nil && ctx.Err() == nil {
				s.log.Warn("hub not told", "host", guard.HostOf(x.Hub), "err", err)
			}
		}
	}
}

// topics are the addresses of all public feeds that the items are in.
func (s *Server) topics(ctx context.Context, x *site, ids []string) []string {
	paths := []string{"/all"}
	add := func(path string) {
		if len(paths) < mostTopics/len(forms) && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	for _, id := range ids {
		it, err := s.archive.Item(ctx, id)
		if err != nil {
			continue // gone again
		}
		for _, name := range it.Sources {
			add("/sources/" + escapeSegment(name))
		}
		if it.Place != "" {
			add("/places/" + news.Slug(it.Place))
		}
		for _, tag := range it.Tags {
			add("/tags/" + news.Slug(tag))
		}
		for _, f := range x.publicFeeds() {
			if q := f.Query; !it.Withdrawn.IsZero() || q.Matches(it) {
				add("/feeds/" + escapeSegment(f.Name))
			}
		}
	}
	var list []string
	for _, path := range paths {
		for _, f := range []form{rss, atom, jsonFeed} {
			list = append(list, x.url(path+f.suffix()))
		}
	}
	return list
}

// tell posts one announcement, again after a pause where that fails.
func tell(ctx context.Context, client *http.Client, hub string, topics []string) error {
	form := url.Values{"hub.mode": {"publish"}, "hub.url": topics}.Encode()
	var err error
	for try := range announceTries {
		if try > 0 && !sleep(ctx, time.Second<<(2*try)) {
			return ctx.Err()
		}
		if err = post(ctx, client, hub, form); err == nil {
			return nil
		}
	}
	return err
}

func post(ctx context.Context, client *http.Client, hub, form string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(r)
	if err != nil {
		return guard.HostOnly(err)
	}
	if err := resp.Body.Close(); err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the hub answers %s", resp.Status)
	}
	return nil
}
