package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// dailyHour is when, in the configured zone, it is told once a day what still
// needs a look.
const dailyHour = 7

// concernNote is the note that a concern has begun, or is over.
func concernNote(c news.Concern, over bool, base, language string, now time.Time) healthNote {
	note := healthNote{
		Sources: []string{},
		Concern: c.Code,
		To:      "trouble",
		At:      now.UTC(),
		Why:     news.Say(language, c.Reasons, c.Code),
		Helps:   news.Say(language, c.Advice, ""),
		Status:  base + "/status",
		Reasons: append([]news.Reason{}, c.Reasons...),
		Advice:  append([]news.Reason{}, c.Advice...),
	}
	note.Text = note.Why
	if over {
		note.From, note.To, note.Text = "trouble", "ok", noteText(language, "note-over", note.Why)
	}
	return note
}

// A concernTeller tells one receiver when concerns begin and when they are over.
// What it told is marked in the archive, and remembered while that cannot be
// written.
type concernTeller struct {
	archive healthLog
	name    string
	site    func() (base, language string)
	send    func(ctx context.Context, note healthNote) error
	told    map[string]news.Concern // by code; nil: not read yet
}

// tell tells what has changed. What is held back is left to the daily note, and
// that the receiver does not take notices cannot be told to it.
func (t *concernTeller) tell(ctx context.Context, list []news.Concern, now time.Time) error {
	if err := t.remember(ctx); err != nil {
		return err
	}
	base, language := t.site()
	present := map[string]bool{}
	for _, c := range list {
		if present[c.Code] = true; !c.Grave() || c.Code == news.ConcernUntold || now.Sub(c.Since) < tellGathered {
			continue
		}
		if before, known := t.told[c.Code]; known {
			if before.Reasons == nil { // told before a restart
				t.told[c.Code] = c
			}
			continue
		}
		if err := t.send(ctx, concernNote(c, false, base, language, now)); err != nil {
			return err
		}
		t.told[c.Code] = c
		t.mark(ctx, c.Code, now)
	}
	for code, c := range t.told {
		if present[code] {
			continue
		}
		if err := t.send(ctx, concernNote(c, true, base, language, now)); err != nil {
			return err
		}
		delete(t.told, code)
		t.mark(ctx, code, time.Time{})
	}
	return nil
}

// remember reads what was told before a restart.
func (t *concernTeller) remember(ctx context.Context) error {
	if t.told != nil {
		return nil
	}
	prefix := t.name + "/concern/"
	marks, err := t.archive.Marks(ctx, prefix)
	if err != nil {
		return err
	}
	t.told = map[string]news.Concern{}
	for name := range marks {
		code := strings.TrimPrefix(name, prefix)
		t.told[code] = news.Concern{Code: code}
	}
	return nil
}

// mark keeps that a concern was told. On a full disk that fails: told holds it
// as long as the daemon runs.
func (t *concernTeller) mark(ctx context.Context, code string, at time.Time) {
	_ = t.archive.SetMarks(ctx, map[string]uint64{t.name + "/concern/" + code: uint64(max(0, at.Unix()))})
}

// tellDaily tells once a day what still needs a look, where anything does.
func (d *service) tellDaily(ctx context.Context, r *healthReceiver, now time.Time) error {
	cfg := d.config()
	local := now.In(cfg.Location)
	today, err := strconv.ParseUint(local.Format("20060102"), 10, 64)
	if err != nil {
		return err
	}
	name := r.name + "/daily"
	marks, err := d.store.Marks(ctx, name)
	switch {
	case err != nil:
		return err
	case marks[name] == 0: // a new receiver hears of what changes first
		return d.store.SetMarks(ctx, map[string]uint64{name: today})
	case marks[name] >= today || local.Hour() < dailyHour:
		return nil
	}
	states, err := d.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	if note, needed := dailyNote(d.configured(states), d.lookout.concerns(), d.baseOf(cfg), cfg.Language, now); needed {
		if err := r.send(ctx, note); err != nil {
			return err
		}
	}
	return d.store.SetMarks(ctx, map[string]uint64{name: today})
}

// dailyNote sums up sources that are not well and concerns.
func dailyNote(states []news.SourceState, concerns []news.Concern, base, language string, now time.Time) (note healthNote, needed bool) {
	note = healthNote{
		Daily:   true,
		Sources: []string{},
		To:      "trouble",
		At:      now.UTC(),
		Status:  base + "/status",
		Reasons: []news.Reason{},
		Advice:  []news.Reason{},
	}
	var lines []string
	for _, c := range concerns {
		line := "– " + news.Say(language, c.Reasons, c.Code)
		if helps := news.Say(language, c.Advice, ""); helps != "" {
			line += " – " + helps
		}
		lines = append(lines, line)
		note.Reasons, note.Advice = append(note.Reasons, c.Reasons...), append(note.Advice, c.Advice...)
	}
	for _, st := range states {
		if slices.Contains([]news.Health{news.OK, news.New}, st.Health) {
			continue
		}
		note.Sources = append(note.Sources, st.Name)
		if len(note.Sources) > mostLines {
			continue
		}
		since, why := st.Since.Format(time.DateOnly), news.Say(language, st.Reasons, st.Why)
		lines = append(lines, "– "+noteText(language, "note-since", st.Name, healthName(st.Health), since, why))
	}
	if more := len(note.Sources) - mostLines; more > 0 {
		lines = append(lines, "– "+noteText(language, "note-more", strconv.Itoa(more)))
	}
	head := noteText(language, "note-daily", strconv.Itoa(len(note.Sources)), strconv.Itoa(len(states)))
	note.Text = head + ":\n" + strings.Join(lines, "\n")
	return note, len(lines) > 0
}
