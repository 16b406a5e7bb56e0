package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/store/postgres"
)

// Where several daemons share a database, each is a node: it says that it lives,
// takes its share of what only one of them may do, and crawls only under the
// configuration that is wanted.
const (
	beatEvery = 10 * time.Second
	dutyTTL   = 3 * beatEvery
	// A clock that differs from the database's is told, and from so much on
	// nothing is visited: the pages' dates would be read wrongly.
	skewTold  = 5 * time.Second
	skewHalts = time.Minute
)

// The duties that one node at a time does.
const (
	dutyUpkeep  = "upkeep"
	dutyHealth  = "health"  // tells of changes of health
	dutyNotices = "notices" // tells of new items
	dutyHub     = "hub"
	dutyPublish = "publish"
)

// dutiesOf are the duties that a node takes by its role.
var dutiesOf = map[config.Role][]string{
	config.RoleAll:   {dutyUpkeep, dutyHealth, dutyNotices, dutyHub, dutyPublish},
	config.RoleCrawl: {dutyUpkeep, dutyHealth, dutyNotices},
	config.RoleFeed:  {dutyHub, dutyPublish},
}

// A node is what of a daemon concerns the others.
type node struct {
	mu     sync.Mutex
	duties map[string]time.Time // until when they are ours, by this machine's clock

	behind atomic.Bool  // another configuration is wanted
	skewed atomic.Bool  // the clock is wrong
	ahead  atomic.Int64 // by how much, in nanoseconds
}

// has reports whether a duty is this daemon's. With a file every duty is.
func (d *service) has(duty string) bool {
	if d.database() == nil {
		return true
	}
	d.node.mu.Lock()
	defer d.node.mu.Unlock()
	return time.Now().Before(d.node.duties[duty])
}

func (c *core) database() *postgres.Store {
	db, _ := c.store.(*postgres.Store)
	return db
}

// digestOf tells configurations apart by what all nodes need to have in common.
func digestOf(cfg *config.Config) string {
	shared := *cfg
	shared.Include, shared.Listen, shared.Socket, shared.Debug, shared.Role, shared.Store, shared.Read = nil, nil, "", "", "", "", ""
	shared.StorePasswordFile, shared.MigrateSchema, shared.Watch = "", false, false
	shared.TLS, shared.Cache, shared.Publish = config.TLS{}, config.Cache{}, config.Publish{}
	text, err := yaml.Dump(shared)
	if err != nil {
		text = fmt.Append(nil, cfg.Digest)
	}
	sum := fnv.New64a()
	sum.Write(text) //nolint:errcheck // a hash takes all
	return fmt.Sprintf("%016x", sum.Sum64())
}

// settle makes a configuration the wanted one, if no node had it before, and
// notes whether this node is behind.
func (d *service) settle(ctx context.Context, cfg *config.Config, force bool) error {
	db := d.database()
	if db == nil {
		return nil
	}
	wanted, err := db.Settle(ctx, digestOf(cfg), owner(), force)
	if err == nil {
		d.node.behind.Store(wanted != digestOf(cfg))
	}
	return err
}

// configure puts a configuration in force for visits, where it is the wanted one.
func (d *service) configure(ctx context.Context, cfg *config.Config, force bool) error {
	if cfg.Role == config.RoleFeed {
		return nil
	}
	if err := d.settle(ctx, cfg, force); err != nil {
		return err
	}
	if d.node.behind.Load() {
		d.log.Warn("another configuration was put in force since this one; this node visits nobody until it reloads "+
			"(stadtfeed reload --force makes this one wanted again)", "configuration", digestOf(cfg))
		return nil
	}
	return d.crawler.Configure(cfg)
}

// beat says again and again that this node lives, and takes its duties, until
// ctx ends; then it gives them back.
func (d *service) beat(ctx context.Context, db *postgres.Store) error {
	for ctx.Err() == nil {
		if err := d.beatOnce(ctx, db); err != nil && ctx.Err() == nil {
			d.log.Debug("the database was not told that this node lives", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(beatEvery):
		}
	}
	farewell, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := db.Farewell(farewell, owner()); err != nil {
		d.log.Debug("duties end by themselves", "err", err)
	}
	return nil
}

func (d *service) beatOnce(ctx context.Context, db *postgres.Store) error {
	cfg := d.config()
	ahead, err := db.Beat(ctx, postgres.Node{Owner: owner(), Role: string(cfg.Role), Version: version(), Configuration: digestOf(cfg)})
	if err != nil {
		return err
	}
	d.noteSkew(ahead)
	if cfg.Role != config.RoleFeed {
		wanted, err := db.Settle(ctx, "", "", false)
		if err != nil {
			return err
		}
		if behind := wanted != digestOf(cfg); d.node.behind.Swap(behind) != behind {
			if err := d.configure(ctx, cfg, false); err != nil {
				return err
			}
		}
	}
	for _, duty := range dutiesOf[cfg.Role] {
		if duty == dutyPublish && cfg.Publish.Folder == "" {
			continue
		}
		asked := time.Now()
		ours, err := db.Take(ctx, duty, owner(), dutyTTL)
		if err != nil {
			return err
		}
		d.node.mu.Lock()
		if d.node.duties == nil {
			d.node.duties = map[string]time.Time{}
		}
		if d.node.duties[duty] = asked.Add(dutyTTL - time.Second); !ours {
			delete(d.node.duties, duty)
		}
		d.node.mu.Unlock()
	}
	return nil
}

// noteSkew notes by how much the machine's clock is ahead of the database's.
func (d *service) noteSkew(ahead time.Duration) {
	d.node.ahead.Store(int64(ahead))
	wrong := ahead.Abs() > skewHalts
	switch was := d.node.skewed.Swap(wrong); {
	case wrong && !was:
		d.log.Error("the machine's clock differs from the database's; nobody is visited until it is set right", "ahead", ahead)
	case ahead.Abs() > skewTold && !wrong:
		d.log.Warn("the machine's clock differs from the database's; set it right", "ahead", ahead)
	case was && !wrong:
		d.log.Info("the machine's clock is right again")
	}
}

// rests reports whether this node visits nobody for now.
func (d *service) rests() bool { return d.node.behind.Load() || d.node.skewed.Load() }

// nodeMetrics are what a node tells of the database and of itself.
func (d *service) nodeMetrics(db *postgres.Store) {
	gauge := func(name, help string, value func() float64) {
		d.metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "stadtfeed_" + name, Help: help}, value))
	}
	yes := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	gauge("database_up", "Whether the database answers.", func() float64 { return yes(db.Health() == nil) })
	gauge("clock_skew_seconds", "By how much the machine's clock is ahead of the database's.", func() float64 {
		return time.Duration(d.node.ahead.Load()).Seconds()
	})
	gauge("configuration_behind", "Whether another configuration than this node's is wanted.", func() float64 {
		return yes(d.node.behind.Load())
	})
	if _, _, ok := db.Lag(); ok {
		gauge("replica_up", "Whether readers are answered from the replica.", func() float64 { _, reads, _ := db.Lag(); return yes(reads) })
		gauge("replica_lag_seconds", "How old the oldest commit is that the replica does not know.", func() float64 {
			behind, _, _ := db.Lag()
			return behind.Seconds()
		})
	}
	for _, duty := range dutiesOf[d.config().Role] {
		d.metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name:        "stadtfeed_duty",
			Help:        "Whether a duty that one node at a time has is this one's.",
			ConstLabels: prometheus.Labels{"name": duty},
		}, func() float64 { return yes(d.has(duty)) }))
	}
}

// operatorsOnly is the web server of a node that serves no feeds.
func operatorsOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/healthz", "/readyz", "/metrics":
			next.ServeHTTP(w, r)
		default:
			http.Error(w, "this node visits sources; others serve the feeds (role: crawl)", http.StatusNotFound)
		}
	})
}

func (a *app) nodesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "nodes",
		Short: "List the daemons that share the database: role, version, configuration, hosts held and duties",
		Args:  cobra.NoArgs,
	}
	cmd.RunE = a.withDatabase(func(ctx context.Context, cfg *config.Config, _ postgres.Address) error {
		db, err := openDatabase(ctx, cfg, postgres.Options{Log: a.log})
		if err != nil {
			return err
		}
		defer db.Close() //nolint:errcheck // it was only read
		nodes, err := db.Nodes(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			return writeJSON(a.out, append([]postgres.Node{}, nodes...))
		}
		wanted, err := db.Settle(ctx, "", "", false)
		if err != nil {
			return err
		}
		printNodes(newPrinter(a.out), nodes, wanted, time.Now())
		return nil
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printNodes(p *printer, nodes []postgres.Node, wanted string, now time.Time) {
	width := len("node")
	for _, n := range nodes {
		width = max(width, len(n.Owner))
	}
	heads := fmt.Sprintf("%s  %-5s  %-12s  %-16s  %-8s  %5s  %s", pad("node", width),
		"role", "version", "configuration", "seen", "hosts", "duties")
	p.line("%s", p.paint(dim, heads))
	for _, n := range nodes {
		behind := ""
		if n.Role != string(config.RoleFeed) && n.Configuration != wanted {
			behind = p.paint(yellow, "  behind: another configuration is wanted; stadtfeed reload on this node")
		}
		p.line("%s  %-5s  %-12s  %-16s  %-8s  %5d  %s%s", pad(visible(n.Owner), width),
			n.Role, cut(n.Version, 12), n.Configuration, englishStatus.agoText(now, n.Seen), n.Hosts, fmt.Sprint(n.Duties), behind)
	}
	if len(nodes) == 0 {
		p.line("no daemon works with this database")
	}
}
