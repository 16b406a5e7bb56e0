package feedout

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"github.com/stadtfeed/stadtfeed/news"
)

// jsonDocument is gorilla's JSON Feed with the items array that the format
// asks for even when it is empty.
type jsonDocument struct {
	*feeds.JSONFeed
	Items []*jsonItem `json:"items"`
}

// jsonItem is gorilla's item with its language and our extension.
type jsonItem struct {
	*feeds.JSONItem
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Stadtfeed   jsonExtension    `json:"_stadtfeed"`
}

// A jsonAttachment is a file with its size under the name that JSON Feed gives
// it; gorilla writes it under another.
type jsonAttachment struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes,omitempty"`
}

// jsonExtension says what JSON Feed has no words for.
type jsonExtension struct {
	Seq         uint64         `json:"seq"`
	Place       string         `json:"place,omitempty"`
	Geo         *news.Position `json:"geo,omitempty"`
	Sources     []string       `json:"sources,omitempty"`
	Published   string         `json:"published,omitempty"` // as the page printed it
	Precision   string         `json:"precision,omitempty"`
	ImageCredit string         `json:"image_credit,omitempty"`
	Withdrawn   bool           `json:"withdrawn,omitempty"`
	Partial     bool           `json:"partial,omitempty"`
}

// writeJSON writes the feed as JSON Feed 1.1.
func (f *feed) writeJSON(w io.Writer) error {
	d := jsonDocument{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: f.title, Description: f.subtitle, Language: f.language,
			HomePageUrl: f.id, FeedUrl: f.self, NextUrl: f.prev, Icon: f.base + iconPNG, Favicon: f.base + iconPNG,
		},
		Items: make([]*jsonItem, len(f.entries)),
	}
	if f.hub != "" {
		d.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: f.hub}}
	}
	for i := range f.entries {
		d.Items[i] = f.jsonItem(&f.entries[i])
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

func (f *feed) jsonItem(e *entry) *jsonItem {
	published := e.published.UTC().Truncate(time.Second)
	x := &jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: e.id, Url: e.link, Title: e.title, ContentHTML: e.content, Summary: e.summary, Image: e.image,
			PublishedDate: &published, Tags: e.tagsAndPlace(),
		},
		Stadtfeed: jsonExtension{
			Seq: e.seq, Place: e.place, Geo: e.geo, Published: e.printed, Precision: e.precision,
			ImageCredit: e.credit, Withdrawn: e.withdrawn, Partial: e.partial,
		},
	}
	if e.content == "" { // the format asks for one of the two
		x.ContentText = e.summary
		if x.ContentText == "" {
			x.ContentText = e.title
		}
	}
	if e.language != f.language {
		x.Language = e.language
	}
	if e.edited {
		updated := e.updated.UTC().Truncate(time.Second)
		x.ModifiedDate = &updated
	}
	switch {
	case e.author != "":
		x.Authors = []*feeds.JSONAuthor{{Name: e.author}}
	case len(e.sources) > 0:
		x.Authors = []*feeds.JSONAuthor{{Name: e.sources[0].name, Url: f.sourcePage(e.sources[0])}}
	}
	for _, s := range e.sources {
		x.Stadtfeed.Sources = append(x.Stadtfeed.Sources, s.slug)
	}
	for _, a := range e.files {
		x.Attachments = append(x.Attachments, jsonAttachment{a.URL, cmp.Or(a.Type, "application/octet-stream"), a.Title, max(a.Length, 0)})
	}
	return x
}

// tagsAndPlace are the tags with the place among them: JSON Feed has no other
// words for what an item is about.
func (e *entry) tagsAndPlace() []string {
	if e.place == "" || slices.ContainsFunc(e.tags, func(t string) bool { return strings.EqualFold(t, e.place) }) {
		return e.tags
	}
	return append(slices.Clip(e.tags), e.place)
}
