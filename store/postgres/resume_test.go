//go:build unix

package postgres

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// TestRewound holds that a process writes nothing into a database that has lost
// commits which it has seen, until it is resumed; then no number is given twice.
func TestRewound(t *testing.T) {
	name := nameOf(t.TempDir())
	address := database(t, name)
	admin := strings.Replace(address, "/"+name+"?", "/postgres?", 1)
	report := func(path string) news.Report {
		item := news.Item{URL: "https://town.example/" + path, Headline: "Meldung " + path, BodyText: path}
		return news.Report{Visit: news.Visit{Source: "town", Started: time.Now()}, Drafts: []news.Draft{{Item: item}}}
	}
	s, err := Open(t.Context(), Address{URL: address}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	if _, err := s.Commit(t.Context(), report("before")); err != nil {
		t.Fatal(err)
	}
	backup := name + "_backup"
	replace := func(with, database string) {
		pgtest.Exec(t, admin, "drop database if exists "+database+" with (force)")
		pgtest.Exec(t, admin, "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"+with+"'")
		pgtest.Exec(t, admin, "create database "+database+" template "+with)
	}
	replace(name, backup)
	eventually(t, "the database answers again", func() bool { _, err := s.Commit(t.Context(), report("lost")); return err == nil })
	seen, generation := lastSeq(t, s), s.Generation()
	replace(backup, name)

	watching, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Watch(watching) //nolint:errcheck // it ends with its context
	}()
	defer func() { stop(); <-done }()
	eventually(t, "it is known that commits were lost", func() bool { return errors.Is(s.Health(), ErrRewound) })
	if _, err := s.Commit(t.Context(), report("after")); !errors.Is(err, ErrRewound) || !errors.Is(err, news.ErrUnwritable) {
		t.Errorf("Commit into a database that has lost commits = %v, want %v, to be tried again", err, ErrRewound)
	}
	if n := pgtest.Count(t, address, "select count(*) from items"); n != 1 {
		t.Errorf("the database has %d items, want the one of the backup", n)
	}

	if _, _, err := Resume(t.Context(), Address{URL: address}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the database is well again", func() bool { return s.Health() == nil })
	if _, err := s.Commit(t.Context(), report("after")); err != nil {
		t.Fatal(err)
	}
	if last := lastSeq(t, s); last <= seen {
		t.Errorf("the new item is Seq %d, and %d was given before", last, seen)
	}
	if changed := s.Changed(news.Query{}); changed <= generation {
		t.Errorf("everything has changed up to generation %d, and %d was given before", changed, generation)
	}
}

// lastSeq is the highest Seq of the items.
func lastSeq(t *testing.T, s *Store) (last uint64) {
	t.Helper()
	items, err := s.Items(t.Context(), news.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		last = max(last, item.Seq)
	}
	return last
}
