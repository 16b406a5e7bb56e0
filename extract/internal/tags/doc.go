// Package tags makes the tags of an item: those of its page, cleaned and by the
// vocabulary of the configuration, and the municipal subjects that its words
// tell. It knows no page.
package tags
