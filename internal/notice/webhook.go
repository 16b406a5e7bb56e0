package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// A Hook is a receiver of webhooks.
type Hook struct {
	Address  string // the secret address that the chat gave
	Preset   string // one of Presets; empty: Template, or else JSON with all fields
	Template string // of text/template over a Message; json quotes a value
	Channel  string // Matrix: the room, Telegram: the chat
	Token    string // sent as bearer token
	Agent    string // user agent
}

// hookTimeout bounds one delivery.
const hookTimeout = 20 * time.Second

// A request is what a preset makes of a message.
type request struct {
	method string // empty: POST
	url    string // empty: the hook's address
	body   any    // JSON
}

// presets are what each chat expects, by name.
var presets = map[string]func(h Hook, m Message) request{
	"slack":      slack,
	"mattermost": mattermost,
	"discord":    discord,
	"teams":      teams,
	"matrix":     matrix,
	"telegram":   telegram,
	"ntfy":       ntfy,
	"mastodon":   mastodon,
}

// Presets are the names of the chats whose form is known, sorted.
func Presets() (names []string) {
	for name := range presets {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Check reports what is wrong with a hook, except for its address.
func (h Hook) Check() error {
	_, known := presets[h.Preset]
	switch {
	case h.Preset != "" && !known:
		return fmt.Errorf("unknown preset %q (%s)", h.Preset, strings.Join(Presets(), ", "))
	case h.Preset != "" && h.Template != "":
		return errors.New("preset and template exclude one another")
	case h.Channel == "" && (h.Preset == "matrix" || h.Preset == "telegram"):
		return fmt.Errorf("preset %s: channel is missing (the room or chat to write to)", h.Preset)
	case h.Token == "" && (h.Preset == "matrix" || h.Preset == "mastodon"):
		return fmt.Errorf("preset %s: token or token_file is missing", h.Preset)
	}
	if h.Template == "" {
		return nil
	}
	_, err := h.render(Message{Title: "Feed", Items: []Item{{Headline: "Headline", URL: "https://town.example/1"}}})
	return err
}

// render fills the template.
func (h Hook) render(m Message) ([]byte, error) {
	quote := func(v any) (string, error) {
		b, err := marshal(v)
		return string(b), err
	}
	t, err := template.New("template").Funcs(template.FuncMap{"json": quote}).Parse(h.Template)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, m)
	return b.Bytes(), err
}

// Deliver posts a message. The error names the host only.
func (h Hook) Deliver(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, hookTimeout)
	defer cancel()
	req, err := h.request(ctx, m)
	if err != nil {
		return guard.HostOnly(err)
	}
	// Where the operator said, and where that leads on the public web.
	to := guard.NewTransport(guard.OwnOf(h.Address), nil)
	defer to.CloseIdleConnections()
	res, err := (&http.Client{Transport: to}).Do(req)
	if err != nil {
		return guard.HostOnly(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) //nolint:errcheck // the receiver is let finish
	if res.StatusCode >= http.StatusMultipleChoices {
		return &Refusal{Host: guard.HostOf(h.Address), Status: res.StatusCode}
	}
	return nil
}

// A Refusal is a receiver's answer that is no success.
type Refusal struct {
	Host   string
	Status int
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s answered %d %s", r.Host, r.Status, http.StatusText(r.Status))
}

func (h Hook) request(ctx context.Context, m Message) (*http.Request, error) {
	r := request{body: m}
	kind := "application/json"
	var body []byte
	var err error
	switch form := presets[h.Preset]; {
	case form != nil:
		r = form(h, m)
		body, err = marshal(r.body)
	case h.Template != "":
		if body, err = h.render(m); err == nil && !json.Valid(body) {
			kind = "text/plain; charset=utf-8"
		}
	default:
		body, err = marshal(r.body)
	}
	if err != nil {
		return nil, err
	}
	if r.url == "" {
		r.url = h.Address
	}
	if r.method == "" {
		r.method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("User-Agent", h.Agent)
	req.Header.Set("Idempotency-Key", m.ID)
	if h.Token != "" {
		req.Header.Set("Authorization", "Bearer "+h.Token)
	}
	return req, nil
}

// marshal is JSON that leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// What a message may be long, in characters.
const (
	longestDiscord  = 2000
	longestTelegram = 4096
	longestMastodon = 500
	longestText     = 4000 // where nobody says
)

var slackText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// slack: incoming webhooks, with links in Slack's own form.
func slack(_ Hook, m Message) request {
	text := marked(m, slackText.Replace, func(text, address string) string {
		return "<" + address + "|" + strings.ReplaceAll(text, "|", "¦") + ">"
	})
	return request{body: map[string]any{"text": text, "unfurl_links": false}}
}

var markdownText = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "~", `\~`, "|", `\|`, "@", "@\u200b", "#", `\#`)

func markdownLink(text, address string) string {
	return "[" + text + "](" + strings.NewReplacer("(", "%28", ")", "%29", " ", "%20").Replace(address) + ")"
}

// mattermost: incoming webhooks; nobody is called by name.
func mattermost(_ Hook, m Message) request {
	return request{body: map[string]any{"text": marked(m, markdownText.Replace, markdownLink)}}
}

// discord: webhooks; nobody is called by name, and links are not unfolded.
func discord(_ Hook, m Message) request {
	const suppressEmbeds = 4
	text := cut(marked(m, markdownText.Replace, markdownLink), longestDiscord)
	return request{body: map[string]any{"content": text, "flags": suppressEmbeds, "allowed_mentions": map[string]any{"parse": []string{}}}}
}

// teams: a workflow "when a webhook request is received", with an adaptive card.
func teams(_ Hook, m Message) request {
	var blocks []any
	for paragraph := range strings.SplitSeq(marked(m, markdownText.Replace, markdownLink), "\n") {
		blocks = append(blocks, map[string]any{"type": "TextBlock", "text": paragraph, "wrap": true})
	}
	card := map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": blocks}
	attachment := map[string]any{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
	return request{body: map[string]any{"type": "message", "attachments": []any{attachment}}}
}

func htmlLink(text, address string) string {
	return `<a href="` + html.EscapeString(address) + `">` + text + "</a>"
}

// matrix: a message of a room, by the client-server API. The message's id is the
// transaction's, so that a repetition is none.
func matrix(h Hook, m Message) request {
	formatted := strings.ReplaceAll(marked(m, html.EscapeString, htmlLink), "\n", "<br>")
	u := strings.TrimRight(h.Address, "/") + "/_matrix/client/v3/rooms/" + url.PathEscape(h.Channel) + "/send/m.room.message/" + url.PathEscape(m.ID)
	return request{method: http.MethodPut, url: u, body: map[string]any{
		"msgtype": "m.notice", "body": m.Plain(), "format": "org.matrix.custom.html", "formatted_body": formatted,
	}}
}

// telegram: a bot's message; the address is https://api.telegram.org/botTOKEN.
func telegram(h Hook, m Message) request {
	body := map[string]any{"chat_id": h.Channel, "parse_mode": "HTML", "link_preview_options": map[string]any{"is_disabled": true}}
	body["text"] = marked(m, html.EscapeString, htmlLink)
	if plain := m.Plain(); len([]rune(plain)) > longestTelegram-96 { // cutting mark-up would break it
		delete(body, "parse_mode")
		body["text"] = cut(plain, longestTelegram-96)
	}
	return request{url: strings.TrimRight(h.Address, "/") + "/sendMessage", body: body}
}

// ntfy: the address is that of the topic. What the title says is not said again.
func ntfy(h Hook, m Message) request {
	u, err := url.Parse(h.Address)
	if err != nil {
		return request{}
	}
	topic := path.Base(u.Path)
	u.Path = path.Dir(u.Path)
	text := strings.TrimSpace(strings.TrimPrefix(m.Plain(), m.Subject()+"\n"))
	body := map[string]any{"topic": topic, "title": cut(m.Subject(), 200), "message": cut(text, longestText), "click": m.Link}
	if len(m.Items) == 1 {
		body["click"] = m.Items[0].URL
	}
	return request{url: u.String(), body: body}
}

// mastodon: a status; the address is that of the instance.
func mastodon(h Hook, m Message) request {
	body := map[string]any{"status": cut(strings.ReplaceAll(m.Plain(), "@", "@\u200b"), longestMastodon), "visibility": "unlisted"}
	if main, _, _ := strings.Cut(m.Language, "-"); main != "" {
		body["language"] = main
	}
	return request{url: strings.TrimRight(h.Address, "/") + "/api/v1/statuses", body: body}
}

// marked is the message in a mark-up: text by escape, links by link, whose text
// is escaped already.
func marked(m Message, escape func(string) string, link func(text, address string) string) string {
	if len(m.Items) == 0 {
		text := escape(m.Title)
		if m.Text != "" {
			text += "\n" + escape(m.Text)
		}
		if m.Link != "" {
			text += "\n" + link(escape(m.Link), m.Link)
		}
		return strings.TrimSpace(text)
	}
	var lines []string
	if len(m.Items)+m.More > 1 {
		lines = append(lines, escape(m.Subject()))
	}
	for _, it := range m.Items {
		lines = append(lines, link(escape(it.Line()), it.URL))
		if it.Teaser != "" && len(m.Items) == 1 {
			lines = append(lines, escape(cut(it.Teaser, 500)))
		}
	}
	if m.More > 0 {
		lines = append(lines, link(escape(m.say("and %d more", m.More)), m.Link))
	}
	return strings.Join(lines, "\n")
}
