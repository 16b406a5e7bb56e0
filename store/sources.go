package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A sourceRecord is a source's state on disk.
type sourceRecord struct {
	news.SourceState
	Configured bool `json:"configured"`
}

func (s *Store) loadSources(t *txn) error {
	s.sources.reset()
	defer s.sources.forgetChanges()
	return t.bucket(sources).ForEach(func(k, v []byte) error {
		r, err := readSource(k, v)
		if err != nil {
			return err
		}
		s.sources.set(r)
		return nil
	})
}

func (t *txn) source(name string) (r sourceRecord, found bool, err error) {
	v := t.get(sources, []byte(name))
	if v == nil {
		return r, false, nil
	}
	r, err = readSource([]byte(name), v)
	return r, true, err
}

func readSource(key, record []byte) (r sourceRecord, err error) {
	payload, err := unseal(sources, key, record)
	if err != nil {
		return r, err
	}
	if r, err = decodeSource(payload); err != nil {
		return r, &RecordError{Bucket: sources.String(), Key: bytes.Clone(key), Why: err.Error()}
	}
	return r, nil
}

func (t *txn) putSource(r sourceRecord) error {
	if r.Name == "" {
		return fmt.Errorf("a source without a name")
	}
	if !r.Configured {
		r.Due = time.Time{}
	}
	t.effects = append(t.effects, func() { t.s.sources.set(r) })
	return t.putRecord(sources, []byte(r.Name), encodeSource(r), plain)
}

// registerStep is how many sources are registered in one transaction.
const registerStep = 1000

// Register makes states the configured sources. What is known of a source
// stays, its due time with it; only URL and Host are brought up to date. A
// source that is no longer configured keeps its items and its state but is
// never due. Many sources are registered in steps.
func (s *Store) Register(ctx context.Context, states []news.SourceState) error {
	fresh := make(map[string]news.SourceState, len(states)) // and those that are not as registered
	for _, st := range states {
		fresh[st.Name] = st
	}
	var gone []sourceRecord
	err := s.view(func(t *txn) (err error) {
		gone, err = t.sourcesWhere(ctx, func(r sourceRecord) bool {
			st, configured := fresh[r.Name]
			same := r.URL == st.URL && r.Host == st.Host
			if r.Configured && configured && same && !r.Due.IsZero() {
				delete(fresh, r.Name)
			}
			return r.Configured && !configured
		})
		return err
	})
	if err != nil {
		return err
	}
	states = slices.DeleteFunc(slices.Clone(states), func(st news.SourceState) bool { _, is := fresh[st.Name]; return !is })
	for step := range slices.Chunk(states, registerStep) {
		if err := s.step(ctx, func(t *txn) error { return t.register(step) }); err != nil {
			return err
		}
	}
	for step := range slices.Chunk(gone, registerStep) {
		if err := s.step(ctx, func(t *txn) error { return t.unregister(step) }); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) register(states []news.SourceState) error {
	for _, st := range states {
		r, known, err := t.source(st.Name)
		if err != nil {
			return err
		}
		if !known {
			r.SourceState = st
		}
		r.URL, r.Host, r.Configured = st.URL, st.Host, true
		if r.Due.IsZero() {
			r.Due = st.Due
		}
		if err := t.putSource(r); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) unregister(gone []sourceRecord) error {
	for _, old := range gone {
		r, known, err := t.source(old.Name)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		r.Configured = false
		if err := t.putSource(r); err != nil {
			return err
		}
	}
	return nil
}

// countSource notes in a source's state how many items it has.
func (t *txn) countSource(name string, items int) error {
	r, known, err := t.source(name)
	if err != nil || !known || r.Items == items {
		return err
	}
	r.Items = items
	return t.putSource(r)
}

func (t *txn) sourcesWhere(ctx context.Context, want func(sourceRecord) bool) (out []sourceRecord, err error) {
	err = t.bucket(sources).ForEach(func(k, v []byte) error {
		r, err := readSource(k, v)
		if err != nil {
			return err
		}
		if want(r) {
			out = append(out, r)
		}
		return ended(ctx)
	})
	return out, err
}

// SourceState is what is remembered of a source, configured or not.
func (s *Store) SourceState(_ context.Context, name string) (st news.SourceState, err error) {
	err = s.view(func(t *txn) error {
		r, found, err := t.source(name)
		if err == nil && !found {
			return fmt.Errorf("source %q: %w", name, news.ErrNotFound)
		}
		st = r.SourceState
		return err
	})
	return st, err
}

// SourceStates are the configured sources, by name.
func (s *Store) SourceStates(ctx context.Context) (out []news.SourceState, err error) {
	err = s.view(func(t *txn) error {
		rs, err := t.sourcesWhere(ctx, func(r sourceRecord) bool { return r.Configured })
		for _, r := range rs {
			out = append(out, r.SourceState)
		}
		return err
	})
	return out, err
}

// SourceChanges are the configured sources whose states changed since a call
// that told since; 0: all.
func (s *Store) SourceChanges(ctx context.Context, since uint64) (c news.SourceChanges, err error) {
	names, until, known := s.sources.changedAfter(since)
	c.Until, c.All = until, !known
	if known && len(names) == 0 {
		return c, nil
	}
	err = s.view(func(t *txn) error {
		add := func(r sourceRecord) bool {
			if r.Configured {
				c.States = append(c.States, shownState(r.SourceState))
			}
			return false
		}
		if c.All {
			c.States = make([]news.SourceState, 0, s.sources.configured())
			_, err := t.sourcesWhere(ctx, add)
			return err
		}
		for _, name := range names {
			r, _, err := t.source(name)
			if err != nil {
				return err
			}
			add(r)
		}
		return nil
	})
	return c, err
}

// configured is how many sources there are.
func (st *sourceTable) configured() int {
	st.mu.Lock()
	defer st.mu.Unlock()
	return len(st.hostOf)
}

func (st *sourceTable) forgetChanges() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.log.forget()
}

func (st *sourceTable) changedAfter(n uint64) (names []string, latest uint64, known bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.log.after(n)
}

// shownState is a state without what the crawler has learned. Its texts are its
// own: as they were read they are parts of the record, which is mostly that.
func shownState(st news.SourceState) news.SourceState {
	st.Learned = nil
	for _, text := range []*string{&st.Name, &st.URL, &st.Host, &st.Moved, &st.Why, &st.Helps, (*string)(&st.Health)} {
		*text = strings.Clone(*text)
	}
	for _, reasons := range [][]news.Reason{st.Reasons, st.Advice} {
		for i := range reasons {
			r := &reasons[i]
			r.Code = strings.Clone(r.Code)
			for n := range r.Args {
				r.Args[n] = strings.Clone(r.Args[n])
			}
		}
	}
	return st
}
