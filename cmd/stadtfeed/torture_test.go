package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
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
// go on publishing. Nothing may be lost, doubled or renamed, and no article may
// have validators without its item: the next answer would be a 304, and the
// report lost for good.
func TestKill(t *testing.T) {
	inCI(t)
	t.Parallel()
	cycles := nightly(50, 1000)
	began := time.Now().UTC() // the daemon's clock: what is long past would be held back as a flood of old news
	s := stageOf(t, began, town.Generate(town.Plan{Sites: 6, Seed: 11, Start: began, Days: cycles / 3, Past: 10, PerWeek: 20}))
	rnd := rand.New(rand.NewPCG(1, 2))
	ids := map[string]string{} // by address
	shortest := 250 * time.Millisecond
	window := shortest // the moment of the kill lies in it; it grows while nothing gets done
	for cycle := range cycles {
		s.clock.Advance(8 * time.Hour)
		d := s.start("serve", "--config", s.config())
		crawl := exec.CommandContext(t.Context(), s.binary, "crawl", "--config", s.config())
		s.until("the daemon takes commands", d, func() error {
			_, err := s.get("/healthz")
			return err
		})
		if err := crawl.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rnd.Int64N(int64(window))))
		d.Process.Kill()
		<-d.done
		crawl.Process.Kill()
		crawl.Wait()
		before := len(ids)
		s.examine(fmt.Sprintf("after kill %d", cycle+1), ids)
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
		t.Errorf("the archive has %d items, the towns show %d", len(ids), s.visible())
	}
}

// TestFullDisk takes the daemon its room on the disk (a limit on the size of
// files does) while a town publishes: it goes on serving, says on /readyz and
// /status what is wrong, and when there is room again it catches up by itself.
func TestFullDisk(t *testing.T) {
	inCI(t)
	t.Parallel()
	prlimit, err := exec.LookPath("prlimit")
	if err != nil {
		t.Skip("prlimit is not installed")
	}
	began := time.Now().UTC() // the daemon's clock: what is long past would be held back as a flood of old news
	s := stageOf(t, began, town.Generate(town.Plan{Sites: 2, Seed: 3, Start: began, Days: 20, Past: 10, PerWeek: 5}))
	d := s.serve()
	limit := func(bytes string) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), prlimit, "--pid", strconv.Itoa(d.Process.Pid), "--fsize="+bytes+":unlimited").CombinedOutput()
		if err != nil {
			t.Fatalf("prlimit: %v: %s", err, out)
		}
	}
	s.run("crawl")
	before, err := s.feed("/all.json")
	if err != nil || len(before) == 0 {
		t.Fatalf("/all.json has %d items, %v", len(before), err)
	}
	limit("65536")
	s.clock.Advance(5 * 24 * time.Hour)
	crawl := exec.CommandContext(t.Context(), s.binary, "crawl", "--config", s.config())
	if out, err := crawl.CombinedOutput(); err == nil {
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
	limit("unlimited")
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
