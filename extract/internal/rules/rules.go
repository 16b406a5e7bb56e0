// Package rules is the one way in which a field of a page is decided.
//
// It knows nothing of pages, and imports nothing of ours.
package rules

// A Name is what a rule is called: in Evidence, in the output of try --explain
// and in docs/reference/rules.md. Names that code asks for are constants.
type Name string
