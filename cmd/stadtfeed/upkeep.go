package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// quietHour is when the archive is looked after, in the configured zone.
const (
	quietHour   = 3
	quietMinute = 30
	upkeepAsked = time.Hour        // how often a node looks whether the upkeep has become its duty
	firstUpkeep = 15 * time.Minute // after the start, for machines that sleep at night
)

// lookAfter removes what is past its time, makes the file smaller and writes a
// backup: once a day at a quiet hour, and a while after each start.
func (d *service) lookAfter(ctx context.Context) error {
	wait := firstUpkeep
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		if !d.has(dutyUpkeep) {
			wait = upkeepAsked
			continue
		}
		switch err := d.keepUp(ctx); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			d.log.Error("looking after the archive", "err", err)
			d.lookout.keptUp(err)
		default:
			d.lookout.keptUp(nil)
		}
		wait = time.Until(nextQuiet(time.Now().In(d.config().Location)))
	}
}

// keepUp is one upkeep. When it made a backup, that is marked.
func (d *service) keepUp(ctx context.Context) error {
	u := upkeep(d.config())
	if err := d.store.Maintain(ctx, u); err != nil || u.Backups == "" {
		return err
	}
	return d.store.SetMarks(ctx, map[string]uint64{backupMark: uint64(max(time.Now().Unix(), 1))})
}

func upkeep(cfg *config.Config) news.Upkeep {
	u := news.Upkeep{
		Retention: news.Retention{
			Items:     cfg.Retention.Items.Duration(),
			Revisions: cfg.Retention.Revisions,
			Pages:     cfg.Retention.Pages.Duration(),
		},
		Keep: cfg.Backups.Keep,
	}
	if cfg.Backups.Keep > 0 {
		u.Backups = cfg.Backups.Folder
	}
	return u
}

// nextQuiet is the next quiet hour after now.
func nextQuiet(now time.Time) time.Time {
	at := time.Date(now.Year(), now.Month(), now.Day(), quietHour, quietMinute, 0, 0, now.Location())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// recoverArchive checks an archive that was not closed properly before it is
// used; with force also one that was. A damaged one is set aside and the newest
// good backup takes its place.
func recoverArchive(ctx context.Context, cfg *config.Config, log *slog.Logger, force bool) error {
	r, err := store.Recover(ctx, cfg.Store.File(), cfg.Backups.Folder, checkInChild, force)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	switch {
	case r.Restored != "":
		log.Error("the archive was damaged; a backup took its place and what came since is read again from the sources",
			"store", cfg.Store, "damaged", r.SetAside, "backup", r.Restored, "err", r.Fault)
	case r.Checked:
		log.Info("the archive was not closed properly; it is fine", "store", cfg.Store)
	}
	return nil
}

// checkInChild checks a file in a process of its own: reading a badly damaged
// one can end the process.
func checkInChild(ctx context.Context, path string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var told bytes.Buffer
	child := exec.CommandContext(ctx, self)
	child.Args = []string{os.Args[0], "verify", "--file", path}
	child.Stderr = &told
	err = child.Run()
	_, text, said := strings.Cut("\n"+strings.TrimSpace(told.String()), "\nstadtfeed: ") // behind what tells how far it is
	switch {
	case err == nil, ctx.Err() != nil:
		return ctx.Err()
	case strings.Contains(text, store.ErrLocked.Error()):
		return store.ErrLocked
	case said:
		return errors.New(text)
	default:
		return fmt.Errorf("checking %s: %w", path, err)
	}
}
