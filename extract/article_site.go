package extract

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

// titleBreaks separate a headline from the name of its site or section.
var titleBreaks = []string{" | ", " - ", " – ", " — ", " :: ", " · ", " » ", " « ", " // ", " • ", " › ", " ‹ ", " > ", " < ", " / "}

// withoutSite is a title without the names of site and section.
func (r *reader) withoutSite(title string) string {
	for range 3 {
		before := title
		for _, sep := range titleBreaks {
			if i := strings.LastIndex(title, sep); i >= 0 {
				head, tail := title[:i], title[i+len(sep):]
				switch {
				case r.namesSite(head) && !r.namesSite(tail):
					title = tail
				case r.namesSite(tail) || len(tail) < len(head) && sep != " - " && sep != " – ":
					title = head
				}
			}
			if i := strings.Index(title, sep); i >= 0 && r.namesSite(title[:i]) {
				title = title[i+len(sep):]
			}
		}
		if title == before {
			break
		}
	}
	return title
}

// namesSite reports whether a part of a title is the site: by its own word or
// by its host.
func (r *reader) namesSite(part string) bool {
	k := key(part)
	if k == "" || r.isSiteName(k) {
		return true
	}
	u, err := url.Parse(r.d.page.URL)
	if err != nil {
		return false
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	labels := strings.Split(host, ".")
	slug := strings.ReplaceAll(news.Slug(part), "-", "")
	if len(slug) < 3 {
		return false
	}
	for _, label := range labels[:max(1, len(labels)-1)] {
		label = strings.ReplaceAll(label, "-", "")
		if label == slug || len(label) >= 4 && strings.HasSuffix(slug, label) && utf8.RuneCountInString(part) < 40 || len(slug) >= 5 && strings.Contains(label, slug) {
			return true
		}
	}
	return slug == strings.ReplaceAll(strings.ReplaceAll(host, ".", ""), "-", "")
}

// namesAuthority reports whether a heading is the name of the authority whose
// site it is, such as "Stadt Kassel", and no more.
func (r *reader) namesAuthority(h *heading) bool {
	if len(h.text) >= 50 {
		return false
	}
	for word := range strings.SplitSeq(h.key, " ") {
		if authorities[word] {
			return namesTown.MatchString(h.text) && r.namesSite(h.text)
		}
	}
	return false
}
