package extract

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestListings reads the pages in testdata/listings by detection: the entries.
func TestListings(t *testing.T) { testCases(t, "listings", describeListing) }

// testCases reads the pages in a folder of testdata by detection. A case is one
// file: its address and the time of the fetch, the page, and what it yields.
func testCases(t *testing.T, folder string, describe func(address string, d *Document) string) {
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			page := Page{Body: a.Files[0].Data, ContentType: "text/html; charset=utf-8"}
			for line := range strings.Lines(string(a.Comment)) {
				key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				switch key {
				case "url":
					page.URL = value
				case "fetched":
					if page.Fetched, err = time.Parse(time.RFC3339, value); err != nil {
						t.Fatal(err)
					}
				}
			}
			d, err := Parse(page, Options{NoPreset: true})
			if err != nil {
				t.Fatal(err)
			}
			got := describe(page.URL, d)
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("%s: got\n%s\nwant\n%s", page.URL, got, want)
			}
		})
	}
}

// describeListing is a listing for people to compare.
func describeListing(address string, d *Document) string {
	l := d.Listing()
	var b strings.Builder
	fmt.Fprintf(&b, "%s, next: %s\n", d.Kind(), relative(address, l.Next))
	for _, e := range l.Entries {
		fmt.Fprintf(&b, "\n%s\n", relative(address, e.URL))
		for _, f := range []struct{ name, value string }{
			{"place", e.Place}, {"kicker", e.Kicker}, {"headline", e.Headline}, {"date", e.Published.String()}, {"teaser", e.Teaser},
			{"image", relative(address, e.Image)}, {"tags", strings.Join(e.Tags, ", ")}, {"body", e.BodyText},
		} {
			if f.value != "" {
				fmt.Fprintf(&b, "  %s: %s\n", f.name, strings.ReplaceAll(f.value, "\n", " / "))
			}
		}
	}
	return b.String()
}

// relative is an address without the page's own host.
func relative(page, address string) string {
	base, err := url.Parse(page)
	if err != nil {
		return address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host != base.Host {
		return address
	}
	u.Scheme, u.Host = "", ""
	return u.String()
}
