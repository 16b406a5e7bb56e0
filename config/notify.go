package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/internal/notice"
	"github.com/stadtfeed/stadtfeed/news"
)

// A Notify tells a chat or mailboxes of new items of a saved feed or a filter, or
// of the health of the sources.
type Notify struct {
	Name   string `yaml:"name" jsonschema:"required" jsonschema_description:"Short name; the place in the archive up to which was told is kept under it"`
	Feed   string `yaml:"feed,omitempty" jsonschema_description:"The saved feed whose new items are told"`
	Match  Match  `yaml:"match,omitempty" jsonschema_description:"Instead of a saved feed: what is told, as under feeds"`
	Except Match  `yaml:"except,omitempty" jsonschema_description:"What is left out, as under feeds"`
	Health bool   `yaml:"health,omitempty" jsonschema_description:"Instead of items: tell of sources that fail or recover, of what else needs a look, and daily of what still does"`

	Digest Schedule `yaml:"digest,omitempty" jsonschema_description:"When what is new is told together, such as 0 7 * * *; at once when missing"`

	Webhook   string  `yaml:"webhook,omitempty" secret:"yes" jsonschema_description:"Address that a chat or program gave for posting to it"`
	Preset    string  `yaml:"preset,omitempty" jsonschema_description:"The chat's form: slack, mattermost, discord, teams, matrix, telegram, ntfy, mastodon; JSON with all fields when missing"`
	Template  string  `yaml:"template,omitempty" jsonschema_description:"Instead of a preset: a template of Go over the message"`
	Channel   string  `yaml:"channel,omitempty" jsonschema_description:"Matrix: the room; Telegram: the chat"`
	TokenFile string  `yaml:"token_file,omitempty" secret:"yes" jsonschema_description:"File with the bearer token; relative to the configuration"`
	Mail      Strings `yaml:"mail,omitempty" jsonschema_description:"Mailboxes; each gets its own mail, and can unsubscribe. Needs mail: at the top"`

	query news.Query
}

// Query selects the items that are told.
func (n Notify) Query() news.Query { return n.query }

// Hook is the receiver under webhook.
func (n Notify) Hook() (notice.Hook, error) {
	token, err := secretIn("token_file", n.TokenFile)
	return notice.Hook{Address: n.Webhook, Preset: n.Preset, Template: n.Template, Channel: n.Channel, Token: token}, err
}

// Mail says how mails are sent.
type Mail struct {
	Server       string `yaml:"server,omitempty" jsonschema_description:"Mail server, such as smtp.example.org:587"`
	From         string `yaml:"from,omitempty" jsonschema_description:"Who sends, such as Stadtfeed <news@example.org>"`
	User         string `yaml:"user,omitempty" jsonschema_description:"Name to sign in with; none when missing"`
	PasswordFile string `yaml:"password_file,omitempty" secret:"yes" jsonschema_description:"File with the password; relative to the configuration"`
	TLS          string `yaml:"tls,omitempty" jsonschema_description:"starttls, which must work; tls from the start; none"`

	Subscribe bool     `yaml:"subscribe,omitempty" jsonschema_description:"Let readers get public feeds by mail; needs base_url"`
	Digest    Schedule `yaml:"digest,omitempty" jsonschema_description:"When they get what is new, as in 0 7 * * *; at once when missing"`
}

// Post is the mail server, with its password.
func (m Mail) Post() (notice.Post, error) {
	password, err := secretIn("password_file", m.PasswordFile)
	return notice.Post{Server: m.Server, From: m.From, User: m.User, Password: password, TLS: m.TLS}, err
}

// secretIn is the first line of the file under a key; empty where none is named.
// The error does not repeat the name: it may be the secret itself by mistake.
func secretIn(key, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		return "", fmt.Errorf("the file under %s cannot be read: %w", key, failed.Err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(line), err
}

// checkMail checks how mails are sent, where they are.
func (l *loader) checkMail(f *file, at *yaml.Node) {
	m := &l.cfg.Mail
	if at == nil {
		return
	}
	m.PasswordFile = beside(l.cfg.File, m.PasswordFile)
	if !slices.Contains(append(notice.TLSModes(), ""), m.TLS) {
		l.mistake(f, value(at, "tls"), "tls %q: starttls, tls or none belongs here%s", m.TLS, DidYouMean(m.TLS, notice.TLSModes()))
		return
	}
	p := notice.Post{Server: m.Server, From: m.From, User: m.User, Password: m.PasswordFile, TLS: m.TLS}
	if err := p.Check(); err != nil {
		l.mistake(f, at, "mail: %s", err)
	}
	if (m.User == "") != (m.PasswordFile == "") {
		l.mistake(f, at, "mail: user and password_file belong together")
	}
	if m.Subscribe && !l.cfg.based {
		l.mistake(f, value(at, "subscribe"), "mail: subscribe needs base_url: the addresses in mails begin with it")
	}
	if err := checkDigest(m.Digest); err != nil {
		l.mistake(f, value(at, "digest"), "%s", err)
	}
}

// checkNotices checks all notices, once feeds and sources are known.
func (l *loader) checkNotices(f *file) {
	if f == nil {
		return
	}
	named := map[string]bool{}
	list := elements(value(f.root, "notify"))
	for i := range l.cfg.Notify {
		if i >= len(list) {
			return
		}
		n, node := &l.cfg.Notify[i], list[i]
		complain := func(key string, err error) {
			at := value(node, key)
			if at == nil {
				at = node
			}
			if err != nil {
				l.mistake(f, at, "%s", err)
			}
		}
		complain("name", checkName("notice", n.Name))
		if named[n.Name] {
			complain("name", fmt.Errorf("notice name %q is taken", n.Name))
		}
		named[n.Name] = true
		n.TokenFile = beside(l.cfg.File, n.TokenFile)
		complain("feed", l.checkSubject(n, origin{f, node}))
		complain("mail", l.checkMailboxes(n))
		complain("webhook", checkWebhook(n.Webhook))
		complain(hookKey(n), checkHook(n))
		if n.Health && !n.Digest.IsZero() {
			complain("digest", fmt.Errorf("notice %q: health is told at once and daily; digest does not belong here", n.Name))
			continue
		}
		complain("digest", checkDigest(n.Digest))
	}
}

// checkSubject wants one thing to be told of, and compiles its query, which is
// written at o.
func (l *loader) checkSubject(n *Notify, o origin) error {
	n.query = l.filter(o, n.Match, n.Except)
	filter := !n.Match.empty() || !n.Except.empty()
	subjects := 0
	for _, is := range []bool{n.Feed != "", filter, n.Health} {
		if is {
			subjects++
		}
	}
	if subjects != 1 {
		return fmt.Errorf("notice %q: one of feed, match or health belongs here", n.Name)
	}
	if n.Feed == "" {
		return nil
	}
	var names []string
	for _, feed := range l.cfg.Feeds {
		if names = append(names, feed.Name); feed.Name == n.Feed {
			n.query = feed.query
			return nil
		}
	}
	return fmt.Errorf("notice %q: unknown feed %q%s", n.Name, n.Feed, DidYouMean(n.Feed, names))
}

func (l *loader) checkMailboxes(n *Notify) error {
	if len(n.Mail) > 0 && l.cfg.Mail.Server == "" {
		return fmt.Errorf("notice %q: mails need a mail server; name it under mail: at the top", n.Name)
	}
	for _, to := range n.Mail {
		if _, err := mail.ParseAddress(to); err != nil {
			return fmt.Errorf("notice %q: %q is not an e-mail address (such as editor@town.example)", n.Name, to)
		}
	}
	return nil
}

func checkHook(n *Notify) error {
	if n.Webhook == "" {
		if len(n.Mail) == 0 {
			return fmt.Errorf("notice %q: webhook or mail is missing", n.Name)
		}
		if n.Preset+n.Template+n.Channel+n.TokenFile != "" {
			return fmt.Errorf("notice %q: preset, template, channel and token_file are for a webhook, which is missing", n.Name)
		}
		return nil
	}
	h := notice.Hook{Preset: n.Preset, Template: n.Template, Channel: n.Channel, Token: n.TokenFile}
	if err := h.Check(); err != nil {
		return fmt.Errorf("notice %q: %w", n.Name, err)
	}
	return nil
}

// hookKey is the key that a mistake of a hook is reported at.
func hookKey(n *Notify) string {
	if n.Template != "" {
		return "template"
	}
	return "preset"
}

// checkDigest wants a digest to have hours, which those at every few minutes and
// auto have not.
func checkDigest(s Schedule) error {
	if !s.IsZero() && (s.IsAuto() || s.Interval() < time.Hour) {
		return fmt.Errorf("digest %q: hours such as 0 7 * * * belong here, not more than one in an hour", s)
	}
	return nil
}
