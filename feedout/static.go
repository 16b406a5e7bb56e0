package feedout

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A StaticFeed is a public feed in one form, byte for byte as the server gives
// it, for a web server that only knows files.
type StaticFeed struct {
	Path   string // of its file, with slashes: tags/verkehr.rss
	Body   []byte // nil: it is as it was
	Packed []byte // the same with gzip
}

// Static is the public feeds of a site as files: the feed of everything, and
// those of all tags, places, sources and saved filters that need no key. It
// remembers when it gave out each, so that only what changed is rendered again.
// It is for one goroutine at a time.
type Static struct {
	server *Server
	given  map[string]freshness // by path without form

	serial, generation uint64    // of the site and the archive that all feeds were looked at for
	until              time.Time // when time alone changes one of them
}

// Static is the site's feeds as files; nothing has been given out yet.
func (s *Server) Static() *Static { return &Static{server: s} }

// Due reports whether a feed may have changed since the last call of Feeds that
// came to its end.
func (t *Static) Due() bool {
	stale := t.serial != t.server.site.Load().serial || t.generation != t.server.archive.Generation()
	return stale || !t.server.now().Before(t.until)
}

// Feeds calls fn with every public feed in all forms: whole if it may have
// changed since the last call that fn accepted it in, else by its path alone.
// It stops at the first error.
func (t *Static) Feeds(ctx context.Context, fn func(StaticFeed) error) error {
	x := t.server.site.Load()
	if t.serial != x.serial {
		t.given, t.serial, t.until = map[string]freshness{}, x.serial, time.Time{}
	}
	generation := t.server.archive.Generation()
	paths, err := t.server.publicPaths(ctx, x)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.feed(ctx, x, path, fn); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	maps.DeleteFunc(t.given, func(path string, _ freshness) bool { _, there := slices.BinarySearch(paths, path); return !there })
	t.generation, t.until = generation, t.server.now().Add(24*time.Hour)
	for _, f := range t.given {
		if f.until.Before(t.until) {
			t.until = f.until
		}
	}
	return nil
}

// longestFile bounds the name of a feed's file without its endings: file
// systems take 255 bytes.
const longestFile = 240

// publicPaths are the paths of all feeds that need no key and can be files.
func (s *Server) publicPaths(ctx context.Context, x *site) ([]string, error) {
	paths := []string{"/all"}
	for _, f := range x.publicFeeds() {
		paths = append(paths, "/feeds/"+f.Name)
	}
	for name := range x.sources {
		paths = append(paths, "/sources/"+name)
	}
	for prefix, facet := range facets {
		table, err := s.counts(ctx, facet)
		if err != nil {
			return nil, err
		}
		for _, c := range table.list {
			paths = append(paths, "/"+prefix+"/"+c.Slug)
		}
	}
	slices.Sort(paths)
	paths = slices.DeleteFunc(paths, func(path string) bool {
		name := path[strings.LastIndexByte(path, '/')+1:]
		return strings.Count(path, "/") > 2 || len(name) > longestFile || strings.HasPrefix(name, ".") || strings.ContainsAny(name, "\x00\\")
	})
	return slices.Compact(paths), nil
}

// feed gives out the feeds of one path.
func (t *Static) feed(ctx context.Context, x *site, path string, fn func(StaticFeed) error) error {
	s := t.server
	now := s.now()
	w, ok := x.parse(path, nil, now)
	if !ok || w.slugged() != path {
		return nil // a name that no address leads to
	}
	given, known := t.given[path]
	if known && now.Before(given.until) && !changedSince(s.archive, w.about(), given.generation) {
		return eachForm(func(f form) error { return fn(StaticFeed{Path: path[1:] + f.suffix()}) })
	}
	generation := s.archive.Generation()
	m, err := s.material(ctx, x, w)
	if err != nil {
		return err
	}
	err = eachForm(func(f form) error {
		a, err := s.writeFeed(x, w, f, m)
		if err != nil {
			return err
		}
		return fn(StaticFeed{Path: path[1:] + f.suffix(), Body: a.body, Packed: s.coders.compress(a.body, gzipped)})
	})
	if err == nil {
		t.given[path] = freshness{generation: generation, until: m.until}
	}
	return err
}

// eachForm calls fn with the forms of feeds until one fails.
func eachForm(fn func(form) error) error {
	for _, f := range []form{rss, atom, jsonFeed} {
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}
