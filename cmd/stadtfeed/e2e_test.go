package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// A stage is the sample region, standing still until its clock is advanced,
// and a folder with a configuration for it and the real program.
type stage struct {
	t      *testing.T
	region *town.Region
	clock  *town.Clock
	dir    string
	binary string
	url    string   // of the daemon
	env    []string // what its programs find in their environment beside what the tests have
}

func newStage(t *testing.T) *stage {
	t.Helper()
	now := time.Now()
	sites, err := town.Sample(now)
	if err != nil {
		t.Fatal(err)
	}
	return stageOf(t, now, sites)
}

func stageOf(t *testing.T, now time.Time, sites []*town.Site) *stage {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the end of a daemon is tested with signals")
	}
	s := &stage{t: t, clock: town.NewClock(now), dir: t.TempDir()}
	s.binary = build(t)
	var err error
	if s.region, err = town.Start(s.clock.Now, sites...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.region.Close() })
	address, err := freeAddress("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + address
	s.configure(address)
	return s
}

// build is the program that is shipped, made when the first test asks for it.
func build(t *testing.T) string {
	t.Helper()
	binary, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// shippedIn is the folder of the program, which is removed after the last test.
var shippedIn string

// shipped is the program: that of STADTFEED_SHIPPED, which CI has made, else one that is made here.
var shipped = sync.OnceValues(func() (string, error) {
	if made := os.Getenv("STADTFEED_SHIPPED"); made != "" {
		return made, nil
	}
	dir, err := os.MkdirTemp("", "stadtfeed-shipped-")
	if err != nil {
		return "", err
	}
	shippedIn = dir
	binary := filepath.Join(dir, "stadtfeed")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
})

func (s *stage) configure(address string) {
	s.t.Helper()
	var text strings.Builder
	if err := demoYAML.Execute(&text, map[string]any{"Listen": address, "BaseURL": s.url, "Sites": s.region.Sites, "Store": s.store()}); err != nil {
		s.t.Fatal(err)
	}
	// The test decides when sources are visited, not the clock on the wall.
	yaml := strings.Replace(text.String(), `schedule: "* * * * *"`, `schedule: "@monthly"`, 1)
	if err := os.WriteFile(s.config(), []byte(yaml), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) config() string { return filepath.Join(s.dir, "stadtfeed.yaml") }
func (s *stage) store() string  { return filepath.Join(s.dir, "stadtfeed.db") }

// A process is the real program, running.
type process struct {
	*exec.Cmd
	log  lockedBuffer
	done chan struct{}
	err  error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts the daemon and waits until it can be asked.
func (s *stage) serve() *process {
	s.t.Helper()
	d := s.start("serve", "--config", s.config())
	s.until("the daemon is ready", d, func() error {
		_, err := s.get("/readyz")
		return err
	})
	return d
}

func (s *stage) start(args ...string) *process {
	s.t.Helper()
	d := &process{Cmd: exec.CommandContext(context.WithoutCancel(s.t.Context()), s.binary, args...), done: make(chan struct{})}
	d.Dir = s.dir
	d.Env = append(os.Environ(), append(s.env, "TMPDIR="+s.dir)...)
	d.Stdout, d.Stderr = &d.log, &d.log
	if err := d.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		d.err = d.Wait()
		close(d.done)
	}()
	s.t.Cleanup(func() {
		d.Process.Kill()
		<-d.done
		if s.t.Failed() {
			s.t.Logf("%s:\n%s", strings.Join(args[:1], " "), d.log.String())
		}
	})
	return d
}

// stop ends the daemon as systemd does, and expects a clean end in time.
func (s *stage) stop(d *process) {
	s.t.Helper()
	began := time.Now()
	if err := d.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-d.done:
	case <-time.After(10 * time.Second):
		s.t.Fatal("SIGTERM did not end the daemon within ten seconds")
	}
	if took := time.Since(began); took > 5*time.Second || d.err != nil {
		s.t.Errorf("SIGTERM: ended after %v with %v, want a clean end within 5s", took, d.err)
	}
}

// until polls until check is content.
func (s *stage) until(what string, d *process, check func() error) {
	s.t.Helper()
	s.within(time.Minute, what, d, check)
}

// within is until for what takes longer than a minute on a busy machine.
func (s *stage) within(patience time.Duration, what string, d *process, check func() error) {
	s.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		select {
		case <-d.done:
			s.t.Fatalf("%s: the daemon has ended: %v", what, d.err)
		case <-time.After(30 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: %v", what, err)
		}
	}
}

// command is a command beside the daemon.
func (s *stage) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), s.binary, append(args, "--config", s.config())...)
	cmd.Env = append(os.Environ(), s.env...)
	return cmd
}

// run runs a command beside the daemon.
func (s *stage) run(args ...string) string {
	s.t.Helper()
	cmd := s.command(args...)
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("stadtfeed %s: %v\n%s%s", strings.Join(args, " "), err, out, &errOut)
	}
	return string(out)
}

func (s *stage) get(path string) (string, error) {
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %.300s", path, resp.Status, body)
	}
	return string(body), err
}

// An entry is an item of a JSON feed, as far as the test looks.
type entry struct {
	ID, URL, Title, Summary string
	HTML                    string    `json:"content_html"`
	Published               time.Time `json:"date_published"`
	Modified                time.Time `json:"date_modified"`
	Tags                    []string
}

// feed reads a JSON feed with all its pages.
func (s *stage) feed(path string) (map[string]entry, error) {
	byURL := map[string]entry{}
	for path != "" {
		body, err := s.get(path)
		if err != nil {
			return nil, err
		}
		var feed struct {
			Items []entry
			Next  string `json:"next_url"`
		}
		if err := json.Unmarshal([]byte(body), &feed); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, e := range feed.Items {
			byURL[e.URL] = e
		}
		path = strings.TrimPrefix(feed.Next, s.url)
	}
	return byURL, nil
}

// holds waits until the feed has n entries.
func (s *stage) holds(d *process, path string, n int) (feed map[string]entry) {
	s.t.Helper()
	s.until(fmt.Sprintf("%s has %d items", path, n), d, func() (err error) {
		if feed, err = s.feed(path); err == nil && len(feed) != n {
			err = fmt.Errorf("it has %d", len(feed))
		}
		return err
	})
	return feed
}

// aDayPasses puts every article's next look into the past, and the first look
// at those that were gone a day back. The daemon must not run.
func (s *stage) aDayPasses() {
	s.t.Helper()
	ctx := s.t.Context()
	archive, err := store.Open(s.store(), store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer archive.Close()
	for _, site := range s.region.Sites {
		var urls []string
		for _, a := range site.Articles {
			urls = append(urls, site.URL(a))
		}
		pages, err := archive.PageStates(ctx, urls)
		if err != nil {
			s.t.Fatal(err)
		}
		state, err := archive.SourceState(ctx, site.Name)
		if err != nil {
			s.t.Fatal(err)
		}
		report := news.Report{Visit: news.Visit{Source: site.Name, Started: time.Now(), Health: state.Health, Unchanged: true}, State: state}
		for _, p := range pages {
			if !p.Next.IsZero() {
				p.Next = time.Now().Add(-time.Second)
			}
			if !p.Gone.IsZero() {
				p.Gone = p.Gone.AddDate(0, 0, -1)
			}
			report.Pages = append(report.Pages, p)
		}
		if _, err := archive.Commit(ctx, report); err != nil {
			s.t.Fatal(err)
		}
	}
}

// visible is how many articles the region shows.
func (s *stage) visible() (n int) {
	for _, site := range s.region.Sites {
		n += site.Count(s.clock.Now())
	}
	return n
}

// address is the address of the article whose first headline begins like this.
func (s *stage) address(site, headline string) string {
	s.t.Helper()
	a := s.region.Site(site).Article(headline)
	if a == nil {
		s.t.Fatalf("%s has no article %q", site, headline)
	}
	return s.region.Site(site).URL(a)
}

// TestEndToEnd is the whole line with the real program: towns' pages in, feeds
// out, while reports appear, are edited and are withdrawn.
func TestEndToEnd(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	d := s.serve()
	first := s.holds(d, "/all.json", s.visible())
	s.checkSeeds(first)
	s.checkFeeds()

	s.run("crawl")
	if again := s.holds(d, "/all.json", s.visible()); !sameIDs(first, again) {
		t.Error("a second crawl changed ids")
	}
	s.region.Manners.Conditional = 0.95
	if faults := s.region.Conduct().Faults; len(faults) > 0 {
		t.Errorf("impolite: %s", strings.Join(faults, "\n"))
	}

	burst := s.address("erlenbrueck", "Wasserrohrbruch")
	s.clock.Advance(40 * time.Second)
	s.run("crawl")
	grown := s.holds(d, "/all.json", s.visible())
	if _, ok := grown[burst]; !ok {
		t.Errorf("the new report %s is not in /all.json", burst)
	}
	s.stop(d)

	// The next day one report is edited and one is gone.
	s.clock.Advance(5 * time.Minute)
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(1100 * time.Millisecond))) // moments are kept to the second
	s.aDayPasses()
	d = s.serve()
	s.until("the edit shows", d, func() error {
		s.run("crawl") // a visit looks at a few articles at most
		feed, err := s.feed("/sources/erlenbrueck.json")
		if err == nil && feed[burst].Title == grown[burst].Title {
			err = fmt.Errorf("%s still says %q", burst, feed[burst].Title)
		}
		return err
	})
	all := s.holds(d, "/all.json", s.visible()+1) // the withdrawn one is believed at the second look
	s.checkEdit(grown[burst], all[burst])
	for url, e := range grown {
		if all[url].ID != e.ID {
			t.Errorf("%s had the id %s, now %q", url, e.ID, all[url].ID)
		}
	}
	s.stop(d)

	s.aDayPasses()
	d = s.serve()
	closed := s.address("erlenbrueck", "Straßensperrung")
	s.until("the withdrawal shows", d, func() error {
		s.run("crawl")
		if strings.Contains(s.run("items", "--json"), closed) {
			return fmt.Errorf("%s is still listed", closed)
		}
		return nil
	})
	if !strings.Contains(s.run("items", "--json", "--withdrawn"), closed) {
		t.Errorf("%s left no tombstone", closed)
	}
	if got := strings.Count(s.run("items", "--json"), "\n"); got != s.visible() {
		t.Errorf("items lists %d items, want the %d that the towns show", got, s.visible())
	}
	s.stop(d)
	s.run("verify")
}

func sameIDs(a, b map[string]entry) bool {
	for url, e := range a {
		if b[url].ID != e.ID {
			return false
		}
	}
	return len(a) == len(b)
}

// checkSeeds looks at the two reports that Stadtfeed was first written for.
func (s *stage) checkSeeds(feed map[string]entry) {
	s.t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		s.t.Fatal(err)
	}
	kassel := feed[s.address("kommune21-alt", "Neuer Auftritt")]
	if kassel.Title != "Kassel: Neuer Auftritt bei TikTok" || kassel.Published.In(berlin).Format(time.DateOnly) != "2024-06-10" {
		s.t.Errorf("Kassel: title %q, published %v", kassel.Title, kassel.Published)
	}
	if want := []string{"Social Media", "Kassel", "TikTok"}; !slices.Equal(kassel.Tags, want) {
		s.t.Errorf("Kassel: tags %q, want %q", kassel.Tags, want)
	}
	if !strings.HasPrefix(kassel.Summary, "Die Stadt Kassel bespielt") || !strings.HasSuffix(kassel.Summary, "erreichen.") {
		s.t.Errorf("Kassel: teaser %q", kassel.Summary)
	}
	for _, chrome := range []string{"[10.06.2024]", "(sib)", "Stichwörter"} {
		if strings.Contains(kassel.HTML, chrome) {
			s.t.Errorf("Kassel: %q is in the body", chrome)
		}
	}
	essen := feed[s.address("kommune21-neu", "Stadt startet")]
	if essen.Title != "Essen: Stadt startet TikTok-Kanal" || strings.Contains(essen.HTML, "Panketal") || !strings.Contains(essen.HTML, "nicht zu kurz kommen.") {
		s.t.Errorf("Essen: title %q, body ends %q", essen.Title, essen.HTML[max(0, len(essen.HTML)-80):])
	}
}

// checkFeeds asks for every kind of feed.
func (s *stage) checkFeeds() {
	s.t.Helper()
	for _, path := range []string{"/all", "/tags/verkehr", "/places/kassel", "/sources/seeheide", "/feeds/verkehr", "/feeds/digitales-rathaus"} {
		if feed, err := s.feed(path + ".json"); err != nil || len(feed) == 0 {
			s.t.Errorf("%s.json has %d items, %v", path, len(feed), err)
		}
		for _, form := range []string{".rss", ".atom"} {
			body, err := s.get(path + form)
			if err == nil {
				err = wellFormed(body)
			}
			if err != nil || !strings.Contains(body, "<category") && path != "/sources/seeheide" {
				s.t.Errorf("%s%s: %v, with categories: %v", path, form, err, strings.Contains(body, "<category"))
			}
		}
	}
	for _, path := range []string{"/", "/tags", "/places", "/sources", "/feeds", "/opml", "/search?q=Radweg", "/status", "/status.json", "/status.rss", "/healthz", "/metrics"} {
		if _, err := s.get(path); err != nil {
			s.t.Error(err)
		}
	}
}

func wellFormed(text string) error {
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		switch _, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// checkEdit holds what an edit must do to an item.
func (s *stage) checkEdit(before, after entry) {
	s.t.Helper()
	if after.ID != before.ID {
		s.t.Errorf("the edit changed the id from %s to %s", before.ID, after.ID)
	}
	if !strings.HasSuffix(after.Title, "Straße wieder frei") || !strings.Contains(after.HTML, "schneller beendet") {
		s.t.Errorf("the edit does not show: %q", after.Title)
	}
	if !after.Modified.After(before.Modified) {
		s.t.Errorf("the edit moved date_modified from %v to %v", before.Modified, after.Modified)
	}
}
