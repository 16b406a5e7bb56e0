package extract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzListing holds for any bytes: no panic, texts are valid UTF-8, addresses
// are http or https, and an entry has an address and a headline.
func FuzzListing(f *testing.F) {
	for _, pattern := range []string{"testdata/listings/*.txtar", "testdata/*/listing.html"} {
		files, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Add([]byte(rssText))
	f.Add([]byte(`<p>2026<w><article class=news-article>news-article__metadata-item--date`)) // a preset's row without link
	f.Fuzz(func(t *testing.T, page []byte) {
		d, err := Parse(Page{URL: "https://stadt.example/aktuelles", Body: page}, Options{})
		if err != nil {
			return
		}
		checkListing(t, d.Listing())
		d.Kind()
	})
}

func checkListing(t *testing.T, l Listing) {
	t.Helper()
	isWeb := func(address string) bool {
		return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
	}
	if l.Next != "" && !isWeb(l.Next) {
		t.Errorf("next = %q, want http(s)", l.Next)
	}
	for _, e := range l.Entries {
		if !isWeb(e.URL) || e.Image != "" && !isWeb(e.Image) {
			t.Errorf("entry with url %q and image %q, want http(s)", e.URL, e.Image)
		}
		if e.Headline == "" {
			t.Errorf("entry %s without a headline", e.URL)
		}
		for _, text := range append([]string{e.Headline, e.Kicker, e.Place, e.Teaser, e.BodyHTML, e.BodyText}, e.Tags...) {
			if !utf8.ValidString(text) {
				t.Errorf("entry %s: %q is no UTF-8", e.URL, text)
			}
		}
	}
}

// TestListingBounds reads pages that nobody means well with; by night up to the
// largest that are read.
func TestListingBounds(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	scale := 1
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		scale = 8
	}
	numbered := func(format string, n int) string {
		var b strings.Builder
		for i := range n * scale {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, page string }{
		{"addresses in one element", "<p>" + numbered(`<a href="/b/%d">Ein Titel mit Worten</a> 1.1.2026`, 6_000)},
		{"addresses in rows", "<ul>" + numbered(`<li>1.1.2026 <a href="/b/%d">Ein Titel mit Worten</a>`, 6_000)},
		{"classes", numbered(`<div class="a%[1]dx b%[1]d"><a class="c%[1]dx" href="/b/%[1]d">Ein Titel mit Worten</a> 1.1.2026</div>`, 2_500)},
		{"kinds of list", numbered(`<div class="k%[1]dx"><i class="l%[1]dx"><a href="/b/%[1]d">Ein Titel mit Worten</a><a href="/c/%[1]d">Noch ein Titel mit Worten</a></i></div>`, 1_200)},
		{"one address", strings.Repeat(`<li><a href="/a">Meldung aus dem Rathaus</a>`, 7500*scale)},
		{"own address", "<ul>" + strings.Repeat(`<li class="a"><a href="?x">Ein Titel mit Worten</a> 12.11.2026</li>`, 5000*scale)},
		{"links in a row", "<p>" + strings.Repeat(`<a href=/b>b</a> `, 12500*scale)},
		{"500 deep, links on every level", strings.Repeat(`<div class=x><a href=/c>Eine Meldung</a>`, 500)},
		{"headings", strings.Repeat(`<h3>Titel 1.1.2026</h3><p>Text dazu</p>`, 750*scale)},
		{"details", strings.Repeat(`<details><summary>1.1.2026 Titel</summary>x</details>`, 5000*scale)},
		{"numbers", strings.Repeat(`<a href="?page=1">1</a>`, 7500*scale)},
		{"openers", strings.Repeat(`<a href="#x">Öffnen 1.1.2026</a><div id=x>Text</div>`, 5000*scale)},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := c.page
			if len(page) > MaxBody {
				page = page[:MaxBody]
			}
			d, err := Parse(Page{URL: "https://stadt.example/aktuelles", Body: []byte(page)}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			l := d.Listing()
			d.Kind()
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %s for %d bytes", took, len(page))
			}
			if n := len(l.Entries); n > 2000 {
				t.Errorf("%d entries, want at most 2000", n)
			}
			checkListing(t, l)
		})
	}
}
