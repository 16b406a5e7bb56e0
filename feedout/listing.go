package feedout

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// job finds out how to make the answer for a path without its form.
func (s *Server) job(ctx context.Context, x *site, path string, f form, values url.Values, lang tongue) (job, error) {
	if f == page {
		if j, ok := s.pageJob(x, path, values, lang); ok {
			return j, nil
		}
	}
	if list, ok := strings.CutPrefix(path, embedPrefix+"/"); ok && f == page {
		return s.embedJob(x, "/"+list, values, lang)
	}
	if to, ok := x.moved(path); ok {
		return job{}, errRedirect{escape(to) + f.suffix()}
	}
	if f == opmlFile {
		return job{render: func(ctx context.Context) (*answer, time.Time, error) {
			a, err := s.renderOPML(ctx, x)
			return a, s.untilMidnight(x, time.Time{}), err
		}}, nil
	}
	w, err := s.wanted(ctx, x, path, values)
	if err != nil {
		return job{}, err
	}
	if slug := w.slugged(); slug != path {
		return job{}, errRedirect{escape(slug) + f.suffix()}
	}
	if f != page && len(w.wrong) > 0 {
		return job{}, errSearch(w.wrong)
	}
	return job{
		query:   w.key(),
		paced:   w.endless() || w.closed() || !s.facts.list(w.parts),
		private: w.private(),
		keyed:   w.saved != nil && w.saved.keyed,
		render: func(ctx context.Context) (*answer, time.Time, error) {
			w, err := s.known(ctx, x, w)
			switch {
			case err != nil:
				return nil, time.Time{}, err
			case f == page:
				return s.renderList(ctx, x, w, lang)
			case len(w.wrong) > 0:
				return nil, time.Time{}, errSearch(w.wrong)
			}
			return s.renderFeed(ctx, x, w, f)
		},
	}, nil
}

// wanted is what a listing path asks for; of saved searches only the archive
// knows that.
func (s *Server) wanted(ctx context.Context, x *site, path string, values url.Values) (want, error) {
	if token, ok := strings.CutPrefix(path, searchesPath+"/"); ok {
		return s.savedSearch(ctx, path, token, values)
	}
	w, ok := x.parse(path, values, s.now())
	if !ok {
		return w, news.ErrNotFound
	}
	return w, nil
}

// endless reports an address of which a stranger can think of any number.
func (w *want) endless() bool {
	return w.combines() || w.key() != ""
}

// combines reports an address of several tags, places or sources.
func (w *want) combines() bool {
	return len(w.parts) > 1 || len(w.parts) == 1 && len(w.parts[0].value) > 1
}

// slugged is the path with its tags and places in the spelling of addresses.
func (w *want) slugged() string {
	if len(w.parts) == 0 {
		return w.path
	}
	var b strings.Builder
	for _, p := range w.parts {
		values := p.value
		if p.facet != news.Source {
			values = make([]string, len(p.value))
			for i, v := range p.value {
				values[i] = news.Slug(v)
			}
		}
		b.WriteString("/" + string(p.facet) + "s/" + strings.Join(values, "+"))
	}
	return b.String()
}

// renderFeed renders a feed in one of its formats.
func (s *Server) renderFeed(ctx context.Context, x *site, w want, f form) (*answer, time.Time, error) {
	m, err := s.material(ctx, x, w)
	if err != nil {
		return nil, time.Time{}, err
	}
	a, err := s.writeFeed(x, w, f, m)
	return a, m.until, err
}

// A material is what the feeds of a want are written from, whatever their form.
type material struct {
	selection
	title, subtitle string
}

func (s *Server) material(ctx context.Context, x *site, w want) (m material, err error) {
	if m.selection, err = s.choose(ctx, w); err != nil {
		return m, err
	}
	if m.modified.IsZero() {
		m.modified = s.started
	}
	m.title, m.subtitle, err = s.titles(ctx, x, w, pick(x.Language))
	return m, err
}

func (s *Server) writeFeed(x *site, w want, f form, m material) (*answer, error) {
	d := s.feedOf(x, w, f, m.selection, m.title, m.subtitle)
	body, err := d.write(f)
	if err != nil {
		return nil, fmt.Errorf("writing %s%s: %w", w.path, f.suffix(), err)
	}
	return &answer{
		kind: f.mediaType(), vary: feedVary, body: body, modified: m.modified, about: w.about(),
		control: cacheControl(d.every, w.closed()), link: linkHeader(d),
	}, nil
}

// about are the queries whose items make up the feed: what it lists, and where
// it combines values, all items of each, as they give the values their spelling.
func (w *want) about() []news.Query {
	if len(w.parts) == 0 || !w.combines() {
		return []news.Query{w.query}
	}
	var about []news.Query
	for _, group := range w.query.All {
		for _, t := range group {
			about = append(about, news.Query{All: [][]news.Term{{t}}})
		}
	}
	return about
}

// cacheControl lets caches keep a feed for a part of the time between two visits,
// for a minute more while they ask anew, and for a day where nobody answers
// (RFC 5861).
func cacheControl(every time.Duration, private bool) string {
	seconds := int(min(max(every/6, time.Minute), 15*time.Minute) / time.Second)
	if private {
		return fmt.Sprintf("private, max-age=%d", seconds)
	}
	return fmt.Sprintf("public, max-age=%d, stale-while-revalidate=60, stale-if-error=86400", seconds)
}

// linkHeader advertises the hub, as WebSub §4 prefers.
func linkHeader(d *feed) string {
	if d.hub == "" {
		return ""
	}
	return "<" + d.hub + `>; rel="hub", <` + d.self + `>; rel="self"`
}

// titles are the title and subtitle of a want as a feed bears them.
func (s *Server) titles(ctx context.Context, x *site, w want, lang tongue) (title, subtitle string, err error) {
	name, sub, err := s.name(ctx, x, w, lang)
	switch {
	case err != nil:
		return "", "", err
	case name == "":
		return x.Title, cmp.Or(x.Description, sub), nil
	}
	return name + " – " + x.Title, sub, nil
}

// name is what a want is called, with what ?only= chooses of it, and one sentence
// about it. The name of /all is empty.
func (s *Server) name(ctx context.Context, x *site, w want, lang tongue) (name, about string, err error) {
	if name, about, err = s.wholeName(ctx, x, w, lang); err != nil || len(w.only) == 0 {
		return name, about, err
	}
	names := []string{cmp.Or(name, x.Title)}
	for _, t := range w.only {
		called := line(t.Value)
		if facets[string(t.Facet)+"s"] != "" {
			if called, err = s.partName(ctx, x, part{t.Facet, []string{t.Value}}); err != nil {
				return "", "", err
			}
		}
		names = append(names, called)
	}
	return strings.Join(names, " · "), about, nil
}

// wholeName is the name without what ?only= chooses.
func (s *Server) wholeName(ctx context.Context, x *site, w want, lang tongue) (name, about string, err error) {
	switch {
	case w.saved != nil:
		return w.saved.Title, cmp.Or(w.saved.Description, w.saved.Title), nil
	case w.path == "/search" && strings.TrimSpace(w.search) == "":
		return lang.say("Search"), lang.say("News of towns and counties"), nil
	case w.path == "/search":
		return fmt.Sprintf(lang.say("Search: %s"), w.search), fmt.Sprintf(lang.say("Items found for: %s"), w.search), nil
	case len(w.parts) == 0:
		return "", lang.say("News of towns and counties"), nil
	}
	var names []string
	about = lang.say("News")
	for _, p := range w.parts {
		n, err := s.partName(ctx, x, p)
		if err != nil {
			return "", "", err
		}
		names = append(names, n)
		about += " " + fmt.Sprintf(lang.narrowed(p.facet), n)
	}
	return strings.Join(names, " · "), about, nil
}

// partName is what one facet of a path is called.
func (s *Server) partName(ctx context.Context, x *site, p part) (string, error) {
	if p.facet == news.Source {
		return x.sourceTitle(p.value[0]), nil
	}
	table, err := s.counts(ctx, p.facet)
	if err != nil {
		return "", err
	}
	var names []string
	for _, slug := range p.value {
		names = append(names, table.name(slug))
	}
	if p.facet == news.Place {
		return strings.Join(names, ", "), nil
	}
	return strings.Join(names, " + "), nil
}

// known looks whether what a want names exists: sources are those of the
// configuration, and former ones in the archive; tags and places may have their
// first item tomorrow, unless nothing is called alike. A path with another
// source, tag or place is news.ErrNotFound, a search for a source a mistake.
func (s *Server) known(ctx context.Context, x *site, w want) (want, error) {
	for _, p := range w.parts {
		if p.facet != news.Source {
			if err := s.heard(ctx, x, p); err != nil {
				return w, err
			}
			continue
		}
		if ok, err := s.exists(ctx, x, p.value[0]); err != nil || !ok {
			return w, cmp.Or(err, news.ErrNotFound)
		}
	}
	if w.path != "/search" {
		return w, nil
	}
	for _, group := range append(slices.Clip(w.query.All), w.query.Not) {
		for _, t := range group {
			if t.Facet != news.Source {
				continue
			}
			ok, err := s.exists(ctx, x, t.Value)
			if err != nil {
				return w, err
			}
			if !ok {
				w.wrong = append(slices.Clip(w.wrong), mistake{phrase: "There is no source “%s”.", value: t.Value})
			}
		}
	}
	return w, nil
}

// exists reports a source that is configured or of which items are kept.
func (s *Server) exists(ctx context.Context, x *site, source string) (bool, error) {
	if _, ok := x.sources[source]; ok {
		return true, nil
	}
	items, err := s.archive.Items(ctx, news.Query{All: [][]news.Term{{{Facet: news.Source, Value: source}}}, Withdrawn: true, Heads: true, Limit: 1})
	return len(items) > 0, err
}

// near are the tags or places of the archive whose names resemble those that
// the path or the words of a search ask for, most items first; they help where
// nothing was found.
func (s *Server) near(ctx context.Context, w want, words sought) ([]weighted, error) {
	const most = 6
	var list []weighted
	parts := w.parts
	for _, phrase := range words {
		slug := []string{strings.Join(phrase.words, "-")}
		parts = append(slices.Clip(parts), part{news.Tag, slug}, part{news.Place, slug})
	}
	for _, p := range parts {
		if p.facet == news.Source {
			continue
		}
		table, err := s.counts(ctx, p.facet)
		if err != nil {
			return nil, err
		}
		for _, c := range table.list {
			known := c.Items == 0 || len(words) == 0 && slices.Contains(p.value, c.Slug) || slices.ContainsFunc(list, func(w weighted) bool { return w.Slug == c.Slug })
			if len(list) < most && !known && slices.ContainsFunc(p.value, func(v string) bool { return alike(v, c.Slug) }) {
				list = append(list, weighted{Count: c, Facet: p.facet})
			}
		}
	}
	return list, nil
}

// alike reports slugs of which one holds the other, or that begin alike.
func alike(a, b string) bool {
	const least = 4
	return len(a) >= least && strings.Contains(b, a) || len(b) >= least && strings.Contains(a, b) ||
		len(a) > least && len(b) > least && a[:least] == b[:least]
}

// facts are the counts of the archive's present generation, and of its days.
type facts struct {
	mu         sync.Mutex
	generation uint64
	tables     map[news.Facet]*countTable
	days       map[string]dayMemo    // by query
	tallies    map[string]*talliedAt // by query
}

// list reports whether the archive has the tags and places, as far as that is
// known without a look at it.
func (f *facts) list(parts []part) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range parts {
		table := f.tables[p.facet]
		if table == nil || p.facet == news.Source {
			continue
		}
		for _, v := range p.value {
			if _, ok := table.at[v]; !ok {
				return false
			}
		}
	}
	return true
}

// A countTable holds the counts of a facet, most items first.
type countTable struct {
	list []news.Count
	at   map[string]int // index in list by slug
}

// name is the name for a slug, or the slug itself.
func (t *countTable) name(slug string) string {
	if i, ok := t.at[slug]; ok {
		return line(t.list[i].Name)
	}
	return slug
}

// counts are the values of a facet, most items first.
func (s *Server) counts(ctx context.Context, f news.Facet) (*countTable, error) {
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	generation := s.archive.Generation()
	if s.facts.generation != generation || s.facts.tables == nil {
		s.facts.generation, s.facts.tables = generation, map[news.Facet]*countTable{}
	}
	if t := s.facts.tables[f]; t != nil {
		return t, nil
	}
	list, err := s.archive.Counts(ctx, f)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b news.Count) int {
		return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Slug, b.Slug))
	})
	t := &countTable{list: list, at: make(map[string]int, len(list))}
	for i, c := range list {
		t.at[c.Slug] = i
	}
	s.facts.tables[f] = t
	return t, nil
}
