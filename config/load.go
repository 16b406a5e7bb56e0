package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// Load reads a configuration file and all that it includes, and the keys that
// the environment sets. Mistakes come as *Errors, all in one go; a file that
// cannot be read as a plain error.
func Load(path string) (*Config, error) { return LoadWith(path, os.Environ()...) }

// LoadWith is Load with an environment that is given, as of os.Environ; of
// several entries for a variable the last counts.
func LoadWith(path string, env ...string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return Parse(path, data, env...)
}

// Parse is Load with the main file's content and the environment given; path
// names the file in messages and is where relative paths start.
//
//	cfg, err := config.Parse("stadtfeed.yaml", []byte("title: Nord\n"), "STADTFEED_DELAY=5s")
func Parse(path string, data []byte, env ...string) (*Config, error) {
	l := &loader{cfg: Default()}
	l.cfg.File = path
	l.digest = xxhash.New()
	main := l.read(path, data, reflect.TypeFor[Config]())
	if main != nil {
		l.decode(main, main.root, l.cfg)
		l.environment(main, env)
	}
	l.cfg.Sources, l.cfg.Feeds = nil, nil
	l.checkTop(main)
	l.collect(main)
	for _, f := range l.included(main) {
		l.collect(f)
	}
	l.checkSources()
	l.checkFeeds()
	l.checkNotices(main)
	l.checkPlaces(main)
	if len(l.errs.All) > 0 {
		l.errs.sort(l.cfg.Files)
		l.errs.Rest = l.rest(main, path, data, env)
		return nil, &l.errs
	}
	l.cfg.Digest = l.digest.Sum64()
	return l.cfg, nil
}

// rest is what could be read of a configuration with mistakes. Of a main file
// that is no YAML it is the key store, which leads to the daemon.
func (l *loader) rest(main *file, path string, data []byte, env []string) *Config {
	if main != nil {
		return l.cfg
	}
	var store struct{ Store Archive }
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "store:") {
			_ = yaml.Load([]byte(line), &store) // where it is no YAML either, the default holds
		}
	}
	fallback := &loader{cfg: Default(), digest: xxhash.New()}
	fallback.cfg.File, fallback.cfg.Store = path, cmp.Or(store.Store, fallback.cfg.Store)
	fallback.environment(&file{path: path}, env)
	fallback.checkPaths()
	return fallback.cfg
}

// DigestNow is what Digest would be if the files were read now, also those that
// have come to match an include pattern since.
func (c *Config) DigestNow() uint64 {
	digest := xxhash.New()
	seen := []string{c.File}
	add := func(path string) {
		data, err := os.ReadFile(path)
		if err != nil {
			data = []byte(err.Error())
		}
		addFile(digest, path, data)
	}
	add(c.File)
	for _, pattern := range c.Include {
		paths, _ := includedPaths(filepath.Dir(c.File), pattern) //nolint:errcheck // it was right when the file was loaded
		for _, path := range paths {
			if !slices.Contains(seen, path) {
				seen = append(seen, path)
				add(path)
			}
		}
	}
	return digest.Sum64()
}

// addFile makes a file part of a digest.
func addFile(digest *xxhash.Digest, path string, data []byte) {
	fmt.Fprintf(digest, "%q %d ", path, len(data)) //nolint:errcheck // a digest takes all
	digest.Write(data)                             //nolint:errcheck // likewise
}

// An includedFile is what a file named under include may hold.
type includedFile struct {
	Sources []Source `yaml:"sources"`
	Feeds   []Feed   `yaml:"feeds"`
}

// A file is one parsed YAML file.
type file struct {
	path  string
	lines []string
	root  *yaml.Node // the mapping; nil for an empty file

	environment bool     // it is a variable of the environment, in which lines are not counted
	above       []string // the keys that it sets
}

// An origin is where a source or feed stands.
type origin struct {
	file *file
	node *yaml.Node
}

type loader struct {
	cfg     *Config
	errs    Errors
	digest  *xxhash.Digest       // of all that was read
	sources []origin             // of cfg.Sources
	feeds   []origin             // of cfg.Feeds
	claimed map[*yaml.Node]*file // nodes of the main file that the environment gave
}

// of is the file of a node that stands in another's place.
func (l *loader) of(f *file, n *yaml.Node) *file {
	if claimed := l.claimed[n]; claimed != nil {
		return claimed
	}
	return f
}

// mistake records one mistake at a node, or in the file as a whole.
func (l *loader) mistake(f *file, n *yaml.Node, format string, args ...any) {
	line, column := 0, 0
	f = l.of(f, n)
	if n != nil {
		line, column = n.Line, n.Column
	}
	l.note(f, line, column, guard.Masked(fmt.Sprintf(format, args...)))
}

// unreadable records what the YAML reader says, which may repeat any text of the
// file.
func (l *loader) unreadable(f *file, line, column int, message string) {
	hidden := ""
	if line > 0 && line <= len(f.lines) {
		_, hidden = f.shown(line)
	}
	l.note(f, line, column, without(plainWords(message), hidden))
}

func (l *loader) note(f *file, line, column int, message string) {
	e := Error{File: f.path, Line: line, Column: column, Message: message}
	if f.environment {
		e.Line, e.Column = 0, 0
	}
	if e.Line > 0 && e.Line <= len(f.lines) {
		e.source, _ = f.shown(e.Line)
	}
	l.errs.All = append(l.errs.All, e)
}

// complained reports whether a line has a mistake already.
func (l *loader) complained(f *file, line int) bool {
	return slices.ContainsFunc(l.errs.All, func(e Error) bool { return e.File == f.path && e.Line == line })
}

// read parses a file into nodes and checks its keys against a type. It is nil
// when the file is not YAML.
func (l *loader) read(path string, data []byte, t reflect.Type) *file {
	l.cfg.Files = append(l.cfg.Files, path)
	addFile(l.digest, path, data)
	f := &file{path: path, lines: strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		l.mistake(f, nil, "%s", err)
		return nil
	}
	var document, second yaml.Node
	if err := loader.Load(&document); errors.Is(err, io.EOF) {
		return f
	} else if err != nil {
		l.syntax(f, err)
		return nil
	}
	if err := loader.Load(&second); err == nil {
		l.mistake(f, &second, "a second document begins here; everything belongs into one")
	} else if !errors.Is(err, io.EOF) {
		l.syntax(f, err)
	}
	f.root = &document
	if document.Kind == yaml.DocumentNode && len(document.Content) > 0 {
		f.root = document.Content[0]
	}
	if f.root.Kind == yaml.ScalarNode && f.root.Tag == "!!null" {
		f.root = nil
		return f
	}
	if f.root.Kind != yaml.MappingNode {
		l.mistake(f, f.root, "%s where keys such as sources: belong", shape(f.root))
		return nil
	}
	keys := keyChecker{l: l, f: f, seen: map[*yaml.Node]bool{}, fields: map[reflect.Type]map[string]reflect.Type{}}
	keys.check(f.root, t)
	return f
}

// included reads the files that the main file includes.
func (l *loader) included(main *file) []*file {
	var files []*file
	if main == nil || main.root == nil {
		return nil
	}
	dir := filepath.Dir(main.path)
	for _, pattern := range l.cfg.Include {
		at := value(main.root, "include")
		paths, err := includedPaths(dir, pattern)
		switch {
		case err != nil:
			l.mistake(main, at, "include %q: %s", pattern, err)
		case len(paths) == 0 && !strings.ContainsAny(pattern, "*?["):
			l.mistake(main, at, "include %q: no such file", pattern)
		}
		for _, path := range paths {
			if slices.Contains(l.cfg.Files, path) {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				l.mistake(main, at, "include %q: %s", pattern, withoutPath(err))
				continue
			}
			if f := l.read(path, data, reflect.TypeFor[includedFile]()); f != nil {
				files = append(files, f)
			}
		}
	}
	return files
}

// includedPaths are the files that a pattern matches, relative to a folder.
func includedPaths(dir, pattern string) ([]string, error) {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(files.Literal(dir), pattern)
	}
	paths, err := filepath.Glob(pattern)
	return slices.DeleteFunc(paths, func(path string) bool { return hidden(path, pattern) }), err
}

// hidden reports whether a file begins with a dot and the pattern does not ask
// for such files. As in a shell, * does not take them: editors and systems leave
// locks and half-written copies under such names.
func hidden(path, pattern string) bool {
	return strings.HasPrefix(filepath.Base(path), ".") && !strings.HasPrefix(filepath.Base(pattern), ".")
}

func withoutPath(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", pe.Path, pe.Err)
	}
	return err
}

// collect reads a file's sources and feeds, each on top of the defaults.
func (l *loader) collect(f *file) {
	if f == nil || f.root == nil {
		return
	}
	list := elements(value(f.root, "sources"))
	l.cfg.Sources = slices.Grow(l.cfg.Sources, len(list))
	for _, n := range list {
		s := l.cfg.sourceDefaults()
		l.decode(f, n, &s)
		l.cfg.Sources = append(l.cfg.Sources, s)
		l.sources = append(l.sources, origin{f, n})
	}
	for _, n := range elements(value(f.root, "feeds")) {
		var feed Feed
		l.decode(f, n, &feed)
		l.cfg.Feeds = append(l.cfg.Feeds, feed)
		l.feeds = append(l.feeds, origin{f, n})
	}
}

// decode reads a node into a value; whatever is wrong in it becomes mistakes.
func (l *loader) decode(f *file, n *yaml.Node, v any) {
	if n == nil {
		return
	}
	f = l.of(f, n)
	err := n.Load(v)
	if err == nil {
		return
	}
	var all *yaml.LoadErrors
	if !errors.As(err, &all) {
		l.syntax(f, err)
		return
	}
	for _, e := range all.Errors {
		if unknownField.MatchString(e.Message) { // keyChecker found it
			continue
		}
		if e.Mark.Line == 0 {
			e.Mark.Line, e.Mark.Column = n.Line, n.Column
		}
		l.unreadable(f, e.Mark.Line, e.Mark.Column, e.Message)
	}
}

// shape names what a node is.
func shape(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a mapping"
	}
	return "text"
}

// value is the value of a key of a mapping, or nil.
func value(n *yaml.Node, key string) *yaml.Node {
	n = resolve(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return resolve(n.Content[i+1])
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "<<" && n.Content[i+1].Kind == yaml.AliasNode {
			return value(n.Content[i+1], key)
		}
	}
	return nil
}

// elements are the elements of a list; none of anything else.
func elements(n *yaml.Node) []*yaml.Node {
	if n = resolve(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

func resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}
