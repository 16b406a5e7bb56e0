package feedout

import (
	"cmp"
	"context"
	"net/http"
	netmail "net/mail"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// subscribePath is where a mailbox is typed in, confirmPath comes before the
// token in the mail that asks its reader.
const (
	subscribePath = "/subscribe"
	confirmPath   = "/confirm/"
)

// longestMailbox is what SMTP can hold (RFC 5321, with its angle brackets).
const longestMailbox = 254

// Mails lets readers get a feed by mail. Nobody gets any before he has followed
// the address in a mail that asks him.
type Mails interface {
	// Subscribe asks the reader of a mailbox, unless he was asked already; ID,
	// Asked and Confirmed of one are not looked at. taken is false where too many
	// are asked at present.
	Subscribe(ctx context.Context, one news.Subscriber) (taken bool, err error)

	// Confirm gives the title of what the bearer of a token asked for and, where
	// it is meant, has him get it; news.ErrNotFound: the token is none, or too old.
	Confirm(ctx context.Context, token string, meant bool) (title string, err error)
}

// subscribingClient is how often one client may have mails sent.
var subscribingClient = pace{burst: 5, every: 10 * time.Minute}

// A throttle holds clients to a pace.
type throttle struct {
	mu      sync.Mutex
	clients map[string]*party
}

// lets reports whether a client may act now, and counts that. The empty client
// is nobody in particular, and always may.
func (t *throttle) lets(p pace, client string, now time.Time) bool {
	if client == "" {
		return true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.clients == nil {
		t.clients = map[string]*party{}
	}
	forget(t.clients, now)
	who := of(t.clients, client)
	if p.wait(who, now) > 0 {
		return false
	}
	p.took(who, now)
	who.running--
	return true
}

// ByMail is the local address of the feed beside the page where it can be had by
// mail: not where it is somebody's own.
func (c *chrome) ByMail() string {
	if !c.x.Mails || c.Private || c.Keyed || c.Feed == "" {
		return ""
	}
	return escape(c.Feed) + c.FeedQuery
}

// A mailsView asks for a click, or says what has happened.
type mailsView struct {
	*chrome
	Action string // where the button leads; empty: there is none
	Button string
}

// subscribe answers the form of the subscribe box. Whether a mailbox is known
// already is not to be seen from the answer.
func (s *Server) subscribe(x *site, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		s.fail(w, r, http.StatusMethodNotAllowed)
		return
	}
	if !s.readForm(x, w, r) {
		return
	}
	lang := spoken(r.Header["Accept-Language"], x.Language)
	one, why, err := s.subscriberOf(r.Context(), x, r.PostForm, lang)
	switch {
	case err != nil:
		s.failWith(w, r, err)
		return
	case len(why) > 0:
		s.refuse(w, r, http.StatusBadRequest, why)
		return
	}
	taken := s.mailing.lets(subscribingClient, clientOf(r), s.now())
	if taken {
		if taken, err = s.opt.Mails.Subscribe(r.Context(), one); err != nil {
			s.failWith(w, r, err)
			return
		}
	}
	if !taken {
		tooMany := mistake{phrase: "Too many people have asked for e-mails just now. Please try again in an hour."}
		s.refuse(w, r, http.StatusTooManyRequests, []mistake{tooMany})
		return
	}
	v := &mailsView{chrome: s.chromeOf(x, lang, lang.say("Please check your inbox"), "")}
	v.About = lang.say("You are being sent a mail with a link. You get this feed by e-mail only once you have followed it.") + " " +
		lang.say("It should arrive within a few minutes. If it does not, check your spam folder.")
	s.showForm(x, w, r, http.StatusOK, "mails", v)
}

// subscriberOf is what the form asks for, or why it cannot be had.
func (s *Server) subscriberOf(ctx context.Context, x *site, form url.Values, lang tongue) (one news.Subscriber, why []mistake, err error) {
	one.Mailbox = strings.TrimSpace(form.Get("mailbox"))
	if at, err := netmail.ParseAddress(one.Mailbox); err != nil || at.Address != one.Mailbox || len(one.Mailbox) > longestMailbox {
		return one, []mistake{{phrase: "That is not an e-mail address."}}, nil
	}
	page, err := url.Parse(cut(form.Get("feed"), 4*longestPath))
	if err != nil {
		return one, nil, news.ErrNotFound
	}
	w, ok := x.parse(page.Path, page.Query(), s.now())
	if !ok || w.closed() {
		return one, nil, news.ErrNotFound
	}
	if w, err = s.known(ctx, x, w); err != nil {
		return one, nil, err
	}
	if w.path == "/search" && !asks(w.query) {
		w.wrong = append(w.wrong, mistake{phrase: "The search is empty."})
	}
	if len(w.wrong) > 0 {
		return one, w.wrong, nil
	}
	name, _, err := s.name(ctx, x, w, lang)
	one.Title, one.Query, one.Language = line(cmp.Or(name, x.Title)), w.query, lang.tag()
	if w.saved != nil { // what it asks for may change
		one.Feed = w.saved.Name
		one.Query = news.Query{All: w.query.All[len(w.saved.Query.All):], Not: w.query.Not[len(w.saved.Query.Not):]}
	}
	one.Page = escape(w.path) + w.queryString("limit", "", "full", "", "title", "")
	return one, nil, err
}

// A click is an address in a mail: what it asks, does and says.
type click struct {
	path       string // before the token
	act        func(ctx context.Context, token string, meant bool) (title string, err error)
	asks, done string // phrases
	button     string
	oneClick   string // what programs of mail are told that post at once (RFC 8058)
}

// clickOf is the click that a path leads to, with its token.
func (s *Server) clickOf(path string) (c click, token string, ok bool) {
	if token, ok := strings.CutPrefix(path, "/unsubscribe/"); ok && s.opt.Unsubscribe != nil {
		return click{
			path: "/unsubscribe/", act: s.opt.Unsubscribe, button: "Unsubscribe", oneClick: "unsubscribed",
			asks: "Do you want to stop getting these e-mails?", done: "You will no longer get these e-mails.",
		}, token, true
	}
	if token, ok := strings.CutPrefix(path, confirmPath); ok && s.opt.Mails != nil {
		return click{
			path: confirmPath, act: s.opt.Mails.Confirm, button: "Yes, send me e-mails", oneClick: "confirmed",
			asks: "Do you want to get new items from this feed by e-mail?",
			done: "Done: you get new items by e-mail. Each mail has a link to unsubscribe.",
		}, token, true
	}
	return c, "", false
}

// clicked answers an address in a mail: programs of mail post there at once,
// people see a page with a button, so that no program which only looks at
// addresses does anything.
func (s *Server) clicked(x *site, w http.ResponseWriter, r *http.Request, c click, token string) {
	meant := r.Method == http.MethodPost
	if !meant && r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD, POST")
		s.fail(w, r, http.StatusMethodNotAllowed)
		return
	}
	title, err := c.act(r.Context(), token, meant)
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	if meant && !wantsPage(r) {
		plainText(w, http.StatusOK, c.oneClick)
		return
	}
	lang := spoken(r.Header["Accept-Language"], x.Language)
	v := &mailsView{chrome: s.chromeOf(x, lang, line(title), "")}
	v.About = lang.say(c.done)
	if !meant {
		v.About, v.Action, v.Button = lang.say(c.asks), c.path+escapeSegment(token), lang.say(c.button)
	}
	s.showForm(x, w, r, http.StatusOK, "mails", v) // its address is a secret, too
}
