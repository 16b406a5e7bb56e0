package dom

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// sanitise renders a whole page as body_html.
func sanitise(t testing.TB, page string) string {
	t.Helper()
	return sanitiseWith(t, page, read.Options{NoPreset: true})
}

func sanitiseWith(t testing.TB, page string, o read.Options) string {
	t.Helper()
	d, err := parse(read.Page{URL: "https://stadt.example/a/b.html", ContentType: "text/html; charset=utf-8", Body: []byte(page)}, o)
	if err != nil {
		return ""
	}
	w := &Writer{D: d, Drop: make([]bool, len(d.Nodes))}
	w.Write(d.Body)
	return w.HTML()
}

func TestSanitise(t *testing.T) {
	for _, c := range []struct{ name, page, want string }{
		{"kept", `<p class="x" onclick="y()">Ein <b>Satz</b>.</p>`, `<p>Ein <b>Satz</b>.</p>`},
		{"scripts", `<p>vor<script>alert(1)</script>nach<style>p{}</style></p><iframe src="https://x.example"></iframe>`, `<p>vornach</p>`},
		{"relative link", `<a href="../c.html?x=1&y=2">mehr</a>`, `<p><a href="https://stadt.example/c.html?x=1&amp;y=2">mehr</a></p>`},
		{"link to script", `<a href="java&#10;script:alert(1)">mehr</a><a href="mailto:rat@stadt.example">Post</a>`, `<p>mehrPost</p>`},
		{"late image", `<p>Bild:<img src="data:image/gif;base64,R0" data-src="/bild.jpg" alt="Rathaus" onerror="x"></p>`, `<p>Bild:<img src="https://stadt.example/bild.jpg" alt="Rathaus"></p>`},
		{"tracking pixel", `<p>Text<img src="https://zaehler.example/1.gif" width="1" height="1"></p>`, `<p>Text</p>`},
		{"first heading", `<h1>Titel</h1><h2>Unter</h2>`, `<p>Titel</p><h2>Unter</h2>`},
		{"table", `<table class=t><tr><td>a<td></table>`, `<table><tbody><tr><td>a</td><td></td></tr></tbody></table>`},
		{"nested items", `<ul><li>eins<section><li>zwei</section></ul>`, `<ul><li>einszwei</li></ul>`},
		{"block in paragraph", `<p>eins<object><ul><li>zwei</ul></object>drei`, `<p>einsdrei</p>`},
		{"white space", "<p>eins\n\n  zwei\u00a0\u00a0drei Stra\u00adße</p>", `<p>eins zwei drei Straße</p>`},
		{"marks", `<p>a &lt; b &amp; c "d"</p>`, `<p>a &lt; b &amp; c "d"</p>`},
		{"text without paragraphs", `<div>eins <b>zwei</b><div>drei</div>vier<ul><li>fünf</ul></div>`, `<p>eins <b>zwei</b></p><p>drei</p><p>vier</p><ul><li>fünf</li></ul>`},
		{"line breaks for paragraphs", `<div><br>eins<br><br> <br>zwei<br>drei<br></div>`, `<p>eins</p><p>zwei<br>drei</p>`},
		{"block in a phrase", `<b>eins<ul><li>zwei</ul></b>`, `<b>eins<ul><li>zwei</li></ul></b>`},
		{"empty", `<p> </p><div></div><b></b>`, ``},
	} {
		if got := sanitise(t, c.page); got != c.want {
			t.Errorf("%s: sanitise(%q)\n got %q\nwant %q", c.name, c.page, got, c.want)
		}
	}
}

// oracle is an independent sanitiser with the same allow-list.
var oracle = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.AllowURLSchemes("http", "https")
	p.RequireNoFollowOnLinks(false)
	for tag := range keptTags {
		p.AllowElements(tag.String())
	}
	p.AllowNoAttrs().OnElements("a", "img")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	return p
}()

// FuzzSanitise holds that what is written of any page is valid UTF-8, has only
// the allowed elements, attributes and addresses, that an independent
// sanitiser finds nothing to take away, and that it parses back to itself.
func FuzzSanitise(f *testing.F) {
	for _, seed := range []string{
		`<p>Text <a href="/x">Link</a><img src="x.jpg">`, `<a href="javascript:alert(1)"><b><p>x</a>y`, `<table><tr><td><p><ul><li><li>x`,
		`<h2><div><h3>x</h3></div></h2>`, `<li><section><li>x`, `<svg><a xlink:href="javascript:x"><p>`, "<pre>\n\nx</pre>", `<b><b><b><b><p>x</b>y`,
		`<dl><dt>a<dd><div><dd>b</dl>`, `<table>x<tr>y<td><table><td>z`, `<p><button><div><p>x`, `<math><mtext><table><mglyph><style><img src=x onerror=y>`,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<a href="https://x.example/&quot;onclick=&quot;y">z</a>`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 1<<16 {
			return
		}
		out := sanitise(t, page)
		if !utf8.ValidString(out) {
			t.Fatalf("%q: not UTF-8: %q", page, out)
		}
		checkAllowed(t, page, out)
		// What looks like UTF-8 read as Latin-1 would be mended when it is decoded again.
		if again := sanitiseWith(t, "<!DOCTYPE html><body>"+out, read.Options{NoPreset: true, Charset: "utf-8"}); again != out {
			t.Fatalf("%q: no fixpoint:\nfirst  %q\nsecond %q", page, out, again)
		}
		if clean := oracle.Sanitize(out); plainTokens(clean) != plainTokens(out) {
			t.Fatalf("%q: the oracle takes something away:\nours   %q\noracle %q", page, out, clean)
		}
	})
}

// checkAllowed looks at every tag that was written.
func checkAllowed(t *testing.T, page, out string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(out))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		tok := z.Token()
		switch kind {
		case html.TextToken:
			continue
		case html.CommentToken, html.DoctypeToken:
			t.Fatalf("%q: %v in %q", page, tok, out)
		}
		if !keptTags[tok.DataAtom] {
			t.Fatalf("%q: <%s> in %q", page, tok.Data, out)
		}
		for _, a := range tok.Attr {
			address := tok.DataAtom == atom.A && a.Key == "href" || tok.DataAtom == atom.Img && a.Key == "src"
			if !address && (tok.DataAtom != atom.Img || a.Key != "alt") {
				t.Fatalf("%q: attribute %s in %q", page, a.Key, out)
			}
			if u, err := url.Parse(a.Val); address && (err != nil || u.Scheme != "http" && u.Scheme != "https") {
				t.Fatalf("%q: address %q in %q", page, a.Val, out)
			}
		}
	}
}

// plainTokens are the tags and the text of a rendering, without the ways in
// which two renderers may write the same.
func plainTokens(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if tok := z.Token(); kind == html.TextToken {
			b.WriteString(tok.Data)
		} else {
			b.WriteString("<" + kind.String() + tok.Data + ">")
		}
	}
	return b.String()
}
