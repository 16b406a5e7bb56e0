package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// syntax records an error of the YAML reader.
func (l *loader) syntax(f *file, err error) {
	var one *yaml.LoadError
	var all *yaml.LoadErrors
	switch {
	case errors.As(err, &all) && len(all.Errors) > 0:
		for _, e := range all.Errors {
			l.unreadable(f, e.Mark.Line, e.Mark.Column, f.explained(e.Message, e.Mark.Line, e.Mark.Column))
		}
	case errors.As(err, &one):
		l.unreadable(f, one.Mark.Line, max(one.Mark.Column, 1), f.explained(one.Message, one.Mark.Line, one.Mark.Column))
	default:
		l.mistake(f, nil, "%s", err)
	}
}

// explanations say what is wrong with the form of a file, by what the YAML reader
// says of it.
var explanations = []struct{ said, words string }{
	{"did not find expected '-' indicator", "this line begins in another column than the list that it belongs to"},
	{"did not find expected key", "this line begins in another column than the keys that it belongs to"},
	{
		"mapping values are not allowed in this context",
		"a colon and a space begin a value where one stands already; text with a colon belongs into quotes",
	},
	{"found unexpected end of stream", "the file ends within a text whose quotation mark is not closed"},
	{"did not find expected ',' or ']'", "a [ above is not closed, or a comma is missing"},
	{"did not find expected ',' or '}'", "a { above is not closed, or a comma is missing"},
}

// explained says what the YAML reader means by a message about a place, and what
// helps.
func (f *file) explained(message string, line, column int) string {
	if line > 0 && line <= len(f.lines) {
		text := f.lines[line-1]
		if strings.Contains(text[:len(text)-len(strings.TrimLeft(text, " \t-"))], "\t") {
			return "a tab stands before the text; YAML indents with spaces only, such as two for each level"
		}
		if at := []rune(text); strings.Contains(message, "cannot start any token") && column > 0 && column <= len(at) {
			return fmt.Sprintf("a value that begins with %c belongs into quotes", at[column-1])
		}
	}
	for _, e := range explanations {
		if strings.Contains(message, e.said) {
			return e.words
		}
	}
	return message
}

var (
	unknownField    = regexp.MustCompile(`^field \S+ not found in type `)
	cannotConstruct = regexp.MustCompile("^cannot construct !!(\\w+)(?: `((?s).*)`)? into (.+)$")
	// kindNames are what the YAML reader calls a value, in plain words.
	kindNames = map[string]string{
		"seq":   "a list",
		"map":   "a mapping",
		"str":   "text",
		"int":   "a number",
		"float": "a number",
		"bool":  "true or false",
		"null":  "nothing",
	}
)

// plainWords says the YAML reader's message in the words of the file.
func plainWords(message string) string {
	message = strings.TrimPrefix(message, "yaml: ")
	if rest, ok := strings.CutPrefix(message, "error parsing regexp: "); ok {
		return "regular expression: " + rest
	}
	m := cannotConstruct.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	kind := kindNames[m[1]]
	got := kind
	if m[2] != "" {
		got = fmt.Sprintf("%q", m[2])
	}
	switch m[3] {
	case "time.Duration":
		return got + " is not a length of time (such as 2s or 1m)"
	case "int":
		return got + " is not a whole number"
	case "bool":
		return got + " is neither true nor false"
	case "string":
		return got + " where text belongs"
	}
	switch {
	case m[3] == "extract.Selector":
		return got + " where a CSS selector belongs"
	case strings.HasPrefix(m[3], "[]"), strings.HasSuffix(m[3], "Strings"):
		return kind + " where a list belongs"
	case strings.HasSuffix(m[3], ".Source"):
		return kind + ` where a source belongs, such as {name: kassel, url: "https://www.kassel.de/"}`
	case m[1] == "str" || m[1] == "int":
		return kind + " where a mapping belongs"
	}
	return kind + " does not belong here"
}
