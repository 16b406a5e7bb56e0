package extract

import (
	"strings"
	"testing"
)

func TestSiteName(t *testing.T) {
	for _, tt := range []struct{ name, page, want string }{
		{"meta data", `<meta property="og:site_name" content="Stadt Musterstadt"><title>Aktuelles</title>`, "Stadt Musterstadt"},
		{"an application", `<meta name="application-name" content="Samtgemeinde Auental"><title>Aktuelles</title>`, "Samtgemeinde Auental"},
		{"behind the section", `<title>Aktuelles - Stadt Erlenbrück</title>`, "Stadt Erlenbrück"},
		{"before it", `<title>Gemeinde Seeheide | Aktuelles | Startseite</title>`, "Gemeinde Seeheide"},
		{"between others", `<title>Pressemitteilungen: Landkreis Nordwald – Wir für Sie</title>`, "Landkreis Nordwald"},
		{"without an authority", `<title>Nachrichten :: Kommunalblatt</title>`, "Kommunalblatt"},
		{"English", `<title>News | Fenwick Vale District Council</title>`, "Fenwick Vale District Council"},
		{"nothing but the section", `<title>Aktuelles</title>`, ""},
		{"no title", `<p>Aktuelles</p>`, ""},
		{"meta data that name the section", `<meta property="og:site_name" content="Startseite"><title>Aktuelles · Markt Auen</title>`, "Markt Auen"},
		{"a feed", `<rss version="2.0"><channel><title>Stadt Musterstadt: Pressemitteilungen</title><item><title>Meldung</title><link>https://stadt.example/1</link></item></channel></rss>`, "Stadt Musterstadt"},
		{"a motto on the first page", `<!-- home --><title>Kommunalblatt – Nachrichten für Rathäuser</title>`, "Kommunalblatt"},
	} {
		address := "https://www.example.org/aktuelles"
		if strings.HasPrefix(tt.page, "<!-- home -->") {
			address = "https://www.example.org/"
		}
		d, err := Parse(Page{URL: address, Body: []byte(tt.page)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.SiteName(); got != tt.want {
			t.Errorf("%s: SiteName() = %q, want %q", tt.name, got, tt.want)
		}
	}
}
