package extract

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func parseText(t *testing.T, address, page string) *Document {
	t.Helper()
	d, err := Parse(Page{URL: address, ContentType: "text/html; charset=utf-8", Body: []byte(page)}, Options{})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return d
}

// parseDetected parses a page that is to be read by detection alone.
func parseDetected(t *testing.T, address, page string) *Document {
	t.Helper()
	d, err := Parse(Page{URL: address, Body: []byte(page)}, Options{NoPreset: true})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return d
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		want error
	}{
		"too large": {strings.Repeat("a", MaxBody+1), ErrTooLarge},
		"empty":     {" \n\t ", ErrEmpty},
		"too deep":  {strings.Repeat("<div>", 2000), ErrTooDeep},
	} {
		if _, err := Parse(Page{Body: []byte(c.page)}, Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: Parse = %v, want %v", name, err, c.want)
		}
	}
}

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
		if got := d.text(d.body); got != c.want {
			t.Errorf("text of %q = %q, want %q", c.page, got, c.want)
		}
	}
}

func TestLines(t *testing.T) {
	d := parseText(t, "https://stadt.example/", "<h1>Titel</h1><p>eins <b>zwei</b><br>drei</p><ul><li>vier<li>fünf</ul>")
	want := []string{"Titel", "eins zwei", "drei", "vier", "fünf"}
	if got := d.lines(d.body); !slices.Equal(got, want) {
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
		if got := d.abs(ref); got != want {
			t.Errorf("abs(%q) = %q, want %q", ref, got, want)
		}
	}
}

func TestLanguage(t *testing.T) {
	german := "<p>Die Stadt und der Kreis bauen für die Schule. Das wird nicht mit Geld, sondern mit der Hand gemacht."
	for _, c := range []struct{ page, want string }{
		{`<html lang="de-at"><p>x`, "de-AT"},
		{`<html lang=""><meta http-equiv="Content-Language" content="fr"><p>x`, "fr"},
		{`<meta property="og:locale" content="en_GB"><p>x`, "en-GB"},
		{german, "de"},
		{"<p>x", ""},
	} {
		if got := parseText(t, "https://stadt.example/", c.page).Language(); got != c.want {
			t.Errorf("language of %q = %q, want %q", c.page, got, c.want)
		}
	}
}

func TestHints(t *testing.T) {
	for _, c := range []struct {
		value string
		has   hint
		not   hint
	}{
		{"news-list-date", hintDate, hintHeadline},
		{"newsDatum", hintDate, 0},
		{"article__headline", hintArticle | hintHeadline, hintDate},
		{"lastModified", hintUpdated, 0},
		{"update-box navy shared", 0, hintDate | hintNav | hintShare},
		{"main-nav", hintNav, 0},
		{"sr-only", hintSpoken, 0},
		{"news-related-wrap", hintRelated, 0},
	} {
		got := hintsOf(c.value)
		if got&c.has != c.has || got&c.not != 0 {
			t.Errorf("hintsOf(%q) = %b, want all of %b and none of %b", c.value, got, c.has, c.not)
		}
	}
}

func TestWhere(t *testing.T) {
	d := parseText(t, "https://stadt.example/", `<main><div class="3 news-single"><div><h1>Titel</h1></div></div></main>`)
	if got, want := d.where(d.head.heads[0]), "main div.news-single h1"; got != want {
		t.Errorf("where = %q, want %q", got, want)
	}
}

func TestRobots(t *testing.T) {
	d := parseText(t, "https://stadt.example/", `<meta name="Robots" content="NOINDEX, noarchive"><p>x`)
	if noindex, noarchive := d.Robots(); !noindex || !noarchive {
		t.Errorf("Robots = %t, %t, want true, true", noindex, noarchive)
	}
}

// TestPlainPathsResolveToThemselves holds that the short way to an absolute
// address gives what the long one does.
func TestPlainPathsResolveToThemselves(t *testing.T) {
	base, err := url.Parse("https://stadt.example/aktuelles/liste.php?seite=2")
	if err != nil {
		t.Fatal(err)
	}
	d := &Document{base: base}
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
			if got, err := parseAddress(ref); err != nil || *got != *u {
				t.Errorf("parseAddress(%q) = %#v, %v, want %#v", ref, got, err, u)
			}
		}
		if got, want := d.abs(ref), want.String(); got != want {
			t.Errorf("abs(%q) = %q, want %q", ref, got, want)
		}
	}
}
