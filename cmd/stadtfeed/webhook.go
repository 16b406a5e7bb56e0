package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

const webhookTimeout = 20 * time.Second

// A healthNote is what a webhook is told. Text is for chats, which show it. When
// several sources changed for one cause, they are in one note: Source is empty
// then, and Why and Helps are those of the first.
type healthNote struct {
	Text    string    `json:"text"`
	Source  string    `json:"source"`
	Sources []string  `json:"sources"` // all that it is about
	From    string    `json:"from"`
	To      string    `json:"to"`
	At      time.Time `json:"at"`
	Why     string    `json:"why"`
	Helps   string    `json:"helps"`
	Status  string    `json:"status"`            // page with the state of all sources
	Concern string    `json:"concern,omitempty"` // code of what needs attention besides a source: see news.ConcernCodes
	Daily   bool      `json:"daily,omitempty"`   // it sums up what still needs a look

	Reasons []news.Reason `json:"reasons"` // Why and Helps in parts: codes that stay the same
	Advice  []news.Reason `json:"advice"`
}

// noteOf is the note of changes that belong together, in a language.
func noteOf(group []news.HealthChange, base, language string) healthNote {
	c := group[0]
	note := healthNote{
		Text: textOf(c, language), Source: c.Source, From: healthName(c.From), To: healthName(c.To),
		At: c.At, Why: news.Say(language, c.Reasons, c.Why), Helps: news.Say(language, c.Advice, c.Helps), Status: base + "/status",
		Reasons: append([]news.Reason{}, c.Reasons...), Advice: append([]news.Reason{}, c.Advice...),
	}
	for _, c := range group {
		if !slices.Contains(note.Sources, c.Source) {
			note.Sources = append(note.Sources, c.Source)
		}
	}
	if len(note.Sources) > 1 {
		note.Source, note.Text = "", textOfMany(group, len(note.Sources), language)
	}
	return note
}

// noteText is a sentence of a note in a language.
func noteText(language, code string, args ...string) string {
	return news.Say(language, []news.Reason{news.Because(code, args...)}, "")
}

// why is ": " and why a source is not well; empty where nothing is known.
func why(c news.HealthChange, language string) string {
	if text := news.Say(language, c.Reasons, c.Why); text != "" && c.To != news.OK {
		return ": " + text
	}
	return ""
}

// textOf says one change: "kassel is broken: no entries".
func textOf(c news.HealthChange, language string) string {
	return noteText(language, "note-one", c.Source, healthName(c.To)) + why(c, language)
}

// mostLines is how many changes a note spells out.
const mostLines = 20

// textOfMany says several changes of one cause:
//
//	3 sources are broken (network):
//	– kassel: https://www.kassel.de/: connection refused
//	…
func textOfMany(group []news.HealthChange, sources int, language string) string {
	head := noteText(language, "note-many", strconv.Itoa(sources), healthName(group[0].To))
	if cause := causeOf(group[0]); cause != "" {
		head += " (" + noteText(language, "note-cause", strings.TrimPrefix(cause, "fault-")) + ")"
	}
	lines := []string{head + ":"}
	for i, c := range group {
		if i == mostLines {
			lines = append(lines, "– "+noteText(language, "note-more", strconv.Itoa(len(group)-i)))
			break
		}
		lines = append(lines, "– "+c.Source+why(c, language))
	}
	return strings.Join(lines, "\n")
}

// causeOf is the code of a change's first reason; empty where the source is well.
func causeOf(c news.HealthChange) string {
	if c.To == news.OK || len(c.Reasons) == 0 {
		return ""
	}
	return c.Reasons[0].Code
}

// byCause puts changes to the same state for the same cause together, in the
// order in which each cause came first. What a new source is found to be is told
// only where something is wrong.
func byCause(changes []news.HealthChange) (groups [][]news.HealthChange) {
	type kind struct {
		to    news.Health
		cause string
	}
	at := map[kind]int{}
	for _, c := range changes {
		if c.From == news.New && c.To == news.OK {
			continue
		}
		k := kind{c.To, causeOf(c)}
		i, known := at[k]
		if !known {
			i = len(groups)
			at[k], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

func post(ctx context.Context, address string, note healthNote) error {
	ctx, cancel := context.WithTimeout(ctx, webhookTimeout)
	defer cancel()
	body, err := json.Marshal(note)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "stadtfeed/"+version())
	// Where the operator said, and where that leads on the public web.
	to := guard.NewTransport(guard.OwnOf(address), nil)
	defer to.CloseIdleConnections()
	res, err := (&http.Client{Transport: to}).Do(req)
	if err != nil {
		return guard.HostOnly(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) //nolint:errcheck // the receiver is let finish
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s answered %s", guard.HostOf(address), res.Status)
	}
	return nil
}
