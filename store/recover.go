package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// A file beside the archive tells that it is open, and which archive it is; one
// that is still there before Open tells of an unclean end.
func openMark(path string) string { return path + ".open" }

func markOpen(path string, identity uint64) error {
	mark := openMark(path)
	if err := files.Create(mark); err != nil {
		return err
	}
	if err := os.WriteFile(mark, fmt.Appendf(nil, "%016x\n", identity), 0o600); err != nil {
		return err
	}
	return files.SyncFolder(path)
}

// markedIdentity is the identity of the archive that was not closed properly;
// 0 where the mark does not say.
func markedIdentity(path string) (identity uint64) {
	text, err := os.ReadFile(openMark(path))
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscanf(string(text), "%x", &identity); err != nil {
		return 0
	}
	return identity
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
	candidates, err := backupsOf(path, backups)
	if err != nil {
		return r, fmt.Errorf("%s: %w; %w: %w", path, ErrDamaged, err, r.Fault)
	}
	for _, backup := range candidates {
		if check(ctx, backup.path) != nil {
			continue
		}
		r.SetAside = unused(files.Real(path) + ".damaged-" + time.Now().UTC().Format("20060102T150405"))
		r.Restored = backup.path
		return r, errors.Join(putInPlace(backup.path, path, r.SetAside), markClosed(path))
	}
	return r, fmt.Errorf("%s: %w, and there is no good backup of it in %q; restore one with stadtfeed restore, or move the file away to begin anew: %w",
		path, ErrDamaged, backups, r.Fault)
}

// backupsOf are the daily backups of the damaged archive at path, the newest
// first. Where it does not tell any more which archive it was, and the folder
// has backups of several with its name, none is taken for its own.
func backupsOf(path, folder string) ([]dailyBackup, error) {
	all := listBackups(folder, path)
	identity := markedIdentity(path)
	for _, b := range all {
		switch {
		case b.identity == 0:
		case identity == 0:
			identity = b.identity
		case identity != b.identity && markedIdentity(path) == 0:
			return nil, fmt.Errorf("%q holds backups of several archives called %s; choose one with stadtfeed restore", folder, baseName(path))
		}
	}
	return slices.DeleteFunc(all, func(b dailyBackup) bool { return b.identity != 0 && b.identity != identity }), nil
}

// Maintain does a day's upkeep: it removes what is past its time, makes the
// file smaller where that pays, and writes a backup named after the day.
func (s *Store) Maintain(ctx context.Context, u news.Upkeep) error {
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
		if err := s.backupDaily(ctx, u); err != nil {
			return err
		}
	}
	for _, held := range pruned.Held {
		s.log.Warn("much is past its age at once and is kept until the next upkeep agrees; stadtfeed held shows it",
			"kind", held.Kind, "held", held.Records)
	}
	s.log.Info("archive looked after", "items", pruned.Items, "revisions", pruned.Revisions, "pages", pruned.Pages, "took", time.Since(start))
	return nil
}
