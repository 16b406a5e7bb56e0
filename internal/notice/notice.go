// Package notice turns items and texts into notices and delivers them: to chats
// by webhook, in the form that each expects, and by mail.
//
// A Message and a target go in; nil or an error comes out, which names hosts
// only, as addresses of webhooks are secrets. What is told to whom, when and how
// often is decided by the caller.
package notice

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Message is one notice: items, or a text about the program itself.
type Message struct {
	ID       string `json:"id"`    // the same at every try, so that a receiver can tell a repetition
	Title    string `json:"title"` // of the saved feed, or what the text is about
	Link     string `json:"link"`  // page of the feed, or /status
	Text     string `json:"text"`  // plain, may have several lines; empty where there are items
	Items    []Item `json:"items"`
	More     int    `json:"more"`     // items that are not among Items
	Language string `json:"language"` // BCP 47: German or English

	// Unsubscribe is where this one receiver ends his mails; empty: nowhere.
	Unsubscribe string `json:"-"`
}

// An Item is what a notice says of a news item.
type Item struct {
	ID        string    `json:"id"`
	Headline  string    `json:"headline"`
	Place     string    `json:"place"`
	Source    string    `json:"source"` // its title
	Teaser    string    `json:"teaser"`
	URL       string    `json:"url"` // the town's page
	Published time.Time `json:"published"`
	Tags      []string  `json:"tags"`
}

// ItemOf is a news item as notices show it. loc is the reader's zone.
func ItemOf(it news.Item, source string, loc *time.Location) Item {
	return Item{
		ID: it.ID, Headline: oneLine(it.Headline), Place: oneLine(it.Place), Source: oneLine(source), Teaser: oneLine(it.Teaser),
		URL: it.URL, Published: it.Shown.In(loc), Tags: it.Tags,
	}
}

// Where is the place, or else the source.
func (i Item) Where() string { return cmp.Or(i.Place, i.Source) }

// Line is the headline with where it happened: "Kassel: Straße gesperrt".
func (i Item) Line() string { return news.Placed(i.Headline, i.Where()) }

// oneLine is text without line breaks and controls, which would end a header or
// a line of a chat.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 }), " ")
}

// phrases are what notices say, in German.
var phrases = map[string]string{
	"%s: %d new items": "%s: %d neue Meldungen",
	"and %d more":      "und %d weitere",
	"This mail brings what is new in the feed “%s”": "Diese Mail bringt Neues aus dem Feed „%s“",
	"Unsubscribe": "Abbestellen",
	"test":        "Test",
	"This is what changes of the sources' health look like.": "So sehen Mitteilungen über den Zustand der Quellen aus.",
	"Test: this is what a new item looks like":               "Test: So sieht eine neue Meldung aus",
	"This item is made up; stadtfeed notify test sent it.":   "Diese Meldung ist erfunden; stadtfeed notify test hat sie verschickt.",
	"Please confirm: %s": "Bitte bestätigen: %s",
	"Somebody, most likely you, asked for new items from “%s” to be sent to this address.": "Jemand, vermutlich Sie selbst, " +
		"möchte neue Meldungen aus „%s“ an diese Adresse bekommen.",
	"If it was you, please open this link by tomorrow. If not, do nothing: " +
		"you will get no further mail.": "Wenn Sie das waren, öffnen Sie bitte bis morgen diesen Link. " +
		"Wenn nicht, brauchen Sie nichts zu tun: Es kommt keine weitere Mail.",
}

// Sample is m with a made-up item, which is of source and of at, or for changes
// of health with a made-up one.
func Sample(m Message, health bool, source string, at time.Time) Message {
	if health {
		m.Title, m.Text = "Stadtfeed: "+m.say("test"), m.say("This is what changes of the sources' health look like.")
		return m
	}
	m.Items = []Item{{
		ID: "test", Headline: m.say("Test: this is what a new item looks like"), Place: source, Source: source, URL: m.Link, Published: at,
		Teaser: m.say("This item is made up; stadtfeed notify test sent it."),
	}}
	return m
}

// Confirmation asks the reader of a mailbox whether he wants what somebody asked
// for in his name; link is where he says yes.
func Confirmation(id, title, link, language string) Message {
	m := Message{ID: id, Link: link, Language: language}
	m.Title = m.say("Please confirm: %s", title)
	m.Text = m.say("Somebody, most likely you, asked for new items from “%s” to be sent to this address.", title) + "\n" +
		m.say("If it was you, please open this link by tomorrow. If not, do nothing: you will get no further mail.")
	return m
}

// say is a phrase in the message's language.
func (m Message) say(phrase string, args ...any) string {
	if main, _, _ := strings.Cut(m.Language, "-"); strings.EqualFold(main, "de") {
		phrase = cmp.Or(phrases[phrase], phrase)
	}
	if len(args) == 0 {
		return phrase
	}
	return fmt.Sprintf(phrase, args...)
}

// Subject is what the message is about, on one line.
func (m Message) Subject() string {
	switch {
	case len(m.Items) == 0:
		return oneLine(m.Title)
	case len(m.Items)+m.More == 1:
		return m.Items[0].Line()
	}
	return oneLine(m.say("%s: %d new items", m.Title, len(m.Items)+m.More))
}

// Plain is the message as text, with addresses.
func (m Message) Plain() string {
	if len(m.Items) == 0 {
		return strings.TrimSpace(m.Title + "\n" + m.Text + "\n" + m.Link)
	}
	var b strings.Builder
	if len(m.Items)+m.More > 1 {
		b.WriteString(m.Subject() + "\n\n")
	}
	for i, it := range m.Items {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(it.Line() + "\n")
		if it.Teaser != "" && len(m.Items) == 1 {
			b.WriteString(it.Teaser + "\n")
		}
		b.WriteString(it.URL + "\n")
	}
	if m.More > 0 {
		b.WriteString("\n" + m.say("and %d more", m.More) + ": " + m.Link + "\n")
	}
	return strings.TrimSpace(b.String())
}

// cut is text of at most so many characters, ended with an ellipsis.
func cut(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}
