package feedout

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with testdata/name, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test ./feedout -update writes it); got:\n%s", path, got)
	}
}

// lines breaks a document between its elements, so that a difference is read.
func lines(body []byte) []byte {
	body = bytes.ReplaceAll(body, []byte("><"), []byte(">\n<"))
	return bytes.ReplaceAll(body, []byte(`,"`), []byte(",\n\""))
}

func TestGolden(t *testing.T) {
	s := newServer(t, sample(t))
	for _, path := range []string{
		"/all.rss", "/all.atom", "/all.json", "/all.csv", "/tags/haushalt.rss", "/tags/haushalt.atom", "/tags/haushalt.json",
		"/search.rss", "/search.json", "/opml", "/status.rss", "/badges/kommune21.svg",
	} {
		query := ""
		if strings.HasPrefix(path, "/search") {
			query = "?q=nirgends+-kassel"
		}
		w := get(t, s, path+query)
		golden(t, filepath.Base(path)+".golden", lines(w.Body.Bytes()))
	}
	empty := newServer(t, &fakeArchive{})
	for _, ending := range []string{".rss", ".atom", ".json"} {
		golden(t, "empty"+ending+".golden", lines(get(t, empty, "/all"+ending).Body.Bytes()))
	}
}

func TestTeaserOnly(t *testing.T) {
	s := newServer(t, sample(t))
	for _, ending := range []string{".rss", ".atom", ".json"} {
		body := get(t, s, "/all"+ending+"?full=0").Body.String()
		for _, no := range []string{"content:encoded>", "<content", "content_html", "einsehen"} {
			if bytes.Contains([]byte(body), []byte(no)) {
				t.Errorf("/all%s?full=0 has %q:\n%s", ending, no, body)
			}
		}
	}
}

func TestShortID(t *testing.T) {
	id := news.MintID("https://stadt.example/1")
	if got := longID(shortID(id)); got != id {
		t.Errorf("longID(shortID(%q)) = %q", id, got)
	}
}
