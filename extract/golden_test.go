package extract_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/sync/errgroup"

	"github.com/stadtfeed/stadtfeed/extract"
)

// The golden test holds what every page of testdata yields, read in every way:
// by preset and by detection, as a listing, as an article, and what is said of
// the page as a whole. testdata/golden.txt has one sorted line for each:
//
//	listings/typo3.txtar detection article 3f6c0ad1b2e4 9be01c77d0aa
//
// The first hash is of the JSON of what was read, the second of the evidence and
// the problems. A change that only moves or renames code leaves every line as it
// is. A change of what is read regenerates the file and says which pages changed:
//
//	go test ./extract -run Golden -update
//
// Where two such changes meet in a rebase, take either side of the file and
// regenerate it. To see what a hash hides, write the JSON before and after:
//
//	go test ./extract -run Golden -golden.json /tmp/before   # at the old commit
//	go test ./extract -run Golden -golden.json /tmp/after    # at the new one
//	diff -r /tmp/before /tmp/after
//
// Pages that may not be in the tree, such as a corpus of other people's, are
// held to a file outside of it, which the first run writes:
//
//	go test ./extract -run Golden -golden.corpus DIR -golden.hashes /tmp/corpus.txt
//
// DIR holds articles.jsonl or listings.json (records with file and url), or just
// files that end in .html or .html.gz.
var (
	goldenJSON   = flag.String("golden.json", "", "golden test: also write what each page yields to this `folder`, to compare two commits")
	goldenCorpus = flag.String("golden.corpus", "", "golden test: `folder` of pages outside the tree")
	goldenHashes = flag.String("golden.hashes", "", "golden test: `file` with the hashes of that corpus; written where it is missing or with -update")
)

const goldenFile = "testdata/golden.txt"

func TestGolden(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	compareGolden(t, goldenFile, readGolden(t, fixturePages(t), "fixtures"), wantsUpdate())
}

func TestGoldenCorpus(t *testing.T) {
	if *goldenCorpus == "" || *goldenHashes == "" {
		t.Skip("needs -golden.corpus and -golden.hashes")
	}
	_, err := os.Stat(*goldenHashes)
	got := readGolden(t, corpusPages(t, *goldenCorpus), "corpus")
	compareGolden(t, *goldenHashes, got, wantsUpdate() || errors.Is(err, fs.ErrNotExist))
}

// wantsUpdate reports whether -update was given, which all tests of the folder share.
func wantsUpdate() bool { return flag.Lookup("update").Value.String() == "true" }

// A goldenPage is a page and the name that its lines begin with.
type goldenPage struct {
	name string
	page extract.Page
}

// readGolden reads the pages in every way: the two hashes by name and way.
func readGolden(t *testing.T, pages []goldenPage, kind string) map[string]string {
	t.Helper()
	all := make(map[string]string, 6*len(pages))
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(2)
	for _, p := range pages {
		g.Go(func() error {
			for by, o := range map[string]extract.Options{"preset": {}, "detection": {NoPreset: true}} {
				d, err := extract.Parse(p.page, o)
				if err != nil {
					return fmt.Errorf("%s by %s: %w", p.name, by, err)
				}
				for as, r := range readAll(d) {
					values, evidence := marshalGolden(r.values), marshalGolden(r.evidence)
					if err := dumpGolden(filepath.Join(kind, p.name, by+"-"+as+".json"), values, evidence); err != nil {
						return err
					}
					mu.Lock()
					all[p.name+" "+by+" "+as] = shortHash(values) + " " + shortHash(evidence)
					mu.Unlock()
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	return all
}

// A goldenReading is what one reading of a page yields, and why.
type goldenReading struct{ values, evidence any }

// readAll reads a page in every way, by the name of the way.
func readAll(d *extract.Document) map[string]goldenReading {
	type why struct {
		Evidence map[string]extract.Evidence
		Problems []extract.Problem
		Rows     []map[string]extract.Evidence `json:",omitempty"`
	}
	listing, article := d.Listing(), d.Article(nil)
	rows := why{Evidence: listing.Evidence, Problems: listing.Problems}
	listing.Evidence, listing.Problems = nil, nil
	for i := range listing.Entries {
		rows.Rows = append(rows.Rows, listing.Entries[i].Evidence)
		listing.Entries[i].Evidence = nil
	}
	fields := why{Evidence: article.Evidence, Problems: article.Problems}
	article.Evidence, article.Problems = nil, nil
	noIndex, noArchive := d.Robots()
	page := struct {
		Kind               extract.Kind
		Obstacle           extract.Obstacle
		Language, SiteName string
		NoIndex, NoArchive bool
	}{d.Kind(), d.Obstacle(), d.Language(), d.SiteName(), noIndex, noArchive}
	return map[string]goldenReading{"listing": {listing, rows}, "article": {article, fields}, "page": {page, nil}}
}

func marshalGolden(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		panic(err) // plain structs can be written
	}
	return b.Bytes()
}

func shortHash(b []byte) string {
	sum := sha256.Sum256(b)
	return fmt.Sprintf("%x", sum[:6])
}

// dumpGolden writes what a page yields where -golden.json asks for it.
func dumpGolden(name string, parts ...[]byte) error {
	if *goldenJSON == "" {
		return nil
	}
	file := filepath.Join(*goldenJSON, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, bytes.Join(parts, nil), 0o644)
}

// compareGolden holds the hashes to those of a file, or writes it.
func compareGolden(t *testing.T, file string, got map[string]string, write bool) {
	t.Helper()
	if write {
		var b strings.Builder
		for _, key := range slices.Sorted(maps.Keys(got)) {
			fmt.Fprintf(&b, "%s %s\n", key, got[key])
		}
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string, len(got))
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 5 {
			want[strings.Join(f[:3], " ")] = f[3] + " " + f[4]
		}
	}
	differ := 0
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if what := goldenChange(got[key], want[key]); what != "" {
			differ++
			t.Errorf("%s: %s", key, what)
		}
		delete(want, key)
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		differ++
		t.Errorf("%s: the page is gone, its line is still in %s", key, file)
	}
	if differ > 0 {
		t.Errorf("%d of %d readings are not as %s has them. To see what changed, run with -golden.json FOLDER at the commit before and at this one "+
			"and compare the folders; -update takes what is read now (see golden_test.go)", differ, len(got), file)
	}
}

// goldenChange says how the hashes of a reading differ; empty where they do not.
func goldenChange(got, want string) string {
	values, evidence, _ := strings.Cut(got, " ")
	switch oldValues, oldEvidence, known := strings.Cut(want, " "); {
	case !known:
		return "a new page, which has no line yet"
	case values != oldValues:
		return "what is read has changed"
	case evidence != oldEvidence:
		return "the same is read, with other evidence or problems"
	}
	return ""
}

// fixturePages are the pages of testdata: cases with their address and the time
// of the fetch, and saved pages of presets.
func fixturePages(t *testing.T) []goldenPage {
	t.Helper()
	var pages []goldenPage
	err := filepath.WalkDir("testdata", func(file string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(file, "testdata"+string(filepath.Separator)))
		switch filepath.Ext(file) {
		case ".html":
			address := "https://" + strings.ReplaceAll(filepath.ToSlash(filepath.Dir(name)), "/", ".") + ".example/aktuelles/" + f.Name()
			body, err := os.ReadFile(file)
			pages = append(pages, goldenPage{name, fetchedThen(address, body)})
			return err
		case ".txtar":
			p, ok, err := casePage(file)
			if ok {
				pages = append(pages, goldenPage{name, p})
			}
			return err
		}
		return nil
	})
	if err != nil || len(pages) < 100 {
		t.Fatalf("%d pages in testdata: %v", len(pages), err)
	}
	return pages
}

// casePage is the page of a case, which names its address before it; ok is
// false for archives of something else.
func casePage(file string) (p extract.Page, ok bool, err error) {
	a, err := txtar.ParseFile(file)
	if err != nil || len(a.Files) == 0 || !strings.HasSuffix(a.Files[0].Name, ".html") {
		return p, false, err
	}
	p = fetchedThen("", a.Files[0].Data)
	for line := range strings.Lines(string(a.Comment)) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
		case "url":
			p.URL = value
		case "fetched":
			p.Fetched, err = time.Parse(time.RFC3339, value)
		}
	}
	return p, p.URL != "", err
}

// fetchedThen is a page that was fetched at the one time that all are.
func fetchedThen(address string, body []byte) extract.Page {
	return extract.Page{URL: address, ContentType: "text/html", Body: body, Fetched: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)}
}

// corpusPages are the pages of a folder outside the tree.
func corpusPages(t *testing.T, folder string) []goldenPage {
	t.Helper()
	var pages []goldenPage
	addresses := corpusAddresses(t, folder)
	err := filepath.WalkDir(folder, func(file string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() || !strings.HasSuffix(strings.TrimSuffix(file, ".gz"), ".html") {
			return err
		}
		body, err := readSaved(file)
		name := filepath.ToSlash(strings.TrimPrefix(file, filepath.Clean(folder)+string(filepath.Separator)))
		address, ok := addresses[name]
		if !ok {
			address = "https://corpus.example/" + name
		}
		pages = append(pages, goldenPage{strings.ReplaceAll(name, " ", "%20"), fetchedThen(address, body)})
		return err
	})
	if err != nil || len(pages) == 0 {
		t.Fatalf("%s: %d pages: %v", folder, len(pages), err)
	}
	return pages
}

// corpusAddresses are the addresses of a corpus's pages by file, as far as its
// records tell them.
func corpusAddresses(t *testing.T, folder string) map[string]string {
	t.Helper()
	type record struct{ File, URL string }
	var records []record
	if text, err := os.ReadFile(filepath.Join(folder, "listings.json")); err == nil {
		if err := json.Unmarshal(text, &records); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(folder, "articles.jsonl")); err == nil {
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, len(text)+1)
		for lines.Scan() {
			var r record
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			records = append(records, r)
		}
	}
	addresses := make(map[string]string, len(records))
	for _, r := range records {
		addresses[r.File] = r.URL
	}
	return addresses
}

// readSaved reads a page that may be compressed.
func readSaved(file string) ([]byte, error) {
	body, err := os.ReadFile(file)
	if err != nil || !strings.HasSuffix(file, ".gz") {
		return body, err
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return io.ReadAll(z)
}
