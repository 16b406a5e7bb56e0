// Package claims reads what a page declares of itself: JSON-LD, microdata,
// OpenGraph, meta data, its title, and the data that its scripts work on. What
// is declared is a candidate like what is shown; the rooms above weigh it.
package claims
