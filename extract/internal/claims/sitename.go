package claims

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// SiteName is what the site calls itself, such as "Stadt Kassel": by its meta
// data, or by the part of the page's title that names it; empty where neither
// tells.
func SiteName(d *dom.Page) string {
	if d.Feed != nil {
		return siteIn(d.Feed.Title, false)
	}
	for _, key := range []string{"og:site_name", "application-name", "apple-mobile-web-app-title"} {
		if name := siteIn(d.Meta(key), true); name != "" {
			return name
		}
	}
	if d.Head.Title > 0 {
		return siteIn(rawText(d, d.Head.Title), IsHome(d))
	}
	return ""
}

// siteIn is the part of a title that names a site: the one with the word for
// an authority in it, or else the last that is more than the word for news; on
// a site's first page the first, before its motto.
func siteIn(title string, first bool) (name string) {
	for part := range strings.SplitSeq(TitleParts.Replace(strings.ReplaceAll(title, "|", " | ")), "|") {
		part = news.Squash(part)
		folded := news.Fold(part)
		if len(part) < 3 || len(part) > 60 || HomeWords()[folded] || newsSections()[folded] {
			continue
		}
		for word := range strings.SplitSeq(folded, " ") {
			if Authorities()[word] {
				return part
			}
		}
		if name == "" || !first {
			name = part
		}
	}
	return name
}

// newsSections are what sites call their pages of news.
var newsSections = words.Set("news_sections")

// Authorities are words in the names of those who publish.
var Authorities = words.Set("authorities")
