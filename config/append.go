package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A Proposal is a new source as it is written into a file: only what differs
// from the defaults.
type Proposal struct {
	Name     string `yaml:"name"`
	URL      string `yaml:"url"`
	Title    string `yaml:"title,omitempty"`
	Kind     Kind   `yaml:"kind,omitempty"`
	Preset   string `yaml:"preset,omitempty"`
	Place    string `yaml:"place,omitempty"`
	Language string `yaml:"language,omitempty"`
	Timezone string `yaml:"timezone,omitempty"`

	AllowPrivate bool `yaml:"allow_private,omitempty"`
}

// YAML is the proposals as elements of sources:, indented by so many spaces.
func YAML(indent int, proposals ...Proposal) (string, error) {
	text, err := yaml.Dump(proposals, yaml.WithLineWidth(-1))
	if err != nil {
		return "", err
	}
	margin := strings.Repeat(" ", indent)
	return margin + strings.ReplaceAll(strings.TrimSuffix(string(text), "\n"), "\n", "\n"+margin) + "\n", nil
}

// ErrOneLine says that a file's sources stand in one line, where nothing can be
// added without rewriting it.
var ErrOneLine = errors.New("sources is written with brackets; a source cannot be added without rewriting it")

// Append adds sources to the content of a configuration file. Everything else
// in it stays byte for byte: comments, order, blank lines.
func Append(data []byte, proposals ...Proposal) ([]byte, error) {
	newline := "\n"
	if bytes.Contains(data, []byte("\r\n")) {
		newline = "\r\n"
	}
	var document yaml.Node
	if len(bytes.TrimSpace(data)) > 0 {
		if err := yaml.Load(data, &document); err != nil && document.Kind == 0 && !onlyComments(data) {
			return nil, fmt.Errorf("the file is not YAML: %w", err)
		}
	}
	lines := strings.SplitAfter(string(data), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	} else {
		lines[last] += newline
	}
	at, indent, head, err := insertion(&document, lines)
	if err != nil {
		return nil, err
	}
	text, err := YAML(indent, proposals...)
	if err != nil {
		return nil, err
	}
	text = strings.ReplaceAll(head+text, "\n", newline)
	before := strings.Join(lines[:at], "")
	if head == emptied { // "sources: []" becomes a list
		before = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(before, "\r\n"), "[]"), " ")
	}
	return []byte(before + text + strings.Join(lines[at:], "")), nil
}

func onlyComments(data []byte) bool {
	for l := range strings.Lines(string(data)) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") && l != "---" {
			return false
		}
	}
	return true
}

// emptied marks an insertion that replaces "[]" at the end of the line before.
const emptied = "\n"

// insertion finds behind how many lines new sources go, how far they are
// indented, and what comes before them.
func insertion(document *yaml.Node, lines []string) (at, indent int, head string, err error) {
	root := document
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		root = root.Content[0]
	}
	if root.Kind != yaml.MappingNode {
		head = "sources:\n"
		if len(lines) > 0 {
			head = "\n" + head
		}
		return len(lines), 2, head, nil
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, list := root.Content[i], root.Content[i+1]
		if key.Value != "sources" {
			continue
		}
		end := len(lines)
		if i+2 < len(root.Content) {
			end = root.Content[i+2].Line - 1
		}
		switch {
		case list.Kind == yaml.ScalarNode && list.Tag == "!!null":
			return key.Line, 2, "", nil
		case list.Kind != yaml.SequenceNode:
			return 0, 0, "", ErrOneLine
		case list.Style&yaml.FlowStyle != 0 && len(list.Content) == 0 && strings.HasSuffix(strings.TrimRight(lines[list.Line-1], "\r\n"), "[]"):
			return list.Line, 2, emptied, nil
		case list.Style&yaml.FlowStyle != 0:
			return 0, 0, "", ErrOneLine
		}
		return contentEnd(lines, end, list.Column-1), list.Column - 1, "", nil
	}
	return len(lines), 2, "\nsources:\n", nil
}

// contentEnd goes back from a line over what belongs to the next key: blank
// lines, document ends, and comments that are indented less than the list.
func contentEnd(lines []string, end, indent int) int {
	for end > 0 {
		l := strings.TrimRight(lines[end-1], " \t\r\n")
		text := strings.TrimLeft(l, " ")
		switch {
		case text == "", text == "...":
		case strings.HasPrefix(text, "#") && (indent == 0 || len(l)-len(text) < indent):
		default:
			return end
		}
		end--
	}
	return end
}
