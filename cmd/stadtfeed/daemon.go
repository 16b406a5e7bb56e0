package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sync/errgroup"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/feedout"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/postgres"
)

// Running is how the daemon is run. The zero value logs nothing and never
// reloads.
type Running struct {
	Log    *slog.Logger
	Load   func() (*config.Config, error) // reads the configuration again; nil: reloads are refused
	Reload <-chan os.Signal               // each asks for a reload; may be nil
	Ready  func(addresses []net.Addr)     // called when feeds can be fetched; may be nil
	Tune   func(*crawler.Crawler)         // sets fields of the crawler before it begins; may be nil
}

// stopWithin is how long the end of the daemon may take.
const stopWithin = 4 * time.Second

// run is the daemon: it opens the archive and the addresses of a
// configuration, visits its sources, serves their feeds and answers commands
// on the control socket, until ctx ends. serve runs it with a file's
// configuration, demo with its own (see config.Parse).
func run(ctx context.Context, cfg *config.Config, how Running) error {
	if how.Log == nil {
		how.Log = slog.New(slog.DiscardHandler)
	}
	c, err := openCoreWith(ctx, cfg, servingOptions(cfg, how.Log))
	if err != nil {
		return err
	}
	if how.Tune != nil {
		how.Tune(c.crawler)
	}
	d := &service{core: c, how: how}
	err = d.run(ctx)
	if closed := c.close(); err == nil {
		err = closed
	}
	return err
}

// A service is the running daemon.
type service struct {
	*core
	how       Running
	lookout   lookout
	notifier  notifier
	node      node
	addresses []net.Addr // of the web server
	handed    bool       // by systemd

	certificate *certificate // nil: none is configured
	unpublished atomic.Bool  // the folder of feeds could not be written
	mu          sync.Mutex   // one reload at a time
}

func (d *service) run(ctx context.Context) error {
	cfg := d.config()
	d.crawler.Patient = true // a full disk must not keep readers from what is there
	d.crawler.Rests = d.rests
	if d.database() != nil {
		d.hubDuty = func() bool { return d.has(dutyHub) }
	}
	if err := d.configure(ctx, cfg, false); err != nil {
		return err
	}
	if d.how.Load != nil {
		d.adder = &webAdder{service: d}
	}
	d.asked = make(chan struct{}, 1)
	d.reload, d.where, d.troubles = d.swap, d.listensOn, d.concerns
	d.lookout.began = time.Now()
	g, ctx := errgroup.WithContext(ctx)
	if err := d.serve(ctx, g, cfg); err != nil {
		return err
	}
	alive := time.Now
	if cfg.Role != config.RoleFeed {
		alive = d.crawler.Alive
		g.Go(func() error { return d.crawler.Run(ctx) })
	}
	if db := d.database(); db != nil {
		d.nodeMetrics(db)
		g.Go(func() error { return db.Watch(ctx) })
		g.Go(func() error { return d.beat(ctx, db) })
	}
	g.Go(func() error { return d.obeySignals(ctx) })
	g.Go(func() error { return d.watchFiles(ctx) })
	g.Go(func() error { return d.lookAfter(ctx) })
	g.Go(func() error { return d.watchConcerns(ctx) })
	g.Go(func() error { return d.tellChanges(ctx) })
	g.Go(func() error { return d.publishFeeds(ctx) })
	g.Go(func() error { return d.sendNotices(ctx) })
	g.Go(func() error { return watchdog(ctx, d.log, alive) })
	g.Go(func() error {
		<-ctx.Done()
		notify(d.log, daemon.SdNotifyStopping)
		d.log.Info("stopping")
		return nil
	})
	d.tellStart(cfg)
	notify(d.log, daemon.SdNotifyReady)
	if d.how.Ready != nil {
		d.how.Ready(d.addresses)
	}
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// tellStart tells the log what is served, and what an operator may not expect of it.
func (d *service) tellStart(cfg *config.Config) {
	d.log.Info("serving", "url", d.baseOf(cfg), "listen", fmt.Sprint(d.addresses),
		"sources", len(cfg.Sources), "store", cfg.Store.String())
	tellWarnings(d.log, cfg)
	if names := guard.ProxyIgnored(os.Environ()); len(names) > 0 {
		d.log.Warn("a proxy of the environment is not used; sources, hubs and the webhook are asked directly",
			"variables", strings.Join(names, " "))
	}
	if cfg.Contact == "" && len(cfg.Sources) > 0 && cfg.Role != config.RoleFeed {
		d.log.Warn("no contact is configured; say in the file how webmasters reach you")
	}
}

// serve opens the addresses and answers on them until ctx ends. Nothing is
// answered if one of them cannot be opened.
func (d *service) serve(ctx context.Context, g *errgroup.Group, cfg *config.Config) error {
	certificate, err := newCertificate(cfg.TLS, d.log)
	if err != nil {
		return err
	}
	d.certificate = certificate
	public, handed, err := openListeners(cfg.Listen)
	if err != nil {
		return err
	}
	d.handed = handed
	open := public
	also := func(l net.Listener, err error) error {
		if err != nil {
			closeListeners(open)
			return err
		}
		open = append(open, l)
		return nil
	}
	control, err := listenUnix(cfg.ControlSocket(), 0o600)
	switch {
	case err == nil:
		open = append(open, control)
	case d.store.Health() == nil:
		closeListeners(open)
		return err
	default: // a disk that cannot be written is no reason to serve nobody
		d.log.Error("commands do not reach the daemon until its socket can be made; socket: puts it elsewhere", "err", err)
	}
	if cfg.Debug != "" {
		if err := also(listen(cfg.Debug)); err != nil {
			return err
		}
	}
	for _, l := range public {
		d.addresses = append(d.addresses, l.Addr())
	}
	if d.site, err = d.newSite(cfg, d.baseOf(cfg)); err != nil {
		closeListeners(open)
		return err
	}
	for _, l := range public {
		server := feedout.HTTP(d.site, d.log)
		if cfg.Role == config.RoleCrawl {
			server.Handler = operatorsOnly(server.Handler)
		}
		g.Go(func() error { return serveHTTP(ctx, l, server, certificate) })
	}
	g.Go(func() error { return d.site.Run(ctx) })
	g.Go(func() error { return d.takeCommands(ctx, control, cfg.ControlSocket()) })
	if cfg.Debug != "" {
		g.Go(func() error { return serveHTTP(ctx, open[len(open)-1], profiler(), nil) })
	}
	return nil
}

// socketAgain is how long after a failure the control socket is tried again.
const socketAgain = 10 * time.Second

// takeCommands answers commands on the control socket, where that is open, else
// as soon as it can be made.
func (d *service) takeCommands(ctx context.Context, control net.Listener, path string) error {
	for control == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(socketAgain):
		}
		if l, err := listenUnix(path, 0o600); err == nil {
			d.log.Info("commands reach the daemon again", "socket", path)
			control = l
		}
	}
	commands := &http.Server{Handler: d.handler()} //nolint:gosec // only the owner can connect
	return serveHTTP(ctx, control, commands, nil)
}

// listensOn are the addresses of the web server, as the key listen has them:
// those of the configuration, or the sockets that systemd handed over.
func (d *service) listensOn() []string {
	var all []string
	for _, a := range d.addresses {
		if a.Network() == "unix" {
			all = append(all, "unix:"+a.String())
			continue
		}
		all = append(all, a.String())
	}
	return all
}

// newSite is what readers see of the archive under a base address.
func (c *core) newSite(cfg *config.Config, base string) (*feedout.Server, error) {
	return feedout.New(c.store, siteOf(cfg, base), c.elsewhere(cfg, feedout.Options{
		Log:         c.log,
		Version:     version(),
		Metrics:     c.metrics,
		Healthy:     c.store.Health,
		Hub:         c.newHub(cfg),
		Hosts:       c.crawler.Politeness,
		Clock:       c.crawler.Clock.Suspect,
		Concerns:    c.troubles,
		Unsubscribe: c.unsubscribe,
		Thumbnail:   c.thumbnail,
		Searches:    c.store,
		Adder:       c.adder,
		Mails:       mailDesk{c, time.Now},
	}))
}

// elsewhere adds to options what a server of feeds needs whose archive is a
// database: what to do while that is away.
func (c *core) elsewhere(cfg *config.Config, o feedout.Options) feedout.Options {
	db, ok := c.store.(*postgres.Store)
	if !ok || cfg.Role != config.RoleFeed {
		return o
	}
	o.Shared, o.Disk = true, cfg.Cached("feeds")
	o.Away = func() bool { err := db.Health(); return err != nil && !errors.Is(err, postgres.ErrRewound) }
	return o
}

// newHub is the own WebSub hub, where that is what the feeds announce. Its
// subscriptions are kept beside the archive, or in the database.
func (c *core) newHub(cfg *config.Config) *feedout.Hub {
	if cfg.WebSub.Hub != config.OwnHub {
		return nil
	}
	h := &feedout.Hub{
		Log:          c.log,
		Now:          time.Now,
		AllowPrivate: cfg.WebSub.AllowPrivate,
		Agent:        "stadtfeed/" + version() + " (WebSub)",
	}
	if db := c.database(); db != nil {
		h.Shared, h.Duty = db, c.hubDuty
		return h
	}
	h.Keeper = feedout.HubFile(cfg.Store.File() + ".hub")
	return h
}

// serveHTTP serves until ctx ends, and then lets running requests finish.
func serveHTTP(ctx context.Context, l net.Listener, server *http.Server, c *certificate) error {
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			server.Close() //nolint:errcheck,gosec // whoever is still there had its time
		}
	})
	var err error
	if c != nil && overTLS(l) {
		server.TLSConfig = &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}
		err = server.ServeTLS(l, "", "")
	} else {
		err = server.Serve(l)
	}
	if !stop() {
		<-stopped
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serving %s: %w", l.Addr(), err)
}

// baseOf is base_url; where nobody gave one and systemd or the system chose where
// the server listens, that address.
func (d *service) baseOf(cfg *config.Config) string {
	chosen := d.handed || strings.HasSuffix(cfg.BaseURL, ":0")
	if !chosen || len(d.addresses) == 0 {
		return cfg.BaseURL
	}
	return cfg.BaseOn(d.listensOn())
}

// siteOf is what of a configuration shows on pages and in feeds under a base
// address.
func siteOf(cfg *config.Config, base string) feedout.Site {
	site := feedout.Site{
		BaseURL:  base,
		Title:    cfg.Title,
		Titles:   feedout.Titles(cfg.Titles),
		Language: cfg.Language,
		Location: cfg.Location,
		Contact:  cfg.Contact,
		Rights:   cfg.Rights,
		Embed:    cfg.Embed,

		Mails:      cfg.Mail.Subscribe,
		Thumbnails: cfg.Thumbnails > 0,
		Indexed:    cfg.SearchEngines,
		Access: feedout.Access{
			Keys:          cfg.Access.Keys,
			Status:        cfg.Access.Status,
			Metrics:       cfg.Access.Metrics,
			API:           cfg.Access.API,
			SavedSearches: feedout.Savers(cfg.Access.SavedSearches),
			AddSources:    cfg.Access.AddSources,
		},

		Description: cfg.About,
		Tags:        tagsOf(cfg),
		TagName:     cfg.Tags.Canonical,
		Positions:   map[string]news.Position{},
		Feeds:       savedFeedsOf(cfg),
		Sources:     sourcesOf(cfg),
	}
	if cfg.Store.Database() {
		site.Fingerprint = digestOf(cfg)
	}
	for place, p := range cfg.Positions {
		site.Positions[place] = news.Position(p)
	}
	if hub := cfg.WebSub.Hub; hub != config.OwnHub && hub != config.NoHub {
		site.Hub = hub
	}
	for _, l := range cfg.Links {
		site.Links = append(site.Links, feedout.Link(l))
	}
	if cfg.Readers != nil {
		site.Readers = []feedout.FeedReader{}
	}
	for _, r := range cfg.Readers {
		site.Readers = append(site.Readers, feedout.FeedReader(r))
	}
	return site
}

// tagsOf are the tags that a configuration itself gives items, each once.
func tagsOf(cfg *config.Config) (tags []string) {
	for _, rule := range cfg.Tags.Rules {
		tags = append(tags, rule.Tag)
	}
	for _, src := range cfg.Sources {
		tags = append(tags, src.Tags...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

func savedFeedsOf(cfg *config.Config) (feeds []feedout.SavedFeed) {
	for _, f := range cfg.Feeds {
		feeds = append(feeds, feedout.SavedFeed{
			Name:        f.Name,
			Title:       f.DisplayTitle(),
			Description: f.About,
			Query:       f.Query(),
			Formerly:    f.Formerly,
			Private:     f.Private,
			Titles:      feedout.Titles(f.Titles),
		})
	}
	return feeds
}

func sourcesOf(cfg *config.Config) (sources []feedout.SourceInfo) {
	every := map[string]time.Duration{} // of a schedule: thousands of sources share a few
	for _, s := range cfg.Sources {
		if _, ok := every[s.Schedule.String()]; !ok {
			every[s.Schedule.String()] = s.Schedule.Interval()
		}
		sources = append(sources, feedout.SourceInfo{
			Name:        s.Name,
			Title:       s.DisplayTitle(),
			URL:         guard.Masked(s.URL),
			Place:       s.Place,
			Language:    s.Language,
			Every:       every[s.Schedule.String()],
			ListingOnly: s.ListingOnly,
		})
	}
	return sources
}
