package article

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// titleBreaks separate a headline from the name of its site or section.
var titleBreaks = []string{" | ", " - ", " – ", " — ", " :: ", " · ", " » ", " « ", " // ", " • ", " › ", " ‹ ", " > ", " < ", " / "}

// withoutSite is a title without the names of site and section.
func (r *reader) withoutSite(title string) string {
	title = r.shedNames(title)
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
	k := texts.Key(part)
	if k == "" || r.isSiteName(k) {
		return true
	}
	host := r.hostLabels()
	slug := strings.ReplaceAll(news.Slug(part), "-", "")
	if len(slug) < 3 {
		return false
	}
	for _, label := range host[:max(1, len(host)-1)] {
		isEnd := len(label) >= 4 && strings.HasSuffix(slug, label) && utf8.RuneCountInString(part) < 40
		isPart := len(slug) >= 5 && strings.Contains(label, slug)
		if label == slug || isEnd || isPart {
			return true
		}
	}
	return slug == strings.Join(host, "")
}

// hostLabels are hostLabels of the page, once asked for.
func (r *reader) hostLabels() []string {
	if r.host == nil {
		r.host = hostLabels(r.d.Page.URL)
	}
	return r.host
}

// hostLabels are the parts of an address's host, less "www" and hyphens.
func hostLabels(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return []string{""}
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	return strings.Split(strings.ReplaceAll(host, "-", ""), ".")
}

// hostWords are the words of an address's host, as Slug writes them, but for its
// last part: "kassel" and "live" of www.kassel-live.de.
func hostWords(address string) []string {
	words := []string{}
	u, err := url.Parse(address)
	if err != nil {
		return words
	}
	labels := strings.Split(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), ".")
	for _, label := range labels[:max(0, len(labels)-1)] {
		words = append(words, strings.Split(label, "-")...)
	}
	return words
}

// namesAuthority reports whether a heading is the name of the authority whose
// site it is, such as "Stadt Kassel", and no more.
func (r *reader) namesAuthority(h *headlineCandidate) bool {
	if len(h.text) >= 50 {
		return false
	}
	for word := range strings.SplitSeq(h.key, " ") {
		if claims.Authorities()[words.Fold(word)] {
			return namesTown(h.text) && r.namesSite(h.text)
		}
	}
	return false
}
