package article

import (
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// The kinds of what is remembered of a page.
const (
	printBlock   = 'b' // own text of a block, in its place
	printHeading = 'h' // text of a heading, in its place
	printPlace   = 'p' // the place of a heading that no other heading of the page has
	printTitle   = 't' // part of a title
	printMeta    = 'm' // declared description
	printTag     = 'k' // tag of the article
)

// Fingerprints are those of the page, sorted, each once.
func Fingerprints(d *dom.Page) []uint64 {
	plain := *d
	plain.Options.Site, plain.Options.Explain = read.Site{}, nil
	r := &reader{d: &plain, claims: claims.Of(d), headline: -1, root: d.Body}
	r.readLayout()
	all := make([]uint64, 0, 128)
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		n := &d.Nodes[i]
		isAround := (n.Above|n.Hints)&(dom.HintNav|dom.HintFooter|dom.HintCookie) != 0
		if r.ownText[i] > 1 && n.Flags&dom.IsHidden == 0 && !isAround {
			all = append(all, r.blockPrint(i))
		}
	}
	places := map[uint64]int{}
	for _, h := range r.headings() {
		all = append(all, r.headingPrint(h.at, h.key))
		places[r.placePrint(h.at)]++
	}
	for place, n := range places {
		if n == 1 {
			all = append(all, place)
		}
	}
	for _, t := range r.titles() {
		all = append(all, textPrint(printTitle, t.Value))
		for _, part := range titleBreak.Split(t.Value, 8) {
			all = append(all, textPrint(printTitle, part))
		}
	}
	for _, c := range r.claims[claims.OfDescription] {
		all = append(all, textPrint(printMeta, c.Value))
	}
	head := newReader(&plain, nil)
	head.readHead()
	for _, tag := range head.art.Item.Tags {
		all = append(all, textPrint(printTag, tag))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// textPrint is the fingerprint of a text wherever it stands.
func textPrint(kind byte, text string) uint64 {
	return xxhash.Sum64String(string(kind) + texts.Key(text))
}

// headingPrint is the fingerprint of a heading in its place.
func (r *reader) headingPrint(i dom.NodeID, text string) uint64 {
	return mixPrint(r.placePrint(i), xxhash.Sum64String(string(rune(printHeading))+text))
}

// blockPrint is the fingerprint of the text directly in a block, in its place.
func (r *reader) blockPrint(i dom.NodeID) uint64 {
	sum := mixPrint(r.placePrint(i), printBlock)
	for t := i; t < r.d.Nodes[i].End; t++ {
		if n := &r.d.Nodes[t]; n.Flags&dom.IsText != 0 && n.Text > 0 && r.block[t] == i {
			sum = mixPrint(sum, xxhash.Sum64String(texts.Key(n.HTML.Data)))
		}
	}
	return sum
}

// placePrint is the fingerprint of a place: tags and classes of an element and
// of what it stands in, less the numbers in them.
func (r *reader) placePrint(i dom.NodeID) uint64 {
	sum := uint64(printPlace)
	for n := 0; n < 2 && i > r.d.Body; n++ {
		class := strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return -1
			}
			return c
		}, r.d.Attr(i, "class"))
		sum = mixPrint(sum, mixPrint(uint64(r.d.Nodes[i].Tag), xxhash.Sum64String(class)))
		i = r.d.Nodes[i].Parent
	}
	return sum
}

func mixPrint(a, b uint64) uint64 { return (a^b)*0x9e3779b97f4a7c15 ^ a>>29 }
