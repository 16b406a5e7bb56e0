package claims

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// IsArticle reports whether the page's meta data call it a report.
func IsArticle(d *dom.Page) bool {
	if d.Meta("og:type") == "article" || d.Meta("article:published_time") != "" {
		return true
	}
	for _, o := range LinkedData(d) {
		for _, t := range LinkedTypes(o) {
			if ArticleType(t) {
				return true
			}
		}
	}
	return false
}

// A Claim is what a page declares of one field, beside what it shows.
type Claim struct {
	Value string
	Rule  rules.Name // JSONLD, Microdata, OpenGraph, Meta, Title
	Where string
}

// Claims are the declarations of an article page, per field, most specific
// first: linked data and microdata speak of the article, OpenGraph of the
// page, <meta> often of the site.
type Claims [fieldCount][]Claim

// A Field is what is declared.
type Field int

// The fields of declarations.
const (
	noField Field = iota
	OfHeadline
	OfTitles // og:title, twitter:title, <title>: may carry a suffix
	OfDescription
	OfPublished
	OfUpdated
	OfAuthor
	OfKeywords // one per declaration; may be lists
	ofSection
	OfImage
	ofCredit
	OfSite
	OfAddress
	OfType // the types of its linked data
	fieldCount
)

func (c *Claims) add(f Field, value string, rule rules.Name, where string) {
	if value != "" && f != noField {
		c[f] = append(c[f], Claim{value, rule, where})
	}
}

// metaKeys say which field a <meta> declares. Names are in lower case.
var metaKeys = map[string]Field{
	"headline":                     OfHeadline,
	"og:title":                     OfTitles,
	"twitter:title":                OfTitles,
	"dc.title":                     OfTitles,
	"dcterms.title":                OfTitles,
	"sailthru.title":               OfTitles,
	"parsely-title":                OfTitles,
	"citation_title":               OfTitles,
	"og:description":               OfDescription,
	"description":                  OfDescription,
	"twitter:description":          OfDescription,
	"dc.description":               OfDescription,
	"dcterms.description":          OfDescription,
	"dcterms.abstract":             OfDescription,
	"article:published_time":       OfPublished,
	"og:article:published_time":    OfPublished,
	"og:published_time":            OfPublished,
	"article:published":            OfPublished,
	"og:pubdate":                   OfPublished,
	"pubdate":                      OfPublished,
	"publishdate":                  OfPublished,
	"publish-date":                 OfPublished,
	"publish_date":                 OfPublished,
	"published_time":               OfPublished,
	"publication_date":             OfPublished,
	"publicationdate":              OfPublished,
	"date":                         OfPublished,
	"date.created":                 OfPublished,
	"date.issued":                  OfPublished,
	"datepublished":                OfPublished,
	"dc.date":                      OfPublished,
	"dc.date.issued":               OfPublished,
	"dc.date.created":              OfPublished,
	"dcterms.date":                 OfPublished,
	"dcterms.issued":               OfPublished,
	"dcterms.created":              OfPublished,
	"dcterms.available":            OfPublished,
	"sailthru.date":                OfPublished,
	"parsely-pub-date":             OfPublished,
	"cxenseparse:recs:publishtime": OfPublished,
	"article.published":            OfPublished,
	"citation_publication_date":    OfPublished,
	"citation_date":                OfPublished,
	"rnews:datepublished":          OfPublished,
	"bt:pubdate":                   OfPublished,
	"article:modified_time":        OfUpdated,
	"og:updated_time":              OfUpdated,
	"og:modified_time":             OfUpdated,
	"last-modified":                OfUpdated,
	"lastmod":                      OfUpdated,
	"datemodified":                 OfUpdated,
	"dcterms.modified":             OfUpdated,
	"dc.date.modified":             OfUpdated,
	"revised":                      OfUpdated,
	"author":                       OfAuthor,
	"article:author":               OfAuthor,
	"og:article:author":            OfAuthor,
	"article:author_name":          OfAuthor,
	"book:author":                  OfAuthor,
	"dc.creator":                   OfAuthor,
	"dcterms.creator":              OfAuthor,
	"sailthru.author":              OfAuthor,
	"parsely-author":               OfAuthor,
	"citation_author":              OfAuthor,
	"byl":                          OfAuthor,
	"articleauthor":                OfAuthor,
	"article:tag":                  OfKeywords,
	"og:article:tag":               OfKeywords,
	"keywords":                     OfKeywords,
	"news_keywords":                OfKeywords,
	"sailthru.tags":                OfKeywords,
	"parsely-tags":                 OfKeywords,
	"dc.subject":                   OfKeywords,
	"dcterms.subject":              OfKeywords,
	"article:section":              ofSection,
	"og:image":                     OfImage,
	"og:image:url":                 OfImage,
	"og:image:secure_url":          OfImage,
	"twitter:image":                OfImage,
	"og:site_name":                 OfSite,
	"application-name":             OfSite,
	"publisher":                    OfSite,
	"dc.publisher":                 OfSite,
	"dcterms.publisher":            OfSite,
	"og:url":                       OfAddress,
}

// Of reads all declarations of the page.
func Of(d *dom.Page) *Claims {
	c := &Claims{}
	linkedClaims(d, c)
	microdataClaims(d, c)
	metaClaims(d, c)
	if t := d.Head.Title; t > 0 {
		c.add(OfTitles, rawText(d, t), rules.Title, "title")
	}
	for _, i := range d.Head.Links {
		if strings.EqualFold(d.Attr(i, "rel"), "canonical") {
			c.add(OfAddress, d.Attr(i, "href"), "canonical", "link[rel=canonical]")
		}
	}
	if len(c[OfSite]) > 1 { // some systems name the page in it
		c[OfSite] = slices.DeleteFunc(c[OfSite], func(s Claim) bool { return s.Where == "meta application-name" })
	}
	return c
}

// writtenBy are the labels of an author in the meta data for cards.
var writtenBy = words.Set("written_by")

func metaClaims(d *dom.Page, c *Claims) {
	for _, i := range d.Head.Metas {
		name, content := dom.MetaPair(d.Nodes[i].HTML)
		field := metaKeys[strings.ToLower(name)]
		switch {
		case field == OfDescription && endsAtQuote(d.Nodes[i].HTML):
			continue
		case field != noField:
		case strings.HasSuffix(name, ":author"):
			field = OfAuthor
		case strings.HasPrefix(name, "twitter:label") && writtenBy()[words.Fold(content)]:
			// twitter:label1 says what twitter:data1 is.
			field, name = OfAuthor, "twitter:data"+strings.TrimPrefix(name, "twitter:label")
			content = d.Meta(name)
		default:
			continue
		}
		rule := rules.Meta
		if strings.HasPrefix(name, "og:") || strings.HasPrefix(name, "article:") {
			rule = rules.OpenGraph
		}
		c.add(field, Unescape(news.Squash(content)), rule, "meta "+name)
	}
}

// endsAtQuote reports whether the content of a <meta> ends at a quotation mark
// within it that was not escaped: the words behind it became attributes.
func endsAtQuote(n *html.Node) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return strings.Contains(a.Key, `"`) })
}

// Unescape undoes the second escaping that systems put upon their meta data.
func Unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return news.Squash(html.UnescapeString(s))
}

// rawText is the text of an element that is not shown, such as <title>.
func rawText(d *dom.Page, i dom.NodeID) string {
	var b strings.Builder
	for c := d.Nodes[i].HTML.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(c.Data)
	}
	return Unescape(news.Squash(b.String()))
}

// microdataFields say which field an itemprop of an article declares.
var microdataFields = map[string]Field{
	"headline":       OfHeadline,
	"description":    OfDescription,
	"abstract":       OfDescription,
	"datePublished":  OfPublished,
	"dateCreated":    OfPublished,
	"dateModified":   OfUpdated,
	"author":         OfAuthor,
	"creator":        OfAuthor,
	"keywords":       OfKeywords,
	"articleSection": ofSection,
}

// microdataClaims reads the itemprops of the first article on the page: those
// of further ones are related or comments.
func microdataClaims(d *dom.Page, c *Claims) {
	scope := dom.NodeID(-2)
	for _, i := range d.Head.Props {
		prop := d.Attr(i, "itemprop")
		field := microdataFields[prop]
		if field == noField {
			continue
		}
		s, ok := articleScope(d, i)
		if !ok {
			continue
		}
		if scope == -2 {
			scope = s
		}
		if s != scope || field == OfAuthor && (d.Nodes[i].Above|d.Nodes[i].Hints)&(dom.HintCaption|dom.HintCredit|dom.HintRelated) != 0 {
			continue
		}
		c.add(field, microdata(d, i), rules.Microdata, d.Where(i))
	}
}

// articleScope is the itemscope that an itemprop belongs to, and whether it is
// an article's. A page that declares no type is taken at its word.
func articleScope(d *dom.Page, i dom.NodeID) (dom.NodeID, bool) {
	for p := d.Nodes[i].Parent; p >= 0; p = d.Nodes[p].Parent {
		for _, a := range d.Nodes[p].HTML.Attr {
			if a.Key == "itemtype" {
				return p, ArticleType(a.Val[strings.LastIndexByte(a.Val, '/')+1:])
			}
			if a.Key == "itemscope" && dom.AttrOf(d.Nodes[p].HTML, "itemtype") == "" {
				return p, false
			}
		}
	}
	return -1, true
}

// ArticleType reports whether a type of schema.org is a report.
func ArticleType(name string) bool {
	return strings.HasSuffix(name, "Article") || strings.HasSuffix(name, "Posting") || strings.HasSuffix(name, "BlogPost") ||
		name == "Report" || name == "CreativeWork" || name == "NewsStory"
}

// microdata is the value of an itemprop as the standard defines it; of an
// author, the name.
func microdata(d *dom.Page, i dom.NodeID) string {
	n := &d.Nodes[i]
	if v := dom.AttrOf(n.HTML, "content"); v != "" {
		return Unescape(news.Squash(v))
	}
	switch n.Tag {
	case atom.Time:
		if v := dom.AttrOf(n.HTML, "datetime"); v != "" {
			return v
		}
	case atom.Meta:
		return ""
	case atom.Link, atom.Img:
		return d.Abs(dom.AttrOf(n.HTML, "href") + dom.AttrOf(n.HTML, "src"))
	}
	for j := i + 1; j < n.End; j++ {
		if d.Nodes[j].Flags&dom.IsText == 0 && d.Attr(j, "itemprop") == "name" {
			if v := dom.AttrOf(d.Nodes[j].HTML, "content"); v != "" {
				return news.Squash(v)
			}
			return d.Text(j)
		}
	}
	return d.Text(i)
}
