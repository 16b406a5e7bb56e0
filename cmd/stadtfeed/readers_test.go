package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/stadtfeed/stadtfeed/news"
)

// A reading is an entry of a feed as a reader program understood it.
type reading struct {
	ID, Title, Link string
	Published       int64
	Tags            []string
}

// readers are programs that people read feeds with; each turns a feed's
// address into what it understood.
var readers = map[string]func(t *testing.T, url string) []reading{
	"feedparser": readFeedparser,
	"gofeed":     readGofeed,
	"newsboat":   readNewsboat,
	"rss2email":  func(t *testing.T, url string) []reading { return subscribeRSS2Email(t, url)(t) },
	"sfeed":      readSfeed,
}

// formsRead are the forms of a feed that a reader is given.
func formsRead(reader string) []string {
	if reader == "gofeed" { // the one of them that knows JSON Feed
		return []string{".rss", ".atom", ".json"}
	}
	return []string{".rss", ".atom"}
}

// TestReaders lets real feed readers read the region's feeds and holds what
// they understood against the JSON feed of the same page.
func TestReaders(t *testing.T) {
	inCI(t)
	t.Parallel()
	s := newStage(t)
	d := s.serve()
	s.holds(d, "/all.json", s.visible())
	for name, read := range readers {
		for _, path := range []string{"/all", "/tags/verkehr", "/places/kassel", "/feeds/digitales-rathaus"} {
			for _, form := range formsRead(name) {
				t.Run(name+path+form, func(t *testing.T) {
					want := s.page(t, path+".json")
					got := read(t, s.url+path+form)
					if len(got) != len(want) || len(got) == 0 {
						t.Fatalf("%s understood %d entries, want %d", name, len(got), len(want))
					}
					places := 0
					for _, r := range got {
						checkReading(t, name, r, want)
						if strings.HasPrefix(r.Title, "Erlenbrück: ") || strings.HasPrefix(r.Title, "Kassel: ") {
							places++
						}
					}
					if several := path != "/places/kassel"; several != (places > 0) {
						t.Errorf("%s read %d titles that begin with a place; want some in feeds of several places alone", name, places)
					}
					t.Logf("%s understood %d entries; first: %s", name, len(got), got[0].Title)
				})
			}
		}
	}
}

// page is the first page of a JSON feed, by address.
func (s *stage) page(t *testing.T, path string) map[string]entry {
	t.Helper()
	body, err := s.get(path)
	if err != nil {
		t.Fatal(err)
	}
	var feed struct{ Items []entry }
	if err := json.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatal(err)
	}
	byURL := map[string]entry{}
	for _, e := range feed.Items {
		byURL[e.URL] = e
	}
	return byURL
}

func checkReading(t *testing.T, reader string, got reading, want map[string]entry) {
	t.Helper()
	e, ok := want[got.Link]
	switch {
	case !ok:
		t.Errorf("%s found a link to %s, which no entry has", reader, got.Link)
	case got.Title != e.Title:
		t.Errorf("%s read the title %q, want %q", reader, got.Title, e.Title)
	case got.ID != "" && got.ID != e.ID:
		t.Errorf("%s read the id %q, want %q", reader, got.ID, e.ID)
	case got.Published != 0 && got.Published != e.Published.Unix(): // a mail is of the moment when it is sent
		t.Errorf("%s: %q was published %v, want %v", reader, e.Title, time.Unix(got.Published, 0).UTC(), e.Published)
	case got.Tags != nil && !containsAll(got.Tags, e.Tags):
		t.Errorf("%s: %q has the tags %q, want %q", reader, e.Title, got.Tags, e.Tags)
	}
}

// containsAll compares by slug: where a feed gives a category a term and a
// label, readers differ in which of them they take.
func containsAll(got, want []string) bool {
	return !slices.ContainsFunc(want, func(tag string) bool {
		return !slices.ContainsFunc(got, func(g string) bool { return news.Slug(g) == news.Slug(tag) })
	})
}

// need is a program of the system; without it the test is skipped.
func need(t *testing.T, program, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed (Debian: apt-get install %s)", program, pkg)
	}
	return path
}

// inCI skips a test that takes long or runs another program: a bare go test
// stays quick, .ci/run sets CI and runs everything.
func inCI(t *testing.T) {
	t.Helper()
	if os.Getenv("CI") == "" && os.Getenv("STADTFEED_NIGHTLY") == "" {
		t.Skip("takes long; CI=true runs it, as .ci/run does")
	}
}

// python is an interpreter that has a module; without one the test is skipped.
func python(t *testing.T, module, pkg string) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if path, err := exec.LookPath(name); err == nil && exec.CommandContext(t.Context(), path, "-c", "import "+module).Run() == nil {
			return path
		}
	}
	t.Skipf("no Python with %s is installed (Debian: apt-get install %s)", module, pkg)
	return ""
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var errOut strings.Builder
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", strings.Join(cmd.Args, " "), err, out, errOut.String())
	}
	return string(out)
}

func readFeedparser(t *testing.T, url string) (list []reading) {
	t.Helper()
	const script = `
import calendar, json, sys, feedparser
f = feedparser.parse(sys.argv[1])
assert not f.bozo, f.bozo_exception
json.dump([{"ID": e.id, "Title": e.title, "Link": e.link, "Published": calendar.timegm(e.published_parsed),
            "Tags": [t.term for t in e.get("tags", [])]} for e in f.entries], sys.stdout)`
	out := output(t, exec.CommandContext(t.Context(), python(t, "feedparser", "python3-feedparser"), "-c", script, url))
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// readGofeed reads with the library that many readers in Go are built on.
func readGofeed(t *testing.T, url string) (list []reading) {
	t.Helper()
	feed, err := gofeed.NewParser().ParseURLWithContext(url, t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range feed.Items {
		list = append(list, reading{ID: e.GUID, Title: e.Title, Link: e.Link, Published: e.PublishedParsed.Unix(), Tags: e.Categories})
	}
	return list
}

// readNewsboat reloads and looks into newsboat's cache, a SQLite file.
func readNewsboat(t *testing.T, url string) (list []reading) {
	t.Helper()
	return reloadNewsboat(t, t.TempDir(), url)
}

// reloadNewsboat lets a newsboat that lives in dir look once more.
func reloadNewsboat(t *testing.T, dir, url string) (list []reading) {
	t.Helper()
	newsboat, interpreter := need(t, "newsboat", "newsboat"), python(t, "sqlite3", "python3")
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cache := filepath.Join(dir, "cache.db")
	cmd := exec.CommandContext(t.Context(), newsboat, "-u", file("urls", url+"\n"), "-C", file("config", "max-items 0\n"), "-c", cache, "-x", "reload")
	cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	output(t, cmd)
	const script = `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT guid, title, url, pubDate FROM rss_item")
json.dump([{"ID": r[0], "Title": r[1], "Link": r[2], "Published": r[3]} for r in rows], sys.stdout)`
	if err := json.Unmarshal([]byte(output(t, exec.CommandContext(t.Context(), interpreter, "-c", script, cache))), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// readSfeed pipes the feed through sfeed, which writes a line of fields
// separated by tabs for each entry.
func readSfeed(t *testing.T, url string) (list []reading) {
	t.Helper()
	sfeed := need(t, "sfeed", "sfeed")
	s := &stage{t: t, url: url}
	body, err := s.get("")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), sfeed)
	cmd.Stdin = strings.NewReader(body)
	for line := range strings.Lines(output(t, cmd)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) < 9 {
			t.Fatalf("sfeed wrote %d fields: %q", len(fields), line)
		}
		r := reading{ID: fields[5], Title: fields[1], Link: fields[2], Tags: strings.Split(fields[8], "|")}
		if _, err := fmt.Sscan(fields[0], &r.Published); err != nil {
			t.Fatalf("sfeed read no date: %q", line)
		}
		list = append(list, r)
	}
	return list
}
