package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	add := &adding{prospector: prospector{cfg: config.Default()}}
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
		list, err := readAddresses(path)
		var got []string
		for _, one := range list {
			got = append(got, one.address)
			if tt.name == "latin-1" && one.name != "Köln" {
				t.Errorf("%s: the name is %q", tt.name, one.name)
			}
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

// Names stand before addresses or behind them, as words, as CSV, with a heading or without.
func TestLinesWithNames(t *testing.T) {
	for line, want := range map[string]listedAddress{
		"kassel.de":                                      {"", "kassel.de"},
		"https://www.kassel.de/a,b;c?x=1;y=2":            {"", "https://www.kassel.de/a,b;c?x=1;y=2"},
		"Stadt Kassel https://www.kassel.de/":            {"Stadt Kassel", "https://www.kassel.de/"},
		"Bad Arolsen: www.bad-arolsen.de":                {"Bad Arolsen", "www.bad-arolsen.de"},
		"St. Goar www.st-goar.de":                        {"St. Goar", "www.st-goar.de"},
		"Stadt Kassel;34117;https://www.kassel.de/":      {"Stadt Kassel", "https://www.kassel.de/"},
		"34117\tStadt Kassel\thttps://www.kassel.de/":    {"Stadt Kassel", "https://www.kassel.de/"},
		"\"Arolsen, Bad\",https://www.bad-arolsen.de/,x": {"Arolsen, Bad", "https://www.bad-arolsen.de/"},
		"https://www.kassel.de/;Stadt Kassel":            {"Stadt Kassel", "https://www.kassel.de/"},
		"https://www.kassel.de/ # the town":              {"", "https://www.kassel.de/"},
		"https://www.kassel.de/ Stadt Kassel":            {"Stadt Kassel", "https://www.kassel.de/"},
		"https://www.kassel.de/ – Stadt Kassel":          {"Stadt Kassel", "https://www.kassel.de/"},
		"nonsense": {"", "nonsense"},
	} {
		got := linedAddresses("# list\nName;PLZ;Adresse\n" + line + "\n")
		if len(got) != 1 || got[0] != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
	if got := linedAddresses("first.example\n"); len(got) != 1 {
		t.Errorf("a list without a heading: %q", got)
	}
}

// What was found before an interruption is kept, and told.
func TestGatheringInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stadtfeed.yaml")
	cfg, err := config.Parse(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out, told bytes.Buffer
	g := &gathering{
		adding:    &adding{app: &app{out: &out, errOut: &told}, prospector: prospector{cfg: cfg}, path: file, write: true},
		addresses: []listedAddress{{"Bad Aa", "https://a.stadt.de/"}, {"", "https://b.stadt.de/"}, {"", "https://c.stadt.de/"}},
		report:    make([]string, 3), done: 2,
	}
	for i, address := range []string{"https://a.stadt.de/", "https://b.stadt.de/"} {
		g.note(i, discovery{proposal: config.Proposal{Name: "bad-aa", URL: address}}, nil)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.end(ctx); err != nil {
		t.Fatal(err)
	}
	again, err := config.Load(file)
	if err != nil || len(again.Sources) != 2 || again.Sources[0].Title != "Bad Aa" || again.Sources[1].Name != "bad-aa-2" {
		t.Errorf("kept %+v, %v", again, err)
	}
	if want := "interrupted with 1 address left; the same command goes on there\n"; !strings.HasSuffix(told.String(), want) {
		t.Errorf("told %s, want %s", &told, want)
	}
}

// A host as people type it is an address for try, a page's file is not.
func TestTyped(t *testing.T) {
	for target, want := range map[string]bool{
		"kassel.de": true, "www.kassel.de/presse": true, "kassel": false, "page.html": false, "seite.HTM": false, "x/y": false, "10.5": false,
		"192.0.2.7:8080/news": true, "[2001:db8::7]/news": true, "localhost:8080": true, "1.2.3": false,
	} {
		if got := isAddress(target) && !pageFile(target); got != want {
			t.Errorf("%s is an address: %v, want %v", target, got, want)
		}
	}
}
