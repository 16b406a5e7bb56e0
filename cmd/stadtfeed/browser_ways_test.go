package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// bothEnds are a phone in the dark and a desk by day.
var bothEnds = []struct {
	width  int64
	scheme string
}{{390, "dark"}, {390, "light"}, {1280, "light"}, {1280, "dark"}}

// withKey lets the tab send a key with every request, as a browser does once it was asked.
func (b *browser) withKey(t *testing.T, key string) {
	t.Helper()
	b.do(t, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{
			Headers: network.Headers{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("any:"+key))},
		})
		return err
	}))
}

// A way is what somebody does to reach something: how often they press or type,
// and how long the pages take meanwhile.
type way struct {
	*browser
	t     *testing.T
	who   string
	steps []string
	began time.Time
}

func (b *browser) way(t *testing.T, who string) *way {
	return &way{browser: b, t: t, who: who, began: time.Now()}
}

// press presses what a selector names, and waits for what appears then.
func (w *way) press(what, selector, appears string) {
	w.t.Helper()
	w.steps = append(w.steps, what)
	missing := evaluate[bool](w.t, w.browser, fmt.Sprintf(`(e => {
		if (!e) return true;
		e.scrollIntoView({block: "center", behavior: "instant"});
		return false;
	})(document.querySelector(%q))`, selector))
	if missing {
		w.t.Fatalf("%s: there is no %s to press for %s", w.who, selector, what)
	}
	w.do(w.t, chromedp.Click(chromedp.CSS(selector)), chromedp.WaitVisible(chromedp.CSS(appears)))
}

func (w *way) typed(what, selector, text, appears string) {
	w.t.Helper()
	w.steps = append(w.steps, what)
	w.do(w.t, chromedp.SendKeys(chromedp.CSS(selector), text), chromedp.WaitVisible(chromedp.CSS(appears)))
}

// end tells the way, which is to have no more steps than that.
func (w *way) end(most int) {
	w.t.Helper()
	w.t.Logf("%s: %d steps, %.1f s: %s", w.who, len(w.steps), time.Since(w.began).Seconds(), strings.Join(w.steps, " → "))
	if len(w.steps) > most {
		w.t.Errorf("%s needs %d steps, want at most %d", w.who, len(w.steps), most)
	}
}

// TestBrowserWays goes the ways of a resident, a journalist and an operator on a
// phone, and looks at what only they see: opened boxes, their own feed, the form.
func TestBrowserWays(t *testing.T) {
	b := newBrowser(t)
	s := newStage(t)
	const key = "schluessel"
	address := s.closedTo(t, key, "erlenbrueck")
	d := s.serve()
	seen := s.visible() - s.region.Site("erlenbrueck").Count(s.clock.Now())
	s.holds(d, "/all.json", seen)
	phone := widths[0]

	t.Run("found", func(t *testing.T) {
		b.withKey(t, key)
		for _, end := range bothEnds {
			b.open(t, s.url+"/sources/new", end.width, end.scheme)
			b.do(t, chromedp.SendKeys(chromedp.CSS(`input[name=address]`), address+"\r"),
				chromedp.WaitVisible(chromedp.CSS(`button[name=add]`)))
			b.check(t, s.url)
			b.picture(t, fmt.Sprintf("form-found-%d-%s", end.width, end.scheme))
		}
	})
	t.Run("operator", func(t *testing.T) {
		b.open(t, s.url+"/sources", phone, "light")
		w := b.way(t, "operator, from the list of sources to a new one")
		w.press("Quelle hinzufügen", `a[href$="/sources/new"]`, `input[name=address]`)
		b.check(t, s.url)
		w.typed("Adresse, Enter", `input[name=address]`, address+"\r", `button[name=add]`)
		b.check(t, s.url)
		w.press("Hinzufügen", `button[name=add]`, `#feed-address`)
		if at := evaluate[string](t, b, "location.pathname"); at != "/sources/erlenbrueck" {
			t.Errorf("the way ended at %s", at)
		}
		w.end(3)
		s.holds(d, "/all.json", s.visible())
	})
	t.Run("resident", func(t *testing.T) {
		b.open(t, s.url+"/", phone, "light")
		w := b.way(t, "resident, from the first page to the address of traffic in Erlenbrück")
		w.press("Erlenbrück", `a[href="/places/erlenbrueck"]`, `.facet a`)
		w.press("Verkehr", `.facet a[href="/places/erlenbrueck/tags/verkehr"]`, `button[data-copy]`)
		w.press("Kopieren", `button[data-copy]`, `#feed-address-said`)
		got, want := evaluate[string](t, b, `document.getElementById("feed-address").value`), s.url+"/places/erlenbrueck/tags/verkehr.rss"
		if got != want {
			t.Errorf("the way ended with %s, want %s", got, want)
		}
		w.end(3)
	})
	t.Run("journalist", func(t *testing.T) {
		b.open(t, s.url+"/", phone, "light")
		w := b.way(t, "journalist, from the first page to a feed of a search of their own")
		w.typed("Suche, Enter", "#q", "(radweg OR haushalt) -ort:kassel\r", "form.stack, details.tips")
		w.press("Diese Suche als eigenen Feed behalten", `details:has(> form.stack) > summary`, "form.stack button")
		w.press("Feed anlegen", "form.stack button", ".notice form button")
		b.check(t, s.url)
		w.press("Kopieren", `button[data-copy]`, `#feed-address-said`)
		if got := evaluate[string](t, b, `document.getElementById("feed-address").value`); !strings.HasPrefix(got, s.url+"/saved/") {
			t.Errorf("the way ended with %s", got)
		}
		w.end(4)
		own := evaluate[string](t, b, "location.href")
		for _, end := range bothEnds {
			for name, path := range map[string]string{
				"own-feed":       own,
				"saved-searches": s.url + "/saved",
				"form":           s.url + "/sources/new",
				"changes":        s.url + "/status.rss",
			} {
				b.open(t, path, end.width, end.scheme)
				b.check(t, s.url)
				b.picture(t, fmt.Sprintf("%s-%d-%s", name, end.width, end.scheme))
			}
		}
	})
	t.Run("opened", func(t *testing.T) {
		for _, end := range bothEnds {
			for name, path := range map[string]string{
				"box":      "/places/erlenbrueck",
				"tips":     "/search?q=radweg",
				"item-box": "/items/" + s.anyItem(t),
			} {
				b.open(t, s.url+path, end.width, end.scheme)
				evaluate[int](t, b, `[...document.querySelectorAll("details")].map(d => d.open = true).length`)
				b.check(t, s.url)
				b.picture(t, fmt.Sprintf("opened-%s-%d-%s", name, end.width, end.scheme))
			}
		}
	})
	s.stop(d)
}

// anyItem is the short id of an item.
func (s *stage) anyItem(t *testing.T) string {
	t.Helper()
	feed, err := s.feed("/places/erlenbrueck.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range feed {
		return strings.TrimPrefix(e.ID, "urn:uuid:")
	}
	t.Fatal("there is no item")
	return ""
}

// TestBrowserManySources shows thirty-eight sources, of which some are ill, on
// /status: on a desk they fill no more than two screens.
func TestBrowserManySources(t *testing.T) {
	b := newBrowser(t)
	archive, err := store.Open(filepath.Join(t.TempDir(), "many.db"), store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	web := httptest.NewUnstartedServer(nil)
	site := feedout.Site{BaseURL: "http://" + web.Listener.Addr().String(), Title: "Nachrichten aus Nordhessen", Location: time.UTC}
	var states []news.SourceState
	for n := range 38 {
		name := fmt.Sprintf("stadt-%02d", n)
		st := news.SourceState{
			Name:        name,
			URL:         "https://www." + name + ".example/",
			Health:      news.OK,
			Since:       time.Now().Add(-240 * time.Hour),
			LastVisit:   time.Now().Add(-20 * time.Minute),
			LastSuccess: time.Now().Add(-20 * time.Minute),
			LastNew:     time.Now().Add(-time.Duration(n) * time.Hour),
			Due:         time.Now().Add(10 * time.Minute),
		}
		if n%9 == 0 {
			st.Health = news.Broken
			st.Reasons = []news.Reason{news.Because("fault-network", st.URL, "connection refused"), news.Because("tried", "12")}
			st.Advice = []news.Reason{news.Because("wait")}
		}
		states = append(states, st)
		site.Sources = append(site.Sources, feedout.SourceInfo{
			Name:  name,
			Title: fmt.Sprintf("Gemeinde Musterhausen-%02d", n),
			URL:   st.URL,
		})
	}
	if err := archive.Register(t.Context(), states); err != nil {
		t.Fatal(err)
	}
	for _, st := range states {
		v := news.Visit{Source: st.Name, Started: time.Now(), Health: st.Health, Unchanged: true}
		if _, err := archive.Commit(t.Context(), news.Report{Visit: v, State: st}); err != nil {
			t.Fatal(err)
		}
	}
	if web.Config.Handler, err = feedout.New(archive, site, feedout.Options{}); err != nil {
		t.Fatal(err)
	}
	web.Start()
	t.Cleanup(web.Close)
	for _, end := range bothEnds {
		b.open(t, web.URL+"/status", end.width, end.scheme)
		b.check(t, web.URL)
		b.picture(t, fmt.Sprintf("many-%d-%s", end.width, end.scheme))
		rows := evaluate[int](t, b, `document.querySelectorAll("tbody tr").length`)
		height := evaluate[float64](t, b, `document.querySelector("table.sources").getBoundingClientRect().bottom + scrollY`)
		t.Logf("%d sources end at %.0f px of a window of %d by 900", rows, height, end.width)
		if screens := height / 900; rows != 38 || end.width == 1280 && screens > 2 {
			t.Errorf("%d sources fill %.1f screens, want 38 on two", rows, screens)
		}
	}
}

// withoutScripts has the tab run no scripts of pages.
func (b *browser) withoutScripts(t *testing.T) {
	t.Helper()
	b.do(t, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// TestBrowserWithoutScripts goes the ways in a browser that runs no scripts:
// facets, subscribing by mail, the search and the order of the sources are there.
func TestBrowserWithoutScripts(t *testing.T) {
	b := newBrowser(t)
	s := newStage(t)
	text, err := os.ReadFile(s.config())
	if err != nil {
		t.Fatal(err)
	}
	mail := "mail: {server: \"127.0.0.1:1\", from: news@town.example, tls: none, subscribe: true}\n"
	if err := os.WriteFile(s.config(), append(text, mail...), 0o600); err != nil {
		t.Fatal(err)
	}
	d := s.serve()
	s.holds(d, "/all.json", s.visible())
	b.withoutScripts(t)
	byMail := `.subscribe details:has(input[type=email])`
	for _, end := range bothEnds {
		t.Run(fmt.Sprintf("%d/%s", end.width, end.scheme), func(t *testing.T) {
			look := func(name string) {
				t.Helper()
				b.picture(t, fmt.Sprintf("plain-%s-%d-%s", name, end.width, end.scheme))
			}
			b.open(t, s.url+"/", end.width, end.scheme)
			look("home")
			w := b.way(t, "resident without scripts, from the first page to mails about traffic in Erlenbrück")
			w.press("Erlenbrück", `a[href="/places/erlenbrueck"]`, `.facet a`)
			if dead := evaluate[int](t, b, `[...document.querySelectorAll("[data-copy]")].filter(e => e.checkVisibility()).length`); dead > 0 {
				t.Errorf("%d buttons do nothing", dead)
			}
			w.press("Verkehr", `.facet a[href="/places/erlenbrueck/tags/verkehr"]`, `#feed-address`)
			w.press("Per E-Mail", byMail+" > summary", byMail+" button")
			look("mail-box")
			mailbox := fmt.Sprintf("mia@%d%s.example\r", end.width, end.scheme)
			w.typed("Adresse, Enter", byMail+" input[type=email]", mailbox, ".error .lead")
			if at := evaluate[string](t, b, `document.querySelector("h1").textContent`); at != "Bitte sehen Sie in Ihrem Postfach nach" {
				t.Errorf("the way ended with %q", at)
			}
			look("mail-asked")
			w.end(4)
			b.open(t, s.url+"/", end.width, end.scheme)
			w = b.way(t, "journalist without scripts, from the first page to what is found in one place")
			w.typed("Suche, Enter", "#q", "radweg OR haushalt\r", "details.tips")
			look("search")
			w.press("ein Ort", `.facet a[href*="only=place"]`, ".under, .tag, .empty")
			w.end(2)
			b.open(t, s.url+"/status", end.width, end.scheme)
			w = b.way(t, "operator without scripts, to the sources by their items")
			w.press("Spalte", `th a[href*="sort=new"]`, `th[aria-sort] a[href*="sort=new"]`)
			look("status")
			w.end(1)
		})
	}
	s.stop(d)
}
