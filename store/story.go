package store

import (
	"bytes"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// storyWindow is how far apart two reports of one story may be shown.
const storyWindow = 10 * 24 * time.Hour

// maxRecent bounds how many items are kept at hand for recognising reports
// whose headlines differ: about 5 MB.
const maxRecent = 20_000

// recent finds the latest items by their sketches. Only the writer uses it,
// within its transaction; a transaction that fails throws it away.
type recent struct {
	bands map[uint64][]uint64 // part of a sketch and its place, or a headline -> Seqs
	order []recentItem        // oldest first
}

type recentItem struct {
	seq      uint64
	headline uint64 // hash
	sketch   sketch
}

// keys are what an item is found by: its headline and the parts of its sketch.
func (it recentItem) keys() []uint64 {
	keys := []uint64{it.headline | 1<<63}
	if it.sketch != (sketch{}) {
		for i, hash := range it.sketch {
			keys = append(keys, uint64(i)<<32|uint64(hash))
		}
	}
	return keys
}

func (r *recent) add(it recentItem) {
	for _, key := range it.keys() {
		r.bands[key] = append(r.bands[key], it.seq)
	}
	if r.order = append(r.order, it); len(r.order) > maxRecent {
		r.drop(r.order[0])
		r.order = r.order[1:]
	}
}

func (r *recent) drop(old recentItem) {
	for _, key := range old.keys() {
		rest := slices.DeleteFunc(r.bands[key], func(seq uint64) bool { return seq == old.seq })
		if r.bands[key] = rest; len(rest) == 0 {
			delete(r.bands, key)
		}
	}
}

// mostAlike is how many items are compared with a new one. A town may print one
// text under each of its reports, and then thousands share a sketch.
const mostAlike = 64

// like are the items that have the headline or part of the sketch.
func (r *recent) like(it recentItem) (seqs []uint64) {
	for _, key := range it.keys() {
		for _, seq := range r.bands[key] {
			if len(seqs) == mostAlike {
				return seqs
			}
			if !slices.Contains(seqs, seq) {
				seqs = append(seqs, seq)
			}
		}
	}
	return seqs
}

func (h *head) recent() recentItem { return recentItem{h.Seq, h.headline(), h.Sketch} }

// recent are the latest items; they are read when first asked for.
func (t *txn) recent() (*recent, error) {
	if t.s.recent != nil {
		return t.s.recent, nil
	}
	var latest []recentItem
	w := t.walkDown([]byte{kindAll}, t.now().Add(-2*storyWindow), time.Time{})
	for w.next() && len(latest) < maxRecent {
		h, err := t.head(w.seq)
		if err != nil {
			return nil, err
		}
		if h != nil {
			latest = append(latest, h.recent())
		}
	}
	r := &recent{bands: map[uint64][]uint64{}}
	for _, it := range slices.Backward(latest) {
		r.add(it)
	}
	t.s.recent = r
	return r, nil
}

// alikeItems are the items that may be the report that a draft is: those of its
// source with its headline, and recent ones of any with its headline or a text
// like its own.
func (t *txn) alikeItems(d *draft) ([]*head, error) {
	from := headlineKey(d.source, d.made.headline)
	c := t.indexCursor()
	var seqs []uint64
	for k, _ := c.Seek(from); bytes.HasPrefix(k, from) && len(seqs) < mostAlike; k, _ = c.Next() {
		seqs = append(seqs, tailSeq(k))
	}
	r, err := t.recent()
	if err != nil {
		return nil, err
	}
	seqs = append(seqs, r.like(recentItem{0, d.made.headline, d.sketch})...)
	slices.Sort(seqs)
	heads := []*head{}
	for _, seq := range slices.Compact(seqs) {
		h, err := t.head(seq)
		if err != nil {
			return nil, err
		}
		if h != nil && !h.Forgotten {
			heads = append(heads, h)
		}
	}
	return heads, nil
}

// story is the id of the item of another source that told a new item's story
// before; empty: the item is the first to tell it.
func (t *txn) story(h *head, d *draft) (string, error) {
	if d.alike == nil {
		var err error
		if d.alike, err = t.alikeItems(d); err != nil {
			return "", err
		}
	}
	for _, other := range d.alike {
		if slices.Contains(other.Sources, h.Source()) || other.Shown.Sub(h.Shown).Abs() > storyWindow {
			continue
		}
		known := other.Item
		if err := t.body(&known); err != nil {
			return "", err
		}
		enough := .5
		if news.Fold(other.Headline) == news.Fold(h.Headline) {
			enough = .4
		}
		if share, ok := similarity(storyText(known), d.folded); !ok || share < enough {
			continue
		}
		if other.Story != "" {
			return other.Story, nil
		}
		return other.ID, nil
	}
	return "", nil
}
