package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/town"
)

// TestFortyTowns is the tutorial as a journalist with forty town halls follows it:
// one list of names and addresses, add --from, which is interrupted once, check,
// crawl, serve, and the feeds.
func TestFortyTowns(t *testing.T) {
	inCI(t)
	t.Parallel()
	const towns = 40
	now := time.Now()
	s := stageOf(t, now, town.Generate(town.Plan{Sites: towns, Seed: 40, Start: now.AddDate(0, 0, -20), Days: 20, Past: 12, PerWeek: 4}))
	started := time.Now()
	step := func(what string) {
		t.Helper()
		t.Logf("%-28s %.1f s", what, time.Since(started).Seconds())
		started = time.Now()
	}
	mine := fmt.Sprintf(`# My town halls.
listen: %s
base_url: %s
contact: redaktion@example.net
delay: 0s
schedule: "@monthly"
`, strings.TrimPrefix(s.url, "http://"), s.url)
	list := filepath.Join(s.dir, "towns.txt")
	var lines strings.Builder
	lines.WriteString("# Rathäuser\n")
	for i, site := range s.region.Sites {
		switch i % 3 {
		case 0:
			fmt.Fprintf(&lines, "Rathaus %d %s\n", i, site.Home())
		case 1:
			fmt.Fprintf(&lines, "Rathaus %d;34117;%s\n", i, site.Home())
		default:
			fmt.Fprintln(&lines, site.Home())
		}
	}
	for path, text := range map[string]string{s.config(): mine, list: lines.String()} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.addFrom(list, towns)
	step("add --from")
	text, err := os.ReadFile(s.config())
	if err != nil || !bytes.HasPrefix(text, []byte(mine)) {
		t.Errorf("the file does not begin as it did: %v %.300s", err, text)
	}
	if out := s.run("check"); !strings.Contains(out, "fine (40 sources") {
		t.Errorf("check says %q", out)
	}
	s.run("crawl")
	step("crawl")
	d := s.serve()
	step("serve")
	s.holdsTowns(towns)
	step("feeds")
	s.stop(d)
}

// addFrom adds a list of towns: the first time it is interrupted when some were
// written, the second time it goes on.
func (s *stage) addFrom(list string, towns int) {
	s.t.Helper()
	sources := func() int {
		cfg, err := config.Load(s.config())
		if err != nil {
			s.t.Fatal(err)
		}
		return len(cfg.Sources)
	}
	add := func(stopAt int) string {
		cmd := exec.CommandContext(s.t.Context(), s.binary, "add", "--write", "--from", list, "--config", s.config())
		var told bytes.Buffer
		cmd.Stderr = &told
		if err := cmd.Start(); err != nil {
			s.t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for stopAt > 0 {
			select {
			case err := <-ended:
				s.t.Fatalf("add ended before it was interrupted: %v\n%s", err, &told)
			case <-time.After(20 * time.Millisecond):
				if sources() >= stopAt {
					stopAt = 0
					cmd.Process.Signal(os.Interrupt) //nolint:errcheck // it may be done
				}
			}
		}
		<-ended
		return told.String()
	}
	last := s.region.Sites[towns-1] // does not answer at first, so that it is not over before the interruption
	last.Faults = []town.Fault{{Kind: town.Hang, Until: s.clock.Now().Add(time.Hour)}}
	told := add(1)
	left := sources()
	if left == 0 || left >= towns || !strings.Contains(told, "the same command goes on there") {
		s.t.Fatalf("interrupted with %d sources:\n%s", left, told)
	}
	s.clock.Advance(2 * time.Hour)
	told = add(0)
	if n := sources(); n != towns || !strings.Contains(told, fmt.Sprintf("%d listed already, 0 failed", left)) {
		s.t.Fatalf("after the second time there are %d sources:\n%s", n, told)
	}
}

// holdsTowns: every town is in the feeds, under the name that the list gave it.
func (s *stage) holdsTowns(towns int) {
	s.t.Helper()
	cfg, err := config.Load(s.config())
	if err != nil {
		s.t.Fatal(err)
	}
	named := 0
	for _, src := range cfg.Sources {
		if strings.HasPrefix(src.Title, "Rathaus ") {
			named++
		}
		for _, form := range []string{".rss", ".atom", ".json"} {
			if _, err := s.get("/sources/" + src.Name + form); err != nil {
				s.t.Error(err)
			}
		}
		if feed, err := s.feed("/sources/" + src.Name + ".json"); err != nil || len(feed) < 5 {
			s.t.Errorf("%s has %d items, %v", src.Name, len(feed), err)
		}
	}
	if want := (towns + 2) / 3 * 2; named < want-1 {
		s.t.Errorf("%d sources have the names of the list, want about %d", named, want)
	}
	opml, err := s.get("/opml?raw")
	if err != nil || strings.Count(opml, "/sources/") < towns {
		s.t.Errorf("the OPML has %d sources, %v", strings.Count(opml, "/sources/"), err)
	}
	if feed, err := s.feed("/all.json"); err != nil || len(feed) < 50 {
		s.t.Errorf("/all.json has %d items, %v", len(feed), err)
	}
}
