package feedout

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// openAPI describes the addresses below /api (OpenAPI 3.1); a test holds it
// against their answers. The address of the server is put in when it is asked for.
//
//go:embed openapi.json
var openAPI []byte

// Portions of answers of the API.
const (
	apiItemsUsually  = 200
	apiItemsAtMost   = 1000
	apiValuesUsually = 100
)

// errParameter is a parameter of a request to the API that cannot be met.
type errParameter string

func (e errParameter) Error() string { return string(e) }

// api answers what programs ask for below /api, from web pages of any origin.
func (s *Server) api(x *site, w http.ResponseWriter, r *http.Request, path string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "X-Last-Seq")
	h.Set("X-Robots-Tag", "noindex")
	answers := map[string]func(*site, http.ResponseWriter, *http.Request) error{
		"/api/items": s.apiItems, "/api/items.json": s.apiItems, "/api/facets": s.apiFacets, "/api/sources": s.apiSources,
		"/api/openapi.json": s.apiDescription,
	}
	answer := answers[path]
	switch {
	case answer == nil:
		s.fail(w, r, http.StatusNotFound)
		return
	case r.Method == http.MethodOptions: // a web page asks whether it may send its key
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Authorization")
		h.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		s.fail(w, r, http.StatusMethodNotAllowed)
		return
	case x.Access.API && path != "/api/openapi.json" && !s.allowed(x, w, r):
		return
	}
	if err := answer(x, w, r); err != nil {
		var wrong errParameter
		if errors.As(err, &wrong) {
			plainText(w, http.StatusBadRequest, wrong.Error())
			return
		}
		s.failWith(w, r, err)
	}
}

// apiItems answers /api/items: items by their Seq, one JSON object per line,
// and /api/items.json: the same as one object with the address of the next page.
// By default they come upwards from ?after=, in the order in which they came
// into the archive, tombstones included, so that a program asks again from the
// last seq that it got; ?before= goes downwards. ?limit= is 1 to 1000, ?q= takes
// a search, ?feed= a saved filter, ?full=0 leaves the texts out.
func (s *Server) apiItems(x *site, w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	q, err := x.apiQuery(values, s.now())
	if err != nil {
		return err
	}
	if x.feeds[values.Get("feed")].Private && !s.allowed(x, w, r) {
		return nil
	}
	leave, err := s.paced.enter(r.Context())
	if err != nil {
		return err
	}
	items, err := s.archive.Items(r.Context(), q)
	leave() // the client may take its time
	if err != nil {
		return err
	}
	if len(items) > 0 {
		w.Header().Set("X-Last-Seq", utoa(items[len(items)-1].Seq))
	}
	if x.local(r.URL.Path) == "/api/items.json" {
		return writeAPI(w, r, x.apiPage(values, q, items))
	}
	return s.writeLines(x, w, r, items)
}

// apiQuery is what a request for items asks for.
func (x *site) apiQuery(values url.Values, now time.Time) (q news.Query, err error) {
	if name := values.Get("feed"); name != "" {
		f, ok := x.feeds[name]
		if !ok {
			return q, news.ErrNotFound
		}
		q = f.Query
	}
	found, wrong := x.search(values.Get("q"), now)
	if len(wrong) > 0 {
		return q, errSearch(wrong)
	}
	q = both(q, found)
	q.Withdrawn, q.Heads = true, values.Get("full") == "0"
	if q.Limit, err = number(values, "limit", apiItemsUsually); err != nil {
		return q, err
	}
	q.Limit = min(max(q.Limit, 1), apiItemsAtMost)
	for name, into := range map[string]*uint64{"after": &q.After, "before": &q.Before} {
		if text := values.Get(name); text != "" {
			if *into, err = strconv.ParseUint(text, 10, 64); err != nil {
				return q, errParameter(name + ": want the seq of an item")
			}
		}
	}
	if q.After > 0 && q.Before > 0 {
		return q, errParameter("after goes up and before goes down: want one of them")
	}
	q.BySeq = q.Before == 0
	return q, nil
}

// both is what two queries find alike.
func both(a, b news.Query) news.Query {
	a.All, a.Not = append(a.All[:len(a.All):len(a.All)], b.All...), append(a.Not[:len(a.Not):len(a.Not)], b.Not...)
	if b.Since.After(a.Since) {
		a.Since = b.Since
	}
	if a.Until.IsZero() || !b.Until.IsZero() && b.Until.Before(a.Until) {
		a.Until = b.Until
	}
	return a
}

// number is a whole number of a request, or what it usually is.
func number(values url.Values, name string, usually int) (int, error) {
	text := values.Get(name)
	if text == "" {
		return usually, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, errParameter(name + ": want a number")
	}
	return n, nil
}

// An apiPage is a portion of items.
type apiPage struct {
	Items []news.Record `json:"items"`
	Next  *string       `json:"next"` // address of the page that goes on; null: this was the last one
}

func (x *site) apiPage(values url.Values, q news.Query, items []news.Item) apiPage {
	p := apiPage{Items: make([]news.Record, len(items))}
	for i, it := range items {
		p.Items[i] = x.record(it)
	}
	if len(items) == q.Limit {
		way := "after"
		if q.Before > 0 {
			way = "before"
		}
		values.Set(way, utoa(items[len(items)-1].Seq))
		values.Del("token") // keys do not belong into answers
		next := x.url("/api/items.json?" + values.Encode())
		p.Next = &next
	}
	return p
}

// writeLines writes items as JSON Lines.
func (s *Server) writeLines(x *site, w http.ResponseWriter, r *http.Request, items []news.Item) error {
	h := w.Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		return nil
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, it := range items {
		if err := e.Encode(x.record(it)); err != nil {
			return nil //nolint:nilerr // the client has gone
		}
	}
	return nil
}

// writeAPI writes one JSON value.
func writeAPI(w http.ResponseWriter, r *http.Request, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the client may have gone
	}
	return nil
}

// apiFacets answers /api/facets: the tags, places and sources of the archive
// with how many items they have, most first; with ?q= or ?feed= those of the
// items that a search or a saved filter finds. ?limit= says how many of each.
func (s *Server) apiFacets(x *site, w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	limit, err := number(values, "limit", apiValuesUsually)
	if err != nil {
		return err
	}
	limit = min(max(limit, 1), apiItemsAtMost)
	if values.Get("q") != "" || values.Get("feed") != "" {
		if x.feeds[values.Get("feed")].Private && !s.allowed(x, w, r) {
			return nil
		}
		return s.apiFacetsOf(x, w, r, limit)
	}
	all := map[string][]news.Count{}
	for name, f := range facets {
		table, err := s.counts(r.Context(), f)
		if err != nil {
			return err
		}
		all[name] = append([]news.Count{}, table.list[:min(limit, len(table.list))]...)
	}
	return writeAPI(w, r, all)
}

// An apiTally is what items that were found have.
type apiTally struct {
	Tags     []news.Count `json:"tags"`
	Places   []news.Count `json:"places"`
	Sources  []news.Count `json:"sources"`
	Items    int          `json:"items"`    // that were counted
	Complete bool         `json:"complete"` // false: there are more, and the newest were counted
}

func (s *Server) apiFacetsOf(x *site, w http.ResponseWriter, r *http.Request, limit int) error {
	q, err := x.apiQuery(r.URL.Query(), s.now())
	if err != nil {
		return err
	}
	leave, err := s.paced.enter(r.Context())
	if err != nil {
		return err
	}
	found, err := s.tallied(r.Context(), q)
	leave()
	if err != nil {
		return err
	}
	all := func(f news.Facet) []news.Count {
		list := found.choice(f, func(*news.Count) bool { return true })
		return append([]news.Count{}, list[:min(limit, len(list))]...)
	}
	return writeAPI(w, r, apiTally{all(news.Tag), all(news.Place), all(news.Source), found.items, found.items < facetScan})
}

// An apiSource is a source as programs get it.
type apiSource struct {
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	URL       *string    `json:"url"`
	Place     *string    `json:"place"`
	Language  string     `json:"language"`
	Items     int        `json:"items"`
	Health    string     `json:"health"` // new, ok, degraded, broken, blocked, stale
	LastVisit *time.Time `json:"last_visit"`
	Feed      string     `json:"feed"` // its feed, as Atom
}

// apiSources answers /api/sources: those of the configuration, in its order.
func (s *Server) apiSources(x *site, w http.ResponseWriter, r *http.Request) error {
	states, err := s.sourceStates(r.Context())
	if err != nil {
		return err
	}
	list := []apiSource{}
	for _, src := range x.Sources {
		st := states.of(src.Name)
		a := apiSource{
			Name:      src.Name,
			Title:     x.sourceTitle(src.Name),
			URL:       optional(webURL(src.URL)),
			Place:     optional(src.Place),
			Language:  cmp.Or(src.Language, x.Language),
			Health:    cmp.Or(string(st.Health), "new"),
			Items:     st.Items,
			LastVisit: moment(st.LastVisit),
			Feed:      x.url("/sources/" + escapeSegment(src.Name) + ".atom"),
		}
		list = append(list, a)
	}
	return writeAPI(w, r, map[string]any{"sources": list})
}

// apiDescription answers /api/openapi.json.
func (s *Server) apiDescription(x *site, w http.ResponseWriter, r *http.Request) error {
	var d map[string]any
	if err := json.Unmarshal(openAPI, &d); err != nil {
		return err
	}
	d["servers"] = []any{map[string]any{"url": x.root}}
	return writeAPI(w, r, d)
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// record is an item as programs get it: only addresses that may be published,
// and nothing of a withdrawn text.
func (x *site) record(it news.Item) news.Record {
	it.URL, it.Image = webURL(it.URL), webURL(it.Image)
	if !it.Withdrawn.IsZero() {
		it.Teaser, it.BodyHTML, it.BodyText, it.Image, it.ImageCredit, it.Attachments = "", "", "", "", "", nil
	}
	var files []news.Attachment
	for _, a := range it.Attachments {
		if a.URL = webURL(a.URL); a.URL != "" {
			files = append(files, a)
		}
	}
	it.Attachments = files
	return news.RecordOf(it, x.position(it.Place))
}
