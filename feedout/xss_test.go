package feedout

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/news"
)

// attacks are texts that become script where escaping fails.
var attacks = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title><script>alert(1)</script>`, `</textarea><svg onload=alert(1)>`,
	`javascript:alert(1)`, `<a href="javascript:alert(1)">x</a>`, `<a href="java&#10;script:alert(1)">x</a>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
	`<img src="https://evil.example/track.gif">`, `<form action="https://evil.example"><button>x</button></form>`, `<base href="https://evil.example/">`, `<meta http-equiv="refresh" content="0;url=https://evil.example/">`, `<p style="background:url(https://evil.example/)">x</p>`,
	`{{.}}`, `<!--<script>`, `<style>@import "https://evil.example/";</style>`, `<link rel=stylesheet href=https://evil.example/>`, `<object data="https://evil.example/">`, `<svg><use href="data:x#y"/></svg>`,
}

func TestNoScriptFromText(t *testing.T) {
	f := &fakeArchive{}
	f.revisions = map[string][]news.Revision{}
	for i, a := range attacks {
		before := news.Item{Headline: a + "vorher", Teaser: a, BodyText: a + " alt", Tags: []string{a}}
		f.add(news.Item{
			Headline: a, Kicker: a, Place: a, Teaser: a, BodyHTML: "<p>" + a + "</p>", BodyText: a, Byline: a, Tags: []string{a, "Haushalt"}, Language: a, URL: "https://stadt.example/" + a, Image: a, ImageCredit: a,
			Attachments: []news.Attachment{{URL: a, Title: a, Type: a}, {URL: "https://stadt.example/x" + a, Title: a}}, Sources: []string{"kassel"}, Shown: noon.Add(-time.Duration(i) * time.Minute), Revisions: 1,
			Published: news.Moment{Time: noon, Precision: news.Minute},
		})
		id := f.items[i].ID
		f.revisions[id] = []news.Revision{{Number: 1, Seen: noon, Item: before}}
		f.states = append(f.states, news.SourceState{Name: "kassel", Health: news.Broken, Why: a, Helps: a})
		f.visits = append(f.visits, news.Visit{Source: "kassel", Err: a})
		f.changes = append(f.changes, news.HealthChange{Source: a, Why: a, Helps: a, To: news.Broken, At: noon})
	}
	s := newServer(t, f, func(x *Site, _ *Options) {
		x.Title, x.Description, x.Contact = attacks[0], attacks[1], attacks[5]
		x.Sources[0].Title, x.Sources[0].URL = attacks[1], attacks[5]
		x.Feeds = append(x.Feeds, SavedFeed{Name: "x", Title: attacks[0], Description: attacks[1]})
	})
	paths := []string{"/", "/all", "/tags", "/places", "/sources", "/feeds", "/feeds/x", "/sources/kassel", "/status", "/tags/haushalt", "/nothing"}
	for i, a := range attacks {
		paths = append(paths, "/items/"+shortID(f.items[i].ID), "/search?q="+queryEscape(a), "/"+strings.ReplaceAll(queryEscape(a), "+", "%20"))
	}
	for _, path := range paths {
		w := get(t, s, path, "Accept", "text/html", "Accept-Language", "en")
		if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("GET %s: Content-Security-Policy %q", path, csp)
		}
		if w.Header().Get("Set-Cookie") != "" {
			t.Errorf("GET %s sets a cookie", path)
		}
		harmless(t, path, w.Body.String())
	}
	for ending, form := range forms {
		if said := check(form, get(t, s, "/all"+ending).Body.Bytes()); len(said) > 0 {
			t.Errorf("/all%s: %v", ending, said)
		}
	}
}

// What of a text may be wider than a phone can be scrolled with the keyboard.
func TestWideTextIsFocusable(t *testing.T) {
	f := &fakeArchive{}
	f.add(news.Item{Headline: "Gebühren", BodyHTML: "<table><tr><td>Hund</td></tr></table><pre>1  2</pre>", Shown: noon})
	page := get(t, newServer(t, f), "/items/"+shortID(f.items[0].ID)).Body.String()
	for _, want := range []string{`<table tabindex="0">`, `<pre tabindex="0">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
}

func queryEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteString("%" + string("0123456789ABCDEF"[s[i]>>4]) + string("0123456789ABCDEF"[s[i]&15]))
	}
	return b.String()
}

// harmless parses a page as a browser would and looks for what could run or
// call elsewhere.
func harmless(t *testing.T, path, page string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
				t.Errorf("GET %s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
			}
		}
		switch n.Data {
		case "script":
			if !strings.HasPrefix(attr["src"], "/nord/assets/") || n.FirstChild != nil {
				t.Errorf("GET %s: script %v", path, n.Attr)
			}
		case "iframe", "object", "embed", "base", "style", "math", "use", "source", "video", "audio":
			t.Errorf("GET %s: <%s>", path, n.Data)
		case "img", "link":
			to := attr["src"] + attr["href"]
			if attr["rel"] != "canonical" && attr["rel"] != "blogroll" && !strings.HasPrefix(to, "/nord/assets/") && !strings.HasPrefix(to, "https://feeds.example.org/nord/") {
				t.Errorf("GET %s: <%s> calls %q", path, n.Data, to)
			}
		case "form":
			if attr["action"] != "/nord/search" {
				t.Errorf("GET %s: form to %q", path, attr["action"])
			}
		case "meta":
			if attr["http-equiv"] != "" {
				t.Errorf("GET %s: meta %v", path, n.Attr)
			}
		case "a":
			scheme, _, _ := strings.Cut(attr["href"], ":")
			if strings.Contains(attr["href"], ":") && !strings.ContainsAny(scheme, "/?#") && scheme != "http" && scheme != "https" && scheme != "mailto" && scheme != "feed" && scheme != "tel" {
				t.Errorf("GET %s: link to %q", path, attr["href"])
			}
		}
	}
}
