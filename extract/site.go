package extract

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// A Site is what is known of a source beyond the page at hand: which texts its
// article pages have in common, each in its place. The zero value knows nothing.
// A Site is never changed in place and may be shared.
//
//	site := extract.Site{}.Learn(first, second, third)
//	d, err := extract.Parse(page, extract.Options{Site: site})
type Site struct {
	pages int           // learned from, at most maxSitePages
	marks []sharedPrint // by fingerprint
}

// A sharedPrint is a fingerprint that pages bear, and how many do.
type sharedPrint struct {
	print uint64
	pages uint8
}

const (
	maxSitePages = 16  // beyond, all counts are halved: what is not seen any more is forgotten
	maxMarks     = 700 // of some nine bytes each; those on few pages go first
	siteForm     = 1   // the first byte of an encoded Site
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

// Learn is what is known once these article pages were seen, too. Two pages that
// say the same are one: copies and versions of a report are no siblings.
func (s Site) Learn(pages ...*Document) Site {
	prints := make([][]uint64, len(pages))
	for i, d := range pages {
		prints[i] = d.fingerprints()
	}
	return s.with(prints)
}

// with is what is known once pages of these fingerprints were seen, too.
func (s Site) with(pages [][]uint64) Site {
	counts := make(map[uint64]uint8, len(s.marks)+256)
	for _, m := range s.marks {
		counts[m.print] = m.pages
	}
	var seen [][]uint64
	for _, prints := range pages {
		if slices.ContainsFunc(seen, func(other []uint64) bool { return nearlySame(prints, other) }) {
			continue
		}
		seen = append(seen, prints)
		if s.pages++; s.pages > maxSitePages {
			s.pages /= 2
			for p, n := range counts {
				counts[p] = n / 2
			}
		}
		for _, p := range prints {
			counts[p]++
		}
	}
	s.marks = make([]sharedPrint, 0, len(counts))
	for p, n := range counts {
		if n > 0 {
			s.marks = append(s.marks, sharedPrint{p, n})
		}
	}
	if len(s.marks) > maxMarks {
		slices.SortFunc(s.marks, func(a, b sharedPrint) int {
			return cmp.Or(cmp.Compare(b.pages, a.pages), cmp.Compare(a.print, b.print))
		})
		s.marks = s.marks[:maxMarks:maxMarks]
	}
	slices.SortFunc(s.marks, func(a, b sharedPrint) int { return cmp.Compare(a.print, b.print) })
	return s
}

// InLightOf lets an article that is parsed already be read with what is known of
// its site, in the place of Options.Site.
func (d *Document) InLightOf(s Site) { d.options.Site = s }

// Pages is how many article pages it was learned from; what has not been seen
// for long counts no more.
func (s Site) Pages() int { return s.pages }

// AppendBinary appends the site in its encoded form of a few kilobytes, which
// UnmarshalBinary reads. It never fails.
func (s Site) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, siteForm, byte(s.pages)) //nolint:gosec // at most maxSitePages
	for _, m := range s.marks {
		b = append(binary.LittleEndian.AppendUint64(b, m.print), m.pages)
	}
	return b, nil
}

// MarshalBinary is AppendBinary to nothing.
func (s Site) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// ErrSite says that bytes are no site that this version encoded.
var ErrSite = errors.New("no site of this version")

// UnmarshalBinary reads what AppendBinary wrote. Its error wraps ErrSite.
func (s *Site) UnmarshalBinary(data []byte) error {
	const size = 9
	if len(data) < 2 || data[0] != siteForm || (len(data)-2)%size != 0 || data[1] > maxSitePages || len(data) > 2+size*maxMarks {
		return fmt.Errorf("%w: %d bytes", ErrSite, len(data))
	}
	read := Site{pages: int(data[1]), marks: make([]sharedPrint, 0, len(data)/size)}
	for rest := data[2:]; len(rest) > 0; rest = rest[size:] {
		m := sharedPrint{binary.LittleEndian.Uint64(rest), rest[8]}
		if last := len(read.marks) - 1; m.pages == 0 || int(m.pages) > read.pages || last >= 0 && read.marks[last].print >= m.print {
			return fmt.Errorf("%w: a fingerprint out of order", ErrSite)
		}
		read.marks = append(read.marks, m)
	}
	*s = read
	return nil
}

// on is on how many pages a fingerprint was seen.
func (s Site) on(print uint64) int {
	if i, found := slices.BinarySearchFunc(s.marks, print, func(m sharedPrint, p uint64) int { return cmp.Compare(m.print, p) }); found {
		return int(s.marks[i].pages)
	}
	return 0
}

// repeats reports whether two or more pages bear a fingerprint.
func (s Site) repeats(print uint64) bool { return s.pages > 1 && s.on(print) > 1 }

// everywhere reports whether nearly all of at least so many pages bear one.
func (s Site) everywhere(print uint64, least int) bool {
	return s.pages >= least && 8*s.on(print) >= 7*s.pages
}

// nearlySame reports whether two pages differ in no more than a line.
func nearlySame(a, b []uint64) bool {
	differ := 0
	for _, pair := range [2][2][]uint64{{a, b}, {b, a}} {
		for _, p := range pair[0] {
			if _, found := slices.BinarySearch(pair[1], p); !found {
				differ++
			}
		}
	}
	return differ <= 2
}

// fingerprints are those of the page, sorted, each once.
func (d *Document) fingerprints() []uint64 {
	plain := *d
	plain.options.Site, plain.options.Explain = Site{}, nil
	r := &reader{d: &plain, claims: d.claims(), headline: -1, root: d.body}
	r.readLayout()
	all := make([]uint64, 0, 128)
	for i := d.body; i < d.nodes[d.body].end; i++ {
		if n := &d.nodes[i]; r.own[i] > 1 && n.flags&isHidden == 0 && (n.above|n.hints)&(hintNav|hintFooter|hintCookie) == 0 {
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
		all = append(all, textPrint(printTitle, t.value))
		for _, part := range titleBreak.Split(t.value, 8) {
			all = append(all, textPrint(printTitle, part))
		}
	}
	for _, c := range r.claims[ofDescription] {
		all = append(all, textPrint(printMeta, c.value))
	}
	head := plain.newReader(nil)
	head.readHead()
	for _, tag := range head.art.Item.Tags {
		all = append(all, textPrint(printTag, tag))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// textPrint is the fingerprint of a text wherever it stands.
func textPrint(kind byte, text string) uint64 { return xxhash.Sum64String(string(kind) + key(text)) }

// headingPrint is the fingerprint of a heading in its place.
func (r *reader) headingPrint(i nodeID, text string) uint64 {
	return mixPrint(r.placePrint(i), xxhash.Sum64String(string(rune(printHeading))+text))
}

// blockPrint is the fingerprint of the text directly in a block, in its place.
func (r *reader) blockPrint(i nodeID) uint64 {
	sum := mixPrint(r.placePrint(i), printBlock)
	for t := i; t < r.d.nodes[i].end; t++ {
		if n := &r.d.nodes[t]; n.flags&isText != 0 && n.text > 0 && r.block[t] == i {
			sum = mixPrint(sum, xxhash.Sum64String(key(n.n.Data)))
		}
	}
	return sum
}

// placePrint is the fingerprint of a place: tags and classes of an element and
// of what it stands in, less the numbers in them.
func (r *reader) placePrint(i nodeID) uint64 {
	sum := uint64(printPlace)
	for n := 0; n < 2 && i > r.d.body; n++ {
		class := strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return -1
			}
			return c
		}, r.d.attr(i, "class"))
		sum = mixPrint(sum, mixPrint(uint64(r.d.nodes[i].tag), xxhash.Sum64String(class)))
		i = r.d.nodes[i].parent
	}
	return sum
}

func mixPrint(a, b uint64) uint64 { return (a^b)*0x9e3779b97f4a7c15 ^ a>>29 }
