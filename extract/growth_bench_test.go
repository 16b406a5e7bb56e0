package extract

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// repeated are the elements that a page may repeat by the thousand, each as it
// stands there for the i-th time.
var repeated = []struct {
	name string
	one  func(i, day, month int) string
}{
	{"times", func(_, day, month int) string { return fmt.Sprintf(`<time>%d.%d.2024</time> `, day, month) }},
	{"times of changes", func(_, day, month int) string {
		return fmt.Sprintf(`<p><time class="entry-date updated" datetime="2024-%02d-%02d">x</time> <time class="entry-date">%d.%d.2024</time></p>`, month, day, day, month)
	}},
	{"lines of a day", func(_, day, month int) string { return fmt.Sprintf(`<p>%d.%d.2024</p>`, day, month) }},
	{"authors", func(i, _, _ int) string { return fmt.Sprintf(`<span class="author">Von %d</span> `, i) }},
	{"terms", func(_, day, month int) string { return fmt.Sprintf(`<dt>Datum</dt><dd>%d.%d.2024</dd>`, day, month) }},
	{"definitions", func(i, _, _ int) string { return fmt.Sprintf(`<dt>Wort %d</dt><dd>Sinn %d</dd>`, i, i) }},
	{"files", func(i, _, _ int) string { return fmt.Sprintf(`<a href="/f/%d.pdf">Plan %d</a> `, i, i) }},
	{"noscript", func(i, _, _ int) string { return fmt.Sprintf(`<noscript><img src="/i/%d.jpg"></noscript>`, i) }},
	{"rows", func(i, day, month int) string {
		return fmt.Sprintf(`<div class="r"><span>%d.%d.2024</span><h3><a href="/a/%d">Meldung Nummer %d</a></h3><p>Der Rat hat getagt.</p></div>`, day, month, i, i)
	}},
	{"nested lists", func(i, day, month int) string {
		return fmt.Sprintf(`<ul><li><a href="/a/%d">Meldung Nummer %d</a><ul><li>%d.%d.2024</li></ul></li></ul>`, i, i, day, month)
	}},
	{"tables", func(i, day, month int) string {
		return fmt.Sprintf(`<table><tr><td>%d.%d.2024</td><td><a href="/v/%d">Vorlage %d</a></td></tr></table>`, day, month, i, i)
	}},
	{"topics", func(i, day, month int) string {
		return fmt.Sprintf(`<section><h2>Thema %d</h2><ul><li>%d.%d.2024 <a href="/a/%d">Meldung %d</a></li></ul></section>`, i, day, month, i, i)
	}},
	{"years", func(i, day, _ int) string {
		return fmt.Sprintf(`<h2>%d</h2><h5>%d. März</h5><p><a href="/a/%d">Meldung %d</a></p>`, 1990+i%40, day, i, i)
	}},
	{"declarations", func(i, day, month int) string {
		return fmt.Sprintf(`<meta property="article:tag" content="Tag %d"><meta property="article:published_time" content="2024-%02d-%02d">`, i, month, day)
	}},
	{"data of scripts", func(i, _, _ int) string {
		return fmt.Sprintf(`<div data-items='[{"title":"Meldung %d","url":"/a/%d"}]'></div>`, i, i)
	}},
	{"objects with texts", func(i, day, month int) string {
		return fmt.Sprintf(`<script type="application/json">{"title":"Meldung %d","date":"2024-%02d-%02d","body":"%s"}</script>`,
			i, month, day, strings.Repeat("Der Rat tagt. ", 10))
	}},
	{"films", func(i, _, _ int) string { return fmt.Sprintf(`<video controls><source src="/v/%d.mp4"></video>`, i) }},
	{"feet", func(i, _, _ int) string {
		return fmt.Sprintf(`<div><p>Rathaus %d, Am Markt 4, 12345 Ort</p><a href="/impressum">Impressum</a></div>`, i)
	}},
	{"news that unfold", func(i, day, month int) string {
		return fmt.Sprintf(`<div><button>Meldung Nummer %d</button><div><p>%d.%d.2024</p><p>Der Rat hat getagt.</p></div></div>`,
			i, day, month)
	}},
	{"undated topics", func(i, _, _ int) string {
		return fmt.Sprintf(`<section><h2>Thema %d</h2><ul><li>`+
			`<a href="/a/%[1]d">Rat beschließt den %[1]d. Haushalt</a></li></ul></section>`, i)
	}},
	{"links named elsewhere", func(i, day, month int) string {
		return fmt.Sprintf(`<div><span>%d.%d.2024</span><a href="/a/%d" aria-labelledby="l%[3]d">mehr</a>`+
			`<span id="l%[3]d" hidden>Meldung Nummer %[3]d</span></div>`, day, month, i)
	}},
	{"days of years on buttons", func(i, day, _ int) string {
		return fmt.Sprintf(`<button>Meldungen aus dem Jahr %d</button><p>%d. März <a href="/a/%d">Meldung %d</a></p>`, 1990+i%40, day, i, i)
	}},
	{"texts on cookies", func(i, _, _ int) string {
		return fmt.Sprintf(`<div class="info"><p>Wir verwenden das Cookie Nummer %d.</p></div>`, i)
	}},
	{"lines to share", func(i, _, _ int) string {
		return fmt.Sprintf(`<p>Lesen Sie auch: <a href="/a/%d">Meldung %d</a></p>`, i, i)
	}},
	{"headings with days", func(i, day, month int) string {
		return fmt.Sprintf(`<div><h2>Teil %d</h2></div><p>%d.%d.2024</p>`, i, day, month)
	}},
	{"captions", func(i, _, _ int) string {
		return fmt.Sprintf(`<figure><img src="/e/%d.jpg"><figcaption>Foto: Stadt %d</figcaption></figure>`, i, i)
	}},
}

// BenchmarkGrowth tells how many times as long a page takes to be read as one
// with half as many of an element: "doubling", which is to stay below 2.2. The
// floor of the same run is the parser's: "parsing".
func BenchmarkGrowth(b *testing.B) {
	const n = 4000
	for _, r := range repeated {
		for _, kind := range []Kind{KindArticle, KindListing} {
			b.Run(r.name+"/"+string(kind), func(b *testing.B) {
				small, large := pageOf(n, r.one), pageOf(2*n, r.one)
				read, parsed := [2]time.Duration{time.Hour, time.Hour}, [2]time.Duration{time.Hour, time.Hour} // the least of all rounds
				for b.Loop() {
					for k, page := range []Page{small, large} {
						p, took := timeReading(b, page, kind)
						parsed[k] = min(parsed[k], p)
						read[k] = min(read[k], took)
					}
				}
				b.ReportMetric(float64(read[1])/float64(read[0]), "doubling")
				b.ReportMetric(float64(parsed[1])/float64(parsed[0]), "parsing")
			})
		}
	}
}

// pageOf is a page with n of an element below its text.
func pageOf(n int, one func(i, day, month int) string) Page {
	var text strings.Builder
	text.WriteString(`<html lang="de"><head><title>Haushalt</title></head><body><main><article><h1>Haushalt</h1><p>Der Rat hat am Montag den Haushalt beschlossen.</p>`)
	for i := range n {
		text.WriteString(one(i, i%28+1, i%12+1))
	}
	return Page{URL: "https://ort.example/a/1", Body: []byte(text.String()), Fetched: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
}

// timeReading is how long a page takes to be parsed, and then to be read.
func timeReading(b *testing.B, page Page, kind Kind) (parsed, read time.Duration) {
	b.Helper()
	start := time.Now()
	d, err := Parse(page, Options{})
	if err != nil {
		b.Fatal(err)
	}
	parsed = time.Since(start)
	start = time.Now()
	if kind == KindArticle {
		d.Article(nil)
	} else {
		d.Listing()
	}
	return parsed, time.Since(start)
}
