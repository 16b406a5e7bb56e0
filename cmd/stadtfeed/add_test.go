package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/stadtfeed/stadtfeed/config"
)

func TestNamesFromAddresses(t *testing.T) {
	for _, tt := range []struct{ address, name, town, zone string }{
		{"https://www.kassel.de/presse", "kassel", "Kassel", "Europe/Berlin"},
		{"https://stadt-muenchen.de/", "stadt-muenchen", "München", "Europe/Berlin"},
		{"https://www.wien.gv.at/presse", "wien", "Wien", "Europe/Vienna"},
		{"https://www.essex.gov.uk/news", "essex", "", "Europe/London"},
		{"https://news.example.org/", "news-example", "", ""},
		{"http://127.0.0.1:8080/", "127-0-0-1", "", ""},
		{"https://köln.example/", "koeln", "Köln", ""},
	} {
		if got := nameOf(tt.address); got != tt.name {
			t.Errorf("nameOf(%q) = %q, want %q", tt.address, got, tt.name)
		}
		if got := townOf(nameOf(tt.address)); got != tt.town {
			t.Errorf("townOf(%q) = %q, want %q", tt.address, got, tt.town)
		}
		if got := zoneOf(tt.address); got != tt.zone {
			t.Errorf("zoneOf(%q) = %q, want %q", tt.address, got, tt.zone)
		}
	}
}

func TestNamesFromSites(t *testing.T) {
	for _, tt := range []struct{ site, name, town string }{
		{"Stadt Kassel", "kassel", "Kassel"},
		{"Landeshauptstadt München", "muenchen", "München"},
		{"Fenwick Vale District Council", "fenwick-vale-district-council", ""},
		{"", "", ""},
		{"Stadt", "stadt", ""},
		{"Die Seite mit allem, was Sie über unsere schöne Gemeinde wissen möchten", "", ""},
	} {
		if got := nameOfSite(tt.site); got != tt.name {
			t.Errorf("nameOfSite(%q) = %q, want %q", tt.site, got, tt.name)
		}
		if got := townOf(nameOfSite(tt.site)); got != tt.town {
			t.Errorf("townOf(nameOfSite(%q)) = %q, want %q", tt.site, got, tt.town)
		}
	}
}

func TestFreeName(t *testing.T) {
	add := &adding{cfg: config.Default()}
	add.remember(config.Proposal{Name: "kassel", URL: "https://kassel.example/"})
	add.remember(config.Proposal{Name: "kassel-2", URL: "https://kassel.example/2"})
	if got := add.freeName("kassel"); got != "kassel-3" {
		t.Errorf("freeName(kassel) = %q, want kassel-3", got)
	}
}

// utf16le is a text as Windows programs save it.
func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func TestWithScheme(t *testing.T) {
	for address, want := range map[string]string{
		"kassel.de": "https://kassel.de", "http://a.example/": "http://a.example/",
		"feed:https://a.example/rss": "https://a.example/rss", "feed://a.example/rss": "http://a.example/rss", "feed:http://a.example/": "http://a.example/",
	} {
		if got := withScheme(address); got != want {
			t.Errorf("withScheme(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestReadAddresses(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"list", "# Hessen\nhttps://www.kassel.example/  Kassel\n\nbaunatal.example\nhttp://kassel.example\n", []string{"https://www.kassel.example/", "baunatal.example"}},
		{"OPML", `<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><head><title>x</title></head><body>
			<outline text="Hessen"><outline type="rss" xmlUrl="https://a.example/rss?x=1&amp;y=2" htmlUrl="https://a.example/"/></outline>
			<outline text="nur Seite" htmlUrl="https://b.example/"/></body></opml>`, []string{"https://a.example/rss?x=1&y=2", "https://b.example/"}},
		{"latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?><opml><body><outline text='K\xf6ln' xmlUrl='https://k\xf6ln.example/rss'/></body></opml>",
			[]string{"https://köln.example/rss"}},
		{"UTF-16", utf16le("<?xml version='1.0' encoding='UTF-16'?><opml><body><outline text='Köln' xmlUrl='https://köln.example/rss'/></body></opml>"),
			[]string{"https://köln.example/rss"}},
		{"a list in UTF-16", utf16le("https://a.example/\n"), []string{"https://a.example/"}},
		{"byte order mark", "\ufeffhttps://a.example/\r\n", []string{"https://a.example/"}},
	} {
		path := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readAddresses(path)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}
