package feedout

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	gather       = 200 * time.Millisecond // commits in quick succession are one change
	deliverAfter = 10 * time.Second       // first pause after a failed delivery; it doubles
	longestPause = 6 * time.Hour
	postWithin   = 20 * time.Second
)

// Run sends changed feeds to their subscribers until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	h.load()
	defer h.save()
	cancel := h.server.archive.Subscribe(func(c news.Committed) {
		if len(c.Touched()) > 0 {
			h.stir()
		}
	})
	defer cancel()
	for {
		pause := h.round(ctx)
		h.save()
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		case <-h.wake:
			timer.Stop()
			if !sleep(ctx, gather) {
				return nil
			}
		}
	}
}

// sleep waits, and reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// stir asks for a round soon.
func (h *Hub) stir() {
	select {
	case h.wake <- struct{}{}:
	default: // one is asked for already
	}
}

// round looks at every feed with subscribers and lets the deliveries that are
// due take their turns. It reports how long nothing further needs to be done.
func (h *Hub) round(ctx context.Context) time.Duration {
	pause := time.Minute
	if h.Shared != nil {
		pause = sharedAge
		if !h.Duty() {
			return pause
		}
		h.refresh(ctx)
	}
	for topic, subs := range h.live() {
		a, err := h.current(ctx, topic, subs)
		if err != nil {
			h.Log.Warn("feed of subscribers cannot be made", "url", topic, "err", err)
			pause = min(pause, deliverAfter)
			continue
		}
		if a == nil {
			continue
		}
		if !a.current(h.server.archive) {
			pause = time.Second // the archive is busy; the feed will be made anew
		}
		for _, sub := range subs {
			send, wait := h.due(sub, a.digest)
			if pause = min(pause, wait); send {
				h.queue(ctx, sub, a)
			}
		}
	}
	return pause
}

// current is the present answer for a topic, or nil where there is none for now.
// Subscriptions to what is no feed any more end.
func (h *Hub) current(ctx context.Context, topic string, subs []*subscription) (*answer, error) {
	reason := h.ended(topic)
	if _, ok := h.topic(topic); !ok && reason == "" {
		return nil, nil // base_url is another one
	}
	if reason == "" {
		a, err := h.feed(ctx, topic, true)
		if err == nil || !gone(err) {
			return a, err
		}
		reason = "there is no such feed any more"
	}
	for _, sub := range subs {
		h.mu.Lock()
		h.drop(subKey{sub.Topic, sub.Callback})
		over := sub.Subscription
		h.mu.Unlock()
		h.forget(ctx, over)
		h.end(over, reason)
	}
	return nil, nil
}

// queue lets a delivery take its turn.
func (h *Hub) queue(ctx context.Context, sub *subscription, a *answer) {
	err := h.sends.add(&turn{host: domain(sub.Callback), run: func() bool { return h.deliver(ctx, sub, a) }})
	if err != nil {
		h.mu.Lock()
		sub.busy = false
		h.mu.Unlock()
	}
}

// live are the subscriptions by feed; those whose lease ended are dropped.
func (h *Hub) live() map[string][]*subscription {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	topics := map[string][]*subscription{}
	for k, sub := range h.subs {
		if !now.Before(sub.Expires) {
			h.drop(k)
			continue
		}
		topics[sub.Topic] = append(topics[sub.Topic], sub)
	}
	return topics
}

// due reports whether a feed is to be sent to a subscriber now, and else how
// long to wait. It marks the subscription as busy.
func (h *Hub) due(sub *subscription, digest string) (send bool, wait time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if sub.busy || sub.Seen == digest {
		return false, time.Minute
	}
	if wait := sub.Next.Sub(h.Now()); wait > 0 {
		return false, wait
	}
	sub.busy = true
	return true, time.Minute
}

// deliver sends a feed to a subscriber (WebSub §7), notes how that went, and
// reports whether the subscriber took it.
func (h *Hub) deliver(ctx context.Context, sub *subscription, a *answer) bool {
	h.mu.Lock()
	to := sub.Subscription
	h.mu.Unlock()
	if !h.takes(ctx, to, a.digest) {
		h.mu.Lock()
		defer h.mu.Unlock()
		sub.busy = false
		return true // it is no fault of the subscriber's
	}
	status, err := h.post(ctx, to, a)
	h.mu.Lock()
	sub.busy, h.dirty = false, true
	took, over := err == nil && status/100 == 2, status == http.StatusGone
	switch {
	case took:
		sub.Seen, sub.Heard, sub.Failures, sub.Next = a.digest, h.Now(), 0, time.Time{}
	case over:
		h.drop(subKey{sub.Topic, sub.Callback})
		h.Log.Info("subscription ended by the subscriber", "host", guard.HostOf(sub.Callback))
	default:
		sub.Next = h.Now().Add(min(deliverAfter<<min(sub.Failures, 12), longestPause))
		sub.Failures++
		h.Log.Warn("delivery failed", "host", guard.HostOf(sub.Callback), "status", status, "err", guard.HostOnly(err))
	}
	to = sub.Subscription
	h.mu.Unlock()
	if over {
		h.forget(ctx, to)
	} else {
		h.delivered(ctx, to)
	}
	h.stir()
	return took
}

func (h *Hub) post(ctx context.Context, sub news.Subscription, a *answer) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Callback, bytes.NewReader(a.body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("User-Agent", h.Agent)
	r.Header.Set("Content-Type", a.kind)
	r.Header.Set("Link", "<"+h.server.site.Load().url("/websub")+`>; rel="hub", <`+sub.Topic+`>; rel="self"`)
	if sub.Secret != "" {
		mac := hmac.New(sha256.New, []byte(sub.Secret))
		mac.Write(a.body)
		r.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := h.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()                                         //nolint:errcheck // only read
	_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 16<<10)) // so that the connection can be used again
	return resp.StatusCode, err
}

// newClient is a client that follows no redirects and connects to public
// addresses only.
func (h *Hub) newClient() *http.Client {
	own := guard.Own{}
	if h.AllowPrivate {
		own = guard.All()
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     guard.NewTransport(own, nil),
	}
}
