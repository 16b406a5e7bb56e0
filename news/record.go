package news

import "time"

// A Position is where a place is, in degrees of WGS 84.
type Position struct {
	Lat float64 `json:"lat"` // north is positive
	Lon float64 `json:"lon"` // east is positive
}

// A Content is what a page told of a report, as programs get it from every
// command and address. It is stable. What was not found is null, never guessed:
//
//	{"url": "https://…", "place": "Kassel", "headline": "…", "published": "2024-06-10", "precision": "day", "updated": null, …}
type Content struct {
	URL         string         `json:"url"`
	Place       *string        `json:"place"`
	Kicker      *string        `json:"kicker"`
	Headline    *string        `json:"headline"`
	Published   *string        `json:"published"` // YYYY-MM-DD where precision is day, else RFC 3339 with zone
	Precision   *string        `json:"precision"` // day, minute, second
	Updated     *string        `json:"updated"`
	Teaser      *string        `json:"teaser"`
	BodyText    *string        `json:"body_text"`
	BodyHTML    *string        `json:"body_html"`
	Byline      *string        `json:"byline"`
	Tags        []string       `json:"tags"`
	Image       *string        `json:"image"`
	ImageCredit *string        `json:"image_credit"`
	Attachments []RecordedFile `json:"attachments"`
}

// A RecordedFile is an attachment as programs get it.
type RecordedFile struct {
	URL    string  `json:"url"`
	Title  *string `json:"title"`
	Type   *string `json:"type"`             // media type
	Length int64   `json:"length,omitempty"` // bytes; left out where unknown
}

// A Record is an item as programs get it: its Content, and what the archive
// knows of it. It is stable.
type Record struct {
	ID       string   `json:"id"`
	Seq      uint64   `json:"seq"`
	Source   string   `json:"source"` // the one that found it
	Sources  []string `json:"sources"`
	Language *string  `json:"language"`
	Content
	Assigned  []string   `json:"assigned"` // those of the tags that the configuration gave, not the town
	Geo       *Position  `json:"geo"`      // of the place, where the configuration knows it
	Partial   bool       `json:"partial"`
	FirstSeen *time.Time `json:"first_seen"`
	Shown     *time.Time `json:"shown"` // the moment by which feeds sort
	Changed   *time.Time `json:"changed"`
	Withdrawn *time.Time `json:"withdrawn"`
	Story     *string    `json:"story"`
	Revisions int        `json:"revisions"`
}

// ContentOf is what an item's page told.
func ContentOf(it Item) Content {
	c := Content{
		URL:         it.URL,
		Place:       known(it.Place),
		Kicker:      known(it.Kicker),
		Headline:    known(it.Headline),
		Published:   known(it.Published.String()),
		Precision:   known(string(it.Published.Precision)),
		Updated:     known(it.Updated.String()),
		Teaser:      known(it.Teaser),
		BodyText:    known(it.BodyText),
		BodyHTML:    known(it.BodyHTML),
		Byline:      known(it.Byline),
		Tags:        append([]string{}, it.Tags...),
		Image:       known(it.Image),
		ImageCredit: known(it.ImageCredit),
		Attachments: []RecordedFile{},
	}
	for _, a := range it.Attachments {
		c.Attachments = append(c.Attachments, RecordedFile{a.URL, known(a.Title), known(a.Type), max(a.Length, 0)})
	}
	return c
}

// RecordOf is an item as programs get it. geo is where its place is; nil: not known.
func RecordOf(it Item, geo *Position) Record {
	return Record{
		ID: it.ID, Seq: it.Seq, Source: it.Source(), Sources: append([]string{}, it.Sources...), Language: known(it.Language),
		Content: ContentOf(it), Assigned: append([]string{}, it.Assigned...), Geo: geo, Partial: it.Partial,
		FirstSeen: moment(it.FirstSeen), Shown: moment(it.Shown), Changed: moment(it.Changed), Withdrawn: moment(it.Withdrawn),
		Story: known(it.Story), Revisions: it.Revisions,
	}
}

// known is nil for what was not found.
func known(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
