package feedout

import (
	"net/http"
	"strings"
)

// Header values that every response shares.
var (
	noSniff  = []string{"nosniff"}
	noRefer  = []string{"no-referrer"}
	feedVary = "Accept, Accept-Encoding"
	pageVary = "Accept, Accept-Encoding, Accept-Language"
)

// give writes an answer, or that the client has it already.
func (s *Server) give(w http.ResponseWriter, r *http.Request, a *answer) {
	c := s.encoded(a, accepted(r.Header["Accept-Encoding"]))
	head := a.head.Load()
	if head == nil {
		head = newHead(a)
		a.head.Store(head)
	}
	h := w.Header()
	h["Etag"] = c.etag
	h["Cache-Control"] = head.control
	h["Vary"] = head.vary
	if a.csp == nil {
		h["Access-Control-Allow-Origin"], h["Access-Control-Expose-Headers"] = anyOrigin, corsTells
	}
	if s.unchanged(r, a, c) {
		s.meter.unchanged.Inc()
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["X-Content-Type-Options"] = noSniff
	if head.modified != nil {
		h["Last-Modified"] = head.modified
	}
	if head.robots != nil {
		h["X-Robots-Tag"] = head.robots
	}
	if head.link != nil {
		h["Link"] = head.link
	}
	if head.file != nil {
		h["Content-Disposition"] = head.file
	}
	h["Content-Type"] = head.kind
	h["Content-Length"] = c.length
	if a.csp != nil {
		h["Content-Security-Policy"] = a.csp
		h["Referrer-Policy"] = noRefer
	}
	if c.encoding != nil {
		h["Content-Encoding"] = c.encoding
	}
	if r.Method == http.MethodHead {
		return
	}
	s.meter.bytes.Add(float64(len(c.body)))
	_, _ = w.Write(c.body) // the client may have gone; there is nobody to tell
}

// A head is the headers of an answer, ready to be shared by all responses.
type head struct {
	kind, vary, control, robots, link, file, modified []string
}

func newHead(a *answer) *head {
	h := &head{kind: []string{a.kind}, vary: []string{a.vary}, control: []string{a.control}}
	if a.robots != "" {
		h.robots = []string{a.robots}
	}
	if a.link != "" {
		h.link = []string{a.link}
	}
	if a.file != "" {
		h.file = []string{`attachment; filename="` + a.file + `"`} // a slug needs no escaping
	}
	if !a.modified.IsZero() {
		h.modified = []string{a.modified.UTC().Format(http.TimeFormat)}
	}
	return h
}

// unchanged evaluates the conditional headers (RFC 9110 §13.2.2): an entity
// tag of any encoding will do, since they stand for the same content.
func (s *Server) unchanged(r *http.Request, a *answer, c *coded) bool {
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		for _, list := range tags {
			if list == c.etag[0] || matchesTag(list, a.digest) {
				return true
			}
		}
		return false
	}
	since := r.Header["If-Modified-Since"]
	if len(since) == 0 || a.modified.IsZero() {
		return false
	}
	t, err := http.ParseTime(since[0])
	return err == nil && !a.modified.After(t)
}

// matchesTag looks for a digest in the list of an If-None-Match header, which
// compares weakly.
func matchesTag(list, digest string) bool {
	for len(list) > 0 {
		var tag string
		tag, list, _ = strings.Cut(list, ",")
		tag = strings.TrimSpace(tag)
		if tag == "*" {
			return true
		}
		tag = strings.TrimPrefix(tag, "W/")
		if len(tag) < 2 || tag[0] != '"' || tag[len(tag)-1] != '"' {
			continue
		}
		tag = tag[1 : len(tag)-1]
		for _, suffix := range suffixes {
			if name, ok := strings.CutSuffix(tag, suffix); ok && name == digest {
				return true
			}
		}
	}
	return false
}
