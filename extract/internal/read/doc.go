// Package read is the vocabulary of reading: what goes in (Page, Options, Rules,
// Preset, Site) and what comes out (Listing, Entry, Article, Evidence, Problem).
// Package extract hands it on to its callers under the same names; the rooms
// that read share it. It looks at no page.
package read
