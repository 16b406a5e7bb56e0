package feedout

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"github.com/stadtfeed/stadtfeed/news"
)

// A node is an element of a parsed document, names with the prefix that we use.
type node struct {
	name     string
	attrs    map[string]string
	text     string
	children []*node
}

// prefixes are the name spaces that the W3C validator knows, by our prefix.
var prefixes = map[string]string{
	"http://purl.org/rss/1.0/modules/content/":     "content:",
	"http://purl.org/dc/elements/1.1/":             "dc:",
	"http://purl.org/rss/1.0/modules/syndication/": "sy:",
	"http://search.yahoo.com/mrss/":                "media:",
	"http://purl.org/syndication/history/1.0":      "fh:",
	"http://www.w3.org/2005/Atom":                  "atom:",
	"http://www.w3.org/XML/1998/namespace":         "xml:",
	"":                                             "",
}

// parseXML reads a document with encoding/xml in strict mode.
func parseXML(doc []byte) (*node, error) {
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if len(root.children) != 1 {
				return nil, fmt.Errorf("%d root elements", len(root.children))
			}
			return root.children[0], nil
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			prefix, ok := prefixes[token.Name.Space]
			if !ok {
				return nil, fmt.Errorf("unknown name space %q", token.Name.Space)
			}
			n := &node{name: prefix + token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				n.attrs[prefixes[a.Name.Space]+a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
}

func (n *node) all(name string) []*node {
	var list []*node
	for _, c := range n.children {
		if c.name == name {
			list = append(list, c)
		}
	}
	return list
}

func (n *node) first(name string) *node {
	if list := n.all(name); len(list) > 0 {
		return list[0]
	}
	return &node{attrs: map[string]string{}}
}

// A rulebook gathers what the W3C Feed Validation Service would say, errors
// and warnings alike.
type rulebook struct {
	said []string
}

func (r *rulebook) unless(ok bool, format string, args ...any) {
	if !ok {
		r.said = append(r.said, fmt.Sprintf(format, args...))
	}
}

var (
	mimeRule   = regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$`)
	langRule   = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
	endTagRule = regexp.MustCompile(`</?\w+[^>]*>`)
	entityRule = regexp.MustCompile(`&#?[\pL\pN_]+`)
)

func (r *rulebook) webURL(what, s string) {
	u, err := url.Parse(s)
	r.unless(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && isASCII(s) && !strings.ContainsAny(s, " <>\"{}|\\^`"), "%s: %q is no full http address", what, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// noHTML is the validator's ContainsHTML (RSS) and ContainsUndeclaredHTML
// (Atom): end tags of HTML, and anything that looks like an entity.
func (r *rulebook) noHTML(what, s string) {
	r.unless(!endTagRule.MatchString(s), "%s: %q contains HTML", what, s)
	for _, e := range entityRule.FindAllString(s, -1) {
		name := e[1:]
		r.unless(html.UnescapeString("&"+name+";") == "&"+name+";" && strings.IndexFunc(name, func(c rune) bool { return !unicode.IsLetter(c) }) < 0,
			"%s: %q contains the entity %s", what, s, e)
	}
	r.characters(what, s)
}

// characters is the validator's BadCharacters.
func (r *rulebook) characters(what, s string) {
	bad := strings.IndexFunc(s, func(c rune) bool { return c >= 0x80 && c <= 0x9f || c == 0xfffd })
	r.unless(bad < 0, "%s: %q has a bad character", what, s)
}

// textConstruct is the validator's rule for texts of Atom.
func (r *rulebook) textConstruct(n *node) {
	if n.name == "" {
		return
	}
	r.unless(n.text != "", "%s is blank", n.name)
	if t := n.attrs["type"]; t == "" || t == "text" {
		r.noHTML(n.name, n.text)
	} else {
		r.unless(t == "html", "%s has type %q", n.name, t)
		r.characters(n.name, n.text)
	}
}

// language is the validator's InvalidLanguage.
func (r *rulebook) language(what, tag string) {
	_, err := language.Parse(tag)
	r.unless(err == nil && langRule.MatchString(tag), "%s: language %q", what, tag)
}

func (r *rulebook) once(n *node, required bool, names ...string) {
	for _, name := range names {
		count := len(n.all(name))
		r.unless(count <= 1, "%s: %d %s", n.name, count, name)
		r.unless(count == 1 || !required, "%s: no %s", n.name, name)
	}
}

// checkRSS encodes the RSS 2.0 specification, the best practices profile and
// the warnings of the validator's source for what we write.
func checkRSS(doc []byte, r *rulebook) {
	root, err := parseXML(doc)
	if err != nil {
		r.unless(false, "not well-formed: %v", err)
		return
	}
	r.unless(root.name == "rss" && root.attrs["version"] == "2.0", "root is %s %v", root.name, root.attrs)
	c := root.first("channel")
	r.once(c, true, "title", "link", "description", "language", "lastBuildDate", "ttl", "image", "generator")
	r.once(c, false, "copyright", "fh:archive", "sy:updatePeriod", "sy:updateFrequency")
	r.webURL("channel link", c.first("link").text)
	r.noHTML("channel title", c.first("title").text)
	r.noHTML("channel description", c.first("description").text)
	r.noHTML("copyright", c.first("copyright").text)
	r.language("channel", c.first("language").text)
	r.rfc822("lastBuildDate", c.first("lastBuildDate").text)
	ttl, err := strconv.Atoi(c.first("ttl").text)
	r.unless(err == nil && ttl > 0, "ttl %q", c.first("ttl").text)
	image := c.first("image")
	r.unless(image.first("title").text == c.first("title").text, "image title is not the channel's")
	r.unless(image.first("link").text == c.first("link").text, "image link is not the channel's")
	r.webURL("image url", image.first("url").text)
	self := 0
	for _, l := range c.all("atom:link") {
		r.webURL("atom:link "+l.attrs["rel"], l.attrs["href"])
		if l.attrs["rel"] == "self" {
			self++
		}
	}
	r.unless(self == 1, "%d self links", self)
	guids := map[string]bool{}
	for _, item := range c.all("item") {
		r.rssItem(item)
		guid := item.first("guid").text
		r.unless(!guids[guid], "guid %q twice", guid)
		guids[guid] = true
	}
}

func (r *rulebook) rssItem(item *node) {
	r.once(item, true, "title", "link", "description", "guid", "pubDate")
	r.once(item, false, "content:encoded", "enclosure", "source", "dc:creator", "dc:language", "atom:updated", "media:content")
	r.unless(item.first("guid").attrs["isPermaLink"] == "false" && item.first("guid").text != "", "guid %v", item.first("guid").attrs)
	r.webURL("item link", item.first("link").text)
	r.unless(strings.TrimSpace(item.first("title").text) != "", "empty title")
	r.noHTML("item title", item.first("title").text)
	r.rfc822("pubDate", item.first("pubDate").text)
	for _, e := range item.all("enclosure") {
		r.webURL("enclosure", e.attrs["url"])
		n, err := strconv.ParseInt(e.attrs["length"], 10, 64)
		r.unless(err == nil && n >= 0, "enclosure length %q", e.attrs["length"])
		r.unless(mimeRule.MatchString(e.attrs["type"]), "enclosure type %q", e.attrs["type"])
	}
	for _, s := range item.all("source") {
		r.webURL("source", s.attrs["url"])
		r.unless(s.text != "", "empty source")
		r.noHTML("source", s.text)
	}
	r.media(item)
	for _, c := range item.all("category") {
		r.unless(c.text != "" && c.attrs["domain"] != "", "category %q %v", c.text, c.attrs)
		r.noHTML("category", c.text)
	}
	for _, u := range item.all("atom:updated") {
		r.rfc3339("atom:updated", u.text)
	}
	for _, l := range item.all("dc:language") {
		r.language("dc:language", l.text)
	}
	for _, l := range item.all("dc:creator") {
		r.unless(l.text != "", "empty dc:creator")
	}
}

// rfc822 and rfc3339 are the validator's rules for dates; those of a distant
// past or of the future are implausible to it.
func (r *rulebook) rfc822(what, s string) {
	t, err := time.Parse(time.RFC1123Z, s)
	r.unless(err == nil && r.plausible(t), "%s %q", what, s)
}

func (r *rulebook) rfc3339(what, s string) {
	t, err := time.Parse(time.RFC3339Nano, s)
	r.unless(err == nil && r.plausible(t), "%s %q", what, s)
}

func (r *rulebook) plausible(t time.Time) bool {
	return t.Year() >= 1990 && t.Before(noon.AddDate(0, 2, 0)) // the latest of the hostile items
}

func (r *rulebook) media(n *node) {
	for _, m := range n.all("media:content") {
		r.webURL("media:content", m.attrs["url"])
		r.unless(m.attrs["medium"] == "image", "medium %q", m.attrs["medium"])
		r.characters("media:credit", m.first("media:credit").text)
	}
}

// checkAtom encodes RFC 4287 and the warnings of the validator.
func checkAtom(doc []byte, r *rulebook) {
	root, err := parseXML(doc)
	if err != nil {
		r.unless(false, "not well-formed: %v", err)
		return
	}
	r.unless(root.name == "atom:feed" && langRule.MatchString(root.attrs["xml:lang"]), "root is %s %v", root.name, root.attrs)
	r.once(root, true, "atom:title", "atom:id", "atom:updated", "atom:author", "atom:generator", "atom:icon")
	r.once(root, false, "atom:rights", "atom:subtitle", "atom:logo", "fh:archive")
	r.unless(root.first("atom:author").first("atom:name").text != "", "no author name")
	r.rfc3339("feed updated", root.first("atom:updated").text)
	r.webURL("feed id", root.first("atom:id").text)
	for _, name := range []string{"atom:title", "atom:subtitle", "atom:rights"} {
		r.textConstruct(root.first(name))
	}
	r.atomLinks(root, true)
	ids, updates := map[string]bool{}, map[string]bool{}
	for _, e := range root.all("atom:entry") {
		r.atomEntry(e)
		id, at := e.first("atom:id").text, e.first("atom:updated").text
		r.unless(!ids[id], "id %q twice", id)
		r.unless(!updates[at], "two entries updated at %s", at)
		ids[id], updates[at] = true, true
	}
}

// relations are the link relations that the validator knows and we use.
var relations = []string{"alternate", "current", "enclosure", "hub", "next", "prev-archive", "self"}

func (r *rulebook) atomLinks(n *node, self bool) {
	rels := map[string]int{}
	for _, l := range n.all("atom:link") {
		r.unless(slices.Contains(relations, l.attrs["rel"]), "unregistered relation %q", l.attrs["rel"])
		if t, ok := l.attrs["title"]; ok {
			r.unless(t != "", "blank link title")
			r.noHTML("link title", t)
		}
		r.webURL("link "+l.attrs["rel"], l.attrs["href"])
		rels[l.attrs["rel"]]++
		if t, ok := l.attrs["type"]; ok {
			r.unless(mimeRule.MatchString(t), "link type %q", t)
		}
		if n, ok := l.attrs["length"]; ok {
			_, err := strconv.ParseUint(n, 10, 63)
			r.unless(err == nil, "link length %q", n)
		}
	}
	r.unless(rels["alternate"] == 1, "%s: %d alternate links", n.name, rels["alternate"])
	r.unless(!self || rels["self"] == 1, "%d self links", rels["self"])
}

func (r *rulebook) atomEntry(e *node) {
	r.once(e, true, "atom:title", "atom:id", "atom:updated", "atom:published")
	r.once(e, false, "atom:summary", "atom:content", "atom:source", "atom:rights", "media:content")
	r.atomLinks(e, false)
	id := e.first("atom:id").text
	r.unless(strings.HasPrefix(id, "urn:uuid:") && len(id) == 45, "entry id %q", id)
	r.unless(len(e.all("atom:summary"))+len(e.all("atom:content")) > 0, "neither summary nor content")
	r.unless(strings.TrimSpace(e.first("atom:title").text) != "", "empty title")
	for _, name := range []string{"atom:title", "atom:summary", "atom:content"} {
		r.textConstruct(e.first(name))
	}
	if tag, ok := e.attrs["xml:lang"]; ok {
		r.language("entry", tag)
	}
	r.rfc3339("updated", e.first("atom:updated").text)
	r.rfc3339("published", e.first("atom:published").text)
	for _, c := range e.all("atom:category") {
		r.unless(c.attrs["term"] != "" && c.attrs["scheme"] != "", "category %v", c.attrs)
		r.noHTML("term", c.attrs["term"])
		r.webURL("scheme", c.attrs["scheme"])
	}
	r.media(e)
	for _, s := range e.all("atom:source") {
		r.once(s, true, "atom:id", "atom:title", "atom:updated", "atom:author")
	}
	for _, a := range e.all("atom:author") {
		r.unless(a.first("atom:name").text != "", "author without name")
		r.noHTML("author", a.first("atom:name").text)
	}
}

// checkJSON encodes the JSON Feed 1.1 specification.
func checkJSON(doc []byte, r *rulebook) {
	var d struct {
		Version     string                       `json:"version"`
		Title       string                       `json:"title"`
		HomePageURL string                       `json:"home_page_url"`
		FeedURL     string                       `json:"feed_url"`
		Author      *struct{}                    `json:"author"`
		Authors     []struct{ Name, URL string } `json:"authors"`
		Language    string                       `json:"language"`
		Items       *[]struct {
			ID          string                     `json:"id"`
			URL         string                     `json:"url"`
			HTML        *string                    `json:"content_html"`
			Text        *string                    `json:"content_text"`
			Image       *string                    `json:"image"`
			Published   string                     `json:"date_published"`
			Modified    *string                    `json:"date_modified"`
			Author      *struct{}                  `json:"author"`
			Tags        []string                   `json:"tags"`
			Language    *string                    `json:"language"`
			Stadtfeed   map[string]json.RawMessage `json:"_stadtfeed"`
			Attachments []struct {
				URL  string `json:"url"`
				Type string `json:"mime_type"`
				Size *int64 `json:"size_in_bytes"`
			} `json:"attachments"`
		} `json:"items"`
	}
	if err := json.Unmarshal(doc, &d); err != nil {
		r.unless(false, "no JSON: %v", err)
		return
	}
	r.unless(d.Version == "https://jsonfeed.org/version/1.1" && d.Title != "" && d.Items != nil, "head %+v", d)
	if d.Items == nil {
		return
	}
	r.unless(d.Author == nil, "the deprecated author")
	r.unless(langRule.MatchString(d.Language), "language %q", d.Language)
	r.webURL("home_page_url", d.HomePageURL)
	r.webURL("feed_url", d.FeedURL)
	ids := map[string]bool{}
	for _, it := range *d.Items {
		r.unless(it.ID != "" && !ids[it.ID], "id %q", it.ID)
		ids[it.ID] = true
		r.unless((it.HTML == nil) != (it.Text == nil), "item %s has both or neither content", it.ID)
		r.webURL("url", it.URL)
		r.rfc3339("date_published", it.Published)
		r.unless(it.Author == nil, "the deprecated author")
		if it.Modified != nil {
			r.rfc3339("date_modified", *it.Modified)
		}
		if it.Image != nil {
			r.webURL("image", *it.Image)
		}
		for _, a := range it.Attachments {
			r.unless(a.Size == nil || *a.Size > 0, "attachment size %v", a.Size)
			r.webURL("attachment", a.URL)
			r.unless(mimeRule.MatchString(a.Type), "attachment type %q", a.Type)
		}
	}
}

// checkCSV holds RFC 4180: a header, as many fields in every row, CRLF at the
// ends of lines; and that no cell is a formula.
func checkCSV(doc []byte, r *rulebook) {
	rows, err := csv.NewReader(bytes.NewReader(doc)).ReadAll()
	r.unless(err == nil && len(rows) > 0 && rows[0][0] == "id", "no table: %v", err)
	r.unless(bytes.HasSuffix(doc, []byte("\r\n")), "does not end with CRLF")
	for _, row := range rows {
		for _, cell := range row {
			r.unless(noFormula(cell) == cell, "formula %q", cell)
		}
	}
}

// check validates a document by its form.
func check(f form, doc []byte) []string {
	r := &rulebook{}
	switch f {
	case rss:
		checkRSS(doc, r)
	case atom:
		checkAtom(doc, r)
	case csvTable:
		checkCSV(doc, r)
	default:
		checkJSON(doc, r)
	}
	return r.said
}

// TestNoFuture holds that no feed names a day to come, whatever the page says.
func TestNoFuture(t *testing.T) {
	f := &fakeArchive{}
	soon := noon.AddDate(0, 5, 0)
	f.add(news.Item{
		Sources: []string{"kassel"}, Headline: "Vorab", Published: news.Moment{Time: soon, Precision: news.Day}, Shown: soon, FirstSeen: noon,
		Updated: news.Moment{Time: soon.Add(time.Hour), Precision: news.Minute}, Changed: noon,
	})
	s := newServer(t, f)
	for ending, as := range forms {
		for _, said := range check(as, get(t, s, "/all"+ending).Body.Bytes()) {
			t.Errorf("/all%s: %s", ending, said)
		}
	}
}

func TestValid(t *testing.T) {
	for name, archive := range map[string]*fakeArchive{"empty": {}, "sample": sample(t)} {
		s := newServer(t, archive)
		for _, query := range []string{"", "?full=0", "?limit=1", "?before=100"} {
			for ending, f := range forms {
				for _, said := range check(f, get(t, s, "/all"+ending+query).Body.Bytes()) {
					t.Errorf("%s /all%s%s: %s", name, ending, query, said)
				}
			}
		}
		for _, said := range check(rss, get(t, s, "/status.rss").Body.Bytes()) {
			t.Errorf("%s /status.rss: %s", name, said)
		}
	}
}
