package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
	"github.com/stadtfeed/stadtfeed/store/postgres"
)

// A core is an open archive with a crawler for it: what commands need, be it
// within the daemon or without one.
type core struct {
	cfg      atomic.Pointer[config.Config]
	log      *slog.Logger
	store    archive
	crawler  *crawler.Crawler
	site     *feedout.Server // nil without a daemon
	metrics  *prometheus.Registry
	thumbs   thumbnails
	adder    feedout.Adder                               // nil without a daemon that has a configuration file
	reload   func(ctx context.Context, force bool) error // nil without a daemon
	troubles func() []news.Concern                       // what the daemon's lookout has found; nil without a daemon
	hubDuty  func() bool                                 // whether this daemon has the hub; nil: there is only one
	asked    chan struct{}                               // hears of who asks for mails; nil without a daemon
	asking   sync.Mutex                                  // one who asks at a time
	where    func() []string                             // the daemon's addresses, as listen has them; nil without a daemon
}

func (c *core) config() *config.Config { return c.cfg.Load() }

func openCore(ctx context.Context, cfg *config.Config, log *slog.Logger) (*core, error) {
	return openCoreWith(ctx, cfg, postgres.Options{Log: log})
}

// openCoreWith is openCore where a database is opened in a certain way.
func openCoreWith(ctx context.Context, cfg *config.Config, o postgres.Options) (*core, error) {
	clock, log := &crawler.Clock{Built: built()}, o.Log
	st, err := openArchive(ctx, cfg, o, clock)
	if err != nil {
		return nil, err
	}
	c := &core{log: log, store: st, metrics: prometheus.NewRegistry()}
	c.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	c.metrics.MustRegister(subscriberCollector{c})
	c.cfg.Store(cfg)
	c.crawler = newCrawler(cfg, log)
	c.crawler.Archive = st
	if db, ok := st.(*postgres.Store); ok {
		c.crawler.Turns = db
	}
	c.crawler.Clock, c.crawler.Restamp = clock, c.restamp
	c.crawler.Metrics = c.metrics
	return c, nil
}

// newCrawler is a crawler that can fetch; for visits it lacks an archive.
func newCrawler(cfg *config.Config, log *slog.Logger) *crawler.Crawler {
	return &crawler.Crawler{Log: log, Version: version(), Contact: cfg.Contact, Owner: owner()}
}

// owner names this process in claims.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return fmt.Sprintf("%s-%d", host, os.Getpid())
}

func (c *core) close() error { return c.store.Close() }

// archive is a client of whoever holds the archive: the daemon, or this very
// process. create says whether an archive may be made where there is none.
func (a *app) archive(ctx context.Context, cfg *config.Config, create bool) (*client, error) {
	socket := cfg.ControlSocket()
	const patience = 3 * time.Second // a daemon that begins or ends holds the archive without answering
	for deadline := time.Now().Add(patience); ; {
		if conn, err := dialUnix(socket); err == nil {
			return overSocket(socket), conn.Close()
		} else if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("the daemon's control socket %s belongs to another user; run this command as that user", socket)
		}
		if _, err := os.Stat(cfg.Store.File()); errors.Is(err, fs.ErrNotExist) && !create && !cfg.Store.Database() {
			return nil, fmt.Errorf("%s: there is no archive yet; stadtfeed serve or stadtfeed crawl makes it", cfg.Store)
		}
		c, err := openCore(ctx, cfg, a.log)
		if err == nil {
			return withoutDaemon(c.handler(), c.close), nil
		}
		if !errors.Is(err, store.ErrLocked) || time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// longestPeek is how long a database that is only glanced at may take.
const longestPeek = 2 * time.Second

// peek is a client of the daemon, or of an archive that is opened to read only:
// for what is only glanced at, and must not wait or change anything.
func (a *app) peek(ctx context.Context, cfg *config.Config) (*client, error) {
	socket := cfg.ControlSocket()
	if conn, err := dialUnix(socket); err == nil {
		return overSocket(socket), conn.Close()
	}
	c := &core{log: slog.New(slog.DiscardHandler)}
	var err error
	if cfg.Store.Database() {
		asItIs := *cfg
		asItIs.MigrateSchema = false
		ctx, cancel := context.WithTimeout(ctx, longestPeek)
		defer cancel()
		c.store, err = openDatabase(ctx, &asItIs, postgres.Options{Log: c.log})
	} else {
		c.store, err = store.OpenToRead(cfg.Store.File(), store.Options{LockTimeout: 200 * time.Millisecond})
	}
	if err != nil {
		return nil, err
	}
	c.cfg.Store(cfg)
	return withoutDaemon(c.handler(), c.close), nil
}

// withArchive runs a command's work with a client of whoever holds the archive.
func (a *app) withArchive(ctx context.Context, work func(*config.Config, *client) error) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	return a.ask(ctx, cfg, false, work)
}

// makingArchive is withArchive for commands that also begin an archive.
func (a *app) makingArchive(ctx context.Context, work func(*config.Config, *client) error) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	return a.ask(ctx, cfg, true, work)
}

func (a *app) ask(ctx context.Context, cfg *config.Config, create bool, work func(*config.Config, *client) error) error {
	c, err := a.archive(ctx, cfg, create)
	if err != nil {
		return err
	}
	err = work(cfg, c)
	if closed := c.close(); err == nil {
		err = closed
	}
	return err
}

// handler answers the commands.
func (c *core) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/items", answering(c.items))
	mux.Handle("/crawl", answering(c.crawl))
	mux.Handle("/status", answering(c.status))
	mux.Handle("/concerns", answering(c.tellConcerns))
	mux.Handle("/politeness", answering(c.politeness))
	mux.Handle("/verify", answering(c.verify))
	mux.Handle("/backup", sending(c.backup))
	mux.Handle("/export", sending(func(ctx context.Context, w io.Writer) error { return c.store.Export(ctx, w, false) }))
	mux.Handle("/import", answering(c.importItems))
	mux.Handle("/compact", answering(c.compact))
	mux.Handle("/reextract", answering(c.reextract))
	mux.Handle("/held", answering(c.held))
	mux.Handle("/counts", answering(c.counts))
	mux.Handle("/feeds", answering(c.feeds))
	mux.Handle("/subscribers", answering(c.countSubscribers))
	mux.Handle("/searches", answering(c.searches))
	mux.Handle("/mailboxes", answering(c.subscribers))
	mux.Handle("/where", answering(func(_ *http.Request, s *stream) error {
		if c.where == nil {
			return errors.New("no daemon is running")
		}
		return s.value(c.where())
	}))
	mux.Handle("/reload", answering(func(r *http.Request, _ *stream) error {
		force, err := asked[bool](r)
		if err != nil {
			return err
		}
		if c.reload == nil {
			return errors.New("no daemon is running")
		}
		return c.reload(r.Context(), force)
	}))
	return mux
}
