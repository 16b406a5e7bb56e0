package feedout

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
)

const (
	facetScan = 2000 // newest items that are looked through for facets
	facetRows = 24   // of one facet
)

// A facetBox is a choice that narrows a page: the tags of a place, the places
// of a tag, both of a source.
type facetBox struct {
	Title string
	Rows  template.HTML
}

// A tally is how often the values of each facet are met among items.
type tally struct {
	items  int
	values map[news.Facet]map[string]*news.Count // by slug
}

// facetsOf are the facets of the page of one place, source or tag.
func (s *Server) facetsOf(ctx context.Context, c *chrome, w want) ([]facetBox, error) {
	if len(w.parts) != 1 || len(w.parts[0].value) != 1 {
		return nil, nil
	}
	found, err := s.tallied(ctx, w.query)
	if err != nil {
		return nil, err
	}
	places, err := s.counts(ctx, news.Place)
	if err != nil {
		return nil, err
	}
	at := w.parts[0]
	here := at.value[0]
	var boxes []facetBox
	if at.facet != news.Tag {
		own := here
		if at.facet == news.Source {
			own = news.Slug(c.x.sources[here].Place)
		}
		tags := found.choice(news.Tag, func(v *news.Count) bool { return v.Slug != own && !found.says(v, places) })
		boxes = c.box(boxes, "Tags", "/"+string(at.facet)+"s/"+escapeSegment(here)+"/tags/", tags)
	}
	if at.facet != news.Place {
		here, base := found.choice(news.Place, func(v *news.Count) bool { return v.Items < found.items }), "/places/"
		if at.facet == news.Source {
			return c.box(boxes, "Places", "/sources/"+escapeSegment(at.value[0])+base, here), nil
		}
		for i := range here { // one spelling of a combination: the place comes first
			here[i].Slug += "/tags/" + at.value[0]
		}
		boxes = c.box(boxes, "Places", base, here)
	}
	return boxes, nil
}

// A wider is the page of one part of a combination.
type wider struct{ Name, Path string }

// wider are the pages of the parts of a combination: where "Erlenbrück ·
// Verkehr" leads back to.
func (s *Server) wider(ctx context.Context, x *site, w want) ([]wider, error) {
	if len(w.parts) < 2 {
		return nil, nil
	}
	var list []wider
	for _, p := range w.parts {
		name, err := s.partName(ctx, x, p)
		if err != nil {
			return nil, err
		}
		list = append(list, wider{name, x.prefix + escape("/"+string(p.facet)+"s/"+strings.Join(p.value, "+"))})
	}
	return list, nil
}

// says reports a tag that tells nothing of the items: all carry it, or it names
// a place and as many carry it as are about that place.
func (n *tally) says(tag *news.Count, places *countTable) bool {
	if tag.Items == n.items && n.items > 1 {
		return true
	}
	_, isPlace := places.at[tag.Slug]
	there := n.values[news.Place][tag.Slug]
	return isPlace && there != nil && tag.Items >= there.Items
}

// choice are the values of a facet that keep allows, most items first.
func (n *tally) choice(f news.Facet, keep func(*news.Count) bool) []news.Count {
	var list []news.Count
	for _, v := range n.values[f] {
		if keep(v) {
			list = append(list, *v)
		}
	}
	slices.SortFunc(list, func(a, b news.Count) int { return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Slug, b.Slug)) })
	return list[:min(len(list), facetRows)]
}

// box adds a facet to those of a page, unless it offers no choice.
func (c *chrome) box(boxes []facetBox, title, path string, list []news.Count) []facetBox {
	if len(list) == 0 {
		return boxes
	}
	w := &xmlWriter{b: make([]byte, 0, 260*len(list))}
	w.raw(`<ul class="facet">`)
	for _, v := range list {
		to := c.x.prefix + path + v.Slug
		w.raw("<li>")
		w.link("", to, line(v.Name))
		w.raw(" ")
		w.span("num", c.number(v.Items))
		w.raw(" ")
		w.open("a", "class", "beside", "href", to+".rss", "type", rss.mediaType(), "aria-label", "RSS: "+c.Heading+" · "+line(v.Name))
		w.raw("RSS</a></li>")
	}
	w.raw("</ul>")
	return append(boxes, facetBox{Title: c.say(title), Rows: w.html()})
}

// tallied counts the tags and places of the newest items that a query finds.
// The counts of one generation of the archive are kept.
func (s *Server) tallied(ctx context.Context, q news.Query) (*tally, error) {
	name, generation := fmt.Sprint(q.All, q.Not), s.archive.Generation()
	s.facts.mu.Lock()
	n := s.facts.tallies[name]
	s.facts.mu.Unlock()
	if n != nil && n.generation == generation {
		return n.tally, nil
	}
	items, err := s.archive.Items(ctx, news.Query{All: q.All, Not: q.Not, Heads: true, Limit: facetScan})
	if err != nil {
		return nil, err
	}
	t := &tally{items: len(items), values: map[news.Facet]map[string]*news.Count{news.Tag: {}, news.Place: {}}}
	for _, it := range items {
		for _, tag := range it.Tags {
			t.add(news.Tag, tag)
		}
		t.add(news.Place, it.Place)
	}
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	if s.facts.tallies == nil || len(s.facts.tallies) >= mostDays {
		s.facts.tallies = map[string]*talliedAt{}
	}
	s.facts.tallies[name] = &talliedAt{t, generation}
	return t, nil
}

// A talliedAt is a tally with the generation of the archive that it is of.
type talliedAt struct {
	*tally
	generation uint64
}

func (n *tally) add(f news.Facet, name string) {
	slug := news.Slug(name)
	if slug == "" {
		return
	}
	v := n.values[f][slug]
	if v == nil {
		v = &news.Count{Name: name, Slug: slug}
		n.values[f][slug] = v
	}
	v.Items++
}
