// Package news is the vocabulary of Stadtfeed: what an item is, how it is
// asked for, how a visit is told, and how an address becomes an identity.
//
// It imports the standard library only, holds no state and does no input or
// output, so that every other package can speak it.
package news

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrNotFound says that the archive holds no such item, page or source.
var ErrNotFound = errors.New("not found")

// ErrUnwritable is wrapped by the errors of an archive that cannot write at
// present, such as one on a full disk: the same may succeed later.
var ErrUnwritable = errors.New("archive cannot be written")

// Precision tells how much of a Moment was printed on the page.
type Precision string

// The precisions of a Moment; the empty one belongs to the zero Moment.
const (
	Day    Precision = "day"
	Minute Precision = "minute"
	Second Precision = "second"
)

// A Moment is a date as a page printed it: a time and how much of it is real.
// At precision Day, Time is midnight in the source's zone. The zero Moment
// means that the page gave no date.
type Moment struct {
	Time      time.Time `json:"time"`
	Precision Precision `json:"precision"`
}

// IsZero reports whether the page gave no date.
func (m Moment) IsZero() bool { return m.Time.IsZero() }

// Equal reports whether two moments print alike.
func (m Moment) Equal(o Moment) bool { return m.String() == o.String() }

// String is YYYY-MM-DD at precision Day, RFC 3339 with zone where the page
// told more, and empty for the zero Moment.
func (m Moment) String() string {
	switch {
	case m.IsZero():
		return ""
	case m.Precision == Day:
		return m.Time.Format(time.DateOnly)
	default:
		return m.Time.Format(time.RFC3339)
	}
}

// ParseMoment reads what Moment.String wrote. loc is the zone of a plain day.
func ParseMoment(s string, p Precision, loc *time.Location) (Moment, error) {
	if s == "" {
		return Moment{}, nil
	}
	layout := time.RFC3339
	if p == Day {
		layout = time.DateOnly
	}
	t, err := time.ParseInLocation(layout, s, loc)
	if err != nil {
		return Moment{}, fmt.Errorf("moment %q with precision %q: %w", s, p, err)
	}
	return Moment{Time: t, Precision: p}, nil
}

// An Attachment is a file that an article offers for download.
type Attachment struct {
	URL    string `json:"url"`
	Title  string `json:"title"`
	Type   string `json:"type"`             // media type; empty where unknown
	Length int64  `json:"length,omitempty"` // bytes; 0 where unknown
}

// An Item is what is kept and published of one report.
type Item struct {
	ID      string   `json:"id"`      // urn:uuid:…, minted at first sight, kept for good
	Seq     uint64   `json:"seq"`     // position in the archive, given at the first commit, never changed
	Sources []string `json:"sources"` // names of the sources that list it; the first one found it
	URL     string   `json:"url"`     // the town's page, as a reader should open it

	Language    string       `json:"language"` // BCP 47, as the page said or as it was recognised
	Place       string       `json:"place"`
	Kicker      string       `json:"kicker"`
	Headline    string       `json:"headline"`
	Published   Moment       `json:"published"`
	Updated     Moment       `json:"updated"` // what the page says, or else when a material edit was seen
	Teaser      string       `json:"teaser"`
	BodyHTML    string       `json:"body_html"` // sanitised, absolute links
	BodyText    string       `json:"body_text"`
	Byline      string       `json:"byline"`
	Tags        []string     `json:"tags"`
	Assigned    []string     `json:"assigned,omitempty"` // those of Tags that word rules or subjects assigned, not the town
	Image       string       `json:"image"`
	ImageCredit string       `json:"image_credit"`
	Attachments []Attachment `json:"attachments"`

	Partial   bool `json:"partial,omitempty"`    // published from what the listing shows; the article could not be fetched yet
	NoIndex   bool `json:"no_index,omitempty"`   // the town asked search engines not to index the page
	NoArchive bool `json:"no_archive,omitempty"` // the town asked for no copies: body and raw page are not kept

	Backfilled bool `json:"backfilled,omitempty"` // came by reading the past, or late: no news, it counts as seen when it was published

	FirstSeen time.Time `json:"first_seen"`
	Shown     time.Time `json:"shown"`               // the stable moment by which feeds sort; see ShownAt
	Changed   time.Time `json:"changed"`             // last material edit or withdrawal that was seen; FirstSeen if none
	Withdrawn time.Time `json:"withdrawn,omitzero"`  // zero unless the town took the article down
	Story     string    `json:"story,omitempty"`     // id of the item that first told this story, if that is another one
	Revisions int       `json:"revisions,omitempty"` // how many earlier contents are kept
}

// Source is the name of the source that found the item.
func (it Item) Source() string {
	if len(it.Sources) == 0 {
		return ""
	}
	return it.Sources[0]
}

// KeepSizes takes the sizes of attachments over from an earlier content of the
// item: no page says them, so that reading it again would lose them.
func (it *Item) KeepSizes(old Item) {
	for i := range it.Attachments {
		a := &it.Attachments[i]
		for _, b := range old.Attachments {
			if a.URL == b.URL && a.Length == 0 && b.Length != 0 {
				a.Length, a.Type = b.Length, b.Type
			}
		}
	}
}

// A Revision is an earlier content of an item.
type Revision struct {
	Number int       `json:"number"` // 1 is the oldest
	Seen   time.Time `json:"seen"`   // when the edit that ended this content was seen
	Fields []string  `json:"fields"` // which fields that edit changed
	Item   Item      `json:"item"`   // the content before the edit
}

// ShownAt is the moment by which feeds sort an item: the publication where the
// page told a time; within the printed day where it told only a day; the first
// sight where it told nothing. position is the entry's place in its listing
// (0 is the top), so that entries of one day keep the town's order.
func ShownAt(published Moment, firstSeen time.Time, position int) time.Time {
	back := time.Duration(min(position, 9999)) * time.Second
	switch {
	case published.IsZero():
		return firstSeen.Add(-back).UTC()
	case published.Precision != Day:
		return published.Time.UTC()
	}
	day := published.Time
	if seen := firstSeen.In(day.Location()); seen.Format(time.DateOnly) == day.Format(time.DateOnly) {
		if at := seen.Add(-back); !at.Before(day) {
			return at.UTC()
		}
		return day.UTC()
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, day.Location()).Add(-back).UTC()
}

// MaterialChanges names the fields in which b differs from a in a way that a
// reader would call an edit. Fields that b lacks because it is Partial do not
// count, nor do assigned tags, which change with the configuration.
func MaterialChanges(a, b Item) []string {
	var fields []string
	differs := func(name string, changed bool) {
		if changed {
			fields = append(fields, name)
		}
	}
	differs("headline", Squash(a.Headline) != Squash(b.Headline))
	differs("teaser", Squash(a.Teaser) != Squash(b.Teaser) && (b.Teaser != "" || !b.Partial))
	if b.Partial {
		return fields
	}
	differs("body", Squash(a.BodyText) != Squash(b.BodyText))
	differs("place", Squash(a.Place) != Squash(b.Place))
	differs("kicker", Squash(a.Kicker) != Squash(b.Kicker))
	differs("published", !a.Published.Equal(b.Published) && !b.Published.IsZero())
	differs("byline", Squash(a.Byline) != Squash(b.Byline))
	differs("tags", !slices.Equal(townTags(a), townTags(b)))
	differs("attachments", !slices.Equal(attachmentURLs(a), attachmentURLs(b)))
	return fields
}

// townTags are the slugs of the tags that the town itself gave, sorted.
func townTags(it Item) []string {
	var slugs []string
	for _, t := range it.Tags {
		if !slices.Contains(it.Assigned, t) {
			slugs = append(slugs, Slug(t))
		}
	}
	slices.Sort(slugs)
	return slugs
}

func attachmentURLs(it Item) []string {
	var urls []string
	for _, a := range it.Attachments {
		urls = append(urls, Canonical(a.URL))
	}
	slices.Sort(urls)
	return urls
}
