package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A file beside the archive tells that it is open; one that is still there
// before Open tells of an unclean end.
func openMark(path string) string { return path + ".open" }

func markOpen(path string) error {
	f, err := os.OpenFile(openMark(path), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), syncDir(path))
}

func markClosed(path string) error {
	if err := os.Remove(openMark(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// EndedUncleanly reports whether the last process that had the archive open
// did not close it. It means nothing while a process has it open.
func EndedUncleanly(path string) bool {
	_, err := os.Stat(openMark(path))
	return err == nil
}

// A Recovery tells what Recover found and did.
type Recovery struct {
	Checked  bool   // the archive was looked at
	Fault    error  // what was wrong with it; nil: nothing
	SetAside string // where the damaged file is now
	Restored string // the backup that took its place
}

// Recover looks after an archive that was not closed properly, before it is
// opened: where check finds it damaged it is set aside and the newest backup in
// the folder that check finds good takes its place. check should call
// CheckFile in a child process, as a badly damaged file can end the process
// that reads it. With force the archive is checked after a clean end too.
// Where no good backup is, the damaged file stays and the error says so.
func Recover(ctx context.Context, path, backups string, check func(ctx context.Context, path string) error, force bool) (r Recovery, err error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && !force && !EndedUncleanly(path) {
		return r, nil
	}
	r.Checked = true
	if r.Fault = check(ctx, path); r.Fault == nil || errors.Is(r.Fault, ErrLocked) {
		return r, r.Fault
	}
	if err := ended(ctx); err != nil {
		return r, err
	}
	for _, backup := range listBackups(backups) {
		if check(ctx, backup) != nil {
			continue
		}
		if err := copyFile(backup, path+".part"); err != nil {
			return r, err
		}
		r.SetAside = path + ".damaged-" + time.Now().UTC().Format("20060102T150405")
		if err := os.Rename(path, r.SetAside); err != nil {
			return r, err
		}
		r.Restored = backup
		return r, errors.Join(os.Rename(path+".part", path), markClosed(path), syncDir(path))
	}
	return r, fmt.Errorf("%s: %w, and there is no good backup in %q; restore one with stadtfeed restore, or move the file away to begin anew: %w", path, ErrDamaged, backups, r.Fault)
}

// listBackups are the backups in a folder, the newest first.
func listBackups(dir string) (paths []string) {
	if dir == "" {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`).Replace(dir), "*.db"))
	if err != nil {
		return nil
	}
	age := func(path string) time.Time {
		if info, err := os.Stat(path); err == nil {
			return info.ModTime()
		}
		return time.Time{}
	}
	slices.SortFunc(paths, func(a, b string) int { return cmp.Or(age(b).Compare(age(a)), cmp.Compare(b, a)) })
	return paths
}

// An Upkeep is what is done to an archive once a day.
type Upkeep struct {
	Retention Retention
	Backups   string // folder; empty: no backups
	Keep      int    // how many backups to keep; 0: seven
}

const keptBackups = 7

// Maintain does a day's upkeep: it removes what is past its time, makes the
// file smaller where that pays, and writes a backup named after the day.
func (s *Store) Maintain(ctx context.Context, u Upkeep) error {
	start := time.Now()
	pruned, err := s.Prune(ctx, u.Retention)
	if err != nil {
		return err
	}
	if s.CompactionPays() {
		c, err := s.Compact(ctx)
		if err != nil {
			return err
		}
		s.log.Info("archive compacted", "before", c.Before, "after", c.After, "stopped", c.Stopped)
	}
	if u.Backups != "" {
		if err := s.backupDaily(u); err != nil {
			return err
		}
	}
	s.log.Info("archive looked after", "items", pruned.Items, "revisions", pruned.Revisions, "pages", pruned.Pages, "took", time.Since(start))
	return nil
}

func (s *Store) backupDaily(u Upkeep) error {
	if err := os.MkdirAll(u.Backups, 0o700); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	base := strings.TrimSuffix(filepath.Base(s.path), filepath.Ext(s.path))
	path := filepath.Join(u.Backups, base+"-"+s.now().UTC().Format(time.DateOnly)+".db")
	if err := s.BackupFile(path); err != nil {
		return err
	}
	all := slices.DeleteFunc(listBackups(u.Backups), func(p string) bool { return !strings.HasPrefix(filepath.Base(p), base+"-") })
	for _, old := range all[min(cmp.Or(u.Keep, keptBackups), len(all)):] {
		if err := os.Remove(old); err != nil {
			return fmt.Errorf("old backup: %w", err)
		}
	}
	return nil
}
