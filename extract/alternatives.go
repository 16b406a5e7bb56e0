package extract

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// alternatives are the machine-readable sources that the page names, those
// with the most complete entries first.
func (d *Document) alternatives() []Alternative {
	var all []Alternative
	add := func(kind, address, title string) {
		known := func(a Alternative) bool { return a.URL == address }
		if kind != "" && address != "" && !slices.ContainsFunc(all, known) && len(all) < 20 {
			all = append(all, Alternative{Kind: kind, URL: address, Title: title})
		}
	}
	for _, i := range d.head.links {
		rel, address := d.attr(i, "rel"), d.abs(d.attr(i, "href"))
		switch {
		case hasToken(rel, "alternate"):
			if kind := feedKind(d.attr(i, "type")); !aboutComments(address, d.attr(i, "title")) {
				add(kind, address, d.attr(i, "title"))
			}
		case rel == "https://api.w.org/" && address != "":
			add("wordpress", strings.TrimSuffix(address, "/")+"/wp/v2/posts", "")
		case hasToken(rel, "sitemap") && strings.Contains(strings.ToLower(address), "news"):
			add("news-sitemap", address, d.attr(i, "title"))
		}
	}
	for i := d.body; i < d.nodes[d.body].end; i++ {
		if e := &d.nodes[i]; e.flags&isText == 0 && e.tag == atom.A && mayBeFeed(attrOf(e.n, "href")) {
			if address := d.abs(attrOf(e.n, "href")); linkedFeed(address) && !aboutComments(address, "") {
				add("rss", address, d.text(i))
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Alternative) int {
		return slices.Index(bestKinds, a.Kind) - slices.Index(bestKinds, b.Kind)
	})
	return all
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

func aboutComments(address, title string) bool {
	lower := strings.ToLower(address + " " + title)
	return strings.Contains(lower, "comment") || strings.Contains(lower, "kommentar")
}

// mayBeFeed is a quick look at an address before linkedFeed takes it apart.
func mayBeFeed(href string) bool {
	for _, word := range []string{"rss", "feed", "atom", "RSS", "Rss", "Feed"} {
		if strings.Contains(href, word) {
			return true
		}
	}
	return false
}

// linkedFeed reports whether an address in the text of a page is a feed's by
// its ending.
func linkedFeed(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	path := strings.ToLower(strings.TrimSuffix(u.Path, "/"))
	last := path[strings.LastIndexByte(path, '/')+1:]
	switch {
	case strings.HasSuffix(last, ".rss"), strings.HasSuffix(last, ".atom"), strings.HasPrefix(last, "rss") && (len(last) == 3 || strings.ContainsAny(last, ".")), last == "feed", last == "atom.xml", last == "feed.xml":
		return true
	}
	return u.Query().Has("rss") || strings.EqualFold(u.Query().Get("format"), "feed") || strings.EqualFold(u.Query().Get("type"), "rss")
}

// feedListing is a feed as a listing.
func (d *Document) feedListing() Listing {
	l := Listing{Language: d.language, Entries: slices.Clone(d.feed.entries), Next: d.feed.next}
	l.Evidence = map[string]Evidence{"entries": {Rule: d.feed.kind, Where: d.feed.title}}
	if l.Next != "" {
		l.Evidence["next"] = Evidence{Rule: "link rel=next"}
	}
	d.findPlaces(l.Entries)
	return l
}
