package crawler

import (
	"strconv"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// maxSiblings is how many new article pages of a visit teach what the pages of
// the site have in common.
const maxSiblings = 8

// site is what is known of the source's article pages. What a later version
// wrote is learned anew.
func (l *learned) site() (s extract.Site) {
	if l.Site != "" && s.UnmarshalBinary([]byte(l.Site)) != nil {
		return extract.Site{}
	}
	return s
}

// learnSite learns from a new article page. Pages that are looked at again are
// none: a page is no sibling of itself.
func (v *visit) learnSite(doc *extract.Document) {
	if v.siblings == maxSiblings {
		return
	}
	v.siblings++
	data, err := v.site().Learn(doc).MarshalBinary()
	if err == nil {
		v.Site = string(data)
	}
}

// fewSame is how many articles of one visit with the same headline, teaser or
// text are no accident, where they are most of those read.
const fewSame = 3

// observeSame notes what most articles of the visit have in common although each
// report has its own. A visit that reads too few leaves it as it was.
func (v *visit) observeSame() {
	if len(v.articles) < fewSame {
		return
	}
	v.Same = nil
	for _, field := range []struct {
		name  string
		least int // bytes; shorter ones may well be the same
		of    func(news.Item) string
	}{
		{"headline", 1, func(it news.Item) string { return it.Headline }},
		{"teaser", 20, func(it news.Item) string { return it.Teaser }},
		{"body", 60, func(it news.Item) string { return it.BodyText }},
	} {
		counts, most := map[string]int{}, ""
		for _, a := range v.articles {
			if text := news.Squash(field.of(a.Item)); len(text) >= field.least {
				if counts[text]++; counts[text] > counts[most] {
					most = text
				}
			}
		}
		if n := counts[most]; most != "" && n >= fewSame && 2*n > len(v.articles) {
			v.Same = append(v.Same, news.Because("same", strconv.Itoa(n), strconv.Itoa(len(v.articles)), field.name))
		}
	}
}
