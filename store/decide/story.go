package decide

import (
	"cmp"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// StoryWindow is how far apart two reports of one story may be shown.
const StoryWindow = 10 * 24 * time.Hour

// MaxRecent bounds how many items are kept at hand for recognising reports
// whose headlines differ: about 8 MB.
const MaxRecent = 20_000

// Latest finds the latest items by their headlines and minhashes.
type Latest struct {
	bands map[uint64][]uint64 // part of a minhash and its place, or a headline -> Seqs
	items map[uint64]Recent
	order []uint64 // Seqs, oldest first
}

// A Recent is what a recent item is found and judged by.
type Recent struct {
	Seq       uint64
	Headline  uint64 // hash
	Minhash   Minhash
	Signature Signature
}

// NewLatest is empty.
func NewLatest() *Latest { return &Latest{map[uint64][]uint64{}, map[uint64]Recent{}, nil} }

// keys are what an item is found by: its headline and the parts of its minhash.
func (it *Recent) keys() (keys [1 + len(Minhash{})]uint64, n int) {
	keys[0] = it.Headline | 1<<63
	if it.Minhash == (Minhash{}) {
		return keys, 1
	}
	for i, hash := range it.Minhash {
		keys[1+i] = uint64(i)<<32 | uint64(hash)
	}
	return keys, len(keys)
}

// Add remembers an item, and forgets the oldest where there are too many.
func (l *Latest) Add(it Recent) {
	if old, known := l.items[it.Seq]; known {
		l.dropKeys(old)
	} else {
		l.order = append(l.order, it.Seq)
	}
	l.items[it.Seq] = it
	keys, n := it.keys()
	for _, key := range keys[:n] {
		l.bands[key] = append(l.bands[key], it.Seq)
	}
	if len(l.order) > MaxRecent {
		l.dropKeys(l.items[l.order[0]])
		delete(l.items, l.order[0])
		l.order = l.order[1:]
	}
}

func (l *Latest) dropKeys(old Recent) {
	keys, n := old.keys()
	for _, key := range keys[:n] {
		rest := slices.DeleteFunc(l.bands[key], func(seq uint64) bool { return seq == old.Seq })
		if l.bands[key] = rest; len(rest) == 0 {
			delete(l.bands, key)
		}
	}
}

// mostAlike is how many items are compared with a new one. A town may print one
// text under each of its reports, and then thousands share a minhash.
const mostAlike = 64

// Like are the items that have the headline or part of the minhash, at most 64.
func (l *Latest) Like(it Recent) (out []Recent) {
	keys, n := it.keys()
	for _, key := range keys[:n] {
		for _, seq := range l.bands[key] {
			if len(out) == mostAlike {
				return out
			}
			if !slices.ContainsFunc(out, func(r Recent) bool { return r.Seq == seq }) {
				out = append(out, l.items[seq])
			}
		}
	}
	return out
}

// recents are the items of one decision, which are too few for an index.
type recents []Recent

// add remembers an item.
func (r *recents) add(it Recent) {
	for i := range *r {
		if (*r)[i].Seq == it.Seq {
			(*r)[i] = it
			return
		}
	}
	*r = append(*r, it)
}

// like are those that have the headline or part of the minhash, at most 64.
func (r recents) like(it *Recent) (out []Recent) {
	for i := range r {
		if len(out) < mostAlike && (r[i].Headline == it.Headline || r[i].Minhash.resembles(it.Minhash)) {
			out = append(out, r[i])
		}
	}
	return out
}

// alikeItems are the items that may be the report that a draft is: those of its
// source with its headline, and recent ones of any with its headline or a text
// like its own.
func (p *picture) alikeItems(d *Draft) []*Head {
	if d.looked {
		return d.alike
	}
	seqs, err := p.Titled(d.Source, d.Headline, mostAlike)
	p.note(err)
	key := Recent{0, d.Headline, d.Text.Minhash, d.Text.Signature}
	like, err := p.Like(key)
	p.note(err)
	for _, r := range append(like, p.added.like(&key)...) {
		if guess, known := r.Signature.alike(&key.Signature); r.Headline == d.Headline || !known || guess+margin >= toldAgain {
			seqs = append(seqs, r.Seq)
		}
	}
	slices.Sort(seqs)
	d.alike, d.looked = nil, true
	for _, seq := range slices.Compact(seqs) {
		if h := p.head(seq); h != nil && !h.Forgotten {
			d.alike = append(d.alike, h)
		}
	}
	return d.alike
}

// How much of their texts two sources' reports share that tell one story.
const (
	toldAgain            = .5
	toldUnderOneHeadline = .4
)

// mostRead is how many texts are read to find whether an item tells a story
// again: of those that signatures leave open the most alike. A town that prints
// the same lines under each of its reports leaves dozens open.
const mostRead = 2

// story is the id of the item of another source that told a new item's story
// before; empty: the item is the first to tell it.
func (p *picture) story(h *Head, d *Draft) string {
	for n, other := range p.otherTellers(h, d) {
		enough := toldAgain
		if news.Fold(other.Headline) == news.Fold(h.Headline) {
			enough = toldUnderOneHeadline
		}
		if share, ok := p.share(other, d, enough, n < mostRead); !ok || share < enough {
			continue
		}
		if other.Story != "" {
			return other.Story
		}
		return other.ID
	}
	return ""
}

// otherTellers are the items of other sources that a new item is like and that
// were shown within days of it, by how alike signatures take them to be.
func (p *picture) otherTellers(h *Head, d *Draft) (others []*Head) {
	guesses := map[*Head]float64{}
	for _, other := range p.alikeItems(d) {
		if slices.Contains(other.Sources, h.Source()) || other.Shown.Sub(h.Shown).Abs() > StoryWindow {
			continue
		}
		guess, known := other.Signature.alike(&d.Text.Signature)
		if !known {
			guess = 1
		}
		guesses[other] = guess
		others = append(others, other)
	}
	slices.SortStableFunc(others, func(a, b *Head) int { return cmp.Compare(guesses[b], guesses[a]) })
	return others
}
