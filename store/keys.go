package store

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Kinds of entries in the index.
const (
	kindAll      = 'a'
	kindStory    = 'y'
	kindHeadline = 'h'
)

// facetKind is the kind of a facet's entries and counts. The entries of one
// value stand together, by Shown and by Seq: a rare value has both on one page.
var facetKind = map[news.Facet]byte{news.Tag: 't', news.Place: 'p', news.Source: 's'}

// Orders of the entries of a value.
const (
	byShown = 's'
	bySeq   = 'q'
)

// flagWithdrawn is the value of an index entry of a withdrawn item.
var flagWithdrawn = []byte{1}

const (
	seqLen  = 5
	whenLen = 5
)

func appendSeq(b []byte, seq uint64) []byte {
	return append(b, byte(seq>>32), byte(seq>>24), byte(seq>>16), byte(seq>>8), byte(seq))
}

func seqKey(seq uint64) []byte { return appendSeq(make([]byte, 0, seqLen), seq) }

// tailSeq is the seq at the end of a key.
func tailSeq(key []byte) uint64 {
	if len(key) < seqLen {
		return 0
	}
	k := key[len(key)-seqLen:]
	return uint64(k[0])<<32 | uint64(binary.BigEndian.Uint32(k[1:]))
}

// whenBias makes seconds before 1970 sort first.
const whenBias = 1 << 39

func appendWhen(b []byte, t time.Time) []byte {
	return appendSeq(b, uint64(min(max(t.Unix(), -whenBias), whenBias-1)+whenBias))
}

func readWhen(k []byte) time.Time {
	return time.Unix(int64(tailSeq(k[:whenLen]))-whenBias, 0).UTC()
}

// nameKey is the key of an address or alias.
func nameKey(canonical string) []byte { n := decide.NameOf(canonical); return n[:] }

// idKey is the key of an id.
func idKey(id string) []byte { n := decide.NameOfID(id); return n[:] }

// spareKey leads to the item with an id when the address that the id was minted
// from leads to another.
func spareKey(id string) []byte { n := decide.Spare(id); return n[:] }

// prefix is the start of the index entries of one value, in one order.
func prefix(kind byte, value string, order byte) []byte {
	b := make([]byte, 0, len(value)+3+whenLen+seqLen)
	b = append(b, kind)
	b = append(b, value...)
	return append(b, 0, order)
}

func countKey(f news.Facet, slug string) string { return string(facetKind[f]) + slug }

// named is a key that starts with a text.
func named(text string, rest ...byte) []byte {
	b := make([]byte, 0, len(text)+1+len(rest))
	b = append(b, strings.ReplaceAll(text, "\x00", "")...)
	b = append(b, 0)
	return append(b, rest...)
}

// upper is the first key after all keys with the prefix.
func upper(prefix []byte) []byte {
	b := append([]byte(nil), prefix...)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i]++; b[i] != 0 {
			return b[:i+1]
		}
	}
	return nil
}

// entries are the keys of all index entries that an item has; their value is
// the head's flags. They are a function of the head alone, so that verify can
// tell missing and stray ones.
func (h *head) entries() [][]byte {
	if h.Forgotten {
		return nil
	}
	facets := h.facets()
	keys := make([][]byte, 0, 2+len(h.Sources)+2*len(facets))
	keys = append(keys, appendSeq(appendWhen([]byte{kindAll}, h.Shown), h.Seq))
	for _, v := range facets {
		keys = append(keys,
			appendSeq(appendWhen(prefix(facetKind[v.Facet], v.Value, byShown), h.Shown), h.Seq),
			appendSeq(prefix(facetKind[v.Facet], v.Value, bySeq), h.Seq))
	}
	if h.Story != "" {
		keys = append(keys, appendSeq(append([]byte{kindStory}, idKey(h.Story)...), h.Seq))
	}
	for _, source := range h.Sources {
		keys = append(keys, appendSeq(headlineKey(source, h.headline()), h.Seq))
	}
	return keys
}

// kind is what the item's index entries say.
func (h *head) kind() entryKind {
	if h.Withdrawn.IsZero() {
		return entryShown
	}
	return entryWithdrawn
}

// facets are the values by which the item is found and counted, each once.
func (h *head) facets() []decide.FacetValue {
	if h.made.facets != nil {
		return h.made.facets
	}
	return decide.FacetsOf(h.Sources, &h.Item)
}

// headlineKey is the start of the index entries of a source's items with a
// headline (its hash). The source comes first, so that a visit writes few pages.
func headlineKey(source string, headline uint64) []byte {
	b := binary.BigEndian.AppendUint32([]byte{kindHeadline}, uint32(decide.Hash(source)))
	return binary.BigEndian.AppendUint64(b, headline)
}

// headline is the hash of the item's headline.
func (h *head) headline() uint64 {
	if h.made.headline != 0 {
		return h.made.headline
	}
	return decide.HeadlineHash(h.Headline)
}
