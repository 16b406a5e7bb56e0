package extract

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/article"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// A Site is what is known of a source beyond the page at hand: which texts its
// article pages have in common, each in its place. The zero value knows nothing.
// A Site is never changed in place and may be shared.
//
//	site := extract.Site{}.Learn(first, second, third)
//	d, err := extract.Parse(page, extract.Options{Site: site})
type Site struct{ known read.Site }

// ErrSite says that bytes are no site that this version encoded.
var ErrSite = read.ErrSite

// Learn is what is known once these article pages were seen, too. Two pages that
// say the same are one: copies and versions of a report are no siblings.
func (s Site) Learn(pages ...*Document) Site {
	prints := make([][]uint64, len(pages))
	for i, d := range pages {
		prints[i] = article.Fingerprints(d.page)
	}
	return Site{s.known.With(prints)}
}

// Pages is how many article pages it was learned from; what has not been seen
// for long counts no more.
func (s Site) Pages() int { return s.known.Pages() }

// AppendBinary appends the site in its encoded form of a few kilobytes, which
// UnmarshalBinary reads. It never fails.
func (s Site) AppendBinary(b []byte) ([]byte, error) { return s.known.AppendBinary(b) }

// MarshalBinary is AppendBinary to nothing.
func (s Site) MarshalBinary() ([]byte, error) { return s.known.MarshalBinary() }

// UnmarshalBinary reads what AppendBinary wrote. Its error wraps ErrSite.
func (s *Site) UnmarshalBinary(data []byte) error { return s.known.UnmarshalBinary(data) }
