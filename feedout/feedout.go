// Package feedout is what the world sees: the archive as feeds for readers and
// as pages for people.
//
// Questions to an Archive go in, RSS 2.0, Atom 1.0, JSON Feed 1.1 and HTML come
// out of one http.Handler. The package knows nothing of towns' pages, schedules
// or storage, writes nothing, and takes absolute addresses from Site.BaseURL
// only, never from a request. An answer is rendered when it is first asked for
// after a change of the archive that it shows, compressed once, and served from
// memory.
package feedout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Reader yields items.
type Reader interface {
	Items(ctx context.Context, q news.Query) ([]news.Item, error)
	Item(ctx context.Context, id string) (news.Item, error) // news.ErrNotFound
	Revisions(ctx context.Context, id string) ([]news.Revision, error)
	AlsoReported(ctx context.Context, id string) ([]news.Item, error)
}

// A Counter tells how many items there are of what, and when they came.
type Counter interface {
	Counts(ctx context.Context, f news.Facet) ([]news.Count, error)
	Days(ctx context.Context, q news.Query, loc *time.Location) ([]news.DayCount, error)
}

// A Watcher tells how the sources are doing.
type Watcher interface {
	SourceChanges(ctx context.Context, since uint64) (news.SourceChanges, error) // 0: all states
	Visits(ctx context.Context, source string, n int) ([]news.Visit, error)
	HealthChanges(ctx context.Context, n int) ([]news.HealthChange, error)
}

// An Archive is what feedout reads from. Generation is cheap and changes after
// every commit that changed something shown; Changed is the generation up to
// which something that fits a query may have changed, so that what was rendered
// at that one or later still holds; Subscribe calls fn after each commit.
type Archive interface {
	Reader
	Counter
	Watcher
	Generation() uint64
	Changed(q news.Query) uint64
	Subscribe(fn func(news.Committed)) (cancel func())
}

// A SavedFeed is a filter with a name, published under /feeds/{name}.
type SavedFeed struct {
	Name        string
	Title       string
	Description string
	Query       news.Query
	Formerly    []string // earlier names, whose addresses lead here
	Private     bool     // only for who knows Site.Access
	Titles      Titles   // empty: those of the site

	keyed bool // it is somebody's saved search, with the key in its address
}

// A SourceInfo is what the configuration says of a source.
type SourceInfo struct {
	Name     string
	Title    string        // for people; empty: Name
	URL      string        // the listing, as a reader should open it
	Place    string        // if every item is about one place
	Language string        // BCP 47
	Every    time.Duration // between two visits, from the real schedule; 0: unknown

	ListingOnly bool // only what the listing shows may be published
}

// A Link leads to a page of the operator's.
type Link struct{ Name, URL string }

// A Site is everything of the configuration that shows. The zero values of
// optional fields choose what is said beside them.
type Site struct {
	BaseURL     string // http(s), may have a path; absolute addresses come from here only
	Title       string
	Description string         // empty: derived from Title
	Language    string         // BCP 47; empty: de
	Location    *time.Location // zone of days and dates; nil: UTC
	Rights      string         // copyright line of the feeds; empty: none
	Contact     string         // address of a page or mailto:; empty: none
	Titles      Titles         // of feeds; empty: PlaceTitles
	Feeds       []SavedFeed
	Sources     []SourceInfo
	Readers     []FeedReader // buttons of the subscribe box; nil: FeedReaders
	Links       []Link       // such as Impressum, at the foot of each page
	Embed       []string     // origins of sites that may show pages in frames
	Mails       bool         // the subscribe box takes mailboxes, see Options.Mails
	Thumbnails  bool         // pages show small copies of items' pictures, see Options.Thumbnail

	Tags      []string                 // that the configuration gives to items; they have pages before their first one
	Positions map[string]news.Position // of places by their names, for GeoRSS and the API

	TagName func(typed string) string // the name under which a tag is published, of those that have aliases; nil: as typed

	// Fingerprint changes with all that shows; what is in Options.Disk under
	// another one is not given. Empty: nothing is kept there.
	Fingerprint string

	Indexed bool   // let search engines index pages of items; by default the town's page is the one to find
	Hub     string // external WebSub hub to advertise; empty: the own one, where Options.Hub is set
	Access  Access // who may see what is not public; zero: everything is public
}

// Options are what the surrounding program hands in.
type Options struct {
	Log      *slog.Logger          // nil: discarded
	Now      func() time.Time      // nil: time.Now
	Version  string                // shown in generator elements and on /status
	Metrics  *prometheus.Registry  // served under /metrics; nil: an own one
	Shared   bool                  // other servers answer from the same archive, behind one address
	Healthy  func() error          // further conditions of /readyz, such as the store's; may be nil
	Clock    func() time.Duration  // by how much the machine's clock is wrong, for /status; may be nil
	Concerns func() []news.Concern // what the operator should look at, for /status and metrics; may be nil

	// Unsubscribe gives the title of the notice whose mail had a token in its
	// address /unsubscribe/TOKEN, and where it is meant, ends these mails;
	// news.ErrNotFound: there is no such. nil: there are no mails.
	Unsubscribe func(ctx context.Context, token string, meant bool) (title string, err error)

	// Thumbnail gives a small JPEG of the picture of an item; news.ErrNotFound:
	// none can be fetched. It is asked for pictures of kept items only. nil:
	// pages show none.
	Thumbnail func(ctx context.Context, it news.Item) ([]byte, error)

	Mails Mails // subscribes mailboxes, where Site.Mails lets it; nil: none

	Adder Adder // adds sources by the form under /sources/new; nil: there is none

	Searches Searches // where saved searches are kept; nil: there are none

	// Hosts tells what the crawler asks of hosts, for /status: of those that are
	// named, or of all. May be nil.
	Hosts func(hosts ...string) []news.HostPoliteness
	Hub   *Hub // the own WebSub hub under /websub; nil: none
	Cache int  // bytes of prepared answers to keep; 0: 64 MiB

	// Away reports an archive that is elsewhere and does not answer; may be nil.
	// Disk is a folder where feeds are kept as they were last served, for a server
	// that starts meanwhile; empty: none are.
	Away func() bool
	Disk string
}

// A Server answers every address of the design's §5. Make it with New.
type Server struct {
	archive Archive
	opt     Options
	log     *slog.Logger
	now     func() time.Time
	site    atomic.Pointer[site]
	serial  atomic.Uint64 // of the site
	shelf   *shelf
	disk    *diskCache // nil: none
	facts   facts
	states  stateTable
	flight  singleflight.Group
	cold    *queue // of renderings
	paced   *queue // of those that strangers can ask for without end, such as searches
	coders  coders
	mailing throttle // of clients that have mails sent
	meter   *meter
	started time.Time
}

// New makes a Server over an archive.
func New(archive Archive, at Site, opt Options) (*Server, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Metrics == nil {
		opt.Metrics = prometheus.NewRegistry()
	}
	if opt.Cache <= 0 {
		opt.Cache = 64 << 20
	}
	s := &Server{
		opt:     opt,
		log:     opt.Log,
		now:     opt.Now,
		shelf:   newShelf(opt.Cache),
		cold:    newQueue(max(1, runtime.GOMAXPROCS(0)/2), 0), // the other half is for what is warm
		paced:   newQueue(1, 3),
		started: opt.Now().UTC().Truncate(time.Second),
	}
	s.archive = permitted{archive, s.site.Load}
	meter, err := newMeter(opt.Metrics, s)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	s.meter = meter
	if err := s.Configure(at); err != nil {
		return nil, err
	}
	if opt.Disk != "" {
		if s.disk, err = openDiskCache(opt.Disk, opt.Log, opt.Now); err != nil {
			opt.Log.Warn("feeds are not kept for when the database is away", "folder", opt.Disk, "err", err)
		}
	}
	_, err = s.sourceStates(context.Background()) // so that no request waits for all of them
	if err != nil && !errors.Is(err, news.ErrUnwritable) {
		return nil, fmt.Errorf("source states: %w", err)
	}
	if opt.Hub != nil {
		opt.Hub.attach(s)
	}
	return s, nil
}

// Configure swaps in another site; requests that run finish under the old one.
// A site that cannot be served is refused and the old one stays.
func (s *Server) Configure(at Site) error {
	next, err := newSite(at)
	if err != nil {
		return err
	}
	next.serial = s.serial.Add(1)
	s.site.Store(next)
	s.shelf.clear()
	if s.opt.Hub != nil {
		s.opt.Hub.stir() // subscriptions to what is no feed any more end
	}
	return nil
}

// A site is a Site with what is looked up in it per request.
type site struct {
	Site
	serial  uint64 // differs between configurations
	root    string // BaseURL without the slash at the end
	prefix  string // path of BaseURL without the slash at the end
	sources map[string]SourceInfo
	feeds   map[string]SavedFeed
	renamed map[string]string // former names of saved feeds
	every   time.Duration     // shortest of all sources

	positions map[string]news.Position // by the slug of the place

	csp         []string // Content-Security-Policy of pages
	forms       *http.CrossOriginProtection
	listingOnly bool // there is such a source
}

func newSite(at Site) (*site, error) {
	base, err := url.Parse(at.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base_url %q: %w", at.BaseURL, err)
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" || base.RawQuery != "" || base.Fragment != "" {
		return nil, fmt.Errorf("base_url %q: want http:// or https:// with a host and no query", at.BaseURL)
	}
	base.User, base.Path = nil, strings.TrimRight(base.Path, "/")
	if at.Location == nil {
		at.Location = time.UTC
	}
	if at.Language == "" {
		at.Language = "de"
	}
	x := &site{
		Site: at, root: base.String(), prefix: base.Path, csp: []string{policy(at.Embed)},
		sources: make(map[string]SourceInfo, len(at.Sources)),
		feeds:   make(map[string]SavedFeed, len(at.Feeds)),
		renamed: map[string]string{},
	}
	x.forms = http.NewCrossOriginProtection()
	if err := x.forms.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, fmt.Errorf("base_url %q: %w", at.BaseURL, err)
	}
	x.positions = make(map[string]news.Position, len(at.Positions))
	for place, p := range at.Positions {
		x.positions[news.Slug(place)] = p
	}
	for _, src := range at.Sources {
		if src.Title == "" {
			src.Title = src.Name
		}
		x.sources[src.Name] = src
		x.listingOnly = x.listingOnly || src.ListingOnly
		if src.Every > 0 && (x.every == 0 || src.Every < x.every) {
			x.every = src.Every
		}
	}
	for _, f := range at.Feeds {
		if f.Title == "" {
			f.Title = f.Name
		}
		x.feeds[f.Name] = f
		for _, old := range f.Formerly {
			x.renamed[old] = f.Name
		}
	}
	return x, nil
}

// url is the absolute address of a path of ours, which starts with a slash.
func (x *site) url(path string) string { return x.root + path }

// position is where a place is; nil: not known.
func (x *site) position(place string) *news.Position {
	if len(x.positions) == 0 || place == "" {
		return nil
	}
	if p, ok := x.positions[news.Slug(place)]; ok {
		return &p
	}
	return nil
}

// sourceTitle is the name of a source as people read it.
func (x *site) sourceTitle(name string) string {
	if src, ok := x.sources[name]; ok {
		return src.Title
	}
	return name
}
