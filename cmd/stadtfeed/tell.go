package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	tellEvery    = 15 * time.Second // how often changes are looked for
	tellGathered = time.Minute      // a change waits so long for others of its cause
	tellPause    = 15 * time.Minute // between two rounds of notices: meanwhile changes gather
	tellPatience = 24 * time.Hour   // a change that cannot be told is given up
	tellAtOnce   = 1000             // changes in one round
	longestPause = 10 * time.Minute // between two tries at a receiver that refuses
)

// A healthLog is what of the archive telling needs.
type healthLog interface {
	HealthChanges(ctx context.Context, n int) ([]news.HealthChange, error)
	HealthChangesAfter(ctx context.Context, number uint64, n int) ([]news.HealthChange, error)
	Marks(ctx context.Context, prefix string) (map[string]uint64, error)
	SetMarks(ctx context.Context, marks map[string]uint64) error
}

// A healthTeller tells one receiver every change of health, in order. Changes
// gather into rounds, so that several sources of one cause are one notice. How
// far it came is marked in the archive after each notice: a restart goes on there.
type healthTeller struct {
	archive healthLog
	name    string // of its marks
	log     *slog.Logger
	send    func(ctx context.Context, group []news.HealthChange) error
	last    time.Time // when it told something
}

// A tellPlace is how far a receiver was told.
type tellPlace struct {
	told  uint64 // all changes up to this number
	until uint64 // the round under way ends with this one; 0: there is none
	done  uint64 // notices of that round that were told
}

// place reads how far the receiver was told. A new receiver is told what comes
// from now on.
func (t *healthTeller) place(ctx context.Context) (p tellPlace, err error) {
	marks, err := t.archive.Marks(ctx, t.name+"/")
	if err != nil {
		return p, err
	}
	if next := marks[t.name+"/next"]; next > 0 {
		return tellPlace{next - 1, marks[t.name+"/until"], marks[t.name+"/done"]}, nil
	}
	latest, err := t.archive.HealthChanges(ctx, 1)
	if err != nil {
		return p, err
	}
	if len(latest) > 0 {
		p.told = latest[0].Number
	}
	return p, t.mark(ctx, p)
}

func (t *healthTeller) mark(ctx context.Context, p tellPlace) error {
	return t.archive.SetMarks(ctx, map[string]uint64{t.name + "/next": p.told + 1, t.name + "/until": p.until, t.name + "/done": p.done})
}

// tell tells what is to be told by now.
func (t *healthTeller) tell(ctx context.Context, now time.Time) error {
	p, err := t.place(ctx)
	if err != nil {
		return err
	}
	changes, err := t.archive.HealthChangesAfter(ctx, p.told, tellAtOnce)
	if err != nil || len(changes) == 0 {
		return err
	}
	if p.until == 0 {
		groups := byCause(changes)
		if len(groups) > 0 && !t.ripe(groups, now) {
			return nil
		}
		p.until = changes[len(changes)-1].Number
		if err := t.mark(ctx, p); err != nil {
			return err
		}
	}
	return t.round(ctx, p, changes, now)
}

// ripe reports whether a round begins: its first change has waited for others,
// and the last round is a while ago.
func (t *healthTeller) ripe(groups [][]news.HealthChange, now time.Time) bool {
	first := groups[0][0].At
	waited := now.Sub(first) >= tellGathered || first.After(now) // a clock that was set back
	return waited && now.Sub(t.last) >= tellPause
}

// round tells the notices of a round that were not told yet.
func (t *healthTeller) round(ctx context.Context, p tellPlace, changes []news.HealthChange, now time.Time) error {
	for i, c := range changes {
		if c.Number > p.until {
			changes = changes[:i]
			break
		}
	}
	for i, group := range byCause(changes) {
		if uint64(i) < p.done {
			continue
		}
		if old := now.Sub(group[len(group)-1].At) > tellPatience; old {
			t.log.Warn("changes of health are too old to be told", "receiver", t.name, "changes", len(group))
		} else if err := t.send(ctx, group); err != nil {
			return err
		}
		t.last = now
		p.done = uint64(i) + 1
		if err := t.mark(ctx, p); err != nil {
			return err
		}
	}
	return t.mark(ctx, tellPlace{told: p.until})
}

// untold is how many changes wait for the receiver, and since when.
func (t *healthTeller) untold(ctx context.Context) (n int, since time.Time, err error) {
	p, err := t.place(ctx)
	if err != nil {
		return 0, since, err
	}
	changes, err := t.archive.HealthChangesAfter(ctx, p.told, tellAtOnce)
	for i, group := range byCause(changes) {
		if uint64(i) < p.done {
			continue
		}
		if n += len(group); since.IsZero() || group[0].At.Before(since) {
			since = group[0].At
		}
	}
	return n, since, err
}

// tellChanges tells every change of health to the configured webhook. One that
// is refused is told again until it is a day old.
func (d *service) tellChanges(ctx context.Context) error {
	hook := d.webhook()
	wait := time.Duration(0) // in a new archive the place is marked before the first visit
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		if d.config().Webhook == "" {
			wait = tellEvery
			continue
		}
		switch err := hook.tell(ctx, time.Now()); {
		case err == nil:
			wait = tellEvery
		case ctx.Err() == nil:
			d.log.Warn("the webhook was not told", "err", err)
			wait = min(max(2*wait, tellEvery), longestPause)
		}
	}
}

// webhook tells the address under the key webhook.
func (d *service) webhook() *healthTeller {
	return &healthTeller{archive: d.store, name: "webhook", log: d.log, send: func(ctx context.Context, group []news.HealthChange) error {
		return post(ctx, d.config().Webhook, noteOf(group, d.baseOf(d.config())))
	}}
}
