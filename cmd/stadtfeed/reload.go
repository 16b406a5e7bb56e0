package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// obeySignals reloads whenever the operator asks for it.
func (d *service) obeySignals(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.how.Reload:
			d.reloadAndTell(ctx)
		}
	}
}

func (d *service) reloadAndTell(ctx context.Context) {
	notify(d.log, reloading())
	if err := d.swap(ctx, false); err != nil {
		d.log.Error("the running configuration stays in force", "err", err)
	}
	notify(d.log, daemon.SdNotifyReady)
}

// swap reads the configuration again, checks it and puts it in force. A bad
// file, or a change that looks like a mistake, leaves the running one in place.
func (d *service) swap(ctx context.Context, force bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.how.Load == nil {
		return errors.New("this daemon has no configuration file to read again")
	}
	next, err := d.how.Load()
	if err != nil {
		return err
	}
	tellWarnings(d.log, next)
	old := d.config()
	if !force {
		if err := d.guard(ctx, old, next); err != nil {
			return fmt.Errorf("%w; if that is meant, say: stadtfeed reload --force", err)
		}
	}
	if keys := restartOnly(old, next); len(keys) > 0 {
		d.log.Warn("these keys change with a restart only", "keys", strings.Join(keys, ", "))
	}
	if err := d.site.Configure(siteOf(next, d.baseOf(next))); err != nil {
		return err
	}
	if err := d.configure(ctx, next, force); err != nil {
		return errors.Join(err, d.site.Configure(siteOf(old, d.baseOf(old))))
	}
	d.cfg.Store(next)
	if err := d.thumbs.resize(next); err != nil {
		d.log.Warn("small copies of pictures were not tidied up", "err", err)
	}
	if next.Memory != old.Memory {
		limitMemory(next)
	}
	d.log.Info("configuration reloaded", "sources", len(next.Sources), "feeds", len(next.Feeds))
	return nil
}

// restartOnly names the changed keys that a reload does not put in force.
func restartOnly(old, next *config.Config) []string {
	var keys []string
	for key, changed := range map[string]bool{
		"listen": !slices.Equal(old.Listen, next.Listen),
		"store":  old.Store != next.Store || old.StorePasswordFile != next.StorePasswordFile,
		"read":   old.Read != next.Read,
		"socket": old.Socket != next.Socket,
		"role":   old.Role != next.Role,
		"tls":    old.TLS != next.TLS,
		"debug":  old.Debug != next.Debug,
		"websub": old.WebSub != next.WebSub && (old.WebSub.Hub == config.OwnHub || next.WebSub.Hub == config.OwnHub),
		"watch":  old.Watch != next.Watch,
	} {
		if changed {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// droppedShare is the share of sources that may go in one reload.
const droppedShare = 5

// guard refuses changes that hurt readers and are mostly mistakes.
func (d *service) guard(ctx context.Context, old, next *config.Config) error {
	var dropped []string
	for _, s := range old.Sources {
		if _, ok := next.Source(s.Name); !ok {
			dropped = append(dropped, s.Name)
		}
	}
	if len(dropped)*droppedShare > len(old.Sources) {
		return fmt.Errorf("the new configuration drops %d of %d sources (%s)", len(dropped), len(old.Sources), strings.Join(dropped[:min(len(dropped), 5)], ", "))
	}
	if old.BaseURL != next.BaseURL {
		return fmt.Errorf("the new configuration moves base_url from %s to %s, so that readers lose their feeds", old.BaseURL, next.BaseURL)
	}
	return d.guardFeeds(ctx, old, next)
}

// guardFeeds refuses a saved feed whose address would end, or that would be
// empty from now on.
func (d *service) guardFeeds(ctx context.Context, old, next *config.Config) error {
	for _, before := range old.Feeds {
		i := slices.IndexFunc(next.Feeds, func(f config.Feed) bool { return f.Name == before.Name || slices.Contains(f.Formerly, before.Name) })
		if i < 0 {
			return fmt.Errorf("the new configuration has no saved feed %q any more, so that its readers lose it; "+
				"if it has a new name, say there: formerly: %s", before.Name, before.Name)
		}
		had, err := d.fills(ctx, before.Query())
		if err != nil || !had {
			continue
		}
		if has, err := d.fills(ctx, next.Feeds[i].Query()); err == nil && !has {
			return fmt.Errorf("the new configuration empties the saved feed %q", before.Name)
		}
	}
	return nil
}

func (d *service) fills(ctx context.Context, q news.Query) (bool, error) {
	q.Limit, q.Heads = 1, true
	items, err := d.store.Items(ctx, q)
	return len(items) > 0, err
}
