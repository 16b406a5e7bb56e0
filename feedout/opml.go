package feedout

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// opml is an OPML 2.0 document.
type opml struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Docs    string    `xml:"head>docs"`
	Body    []outline `xml:"body>outline"`
}

type outline struct {
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	Type     string    `xml:"type,attr,omitempty"`
	XMLURL   string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string    `xml:"htmlUrl,attr,omitempty"`
	Language string    `xml:"language,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

// An opmlPage is what people see under /opml.
type opmlPage struct {
	*chrome
	Download string
	Groups   []outline
}

// outlines are all feeds, grouped; that of everything comes first and alone.
func (s *Server) outlines(ctx context.Context, x *site, lang tongue) ([]outline, error) {
	entry := func(name, path string) outline {
		name = line(name)
		return outline{Text: name, Title: name, Type: "rss", XMLURL: x.url(path + ".rss"), HTMLURL: x.url(path), Language: x.Language}
	}
	var feeds, sources []outline
	for _, f := range x.publicFeeds() {
		feeds = append(feeds, entry(f.Title, "/feeds/"+escapeSegment(f.Name)))
	}
	for _, src := range x.Sources {
		sources = append(sources, entry(x.sourceTitle(src.Name), "/sources/"+escapeSegment(src.Name)))
	}
	groups := []outline{{Text: "Saved feeds", Outlines: feeds}, {Text: "Sources", Outlines: sources}}
	for _, g := range []struct {
		facet       news.Facet
		title, path string
	}{{news.Place, "Places", "/places/"}, {news.Tag, "Tags", "/tags/"}} {
		counts, err := s.weights(ctx, g.facet, 0)
		if err != nil {
			return nil, err
		}
		var list []outline
		for _, c := range counts {
			list = append(list, entry(c.Name, g.path+c.Slug))
		}
		groups = append(groups, outline{Text: g.title, Outlines: list})
	}
	all := []outline{entry(x.Title, "/all")}
	for _, g := range groups {
		if g.Text = lang.say(g.Text); len(g.Outlines) > 0 {
			g.Title = g.Text
			all = append(all, g)
		}
	}
	return all, nil
}

// renderOPML renders the file of all feeds, which browsers save under a name.
func (s *Server) renderOPML(ctx context.Context, x *site) (*answer, error) {
	all, err := s.outlines(ctx, x, pick(x.Language))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := writeXML(&b, opml{Version: "2.0", Title: clean(x.Title), Docs: "https://opml.org/spec2.opml", Body: all}); err != nil {
		return nil, err
	}
	return &answer{
		kind: opmlFile.mediaType(), vary: feedVary, body: b.Bytes(), control: "public, max-age=300",
		file: cmp.Or(news.Slug(x.Title), "feeds") + ".opml",
	}, nil
}

// renderOPMLPage renders what people see in place of the file.
func (s *Server) renderOPMLPage(ctx context.Context, x *site, lang tongue) (*answer, error) {
	all, err := s.outlines(ctx, x, lang)
	if err != nil {
		return nil, err
	}
	p := &opmlPage{chrome: s.chromeOf(x, lang, lang.say("All feeds in one file"), ""), Groups: all[1:]}
	p.Canonical, p.Download = x.url("/opml"), p.Path("/opml?raw")
	return s.renderPage(x, "opml", p, time.Time{})
}

// File is the address of the file for readers that follow it.
func (p *opmlPage) File() string { return p.x.url("/opml") }
