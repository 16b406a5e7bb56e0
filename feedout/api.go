package feedout

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/stadtfeed/stadtfeed/news"
)

// apiItems answers /api/items?after=SEQ: items in the order in which they came
// into the archive, one JSON object per line, tombstones included. A program
// asks again with the seq of the last line until nothing comes. ?limit is 1 to
// 1000, ?q takes the conditions of the search.
func (s *Server) apiItems(x *site, w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	after, err := strconv.ParseUint(values.Get("after"), 10, 64)
	if err != nil && values.Get("after") != "" {
		plainText(w, http.StatusBadRequest, "after: want the seq of an item")
		return
	}
	q, wrong := x.search(values.Get("q"), s.now())
	if len(wrong) > 0 {
		s.failWith(w, r, errSearch(wrong))
		return
	}
	q.BySeq, q.After, q.Withdrawn, q.Limit = true, after, true, 200
	if n, err := strconv.Atoi(values.Get("limit")); err == nil {
		q.Limit = min(max(n, 1), 1000)
	}
	leave, err := s.paced.enter(r.Context())
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	items, err := s.archive.Items(r.Context(), q)
	leave() // the client may take its time
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	if len(items) > 0 {
		h.Set("X-Last-Seq", utoa(items[len(items)-1].Seq))
	}
	if r.Method == http.MethodHead {
		return
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, it := range items {
		if err := e.Encode(apiItem(it)); err != nil {
			return // the client has gone
		}
	}
}

// apiItem is an item as programs get it: only addresses that may be published,
// and nothing of a withdrawn text.
func apiItem(it news.Item) news.Item {
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
	return it
}
