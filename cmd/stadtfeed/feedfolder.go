package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/internal/files"
)

// A feedFolder holds the public feeds as files. Everything under ours with an
// ending of feeds belongs to it; what else lies in the folder is left alone.
type feedFolder struct {
	dir     string
	files   int // after update: how many there are
	seen    map[string]bool
	changed []string
	stamp   string
}

const (
	feedMode   = 0o644         // web servers read them
	changeList = "changes.txt" // tells a folder of feeds from any other
	changeHead = "# changes of the feeds in this folder, the latest last: moment, written or removed, file\n"
	mostList   = 1 << 20 // bytes of the list; then its older half goes
)

var (
	ours     = []string{"feeds", "places", "sources", "tags"}
	endings  = []string{".rss", ".atom", ".json"}
	topFeeds = "all"
)

// openFeedFolder makes a folder ready for feeds. One in which feeds would take
// the place of files that are not of ours is refused.
func openFeedFolder(dir string) (*feedFolder, error) {
	if err := files.MakeFolder(dir, 0o755); err != nil {
		return nil, fmt.Errorf("folder of feeds: %w", err)
	}
	list, err := os.ReadFile(filepath.Join(dir, changeList))
	switch {
	case err == nil && !bytes.HasPrefix(list, []byte(changeHead)):
		return nil, fmt.Errorf("%s in %s was not written by stadtfeed publish; name another folder", changeList, dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("folder of feeds: %w", err)
	case err != nil:
		for _, name := range append([]string{topFeeds + endings[0], topFeeds + endings[1], topFeeds + endings[2]}, ours...) {
			if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
				return nil, fmt.Errorf("%s holds %s, which stadtfeed publish did not write; name another folder", dir, name)
			}
		}
		if err := files.Put(filepath.Join(dir, changeList), feedMode, []byte(changeHead)); err != nil {
			return nil, fmt.Errorf("folder of feeds: %w", err)
		}
	}
	return &feedFolder{dir: dir}, nil
}

// update writes what feeds brings where it differs from what is there, removes
// feeds that it does not bring, and notes both in the list of changes. It
// returns the changes: "written tags/verkehr.rss".
func (f *feedFolder) update(now time.Time, feeds func(put func(feedout.StaticFeed) error) error) ([]string, error) {
	f.seen, f.changed, f.stamp = map[string]bool{}, nil, now.UTC().Format(time.RFC3339)
	err := feeds(f.put)
	if err == nil {
		err = f.removeOthers()
	}
	f.files = len(f.seen)
	return f.changed, errors.Join(err, f.list())
}

// put writes one feed and its compressed form.
func (f *feedFolder) put(feed feedout.StaticFeed) error {
	if !filepath.IsLocal(filepath.FromSlash(feed.Path)) {
		return fmt.Errorf("%q is not a path within the folder", feed.Path)
	}
	f.seen[feed.Path], f.seen[feed.Path+".gz"] = true, true
	if feed.Body == nil {
		return nil
	}
	if err := f.write(feed.Path+".gz", feed.Packed); err != nil {
		return err
	}
	return f.write(feed.Path, feed.Body)
}

func (f *feedFolder) write(name string, data []byte) error {
	path := filepath.Join(f.dir, filepath.FromSlash(name))
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, data) {
		return nil
	}
	if err := files.MakeFolder(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := files.Put(path, feedMode, data); err != nil {
		return err
	}
	f.changed = append(f.changed, "written "+name)
	return nil
}

// removeOthers removes the feeds that were not brought: those of a source that
// is gone, or of a filter that needs a key now.
func (f *feedFolder) removeOthers() error {
	for _, sub := range ours {
		entries, err := os.ReadDir(filepath.Join(f.dir, sub))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			name := sub + "/" + e.Name()
			if f.seen[name] || !isFeedFile(e.Name()) || e.IsDir() {
				continue
			}
			if err := os.Remove(filepath.Join(f.dir, sub, e.Name())); err != nil {
				return err
			}
			f.changed = append(f.changed, "removed "+name)
		}
	}
	return nil
}

func isFeedFile(name string) bool {
	return slices.Contains(endings, filepath.Ext(strings.TrimSuffix(name, ".gz")))
}

// list adds the changes to the list, whose older half goes when it is long.
func (f *feedFolder) list() error {
	if len(f.changed) == 0 {
		return nil
	}
	path := filepath.Join(f.dir, changeList)
	all, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := bytes.TrimPrefix(all, []byte(changeHead))
	if len(lines) > mostList {
		lines = lines[len(lines)/2:]
		lines = lines[bytes.IndexByte(lines, '\n')+1:]
	}
	var b bytes.Buffer
	b.WriteString(changeHead)
	b.Write(lines)
	for _, change := range f.changed {
		b.WriteString(f.stamp + " " + change + "\n")
	}
	return files.Put(path, feedMode, b.Bytes())
}
