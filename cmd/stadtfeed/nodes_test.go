package main

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// TestNodesAreKilled has several processes visit the same towns by way of one
// database, and kills them at random moments while the towns go on publishing.
// Nothing may be lost, doubled or numbered with a hole, no visit stored twice,
// and no town asked by two at once.
func TestNodesAreKilled(t *testing.T) {
	inCI(t)
	t.Parallel()
	const nodes = 4
	kills := int64(nightly(24, 1000))
	began := time.Now().UTC()
	s := stageOf(t, began, town.Generate(town.Plan{Sites: 8, Seed: 17, Start: began, Days: 8, Past: 10, PerWeek: 20}))
	address := pgtest.Empty(t, fmt.Sprintf("k%d_%08x", os.Getpid(), crc32.ChecksumIEEE([]byte(s.dir))))
	s.env = []string{"STADTFEED_STORE=" + address}
	s.run("database", "migrate")
	var killed atomic.Int64
	var working sync.WaitGroup
	for n := range nodes {
		rnd := rand.New(rand.NewPCG(3, uint64(n))) //nolint:gosec // the same each time
		working.Go(func() {
			for killed.Load() < kills && !t.Failed() {
				if s.crawlAndKill(address, time.Duration(100+rnd.IntN(1500))*time.Millisecond) {
					killed.Add(1)
				}
				if n == 0 {
					s.clock.Advance(time.Hour)
				}
			}
		})
	}
	working.Wait()
	for range 3 {
		s.run("crawl")
	}
	s.run("verify")
	seen, seqs := map[string]bool{}, map[uint64]bool{}
	for line := range strings.Lines(s.run("items", "--json", "--withdrawn")) {
		var it struct {
			Seq uint64
			URL string
		}
		if err := json.Unmarshal([]byte(line), &it); err != nil {
			t.Fatal(err)
		}
		if seen[it.URL] || seqs[it.Seq] {
			t.Errorf("%s with Seq %d is there twice", it.URL, it.Seq)
		}
		seen[it.URL], seqs[it.Seq] = true, true
	}
	for seq := range uint64(len(seqs)) {
		if !seqs[seq+1] {
			t.Errorf("no item has Seq %d of %d", seq+1, len(seqs))
		}
	}
	if len(seen) < s.visible() {
		t.Errorf("the archive has %d items, the towns show %d", len(seen), s.visible())
	}
	twice := pgtest.Count(t, address,
		"select count(*) from (select from visits group by source, visit->>'started' having count(*) > 1) twice")
	if twice != 0 {
		t.Errorf("%d visits are stored twice", twice)
	}
	if faults := s.region.Conduct().Faults; len(faults) > 0 {
		t.Errorf("towns complain: %s", strings.Join(faults, "\n"))
	}
	t.Logf("%d kills, %d items, %d requests", killed.Load(), len(seen), s.region.Conduct().Requests)
}

// crawlAndKill visits all sources and kills that after a while, should it not be
// done by then. The claims and turns of what was killed end at once, as if a
// minute had passed.
func (s *stage) crawlAndKill(address string, after time.Duration) (killed bool) {
	cmd := s.command("crawl")
	cmd.Dir = s.dir
	var told lockedBuffer
	cmd.Stdout, cmd.Stderr = &told, &told
	if err := cmd.Start(); err != nil {
		s.t.Error(err)
		return false
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() }) //nolint:errcheck // it is done then
	err := cmd.Wait()
	if timer.Stop() {
		if err != nil {
			s.t.Errorf("crawl: %v\n%s", err, told.String())
		}
		return false
	}
	host, _ := os.Hostname() //nolint:errcheck // as owner does
	owner := fmt.Sprintf("%s-%d", host, cmd.Process.Pid)
	theirs := "with theirs as (select host from hosts where owner = '" + owner + "' and held order by host for update) "
	pgtest.Exec(s.t, address, "begin; "+
		theirs+"update turns t set busy_until = least(busy_until, now()) from theirs where theirs.host = t.host; "+
		theirs+"update hosts h set next = now() - interval '1s' from theirs where theirs.host = h.host; "+
		"commit")
	return true
}
