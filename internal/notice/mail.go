package notice

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"html/template"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	_ "embed" // the page of a mail

	"github.com/wneessen/go-mail"
)

// A Post is a mail server and who sends through it.
type Post struct {
	Server   string // host:port; 587 where the port is missing, 465 with TLS from the start
	From     string // "Stadtfeed <news@town.example>"
	User     string // empty: without signing in
	Password string
	TLS      string // one of TLSModes; empty: starttls
	Trust    *tls.Config
	Agent    string
}

// TLSModes say how the connection is protected: by STARTTLS, which must work;
// from the start; or not at all.
func TLSModes() []string { return []string{"starttls", "tls", "none"} }

const mailTimeout = 30 * time.Second

//go:embed mail.html
var mailPage string

var page = template.Must(template.New("mail").Parse(mailPage))

// Mail is a message to one receiver, as it is sent.
func (p Post) mail(to string, m Message, now time.Time) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(p.From), msg.To(to)); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject())
	msg.SetDateWithValue(now)
	msg.SetMessageIDWithValue(strings.TrimPrefix(m.ID, "urn:uuid:") + "@" + domainOf(p.From)) // RFC 5322 §3.6.4 has no colon there
	msg.SetUserAgent(p.Agent)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no vacation notices, please
	text := m.Plain()
	if len(m.Items) > 0 {
		text += "\n\n-- \n" + m.say("This mail brings what is new in the feed “%s”", m.Title)
	}
	if m.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted(mail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
		text += "\n" + m.say("Unsubscribe") + ": " + m.Unsubscribe
	}
	msg.SetBodyString(mail.TypeTextPlain, text+"\n")
	var b strings.Builder
	if err := page.Execute(&b, mailView{m}); err != nil {
		return nil, err
	}
	msg.AddAlternativeString(mail.TypeTextHTML, b.String())
	return msg, nil
}

// A mailView is what the page of a mail shows.
type mailView struct{ Message }

// Say is a phrase in the message's language.
func (v mailView) Say(phrase string, args ...any) string { return v.say(phrase, args...) }

// Many reports whether there are several items.
func (v mailView) Many() bool { return len(v.Items)+v.More > 1 }

// Day is the day of an item, as its readers write it.
func (v mailView) Day(at time.Time) string {
	if v.say("Unsubscribe") == "Unsubscribe" {
		return at.Format("2 January 2006")
	}
	return at.Format("02.01.2006")
}

func domainOf(from string) string {
	if a, err := netmail.ParseAddress(from); err == nil {
		return a.Address[strings.LastIndexByte(a.Address, '@')+1:]
	}
	return "stadtfeed"
}

// Check reports what is wrong with a mail server's description.
func (p Post) Check() error {
	if _, err := netmail.ParseAddress(p.From); err != nil {
		return fmt.Errorf("from %q: a mailbox such as Stadtfeed <news@town.example> belongs here", p.From)
	}
	if p.Password != "" && p.TLS == "none" {
		return errors.New("tls: none would send the password for everybody to read")
	}
	_, _, err := p.place()
	return err
}

// place is the host and port of the server.
func (p Post) place() (host string, port int, err error) {
	host, text, err := net.SplitHostPort(p.Server)
	if err != nil {
		host, text = p.Server, "587"
		if p.TLS == "tls" {
			text = "465"
		}
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 || host == "" || strings.ContainsAny(host, "/ ") {
		return "", 0, fmt.Errorf("server %q: a mail server such as smtp.town.example:587 belongs here", p.Server)
	}
	return host, port, nil
}

// A MailRefusal is a mail that the server took the connection for, and then not
// the mail. Its text may repeat the receiver's mailbox.
type MailRefusal struct {
	Host  string
	Code  int  // of SMTP; 0: none
	Never bool // the mailbox gets no mail, now or later
	Err   error
}

func (r *MailRefusal) Error() string { return fmt.Sprintf("mail by %s: %v", r.Host, r.Err) }
func (r *MailRefusal) Unwrap() error { return r.Err }

// refusal is what sending failed with.
func refusal(host string, err error) error {
	var failed *mail.SendError
	if !errors.As(err, &failed) {
		return fmt.Errorf("mail by %s: %w", host, err)
	}
	return &MailRefusal{Host: host, Code: failed.ErrorCode(), Never: failed.Reason == mail.ErrSMTPRcptTo && !failed.IsTemp(), Err: err}
}

// Deliver sends a message to one receiver.
func (p Post) Deliver(ctx context.Context, to string, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, mailTimeout)
	defer cancel()
	host, port, err := p.place()
	if err != nil {
		return err
	}
	msg, err := p.mail(to, m, time.Now())
	if err != nil {
		return &MailRefusal{Host: host, Never: true, Err: err}
	}
	options := []mail.Option{mail.WithPort(port), mail.WithTimeout(mailTimeout), mail.WithTLSPolicy(mail.TLSMandatory)}
	switch p.TLS {
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	case "tls":
		options = append(options, mail.WithSSL())
	}
	if p.Trust != nil {
		options = append(options, mail.WithTLSConfig(p.Trust))
	}
	if p.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(p.User), mail.WithPassword(p.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return err
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return refusal(host, err)
	}
	return nil
}
