package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// A claim is what a page declares of one field, beside what it shows.
type claim struct {
	value string
	rule  rules.Name // JSONLD, Microdata, OpenGraph, Meta, Title
	where string
}

// claims are the declarations of an article page, per field, most specific
// first: linked data and microdata speak of the article, OpenGraph of the
// page, <meta> often of the site.
type claims [fieldCount][]claim

// A field is what is declared.
type field int

// The fields of declarations.
const (
	noField field = iota
	ofHeadline
	ofTitles // og:title, twitter:title, <title>: may carry a suffix
	ofDescription
	ofPublished
	ofUpdated
	ofAuthor
	ofKeywords // one per declaration; may be lists
	ofSection
	ofImage
	ofCredit
	ofSite
	ofAddress
	ofType // the types of its linked data
	fieldCount
)

func (c *claims) add(f field, value string, rule rules.Name, where string) {
	if value != "" && f != noField {
		c[f] = append(c[f], claim{value, rule, where})
	}
}

// metaKeys say which field a <meta> declares. Names are in lower case.
var metaKeys = map[string]field{
	"og:title":                     ofTitles,
	"twitter:title":                ofTitles,
	"dc.title":                     ofTitles,
	"dcterms.title":                ofTitles,
	"sailthru.title":               ofTitles,
	"og:description":               ofDescription,
	"description":                  ofDescription,
	"twitter:description":          ofDescription,
	"dc.description":               ofDescription,
	"dcterms.description":          ofDescription,
	"dcterms.abstract":             ofDescription,
	"article:published_time":       ofPublished,
	"og:article:published_time":    ofPublished,
	"og:published_time":            ofPublished,
	"article:published":            ofPublished,
	"og:pubdate":                   ofPublished,
	"pubdate":                      ofPublished,
	"publishdate":                  ofPublished,
	"publish-date":                 ofPublished,
	"publish_date":                 ofPublished,
	"published_time":               ofPublished,
	"publication_date":             ofPublished,
	"publicationdate":              ofPublished,
	"date":                         ofPublished,
	"date.created":                 ofPublished,
	"date.issued":                  ofPublished,
	"datepublished":                ofPublished,
	"dc.date":                      ofPublished,
	"dc.date.issued":               ofPublished,
	"dc.date.created":              ofPublished,
	"dcterms.date":                 ofPublished,
	"dcterms.issued":               ofPublished,
	"dcterms.created":              ofPublished,
	"dcterms.available":            ofPublished,
	"sailthru.date":                ofPublished,
	"parsely-pub-date":             ofPublished,
	"cxenseparse:recs:publishtime": ofPublished,
	"article.published":            ofPublished,
	"citation_publication_date":    ofPublished,
	"citation_date":                ofPublished,
	"rnews:datepublished":          ofPublished,
	"bt:pubdate":                   ofPublished,
	"article:modified_time":        ofUpdated,
	"og:updated_time":              ofUpdated,
	"og:modified_time":             ofUpdated,
	"last-modified":                ofUpdated,
	"lastmod":                      ofUpdated,
	"datemodified":                 ofUpdated,
	"dcterms.modified":             ofUpdated,
	"dc.date.modified":             ofUpdated,
	"revised":                      ofUpdated,
	"author":                       ofAuthor,
	"article:author":               ofAuthor,
	"og:article:author":            ofAuthor,
	"article:author_name":          ofAuthor,
	"book:author":                  ofAuthor,
	"dc.creator":                   ofAuthor,
	"dcterms.creator":              ofAuthor,
	"sailthru.author":              ofAuthor,
	"parsely-author":               ofAuthor,
	"citation_author":              ofAuthor,
	"byl":                          ofAuthor,
	"articleauthor":                ofAuthor,
	"article:tag":                  ofKeywords,
	"og:article:tag":               ofKeywords,
	"keywords":                     ofKeywords,
	"news_keywords":                ofKeywords,
	"sailthru.tags":                ofKeywords,
	"parsely-tags":                 ofKeywords,
	"dc.subject":                   ofKeywords,
	"dcterms.subject":              ofKeywords,
	"article:section":              ofSection,
	"og:image":                     ofImage,
	"og:image:url":                 ofImage,
	"og:image:secure_url":          ofImage,
	"twitter:image":                ofImage,
	"og:site_name":                 ofSite,
	"application-name":             ofSite,
	"publisher":                    ofSite,
	"dc.publisher":                 ofSite,
	"dcterms.publisher":            ofSite,
	"og:url":                       ofAddress,
}

// claims reads all declarations of the page.
func (d *Document) claims() *claims {
	c := &claims{}
	d.linkedClaims(c)
	d.microdataClaims(c)
	d.metaClaims(c)
	if t := d.head.title; t > 0 {
		c.add(ofTitles, d.rawText(t), rules.Title, "title")
	}
	for _, i := range d.head.links {
		if strings.EqualFold(d.attr(i, "rel"), "canonical") {
			c.add(ofAddress, d.attr(i, "href"), "canonical", "link[rel=canonical]")
		}
	}
	if len(c[ofSite]) > 1 { // some systems name the page in it
		c[ofSite] = slices.DeleteFunc(c[ofSite], func(s claim) bool { return s.where == "meta application-name" })
	}
	return c
}

// writtenBy are the labels of an author in the meta data for cards.
var writtenBy = map[string]bool{
	"written by": true, "verfasst von": true, "geschrieben von": true, "von": true, "author": true, "autor": true, "by": true, "écrit par": true, "scritto da": true, "escrito por": true,
	"geschreven door": true, "skrevet af": true, "skrevet av": true, "skriven av": true, "napisane przez": true, "napsal(a)": true,
}

func (d *Document) metaClaims(c *claims) {
	for _, i := range d.head.metas {
		name, content := metaPair(d.nodes[i].n)
		field := metaKeys[strings.ToLower(name)]
		switch {
		case field == ofDescription && endsAtQuote(d.nodes[i].n):
			continue
		case field != noField:
		case strings.HasSuffix(name, ":author"):
			field = ofAuthor
		case strings.HasPrefix(name, "twitter:label") && writtenBy[strings.ToLower(content)]:
			// twitter:label1 says what twitter:data1 is.
			field, name = ofAuthor, "twitter:data"+strings.TrimPrefix(name, "twitter:label")
			content = d.meta(name)
		default:
			continue
		}
		rule := rules.Meta
		if strings.HasPrefix(name, "og:") || strings.HasPrefix(name, "article:") {
			rule = rules.OpenGraph
		}
		c.add(field, unescape(news.Squash(content)), rule, "meta "+name)
	}
}

// endsAtQuote reports whether the content of a <meta> ends at a quotation mark
// within it that was not escaped: the words behind it became attributes.
func endsAtQuote(n *html.Node) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return strings.Contains(a.Key, `"`) })
}

// unescape undoes the second escaping that systems put upon their meta data.
func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return news.Squash(html.UnescapeString(s))
}

// rawText is the text of an element that is not shown, such as <title>.
func (d *Document) rawText(i nodeID) string {
	var b strings.Builder
	for c := d.nodes[i].n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(c.Data)
	}
	return unescape(news.Squash(b.String()))
}

// microdataFields say which field an itemprop of an article declares.
var microdataFields = map[string]field{
	"headline":       ofHeadline,
	"description":    ofDescription,
	"abstract":       ofDescription,
	"datePublished":  ofPublished,
	"dateCreated":    ofPublished,
	"dateModified":   ofUpdated,
	"author":         ofAuthor,
	"creator":        ofAuthor,
	"keywords":       ofKeywords,
	"articleSection": ofSection,
}

// microdataClaims reads the itemprops of the first article on the page: those
// of further ones are related or comments.
func (d *Document) microdataClaims(c *claims) {
	scope := nodeID(-2)
	for _, i := range d.head.props {
		prop := d.attr(i, "itemprop")
		field := microdataFields[prop]
		if field == noField {
			continue
		}
		s, ok := d.articleScope(i)
		if !ok {
			continue
		}
		if scope == -2 {
			scope = s
		}
		if s != scope || field == ofAuthor && (d.nodes[i].above|d.nodes[i].hints)&(hintCaption|hintCredit|hintRelated) != 0 {
			continue
		}
		c.add(field, d.microdata(i), rules.Microdata, d.where(i))
	}
}

// articleScope is the itemscope that an itemprop belongs to, and whether it is
// an article's. A page that declares no type is taken at its word.
func (d *Document) articleScope(i nodeID) (nodeID, bool) {
	for p := d.nodes[i].parent; p >= 0; p = d.nodes[p].parent {
		for _, a := range d.nodes[p].n.Attr {
			if a.Key == "itemtype" {
				return p, articleType(a.Val[strings.LastIndexByte(a.Val, '/')+1:])
			}
			if a.Key == "itemscope" && attrOf(d.nodes[p].n, "itemtype") == "" {
				return p, false
			}
		}
	}
	return -1, true
}

// articleType reports whether a type of schema.org is a report.
func articleType(name string) bool {
	return strings.HasSuffix(name, "Article") || strings.HasSuffix(name, "Posting") || strings.HasSuffix(name, "BlogPost") || name == "Report" || name == "CreativeWork" || name == "NewsStory"
}

// microdata is the value of an itemprop as the standard defines it; of an
// author, the name.
func (d *Document) microdata(i nodeID) string {
	n := &d.nodes[i]
	if v := attrOf(n.n, "content"); v != "" {
		return unescape(news.Squash(v))
	}
	switch n.tag {
	case atom.Time:
		if v := attrOf(n.n, "datetime"); v != "" {
			return v
		}
	case atom.Meta:
		return ""
	case atom.Link, atom.Img:
		return d.abs(attrOf(n.n, "href") + attrOf(n.n, "src"))
	}
	for j := i + 1; j < n.end; j++ {
		if d.nodes[j].flags&isText == 0 && d.attr(j, "itemprop") == "name" {
			if v := attrOf(d.nodes[j].n, "content"); v != "" {
				return news.Squash(v)
			}
			return d.text(j)
		}
	}
	return d.text(i)
}
