package crawler

import (
	"net/http"
	"testing"

	"github.com/stadtfeed/stadtfeed/config"
)

// TestPicture asks for pictures by the rules for pages.
func TestPicture(t *testing.T) {
	w := newTown(t, "a")
	send := func(media string, size int, header ...string) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", media)
			for i := 0; i+1 < len(header); i += 2 {
				rw.Header().Set(header[i], header[i+1])
			}
			rw.Write(make([]byte, size))
		}
	}
	w.override["/robots.txt"] = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Write([]byte("User-agent: *\nDisallow: /intern/\n"))
	}
	w.override["/small.jpg"] = send("image/jpeg", 1000)
	w.override["/large.webp"] = send("image/webp", smallPage+1000)
	w.override["/huge.png"] = send("image/png", maxBody+1)
	w.override["/logo.svg"] = send("image/svg+xml", 1000)
	w.override["/error.jpg"] = send("text/html", 1000)
	w.override["/intern/a.jpg"] = send("image/jpeg", 1000)
	w.override["/mine.jpg"] = send("image/jpeg", 1000, "X-Robots-Tag", "noarchive")
	w.override["/moved.jpg"] = func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, "/small.jpg", http.StatusFound) }
	w.override["/inside.jpg"] = func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "http://127.0.0.2/small.jpg", http.StatusFound)
	}
	d := newDesk(t, oneSource(w.URL))
	src := config.Source{Name: "musterstadt", URL: w.URL, AllowPrivate: true}
	for range 2 { // room that a large one took is given back
		for path, want := range map[string]int{
			"/small.jpg": 1000, "/large.webp": smallPage + 1000, "/moved.jpg": 1000,
			"/huge.png": 0, "/logo.svg": 0, "/error.jpg": 0, "/intern/a.jpg": 0, "/mine.jpg": 0, "/inside.jpg": 0, "/gone.jpg": 0,
		} {
			data, err := d.Picture(t.Context(), src, w.URL+path)
			if len(data) != want || (err == nil) != (want > 0) {
				t.Errorf("%s: %d bytes, %v, want %d", path, len(data), err, want)
			}
		}
	}
	src.AllowPrivate = false
	if _, err := d.Picture(t.Context(), src, w.URL+"/small.jpg"); FaultOf(err) != FaultPrivate {
		t.Errorf("from a private network: %v, want %s", err, FaultPrivate)
	}
}
