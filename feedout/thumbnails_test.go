package feedout

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestThumbnails shows small copies of pictures where they are switched on, from
// our own address and of kept items only.
func TestThumbnails(t *testing.T) {
	archive := sample(t)
	var asked []string
	slow := false
	on := func(at *Site, o *Options) {
		at.Thumbnails = true
		o.Thumbnail = func(_ context.Context, it news.Item) ([]byte, error) {
			asked = append(asked, it.Image)
			if slow {
				return nil, errors.New("the host is slow")
			}
			return []byte("JPEG"), nil
		}
	}
	with, without := newServer(t, archive, on), newServer(t, archive)
	var id string
	for _, it := range archive.items {
		if it.Image != "" && it.Withdrawn.IsZero() {
			id = shortID(it.ID)
		}
	}
	address := "/thumbnails/" + id + ".jpg"
	for _, path := range []string{"/", "/all", "/items/" + id, "/sources/kommune21"} {
		page := get(t, with, path, "Accept", "text/html")
		contains(t, page.Body.String(), `src="/nord`+address+"?v=")
		if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "img-src 'self';") {
			t.Errorf("%s: Content-Security-Policy %q lets pictures of others in", path, csp)
		}
		if page := get(t, without, path, "Accept", "text/html").Body.String(); strings.Contains(page, "/thumbnails/") {
			t.Errorf("%s shows a picture where none are switched on", path)
		}
	}
	contains(t, get(t, with, "/all", "Accept", "text/html").Body.String(), `<img alt="" width="144" height="96" loading="lazy"`)

	w := get(t, with, address+"?v=1")
	if w.Code != 200 || w.Body.String() != "JPEG" {
		t.Errorf("%s = %d %q, want the picture", address, w.Code, w.Body)
	}
	if h := w.Header(); h.Get("Content-Type") != "image/jpeg" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s comes with %v", address, h)
	}
	if again := get(t, with, address, "If-None-Match", w.Header().Get("Etag")); again.Code != http.StatusNotModified {
		t.Errorf("with its tag it is %d, want 304", again.Code)
	}
	if len(asked) == 0 || asked[0] != "https://www.kommune21.example/bild.jpg" {
		t.Errorf("asked for %q", asked)
	}
	asked = nil
	for _, path := range []string{
		"/thumbnails/https://www.kommune21.example/bild.jpg", "/thumbnails/" + id, "/thumbnails/.jpg", "/thumbnails/" + id + "/x.jpg",
		"/thumbnails/00000000-0000-5000-8000-000000000000.jpg",
	} {
		if w := get(t, with, path); w.Code != http.StatusNotFound {
			t.Errorf("%s = %d, want 404", path, w.Code)
		}
	}
	if w := get(t, without, address); w.Code != http.StatusNotFound {
		t.Errorf("switched off, %s = %d, want 404", address, w.Code)
	}
	slow = true
	w = get(t, with, address)
	if h := w.Header(); w.Code != http.StatusServiceUnavailable || h.Get("Retry-After") == "" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("while it is not had, %s = %d %v, want 503", address, w.Code, h)
	}
	asked = nil
	for _, it := range archive.items {
		archive.edit(it.Seq, func(it *news.Item) { it.Withdrawn = noon })
	}
	if w := get(t, with, address); w.Code != http.StatusNotFound || len(asked) > 0 {
		t.Errorf("withdrawn, %s = %d, asked for %q", address, w.Code, asked)
	}
	if page := get(t, with, "/items/"+id, "Accept", "text/html").Body.String(); strings.Contains(page, "/thumbnails/") {
		t.Error("the page of a withdrawn item shows its picture")
	}
}
