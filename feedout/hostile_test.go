package feedout

import (
	"cmp"
	"encoding/json"
	"html"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"

	"github.com/stadtfeed/stadtfeed/news"
)

// nasty are pieces of text that have broken feeds somewhere.
var nasty = []string{
	"\x00", "\x0b", "\x1b[31m", "\x7f", "\u0085", "\u2028", "\ufeff", "\ufffe", "\uffff", "\xc3\x28", "\xed\xa0\x80", "\U0001f600", "e\u0301", "\u202e", "\r\n", "\r", "\t",
	"]]>", "<![CDATA[", "<!--", "-->", "</item>", "</channel></rss>", "<script>alert(1)</script>", "<b>fett</b>", "&amp;", "&lt;b&gt;", "&#0;", "&nbsp", "AT&T", "a < b", "1 > 0",
	`"`, "'", "`", "\\", "{{.}}", "${x}", "%s", "%00", "javascript:alert(1)", "Straße", "日本語", "עברית", " ", "  ", "\n", "Ärger", "ﬁ", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
}

// nastyText is up to n pieces.
func nastyText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		if r.IntN(3) == 0 {
			b.WriteString("Wort ")
			continue
		}
		b.WriteString(nasty[r.IntN(len(nasty))])
	}
	return b.String()
}

// nastyURL is an address that may not be fit to publish.
func nastyURL(r *rand.Rand) string {
	hosts := []string{
		"https://stadt.example/", "http://münchen.example/ä ö?q=<b>&x=%zz#é", "javascript:alert(1)//", "data:text/html,x", "//stadt.example/", "https://u:p@stadt.example:8443/",
		"HTTPS://Stadt.example/", "ftp://stadt.example/", "/relativ", "https://", "https://[::1]/", "vbscript:x", " https://stadt.example/", "https://stadt.example/\n\"onclick=x",
	}
	return hosts[r.IntN(len(hosts))] + nastyText(r, 2)
}

func nastyItem(r *rand.Rand, seq uint64) news.Item {
	at := time.Date(2020+r.IntN(7), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
	it := news.Item{
		ID: news.MintID("https://stadt.example/" + utoa(seq)), Seq: seq, URL: nastyURL(r), Headline: nastyText(r, 6), Teaser: nastyText(r, 10), Kicker: nastyText(r, 2), Place: nastyText(r, 2),
		BodyHTML: nastyText(r, 20), BodyText: nastyText(r, 10), Byline: nastyText(r, 3), Language: nastyText(r, 2), Image: nastyURL(r), ImageCredit: nastyText(r, 2),
		Shown: at, FirstSeen: at, Changed: at, Published: news.Moment{Time: at, Precision: news.Minute}, Sources: []string{"kassel", nastyText(r, 2)},
	}
	for range r.IntN(4) {
		it.Tags = append(it.Tags, nastyText(r, 3))
		it.Attachments = append(it.Attachments, news.Attachment{URL: nastyURL(r), Title: nastyText(r, 2), Type: []string{"", "application/pdf", "text/html; charset=x", nastyText(r, 2)}[r.IntN(4)], Length: r.Int64N(1 << 40)})
	}
	if r.IntN(6) == 0 {
		it.Withdrawn = at.Add(time.Hour)
	}
	return it
}

// nastyFeed is a feed of up to four hostile items.
func nastyFeed(t *testing.T, r *rand.Rand) *feed {
	s := newServer(t, &fakeArchive{})
	sel := selection{modified: noon}
	for i := range r.IntN(5) {
		sel.items = append(sel.items, nastyItem(r, uint64(i+1)))
	}
	return s.feedOf(s.site.Load(), want{path: "/all"}, rss, sel, nastyText(r, 3)+"Titel", nastyText(r, 4))
}

func TestHostileFeeds(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 1000 {
		f := nastyFeed(t, r)
		for _, as := range []form{rss, atom, jsonFeed} {
			doc, err := f.write(as)
			if err != nil {
				t.Fatalf("feed %d%s: %v", n, as.suffix(), err)
			}
			if !utf8.Valid(doc) {
				t.Errorf("feed %d%s is not UTF-8", n, as.suffix())
			}
			for _, said := range check(as, doc) {
				t.Errorf("feed %d%s: %s", n, as.suffix(), said)
			}
			if want := reflected(t, f, as); want != "" && want != string(doc) {
				t.Errorf("feed %d%s differs from what encoding/xml writes:\n%s\nwant\n%s", n, as.suffix(), doc, want)
			}
			reread(t, f, as, doc)
			if t.Failed() {
				return
			}
		}
	}
}

// reflected is the document as encoding/xml writes it.
func reflected(t *testing.T, f *feed, as form) string {
	var b strings.Builder
	var err error
	switch as {
	case rss:
		err = writeXML(&b, f.rss())
	case atom:
		err = writeXML(&b, f.atom())
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// reread checks that readers see what the entries say.
func reread(t *testing.T, f *feed, as form, doc []byte) {
	t.Helper()
	equal := func(what, got, want string) {
		if got != want {
			t.Errorf("%s %s = %q, want %q", as.suffix(), what, got, want)
		}
	}
	switch as {
	case rss:
		root, err := parseXML(doc)
		if err != nil {
			t.Fatal(err)
		}
		items := root.first("channel").all("item")
		for i, e := range f.entries {
			equal("title", items[i].first("title").text, unmarked(e.title))
			equal("description", items[i].first("description").text, html.EscapeString(e.summary))
			equal("content", items[i].first("content:encoded").text, e.content)
			equal("link", items[i].first("link").text, e.link)
			equal("creator", items[i].first("dc:creator").text, cmp.Or(e.author, e.sources[0].name))
			equal("source", items[i].first("source").text, unmarked(e.sources[0].name))
		}
	case atom:
		root, err := parseXML(doc)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range root.all("atom:entry") {
			title := x.first("atom:title")
			if title.attrs["type"] == "html" {
				title.text = html.UnescapeString(title.text)
			}
			equal("title", title.text, f.entries[i].title)
			equal("content", x.first("atom:content").text, f.entries[i].content)
			equal("id", x.first("atom:id").text, f.entries[i].id)
		}
	default:
		var d struct {
			Items []struct {
				Title, URL, Summary string
				HTML                string `json:"content_html"`
				Tags                []string
			}
		}
		if err := json.Unmarshal(doc, &d); err != nil {
			t.Fatal(err)
		}
		for i, x := range d.Items {
			equal("title", x.Title, f.entries[i].title)
			equal("content", x.HTML, f.entries[i].content)
			equal("summary", x.Summary, f.entries[i].summary)
			equal("tags", strings.Join(x.Tags, "|"), strings.Join(f.entries[i].tagsAndPlace(), "|"))
		}
	}
	parsed, err := gofeed.NewParser().ParseString(string(doc))
	if err != nil {
		t.Fatalf("gofeed: %v\n%s", err, doc)
	}
	for i, x := range parsed.Items {
		equal("gofeed guid", x.GUID, f.entries[i].id)
		equal("gofeed link", x.Link, f.entries[i].link)
		if x.PublishedParsed == nil || !x.PublishedParsed.Equal(f.entries[i].published) {
			t.Errorf("%s gofeed published = %v, want %v", as.suffix(), x.PublishedParsed, f.entries[i].published)
		}
	}
}

// FuzzFeed holds that whatever a town writes, every format stays well-formed,
// valid and is read back equal.
func FuzzFeed(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, s, s, "https://stadt.example/"+s)
	}
	f.Fuzz(func(t *testing.T, headline, body, tag, address string) {
		s := newServer(t, &fakeArchive{})
		it := news.Item{
			ID: news.MintID(address), Seq: 7, URL: address, Headline: headline, Teaser: body, BodyHTML: body, BodyText: body, Tags: []string{tag}, Place: tag, Byline: tag,
			Sources: []string{"kassel"}, Language: tag, Shown: noon, FirstSeen: noon, Image: address, ImageCredit: tag,
			Attachments: []news.Attachment{{URL: address, Title: tag, Type: tag, Length: int64(len(body))}},
		}
		d := s.feedOf(s.site.Load(), want{path: "/all"}, rss, selection{items: []news.Item{it}, modified: noon}, headline+"x", body)
		for _, as := range []form{rss, atom, jsonFeed} {
			doc, err := d.write(as)
			if err != nil {
				t.Fatal(err)
			}
			if said := check(as, doc); len(said) > 0 {
				t.Fatalf("%s: %s", as.suffix(), said)
			}
			reread(t, d, as, doc)
		}
	})
}
