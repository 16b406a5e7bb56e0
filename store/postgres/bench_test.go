//go:build unix

package postgres

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// BenchmarkVisits is a visit as the archive sees it: the host is claimed by name,
// its source's state is read, what came of it is stored (every fifth visit brings
// a new item), and the host is given back; by as many processes' worth of
// visitors as there are connections.
func BenchmarkVisits(b *testing.B) {
	s, err := Open(context.Background(), Address{URL: database(b, nameOf(b.TempDir()))}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // measured
	var states []news.SourceState
	for i := range 2000 {
		host := fmt.Sprintf("town%d.example", i)
		states = append(states, news.SourceState{Name: fmt.Sprint("town", i), Host: host, URL: "https://" + host + "/", Due: time.Now()})
	}
	if err := s.Register(b.Context(), states); err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("Die Stadt baut den Radweg nach Seeheide bis zum Sommer aus. ", 20)
	var n atomic.Int64
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			st := states[int(i)%len(states)]
			claims, err := s.Claim(b.Context(), "bench", time.Minute, 1, st.Host)
			if err != nil || len(claims) == 0 {
				continue
			}
			if st, err = s.SourceState(b.Context(), st.Name); err != nil {
				b.Error(err)
			}
			st.Due = time.Now().Add(time.Hour)
			r := news.Report{Visit: news.Visit{Source: st.Name, Started: time.Now()}, State: st, Claim: claims[0]}
			if i%5 == 0 {
				it := news.Item{
					URL:      fmt.Sprintf("https://%s/%d", st.Host, i),
					Headline: fmt.Sprintf("Meldung %d aus %s", i, st.Name),
					BodyText: fmt.Sprint(i, " ", text, i),
					Tags:     []string{"Verkehr", "Radweg"},
				}
				r.Drafts = []news.Draft{{Item: it}}
				r.Pages = []news.PageState{{URL: it.URL, Source: st.Name, Status: 200, Fetched: time.Now()}}
			}
			if _, err := s.Commit(b.Context(), r); err != nil {
				b.Error(err)
			}
			if err := s.Release(b.Context(), claims[0]); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "visits/s")
}
