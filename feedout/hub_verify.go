package feedout

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// askWithin is how long a callback may take to answer.
const askWithin = 10 * time.Second

// verify asks the callback whether it meant the request (WebSub §5.3), and
// reports whether it did.
func (h *Hub) verify(ask intent) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*askWithin)
	defer cancel()
	seen := ""
	if ask.mode == "subscribe" {
		a, err := h.feed(ctx, ask.sub.Topic, false)
		switch {
		case errors.Is(err, errBusy):
			return h.deny(ctx, ask.sub, "too much is asked for at once, please try again later")
		case err != nil:
			return h.deny(ctx, ask.sub, "there is no such feed")
		}
		seen = a.digest
	}
	if err := h.challenge(ctx, ask); err != nil {
		h.Log.Info("subscription refused", "host", guard.HostOf(ask.sub.Callback), "err", guard.HostOnly(err))
		return false
	}
	kept, out, err := h.accept(ask, seen)
	if out != nil {
		h.forget(ctx, *out)
		h.end(*out, "the hub is full, and others have fewer subscriptions")
	}
	if err == nil {
		err = h.share(ctx, ask, kept)
	}
	if err != nil {
		h.Log.Info("subscription refused", "host", guard.HostOf(ask.sub.Callback), "err", err)
		h.deny(ctx, ask.sub, err.Error())
		return true
	}
	h.Log.Info("subscription "+map[string]string{"subscribe": "taken", "unsubscribe": "ended"}[ask.mode], "host", guard.HostOf(ask.sub.Callback))
	h.stir()
	return true
}

// accept enters a verified subscription, or takes it out. Out is one that had
// to make room.
func (h *Hub) accept(ask intent, seen string) (kept news.Subscription, out *news.Subscription, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, now := subKey{ask.sub.Topic, ask.sub.Callback}, h.Now()
	if ask.mode == "unsubscribe" {
		h.drop(k)
		return ask.sub, nil, nil
	}
	if old := h.subs[k]; old != nil { // renewed
		old.Secret, old.Expires, old.Heard, h.dirty = ask.sub.Secret, now.Add(ask.lease), now, true
		return old.Subscription, nil, nil
	}
	at := domain(ask.sub.Callback)
	if h.places[at] >= mostPerDomain {
		return kept, nil, errors.New("this domain has as many subscriptions as one may have")
	}
	if len(h.subs) >= mostSubs {
		if out = h.makeRoom(at); out == nil {
			return kept, nil, errors.New("the hub is full, please try again later")
		}
	}
	kept = ask.sub
	kept.Expires, kept.Seen, kept.Heard = now.Add(ask.lease), seen, now
	h.put(&subscription{Subscription: kept})
	return kept, out, nil
}

// challenge asks the callback to repeat a random text.
func (h *Hub) challenge(ctx context.Context, ask intent) error {
	text := rand.Text()
	pairs := []string{"hub.mode", ask.mode, "hub.topic", ask.sub.Topic, "hub.challenge", text}
	if ask.mode == "subscribe" {
		pairs = append(pairs, "hub.lease_seconds", strconv.Itoa(int(ask.lease/time.Second)))
	}
	status, body, err := h.ask(ctx, ask.sub.Callback, pairs...)
	if err == nil && (status/100 != 2 || !bytes.Equal(bytes.TrimSpace(body), []byte(text))) {
		err = errors.New("the callback does not repeat the challenge")
	}
	return err
}

// end tells a subscriber that its subscription has ended (WebSub §5.2).
func (h *Hub) end(sub news.Subscription, reason string) {
	h.Log.Info("subscription ended by the hub", "host", guard.HostOf(sub.Callback), "err", reason)
	err := h.sends.add(&turn{host: domain(sub.Callback), run: func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), askWithin)
		defer cancel()
		return h.deny(ctx, sub, reason)
	}})
	if err != nil {
		h.Log.Debug("denial not delivered", "host", guard.HostOf(sub.Callback), "err", err)
	}
}

// deny tells the callback that there will be no subscription (WebSub §5.2), and
// reports whether it took that.
func (h *Hub) deny(ctx context.Context, sub news.Subscription, reason string) bool {
	status, _, err := h.ask(ctx, sub.Callback, "hub.mode", "denied", "hub.topic", sub.Topic, "hub.reason", reason)
	if err != nil {
		h.Log.Debug("denial not delivered", "host", guard.HostOf(sub.Callback), "err", guard.HostOnly(err))
	}
	return err == nil && status/100 == 2
}

// ask sends a GET to a callback with further query values; those that it has
// stay byte for byte (WebSub §5.1).
func (h *Hub) ask(ctx context.Context, callback string, pairs ...string) (int, []byte, error) {
	u, err := url.Parse(callback)
	if err != nil {
		return 0, nil, err
	}
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+values.Encode(), "&")
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("User-Agent", h.Agent)
	resp, err := h.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	return resp.StatusCode, body, err
}
