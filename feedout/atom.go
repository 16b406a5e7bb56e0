package feedout

import (
	"encoding/xml"
	"html"
	"strconv"
	"time"

	"github.com/gorilla/feeds"

	"github.com/stadtfeed/stadtfeed/news"
)

const atomNS = "http://www.w3.org/2005/Atom"

// atomFeed is gorilla's feed with what it has no fields for.
type atomFeed struct {
	*feeds.AtomFeed
	XMLName   xml.Name      `xml:"feed"`
	FH        string        `xml:"xmlns:fh,attr"`
	Media     string        `xml:"xmlns:media,attr"`
	GeoRSS    string        `xml:"xmlns:georss,attr,omitempty"`
	Lang      string        `xml:"xml:lang,attr,omitempty"`
	Generator atomGenerator `xml:"generator"`
	Links     []atomLink    `xml:"link"`
	Archive   *struct{}     `xml:"fh:archive"`
	Entries   []*atomEntry  `xml:"entry"`
}

type atomGenerator struct {
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

// atomEntry is gorilla's entry with what it has no fields for.
type atomEntry struct {
	*feeds.AtomEntry
	XMLName    xml.Name       `xml:"entry"`
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	Title      atomText       `xml:"title"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Source     *atomSource    `xml:"source"`
	Media      *rssMedia      `xml:"media:content"`
	Point      string         `xml:"georss:point,omitempty"`
}

// atomText is a text construct (RFC 4287 §3.1).
type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// atomTextOf declares text as HTML where it would else be mistaken for it.
func atomTextOf(s string) atomText {
	if unmarked(s) != s {
		return atomText{"html", html.EscapeString(s)}
	}
	return atomText{"text", s}
}

// atomLink is gorilla's link with a title.
type atomLink struct {
	Href   string `xml:"href,attr"`
	Rel    string `xml:"rel,attr,omitempty"`
	Type   string `xml:"type,attr,omitempty"`
	Length string `xml:"length,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
}

// An atomCategory carries the name as its term: readers show the term, not the
// label that RFC 4287 §4.2.2.3 has for people.
type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
}

type atomSource struct {
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Author  *feeds.AtomAuthor
	Link    atomLink `xml:"link"`
}

// atom is the feed as an Atom 1.0 document.
func (f *feed) atom() *atomFeed {
	d := &atomFeed{
		AtomFeed: &feeds.AtomFeed{
			Xmlns: atomNS, Title: unmarked(f.title), Id: f.id, Subtitle: unmarked(f.subtitle), Rights: unmarked(f.rights),
			Updated: f.modified.UTC().Format(time.RFC3339), Icon: f.base + iconPNG, Logo: f.base + iconPNG,
			Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: unmarked(f.site), Uri: f.base + "/"}},
		},
		FH: "http://purl.org/syndication/history/1.0", Media: "http://search.yahoo.com/mrss/", GeoRSS: f.georss(), Lang: f.language,
		Generator: atomGenerator{Version: f.version, Name: "Stadtfeed"},
		Links:     append([]atomLink{{Href: f.id, Rel: "alternate", Type: "text/html"}}, f.links("application/atom+xml")...),
		Entries:   make([]*atomEntry, len(f.entries)),
	}
	if f.archived() {
		d.Archive = &struct{}{}
	}
	for i := range f.entries {
		d.Entries[i] = f.atomEntry(&f.entries[i])
	}
	return d
}

func (f *feed) atomEntry(e *entry) *atomEntry {
	x := &atomEntry{
		Point: e.point(),
		AtomEntry: &feeds.AtomEntry{
			Id: e.id, Updated: distinct(e.updated, e.seq), Published: e.published.UTC().Format(time.RFC3339),
		},
		Title:      atomTextOf(e.title),
		Links:      []atomLink{{Href: e.link, Rel: "alternate", Type: "text/html"}},
		Categories: f.atomCategories(e),
	}
	if e.language != f.language {
		x.Lang = e.language
	}
	if e.summary != "" {
		summary := atomTextOf(e.summary)
		x.Summary = &feeds.AtomSummary{Content: summary.Text, Type: summary.Type}
	}
	switch {
	case e.content != "":
		x.Content = &feeds.AtomContent{Content: e.content, Type: "html"}
	case e.summary == "":
		x.Summary = &feeds.AtomSummary{Content: x.Title.Text, Type: x.Title.Type}
	}
	for _, a := range e.files {
		x.Links = append(x.Links, atomLink{Href: a.URL, Rel: "enclosure", Type: a.Type, Length: length(a), Title: unmarked(a.Title)})
	}
	if e.image != "" {
		x.Media = &rssMedia{URL: e.image, Medium: "image", Credit: e.credit}
	}
	if len(e.sources) > 0 { // who publishes is the author where no byline is; readers look for it here, not in the source
		at := f.sourcePage(e.sources[0])
		x.Author = &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: unmarked(e.sources[0].name), Uri: at}}
		x.Source = &atomSource{
			ID: at, Title: unmarked(e.sources[0].name), Updated: x.Updated, Author: x.Author,
			Link: atomLink{Href: at + ".atom", Rel: "self", Type: "application/atom+xml"},
		}
	}
	if e.author != "" {
		x.Author = &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: unmarked(e.author)}}
	}
	return x
}

// sourcePage is the address of a source's page.
func (f *feed) sourcePage(s label) string { return f.base + "/sources/" + escapeSegment(s.slug) }

func (f *feed) atomCategories(e *entry) []atomCategory {
	list := make([]atomCategory, 0, len(e.tags)+len(e.sources)+1)
	for _, t := range e.tags {
		list = append(list, atomCategory{unmarked(t), f.base + "/tags"})
	}
	if e.place != "" {
		list = append(list, atomCategory{unmarked(e.place), f.base + "/places"})
	}
	for _, s := range e.sources {
		list = append(list, atomCategory{unmarked(s.name), f.base + "/sources"})
	}
	return list
}

// distinct is a moment with the item's number in its fraction of a second:
// readers and validators mistake entries with equal atom:updated for copies.
func distinct(t time.Time, seq uint64) string {
	return t.UTC().Truncate(time.Second).Add(time.Duration(seq%1_000_000) * time.Microsecond).Format("2006-01-02T15:04:05.000000Z07:00")
}

// length is the length of an enclosure, empty where it is unknown.
func length(a news.Attachment) string {
	if a.Length <= 0 {
		return ""
	}
	return strconv.FormatInt(a.Length, 10)
}

// links are the links of a feed document to itself and its neighbours.
func (f *feed) links(mediaType string) []atomLink {
	list := []atomLink{{Href: f.self, Rel: "self", Type: mediaType}}
	if f.archived() {
		list = append(list, atomLink{Href: f.current, Rel: "current", Type: mediaType})
	}
	if f.prev != "" {
		list = append(list,
			atomLink{Href: f.prev, Rel: "prev-archive", Type: mediaType},
			atomLink{Href: f.prev, Rel: "next", Type: mediaType})
	}
	if f.hub != "" {
		list = append(list, atomLink{Href: f.hub, Rel: "hub"})
	}
	return list
}
