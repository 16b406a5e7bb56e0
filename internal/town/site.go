package town

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// robots is what every site says to crawlers: the search is not for them.
const robots = "User-agent: *\nDisallow: /suche\n"

// A Site is the web site of one town or paper.
type Site struct {
	Name     string // as a source is named
	Title    string
	Place    string // if every report is about one place
	Location *time.Location
	Layout   *Layout
	Articles []*Article // in the order of the listing
	Faults   []Fault

	Relaunch     time.Time // when Next takes the place of Layout; old addresses lead to new ones
	Next         *Layout
	Moves        time.Time // when the site moves to MovedTo, and leads there
	MovedTo      *Site
	NoValidators bool // neither ETag nor Last-Modified
	Latency      time.Duration

	base string // address without path, set by Start
}

// Home is the address of the site's first listing page.
func (s *Site) Home() string { return s.base + s.Layout.Listing }

// URL is the address of an article.
func (s *Site) URL(a *Article) string { return s.base + s.Layout.article(a) }

// Article is the one whose headline begins like this; nil if there is none.
func (s *Site) Article(headline string) *Article {
	i := slices.IndexFunc(s.Articles, func(a *Article) bool { return strings.HasPrefix(a.First.Headline, headline) })
	if i < 0 {
		return nil
	}
	return s.Articles[i]
}

// Host is the site's host and port.
func (s *Site) Host() string { return strings.TrimPrefix(s.base, "http://") }

// serve answers one request with the state of the site at a moment.
func (s *Site) serve(w http.ResponseWriter, r *http.Request, now time.Time) {
	time.Sleep(s.Latency)
	switch {
	case s.misbehave(w, r, now):
		return
	case s.MovedTo != nil && !now.Before(s.Moves) && r.URL.Path != "/robots.txt":
		http.Redirect(w, r, s.MovedTo.base+r.URL.RequestURI(), http.StatusMovedPermanently)
		return
	}
	layout := s.layout(now)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	address := plainAddress(r.URL)
	for _, a := range s.Articles {
		switch path := layout.article(a); {
		case layout != s.Layout && address == s.Layout.article(a):
			http.Redirect(w, r, path, http.StatusMovedPermanently)
			return
		case address != path && address+"/" != path:
		case a.gone(now):
			http.Error(w, "410 Gone", http.StatusGone)
			return
		case !a.visible(now):
			http.NotFound(w, r)
			return
		case address != path:
			http.Redirect(w, r, path, http.StatusMovedPermanently)
			return
		default:
			s.servePage(w, r, now, "article", s.articleView(a, now), latest(a.changed(now), a.Published))
			return
		}
	}
	if n := s.listingPage(address, now); n > 0 {
		s.servePage(w, r, now, "listing", s.listingView(n, now), s.changed(now))
		return
	}
	if layout != s.Layout && address == s.Layout.Listing {
		http.Redirect(w, r, layout.Listing, http.StatusMovedPermanently)
		return
	}
	s.serveRest(w, r, address, now)
}

// layout is how the site is written at a moment.
func (s *Site) layout(now time.Time) *Layout {
	if s.Next != nil && !now.Before(s.Relaunch) {
		return s.Next
	}
	return s.Layout
}

// plainAddress is the path and the part of the query that selects a page.
func plainAddress(u *url.URL) string {
	query := u.Query()
	for key := range query {
		if !slices.Contains([]string{"seite", "id", "ab", "page"}, key) {
			query.Del(key)
		}
	}
	if len(query) == 0 {
		return u.Path
	}
	return u.Path + "?" + query.Encode()
}

// serveRest answers what is neither listing nor article.
func (s *Site) serveRest(w http.ResponseWriter, r *http.Request, address string, now time.Time) {
	dir, name, _ := strings.Cut(strings.TrimPrefix(address, "/"), "/")
	if i := strings.LastIndex(address, "/"); i > 0 {
		dir, name = address[1:i], address[i+1:]
	}
	switch {
	case address == "/robots.txt":
		serveBytes(w, r, "text/plain; charset=utf-8", []byte(robots), time.Time{})
	case address == "/":
		http.Redirect(w, r, s.layout(now).Listing, http.StatusFound)
	case address == "/suche":
		serveBytes(w, r, "text/html; charset=utf-8", []byte(`<!DOCTYPE html><meta name="robots" content="noindex"><title>Suche</title><p>Keine Treffer.`), time.Time{})
	case dir == "bilder" && strings.HasSuffix(name, ".png"):
		body, err := picture(name)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		serveBytes(w, r, "image/png", body, time.Time{})
	case s.offers(name):
		serveBytes(w, r, "application/pdf", document(strings.TrimSuffix(name, ".pdf")), time.Time{})
	default:
		http.NotFound(w, r)
	}
}

func (s *Site) offers(name string) bool {
	return slices.ContainsFunc(s.Articles, func(a *Article) bool {
		return slices.ContainsFunc(a.First.Files, func(f File) bool { return f.Name == name })
	})
}

func (s *Site) servePage(w http.ResponseWriter, r *http.Request, now time.Time, name string, v view, modified time.Time) {
	layout := s.layout(now)
	body, err := layout.render(name, v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if s.NoValidators {
		w.Header().Set("Content-Type", layout.contentType)
		w.Write(body) //nolint:errcheck // the client went away
		return
	}
	serveBytes(w, r, layout.contentType, body, modified)
}

// serveBytes answers with validators, and with 304 where they match.
func serveBytes(w http.ResponseWriter, r *http.Request, contentType string, body []byte, modified time.Time) {
	sum := fnv.New64a()
	sum.Write(body)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sum.Sum64()))
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}

// listed are the articles on the listing at a moment.
func (s *Site) listed(now time.Time) []*Article {
	if s.fault(EmptyListing, now) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Articles), func(a *Article) bool { return !a.visible(now) })
}

// listingPage is the number of the listing page at an address; 0: none.
func (s *Site) listingPage(address string, now time.Time) int {
	return slices.Index(s.pages(now), address) + 1
}

// pages are the addresses of the listing pages.
func (s *Site) pages(now time.Time) []string {
	layout := s.layout(now)
	pages := []string{layout.Listing}
	for n, listed := 2, len(s.listed(now)); (n-1)*layout.PerPage < listed; n++ {
		pages = append(pages, layout.page(n))
	}
	return pages
}

func (s *Site) listingView(n int, now time.Time) view {
	pages := s.pages(now)
	v := view{Title: s.Title, Page: n, Pages: pages}
	if n > 1 {
		v.Prev = pages[n-2]
	}
	if n < len(pages) {
		v.Next = pages[n]
	}
	listed := s.listed(now)
	size := s.layout(now).PerPage
	v.Rows = s.rows(listed[(n-1)*size:min(n*size, len(listed))], now)
	if s.fault(NoTeasers, now) {
		for i := range v.Rows {
			v.Rows[i].Teaser = ""
		}
	}
	return v
}

func (s *Site) articleView(a *Article, now time.Time) view {
	v := view{Title: s.Title, Article: s.rows([]*Article{a}, now)[0]}
	if a.Published.IsZero() { // the undated report of the new Kommune21 lists those that were there from the start
		others := slices.DeleteFunc(s.listed(now), func(o *Article) bool { return o == a || !o.Appears.IsZero() })
		v.Others = s.rows(others, now)
	}
	return v
}

func (s *Site) rows(articles []*Article, now time.Time) []row {
	var rows []row
	for _, a := range articles {
		r := row{Version: a.At(now), URL: s.layout(now).article(a), Published: a.Published}
		if s.fault(NoDates, now) {
			r.Published = time.Time{}
		}
		rows = append(rows, r)
	}
	return rows
}

// changed is the last moment at which the listing changed.
func (s *Site) changed(now time.Time) time.Time {
	last := time.Time{}
	for _, a := range s.Articles {
		last = latest(last, a.changed(now))
		if a.Appears.IsZero() {
			last = latest(last, a.Published)
		}
	}
	return last
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Count is how many articles the site shows at a moment.
func (s *Site) Count(now time.Time) int { return len(s.listed(now)) }
