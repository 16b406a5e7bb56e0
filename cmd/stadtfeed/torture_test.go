package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// nightly is n, or many in a nightly run.
func nightly(n, many int) int {
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		return many
	}
	return n
}

// TestKill kills the real daemon at random moments while it crawls towns that
// go on publishing, and while something else is done to it. Nothing may be lost,
// doubled or renamed, and no article may have validators without its item: the
// next answer would be a 304, and the report lost for good.
func TestKill(t *testing.T) {
	inCI(t)
	t.Parallel()
	cycles := nightly(50, 1000)
	began := time.Now().UTC() // the daemon's clock: what is long past would be held back as a flood of old news
	s := stageOf(t, began, town.Generate(town.Plan{Sites: 6, Seed: 11, Start: began, Days: cycles / 3, Past: 10, PerWeek: 20}))
	s.lookedAfter()
	// However long the kills keep a first visit from ending, it reads all that the
	// town shows by then.
	for range s.region.Sites {
		s.rewrite("pages: 5\n", "pages: 50\n")
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	ids := map[string]string{} // by address
	shortest := 250 * time.Millisecond
	window := shortest // the moment of the kill lies in it; it grows while nothing gets done
	for cycle := range cycles {
		s.clock.Advance(8 * time.Hour)
		beside := besides[cycle%len(besides)]
		s.killed(beside.do, time.Duration(rnd.Int64N(int64(window))))
		before := len(ids)
		s.examine(fmt.Sprintf("after kill %d, %s", cycle+1, beside.name), ids)
		if len(ids) == before {
			window = min(window*5/4, 10*time.Second)
		} else {
			window = max(window*4/5, shortest)
		}
		if (cycle+1)%50 == 0 {
			t.Logf("%d kills, %d items", cycle+1, len(ids))
		}
	}
	d := s.serve()
	for range 3 {
		s.run("crawl")
	}
	s.stop(d)
	s.examine("at the end", ids)
	if len(ids) != s.visible() {
		t.Errorf("the archive has %d items, the towns show %d; missing: %v", len(ids), s.visible(), s.missing(ids))
	}
	for _, made := range []string{filepath.Join(s.dir, "copy.db"), filepath.Join(s.backups(), "*.db")} {
		if files, err := filepath.Glob(made); len(files) == 0 {
			t.Errorf("nothing beside the kills has ever made %s, %v", made, err)
		}
	}
}

// missing are the articles that the towns show and that are not among items, by
// address, with what the archive knows of their pages.
func (s *stage) missing(ids map[string]string) (list []string) {
	s.t.Helper()
	archive, err := store.Open(s.store(), store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // only read
	held, err := archive.Held(s.t.Context(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, site := range s.region.Sites {
		for _, a := range site.Articles {
			url, now := site.URL(a), s.clock.Now()
			isGone := !a.Withdrawn.IsZero() && !now.Before(a.Withdrawn)
			if ids[url] != "" || now.Before(a.Appears) || isGone {
				continue
			}
			page, err := archive.PageStates(s.t.Context(), []string{url})
			isHeld := slices.ContainsFunc(held, func(d news.Draft) bool { return d.Item.URL == url })
			list = append(list, fmt.Sprintf("%s, held: %t, page: %+v %v\n", url, isHeld, page[url], err))
		}
	}
	return list
}

// A beside is what else goes on when the daemon is killed. Its commands may
// fail, as the daemon goes away under them.
type beside struct {
	name string
	do   func(s *stage, d *process) []*exec.Cmd
}

var besides = []beside{
	{"nothing else", func(*stage, *process) []*exec.Cmd { return nil }},
	{"reload", func(s *stage, _ *process) []*exec.Cmd { return []*exec.Cmd{s.command("reload")} }},
	{"backup", func(s *stage, _ *process) []*exec.Cmd {
		return []*exec.Cmd{s.command("backup", filepath.Join(s.dir, "copy.db"))}
	}},
	{"compact", func(s *stage, _ *process) []*exec.Cmd { return []*exec.Cmd{s.command("compact")} }},
	{"a full disk", func(s *stage, d *process) []*exec.Cmd { s.limit(d, "65536"); return nil }},
	{"upkeep", nil},
}

// killed begins a daemon and a crawl and kills them after a while. Upkeep, which
// a daemon has once a day, is killed in a process of its own.
func (s *stage) killed(beside func(*stage, *process) []*exec.Cmd, after time.Duration) {
	s.t.Helper()
	if beside == nil {
		c := exec.CommandContext(s.t.Context(), os.Args[0])
		c.Args = []string{upkeepCommand, s.store(), s.backups()}
		s.runUntil(after, c)
		return
	}
	d := s.start("serve", "--config", s.config())
	s.until("the daemon takes commands", d, func() error {
		_, err := s.get("/healthz")
		return err
	})
	s.runUntil(after, append([]*exec.Cmd{s.command("crawl")}, beside(s, d)...)...)
	d.Process.Kill()
	<-d.done
}

// runUntil runs commands at the same time and kills what still runs after a while.
func (s *stage) runUntil(after time.Duration, commands ...*exec.Cmd) {
	s.t.Helper()
	for _, c := range commands {
		if err := c.Start(); err != nil {
			s.t.Fatal(err)
		}
	}
	time.Sleep(after)
	for _, c := range commands {
		c.Process.Kill()
		c.Wait()
	}
}

// upkeepCommand is the name by which the test binary is one upkeep.
const upkeepCommand = "upkeep"

// upkeepMain is a day's upkeep, of the archive and into the folder that are its
// arguments, for as long as it is let live.
func upkeepMain() {
	ctx := context.Background()
	archive, err := store.Open(os.Args[1], store.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		u := news.Upkeep{Retention: news.Retention{Items: 10 * 365 * 24 * time.Hour, Revisions: 1}, Backups: os.Args[2], Keep: 2}
		if err := archive.Maintain(ctx, u); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if _, err := archive.Compact(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func (s *stage) backups() string { return filepath.Join(s.dir, "backups") }

// lookedAfter is a folder of backups, as the configuration names one.
func (s *stage) lookedAfter() {
	s.t.Helper()
	if err := os.MkdirAll(s.backups(), 0o700); err != nil {
		s.t.Fatal(err)
	}
}

// limit bounds the size of the files that a daemon writes, which is to it a disk
// that is full; "unlimited" gives it room again.
func (s *stage) limit(d *process, bytes string) {
	s.t.Helper()
	prlimit, err := exec.LookPath("prlimit")
	if err != nil {
		s.t.Skip("prlimit is not installed")
	}
	out, err := exec.CommandContext(s.t.Context(), prlimit, "--pid", strconv.Itoa(d.Process.Pid), "--fsize="+bytes+":unlimited").CombinedOutput()
	if err != nil {
		s.t.Fatalf("prlimit: %v: %s", err, out)
	}
}

// startWithoutRoom starts a daemon that cannot write any file.
func (s *stage) startWithoutRoom() *process {
	s.t.Helper()
	prlimit, err := exec.LookPath("prlimit")
	if err != nil {
		s.t.Skip("prlimit is not installed")
	}
	binary := s.binary
	s.binary = prlimit
	defer func() { s.binary = binary }()
	return s.start("--fsize=1:unlimited", binary, "serve", "--config", s.config())
}

// TestFullDisk takes the daemon its room on the disk (a limit on the size of
// files does) while a town publishes: it goes on serving, also when it is started
// anew, says on /readyz and /status what is wrong, and when there is room again it
// catches up by itself.
func TestFullDisk(t *testing.T) {
	inCI(t)
	t.Parallel()
	began := time.Now().UTC() // the daemon's clock: what is long past would be held back as a flood of old news
	s := stageOf(t, began, town.Generate(town.Plan{Sites: 2, Seed: 3, Start: began, Days: 20, Past: 10, PerWeek: 5}))
	d := s.serve()
	s.run("crawl")
	before, err := s.feed("/all.json")
	if err != nil || len(before) == 0 {
		t.Fatalf("/all.json has %d items, %v", len(before), err)
	}
	s.limit(d, "65536")
	s.clock.Advance(5 * 24 * time.Hour)
	if out, err := s.command("crawl").CombinedOutput(); err == nil {
		t.Errorf("crawl without room on the disk succeeded: %s", out)
	}
	s.until("/readyz says that the archive cannot be written", d, func() error {
		if _, err := s.get("/readyz"); err == nil || !strings.Contains(err.Error(), "503") {
			return fmt.Errorf("/readyz: %w", err)
		}
		return nil
	})
	if page, err := s.get("/status.json"); err != nil || !strings.Contains(page, `"archive": "trouble"`) {
		t.Errorf("/status.json does not tell of the disk: %v %.600s", err, page)
	}
	if during, err := s.feed("/all.json"); err != nil || len(during) != len(before) {
		t.Errorf("/all.json has %d items while the disk is full, %v, want the %d of before", len(during), err, len(before))
	}
	s.stop(d)
	d = s.startWithoutRoom()
	s.holds(d, "/all.json", len(before))
	if _, err := s.get("/readyz"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("/readyz after a start on a full disk: %v", err)
	}
	s.limit(d, "unlimited")
	s.run("crawl")
	if _, err := s.get("/readyz"); err != nil {
		t.Errorf("when there is room again: %v", err)
	}
	s.holds(d, "/all.json", s.visible())
	s.stop(d)
	s.examine("after the disk was full", map[string]string{})
}

// examine opens the archive that a killed daemon left and compares it with all
// that was seen in it before.
func (s *stage) examine(when string, ids map[string]string) {
	s.t.Helper()
	ctx := s.t.Context()
	archive, err := store.Open(s.store(), store.Options{})
	if err != nil {
		s.t.Fatalf("%s: %v", when, err)
	}
	defer archive.Close()
	if verdict, err := archive.Verify(ctx); err != nil {
		s.t.Fatalf("%s: %v %+v", when, err, verdict)
	}
	items, err := archive.Items(ctx, news.Query{Heads: true})
	if err != nil {
		s.t.Fatal(err)
	}
	now := map[string]string{}
	for _, it := range items {
		if other, twice := now[it.URL]; twice {
			s.t.Errorf("%s: %s is there as %s and %s", when, it.URL, other, it.ID)
		}
		now[it.URL] = it.ID
	}
	for url, id := range ids {
		if now[url] != id {
			s.t.Errorf("%s: %s had the id %s, now %q", when, url, id, now[url])
		}
	}
	for url, id := range now {
		ids[url] = id
	}
	held, err := archive.Held(ctx, "")
	if err != nil {
		s.t.Fatal(err)
	}
	kept := maps.Clone(now)
	for _, d := range held {
		kept[d.Item.URL] = "held"
	}
	for _, site := range s.region.Sites {
		var urls []string
		for _, a := range site.Articles {
			urls = append(urls, site.URL(a))
		}
		pages, err := archive.PageStates(ctx, urls)
		if err != nil {
			s.t.Fatal(err)
		}
		for url, p := range pages {
			if kept[url] == "" && p.Status < http.StatusBadRequest && (p.ETag != "" || p.LastModified != "" || p.Digest != 0) {
				s.t.Errorf("%s: %s has validators and no item", when, url)
			}
		}
	}
}
