package feedout

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/stadtfeed/stadtfeed/internal/files"
)

// Bounds of the feeds on disk.
const (
	keptFor     = 24 * time.Hour // since a feed was last asked for
	askedGrain  = time.Hour      // how exactly it is noted when that was
	mostOnDisk  = 256 << 20      // bytes
	mostFeeds   = 50_000
	flushEvery  = 5 * time.Second
	largestFeed = 32 << 20 // bytes of one that is read back
)

// A diskCache keeps feeds in a folder as they were last served, so that a server
// which starts while its archive is elsewhere and away has them. What it holds is
// a file for each feed; one that is damaged, or of another configuration, is none.
type diskCache struct {
	folder string
	log    *slog.Logger
	now    func() time.Time
	most   int   // feeds
	bytes  int64 // of all of them, at most

	mu    sync.Mutex
	fresh map[key]rendered // since the last flush
	files map[string]keptFile
	size  int64
}

// A rendered is an answer with the Site.Fingerprint under which it was made.
type rendered struct {
	*answer
	site string
}

// A keptFile is a feed on disk.
type keptFile struct {
	size  int64
	asked time.Time // for it, to askedGrain
}

// A keptFeed is what of an answer is written, before its compressed body.
type keptFeed struct {
	Site     string    `json:"site"` // Site.Fingerprint
	Path     string    `json:"path"`
	Query    string    `json:"query,omitempty"`
	Kind     string    `json:"kind"`
	Vary     string    `json:"vary"`
	Control  string    `json:"control"`
	Robots   string    `json:"robots,omitempty"`
	Link     string    `json:"link,omitempty"`
	File     string    `json:"file,omitempty"`
	Digest   string    `json:"digest"`
	Modified time.Time `json:"modified"`
	Private  bool      `json:"private,omitempty"`
}

// openDiskCache reads what a folder has, and makes it where there is none.
func openDiskCache(folder string, log *slog.Logger, now func() time.Time) (*diskCache, error) {
	if err := files.MakeFolder(folder, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	d := &diskCache{folder: folder, log: log, now: now, most: mostFeeds, bytes: mostOnDisk,
		fresh: map[key]rendered{}, files: map[string]keptFile{}}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && files.IsHashName(e.Name()) {
			d.files[e.Name()] = keptFile{info.Size(), info.ModTime()}
			d.size += info.Size()
		}
	}
	return d, nil
}

// name is that of the file of a feed. Pages are not kept.
func (k key) name() string { return files.HashName(k.path + "\n" + k.query) }

// put has an answer written by the next flush.
func (d *diskCache) put(k key, a *answer, site string) {
	if d == nil || k.view != forReaders || site == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.fresh) < d.most {
		d.fresh[k] = rendered{a, site}
	}
}

// any reports whether there is a feed.
func (d *diskCache) any() bool {
	if d == nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.files) > 0
}

// get reads a feed; nil: it is not there, damaged or of another configuration.
func (d *diskCache) get(k key, site string) *answer {
	if d == nil || k.view != forReaders || site == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(d.folder, k.name()))
	if err != nil {
		return nil
	}
	head, packed, _ := bytes.Cut(data, []byte("\n"))
	var kept keptFeed
	if json.Unmarshal(head, &kept) != nil || kept.Site != site || kept.Path != k.path || kept.Query != k.query {
		return nil
	}
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(largestFeed), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil
	}
	defer unpacker.Close()
	body, err := unpacker.DecodeAll(packed, nil)
	if err != nil || digest(body) != kept.Digest {
		return nil
	}
	a := &answer{
		kind: kept.Kind, vary: kept.Vary, control: kept.Control, robots: kept.Robots, link: kept.Link, file: kept.File,
		digest: kept.Digest, modified: kept.Modified, private: kept.Private, body: body,
	}
	a.fresh.Store(&freshness{}) // good as long as nothing better can be had
	return a
}

// run writes what was rendered, and tidies up, until ctx ends.
func (d *diskCache) run(ctx context.Context, s *Server) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	failed := false
	for {
		ended := false
		select {
		case <-ctx.Done():
			ended = true
		case <-tick.C:
		}
		d.noteAsked(s.shelf.asked(), s.site.Load().Fingerprint)
		err := d.flush()
		d.tidy()
		if err != nil && !failed {
			d.log.Warn("feeds are not kept for when the database is away", "err", err)
		}
		if failed = err != nil; ended {
			return
		}
	}
}

// flush writes the feeds that were rendered since the last time.
func (d *diskCache) flush() error {
	d.mu.Lock()
	fresh := d.fresh
	d.fresh = map[key]rendered{}
	d.mu.Unlock()
	for k, a := range fresh {
		if err := d.write(k, a); err != nil {
			return err
		}
	}
	return nil
}

func (d *diskCache) write(k key, a rendered) error {
	head, err := json.Marshal(keptFeed{
		Site: a.site, Path: k.path, Query: k.query, Kind: a.kind, Vary: a.vary, Control: a.control, Robots: a.robots, Link: a.link,
		File: a.file, Digest: a.digest, Modified: a.modified, Private: a.private,
	})
	if err != nil {
		return err
	}
	data := append(head, '\n')
	if packed := a.coded[zstded].Load(); packed != nil && packed.encoding != nil {
		data = append(data, packed.body...)
	} else {
		var packing coders
		data = append(data, packing.compress(a.body, zstded)...)
	}
	name := k.name()
	if err := files.Put(filepath.Join(d.folder, name), files.Private, data); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.size += int64(len(data)) - d.files[name].size
	d.files[name] = keptFile{int64(len(data)), d.now()}
	return nil
}

// noteAsked notes that answers were asked for. One that was removed since it was
// rendered is written anew.
func (d *diskCache) noteAsked(answers map[key]*answer, site string) {
	now := d.now()
	for k, a := range answers {
		d.mu.Lock()
		f, kept := d.files[k.name()]
		d.mu.Unlock()
		if !kept {
			d.put(k, a, site)
		}
		if !kept || now.Sub(f.asked) < askedGrain {
			continue
		}
		d.mu.Lock()
		f.asked = now
		d.files[k.name()] = f
		d.mu.Unlock()
		os.Chtimes(filepath.Join(d.folder, k.name()), now, now) //nolint:errcheck,gosec // it is forgotten sooner then
	}
}

// tidy removes the feeds that nobody has asked for within a day, and where there
// are too many those that were not asked for the longest.
func (d *diskCache) tidy() {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	for name, f := range d.files {
		if age := now.Sub(f.asked); age > keptFor+askedGrain || age < -askedGrain { // noted by a clock that was wrong
			d.remove(name)
		}
	}
	if len(d.files) <= d.most && d.size <= d.bytes {
		return
	}
	names := make([]string, 0, len(d.files))
	for name := range d.files {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(d.files[a].asked.Compare(d.files[b].asked), cmp.Compare(a, b)) })
	for _, name := range names {
		if len(d.files) <= d.most*9/10 && d.size <= d.bytes*9/10 {
			return
		}
		d.remove(name)
	}
}

func (d *diskCache) remove(name string) {
	if err := os.Remove(filepath.Join(d.folder, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return // it is tried again
	}
	d.size -= d.files[name].size
	delete(d.files, name)
}
