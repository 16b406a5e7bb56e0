package store

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// head reads the head of an item; nil where there is none.
func (t *txn) head(seq uint64) (*head, error) {
	payload, err := t.record(items, seqKey(seq))
	if payload == nil || err != nil {
		return nil, err
	}
	h, err := decodeHead(seq, payload)
	if err != nil {
		return nil, &RecordError{Bucket: items.String(), Key: seqKey(seq), Why: err.Error()}
	}
	return h, nil
}

// body reads the body into an item.
func (t *txn) body(it *news.Item) error {
	payload, err := t.record(bodies, seqKey(it.Seq))
	if payload == nil || err != nil {
		return err
	}
	b, err := decodeBody(payload)
	it.BodyText, it.BodyHTML = b.Text, b.HTML
	return err
}

// lookup is the head that a name (of an address or id) leads to; nil: none.
func (t *txn) lookup(name []byte) (*head, error) {
	payload, err := t.record(names, name)
	if payload == nil || err != nil {
		return nil, err
	}
	return t.head(tailSeq(payload))
}

func (t *txn) named(canonical string) (*head, error) { return t.lookup(nameKey(canonical)) }

// mint gives a new item its id. It is the name of its address unless the
// address was an alias of another item before.
func (t *txn) mint(d *draft) string {
	id := longID(string(d.made.name))
	for n := 2; t.bucket(names).Get(idKey(id)) != nil || t.bucket(names).Get(spareKey(id)) != nil; n++ {
		id = news.MintID(d.Canonical + "#stadtfeed-" + strconv.Itoa(n))
	}
	return id
}

// putNames makes an item's address and id lead to it.
func (t *txn) putNames(h *head) error {
	name, key := h.made.name, idKey(h.ID)
	if name == nil {
		name = nameKey(h.canonical())
	} else if bytes.Equal(key, name) { // nobody had it when the id was minted
		return t.putRecord(names, key, seqKey(h.Seq), plain)
	}
	if err := t.putName(name, h); err != nil || bytes.Equal(key, name) {
		return err
	}
	payload, err := t.record(names, key)
	if err != nil {
		return err
	}
	if payload != nil && tailSeq(payload) != h.Seq { // an address that another item has now
		key = spareKey(h.ID)
	}
	return t.putRecord(names, key, seqKey(h.Seq), plain)
}

// putName makes an address lead to an item. The address that an id was minted
// from may be another article's later; then the id gets a key of its own.
func (t *txn) putName(key []byte, h *head) error {
	other, err := t.lookup(key)
	if err != nil {
		return err
	}
	if other != nil && other.Seq != h.Seq && bytes.Equal(idKey(other.ID), key) {
		if err := t.putRecord(names, spareKey(other.ID), seqKey(other.Seq), plain); err != nil {
			return err
		}
	}
	return t.putRecord(names, key, seqKey(h.Seq), plain)
}

// spareKey leads to the item with an id when the address that the id was minted
// from leads to another.
func spareKey(id string) []byte { return nameKey("spare:" + id) }

// identified is the head of the item with an id; nil: there is none.
func (t *txn) identified(id string) (*head, error) {
	for _, key := range [][]byte{idKey(id), spareKey(id)} {
		if h, err := t.lookup(key); err != nil || h != nil && h.ID == id {
			return h, err
		}
	}
	return nil, nil
}

// A batch is what the drafts of one report have in common.
type batch struct {
	now       time.Time
	addresses map[string]bool // canonical addresses of all drafts
	flood     map[*draft]bool // look like old news arriving at once
	undated   time.Time       // what backfilled drafts without date count as
}

func (t *txn) batch(r preparedReport) (*batch, error) {
	b := &batch{now: t.now(), addresses: map[string]bool{}, undated: t.now().Add(-48 * time.Hour)}
	for _, d := range r.drafts {
		b.addresses[d.Canonical] = true
	}
	for _, d := range r.Drafts {
		// One that was looked at again and ended at another draft's address has
		// moved there: it is no report of its own beside it.
		if slices.ContainsFunc(d.Aliases, func(a string) bool { return a != d.Canonical && b.addresses[a] }) {
			delete(b.addresses, d.Canonical)
		}
	}
	if oldest := t.oldest(r.Visit.Source); !oldest.IsZero() && oldest.Before(b.undated) {
		b.undated = oldest
	}
	return b, t.findFlood(r, b)
}

// oldest is Shown of a source's oldest item.
func (t *txn) oldest(source string) time.Time {
	from := prefix(facetKind[news.Source], source, byShown)
	k, _ := t.indexCursor().Seek(from)
	if !bytes.HasPrefix(k, from) || len(k) != len(from)+whenLen+seqLen {
		return time.Time{}
	}
	return readWhen(k[len(from):])
}

// shown is the moment by which a new item is sorted. A date in the future
// counts as now; what a backfill brings without date counts as older than
// all that its source has.
func (b *batch) shown(d *draft) time.Time {
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
func (t *txn) resolve(d *draft, b *batch) (h *head, moved bool, err error) {
	if h, err = t.lookup(d.made.name); err != nil {
		return nil, false, err
	}
	if h != nil {
		if d.Withdrawn || h.Forgotten || h.canonical() == d.Canonical {
			return h, false, nil
		}
		same, err := t.alike(h, d)
		if same || err != nil {
			return h, false, err
		}
		return nil, false, t.freeAlias(h, d.Canonical) // another article has taken over an old address
	}
	for _, alias := range d.Aliases {
		h, err := t.named(alias)
		if err != nil {
			return nil, false, err
		}
		if h == nil || h.Forgotten {
			continue
		}
		if same, err := t.alike(h, d); same || err != nil {
			return h, false, err
		}
	}
	if d.Withdrawn {
		return nil, false, nil
	}
	h, err = t.relaunched(d, b)
	return h, h != nil, err
}

// alike reports whether a draft may be an edit of the item, judged by headline
// and text. A draft that says next to nothing is given the benefit.
func (t *txn) alike(h *head, d *draft) (bool, error) {
	if h.Sketch.resembles(d.sketch) {
		return true, nil
	}
	known := h.Item
	if err := t.body(&known); err != nil {
		return false, err
	}
	if share, ok := similarity(storyText(known), d.folded); ok && share >= .4 {
		return true, nil
	}
	return wordsInCommon(h.Headline, d.Item.Headline) >= .6, nil
}

// wordsInCommon is the share of words that two headlines have in common.
func wordsInCommon(a, b string) float64 {
	as, bs := strings.Fields(news.Fold(a)), strings.Fields(news.Fold(b))
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
func (t *txn) relaunched(d *draft, b *batch) (_ *head, err error) {
	if d.alike, err = t.alikeItems(d); err != nil {
		return nil, err
	}
	for _, h := range slices.Backward(d.alike) {
		if !slices.Contains(h.Sources, d.source) {
			continue
		}
		if same, err := t.sameReport(h, d, b.addresses[h.canonical()]); same || err != nil {
			return h, err
		}
	}
	return nil, nil
}

// sameReport decides between an item and a draft of one source that look alike.
// listed: the item's own address is on the listing too, so only the very same
// text makes the two one.
func (t *txn) sameReport(h *head, d *draft, listed bool) (bool, error) {
	a, b := h.Published, d.Item.Published
	dated := !a.IsZero() && !b.IsZero()
	if dated && a.Time.Format(time.DateOnly) != b.Time.Format(time.DateOnly) {
		return false, nil
	}
	known := h.Item
	if err := t.body(&known); err != nil {
		return false, err
	}
	share, ok := similarity(storyText(known), d.folded)
	titled := news.Fold(h.Headline) == news.Fold(d.Item.Headline)
	switch {
	case !titled:
		return !listed && ok && share >= .8 && dated && known.BodyText != "" && d.Item.BodyText != "", nil
	case listed:
		return ok && share >= .95 && dated, nil
	case ok && known.BodyText != "" && d.Item.BodyText != "":
		return share >= .6 && (dated || share >= .9), nil
	case known.Teaser != "" && news.Fold(known.Teaser) == news.Fold(d.Item.Teaser):
		return true, nil
	}
	return dated && len(strings.Fields(news.Fold(h.Headline))) >= 4 && (known.BodyText == "" || d.Item.BodyText == ""), nil
}

// freeAlias takes an address away from an item.
func (t *txn) freeAlias(h *head, canonical string) error {
	old := *h
	h.Aliases = slices.DeleteFunc(slices.Clone(h.Aliases), func(a string) bool { return a == canonical })
	if err := t.forgetName(canonical, h); err != nil {
		return err
	}
	return t.putHead(&old, h)
}

// addAliases remembers further addresses of an item; ones that lead elsewhere
// stay where they are.
func (t *txn) addAliases(h *head, aliases []string) error {
	for _, a := range aliases {
		if a == h.canonical() || slices.Contains(h.Aliases, a) || len(h.Aliases) >= maxAliases {
			continue
		}
		key := nameKey(a)
		payload, err := t.record(names, key)
		if err != nil {
			return err
		}
		if payload != nil && tailSeq(payload) != h.Seq {
			continue
		}
		h.Aliases = append(slices.Clone(h.Aliases), a)
		if err := t.putRecord(names, key, seqKey(h.Seq), plain); err != nil {
			return err
		}
	}
	return nil
}
