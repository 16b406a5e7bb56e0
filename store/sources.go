package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A sourceTable is what claiming needs, in memory: when each source is due,
// and which hosts are claimed. One process holds the file, so claims need not
// be in it; due times are.
type sourceTable struct {
	mu     sync.Mutex
	due    map[string]dueSource
	claims map[string]news.Claim
}

type dueSource struct {
	host string
	due  time.Time // zero: never
}

// A sourceRecord is a source's state on disk.
type sourceRecord struct {
	news.SourceState
	Configured bool `json:"configured"`
}

func (s *Store) loadSources(t *txn) error {
	s.sources.due, s.sources.claims = map[string]dueSource{}, map[string]news.Claim{}
	return t.bucket(sources).ForEach(func(k, v []byte) error {
		r, err := readSource(k, v)
		if err != nil {
			return err
		}
		s.sources.set(r)
		return nil
	})
}

func (st *sourceTable) set(r sourceRecord) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if !r.Configured {
		delete(st.due, r.Name)
		return
	}
	st.due[r.Name] = dueSource{host: r.Host, due: r.Due}
}

func (t *txn) source(name string) (r sourceRecord, found bool, err error) {
	v := t.bucket(sources).Get([]byte(name))
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

// Register makes states the configured sources. What is known of a source
// stays, its due time with it; only URL and Host are brought up to date. A
// source that is no longer configured keeps its items and its state but is
// never due.
func (s *Store) Register(ctx context.Context, states []news.SourceState) error {
	return s.update(func(t *txn) error {
		configured := map[string]bool{}
		for _, st := range states {
			configured[st.Name] = true
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
		gone, err := t.sourcesWhere(ctx, func(r sourceRecord) bool { return r.Configured && !configured[r.Name] })
		if err != nil {
			return err
		}
		for _, r := range gone {
			r.Configured = false
			if err := t.putSource(r); err != nil {
				return err
			}
		}
		return nil
	})
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

// Claim gives owner the right to visit up to limit hosts that have a due source
// and are not claimed by another, the longest due first. A claim that is not
// released ends after ttl.
func (s *Store) Claim(_ context.Context, owner string, now time.Time, ttl time.Duration, limit int) ([]news.Claim, error) {
	st := &s.sources
	st.mu.Lock()
	defer st.mu.Unlock()
	byHost := map[string][]string{}
	for name, src := range st.due {
		if !src.due.IsZero() && !src.due.After(now) && !st.claimed(src.host, now) {
			byHost[src.host] = append(byHost[src.host], name)
		}
	}
	var claims []news.Claim
	for host, names := range byHost {
		slices.SortFunc(names, func(a, b string) int { return cmp.Or(st.due[a].due.Compare(st.due[b].due), cmp.Compare(a, b)) })
		claims = append(claims, news.Claim{Host: host, Owner: owner, Expires: now.Add(ttl), Sources: names})
	}
	slices.SortFunc(claims, func(a, b news.Claim) int {
		return cmp.Or(st.due[a.Sources[0]].due.Compare(st.due[b.Sources[0]].due), cmp.Compare(a.Host, b.Host))
	})
	claims = claims[:min(max(limit, 0), len(claims))]
	for _, c := range claims {
		st.claims[c.Host] = c
	}
	return claims, nil
}

func (st *sourceTable) claimed(host string, now time.Time) bool {
	c, ok := st.claims[host]
	return ok && c.Expires.After(now)
}

// Release ends a claim. One that has expired and was given to another owner
// meanwhile stays with that one.
func (s *Store) Release(_ context.Context, c news.Claim) error {
	s.sources.mu.Lock()
	defer s.sources.mu.Unlock()
	if held, ok := s.sources.claims[c.Host]; ok && held.Owner == c.Owner {
		delete(s.sources.claims, c.Host)
	}
	return nil
}

// NextDue is when the next source of a host that is not claimed is due; zero
// where none is.
func (s *Store) NextDue(context.Context) (time.Time, error) {
	st := &s.sources
	st.mu.Lock()
	defer st.mu.Unlock()
	var next time.Time
	now := s.now()
	for _, src := range st.due {
		if !src.due.IsZero() && (next.IsZero() || src.due.Before(next)) && !st.claimed(src.host, now) {
			next = src.due
		}
	}
	return next, nil
}
