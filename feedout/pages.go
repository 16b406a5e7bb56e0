package feedout

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templates are the pages; they are parsed once, for the first page, and only read.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(templateFiles, "templates/*.html"))
})

// renderPage writes a template into an answer.
func (s *Server) renderPage(x *site, name string, data any, modified time.Time) (*answer, error) {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return &answer{
		kind: page.mediaType(), vary: pageVary, body: b.Bytes(), modified: modified, control: "no-cache", csp: x.csp,
	}, nil
}

// untilMidnight is t or the site's next midnight, when "today" changes.
func (s *Server) untilMidnight(x *site, t time.Time) time.Time {
	if next := midnight(s.now().In(x.Location)).AddDate(0, 0, 1); t.IsZero() || next.Before(t) {
		return next
	}
	return t
}

// state is what is remembered of a source; nil where nothing is.
func (s *Server) state(ctx context.Context, name string) (*news.SourceState, error) {
	states, err := s.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	return states.known(name), nil
}

// pageJob is the job of a page that has no feed beside it.
func (s *Server) pageJob(x *site, path string, values url.Values, lang tongue) (job, bool) {
	var render func(ctx context.Context) (*answer, error)
	query := ""
	switch path {
	case "/":
		render = func(ctx context.Context) (*answer, error) { return s.renderHome(ctx, x, lang) }
	case "/sources":
		page := pageOf(values, len(x.Sources))
		query = pageQuery(page)
		render = func(ctx context.Context) (*answer, error) { return s.renderSources(ctx, x, page, lang) }
	case "/tags", "/places", "/feeds":
		render = func(ctx context.Context) (*answer, error) { return s.renderIndex(ctx, x, path, lang) }
	case opmlPath:
		render = func(ctx context.Context) (*answer, error) { return s.renderOPMLPage(ctx, x, lang) }
	default:
		id, ok := strings.CutPrefix(path, "/items/")
		if !ok || id == "" || strings.Contains(id, "/") {
			return job{}, false
		}
		render = func(ctx context.Context) (*answer, error) { return s.renderItem(ctx, x, longID(id), lang) }
	}
	return job{query: query, render: func(ctx context.Context) (*answer, time.Time, error) {
		a, err := render(ctx)
		return a, s.untilMidnight(x, time.Time{}), err
	}}, true
}
