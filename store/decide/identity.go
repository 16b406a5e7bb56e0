package decide

import (
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A batch is what the drafts of one report have in common.
type batch struct {
	now       time.Time
	addresses map[string]bool // canonical addresses of all drafts
	flood     map[*Draft]bool // look like old news arriving at once
	undated   time.Time       // what backfilled drafts without date count as
}

func (p *picture) batch(r Report) *batch {
	b := &batch{now: p.now, addresses: map[string]bool{}, undated: p.now.Add(-48 * time.Hour)}
	for _, d := range r.Drafts {
		b.addresses[d.Canonical] = true
	}
	for _, d := range r.Met {
		// One that was looked at again and ended at another draft's address has
		// moved there: it is no report of its own beside it.
		if slices.ContainsFunc(d.Aliases, func(a string) bool { return a != d.Canonical && b.addresses[a] }) {
			delete(b.addresses, d.Canonical)
		}
	}
	if slices.ContainsFunc(r.Drafts, func(d *Draft) bool { return d.Backfill && d.Item.Published.IsZero() }) {
		if oldest := p.source(r.Source).Oldest; !oldest.IsZero() && oldest.Before(b.undated) {
			b.undated = oldest
		}
	}
	if len(r.Drafts) >= floodFewest {
		p.findFlood(r, p.source(r.Source), b)
	}
	return b
}

// shown is the moment by which a new item is sorted. A date in the future
// counts as now; what a backfill brings without date counts as older than
// all that its source has.
func (b *batch) shown(d *Draft) time.Time {
	at := news.ShownAt(d.Item.Published, b.now, d.Position)
	switch {
	case d.Backfill && d.Item.Published.IsZero():
		at = news.ShownAt(news.Moment{}, b.undated, d.Position+1)
	case at.After(b.now):
		at = news.ShownAt(news.Moment{}, b.now, d.Position)
	}
	return at.Truncate(time.Second)
}

// resolve finds the item that a draft is: by its address, by an alias whose
// item has the same report, or as a known item under a new address. moved is
// true when the address is new. nil: the draft is a new item.
func (p *picture) resolve(d *Draft, b *batch) (h *Head, moved bool) {
	if h = p.lookup(d.Name); h != nil {
		if d.Withdrawn || h.Forgotten || h.Address() == d.Canonical || p.alike(h, d) {
			return h, false
		}
		p.freeAlias(h, d.Canonical) // another article has taken over an old address
		return nil, false
	}
	for _, alias := range d.Aliases {
		if h := p.lookup(NameOf(alias)); h != nil && !h.Forgotten && p.alike(h, d) {
			return h, false
		}
	}
	if d.Withdrawn {
		return nil, false
	}
	h = p.relaunched(d, b)
	return h, h != nil
}

// alike reports whether a draft may be an edit of the item, judged by headline
// and text. A draft that says next to nothing is given the benefit.
func (p *picture) alike(h *Head, d *Draft) bool {
	if h.Minhash.resembles(d.Text.Minhash) {
		return true
	}
	if share, ok := p.share(h, d, .4, true); ok && share >= .4 {
		return true
	}
	return wordsInCommon(h.Headline, d.Item.Headline) >= .6
}

// wordsInCommon is the share of words that two headlines have in common.
func wordsInCommon(a, b string) float64 {
	as, bs := words(a), words(b)
	common := 0
	for _, w := range as {
		if slices.Contains(bs, w) {
			common++
		}
	}
	return float64(common) / float64(max(len(as), len(bs), 1))
}

// relaunched finds the known item of the same source that a draft under a new
// address is: same headline, same day, same text. A town that repeats a
// headline ("Straßensperrung") means another report unless the text agrees.
func (p *picture) relaunched(d *Draft, b *batch) *Head {
	for _, h := range slices.Backward(p.alikeItems(d)) {
		if slices.Contains(h.Sources, d.Source) && p.sameReport(h, d, b.addresses[h.Address()]) {
			return h
		}
	}
	return nil
}

// How much of their texts two reports of one source share that are one report.
const (
	sameUnderOtherHeadline = .8
	sameBesideIt           = .95 // the item's own address is on the listing, too
	sameUndated            = .9
	sameDated              = .6
)

// sameReport decides between an item and a draft of one source that look alike.
// listed: the item's own address is on the listing too, so only the very same
// text makes the two one.
func (p *picture) sameReport(h *Head, d *Draft, listed bool) bool {
	// A file's text is not known: its name or number tells it from another of
	// the same title and day.
	if d.Item.BodyText == "" && news.OtherFile(h.URL, d.Item.URL) {
		return false
	}
	a, b := h.Published, d.Item.Published
	dated := !a.IsZero() && !b.IsZero()
	if dated && a.Time.Format(time.DateOnly) != b.Time.Format(time.DateOnly) {
		return false
	}
	texts := func() bool { return d.Item.BodyText != "" && p.hasText(h) }
	reaches := func(enough float64) bool {
		share, ok := p.share(h, d, enough, true)
		return ok && share >= enough
	}
	switch titled := news.Fold(h.Headline) == news.Fold(d.Item.Headline); {
	case !titled:
		return !listed && dated && texts() && reaches(sameUnderOtherHeadline)
	case listed:
		return dated && reaches(sameBesideIt)
	case texts() && p.comparable(h, d):
		return dated && reaches(sameDated) || reaches(sameUndated)
	case h.Teaser != "" && news.Fold(h.Teaser) == news.Fold(d.Item.Teaser):
		return true
	}
	return dated && len(words(h.Headline)) >= 4 && !texts()
}

// comparable reports whether both texts are long enough to tell.
func (p *picture) comparable(h *Head, d *Draft) bool {
	return !d.Text.short && h.Minhash != (Minhash{})
}

// freeAlias takes an address away from an item.
func (p *picture) freeAlias(h *Head, canonical string) {
	next := *h
	next.Aliases = slices.DeleteFunc(slices.Clone(h.Aliases), func(a string) bool { return a == canonical })
	p.forgetName(canonical, &next)
	p.change(Change{Old: h, New: &next})
}

// putNames makes an item's address and id lead to it.
func (p *picture) putNames(h *Head, address, id Name) {
	if id == address { // nobody had it when the id was minted
		p.lead(id, h.Seq)
		return
	}
	p.putName(address, h)
	if other := p.name(id); other != 0 && other != h.Seq { // an address that another item has now
		id = Spare(h.ID)
	}
	p.lead(id, h.Seq)
}

// putName makes an address lead to an item. The address that an id was minted
// from may be another article's later; then the id gets a key of its own.
func (p *picture) putName(n Name, h *Head) {
	if other := p.lookup(n); other != nil && other.Seq != h.Seq && NameOfID(other.ID) == n {
		p.lead(Spare(other.ID), other.Seq)
	}
	p.lead(n, h.Seq)
}

// forgetName removes an alias from the names. Where it is also the name of the
// item's id, the id gets another.
func (p *picture) forgetName(canonical string, h *Head) {
	n := NameOf(canonical)
	if n == NameOfID(h.ID) {
		p.lead(Spare(h.ID), h.Seq)
	}
	p.lead(n, 0)
}

// addAliases remembers further addresses of an item; ones that lead elsewhere
// stay where they are.
func (p *picture) addAliases(h *Head, aliases []string) {
	for _, a := range aliases {
		if a == h.Address() || slices.Contains(h.Aliases, a) || len(h.Aliases) >= MaxAliases {
			continue
		}
		n := NameOf(a)
		if other := p.name(n); other != 0 && other != h.Seq {
			continue
		}
		h.Aliases = append(slices.Clone(h.Aliases), a)
		p.lead(n, h.Seq)
	}
}
