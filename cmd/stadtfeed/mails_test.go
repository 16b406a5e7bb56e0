package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
)

// A post office is a mail server on loopback that keeps what it gets; nobody@ it
// does not know, and it may be closed.
type postOffice struct {
	mu    sync.Mutex
	mails []letter
	at    string
}

type letter struct{ to, subject, text, unsubscribe, oneClick string }

func (o *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{office: o}, nil }

type counter struct {
	office *postOffice
	to     string
}

func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }
func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, Message: "no such mailbox: " + to}
	}
	c.to = to
	return nil
}

func (c *counter) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	_, kind, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	part, err := multipart.NewReader(m.Body, kind["boundary"]).NextPart()
	if err != nil {
		return err
	}
	text, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.mails = append(c.office.mails, letter{
		c.to, subject, string(text), strings.Trim(m.Header.Get("List-Unsubscribe"), "<>"), m.Header.Get("List-Unsubscribe-Post"),
	})
	return err
}
func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }

// taken are the mails since the last call.
func (o *postOffice) taken() []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.mails
	o.mails = nil
	return all
}

func openPostOffice(t *testing.T) *postOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &postOffice{at: l.Addr().String()}
	server := smtp.NewServer(o)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-served }) //nolint:errcheck // the test is over
	return o
}

// A reading room is a newsroom with pages at which readers subscribe by mail.
type readingRoom struct {
	*newsroom
	office *postOffice
	site   *feedout.Server
	log    bytes.Buffer
}

func openReadingRoom(t *testing.T, mailKeys string) *readingRoom {
	t.Helper()
	r := &readingRoom{office: openPostOffice(t)}
	r.newsroom = openNewsroom(t, filepath.Join(t.TempDir(), "a.db"), fmt.Sprintf(`
base_url: https://feeds.example
mail: {server: %q, from: news@town.example, tls: none, %s}
access: {keys: [%s]}
sources: [{name: kassel, url: "https://kassel.example/", title: Stadt Kassel}]
feeds:
  - {name: verkehr, title: Traffic, match: {tags: [Verkehr]}}
  - {name: intern, match: {tags: [Verkehr]}, private: true}
`, r.office.at, mailKeys, feedout.HashKey("key")), morning)
	r.newsroom.log = slog.New(slog.NewTextHandler(&r.log, nil))
	r.crawler = newCrawler(r.config(), r.newsroom.log)
	r.crawler.Clock = &crawler.Clock{}
	site, err := feedout.New(r.store, siteOf(r.config(), r.base), feedout.Options{
		Log: r.newsroom.log, Now: func() time.Time { return r.now }, Unsubscribe: r.unsubscribe,
		Mails: mailDesk{r.core, func() time.Time { return r.now }},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.site = site
	return r
}

// ask asks the pages as a browser in German does; a form is posted.
func (r *readingRoom) ask(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		req = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Language", "de")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.site.ServeHTTP(w, req)
	return w
}

func (r *readingRoom) subscribe(mailbox, feed string, headers ...string) int {
	return r.ask("/subscribe", url.Values{"mailbox": {mailbox}, "feed": {feed}}, headers...).Code
}

var feedField = regexp.MustCompile(`name="feed" value="([^"]+)"`)

// TestSubscribingByMail: a reader types his mailbox in beside a feed, follows the
// address in the mail that asks him, gets what is new once, and ends it by one
// click, after which nothing of him is left.
func TestSubscribingByMail(t *testing.T) {
	r := openReadingRoom(t, "subscribe: true")
	r.tell(0)
	r.visit(time.Hour, false, "First visit")
	field := feedField.FindStringSubmatch(r.ask("/tags/verkehr", nil).Body.String())
	if field == nil || field[1] != "/tags/verkehr" {
		t.Fatalf("the page of a tag has no form for a mailbox: %q", field)
	}
	for range 2 { // who asks twice is asked once
		if code := r.subscribe("Mia@reader.example", field[1]); code != http.StatusOK {
			t.Fatalf("subscribing: %d", code)
		}
		r.tell(time.Second)
	}
	got := r.office.taken()
	if len(got) != 1 || got[0].to != "Mia@reader.example" || got[0].subject != "Bitte bestätigen: Verkehr" || got[0].oneClick != "" {
		t.Fatalf("asked with %+v, want one mail", got)
	}
	confirm := strings.TrimPrefix(regexp.MustCompile(`https://feeds\.example/confirm/\S+`).FindString(got[0].text), r.base)
	r.visit(time.Hour, false, "Before it is confirmed")
	button := `<form method="post" action="` + confirm + `">`
	if page := r.ask(confirm, nil); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), button) {
		t.Fatalf("%s has no button: %d %s", confirm, page.Code, page.Body)
	}
	r.tell(time.Second)
	if got := r.office.taken(); len(got) > 0 {
		t.Fatalf("who only looked gets %+v", got)
	}
	if w := r.ask(confirm, url.Values{}); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Fertig") {
		t.Fatalf("confirming: %d %s", w.Code, w.Body)
	}
	r.tell(time.Second)
	r.visit(time.Hour, false, "Brücke gesperrt")
	r.tell(time.Second)
	r.tell(time.Second)
	got = r.office.taken()
	if len(got) != 1 || got[0].subject != "Stadt Kassel: Brücke gesperrt" {
		t.Fatalf("told %+v, want the one new item", got)
	}
	if got[0].oneClick != "List-Unsubscribe=One-Click" || !strings.Contains(got[0].text, "Abbestellen: "+got[0].unsubscribe) {
		t.Fatalf("%+v has no address in German to end it", got[0])
	}
	end := strings.TrimPrefix(got[0].unsubscribe, r.base)
	if w := r.ask(end, url.Values{"List-Unsubscribe": {"One-Click"}}, "Accept", "*/*"); w.Code != http.StatusOK {
		t.Fatalf("one click: %d %s", w.Code, w.Body)
	}
	r.visit(time.Hour, false, "Umleitung")
	r.tell(time.Second)
	if got := r.office.taken(); len(got) > 0 {
		t.Errorf("who has left gets %+v", got)
	}
	if w := r.ask(end, nil); w.Code != http.StatusNotFound {
		t.Errorf("the address that ended it answers %d", w.Code)
	}
	var out bytes.Buffer
	if err := r.store.Export(t.Context(), &out, true); err != nil || strings.Contains(out.String(), "subscriber") {
		t.Errorf("what is left of who has left: %v %s", err, out.String())
	}
	if strings.Contains(strings.ToLower(r.log.String()), "mia@") {
		t.Errorf("the log has the mailbox:\n%s", r.log.String())
	}
}

// subscribed has a mailbox get a feed.
func (r *readingRoom) subscribed(mailbox, feed string) {
	r.t.Helper()
	if code := r.subscribe(mailbox, feed); code != http.StatusOK {
		r.t.Fatalf("subscribing to %s: %d", feed, code)
	}
	list, err := r.store.Subscribers(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	for _, one := range list {
		if w := r.ask("/confirm/"+one.ID, url.Values{}); w.Code != http.StatusOK {
			r.t.Fatalf("confirming: %d", w.Code)
		}
	}
	r.tell(time.Second)
	r.office.taken()
}

// TestMailsOfASavedFilter: they follow the configuration, with what was chosen of
// the filter besides, and come when the digest is due.
func TestMailsOfASavedFilter(t *testing.T) {
	r := openReadingRoom(t, `subscribe: true, digest: "0 7 * * *"`)
	r.visit(time.Hour, false, "First visit")
	r.subscribed("mia@reader.example", "/feeds/verkehr?only=source:kassel")
	r.visit(time.Hour, false, "Bridge closed", "Road works")
	r.tell(time.Second)
	if got := r.office.taken(); len(got) > 0 {
		t.Errorf("before it is due: %+v", got)
	}
	r.tell(25 * time.Hour)
	if got := r.office.taken(); len(got) != 1 || !strings.Contains(got[0].text, "Road works") {
		t.Errorf("when it is due: %+v", got)
	}
	changed := *r.config()
	changed.Feeds = changed.Feeds[1:] // the filter is gone
	r.cfg.Store(&changed)
	r.visit(time.Hour, false, "Detour")
	r.tell(25 * time.Hour)
	if got := r.office.taken(); len(got) > 0 {
		t.Errorf("of a filter that is gone: %+v", got)
	}
}

// TestNobodyIsFlooded: a mailbox is asked three times at most until its reader
// answers, a client has five mails sent at once, all together sixty in an hour;
// who does not answer in a day is forgotten.
func TestNobodyIsFlooded(t *testing.T) {
	r := openReadingRoom(t, "subscribe: true")
	r.visit(time.Hour, false, "First visit")
	for n, q := range []string{"a", "b", "c", "d", "e"} {
		mailbox := fmt.Sprintf("mia+%d@reader.example", n)
		if code := r.subscribe(mailbox, "/search?q="+q); code != http.StatusOK {
			t.Errorf("question %d: %d", n, code)
		}
	}
	r.tell(time.Second)
	if got := r.office.taken(); len(got) != mostAskedOne {
		t.Errorf("one reader was asked by %d mails, want %d", len(got), mostAskedOne)
	}
	codes := map[int]int{}
	for n := range mostAskedHourly {
		codes[r.subscribe(fmt.Sprintf("reader%d@reader.example", n), "/tags/verkehr")]++
	}
	if want := mostAskedHourly - mostAskedOne; codes[http.StatusOK] != want || codes[http.StatusTooManyRequests] != mostAskedOne {
		t.Errorf("answers %v, want %d taken in an hour", codes, want)
	}
	r.tell(2 * time.Hour)
	codes = map[int]int{}
	for n := range 7 {
		codes[r.subscribe(fmt.Sprintf("client%d@reader.example", n), "/tags/verkehr", "X-Forwarded-For", "8.8.4.4")]++
	}
	if codes[http.StatusOK] != 5 || codes[http.StatusTooManyRequests] != 2 {
		t.Errorf("one client: %v, want five at once", codes)
	}
	r.tell(confirmPatience)
	if list, err := r.store.Subscribers(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("a day later %d are left, %v", len(list), err)
	}
}

// TestNoMailsOfWhatIsClosed: what is not for everybody, is not there or is no
// mailbox cannot be subscribed to, nor anything where it is switched off.
func TestNoMailsOfWhatIsClosed(t *testing.T) {
	r := openReadingRoom(t, "subscribe: true")
	for _, tt := range []struct {
		mailbox, feed string
		want          int
	}{
		{"mia@reader.example", "/feeds/intern", http.StatusNotFound},
		{"mia@reader.example", "/feeds/none", http.StatusNotFound},
		{"mia@reader.example", "/saved/TOKEN", http.StatusNotFound},
		{"mia@reader.example", "/sources/none", http.StatusNotFound},
		{"mia@reader.example", "//elsewhere.example/all", http.StatusOK}, // read as the local path
		{"mia@reader.example", "/search?q=", http.StatusBadRequest},
		{"mia@reader.example", "/search?q=nonsense:x", http.StatusBadRequest},
		{"mia", "/all", http.StatusBadRequest},
		{"Mia <mia@reader.example>", "/all", http.StatusBadRequest},
		{"mia@reader.example\r\nBcc: ben@reader.example", "/all", http.StatusBadRequest},
		{strings.Repeat("m", 250) + "@reader.example", "/all", http.StatusBadRequest},
	} {
		if code := r.subscribe(tt.mailbox, tt.feed); code != tt.want {
			t.Errorf("%q at %s: %d, want %d", tt.mailbox, tt.feed, code, tt.want)
		}
	}
	page := r.ask("/feeds/intern", nil, "Authorization", "Bearer key").Body.String()
	if !strings.Contains(page, "feed-address") || feedField.MatchString(page) {
		t.Error("the page of a private feed has a form for mailboxes")
	}
	if code := r.subscribe("mia@reader.example", "/all", "Origin", "https://elsewhere.example"); code != http.StatusForbidden {
		t.Errorf("a form of another site: %d", code)
	}
	off := openReadingRoom(t, "subscribe: false")
	code, form := off.subscribe("mia@reader.example", "/all"), feedField.MatchString(off.ask("/all", nil).Body.String())
	if code != http.StatusMethodNotAllowed || form {
		t.Errorf("where it is switched off: %d, form %v", code, form)
	}
}

// TestMailboxesThatTakeNothing: one that is not there is forgotten, without its
// name in the log; while the server is away all wait, and the operator is told.
func TestMailboxesThatTakeNothing(t *testing.T) {
	r := openReadingRoom(t, "subscribe: true")
	r.visit(time.Hour, false, "First visit")
	for _, mailbox := range []string{"nobody@reader.example", "mia@reader.example"} {
		if code := r.subscribe(mailbox, "/all"); code != http.StatusOK {
			t.Fatal(code)
		}
	}
	r.tell(time.Second)
	list, err := r.store.Subscribers(t.Context())
	if got := r.office.taken(); err != nil || len(list) != 1 || len(got) != 1 || got[0].to != "mia@reader.example" {
		t.Errorf("%+v are left, %v, mails %+v: want mia alone", list, err, got)
	}
	r.subscribed("ben@reader.example", "/all")
	away := *r.config()
	away.Mail.Server = "127.0.0.1:1"
	r.cfg.Store(&away)
	r.visit(time.Hour, false, "Bridge closed")
	r.tell(time.Second)
	if since := r.tries.refusing(subscribersTry); since.IsZero() {
		t.Error("the operator is not told that the mail server is away")
	}
	back := away
	back.Mail.Server = r.office.at
	r.cfg.Store(&back)
	r.tell(2 * firstRetry)
	if got := r.office.taken(); len(got) != 2 {
		t.Errorf("once the server is back: %+v, want a mail each", got)
	}
	if log := r.log.String(); strings.Contains(log, "reader.example") || !strings.Contains(log, "code=550") {
		t.Errorf("the log is\n%s", log)
	}
}

// TestStatusCountsSubscribers: the operator sees how many, and not who.
func TestStatusCountsSubscribers(t *testing.T) {
	r := openReadingRoom(t, "subscribe: true")
	for n, confirmed := range []time.Time{r.now, r.now, {}} {
		one := news.Subscriber{ID: fmt.Sprint(n), Mailbox: "mia@reader.example", Page: "/all", Asked: r.now, Confirmed: confirmed}
		if err := r.store.SaveSubscriber(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	got, err := one[subscriberCounts](t.Context(), withoutDaemon(r.handler(), func() error { return nil }), "/subscribers", nil)
	if err != nil || got != (subscriberCounts{Confirmed: 2, Asked: 1}) {
		t.Errorf("counted %+v, %v", got, err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(subscriberCollector{r.core})
	families, err := registry.Gather()
	if err != nil || len(families) != 1 || families[0].GetName() != "stadtfeed_subscriptions" {
		t.Fatalf("gathered %v, %v", families, err)
	}
	for _, m := range families[0].GetMetric() {
		state, count := m.GetLabel()[0].GetValue(), m.GetGauge().GetValue()
		if want := map[string]float64{"confirmed": 2, "asked": 1}; want[state] != count {
			t.Errorf("stadtfeed_subscriptions of %s = %v, want %v", state, count, want[state])
		}
	}
	var out bytes.Buffer
	printSubscribers(newPrinter(&out), got, "de")
	if want := "\nper E-Mail: 2 bestätigt, 1 noch nicht\n"; out.String() != want {
		t.Errorf("status says %q, want %q", out.String(), want)
	}
}
