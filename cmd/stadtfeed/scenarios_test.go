package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// A theatre is a made-up region with crawler and archive under one simulated
// clock.
type theatre struct {
	t       *testing.T
	clock   *town.Clock
	region  *town.Region
	crawler *crawler.Crawler
	archive *store.Store
	dir     string
	health  map[string][]news.HealthChange // by source
	seen    map[string]news.Health
	only    []string // sources to visit; nil: all
}

// play opens a region before its first visit.
func play(t *testing.T, start time.Time, sites []*town.Site) *theatre {
	t.Helper()
	p := &theatre{t: t, clock: town.NewClock(start), health: map[string][]news.HealthChange{}, seen: map[string]news.Health{}}
	var err error
	if p.region, err = town.Start(p.clock.Now, sites...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.region.Close() })
	p.dir = t.TempDir()
	log := slog.New(slog.DiscardHandler)
	if p.archive, err = store.Open(filepath.Join(p.dir, "stadtfeed.db"), store.Options{Now: p.clock.Now, NoSync: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.archive.Close() })
	p.crawler = &crawler.Crawler{Archive: p.archive, Log: log, Now: p.clock.Now, Version: "test", Contact: "https://example.org", Timeout: 2 * time.Second}
	p.configure("")
	return p
}

// configure puts all sites into force, each with more lines of YAML.
func (p *theatre) configure(more string) {
	p.t.Helper()
	text := strings.Builder{}
	fmt.Fprint(&text, "contact: https://example.org\ndelay: 0s\nschedule: \"0 */6 * * *\"\nsources:\n")
	for _, site := range p.region.Sites {
		if site.Articles != nil {
			fmt.Fprintf(&text, "  - name: %s\n    url: %q\n    allow_private: true\n%s", site.Name, site.Home(), more)
		}
	}
	file := filepath.Join(p.dir, "stadtfeed.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		p.t.Fatal(err)
	}
	cfg, err := config.Load(file)
	if err == nil {
		err = p.crawler.Configure(cfg)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// pass lets days go by, with a visit to every source every six hours.
func (p *theatre) pass(days float64) {
	p.t.Helper()
	for range int(days * 4) {
		p.clock.Advance(6 * time.Hour)
		if _, err := p.crawler.Visit(p.t.Context(), p.only, crawler.VisitOptions{}); err != nil {
			p.t.Fatal(err)
		}
		states, err := p.archive.SourceStates(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		for _, st := range states {
			if st.Health != p.seen[st.Name] {
				p.health[st.Name] = append(p.health[st.Name], news.HealthChange{Source: st.Name, At: p.clock.Now(), From: p.seen[st.Name], To: st.Health, Why: st.Why})
				p.seen[st.Name] = st.Health
			}
		}
	}
}

func (p *theatre) state() news.SourceState {
	p.t.Helper()
	st, err := p.archive.SourceState(p.t.Context(), p.region.Sites[0].Name)
	if err != nil {
		p.t.Fatal(err)
	}
	return st
}

// items are those of the first source, by headline.
func (p *theatre) items() map[string]news.Item {
	p.t.Helper()
	list, err := p.archive.Items(p.t.Context(), news.Query{Heads: true, All: [][]news.Term{{{Facet: news.Source, Value: p.region.Sites[0].Name}}}})
	if err != nil {
		p.t.Fatal(err)
	}
	items := map[string]news.Item{}
	for _, it := range list {
		items[it.URL] = it
	}
	return items
}

// is waits at most so many days for a state, and tells how long it took.
func (p *theatre) is(days int, want ...news.Health) {
	p.t.Helper()
	for passed := 0.0; passed <= float64(days); passed += 0.25 {
		if slices.Contains(want, p.state().Health) {
			p.t.Logf("%s after %.2f days: %s", p.state().Health, passed, p.state().Why)
			return
		}
		p.pass(0.25)
	}
	st := p.state()
	p.t.Errorf("after %d days the source is %s (%s), want %s", days, st.Health, st.Why, want)
}

var curtain = time.Date(2026, 9, 1, 5, 0, 0, 0, time.UTC) // a Tuesday

const learned = 21 // days of health before something happens

// TestScenarios plays what happens to towns' sites in years: the right state
// within the stated days, and never an empty feed.
func TestScenarios(t *testing.T) {
	when := curtain.AddDate(0, 0, learned).Add(time.Hour)
	scenarios := []struct {
		name   string
		happen func(s *town.Site) // planned before the play
		within int                // days
		want   []news.Health      // that the source reaches then
		after  int                // days until it is over; 0: it stays
		check  func(t *testing.T, now, before counts)
	}{
		{name: "relaunch with new addresses", happen: func(s *town.Site) { s.Relaunch, s.Next = when, town.LocalGov },
			within: 3, want: []news.Health{news.OK, news.Degraded}, check: growsWithoutRepeating},
		{name: "gradual field loss", happen: fault(town.FadingTeasers, when, 0), within: 10, want: []news.Health{news.Degraded}, check: grows},
		{name: "teasers vanish at once", happen: fault(town.NoTeasers, when, 0), within: 1, want: []news.Health{news.Degraded}, check: grows},
		{name: "the site is gone", happen: fault(town.NotFound, when, 0), within: 1, want: []news.Health{news.Broken}, check: keeps},
		{name: "dates vanish", happen: fault(town.NoDates, when, 0), within: 7, want: []news.Health{news.Degraded}, check: grows},
		{name: "block page for a week", happen: fault(town.BlockPage, when, 7), within: 2, want: []news.Health{news.Blocked}, after: 8, check: grows},
		{name: "forbidden for a week", happen: fault(town.Forbidden, when, 7), within: 2, want: []news.Health{news.Blocked}, after: 8, check: grows},
		{name: "robots.txt forbids", happen: fault(town.RobotsForbids, when, 0), within: 2, want: []news.Health{news.Blocked}, check: keeps},
		{name: "server errors for a week", happen: fault(town.ServerError, when, 7), within: 2, want: []news.Health{news.Broken}, after: 8, check: grows},
		{name: "maintenance for three days", happen: fault(town.Maintenance, when, 3), within: 2, want: []news.Health{news.Broken, news.Blocked}, after: 4, check: grows},
		{name: "empty listing", happen: fault(town.EmptyListing, when, 0), within: 3, want: []news.Health{news.Broken}, check: keeps},
		{name: "the news moved elsewhere", happen: silence(when, 0), within: 40, want: []news.Health{news.Stale}, check: keeps},
		{name: "mass withdrawal", happen: withdrawAll(when), within: 5, want: []news.Health{news.Broken, news.Degraded}, check: keeps},
	}
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			site := town.Generate(town.Plan{Sites: 1, Seed: 3, Start: curtain, Days: 90, Past: 12, PerWeek: 8})[0]
			sc.happen(site)
			p := play(t, curtain, []*town.Site{site})
			p.pass(learned)
			if h := p.state().Health; h != news.OK {
				t.Fatalf("before anything happened the source is %s: %s", h, p.state().Why)
			}
			before := p.count()
			p.is(sc.within, sc.want...)
			if sc.after > 0 {
				p.is(sc.after, news.OK)
			}
			p.pass(2)
			sc.check(t, p.count(), before)
		})
	}
}

// counts are what a scenario is judged by.
type counts struct {
	items     map[string]news.Item
	published int // articles of the town so far
}

func (p *theatre) count() counts {
	now := p.clock.Now()
	n := 0
	for _, a := range p.region.Sites[0].Articles {
		if !a.Appears.After(now) {
			n++
		}
	}
	return counts{p.items(), n}
}

func fault(kind town.FaultKind, from time.Time, days int) func(*town.Site) {
	f := town.Fault{Kind: kind, From: from}
	if days > 0 {
		f.Until = from.AddDate(0, 0, days)
	}
	return func(s *town.Site) { s.Faults = append(s.Faults, f) }
}

// silence takes away what the town would publish in a time; days 0: forever.
func silence(from time.Time, days int) func(*town.Site) {
	return func(s *town.Site) {
		s.Articles = slices.DeleteFunc(s.Articles, func(a *town.Article) bool {
			return a.Appears.After(from) && (days == 0 || a.Appears.Before(from.AddDate(0, 0, days)))
		})
	}
}

func withdrawAll(from time.Time) func(*town.Site) {
	return func(s *town.Site) {
		for _, a := range s.Articles {
			a.Withdrawn = from
		}
	}
}

// keeps: nothing that was published vanishes.
func keeps(t *testing.T, now, before counts) {
	t.Helper()
	for url, it := range before.items {
		if now.items[url].ID == "" && !slices.ContainsFunc(values(now.items), func(o news.Item) bool { return o.ID == it.ID }) {
			t.Errorf("%q (%s) is lost", it.Headline, url)
		}
	}
}

// grows: keeps, and what the town published meanwhile is there.
func grows(t *testing.T, now, before counts) {
	t.Helper()
	keeps(t, now, before)
	if len(now.items) <= len(before.items) {
		t.Errorf("%d items, as before, though the town published on", len(now.items))
	}
}

// growsWithoutRepeating: grows, and not one old report was taken for a new one.
func growsWithoutRepeating(t *testing.T, now, before counts) {
	t.Helper()
	grows(t, now, before)
	if added, published := len(now.items)-len(before.items), now.published-before.published; added > published {
		t.Errorf("%d items were added though the town published %d", added, published)
	}
}

func values(m map[string]news.Item) (list []news.Item) {
	for _, it := range m {
		list = append(list, it)
	}
	return list
}

// TestLayoutChange restyles a site whose source has rules of its own: the feed
// goes on without repeating anything, the operator is told, and the proposed
// rules, pasted as they stand, make the source well again and are what fires.
func TestLayoutChange(t *testing.T) {
	rules := map[*town.Layout]string{
		town.TYPO3: `    preset: none
    rules:
      listing: {entry: .news-list-view .article, published: time}
      article: {headline: .news-single h1, teaser: .teaser-text, published: .news-list-date time, remove: .news-backlink-wrap}
`,
		town.LocalGov: `    preset: none
    rules:
      listing: {entry: article.news-article, headline: h2.news-article__title, teaser: .news-article__summary}
      article: {headline: h1.lgd-page-title-block__title, body: .news-article__body}
`,
	}
	when := curtain.AddDate(0, 0, learned).Add(time.Hour)
	for _, tt := range []struct {
		old, look *town.Layout
	}{{town.TYPO3, town.LocalGov}, {town.LocalGov, town.TYPO3}, {town.TYPO3, town.Plain}, {town.LocalGov, town.Kommune21New}} {
		t.Run(tt.old.Name+" to "+tt.look.Name, func(t *testing.T) {
			t.Parallel()
			site := town.Generate(town.Plan{Sites: 1, Seed: 3, Start: curtain, Days: 90, Past: 12, PerWeek: 8})[0]
			site.Layout = tt.old
			site.Relaunch, site.Next = when, tt.old.Restyled(tt.look)
			p := play(t, curtain, []*town.Site{site})
			p.configure(rules[tt.old])
			p.pass(learned)
			if h := p.state().Health; h != news.OK {
				t.Fatalf("before anything happened the source is %s: %s", h, p.state().Why)
			}
			before := p.count()
			p.is(5, news.Degraded)
			p.pass(3)
			st := p.state()
			t.Logf("%s\n%s", st.Why, st.Helps)
			if len(st.Advice) != 1 || st.Advice[0].Code != "rules-instead" || len(st.Proposed) == 0 || !strings.Contains(st.Why, "the page was rebuilt") {
				t.Fatalf("%s; proposed: %+v", st.Why, st.Proposed)
			}
			for _, r := range st.Proposed {
				gone := r.Now == news.RuleMatch{}
				complete := r.Now.Select != "" && r.Now.Text != "" && r.Now.URL != ""
				if r.Before.Select == "" || !gone && !complete {
					t.Errorf("evidence of %s: %+v", r.Field, r)
				}
			}
			for _, dead := range []string{"news-backlink-wrap"} {
				if strings.Contains(st.Advice[0].Args[0], dead) {
					t.Errorf("%s is proposed, which finds nothing:\n%s", dead, st.Advice[0].Args[0])
				}
			}
			p.configure("    preset: none\n    " + strings.ReplaceAll(st.Advice[0].Args[0], "\n", "\n    ") + "\n")
			p.pass(4)
			for _, r := range p.state().Reasons { // fields that the new pages lack stay missed
				if r.Code != "article-lost" && r.Code != "listing-lost" && r.Code != "rebuilt" {
					t.Errorf("with the proposed rules the source is %s: %s", p.state().Health, p.state().Why)
				}
			}
			growsWithoutRepeating(t, p.count(), before)
		})
	}
}

// TestDeadRules: a rule that finds nothing from the day on that it was written is
// told with that day, and what finds something stands in the proposal.
func TestDeadRules(t *testing.T) {
	t.Parallel()
	site := town.Generate(town.Plan{Sites: 1, Seed: 3, Start: curtain, Days: 40, Past: 12, PerWeek: 8})[0]
	site.Layout = town.TYPO3
	p := play(t, curtain, []*town.Site{site})
	p.pass(5)
	written := p.clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	p.configure("    preset: none\n    rules:\n      article: {headline: .news-single h1, body: .nothing, byline: .nobody}\n")
	p.pass(20)
	st := p.state()
	dead := news.Because("rules-dead", "article.body, article.byline", written)
	if st.Health != news.Degraded || len(st.Reasons) != 1 || !reflect.DeepEqual(st.Reasons[0], dead) {
		t.Errorf("the source is %s because of %+v, want %+v", st.Health, st.Reasons, dead)
	}
	if len(st.Advice) != 1 || st.Advice[0].Code != "rules-instead" {
		t.Fatalf("what helps is %+v", st.Advice)
	}
	if rules := st.Advice[0].Args[0]; !strings.Contains(rules, "headline: .news-single h1") || strings.Contains(rules, ".no") {
		t.Errorf("these rules help:\n%s", rules)
	}
	p.configure("    preset: none\n    rules:\n      article: {headline: .news-single h1}\n")
	p.pass(1)
	if st := p.state(); st.Health != news.OK {
		t.Errorf("without dead rules the source is %s: %s", st.Health, st.Why)
	}
}

// TestSeasonalPause: a town hall that is closed over the holidays is not stale.
func TestSeasonalPause(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)
	site := town.Generate(town.Plan{Sites: 1, Seed: 9, Start: start, Days: 70, Past: 15, PerWeek: 8})[0]
	silence(time.Date(2026, 12, 22, 18, 0, 0, 0, time.UTC), 14)(site)
	p := play(t, start, []*town.Site{site})
	p.pass(60)
	for _, c := range p.health[site.Name] {
		if c.To == news.Stale {
			t.Errorf("false alarm on %s: %s", c.At.Format(time.DateOnly), c.Why)
		}
	}
}

// TestMoveToAnotherDomain: items keep their ids when a town moves.
func TestMoveToAnotherDomain(t *testing.T) {
	t.Parallel()
	site := town.Generate(town.Plan{Sites: 1, Seed: 4, Start: curtain, Days: 60, Past: 12, PerWeek: 8})[0]
	next := &town.Site{Name: "neue-adresse", Layout: site.Layout, Location: site.Location}
	site.Moves, site.MovedTo = curtain.AddDate(0, 0, 14), next
	p := play(t, curtain, []*town.Site{site, next})
	next.Articles = site.Articles
	p.only = []string{site.Name}
	p.configure("") // with the new host, or its loopback address would be refused
	p.pass(14)
	before := p.count()
	p.pass(7)
	growsWithoutRepeating(t, p.count(), before)
	if st := p.state(); st.Health != news.OK && st.Health != news.Degraded {
		t.Errorf("the moved source is %s: %s", st.Health, st.Why)
	}
	if st := p.state(); !strings.HasPrefix(st.Moved, strings.TrimSuffix(next.Home(), "/")) {
		t.Errorf("the move is not reported: %+v", st)
	}
}
