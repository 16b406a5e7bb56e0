package feedout

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
)

// topic is the address of one of our public feeds as we write it, for an
// address as a subscriber does.
func (h *Hub) topic(address string) (string, bool) {
	if len(address) > longestTopic {
		return "", false
	}
	x := h.server.site.Load()
	rest, ok := strings.CutPrefix(address, x.root)
	if !ok {
		return "", false
	}
	u, err := url.Parse(rest)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "", false
	}
	path, f := split(u.Path)
	if f == page {
		return "", false
	}
	w, ok := x.parse(path, u.Query(), h.Now())
	if !ok || len(w.wrong) > 0 || w.slugged() != path || !x.announced(w) {
		return "", false
	}
	return x.url(w.address(f)), true
}

// announced reports whether subscribers can be told of a want's news: not of
// what is private, and not of pages of the archive, which get none.
func (x *site) announced(w want) bool {
	return w.before == 0 && w.until == 0 && !w.closed()
}

// ended tells why a topic is none any more, to who subscribed to it; empty: it
// is one, or may be again. Where base_url itself is another one, that is the
// operator's to mend or to mean, and leases run out.
func (h *Hub) ended(address string) string {
	x := h.server.site.Load()
	rest, ours := strings.CutPrefix(address, x.root)
	if _, ok := h.topic(address); ok || !ours {
		return ""
	}
	if u, err := url.Parse(rest); err == nil {
		path, f := split(u.Path)
		if to, ok := x.moved(path); ok {
			return "this feed has moved to " + x.url(escape(to)+f.suffix())
		}
	}
	return "there is no such feed any more"
}

// feed is the present answer for a topic, for a subscriber who is verified or
// not yet.
func (h *Hub) feed(ctx context.Context, address string, verified bool) (*answer, error) {
	s := h.server
	x := s.site.Load()
	topic, ok := h.topic(address)
	if !ok {
		return nil, news.ErrNotFound
	}
	u, err := url.Parse(strings.TrimPrefix(topic, x.root))
	if err != nil {
		return nil, err
	}
	path, f := split(u.Path)
	j, err := s.job(ctx, x, path, f, u.Query(), pick(x.Language))
	if err != nil {
		return nil, err
	}
	j.site = x
	j.paced = j.paced && !verified // what strangers search for must not keep subscribers waiting
	return s.prepared(ctx, key{u.Path, j.query, forReaders}, j)
}

// gone reports an error that says there is no such feed, rather than that it
// cannot be made now.
func gone(err error) bool {
	var moved errRedirect
	return errors.Is(err, news.ErrNotFound) || errors.As(err, &moved)
}
