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
	Note  string // where not all items were counted
}

// A tally is how often the values of each facet are met among items.
type tally struct {
	items  int
	values map[news.Facet]map[string]*news.Count // by slug
}

// facetsOf are the facets of the page of one place, source or tag, of a saved
// filter and of a search.
func (s *Server) facetsOf(ctx context.Context, c *chrome, w want) ([]facetBox, error) {
	chosen := w.saved != nil || w.path == "/search" && asks(w.query)
	if len(w.wrong) > 0 || !chosen && (len(w.parts) != 1 || len(w.parts[0].value) != 1) {
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
	if chosen {
		return c.choices(w, found, places), nil
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
		boxes = c.box(boxes, found, "Tags", tags, below("/"+string(at.facet)+"s/"+escapeSegment(here)+"/tags/"))
	}
	if at.facet != news.Place {
		here, base := found.choice(news.Place, found.narrows), "/places/"
		if at.facet == news.Source {
			return c.box(boxes, found, "Places", here, below("/sources/"+escapeSegment(at.value[0])+base)), nil
		}
		for i := range here { // one spelling of a combination: the place comes first
			here[i].Slug += "/tags/" + at.value[0]
		}
		boxes = c.box(boxes, found, "Places", here, below(base))
	}
	return boxes, nil
}

// choices are the facets of what has no path of combinations: they lead to the
// same with ?only=.
func (c *chrome) choices(w want, found *tally, places *countTable) (boxes []facetBox) {
	by := func(f news.Facet) func(v news.Count, form form) string {
		return func(v news.Count, form form) string {
			only := string(f) + ":" + v.Slug
			if before := w.extra.Get("only"); before != "" {
				only = before + "," + only
			}
			return w.address(form, "only", only)
		}
	}
	boxes = c.box(boxes, found, "Places", found.choice(news.Place, found.narrows), by(news.Place))
	tags := found.choice(news.Tag, func(v *news.Count) bool { return found.narrows(v) && !found.says(v, places) })
	boxes = c.box(boxes, found, "Tags", tags, by(news.Tag))
	sources := found.choice(news.Source, found.narrows)
	for i := range sources {
		sources[i].Name = c.SourceTitle(sources[i].Name)
	}
	return c.box(boxes, found, "Sources", sources, by(news.Source))
}

// below leads to the pages and feeds of values below a path.
func below(path string) func(v news.Count, form form) string {
	return func(v news.Count, form form) string { return path + v.Slug + form.suffix() }
}

// narrows reports a value that not all items have.
func (n *tally) narrows(v *news.Count) bool { return v.Items < n.items }

// A wider is the page of one part of a combination.
type wider struct{ Name, Path string }

// wider are the pages of the parts of a combination: where "Erlenbrück ·
// Verkehr" leads back to.
func (s *Server) wider(ctx context.Context, x *site, w want) ([]wider, error) {
	var list []wider
	if len(w.only) > 0 {
		name, _, err := s.wholeName(ctx, x, w, pick(x.Language))
		return append(list, wider{cmp.Or(name, x.Title), x.prefix + w.address(page, "only", "")}), err
	}
	if len(w.parts) < 2 {
		return nil, nil
	}
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
	return list
}

// box adds a facet to those of a page, unless it offers no choice. to is the
// local address of what a value leads to.
func (c *chrome) box(boxes []facetBox, found *tally, title string, list []news.Count, to func(v news.Count, form form) string) []facetBox {
	if list = list[:min(len(list), facetRows)]; len(list) == 0 {
		return boxes
	}
	w := &xmlWriter{b: make([]byte, 0, 260*len(list))}
	w.raw(`<ul class="facet">`)
	for _, v := range list {
		w.raw("<li>")
		w.link("", c.x.prefix+to(v, page), line(v.Name))
		w.raw(" ")
		w.span("num", c.number(v.Items))
		w.raw(" ")
		w.open("a", "class", "beside", "href", c.x.prefix+to(v, rss), "type", rss.mediaType(),
			"aria-label", "RSS: "+c.Heading+" · "+line(v.Name))
		w.raw("RSS</a></li>")
	}
	w.raw("</ul>")
	box := facetBox{Title: c.say(title), Rows: w.html()}
	if found.items == facetScan {
		box.Note = fmt.Sprintf(c.say("Counted among the newest %s."), c.count(facetScan, "item"))
	}
	return append(boxes, box)
}

// tallied counts the tags and places of the newest items that a query finds.
// The counts of one generation of the archive are kept.
func (s *Server) tallied(ctx context.Context, q news.Query) (*tally, error) {
	name, generation := fmt.Sprint(q.All, q.Not, q.Since.Unix(), q.Until.Unix()), s.archive.Generation()
	s.facts.mu.Lock()
	n := s.facts.tallies[name]
	s.facts.mu.Unlock()
	if n != nil && n.generation == generation {
		return n.tally, nil
	}
	items, err := s.archive.Items(ctx, news.Query{All: q.All, Not: q.Not, Since: q.Since, Until: q.Until, Heads: true, Limit: facetScan})
	if err != nil {
		return nil, err
	}
	t := &tally{items: len(items), values: map[news.Facet]map[string]*news.Count{news.Tag: {}, news.Place: {}, news.Source: {}}}
	for _, it := range items {
		for _, tag := range it.Tags {
			t.add(news.Tag, news.Slug(tag), tag)
		}
		for _, source := range it.Sources {
			t.add(news.Source, source, source)
		}
		t.add(news.Place, news.Slug(it.Place), it.Place)
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

func (n *tally) add(f news.Facet, slug, name string) {
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
