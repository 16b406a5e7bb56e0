package dom

import (
	"net/url"
	"slices"
	"testing"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ page, want string }{
		{"<p>Stra\u00adßen<b>bau</b></p>", "Straßenbau"},
		{"<div>eins<div>zwei</div>drei</div>", "eins zwei drei"},
		{"<b>eins</b> <i>zwei</i>", "eins zwei"},
		{"<span><b>eins</b> </span><i>zwei</i>", "eins zwei"},
		{"eins<br>zwei", "eins zwei"},
		{"eins<script>x()</script><span style='display: none'> weg </span>zwei", "einszwei"},
		{"<p>&nbsp;</p><p hidden>weg</p><p>da\u200b\u200b</p>", "da"},
		{"<p>eins</p><template>weg</template><noscript>weg</noscript>zwei", "eins zwei"},
	} {
		d := parseText(t, "https://stadt.example/", c.page)
		if got := d.Text(d.Body); got != c.want {
			t.Errorf("text of %q = %q, want %q", c.page, got, c.want)
		}
	}
}

func TestLines(t *testing.T) {
	d := parseText(t, "https://stadt.example/", "<h1>Titel</h1><p>eins <b>zwei</b><br>drei</p><ul><li>vier<li>fünf</ul>")
	want := []string{"Titel", "eins zwei", "drei", "vier", "fünf"}
	if got := d.Lines(d.Body); !slices.Equal(got, want) {
		t.Errorf("lines = %q, want %q", got, want)
	}
}

func TestAbs(t *testing.T) {
	d := parseText(t, "https://stadt.example/a/b.html", `<head><base href="/neu/"></head><p>x`)
	for ref, want := range map[string]string{
		"c.html":                       "https://stadt.example/neu/c.html",
		"/c.html#oben":                 "https://stadt.example/c.html#oben",
		"//cdn.example/x.png":          "https://cdn.example/x.png",
		" https://a.example/mit raum ": "https://a.example/mit%20raum",
		"mailto:rat@stadt.example":     "",
		"javascript:alert(1)":          "",
		"JavaScript:alert(1)":          "",
		"java\nscript:alert(1)":        "",
		"data:text/html,x":             "",
		"":                             "",
		"http://[::1":                  "",
	} {
		if got := d.Abs(ref); got != want {
			t.Errorf("abs(%q) = %q, want %q", ref, got, want)
		}
	}
}

func TestHints(t *testing.T) {
	for _, c := range []struct {
		value string
		has   Hint
		not   Hint
	}{
		{"news-list-date", HintDate, HintHeadline},
		{"newsDatum", HintDate, 0},
		{"article__headline", HintArticle | HintHeadline, HintDate},
		{"lastModified", HintUpdated, 0},
		{"update-box navy shared", 0, HintDate | HintNav | HintShare},
		{"main-nav", HintNav, 0},
		{"sr-only", hintSpoken, 0},
		{"news-related-wrap", HintRelated, 0},
	} {
		got := HintsOf(c.value)
		if got&c.has != c.has || got&c.not != 0 {
			t.Errorf("hintsOf(%q) = %b, want all of %b and none of %b", c.value, got, c.has, c.not)
		}
	}
}

func TestWhere(t *testing.T) {
	d := parseText(t, "https://stadt.example/", `<main><div class="3 news-single"><div><h1>Titel</h1></div></div></main>`)
	if got, want := d.Where(d.Head.Heads[0]), "main div.news-single h1"; got != want {
		t.Errorf("where = %q, want %q", got, want)
	}
}

// TestPlainPathsResolveToThemselves holds that the short way to an absolute
// address gives what the long one does.
func TestPlainPathsResolveToThemselves(t *testing.T) {
	base, err := url.Parse("https://stadt.example/aktuelles/liste.php?seite=2")
	if err != nil {
		t.Fatal(err)
	}
	d := &Page{Base: base}
	for _, ref := range []string{"/a/b-c_d.html?x=1&y=2", "/", "/a?", "/a/b/", "/a??b", "/a.b/..c", "/a/..", "/a//b", "/a?x=/../b", "//cdn.example/a", "/a b", "/ä", "/%C3%A4", "/a#b", "/a,1.html", "/a;b=1?c;d", "/a+b?c+d", "/~a:b@c",
		"https://a.example", "https://a.example/", "http://A.example/b", "https://a.example/b/c.html?d=e", "https://a.example//b", "https://a.example/b//c", "https://a.example/b/../c",
		"https://a.example/b/.", "https://a.example:443/b", "https://a.example?b", "https://a.example/?b=c?d", "https://a.example/b?", "https:///b", "https://a.example/b%20c", "https://a@b.example/", "http://", "https://-", "https://.", "https://a..b/c"} {
		u, err := url.Parse(ref)
		if err != nil {
			t.Fatal(err)
		}
		want := base.ResolveReference(u)
		if want.Host == "" {
			want = &url.URL{}
		}
		if isPlainAddress(ref) {
			if got, err := ParseAddress(ref); err != nil || *got != *u {
				t.Errorf("parseAddress(%q) = %#v, %v, want %#v", ref, got, err, u)
			}
		}
		if got, want := d.Abs(ref), want.String(); got != want {
			t.Errorf("abs(%q) = %q, want %q", ref, got, want)
		}
	}
}
