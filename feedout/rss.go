package feedout

import (
	"bytes"
	"encoding/xml"
	"html"
	"io"
	"strconv"
	"time"

	"github.com/gorilla/feeds"
)

// rssDocument is an RSS 2.0 document with the modules that we speak.
type rssDocument struct {
	XMLName xml.Name    `xml:"rss"`
	Version string      `xml:"version,attr"`
	Content string      `xml:"xmlns:content,attr"`
	DC      string      `xml:"xmlns:dc,attr"`
	Atom    string      `xml:"xmlns:atom,attr"`
	SY      string      `xml:"xmlns:sy,attr"`
	Media   string      `xml:"xmlns:media,attr"`
	FH      string      `xml:"xmlns:fh,attr"`
	GeoRSS  string      `xml:"xmlns:georss,attr,omitempty"`
	Channel *rssChannel `xml:"channel"`
}

// rssChannel is gorilla's channel with what it has no fields for.
type rssChannel struct {
	*feeds.RssFeed
	Links     []atomLink `xml:"atom:link"`
	Period    string     `xml:"sy:updatePeriod"`
	Frequency int        `xml:"sy:updateFrequency"`
	Archive   *struct{}  `xml:"fh:archive"`
	Items     []*rssItem `xml:"item"`
}

// rssItem is gorilla's item with what it has no fields for.
type rssItem struct {
	*feeds.RssItem
	Creator    string        `xml:"dc:creator,omitempty"`
	Language   string        `xml:"dc:language,omitempty"`
	Categories []rssCategory `xml:"category"`
	Source     *rssSource    `xml:"source"`
	Updated    string        `xml:"atom:updated,omitempty"`
	Media      *rssMedia     `xml:"media:content"`
	Point      string        `xml:"georss:point,omitempty"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr"`
	Name   string `xml:",chardata"`
}

type rssSource struct {
	URL  string `xml:"url,attr"`
	Name string `xml:",chardata"`
}

type rssMedia struct {
	URL    string `xml:"url,attr"`
	Medium string `xml:"medium,attr"`
	Credit string `xml:"media:credit,omitempty"`
}

// rssDate is RFC 822 as RSS asks for it.
const rssDate = time.RFC1123Z

// rss is the feed as an RSS 2.0 document.
func (f *feed) rss() *rssDocument {
	every := syndication(f.every)
	channel := &rssChannel{
		RssFeed: &feeds.RssFeed{
			Title: unmarked(f.title), Link: f.id, Description: unmarked(f.subtitle), Language: f.language, Copyright: unmarked(f.rights),
			LastBuildDate: rssTime(f.modified), Generator: generator(f.version), Docs: "https://www.rssboard.org/rss-specification",
			Ttl:   int(f.every / time.Minute),
			Image: &feeds.RssImage{Url: f.base + iconPNG, Title: unmarked(f.title), Link: f.id, Width: 128, Height: 128},
		},
		Links:  f.links("application/rss+xml"),
		Period: every.period, Frequency: every.frequency,
		Items: make([]*rssItem, len(f.entries)),
	}
	if f.archived() {
		channel.Archive = &struct{}{}
	}
	parts := make([]rssParts, len(f.entries))
	for i := range f.entries {
		channel.Items[i] = f.rssItem(&f.entries[i], &parts[i])
	}
	return &rssDocument{
		Version: "2.0", Content: "http://purl.org/rss/1.0/modules/content/", DC: "http://purl.org/dc/elements/1.1/",
		Atom: atomNS, SY: "http://purl.org/rss/1.0/modules/syndication/", Media: "http://search.yahoo.com/mrss/",
		FH: "http://purl.org/syndication/history/1.0", GeoRSS: f.georss(), Channel: channel,
	}
}

// rssParts are what an item consists of, made in one piece for all items.
type rssParts struct {
	item    rssItem
	base    feeds.RssItem
	guid    feeds.RssGuid
	content feeds.RssContent
	source  rssSource
}

func (f *feed) rssItem(e *entry, p *rssParts) *rssItem {
	p.guid = feeds.RssGuid{Id: e.id, IsPermaLink: "false"}
	p.base = feeds.RssItem{
		Title: unmarked(e.title), Link: e.link, Description: html.EscapeString(e.summary), Guid: &p.guid, PubDate: rssTime(e.published),
	}
	item := &p.item
	item.RssItem, item.Creator, item.Categories, item.Point = &p.base, e.publisher(), f.rssCategories(e), e.point()
	if e.language != f.language {
		item.Language = e.language
	}
	if e.content != "" {
		p.content.Content = e.content
		item.Content = &p.content
	}
	if e.edited {
		item.Updated = e.updated.UTC().Format(time.RFC3339)
	}
	if len(e.sources) > 0 {
		p.source = rssSource{URL: f.sourcePage(e.sources[0]) + ".rss", Name: unmarked(e.sources[0].name)}
		item.Source = &p.source
	}
	if e.image != "" {
		item.Media = &rssMedia{URL: e.image, Medium: "image", Credit: e.credit}
	}
	for _, a := range e.files {
		if a.Type != "" { // RSS asks for a type and knows one enclosure; 0 stands for an unknown length
			item.Enclosure = &feeds.RssEnclosure{Url: a.URL, Length: strconv.FormatInt(max(a.Length, 0), 10), Type: a.Type}
			break
		}
	}
	return item
}

func (f *feed) rssCategories(e *entry) []rssCategory {
	tags, places, sources := f.base+"/tags", f.base+"/places", f.base+"/sources"
	list := make([]rssCategory, 0, len(e.tags)+len(e.sources)+1)
	for _, t := range e.tags {
		list = append(list, rssCategory{tags, unmarked(t)})
	}
	if e.place != "" {
		list = append(list, rssCategory{places, unmarked(e.place)})
	}
	for _, s := range e.sources {
		list = append(list, rssCategory{sources, unmarked(s.name)})
	}
	return list
}

// rssTime is a moment in RSS; the zero one is left out.
func rssTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(rssDate)
}

// A cadence is an interval in the words of the syndication module.
type cadence struct {
	period    string
	frequency int
}

func syndication(every time.Duration) cadence {
	if every <= time.Hour {
		return cadence{"hourly", max(1, int(time.Hour/every))}
	}
	return cadence{"daily", max(1, int(24*time.Hour/every))}
}

func generator(version string) string {
	if version == "" {
		return "Stadtfeed"
	}
	return "Stadtfeed " + version
}

// writeXML writes a document with its declaration.
func writeXML(w io.Writer, document any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	if err := e.Encode(document); err != nil {
		return err
	}
	_, err := w.Write([]byte{'\n'})
	return err
}

// write writes the feed in a form.
func (f *feed) write(as form) ([]byte, error) {
	size := 4096
	for i := range f.entries {
		text := len(f.entries[i].content)
		if as == atom {
			text += text / 8 // escaped
		}
		size += 1024 + len(f.entries[i].summary) + text
	}
	w := newXMLWriter(size)
	switch as {
	case rss:
		w.rss(f.rss())
	case atom:
		w.atom(f.atom())
	case csvTable:
		return f.csv()
	default:
		b := bytes.NewBuffer(make([]byte, 0, size))
		err := f.writeJSON(b)
		return b.Bytes(), err
	}
	w.raw("\n")
	return w.b, nil
}
