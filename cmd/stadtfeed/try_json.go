package main

import (
	"encoding/json"
	"io"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// A finding is what one page yielded.
type finding struct {
	url      string
	kind     extract.Kind
	language string
	obstacle extract.Obstacle
	noNews   string // what the obstacle is, and what helps
	article  extract.Article
	listing  extract.Listing
	articles []finding // of the first entries of a listing

	why  *extract.Explanation // where one was asked for
	site int                  // article pages that the site was learned from
}

// The types below are the JSON of try --json. It is stable: scripts use it.
// A field that was not found is null.
type (
	findingJSON struct {
		URL      string                      `json:"url"`
		Kind     extract.Kind                `json:"kind"`
		Preset   *string                     `json:"preset"`
		Language *string                     `json:"language"`
		Item     *news.Content               `json:"item"`
		Entries  []entryJSON                 `json:"entries"`
		Next     *string                     `json:"next"`
		Evidence map[string]extract.Evidence `json:"evidence"`
		Problems []extract.Problem           `json:"problems"`
		Articles []findingJSON               `json:"articles,omitempty"` // of a fetched listing's first entries
		Explain  []candidateJSON             `json:"explain,omitempty"`  // with --explain
		Site     int                         `json:"site,omitempty"`     // article pages that it was read in the light of
	}
	entryJSON struct {
		URL       string  `json:"url"`
		Place     *string `json:"place"`
		Kicker    *string `json:"kicker"`
		Headline  *string `json:"headline"`
		Published *string `json:"published"`
		Precision *string `json:"precision"`
		Teaser    *string `json:"teaser"`
	}
)

// found is null for what was not found.
func found(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (f finding) json() findingJSON {
	j := findingJSON{
		URL:      f.url,
		Kind:     f.kind,
		Language: found(f.language),
		Entries:  []entryJSON{},
		Evidence: f.evidence(),
		Problems: f.problems(),
		Site:     f.site,
	}
	if f.kind == extract.KindListing {
		j.Preset = found(f.listing.Preset)
		j.Next = found(f.listing.Next)
		for _, e := range f.listing.Entries {
			j.Entries = append(j.Entries, entryOf(e))
		}
	} else {
		j.Preset = found(f.article.Preset)
		item := news.ContentOf(f.article.Item)
		j.Item = &item
	}
	for _, article := range f.articles {
		j.Articles = append(j.Articles, article.json())
	}
	j.Explain = f.candidates()
	return j
}

func (f finding) evidence() map[string]extract.Evidence {
	evidence := f.article.Evidence
	if f.kind == extract.KindListing {
		evidence = f.listing.Evidence
	}
	if evidence == nil {
		evidence = map[string]extract.Evidence{}
	}
	return evidence
}

// problems are never nil; a page that is no news comes first.
func (f finding) problems() []extract.Problem {
	problems := []extract.Problem{}
	if f.obstacle != extract.NoObstacle {
		problems = append(problems, extract.Problem{Message: "the page is not news: " + f.noNews})
	}
	if f.kind == extract.KindListing {
		return append(problems, f.listing.Problems...)
	}
	return append(problems, f.article.Problems...)
}

func entryOf(e extract.Entry) entryJSON {
	return entryJSON{
		URL:       e.URL,
		Place:     found(e.Place),
		Kicker:    found(e.Kicker),
		Headline:  found(e.Headline),
		Published: found(e.Published.String()),
		Precision: found(string(e.Published.Precision)),
		Teaser:    found(e.Teaser),
	}
}

// writeJSON writes a value for people and scripts alike.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(forTerminal(w))
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
