package words

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed *.yaml
var files embed.FS

// A collection is the words of all languages.
type collection struct {
	sections map[string][]Entry
	codes    map[string][]string // of each language, the codes that pages may declare: nb is nb, no, nn
	problems []error
}

// classes is the file of words of the markup, which are of no language.
const classes = "classes"

// library is the collection that the program carries.
var library = sync.OnceValue(func() *collection { return load(files) })

// load reads all files of words. What is wrong with them is kept with the
// collection, for the test: the rest can be used.
func load(files fs.FS) *collection {
	c := &collection{sections: make(map[string][]Entry), codes: make(map[string][]string)}
	names, err := fs.Glob(files, "*.yaml")
	c.report(err)
	slices.Sort(names)
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		c.report(err)
		var doc yaml.Node
		if err := yaml.Load(text, &doc); err != nil {
			c.report(fmt.Errorf("%s: %w", name, err))
			continue
		}
		c.readFile(strings.TrimSuffix(path.Base(name), ".yaml"), &doc)
	}
	return c
}

func (c *collection) report(err error) {
	if err != nil {
		c.problems = append(c.problems, err)
	}
}

// problem reports what is wrong at a place of a file, and what helps.
func (c *collection) problem(language string, line int, format string, args ...any) {
	c.report(fmt.Errorf("%s.yaml:%d: %s", language, line, fmt.Sprintf(format, args...)))
}

// readFile takes the sections of one language.
func (c *collection) readFile(language string, doc *yaml.Node) {
	c.codes[language] = []string{language}
	if len(doc.Content) == 0 {
		return
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		c.problem(language, top.Line, "want sections with words, such as range_join: [bis]")
		return
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		name, value := top.Content[i].Value, top.Content[i+1]
		switch {
		case name == "codes":
			c.codes[language] = nil
			for _, n := range value.Content {
				c.codes[language] = append(c.codes[language], n.Value)
			}
		case value.Kind == yaml.SequenceNode:
			c.readWords(language, name, "", value)
		case value.Kind == yaml.MappingNode:
			for j := 0; j+1 < len(value.Content); j += 2 {
				c.readWords(language, name, value.Content[j].Value, value.Content[j+1])
			}
		default:
			c.problem(language, value.Line, "section %s has no words: write a list, such as %s: [bis]", name, name)
		}
	}
}

// readWords takes one list of words.
func (c *collection) readWords(language, section, group string, list *yaml.Node) {
	for _, n := range list.Content {
		if n.Kind != yaml.ScalarNode {
			c.problem(language, n.Line, "section %s: a list within a list; write words with commas between them", section)
			continue
		}
		e := Entry{Group: group, Language: language, written: n.Value, line: n.Line}
		word := n.Value
		word, e.Open = strings.CutSuffix(word, "*")
		word, e.Tail = strings.CutPrefix(word, "*")
		for _, e.Text = range spellings(word) {
			if e.Text == "" {
				c.problem(language, n.Line, "section %s: an empty word would stand everywhere; remove it, or write it in quotes", section)
				continue
			}
			c.sections[section] = append(c.sections[section], e)
		}
	}
}

// Check reports what is wrong with the files of words: words that stand twice,
// that mean two things, or that can never match, each with its file and line.
func Check() error { return library().check() }

func (c *collection) check() error {
	problems := slices.Clone(c.problems)
	note := func(e Entry, format string, args ...any) {
		problems = append(problems, fmt.Errorf("%s.yaml:%d: %s", e.Language, e.line, fmt.Sprintf(format, args...)))
	}
	for _, name := range c.names() {
		if !slices.Contains(used, name) {
			note(c.sections[name][0], "nobody reads a section %q (the sections are %s)", name, strings.Join(usedNames(), ", "))
			continue
		}
		checkSection(name, c.sections[name], note)
	}
	return errors.Join(problems...)
}

// checkSection notes the words of one section that are doubles, conflicts or
// covered by another.
func checkSection(name string, list []Entry, note func(e Entry, format string, args ...any)) {
	checkDoubles(name, list, note)
	if patterned[name] {
		checkPhrases(name, list, note)
		return
	}
	if counted[name] {
		return
	}
	for _, e := range list {
		for _, by := range list {
			if by.covers(&e) {
				note(e, "%s: %q never decides, %q in line %d covers it; remove one", name, e.written, by.written, by.line)
				break
			}
		}
	}
}

// checkPhrases notes the phrases of a section of Regexp whose parentheses are not
// closed.
func checkPhrases(name string, list []Entry, note func(e Entry, format string, args ...any)) {
	for _, e := range list {
		if strings.Count(e.written, "(") != strings.Count(e.written, ")") {
			note(e, "%s: %q opens a parenthesis that it does not close, or the other way round; choices stand in a pair", name, e.written)
		}
	}
}

// covers reports whether another word of the file never decides, as all that it
// is found in has this one, too.
func (e *Entry) covers(other *Entry) bool {
	ofKind := e.Group == other.Group && e.Language == other.Language && !other.Tail
	if !e.Open || e.Tail || !ofKind || e.written == other.written {
		return false
	}
	return (len(e.Text) < len(other.Text) || !other.Open) && strings.HasPrefix(other.Text, e.Text)
}

// checkDoubles notes the words of one section that stand twice or mean two things.
func checkDoubles(name string, list []Entry, note func(e Entry, format string, args ...any)) {
	type form struct {
		text       string
		open, tail bool
	}
	known := make(map[form]Entry)
	for _, e := range list {
		f := form{e.Text, e.Open, e.Tail}
		first, met := known[f]
		switch {
		case !met:
			known[f] = e
		case (e.Language == classes || patterned[name]) && first.Group != e.Group: // a class may say two things; so may places in an expression
		case first.Group != e.Group:
			note(e, "%s: %q is %s here and %s in %s.yaml:%d; a word has one meaning, remove one", name, e.written, e.Group, first.Group,
				first.Language, first.line)
		case first.Language == e.Language && first.line == e.line && first.written == e.written:
			note(e, "%s: %q stands here twice; remove one", name, e.written)
		case first.Language == e.Language:
			note(e, "%s: %q is the same as %q in line %d (capitals and marks do not count); remove one",
				name, e.written, first.written, first.line)
		}
	}
}

func (c *collection) names() []string {
	var names []string
	for name := range c.sections {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func usedNames() []string {
	registering.Lock()
	defer registering.Unlock()
	names := slices.Clone(used)
	slices.Sort(names)
	return slices.Compact(names)
}
