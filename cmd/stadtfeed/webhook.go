package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	webhookEvery    = 15 * time.Second // how often changes are looked for
	webhookTimeout  = 20 * time.Second
	webhookPatience = 24 * time.Hour // a change that cannot be told is given up
	webhookAtOnce   = 100            // changes that are looked back at
)

// A healthNote is what a webhook is told. Text is for chats, which show it.
type healthNote struct {
	Text   string    `json:"text"`
	Source string    `json:"source"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	At     time.Time `json:"at"`
	Why    string    `json:"why"`
	Helps  string    `json:"helps"`
	Status string    `json:"status"` // page with the state of all sources

	Reasons []news.Reason `json:"reasons"` // Why and Helps in parts: codes that stay the same
	Advice  []news.Reason `json:"advice"`
}

func noteOf(c news.HealthChange, base string) healthNote {
	text := fmt.Sprintf("%s is %s", c.Source, healthName(c.To))
	if c.Why != "" && c.To != news.OK {
		text += ": " + c.Why
	}
	return healthNote{
		Text: text, Source: c.Source, From: healthName(c.From), To: healthName(c.To),
		At: c.At, Why: c.Why, Helps: c.Helps, Status: base + "/status",
		Reasons: append([]news.Reason{}, c.Reasons...), Advice: append([]news.Reason{}, c.Advice...),
	}
}

// tellChanges posts every change of health to the configured webhook, in
// order. One that is refused is told again until it is a day old.
func (d *service) tellChanges(ctx context.Context) error {
	told := time.Now()
	wait := webhookEvery
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		var err error
		if told, err = d.tellSince(ctx, told); err != nil && ctx.Err() == nil {
			d.log.Warn("the webhook was not told", "err", err)
			wait = min(2*wait, 10*time.Minute)
			continue
		}
		wait = webhookEvery
	}
}

// tellSince tells the changes after a moment, and up to which it came.
func (d *service) tellSince(ctx context.Context, told time.Time) (time.Time, error) {
	address := d.config().Webhook
	if address == "" {
		return time.Now(), nil
	}
	changes, err := d.store.HealthChanges(ctx, webhookAtOnce)
	if err != nil {
		return told, err
	}
	slices.SortFunc(changes, func(a, b news.HealthChange) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	for _, c := range changes {
		if !c.At.After(told) {
			continue
		}
		if err := post(ctx, address, noteOf(c, d.baseOf(d.config()))); err != nil && time.Since(c.At) < webhookPatience {
			return told, err
		}
		told = c.At
	}
	return told, nil
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
		return err
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) //nolint:errcheck // the receiver is let finish
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("webhook: %s", res.Status)
	}
	return nil
}
