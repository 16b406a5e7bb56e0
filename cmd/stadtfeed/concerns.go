package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
	"github.com/stadtfeed/stadtfeed/store/postgres"
)

const (
	concernEvery = 15 * time.Second
	leastLate    = 15 * time.Minute // a visit that is overdue by less is no concern, nor one soon after the start
	probeFolder  = 10 * time.Minute // how often it is tried whether a folder can be written
	backupAge    = 36 * time.Hour   // of the last backup, from which on the next one is missed
	longUntold   = time.Hour        // from when on changes that were not told are a concern
	namedSources = 5                // how many sources a concern names
	backupMark   = "upkeep/backup"  // when the last backup was made, in seconds
)

// A lookout gathers what the operator should look at. It remembers since when
// each concern lasts.
type lookout struct {
	mu     sync.Mutex
	began  time.Time // the daemon
	upkeep error     // of the last one
	since  map[string]time.Time
	list   []news.Concern

	probed time.Time // when it was last tried whether the folder of the backups can be written
	folder error
}

// backupFolder is why backups cannot be written, tried now and then.
func (l *lookout) backupFolder(folder string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if since := now.Sub(l.probed); since < 0 || since >= probeFolder {
		l.probed, l.folder = now, unwritableFolder(folder)
	}
	return l.folder
}

// concerns are those of the last look.
func (l *lookout) concerns() []news.Concern {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}

// looked reports whether it is known what there is.
func (l *lookout) looked() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.since != nil
}

// keptUp notes how the last upkeep, which makes the backup, ended.
func (l *lookout) keptUp(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.upkeep = err
}

// note takes what was found now for the concerns that there are; one that says
// of no moment when it began has begun when it was first found.
func (l *lookout) note(found []news.Concern, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	since := map[string]time.Time{}
	for i := range found {
		c := &found[i]
		if c.Since.IsZero() {
			c.Since = now.UTC().Truncate(time.Second)
			if before, lasts := l.since[c.Code]; lasts {
				c.Since = before
			}
		}
		since[c.Code] = c.Since
	}
	l.since, l.list = since, found
}

// watchConcerns looks again and again for what the operator should look at.
func (d *service) watchConcerns(ctx context.Context) error {
	for {
		d.look(ctx, time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(concernEvery):
		}
	}
}

// look finds all concerns. What cannot be read is left out: the archive's own
// concern tells why.
func (d *service) look(ctx context.Context, now time.Time) {
	found := d.core.archiveConcerns()
	found = append(found, d.backupConcerns(ctx, now)...)
	found = append(found, d.certificate.concerns(now, d.config().Location)...)
	if d.unpublished.Load() {
		found = append(found, concern(news.ConcernPublish, news.Because("publish-failed"), "look-at-publish"))
	}
	if states, err := d.store.SourceStates(ctx); err == nil {
		states = d.configured(states)
		found = append(found, d.lateConcerns(states, now)...)
		found = append(found, d.untoldConcerns(ctx, now)...)
		found = append(found, heldConcerns(states)...)
	}
	found = append(found, d.deletionConcerns(ctx)...)
	d.lookout.note(found, now)
}

// concerns are those of the last look, but for the archive, which is asked at once:
// so it is told as soon as /readyz does.
func (d *service) concerns() []news.Concern {
	found := d.lookout.concerns()
	now := d.archiveConcerns()
	before := slices.IndexFunc(found, func(c news.Concern) bool { return c.Code == news.ConcernArchive })
	switch {
	case len(now) == 0 && before >= 0:
		return slices.Delete(found, before, before+1)
	case len(now) > 0 && before < 0:
		now[0].Since = time.Now().UTC().Truncate(time.Second)
		return append(now, found...)
	}
	return found
}

// archiveConcerns tell what is wrong with the archive; the log has the error.
func (c *core) archiveConcerns() []news.Concern {
	err := c.store.Health()
	why, helps := "archive-unwritable", "free-disk"
	switch {
	case err == nil:
		return nil
	case errors.Is(err, postgres.ErrRewound):
		why, helps = "archive-rewound", "resume-database"
	case c.config().Store.Database():
		why, helps = "archive-away", "look-at-database"
	case errors.Is(err, store.ErrReplaced):
		why, helps = "archive-replaced", "save-archive"
	case errors.Is(err, store.ErrDamaged):
		why, helps = "archive-damaged", "restore-backup"
	}
	return []news.Concern{concern(news.ConcernArchive, news.Because(why), helps)}
}

func concern(code string, why news.Reason, helps string) news.Concern {
	return news.Concern{Code: code, Reasons: []news.Reason{why}, Advice: []news.Reason{news.Because(helps)}}
}

// backupConcerns tell that the last backup failed, is too old, or that the next
// one cannot be made.
func (d *service) backupConcerns(ctx context.Context, now time.Time) []news.Concern {
	cfg := d.config()
	if cfg.Backups.Keep == 0 {
		return nil
	}
	d.lookout.mu.Lock()
	failed, began := d.lookout.upkeep, d.lookout.began
	d.lookout.mu.Unlock()
	marks, err := d.store.Marks(ctx, backupMark)
	if err != nil {
		return nil
	}
	last := time.Unix(int64(marks[backupMark]), 0).In(cfg.Location) //nolint:gosec // seconds that we wrote
	c := concern(news.ConcernBackup, news.Reason{}, "look-at-backup")
	switch {
	case failed != nil:
		c.Reasons[0] = news.Because("backup-failed")
	case d.lookout.backupFolder(cfg.Backups.Folder, now) != nil:
		c.Reasons[0] = news.Because("backup-impossible")
	case now.Sub(began) < 2*firstUpkeep: // the first upkeep makes one
		return nil
	case marks[backupMark] == 0:
		c.Reasons[0] = news.Because("backup-none")
	case now.Sub(last) > backupAge:
		c.Reasons[0], c.Since = news.Because("backup-late", last.Format(time.DateOnly)), last.Add(24*time.Hour).UTC()
	default:
		return nil
	}
	return []news.Concern{c}
}

// lateConcerns tell of sources whose visit is overdue by as long as there should
// be between two, for whatever reason.
func (d *service) lateConcerns(states []news.SourceState, now time.Time) []news.Concern {
	cfg := d.config()
	var names []string
	for _, st := range states {
		due := later(st.Due, d.lookout.began) // what fell due while nothing ran is visited first
		if now.Sub(due) < leastLate {
			continue
		}
		if src, ok := cfg.Source(st.Name); ok && now.Sub(due) > src.Schedule.Interval() {
			names = append(names, st.Name)
		}
	}
	return about(news.ConcernLate, "late", "look-at-loop", len(names), names)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// about is a concern about a number of things of named sources; none if there
// are none.
func about(code, why, helps string, n int, names []string) []news.Concern {
	if n == 0 {
		return nil
	}
	if len(names) > namedSources {
		names = append(names[:namedSources:namedSources], "…")
	}
	c := concern(code, news.Because(why, strconv.Itoa(n), strings.Join(names, ", ")), helps)
	c.Count = n
	return []news.Concern{c}
}

// untoldConcerns tell of changes of health that the webhook does not take, and of
// receivers of notices that take none, be it of items or of health.
func (d *service) untoldConcerns(ctx context.Context, now time.Time) []news.Concern {
	names := map[string]time.Time{subscribersTry: d.notifier.tries.refusing(subscribersTry)} // of receivers, and since when they refuse
	for _, dl := range d.deliveries() {
		names[dl.key] = d.notifier.tries.refusing(dl.key)
	}
	changes := 0
	var first time.Time // since when there is anything to tell of
	for name, r := range d.receivers(nil) {
		n, since, err := r.changes.untold(ctx) // those of before a restart, too
		switch late := err == nil && n > 0 && now.Sub(since) >= longUntold; {
		case late && name == webhookName:
			changes, first = n, since
		case late:
			names[name] = earlier(names[name], since)
		case name == webhookName:
			names[name] = d.notifier.tries.refusing(name)
		}
	}
	refusing := 0
	for _, since := range names {
		if !since.IsZero() && now.Sub(since) >= longUntold {
			refusing++
			first = earlier(first, since)
		}
	}
	found := about(news.ConcernUntold, "untold", "look-at-hook", changes, nil)
	found = append(found, about(news.ConcernUntold, "undelivered", "look-at-notices", refusing, nil)...)
	return together(found, first)
}

// together makes one concern of several with one code.
func together(found []news.Concern, since time.Time) []news.Concern {
	if len(found) == 0 {
		return nil
	}
	one := found[0]
	one.Since = since.UTC()
	for _, c := range found[1:] {
		one.Reasons, one.Advice = append(one.Reasons, c.Reasons...), append(one.Advice, c.Advice...)
	}
	return []news.Concern{one}
}

// earlier is the earlier one of two moments that are known.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// heldConcerns tell of items that are held back.
func heldConcerns(states []news.SourceState) []news.Concern {
	n := 0
	var names []string
	for _, st := range states {
		if st.Held > 0 {
			n += st.Held
			names = append(names, fmt.Sprintf("%s (%d)", st.Name, st.Held))
		}
	}
	return about(news.ConcernHeld, "held-items", "review-all", n, names)
}

// deletionConcerns tell of deletions that are held back.
func (c *core) deletionConcerns(ctx context.Context) []news.Concern {
	held, err := c.store.HeldDeletions(ctx)
	if err != nil || len(held) == 0 {
		return nil
	}
	n := 0
	for _, h := range held {
		n += h.Records
	}
	found := about(news.ConcernDeletions, "held-deletions", "review-deleted", n, nil)
	found[0].Since = held[0].Since
	return found
}

// atRest are the concerns that are to be seen without a daemon.
func (c *core) atRest(ctx context.Context) ([]news.Concern, error) {
	states, err := c.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	found := append(c.archiveConcerns(), heldConcerns(c.configured(states))...)
	return append(found, c.deletionConcerns(ctx)...), nil
}
