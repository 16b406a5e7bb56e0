package feedout

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/gorilla/feeds"
)

// An xmlWriter writes the documents of rss.go and atom.go byte for byte as
// encoding/xml would (a test holds that), in a fraction of its time: that
// package finds its way through the types anew for every element.
type xmlWriter struct{ b []byte }

// text writes character data.
func (w *xmlWriter) text(s string) {
	from := 0
	for i := range len(s) {
		esc := escapes[s[i]]
		if esc == "" {
			continue
		}
		w.b = append(append(w.b, s[from:i]...), esc...)
		from = i + 1
	}
	w.b = append(w.b, s[from:]...)
}

// escapes are the characters that encoding/xml writes as references.
var escapes = [256]string{'"': "&#34;", '\'': "&#39;", '&': "&amp;", '<': "&lt;", '>': "&gt;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}

func (w *xmlWriter) raw(s string) { w.b = append(w.b, s...) }

// open begins an element with attributes in pairs; empty ones are left out.
func (w *xmlWriter) open(name string, attrs ...string) {
	w.b = append(append(w.b, '<'), name...)
	for i := 0; i < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			w.attr(attrs[i], attrs[i+1])
		}
	}
	w.b = append(w.b, '>')
}

func (w *xmlWriter) attr(name, value string) {
	w.b = append(append(append(w.b, ' '), name...), '=', '"')
	w.text(value)
	w.b = append(w.b, '"')
}

func (w *xmlWriter) end(name string) {
	w.b = append(append(append(w.b, '<', '/'), name...), '>')
}

// element writes an element that holds text.
func (w *xmlWriter) element(name, text string) {
	w.open(name)
	w.text(text)
	w.end(name)
}

// optional writes an element unless its text is empty.
func (w *xmlWriter) optional(name, text string) {
	if text != "" {
		w.element(name, text)
	}
}

// cdata writes an element whose text stands in a CDATA section.
func (w *xmlWriter) cdata(name, text string) {
	w.open(name)
	if text != "" {
		w.raw("<![CDATA[")
		w.raw(strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>"))
		w.raw("]]>")
	}
	w.end(name)
}

func newXMLWriter(size int) *xmlWriter {
	w := &xmlWriter{b: make([]byte, 0, size)}
	w.raw(xml.Header)
	return w
}

// rss writes an RSS document.
func (w *xmlWriter) rss(d *rssDocument) {
	w.open("rss", "version", d.Version, "xmlns:content", d.Content, "xmlns:dc", d.DC, "xmlns:atom", d.Atom, "xmlns:sy", d.SY, "xmlns:media", d.Media,
		"xmlns:fh", d.FH, "xmlns:georss", d.GeoRSS)
	c := d.Channel
	w.open("channel")
	w.element("title", c.Title)
	w.element("link", c.Link)
	w.element("description", c.Description)
	w.optional("language", c.Language)
	w.optional("copyright", c.Copyright)
	w.optional("lastBuildDate", c.LastBuildDate)
	w.optional("generator", c.Generator)
	w.optional("docs", c.Docs)
	if c.Ttl != 0 {
		w.element("ttl", strconv.Itoa(c.Ttl))
	}
	if i := c.Image; i != nil {
		w.open("image")
		w.element("url", i.Url)
		w.element("title", i.Title)
		w.element("link", i.Link)
		w.element("width", strconv.Itoa(i.Width))
		w.element("height", strconv.Itoa(i.Height))
		w.end("image")
	}
	w.links("atom:link", c.Links)
	w.element("sy:updatePeriod", c.Period)
	w.element("sy:updateFrequency", strconv.Itoa(c.Frequency))
	if c.Archive != nil {
		w.element("fh:archive", "")
	}
	for _, item := range c.Items {
		w.rssItem(item)
	}
	w.end("channel")
	w.end("rss")
}

func (w *xmlWriter) rssItem(i *rssItem) {
	w.open("item")
	w.element("title", i.Title)
	w.element("link", i.Link)
	w.element("description", i.Description)
	if i.Content != nil {
		w.cdata("content:encoded", i.Content.Content)
	}
	if e := i.Enclosure; e != nil {
		w.raw("<enclosure")
		w.attr("url", e.Url)
		w.attr("length", e.Length)
		w.attr("type", e.Type)
		w.raw("></enclosure>")
	}
	w.open("guid", "isPermaLink", i.Guid.IsPermaLink)
	w.text(i.Guid.Id)
	w.end("guid")
	w.optional("pubDate", i.PubDate)
	w.optional("dc:creator", i.Creator)
	w.optional("dc:language", i.Language)
	for _, c := range i.Categories {
		w.raw("<category")
		w.attr("domain", c.Domain)
		w.raw(">")
		w.text(c.Name)
		w.end("category")
	}
	if s := i.Source; s != nil {
		w.raw("<source")
		w.attr("url", s.URL)
		w.raw(">")
		w.text(s.Name)
		w.end("source")
	}
	w.optional("atom:updated", i.Updated)
	w.media(i.Media)
	w.optional("georss:point", i.Point)
	w.end("item")
}

func (w *xmlWriter) media(m *rssMedia) {
	if m == nil {
		return
	}
	w.open("media:content", "url", m.URL, "medium", m.Medium)
	w.optional("media:credit", m.Credit)
	w.end("media:content")
}

func (w *xmlWriter) links(name string, links []atomLink) {
	for _, l := range links {
		w.raw("<" + name)
		w.attr("href", l.Href)
		for _, a := range [...][2]string{{"rel", l.Rel}, {"type", l.Type}, {"length", l.Length}, {"title", l.Title}} {
			if a[1] != "" {
				w.attr(a[0], a[1])
			}
		}
		w.raw("></" + name + ">")
	}
}

// atom writes an Atom document.
func (w *xmlWriter) atom(d *atomFeed) {
	w.open("feed", "xmlns", d.Xmlns, "xmlns:fh", d.FH, "xmlns:media", d.Media, "xmlns:georss", d.GeoRSS, "xml:lang", d.Lang)
	w.element("title", d.Title)
	w.element("id", d.Id)
	w.element("updated", d.Updated)
	w.optional("icon", d.Icon)
	w.optional("logo", d.Logo)
	w.optional("rights", d.Rights)
	w.optional("subtitle", d.Subtitle)
	w.author(d.Author)
	w.open("generator", "version", d.Generator.Version)
	w.text(d.Generator.Name)
	w.end("generator")
	w.links("link", d.Links)
	if d.Archive != nil {
		w.element("fh:archive", "")
	}
	for _, e := range d.Entries {
		w.atomEntry(e)
	}
	w.end("feed")
}

func (w *xmlWriter) author(a *feeds.AtomAuthor) {
	if a == nil {
		return
	}
	w.open("author")
	w.optional("name", a.Name)
	w.optional("uri", a.Uri)
	w.end("author")
}

func (w *xmlWriter) atomEntry(e *atomEntry) {
	w.open("entry", "xml:lang", e.Lang)
	w.element("updated", e.Updated)
	w.element("id", e.Id)
	if c := e.Content; c != nil {
		w.open("content", "type", c.Type)
		w.text(c.Content)
		w.end("content")
	}
	w.optional("published", e.Published)
	if s := e.Summary; s != nil {
		w.open("summary", "type", s.Type)
		w.text(s.Content)
		w.end("summary")
	}
	w.author(e.Author)
	w.open("title", "type", e.Title.Type)
	w.text(e.Title.Text)
	w.end("title")
	w.links("link", e.Links)
	for _, c := range e.Categories {
		w.raw("<category")
		w.attr("term", c.Term)
		w.attr("scheme", c.Scheme)
		w.raw("></category>")
	}
	if s := e.Source; s != nil {
		w.open("source")
		w.element("id", s.ID)
		w.element("title", s.Title)
		w.element("updated", s.Updated)
		w.author(s.Author)
		w.links("link", []atomLink{s.Link})
		w.end("source")
	}
	w.media(e.Media)
	w.optional("georss:point", e.Point)
	w.end("entry")
}
