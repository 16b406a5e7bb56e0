package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/internal/notice"
	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// A ward is a receiver of notices that counts how often it was told of each item,
// and in which notices. What is armed happens to the next notice, once.
type ward struct {
	*httptest.Server
	mu    sync.Mutex
	told  map[string][]string // ids of notices, by id of the item
	heard map[string]int      // how often, by id of the notice
	cuts  int                 // notices that were heard and, perhaps, not marked
	armed func(answer func())
}

func newWard(t *testing.T) *ward {
	w := &ward{told: map[string][]string{}, heard: map[string]int{}}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var m notice.Message
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			return // the daemon was killed while it wrote
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.heard[m.ID]++
		for _, it := range m.Items {
			w.told[it.ID] = append(w.told[it.ID], m.ID)
		}
		if armed := w.armed; armed != nil {
			w.armed = nil
			w.cuts++
			armed(func() { rw.WriteHeader(http.StatusOK); rw.(http.Flusher).Flush() })
		}
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *ward) arm(cut func(answer func())) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = cut
}

// quiet waits until nothing was told for a while.
func (w *ward) quiet(most time.Duration) {
	last, since := -1, time.Now()
	for began := time.Now(); time.Since(began) < most && time.Since(since) < time.Second; time.Sleep(20 * time.Millisecond) {
		w.mu.Lock()
		n := 0
		for _, ids := range w.told {
			n += len(ids)
		}
		w.mu.Unlock()
		if n != last {
			last, since = n, time.Now()
		}
	}
}

// notified has the stage's daemon tell a receiver of all news.
func (s *stage) notified(w *ward) {
	s.t.Helper()
	text, err := os.ReadFile(s.config())
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, site := range s.region.Sites {
		names = append(names, site.Name)
	}
	notify := fmt.Sprintf("notify: [{name: all, match: {sources: [%s]}, webhook: %q}]\n", strings.Join(names, ", "), w.URL)
	if err := os.WriteFile(s.config(), append(text, notify...), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// crawlWhileItLives crawls by a daemon that may be killed under it.
func (s *stage) crawlWhileItLives() {
	s.command("crawl").Run() //nolint:errcheck // see above
}

// newsSince are the items of the archive that are not among old ones.
func (s *stage) newsSince(old map[string]string) (all []news.Item) {
	s.t.Helper()
	archive, err := store.Open(s.store(), store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer archive.Close()
	items, err := archive.Items(s.t.Context(), news.Query{Heads: true})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, it := range items {
		if old[it.URL] == "" {
			all = append(all, it)
		}
	}
	return all
}

// TestKillBetweenCrawlAndNotice kills the real daemon at every moment between a
// crawl and the mark that its notices leave: after the crawl, when a notice was
// heard and not answered, shortly after the answer, and at random. Every item is
// told; one that is told twice has the same notice both times, and those are no
// more than the notices that were cut between answer and mark.
func TestKillBetweenCrawlAndNotice(t *testing.T) {
	inCI(t)
	t.Parallel()
	cycles := nightly(16, 200)
	began := time.Now().UTC()
	s := stageOf(t, began, town.Generate(town.Plan{Sites: 3, Seed: 5, Start: began, Days: cycles/3 + 2, Past: 10, PerWeek: 20}))
	w := newWard(t)
	s.notified(w)
	d := s.serve()
	s.run("crawl")
	s.run("crawl") // what comes from now on is no first visit's
	s.stop(d)
	first := map[string]string{}
	s.examine("after the first visits", first)
	rnd := rand.New(rand.NewPCG(1, 2))
	for cycle := range cycles {
		s.clock.Advance(8 * time.Hour)
		d := s.serve()
		kill := func() { d.Process.Kill() } //nolint:errcheck // it may be gone
		switch cycle % 4 {
		case 0: // right after the crawl, before or during the notices
			s.run("crawl")
		case 1: // heard, and not answered
			w.arm(func(func()) { kill() })
			s.crawlWhileItLives()
		case 2: // answered, and perhaps not marked
			w.arm(func(answer func()) {
				answer()
				time.Sleep(time.Duration(rnd.Int64N(int64(3 * time.Millisecond))))
				kill()
			})
			s.crawlWhileItLives()
		case 3:
			s.runUntil(time.Duration(rnd.Int64N(int64(400*time.Millisecond))), s.command("crawl"))
		}
		if cycle%4 == 1 || cycle%4 == 2 {
			w.quiet(3 * time.Second)
		}
		w.arm(nil)
		kill()
		<-d.done
	}
	d = s.serve()
	s.run("crawl")
	w.quiet(time.Minute)
	s.stop(d)
	again := 0
	fresh := s.newsSince(first)
	for _, it := range fresh {
		ids := w.told[it.ID]
		if len(ids) == 0 {
			t.Errorf("%q (seq %d) was never told", it.Headline, it.Seq)
		}
		for _, id := range ids[1:] {
			if id != ids[0] {
				t.Errorf("%q was told as %s and as %s", it.Headline, ids[0], id)
			}
		}
	}
	for _, times := range w.heard {
		again += times - 1
	}
	t.Logf("%d items, %d repeats, %d notices cut between answer and mark", len(fresh), again, w.cuts)
	if len(fresh) < cycles/2 || again > w.cuts+cycles/2 { // a kill by the clock may hit that moment, too
		t.Errorf("%d items, %d repeats", len(fresh), again)
	}
	for id := range w.told {
		for url, old := range first {
			if id == old {
				t.Errorf("%s of the first visit was told", url)
			}
		}
	}
}

// TestRelaunchIsNotTold lets a site be relaunched under new addresses, in another
// system and on another domain, and has its past read: only what the town
// publishes is told, each report once.
func TestRelaunchIsNotTold(t *testing.T) {
	when := curtain.AddDate(0, 0, 14).Add(time.Hour)
	for name, happen := range map[string]func(site *town.Site) *town.Site{
		"new system": func(s *town.Site) *town.Site { s.Relaunch, s.Next = when, town.LocalGov; return nil },
		"new look":   func(s *town.Site) *town.Site { s.Relaunch, s.Next = when, s.Layout.Restyled(town.Plain); return nil },
		"new domain": func(s *town.Site) *town.Site {
			next := &town.Site{Name: "neue-adresse", Layout: s.Layout, Location: s.Location}
			s.Moves, s.MovedTo = when, next
			return next
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := town.Generate(town.Plan{Sites: 1, Seed: 4, Start: curtain, Days: 60, Past: 40, PerWeek: 8})[0]
			site.Layout = town.TYPO3
			sites := []*town.Site{site}
			if next := happen(site); next != nil {
				sites = append(sites, next)
			}
			p := play(t, curtain, sites)
			if len(sites) > 1 {
				sites[1].Articles = site.Articles
			}
			p.only = []string{site.Name}
			p.configure("")
			w := newWard(t)
			n := p.notifier(w)
			began := p.clock.Now()
			for day := range 28 {
				if day == 21 {
					if _, err := p.crawler.Visit(t.Context(), p.only, crawler.VisitOptions{Backfill: 5}); err != nil {
						t.Fatal(err)
					}
				}
				for range 4 {
					p.pass(0.25)
					n.run(t.Context(), p.clock.Now())
				}
			}
			published := map[string]bool{}
			for _, a := range site.Articles {
				if a.Appears.After(began) && a.Appears.Before(p.clock.Now()) {
					published[a.First.Headline] = true
					if a.Second != nil {
						published[a.Second.Headline] = true
					}
				}
			}
			for id, notices := range w.told {
				if it, err := p.archive.Item(t.Context(), id); err != nil || !published[it.Headline] || len(notices) != 1 {
					t.Errorf("%q, published %s, was told %d times, %v", it.Headline, it.Published, len(notices), err)
				}
			}
			if 4*len(w.told) < 3*len(published) {
				t.Errorf("%d of %d reports were told", len(w.told), len(published))
			}
			backfilled := 0
			for _, it := range p.items() {
				if it.Backfilled {
					backfilled++
				}
			}
			t.Logf("%d of %d reports were told; the archive has %d, %d of them from the past",
				len(w.told), len(published), len(p.items()), backfilled)
			if backfilled == 0 {
				t.Error("nothing of the past was read")
			}
		})
	}
}

// notifier tells a receiver of the first site's news.
func (p *theatre) notifier(w *ward) *notifier {
	p.t.Helper()
	cfg, err := config.Parse("stadtfeed.yaml", fmt.Appendf(nil, `contact: https://feeds.example.org
sources: [{name: %[1]s, url: %[2]q, allow_private: true}]
notify: [{name: all, match: {sources: [%[1]s]}, webhook: %[3]q}]
`, p.region.Sites[0].Name, p.region.Sites[0].Home(), w.URL))
	if err != nil {
		p.t.Fatal(err)
	}
	n := &notifier{core: &core{log: slog.New(slog.DiscardHandler), store: p.archive}, base: "https://feeds.example.org"}
	n.cfg.Store(cfg)
	return n
}
