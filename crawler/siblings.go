package crawler

import (
	"context"
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

// learnSite learns from new article pages. Pages that are looked at again are
// none: a page is no sibling of itself.
func (v *visit) learnSite(docs ...*extract.Document) {
	docs = docs[:min(len(docs), maxSiblings-v.siblings)]
	if len(docs) == 0 {
		return
	}
	v.siblings += len(docs)
	data, err := v.site().Learn(docs...).MarshalBinary()
	if err == nil {
		v.Site = string(data)
	}
}

// maxFirstBytes is what the pages may weigh that are held until the site is
// known; their trees take a multiple of it.
const maxFirstBytes = 1 << 20

// fetchFirst fetches the first new articles of a source whose site is not known
// yet and reads them together, so that already the first one is read in the
// light of the others. What it returns belongs to the first entries, in order.
func (v *visit) fetchFirst(ctx context.Context, fresh []listed, pages map[string]news.PageState) []fetched {
	if v.site().Pages() > 1 || v.siblings > 0 {
		return nil
	}
	var first []fetched
	articles, weight := 0, 0
	for i, e := range fresh {
		if over(ctx) || articles == maxSiblings || weight > maxFirstBytes || v.load.full() {
			break
		}
		f := v.fetchEntry(ctx, e, pages[e.URL], i)
		if f.a != nil && f.err == nil {
			articles++
			weight += len(f.a.page.Body)
			f.err = staysOnSite(f.a, &e.Entry)
		}
		first = append(first, f)
	}
	if articles > 1 {
		v.readTogether(fresh, first)
	}
	return first
}

// sizesOf are the bytes of the pages that were fetched.
func sizesOf(all []fetched) (sizes []int) {
	for _, f := range all {
		if f.a != nil {
			sizes = append(sizes, len(f.a.page.Body))
		}
	}
	return sizes
}

// readTogether parses pages, learns from them all, and reads them.
func (v *visit) readTogether(entries []listed, first []fetched) {
	defer v.load.budget.parse(sizesOf(first)...)()
	docs := make([]*extract.Document, len(first))
	var reports []*extract.Document
	for i := range first {
		f := &first[i]
		if f.a == nil || f.err != nil {
			continue
		}
		if docs[i], f.err = v.parse(f.a.page); f.err != nil {
			continue
		}
		f.err = v.guard(f.a.page.URL, func() error {
			if docs[i].Obstacle() == extract.NoObstacle {
				reports = append(reports, docs[i])
			}
			return nil
		})
	}
	if err := v.guard(v.address(), func() error { v.learnSite(reports...); return nil }); err != nil {
		return // each is read by itself
	}
	site := v.site()
	for i := range first {
		f := &first[i]
		if docs[i] == nil || f.err != nil {
			continue
		}
		docs[i].InLightOf(site)
		read, err := v.readArticle(docs[i], f.a, &entries[i].Entry)
		f.read, f.err = &read, err
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
