package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Property does random things to an archive and to a plain map, and wants
// every question answered alike.
func Property(t testing.TB, open Opener, seed uint64, steps int) {
	m := &model{bench: newBench(t, open), rand: rand.New(rand.NewPCG(seed, 7)), items: map[string]*news.Item{}, drafts: map[string]news.Draft{}}
	for step := range steps {
		m.now = m.now.Add(time.Duration(m.rand.IntN(5000)) * time.Second)
		q, generation := m.query(), m.Generation()
		shown := fmt.Sprintf("%+v", m.bench.items(q))
		m.step()
		if now := fmt.Sprintf("%+v", m.bench.items(q)); m.Changed(q) <= generation && now != shown {
			m.Errorf("Changed(%+v) told of nothing, but the answer\n%s\nbecame\n%s", q, shown, now)
		}
		for range 3 {
			m.compare(m.query())
		}
		switch {
		case step%40 == 39:
			m.reopen()
			m.compareItems(len(m.items))
		case step%10 == 9:
			m.compareItems(10)
		}
		if t.Failed() {
			t.Fatalf("seed %d, step %d", seed, step)
		}
	}
}

// A model is what the archive should hold.
type model struct {
	*bench
	rand   *rand.Rand
	items  map[string]*news.Item // by id
	drafts map[string]news.Draft // latest complete draft, by id
	n      int
	seq    uint64
}

var (
	modelTags    = []string{"Verkehr", "Social Media", "Größere Bäume", "E-Government", "Kultur"}
	modelPlaces  = []string{"Kassel", "Köln", "Bad Wünnenberg", ""}
	modelSources = []string{"town", "county", "paper"}
	modelWords   = strings.Fields("Straße Straßensperrung Baustelle Baustellen Großbaustelle Rathaus Rat öffnet öffentlich Öffnung Bürger-Büro Fluß Fluss 2026 20 e-mail ﬁx Ünal naïve соль")
)

func (m *model) pick(from []string) string { return from[m.rand.IntN(len(from))] }

func (m *model) text(n int) string {
	var ws []string
	for range n {
		ws = append(ws, m.pick(modelWords))
	}
	return strings.Join(ws, " ")
}

func (m *model) step() {
	switch n := m.rand.IntN(10); {
	case n < 4 || len(m.items) == 0:
		m.add()
	case n < 6:
		m.edit()
	case n < 7:
		m.listElsewhere()
	case n < 8:
		m.again()
	default:
		m.withdrawOrReturn()
	}
}

func (m *model) any() *news.Item {
	all := slices.Sorted(maps.Keys(m.items))
	return m.items[all[m.rand.IntN(len(all))]]
}

// add commits some new items at once.
func (m *model) add() {
	source := m.pick(modelSources)
	var drafts []news.Draft
	for i := range m.rand.IntN(4) + 1 {
		m.n++
		d := draft(fmt.Sprintf("https://www.%s.example/%d/", source, m.n), fmt.Sprintf("%s %d", m.text(2), m.n), m.text(m.rand.IntN(30)))
		d.Position = i
		d.Item.Place = m.pick(modelPlaces)
		d.Item.Published = m.published()
		for range m.rand.IntN(3) {
			if tag := m.pick(modelTags); !slices.Contains(d.Item.Tags, tag) {
				d.Item.Tags = append(d.Item.Tags, tag)
			}
		}
		drafts = append(drafts, d)
	}
	got := m.commit(source, drafts...)
	m.only(got, len(drafts), 0, 0)
	for _, d := range drafts {
		it := d.Item
		it.ID, it.Sources = news.MintID(d.Canonical), []string{source}
		it.FirstSeen, it.Changed, it.Shown = m.now, m.now, news.ShownAt(it.Published, m.now, d.Position)
		m.items[it.ID], m.drafts[it.ID] = &it, d
	}
	for _, id := range got.Added { // in the order in which Seq was given
		m.seq++
		m.items[id].Seq = m.seq
	}
}

func (m *model) published() news.Moment {
	at := m.now.Add(-time.Duration(m.rand.IntN(100*24*3600)) * time.Second)
	switch m.rand.IntN(3) {
	case 0:
		return news.Moment{}
	case 1:
		return Day(at.Format(time.DateOnly))
	}
	return news.Moment{Time: at.In(time.FixedZone("", 7200)), Precision: news.Minute}
}

func (m *model) edit() {
	it := m.any()
	d := m.drafts[it.ID]
	m.n++
	d.Item.BodyText = fmt.Sprintf("%s %d", m.text(20), m.n)
	if m.rand.IntN(2) == 0 {
		d.Item.Tags = []string{m.pick(modelTags)}
	}
	m.only(m.commit(it.Source(), d), 0, 1, 0)
	fresh := d.Item
	fresh.ID, fresh.Seq, fresh.Sources = it.ID, it.Seq, it.Sources
	fresh.FirstSeen, fresh.Shown, fresh.Changed = it.FirstSeen, it.Shown, m.now
	fresh.Revisions = it.Revisions + 1
	fresh.Updated = news.Moment{Time: m.now, Precision: news.Second}
	if fresh.Published.IsZero() {
		fresh.Published = it.Published
	}
	m.items[it.ID], m.drafts[it.ID] = &fresh, d
}

// listElsewhere has another source list an item.
func (m *model) listElsewhere() {
	it := m.any()
	source := m.pick(modelSources)
	was := !it.Withdrawn.IsZero()
	got := m.commit(source, m.drafts[it.ID])
	if was {
		m.only(got, 0, 1, 0)
		it.Withdrawn, it.Changed = time.Time{}, m.now
	} else {
		m.only(got, 0, 0, 0)
	}
	if !slices.Contains(it.Sources, source) {
		it.Sources = append(slices.Clone(it.Sources), source)
	}
}

// again commits what is known already, under another form of its address.
func (m *model) again() {
	it := m.any()
	if !it.Withdrawn.IsZero() {
		return
	}
	d := m.drafts[it.ID]
	d.Canonical = news.Canonical(strings.TrimSuffix(d.Item.URL, "/") + "?utm_medium=feed")
	d.Item.BodyText = "  " + strings.ReplaceAll(d.Item.BodyText, " ", "\n")
	m.only(m.commit(it.Source(), d), 0, 0, 0)
}

func (m *model) withdrawOrReturn() {
	it := m.any()
	if it.Withdrawn.IsZero() {
		m.only(m.commit(it.Source(), news.Draft{Canonical: news.Canonical(it.URL), Withdrawn: true}), 0, 0, 1)
		it.Withdrawn, it.Changed = m.now, m.now
		return
	}
	m.only(m.commit(it.Source(), m.drafts[it.ID]), 0, 1, 0)
	it.Withdrawn, it.Changed = time.Time{}, m.now
}

func (m *model) term() news.Term {
	not := m.rand.IntN(6) == 0
	switch m.rand.IntN(5) {
	case 0:
		return news.Term{Facet: news.Tag, Value: news.Slug(m.pick(modelTags)), Not: not}
	case 1:
		return news.Term{Facet: news.Place, Value: news.Slug(m.pick(modelPlaces)), Not: not}
	case 2:
		return news.Term{Facet: news.Source, Value: m.pick(modelSources), Not: not}
	}
	t := news.Term{Facet: news.Word, Value: m.text(2), Exact: m.rand.IntN(3) == 0, Not: not}
	if m.rand.IntN(3) == 0 {
		t.Facet = news.Title
	}
	if m.rand.IntN(2) == 0 {
		word := []rune(m.pick(modelWords))
		t.Value = string(word[:m.rand.IntN(len(word)+1)])
	}
	return t
}

func (m *model) query() (q news.Query) {
	for range m.rand.IntN(3) {
		var group []news.Term
		for range m.rand.IntN(3) + 1 {
			group = append(group, m.term())
		}
		q.All = append(q.All, group)
	}
	if m.rand.IntN(3) == 0 {
		q.Not = append(q.Not, m.term())
	}
	if m.rand.IntN(3) == 0 {
		q.Since = m.now.Add(-time.Duration(m.rand.IntN(100*24)) * time.Hour)
	}
	if m.rand.IntN(3) == 0 {
		q.Until = m.now.Add(-time.Duration(m.rand.IntN(100*24)) * time.Hour)
	}
	q.Withdrawn = m.rand.IntN(3) == 0
	switch m.rand.IntN(5) {
	case 0:
		q.BySeq = true
	case 1:
		q.After = m.rand.Uint64N(m.seq + 2)
	case 2:
		q.Before = m.rand.Uint64N(m.seq + 2)
	}
	if m.rand.IntN(2) == 0 {
		q.Limit = m.rand.IntN(20)
	}
	q.Heads = m.rand.IntN(2) == 0
	return q
}

// answer is what the plain map says to a query.
func (m *model) answer(q news.Query) (out []news.Item) {
	for _, it := range m.items {
		if q.Matches(*it) && it.Seq > q.After && (q.Before == 0 || it.Seq < q.Before) {
			out = append(out, *it)
		}
	}
	slices.SortFunc(out, func(a, b news.Item) int {
		switch {
		case q.BySeq || q.After > 0:
			return cmp.Compare(a.Seq, b.Seq)
		case q.Before > 0:
			return cmp.Compare(b.Seq, a.Seq)
		}
		return cmp.Or(b.Shown.Compare(a.Shown), cmp.Compare(b.Seq, a.Seq))
	})
	if q.Limit > 0 {
		out = out[:min(q.Limit, len(out))]
	}
	return out
}

func (m *model) compare(q news.Query) {
	m.Helper()
	if got, want := ids(m.bench.items(q)), ids(m.answer(q)); !slices.Equal(got, want) {
		m.Errorf("Items(%+v) =\n%v\nwant\n%v", q, got, want)
	}
}

// compareItems asks for n items and their revisions one by one, and for what is counted of all.
func (m *model) compareItems(n int) {
	m.Helper()
	all := slices.Sorted(maps.Keys(m.items))
	m.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, id := range all[:min(n, len(all))] {
		want := m.items[id]
		got := m.item(want.ID)
		got.BodyText, got.BodyHTML = news.Squash(got.BodyText), ""
		w := *want
		w.BodyText = news.Squash(w.BodyText)
		equal(m, "item", got, w)
		rs, err := m.Revisions(m.ctx, want.ID)
		if err != nil || len(rs) != want.Revisions {
			m.Errorf("Revisions(%s) = %d, %v, want %d", want.ID, len(rs), err, want.Revisions)
		}
	}
	for _, f := range []news.Facet{news.Tag, news.Place, news.Source} {
		m.compareCounts(f)
	}
	m.compareDays()
}

func (m *model) compareCounts(f news.Facet) {
	want := map[string]news.Count{}
	for _, it := range m.items {
		if !it.Withdrawn.IsZero() {
			continue
		}
		values := map[news.Facet][]string{news.Tag: it.Tags, news.Place: {it.Place}, news.Source: it.Sources}[f]
		for _, v := range values {
			if slug := news.Slug(v); slug != "" {
				c := want[slug]
				c.Name, c.Slug, c.Items = v, slug, c.Items+1
				want[slug] = c
			}
		}
	}
	got, err := m.Counts(m.ctx, f)
	if err != nil || len(got) != len(want) {
		m.Errorf("Counts(%s) = %+v, %v, want %+v", f, got, err, want)
	}
	for _, c := range got {
		if c != want[c.Slug] {
			m.Errorf("Counts(%s): %+v, want %+v", f, c, want[c.Slug])
		}
	}
}

func (m *model) compareDays() {
	zone := time.FixedZone("", 3600)
	q := m.query()
	q.BySeq, q.After, q.Before, q.Limit = false, 0, 0, 0
	want := map[string]int{}
	for _, it := range m.answer(q) {
		want[it.Shown.In(zone).Format(time.DateOnly)]++
	}
	got, err := m.Days(m.ctx, q, zone)
	if err != nil || len(got) != len(want) {
		m.Errorf("Days(%+v) = %+v, %v, want %+v", q, got, err, want)
	}
	for _, d := range got {
		if want[d.Day] != d.Items {
			m.Errorf("Days: %+v, want %d", d, want[d.Day])
		}
	}
}
