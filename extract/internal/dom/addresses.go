package dom

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/stadtfeed/stadtfeed/news"
)

// FileTypes are the media types of what is offered for download.
var FileTypes = map[string]string{
	"pdf": "application/pdf", "doc": "application/msword",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xls":  "application/vnd.ms-excel", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"ppt":  "application/vnd.ms-powerpoint",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "odt": "application/vnd.oasis.opendocument.text",
	"ods": "application/vnd.oasis.opendocument.spreadsheet", "rtf": "application/rtf", "zip": "application/zip", "csv": "text/csv",
	"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4", "m4v": "video/mp4",
	"webm": "video/webm", "mov": "video/quicktime",
	"ics": "text/calendar", "epub": "application/epub+zip", "txt": "text/plain",
}

// ExtensionOf is the ending of the file that an address names, in lower case.
func ExtensionOf(address string) string {
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	name := address[strings.LastIndexByte(address, '/')+1:]
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return ""
	}
	return strings.ToLower(name[i+1:])
}

// ImageAddress is where an image is: many systems load it late, from another
// attribute than src.
func (d *Page) ImageAddress(img *html.Node) string {
	for _, key := range []string{"data-src", "data-lazy-src", "data-original", "src", "data-srcset", "srcset"} {
		value := strings.TrimSpace(AttrOf(img, key))
		if value == "" || strings.HasPrefix(value, "data:") {
			continue
		}
		if strings.HasSuffix(key, "srcset") {
			value, _, _ = strings.Cut(strings.TrimSpace(strings.Split(value, ", ")[0]), " ")
		}
		value, _, _ = strings.Cut(value, "#") // systems keep notes of their own behind it
		if address := d.Abs(value); address != "" {
			return address
		}
	}
	return ""
}

// SameSite reports whether two hosts belong together: one is the other, or
// below it.
func SameSite(a, b string) bool {
	a, b = strings.TrimPrefix(strings.ToLower(a), "www."), strings.TrimPrefix(strings.ToLower(b), "www.")
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}

// LeadsOn reports whether an address is another page of this site.
func (d *Page) LeadsOn(address string) bool {
	if address == "" || news.Canonical(address) == news.Canonical(d.Page.URL) {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && SameSite(u.Host, d.Base.Host)
}

// HasToken reports whether one of the words of a list is the token, in any case.
func HasToken(list, token string) bool {
	for t := range strings.FieldsSeq(list) {
		if strings.EqualFold(t, token) {
			return true
		}
	}
	return false
}

// IsGet reports whether a form of that method sends what it has in the address.
func IsGet(method string) bool { return method == "" || strings.EqualFold(method, "get") }

// LinksToPage reports whether an address may be that of a page or a file: not
// a mail address, a script, or a place on the same page.
func LinksToPage(href string) bool {
	href = strings.TrimSpace(href)
	if href == "" || href[0] == '#' || IsTemplate(href) {
		return false
	}
	scheme, _, found := strings.Cut(href, ":")
	if !found || strings.ContainsAny(scheme, "/?#.") {
		return true
	}
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}

// IsTemplate reports text that a script was meant to fill in.
func IsTemplate(text string) bool {
	if strings.IndexByte(text, '{') < 0 && strings.IndexByte(text, '<') < 0 {
		return false
	}
	return strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "<%") || strings.Contains(text, "${")
}
