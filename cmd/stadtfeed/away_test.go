package main

import (
	"fmt"
	"hash/crc32"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// TestDatabaseIsAway cuts a feed server off from its database, restarts it
// meanwhile, and has readers ask on: no feed that was asked for before may fail,
// what nobody asked for says when to come again, and within ten seconds after the
// database answers what was committed meanwhile is there.
func TestDatabaseIsAway(t *testing.T) {
	away := time.Duration(nightly(4, 60)) * time.Second
	s := newStage(t)
	address := pgtest.Empty(t, fmt.Sprintf("away%d_%08x", os.Getpid(), crc32.ChecksumIEEE([]byte(s.dir))))
	wire, through := pgtest.NewWire(t, address)
	t.Setenv("STADTFEED_STORE", address)
	s.run("database", "migrate")
	s.run("crawl")
	t.Setenv("STADTFEED_STORE", through)
	t.Setenv("STADTFEED_ROLE", "feed")
	d := s.serve()
	paths := []string{"/all.rss", "/all.atom", "/all.json", "/opml", "/places/erlenbrueck.rss", "/search.rss?q=stra%C3%9Fe"}
	before := map[string]string{}
	for _, path := range paths {
		body, err := s.get(path)
		if err != nil {
			t.Fatal(err)
		}
		before[path] = body
	}
	var asked, failed atomic.Int64
	readers := func(long time.Duration) {
		t.Helper()
		for end := time.Now().Add(long); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
			for _, path := range paths {
				asked.Add(1)
				body, err := s.get(path)
				if err != nil || body != before[path] {
					failed.Add(1)
					t.Errorf("%s while the database is away: %v, want what was served before", path, err)
					return
				}
			}
		}
	}
	wire.Cut(true)
	readers(away / 2)
	s.stop(d)
	d = s.serve() // ready, since it has something to give
	readers(away / 2)
	if _, err := s.get("/places/erlenbrueck.atom"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("what nobody asked for: %v, want 503", err)
	}
	s.clock.Advance(time.Hour)
	t.Setenv("STADTFEED_STORE", address)
	t.Setenv("STADTFEED_SOCKET", "elsewhere.sock") // not by way of the feed server
	s.run("crawl")
	wire.Cut(false)
	mended := time.Now()
	s.within(10*time.Second, "what was committed meanwhile is served", d, func() error {
		body, err := s.get("/all.json")
		if err == nil && body == before["/all.json"] {
			err = fmt.Errorf("it is as before")
		}
		return err
	})
	t.Logf("%d requests in %v without the database, %d failed; %v after it answered all was as before", asked.Load(), away, failed.Load(),
		time.Since(mended).Round(time.Millisecond))
	s.stop(d)
}
