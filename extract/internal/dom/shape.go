package dom

import (
	"math/bits"
	"strings"

	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// A Shape is a sketch of how a page is built: the elements and classes that
// stand on it, however often they do and whatever they say. It is as good
// from one process to the next. The zero Shape is that of no page.
type Shape [8]uint64

// Shape sketches the page's body; a feed has none.
func (d *Page) Shape() (s Shape) {
	if d.Feed != nil {
		return s
	}
	for i := d.Body; int(i) < len(d.Nodes); i++ {
		e := &d.Nodes[i]
		if e.Flags&IsText != 0 || e.HTML.Type != html.ElementNode {
			continue
		}
		tag := fnv(fnvStart, e.HTML.Data)
		s.add(tag)
		for class := range strings.FieldsSeq(d.Attr(i, "class")) {
			if !texts.HasDigit(class) { // one with a digit is often made for one element alone
				s.add(fnv(tag^'.', class))
			}
		}
	}
	return s
}

func (s *Shape) add(hash uint32) {
	bit := (hash ^ hash>>16) % 512
	s[bit/64] |= 1 << (bit % 64)
}

// New is the share of a shape, from 0 to 1, that an older one does not have.
func (s Shape) New(older Shape) float64 {
	all, fresh := 0, 0
	for i := range s {
		all += bits.OnesCount64(s[i])
		fresh += bits.OnesCount64(s[i] &^ older[i])
	}
	return float64(fresh) / float64(max(all, 1))
}

const fnvStart = 2166136261

// fnv goes on with the 32-bit FNV-1a hash of a text.
func fnv(h uint32, text string) uint32 {
	for i := range len(text) {
		h = (h ^ uint32(text[i])) * 16777619
	}
	return h
}
