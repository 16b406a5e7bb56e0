package feedout

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"

	"github.com/stadtfeed/stadtfeed/news"
)

// bodies is the second lock before a town's text meets a browser; extract has
// cleaned it already. Images would be requests to third parties.
var bodies = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code",
		"strong", "b", "em", "i", "u", "s", "sub", "sup", "small", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
		"figure", "figcaption", "hr", "address", "abbr", "cite", "q", "mark", "del", "ins", "div")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
})

// bodyHTML is an item's body as a page may show it.
func bodyHTML(it news.Item) template.HTML {
	body := it.BodyHTML
	if body == "" {
		body = paragraphs(it.BodyText)
	}
	return template.HTML(scrolled.Replace(bodies().Sanitize(clean(body)))) //nolint:gosec // sanitised right here
}

// scrolled lets the keyboard scroll what may be wider than a phone (WCAG 2.1.1).
var scrolled = strings.NewReplacer("<table>", `<table tabindex="0">`, "<pre>", `<pre tabindex="0">`)

// renderItem renders the page of an item.
func (s *Server) renderItem(ctx context.Context, x *site, id string, lang tongue) (*answer, error) {
	it, err := s.archive.Item(ctx, id)
	if err != nil {
		return nil, err
	}
	p := itemPage{chrome: s.chromeOf(x, lang, headline(it), ""), Item: it, Body: bodyHTML(it)}
	p.Canonical = cmp.Or(webURL(it.URL), x.url("/items/"+shortID(id)))
	p.Address, p.Published = x.url("/items/"+shortID(id)), p.ISO(it.Shown)
	p.About = cutWords(line(it.Teaser), 200)
	if it.Withdrawn.IsZero() {
		p.Picture = webURL(it.Image)
	}
	p.subscribeTo(it)
	if p.TeaserShown = !beginsWith(it.BodyText, line(it.Teaser)); !it.Withdrawn.IsZero() {
		p.Body, p.TeaserShown, p.About = "", false, ""
	}
	for _, a := range it.Attachments {
		if a.URL = webURL(a.URL); a.URL != "" && it.Withdrawn.IsZero() {
			a.Title = cmp.Or(line(a.Title), fileName(a.URL))
			p.Files = append(p.Files, a)
		}
	}
	if it.Revisions > 0 && it.Withdrawn.IsZero() {
		revisions, err := s.archive.Revisions(ctx, id)
		if err != nil {
			return nil, err
		}
		p.Revisions = changes(it, revisions)
	}
	if p.Also, err = s.archive.AlsoReported(ctx, id); err != nil && !errors.Is(err, news.ErrNotFound) {
		return nil, err
	}
	a, err := s.renderPage(x, "item", p, lastChange([]news.Item{it}))
	if err == nil && (!x.Indexed || it.NoIndex) {
		a.robots = "noindex"
	}
	return a, err
}

// subscribeTo offers the feed of an item's place, or else of its source.
func (c *chrome) subscribeTo(it news.Item) {
	slug, source := news.Slug(it.Place), it.Source()
	switch {
	case slug != "":
		c.Feed, c.FeedTitle = "/places/"+slug, line(it.Place)
	case source != "":
		c.Feed, c.FeedTitle = "/sources/"+source, line(c.x.sourceTitle(source))
	default:
		c.Feed, c.FeedTitle = "/all", c.x.Title
	}
}

// An itemPage is the page of an item.
type itemPage struct {
	*chrome
	Item        news.Item
	Body        template.HTML
	TeaserShown bool
	Files       []news.Attachment
	Revisions   []change
	Also        []news.Item
}
