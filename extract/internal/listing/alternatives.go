package listing

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// maxAlternatives is how many machine-readable sources of a page are told.
const maxAlternatives = 20

// namesNews reports whether the address of a sitemap says that it is one of news.
func namesNews(address string) bool { return strings.Contains(strings.ToLower(address), "news") }

// alternatives are the machine-readable sources that the page names, those
// with the most complete entries first.
func alternatives(d *dom.Page) []read.Alternative {
	var all []read.Alternative
	add := func(a read.Alternative) {
		known := func(other read.Alternative) bool { return other.URL == a.URL }
		if a.Kind != "" && a.URL != "" && len(all) < maxAlternatives && !slices.ContainsFunc(all, known) {
			all = append(all, a)
		}
	}
	for _, i := range d.Head.Links {
		add(declaredAlternative(d, i))
	}
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		e := &d.Nodes[i]
		if e.Flags&dom.IsText != 0 || e.Tag != atom.A || !mayBeFeed(dom.AttrOf(e.HTML, "href")) {
			continue
		}
		if address := d.Abs(dom.AttrOf(e.HTML, "href")); !aboutComments(address, "") {
			add(read.Alternative{Kind: linkedKind(address, d.Text(i)), URL: address, Title: d.Text(i)})
		}
	}
	slices.SortStableFunc(all, func(a, b read.Alternative) int {
		return slices.Index(bestKinds, a.Kind) - slices.Index(bestKinds, b.Kind)
	})
	return all
}

// declaredAlternative is what a <link> names; without a kind where it is no source.
func declaredAlternative(d *dom.Page, i dom.NodeID) read.Alternative {
	rel, title := d.Attr(i, "rel"), d.Attr(i, "title")
	a := read.Alternative{URL: d.Abs(d.Attr(i, "href")), Title: title}
	switch {
	case a.URL == "":
	case dom.HasToken(rel, "alternate"):
		if !aboutComments(a.URL, title) {
			a.Kind = alternateKind(d.Attr(i, "type"), a.URL, title)
		}
	case rel == "https://api.w.org/":
		a = read.Alternative{Kind: "wordpress", URL: strings.TrimSuffix(a.URL, "/") + "/wp/v2/posts"}
	case dom.HasToken(rel, "sitemap") && namesNews(a.URL):
		a.Kind = "news-sitemap"
	}
	return a
}

var bestKinds = []string{"atom", "rss", "json-feed", "wordpress", "news-sitemap"}

// feedKind is the kind of feed that a media type names; empty for others.
func feedKind(mediaType string) string {
	mediaType, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(mediaType)), ";")
	switch mediaType {
	case "application/rss+xml", "application/rdf+xml", "text/rss+xml":
		return "rss"
	case "application/atom+xml":
		return "atom"
	case "application/feed+json":
		return "json-feed"
	}
	return ""
}

// alternateKind is the kind of feed that a <link rel=alternate> names. Plain XML
// and JSON are feeds where address or title say so.
func alternateKind(mediaType, address, title string) string {
	if kind := feedKind(mediaType); kind != "" {
		return kind
	}
	said := strings.ToLower(address + " " + title)
	switch strings.ToLower(strings.TrimSpace(mediaType)) {
	case "application/json":
		if strings.Contains(said, "feed") && !strings.Contains(said, "/wp-json/") {
			return "json-feed"
		}
	case "text/xml", "application/xml":
		if strings.Contains(said, "atom") {
			return "atom"
		}
		if strings.Contains(said, "rss") || strings.Contains(said, "feed") {
			return "rss"
		}
	}
	return ""
}

func aboutComments(address, title string) bool {
	return ofComments(strings.ToLower(address + " " + title))
}

var ofComments = texts.Holds("comment_parts")

// mayBeFeed is a quick look at an address before linkedKind takes it apart.
func mayBeFeed(href string) bool {
	for _, word := range []string{"rss", "feed", "atom", "RSS", "Rss", "Feed", ".rdf", "type="} {
		if strings.Contains(href, word) {
			return true
		}
	}
	return false
}

// linkedKind is the kind of feed that a link in the text of a page leads to, by
// its address, or by its label where the address has a number for the form of
// the page; empty for none. Pages about feeds are none.
func linkedKind(address, label string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := strings.ToLower(strings.TrimSuffix(u.Path, "/"))
	last := path[strings.LastIndexByte(path, '/')+1:]
	name, ending, _ := strings.Cut(last, ".")
	query := u.Query()
	switch {
	case last == "atom.xml", ending == "atom":
		return "atom"
	case last == "feed.json":
		return "json-feed"
	case ending == "rss", ending == "rdf", last == "feed", last == "feed.xml", ending == "xml" && strings.HasPrefix(name, "rss"),
		namesFeed(name) && mayAnswerFeed(ending, u.RawQuery),
		query.Has("rss"), saysFeed[strings.ToLower(query.Get("format"))], saysFeed[strings.ToLower(query.Get("feed"))],
		strings.EqualFold(query.Get("type"), "rss"),
		isNumber(query.Get("type")) && strings.HasPrefix(news.Fold(label), "rss"):
		return "rss"
	}
	return ""
}

// isScript are the endings of programs that may answer with a feed.
var isScript = map[string]bool{"php": true, "aspx": true, "ashx": true, "asp": true, "do": true, "jsp": true, "cfm": true}

// saysFeed are the forms of a page that are feeds.
var saysFeed = map[string]bool{"feed": true, "rss": true, "rss2": true, "atom": true}

// namesFeed reports the name of a file or program that makes a feed.
func namesFeed(name string) bool {
	switch name {
	case "feed", "rssfeed", "newsfeed":
		return true
	}
	return len(name) < 20 && strings.HasSuffix(name, "rss")
}

// mayAnswerFeed reports the ending of a name without one, or of a program.
// Without a query rss.aspx is the page about the feeds of a site.
func mayAnswerFeed(ending, query string) bool {
	return ending == "" || isScript[ending] && (ending != "aspx" || query != "")
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// feedListing is a feed as a listing.
func feedListing(d *dom.Page) read.Listing {
	l := read.Listing{Language: d.Language, Entries: slices.Clone(d.Feed.Entries), Next: d.Feed.Next, Better: slices.Clone(d.Feed.Better)}
	l.Evidence = map[string]read.Evidence{"entries": {Rule: rules.Name(d.Feed.Kind), Where: d.Feed.Title}}
	if l.Next != "" {
		l.Evidence["next"] = read.Evidence{Rule: rules.LinkNext}
	}
	findPlaces(l.Entries)
	return l
}
