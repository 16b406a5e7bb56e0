package config

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

func (l *loader) checkFeeds() {
	named := map[string]origin{}
	for i := range l.cfg.Feeds {
		f, o := &l.cfg.Feeds[i], l.feeds[i]
		at := func(key string) *yaml.Node {
			if n := value(o.node, key); n != nil {
				return n
			}
			return o.node
		}
		if err := checkName("feed", f.Name); err != nil {
			l.mistake(o.file, at("name"), "%s", err)
		}
		if before, twice := named[f.Name]; twice && f.Name != "" {
			l.mistake(o.file, at("name"), "feed name %q is taken (%s:%d)", f.Name, before.file.path, before.node.Line)
		}
		named[f.Name] = o
		if f.Private && len(l.cfg.Access.Keys) == 0 {
			l.mistake(o.file, at("private"), "feed %q: nobody could read it without keys under access; stadtfeed key prints one", f.Name)
		}
		if f.Match.empty() && f.Except.empty() {
			l.mistake(o.file, at("match"), "feed %q: match is missing (tags, places, sources, words or query)", f.Name)
		}
		f.query = l.filter(o, f.Match, f.Except)
	}
	l.checkFormerly(named)
}

// filter checks what a filter written at a place lets in and leaves out, and
// compiles it.
func (l *loader) filter(o origin, match, except Match) news.Query {
	sources := l.cfg.SourceNames()
	in, out := value(o.node, "match"), value(o.node, "except")
	l.checkMatch(o.file, in, match, sources)
	l.checkMatch(o.file, out, except, sources)
	return compile(l.cfg.Tags, match, except,
		l.readSearch(o.file, in, match, sources, false),
		l.readSearch(o.file, out, except, sources, true))
}

// checkFormerly finds former names of feeds that are another's.
func (l *loader) checkFormerly(named map[string]origin) {
	former := map[string]string{}
	for i, f := range l.cfg.Feeds {
		o := l.feeds[i]
		at := value(o.node, "formerly")
		for _, name := range f.Formerly {
			if err := checkName("feed", name); err != nil {
				l.mistake(o.file, at, "formerly: %s", err)
			}
			if now, taken := named[name]; taken {
				l.mistake(o.file, at, "feed %q: a feed called %q is there today (%s:%d)", f.Name, name, now.file.path, now.node.Line)
			}
			if other, twice := former[name]; twice {
				l.mistake(o.file, at, "feed %q: formerly %q is said of feed %q already", f.Name, name, other)
			}
			former[name] = f.Name
		}
	}
}

// mostSaved is how many conditions the search of a saved filter may have.
const mostSaved = 200

// readSearch reads the search of a filter; contrary is true for what it leaves out.
func (l *loader) readSearch(f *file, n *yaml.Node, m Match, sources []string, contrary bool) news.Query {
	at := value(n, "query")
	if at == nil {
		return news.Query{}
	}
	q, wrong := search.Reader{Location: l.cfg.Location, Most: mostSaved, Tag: l.cfg.Tags.Canonical, Contrary: contrary}.Parse(m.Query)
	for _, w := range wrong {
		l.mistake(f, at, "query, %s", w.Error())
	}
	if len(q.All)+len(q.Not) == 0 && len(wrong) == 0 && q.Since.IsZero() && q.Until.IsZero() {
		l.mistake(f, at, "query %q asks for nothing", m.Query)
	}
	for _, group := range append(slices.Clip(q.All), q.Not) {
		for _, t := range group {
			if t.Facet == news.Source && !slices.Contains(sources, t.Value) {
				l.mistake(f, at, "query, unknown source %q%s", t.Value, DidYouMean(t.Value, sources))
			}
		}
	}
	return q
}

// checkMatch finds sources that do not exist and words that match nothing.
func (l *loader) checkMatch(f *file, n *yaml.Node, m Match, sources []string) {
	for i, at := range elements(value(n, "sources")) {
		if i < len(m.Sources) && !slices.Contains(sources, m.Sources[i]) {
			l.mistake(f, at, "unknown source %q%s", m.Sources[i], DidYouMean(m.Sources[i], sources))
		}
	}
	for key, list := range map[string][]string{"tags": m.Tags, "places": m.Places, "words": m.Words} {
		for i, at := range elements(value(n, key)) {
			if i < len(list) && strings.TrimSpace(list[i]) == "" {
				l.mistake(f, at, "an empty entry under %s", key)
			}
		}
	}
}
