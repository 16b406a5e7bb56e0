package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/news"
)

// TestWrongClock has a machine's clock wrong for a first visit and right for
// those that follow, with servers that say what the time is: from all hosts of a
// region, and from one host alone. What readers see is then as if the clock had
// been right, and nothing waits for a day that a wrong clock has named.
func TestWrongClock(t *testing.T) {
	inCI(t)
	for name, wrong := range map[string]func(time.Time) time.Time{
		"ahead by 400 days":     func(now time.Time) time.Time { return now.AddDate(0, 0, 400) },
		"ahead by two hours":    func(now time.Time) time.Time { return now.Add(2 * time.Hour) },
		"1970":                  func(now time.Time) time.Time { return time.Unix(3600, 0).Add(now.Sub(now.Truncate(time.Hour))) },
		"behind by three weeks": func(now time.Time) time.Time { return now.AddDate(0, 0, -21) },
	} {
		for sites, few := range map[string]bool{"several sites": false, "one site": true} {
			t.Run(name+", "+sites, func(t *testing.T) { wrongClock(t, wrong, few) })
		}
	}
}

func wrongClock(t *testing.T, wrong func(time.Time) time.Time, few bool) {
	s := newStage(t)
	cfg, err := config.Load(s.config())
	if err != nil {
		t.Fatal(err)
	}
	if few {
		cfg.Sources = cfg.Sources[2:3]
	}
	want := s.visited(cfg, time.Now)
	cfg.Store = config.Archive(s.dir + "/wrong.db")
	s.visited(cfg, func() time.Time { return wrong(time.Now()) })
	got := s.visited(cfg, time.Now)
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%d items, want %d", len(got), len(want))
	}
	for url, w := range want {
		g := got[url]
		if !g.Published.Equal(w.Published) {
			t.Errorf("%s: published %s, want %s", url, g.Published, w.Published)
		}
		// Noon of a day whose clock was put back is told by the zone of its midnight.
		if off := g.Shown.Sub(w.Shown).Abs(); off > 70*time.Minute {
			t.Errorf("%s: shown at %s, want %s", url, g.Shown, w.Shown)
		}
	}
}

// visited is what the archive holds after a visit of all sources under a clock.
// It also looks that nothing waits for longer than it may.
func (s *stage) visited(cfg *config.Config, clock func() time.Time) map[string]news.Item {
	s.t.Helper()
	ctx := s.t.Context()
	c, err := openCore(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.close()
	c.crawler.Clock.System = clock
	if err := c.crawler.Configure(cfg); err != nil {
		s.t.Fatal(err)
	}
	// What was mended in a visit is read again in the next one.
	for range 3 {
		if _, err := c.crawler.Visit(ctx, cfg.SourceNames(), crawler.VisitOptions{}); err != nil {
			s.t.Fatal(err)
		}
	}
	if off := c.crawler.Clock.Suspect().Round(time.Hour); off != time.Until(clock()).Round(time.Hour)*-1 {
		s.t.Errorf("the clock is suspected to be off by %s, want %s", off, -time.Until(clock()))
	}
	items, err := c.store.Items(ctx, news.Query{})
	if err != nil {
		s.t.Fatal(err)
	}
	byURL := map[string]news.Item{}
	for _, it := range items {
		byURL[it.URL] = it
	}
	s.dueInTime(ctx, c)
	return byURL
}

// dueInTime looks that all pages are looked at again within two months.
func (s *stage) dueInTime(ctx context.Context, c *core) {
	s.t.Helper()
	for _, site := range s.region.Sites {
		var urls []string
		for _, a := range site.Articles {
			urls = append(urls, site.URL(a))
		}
		pages, err := c.store.PageStates(ctx, urls)
		if err != nil {
			s.t.Fatal(err)
		}
		for url, p := range pages {
			if wait := p.Next.Sub(c.crawler.Clock.Now()); wait > 61*24*time.Hour {
				s.t.Errorf("%s is looked at again in %s", url, wait)
			}
		}
	}
}

// TestReextractMendsDates holds that a page which a clock before its printed date
// has read gets that date when it is read again.
func TestReextractMendsDates(t *testing.T) {
	c := coreOf(t, "timezone: UTC\nstore: "+filepath.Join(t.TempDir(), "a.db")+`
sources:
  - name: a
    url: https://a.example/
`)
	const url = "https://a.example/markt"
	body := []byte(`<html lang="en"><head><title>Market on Saturday</title></head><body><main><article><h1>Market on Saturday</h1>
<p class="date">Published on <time datetime="2026-11-09">9 November 2026</time></p><p>The market is open on Saturday from eight, with all its stalls.</p></article></main></body></html>`)
	for name, fetched := range map[string]time.Time{"1970": time.Unix(3600, 0), "a year ahead": time.Now().AddDate(1, 0, 0)} {
		it := news.Item{URL: url, Headline: "Market on Saturday", Sources: []string{"a"}}
		if fetched.After(time.Now()) {
			it.Published = news.Moment{Time: fetched, Precision: news.Day}
		}
		_, err := c.store.Commit(t.Context(), news.Report{
			Visit: news.Visit{Source: "a", Started: time.Now()}, Drafts: []news.Draft{{Item: it, Canonical: news.Canonical(url)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		src, _ := c.config().Source("a")
		ch, err := c.readAgain(t.Context(), src, news.RawPage{URL: url, ContentType: "text/html", Fetched: fetched, Body: body})
		if err != nil || ch == nil || ch.item == nil {
			t.Fatalf("%s: %+v, %v", name, ch, err)
		}
		if got := ch.item.Published.Time.Format(time.DateOnly); got != "2026-11-09" {
			t.Errorf("%s: published %s, want 2026-11-09", name, got)
		}
	}
}
