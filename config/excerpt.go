package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// Excerpt is the line with a caret under the mistake, or nothing where the
// mistake has no line. What may be a secret is left out of it.
func (e Error) Excerpt() string {
	if e.source == "" {
		return ""
	}
	number := fmt.Sprintf("%5d | ", e.Line)
	line := []rune(strings.ReplaceAll(e.source, "\t", " "))
	column := min(max(e.Column-1, 0), len(line))
	const width = 100
	if from := column - width/2; from > 0 && len(line) > width {
		line, column = append([]rune("…"), line[from:]...), width/2+1
	}
	if len(line) > width {
		line = append(line[:width], '…')
	}
	return number + string(line) + "\n" + strings.Repeat(" ", len(number)-2) + "| " + strings.Repeat(" ", column) + "^"
}

// A keyKind says whether the value of a key may be shown.
type keyKind int

const (
	unknownKey keyKind = iota // nobody knows what was meant: password:, webhok:
	secretKey                 // fields with the tag secret
	mappingKey                // what stands there as plain text is a mistake, and may be anything
	plainKey
	freeKey // a mapping with keys of any name
)

// fieldKinds are the kinds of keys by the key of their mapping, "" for the file.
var fieldKinds = sync.OnceValue(func() map[string]map[string]keyKind {
	kinds := map[string]map[string]keyKind{}
	addKinds(kinds, "", reflect.TypeFor[Config]())
	return kinds
})

func addKinds(kinds map[string]map[string]keyKind, mapping string, t reflect.Type) {
	if kinds[mapping] == nil {
		kinds[mapping] = map[string]keyKind{}
	}
	for f := range fieldsOf(t) {
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice && !readsItself(inner) {
			inner = inner.Elem()
		}
		kind := plainKey
		switch {
		case f.Tag.Get("secret") != "":
			kind = secretKey
		case inner.Kind() == reflect.Map || f.Type == reflect.TypeFor[Links]():
			kind = freeKey
		case inner.Kind() == reflect.Struct && !readsItself(inner):
			kind = mappingKey
		}
		kinds[mapping][f.key] = kind
		if inner.Kind() == reflect.Struct && !readsText(inner) {
			addKinds(kinds, f.key, inner)
		}
	}
}

// kindOf is the kind of a key in a mapping, of a misspelt one that of what was
// meant: of a secret where that may be, of anything else where it is clear.
func kindOf(mapping, key string) keyKind {
	fields := fieldKinds()[mapping]
	if kind, known := fields[key]; known {
		return kind
	}
	kind := unknownKey
	for name, meant := range fields {
		switch d := distance(name, key); {
		case d < len(key)/3+2 && meant == secretKey:
			return secretKey
		case d <= len(key)/4:
			kind = meant
		}
	}
	return kind
}

// readsItself reports whether a type takes plain text for a value.
func readsItself(t reflect.Type) bool {
	return readsText(t) || reflect.PointerTo(t).Implements(reflect.TypeFor[yaml.Unmarshaler]())
}

// keyPattern finds the keys of a line, whether it is YAML or not quite.
var keyPattern = regexp.MustCompile(`(?:"([^"]*)"|'([^']*)')\s*:|([^\s"'{}\[\],:#-][^"'{}\[\],:#]*?)\s*:(?:\s|$)`)

// A lineKey is a key in a line: its name, and where its value begins.
type lineKey struct {
	name        string
	from, value int // in bytes
}

func keysOf(line string) (all []lineKey) {
	for _, m := range keyPattern.FindAllStringSubmatchIndex(line, -1) {
		for group := 2; group < len(m); group += 2 {
			if m[group] >= 0 {
				all = append(all, lineKey{line[m[group]:m[group+1]], m[0], m[1]})
			}
		}
	}
	return all
}

// shown is a line of the file up to what may be a secret: a comment, a value of
// a key that holds one, or of a key that there is none of, since webhok: is a
// mistake, too. hidden is all in the line that may be one.
func (f *file) shown(number int) (shown, hidden string) {
	line := f.lines[number-1]
	path, beside := f.pathOf(number)
	comment := commentIn(line)
	keys := keysOf(line)
	next := func(i int) int {
		if i < len(keys) {
			return keys[i].from
		}
		return comment
	}
	end := -1 // of what is shown
	hide := func(from, to int) {
		if hidden += line[from:to]; end < 0 {
			end = from
		}
	}
	if isText(line[:next(0)]) && (!isPlain(path) || !maySay(beside)) {
		hide(0, next(0))
	}
	for i, k := range keys {
		value := line[k.value:max(k.value, next(i+1))]
		path = append(path, k.name)
		if isText(value) && !isPlain(path) {
			hide(k.value, k.value+len(value))
		}
		path = closed(path, value)
	}
	if isText(line[comment:]) {
		hide(comment, len(line))
	}
	if end < 0 {
		return guard.Masked(line), ""
	}
	return guard.Masked(strings.TrimRight(line[:end], " \t") + " …"), hidden
}

// closed are the keys that still hold after a value: all but its own, unless the
// value opens a mapping, and those whose mappings it closes.
func closed(path []string, value string) []string {
	n := strings.Count(value, "}") + 1 - strings.Count(value, "{")
	return path[:max(0, len(path)-max(0, n))]
}

// maySay reports whether none of some keys is a secret's, wherever it stands.
func maySay(keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool {
		for mapping := range fieldKinds() {
			if kindOf(mapping, key) == secretKey {
				return true
			}
		}
		return false
	})
}

// commentIn is where the comment of a line begins; its length where it has none.
func commentIn(line string) int {
	var quote, before byte = 0, ' ' // before is the last sign that is no space
	for i := range len(line) {
		c := line[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return i
		case (c == '"' || c == '\'') && strings.IndexByte(" :-,[{", before) >= 0:
			quote = c
		}
		if c != ' ' && c != '\t' {
			before = c
		}
	}
	return len(line)
}

// isText reports whether a piece of a line is more than the signs of YAML.
func isText(piece string) bool { return strings.Trim(piece, " \t\r-{}[],") != "" }

// isPlain reports whether the value at a path of keys may be shown.
func isPlain(path []string) bool {
	kind, mapping := mappingKey, ""
	for _, key := range path {
		switch kind {
		case secretKey, unknownKey:
			return false
		case freeKey:
			kind = plainKey
		default:
			kind = kindOf(mapping, key)
		}
		mapping = key
	}
	return kind >= plainKey
}

// pathOf are the keys that a line belongs to by its indentation, and those that
// stand before it, which it may go on with.
func (f *file) pathOf(number int) (path, beside []string) {
	indent := indentOf(f.lines[number-1])
	for _, above := range slices.Backward(f.lines[:number-1]) {
		if at := indentOf(above); beside != nil && at >= indent {
			continue
		}
		keys := keysOf(above)
		if len(keys) == 0 {
			continue
		}
		var open []string // keys of the line, of which the last may go on
		for i, k := range keys {
			if i > 0 {
				open = closed(open, above[keys[i-1].value:k.from])
			}
			open = append(open, k.name)
		}
		if beside == nil {
			beside = open
		}
		if at := indentOf(above); at < indent {
			path, indent = append(open, path...), at
		}
	}
	return slices.Concat(f.above, path), beside
}

// indentOf is the column of a line's content, behind the dashes of lists.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t-")) }

// quotedPart finds what a message repeats of the file.
var quotedPart = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|`[^`]*`")

// without is a message that repeats nothing of a hidden text.
func without(message, hidden string) string {
	if !isText(hidden) {
		return guard.Masked(message)
	}
	return guard.Masked(quotedPart.ReplaceAllStringFunc(message, func(quoted string) string {
		inner := quoted[1 : len(quoted)-1]
		if utf8.RuneCountInString(inner) > 1 && strings.Contains(hidden, strings.ReplaceAll(inner, `\"`, `"`)) {
			return quoted[:1] + "…" + quoted[len(quoted)-1:]
		}
		return quoted
	}))
}
