package feedout

import "net/http"

// An unsubscribeView asks whether mails are to end, or says that they have.
type unsubscribeView struct {
	*chrome
	Action string // empty: they have ended
}

// unsubscribe answers the address in a mail at which it is ended: programs of
// mail post there at once (RFC 8058), people see a page with a button, so that no
// program that only looks at addresses ends anything.
func (s *Server) unsubscribe(x *site, w http.ResponseWriter, r *http.Request, token string) {
	meant := r.Method == http.MethodPost
	if !meant && r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD, POST")
		s.fail(w, r, http.StatusMethodNotAllowed)
		return
	}
	title, err := s.opt.Unsubscribe(r.Context(), token, meant)
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	if meant && !wantsPage(r) {
		plainText(w, http.StatusOK, "unsubscribed")
		return
	}
	lang := spoken(r.Header["Accept-Language"], x.Language)
	v := &unsubscribeView{chrome: s.chromeOf(x, lang, line(title), "")}
	v.About = lang.say("You will no longer get these e-mails.")
	if !meant {
		v.About, v.Action = lang.say("Do you want to stop getting these e-mails?"), "/unsubscribe/"+escapeSegment(token)
	}
	s.showForm(x, w, r, http.StatusOK, "unsubscribe", v) // its address is a secret, too
}
