package read

import (
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/tags"
	"github.com/stadtfeed/stadtfeed/news"
)

// Options are what a source's configuration says about its pages. The zero
// value reads pages by detection alone, in Europe/Berlin.
type Options struct {
	Preset   string           // name of a preset; empty: recognised by fingerprint, or none
	NoPreset bool             // detection alone
	Rules    Rules            // on top of the preset, field by field
	Location *time.Location   // zone of printed dates; nil: Europe/Berlin
	Language string           // BCP 47, when the page does not say
	Place    string           // if every item is about one place
	Tags     []string         // always added
	Charset  string           // overrides what page and server declare
	Words    *tags.Vocabulary // aliases, ignored tags, word rules; may be nil
	Subjects bool             // assign the built-in municipal subjects to items without tags
	Explain  *rules.Trace     // where given, collects how a field was decided; for one page
	Site     Site             // what is known of the source's other pages; the zero value knows nothing
}

// FinishTags gives an item its tags as they are published: those of the page
// by the vocabulary, then those that the source always adds, then, where it has
// none and the source wants it, the built-in subjects. What the town did not
// say itself is remembered in Assigned.
func (o Options) FinishTags(it *news.Item) {
	all, assigned := o.Words.Apply(it.Tags, *it)
	if o.Subjects && len(all) == 0 {
		all = tags.Subjects(*it)
		assigned = slices.Clone(all)
	}
	for _, tag := range o.Tags {
		slug := news.Slug(tag)
		if slug != "" && !slices.ContainsFunc(all, func(t string) bool { return news.Slug(t) == slug }) {
			all, assigned = append(all, tag), append(assigned, tag)
		}
	}
	it.Tags, it.Assigned = all, assigned
}
