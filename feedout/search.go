package feedout

import (
	"fmt"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

// A mistake is a condition that cannot be met as it was typed. A search that
// left it out in silence would find what nobody asked for.
type mistake struct {
	phrase string // with a place for value, if that is not empty
	value  string
	at     int // the character at which it begins, from 1; 0: none in particular
}

// in tells the mistake in a language.
func (m mistake) in(t tongue) string {
	text := t.say(m.phrase)
	if m.value != "" {
		text = fmt.Sprintf(text, m.value)
	}
	if m.at > 0 {
		text = fmt.Sprintf(t.say("Character %d: %s"), m.at, text)
	}
	return text
}

// errSearch is what is wrong with a search.
type errSearch []mistake

func (e errSearch) Error() string { return "search: " + e[0].in(english) }

// text tells all mistakes in a language, one per line.
func (e errSearch) text(t tongue) string {
	lines := []string{t.say("Part of this search was not understood:")}
	for _, m := range e {
		lines = append(lines, m.in(t))
	}
	return strings.Join(lines, "\n")
}

// search reads a search with the names of this site's sources and tags.
func (x *site) search(text string, now time.Time) (news.Query, []mistake) {
	q, not := search.Reader{Now: now.In(x.Location), Tag: x.TagName, Source: x.sourceNamed}.Parse(cut(text, longestText))
	var wrong []mistake
	for _, m := range not {
		wrong = append(wrong, mistake{m.Phrase, m.Value, m.At})
	}
	if len(text) > longestText {
		wrong = append(wrong, mistake{phrase: "The search is too long."})
	}
	return q, wrong
}

// sourceNamed is the name of the source that people call so: by its name or
// title, however they write it. Where there is none it is what they typed.
func (x *site) sourceNamed(typed string) string {
	if _, ok := x.sources[typed]; ok {
		return typed
	}
	slug := news.Slug(typed)
	for _, src := range x.Sources {
		if slug != "" && (news.Slug(src.Name) == slug || news.Slug(x.sourceTitle(src.Name)) == slug) {
			return src.Name
		}
	}
	return typed
}

// midnight is the beginning of t's day in its zone.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}
