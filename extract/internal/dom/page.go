package dom

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// MaxBody is the largest page, in bytes after decoding, that is read. Parsing
// cannot be cancelled, and megabytes of unclosed tags cost seconds.
const MaxBody = 3 << 20

var (
	// ErrTooLarge says that a page is larger than MaxBody.
	ErrTooLarge = errors.New("page is larger than 3 MiB")
	// ErrTooDeep says that the tags of a page are nested beyond what is read.
	ErrTooDeep = errors.New("tags are nested too deep")
	// ErrEmpty says that there is nothing on a page.
	ErrEmpty = errors.New("page is empty")
)

// A Page is a page that was parsed once and can be read as a listing or as
// an article. It is not safe for concurrent use.
type Page struct {
	Page     read.Page
	Options  read.Options
	Base     *url.URL // of relative links; honours <base>
	Language string   // BCP 47; empty: neither said nor recognised
	dating   string   // language, with the country by whose habit dates are read
	root     *html.Node

	Nodes []Node  // all elements and visible text, in document order
	Body  NodeID  // the <body>
	Head  Headers // what <head> and its like declare

	Preset *read.Preset // named by the options or recognised; nil: none
	Feed   *read.Feed   // what the bytes are instead of HTML; nil: they are HTML

	dates *dates.Scanner // made for the first text in which dates are looked for
	kept  map[any]any    // by memo
}

// A Memo is what is found of a page once and kept with it.
//
//	var linked memo[[]object]
//	objects := linked.Of(d, findLinked)
type Memo[T any] struct{ _ byte } // of some size, so that each has an address of its own

// Of is what find finds on a page; from the second time on it is remembered.
func (m *Memo[T]) Of(d *Page, find func(*Page) T) T {
	if found, ok := d.kept[m].(T); ok {
		return found
	}
	found := find(d)
	if d.kept == nil {
		d.kept = make(map[any]any, 4)
	}
	d.kept[m] = found
	return found
}

// Headers are the declarations of a page, in document order.
type Headers struct {
	Title   NodeID   // the first <title>; 0: none
	Metas   []NodeID // <meta>
	Links   []NodeID // <link>
	Linked  []NodeID // <script type="application/ld+json">
	Times   []NodeID // <time>
	Heads   []NodeID // <h1> … <h6>
	Props   []NodeID // elements with itemprop
	Rels    []NodeID // <a> with rel
	Anchors int      // number of links with an address
}

// DecodePage is the text of a page in UTF-8. Its errors are ErrTooLarge,
// ErrEmpty and those of Decode.
func DecodePage(p read.Page, o read.Options) ([]byte, error) {
	text, _, err := decode(p.Body, p.ContentType, o.Charset)
	switch {
	case err != nil:
		return nil, err
	case len(text) > MaxBody:
		return nil, fmt.Errorf("%w (%d bytes)", ErrTooLarge, len(text))
	case len(bytes.TrimSpace(text)) == 0:
		return nil, ErrEmpty
	}
	return text, nil
}

// New is the page that a text in UTF-8 makes. An empty page carries a
// feed, so that every reader has one. Its error wraps ErrTooDeep.
func New(p read.Page, o read.Options, text []byte, feed *read.Feed) (*Page, error) {
	if feed != nil {
		text = nil
	}
	d, err := ParseHTML(p, o, text)
	if err != nil {
		return nil, err
	}
	d.Feed = feed
	d.Language = d.findLanguage()
	d.dating = d.dateLanguage()
	return d, nil
}

// ParseHTML parses and indexes a page, or a part of one.
func ParseHTML(p read.Page, o read.Options, text []byte) (*Page, error) {
	seen := prescanOf(text)
	if seen.unread >= len(text)/8 {
		text = cutScripts(text)
	}
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		// The parser's only complaint about a reader that cannot fail.
		return nil, fmt.Errorf("%w: %w", ErrTooDeep, err)
	}
	if seen.breaks {
		partBreaks(root)
	}
	if seen.tables && holdsTableData(text) {
		fillTables(root)
	}
	d := &Page{Page: p, Options: o, root: root}
	d.index(seen.nodes)
	d.Base = d.findBase()
	return d, nil
}

// An prescan is what a quick look at the bytes of a page tells.
type prescan struct {
	nodes    int  // about how many elements and texts there are
	breaks   bool // whether there may be a <br>
	tables   bool // whether there may be a <table>
	unread   int  // about how many bytes of scripts and style sheets can be cut
	unclosed bool // whether one of these has no end
}

// prescanOf goes over the bytes of a page.
func prescanOf(text []byte) prescan {
	var o prescan
	for i := bytes.IndexByte(text, '<'); i >= 0; i = bytes.IndexByte(text, '<') {
		if endsInText(text[:i]) {
			o.nodes++
		}
		if text = text[i+1:]; len(text) < 2 {
			break
		}
		c := text[0] | 0x20
		if c >= 'a' && c <= 'z' {
			o.nodes++
		}
		o.breaks = o.breaks || c == 'b' && text[1]|0x20 == 'r'
		o.tables = o.tables || c == 't' && text[1]|0x20 == 'a'
		if c == 's' && !o.unclosed {
			text = o.passScript(text)
		}
	}
	return o
}

// endsInText reports whether there is more than white space behind a tag.
func endsInText(tag []byte) bool {
	i := len(tag) - 1
	for i >= 0 && tag[i] <= ' ' {
		i--
	}
	return i >= 0 && tag[i] != '>'
}

// passScript passes over a script or style sheet whose tag a text begins with.
func (o *prescan) passScript(text []byte) []byte {
	name, kept := "script", scriptKept
	if text[1]|0x20 == 't' {
		name, kept = "style", styleKept
	}
	if len(text) < len(name) || !strings.EqualFold(string(text[:len(name)]), name) {
		return text
	}
	end := rawEnd(text, 0, name)
	if end < 0 {
		o.unclosed = true
		return text
	}
	o.nodes++
	o.unread += max(0, end-kept)
	return text[end:]
}

// findBase is the address that relative links refer to.
func (d *Page) findBase() *url.URL {
	base, err := url.Parse(strings.TrimSpace(d.Page.URL))
	if err != nil {
		base = &url.URL{}
	}
	for i := NodeID(0); i < d.Body; i++ {
		if d.Nodes[i].Tag != atom.Base {
			continue
		}
		if ref, err := url.Parse(strings.TrimSpace(d.Attr(i, "href"))); err == nil && ref.String() != "" {
			if joined := base.ResolveReference(ref); joined.Scheme == "http" || joined.Scheme == "https" {
				return joined
			}
		}
		break
	}
	return base
}

// Abs makes an address of the page absolute. It is empty for whatever is not
// reached over http or https.
func (d *Page) Abs(ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || strings.HasPrefix(ref, "data:") || strings.HasPrefix(ref, "javascript:") {
		return ""
	}
	if strings.ContainsAny(ref, "\n\r\t") {
		ref = strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(ref)
	}
	if isPlainAddress(ref) {
		return ref
	}
	if d.Base.User == nil && isOfWeb(d.Base) && IsPlainPath(ref) {
		return d.Base.Scheme + "://" + d.Base.Host + ref
	}
	u, err := url.Parse(ref)
	if err != nil {
		u, err = url.Parse((&url.URL{Path: ref}).EscapedPath())
		if err != nil {
			return ""
		}
	}
	u = d.Base.ResolveReference(u)
	if !isOfWeb(u) {
		return ""
	}
	return u.String()
}

// isOfWeb reports an absolute address that is reached over http or https.
func isOfWeb(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

// isPlainAddress reports an absolute address that resolves to itself.
func isPlainAddress(ref string) bool {
	host, found := strings.CutPrefix(ref, "https://")
	if !found {
		if host, found = strings.CutPrefix(ref, "http://"); !found {
			return false
		}
	}
	for i := range len(host) {
		switch c := host[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '.':
		default:
			return c == '/' && i > 0 && (host[i:] == "/" || IsPlainPath(host[i:]))
		}
	}
	return host != ""
}

// ParseAddress is url.Parse, for plain absolute addresses without its many looks.
func ParseAddress(address string) (*url.URL, error) {
	if !isPlainAddress(address) {
		return url.Parse(address)
	}
	u := &url.URL{}
	u.Scheme, address, _ = strings.Cut(address, "://")
	if at := strings.IndexByte(address, '/'); at >= 0 {
		u.Host = address[:at]
		u.Path, u.RawQuery, u.ForceQuery = strings.Cut(address[at:], "?")
		u.ForceQuery = u.ForceQuery && u.RawQuery == ""
		return u, nil
	}
	u.Host = address
	return u, nil
}

// IsPlainPath reports a path from the root, with or without a query, that
// resolves to itself: most links of a site are.
func IsPlainPath(ref string) bool {
	if len(ref) < 2 || ref[0] != '/' || ref[1] == '/' || strings.Contains(ref, "/.") {
		return false
	}
	for i := range len(ref) {
		switch c := ref[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '/', c == '-', c == '_', c == '.', c == '?', c == '=',
			c == '&',
			c == ',', c == ';', c == '+', c == '~', c == ':', c == '@':
		default:
			return false
		}
	}
	return true
}

// findLanguage is what the page says of its language, then what the source's
// configuration says, then what its commonest words tell.
func (d *Page) findLanguage() string {
	if d.Feed != nil && d.Feed.Language != "" {
		return d.Feed.Language
	}
	for i := NodeID(0); i <= d.Body && int(i) < len(d.Nodes); i++ {
		if tag := d.Nodes[i].Tag; tag == atom.Html || tag == atom.Body {
			if lang := LanguageTag(d.Attr(i, "lang")); lang != "" {
				return lang
			}
			if lang := LanguageTag(d.Attr(i, "xml:lang")); lang != "" {
				return lang
			}
		}
	}
	for _, key := range []string{"content-language", "language", "dc.language", "dcterms.language", "og:locale"} {
		if lang := LanguageTag(d.Meta(key)); lang != "" {
			return lang
		}
	}
	if d.Options.Language != "" {
		return d.Options.Language
	}
	return recogniseLanguage(d.Text(d.Body))
}

// LanguageTag is a language as BCP 47 writes it; empty for what is none.
func LanguageTag(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if i := strings.IndexAny(s, ",; "); i >= 0 {
		s = s[:i]
	}
	primary, region, _ := strings.Cut(s, "-")
	if len(primary) < 2 || len(primary) > 3 || !texts.IsASCIILetters(primary) {
		return ""
	}
	primary = strings.ToLower(primary)
	if len(region) == 2 && texts.IsASCIILetters(region) {
		return primary + "-" + strings.ToUpper(region)
	}
	return primary
}

// Meta is the content of the first <meta> with such a name, property or
// http-equiv, in lower case, that has one.
func (d *Page) Meta(key string) string {
	for _, i := range d.Head.Metas {
		name, content := MetaPair(d.Nodes[i].HTML)
		if content != "" && strings.EqualFold(name, key) {
			return news.Squash(content)
		}
	}
	return ""
}

// metaAll are the contents of all <meta> with such a name or property.
func (d *Page) metaAll(key string) []string {
	var all []string
	for _, i := range d.Head.Metas {
		name, content := MetaPair(d.Nodes[i].HTML)
		if content = news.Squash(content); content != "" && strings.EqualFold(name, key) {
			all = append(all, content)
		}
	}
	return all
}

// MetaPair is what a <meta> is called and what it says.
func MetaPair(n *html.Node) (name, content string) {
	for _, a := range n.Attr {
		switch a.Key {
		case "name", "property", "http-equiv":
			if name == "" {
				name = strings.TrimSpace(a.Val)
			}
		case "content":
			content = a.Val
		}
	}
	return name, content
}

// Robots are the wishes of <meta name="robots">: no index of the page, no
// copies of it.
func (d *Page) Robots() (noindex, noarchive bool) {
	for _, content := range d.metaAll("robots") {
		for word := range strings.FieldsFuncSeq(strings.ToLower(content), func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			switch word {
			case "noindex":
				noindex = true
			case "noarchive":
				noarchive = true
			case "none":
				noindex, noarchive = true, true
			}
		}
	}
	return noindex, noarchive
}

// NoteVia says by what page the reader was forwarded here.
func (d *Page) NoteVia(e map[string]read.Evidence) {
	if via := d.Page.Via; via.URL != "" {
		e["forward"] = read.Evidence{Rule: rules.Name(via.By), Where: via.From, Raw: via.URL}
	}
}
