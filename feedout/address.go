package feedout

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/stadtfeed/stadtfeed/news"
)

// A form is how an answer is written.
type form uint8

const (
	page form = iota
	rss
	atom
	jsonFeed
	opmlFile // of all feeds
	csvTable
)

// opmlPath is the address of all feeds in one file.
const opmlPath = "/opml"

// forms are the endings of feed addresses.
var forms = map[string]form{".rss": rss, ".atom": atom, ".json": jsonFeed, ".csv": csvTable}

// suffix is the ending of the form's addresses.
func (f form) suffix() string { return [...]string{"", ".rss", ".atom", ".json", "", ".csv"}[f] }

// mediaType is the Content-Type of the form.
func (f form) mediaType() string {
	return [...]string{
		"text/html; charset=utf-8", "application/rss+xml; charset=utf-8",
		"application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8",
		"text/x-opml; charset=utf-8", "text/csv; charset=utf-8; header=present",
	}[f]
}

// split takes the form's ending off a path.
func split(path string) (string, form) {
	if path == opmlPath {
		return path, opmlFile
	}
	if dot := strings.LastIndexByte(path, '.'); dot > 0 {
		if f, ok := forms[path[dot:]]; ok {
			return path[:dot], f
		}
	}
	return path, page
}

// Bounds of what a request may ask for.
const (
	feedItems   = 50  // items of a feed unless ?limit says otherwise
	mostItems   = 200 // items of any one answer
	longestPath = 512
	longestText = 400 // bytes of a search
	mostTerms   = 12  // of one combination or search
)

// A want is what a listing address asks for: which items, in which portion.
type want struct {
	path   string // without form; the identity of the feed
	parts  []part // in the order of the path
	query  news.Query
	search string // as typed
	extra  url.Values
	limit  int         // 0: the usual portion
	teaser bool        // ?full=0
	titles Titles      // ?title=; empty: as the feed has them
	before uint64      // archive page: items with a smaller Seq
	until  int64       // older page for people: items shown before this Unix millisecond
	saved  *SavedFeed  // the filter; nil: none
	only   []news.Term // what ?only= chooses of it
	wrong  []mistake
}

// A part is one facet of a path: /tags/a+b is {news.Tag, [a b]}.
type part struct {
	facet news.Facet
	value []string
}

// facets are the path words of facets.
var facets = map[string]news.Facet{"tags": news.Tag, "places": news.Place, "sources": news.Source}

// parse reads a listing path without its form, such as /places/kassel/tags/verkehr.
// It reports false for everything else.
func (x *site) parse(path string, values url.Values, now time.Time) (want, bool) {
	w := want{path: path}
	words := strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch {
	case path == "/all":
	case path == "/search":
		if w.search = values.Get("q"); len(w.search) > longestText {
			w.search = cut(w.search, longestText) + " …"
		}
		w.query, w.wrong = x.search(values.Get("q"), now)
	case len(words) == 2 && words[0] == "feeds":
		f, ok := x.feeds[words[1]]
		if !ok {
			return w, false
		}
		w.saved, w.query = &f, f.Query
	default:
		if !w.facets(words) {
			return w, false
		}
	}
	w.portion(values)
	return w, true
}

// private reports a feed that asks for a key, closed one that is not for
// everybody: it asks for a key, or has one in its address.
func (w *want) private() bool { return w.saved != nil && w.saved.Private }
func (w *want) closed() bool  { return w.saved != nil && (w.saved.Private || w.saved.keyed) }

// moved is where the feed of a path is now that its name is another one.
func (x *site) moved(path string) (string, bool) {
	name, ok := strings.CutPrefix(path, "/feeds/")
	to, renamed := x.renamed[name]
	return "/feeds/" + to, ok && renamed
}

// facets reads pairs of facet and value.
func (w *want) facets(words []string) bool {
	if len(words)%2 != 0 || len(words) == 0 || len(words) > 6 {
		return false
	}
	terms := 0
	for pair := range slices.Chunk(words, 2) {
		facet, ok := facets[pair[0]]
		if !ok || pair[1] == "" {
			return false
		}
		values := []string{pair[1]}
		if facet != news.Source {
			values = strings.Split(pair[1], "+")
		}
		if terms += len(values); terms > mostTerms || slices.Contains(values, "") {
			return false
		}
		w.parts = append(w.parts, part{facet, values})
		w.query.All = append(w.query.All, groups(facet, values)...)
	}
	return true
}

// groups is one group per tag (an item may have them all) and one group for
// all places (an item has only one).
func groups(facet news.Facet, values []string) [][]news.Term {
	var all [][]news.Term
	for i, v := range values {
		if facet == news.Place && i > 0 {
			all[0] = append(all[0], news.Term{Facet: facet, Value: v})
			continue
		}
		all = append(all, []news.Term{{Facet: facet, Value: v}})
	}
	return all
}

// portion reads ?limit, ?full, ?title, ?exclude, ?only, ?before and ?until, and keeps in extra
// what must be repeated in the links of the answer. Everything else is ignored,
// so that no stranger can fill the cache with names of his own.
func (w *want) portion(values url.Values) {
	w.extra = url.Values{}
	if w.path == "/search" {
		w.extra.Set("q", w.search)
	}
	if n, err := strconv.Atoi(values.Get("limit")); err == nil {
		w.limit = min(max(n, 1), mostItems)
		w.extra.Set("limit", strconv.Itoa(w.limit))
	}
	if values.Get("full") == "0" {
		w.teaser = true
		w.extra.Set("full", "0")
	}
	if t := Titles(values.Get("title")); t == PlainTitles || t == PlaceTitles {
		w.titles = t
		w.extra.Set("title", string(t))
	}
	for _, t := range w.terms(values, "exclude", "Only tag:, place:, source: and word: can be excluded, not “%s:”.") {
		w.query.Not = append(slices.Clip(w.query.Not), t)
	}
	for _, t := range w.terms(values, "only", "Choosing works by tag:, place:, source: and word: only, not by “%s:”.") {
		w.only = append(w.only, t)
		w.query.All = append(slices.Clip(w.query.All), []news.Term{t})
	}
	if n, err := strconv.ParseUint(values.Get("before"), 10, 64); err == nil && n > 0 {
		w.before = n
	}
	if n, err := strconv.ParseInt(values.Get("until"), 10, 64); err == nil && n > 0 && n < 1<<48 {
		w.until = n
	}
}

// terms reads a parameter such as exclude=sport,place:kassel: slugs of tags unless
// a facet is named. What is none becomes a mistake of the phrase.
func (w *want) terms(values url.Values, name, phrase string) (terms []news.Term) {
	text := cut(values.Get(name), longestText)
	if text == "" {
		return nil
	}
	var spelt []string
	before := len(w.wrong)
	for field := range strings.SplitSeq(text, ",") {
		facet, value, named := strings.Cut(field, ":")
		if !named {
			facet, value = "tag", field
		}
		facet, value = strings.TrimSpace(facet), strings.TrimSpace(value)
		t, ok := term(facet, value)
		switch {
		case t.Facet == "":
			w.wrong = append(w.wrong, mistake{phrase: phrase, value: facet})
		case ok && len(terms) < mostTerms:
			terms, spelt = append(terms, t), append(spelt, string(t.Facet)+":"+t.Value)
		}
	}
	if len(w.wrong) == before {
		text = strings.Join(spelt, ",") // one spelling, one answer
	}
	if text != "" {
		w.extra.Set(name, text)
	}
	return terms
}

// term is the condition that a facet's name and a value as typed make.
func term(facet, value string) (news.Term, bool) {
	switch f := news.Facet(strings.ToLower(facet)); f {
	case news.Tag, news.Place:
		slug := news.Slug(value)
		return news.Term{Facet: f, Value: slug}, slug != ""
	case news.Source:
		return news.Term{Facet: f, Value: value}, value != ""
	case news.Word:
		return news.Term{Facet: f, Value: value}, strings.ContainsFunc(value, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	}
	return news.Term{}, false
}

// address is the path and query of the want in a form, with further values in
// pairs; an empty value takes the name away.
func (w *want) address(f form, pairs ...string) string {
	return escape(w.path) + f.suffix() + w.queryString(pairs...)
}

// key is the query of the want as the cache knows it.
func (w *want) key() string {
	var pairs []string
	if w.before > 0 {
		pairs = append(pairs, "before", strconv.FormatUint(w.before, 10))
	}
	if w.until > 0 {
		pairs = append(pairs, "until", strconv.FormatInt(w.until, 10))
	}
	return w.queryString(pairs...)
}

func (w *want) queryString(pairs ...string) string {
	if len(w.extra) == 0 && len(pairs) == 0 {
		return ""
	}
	values := url.Values{}
	for name := range w.extra {
		values.Set(name, w.extra.Get(name))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			values.Del(pairs[i])
			continue
		}
		values.Set(pairs[i], pairs[i+1])
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// escape writes a path with what an address cannot hold in percent form.
func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// cut shortens text to at most n bytes at a character's edge.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
