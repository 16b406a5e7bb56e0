// Package words holds the words of natural languages by which pages are read.
//
// They stand in one YAML file per language, written as people write them, so
// that whoever speaks it adds to it without knowing Go. The package folds them
// to one normal form, puts the languages together, and hands them out by
// section. Nothing is read before the first word is looked up.
package words

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// An Entry is one spelling of a word or phrase of a section.
type Entry struct {
	Text     string // folded, see Fold
	Group    string // of a section of groups: "june" of months; else empty
	Open     bool   // any ending: "aktualis*"
	Tail     bool   // any beginning: "*termin"
	Language string // whose file it is: "de"

	written string // as it stands in the file
	line    int
}

// Written is the word as it stands in its file: "Märkte und Feste".
func (e *Entry) Written() string { return e.written }

// used are the sections that somebody asks for.
var used []string

// registering guards used and counted.
var registering sync.Mutex

// section makes a value of the entries of a section when it is first asked for.
func section[T any](name string, build func([]Entry) T) func() T {
	registering.Lock()
	used = append(used, name)
	registering.Unlock()
	return sync.OnceValue(func() T { return build(library().sections[name]) })
}

// Entries are all words of a section, in the order of the languages' names and
// of their files.
func Entries(name string) func() []Entry {
	return section(name, func(list []Entry) []Entry { return list })
}

// Counted are Entries of which each counts where it is found, also where another
// is a part of it.
func Counted(name string) func() []Entry {
	registering.Lock()
	counted[name] = true
	registering.Unlock()
	return Entries(name)
}

// counted are the sections of Counted.
var counted = map[string]bool{}

// Set is the folded words and phrases of a section, for looking up whole ones.
//
//	var rangeJoin = words.Set("range_join")
//	rangeJoin()["bis"] // true
func Set(name string) func() map[string]bool {
	return section(name, func(list []Entry) map[string]bool {
		set := make(map[string]bool, len(list))
		for _, e := range list {
			set[e.Text] = true
		}
		return set
	})
}

// GroupsAs is what the group of each folded word of a section stands for: "juin" is
// of "june", which is read as time.June.
func GroupsAs[T any](name string, read func(group string) T) func() map[string]T {
	return section(name, func(list []Entry) map[string]T { return Group(list, read) })
}

// InGroups are the folded words of each group of a section, in the order of their
// file.
func InGroups(name string) func() map[string][]string {
	return section(name, func(list []Entry) map[string][]string {
		groups := make(map[string][]string)
		for _, e := range list {
			groups[e.Group] = append(groups[e.Group], e.Text)
		}
		return groups
	})
}

// Spelled are the words of each group of a section as they are written, for what
// is compared as it stands: classes, parts of addresses.
func Spelled(name string) func() map[string][]string {
	readAsPhrases(name)
	return section(name, func(list []Entry) map[string][]string {
		groups := make(map[string][]string)
		for i := range list {
			if e := &list[i]; !slices.Contains(groups[e.Group], e.written) { // "ä" has two entries
				groups[e.Group] = append(groups[e.Group], e.written)
			}
		}
		return groups
	})
}

// Group maps the text of entries to what a function reads from their groups.
func Group[T any](list []Entry, read func(group string) T) map[string]T {
	table := make(map[string]T, len(list))
	for _, e := range list {
		table[e.Text] = read(e.Group)
	}
	return table
}

// Languages are, for each folded word of a section, the languages that list it.
func Languages(name string) func() map[string][]string {
	return section(name, func(list []Entry) map[string][]string {
		table := make(map[string][]string, len(list))
		for _, e := range list {
			table[e.Text] = append(table[e.Text], library().codes[e.Language]...)
		}
		return table
	})
}

// A Matcher finds the group of a word that may have an ending or a beginning of
// its own.
type Matcher struct {
	starts map[byte][]Entry // by first letter, the longest first
	tails  []Entry          // the longest first
}

// Match is a Matcher for a section.
func Match(name string) func() Matcher {
	return section(name, newMatcher)
}

func newMatcher(list []Entry) Matcher {
	m := Matcher{starts: make(map[byte][]Entry)}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(len(b.Text), len(a.Text)), strings.Compare(a.Text, b.Text))
	})
	for _, e := range list {
		if e.Tail {
			m.tails = append(m.tails, e)
			continue
		}
		m.starts[e.Text[0]] = append(m.starts[e.Text[0]], e)
	}
	return m
}

// Find is the group of the longest entry that a folded word is or begins with;
// failing that, of the longest that it ends with. ok tells whether there is one.
func (m Matcher) Find(word string) (group string, ok bool) {
	if word == "" {
		return "", false
	}
	for _, e := range m.starts[word[0]] {
		if word == e.Text || e.Open && strings.HasPrefix(word, e.Text) {
			return e.Group, true
		}
	}
	for _, e := range m.tails {
		if len(word) >= len(e.Text)+leastBeginning && strings.HasSuffix(word, e.Text) {
			return e.Group, true
		}
	}
	return "", false
}

// leastBeginning is how many letters stand before the second part of a
// compound: "Rats|termin".
const leastBeginning = 3

// Starts finds texts that begin with an entry of a section.
type Starts struct {
	byLetter map[byte][]Entry
}

// Begins is Starts for a section.
func Begins(name string) func() Starts { return section(name, newStarts) }

func newStarts(list []Entry) Starts {
	s := Starts{byLetter: make(map[byte][]Entry)}
	for _, e := range list {
		s.byLetter[e.Text[0]] = append(s.byLetter[e.Text[0]], e)
	}
	return s
}

// Begin reports whether a folded text is an entry, or begins with one that ends
// where a word does or is open.
func (s Starts) Begin(text string) bool {
	if text == "" {
		return false
	}
	for _, e := range s.byLetter[text[0]] {
		rest, ok := strings.CutPrefix(text, e.Text)
		if ok && (rest == "" || e.Open || rest[0] == ' ') {
			return true
		}
	}
	return false
}

// Whole reports whether a folded text is an entry.
func (s Starts) Whole(text string) bool {
	return text != "" && slices.ContainsFunc(s.byLetter[text[0]], func(e Entry) bool { return e.Text == text })
}

// FirstWords are the first words of the entries of sections: a cheap look before
// a closer one.
func FirstWords(names ...string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		first := make(map[string]bool)
		for _, name := range names {
			for _, e := range library().sections[name] {
				word, _, _ := strings.Cut(e.Text, " ")
				first[word] = true
			}
		}
		return first
	})
}
