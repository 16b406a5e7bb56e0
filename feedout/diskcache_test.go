package feedout

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// kept is a server with a folder of feeds, on an archive that can be away.
func kept(t *testing.T, archive *fakeArchive, folder, fingerprint string) (s *Server, stop func()) {
	t.Helper()
	s = newServer(t, archive, func(at *Site, o *Options) {
		at.Fingerprint, o.Disk, o.Shared, o.Now = fingerprint, folder, true, time.Now
		o.Away = archive.away.Load
		o.Healthy = func() error {
			if archive.away.Load() {
				return errors.New("away")
			}
			return nil
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx) //nolint:errcheck // it ends with its context
	}()
	return s, func() { cancel(); <-done }
}

// TestFeedsOnDisk holds that a server which starts while its archive is away gives
// the feeds that were asked for before, byte for byte and with the same entity
// tag, under the same configuration only, says of others when to come again, and
// goes on as soon as the archive answers.
func TestFeedsOnDisk(t *testing.T) {
	archive, folder := sample(t), t.TempDir()
	s, stop := kept(t, archive, folder, "one")
	paths := []string{"/all.rss", "/all.atom", "/all.json", "/tags/verkehr.rss", "/search.rss?q=stra%C3%9Fe", "/opml"}
	before := map[string]string{}
	for _, path := range paths {
		w := get(t, s, path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		before[path] = w.Body.String() + w.Header().Get("ETag") + w.Header().Get("Last-Modified") + w.Header().Get("Content-Type")
	}
	get(t, s, "/", "Accept", "text/html")
	stop()
	archive.away.Store(true)
	archive.generation.Add(7)

	other, stop := kept(t, archive, folder, "two")
	if w := get(t, other, "/all.rss"); w.Code != http.StatusServiceUnavailable {
		t.Errorf("under another configuration: %d, want 503", w.Code)
	}
	stop()
	s, stop = kept(t, archive, folder, "one")
	defer stop()
	for _, path := range paths {
		w := get(t, s, path)
		h := w.Header()
		got := w.Body.String() + h.Get("ETag") + h.Get("Last-Modified") + h.Get("Content-Type")
		if w.Code != 200 || got != before[path] {
			t.Errorf("%s after a restart with the archive away: %d, want what was served before", path, w.Code)
		}
	}
	if w := get(t, s, "/places/erlenbrueck.rss"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "30" {
		t.Errorf("what nobody asked for: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	if w := get(t, s, "/readyz"); w.Code != http.StatusOK {
		t.Errorf("/readyz: %d, want 200 as long as there is something to give", w.Code)
	}
	archive.away.Store(false)
	archive.add(news.Item{ID: "new", Seq: 99, Headline: "Neu seit eben", Shown: noon, FirstSeen: noon, Sources: []string{"erlenbrueck"}})
	if w := get(t, s, "/all.rss"); w.Code != 200 || !strings.Contains(w.Body.String(), "Neu seit eben") {
		t.Errorf("/all.rss once the archive answers: %d, without what is new", w.Code)
	}
}

// TestFeedsOnDiskAreBounded holds that what nobody asked for within a day goes,
// that there are never more feeds and bytes than the bounds, the longest unasked
// going first, and that a damaged file is none.
func TestFeedsOnDiskAreBounded(t *testing.T) {
	now := noon
	folder := t.TempDir()
	open := func() *diskCache {
		d, err := openDiskCache(folder, nil, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := open()
	at := func(n int) key { return key{path: fmt.Sprintf("/feeds/%d.rss", n)} }
	put := func(n int) {
		a := &answer{kind: "application/rss+xml", body: fmt.Appendf(nil, "feed %d", n)}
		a.digest = digest(a.body)
		d.put(at(n), a, "site")
		if err := d.flush(); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(filepath.Join(folder, at(n).name()), now, now) //nolint:errcheck // the clock is the test's
	}
	for n := range 30 {
		put(n)
		now = now.Add(time.Minute)
	}
	d.most = 20
	d.tidy()
	if len(d.files) > 20 || d.get(at(0), "site") != nil || d.get(at(29), "site") == nil {
		t.Errorf("%d feeds with a bound of 20; the oldest is there: %t", len(d.files), d.get(at(0), "site") != nil)
	}
	d = open()
	if d.bytes = d.size / 2; len(d.files) == 0 {
		t.Fatal("nothing is found after a restart")
	}
	d.tidy()
	if d.size > d.bytes || d.get(at(29), "site") == nil {
		t.Errorf("%d bytes with a bound of %d", d.size, d.bytes)
	}
	if err := os.WriteFile(filepath.Join(folder, at(29).name()),
		[]byte("{\"site\":\"site\",\"path\":\"/feeds/29.rss\"}\nxx"), 0o600); err != nil {
		t.Fatal(err)
	}
	if d.get(at(29), "site") != nil {
		t.Error("a damaged file is given")
	}
	strangers := []string{"index.html", "all.rss", strings.Repeat("a", 31) + "g"}
	for _, name := range strangers {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("somebody's"), 0o600); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(filepath.Join(folder, name), now, now) //nolint:errcheck // the clock is the test's
	}
	now = now.Add(keptFor / 2)
	d.noteAsked(map[key]*answer{at(28): {}}, "site")
	now = now.Add(keptFor/2 + 2*askedGrain)
	d = open()
	d.tidy()
	if len(d.files) != 1 || d.get(at(28), "site") == nil {
		t.Errorf("%d feeds after a day, want the one that was asked for", len(d.files))
	}
	for _, name := range strangers {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Errorf("a file that is not of the cache: %v", err)
		}
	}
}
