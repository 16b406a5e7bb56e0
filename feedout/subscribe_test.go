package feedout

import (
	"html"
	"image"
	"image/color"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	qr "github.com/piglig/go-qr"

	"github.com/stadtfeed/stadtfeed/news"
)

// scan reads the QR code of a page as a phone does.
func scan(t *testing.T, page string) string {
	t.Helper()
	_, svg, found := strings.Cut(page, `<svg class="qr" viewBox="0 0 `)
	if !found {
		t.Fatalf("no QR code in\n%s", page)
	}
	side, err := strconv.Atoi(svg[:strings.IndexByte(svg, ' ')])
	if err != nil {
		t.Fatal(err)
	}
	const scale = 4
	img := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	_, path, _ := strings.Cut(svg, ` d="`)
	path = path[:strings.IndexByte(path, '"')]
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		for px := x * scale; px < (x+n)*scale; px++ {
			for py := y * scale; py < (y+1)*scale; py++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	text, err := qr.Decode(img)
	if err != nil {
		t.Fatalf("the code cannot be read: %v", err)
	}
	return text
}

func TestSubscribeBox(t *testing.T) {
	archive := sample(t)
	s := newServer(t, archive, func(at *Site, _ *Options) {
		at.Feeds = append(at.Feeds, SavedFeed{Name: "geheim", Private: true, Query: at.Feeds[0].Query})
		at.Access.Keys = []string{HashKey("x")}
	})
	for path, feed := range map[string]string{
		"/":                                      "https://feeds.example.org/nord/all.rss",
		"/tags/haushalt":                         "https://feeds.example.org/nord/tags/haushalt.rss",
		"/search?q=haushalt+2027":                "https://feeds.example.org/nord/search.rss?q=haushalt+2027",
		"/items/" + shortID(archive.items[0].ID): "https://feeds.example.org/nord/places/kassel.rss",
		"/items/" + shortID(archive.items[3].ID): "https://feeds.example.org/nord/sources/kassel.rss", // of no place
	} {
		page := get(t, s, path, "Accept", "text/html").Body.String()
		if strings.Contains(page, "feed:") {
			t.Errorf("%s has a link that nothing opens", path)
		}
		if got := scan(t, page); got != feed {
			t.Errorf("%s: the QR code says %s, want %s", path, got, feed)
		}
		for _, want := range []string{`value="` + html.EscapeString(feed) + `"`, "https://feedly.com/i/subscription/feed/" + url.QueryEscape(feed), `data-copy="feed-address"`} {
			if !strings.Contains(html.UnescapeString(page), html.UnescapeString(want)) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
	}
	private := get(t, s, "/feeds/geheim", "Accept", "text/html", "Authorization", "Bearer x").Body.String()
	if strings.Contains(private, "feedly.com") || !strings.Contains(private, "?token=") {
		t.Errorf("the page of a private feed sends its address to others, or does not say how to use it:\n%s", private)
	}
}

func TestReadersOfSite(t *testing.T) {
	s := newServer(t, sample(t), func(at *Site, _ *Options) {
		at.Readers = []FeedReader{{"Unser Miniflux", "https://reader.example/bookmarklet?uri={url}"}, {"Falle", "javascript:alert({url})"}}
	})
	page := get(t, s, "/all", "Accept", "text/html").Body.String()
	contains(t, page, `href="https://reader.example/bookmarklet?uri=https%3A%2F%2Ffeeds.example.org%2Fnord%2Fall.rss"`, ">Unser Miniflux<")
	for _, no := range []string{"feedly.com", "javascript:", "Falle"} {
		if strings.Contains(page, no) {
			t.Errorf("the page has %q", no)
		}
	}
}

func TestLongAddressHasNoCode(t *testing.T) {
	c := &chrome{x: &site{root: "https://feeds.example.org"}, Feed: "/all", FeedQuery: "?q=" + strings.Repeat("x", 4000)}
	if c.QR() != "" {
		t.Error("there is a QR code of 4000 bytes")
	}
}

func TestOPMLForPeopleAndPrograms(t *testing.T) {
	s := newServer(t, sample(t))
	page := get(t, s, "/opml", "Accept", "text/html", "Accept-Language", "de")
	contains(t, page.Body.String(), "<h1>Alle Feeds in einer Datei</h1>", `href="/nord/opml?raw"`, `href="https://feeds.example.org/nord/sources/kassel"`, `href="https://feeds.example.org/nord/tags/haushalt.rss"`)
	if kind := page.Header().Get("Content-Type"); kind != "text/html; charset=utf-8" || page.Header().Get("Content-Disposition") != "" {
		t.Errorf("a browser is given %s, %s", kind, page.Header())
	}
	for _, ask := range [][]string{{"/opml"}, {"/opml", "Accept", "*/*"}, {"/opml?raw", "Accept", "text/html"}} {
		w := get(t, s, ask[0], ask[1:]...)
		if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="`+news.Slug("Nachrichten aus Nordhessen")+`.opml"` {
			t.Errorf("%q: Content-Disposition %s", ask, got)
		}
		if vary := w.Header().Get("Vary"); !strings.Contains(vary, "Accept,") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/x-opml") {
			t.Errorf("%q: %v", ask, w.Header())
		}
		contains(t, w.Body.String(), `<opml version="2.0">`)
	}
}
