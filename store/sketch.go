package store

import (
	"encoding/binary"
	"math"

	"github.com/stadtfeed/stadtfeed/news"
)

// A sketch finds texts that are mostly the same without comparing them: four
// hashes, each over the least of two orders of the text's word triples
// (MinHash with banding). Two texts that share seven of ten triples agree in
// at least one of the four with 93 %; two that share one in ten with 4 %. The
// zero sketch belongs to texts too short to tell.
type sketch [4]uint32

// fewestTriples is below which a text is too short to be recognised.
const fewestTriples = 12

func (s sketch) bytes() string {
	if s == (sketch{}) {
		return ""
	}
	var b []byte
	for _, v := range s {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return string(b)
}

func readSketch(text string) (s sketch) {
	if len(text) == 4*len(s) {
		for i := range s {
			s[i] = binary.BigEndian.Uint32([]byte(text[4*i:]))
		}
	}
	return s
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

func sketchOf(folded string) (s sketch) {
	ts := triples(folded)
	if len(ts) < fewestTriples {
		return s
	}
	var least [8]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for _, t := range ts {
		x := t
		for i := range least {
			x = (x ^ x>>29) * 0xbf58476d1ce4e5b9
			least[i] = min(least[i], x)
		}
	}
	for i := range s {
		s[i] = uint32((least[2*i]*31 ^ least[2*i+1]) >> 32)
	}
	return s
}

// resembles reports whether two texts are probably the same report.
func (s sketch) resembles(o sketch) bool {
	if s == (sketch{}) || o == (sketch{}) {
		return false
	}
	for i := range s {
		if s[i] == o[i] {
			return true
		}
	}
	return false
}

// similarity is the share of word triples that two folded texts have in common
// (Jaccard); ok is false where one is too short to tell.
func similarity(a, b string) (share float64, ok bool) {
	as, bs := triples(a), triples(b)
	if len(as) < fewestTriples || len(bs) < fewestTriples {
		return 0, false
	}
	seen := make(map[uint64]bool, len(as))
	for _, t := range as {
		seen[t] = false
	}
	total, common := len(seen), 0
	for _, t := range bs {
		matched, have := seen[t]
		switch {
		case !have:
			total++
			seen[t] = true
		case !matched && common < len(as):
			common++
			seen[t] = true
		}
	}
	return float64(common) / float64(total), true
}

// storyText is the text by which reports are compared.
func storyText(it news.Item) string {
	text := it.BodyText
	if text == "" {
		text = it.Teaser
	}
	return news.Fold(it.Headline) + " " + news.Fold(text)
}
