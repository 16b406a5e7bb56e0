package main

import (
	"path/filepath"
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
	if want := "1 of 2 sources not well:\n– b is stale since 2026-11-28: nothing new"; !needed || note.Text != want {
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
