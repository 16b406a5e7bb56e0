package claims

import (
	"net/url"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// IsHome reports the first page of a site or a department: by its address, or
// because its meta data say so. It may hold any text besides its news.
func IsHome(d *dom.Page) bool {
	if u, err := url.Parse(d.Page.URL); err == nil && len(u.Path) <= 1 && u.RawQuery == "" {
		return true
	}
	if d.Meta("og:type") != "website" {
		return false
	}
	for part := range strings.SplitSeq(TitleParts.Replace(d.Meta("og:title")), "|") {
		if HomeWords()[news.Fold(part)] {
			return true
		}
	}
	return false
}

// HomeWords are what the first page of a site calls itself, as Fold writes them.
var HomeWords = words.Set("home_links")

// TitleText is what <title> holds.
func TitleText(d *dom.Page) string {
	if c := d.Nodes[d.Head.Title].HTML.FirstChild; c != nil {
		return news.Squash(c.Data)
	}
	return ""
}

// TitleParts marks where one segment of a title ends.
var TitleParts = strings.NewReplacer(" - ", "|", " – ", "|", " — ", "|", " :: ", "|", " · ", "|", " • ", "|", " » ", "|", ": ", "|")
