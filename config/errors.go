package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Error is one mistake in a configuration file.
type Error struct {
	File    string
	Line    int // from 1; 0: the file as a whole
	Column  int // from 1, in characters
	Message string

	source string // the line as it may be shown; see file.shown
}

// Error is FILE:LINE:COLUMN: message.
func (e Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Errors are all mistakes of a configuration, in the order of the files.
type Errors struct {
	All  []Error
	Rest *Config // what could be read nevertheless, and defaults: enough to find a daemon that runs under an earlier content
}

// Error is one line per mistake.
func (e *Errors) Error() string {
	lines := make([]string, len(e.All))
	for i, m := range e.All {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single mistakes to errors.As.
func (e *Errors) Unwrap() []error {
	all := make([]error, len(e.All))
	for i, m := range e.All {
		all[i] = m
	}
	return all
}

// sort orders the mistakes of each file by position and drops doubles.
func (e *Errors) sort(files []string) {
	slices.SortStableFunc(e.All, func(a, b Error) int {
		return cmp.Or(
			cmp.Compare(slices.Index(files, a.File), slices.Index(files, b.File)),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	e.All = slices.Compact(e.All)
}
