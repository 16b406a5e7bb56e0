package feedout

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

// searchesPath is where searches are saved, and comes before the key in the
// address of one: /saved/KEY.rss.
const searchesPath = "/saved"

// Bounds of what is saved.
const (
	mostSearches = 1000 // of all
	mostPerHour  = 60   // where everybody may save
	longestTitle = 100  // bytes
	longestForm  = 16 << 10
)

// Searches keeps the searches that people save as feeds of their own.
type Searches interface {
	SavedSearches(ctx context.Context) ([]news.SavedSearch, error)        // the oldest first
	SavedSearch(ctx context.Context, id string) (news.SavedSearch, error) // news.ErrNotFound
	SaveSearch(ctx context.Context, one news.SavedSearch) error           // in the place of one with the same ID
	DropSearch(ctx context.Context, id string) error                      // news.ErrNotFound
}

// savedSearch is what the address of a saved search asks for. Its query is that
// of the day on which it was saved: the grammar may read the text otherwise by now.
func (s *Server) savedSearch(ctx context.Context, path, token string, values url.Values) (want, error) {
	if s.opt.Searches == nil || token == "" || strings.Contains(token, "/") {
		return want{}, news.ErrNotFound
	}
	one, err := s.opt.Searches.SavedSearch(ctx, HashKey(token))
	if err != nil {
		return want{}, err
	}
	w := want{
		path:  path,
		query: one.Query,
		saved: &SavedFeed{
			Title:       cmp.Or(line(one.Title), line(one.Text)),
			Description: line(one.Text),
			Query:       one.Query,
			keyed:       true,
		},
	}
	w.portion(values)
	return w, nil
}

// searches saves a search, shows those that are saved to who has a key, and
// drops one: for who has a key, or knows its address.
func (s *Server) searches(x *site, w http.ResponseWriter, r *http.Request, path string) {
	if s.opt.Searches == nil {
		s.fail(w, r, http.StatusNotFound)
		return
	}
	if !s.sentForm(x, w, r, func() { s.showSearches(x, w, r) }) {
		return
	}
	to, err := s.changeSearches(x, w, r, path)
	switch {
	case err != nil:
		s.failWith(w, r, err)
	case to != "":
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, x.root+to, http.StatusSeeOther)
	}
}

// sentForm reports whether a form was sent, and reads it; otherwise the request
// is answered: who has a key and looks is shown the form.
func (s *Server) sentForm(x *site, w http.ResponseWriter, r *http.Request, show func()) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if s.allowed(x, w, r) {
			show()
		}
		return false
	case http.MethodPost:
		return s.readForm(x, w, r)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		s.fail(w, r, http.StatusMethodNotAllowed)
		return false
	}
}

// readForm reads what a page of ours sends. A form on another site, in whose
// place the browser would act with the key of who looks at it, is refused.
func (s *Server) readForm(x *site, w http.ResponseWriter, r *http.Request) bool {
	if err := x.forms.Check(r); err != nil {
		s.refuse(w, r, http.StatusForbidden, []mistake{{phrase: "This form was sent from another site."}})
		return false
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		s.refuse(w, r, http.StatusBadRequest, []mistake{{phrase: "The form could not be read."}})
		return false
	}
	return true
}

// changeSearches saves or drops a search and gives the path of what is shown
// then; empty: the request has been answered.
func (s *Server) changeSearches(x *site, w http.ResponseWriter, r *http.Request, path string) (to string, err error) {
	switch token, ours := strings.CutPrefix(path, searchesPath+"/"); {
	case ours:
		one, err := s.opt.Searches.SavedSearch(r.Context(), HashKey(token))
		if err != nil {
			return "", err
		}
		return "/search?q=" + url.QueryEscape(one.Text), s.opt.Searches.DropSearch(r.Context(), one.ID)
	case r.PostForm.Has("drop"):
		if !s.allowed(x, w, r) {
			return "", nil
		}
		return searchesPath, s.opt.Searches.DropSearch(r.Context(), r.PostForm.Get("drop"))
	case x.Access.SavedSearches == "":
		return "", news.ErrNotFound
	case x.Access.SavedSearches == KeySavers && !s.allowed(x, w, r):
		return "", nil
	}
	one, why, err := s.searchToSave(r.Context(), x, line(r.PostForm.Get("q")), line(r.PostForm.Get("title")))
	if err != nil {
		return "", err
	}
	if len(why) > 0 {
		s.refuse(w, r, http.StatusBadRequest, why)
		return "", nil
	}
	token := rand.Text()
	one.ID = HashKey(token)
	return searchesPath + "/" + token, s.opt.Searches.SaveSearch(r.Context(), one)
}

// searchToSave is a search as it is to be kept, or why it cannot be.
func (s *Server) searchToSave(ctx context.Context, x *site, text, title string) (one news.SavedSearch, why []mistake, err error) {
	q, not := search.Reader{Location: x.Location, Tag: x.TagName, Source: x.sourceNamed}.Parse(cut(text, longestText))
	for _, m := range not {
		why = append(why, mistake{m.Phrase, m.Value, m.At})
	}
	switch {
	case len(text) > longestText:
		why = append(why, mistake{phrase: "The search is too long."})
	case !asks(q):
		why = append(why, mistake{phrase: "The search is empty."})
	}
	w, err := s.known(ctx, x, want{path: "/search", query: q, wrong: why})
	if err != nil || len(w.wrong) > 0 {
		return one, w.wrong, err
	}
	now := s.now().UTC().Truncate(time.Second)
	list, err := s.opt.Searches.SavedSearches(ctx)
	if err != nil {
		return one, nil, err
	}
	lately := 0
	for _, l := range list {
		if now.Sub(l.Made) < time.Hour {
			lately++
		}
	}
	if len(list) >= mostSearches || x.Access.SavedSearches == AnySaver && lately >= mostPerHour {
		return one, []mistake{{phrase: "Too many searches are saved already; for now no more can be added."}}, nil
	}
	return news.SavedSearch{Title: cut(cmp.Or(title, text), longestTitle), Text: text, Query: q, Made: now}, nil, nil
}

// A searchesPage lists the saved searches for the operator. Their addresses are
// not in it: of the keys only the sums are kept.
type searchesPage struct {
	*chrome
	Searches []news.SavedSearch
}

func (s *Server) showSearches(x *site, w http.ResponseWriter, r *http.Request) {
	list, err := s.opt.Searches.SavedSearches(r.Context())
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	lang := spoken(r.Header["Accept-Language"], x.Language)
	s.showForm(x, w, r, http.StatusOK, "searches", &searchesPage{s.chromeOf(x, lang, lang.say("Saved searches"), ""), list})
}

// showForm answers with a page that is for who asked alone.
func (s *Server) showForm(x *site, w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	a, err := s.renderPage(x, name, data, time.Time{})
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	h["Content-Security-Policy"] = a.csp
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body)
	}
}
