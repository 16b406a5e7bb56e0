package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

func states(now time.Time) []news.SourceState {
	return []news.SourceState{
		{Name: "a", URL: "https://x.example/a", Host: "x.example", Due: now},
		{Name: "b", URL: "https://x.example/b", Host: "x.example", Due: now.Add(-time.Hour)},
		{Name: "c", URL: "https://y.example/", Host: "y.example", Due: now.Add(time.Hour)},
	}
}

func claims(b *bench) {
	if err := b.Register(b.ctx, states(b.now)); err != nil {
		b.Fatal(err)
	}
	got, err := b.Claim(b.ctx, "one", time.Minute, 5)
	if err != nil || len(got) != 1 || got[0].Host != "x.example" || !slices.Equal(got[0].Sources, []string{"b", "a"}) {
		b.Fatalf("Claim = %+v, %v, want x.example with b and a", got, err)
	}
	if again, err := b.Claim(b.ctx, "two", time.Minute, 5); err != nil || len(again) != 0 {
		b.Errorf("a host is claimed twice: %+v, %v", again, err)
	}
	if next, err := b.NextDue(b.ctx); err != nil || !next.Equal(b.now.Add(time.Hour)) {
		b.Errorf("NextDue = %v, %v, want c's, as x.example is claimed", next, err)
	}
	b.now = b.now.Add(2 * time.Minute)
	if late, err := b.Claim(b.ctx, "two", time.Minute, 5); err != nil || len(late) != 1 {
		b.Errorf("Claim after the first expired = %+v, %v", late, err)
	}
	if err := b.Release(b.ctx, got[0]); err != nil { // expired; the host is two's
		b.Error(err)
	}
	if late, err := b.Claim(b.ctx, "three", time.Minute, 5); err != nil || len(late) != 0 {
		b.Errorf("an expired claim released another's: %+v, %v", late, err)
	}
}

func restart(b *bench) {
	if err := b.Register(b.ctx, states(b.now)); err != nil {
		b.Fatal(err)
	}
	st, err := b.SourceState(b.ctx, "a")
	if err != nil {
		b.Fatal(err)
	}
	st.Due, st.Health, st.Since, st.LastSuccess, st.Learned = b.now.Add(2*time.Hour), news.OK, b.now, b.now, []byte(`{"n":1}`)
	st.Reasons, st.Advice = []news.Reason{news.Because("few", "1", "10"), news.Because("tried", "2")}, []news.Reason{{Code: "wait"}}
	st.Proposed = []news.ProposedRule{{Field: "article.headline", Now: news.RuleMatch{Select: "h1", Text: "Erste"}}}
	r := news.Report{Visit: news.Visit{Source: "a", Started: b.now, Health: news.OK}, State: st, Drafts: []news.Draft{draft("https://x.example/1", "Erste", "")}}
	b.report(r)
	for range 2 {
		got, err := b.SourceState(b.ctx, "a")
		if err != nil || !got.Due.Equal(st.Due) || got.Items != 1 || !got.LastNew.Equal(b.now) || string(got.Learned) != `{"n":1}` ||
			!reflect.DeepEqual(got.Reasons, st.Reasons) || !reflect.DeepEqual(got.Advice, st.Advice) ||
			!reflect.DeepEqual(got.Proposed, st.Proposed) {
			b.Errorf("SourceState = %+v, %v", got, err)
		}
		b.reopen()
		if err := b.Register(b.ctx, states(b.now.Add(time.Minute))); err != nil {
			b.Fatal(err)
		}
	}
	if err := b.Register(b.ctx, states(b.now)[1:]); err != nil {
		b.Fatal(err)
	}
	all, err := b.SourceStates(b.ctx)
	if err != nil || len(all) != 2 {
		b.Errorf("SourceStates without a = %+v, %v", all, err)
	}
	b.now = b.now.Add(100 * time.Hour)
	due, err := b.Claim(b.ctx, "one", time.Minute, 5)
	if err != nil || len(due) != 2 || len(due[0].Sources)+len(due[1].Sources) != 2 {
		b.Errorf("Claim = %+v, %v, want b and c: a is no longer configured", due, err)
	}
	if got := b.items(news.Query{All: term(news.Source, "a")}); len(got) != 1 {
		b.Errorf("items of a source that is no longer configured: %v", ids(got))
	}
}

func pages(b *bench) {
	p := news.PageState{
		URL: "https://www.x.example/a/", Source: "a", ETag: `W/"x"`, LastModified: "Mon, 02 Mar 2026 09:00:00 GMT", Digest: 1 << 63, Status: 200,
		Fetched: b.now.Add(123), FirstSeen: b.now.Add(-time.Hour), Next: b.now.Add(time.Hour), Looks: 3, Gone: b.now,
	}
	list := news.PageState{URL: "https://x.example/", Source: "a", Listing: true, Status: 304, Fetched: b.now, FirstSeen: b.now}
	raw := news.RawPage{URL: p.URL, ContentType: "text/html", Fetched: b.now, Body: []byte("<p>\xe4\x00</p>")}
	b.report(news.Report{Visit: news.Visit{Source: "a"}, Pages: []news.PageState{p, list}, Raw: []news.RawPage{raw}})
	b.reopen()
	got, err := b.PageStates(b.ctx, []string{"http://x.example/a?utm_source=1", "https://x.example/", "https://x.example/unknown"})
	if err != nil || len(got) != 2 || got["http://x.example/a?utm_source=1"] != p || got["https://x.example/"] != list {
		b.Errorf("PageStates = %+v, %v\nwant %+v", got, err, p)
	}
	if kept, err := b.RawPage(b.ctx, "https://x.example/a"); err != nil || string(kept.Body) != string(raw.Body) || !kept.Fetched.Equal(raw.Fetched) || kept.ContentType != raw.ContentType {
		b.Errorf("RawPage = %+v, %v", kept, err)
	}
	for at, want := range map[time.Duration]int{0: 0, time.Hour: 1} {
		if due, err := b.DuePages(b.ctx, "a", b.now.Add(at), 10); err != nil || len(due) != want {
			b.Errorf("DuePages after %v = %+v, %v, want %d", at, due, err, want)
		}
	}
	p.Next = time.Time{}
	b.report(news.Report{Visit: news.Visit{Source: "a"}, Pages: []news.PageState{p}})
	if due, err := b.DuePages(b.ctx, "a", b.now.Add(time.Hour), 10); err != nil || len(due) != 0 {
		b.Errorf("DuePages without a next look = %+v, %v", due, err)
	}
}

func visits(b *bench) {
	for i := range 5 {
		r := news.Report{Visit: news.Visit{Source: "a", Started: b.now.Add(time.Duration(i) * time.Minute), Requests: i}}
		if i%2 == 1 {
			r.Change = &news.HealthChange{Source: "a", At: r.Visit.Started, To: news.Broken, Why: fmt.Sprint(i), Reasons: []news.Reason{news.Because("tried", fmt.Sprint(i))}}
		}
		if i == 4 {
			r.Drafts = []news.Draft{draft("https://x.example/1", "Erste", "")}
		}
		b.report(r)
	}
	b.commit("ab") // another source whose name begins alike
	got, err := b.Visits(b.ctx, "a", 3)
	if err != nil || len(got) != 3 || got[0].Requests != 4 || got[2].Requests != 2 || got[0].Added != 1 {
		b.Errorf("Visits = %+v, %v, want the latest three", got, err)
	}
	changes, err := b.HealthChanges(b.ctx, 1)
	if err != nil || len(changes) != 1 || changes[0].Why != "3" || news.Say("en", changes[0].Reasons, "") != "tried 3 times" {
		b.Errorf("HealthChanges = %+v, %v, want the latest", changes, err)
	}
	all, err := b.HealthChangesAfter(b.ctx, 0, 10)
	if err != nil || len(all) != 2 || all[0].Why != "1" || all[1].Number != changes[0].Number {
		b.Fatalf("HealthChangesAfter = %+v, %v, want both, the oldest first", all, err)
	}
	if later, err := b.HealthChangesAfter(b.ctx, all[0].Number, 10); err != nil || len(later) != 1 || later[0].Why != "3" {
		b.Errorf("HealthChangesAfter(%d) = %+v, %v, want the second", all[0].Number, later, err)
	}
}

// marks: what the program keeps of its own is there after a restart, and one
// name that begins like another is not taken for it.
func marks(b *bench) {
	if err := b.SetMarks(b.ctx, map[string]uint64{"hook/told": 7, "hook/done": 1, "hooked": 2}); err != nil {
		b.Fatal(err)
	}
	if err := b.SetMarks(b.ctx, map[string]uint64{"hook/told": 8, "hook/done": 0}); err != nil {
		b.Fatal(err)
	}
	b.reopen()
	got, err := b.Marks(b.ctx, "hook/")
	if err != nil || len(got) != 1 || got["hook/told"] != 8 {
		b.Errorf("Marks = %v, %v, want hook/told 8 alone", got, err)
	}
}

// searches: what people keep is there after a restart as it was understood when
// it was saved, until it is dropped.
func searches(b *bench) {
	made := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	id := func(n int) string { return fmt.Sprintf("%064x", n) }
	for n, text := range []string{"radweg OR radfahren", "ort:kassel", "titel:haushalt"} {
		one := news.SavedSearch{ID: id(9 - n), Title: "Suche " + text, Text: text, Made: made.Add(time.Duration(n) * time.Hour)}
		one.Query = news.Query{
			All: [][]news.Term{{
				{Facet: news.Word, Value: "radweg", Exact: true},
				{Facet: news.Place, Value: "kassel", Not: true},
			}},
			Not:   []news.Term{{Facet: news.Tag, Value: "sport"}},
			Since: made,
		}
		if err := b.SaveSearch(b.ctx, one); err != nil {
			b.Fatal(err)
		}
	}
	if err := b.SaveSearch(b.ctx, news.SavedSearch{Text: "ohne Kennung"}); err == nil {
		b.Error("a search without an ID was saved")
	}
	b.reopen()
	list, err := b.SavedSearches(b.ctx)
	if err != nil || len(list) != 3 || list[0].Text != "radweg OR radfahren" || list[2].ID != id(7) {
		b.Fatalf("SavedSearches = %+v, %v, want three, the oldest first", list, err)
	}
	one, err := b.SavedSearch(b.ctx, id(9))
	if err != nil || !reflect.DeepEqual(one, list[0]) {
		b.Errorf("SavedSearch = %+v, %v, want the first of %+v", one, err, list)
	}
	if len(one.Query.All) != 1 || !one.Query.All[0][0].Exact || !one.Query.All[0][1].Not {
		b.Errorf("the search finds %+v, want the exact word and not the place", one.Query.All)
	}
	if !one.Query.Since.Equal(made) || !one.Made.Equal(made) {
		b.Errorf("the search was made %s and finds what came since %s, want %s", one.Made, one.Query.Since, made)
	}
	if err := b.DropSearch(b.ctx, id(9)); err != nil {
		b.Error(err)
	}
	for _, id := range []string{id(9), "", "not hexadecimal"} {
		if _, err := b.SavedSearch(b.ctx, id); !errors.Is(err, news.ErrNotFound) {
			b.Errorf("SavedSearch(%q): %v, want news.ErrNotFound", id, err)
		}
		if err := b.DropSearch(b.ctx, id); !errors.Is(err, news.ErrNotFound) {
			b.Errorf("DropSearch(%q): %v, want news.ErrNotFound", id, err)
		}
	}
	if list, err := b.SavedSearches(b.ctx); err != nil || len(list) != 2 {
		b.Errorf("SavedSearches = %+v, %v, want the other two", list, err)
	}
}

// subscribers: who subscribed by mail is there after a restart, with what was
// confirmed since, until he leaves; then nothing of him is left.
func subscribers(b *bench) {
	asked := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for n, mailbox := range []string{"mia@reader.example", "ben@reader.example"} {
		one := news.Subscriber{ID: fmt.Sprintf("ID%d", 9-n), Mailbox: mailbox, Page: "/tags/verkehr", Title: "Verkehr", Language: "de"}
		one.Asked = asked.Add(time.Duration(n) * time.Hour)
		one.Query = news.Query{All: [][]news.Term{{{Facet: news.Tag, Value: "verkehr"}}}}
		if err := b.SaveSubscriber(b.ctx, one); err != nil {
			b.Fatal(err)
		}
	}
	if err := b.SaveSubscriber(b.ctx, news.Subscriber{Mailbox: "nobody@reader.example"}); err == nil {
		b.Error("a subscriber without an ID was kept")
	}
	mia, err := b.Subscriber(b.ctx, "ID9")
	if err != nil {
		b.Fatal(err)
	}
	mia.Confirmed = asked.Add(time.Minute)
	if err := b.SaveSubscriber(b.ctx, mia); err != nil {
		b.Fatal(err)
	}
	b.reopen()
	list, err := b.Subscribers(b.ctx)
	if err != nil || len(list) != 2 {
		b.Fatalf("Subscribers = %+v, %v, want two", list, err)
	}
	if !reflect.DeepEqual(list[0], mia) || list[1].Mailbox != "ben@reader.example" || !list[1].Confirmed.IsZero() {
		b.Errorf("Subscribers = %+v, want the oldest first, and that one confirmed", list)
	}
	if err := b.DropSubscriber(b.ctx, "ID9"); err != nil {
		b.Error(err)
	}
	for _, id := range []string{"ID9", ""} {
		if _, err := b.Subscriber(b.ctx, id); !errors.Is(err, news.ErrNotFound) {
			b.Errorf("Subscriber(%q): %v, want news.ErrNotFound", id, err)
		}
		if err := b.DropSubscriber(b.ctx, id); !errors.Is(err, news.ErrNotFound) {
			b.Errorf("DropSubscriber(%q): %v, want news.ErrNotFound", id, err)
		}
	}
	var out bytes.Buffer
	if err := b.Export(b.ctx, &out, true); err != nil {
		b.Fatal(err)
	}
	if text := out.String(); strings.Contains(text, "mia@") || !strings.Contains(text, "ben@reader.example") {
		b.Errorf("the export after one has left:\n%s", text)
	}
}

func generation(b *bench) {
	var told []news.Committed
	cancel := b.Subscribe(func(c news.Committed) {
		if _, err := b.Item(b.ctx, c.Added[0]); err != nil {
			b.Errorf("what a subscriber is told of is not there: %v", err)
		}
		told = append(told, c)
	})
	before := b.Generation()
	d := draft("https://x.example/1", "Erste", "")
	b.commit("a", d)
	after := b.Generation()
	if after == before || len(told) != 1 {
		b.Errorf("Generation %d -> %d, told %+v", before, after, told)
	}
	b.commit("a", d)
	b.report(news.Report{Visit: news.Visit{Source: "a", Unchanged: true}})
	if b.Generation() != after || len(told) != 1 {
		b.Errorf("Generation %d -> %d by nothing new, told %+v", after, b.Generation(), told)
	}
	cancel()
	b.commit("a", draft("https://x.example/2", "Zweite", ""))
	b.reopen()
	if got := b.Generation(); got == after || len(told) != 1 {
		b.Errorf("Generation after a restart %d, before %d; told %+v", got, after, told)
	}
}

// paging reads "after N" while others write.
func paging(b *bench) {
	const writers, each = 3, 25
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				n := w*each + i
				r := news.Report{Visit: news.Visit{Source: "a"}, Drafts: []news.Draft{draft(fmt.Sprintf("https://x.example/%d", n), fmt.Sprintf("Meldung %d", n), "")}}
				if _, err := b.Commit(b.ctx, r); err != nil {
					b.Error(err)
				}
			}
		})
	}
	seen := map[string]bool{}
	var after uint64
	for end := time.Now().Add(time.Minute); len(seen) < writers*each && time.Now().Before(end); {
		for _, it := range b.items(news.Query{BySeq: true, After: after, Limit: 7, Heads: true}) {
			if it.Seq <= after || seen[it.ID] {
				b.Errorf("Seq %d after %d, seen: %v", it.Seq, after, seen[it.ID])
			}
			after, seen[it.ID] = it.Seq, true
		}
	}
	writing.Wait()
	if len(seen) != writers*each {
		b.Errorf("read %d items, want %d", len(seen), writers*each)
	}
	var back []uint64
	for before := uint64(math.MaxUint64); ; {
		page := b.items(news.Query{Before: before, Limit: 10, Heads: true})
		if len(page) == 0 {
			break
		}
		for _, it := range page {
			back, before = append(back, it.Seq), it.Seq
		}
	}
	if len(back) != writers*each || !slices.IsSortedFunc(back, func(x, y uint64) int { return int(y) - int(x) }) {
		b.Errorf("paging downwards = %v", back)
	}
}

// manyAtOnce commits from many goroutines: whoever comes back finds his own
// item, and is told of it.
func manyAtOnce(b *bench) {
	var writing sync.WaitGroup
	for n := range 60 {
		writing.Go(func() {
			d := draft(fmt.Sprintf("https://x.example/%d", n), fmt.Sprintf("Meldung %d", n), "")
			got, err := b.Commit(b.ctx, news.Report{Visit: news.Visit{Source: "a"}, Drafts: []news.Draft{d}})
			if err != nil || len(got) != 1 || len(got[0].Added) != 1 {
				b.Errorf("Commit %d = %+v, %v", n, got, err)
				return
			}
			if it, err := b.Item(b.ctx, got[0].Added[0]); err != nil || it.Headline != d.Item.Headline || it.Seq > got[0].Seq {
				b.Errorf("after Commit %d its item is %+v, %v", n, it, err)
			}
		})
	}
	writing.Wait()
}

func unknown(b *bench) {
	_, itemErr := b.Item(b.ctx, news.MintID("https://x.example/1"))
	_, oddErr := b.Item(b.ctx, "no-id-of-ours")
	_, sourceErr := b.SourceState(b.ctx, "nobody")
	_, rawErr := b.RawPage(b.ctx, "https://x.example/1")
	_, revisionErr := b.Revisions(b.ctx, "urn:uuid:x")
	_, alsoErr := b.AlsoReported(b.ctx, "")
	for what, err := range map[string]error{"Item": itemErr, "Item of another form": oddErr, "SourceState": sourceErr, "RawPage": rawErr, "Revisions": revisionErr, "AlsoReported": alsoErr} {
		if !errors.Is(err, news.ErrNotFound) {
			b.Errorf("%s = %v, want news.ErrNotFound", what, err)
		}
	}
	if next, err := b.NextDue(b.ctx); err != nil || !next.IsZero() {
		b.Errorf("NextDue of nothing = %v, %v", next, err)
	}
	if got, err := b.Counts(b.ctx, news.Word); err != nil || len(got) != 0 {
		b.Errorf("Counts(word) = %v, %v, want none", got, err)
	}
}

func endedContext(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	if _, err := b.Commit(ctx, news.Report{Drafts: []news.Draft{draft("https://x.example/1", "Erste", "")}}); !errors.Is(err, context.Canceled) {
		b.Errorf("Commit = %v, want context.Canceled", err)
	}
	if got := b.items(news.Query{}); len(got) != 0 {
		b.Errorf("committed all the same: %v", ids(got))
	}
}

// untouched: Changed tells a commit elsewhere from one that a query would show.
func untouched(b *bench) {
	town, county := draft("https://town.example/a", "Brücke gesperrt", long(1)), draft("https://county.example/b", "Haushalt beschlossen", long(2))
	town.Item.Tags, town.Item.Place = []string{"Verkehr"}, "Kassel"
	county.Item.Tags, county.Item.Place = []string{"Finanzen"}, "Baunatal"
	b.commit("town", town)
	roads, money := news.Query{All: term(news.Tag, "verkehr")}, news.Query{All: term(news.Tag, "finanzen")}
	both := news.Query{All: [][]news.Term{roads.All[0], {{Facet: news.Place, Value: "baunatal"}}}}
	word, all := news.Query{All: term(news.Word, "Brücke")}, news.Query{}
	without := news.Query{All: [][]news.Term{{{Facet: news.Tag, Value: "sport", Not: true}}}}
	either := news.Query{All: [][]news.Term{{roads.All[0][0], money.All[0][0]}}}
	step := func(what string, do func(), want map[*news.Query]bool) {
		b.Helper()
		before := b.Generation()
		do()
		for q, changed := range want {
			if got := b.Changed(*q) > before; got != changed {
				b.Errorf("%s: Changed(%+v) tells of a change: %t, want %t", what, *q, got, changed)
			}
		}
	}
	step("a commit elsewhere", func() { b.commit("county", county) },
		map[*news.Query]bool{&roads: false, &money: true, &both: false, &either: true, &word: true, &without: true, &all: true})
	step("the same again", func() { b.commit("county", county) }, map[*news.Query]bool{&money: false, &all: false})
	town.Item.Tags, town.Item.BodyText = []string{"Finanzen"}, long(3)
	step("an edit takes a tag away", func() { b.commit("town", town) }, map[*news.Query]bool{&roads: true, &money: true, &both: false})
	gone := news.Draft{Canonical: county.Canonical, Withdrawn: true}
	step("a withdrawal", func() { b.commit("county", gone) }, map[*news.Query]bool{&roads: false, &money: true, &either: true})
}

// fences: whoever lost its claim can neither renew it nor commit under it.
func fences(b *bench) {
	if err := b.Register(b.ctx, states(b.now)); err != nil {
		b.Fatal(err)
	}
	claim := func(owner string, want int, hosts ...string) (c news.Claim) {
		b.Helper()
		got, err := b.Claim(b.ctx, owner, time.Minute, 5, hosts...)
		if err != nil || len(got) != want {
			b.Fatalf("Claim by %s of %v = %+v, %v, want %d", owner, hosts, got, err, want)
		}
		if want > 0 {
			c = got[0]
		}
		return c
	}
	first := claim("one", 1)
	named := claim("one", 1, "y.example", "x.example") // x.example is claimed, y.example is not due
	if named.Host != "y.example" || named.Token == 0 {
		b.Errorf("Claim by name = %+v, want y.example", named)
	}
	b.now = b.now.Add(50 * time.Second)
	held, err := b.Renew(b.ctx, []news.Claim{first}, time.Minute)
	if err != nil || len(held) != 1 || !held[0].Expires.Equal(b.now.Add(time.Minute)) || held[0].Token != first.Token {
		b.Errorf("Renew = %+v, %v, want a minute more", held, err)
	}
	b.now = b.now.Add(30 * time.Second)
	claim("two", 0)
	claim("two", 1, "y.example") // it was not renewed
	b.now = b.now.Add(40 * time.Second)
	second := claim("two", 1)
	if second.Host != first.Host || second.Token <= first.Token {
		b.Errorf("second claim = %+v, want a higher token than %+v", second, first)
	}
	if held, err := b.Renew(b.ctx, []news.Claim{first, second}, time.Minute); err != nil || len(held) != 1 || held[0].Owner != "two" {
		b.Errorf("Renew of an ended claim = %+v, %v, want two's alone", held, err)
	}
	under := func(c news.Claim, n int) news.Report {
		address := fmt.Sprintf("https://x.example/%d", n)
		raw := news.RawPage{URL: address, ContentType: "text/html", Fetched: b.now, Body: []byte("<p>")}
		return news.Report{
			Claim: c, Visit: news.Visit{Source: "a", Started: b.now, Health: news.OK}, Raw: []news.RawPage{raw},
			Drafts: []news.Draft{draft(address, fmt.Sprintf("Meldung %d", n), long(n))}, Pages: []news.PageState{{URL: address, Source: "a", Fetched: b.now}},
		}
	}
	got, err := b.Commit(b.ctx, under(first, 1), under(second, 2), under(news.Claim{}, 3))
	if err != nil || len(got) != 3 || !got[0].Stale || got[1].Stale || got[2].Stale {
		b.Fatalf("Commit = %+v, %v, want only the first stale", got, err)
	}
	b.only(got[0], 0, 0, 0)
	b.only(got[1], 1, 0, 0)
	b.only(got[2], 1, 0, 0)
	if items := b.items(news.Query{BySeq: true}); len(items) != 2 || items[1].Seq != 2 {
		b.Errorf("items = %v, want those of the others, without a hole", ids(items))
	}
	if p, err := b.PageStates(b.ctx, []string{"https://x.example/1"}); err != nil || len(p) != 0 {
		b.Errorf("a stale report left pages: %+v, %v", p, err)
	}
	if v, err := b.Visits(b.ctx, "a", 9); err != nil || len(v) != 2 {
		b.Errorf("Visits = %+v, %v, want those of the others", v, err)
	}
	if err := b.Release(b.ctx, first); err != nil {
		b.Error(err)
	}
	claim("three", 0, first.Host)
	if err := b.Release(b.ctx, second); err != nil {
		b.Error(err)
	}
	claim("three", 1, first.Host)
}

// hardlyMeeting asks for items with several values whose items lie apart, or
// side by side.
func hardlyMeeting(b *bench) {
	const items, each = 240, 20
	for n := 0; n < items; n += each {
		var drafts []news.Draft
		for i := n; i < n+each; i++ {
			d := draft(fmt.Sprintf("https://x.example/%d", i), fmt.Sprintf("Meldung %d", i), "")
			d.Item.Tags = []string{[]string{"Even", "Odd"}[i%2], []string{"Old", "New"}[2*i/items]}
			if i%50 == 0 {
				d.Item.Tags = append(d.Item.Tags, "Rare")
			}
			drafts = append(drafts, d)
		}
		b.only(b.commit("a", drafts...), each, 0, 0)
		b.now = b.now.Add(time.Hour)
	}
	var terms []news.Term
	for _, tag := range []string{"even", "odd", "old", "new", "rare", "none"} {
		terms = append(terms, news.Term{Facet: news.Tag, Value: tag})
	}
	newest := b.items(news.Query{Heads: true})
	oldest := b.items(news.Query{Heads: true, BySeq: true})
	for _, x := range terms {
		for i, y := range terms {
			all := [][]news.Term{{x}, {y, terms[(i+1)%len(terms)]}}
			b.fits(newest, news.Query{All: all})
			b.fits(newest, news.Query{All: all, Since: newest[150].Shown, Until: newest[30].Shown})
			b.fits(oldest, news.Query{All: all, BySeq: true})
			b.fits(oldest[100:], news.Query{All: all, After: 100})
		}
	}
}

// fits wants a query answered with those of the items that match it.
func (b *bench) fits(items []news.Item, q news.Query) {
	b.Helper()
	q.Heads = true
	var want []news.Item
	for _, it := range items {
		if q.Matches(it) {
			want = append(want, it)
		}
	}
	if got := b.items(q); !slices.Equal(ids(got), ids(want)) {
		b.Errorf("Items(%+v) = %v, want %v", q, ids(got), ids(want))
	}
}
