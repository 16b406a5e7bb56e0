package feedout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// ServeHTTP answers a request, from the shelf where it can.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		if k, ok := s.warmKey(r); ok {
			if a := s.shelf.get(k); a != nil && !a.private && a.good(s.archive, s.now()) {
				s.meter.warm.Inc()
				s.give(w, r, a)
				return
			}
		}
	}
	s.route(w, r)
}

// warmKey is the key of a request that needs no reading of its query.
func (s *Server) warmKey(r *http.Request) (key, bool) {
	if r.URL.RawQuery != "" {
		return key{}, false
	}
	path := s.site.Load().local(r.URL.Path)
	v := forReaders
	if _, f := split(path); f == page || f != csvTable && wantsPage(r) {
		v = forPeople + view(spoken(r.Header["Accept-Language"], s.site.Load().Language))
	}
	return key{path: path, view: v}, true
}

// local is a request's path without the prefix of base_url; a proxy may have
// taken it off already.
func (x *site) local(path string) string {
	if x.prefix == "" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, x.prefix); ok && (rest == "" || rest[0] == '/') {
		if rest == "" {
			return "/"
		}
		return rest
	}
	return path
}

// wantsPage reports a browser: it accepts HTML before everything else and
// names no feed format.
func wantsPage(r *http.Request) bool {
	for _, accept := range r.Header["Accept"] {
		if strings.HasPrefix(accept, "text/html") {
			return !strings.Contains(accept, "rss+xml") && !strings.Contains(accept, "atom+xml") && !strings.Contains(accept, "feed+json")
		}
	}
	return false
}

// route answers what was not on the shelf.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	x := s.site.Load()
	path := x.local(r.URL.Path)
	if len(r.URL.Path) > longestPath || len(r.URL.RawQuery) > 4*longestPath {
		s.fail(w, r, http.StatusRequestURITooLong)
		return
	}
	if path == "/websub" && s.opt.Hub != nil {
		s.opt.Hub.ServeHTTP(w, r)
		return
	}
	if strings.HasPrefix(path, "/api/") {
		s.api(x, w, r, path)
		return
	}
	if c, token, ok := s.clickOf(path); ok {
		s.clicked(x, w, r, c, token)
		return
	}
	if path == subscribePath && x.Mails && s.opt.Mails != nil {
		s.subscribe(x, w, r)
		return
	}
	if path == addPath && x.Access.AddSources && s.opt.Adder != nil {
		s.addSource(x, w, r)
		return
	}
	if path == searchesPath || r.Method == http.MethodPost && strings.HasPrefix(path, searchesPath+"/") {
		s.searches(x, w, r, path)
		return
	}
	if _, f := split(path); r.Method == http.MethodOptions && f != page {
		preflight(w)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		s.fail(w, r, http.StatusMethodNotAllowed)
		return
	}
	if answer := s.plain(path); answer != nil {
		answer(x, w, r)
		return
	}
	if name, ok := strings.CutPrefix(path, "/status/"); ok && name != "" {
		s.sourceStatus(x, w, r, name)
		return
	}
	if strings.HasPrefix(path, "/badges/") && strings.HasSuffix(path, ".svg") {
		s.badge(x, w, r, strings.TrimSuffix(strings.TrimPrefix(path, "/badges/"), ".svg"))
		return
	}
	if name, ok := strings.CutPrefix(path, thumbnailPrefix); ok {
		s.thumbnail(x, w, r, name)
		return
	}
	s.serveListing(x, w, r, path)
}

// plain is the handler of an address that is not kept on the shelf, or nil.
func (s *Server) plain(path string) func(*site, http.ResponseWriter, *http.Request) {
	switch path {
	case "/healthz":
		return s.healthz
	case "/readyz":
		return s.readyz
	case "/metrics":
		return s.metrics
	case "/status":
		return s.statusPage
	case "/status.json":
		return s.statusJSON
	case "/status.rss":
		return s.statusRSS
	case "/robots.txt":
		return s.robots
	case stylePath, scriptPath, iconPNG, iconSVG, "/favicon.ico":
		return s.asset
	}
	return nil
}

// errRedirect asks for another address; its text is the local path.
type errRedirect struct{ to string }

func (e errRedirect) Error() string { return "moved to " + e.to }

// serveListing answers feeds, pages and the OPML file by way of the shelf.
func (s *Server) serveListing(x *site, w http.ResponseWriter, r *http.Request, path string) {
	if bare := strings.TrimRight(path, "/"); bare != path && path != "/" { // as people type it
		s.failWith(w, r, errRedirect{cmp.Or(escape(bare), "/")})
		return
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		values = url.Values{}
	}
	bare, f := split(path)
	v := forReaders
	if f == page || f != csvTable && wantsPage(r) && !values.Has("raw") {
		f = page
		v = forPeople + view(spoken(r.Header["Accept-Language"], x.Language))
	}
	j, err := s.job(r.Context(), x, bare, f, values, tongue(v-min(v, forPeople)))
	if errors.Is(err, news.ErrUnwritable) && r.URL.RawQuery == "" { // of a saved search; who has its address may see it
		if last := s.last(key{path: path, view: v}, x); last != nil {
			s.give(w, r, last)
			return
		}
	}
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	s.answer(x, w, r, key{path, j.query, v}, j)
}

// answer gives the answer under a key, to who may see it.
func (s *Server) answer(x *site, w http.ResponseWriter, r *http.Request, k key, j job) {
	if j.private && !s.allowed(x, w, r) {
		return
	}
	j.site, j.coding = x, accepted(r.Header["Accept-Encoding"])
	a, err := s.prepared(r.Context(), k, j)
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	s.give(w, r, a)
}

// failWith answers with what an error means to the client.
func (s *Server) failWith(w http.ResponseWriter, r *http.Request, err error) {
	var moved errRedirect
	var wrong errSearch
	switch {
	case errors.As(err, &wrong):
		x := s.site.Load()
		plainText(w, http.StatusBadRequest, wrong.text(spoken(r.Header["Accept-Language"], x.Language)))
	case errors.As(err, &moved):
		to := s.site.Load().root + moved.to
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusPermanentRedirect)
	case errors.Is(err, news.ErrNotFound):
		var unknown errUnknown
		errors.As(err, &unknown)
		s.fail(w, r, http.StatusNotFound, unknown.near...)
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "2")
		s.fail(w, r, http.StatusServiceUnavailable)
	case errors.Is(err, news.ErrUnwritable): // an archive elsewhere is away
		w.Header().Set("Retry-After", "30")
		s.fail(w, r, http.StatusServiceUnavailable)
	default:
		s.log.Error("answering failed", "url", r.URL.Path, "err", err)
		s.fail(w, r, http.StatusInternalServerError)
	}
}

// A job is how to make one answer.
type job struct {
	site    *site
	query   string   // canonical, part of the key
	coding  encoding // that the first who asks wants
	private bool
	keyed   bool // the address has a key, which is looked at each time
	paced   bool // one of many that a stranger can think of
	render  func(ctx context.Context) (*answer, time.Time, error)
}

// prepared is the answer under a key, rendered by one of all who ask for it.
func (s *Server) prepared(ctx context.Context, k key, j job) (*answer, error) {
	now := s.now()
	generation := s.archive.Generation()
	former := s.shelf.get(k)
	if former != nil && former.good(s.archive, now) {
		s.meter.warm.Inc()
		return former, nil
	}
	if s.opt.Away != nil && s.opt.Away() { // nobody is to wait for that to be found again
		if last := s.last(k, j.site); last != nil {
			return last, nil
		}
	}
	flight := utoa(generation) + " " + utoa(j.site.serial) + " " + strconv.Itoa(int(k.view)) + " " + k.path + k.query
	result := s.flight.DoChan(flight, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		return s.renderOne(ctx, k, j, generation)
	})
	select {
	case done := <-result:
		if errors.Is(done.Err, news.ErrUnwritable) { // the archive is away: what it said last is better than nothing
			if last := s.last(k, j.site); last != nil {
				return last, nil
			}
		}
		if done.Err != nil {
			return nil, done.Err
		}
		return done.Val.(*answer), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// last is the answer under a key as it was last given: from the shelf, or the
// folder of feeds; nil: there is none.
func (s *Server) last(k key, x *site) *answer {
	a := s.shelf.get(k)
	if a != nil {
		return a
	}
	if a = s.disk.get(k, x.Fingerprint); a != nil && s.site.Load() == x {
		s.shelf.put(k, a)
	}
	return a
}

// renderOne renders the answer under a key and puts it on the shelf.
func (s *Server) renderOne(ctx context.Context, k key, j job, generation uint64) (a *answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("rendering %s: panic: %v", k.path, p)
		}
	}()
	queue := s.cold
	if j.paced {
		queue = s.paced
	}
	leave, err := queue.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	began := time.Now()
	a, until, err := j.render(ctx)
	if err != nil {
		return nil, err
	}
	s.meter.rendered(time.Since(began))
	a = s.keep(k, j, a, generation, until)
	s.encoded(a, j.coding)
	return a, nil
}

// keep puts what was rendered on the shelf, or finds that what stands there
// still holds.
func (s *Server) keep(k key, j job, a *answer, generation uint64, until time.Time) *answer {
	a.digest, a.modified, a.private = digest(a.body), a.modified.Truncate(time.Second), j.private || j.keyed
	now := s.now()
	former := s.shelf.get(k)
	if former == nil || s.site.Load() != j.site {
		a.fresh.Store((*freshness)(nil).next(generation, until, now))
		if s.site.Load() == j.site { // else what was rendered is of a former configuration
			s.shelf.put(k, a)
			s.disk.put(k, a, j.site.Fingerprint)
		}
		return a
	}
	fresh := former.fresh.Load().next(generation, until, now)
	if former.same(a) {
		former.fresh.Store(fresh)
		return former
	}
	a.adopt(former, now)
	a.fresh.Store(fresh)
	s.shelf.put(k, a)
	s.disk.put(k, a, j.site.Fingerprint)
	return a
}

// encoded is the answer in an encoding; the shelf learns what that takes.
func (s *Server) encoded(a *answer, e encoding) *coded {
	c, grew := a.in(e, &s.coders)
	if grew > 0 {
		s.shelf.grow(a, grew)
	}
	return c
}

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

// escapeSegment writes one path segment with what an address cannot hold in
// percent form.
func escapeSegment(s string) string { return url.PathEscape(s) }
