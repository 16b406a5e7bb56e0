package crawler

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// pictureDelay is the longest pause between a picture and the next request to
// its host, unless robots.txt asks for more: who looks at a page waits for them.
const pictureDelay = 500 * time.Millisecond

// pictureTypes are the media types of pictures that are asked for.
var pictureTypes = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

// Picture gets a picture that an item of a source shows, and stores nothing. It
// is asked for by the rules for pages: robots.txt, one request per host at a
// time, public addresses only (or the source's own host), bounds of size and
// time. One that search engines or archives may not keep is refused.
func (c *Crawler) Picture(ctx context.Context, src config.Source, address string) ([]byte, error) {
	c.init()
	var own guard.Own
	if src.AllowPrivate {
		own = guard.OwnOf(src.URL)
	}
	s := c.session(c.current.Load().agent, address, min(src.Delay, pictureDelay), own)
	defer s.load.release()
	return s.picture(ctx, address)
}

func (s *session) picture(ctx context.Context, address string) ([]byte, error) {
	p := s.trip
	p.left, p.load = s.timeout, s.load
	p.reads = func(media string) bool { return slices.Contains(pictureTypes, media) }
	defer s.count(&p)
	s.got, s.moved = nil, ""
	onTrip := context.WithValue(ctx, tripKey{}, &p)
	header := p.header("image/webp, image/jpeg, image/png, image/gif", "gzip")
	if err := s.colly(onTrip).Request(http.MethodGet, address, nil, nil, header); err != nil {
		return nil, s.lost(ctx, address, err)
	}
	a := s.got
	switch {
	case a == nil:
		return nil, &Error{URL: address, Fault: FaultNetwork, Err: errors.New("no answer")}
	case a.noIndex || a.noArchive:
		return nil, &Error{URL: address, Fault: FaultRobots, Err: errors.New("X-Robots-Tag forbids to keep it")}
	}
	if err := statusError(address, a.status, p.retryAfter); err != nil {
		return nil, err
	}
	if p.body == nil {
		return nil, &Error{URL: address, Fault: FaultMedia, Err: errors.New("the picture is empty")}
	}
	return p.keepBody(), nil
}
