package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/store"
)

// TestHostileNeighbour has the real daemon read 50 ordinary towns beside one
// source that does all it can: 200 new articles of 2.9 MB at every visit, most of
// their text the same, with a robots.txt of half a megabyte. The towns are read
// as if it were not there, and the daemon stays small. A nightly run takes ten
// minutes, with a visit of every source each minute.
//
// What a reader waits for a feed is measured while that source is being read, and
// before there was one. The towns, the source and the reader are on the same
// processors as the daemon; what this costs any server is what a reader waits
// for the same bytes of a bare one, a process of its own, in turns with the feed.
func TestHostileNeighbour(t *testing.T) {
	inCI(t)
	long := os.Getenv("STADTFEED_NIGHTLY") != ""
	if !long { // where it is measured what a reader waits, it is alone
		t.Parallel()
	}
	const towns = 50
	began := time.Now().UTC()
	s := stageOf(t, began, town.Generate(town.Plan{Sites: towns, Seed: 5, Start: began, Days: 2, Past: 10, PerWeek: 20}))
	source := &greedy{}
	hostile := httptest.NewServer(source)
	t.Cleanup(hostile.Close)
	if long {
		s.rewrite("\"@monthly\"", `"* * * * *"`)
	}
	s.env = []string{fmt.Sprint("GOMEMLIMIT=", 512<<20/2)} // as the daemon sets it under the unit's MemoryMax
	d := s.serve()
	s.holds(d, "/all.json", s.visible())
	r := s.reader()
	r.read(20 * time.Second)
	alone := *r
	s.rewrite("sources:\n", fmt.Sprintf("sources:\n  - {name: greedy, url: %q, allow_private: true}\n", hostile.URL+"/"))
	s.run("reload")
	s.within(time.Minute, "the greedy source is asked", d, source.busy)
	r.feed, r.bare = nil, nil
	r.readWhile(source, began.Add(10*time.Minute), long)
	s.within(5*time.Minute, "the greedy source is read", d, func() error {
		feed, err := s.feed("/sources/greedy.json")
		if err == nil && len(feed) == 0 {
			err = errors.New("it has no items")
		}
		return err
	})
	s.run("crawl", s.region.Sites[0].Name)
	peak := peakOf(t, d.Process.Pid)
	s.stop(d)
	t.Logf("a feed: p99 %s beside it (of %d), %s alone; a bare server: %s and %s; the daemon took %d MB at most",
		at99(r.feed), len(r.feed), at99(alone.feed), at99(r.bare), at99(alone.bare), peak>>20)
	most := int64(384 << 20) // beside the other tests, which slow down what gives memory back
	if long {
		most = 300 << 20
	}
	if peak > most {
		t.Errorf("the daemon took %d MB, want at most %d", peak>>20, most>>20)
	}
	if long {
		s.visitedOnTime(10)
		ofMachine := max(0, at99(r.bare)-at99(alone.bare))
		if bound := 2*at99(alone.feed) + ofMachine; at99(r.feed) > bound {
			t.Errorf("a feed: p99 %s beside it, want at most %s: "+
				"twice what it takes alone, and what a bare server waits longer", at99(r.feed), bound)
		}
	}
}

// greedy is a site that publishes 200 huge articles anew at every visit.
type greedy struct {
	visits atomic.Int64
	asked  atomic.Int64 // when, by the clock of the process
}

var (
	greedyRobots = "User-agent: *\n" + strings.Repeat("Disallow: /*a*b*c*d*e*f*g$\n", 18_000)
	// greedyText has fewer tags than a page may have.
	greedyText = strings.Repeat("<p>"+
		strings.Repeat("Der Rat der Stadt hat am Abend über den Haushalt beraten und ihn beschlossen. ", 12)+"</p>\n", 3_000)
)

func (g *greedy) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	g.asked.Store(time.Now().UnixNano())
	switch path := r.URL.Path; path {
	case "/robots.txt":
		io.WriteString(rw, greedyRobots)
	case "/":
		visit := g.visits.Add(1)
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(rw, "<html lang=de><main><h1>Aktuelles</h1>")
		for i := range 200 {
			fmt.Fprintf(rw, "<article><h2><a href=/meldung-%d-%d>Meldung %d vom Besuch %d</a></h2><time>%s</time></article>\n",
				visit, i, i, visit, time.Now().Format("02.01.2006"))
		}
	default:
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(rw, "<html lang=de><main><article><h1>%s</h1>", path[1:])
		io.WriteString(rw, greedyText)
		io.WriteString(rw, "</article></main></html>")
	}
}

// busy reports, by no error, that the site is being read.
func (g *greedy) busy() error {
	if since := time.Since(time.Unix(0, g.asked.Load())); since > 500*time.Millisecond {
		return fmt.Errorf("it was last asked %s ago", since)
	}
	return nil
}

// A reader takes the feed of all sources and the same bytes from a bare server,
// in turns, and notes what it waits for them.
type reader struct {
	stage      *stage
	bareURL    string
	feed, bare []time.Duration
}

func (s *stage) reader() *reader {
	s.t.Helper()
	feed, err := s.get("/all.rss")
	if err != nil {
		s.t.Fatal(err)
	}
	c := exec.CommandContext(s.t.Context(), os.Args[0])
	c.Args = []string{bareCommand, strconv.Itoa(len(feed))}
	out, err := c.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	r := &reader{stage: s}
	if _, err := fmt.Fscanln(out, &r.bareURL); err != nil {
		s.t.Fatal(err)
	}
	return r
}

// read reads for a while.
func (r *reader) read(span time.Duration) {
	for end := time.Now().Add(span); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		r.feed = append(r.feed, r.wait(r.stage.url+"/all.rss"))
		r.bare = append(r.bare, r.wait(r.bareURL))
	}
}

// readWhile reads while the site is being read, until a moment or, in a short
// run, the end of a visit.
func (r *reader) readWhile(site *greedy, end time.Time, long bool) {
	for time.Now().Before(end) {
		switch {
		case site.busy() == nil:
			r.read(100 * time.Millisecond)
		case !long:
			return
		default:
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// plainClient spends no time on unpacking.
var plainClient = &http.Client{Transport: &http.Transport{DisableCompression: true}}

// wait is what a reader waits for an answer.
func (r *reader) wait(address string) time.Duration {
	t := r.stage.t
	t.Helper()
	began := time.Now()
	resp, err := plainClient.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, resp.Status, err)
	}
	return time.Since(began)
}

// bareCommand is the name by which the test binary is a bare server.
const bareCommand = "bare"

// bareMain tells its address and answers with as many bytes as its argument says.
func bareMain() {
	size, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	body := make([]byte, size)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.Write(body) }))
	fmt.Println(server.URL)
	select {}
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
