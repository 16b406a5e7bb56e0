package feedout

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// fail answers with an error page, or plain text for programs.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, near ...weighted) {
	s.refuse(w, r, status, nil, near...)
}

// refuse is fail with reasons of its own, in the site's words; none: those of the status.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, why []mistake, near ...weighted) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	if !wantsPage(r) {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = fmt.Fprintln(w, strings.ToLower(http.StatusText(status)))
			for _, m := range why {
				_, _ = fmt.Fprintln(w, m.in(spoken(r.Header["Accept-Language"], s.site.Load().Language)))
			}
			for _, v := range near {
				_, _ = fmt.Fprintln(w, s.site.Load().url("/"+string(v.Facet)+"s/"+v.Slug))
			}
		}
		return
	}
	x := s.site.Load()
	lang := spoken(r.Header["Accept-Language"], x.Language)
	c := s.chromeOf(x, lang, lang.say(failureTitle(status)), "")
	p := &errorPage{chrome: c, Near: near}
	for _, m := range why {
		p.Why = append(p.Why, m.in(lang))
	}
	if len(why) == 0 {
		c.About = lang.say(failureText(status))
	}
	a, err := s.renderPage(x, "error", p, time.Time{})
	if err != nil {
		s.log.Error("error page failed", "url", r.URL.Path, "err", err)
		w.WriteHeader(status)
		return
	}
	h.Set("Content-Type", a.kind)
	h["Content-Security-Policy"] = a.csp
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body)
	}
}

// An errorPage says what is wrong, and what may have been meant.
type errorPage struct {
	*chrome
	Why  []string
	Near []weighted
}

func failureTitle(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Not found"
	case http.StatusBadRequest, http.StatusForbidden:
		return "That did not work"
	}
	return "Something went wrong"
}

func failureText(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is nothing at this address. It may have been misspelt, or what you are looking for was never published."
	case http.StatusServiceUnavailable:
		return "Please try again in a moment."
	case http.StatusMethodNotAllowed:
		return "This address does not accept that kind of request."
	case http.StatusRequestURITooLong:
		return "The address is too long."
	case http.StatusUnauthorized:
		return "This page needs a password."
	}
	return "Please try again later."
}
