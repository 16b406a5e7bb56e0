package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// Figures prints the archive's promises as numbers, each against a floor that
// is measured in the same run:
//
//	go test ./store -run - -bench Figures -benchtime 1x
//	STADTFEED_NIGHTLY=1 go test ./store -run - -bench Figures -benchtime 1x -timeout 2h
//
// The second one is at full size, 100,000 and 1,000,000 items.
func BenchmarkFigures(b *testing.B) {
	small, large := 5_000, 50_000
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		small, large = 100_000, 1_000_000
	}
	for _, f := range []struct {
		name string
		run  func(b *testing.B, small, large int)
	}{
		{"read", figureRead}, {"search", figureSearch}, {"size", figureSize}, {"open", figureOpen},
		{"visits", figureVisits}, {"commit", figureCommit}, {"restore", figureRestore},
	} {
		b.Run(f.name, func(b *testing.B) { f.run(b, small, large) })
	}
}

var lexicon = sync.OnceValue(func() []string {
	r := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("stadt ge ver be ung heit lich rat haus stra ße en er der ein kom mu ne bau wer ken land kreis wal tung bür ger meis ter an trag ord nung schu le ki ta fest markt platz um lei tung sper re öff nen zeit plan pro jekt för der mit tel kli ma schutz ver kehr rad weg bahn hof mu se um the a ter")
	words := make([]string, 30_000)
	for i := range words {
		for range 1 + r.IntN(4) {
			words[i] += syllables[r.IntN(len(syllables))]
		}
	}
	return words
})

// article is an item of about 3 KB as JSON, from words as frequent as in
// language.
func article(n int) news.Item {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	zipf := rand.NewZipf(r, 1.1, 4, uint64(len(lexicon())-1))
	text := func(words int) string {
		var b strings.Builder
		for i := range words {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(lexicon()[zipf.Uint64()])
		}
		return b.String()
	}
	topics := rand.NewZipf(r, 1.2, 2, 400)
	town := n / 20 % 100 // a visit brings twenty items of one town
	it := news.Item{
		URL: fmt.Sprintf("https://www.town%d.example/rathaus/aktuelles/%d-meldung.html", town, n), Language: "de", Place: fmt.Sprintf("Ort %d", town),
		Kicker: fmt.Sprintf("Ort %d", town), Headline: text(7) + " " + strconv.Itoa(n), Teaser: text(30), Byline: "pm", Tags: []string{fmt.Sprintf("Tag %d", n%10), fmt.Sprintf("Thema %d", topics.Uint64()), "Rathaus"},
		Published: news.Moment{Time: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * 3 * time.Minute), Precision: news.Minute},
		Image:     fmt.Sprintf("https://www.town%d.example/bilder/%d.jpg", town, n),
	}
	for range 4 {
		p := text(33)
		it.BodyText += p + "\n\n"
		it.BodyHTML += "<p>" + p + "</p>\n"
	}
	return it
}

func articleReport(from, to int) news.Report {
	r := news.Report{Visit: news.Visit{Source: fmt.Sprintf("town%d", from/20%100), Started: time.Unix(0, 0)}}
	for n := from; n < to; n++ {
		it := article(n)
		r.Drafts = append(r.Drafts, news.Draft{Item: it, Canonical: news.Canonical(it.URL), Position: to - n})
		r.Pages = append(r.Pages, news.PageState{URL: it.URL, Source: r.Visit.Source, Status: 200, Fetched: it.Published.Time, FirstSeen: it.Published.Time, ETag: fmt.Sprintf(`"5f-%x"`, n)})
	}
	return r
}

var archives sync.Map // size -> path

// archiveOf is a file with so many items, made once in a run.
func archiveOf(b *testing.B, n int) string {
	b.Helper()
	if path, ok := archives.Load(n); ok {
		return path.(string)
	}
	dir := os.Getenv("STADTFEED_BENCH_DIR")
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "stadtfeed-bench"); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(dir, fmt.Sprintf("%d.db", n))
	s, err := Open(path, Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	for have := int(s.high(b)); have < n; have += 20 {
		if _, err := s.Commit(context.Background(), articleReport(have, have+20)); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.growWords(1); err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	archives.Store(n, path)
	return path
}

func (s *Store) high(b testing.TB) (seq uint64) {
	if err := s.view(func(t *txn) error { seq = t.bucket(items).Sequence(); return nil }); err != nil {
		b.Fatal(err)
	}
	return seq
}

func openBench(b *testing.B, path string) *Store {
	b.Helper()
	s, err := Open(path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// median is the middle of so many runs.
func median(runs int, fn func(i int)) time.Duration {
	took := make([]time.Duration, runs)
	for i := range took {
		start := time.Now()
		fn(i)
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	return took[runs/2]
}

// figureRead: the larger archive ≤ 1.3 × the smaller.
func figureRead(b *testing.B, small, large int) {
	ctx := context.Background()
	tag := func(slug string) [][]news.Term { return [][]news.Term{{{Facet: news.Tag, Value: slug}}} }
	questions := map[string]func(s *Store, n, i int) (int, error){
		"all": func(s *Store, _, _ int) (int, error) {
			got, err := s.Items(ctx, news.Query{Limit: 50})
			return len(got), err
		},
		"tag": func(s *Store, _, i int) (int, error) {
			got, err := s.Items(ctx, news.Query{All: tag(fmt.Sprintf("tag-%d", i%10)), Limit: 50})
			return len(got), err
		},
		"saved": func(s *Store, _, i int) (int, error) {
			got, err := s.Items(ctx, news.Query{All: [][]news.Term{{{Facet: news.Tag, Value: "tag-1"}, {Facet: news.Tag, Value: "tag-2"}}, {{Facet: news.Source, Value: "town1"}, {Facet: news.Source, Value: "town2"}}}, Limit: 20})
			return len(got), err
		},
		"after": func(s *Store, n, i int) (int, error) {
			got, err := s.Items(ctx, news.Query{All: tag(fmt.Sprintf("tag-%d", i%10)), After: uint64(n / 2), Limit: 50})
			return len(got), err
		},
		"before": func(s *Store, n, i int) (int, error) {
			got, err := s.Items(ctx, news.Query{All: tag(fmt.Sprintf("tag-%d", i%10)), Before: uint64(n / 2), Limit: 50})
			return len(got), err
		},
		"never": func(s *Store, _, i int) (int, error) { // each is on a tenth of the items, both on none
			got, err := s.Items(ctx, news.Query{All: slices.Concat(tag("tag-1"), tag("tag-2")), Limit: 50})
			return 1 + len(got), err
		},
		"item": func(s *Store, n, i int) (int, error) {
			it, err := s.Item(ctx, news.MintID(news.Canonical(article(i*7919%n).URL)))
			return int(min(it.Seq, 1)), err
		},
	}
	a, c := openBench(b, archiveOf(b, small)), openBench(b, archiveOf(b, large))
	for name, ask := range questions {
		times := map[*Store]time.Duration{}
		for round := range 3 {
			for _, s := range []*Store{a, c} {
				n := small
				if s == c {
					n = large
				}
				took := median(200, func(i int) {
					if got, err := ask(s, n, i); err != nil || got == 0 {
						b.Fatalf("%s: %d, %v", name, got, err)
					}
				})
				if round == 0 || took < times[s] {
					times[s] = took
				}
			}
		}
		b.ReportMetric(float64(times[c])/float64(times[a]), name+"-ratio")
		b.ReportMetric(float64(times[c].Microseconds()), name+"-µs")
	}
	b.ReportMetric(0, "ns/op")
}

// figureSearch: median ≤ 20 ms at 100,000 items.
func figureSearch(b *testing.B, small, large int) {
	s := openBench(b, archiveOf(b, max(small, min(large, 100_000))))
	words := lexicon()
	var took []time.Duration
	for i := range 200 {
		value := words[i*i%2000]
		switch i % 4 {
		case 1:
			value = value[:min(3, len(value))]
		case 2:
			value += " " + words[i%50]
		}
		q := news.Query{All: [][]news.Term{{{Facet: news.Word, Value: value}}}, Limit: 50}
		if i%4 == 3 {
			q.All = append(q.All, []news.Term{{Facet: news.Word, Value: words[i%300]}})
		}
		start := time.Now()
		if _, err := s.Items(context.Background(), q); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "median-µs")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
	b.ReportMetric(0, "ns/op")
}

// figureSize: file ≤ 1.0 × the raw JSON, bodies included.
func figureSize(b *testing.B, _, large int) {
	path := archiveOf(b, large)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for n := range 500 {
		it := article(n * 97 % large)
		it.ID, it.Sources = news.MintID(it.URL), []string{"town1"}
		raw, err := json.Marshal(it)
		if err != nil {
			b.Fatal(err)
		}
		size += len(raw)
	}
	perItem := float64(info.Size()) / float64(large)
	b.ReportMetric(perItem/(float64(size)/500), "of-JSON")
	b.ReportMetric(perItem, "B/item")
	b.ReportMetric(float64(size)/500, "JSON-B/item")
	b.ReportMetric(0, "ns/op")
}

// figureOpen: ≤ 1 s and ≤ 50 MB of anonymous memory, in a process of its own.
func figureOpen(b *testing.B, _, large int) {
	cmd := exec.Command(os.Args[0], "-test.run", "^TestChild$")
	cmd.Env = append(os.Environ(), "STADTFEED_CHILD=open "+archiveOf(b, large))
	out, err := cmd.CombinedOutput()
	var took, memory float64
	if _, scanErr := fmt.Sscanf(string(out), "opened in %f ms, %f MB", &took, &memory); err != nil || scanErr != nil {
		b.Fatalf("%v: %s", err, out)
	}
	b.ReportMetric(took, "ms")
	b.ReportMetric(memory, "MB-anonymous")
	b.ReportMetric(0, "ns/op")
}

// figureVisits: ≥ 0.8 × bare bbolt with 20 puts of JSON per transaction; one
// visit after another, and eight crawlers at once as in the daemon. The second
// figure of each counts also what the indexes put off until visits pause.
func figureVisits(b *testing.B, _, _ int) {
	const n = 160
	reports := make([]news.Report, n)
	for i := range reports {
		reports[i] = articleReport(i*20, i*20+20)
	}
	for _, at := range []struct {
		name     string
		crawlers int
	}{{"one-after-another", 1}, {"eight-at-once", 8}} {
		best := [3]time.Duration{time.Hour, time.Hour, time.Hour}
		for range 5 {
			best[0] = min(best[0], bareVisits(b, at.crawlers, reports))
			ours, indexed := ourVisits(b, at.crawlers, reports)
			best[1], best[2] = min(best[1], ours), min(best[2], indexed)
		}
		b.ReportMetric(float64(best[0])/float64(best[1]), at.name+"-of-bare-bbolt")
		b.ReportMetric(float64(best[0])/float64(best[2]), at.name+"-indexed-of-bare-bbolt")
		b.ReportMetric(n/best[1].Seconds(), at.name+"-visits/s")
	}
	b.ReportMetric(0, "ns/op")
}

// atOnce calls fn with 0 to n-1 from several goroutines.
func atOnce(goroutines, n int, fn func(i int)) time.Duration {
	start := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				fn(i)
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func bareVisits(b *testing.B, crawlers int, reports []news.Report) time.Duration {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "bare.db"), 0o600, &bbolt.Options{InitialMmapSize: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	return atOnce(crawlers, len(reports), func(i int) {
		values := make([][]byte, len(reports[i].Drafts))
		for j, d := range reports[i].Drafts {
			raw, err := json.Marshal(d.Item)
			if err != nil {
				b.Error(err)
			}
			values[j] = raw
		}
		err := db.Update(func(tx *bbolt.Tx) error {
			items, err := tx.CreateBucketIfNotExists([]byte("items"))
			for j, d := range reports[i].Drafts {
				if err == nil {
					err = items.Put([]byte(news.MintID(d.Canonical)), values[j])
				}
			}
			return err
		})
		if err != nil {
			b.Error(err)
		}
	})
}

func ourVisits(b *testing.B, crawlers int, reports []news.Report) (visits, indexed time.Duration) {
	s, err := Open(filepath.Join(b.TempDir(), "ours.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	start := time.Now()
	visits = atOnce(crawlers, len(reports), func(i int) {
		if _, err := s.Commit(context.Background(), reports[i]); err != nil {
			b.Error(err)
		}
	})
	if err := errors.Join(s.flushIndex(0), s.growWords(1)); err != nil {
		b.Error(err)
	}
	return visits, time.Since(start)
}

// figureCommit: p99 ≤ 5 × fsync p99, also after half of the items was pruned.
func figureCommit(b *testing.B, small, large int) {
	path := filepath.Join(b.TempDir(), "commit.db")
	if err := files.Copy(archiveOf(b, large), path); err != nil {
		b.Fatal(err)
	}
	s := openBench(b, path)
	next := large
	p99 := func() (commit, sync float64) {
		f, err := os.Create(filepath.Join(b.TempDir(), "sync"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		var commits, syncs []time.Duration
		for i := range 300 {
			r := articleReport(next, next+1)
			next++
			start := time.Now()
			if _, err := s.Commit(context.Background(), r); err != nil {
				b.Fatal(err)
			}
			commits = append(commits, time.Since(start))
			if _, err := f.WriteAt(make([]byte, 4096), int64(i%16)*4096); err != nil {
				b.Fatal(err)
			}
			start = time.Now()
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
			syncs = append(syncs, time.Since(start))
		}
		slices.Sort(commits)
		slices.Sort(syncs)
		return commits[297].Seconds() * 1000, syncs[297].Seconds() * 1000
	}
	commit, sync := p99()
	b.ReportMetric(commit/sync, "p99-of-fsync")
	b.ReportMetric(commit, "p99-ms")
	pruned, err := s.Prune(context.Background(), news.Retention{Items: time.Since(article(large / 2).Published.Time)})
	released, releaseErr := s.ReleaseDeletions(context.Background())
	if err = errors.Join(err, releaseErr); err != nil || pruned.Items+released < large/3 {
		b.Fatalf("Prune = %+v and %d, %v", pruned, released, err)
	}
	commit, sync = p99()
	b.ReportMetric(commit/sync, "p99-of-fsync-after-pruning")
	b.ReportMetric(commit, "p99-ms-after-pruning")
	c, err := s.Compact(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(c.Stopped.Seconds()*1000/(float64(c.After)/(1<<30)), "compaction-stop-ms/GB")
	b.ReportMetric(0, "ns/op")
}

// figureRestore: ≤ 10 s for 100,000 items.
func figureRestore(b *testing.B, small, _ int) {
	target := filepath.Join(b.TempDir(), "restored.db")
	start := time.Now()
	if err := RestoreFile(context.Background(), archiveOf(b, small), target, false); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(start).Seconds()/float64(small)*100_000, "s/100k-items")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkMergeWords: what merging all segments of an archive takes: heap
// beside what is there, and how long it holds the writer at the longest.
//
//	go test ./store -run - -bench MergeWords -benchtime 1x
//	STADTFEED_NIGHTLY=1 go test ./store -run - -bench MergeWords -benchtime 1x -timeout 1h
func BenchmarkMergeWords(b *testing.B) {
	n := 50_000
	if os.Getenv("STADTFEED_NIGHTLY") != "" {
		n = 1_000_000
	}
	path := filepath.Join(b.TempDir(), "merge.db")
	if err := files.Copy(archiveOf(b, n), path); err != nil {
		b.Fatal(err)
	}
	s := openBench(b, path)
	if err := s.flushIndex(0); err != nil { // else the maintainer does so meanwhile
		b.Fatal(err)
	}
	s.words.mu.RLock()
	run := slices.Clone(s.words.segs)
	s.words.mu.RUnlock()
	var heap uint64
	var longest time.Duration
	for b.Loop() {
		stop := make(chan struct{})
		var watching sync.WaitGroup
		watching.Go(func() { heap = peakHeap(stop) })
		watching.Go(func() { longest = longestHold(s, stop) })
		if err := s.merge(run); err != nil {
			b.Fatal(err)
		}
		close(stop)
		watching.Wait()
		run = slices.Clone(s.words.segs)
	}
	b.ReportMetric(float64(heap)/(1<<20), "MB-extra-heap")
	b.ReportMetric(longest.Seconds()*1000, "longest-hold-ms")
	b.ReportMetric(float64(len(run)), "segments-left")
}

// peakHeap is how much the heap in use grows at the most.
func peakHeap(stop <-chan struct{}) (peak uint64) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	for {
		select {
		case <-stop:
			return peak
		case <-time.After(5 * time.Millisecond):
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc-min(before, m.HeapAlloc))
		}
	}
}

// longestHold is how long somebody who wants to write waits at the most.
func longestHold(s *Store, stop <-chan struct{}) (longest time.Duration) {
	for {
		select {
		case <-stop:
			return longest
		case <-time.After(time.Millisecond):
			start := time.Now()
			s.write.Lock()
			longest = max(longest, time.Since(start))
			s.write.Unlock() //nolint:staticcheck // only waited for
		}
	}
}
