package thumb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/stadtfeed/stadtfeed/internal/files"
)

const (
	keepFor     = 30 * 24 * time.Hour // then a picture is asked for again: it may have changed
	refuseFor   = time.Hour           // what could not be fetched is asked for again after that
	mostRefused = 10_000              // pictures that are remembered as refused
	mostAtOnce  = 64                  // pictures that are fetched or waited for; more are refused
	patience    = time.Minute         // for one picture, with the waiting for its host

	suffix = ".jpg"
)

// ErrBusy says that too many pictures are being fetched; ErrNone that a picture
// cannot be fetched or shown.
var (
	ErrBusy = errors.New("too many pictures are asked for at once")
	ErrNone = errors.New("no such picture")
)

// A Fetch gets a picture from its publisher.
type Fetch func(ctx context.Context) ([]byte, error)

// A Cache is a folder of copies. Its methods may be called at the same time.
type Cache struct {
	folder string
	now    func() time.Time
	flight singleflight.Group
	slots  chan struct{} // fetches under way
	decode chan struct{} // one at a time: a picture takes much more memory than its file

	mu      sync.Mutex
	limit   int64
	size    int64
	clock   int64                // counts uses
	kept    map[string]*copied   // by name of the file
	refused map[string]time.Time // until when, by name
}

// A copied picture is one file of the folder.
type copied struct {
	bytes int64
	used  int64     // by the clock of uses
	made  time.Time // when it was fetched
}

// Open gives the cache in a folder, which is made when the first copy is kept.
// Limit is how many bytes the copies may take. Copies of former runs are found.
func Open(folder string, limit int64, now func() time.Time) (*Cache, error) {
	c := &Cache{
		folder: folder, now: now, limit: limit, kept: map[string]*copied{}, refused: map[string]time.Time{},
		slots: make(chan struct{}, mostAtOnce), decode: make(chan struct{}, 1),
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || !isCopy(e.Name()) {
			continue
		}
		c.kept[e.Name()] = &copied{bytes: info.Size(), used: info.ModTime().Unix() - now().Unix(), made: info.ModTime()}
		c.size += info.Size()
	}
	return c, c.SetLimit(limit)
}

// isCopy reports whether a name is that of a copy: nothing else in the folder is ours.
func isCopy(name string) bool {
	name, isPicture := strings.CutSuffix(name, suffix)
	return isPicture && files.IsHashName(name)
}

// SetLimit changes how many bytes the copies may take.
func (c *Cache) SetLimit(limit int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = limit
	return c.shrink()
}

// Get is the copy of the picture at an address, fetched where there is none
// yet. Who asks for the same at the same time waits for one fetch, which goes on
// when he leaves.
func (c *Cache) Get(ctx context.Context, address string, fetch Fetch) ([]byte, error) {
	name := files.HashName(address) + suffix
	if data, err := c.find(name); data != nil || err != nil {
		return data, err
	}
	result := c.flight.DoChan(name, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		return c.make(ctx, name, fetch)
	})
	select {
	case done := <-result:
		data, _ := done.Val.([]byte)
		return data, done.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// find is a copy that is kept; nil: it has to be made.
func (c *Cache) find(name string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until, ok := c.refused[name]; ok {
		if c.now().Before(until) {
			return nil, ErrNone
		}
		delete(c.refused, name)
	}
	k := c.kept[name]
	if k == nil || c.now().Sub(k.made) > keepFor {
		return nil, nil
	}
	data, err := os.ReadFile(filepath.Join(c.folder, name))
	if err != nil { // somebody has tidied up
		c.forget(name)
		return nil, nil //nolint:nilerr // it is made again
	}
	c.clock++
	k.used = c.clock
	return data, nil
}

// make fetches a picture and keeps its copy. One that cannot be fetched is refused
// for a while, unless it was only waited for in vain.
func (c *Cache) make(ctx context.Context, name string, fetch Fetch) ([]byte, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	default:
		return nil, ErrBusy
	}
	data, err := fetch(ctx)
	if err == nil {
		c.decode <- struct{}{}
		data, err = Small(data)
		<-c.decode
	}
	if ctx.Err() != nil {
		return nil, ErrBusy
	}
	if err != nil {
		c.refuse(name)
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	return data, c.keep(name, data)
}

func (c *Cache) refuse(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.refused) >= mostRefused {
		clear(c.refused)
	}
	c.refused[name] = c.now().Add(refuseFor)
}

func (c *Cache) keep(name string, data []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := files.MakeFolder(c.folder, 0o700); err != nil {
		return err
	}
	if err := files.Put(filepath.Join(c.folder, name), files.Private, data); err != nil {
		return err
	}
	c.forget(name)
	c.clock++
	c.kept[name] = &copied{bytes: int64(len(data)), used: c.clock, made: c.now()}
	c.size += int64(len(data))
	return c.shrink()
}

// forget takes a copy out of the count; its file stays.
func (c *Cache) forget(name string) {
	if k := c.kept[name]; k != nil {
		c.size -= k.bytes
		delete(c.kept, name)
	}
}

// shrink removes the longest unused of a sample until the rest fits.
func (c *Cache) shrink() error {
	const sample = 16
	for c.size > c.limit && len(c.kept) > 0 {
		oldest, seen := "", 0
		for name, k := range c.kept { // the map's order is random enough
			if oldest == "" || k.used < c.kept[oldest].used {
				oldest = name
			}
			if seen++; seen == sample {
				break
			}
		}
		c.forget(oldest)
		if err := os.Remove(filepath.Join(c.folder, oldest)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
