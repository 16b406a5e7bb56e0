package store

import (
	"bytes"
	"slices"
	"time"
)

// storyWindow is how far apart two reports of one story may be shown.
const storyWindow = 10 * 24 * time.Hour

// story is the id of the item of another source that told a new item's story
// before; empty: the item is the first to tell it.
func (t *txn) story(h *head, d *draft) (string, error) {
	from := append([]byte{kindHeadline}, headlineHash(h.Headline)...)
	c := t.b[index].Cursor()
	var seqs []uint64
	for k, _ := c.Seek(from); bytes.HasPrefix(k, from) && len(seqs) < 64; k, _ = c.Next() {
		seqs = append(seqs, tailSeq(k))
	}
	for _, seq := range seqs {
		other, err := t.head(seq)
		if err != nil {
			return "", err
		}
		if other == nil || other.Forgotten || slices.Contains(other.Sources, h.Source()) || other.Shown.Sub(h.Shown).Abs() > storyWindow {
			continue
		}
		known := other.Item
		if err := t.body(&known); err != nil {
			return "", err
		}
		if share, ok := similarity(storyText(known), d.folded); !ok || share < .4 {
			continue
		}
		if other.Story != "" {
			return other.Story, nil
		}
		return other.ID, nil
	}
	return "", nil
}
