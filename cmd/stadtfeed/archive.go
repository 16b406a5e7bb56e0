package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
	"github.com/stadtfeed/stadtfeed/store/postgres"
)

// An archive is what commands need of a store, whatever it keeps its data in.
type archive interface {
	crawler.Archive
	feedout.Archive
	feedout.Searches
	keeper
	subscriberStore
	healthLog

	Health() error
	RawPages(ctx context.Context, sources ...string) iter.Seq2[news.KeptPage, error]
	Export(ctx context.Context, w io.Writer, withRaw bool) error
	Import(ctx context.Context, r io.Reader, incomplete bool) (items int, err error)
	Verify(ctx context.Context) (news.Verdict, error)
	Maintain(ctx context.Context, u news.Upkeep) error
	Close() error
}

// A keeper has what is held back for the operator.
type keeper interface {
	Held(ctx context.Context, source string) ([]news.Draft, error)
	ReleaseHeld(ctx context.Context, source string) (news.Committed, error)
	HeldDeletions(ctx context.Context) ([]news.Deletion, error)
	ReleaseDeletions(ctx context.Context) (removed int, err error)
}

// openArchive opens the archive of a configuration.
func openArchive(ctx context.Context, cfg *config.Config, o postgres.Options, clock *crawler.Clock) (archive, error) {
	if cfg.Store.Database() {
		return openDatabase(ctx, cfg, o)
	}
	st, err := openFile(ctx, cfg, o.Log, clock)
	if err != nil {
		return nil, err
	}
	if newest, err := st.Newest(); err == nil {
		clock.SetNewest(newest)
	}
	return st, nil
}

func openFile(ctx context.Context, cfg *config.Config, log *slog.Logger, clock *crawler.Clock) (*store.Store, error) {
	if err := recoverArchive(ctx, cfg, log, false); err != nil {
		return nil, err
	}
	options := store.Options{Log: log, Now: clock.Now, Doubtful: clock.Doubtful}
	st, err := store.Open(cfg.Store.File(), options)
	if errors.Is(err, store.ErrDamaged) { // though it was closed properly
		if err := recoverArchive(ctx, cfg, log, true); err != nil {
			return nil, err
		}
		st, err = store.Open(cfg.Store.File(), options)
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return st, nil
}

func openDatabase(ctx context.Context, cfg *config.Config, o postgres.Options) (*postgres.Store, error) {
	address, err := databaseOf(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.MigrateSchema {
		if _, err := postgres.Migrate(ctx, address); err != nil && !(o.Patient && postgres.Away(err)) {
			return nil, fmt.Errorf("archive %s: %w", cfg.Store, err)
		}
	}
	if o.Replica != nil {
		o.Replica.Password = address.Password
	}
	st, err := postgres.Open(ctx, address, o)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", cfg.Store, err)
	}
	return st, nil
}

// servingOptions are how the daemon opens a database: one that serves feeds and
// visits nobody reads from the replica, and waits for a database that is away.
func servingOptions(cfg *config.Config, log *slog.Logger) postgres.Options {
	o := postgres.Options{Log: log, Patient: cfg.Role == config.RoleFeed}
	if o.Patient && cfg.Read != "" {
		o.Replica = &postgres.Address{URL: cfg.Read.Address()}
	}
	return o
}

// databaseOf is the address of the configured database, with its password.
func databaseOf(cfg *config.Config) (postgres.Address, error) {
	password, err := cfg.StorePassword()
	return postgres.Address{URL: cfg.Store.Address(), Password: password}, err
}

// file is the archive's file, for what only a file needs; helps says what does
// that for a database.
func (c *core) file(helps string) (*store.Store, error) {
	if st, ok := c.store.(*store.Store); ok {
		return st, nil
	}
	return nil, fmt.Errorf("the archive is a database: %s", helps)
}

// onlyFile refuses a command that works on a file without opening it.
func onlyFile(cfg *config.Config, helps string) error {
	if cfg.Store.Database() {
		return fmt.Errorf("the archive is a database: %s", helps)
	}
	return nil
}

// restamp mends what a wrong clock has stamped in a file, and says so. Only its
// own clock says what the time is in a database.
func (c *core) restamp(ctx context.Context) error {
	st, ok := c.store.(*store.Store)
	if !ok {
		return nil
	}
	mended, err := st.Restamp(ctx)
	if err != nil {
		return err
	}
	c.crawler.Clock.SetNewest(time.Time{}) // the archive bears no witness any more
	if mended == (store.Stamps{}) {
		return nil
	}
	c.log.Warn("what a wrong clock had stamped was mended; pages that were read under it are read again",
		"items", mended.Items, "pages", mended.Pages, "sources", mended.Sources)
	return nil
}
