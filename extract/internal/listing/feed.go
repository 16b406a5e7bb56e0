package listing

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// xmlEncoding is the charset that an XML text declares of itself. Once the text
// has been decoded it is no longer true.
var xmlEncoding = lazy.Regexp(`^(\s*<\?xml[^>]{0,100}?encoding=)["'][\w.:-]+["']`)

// errNoFeed says that bytes looked like a feed and are none.
var errNoFeed = errors.New("neither a feed nor a page")

// ParseFeed reads RSS, Atom, JSON Feed, the posts of WordPress' REST interface,
// news sitemaps and indexes of them. It is nil for anything else.
func ParseFeed(text []byte, p read.Page, o read.Options) (*read.Feed, error) {
	head := bytes.TrimLeft(text[:min(len(text), 2048)], "\ufeff \t\r\n")
	r := feedReader{page: p, options: o}
	r.base, _ = url.Parse(p.URL)
	switch {
	case len(head) == 0:
		return nil, nil
	case head[0] == '{' && bytes.Contains(head, []byte("jsonfeed.org")):
		return r.readFeed(text, "json-feed")
	case head[0] == '[' && bytes.Contains(head, []byte(`"id"`)):
		return r.readPosts(text)
	case head[0] != '<':
		return nil, nil
	}
	switch root := rootElement(head); root {
	case "rss", "RDF":
		return r.readFeed(text, "rss")
	case "feed":
		return r.readFeed(text, "atom")
	case "urlset":
		return r.readSitemap(text)
	case "sitemapindex":
		return r.readSitemapIndex(text)
	}
	return nil, nil
}

// rootElement is the name of the first element of an XML text; empty for HTML
// and for what cannot be told from the beginning.
func rootElement(head []byte) string {
	for len(head) > 0 {
		i := bytes.IndexByte(head, '<')
		if i < 0 || i+1 >= len(head) {
			return ""
		}
		head = head[i+1:]
		switch {
		case bytes.HasPrefix(head, []byte("!--")):
			end := bytes.Index(head, []byte("-->"))
			if end < 0 {
				return ""
			}
			head = head[end:]
		case head[0] == '?' || head[0] == '!':
		default:
			name := head[:max(0, bytes.IndexAny(head, " \t\r\n>/"))]
			if j := bytes.IndexByte(name, ':'); j >= 0 {
				name = name[j+1:]
			}
			return string(name)
		}
	}
	return ""
}

// A feedReader turns what a feed says into entries.
type feedReader struct {
	page    read.Page
	options read.Options
	base    *url.URL
}

// abs is an address as a link of the feed; empty for what is not http(s).
func (r *feedReader) abs(ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || ref == "" {
		return ""
	}
	if r.base != nil {
		u = r.base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

func (r *feedReader) readFeed(text []byte, kind string) (*read.Feed, error) {
	parsed, err := gofeed.NewParser().Parse(bytes.NewReader(xmlEncoding.ReplaceAll(text, []byte(`$1"utf-8"`))))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", kind, errNoFeed, err)
	}
	f := &read.Feed{Kind: kind, Title: news.Squash(parsed.Title), Language: dom.LanguageTag(parsed.Language), Next: r.next(parsed)}
	for _, it := range parsed.Items {
		if e, ok := r.entry(it, kind); ok && len(f.Entries) < read.MaxEntries {
			f.Entries = append(f.Entries, e)
		}
	}
	return f, nil
}

// next is the following page of a paged feed (RFC 5005).
func (r *feedReader) next(parsed *gofeed.Feed) string {
	for _, link := range parsed.Extensions["atom"]["link"] {
		if link.Attrs["rel"] == "next" {
			return r.abs(link.Attrs["href"])
		}
	}
	return ""
}

func (r *feedReader) entry(it *gofeed.Item, kind string) (read.Entry, bool) {
	e := read.Entry{Headline: plainText(it.Title), Evidence: make(map[string]read.Evidence)}
	e.URL = r.abs(it.Link)
	if e.URL == "" && (strings.HasPrefix(it.GUID, "http://") || strings.HasPrefix(it.GUID, "https://")) {
		e.URL = r.abs(it.GUID)
	}
	if e.URL == "" {
		return e, false
	}
	said := func(field, where, raw string) {
		e.Evidence[field] = read.Evidence{Rule: rules.Name(kind), Where: where, Raw: raw}
	}
	said("url", "link", "")
	said("headline", "title", "")
	if e.Published = r.moment(it.Published, it.PublishedParsed); !e.Published.IsZero() {
		said("published", "published", it.Published)
	} else if e.Published = r.moment(it.Updated, it.UpdatedParsed); !e.Published.IsZero() {
		said("published", "updated", it.Updated)
	}
	r.text(&e, it, said)
	e.Tags = feedTags(it.Categories)
	if it.Image != nil {
		e.Image = r.abs(it.Image.URL)
	}
	for _, file := range it.Enclosures {
		if e.Image == "" && strings.HasPrefix(file.Type, "image/") {
			e.Image = r.abs(file.URL)
		}
	}
	if e.Image == "" {
		e.Image = r.mediaImage(it.Extensions)
	}
	if e.Headline == "" {
		e.Headline = firstSentence(e.Teaser)
	}
	return e, e.Headline != ""
}

// text takes teaser and body: where the feed carries both, the body is the
// content; a long description alone is a body whose beginning is the teaser.
func (r *feedReader) text(e *read.Entry, it *gofeed.Item, said func(field, where, raw string)) {
	body, teaser := it.Content, it.Description
	if body == "" && len(plainText(teaser)) > 600 {
		body = teaser
	}
	if body != "" {
		e.BodyHTML, e.BodyText = cleanFragment(body, r.page.URL)
		said("body", "content", "")
	}
	e.Teaser = firstParagraphs(plainText(teaser), body)
	if e.Teaser != "" {
		said("teaser", "description", "")
	}
}

// appearedFirst is a text with the line of its system at the end.
var (
	appearedFirst  = words.Regexp(`(?s)^(.*){{appeared_first}}.*$`)
	mayAppearFirst = texts.MayHold("appeared_first")
)

// firstParagraphs is a description as a teaser: without the line that
// WordPress adds, and of a body only the first paragraph.
func firstParagraphs(teaser, body string) string {
	if mayAppearFirst(teaser) {
		teaser = appearedFirst.ReplaceAllString(teaser, "$1")
	}
	teaser = trimMore(teaser)
	if len(teaser) <= 600 {
		return teaser
	}
	_, text := cleanFragment(body, "")
	for line := range strings.SplitSeq(text, "\n") {
		if line = news.Squash(line); len(line) > 40 {
			return line
		}
	}
	return ""
}

// moment is a date of a feed: what it says itself where we can read that, else
// what gofeed made of it. The zero moment is for none.
func (r *feedReader) moment(raw string, parsed *time.Time) news.Moment {
	loc := dates.LocationOr(r.options.Location)
	if m, err := dates.ParseMachine(raw, loc); err == nil {
		return m
	}
	if parsed != nil {
		return news.Moment{Time: parsed.In(loc), Precision: news.Second}
	}
	m, err := dates.Parse(raw, dates.Options{Language: r.options.Language, Location: loc, Now: r.page.Fetched})
	if err != nil {
		return news.Moment{}
	}
	return m
}

func (r *feedReader) mediaImage(x ext.Extensions) string {
	for _, name := range []string{"content", "thumbnail"} {
		for _, m := range x["media"][name] {
			if t := m.Attrs["type"]; m.Attrs["url"] != "" && (t == "" || strings.HasPrefix(t, "image/")) && m.Attrs["medium"] != "video" {
				return r.abs(m.Attrs["url"])
			}
		}
	}
	return ""
}

// stockCategories are those that a system gives to what nobody has put into one.
var stockCategories = words.Set("stock_categories")

func feedTags(categories []string) []string {
	var tags []string
	for _, c := range categories {
		c = plainText(c)
		if c != "" && len(c) < 80 && !stockCategories()[news.Fold(c)] && !slices.Contains(tags, c) {
			tags = append(tags, c)
		}
	}
	return tags
}

// A wordPost is a post as WordPress' REST interface tells it.
type wordPost struct {
	Date     string `json:"date"`
	DateGMT  string `json:"date_gmt"`
	Link     string `json:"link"`
	Title    rendered
	Content  rendered
	Excerpt  rendered
	Image    string `json:"jetpack_featured_media_url"`
	Embedded struct {
		Media []struct {
			Source string `json:"source_url"`
		} `json:"wp:featuredmedia"`
		Terms [][]struct {
			Name     string `json:"name"`
			Taxonomy string `json:"taxonomy"`
		} `json:"wp:term"`
	} `json:"_embedded"`
}

type rendered struct {
	Rendered string `json:"rendered"`
}

func (r *feedReader) readPosts(text []byte) (*read.Feed, error) {
	var posts []wordPost
	if err := json.Unmarshal(text, &posts); err != nil {
		return nil, fmt.Errorf("wordpress: %w: %w", errNoFeed, err)
	}
	f := &read.Feed{Kind: "wordpress"}
	for _, p := range posts {
		e := read.Entry{URL: r.abs(p.Link), Headline: plainText(p.Title.Rendered), Evidence: make(map[string]read.Evidence)}
		if e.URL == "" || e.Headline == "" || len(f.Entries) == read.MaxEntries {
			continue
		}
		for field, where := range wordpressFields {
			e.Evidence[field] = read.Evidence{Rule: rules.WordPress, Where: where}
		}
		e.Published = r.postDate(p)
		e.BodyHTML, e.BodyText = cleanFragment(p.Content.Rendered, r.page.URL)
		e.Teaser = trimMore(plainText(p.Excerpt.Rendered))
		e.Image = r.abs(p.Image)
		if len(p.Embedded.Media) > 0 && e.Image == "" {
			e.Image = r.abs(p.Embedded.Media[0].Source)
		}
		for _, terms := range p.Embedded.Terms {
			for _, t := range terms {
				e.Tags = append(e.Tags, feedTags([]string{t.Name})...)
			}
		}
		f.Entries = append(f.Entries, e)
	}
	return f, nil
}

// postDate reads the site's local time, and its zone from the difference to GMT.
func (r *feedReader) postDate(p wordPost) news.Moment {
	const layout = "2006-01-02T15:04:05"
	if t, err := time.Parse(layout, p.DateGMT); err == nil {
		return news.Moment{Time: t.In(dates.LocationOr(r.options.Location)), Precision: news.Second}
	}
	if t, err := time.ParseInLocation(layout, p.Date, dates.LocationOr(r.options.Location)); err == nil {
		return news.Moment{Time: t, Precision: news.Second}
	}
	return news.Moment{}
}

// A sitemap with news:news in it lists the reports of the last days.
type sitemap struct {
	URLs []struct {
		Location string `xml:"loc"`
		News     struct {
			Title    string `xml:"title"`
			Date     string `xml:"publication_date"`
			Keywords string `xml:"keywords"`
			Language string `xml:"publication>language"`
		} `xml:"news"`
		Image string `xml:"image>loc"`
	} `xml:"url"`
}

func (r *feedReader) readSitemap(text []byte) (*read.Feed, error) {
	var m sitemap
	if err := xml.Unmarshal(xmlEncoding.ReplaceAll(text, []byte(`$1"utf-8"`)), &m); err != nil {
		return nil, fmt.Errorf("news sitemap: %w: %w", errNoFeed, err)
	}
	f := &read.Feed{Kind: "news-sitemap"}
	for _, u := range m.URLs {
		e := read.Entry{URL: r.abs(u.Location), Headline: news.Squash(u.News.Title), Image: r.abs(u.Image)}
		if e.URL == "" || e.Headline == "" || len(f.Entries) == read.MaxEntries {
			continue
		}
		e.Evidence = map[string]read.Evidence{"url": {Rule: rules.NewsSitemap, Where: "loc"},
			"headline": {Rule: rules.NewsSitemap, Where: "news:title"}}
		if at, err := dates.ParseMachine(u.News.Date, dates.LocationOr(r.options.Location)); err == nil {
			e.Published = at
			e.Evidence["published"] = read.Evidence{Rule: rules.NewsSitemap, Where: "news:publication_date", Raw: u.News.Date}
		}
		e.Tags = feedTags(strings.Split(u.News.Keywords, ","))
		f.Language = dom.LanguageTag(u.News.Language)
		f.Entries = append(f.Entries, e)
	}
	return f, nil
}

// A sitemapIndex names the sitemaps of a site.
type sitemapIndex struct {
	Sitemaps []namedSitemap `xml:"sitemap"`
}

type namedSitemap struct {
	Location string `xml:"loc"`
	Changed  string `xml:"lastmod"`
}

// readSitemapIndex finds the sitemaps of news among those that an index names,
// the one changed last first.
func (r *feedReader) readSitemapIndex(text []byte) (*read.Feed, error) {
	var index sitemapIndex
	if err := xml.Unmarshal(xmlEncoding.ReplaceAll(text, []byte(`$1"utf-8"`)), &index); err != nil {
		return nil, fmt.Errorf("sitemap index: %w: %w", errNoFeed, err)
	}
	slices.SortStableFunc(index.Sitemaps, func(a, b namedSitemap) int { return strings.Compare(b.Changed, a.Changed) })
	f := &read.Feed{Kind: "sitemap-index"}
	for _, m := range index.Sitemaps {
		if address := r.abs(m.Location); namesNews(address) && len(f.Better) < maxAlternatives {
			f.Better = append(f.Better, read.Alternative{Kind: "news-sitemap", URL: address})
		}
	}
	return f, nil
}

// plainText is HTML as text on one line.
func plainText(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return news.Squash(fragment)
	}
	_, text := cleanFragment(fragment, "")
	return news.Squash(text)
}

// cleanFragment is HTML of a feed as an article's body would be: safe, with
// absolute links; and as text.
func cleanFragment(fragment, base string) (safe, text string) {
	if len(fragment) > dom.MaxBody/2 {
		return "", ""
	}
	d, err := dom.ParseHTML(read.Page{URL: base}, read.Options{}, []byte("<body>"+fragment))
	if err != nil {
		return "", ""
	}
	w := &dom.Writer{D: d, Drop: make([]bool, len(d.Nodes))}
	w.Write(d.Body)
	return w.HTML(), w.Text()
}

func firstSentence(text string) string {
	if i := strings.IndexAny(text, ".!?"); i > 10 && i < 120 {
		return text[:i]
	}
	return ""
}

// wordpressFields are the fields of a post by those of the entry.
var wordpressFields = map[string]string{
	"url": "link", "headline": "title", "published": "date", "teaser": "excerpt", "body": "content",
}
