package feedout

import (
	"context"
	"errors"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Shared is where several servers keep the subscriptions of their hub.
type Shared interface {
	// Subscriptions are those whose lease has not ended.
	Subscriptions(ctx context.Context) ([]news.Subscription, error)
	// PutSubscription keeps a new subscription. Of one that is there, it changes
	// what a renewal changes: secret, lease and when it was heard of.
	PutSubscription(ctx context.Context, sub news.Subscription) error
	DropSubscription(ctx context.Context, topic, callback string) error
	// TakeDelivery gives the delivery of a feed with a digest to one server for a
	// while; false: another delivers, it was delivered, or there is no such
	// subscription any more.
	TakeDelivery(ctx context.Context, topic, callback, digest string, within time.Duration) (ours bool, err error)
	// NoteDelivery keeps what became of a delivery that was taken.
	NoteDelivery(ctx context.Context, sub news.Subscription) error
}

// sharedAge is how old may be what is known of the subscriptions that other
// servers have taken.
const sharedAge = 5 * time.Second

// sharedWithin is how long reading or writing subscriptions may take.
const sharedWithin = 10 * time.Second

// refresh reads what other servers have changed. Where it cannot be read, what
// was known goes on.
func (h *Hub) refresh(ctx context.Context) {
	if h.Shared == nil {
		return
	}
	h.refreshing.Lock()
	defer h.refreshing.Unlock()
	if time.Since(h.refreshed) < sharedAge/2 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, sharedWithin)
	defer cancel()
	list, err := h.Shared.Subscriptions(ctx)
	if err != nil {
		h.Log.Debug("subscriptions of other servers are not known", "err", err)
		return
	}
	h.refreshed = time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.subs
	h.subs, h.places = make(map[subKey]*subscription, len(list)), make(map[string]int)
	for _, sub := range list {
		was := before[subKey{sub.Topic, sub.Callback}]
		if was == nil {
			was = &subscription{}
		}
		if !was.busy { // else the delivery will say
			was.Subscription = sub
		}
		h.put(was)
	}
}

var errNotShared = errors.New("the hub cannot keep it now, please try again later")

// share keeps a subscription, or its end, for all servers.
func (h *Hub) share(ctx context.Context, ask intent, kept news.Subscription) error {
	if h.Shared == nil {
		return nil
	}
	if ask.mode == "unsubscribe" {
		h.forget(ctx, kept)
		return nil
	}
	err := h.Shared.PutSubscription(ctx, kept)
	if err == nil {
		return nil
	}
	h.Log.Warn("a subscription could not be kept", "err", err)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(subKey{kept.Topic, kept.Callback})
	return errNotShared
}

// forget ends a subscription for all servers.
func (h *Hub) forget(ctx context.Context, sub news.Subscription) {
	if h.Shared == nil {
		return
	}
	if err := h.Shared.DropSubscription(ctx, sub.Topic, sub.Callback); err != nil {
		h.Log.Warn("the end of a subscription could not be kept", "err", err)
	}
}

// takes reports whether this server is the one that delivers.
func (h *Hub) takes(ctx context.Context, sub news.Subscription, digest string) bool {
	if h.Shared == nil {
		return true
	}
	ours, err := h.Shared.TakeDelivery(ctx, sub.Topic, sub.Callback, digest, postWithin+sharedWithin)
	if err != nil {
		h.Log.Debug("a delivery waits for the database", "err", err)
	}
	return ours
}

// delivered keeps what became of a delivery.
func (h *Hub) delivered(ctx context.Context, sub news.Subscription) {
	if h.Shared == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sharedWithin) // a server that ends has sent it all the same
	defer cancel()
	if err := h.Shared.NoteDelivery(ctx, sub); err != nil {
		h.Log.Warn("it could not be kept that a feed was delivered; it will be again", "err", err)
	}
}
