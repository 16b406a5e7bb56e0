package feedout

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// addPath is the form that adds a source.
const addPath = "/sources/new"

// lookWithin is how long a page may take to be looked at, with the waiting for
// its host: answers end after a minute.
const lookWithin = 45 * time.Second

// An Adder looks at the news page of a town and adds it as a source. Its errors
// may have Reasons() []news.Reason, which are told in the reader's language.
type Adder interface {
	Look(ctx context.Context, address string, feed bool) (Finding, error)
	Add(ctx context.Context, p Proposal) error // what it did even so is told by the error
}

// A Proposal is a source as it is to be written into the configuration.
type Proposal struct{ Name, URL, Title, Kind, Preset, Place, Language, Timezone string }

// A Finding is what was found at an address.
type Finding struct {
	Proposal
	YAML     string // as it would be written
	Robots   string // the rules in force at the host, in the words of the crawler; empty: there are none
	Entries  []Found
	Dates    int    // how many entries have one
	Places   int    // likewise
	Next     string // address of the listing's next page; empty: none
	SiteFeed string // address of the site's own feed, where that is not what was looked at; empty: none
	Article  bool   // it looks like the page of one article
}

// A Found is one entry of a listing.
type Found struct {
	Place, Headline string
	Published       news.Moment
}

// shownEntries is how many of the entries are shown.
const shownEntries = 10

// An addPage is the form, with what was found or what is wrong.
type addPage struct {
	*chrome
	Address string
	Found   *Finding
	Shown   []Found
	Wrong   string
	YAML    string // to be pasted where it could not be written
}

// addSource shows the form, looks at an address, and adds what was found: for
// who has a key.
func (s *Server) addSource(x *site, w http.ResponseWriter, r *http.Request) {
	lang := spoken(r.Header["Accept-Language"], x.Language)
	p := &addPage{chrome: s.chromeOf(x, lang, lang.say("Add a source"), "/sources")}
	sent := s.sentForm(x, w, r, func() { s.showForm(x, w, r, http.StatusOK, "add", p) })
	if !sent || !s.allowed(x, w, r) {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), lookWithin)
	defer cancel()
	if r.PostForm.Has("add") {
		s.add(ctx, x, w, r, p)
		return
	}
	s.look(ctx, x, w, r, p)
}

// look shows what is at an address.
func (s *Server) look(ctx context.Context, x *site, w http.ResponseWriter, r *http.Request, p *addPage) {
	if p.Address = strings.TrimSpace(r.PostForm.Get("address")); p.Address == "" {
		p.Wrong = p.say("Please give an address: that of the page where the town lists its news.")
		s.showForm(x, w, r, http.StatusUnprocessableEntity, "add", p)
		return
	}
	found, err := s.opt.Adder.Look(ctx, p.Address, r.PostForm.Get("feed") != "")
	if err != nil {
		p.Wrong = p.because(err)
		s.showForm(x, w, r, http.StatusUnprocessableEntity, "add", p)
		return
	}
	p.Found, p.Shown = &found, found.Entries[:min(len(found.Entries), shownEntries)]
	s.showForm(x, w, r, http.StatusOK, "add", p)
}

// add adds the source that the form proposes, and leads to its page.
func (s *Server) add(ctx context.Context, x *site, w http.ResponseWriter, r *http.Request, p *addPage) {
	value := func(name string) string { return line(r.PostForm.Get(name)) }
	one := Proposal{
		Name: value("name"), URL: value("url"), Title: value("title"), Kind: value("kind"), Preset: value("preset"), Place: value("place"),
		Language: value("language"), Timezone: value("timezone"),
	}
	if err := s.opt.Adder.Add(ctx, one); err != nil {
		p.Address, p.Wrong, p.YAML = one.URL, p.because(err), r.PostForm.Get("yaml")
		s.showForm(x, w, r, http.StatusUnprocessableEntity, "add", p)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, x.root+"/sources/"+escapeSegment(one.Name), http.StatusSeeOther)
}

// because is why something failed, in the reader's language.
func (c *chrome) because(err error) string {
	var told interface{ Reasons() []news.Reason }
	if errors.As(err, &told) {
		return c.Say(told.Reasons(), err.Error())
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return c.say("The page did not answer in time. Please try again later.")
	}
	return line(err.Error())
}

// Adds reports whether sources can be added by who has a key.
func (c *chrome) Adds() bool { return c.x.Access.AddSources }
