package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/files"
)

const (
	// settleTime is how long configuration files must rest before they are read:
	// editors write in several steps.
	settleTime = 500 * time.Millisecond
	// lookAgain is how often the files are read without a sign: file systems of
	// other machines and folders that did not exist give none.
	lookAgain = time.Minute
)

// watchFiles reloads when the configuration files hold something else, where
// that is switched on. It watches the folders, since editors replace files and
// Kubernetes exchanges the link "..data" that they are reached through; whether
// anything has changed is asked of the content.
func (d *service) watchFiles(ctx context.Context) error {
	if !d.config().Watch || d.how.Load == nil {
		return nil
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		d.log.Warn("configuration files are looked at once a minute only", "err", err)
		w = &fsnotify.Watcher{}
	} else {
		defer w.Close() //nolint:errcheck // nothing is written
	}
	d.watchFolders(w)
	known := d.config().Digest
	rest := time.NewTimer(0) // what changed since the configuration was read
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.Events:
			rest.Reset(settleTime)
			continue
		case err := <-w.Errors:
			d.log.Warn("watching configuration files", "err", err)
			continue
		case <-rest.C:
		case <-again.C:
		}
		d.watchFolders(w) // one that matches now may just have been made
		if digest := d.config().DigestNow(); digest != known {
			known = digest // also one that cannot be used is told once
			d.reloadAndTell(ctx)
			d.watchFolders(w)
		}
	}
}

// watchFolders watches the folders of the configuration in force, which may be
// others since a reload.
func (d *service) watchFolders(w *fsnotify.Watcher) {
	if w.Events == nil {
		return
	}
	for _, dir := range watched(d.config()) {
		if err := w.Add(dir); err != nil {
			d.log.Warn("a folder of the configuration is not watched", "path", dir, "err", err)
		}
	}
}

// watched are the folders in which configuration files lie or may come to lie,
// and those that links lead to. A folder that does not exist yet is waited for in
// the one above it.
func watched(cfg *config.Config) []string {
	var dirs []string
	add := func(path string) {
		dir := filepath.Dir(path)
		for !isFolder(dir) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
		}
		dirs = append(dirs, dir)
	}
	for _, path := range cfg.Files {
		add(path)
		if real, err := filepath.EvalSymlinks(path); err == nil {
			add(real)
		}
	}
	for _, pattern := range cfg.Include {
		folder := ""
		if !filepath.IsAbs(pattern) {
			folder = filepath.Dir(cfg.File)
		}
		add(filepath.Join(folder, pattern))
		within := filepath.Join(files.Literal(folder), filepath.Dir(pattern))
		folders, _ := filepath.Glob(within) //nolint:errcheck // it was right when the file was loaded
		dirs = append(dirs, slices.DeleteFunc(folders, func(dir string) bool { return !isFolder(dir) })...)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
