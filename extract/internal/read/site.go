package read

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
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

// With is what is known once pages of these fingerprints were seen, too.
func (s Site) With(pages [][]uint64) Site {
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
	fits := len(data) >= 2 && len(data) <= 2+size*maxMarks && (len(data)-2)%size == 0
	if !fits || data[0] != siteForm || data[1] > maxSitePages {
		return fmt.Errorf("%w: %d bytes", ErrSite, len(data))
	}
	read := Site{pages: int(data[1]), marks: make([]sharedPrint, 0, len(data)/size)}
	for rest := data[2:]; len(rest) > 0; rest = rest[size:] {
		m := sharedPrint{binary.LittleEndian.Uint64(rest), rest[8]}
		last := len(read.marks) - 1
		inOrder := last < 0 || read.marks[last].print < m.print
		if !inOrder || m.pages == 0 || int(m.pages) > read.pages {
			return fmt.Errorf("%w: a fingerprint out of order", ErrSite)
		}
		read.marks = append(read.marks, m)
	}
	*s = read
	return nil
}

// On is on how many pages a fingerprint was seen.
func (s Site) On(print uint64) int {
	if i, found := slices.BinarySearchFunc(s.marks, print, func(m sharedPrint, p uint64) int { return cmp.Compare(m.print, p) }); found {
		return int(s.marks[i].pages)
	}
	return 0
}

// Repeats reports whether two or more pages bear a fingerprint.
func (s Site) Repeats(print uint64) bool { return s.pages > 1 && s.On(print) > 1 }

// Everywhere reports whether nearly all of at least so many pages bear one.
func (s Site) Everywhere(print uint64, least int) bool {
	return s.pages >= least && 8*s.On(print) >= 7*s.pages
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
