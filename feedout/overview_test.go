//go:build unix

package feedout_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/internal/floor"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// manyVisited is an archive with so many sources, each visited once with one
// item, and a server over it.
func manyVisited(b *testing.B, n int) (*store.Store, http.Handler) {
	b.Helper()
	archive, err := store.Open(filepath.Join(b.TempDir(), "many.db"), store.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := archive.Close(); err != nil {
			b.Error(err)
		}
	})
	many := site
	many.Sources = nil
	states := make([]news.SourceState, n)
	for i := range n {
		name := fmt.Sprintf("stadt-%05d", i)
		states[i] = news.SourceState{Name: name, URL: "https://" + name + ".example/", Host: name + ".example"}
		many.Sources = append(many.Sources, feedout.SourceInfo{Name: name, Title: fmt.Sprintf("Stadt %05d", n-i), URL: states[i].URL})
	}
	if err := archive.Register(b.Context(), states); err != nil {
		b.Fatal(err)
	}
	var reports []news.Report
	for i := range states {
		reports = append(reports, visitOf(states[i], i))
		if len(reports) == 500 || i == n-1 {
			if _, err := archive.Commit(b.Context(), reports...); err != nil {
				b.Fatal(err)
			}
			reports = nil
		}
	}
	s, err := feedout.New(archive, many, feedout.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return archive, s
}

// visitOf is a visit of a source that brought one item.
func visitOf(st news.SourceState, n int) news.Report {
	now := time.Now().Add(-time.Duration(n) * time.Millisecond)
	st.Health, st.LastVisit, st.LastSuccess, st.Due = news.OK, now, now, now.Add(time.Hour)
	st.Learned = []byte(strings.Repeat("l", 1500))
	it := news.Item{
		URL:      fmt.Sprintf("%s%d", st.URL, n),
		Headline: "Meldung " + fmt.Sprint(n),
		Sources:  []string{st.Name},
		Place:    fmt.Sprintf("Ort %d", n/5),
		Teaser:   "Kurz.",
	}
	return news.Report{
		Visit: news.Visit{Source: st.Name, Started: now, Health: news.OK}, State: st,
		Drafts: []news.Draft{{Canonical: news.Canonical(it.URL), Item: it}},
	}
}

// BenchmarkOverview is what an answer about all sources costs with 50,000 of
// them: processor time after a visit brought something new.
func BenchmarkOverview(b *testing.B) {
	archive, s := manyVisited(b, 50_000)
	visits := 50_000
	for _, answer := range []struct {
		name, path string
		must       float64 // milliseconds
	}{{"home", "/", 10}, {"readyz", "/readyz", 1}, {"metrics", "/metrics", 50}, {"status", "/status", 30}, {"sources", "/sources", 30}} {
		b.Run(answer.name, func(b *testing.B) {
			browse(b, s, answer.path) // what changes once a day is read once a day
			var cpu time.Duration
			for b.Loop() {
				visits++
				name := fmt.Sprintf("stadt-%05d", visits%50_000)
				st := news.SourceState{Name: name, URL: "https://" + name + ".example/"}
				if _, err := archive.Commit(b.Context(), visitOf(st, visits)); err != nil {
					b.Fatal(err)
				}
				time.Sleep(600 * time.Millisecond) // the archive writes its indexes half a second after a commit
				runtime.GC()
				before := floor.CPU()
				browse(b, s, answer.path)
				cpu += floor.CPU() - before
			}
			b.ReportMetric(float64(cpu.Microseconds())/float64(b.N)/1000, "ms/answer")
			b.ReportMetric(answer.must, "must-ms/answer")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// browse asks as a browser does.
func browse(b *testing.B, s http.Handler, path string) {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Encoding", browserCodes)
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != http.StatusOK {
		b.Fatal(w.Code)
	}
}
