//go:build unix

package postgres

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// A reading store is one of a feed server, with what its log says.
type readingStore struct {
	*Store
	log lockedBuffer
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

func (l *lockedBuffer) says(what string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.b.String(), what)
}

// follower opens a store that reads from a replica, and lets it watch.
func follower(t *testing.T, primary, replica string) *readingStore {
	s := &readingStore{}
	opt := Options{Log: slog.New(slog.NewTextHandler(&s.log, nil)), Replica: &Address{URL: replica}, Patient: true}
	var err error
	if s.Store, err = Open(context.Background(), Address{URL: primary}, opt); err != nil {
		t.Fatal(err)
	}
	watching, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Watch(watching) //nolint:errcheck // it ends with its context
	}()
	t.Cleanup(func() { stop(); <-done; s.Close() }) //nolint:errcheck,gosec // the test is over
	return s
}

func (s *readingStore) fromReplica() bool { _, reads, _ := s.Lag(); return reads }

// writing commits an item each time that it is called.
func writing(t *testing.T, s *Store) func() {
	n := 0
	return func() {
		n++
		r := news.Report{
			Visit: news.Visit{Source: "town", Started: time.Now()},
			Drafts: []news.Draft{{Item: news.Item{URL: fmt.Sprintf("https://town.example/%d", n),
				Headline: fmt.Sprint("Meldung ", n), Tags: []string{"Verkehr"}}}},
		}
		if _, err := s.Commit(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
}

// TestReplica holds what readers of a replica see of a real standby that follows
// by streaming: whoever pages by Seq misses nothing while items are committed,
// the generation never goes back, the primary answers while the standby is away
// or has not replayed what readers saw, and the standby while the primary is
// away.
func TestReplica(t *testing.T) {
	primary := database(t, nameOf(t.TempDir()))
	writer, err := Open(context.Background(), Address{URL: primary}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close() //nolint:errcheck // the test is over
	write := writing(t, writer)
	write()
	standby := pgtest.Replica(t)
	w, through := pgtest.NewWire(t, primary)
	s := follower(t, through, standby.Address(primary))
	eventually(t, "the replica is read", s.fromReplica)

	t.Run("nothing is missed", func(t *testing.T) {
		before := s.Generation()
		pages := paging(t, s, writer)
		for range 300 {
			write()
		}
		pages(301)
		eventually(t, "all commits are known", func() bool { return s.Generation() == before+300 })
	})
	t.Run("a standby that stands still", func(t *testing.T) {
		pgtest.Exec(t, standby.Address(primary), "select pg_wal_replay_pause()")
		write()
		write()
		eventually(t, "it is told to be behind", func() bool { lag, _, _ := s.Lag(); return lag > 500*time.Millisecond })
		if items, err := s.Items(t.Context(), news.Query{}); err != nil || len(items) != 301 || !s.fromReplica() {
			t.Errorf("%d items, %v; one that is behind by little is read on", len(items), err)
		}
		s.replica.lag.Store(int64(longestLag + time.Second))
		eventually(t, "the primary is read instead", func() bool {
			items, _ := s.Items(t.Context(),
				news.Query{})
			return len(items) == 303
		}) //nolint:errcheck // tried again
		generation := s.Generation()
		s.replica.lag.Store(0)
		eventually(t, "the log says why", func() bool { return s.log.says("it is 1m1s behind") })
		if s.fromReplica() || s.Generation() != generation {
			t.Errorf("generation %d, it was %d: readers went back", s.Generation(), generation)
		}
		pgtest.Exec(t, standby.Address(primary), "select pg_wal_replay_resume()")
		eventually(t, "the replica is read again", s.fromReplica)
		eventually(t, "it is behind no more", func() bool { lag, _, _ := s.Lag(); return lag == 0 })
	})
	t.Run("a standby that dies", func(t *testing.T) {
		standby.Stop()
		write()
		if items, err := s.Items(t.Context(), news.Query{}); err != nil || len(items) != 304 {
			t.Errorf("%d items, %v, want those of the primary", len(items), err)
		}
		standby.Start()
		eventually(t, "the replica is read again", s.fromReplica)
	})
	t.Run("a primary that is away", func(t *testing.T) {
		w.Cut(true)
		time.Sleep(2 * lagEvery)
		items, err := s.Items(t.Context(), news.Query{})
		if err != nil || len(items) != 304 || s.Health() != nil {
			t.Errorf("%d items, %v, health %v, want those of the replica", len(items), err, s.Health())
		}
		began := follower(t, through, standby.Address(primary))
		eventually(t, "one that starts reads the replica", began.fromReplica)
		w.Cut(false)
	})
	t.Run("another archive", func(t *testing.T) {
		foreign := database(t, "other_"+nameOf(t.TempDir()))
		pgtest.Exec(t, foreign, "update state set created = created + interval '1 day'")
		other := follower(t, primary, foreign)
		eventually(t, "it is refused", func() bool { return other.log.says("it follows another archive") })
		if items, err := other.Items(t.Context(), news.Query{}); err != nil || len(items) != 304 {
			t.Errorf("%d items, %v, want those of the primary", len(items), err)
		}
	})
}

// paging reads on by Seq, of the primary and of a follower, as two readers do. It
// returns a function that waits until both have all items and holds that they met
// each once and in order.
func paging(t *testing.T, stores ...interface {
	Items(ctx context.Context, q news.Query) ([]news.Item, error)
}) func(want int) {
	var met [2][]uint64
	var readers sync.WaitGroup
	var want int
	known := make(chan struct{})
	for i, s := range stores {
		readers.Go(func() {
			for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
				q := news.Query{BySeq: true, Limit: 7}
				if n := len(met[i]); n > 0 {
					q.After = met[i][n-1]
				}
				items, err := s.Items(t.Context(), q)
				if err != nil {
					t.Error(err)
					return
				}
				for _, it := range items {
					met[i] = append(met[i], it.Seq)
				}
				select {
				case <-known:
					if len(met[i]) >= want {
						return
					}
				default:
				}
			}
		})
	}
	return func(n int) {
		want = n
		close(known)
		readers.Wait()
		for i, seqs := range met {
			for at, seq := range seqs {
				if seq != uint64(at)+1 { //nolint:gosec // a count
					t.Fatalf("reader %d met Seq %d after %d items", i, seq, at)
				}
			}
			if len(seqs) != n {
				t.Errorf("reader %d met %d items, want %d", i, len(seqs), n)
			}
		}
	}
}
