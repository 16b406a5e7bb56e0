package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// TestConcernsAreTold: that a concern begins and that it is over is told once
// each, over restarts, too; what is held back is left to the daily note.
func TestConcernsAreTold(t *testing.T) {
	c := newChat(t)
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), c.URL)
	now := time.Now()
	broken := concern(news.ConcernBackup, news.Because("backup-failed"), "look-at-backup")
	broken.Since = now
	held := concern(news.ConcernHeld, news.Because("held-items", "2", "a (2)"), "review-all")
	list := []news.Concern{broken, held}
	teller := d.webhook().concerns
	tell := func(at time.Time, list []news.Concern) {
		t.Helper()
		if err := teller.tell(t.Context(), list, at); err != nil {
			t.Fatal(err)
		}
	}
	tell(now.Add(time.Second), list)
	wantTexts(t, "at once", c)
	tell(now.Add(tellGathered), list)
	tell(now.Add(2*tellGathered), list)
	wantTexts(t, "when it lasts", c, "the last backup failed")
	teller = d.webhook().concerns // as after a restart
	tell(now.Add(3*tellGathered), list)
	tell(now.Add(4*tellGathered), nil)
	tell(now.Add(5*tellGathered), nil)
	wantTexts(t, "when it is over", c, "no longer: the last backup failed")
}

// TestDailyNote: once a day, after seven, what still needs a look is told: held
// items as well as sources; nothing where all is well.
func TestDailyNote(t *testing.T) {
	c := newChat(t)
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), c.URL)
	zone := d.config().Location
	evening := time.Date(2026, 11, 28, 20, 0, 0, 0, zone)
	d.lookout.note([]news.Concern{concern(news.ConcernHeld, news.Because("held-items", "12", "ulm (12)"), "review-all")}, evening)
	for _, at := range []time.Duration{0, 10 * time.Hour, 12 * time.Hour, 13 * time.Hour} { // until 6, 8 and 9 in the morning
		if err := d.tellDaily(t.Context(), d.webhook(), evening.Add(at)); err != nil {
			t.Fatal(err)
		}
	}
	got := c.texts()
	if len(got) != 1 || !strings.Contains(got[0], "12 items are held back: ulm (12) – look at them with stadtfeed held") {
		t.Errorf("in two days it was told %q, want the held items once", got)
	}
	d.lookout.note(nil, evening)
	if err := d.tellDaily(t.Context(), d.webhook(), evening.Add(40*time.Hour)); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, "when all is well", c)
	states := []news.SourceState{{Name: "a", Health: news.OK}, {Name: "b", Health: news.Stale, Since: evening, Why: "nothing new"}}
	note, needed := dailyNote(states, nil, "", "en", evening)
	if want := "1 of 2 sources not well:\n– b has been stale since 28 November 2026: nothing new"; !needed || note.Text != want {
		t.Errorf("of two sources: %q, want %q", note.Text, want)
	}
}

// TestHealthNotices: a notice of health has the form of its chat, and its own
// place; one that was taken out of the file is told no more.
func TestHealthNotices(t *testing.T) {
	r := newRoom(t)
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), "")
	cfg, err := config.Parse("stadtfeed.yaml", []byte("language: en\nnotify: [{name: ops, health: true, webhook: \""+r.URL+"\"}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	d.cfg.Store(cfg)
	now := time.Now()
	d.lookout.note(nil, now)
	all := d.receivers(nil)
	tell := func(at time.Time) {
		for _, one := range all {
			d.tellHealth(t.Context(), one, at)
		}
	}
	tell(now)
	d.changed(t, now, "essen", news.OK, news.Broken, refusedBy("essen.example"))
	d.changed(t, now, "ulm", news.OK, news.Broken, refusedBy("ulm.example"))
	tell(now.Add(tellGathered + time.Second))
	all = d.receivers(all)
	tell(now.Add(2 * tellPause))
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.heard) != 1 || r.heard[0].Title != "2 sources are broken (network):" || !strings.Contains(r.heard[0].Text, "ulm.example") {
		t.Errorf("told %+v", r.heard)
	}
	d.cfg.Store(&config.Config{Location: time.UTC})
	if left := d.receivers(all); len(left) != 0 {
		t.Errorf("%d receivers are left", len(left))
	}
}

// withHeldItems makes an archive in which a source's site sent a dozen old
// reports at once, and whose webhook was told last yesterday.
func withHeldItems(t *testing.T, cfg *config.Config, yesterday string) {
	t.Helper()
	c, err := openCore(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	state := news.SourceState{
		Name: "ulm", Host: "ulm.example", URL: "https://ulm.example/",
		Health: news.OK, Due: now.Add(time.Hour), LastSuccess: now,
	}
	for visit, published := range []time.Time{now.AddDate(0, 0, -1), now.AddDate(-1, 0, 0)} {
		r := news.Report{Visit: news.Visit{Source: "ulm", Started: now, Health: news.OK, Entries: 12}, State: state}
		for i := range 12 {
			url := fmt.Sprintf("https://ulm.example/%d/%d", visit, i)
			r.Drafts = append(r.Drafts, news.Draft{Canonical: news.Canonical(url), Position: i, Item: news.Item{
				URL: url, Headline: fmt.Sprintf("Meldung %d der Reihe %d", i, visit), Sources: []string{"ulm"},
				Published: news.Moment{Time: published, Precision: news.Second},
			}})
		}
		if _, err := c.store.Commit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if held, err := c.store.Held(t.Context(), "ulm"); err != nil || len(held) != 12 {
		t.Fatalf("%d items are held, %v, want 12", len(held), err)
	}
	day, err := strconv.ParseUint(yesterday, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.store.SetMarks(t.Context(), map[string]uint64{"webhook/daily": day, "webhook/next": 1}); err != nil {
		t.Fatal(err)
	}
	if err := c.close(); err != nil {
		t.Fatal(err)
	}
}

// TestHeldItemsArrive: the daily notice of a daemon that starts in the morning
// brings its receiver the items that are held back, with what helps.
func TestHeldItemsArrive(t *testing.T) {
	t.Parallel()
	c := newChat(t)
	zone := "Etc/GMT" // in which it is after seven now
	if time.Now().UTC().Hour() < 12 {
		zone = "Etc/GMT-10"
	}
	cfg, err := config.Parse("stadtfeed.yaml", fmt.Appendf(nil, `
language: de
listen: 127.0.0.1:0
timezone: %s
webhook: %s
store: %s
sources: [{name: ulm, url: "https://ulm.example/"}]
`, zone, c.URL, filepath.Join(t.TempDir(), "a.db")))
	if err != nil {
		t.Fatal(err)
	}
	withHeldItems(t, cfg, time.Now().In(cfg.Location).AddDate(0, 0, -1).Format("20060102"))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, cfg, Running{}) }()
	note := hearNote(t, c)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !note.Daily || !strings.Contains(note.Text, "12 Meldungen werden zurückgehalten: ulm (12) – mit stadtfeed held ansehen") {
		t.Errorf("the daily notice is %+v", note)
	}
}

// hearNote is the first note that a chat hears.
func hearNote(t *testing.T, c *chat) healthNote {
	t.Helper()
	select {
	case <-c.first:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was told")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard[0]
}

// TestNothingIsToldBeforeTheFirstLook: a daemon that has just started tells
// neither that concerns are over nor, for the whole day, that all is well.
func TestNothingIsToldBeforeTheFirstLook(t *testing.T) {
	c := newChat(t)
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), c.URL)
	morning := time.Date(2026, 11, 28, 8, 0, 0, 0, d.config().Location)
	broken := concern(news.ConcernBackup, news.Because("backup-failed"), "look-at-backup")
	marks := map[string]uint64{"webhook/daily": 20261127, "webhook/concern/backup": 1}
	if err := d.store.SetMarks(t.Context(), marks); err != nil { // told before the restart
		t.Fatal(err)
	}
	d.tellHealth(t.Context(), d.webhook(), morning)
	wantTexts(t, "before the first look", c)
	d.lookout.note([]news.Concern{broken}, morning)
	d.tellHealth(t.Context(), d.webhook(), morning)
	if got := c.texts(); len(got) != 1 || !strings.Contains(got[0], "the last backup failed") || strings.Contains(got[0], "no longer") {
		t.Errorf("after it: told %q, want the daily notice alone", got)
	}
}
