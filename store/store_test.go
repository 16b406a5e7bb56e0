package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// berlin is a zone as pages print it.
var berlin = time.FixedZone("", 3600)

// A clock is a time that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func open(t testing.TB, path string) (*Store, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)}
	s, err := Open(path, Options{Now: c.now, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, c
}

func temp(t testing.TB) (*Store, *clock) {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "stadtfeed.db"))
}

func day(s string) news.Moment {
	t, err := time.ParseInLocation(time.DateOnly, s, berlin)
	if err != nil {
		panic(err)
	}
	return news.Moment{Time: t, Precision: news.Day}
}

// report is a visit of a source that met items.
func report(source string, at time.Time, items ...news.Item) news.Report {
	r := news.Report{Visit: news.Visit{Source: source, Started: at, Health: news.OK}}
	for i, it := range items {
		r.Drafts = append(r.Drafts, news.Draft{Item: it, Canonical: news.Canonical(it.URL), Position: i})
	}
	return r
}

func commit(t testing.TB, s *Store, r news.Report) news.Committed {
	t.Helper()
	c, err := s.Commit(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return c[0]
}

func sound(t testing.TB, s *Store) {
	t.Helper()
	if _, err := s.Verify(context.Background()); err != nil {
		t.Errorf("verify: %v", err)
	}
}

func TestItemsComeBackAsCommitted(t *testing.T) {
	s, c := temp(t)
	it := news.Item{
		URL: "https://www.kassel.de/tiktok.php?utm_source=x", Language: "de", Place: "Kassel", Kicker: "Kassel",
		Headline: "Neuer Auftritt bei TikTok", Published: day("2026-03-01"), Teaser: "Die Stadt bespielt …",
		BodyHTML: "<p>Größere Straßen</p>", BodyText: "Größere Straßen", Byline: "sib", Tags: []string{"Social Media", "Kassel"},
		Image: "https://www.kassel.de/a.jpg", ImageCredit: "wer/123rf.com",
		Attachments: []news.Attachment{{URL: "https://www.kassel.de/a.pdf", Title: "Plan", Type: "application/pdf", Length: 12}},
	}
	got := commit(t, s, report("kassel", c.t, it))
	if len(got.Added) != 1 || got.Seq != 1 {
		t.Fatalf("Commit = %+v, want one added, Seq 1", got)
	}
	if again := commit(t, s, report("kassel", c.t, it)); len(again.Added)+len(again.Edited) != 0 {
		t.Errorf("the same again = %+v, want nothing", again)
	}
	kept, err := s.Item(context.Background(), got.Added[0])
	if err != nil {
		t.Fatal(err)
	}
	want := it
	want.ID, want.Seq, want.Sources = news.MintID(news.Canonical(it.URL)), 1, []string{"kassel"}
	want.FirstSeen, want.Changed = c.t, c.t
	want.Shown = time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC)
	if fmt.Sprint(kept) != fmt.Sprint(want) {
		t.Errorf("Item =\n%+v\nwant\n%+v", kept, want)
	}
	for name, q := range map[string]news.Query{
		"all":    {},
		"tag":    {All: [][]news.Term{{{Facet: news.Tag, Value: "social-media"}}}},
		"place":  {All: [][]news.Term{{{Facet: news.Place, Value: "kassel"}}}},
		"source": {All: [][]news.Term{{{Facet: news.Source, Value: "kassel"}}}},
		"word":   {All: [][]news.Term{{{Facet: news.Word, Value: "strasse"}}}},
		"phrase": {All: [][]news.Term{{{Facet: news.Word, Value: "auftritt bei tik"}}}},
		"seq":    {BySeq: true},
		"before": {Before: 2},
		"both":   {All: [][]news.Term{{{Facet: news.Tag, Value: "kassel"}}, {{Facet: news.Word, Value: "Größe"}}}},
	} {
		found, err := s.Items(context.Background(), q)
		if err != nil || len(found) != 1 || fmt.Sprint(found[0]) != fmt.Sprint(want) {
			t.Errorf("%s: Items(%+v) = %+v, %v, want the item", name, q, found, err)
		}
	}
	for name, q := range map[string]news.Query{
		"other tag": {All: [][]news.Term{{{Facet: news.Tag, Value: "social"}}}},
		"not":       {Not: []news.Term{{Facet: news.Word, Value: "groessere"}}},
		"until":     {Until: want.Shown},
		"after":     {After: 1},
	} {
		if found, err := s.Items(context.Background(), q); err != nil || len(found) != 0 {
			t.Errorf("%s: Items(%+v) = %+v, %v, want nothing", name, q, found, err)
		}
	}
	counts, err := s.Counts(context.Background(), news.Tag)
	if err != nil || len(counts) != 2 || counts[1] != (news.Count{Name: "Social Media", Slug: "social-media", Items: 1}) {
		t.Errorf("Counts(tag) = %+v, %v", counts, err)
	}
	sound(t, s)
}

func TestEditsAndWithdrawals(t *testing.T) {
	ctx := context.Background()
	s, c := temp(t)
	it := news.Item{URL: "http://town.example/a/", Headline: "Brücke gesperrt", Published: day("2026-03-01"), BodyText: "Bis Mai."}
	id := commit(t, s, report("town", c.t, it)).Added[0]

	c.t = c.t.Add(time.Hour)
	it.URL, it.BodyText = "https://www.town.example/a?utm_campaign=1", "Bis  Mai."
	if got := commit(t, s, report("town", c.t, it)); len(got.Edited) != 0 {
		t.Errorf("white space = %+v, want no edit", got)
	}
	it.BodyText = "Bis Juni."
	if got := commit(t, s, report("town", c.t, it)); len(got.Edited) != 1 || got.Edited[0] != id {
		t.Errorf("edit = %+v, want %s edited", got, id)
	}
	kept, _ := s.Item(ctx, id)
	if !kept.Updated.Time.Equal(c.t) || kept.Revisions != 1 || kept.BodyText != "Bis Juni." {
		t.Errorf("after the edit: %+v", kept)
	}
	rs, err := s.Revisions(ctx, id)
	if err != nil || len(rs) != 1 || rs[0].Number != 1 || fmt.Sprint(rs[0].Fields) != "[body]" || rs[0].Item.BodyText != "Bis Mai." {
		t.Errorf("Revisions = %+v, %v", rs, err)
	}

	gone := news.Report{Visit: news.Visit{Source: "town"}, Drafts: []news.Draft{{Canonical: "https://town.example/a", Withdrawn: true}}}
	if got := commit(t, s, gone); len(got.Withdrawn) != 1 {
		t.Errorf("withdrawal = %+v", got)
	}
	if found, _ := s.Items(ctx, news.Query{}); len(found) != 0 {
		t.Errorf("withdrawn item is still listed")
	}
	if found, _ := s.Items(ctx, news.Query{Withdrawn: true}); len(found) != 1 || found[0].Withdrawn.IsZero() {
		t.Errorf("tombstone: %+v", found)
	}
	if got := commit(t, s, report("town", c.t, it)); len(got.Added) != 0 || len(got.Edited) != 1 || got.Edited[0] != id {
		t.Errorf("return = %+v, want the same id", got)
	}
	sound(t, s)
}

func TestSourcesAreClaimedByHost(t *testing.T) {
	ctx := context.Background()
	s, c := temp(t)
	states := []news.SourceState{
		{Name: "a", Host: "x.example", Due: c.t}, {Name: "b", Host: "x.example", Due: c.t.Add(-time.Hour)},
		{Name: "c", Host: "y.example", Due: c.t.Add(time.Hour)},
	}
	if err := s.Register(ctx, states); err != nil {
		t.Fatal(err)
	}
	claims, err := s.Claim(ctx, "one", time.Minute, 5)
	if err != nil || len(claims) != 1 || fmt.Sprint(claims[0].Sources) != "[b a]" {
		t.Fatalf("Claim = %+v, %v, want x.example with b, a", claims, err)
	}
	if again, _ := s.Claim(ctx, "two", time.Minute, 5); len(again) != 0 {
		t.Errorf("claimed twice: %+v", again)
	}
	if next, _ := s.NextDue(ctx); !next.Equal(c.t.Add(time.Hour)) {
		t.Errorf("NextDue = %v, want c's", next)
	}
	st, _ := s.SourceState(ctx, "a")
	st.Due, st.Health = c.t.Add(2*time.Hour), news.OK
	r := report("a", c.t)
	r.State = st
	commit(t, s, r)
	if err := s.Release(ctx, claims[0]); err != nil {
		t.Fatal(err)
	}
	if claims, _ = s.Claim(ctx, "two", time.Minute, 5); len(claims) != 1 || fmt.Sprint(claims[0].Sources) != "[b]" {
		t.Errorf("after release: %+v, want b", claims)
	}
	if err := s.Register(ctx, states[:2]); err != nil {
		t.Fatal(err)
	}
	if left, _ := s.SourceStates(ctx); len(left) != 2 {
		t.Errorf("SourceStates = %+v, want a and b", left)
	}
	if _, err := s.SourceState(ctx, "nobody"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("SourceState(nobody) = %v", err)
	}
}

// TestClaimsMatchAPlainList compares the queue of hosts with a look at every
// source, over random days of registering, claiming, visiting and vanishing.
func TestClaimsMatchAPlainList(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	now := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	s := &Store{now: func() time.Time { return now }}
	plain := map[string]sourceRecord{}
	held := map[string]news.Claim{}
	s.sources.reset()
	for step := range 4000 {
		now = now.Add(time.Duration(rng.IntN(600)) * time.Second)
		r := sourceRecord{SourceState: news.SourceState{Name: fmt.Sprint("s", rng.IntN(30)), Host: fmt.Sprint("h", rng.IntN(12))}, Configured: rng.IntN(9) > 0}
		if rng.IntN(9) > 0 {
			r.Due = now.Add(time.Duration(rng.IntN(7200)-3600) * time.Second)
		}
		plain[r.Name] = r
		s.sources.set(r)
		for host, c := range held {
			switch {
			case !c.Expires.After(now):
				delete(held, host)
			case rng.IntN(3) == 0:
				delete(held, host)
				if err := s.Release(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
		}
		want := map[string]int{}
		for _, r := range plain {
			if _, taken := held[r.Host]; r.Configured && !r.Due.IsZero() && !r.Due.After(now) && !taken {
				want[r.Host]++
			}
		}
		claims, err := s.Claim(t.Context(), "one", time.Hour, 3)
		if err != nil || len(claims) != min(3, len(want)) {
			t.Fatalf("step %d: %d claims, %v, want %d", step, len(claims), err, min(3, len(want)))
		}
		for _, c := range claims {
			if want[c.Host] != len(c.Sources) {
				t.Fatalf("step %d: claim %+v, want %d sources", step, c, want[c.Host])
			}
			held[c.Host] = c
		}
	}
}

func TestALockedFileIsNamed(t *testing.T) {
	s, _ := temp(t)
	_, err := Open(s.Path(), Options{LockTimeout: 10 * time.Millisecond})
	if !errors.Is(err, ErrLocked) {
		t.Errorf("Open of a held file = %v, want ErrLocked", err)
	}
}

// The ring of visits has come round once and a bit.
func TestVisitsComeRound(t *testing.T) {
	s, c := temp(t)
	const made = keptVisits + 7
	for i := range made {
		r := report("town", c.now())
		r.Visit.Requests = i + 1
		commit(t, s, r)
	}
	for _, n := range []int{3, 12, keptVisits, 2 * keptVisits} {
		got, err := s.Visits(t.Context(), "town", n)
		if err != nil || len(got) != min(n, keptVisits) {
			t.Fatalf("Visits(%d) = %d visits, %v", n, len(got), err)
		}
		for i, v := range got {
			if v.Requests != made-i {
				t.Errorf("Visits(%d)[%d] is visit %d, want %d", n, i, v.Requests, made-i)
			}
		}
	}
}
