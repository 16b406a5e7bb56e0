//go:build unix

package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

// TestSubscriptions holds that a delivery is given to one process, that a renewal
// keeps what was sent last, that one whose lease ended is none, and that what
// becomes of a delivery is kept.
func TestSubscriptions(t *testing.T) {
	address := database(t, nameOf(t.TempDir()))
	var stores []*Store
	for range 2 {
		s, err := Open(t.Context(), Address{URL: address}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // the test is over
		stores = append(stores, s)
	}
	now := time.Now().UTC().Truncate(time.Second)
	sub := news.Subscription{Topic: "https://feeds.example/all.rss", Callback: "https://x.example/hook", Secret: "geheim",
		Expires: now.Add(time.Hour), Seen: "a", Heard: now}
	over := sub
	over.Callback, over.Expires = "https://x.example/over", now.Add(-time.Second)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(stores[0].PutSubscription(t.Context(), sub))
	check(stores[0].PutSubscription(t.Context(), over))
	take := func(s *Store, digest string) bool {
		t.Helper()
		ours, err := s.TakeDelivery(t.Context(), sub.Topic, sub.Callback, digest, time.Minute)
		check(err)
		return ours
	}
	if take(stores[0], "a") {
		t.Error("what was sent already is to be sent again")
	}
	if !take(stores[0], "b") || take(stores[1], "b") {
		t.Error("a delivery is not taken by exactly one process")
	}
	pgtest.Exec(t, address, "update subscriptions set taken = now() - interval '1s' where taken is not null")
	if !take(stores[1], "b") {
		t.Error("what a process took that died is taken by nobody else")
	}
	done := sub
	done.Seen, done.Failures, done.Next = "b", 3, now.Add(time.Minute)
	check(stores[1].NoteDelivery(t.Context(), done))
	renewed := sub
	renewed.Secret, renewed.Expires = "neu", now.Add(2*time.Hour)
	check(stores[0].PutSubscription(t.Context(), renewed))
	want := done
	want.Secret, want.Expires = renewed.Secret, renewed.Expires
	list, err := stores[0].Subscriptions(t.Context())
	if err != nil || len(list) != 1 || list[0] != want {
		t.Errorf("Subscriptions = %+v, %v, want %+v", list, err, want)
	}
	check(stores[0].DropSubscription(t.Context(), sub.Topic, sub.Callback))
	if take(stores[1], "c") {
		t.Error("a subscription that has ended gets a feed")
	}
}

// TestSchemaFromTheFirst holds that a database of the first version with data is
// brought up to date, with the hub's subscriptions that were one record.
func TestSchemaFromTheFirst(t *testing.T) {
	address := pgtest.Empty(t, nameOf(t.TempDir()))
	pool, err := connect(t.Context(), Address{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if err := makeSchema(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	if err := pgx.BeginFunc(context.Background(), pool, func(tx pgx.Tx) error { return step(t.Context(), tx, 1) }); err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, address, `insert into kept (name, data) values ('hub', convert_to('[
		{"topic": "https://feeds.example/all.rss", "callback": "https://x.example/hook", "secret": "s",
			"expires": "2126-01-02T03:04:05.5+01:00", "seen": "d"},
		{"topic": "https://feeds.example/ü.rss", "callback": "https://y.example/", "expires": "2126-01-02T03:04:05Z",
			"seen": "", "heard": "2026-01-02T03:04:05Z"}]', 'UTF8'));
		insert into items (seq, shown, gone, forgotten, id, story, head) values (1, now(), false, false, 'x', '',
			'{"item": {"headline": "Eins"}}');
		insert into marks values ('a', 1)`)
	if from, err := Migrate(t.Context(), Address{URL: address}); from != 1 || err != nil {
		t.Fatalf("Migrate = %d, %v", from, err)
	}
	s, err := Open(t.Context(), Address{URL: address}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	list, err := s.Subscriptions(t.Context())
	if err != nil || len(list) != 2 || list[0].Secret != "s" || list[1].Topic != "https://feeds.example/ü.rss" {
		t.Errorf("Subscriptions = %+v, %v, want the two of before", list, err)
	}
	if n := pgtest.Count(t, address, "select count(*) from items natural join (select 1 where exists (select from marks)) m"); n != 1 {
		t.Errorf("%d items, want the one of before", n)
	}
}
