package feedout

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// domain is who answers for a callback: the registrable domain of its host
// (https://a.b.example.co.uk/hook is of example.co.uk), an IPv4 address, the
// network of an IPv6 address. In private networks it is the host with its port,
// since there is nobody who could have any number of them.
func domain(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return callback
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if at, err := netip.ParseAddr(host); err == nil {
		switch at = at.Unmap().WithZone(""); {
		case guard.Internal(at) != "":
			return strings.ToLower(u.Host)
		case at.Is6():
			return netip.PrefixFrom(at, 64).Masked().String()
		}
		return at.String()
	}
	if !strings.Contains(host, ".") {
		return strings.ToLower(u.Host)
	}
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

// clientOf is where a request comes from; of a proxy beside us, what it says of
// the client that it talks to. It is empty for near clients, such as a proxy
// that says nothing, through which all the world may come.
func clientOf(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil { // a Unix socket: a proxy's
		return forwardedFor(r)
	}
	if from := place(net.TCPAddrFromAddrPort(at)); from.IsValid() {
		return from.String()
	}
	return forwardedFor(r)
}

// forwardedFor is the client in the last entry of X-Forwarded-For, which is the
// one that the nearest proxy wrote.
func forwardedFor(r *http.Request) string {
	list := r.Header["X-Forwarded-For"]
	if len(list) == 0 {
		return ""
	}
	last := list[len(list)-1]
	at, err := netip.ParseAddr(strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:]))
	if err != nil {
		return ""
	}
	if from := place(&net.TCPAddr{IP: at.AsSlice()}); from.IsValid() {
		return from.String()
	}
	return ""
}

// put enters a subscription, or its next state; the caller holds the lock.
func (h *Hub) put(sub *subscription) {
	k := subKey{sub.Topic, sub.Callback}
	if h.subs[k] == nil {
		h.places[domain(sub.Callback)]++
	}
	h.subs[k] = sub
	h.dirty = true
}

// drop takes a subscription out; the caller holds the lock.
func (h *Hub) drop(k subKey) {
	if h.subs[k] == nil {
		return
	}
	delete(h.subs, k)
	h.dirty = true
	d := domain(k.callback)
	if h.places[d]--; h.places[d] <= 0 {
		delete(h.places, d)
	}
}

// has reports whether there is such a subscription.
func (h *Hub) has(sub news.Subscription) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.subs[subKey{sub.Topic, sub.Callback}] != nil
}

// room tells why there is none for a subscription; empty: there is.
func (h *Hub) room(ask intent) string {
	if ask.mode == "unsubscribe" || h.has(ask.sub) {
		return ""
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.places[domain(ask.sub.Callback)] >= mostPerDomain {
		return "this domain has as many subscriptions as one may have"
	}
	return ""
}

// makeRoom takes out a subscription where all places are taken: of the domain
// that has most of them, the one that was not heard of for longest. It is nil
// where the newcomer's domain would have most itself. The caller holds the lock.
func (h *Hub) makeRoom(newcomer string) *news.Subscription {
	fullest := ""
	for d, n := range h.places {
		if n > h.places[fullest] {
			fullest = d
		}
	}
	if h.places[newcomer]+1 >= h.places[fullest] {
		return nil
	}
	var oldest *subscription
	for _, sub := range h.subs {
		if domain(sub.Callback) == fullest && (oldest == nil || sub.Heard.Before(oldest.Heard)) {
			oldest = sub
		}
	}
	h.drop(subKey{oldest.Topic, oldest.Callback})
	return &oldest.Subscription
}
