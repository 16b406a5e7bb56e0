//go:build unix

package dom

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// long is a script or style sheet that is worth cutting.
var long = strings.Repeat("a{b:c} ", 2000)

func TestCutScripts(t *testing.T) {
	script, style := long[:scriptKept], long[:styleKept]
	for _, row := range []struct{ name, page, want string }{
		{"a script", "<script>" + long + "</script><p>x", "<script>" + script + "</script><p>x"},
		{"a style sheet", "<style>\n" + long + "</style><p>x", "<style>\n" + style + "</style><p>x"},
		{"capitals and attributes", `<SCRIPT a='>' b=">" c=d>` + long + "</Script >", `<SCRIPT a='>' b=">" c=d>` + script + "</Script >"},
		{"two of them", "<style>" + long + "</style>-<style>" + long + "</style>", "<style>" + style + "</style>-<style>" + style + "</style>"},
		{"behind a comment", "<!-- <style> --><style>" + long + "</style>", "<!-- <style> --><style>" + style + "</style>"},
		{"behind a drawing", "<svg><title>x</title><path/></svg><style>" + long + "</style>", "<svg><title>x</title><path/></svg><style>" + style + "</style>"},
		{"in letters of two bytes", "<style>x" + strings.Repeat("ä", 400) + "</style>", "<style>x" + strings.Repeat("ä", 15) + "</style>"},
		{"linked data", `<script type="application/ld+json">` + long + "</script>", ""},
		{"short", "<style>a{b:c}</style>", ""},
		{"in a comment", "<!-- <style>" + long + "</style> -->", ""},
		{"in an attribute", `<p title="<style>` + long + `</style>">x`, ""},
		{"in another raw text", "<textarea><style>" + long + "</style></textarea>", ""},
		{"in a drawing", "<svg><style>" + long + "</style></svg>", ""},
		{"in a choice", "<select><style>" + long + "</style></select>", ""},
		{"markup in a drawing", "<svg><style><b></style></svg><style>" + long + "</style>", ""},
		{"a script in a comment in a script", "<script><!-- <script> </script> " + long + " --></script>", ""},
		{"without an end", "<script>" + long, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			want := row.want
			if want == "" {
				want = row.page
			}
			if got := string(cutScripts([]byte(row.page))); got != want {
				t.Errorf("cutScripts(%.60q) is %d bytes long: %.80q, want %d: %.80q", row.page, len(got), got, len(want), want)
			}
		})
	}
}

// FuzzCutScripts holds that a page is parsed the same but for the text of
// scripts and style sheets, of which the beginning stays. A "#" stands for what
// is worth cutting.
func FuzzCutScripts(f *testing.F) {
	for _, seed := range []string{
		"<script>#</script><p>x</p><style>#</style>", "<svg><style>#</style><g></svg><script>#</script>", "<!--><script>#</script>--!><style>#</style>-->",
		"<script><!--<script>#</script>#--></script>", "<a b='<style>' c = \"<style>\" d=<style> =e /f><style>#</style>", "<select><option><style>#</style></select><script>#</script>",
		"<noscript><style>#</style></noscript>", "<title><style></title><style>#</style>", "<table><style>#</style><tr><script>#</script>", "</style><style/>#</style x>", "<frameset><script>#</script>",
		"<svg><p></svg><style>#</style>", "<svg><![CDATA[<style>]]>#</style></svg>", "<svg><desc><svg></desc></svg><style>#</style>", "<? <style>#</style>?><!x <style>#</style>></ <style>#</style>>", "<template><style>#</style></template>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 1<<12 || strings.Count(page, "#") > 8 {
			return
		}
		page = strings.ReplaceAll(page, "#", long)
		cut := cutScripts([]byte(page))
		want, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		got, err := html.Parse(bytes.NewReader(cut))
		if err != nil {
			t.Fatalf("%d bytes were parsed whole, but not cut: %v", len(page), err)
		}
		if got, want := shortTexts(got), shortTexts(want); got != want {
			t.Errorf("cut, the page is\n%.400q\nwant\n%.400q", got, want)
		}
	})
}

// shortTexts renders a page with no more of the texts of scripts and style
// sheets than is kept of them.
func shortTexts(n *html.Node) string {
	if n.Type == html.TextNode && n.Parent != nil {
		switch n.Parent.DataAtom {
		case atom.Script:
			n.Data = n.Data[:min(len(n.Data), 4096)]
		case atom.Style:
			n.Data = strings.TrimLeft(n.Data, " \t\r\n")
			n.Data = n.Data[:min(len(n.Data), styleKept-3)]
		}
	}
	if n.Type != html.DocumentNode {
		return n.Data + attributesOf(n) + childTexts(n)
	}
	return childTexts(n)
}

func childTexts(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString("<" + shortTexts(c) + ">")
	}
	return b.String()
}

func attributesOf(n *html.Node) string {
	var b strings.Builder
	for _, a := range n.Attr {
		b.WriteString(" " + a.Key + "=" + a.Val)
	}
	return b.String()
}

func BenchmarkCutScripts(b *testing.B) {
	page := []byte("<title>Ort</title><style>" + long + "</style><script>" + long + "</script><body>" + strings.Repeat("<p>Der Rat tagt am Montag.</p>", 1000))
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		cutScripts(page)
	}
}
