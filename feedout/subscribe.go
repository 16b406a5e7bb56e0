package feedout

import (
	"cmp"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	qr "github.com/piglig/go-qr"
)

// A FeedReader is a web site that subscribes to a feed at the press of a
// button. In URL, {url} stands for the escaped address of the feed:
//
//	FeedReader{"Feedly", "https://feedly.com/i/subscription/feed/{url}"}
type FeedReader struct{ Name, URL string }

// FeedReaders are those that a page offers unless Site.Readers says otherwise.
var FeedReaders = []FeedReader{
	{"Feedly", "https://feedly.com/i/subscription/feed/{url}"},
	{"Inoreader", "https://www.inoreader.com/?add_feed={url}"},
	{"NewsBlur", "https://www.newsblur.com/?url={url}"},
	{"The Old Reader", "https://theoldreader.com/feeds/subscribe?url={url}"},
	{"Feedbin", "https://feedbin.com/?subscribe={url}"},
}

// ReaderLinks are the readers with the addresses that subscribe to the feed
// beside the page. A private feed has none: they would ask for it without key.
func (c *chrome) ReaderLinks() []FeedReader {
	if c.Private {
		return nil
	}
	readers := c.x.Readers
	if readers == nil {
		readers = FeedReaders
	}
	links := make([]FeedReader, 0, len(readers))
	for _, r := range readers {
		if to := webURL(strings.ReplaceAll(r.URL, "{url}", url.QueryEscape(c.FeedURL(".rss")))); to != "" {
			links = append(links, FeedReader{line(r.Name), to})
		}
	}
	return links
}

// Subject is what the feed beside the page brings, for its box and its links.
func (c *chrome) Subject() string { return cmp.Or(c.FeedTitle, c.Title) }

// quiet is the margin of a QR code, in modules (ISO/IEC 18004 asks for four).
const quiet = 4

// QR is the feed's address as a QR code, dark on light in every scheme; empty
// where the address is too long for one.
func (c *chrome) QR() template.HTML {
	code, err := qr.EncodeText(c.FeedURL(".rss"), qr.Medium)
	if err != nil {
		return ""
	}
	side := strconv.Itoa(code.Size() + 2*quiet)
	w := &xmlWriter{b: make([]byte, 0, 6000)}
	w.open("svg", "class", "qr", "viewBox", "0 0 "+side+" "+side, "role", "img", "aria-label", c.say("QR code of the feed's address"), "shape-rendering", "crispEdges")
	w.raw(`<rect width="100%" height="100%" fill="#fff"/>`)
	w.open("path", "fill", "#000", "d", modules(code))
	w.raw("</path></svg>")
	return w.html()
}

// modules are the dark modules of a code as an SVG path, one rectangle for
// those that stand side by side.
func modules(code *qr.QrCode) string {
	var b strings.Builder
	for y := range code.Size() {
		for x := 0; x < code.Size(); x++ {
			from := x
			for x < code.Size() && code.Module(x, y) {
				x++
			}
			if n := strconv.Itoa(x - from); x > from {
				b.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + n + "v1h-" + n + "z")
			}
		}
	}
	return b.String()
}
