package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/store"
)

// TestHostileNeighbour has the real daemon read 50 ordinary towns beside one
// source that does all it can: 200 new articles of 2.9 MB at every visit, most of
// their text the same, with a robots.txt of half a megabyte. The towns are read
// as if it were not there, and the daemon stays small. A nightly run takes ten
// minutes, with a visit of every source each minute. What a reader waits for a
// feed is measured and told.
func TestHostileNeighbour(t *testing.T) {
	inCI(t)
	t.Parallel()
	long := os.Getenv("STADTFEED_NIGHTLY") != ""
	const towns = 50
	began := time.Now().UTC()
	s := stageOf(t, began, town.Generate(town.Plan{Sites: towns, Seed: 5, Start: began, Days: 2, Past: 10, PerWeek: 20}))
	hostile := httptest.NewServer(greedy())
	t.Cleanup(hostile.Close)
	if long {
		s.rewrite("\"@monthly\"", `"* * * * *"`)
	}
	s.env = []string{fmt.Sprint("GOMEMLIMIT=", 512<<20/2)} // as the daemon sets it under the unit's MemoryMax
	d := s.serve()
	s.holds(d, "/all.json", s.visible())
	idle := s.waits(200)
	s.rewrite("sources:\n", fmt.Sprintf("sources:\n  - {name: greedy, url: %q, allow_private: true}\n", hostile.URL+"/"))
	s.run("reload")
	s.within(5*time.Minute, "the greedy source is read", d, func() error {
		feed, err := s.feed("/sources/greedy.json")
		if err == nil && len(feed) == 0 {
			err = errors.New("it has no items")
		}
		return err
	})
	busy := s.waits(200)
	for long && time.Since(began) < 10*time.Minute {
		time.Sleep(5 * time.Second)
		busy = append(busy, s.waits(50)...)
	}
	s.run("crawl", s.region.Sites[0].Name)
	peak := peakOf(t, d.Process.Pid)
	s.stop(d)
	t.Logf("a feed: p99 %s beside it, %s alone; the daemon took %d MB at most", at99(busy), at99(idle), peak>>20)
	most := int64(384 << 20) // beside the other tests, which slow down what gives memory back
	if long {
		most = 300 << 20
	}
	if peak > most {
		t.Errorf("the daemon took %d MB, want at most %d", peak>>20, most>>20)
	}
	if long {
		s.visitedOnTime(10)
	}
}

// greedy is a site that publishes 200 huge articles anew at every visit.
func greedy() http.Handler {
	robots := "User-agent: *\n" + strings.Repeat("Disallow: /*a*b*c*d*e*f*g$\n", 18_000)
	paragraph := "<p>" + strings.Repeat("Der Rat der Stadt hat am Abend über den Haushalt beraten und ihn beschlossen. ", 12) + "</p>\n"
	text := strings.Repeat(paragraph, 3_000) // fewer tags than a page may have
	visits := 0
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; path {
		case "/robots.txt":
			fmt.Fprint(rw, robots)
		case "/":
			visits++
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(rw, "<html lang=de><main><h1>Aktuelles</h1>")
			for i := range 200 {
				fmt.Fprintf(rw, "<article><h2><a href=/meldung-%d-%d>Meldung %d vom Besuch %d</a></h2><time>%s</time></article>\n",
					visits, i, i, visits, time.Now().Format("02.01.2006"))
			}
		default:
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(rw, "<html lang=de><main><article><h1>%s</h1>%s</article></main></html>", path[1:], text)
		}
	})
}

// rewrite changes the first such text of the configuration.
func (s *stage) rewrite(before, after string) {
	s.t.Helper()
	text, err := os.ReadFile(s.config())
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.config(), []byte(strings.Replace(string(text), before, after, 1)), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// waits are the sorted times of some requests for a feed.
func (s *stage) waits(n int) []time.Duration {
	s.t.Helper()
	var list []time.Duration
	for range n {
		began := time.Now()
		if _, err := s.get("/all.rss"); err != nil {
			s.t.Fatal(err)
		}
		list = append(list, time.Since(began))
	}
	return list
}

func at99(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)*99/100].Round(10 * time.Microsecond)
}

// peakOf is the most memory that a process has taken.
func peakOf(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		t.Skip("there is no /proc to tell what a process takes")
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// visitedOnTime looks that no town waited longer than two of its minutes.
func (s *stage) visitedOnTime(minutes int) {
	s.t.Helper()
	archive, err := store.Open(s.store(), store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer archive.Close()
	for _, site := range s.region.Sites {
		visits, err := archive.Visits(s.t.Context(), site.Name, 2*minutes)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(visits) < minutes-1 {
			s.t.Errorf("%s was visited %d times in %d minutes", site.Name, len(visits), minutes)
		}
		for i := 1; i < len(visits); i++ {
			if gap := visits[i].Started.Sub(visits[i-1].Started).Abs(); gap > 2*time.Minute {
				s.t.Errorf("%s waited %s", site.Name, gap)
			}
		}
	}
}
