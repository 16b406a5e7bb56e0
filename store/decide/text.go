package decide

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Text is headline and text of an item as reports are compared.
type Text struct {
	Folded    string // all of it
	Minhash   Minhash
	Signature Signature

	triples []uint64 // hashes of each three words in a row of the first comparedText bytes, each once, sorted
	short   bool     // too short to be recognised
}

// comparedText is how much of a text is compared: what two texts have in common
// shows in so many pages.
const comparedText = 64 << 10

// fewestTriples is below which a text is too short to be recognised.
const fewestTriples = 12

// TextOf is the text of an item with its body; the teaser stands in for a body.
func TextOf(it news.Item) *Text {
	text := it.BodyText
	if text == "" {
		text = it.Teaser
	}
	t := &Text{Folded: news.Fold(it.Headline) + " " + news.Fold(text)}
	all := triples(t.Folded)
	if len(all) < fewestTriples {
		t.short = true
		return t
	}
	t.Minhash, t.Signature = minhashOf(all), signatureOf(all)
	t.triples = all
	if len(t.Folded) > comparedText {
		t.triples = triples(t.Folded[:comparedText])
	}
	slices.Sort(t.triples)
	t.triples = slices.Compact(t.triples)
	return t
}

// Share is the share of word triples that two texts have in common (Jaccard);
// ok is false where one is too short to tell.
func (t *Text) Share(o *Text) (share float64, ok bool) {
	if t.short || o.short {
		return 0, false
	}
	a, b, common := t.triples, o.triples, 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	return float64(common) / float64(len(a)+len(b)-common), true
}

// triples are the hashes of each three words in a row.
func triples(folded string) []uint64 {
	out := make([]uint64, 0, len(folded)/6)
	var a, b uint64 // hashes of the two words before
	for n, from := 0, 0; from < len(folded); {
		end := from
		c := fnvStart
		for ; end < len(folded) && folded[end] != ' '; end++ {
			c = (c ^ uint64(folded[end])) * fnvPrime
		}
		if end > from {
			if n++; n >= 3 {
				out = append(out, a*0x9e3779b97f4a7c15^b*0xc2b2ae3d27d4eb4f^c)
			}
			a, b = b, c
		}
		from = end + 1
	}
	return out
}

// A Minhash finds texts that are mostly the same without comparing them: four
// hashes, each over the least of two orders of the text's word triples
// (MinHash with banding). Two texts that share seven of ten triples agree in
// at least one of the four with 93 %; two that share one in ten with 4 %. The
// zero Minhash belongs to texts too short to tell.
type Minhash [4]uint32

// Bytes is the minhash as it is kept; empty for the zero one.
func (m Minhash) Bytes() string {
	if m == (Minhash{}) {
		return ""
	}
	var b []byte
	for _, v := range m {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return string(b)
}

// ReadMinhash reads what Bytes wrote.
func ReadMinhash(text string) (m Minhash) {
	if len(text) == 4*len(m) {
		for i := range m {
			m[i] = binary.BigEndian.Uint32([]byte(text[4*i:]))
		}
	}
	return m
}

func minhashOf(triples []uint64) (m Minhash) {
	var least [8]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for _, t := range triples {
		x := t
		for i := range least {
			x = (x ^ x>>29) * 0xbf58476d1ce4e5b9
			least[i] = min(least[i], x)
		}
	}
	for i := range m {
		m[i] = uint32((least[2*i]*31 ^ least[2*i+1]) >> 32)
	}
	return m
}

// resembles reports whether two texts are probably the same report.
func (m Minhash) resembles(o Minhash) bool {
	if m == (Minhash{}) || o == (Minhash{}) {
		return false
	}
	for i := range m {
		if m[i] == o[i] {
			return true
		}
	}
	return false
}

// A Signature tells about how alike two texts are without reading them: their
// word triples fall into 64 bins, and of the least hash of each bin a byte is
// kept (one-permutation MinHash; an empty bin borrows from the next). The share
// of equal bytes is off by 0.06 as a rule and by 0.25 hardly ever. The zero
// Signature belongs to texts too short to tell, and to items kept before there
// were signatures.
type Signature [64]byte

// margin is how far a signature may be off.
const margin = .3

func signatureOf(triples []uint64) (s Signature) {
	var least [len(s)]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for _, t := range triples {
		x := mix(t)
		bin := &least[x>>58]
		*bin = min(*bin, x)
	}
	for i := range s {
		away := 0
		for least[(i+away)%len(s)] == math.MaxUint64 {
			away++
		}
		s[i] = byte(mix(least[(i+away)%len(s)]+uint64(away)) >> 56)
	}
	return s
}

// mix spreads a hash over all its bits (the last step of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// alike is about the share of triples that two texts have in common; known is
// false where one has no signature.
func (s *Signature) alike(o *Signature) (share float64, known bool) {
	if *s == (Signature{}) || *o == (Signature{}) {
		return 0, false
	}
	equal := 0
	for i := range s {
		if s[i] == o[i] {
			equal++
		}
	}
	const chance = 1. / 256 // that bytes are equal for no reason
	return max(0, (float64(equal)/float64(len(s))-chance)/(1-chance)), true
}

// unread is how much a guess must be above what is asked for where no text may
// be read any more: one item too many is better than two reports made one.
const unread = .1

// share is the share of word triples that an item and a draft have in common;
// ok is false where one is too short to tell. It is exact where it is near
// enough, as long as the report may read and read allows it; else the signatures' guess. A text is
// read once for all drafts of a report.
func (p *picture) share(h *Head, d *Draft, enough float64, read bool) (share float64, ok bool) {
	if d.Text.short || h.Minhash == (Minhash{}) {
		return 0, false
	}
	if t := p.texts[h.Seq]; t != nil {
		return t.Share(d.Text)
	}
	guess, known := h.Signature.alike(&d.Text.Signature)
	switch {
	case known && (guess+margin < enough || guess-margin >= enough):
		return guess, true
	case !read, p.work <= 0:
		return guess - unread, known
	}
	it := p.full(h)
	p.work -= len(it.BodyText) + len(it.BodyHTML)
	t := TextOf(it)
	p.texts[h.Seq] = t
	return t.Share(d.Text)
}

// hasText reports whether the body of an item has text.
func (p *picture) hasText(h *Head) bool {
	if h.HasText == Unknown {
		return p.content(h.Seq).Text != ""
	}
	return h.HasText == Yes
}
