package town

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/encoding/charmap"
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
	Menu         string // HTML that opens the body of every page

	base    string // address without path, set by Start or Imagine
	witness witness

	mu  sync.Mutex
	now *stage // the last one asked for
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

// Host is the site's host, with its port where it has one.
func (s *Site) Host() string {
	_, host, _ := strings.Cut(s.base, "://")
	return host
}

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
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	st, address := s.stage(now), plainAddress(r.URL)
	if a, ok := st.articles[address]; ok {
		s.serveArticle(w, r, a, now)
		return
	}
	if to := st.elsewhere[address]; to != "" {
		http.Redirect(w, r, to, http.StatusMovedPermanently)
		return
	}
	if n := slices.Index(st.pages, address) + 1; n > 0 {
		s.serveListing(w, r, st, n, now)
		return
	}
	s.serveRest(w, r, address, now)
}

// serveArticle answers an article's address.
func (s *Site) serveArticle(w http.ResponseWriter, r *http.Request, a *Article, now time.Time) {
	switch {
	case a.gone(now):
		http.Error(w, "410 Gone", http.StatusGone)
	case !a.visible(now):
		http.NotFound(w, r)
	default:
		body, err := s.layout(now).render("article", s.articleView(a, now))
		s.servePage(w, r, now, body, err, latest(a.changed(now), a.Published))
	}
}

// serveListing answers a listing page, rendered once between two changes.
func (s *Site) serveListing(w http.ResponseWriter, r *http.Request, st *stage, n int, now time.Time) {
	s.mu.Lock()
	body, err := st.rendered[n], error(nil)
	if body == nil {
		body, err = st.layout.render("listing", s.listingView(st, n, now))
		st.rendered[n] = body
	}
	s.mu.Unlock()
	s.servePage(w, r, now, body, err, st.modified)
}

// A stage is a site between two of its changes: what is the same for every
// request in that time.
type stage struct {
	from, until time.Time
	layout      *Layout
	listed      []*Article
	pages       []string            // addresses of the listing pages
	articles    map[string]*Article // by address, also those that are not shown
	elsewhere   map[string]string   // old addresses, and where they lead
	modified    time.Time           // when the listing last changed
	rendered    map[int][]byte      // listing pages
}

// stage is the site's stage at a moment.
func (s *Site) stage(now time.Time) *stage {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == nil || now.Before(s.now.from) || !now.Before(s.now.until) {
		s.now = s.newStage(now)
	}
	return s.now
}

func (s *Site) newStage(now time.Time) *stage {
	st := &stage{
		layout: s.layout(now), listed: s.listed(now), modified: s.changed(now),
		articles: map[string]*Article{}, elsewhere: map[string]string{}, rendered: map[int][]byte{},
	}
	st.from, st.until = s.between(now)
	st.pages = []string{st.layout.Listing}
	for n := 2; (n-1)*st.layout.PerPage < len(st.listed); n++ {
		st.pages = append(st.pages, st.layout.page(n))
	}
	if st.layout != s.Layout && st.layout.Listing != s.Layout.Listing {
		st.elsewhere[s.Layout.Listing] = st.layout.Listing
	}
	for _, a := range s.Articles {
		address := st.layout.article(a)
		st.articles[address] = a
		if bare, ok := strings.CutSuffix(address, "/"); ok {
			st.elsewhere[bare] = address
		}
		if old := s.Layout.article(a); old != address {
			st.elsewhere[old] = address
		}
	}
	return st
}

// between are the moments of the site's last change and of its next.
func (s *Site) between(now time.Time) (from, until time.Time) {
	until = now.AddDate(100, 0, 0)
	note := func(moments ...time.Time) {
		for _, t := range moments {
			if !t.After(now) {
				from = latest(from, t)
			} else if t.Before(until) {
				until = t
			}
		}
	}
	note(s.Relaunch, s.Moves)
	for _, f := range s.Faults {
		note(f.From, f.Until)
	}
	for _, a := range s.Articles {
		note(a.Appears, a.Edited, a.Withdrawn)
	}
	return from, until
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

func (s *Site) servePage(w http.ResponseWriter, r *http.Request, now time.Time, body []byte, err error, modified time.Time) {
	contentType := s.layout(now).contentType
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	body = s.withMenu(body, now)
	if s.NoValidators {
		w.Header().Set("Content-Type", contentType)
		w.Write(body) //nolint:errcheck // the client went away
		return
	}
	serveBytes(w, r, contentType, body, modified)
}

// withMenu is a page whose body opens with the site's menu.
func (s *Site) withMenu(page []byte, now time.Time) []byte {
	at := bytes.Index(page, []byte("<body"))
	if s.Menu == "" || at < 0 {
		return page
	}
	menu := []byte(s.Menu)
	if s.layout(now).latin1 {
		menu, _ = charmap.Windows1252.NewEncoder().Bytes(menu) // letters of ours
	}
	at += bytes.IndexByte(page[at:], '>') + 1
	return slices.Concat(page[:at], menu, page[at:])
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

func (s *Site) listingView(st *stage, n int, now time.Time) view {
	v := view{Title: s.Title, Page: n, Pages: st.pages}
	if n > 1 {
		v.Prev = st.pages[n-2]
	}
	if n < len(st.pages) {
		v.Next = st.pages[n]
	}
	size := st.layout.PerPage
	v.Rows = s.rows(st.listed[(n-1)*size:min(n*size, len(st.listed))], now)
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
		if s.fault(FadingTeasers, now) && s.fault(FadingTeasers, a.Appears) {
			r.Teaser = ""
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
