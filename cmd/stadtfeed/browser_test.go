package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// widths are a phone, a tablet and a desk.
var widths = []int64{390, 768, 1280}

// TestBrowser shows every kind of page to headless Chromium at three widths,
// light and dark. No page is wider than its window, asks another host or
// breaks its own Content-Security-Policy, and where STADTFEED_AXE names
// axe-core's axe.min.js, none violates WCAG 2.2 AA. Pictures for people to
// look at go into the folder that STADTFEED_SCREENSHOTS names. Without
// STADTFEED_NIGHTLY a phone in the dark and a desk by day must do.
func TestBrowser(t *testing.T) {
	b := newBrowser(t)
	s := newStage(t)
	d := s.serve()
	feed := s.holds(d, "/all.json", s.visible())
	thorough := os.Getenv("STADTFEED_NIGHTLY") != ""
	for name, path := range map[string]string{
		"home":    "/",
		"tag":     "/tags/verkehr",
		"place":   "/places/erlenbrueck",
		"source":  "/sources/erlenbrueck",
		"feed":    "/feeds/digitales-rathaus",
		"search":  "/search?q=Radweg",
		"nothing": "/search?q=Nashorn",
		"status":  "/status",
		"tags":    "/tags",
		"places":  "/places",
		"sources": "/sources",
		"feeds":   "/feeds",
		"item":    itemPath(feed[s.address("kommune21-alt", "Neuer Auftritt")]),
		"missing": "/sources/gibt-es-nicht",
		"rss":     "/all.rss",
		"opml":    "/opml",
		"pair":    "/places/erlenbrueck/tags/verkehr",
		"empty":   "/tags/gibt-es-noch-nicht",
		"mistake": "/search?q=radweg+seit:morgen",
		"picture": itemPath(feed[s.address("erlenbrueck", "Altstadtbrunnen")]),
		"embed":   "/embed/places/erlenbrueck",
	} {
		for _, width := range widths {
			for _, scheme := range []string{"light", "dark"} {
				if !thorough && (width == 768 || (width == widths[0]) != (scheme == "dark")) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					b.open(t, s.url+path, width, scheme)
					b.check(t, s.url)
					b.picture(t, fmt.Sprintf("%s-%d-%s", name, width, scheme))
				})
			}
		}
	}
	t.Run("search", func(t *testing.T) { b.search(t, s.url) })
	t.Run("subscribe", func(t *testing.T) { b.subscribe(t, s.url) })
	t.Run("revisions", func(t *testing.T) {
		var e entry
		e, d = s.edited(t, d, func() {})
		b.revisions(t, s.url+itemPath(e))
	})
	s.stop(d)
}

// TestBrowserLongWords shows pages whose every text is one word longer than a
// phone is wide: none is wider than its window.
func TestBrowserLongWords(t *testing.T) {
	b := newBrowser(t)
	word := "Verkehrsinfrastrukturfinanzierungsgesellschaftsgesetzänderungsverordnungsentwurf"
	archive, err := store.Open(filepath.Join(t.TempDir(), "long.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	state := news.SourceState{Name: "amt", URL: "https://amt.example/", Health: news.Degraded, Why: word, Helps: word + "\n" + word}
	if err := archive.Register(t.Context(), []news.SourceState{state}); err != nil {
		t.Fatal(err)
	}
	it := news.Item{
		URL: "https://amt.example/" + word, Sources: []string{"amt"}, Place: word, Kicker: word + "skicker", Headline: word, Teaser: word, Byline: word,
		Tags: []string{word, "Ordnung"}, BodyText: word, BodyHTML: "<p>" + word + "</p><pre>" + word + word + "</pre><table><tr><td>" + word + "</td><td>" + word + "</td></tr></table>",
		Attachments: []news.Attachment{{URL: "https://amt.example/" + word + ".pdf", Title: word}},
	}
	for _, headline := range []string{word, word + "sfassung"} { // the second is an edit
		it.Headline = headline
		report := news.Report{Visit: news.Visit{Source: "amt", Started: time.Now(), Err: word}, State: state, Drafts: []news.Draft{{Item: it, Canonical: news.Canonical(it.URL)}}}
		if _, err := archive.Commit(t.Context(), report); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := archive.Items(t.Context(), news.Query{Limit: 1})
	if err != nil || len(kept) != 1 || kept[0].Revisions != 1 {
		t.Fatalf("kept %+v, %v", kept, err)
	}
	web := httptest.NewUnstartedServer(nil)
	site := feedout.Site{
		BaseURL: "http://" + web.Listener.Addr().String(), Title: word, Sources: []feedout.SourceInfo{{Name: "amt", Title: word, URL: state.URL}},
		Feeds: []feedout.SavedFeed{{Name: "lang", Title: word, Description: word}},
	}
	if web.Config.Handler, err = feedout.New(archive, site, feedout.Options{}); err != nil {
		t.Fatal(err)
	}
	web.Start()
	t.Cleanup(web.Close)
	for _, path := range []string{"/", "/tags/" + news.Slug(word), "/places/" + news.Slug(word), "/sources/amt", "/feeds/lang", "/search?q=" + word, "/search?q=" + word + "+x", "/tags", "/places", "/sources", "/feeds", "/status", "/items/" + strings.TrimPrefix(kept[0].ID, "urn:uuid:"), "/tags/nichts"} {
		t.Run(path, func(t *testing.T) {
			b.open(t, web.URL+path, widths[0], "light")
			b.check(t, web.URL)
			b.picture(t, "long"+strings.ReplaceAll(path[:min(len(path), 20)], "/", "-")+fmt.Sprint("-", widths[0]))
		})
	}
}

func itemPath(e entry) string { return "/items/" + strings.TrimPrefix(e.ID, "urn:uuid:") }

// edited waits until the daemon has seen the region's edit of a report.
// A reader looks in between, when the report has just appeared.
func (s *stage) edited(t *testing.T, d *process, look func()) (entry, *process) {
	t.Helper()
	address := s.address("erlenbrueck", "Wasserrohrbruch")
	s.clock.Advance(40 * time.Second)
	s.run("crawl")
	before := s.holds(d, "/all.json", s.visible())[address]
	look()
	s.stop(d)
	s.clock.Advance(5 * time.Minute)
	s.aDayPasses()
	d = s.serve()
	var after entry
	s.until("the edit shows", d, func() error {
		s.run("crawl") // a visit looks at a few articles at most
		feed, err := s.feed("/sources/erlenbrueck.json")
		if after = feed[address]; err == nil && after.Title == before.Title {
			err = fmt.Errorf("%s still says %q", address, after.Title)
		}
		return err
	})
	return after, d
}

// A browser is a tab of headless Chromium and what its pages did.
type browser struct {
	tab      context.Context
	axe      string // source of axe-core, or empty
	pictures string // folder, or empty

	mu        sync.Mutex
	requested []string
	complaint []string // of the browser about the page
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	inCI(t)
	t.Parallel()
	chromium := need(t, "chromium", "chromium")
	b := &browser{pictures: os.Getenv("STADTFEED_SCREENSHOTS")}
	if path := os.Getenv("STADTFEED_AXE"); path != "" {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b.axe = string(source)
	} else {
		t.Log("without axe-core: STADTFEED_AXE names no axe.min.js (npm pack axe-core)")
	}
	if b.pictures != "" {
		if err := os.MkdirAll(b.pictures, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("lang", "de"), chromedp.Flag("accept-lang", "de"))
	allocator, cancel := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(cancel)
	b.tab, cancel = chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b.do(t, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.Enable, network.EnableParams{})
		if err == nil {
			_, err = cdp.Call(ctx, tab, cdplog.Enable, cdp.Empty{})
		}
		return err
	}))
	b.tab, cancel = context.WithTimeout(b.tab, 5*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Listen(b.tab, b.hear); err != nil {
		t.Fatal(err)
	}
	return b
}

// hear keeps what the page asks for and what the browser has to say about it.
func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requested = append(b.requested, e.Request.URL)
	case *cdplog.EventEntryAdded:
		if e.Entry.Source != cdplog.EntrySourceNetwork { // such as 404 for the page that is missing
			b.complaint = append(b.complaint, e.Entry.Text)
		}
	}
}

// do acts in the tab.
func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// evaluate runs a script in the tab.
func evaluate[T any](t *testing.T, b *browser, script string, options ...chromedp.EvaluateOption) T {
	t.Helper()
	answer, err := chromedp.Run(b.tab, chromedp.Evaluate[T](script, options...))
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (b *browser) open(t *testing.T, url string, width int64, scheme string) {
	t.Helper()
	b.mu.Lock()
	b.requested, b.complaint = nil, nil
	b.mu.Unlock()
	b.do(t, chromedp.EmulateViewport(width, 900), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}), chromedp.Navigate(url), chromedp.WaitVisible(chromedp.CSS("main")))
}

const (
	// blankPictures are the addresses of pictures that a page names and that cannot
	// be shown; those that wait to be scrolled to are loaded for it.
	blankPictures = `Promise.all([...document.querySelectorAll("img[loading=lazy], .picture img")].map(i => {
		i.loading = "eager";
		return i.decode().then(() => "", () => i.src);
	})).then(l => l.join(""))`
	// outOfSight are the parts that are wider than their frame, other than those
	// that may be scrolled on a phone.
	outOfSight = `[...document.querySelectorAll(".menu, .scroll")].filter(e =>
		e.scrollWidth > e.clientWidth && (e.matches(".menu, :has(> .list)") || innerWidth > 700)
	).map(e => e.className).join()`
)

func (b *browser) check(t *testing.T, site string) {
	t.Helper()
	wide, window := evaluate[int](t, b, "document.documentElement.scrollWidth"), evaluate[int](t, b, "innerWidth")
	if wide > window {
		t.Errorf("the page is %d px wide in a window of %d px", wide, window)
	}
	b.mu.Lock()
	requested, complaint := b.requested, b.complaint
	b.mu.Unlock()
	if len(requested) < 2 {
		t.Errorf("the page asked for %q only, want its style sheet, too", requested)
	}
	if blank := evaluate[string](t, b, blankPictures, chromedp.EvalAwaitPromise); blank != "" {
		t.Errorf("pictures are missing: %s", blank)
	}
	if cut := evaluate[string](t, b, outOfSight); cut != "" {
		t.Errorf("parts of %q are out of sight", cut)
	}
	for _, url := range requested {
		if !strings.HasPrefix(url, site+"/") {
			t.Errorf("the page asks for %s, which is not of its site", url)
		}
	}
	if len(complaint) > 0 {
		t.Errorf("the browser complains: %q", complaint)
	}
	b.checkAxe(t)
}

// checkAxe lets axe-core look for what people with disabilities would meet.
func (b *browser) checkAxe(t *testing.T) {
	t.Helper()
	if b.axe == "" {
		return
	}
	evaluate[int](t, b, b.axe+";0")
	result := evaluate[string](t, b, `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => JSON.stringify(
		{passes: r.passes.length, violations: r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html + " " + n.failureSummary)}))}))`,
		chromedp.EvalAwaitPromise)
	var found struct {
		Passes     int
		Violations []struct {
			ID, Help string
			Nodes    []string
		}
	}
	if err := json.Unmarshal([]byte(result), &found); err != nil {
		t.Fatal(err)
	}
	if found.Passes == 0 {
		t.Error("axe-core checked nothing")
	}
	for _, v := range found.Violations {
		t.Errorf("%s: %s\n%s", v.ID, v.Help, strings.Join(v.Nodes, "\n"))
	}
}

func (b *browser) picture(t *testing.T, name string) {
	t.Helper()
	if b.pictures == "" {
		return
	}
	png, err := chromedp.Run(b.tab, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.pictures, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// search types a word as people do.
func (b *browser) search(t *testing.T, site string) {
	b.open(t, site+"/", widths[0], "light")
	b.do(t, chromedp.SendKeys(chromedp.CSS("#q"), "Radweg\r"), chromedp.WaitVisible(chromedp.CSS("details.tips")))
	location, hits := evaluate[string](t, b, "location.href"), evaluate[int](t, b, `document.querySelectorAll("ol.items article").length`)
	if location != site+"/search?q=Radweg" || hits == 0 {
		t.Errorf("the search led to %s with %d items, want /search?q=Radweg and some", location, hits)
	}
}

// subscribe presses the button that copies the feed's address.
func (b *browser) subscribe(t *testing.T, site string) {
	b.open(t, site+"/tags/verkehr", widths[2], "light")
	b.do(t, chromedp.Click(chromedp.CSS("button[data-copy]")), chromedp.WaitVisible(chromedp.CSS("#feed-address-said")))
	said, err := chromedp.Run(b.tab, chromedp.Poll[string](`document.getElementById("feed-address-said").textContent`))
	if err != nil {
		t.Fatal(err)
	}
	chosen := evaluate[string](t, b, `(f => f.value.slice(f.selectionStart, f.selectionEnd))(document.getElementById("feed-address"))`)
	if want := site + "/tags/verkehr.rss"; chosen != want || said != "✓ Kopiert" {
		t.Errorf("the button chose %q and said %q, want %q and ✓ Kopiert", chosen, said, want)
	}
}

// revisions reads what the page of an edited item says about the edit.
func (b *browser) revisions(t *testing.T, item string) {
	b.open(t, item, widths[0], "dark")
	deleted, inserted := evaluate[string](t, b, `document.querySelector(".revisions del")?.textContent ?? ""`), evaluate[string](t, b, `document.querySelector(".revisions ins")?.textContent ?? ""`)
	if deleted == "" || inserted == "" {
		t.Errorf("the newest edit shows %q as deleted and %q as inserted, want words", deleted, inserted)
	}
	b.checkAxe(t)
	b.picture(t, fmt.Sprintf("revisions-%d-dark", widths[0]))
}
