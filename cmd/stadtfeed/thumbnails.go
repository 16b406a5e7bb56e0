package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/thumb"
	"github.com/stadtfeed/stadtfeed/news"
)

// thumbnails are the small copies of pictures beside the archive. The folder is
// looked at when the first one is asked for.
type thumbnails struct {
	mu    sync.Mutex
	cache *thumb.Cache
}

func (t *thumbnails) open(cfg *config.Config) (*thumb.Cache, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cache != nil {
		return t.cache, nil
	}
	cache, err := thumb.Open(cfg.Cached("thumbnails"), int64(cfg.Thumbnails), time.Now)
	if err == nil {
		t.cache = cache
	}
	return cache, err
}

// resize puts the room of another configuration in force.
func (t *thumbnails) resize(next *config.Config) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cache == nil {
		return nil
	}
	return t.cache.SetLimit(int64(next.Thumbnails))
}

// thumbnail is the small copy of an item's picture. What a source's pages show is
// asked for by the rules for these pages.
func (c *core) thumbnail(ctx context.Context, it news.Item) ([]byte, error) {
	cfg := c.config()
	cache, err := c.thumbs.open(cfg)
	if err != nil {
		return nil, err
	}
	src, ok := cfg.Source(it.Source())
	if !ok { // it is configured no more
		src = cfg.AdHoc(it.Image)
	}
	data, err := cache.Get(ctx, it.Image, func(ctx context.Context) ([]byte, error) { return c.crawler.Picture(ctx, src, it.Image) })
	if errors.Is(err, thumb.ErrNone) {
		c.log.Debug("a picture is not shown", "source", src.Name, "url", it.Image, "err", err)
		return nil, news.ErrNotFound
	}
	return data, err
}
