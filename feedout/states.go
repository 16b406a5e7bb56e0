package feedout

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A stateTable holds the states of all sources, so that a request reads only
// those that changed since the one before. A state in it is never changed, only
// replaced.
type stateTable struct {
	mu     sync.Mutex
	since  uint64 // see news.SourceChanges
	whole  wholeReading
	cells  map[string]*stateCell
	newest []*stateCell // those with the latest news, the latest first; newestKept at most
	shown  *siteStates
}

// A stateCell is where a source's state stands; the zero state as long as it was
// never visited.
type stateCell struct{ state *news.SourceState }

// newestKept is more than any page shows, as some may be of no source of the site.
const newestKept = 4 * homeSources

// A wholeReading is when the archive told all states, rather than changes. One
// that never tells less is asked again after statusAge, or after thirty times
// what reading took: with tens of thousands of sources that is what the machine
// can bear.
type wholeReading struct {
	generation uint64
	at, until  time.Time // zero: the archive told changes last
}

// statesPatience is how many times as long as it took a reading of all is kept.
const statesPatience = 30

// suffices reports whether there is no need to ask the archive again.
func (r wholeReading) suffices(now time.Time, generation uint64) bool {
	patient := now.Before(r.until) && !now.Before(r.at)
	return patient && (r.generation == generation || r.until.Sub(r.at) > statusAge)
}

// sourceStates are the states of all sources as they are.
func (s *Server) sourceStates(ctx context.Context) (*stateTable, error) {
	t := &s.states
	t.mu.Lock()
	defer t.mu.Unlock()
	now, generation := s.now(), s.archive.Generation()
	if t.whole.suffices(now, generation) {
		return t, nil
	}
	began := time.Now()
	changes, err := s.archive.SourceChanges(ctx, t.since)
	if err != nil {
		return nil, err
	}
	t.take(changes)
	t.whole = wholeReading{}
	if changes.All {
		t.whole = wholeReading{generation, now, now.Add(max(statusAge, statesPatience*time.Since(began)))}
	}
	return t, nil
}

// take brings the table up to date.
func (t *stateTable) take(c news.SourceChanges) {
	t.since = c.Until
	if c.All {
		t.cells, t.newest, t.shown = make(map[string]*stateCell, len(c.States)), nil, nil
	}
	if t.shown != nil && len(c.States) > 0 {
		t.shown.metrics = nil
	}
	var renewed []*stateCell
	for i := range c.States {
		st := &c.States[i]
		cell := t.cells[st.Name]
		if cell == nil {
			cell = &stateCell{}
			t.cells[st.Name], t.shown = cell, nil
		}
		cell.state = st
		renewed = append(renewed, cell)
	}
	t.newest = append(slices.DeleteFunc(t.newest, func(c *stateCell) bool { return slices.Contains(renewed, c) }), renewed...)
	slices.SortStableFunc(t.newest, func(a, b *stateCell) int { return b.state.LastNew.Compare(a.state.LastNew) })
	t.newest = slices.Clone(t.newest[:min(newestKept, len(t.newest))])
}

// known is the state of a source; nil of one that was never visited.
func (t *stateTable) known(name string) *news.SourceState {
	t.mu.Lock()
	defer t.mu.Unlock()
	if cell := t.cells[name]; cell != nil {
		return cell.state
	}
	return nil
}

// of is the state of a source; of one that was never visited the zero state.
func (t *stateTable) of(name string) *news.SourceState {
	if st := t.known(name); st != nil {
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
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]SourceInfo, 0, n)
	for _, cell := range t.newest {
		if info, ok := x.sources[cell.state.Name]; ok && len(list) < n {
			list = append(list, info)
		}
	}
	if len(list) == n {
		return list
	}
	for _, info := range x.Sources { // those that were never visited
		if len(list) < n && t.cells[info.Name] == nil {
			list = append(list, info)
		}
	}
	return list
}

// siteStates are the states of a site's sources, in the order of the configuration.
type siteStates struct {
	of      *site
	rows    []siteState
	metrics []byte // see metricsText; nil: to be made
}

// A siteState is one of them. Fold is the title as it is sorted, label how the
// source is named in metrics; both are made when they are first asked for.
type siteState struct {
	place int // in site.Sources
	cell  *stateCell
	fold  string
	label string
}

// site are the states of a site's sources; t.mu is held.
func (t *stateTable) site(x *site) *siteStates {
	if t.shown != nil && t.shown.of == x {
		return t.shown
	}
	t.shown = &siteStates{of: x, rows: make([]siteState, len(x.Sources))}
	for i, src := range x.Sources {
		cell := t.cells[src.Name]
		if cell == nil {
			cell = &stateCell{&news.SourceState{Name: src.Name}}
		}
		t.shown.rows[i] = siteState{place: i, cell: cell}
	}
	return t.shown
}

// sorted are the sources of the n-th page of a site by a column, and how many of
// all need attention.
func (t *stateTable) sorted(x *site, by column, page int) (shown []SourceInfo, trouble int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	rows := t.site(x).rows
	order := make([]*siteState, len(rows))
	for i := range rows {
		row := &rows[i]
		order[i] = row
		if severity(row.cell.state.Health) > severity(news.OK) {
			trouble++
		}
		if by.folded && row.fold == "" {
			row.fold = news.Fold(x.sources[row.cell.state.Name].Title)
		}
	}
	slices.SortFunc(order, func(a, b *siteState) int { return cmp.Or(by.compare(a, b), cmp.Compare(a.place, b.place)) })
	for _, row := range rowsOn(order, page) {
		shown = append(shown, x.sources[row.cell.state.Name])
	}
	return shown, trouble
}
