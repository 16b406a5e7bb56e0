package main

import (
	"context"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/feedout"
)

func (a *app) publishCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "publish [DIR]",
		Short: "Write every public feed into a folder, for a web server or a CDN that serves files; publish.folder when none is named",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				dir := cfg.Publish.Folder
				if len(args) == 1 {
					dir = args[0]
				}
				if dir == "" {
					return usagef("which folder? name one, or set publish.folder in %s", cfg.File)
				}
				return a.publish(cmd.Context(), c, dir)
			})
		},
	}
}

// publish asks for all feeds and writes those that differ from what the folder
// holds.
func (a *app) publish(ctx context.Context, c *client, dir string) error {
	folder, err := openFeedFolder(dir)
	if err != nil {
		return err
	}
	changed, err := folder.update(time.Now(), func(put func(feedout.StaticFeed) error) error {
		return ask(ctx, c, "/feeds", struct{}{}, put, func(struct{}) {})
	})
	p := newPrinter(a.out)
	for _, change := range changed {
		p.line("%s", change)
	}
	if err != nil {
		return err
	}
	p.line("%s: %s, %s written or removed", dir, count(folder.files, "file"), count(len(changed), "file"))
	return nil
}

// feeds answers with every public feed.
func (c *core) feeds(r *http.Request, s *stream) error {
	site := c.site
	if site == nil { // without a daemon
		var err error
		if site, err = c.newSite(c.config(), c.config().BaseURL); err != nil {
			return err
		}
	}
	return site.Static().Feeds(r.Context(), func(f feedout.StaticFeed) error { return s.value(f) })
}

// publishEvery is how often the daemon looks for feeds that changed.
const publishEvery = 10 * time.Second

// publishFeeds keeps the folder of static feeds up to date, where one is
// configured.
func (d *service) publishFeeds(ctx context.Context) error {
	var feeds *feedout.Static
	var dir string
	for {
		if next := d.config().Publish.Folder; next != dir {
			feeds, dir = d.site.Static(), next
		}
		if dir == "" {
			d.unpublished.Store(false)
		} else {
			feeds = d.publishInto(ctx, dir, feeds)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(publishEvery):
		}
	}
}

// publishInto brings the folder up to date where that is due, and notes whether it
// could. It gives the feeds to go on with: after a failure what the folder holds is
// looked at anew.
func (d *service) publishInto(ctx context.Context, dir string, feeds *feedout.Static) *feedout.Static {
	if !d.has(dutyPublish) || !feeds.Due() {
		return feeds
	}
	err := d.publishTo(ctx, dir, feeds)
	if d.unpublished.Store(err != nil && ctx.Err() == nil); !d.unpublished.Load() {
		return feeds
	}
	d.log.Error("static feeds were not written", "folder", dir, "err", err)
	return d.site.Static()
}

// publishTo brings the folder up to date once.
func (d *service) publishTo(ctx context.Context, dir string, feeds *feedout.Static) error {
	folder, err := openFeedFolder(dir)
	if err != nil {
		return err
	}
	changed, err := folder.update(time.Now(), func(put func(feedout.StaticFeed) error) error { return feeds.Feeds(ctx, put) })
	if len(changed) > 0 {
		d.log.Info("static feeds written", "folder", dir, "files", len(changed))
	}
	return err
}
