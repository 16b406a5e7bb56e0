package decide

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// memory is an archive in a map that counts which bodies are read.
type memory struct {
	heads    map[uint64]*Head
	contents map[uint64]Content
	names    map[Name]uint64
	latest   *Latest
	read     int // bodies
	bytes    int
}

func newMemory() *memory {
	return &memory{heads: map[uint64]*Head{}, contents: map[uint64]Content{}, names: map[Name]uint64{}, latest: NewLatest()}
}

func (m *memory) Name(n Name) (uint64, error) { return m.names[n], nil }
func (m *memory) Head(seq uint64) (*Head, error) {
	if h := m.heads[seq]; h != nil {
		own := *h
		return &own, nil
	}
	return nil, nil
}
func (m *memory) Content(seq uint64) (Content, error) {
	m.read++
	m.bytes += len(m.contents[seq].Text) + len(m.contents[seq].HTML)
	return m.contents[seq], nil
}
func (m *memory) Titled(source string, headline uint64, most int) (seqs []uint64, e error) {
	for seq := uint64(1); seq <= uint64(len(m.heads)) && len(seqs) < most; seq++ {
		if h := m.heads[seq]; h.Source() == source && HeadlineHash(h.Headline) == headline {
			seqs = append(seqs, seq)
		}
	}
	return seqs, nil
}
func (m *memory) Like(r Recent) ([]Recent, error)      { return m.latest.Like(r), nil }
func (m *memory) Retold(string) (bool, error)          { return false, nil }
func (m *memory) Source(string) (Source, error)        { return Source{}, nil }
func (m *memory) Owned(string) (bool, error)           { return true, nil }
func (m *memory) Held(string) (time.Time, bool, error) { return time.Time{}, false, nil }
func (m *memory) apply(all ...*Changes) (told news.Committed) {
	first := uint64(len(m.heads)) + 1
	own := func(seq uint64) uint64 {
		if seq >= Fresh {
			return first + seq - Fresh
		}
		return seq
	}
	for _, c := range all {
		for _, ch := range c.Items {
			h := *ch.New
			h.Seq = own(h.Seq)
			m.heads[h.Seq] = &h
			if ch.Content != nil {
				m.contents[h.Seq] = *ch.Content
			}
			if ch.Remember {
				m.latest.Add(h.Recent())
			}
		}
		for _, n := range c.Names {
			m.names[n.Name] = own(n.Seq)
		}
		told = c.Told
	}
	return told
}

var at = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func (m *memory) visit(t testing.TB, source string, its ...news.Item) news.Committed {
	t.Helper()
	r := Report{Source: source}
	for i, it := range its {
		d := &Draft{Draft: news.Draft{Item: it, Canonical: news.Canonical(it.URL), Position: i}, Source: source}
		d.Prepare()
		r.Drafts = append(r.Drafts, d)
	}
	c, err := Decide(context.Background(), m, at, r)
	if err != nil {
		t.Fatal(err)
	}
	return m.apply(c...)
}

// text is so many words; each seed is another one.
func text(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, "wort%d ", r.IntN(5000))
	}
	return b.String()
}

// How many bodies a visit reads to compare grows neither with how many it brings
// nor with how many look alike, nor with their size.
func TestComparingIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	for _, test := range []struct {
		name                  string
		known, words, own     int
		mostBodies, mostBytes int
	}{
		{"none alike", 300, 200, 200, 0, 0},
		{"all share a fifth", 300, 400, 320, 64, 64 * 6000},
		{"all share two thirds", 300, 400, 130, 300, maxWork},
		{"long texts", 20, 40_000, 10_000, 20, maxWork + 1_000_000},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := newMemory()
			shared := text(0, test.words-test.own)
			item := func(n int) news.Item {
				return news.Item{
					URL: fmt.Sprintf("https://town%d.example/%d", n%7, n), Headline: fmt.Sprintf("Bericht %d", n),
					Published: news.Moment{Time: at.Add(-time.Hour), Precision: news.Minute}, BodyText: text(uint64(n)+1, test.own) + shared,
				}
			}
			for n := range test.known {
				m.visit(t, fmt.Sprintf("town%d", n%7), item(n))
			}
			m.read, m.bytes = 0, 0
			var fresh []news.Item
			for n := range 20 {
				fresh = append(fresh, item(1000+n))
			}
			m.visit(t, "county", fresh...)
			if m.read > test.mostBodies || m.bytes > test.mostBytes {
				t.Errorf("a visit of 20 new items: %d bodies of %d bytes were read, want at most %d of %d", m.read, m.bytes, test.mostBodies, test.mostBytes)
			}
		})
	}
}

// One report's bodies are compared up to a budget in all; beyond it signatures
// decide, and decide the same.
func TestSignaturesDecideBeyondTheBudget(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	m := newMemory()
	var first, second []news.Item
	for n := range 100 {
		it := news.Item{
			URL: fmt.Sprintf("https://town.example/%d", n), Headline: fmt.Sprintf("Bericht %d über die Lage", n),
			Published: news.Moment{Time: at.Add(-time.Hour), Precision: news.Minute},
		}
		shared := text(uint64(n)+1, 24_000) // two thirds of all triples of the two: signatures leave that open
		it.BodyText = shared + text(uint64(n)+1001, 6_000)
		first = append(first, it)
		it.URL = fmt.Sprintf("https://county.example/%d", n)
		it.BodyText = shared + text(uint64(n)+2001, 6_000)
		second = append(second, it)
	}
	m.visit(t, "town", first...)
	m.read, m.bytes = 0, 0
	got := m.visit(t, "county", second...)
	if len(got.Added) != 100 || m.bytes > maxWork+1_000_000 || m.bytes < maxWork/2 {
		t.Errorf("%d were added, %d bytes read, want 100 and about %d", len(got.Added), m.bytes, maxWork)
	}
	for seq := uint64(101); seq <= 200; seq++ {
		if h := m.heads[seq]; h.Story == "" {
			t.Errorf("%s tells no story, want that of the town", h.Headline)
		}
	}
}

// Where signatures leave no doubt, no text is read: here they are the same.
func TestSignaturesThatLeaveNoDoubt(t *testing.T) {
	m := newMemory()
	it := news.Item{
		URL: "https://town.example/1", Headline: "Brücke gesperrt",
		Published: news.Moment{Time: at.Add(-time.Hour), Precision: news.Minute}, BodyText: text(1, 300),
	}
	m.visit(t, "town", it)
	m.read = 0
	it.URL, it.Headline = "https://county.example/1", "Sperrung einer Brücke"
	m.visit(t, "county", it)
	if h := m.heads[2]; h.Story == "" || m.read > 0 {
		t.Errorf("story %q, %d bodies read, want the town's and none", h.Story, m.read)
	}
}

// Signatures rule a text out, or in, only where it has less in common than asked
// for, or more: the guess is within the margin.
func TestSignaturesGuess(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	for _, words := range []int{30, 60, 200, 2000} {
		off, n := 0., 0
		for seed := range uint64(200) {
			own := int(seed) % (words / 2)
			a := TextOf(news.Item{BodyText: text(seed, words-own) + text(seed+1000, own)})
			b := TextOf(news.Item{BodyText: text(seed, words-own) + text(seed+2000, own)})
			share, ok := a.Share(b)
			guess, known := a.Signature.alike(&b.Signature)
			if !ok || !known {
				t.Fatalf("%d words: no share (%v) or no signature (%v)", words, ok, known)
			}
			if n++; guess+margin < share || guess-margin > share {
				t.Errorf("%d words, seed %d: guessed %.2f of %.2f", words, seed, guess, share)
			}
			off += max(guess-share, share-guess)
		}
		if off/float64(n) > .08 {
			t.Errorf("%d words: off by %.3f in the mean", words, off/float64(n))
		}
	}
}

func TestShare(t *testing.T) {
	base := "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
	for _, test := range []struct {
		name, a, b string
		want       float64
		ok         bool
	}{
		{"the same", base, base, 1, true},
		{"said twice", base, base + base, 14. / 16, true},
		{"nothing in common", base, text(1, 30), 0, true},
		{"too short", base, "eins zwei drei", 0, false},
	} {
		got, ok := TextOf(news.Item{BodyText: test.a}).Share(TextOf(news.Item{BodyText: test.b}))
		if ok != test.ok || got < test.want-.001 || got > test.want+.001 {
			t.Errorf("%s: share %.3f, %v, want %.3f, %v", test.name, got, ok, test.want, test.ok)
		}
	}
}

// A date where there was none is no edit: the page had it, and it was not read,
// as under a clock that was behind. Another date is one.
func TestADateThatComesBackIsNoEdit(t *testing.T) {
	m := newMemory()
	it := news.Item{URL: "https://town.example/1", Headline: "Straße gesperrt", BodyText: "Bis Freitag."}
	m.visit(t, "town", it)
	it.Published = news.Moment{Time: at.AddDate(0, 0, -3), Precision: news.Day}
	if told := m.visit(t, "town", it); len(told.Edited) != 0 {
		t.Errorf("an item that gets its date is edited: %+v", told)
	}
	if h := m.heads[1]; !h.Published.Equal(it.Published) || h.Revisions != 0 || !h.Changed.Equal(h.FirstSeen) {
		t.Errorf("published %s, %d revisions, changed %s, want the date and no more", h.Published, h.Revisions, h.Changed)
	}
	it.Published.Time = it.Published.Time.AddDate(0, 0, 1)
	if told := m.visit(t, "town", it); len(told.Edited) != 1 || m.heads[1].Revisions != 1 {
		t.Errorf("an item with another date is not edited: %+v", told)
	}
}
