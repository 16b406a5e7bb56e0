//go:build unix

package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
	"github.com/stadtfeed/stadtfeed/store/storetest"
)

func openTemp(t testing.TB, dir string, now func() time.Time) storetest.Store {
	s, err := Open(context.Background(), Address{URL: database(t, nameOf(dir))}, Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConformance(t *testing.T) { storetest.Run(t, openTemp) }

// TestBadDatabases holds that what cannot be used is refused in one line with
// what it is and what helps, and that no error carries a password.
func TestBadDatabases(t *testing.T) {
	const secret = "geheim-4711"
	good := database(t, "bad_"+nameOf(t.TempDir()))
	foreign := pgtest.Empty(t, "foreign_"+nameOf(t.TempDir()))
	pgtest.Exec(t, foreign, "create table schema (name text)")
	poor := "poor_" + nameOf(t.TempDir())
	pgtest.Exec(t, good, "create role "+poor+" login")
	with := func(address string) string { return strings.Replace(address, "stadtfeed@", "stadtfeed:"+secret+"@", 1) }
	for _, c := range []struct{ name, address, want string }{
		{"no address", "postgres://u:" + secret + "@:port/x", "not the address of a PostgreSQL database"},
		{"nobody there", "postgres://u:" + secret + "@127.0.0.1:1/x", "does the server run there"},
		{"no such host", "postgres://u:" + secret + "@nobody.invalid/x", "spelt right"},
		{"no such database", strings.Replace(with(good), "/bad_", "/none_", 1), "make it with createdb"},
		{"TLS refused", strings.Replace(with(good), "sslmode=disable", "sslmode=require", 1), "the server offers no TLS"},
		{"an unknown parameter", with(good) + "&sslmod=require", "spelt right"},
		{"a mode that sends JSON as bytes", with(good) + "&default_query_exec_mode=simple_protocol", "cache_describe"},
		{"tables of another program", with(foreign), "tables of another program"},
		{"a user without rights", strings.Replace(good, "stadtfeed@", poor+":"+secret+"@", 1), "lacks a right"},
	} {
		s, err := Open(t.Context(), Address{URL: c.address}, Options{})
		if err == nil {
			s.Close() //nolint:errcheck // it should not be open
			t.Errorf("%s: it opens", c.name)
			continue
		}
		if text := err.Error(); !strings.Contains(text, c.want) || strings.Contains(text, secret) || strings.Contains(text, "\n") {
			t.Errorf("%s: Open = %q, want one line with %q and without the password", c.name, text, c.want)
		}
	}
	pgtest.Exec(t, good, "update schema set version = version - 1")
	if _, err := Open(t.Context(), Address{URL: good}, Options{}); !errors.Is(err, ErrOlder) {
		t.Errorf("Open with an older schema = %v", err)
	}
	pgtest.Exec(t, good, "update schema set version = version + 2")
	if _, err := Open(t.Context(), Address{URL: good}, Options{}); !errors.Is(err, ErrNewer) {
		t.Errorf("Open with a newer schema = %v", err)
	}
	if _, err := Migrate(t.Context(), Address{URL: good}); !errors.Is(err, ErrNewer) {
		t.Errorf("Migrate of a newer schema = %v", err)
	}
}

// TestTwoProcesses holds that stores on one database, as two processes have
// them, give no number twice, leave no hole and keep one host for one owner.
func TestTwoProcesses(t *testing.T) { twoProcesses(t, openTemp) }

func twoProcesses(t *testing.T, open storetest.Opener) {
	dir := t.TempDir()
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	stores := []storetest.Store{open(t, dir, func() time.Time { return now }), open(t, dir, func() time.Time { return now })}
	const each = 20
	var writing sync.WaitGroup
	for i, s := range stores {
		writing.Go(func() {
			for n := range each {
				r := news.Report{
					Visit:  news.Visit{Source: fmt.Sprint("town", i), Started: now},
					Change: &news.HealthChange{Source: fmt.Sprint("town", i), At: now, To: news.OK},
				}
				for _, address := range []string{fmt.Sprintf("https://x.example/%d/%d", i, n), fmt.Sprintf("https://x.example/both/%d", n)} {
					r.Drafts = append(r.Drafts, news.Draft{Item: news.Item{URL: address, Headline: "Meldung " + address, BodyText: address}})
				}
				if _, err := s.Commit(t.Context(), r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	items, err := stores[0].Items(t.Context(), news.Query{BySeq: true})
	if err != nil || len(items) != 3*each {
		t.Fatalf("%d items, %v, want %d: those of both are one", len(items), err, 3*each)
	}
	for i, it := range items {
		if it.Seq != uint64(i)+1 {
			t.Fatalf("item %d has Seq %d", i, it.Seq)
		}
	}
	if changes, err := stores[1].HealthChangesAfter(t.Context(), 0, 1000); err != nil || len(changes) != 2*each {
		t.Errorf("%d changes of health, %v, want %d", len(changes), err, 2*each)
	}
	if err := stores[0].Register(t.Context(), []news.SourceState{{Name: "a", Host: "x.example", Due: now}}); err != nil {
		t.Fatal(err)
	}
	first, err := stores[0].Claim(t.Context(), "one", time.Minute, 5)
	if err != nil || len(first) != 1 {
		t.Fatalf("Claim = %+v, %v", first, err)
	}
	if second, err := stores[1].Claim(t.Context(), "two", time.Minute, 5, "x.example"); err != nil || len(second) != 0 {
		t.Errorf("both processes have the host: %+v, %v", second, err)
	}
	for _, s := range stores {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
