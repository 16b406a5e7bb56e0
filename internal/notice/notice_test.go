package notice

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	closed = Item{
		ID: "a1", Headline: "Straße <gesperrt> & umgeleitet *heute*", Place: "Erlenbrück", Source: "Stadt Erlenbrück", Teaser: "Die Hauptstraße ist bis Freitag zu. @channel",
		URL: "https://erlenbrueck.example/meldung(1)?a=1&b=2", Published: time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC), Tags: []string{"Verkehr"},
	}
	fair     = Item{ID: "b2", Headline: "Wochenmarkt", Source: "Kreis Nord", URL: "https://nord.example/2", Published: time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)}
	messages = map[string]Message{
		"single": {ID: "urn:uuid:0758c5ed-586f-56b6-b96e-d187a46e60d4-7", Title: "Verkehr",
			Link: "https://feeds.example/feeds/verkehr", Language: "de", Items: []Item{closed},
			Unsubscribe: "https://feeds.example/unsubscribe/T0KEN"},
		"digest": {ID: "n2", Title: "Traffic", Link: "https://feeds.example/feeds/verkehr", Language: "en", Items: []Item{closed, fair}, More: 3},
		"health": {ID: "n3", Title: "2 sources are broken (network)", Text: "– essen: https://essen.example/: connection refused\n– ulm: no <entries>", Link: "https://feeds.example/status", Language: "en"},

		"confirm": Confirmation("n4", "Verkehr · Erlenbrück", "https://feeds.example/confirm/T0KEN", "de"),
	}
)

// TestLine: the place stands before a headline that does not begin with it, as
// in feeds.
func TestLine(t *testing.T) {
	for want, it := range map[string]Item{
		"Essen: Essensausgabe öffnet": {Headline: "Essensausgabe öffnet", Place: "Essen", Source: "Ruhr"},
		"ESSEN – Zoo öffnet":          {Headline: "ESSEN – Zoo öffnet", Place: "Essen"},
		"Kreis Nord: Wochenmarkt":     {Headline: "Wochenmarkt", Source: "Kreis Nord"},
		"Wochenmarkt":                 {Headline: "Wochenmarkt"},
	} {
		if got := it.Line(); got != want {
			t.Errorf("Line of %+v = %q, want %q", it, got, want)
		}
	}
}

// golden compares with a file in testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}

// TestWebhooks posts every kind of message in every form to a receiver on
// loopback, and holds what arrives against golden files.
func TestWebhooks(t *testing.T) {
	var got bytes.Buffer
	chat := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(&got, "%s %s\n", r.Method, r.URL.EscapedPath())
		for _, h := range []string{"Authorization", "Content-Type", "Idempotency-Key"} {
			if v := r.Header.Get(h); v != "" {
				fmt.Fprintf(&got, "%s: %s\n", h, v)
			}
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var pretty bytes.Buffer
		if json.Indent(&pretty, body, "", "  ") == nil {
			body = pretty.Bytes()
		}
		fmt.Fprintf(&got, "\n%s\n\n", body)
	}))
	defer chat.Close()
	hooks := map[string]Hook{
		"json":     {},
		"template": {Template: `{"say": {{json .Subject}}, "urls": [{{range $i, $e := .Items}}{{if $i}}, {{end}}{{json $e.URL}}{{end}}]}`},
		"text":     {Template: "{{.Title}}: {{range .Items}}{{.Line}} {{end}}{{.Text}}"},
	}
	for _, preset := range Presets() {
		hooks[preset] = Hook{Preset: preset, Channel: "!room:town.example", Token: "T0KEN"}
	}
	for name, h := range hooks {
		got.Reset()
		h.Address, h.Agent = chat.URL+"/hooks/news", "stadtfeed/test"
		if err := h.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, kind := range []string{"single", "digest", "health"} {
			if err := h.Deliver(t.Context(), messages[kind]); err != nil {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
		}
		golden(t, name, got.Bytes())
	}
}

// TestHooksKeepSecrets holds that errors name the host only, and that neither
// a receiver that refuses nor one that leads inside is taken for one that took.
func TestHooksKeepSecrets(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the inside was asked") }))
	defer inside.Close()
	for name, handler := range map[string]http.Handler{
		"refuses": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }),
		"leads":   http.RedirectHandler(inside.URL+"/S3CRET", http.StatusTemporaryRedirect),
	} {
		chat := httptest.NewServer(handler)
		err := Hook{Address: chat.URL + "/S3CRET", Preset: "slack"}.Deliver(t.Context(), messages["single"])
		if err == nil || strings.Contains(err.Error(), "S3CRET") {
			t.Errorf("a receiver that %s: %v", name, err)
		}
		var refusal *Refusal
		var guarded *guard.Refusal
		if name == "refuses" && !errors.As(err, &refusal) || name == "leads" && !errors.As(err, &guarded) {
			t.Errorf("a receiver that %s: %T %v", name, err, err)
		}
		chat.Close()
	}
	if err := (Hook{Address: "http://127.0.0.1:1/S3CRET"}).Deliver(t.Context(), messages["single"]); err == nil || strings.Contains(err.Error(), "S3CRET") {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestHookChecks(t *testing.T) {
	for want, h := range map[string]Hook{
		`unknown preset "slak"`:          {Preset: "slak"},
		"preset and template exclude":    {Preset: "slack", Template: "x"},
		"channel is missing":             {Preset: "telegram"},
		"token or token_file is missing": {Preset: "mastodon"},
		"unclosed action":                {Template: "{{.Title"},
		"can't evaluate field Headlin":   {Template: "{{range .Items}}{{.Headlin}}{{end}}"},
		`function "jsn" not defined`:     {Template: "{{jsn .Title}}"},
	} {
		if err := h.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: Check() = %v, want %q", h, err, want)
		}
	}
}

// A mailbox is a mail server on loopback that keeps what it gets.
type mailbox struct {
	mu      sync.Mutex
	mails   []string // with the envelope
	signed  string
	address string
}

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: m}, nil }

type session struct {
	box      *mailbox
	envelope string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.envelope = "MAIL FROM " + from + "\n"
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, Message: "no such mailbox"}
	}
	s.envelope += "RCPT TO " + to + "\n"
	return nil
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.mails = append(s.box.mails, s.envelope+"\n"+string(b))
	return err
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "stadtfeed" || password != "S3CRET" {
			return errors.New("who is that?")
		}
		s.box.signed = user
		return nil
	}), nil
}

// newMailbox starts a server that offers STARTTLS, with a certificate that trust knows.
func newMailbox(t *testing.T) (box *mailbox, trust *tls.Config) {
	t.Helper()
	web := httptest.NewTLSServer(nil) // has a certificate for loopback
	t.Cleanup(web.Close)
	box = &mailbox{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(box)
	server.TLSConfig = &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-served }) //nolint:errcheck // the test is over
	box.address = l.Addr().String()
	trust = web.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	trust.ServerName = "127.0.0.1"
	return box, trust
}

var boundary = regexp.MustCompile(`[0-9a-f]{60}`)

// TestMail sends mails to a real server over STARTTLS, with a password, and
// holds them against golden files.
func TestMail(t *testing.T) {
	box, trust := newMailbox(t)
	post := Post{Server: box.address, From: "Stadtfeed <news@town.example>", User: "stadtfeed", Password: "S3CRET", Trust: trust, Agent: "stadtfeed/test"}
	if err := post.Check(); err != nil {
		t.Fatal(err)
	}
	dates := regexp.MustCompile(`(?m)^Date: .*$`)
	for _, kind := range []string{"single", "digest", "health", "confirm"} {
		if err := post.Deliver(t.Context(), "Mia Muster <mia@reader.example>", messages[kind]); err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(box.mails[len(box.mails)-1], "\r\n", "\n")
		golden(t, "mail-"+kind, []byte(dates.ReplaceAllString(boundary.ReplaceAllString(got, "BOUNDARY"), "Date: NOW")))
	}
	if box.signed != "stadtfeed" {
		t.Error("nobody signed in")
	}
}

// TestMailRefused: without STARTTLS, with a certificate that nobody knows, with a
// wrong password or for a mailbox that is not there nothing is sent, and the
// error says why without the password.
func TestMailRefused(t *testing.T) {
	box, trust := newMailbox(t)
	good := Post{Server: box.address, From: "news@town.example", User: "stadtfeed", Password: "S3CRET", Trust: trust}
	for name, change := range map[string]func(p *Post){
		"unknown certificate": func(p *Post) { p.Trust = nil },
		"wrong password":      func(p *Post) { p.Password = "S3CRET2" },
		"nobody listens":      func(p *Post) { p.Server = "127.0.0.1:1" },
		"TLS from the start":  func(p *Post) { p.TLS = "tls" },
	} {
		p := good
		change(&p)
		if err := p.Deliver(t.Context(), "mia@reader.example", messages["single"]); err == nil || strings.Contains(err.Error(), "S3CRET") {
			t.Errorf("%s: Deliver() = %v", name, err)
		}
	}
	if err := good.Deliver(t.Context(), "nobody@reader.example", messages["single"]); err == nil {
		t.Error("a mail to nobody was sent")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := good.Deliver(ended, "mia@reader.example", messages["single"]); err == nil {
		t.Error("a mail was sent after the end")
	}
	if len(box.mails) > 0 {
		t.Errorf("%d mails arrived", len(box.mails))
	}
}

func TestPostChecks(t *testing.T) {
	for want, p := range map[string]Post{
		"from":                               {Server: "smtp.town.example"},
		`server "https://smtp.town.example"`: {Server: "https://smtp.town.example", From: "a@town.example"},
		"for everybody to read":              {Server: "smtp.town.example", From: "a@town.example", User: "a", Password: "b", TLS: "none"},
	} {
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: Check() = %v, want %q", p, err, want)
		}
	}
	for server, want := range map[string]string{"smtp.town.example": "smtp.town.example 587", "[::1]:25": "::1 25"} {
		if host, port, err := (Post{Server: server}).place(); fmt.Sprint(host, " ", port) != want || err != nil {
			t.Errorf("place of %s = %s %d, %v", server, host, port, err)
		}
	}
}
