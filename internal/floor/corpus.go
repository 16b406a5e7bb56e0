package floor

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A Page is a saved page of a corpus.
type Page struct {
	URL     string
	Fetched time.Time
	Body    []byte
}

// Articles are every eighth of the articles in the folder that
// STADTFEED_CORPUS names; none where it names none. The folder holds
// articles.jsonl with a file (gzip) and its url in each line.
func Articles(b testing.TB) (pages []Page) {
	b.Helper()
	folder := os.Getenv("STADTFEED_CORPUS")
	if folder == "" {
		return nil
	}
	f, err := os.Open(filepath.Join(folder, "articles.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); n++ {
		var r record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			b.Fatal(err)
		}
		if n%8 == 0 {
			pages = append(pages, r.page(b, folder))
		}
	}
	return pages
}

// Listings are the listings of that corpus: listings.json is a list of such records.
func Listings(b testing.TB) (pages []Page) {
	b.Helper()
	folder := os.Getenv("STADTFEED_CORPUS")
	if folder == "" {
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(folder, "listings.json"))
	if err != nil {
		b.Fatal(err)
	}
	var records []record
	if err := json.Unmarshal(raw, &records); err != nil {
		b.Fatal(err)
	}
	for _, r := range records {
		pages = append(pages, r.page(b, folder))
	}
	return pages
}

type record struct {
	File, URL string
	Fetched   time.Time
}

func (r record) page(b testing.TB, folder string) Page {
	b.Helper()
	f, err := os.Open(filepath.Join(folder, r.File))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	if r.Fetched.IsZero() {
		r.Fetched = time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	}
	return Page{URL: r.URL, Fetched: r.Fetched, Body: body}
}
