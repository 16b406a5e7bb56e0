package article

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules/rulestest"
)

// TestBylineRules runs the example of every rule: what names the writers.
func TestBylineRules(t *testing.T) {
	rulestest.Examples(t, &bylineRules, func(t *testing.T, example string) (all []*byline) {
		r := readerOf(t, example)
		r.readHead()
		all = candidatesOf(r, bylineFinders)
		for _, b := range all {
			if b.isDeclared() {
				all = append(all, r.fuller(b))
			}
		}
		return all
	})
}

// TestTagRules runs the example of every rule: what has tags.
func TestTagRules(t *testing.T) {
	rulestest.Examples(t, &tagRules, func(t *testing.T, example string) (all []*tagList) {
		r := readerOf(t, example)
		r.readHead()
		all = candidatesOf(r, tagFinders)
		for _, l := range all {
			all = append(all, r.fullerTags(l))
		}
		return all
	})
}

// TestTeaserRules runs the example of every rule: what has a summary.
func TestTeaserRules(t *testing.T) {
	rulestest.Examples(t, &teaserRules, func(t *testing.T, example string) []*summary {
		r := readerOf(t, example)
		r.readHead()
		return append(candidatesOf(r, teaserFinders), candidatesOf(r, openingFinders)...)
	})
}

// TestDescriptionRules runs the example of every rule: what a page declares.
func TestDescriptionRules(t *testing.T) {
	rulestest.Examples(t, &descriptionRules, func(t *testing.T, example string) (all []*description) {
		r := readerOf(t, example)
		r.readHead()
		for _, c := range r.claims[claims.OfDescription] {
			c.Value = r.cleanSummary(c.Value)
			all = append(all, &description{&c, r})
		}
		return all
	})
}

// candidatesOf are what the finders of a field find, each told of the one before.
func candidatesOf[C any](r *reader, finders []finder[C]) (all []*C) {
	var before *C
	for _, f := range finders {
		if c := f.find(r, before); c != nil {
			all, before = append(all, c), c
		}
	}
	return all
}
