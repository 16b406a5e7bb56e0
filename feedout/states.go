package feedout

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A stateTable is what SourceStates said at one time. It is only read.
type stateTable struct {
	list    []news.SourceState
	at      map[string]*news.SourceState
	newest  []*news.SourceState // those with the latest news first
	metrics struct {            // of the sources of one site
		sync.Mutex
		site *site
		text []byte
	}
}

// states keeps a stateTable, so that requests do not read the state of every
// source. It is as old as statusAge at most, or as thirty times what reading it
// took: with tens of thousands of sources that is what the machine can bear.
type states struct {
	mu         sync.Mutex
	generation uint64
	read       time.Time
	until      time.Time
	table      *stateTable
}

// statesPatience is how many times as long as it took a table is kept.
const statesPatience = 30

// sourceStates are the states of all sources, not older than states says.
func (s *Server) sourceStates(ctx context.Context) (*stateTable, error) {
	m := &s.states
	m.mu.Lock()
	defer m.mu.Unlock()
	now, generation := s.now(), s.archive.Generation()
	patient := now.Before(m.until) && !now.Before(m.read)
	same := m.generation == generation || m.until.Sub(m.read) > statusAge
	if m.table != nil && patient && same {
		return m.table, nil
	}
	began := time.Now()
	list, err := s.archive.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	m.table, m.generation, m.read = newStateTable(list), generation, now
	m.until = now.Add(max(statusAge, statesPatience*time.Since(began)))
	return m.table, nil
}

func newStateTable(list []news.SourceState) *stateTable {
	t := &stateTable{list: list, at: make(map[string]*news.SourceState, len(list)), newest: make([]*news.SourceState, len(list))}
	for i := range list {
		list[i].Learned = nil // the crawler's own, and large
		t.at[list[i].Name], t.newest[i] = &list[i], &list[i]
	}
	slices.SortStableFunc(t.newest, func(a, b *news.SourceState) int { return b.LastNew.Compare(a.LastNew) })
	return t
}

// of is the state of a source; of one that was never visited the zero state.
func (t *stateTable) of(name string) *news.SourceState {
	if st := t.at[name]; st != nil {
		return st
	}
	return &news.SourceState{Name: name}
}

// latestSources are the configured sources with the latest news, n at most; all
// in the order of the configuration where there are no more.
func (t *stateTable) latestSources(x *site, n int) []SourceInfo {
	if len(x.Sources) <= n {
		return x.Sources
	}
	list := make([]SourceInfo, 0, n)
	for _, st := range t.newest {
		if info, ok := x.sources[st.Name]; ok && len(list) < n {
			list = append(list, info)
		}
	}
	for _, info := range x.Sources { // those that were never visited
		if len(list) < n && t.at[info.Name] == nil {
			list = append(list, info)
		}
	}
	return list
}
