package town

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/encoding/charmap"
)

//go:embed layouts reports
var files embed.FS

// A Layout is how one content management system writes its pages.
type Layout struct {
	Name    string
	Listing string // address of the first listing page
	PerPage int

	contentType string
	latin1      bool                      // bytes are windows-1252, as "iso-8859-1" means on the web
	page        func(n int) string        // address of the n-th listing page, n > 1
	article     func(a *Article) string   // address of an article
	templates   func() *template.Template // parsed once, on first use
}

// The layouts that the simulated sites use.
var (
	Kommune21Old = &Layout{
		Name: "kommune21-alt", Listing: "/", PerPage: 4, contentType: "text/html", latin1: true,
		page:      func(n int) string { return "/index.php?seite=" + strconv.Itoa(n) },
		article:   func(a *Article) string { return "/meldung_" + a.Key + ".html" },
		templates: layoutTemplates("kommune21-alt"),
	}
	Kommune21New = &Layout{
		Name: "kommune21-neu", Listing: "/", PerPage: 16, contentType: "text/html; charset=UTF-8",
		page:      func(n int) string { return "/seite/" + strconv.Itoa(n) + "/" },
		article:   func(a *Article) string { return "/" + a.Key + "/" },
		templates: layoutTemplates("kommune21-neu"),
	}
	TYPO3 = &Layout{
		Name: "typo3", Listing: "/rathaus/aktuelles", PerPage: 6, contentType: "text/html; charset=utf-8",
		page:      func(n int) string { return "/rathaus/aktuelles/seite-" + strconv.Itoa(n) },
		article:   func(a *Article) string { return "/rathaus/aktuelles/detail/" + a.Key },
		templates: layoutTemplates("typo3"),
	}
	// Plain has neither meta data nor the markup of any known system.
	Plain = &Layout{
		Name: "plain", Listing: "/aktuelles.php", PerPage: 20, contentType: "text/html",
		page:      func(n int) string { return "/aktuelles.php?ab=" + strconv.Itoa(n) },
		article:   func(a *Article) string { return "/aktuelles.php?id=" + a.Key },
		templates: layoutTemplates("plain"),
	}
	LocalGov = &Layout{
		Name: "localgov", Listing: "/news", PerPage: 5, contentType: "text/html; charset=UTF-8",
		page:      func(n int) string { return "/news?page=" + strconv.Itoa(n-1) },
		article:   func(a *Article) string { return "/news/" + a.Key },
		templates: layoutTemplates("localgov"),
	}
)

func layoutTemplates(name string) func() *template.Template {
	return sync.OnceValue(func() *template.Template {
		t := template.New(name).Funcs(template.FuncMap{
			"german":  dated(func(t time.Time) string { return t.Format("02.01.2006") }),
			"long":    dated(longGerman),
			"english": dated(func(t time.Time) string { return t.Format("2 January 2006") }),
			"iso":     dated(func(t time.Time) string { return t.Format(time.DateOnly) }),
			"instant": dated(func(t time.Time) string { return t.Add(9*time.Hour + 30*time.Minute).UTC().Format(time.RFC3339) }),
			"inc":     func(i int) int { return i + 1 },
			"join":    func(list []string) string { return strings.Join(list, ", ") },
		})
		return template.Must(t.ParseFS(files, "layouts/"+name+".html"))
	})
}

// dated leaves the place of a date empty where there is none.
func dated(format func(time.Time) string) func(time.Time) string {
	return func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return format(t)
	}
}

func longGerman(t time.Time) string {
	months := []string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
	return fmt.Sprintf("%d. %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// A row is an article as the templates see it.
type row struct {
	Version
	URL       string
	Published time.Time
}

// A view is all that a page shows.
type view struct {
	Title      string // of the site
	Rows       []row  // of a listing
	Others     []row  // further reports beneath an article
	Article    row
	Page       int
	Pages      []string // addresses of the listing pages
	Prev, Next string
}

// render writes one page in the layout's charset.
func (l *Layout) render(name string, v view) ([]byte, error) {
	var b bytes.Buffer
	if err := l.templates().ExecuteTemplate(&b, name, v); err != nil {
		return nil, fmt.Errorf("layout %s: %w", l.Name, err)
	}
	if !l.latin1 {
		return b.Bytes(), nil
	}
	page, err := charmap.Windows1252.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("layout %s: %w", l.Name, err)
	}
	return page, nil
}

// Restyled is the layout with the look of another one and its own addresses.
func (l *Layout) Restyled(look *Layout) *Layout {
	mixed := *look
	mixed.Listing, mixed.page, mixed.article = l.Listing, l.page, l.article
	return &mixed
}
