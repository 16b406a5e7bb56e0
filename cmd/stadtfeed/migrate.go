package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
	"github.com/stadtfeed/stadtfeed/store/postgres"
)

func (a *app) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate FROM TO",
		Short: "Move an archive from a file into a database, or back; no daemon may run",
		Long: `Move an archive from a file into a database, or back; no daemon may run.

FROM and TO are the path of a file or the address of a PostgreSQL database (postgres://USER@HOST/NAME; the password comes
from PGPASSWORD or PGPASSFILE). TO must hold nothing yet; FROM stays as it is. Everything keeps its id, number and moment:
items, revisions, kept pages, visits, due times, what is held back, subscriptions. In the end both are checked and compared.
What was broken off goes on with the same command.`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.migrate(cmd.Context(), config.Archive(args[0]), config.Archive(args[1]))
		},
	}
}

// A movable archive is open for nobody else.
type movable struct {
	archive
	where config.Archive
	hub   subscriptions
}

// subscriptions are those of the hub, as JSON; nil: none were ever kept.
type subscriptions interface {
	Load() ([]byte, error)
	Save(data []byte) error
}

// rowsOfHub are the subscriptions in a database.
type rowsOfHub struct {
	*postgres.Store
	ctx context.Context //nolint:containedctx // of the one command
}

// Load reads them.
func (r rowsOfHub) Load() ([]byte, error) {
	list, err := r.Subscriptions(r.ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return json.Marshal(list)
}

// Save adds them to those that are there.
func (r rowsOfHub) Save(data []byte) error {
	var list []news.Subscription
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	for _, sub := range list {
		if err := r.PutSubscription(r.ctx, sub); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) migrate(ctx context.Context, from, to config.Archive) error {
	if from == to {
		return usagef("%s: FROM and TO are the same", from)
	}
	if err := errors.Join(from.Check(), to.Check()); err != nil {
		return usagef("%v", err)
	}
	if file := from.File(); file != "" {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: there is no archive", file)
		}
	}
	source, err := a.openMovable(ctx, from)
	if err != nil {
		return err
	}
	defer source.Close() //nolint:errcheck // it was only read
	target, err := a.openMovable(ctx, to)
	if err != nil {
		return err
	}
	err = a.move(ctx, source, target)
	return errors.Join(err, target.Close())
}

// openMovable opens an archive that no daemon has.
func (a *app) openMovable(ctx context.Context, where config.Archive) (movable, error) {
	if !where.Database() {
		st, err := store.Open(where.File(), store.Options{Log: a.log})
		return movable{st, where, feedout.HubFile(where.File() + ".hub")}, err
	}
	address := postgres.Address{URL: where.Address()}
	if _, err := postgres.Migrate(ctx, address); err != nil {
		return movable{}, fmt.Errorf("archive %s: %w", where, err)
	}
	db, err := postgres.Open(ctx, address, postgres.Options{Log: a.log})
	if err != nil {
		return movable{}, fmt.Errorf("archive %s: %w", where, err)
	}
	nodes, err := db.Nodes(ctx)
	if err == nil && len(nodes) > 0 {
		var names []string
		for _, n := range nodes {
			names = append(names, n.Owner)
		}
		err = fmt.Errorf("archive %s: daemons work with it (%s); stop them first, and wait ten minutes for one that was killed",
			where, strings.Join(names, ", "))
	}
	if err != nil {
		return movable{}, errors.Join(err, db.Close())
	}
	return movable{db, where, rowsOfHub{db, ctx}}, nil
}

// move copies everything and holds the copy against what it was made of.
func (a *app) move(ctx context.Context, from, to movable) error {
	p := newProgress(a.errOut, "moving the archive")
	defer p.end()
	telling := news.WithProgress(ctx, func(done, total int64) { p.show(step{Done: done, Total: total}) })
	r, w := io.Pipe()
	digest := sha256.New()
	go func() { w.CloseWithError(from.Export(ctx, io.MultiWriter(w, digest), true)) }()
	items, err := to.Import(telling, r, false)
	if err != nil {
		r.CloseWithError(err)
		return interruptedBy(ctx, fmt.Errorf("%s: %w", to.where, err), "the same command goes on")
	}
	subscriptions, err := from.hub.Load()
	if err == nil && subscriptions != nil {
		err = to.hub.Save(subscriptions)
	}
	if err != nil {
		return fmt.Errorf("subscriptions of the hub: %w", err)
	}
	p.show(step{Doing: "comparing"})
	if err := a.compare(ctx, to, digest); err != nil {
		return err
	}
	p.end()
	fmt.Fprintf(a.out, "%s: %s from %s; both were compared and are the same\n", to.where, count(items, "item"), from.where)
	fmt.Fprintf(a.out, "now say store: %s in the configuration\n", to.where)
	return nil
}

// compare checks an archive, and that it holds what another's export has as its digest.
func (a *app) compare(ctx context.Context, to movable, digest hash.Hash) error {
	if _, err := to.Verify(ctx); err != nil {
		return fmt.Errorf("%s: %w", to.where, err)
	}
	copied := sha256.New()
	if err := to.Export(ctx, copied, true); err != nil {
		return fmt.Errorf("%s: %w", to.where, err)
	}
	if got, want := fmt.Sprintf("%x", copied.Sum(nil)), fmt.Sprintf("%x", digest.Sum(nil)); got != want {
		return fmt.Errorf("%s: the copy differs from what it was made of (%s, want %s); keep the old archive, and report this",
			to.where, got[:12], want[:12])
	}
	return nil
}
