package feedout

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// embedPrefix comes before the path of a list that is shown on other sites:
// /embed/places/kassel.
const embedPrefix = "/embed"

// embedItems are the items of an embedded list unless ?limit says otherwise.
const embedItems = 8

// policy is the Content-Security-Policy of the pages: nothing but what is ours
// is loaded, and only the sites of embed may show them in a frame.
func policy(embed []string) string {
	frames := "'none'"
	if len(embed) > 0 {
		frames = strings.Join(embed, " ")
	}
	return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors " + frames
}

// An embedPage is a list without anything around it, for a frame on another
// site. It needs no script.
type embedPage struct {
	*chrome
	Items []news.Item
	Page  string // the list with everything around it
}

// embedJob is the job of an embedded list. path is that of the list.
func (s *Server) embedJob(x *site, path string, values url.Values, lang tongue) (job, error) {
	w, ok := x.parse(path, values, s.now())
	if !ok {
		return job{}, news.ErrNotFound
	}
	if slug := w.slugged(); slug != path {
		return job{}, errRedirect{escape(embedPrefix + slug)}
	}
	return job{
		query: w.key(), paced: w.endless() || !s.facts.list(w.parts), private: w.private(),
		render: func(ctx context.Context) (*answer, time.Time, error) {
			w, err := s.known(ctx, x, w)
			if err == nil && len(w.wrong) > 0 {
				err = errSearch(w.wrong)
			}
			if err != nil {
				return nil, time.Time{}, err
			}
			return s.renderEmbed(ctx, x, w, lang)
		},
	}, nil
}

func (s *Server) renderEmbed(ctx context.Context, x *site, w want, lang tongue) (*answer, time.Time, error) {
	name, _, err := s.name(ctx, x, w, lang)
	if err != nil {
		return nil, time.Time{}, err
	}
	q := w.query
	q.Heads, q.Limit = true, cmp.Or(w.limit, embedItems)
	items, err := s.archive.Items(ctx, q)
	if err != nil {
		return nil, time.Time{}, err
	}
	p := &embedPage{chrome: s.chromeOf(x, lang, cmp.Or(name, x.Title), ""), Items: items, Page: x.url(w.address(page))}
	p.Canonical = p.Page
	a, err := s.renderPage(x, "embed", p, lastChange(items))
	if err == nil {
		a.robots = "noindex"
	}
	return a, s.untilMidnight(x, time.Time{}), err
}

// Frame is the HTML that shows the page's list on another site; empty where
// none may show it, or only with a key.
func (c *chrome) Frame() string {
	if len(c.x.Embed) == 0 || c.Private || c.Keyed || c.Feed == "" {
		return ""
	}
	return `<iframe src="` + template.HTMLEscapeString(c.x.url(escape(embedPrefix+c.Feed)+c.FeedQuery)) +
		`" title="` + template.HTMLEscapeString(c.Subject()) + `" width="100%" height="480" loading="lazy"></iframe>`
}

// Headers by which scripts of other sites may read feeds.
var (
	anyOrigin   = []string{"*"}
	corsMethods = []string{"GET, HEAD"}
	corsAsks    = []string{"Accept, Authorization, If-Modified-Since, If-None-Match"}
	corsTells   = []string{"ETag, Last-Modified, Link"}
)

// preflight answers a browser that asks whether a script of another site may
// read a feed (https://fetch.spec.whatwg.org/#cors-preflight-fetch).
func preflight(w http.ResponseWriter) {
	h := w.Header()
	h["Access-Control-Allow-Origin"], h["Access-Control-Allow-Methods"], h["Access-Control-Allow-Headers"] = anyOrigin, corsMethods, corsAsks
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}
