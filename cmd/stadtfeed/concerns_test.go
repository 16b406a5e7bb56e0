package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// said are the sentences of what a look finds.
func said(list []news.Concern) (all []string) {
	for _, c := range list {
		all = append(all, c.Code+": "+news.Say("en", c.Reasons, ""))
	}
	return all
}

func wantConcerns(t *testing.T, when string, got []news.Concern, want ...string) {
	t.Helper()
	if all := said(got); !slices.Equal(all, want) {
		t.Errorf("%s: concerns are %q, want %q", when, all, want)
	}
}

// TestConcernsOfBackups: backups that fail, cannot be made or are missed are
// told, and no longer once one was made.
func TestConcernsOfBackups(t *testing.T) {
	dir := t.TempDir()
	d := hooked(t, filepath.Join(dir, "a.db"), "")
	began := time.Now()
	d.lookout.began = began
	look := func(at time.Time) []news.Concern { d.look(t.Context(), at); return d.lookout.concerns() }
	wantConcerns(t, "at the start", look(began))
	wantConcerns(t, "after an hour without an upkeep", look(began.Add(time.Hour)), "backup: no backup has been made yet")
	if err := d.keepUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantConcerns(t, "after a backup", look(began.Add(2*time.Hour)))
	wantConcerns(t, "two days later", look(began.Add(48*time.Hour)),
		"backup: the last backup was made on "+time.Now().In(d.config().Location).Format("2 January 2006"))
	d.lookout.keptUp(errors.New("no space left on device"))
	wantConcerns(t, "after one that failed", look(began.Add(2*time.Hour)), "backup: the last backup failed")
	d.lookout.keptUp(nil)
	if err := os.RemoveAll(filepath.Join(dir, "backups")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "backups"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantConcerns(t, "with a file in the folder's place", look(began.Add(3*time.Hour)), "backup: the folder of the backups cannot be written")
}

// TestConcernsOfCertificates: a certificate that ends without being renewed, and a
// renewed one that cannot be used, are told.
func TestConcernsOfCertificates(t *testing.T) {
	dir := t.TempDir()
	files := config.TLS{Certificate: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	now := time.Now()
	writePair(t, files, 1, now) // for an hour from now
	c, err := newCertificate(files, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	end := now.Add(time.Hour).UTC().Format("2 January 2006")
	wantConcerns(t, "in time", c.concerns(now, time.UTC))
	wantConcerns(t, "shortly before", c.concerns(now.Add(55*time.Minute), time.UTC), "tls: the certificate expires on "+end)
	wantConcerns(t, "afterwards", c.concerns(now.Add(2*time.Hour), time.UTC), "tls: the certificate expired on "+end)
	c.now = func() time.Time { return now.Add(10 * lookEvery) }
	if err := os.WriteFile(files.Certificate, []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantConcerns(t, "with a bad one", c.concerns(now, time.UTC),
		"tls: the renewed certificate cannot be used; the previous one is still served")
	writePair(t, files, 2, now)
	c.now = func() time.Time { return now.Add(20 * lookEvery) }
	wantConcerns(t, "renewed", c.concerns(now, time.UTC))
	wantConcerns(t, "without any", (*certificate)(nil).concerns(now, time.UTC))
}

// TestConcernOfPublishing: a folder of feeds that cannot be written is told until
// it can, or is configured no more.
func TestConcernOfPublishing(t *testing.T) {
	dir := t.TempDir()
	d := hooked(t, filepath.Join(dir, "a.db"), "")
	blocked := filepath.Join(dir, "feeds")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.site, err = d.newSite(d.config(), "https://feeds.example"); err != nil {
		t.Fatal(err)
	}
	d.lookout.began = time.Now()
	look := func() []news.Concern { d.look(t.Context(), time.Now()); return d.concerns() }
	feeds := d.site.Static()
	feeds = d.publishInto(t.Context(), blocked, feeds)
	wantConcerns(t, "with a file in the folder's place", look(), "publish: the feeds cannot be written as files")
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	d.publishInto(t.Context(), blocked, feeds)
	wantConcerns(t, "afterwards", look())
}

// TestConcernsLast: a concern has begun when it was first found, for as long as
// it lasts.
func TestConcernsLast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	d := hooked(t, path, "")
	began := time.Now().Truncate(time.Second)
	d.lookout.began = began
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{began, began.Add(time.Minute)} {
		d.look(t.Context(), at)
		list := d.lookout.concerns()
		wantConcerns(t, "with the archive away", list, "archive: the archive's file was removed or replaced while it is in use")
		if len(list) == 1 && !list[0].Since.Equal(began) {
			t.Errorf("it lasts since %s, want %s", list[0].Since, began)
		}
	}
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	d.look(t.Context(), began.Add(2*time.Minute))
	wantConcerns(t, "with the archive back", d.lookout.concerns())
}

// TestConcernsOfSources: sources that are overdue, and items that are held back.
func TestConcernsOfSources(t *testing.T) {
	cfg, err := config.Parse("stadtfeed.yaml", []byte(`schedule: "0 * * * *"
store: `+filepath.Join(t.TempDir(), "a.db")+`
sources:
  - {name: a, url: "https://a.example/"}
  - {name: b, url: "https://b.example/", schedule: "0 6 * * *"}
  - {name: c, url: "https://c.example/"}
`))
	if err != nil {
		t.Fatal(err)
	}
	d := hooked(t, filepath.Join(t.TempDir(), "b.db"), "")
	d.cfg.Store(cfg)
	now := time.Now()
	states := []news.SourceState{
		{Name: "a", Due: now.Add(-2 * time.Hour)}, {Name: "b", Due: now.Add(-2 * time.Hour), Held: 12}, {Name: "c", Due: now.Add(-30 * time.Minute), Held: 1},
	}
	d.lookout.began = now.Add(-24 * time.Hour)
	wantConcerns(t, "hourly and daily ones", d.lateConcerns(states, now), "late: 1 source was not visited for twice as long as scheduled: a")
	d.lookout.began = now.Add(-time.Minute)
	wantConcerns(t, "right after the start", d.lateConcerns(states, now))
	held := heldConcerns(states)
	wantConcerns(t, "held", held, "held: 13 items are held back: b (12), c (1)")
	if held[0].Grave() || held[0].Count != 13 {
		t.Errorf("held items are %+v", held[0])
	}
	var out bytes.Buffer
	held[0].Since = now
	printConcerns(newPrinter(&out), held, "de", time.UTC)
	for _, want := range []string{"13 Meldungen werden zurückgehalten: b (12), c (1) (seit ", "hilft: mit stadtfeed held ansehen"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("status prints %q, want %q in it", out.String(), want)
		}
	}
}

// TestConcernOfUntoldChanges: a webhook that refuses for an hour is told where
// it can be told.
func TestConcernOfUntoldChanges(t *testing.T) {
	c := newChat(t)
	c.refuse = true
	d := hooked(t, filepath.Join(t.TempDir(), "a.db"), c.URL)
	now := time.Now().Truncate(time.Second)
	if err := d.webhook().changes.tell(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	d.changed(t, now, "essen", news.OK, news.Broken, refusedBy("essen.example"))
	if err := d.webhook().changes.tell(t.Context(), now.Add(tellGathered)); err == nil {
		t.Error("the chat did not refuse")
	}
	wantConcerns(t, "soon after", d.untoldConcerns(t.Context(), now.Add(tellGathered)))
	wantConcerns(t, "an hour later", d.untoldConcerns(t.Context(), now.Add(longUntold)), "untold: 1 change of health could not be told to the webhook")
}

// TestConcernOfReceiversOfHealth: a notice with health: true that is refused is
// told as well, for changes that came before a restart and for concerns alone,
// and no more once the notice is taken out of the file.
func TestConcernOfReceiversOfHealth(t *testing.T) {
	r := newRoom(t)
	path := filepath.Join(t.TempDir(), "a.db")
	d := hooked(t, path, "")
	yaml := fmt.Sprintf("store: %s\nnotify: [{name: ops, health: true, webhook: %q}, {name: on-call, health: true, webhook: %[2]q}]\n",
		path, r.URL)
	cfg, err := config.Parse("stadtfeed.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	d.cfg.Store(cfg)
	now := time.Now().Truncate(time.Second)
	all := d.receivers(nil)
	tell := func(at time.Time) {
		for _, one := range all {
			d.tellHealth(t.Context(), one, at)
		}
	}
	tell(now)
	r.refuse = 1000
	began := concern(news.ConcernBackup, news.Because("backup-failed"), "look-at-backup")
	began.Since = now
	d.lookout.note([]news.Concern{began}, now)
	tell(now.Add(tellGathered))
	wantConcerns(t, "soon after", d.untoldConcerns(t.Context(), now.Add(2*tellGathered)))
	refused := "untold: 2 receivers do not accept notices"
	wantConcerns(t, "an hour later", d.untoldConcerns(t.Context(), now.Add(tellGathered+longUntold)), refused)
	d.changed(t, now, "essen", news.OK, news.Broken, refusedBy("essen.example"))
	again := &service{core: d.core} // as after a restart
	wantConcerns(t, "after a restart", again.untoldConcerns(t.Context(), now.Add(longUntold)), refused)
	d.cfg.Store(&config.Config{Location: time.UTC})
	wantConcerns(t, "without the notices", d.untoldConcerns(t.Context(), now.Add(2*longUntold)))
}
