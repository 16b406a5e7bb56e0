package claims

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// LinkedData are the objects of the page's JSON-LD, lists and @graph laid
// open, in document order. What is no JSON is left out.
func LinkedData(d *dom.Page) []map[string]any { return linked.Of(d, findLinked) }

// linked are the objects of the JSON-LD of pages.
var linked dom.Memo[[]map[string]any]

func findLinked(d *dom.Page) []map[string]any {
	all := []map[string]any{}
	for _, i := range d.Head.Linked {
		n := d.Nodes[i].HTML.FirstChild
		if n == nil {
			continue
		}
		if value := decodeLinked(n.Data); value != nil {
			all = layOpen(all, value, 0)
		}
	}
	return all
}

// decodeLinked reads JSON as pages hold it: within comments, with raw line
// breaks inside strings, with a comma or semicolon too many.
func decodeLinked(text string) any {
	text = strings.TrimSpace(text)
	for _, cut := range []string{"<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA["} {
		text = strings.TrimSpace(strings.TrimPrefix(text, cut))
	}
	for _, cut := range []string{"-->", "//]]>", "/*]]>*/", "]]>", ";"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, cut))
	}
	var value any
	if json.Unmarshal([]byte(text), &value) == nil {
		return value
	}
	if json.Unmarshal([]byte(repairJSON(text)), &value) == nil {
		return value
	}
	return nil
}

// repairJSON escapes control characters inside strings and drops commas that
// nothing follows.
func repairJSON(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 16)
	quoted, escaped := false, false
	for i := range len(text) {
		c := text[i]
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted && c < ' ':
			c = ' '
		case !quoted && c == ',':
			rest := strings.TrimLeft(text[i+1:min(len(text), i+200)], " \t\r\n")
			if rest == "" || rest[0] == '}' || rest[0] == ']' {
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

func layOpen(all []map[string]any, value any, depth int) []map[string]any {
	if depth > 6 {
		return all
	}
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			all = layOpen(all, e, depth+1)
		}
	case map[string]any:
		all = append(all, v)
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			if inner, ok := v[key]; ok {
				all = layOpen(all, inner, depth+1)
			}
		}
	}
	return all
}

// LinkedTypes are the @type of an object.
func LinkedTypes(object map[string]any) []string {
	switch t := object["@type"].(type) {
	case string:
		return []string{t[strings.LastIndexByte(t, '/')+1:]}
	case []any:
		var all []string
		for _, e := range t {
			if s, ok := e.(string); ok {
				all = append(all, s[strings.LastIndexByte(s, '/')+1:])
			}
		}
		return all
	}
	return nil
}

// linkedClaims reads the article of the page's linked data: the first object
// of such a type, or failing that a web page.
func linkedClaims(d *dom.Page, c *Claims) {
	objects := LinkedData(d)
	for _, o := range objects {
		for _, t := range LinkedTypes(o) {
			c.add(OfType, t, rules.JSONLD, "@type")
		}
	}
	for pass, fits := range []func(string) bool{ArticleType, func(t string) bool { return strings.HasSuffix(t, "WebPage") }} {
		for _, o := range objects {
			for _, t := range LinkedTypes(o) {
				if fits(t) {
					linkedClaim(d, c, o, objects, pass == 0)
					return
				}
			}
		}
	}
}

func linkedClaim(d *dom.Page, c *Claims, o map[string]any, all []map[string]any, article bool) {
	of := ""
	if !article {
		of = "WebPage."
	}
	add := func(f Field, key string) {
		for _, value := range LinkedStrings(o[key], all, 0) {
			c.add(f, value, rules.JSONLD, of+key)
		}
	}
	add(OfPublished, "datePublished")
	add(OfUpdated, "dateModified")
	add(OfDescription, "description")
	addAuthors := func(key string) {
		for _, author := range listOf(o[key]) {
			where := of + key
			if isOrganization(author, all) {
				where += Organization
			}
			for _, name := range LinkedStrings(author, all, 0) {
				c.add(OfAuthor, name, rules.JSONLD, where)
			}
		}
	}
	if !article {
		addAuthors("author")
		return
	}
	if c.add(OfHeadline, First(LinkedStrings(o["headline"], all, 0)), rules.JSONLD, "headline"); len(c[OfHeadline]) == 0 {
		add(OfHeadline, "name")
	}
	if len(c[OfPublished]) == 0 {
		add(OfPublished, "dateCreated")
	}
	if addAuthors("author"); len(c[OfAuthor]) == 0 {
		addAuthors("creator")
	}
	add(OfKeywords, "keywords")
	add(ofSection, "articleSection")
	for _, value := range LinkedAddresses(o["image"], all, 0) {
		c.add(OfImage, value, rules.JSONLD, "image")
	}
	add(OfSite, "publisher")
}

// Organization is behind the key of an author that is declared to be none of
// flesh and blood.
const Organization = " (Organization)"

// isOrganization reports whether a value of linked data is an organisation.
func isOrganization(value any, all []map[string]any) bool {
	v, ok := value.(map[string]any)
	if !ok {
		return false
	}
	types := LinkedTypes(v)
	if len(types) == 0 {
		types = LinkedStrings(linkedReference(v, all, "@type"), nil, 0)
	}
	return slices.ContainsFunc(types, func(t string) bool { return strings.HasSuffix(t, "Organization") })
}

// listOf is a value of linked data as a list.
func listOf(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

// First is the first of a list; empty where there is none.
func First(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// LinkedStrings are the texts of a value: itself, the name of an object, those
// of all in a list. References by @id are followed once.
func LinkedStrings(value any, all []map[string]any, depth int) []string {
	if depth > 3 {
		return nil
	}
	switch v := value.(type) {
	case string:
		if s := Unescape(news.Squash(v)); s != "" {
			return []string{s}
		}
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, LinkedStrings(e, all, depth+1)...)
		}
		return list
	case map[string]any:
		for _, key := range []string{"name", "@value", "headline"} {
			if inner, ok := v[key]; ok {
				return LinkedStrings(inner, nil, depth+1)
			}
		}
		return LinkedStrings(linkedReference(v, all, "name"), nil, depth+1)
	}
	return nil
}

// LinkedAddresses are the addresses of a value: itself, the url of an object.
func LinkedAddresses(value any, all []map[string]any, depth int) []string {
	if depth > 3 {
		return nil
	}
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, LinkedAddresses(e, all, depth+1)...)
		}
		return list
	case map[string]any:
		for _, key := range []string{"url", "contentUrl"} {
			if inner, ok := v[key]; ok {
				return LinkedAddresses(inner, nil, depth+1)
			}
		}
		return LinkedAddresses(linkedReference(v, all, "url"), nil, depth+1)
	}
	return nil
}

// linkedReference is a property of the object that {"@id": …} points to.
func linkedReference(v map[string]any, all []map[string]any, key string) any {
	id, ok := v["@id"].(string)
	if !ok {
		return nil
	}
	for _, o := range all {
		if o["@id"] == id && o[key] != nil {
			return o[key]
		}
	}
	return nil
}
