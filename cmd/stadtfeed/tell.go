package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/notice"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	tellEvery    = 15 * time.Second // how often changes are looked for
	tellGathered = time.Minute      // a change waits so long for others of its cause
	tellPause    = 15 * time.Minute // between two rounds of notices: meanwhile changes gather
	tellPatience = 24 * time.Hour   // a change that cannot be told is given up
	tellAtOnce   = 1000             // changes in one round
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

// A healthReceiver is told of changes of health, of concerns, and once a day of
// what still needs a look.
type healthReceiver struct {
	name     string // of its marks
	send     func(ctx context.Context, note healthNote) error
	changes  *healthTeller
	concerns *concernTeller
}

// receiver is the receiver of that name, with what it was told before.
func (d *service) receiver(name string, send func(ctx context.Context, note healthNote) error) *healthReceiver {
	r := &healthReceiver{name: name, send: send}
	site := func() (base, language string) { return d.baseOf(d.config()), d.config().Language }
	r.changes = &healthTeller{archive: d.store, name: name, log: d.log, send: func(ctx context.Context, group []news.HealthChange) error {
		base, language := site()
		return r.send(ctx, noteOf(group, base, language))
	}}
	r.concerns = &concernTeller{
		archive: d.store,
		name:    name,
		site:    site,
		send:    func(ctx context.Context, note healthNote) error { return r.send(ctx, note) },
	}
	return r
}

// webhookName is the name of the receiver under the key webhook.
const webhookName = "webhook"

// webhook is the receiver under the key webhook, which gets notes as they are.
func (d *service) webhook() *healthReceiver {
	return d.receiver(webhookName, func(ctx context.Context, note healthNote) error { return post(ctx, d.config().Webhook, note) })
}

// receivers are all that the configuration has, those of before among them.
func (d *service) receivers(before map[string]*healthReceiver) map[string]*healthReceiver {
	all := map[string]*healthReceiver{}
	keep := func(r *healthReceiver) {
		if known := before[r.name]; known != nil {
			known.send, r = r.send, known
		}
		all[r.name] = r
	}
	if d.config().Webhook != "" {
		keep(d.webhook())
	}
	for _, dl := range d.deliveries() {
		if dl.Health {
			keep(d.receiver(dl.key, func(ctx context.Context, note healthNote) error { return d.sendNote(ctx, dl, note) }))
		}
	}
	return all
}

// sendNote sends a note in the form of a notice, unless its receiver has unsubscribed.
func (d *service) sendNote(ctx context.Context, dl delivery, note healthNote) error {
	marks, err := d.store.Marks(ctx, dl.key+"/ended")
	if err != nil || len(marks) > 0 {
		return err
	}
	title, text, _ := strings.Cut(note.Text, "\n")
	if text == "" {
		text = note.Helps
	}
	m := notice.Message{
		ID: news.MintID(dl.key + note.Text + note.At.String()), Title: title, Text: text, Link: note.Status, Language: d.config().Language,
	}
	if dl.mail {
		token, err := d.token(ctx, dl.key)
		if err != nil {
			return err
		}
		m.Unsubscribe = d.baseOf(d.config()) + "/unsubscribe/" + token
	}
	return dl.send(ctx, m)
}

// tellChanges tells all receivers of health what there is to tell. What one
// refuses it is told again until it is a day old; nobody else waits for it.
func (d *service) tellChanges(ctx context.Context) error {
	var all map[string]*healthReceiver
	for {
		all = d.receivers(all) // in a new archive their places are marked before the first visit
		for _, r := range all {
			if d.has(dutyHealth) {
				d.tellHealth(ctx, r, time.Now())
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(tellEvery):
		}
	}
}

// tellHealth tells one receiver what is to be told by now. Before the first look
// nothing is: that no concern is known yet does not say that all are over.
func (d *service) tellHealth(ctx context.Context, r *healthReceiver, now time.Time) {
	if !d.lookout.looked() || d.notifier.tries.waits(r.name, now) || ctx.Err() != nil {
		return
	}
	err := errors.Join(r.changes.tell(ctx, now), r.concerns.tell(ctx, d.lookout.concerns(), now), d.tellDaily(ctx, r, now))
	if ctx.Err() != nil {
		return
	}
	if d.notifier.tries.note(r.name, err, now); err != nil {
		d.log.Warn("a receiver was not told of health", "receiver", r.name, "err", err)
	}
}
