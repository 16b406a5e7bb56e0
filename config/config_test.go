package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

var update = flag.Bool("update", false, "write the expected messages of testdata/bad")

func TestBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bad files: %v", err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, err := Load(path)
			if err == nil {
				t.Fatal("was accepted")
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(path, ".yaml") + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

func TestGoodFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no good files: %v", err)
	}
	for _, path := range files {
		if _, err := Load(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func load(t *testing.T, path string) *Config {
	t.Helper()
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestQueries(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stadtfeed.yaml")
	text := `
contact: ops@example.org
timezone: Europe/Berlin
sources: [{name: kassel, url: "https://www.kassel.example/"}]
tags: {aliases: {Soziale Medien: Social Media}}
positions: {Kassel: 51.3127 9.4797, Bad Arolsen: "51.38, -9.01"}
feeds:
  - name: wege
    match: {places: [Kassel], query: '(radweg OR "neue mitte") tag:"soziale medien" seit:2026-02-01'}
    except: {tags: [Sport], query: 'titel:karneval -rathaus quelle:kassel'}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c := load(t, file)
	want := news.Query{
		All: [][]news.Term{
			{{Facet: news.Place, Value: "kassel"}},
			{{Facet: news.Word, Value: "radweg"}, {Facet: news.Word, Value: "neue mitte", Exact: true}},
			{{Facet: news.Tag, Value: "social-media"}},
			{{Facet: news.Title, Value: "karneval", Not: true}, {Facet: news.Word, Value: "rathaus"}, {Facet: news.Source, Value: "kassel", Not: true}},
		},
		Not:   []news.Term{{Facet: news.Tag, Value: "sport"}},
		Since: time.Date(2026, 2, 1, 0, 0, 0, 0, c.Location),
	}
	if got := c.Feeds[0].Query(); !reflect.DeepEqual(got, want) {
		t.Errorf("Query = %+v, want %+v", got, want)
	}
	if p := c.Position("BAD AROLSEN"); p == nil || *p != (news.Position{Lat: 51.38, Lon: -9.01}) || c.Position("Berlin") != nil {
		t.Errorf("Position = %v", p)
	}
}

func TestDesignExample(t *testing.T) {
	c := load(t, "testdata/good/design.yaml")
	if c.BaseURL != "https://feeds.example.org" {
		t.Errorf("base_url = %q, want it without the slash at the end", c.BaseURL)
	}
	s, ok := c.Source("kommune21")
	if !ok {
		t.Fatal("no source kommune21")
	}
	o := s.ExtractOptions()
	if o.Preset != "kommune21" || o.Location.String() != "Europe/Vienna" || o.Place != "Kassel" || o.Charset != "windows-1252" ||
		o.Words.Aliases["Soziale Medien"] != "Social Media" || !o.Subjects || o.Rules.Article.Headline.Select.String() != "h1" {
		t.Errorf("ExtractOptions = %+v", o)
	}
	if s.Delay != 5*time.Second || s.Pages != 4 || s.Backfill != 20 || !s.AllowPrivate || s.Kind != KindPage || s.Schedule.String() != "15 6-20 * * *" {
		t.Errorf("source = %+v", s)
	}
	other, _ := c.Source("baunatal")
	if other.Delay != 0 || other.Pages != 3 || other.Schedule.String() != "*/30 * * * *" || other.Location.String() != "Europe/Berlin" {
		t.Errorf("defaults: %+v", other)
	}
	want := news.Query{
		All: [][]news.Term{
			{{Facet: news.Tag, Value: "social-media"}, {Facet: news.Tag, Value: "e-government"}},
			{{Facet: news.Place, Value: "kassel"}, {Facet: news.Place, Value: "baunatal"}},
		},
		Not: []news.Term{{Facet: news.Word, Value: "Karneval"}},
	}
	if got := c.Feeds[0].Query(); !reflect.DeepEqual(got, want) {
		t.Errorf("Query = %+v, want %+v", got, want)
	}
	if c.Retention.Pages.Duration() != 30*24*time.Hour || c.Retention.Items != 0 || c.Retention.Revisions != 50 {
		t.Errorf("retention = %+v", c.Retention)
	}
}

func TestInclude(t *testing.T) {
	c := load(t, "testdata/good/include.yaml")
	if len(c.Sources) != 2 || len(c.Feeds) != 1 || len(c.Files) != 2 {
		t.Fatalf("got %d sources, %d feeds, %d files, want 2, 1, 2", len(c.Sources), len(c.Feeds), len(c.Files))
	}
	if got := c.Sources[1]; got.Language != "de" || got.Delay != 3*time.Second {
		t.Errorf("merged source = %+v", got)
	}
}

func TestDefaultBaseURL(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", ":80": "http://localhost", "[::]:8080": "http://localhost:8080",
		"[::1]:9": "http://[::1]:9", "unix:/run/x.sock": "http://localhost", ":443": "http://localhost:443",
	} {
		if got := Default().BaseOn([]string{listen}); got != want {
			t.Errorf("on %q: %q, want %q", listen, got, want)
		}
	}
	secure := "tls: {certificate: a.crt, key: a.key}\nlisten: "
	for text, want := range map[string][2]string{
		secure + "\":443\"\n":                                 {"https://localhost", "https://192.0.2.1:8443"},
		secure + "\":8443\"\n":                                {"https://localhost:8443", "https://192.0.2.1:8443"},
		"listen: \":1\"\nbase_url: https://feeds.stadt.de/\n": {"https://feeds.stadt.de", "https://feeds.stadt.de"},
	} {
		c, err := Parse("stadtfeed.yaml", []byte(text))
		if err != nil || c.BaseURL != want[0] || c.BaseOn([]string{"192.0.2.1:8443"}) != want[1] {
			t.Errorf("%q: %v, base %q, on another socket %q, want %q", text, err, c.BaseURL, c.BaseOn([]string{"192.0.2.1:8443"}), want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	for _, tt := range []struct{ word, want string }{
		{"shedule", " (did you mean schedule?)"}, {"typo3", " (did you mean typo3-news?)"}, {"zzzz", ""}, {"Berlin", " (did you mean Europe/Berlin?)"}, {"tilte", " (did you mean title?)"},
	} {
		if got := DidYouMean(tt.word, []string{"schedule", "title", "typo3-news", "Europe/Berlin"}); got != tt.want {
			t.Errorf("DidYouMean(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	_, err := Parse("stadtfeed.yaml", []byte("title: Kassel\nschedule: \"61 * * * *\"\n"))
	var all *Errors
	if !errors.As(err, &all) || len(all.All) != 1 {
		t.Fatalf("err = %v", err)
	}
	want := "    2 | schedule: \"61 * * * *\"\n      |           ^"
	if got := all.All[0].Excerpt(); got != want {
		t.Errorf("Excerpt:\n%s\nwant:\n%s", got, want)
	}
}

// FuzzParse: whatever the file, Parse ends with a Config or with mistakes that
// have a position within the file.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*.yaml", "testdata/bad/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, path := range files {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if strings.Contains(string(data), "include") {
			t.Skip("reads other files")
		}
		c, err := Parse("fuzz.yaml", data)
		if (c == nil) == (err == nil) {
			t.Fatalf("Parse = %v, %v", c, err)
		}
		var all *Errors
		if err != nil && errors.As(err, &all) {
			for _, e := range all.All {
				if e.Line > strings.Count(string(data), "\n")+2 {
					t.Errorf("%v is behind the end", e)
				}
			}
		}
	})
}

// TestIncludeTakesNoHiddenFiles: an editor's lock and a file that is being
// copied lie beside the others under names that begin with a dot.
func TestIncludeTakesNoHiddenFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"stadtfeed.yaml": "include: \"*.d/*.yaml\"\n", "a.d/a.yaml": "sources: [{name: a, url: \"https://a.example/\"}]\n",
		"a.d/.b.yaml": "\x00", "a.d/._a.yaml": "\x00",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("somebody@host.example:1234", filepath.Join(dir, "a.d/.#a.yaml")); err != nil {
		t.Fatal(err)
	}
	if cfg := load(t, filepath.Join(dir, "stadtfeed.yaml")); len(cfg.Sources) != 1 {
		t.Errorf("%d sources, want 1", len(cfg.Sources))
	}
}

// TestFolderThatLooksLikeAPattern: the folder of the configuration is no part of
// what include: asks for.
func TestFolderThatLooksLikeAPattern(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "stadt [neu*")
	for name, text := range map[string]string{
		"stadtfeed.yaml": `include: "*.d/*.yaml"`,
		"a.d/a.yaml":     `sources: [{name: a, url: "https://a.example/"}]`,
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if cfg := load(t, filepath.Join(dir, "stadtfeed.yaml")); len(cfg.Sources) != 1 {
		t.Errorf("%d sources, want 1", len(cfg.Sources))
	}
}

func TestSize(t *testing.T) {
	for text, want := range map[string]string{
		"128MB": "", "128 MiB": "", "1GiB": "", "16MiB": "",
		"128":             `"128" is not a size (such as 128MB or 1GiB)`,
		"-1GB":            `"-1GB" is not a size (such as 128MB or 1GiB)`,
		"much":            `"much" is not a size (such as 128MB or 1GiB)`,
		"1TB":             `"1TB" is not a size (such as 128MB or 1GiB)`,
		"1MB":             "1MB is too little to work with; at least 16MiB is needed",
		"9999999999999GB": `"9999999999999GB" is not a size (such as 128MB or 1GiB)`,
	} {
		var s Size
		got := ""
		if err := s.UnmarshalText([]byte(text)); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("size %q: %q, want %q", text, got, want)
		}
	}
	var s Size
	if err := s.UnmarshalText([]byte("128MiB")); err != nil || s != 128<<20 || s.String() != "128MiB" {
		t.Errorf("128MiB = %d, %q, %v", s, s, err)
	}
}
