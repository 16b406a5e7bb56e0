package feedout

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
)

// thumbnailPrefix begins the addresses of small copies of pictures:
// /thumbnails/ID.jpg. They are of kept items only, so that nobody can have us
// fetch what he likes.
const thumbnailPrefix = "/thumbnails/"

// Thumbnail is the address of the small copy of an item's picture; empty where
// pages show none. What stands behind the question mark changes with the picture,
// so that browsers may keep it.
func (c *chrome) Thumbnail(it news.Item) string {
	if !c.x.Thumbnails || pictureOf(it) == "" {
		return ""
	}
	return c.Path(thumbnailPrefix + shortID(it.ID) + ".jpg?v=" + digest([]byte(it.Image))[:8])
}

// pictureOf is the address of an item's picture, if it may be shown.
func pictureOf(it news.Item) string {
	if !it.Withdrawn.IsZero() {
		return ""
	}
	return webURL(it.Image)
}

// picture writes the thumbnail of a row. It says nothing that the headline beside
// it does not say, and leads where that leads, so that it is for the eye only.
func (c *chrome) picture(w *xmlWriter, it news.Item) {
	address := c.Thumbnail(it)
	if address == "" {
		return
	}
	w.open("a", "class", "thumb", "href", c.ItemPath(it.ID), "tabindex", "-1", "aria-hidden", "true")
	w.raw(`<img alt="" width="144" height="96" loading="lazy" decoding="async"`)
	w.attr("src", address)
	w.raw("></a>")
}

// thumbnail answers with the small copy of an item's picture.
func (s *Server) thumbnail(x *site, w http.ResponseWriter, r *http.Request, name string) {
	data, err := s.thumbnailOf(r.Context(), x, name)
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	switch {
	case errors.Is(err, news.ErrNotFound):
		h.Set("Cache-Control", "public, max-age=600")
		plainText(w, http.StatusNotFound, "there is no such picture")
		return
	case err != nil && r.Context().Err() == nil:
		h.Set("Cache-Control", "no-store")
		h.Set("Retry-After", "30")
		plainText(w, http.StatusServiceUnavailable, "the picture is not here yet")
		return
	case err != nil:
		return
	}
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "public, max-age=604800")
	h.Set("Etag", `"`+digest(data)+`"`)
	if matchesTag(r.Header.Get("If-None-Match"), digest(data)) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method != http.MethodHead {
		s.meter.bytes.Add(float64(len(data)))
		_, _ = w.Write(data) // the client may have gone
	}
}

func (s *Server) thumbnailOf(ctx context.Context, x *site, name string) ([]byte, error) {
	id, ok := strings.CutSuffix(name, ".jpg")
	if !ok || !x.Thumbnails || s.opt.Thumbnail == nil {
		return nil, news.ErrNotFound
	}
	it, err := s.archive.Item(ctx, longID(id))
	if err != nil {
		return nil, err
	}
	if it.Image = pictureOf(it); it.Image == "" {
		return nil, news.ErrNotFound
	}
	return s.opt.Thumbnail(ctx, it)
}
