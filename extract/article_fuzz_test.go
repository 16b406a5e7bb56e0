package extract

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

// FuzzArticle holds that reading any page as an article ends without a panic,
// in valid UTF-8, with absolute addresses and one-line fields.
func FuzzArticle(f *testing.F) {
	for _, seed := range []string{
		`<h1>Titel</h1><p>[10.06.2024] <b>Anriss.</b></p><p>Text der Meldung.</p><p>(sib)</p><p>Stichwörter: A, B</p>`,
		`<title>x</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"x","author":[{"name":{}}],"datePublished":1}</script><h1>x`,
		`<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="datePublished" content="2024-06-10"><h2 itemprop="headline">x</h2>`,
		`<base href="::"><link rel=canonical href="http://[::1"><a href="%zz.pdf">x</a>`, "\xff\xfe<\x00h\x001\x00>", `<body class="page-id-3"><h1><span>A</span>B</h1><nav><p>x`,
		`<article><p>Eins. <a href=x>mehr...</a><p>Zwei. <a href=y>mehr...</a></article>`,
	} {
		f.Add([]byte(seed))
	}
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, page []byte) {
		if len(page) > 1<<16 {
			return
		}
		d, err := Parse(Page{URL: "https://stadt.example/a/b.html", Body: page, Fetched: at}, Options{})
		if err != nil {
			return
		}
		checkItem(t, d.Article(nil))
	})
}

func checkItem(t *testing.T, a Article) {
	t.Helper()
	it := a.Item
	for name, s := range map[string]string{"headline": it.Headline, "kicker": it.Kicker, "place": it.Place, "teaser": it.Teaser, "byline": it.Byline, "credit": it.ImageCredit} {
		if s != news.Squash(s) || !utf8.ValidString(s) {
			t.Errorf("%s = %q is not one clean line", name, s)
		}
	}
	if !utf8.ValidString(it.BodyHTML) || !utf8.ValidString(it.BodyText) {
		t.Errorf("body is not UTF-8")
	}
	for _, address := range []string{it.Image, a.Canonical} {
		if address != "" && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
			t.Errorf("address %q", address)
		}
	}
	for field, e := range a.Evidence {
		if e.Rule == "" {
			t.Errorf("evidence of %s has no rule: %+v", field, e)
		}
	}
}

// TestArticleBoundedTime reads large pages of the kinds that make readers slow;
// with STADTFEED_NIGHTLY set, the largest that are let in.
func TestArticleBoundedTime(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	size := MaxBody / 8
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		size = MaxBody
	}
	fill := func(part string) string { return strings.Repeat(part, size/len(part)) }
	for _, c := range []struct{ name, page string }{
		{"paragraphs", fill("<p>")},
		{"paragraphs of text", fill("<p>Ein Satz vom 10.06.2024. <a href=x>mehr...</a>")},
		{"nested spans", strings.Repeat("<span>", 500) + fill("x ")},
		{"headings", fill("<h2>Titel</h2>")},
		{"attributes", "<p " + strings.Repeat("a=b ", 60000) + ">Text</p>"},
		{"many attributes", fill("<p class=a id=b title=c>x")},
		{"dates", fill("10.06.2024 ")},
		{"classes", `<p class="` + fill("news-date ") + `">x</p>`},
		{"one word", fill("a")},
		{"one link", `<a href="` + fill("x") + `">y</a>`},
		{"linked data", `<script type="application/ld+json">` + fill("[") + `</script><h1>x</h1>`},
		{"tables", fill("<table><tr><td>x")},
		{"unclosed inline", fill("<b>x")},
		{"links", fill(`<li><a href="/x">Meldung vom 1. Mai 2024</a>`)},
		{"mojibake", fill("Ã¤")},
		{"an author", `<meta name="author" content="` + fill("Rat und Haushalt ") + `"><h1>x</h1>`},
		{"keywords", `<meta name="keywords" content="` + fill("Haushalt, ") + `"><h1>x</h1>`},
		{"a headline", `<h1>` + fill("Haushalt | ") + `</h1>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			d, err := Parse(Page{URL: "https://stadt.example/", Body: []byte(c.page[:min(len(c.page), MaxBody)])}, Options{NoPreset: true})
			parsed := time.Since(start)
			if err != nil {
				t.Skipf("refused: %v", err)
			}
			checkItem(t, d.Article(nil))
			took := time.Since(start) - parsed
			t.Logf("parse %v, article %v", parsed, took)
			if took > time.Minute { // what is square in the size of the page takes hours
				t.Errorf("article took %v, parsing %v", took, parsed)
			}
		})
	}
}
