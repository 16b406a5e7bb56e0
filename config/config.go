// Package config reads stadtfeed.yaml into a checked Config.
//
// A file goes in; a Config in which every value is valid and every default is
// filled comes out, or all mistakes at once, each with file, line and column.
// What the values mean on a page is extract's; when and how pages are fetched
// is the crawler's.
package config

import (
	"net/url"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// A Config is the whole configuration, checked and with defaults filled in.
// It is not changed after Load: a reload makes a new one.
type Config struct {
	Include  Strings       `yaml:"include,omitempty" jsonschema_description:"Further files with sources and feeds, such as sources.d/*.yaml; relative to this file"`
	Listen   Strings       `yaml:"listen,omitempty" jsonschema_description:"Addresses of the web server: HOST:PORT or unix:PATH; a systemd socket replaces them"`
	BaseURL  string        `yaml:"base_url,omitempty" jsonschema_description:"Address under which readers reach the server; all absolute addresses are made from it"`
	Title    string        `yaml:"title,omitempty" jsonschema_description:"Title of the site and of the feed of everything"`
	About    string        `yaml:"about,omitempty" jsonschema_description:"One sentence under the title"`
	Titles   Titles        `yaml:"titles,omitempty" jsonschema_description:"What stands before headlines in feeds: place, in feeds of more than one place (Erlenbrück: Straße gesperrt); plain: nothing"`
	Rights   string        `yaml:"rights,omitempty" jsonschema_description:"Copyright line of the feeds"`
	Language string        `yaml:"language,omitempty" jsonschema_description:"Language of the site and of pages that do not say, such as de"`
	Store    Archive       `yaml:"store,omitempty" secret:"yes" jsonschema_description:"The archive: one file (relative to this file, under /etc/stadtfeed to /var/lib/stadtfeed), or a PostgreSQL database (postgres://USER@HOST/NAME)"`
	Contact  string        `yaml:"contact,omitempty" jsonschema_description:"Page or mail address that webmasters find in the User-Agent"`
	Timezone string        `yaml:"timezone,omitempty" jsonschema_description:"Zone of schedules and printed dates, such as Europe/Berlin"`
	Schedule Schedule      `yaml:"schedule,omitempty" jsonschema_description:"When sources are visited: five cron fields, @hourly, @every 90m, or auto"`
	Delay    time.Duration `yaml:"delay" jsonschema_description:"Pause between two requests to one host, such as 2s"`

	StorePasswordFile string  `yaml:"store_password_file,omitempty" secret:"yes" jsonschema_description:"File with the password of the database; relative to this file"`
	Read              Archive `yaml:"read,omitempty" secret:"yes" jsonschema_description:"A server that follows the one under store (a replica), which feed servers ask (postgres://USER@HOST/NAME)"`
	MigrateSchema     bool    `yaml:"migrate_schema,omitempty" jsonschema_description:"Bring the tables of the database up to date at the start, as stadtfeed database migrate does"`
	Role              Role    `yaml:"role,omitempty" jsonschema:"enum=all,enum=crawl,enum=feed" jsonschema_description:"What this daemon does where several share a database: all, crawl (visit sources) or feed (serve feeds and pages)"`
	Socket            string  `yaml:"socket,omitempty" jsonschema_description:"Control socket of the daemon, relative to this file; beside the archive when missing, for a database in the folder that systemd makes"`

	AttachmentSizes bool `yaml:"attachment_sizes" jsonschema_description:"Ask servers once for the size and type of each attachment of new items (HEAD), for feeds to tell"`

	Sources   []Source  `yaml:"sources,omitempty" jsonschema_description:"The news listings to visit"`
	Tags      Tags      `yaml:"tags,omitempty" jsonschema_description:"How tags are tidied and assigned"`
	Feeds     []Feed    `yaml:"feeds,omitempty" jsonschema_description:"Saved filters, each with feeds of its own under /feeds/NAME"`
	Retention Retention `yaml:"retention,omitempty" jsonschema_description:"What is kept for how long"`
	Backups   Backups   `yaml:"backups,omitempty" jsonschema_description:"Daily copies of the archive"`
	Cache     Cache     `yaml:"cache,omitempty" jsonschema_description:"Where files are that can be made again"`
	Publish   Publish   `yaml:"publish,omitempty" jsonschema_description:"Feeds as files, for a web server or a CDN"`
	Memory    Size      `yaml:"memory,omitempty" jsonschema_description:"What all visits together hold in memory at most; a source that brings more is read over several visits"`
	Watch     bool      `yaml:"watch,omitempty" jsonschema_description:"Reload when a configuration file changes, not only on SIGHUP"`

	Links      Links `yaml:"links,omitempty" jsonschema_description:"Pages of the operator's at the foot of each page, name and address, such as Impressum: https://example.org/impressum"`
	Thumbnails Size  `yaml:"thumbnails,omitempty" jsonschema_description:"Room beside the archive for small copies of items' pictures, such as 64MB; pages then show them, from here and not from their publishers; none when missing"`

	Embed     Strings             `yaml:"embed,omitempty" jsonschema_description:"Sites that may show pages in frames, such as https://www.example.org"`
	Readers   []Reader            `yaml:"readers,omitempty" jsonschema_description:"Web sites that the subscribe box offers as buttons; Feedly, Inoreader, NewsBlur, The Old Reader and Feedbin when missing, [] for none"`
	Positions map[string]Position `yaml:"positions,omitempty" jsonschema_description:"Where places are, for GeoRSS and the API: latitude and longitude in degrees, such as 51.3127 9.4797"`

	Access        Access `yaml:"access,omitempty" jsonschema_description:"Who may see what is not for everybody"`
	TLS           TLS    `yaml:"tls,omitempty" jsonschema_description:"Own certificate; behind a proxy none is needed"`
	WebSub        WebSub `yaml:"websub,omitempty" jsonschema_description:"Who tells subscribers of news at once"`
	Webhook       string `yaml:"webhook,omitempty" secret:"yes" jsonschema_description:"Address that is told (POST, JSON) when the health of a source changes"`
	SearchEngines bool   `yaml:"search_engines,omitempty" jsonschema_description:"Let search engines index pages of items; by default the town's page is the one to find"`
	Debug         string `yaml:"debug,omitempty" jsonschema_description:"Loopback address for Go's profiler, such as 127.0.0.1:6060"`

	Notify []Notify `yaml:"notify,omitempty" jsonschema_description:"Who is told of new items, or of the health of sources, by chat or mail"`
	Mail   Mail     `yaml:"mail,omitempty" jsonschema_description:"How mails are sent"`

	// File is the path that was loaded; Files are it and all that it includes.
	File     string         `yaml:"-" json:"-"`
	Files    []string       `yaml:"-" json:"-"`
	Digest   uint64         `yaml:"-" json:"-"` // of the content of Files; see DigestNow
	Location *time.Location `yaml:"-" json:"-"` // of Timezone

	// Environment has the variables that set keys, by key: "access.status" is
	// STADTFEED_ACCESS_STATUS. Warnings are what is no mistake and should be known.
	Environment map[string]string `yaml:"-" json:"-"`
	Warnings    []string          `yaml:"-" json:"-"`

	based  bool           // BaseURL was given
	byName map[string]int // index of Sources
	words  *extract.Vocabulary
}

// A Source is one configured news listing. Everything but Name and URL is
// optional in the file; after Load the defaults are filled in.
type Source struct {
	Name     string `yaml:"name" jsonschema:"required" jsonschema_description:"Short name; part of addresses and logs"`
	URL      string `yaml:"url" jsonschema:"required" jsonschema_description:"The listing page, or a feed"`
	Title    string `yaml:"title,omitempty" jsonschema_description:"Name for readers; the host when missing"`
	Kind     Kind   `yaml:"kind,omitempty" jsonschema_description:"What the address is: page (the feeds that it names are not looked for) or feed (also WordPress REST or a news sitemap; a page in its place is not read); found by itself when missing"`
	Preset   string `yaml:"preset,omitempty" jsonschema_description:"Named extraction rules; none: detection alone; recognised automatically when missing"`
	Place    string `yaml:"place,omitempty" jsonschema_description:"If every item is about one place"`
	Language string `yaml:"language,omitempty" jsonschema_description:"Language of pages that do not say"`

	Schedule Schedule      `yaml:"schedule,omitempty" jsonschema_description:"When this source is visited"`
	Timezone string        `yaml:"timezone,omitempty" jsonschema_description:"Zone of the schedule and of printed dates"`
	Delay    time.Duration `yaml:"delay" jsonschema_description:"Pause between two requests to its host"`
	Pages    int           `yaml:"pages" jsonschema_description:"Listing pages to follow, only while they bring new items; after failures or a long pause, as far as the news since then goes"`
	Backfill int           `yaml:"backfill,omitempty" jsonschema_description:"Listing pages of the past to read once"`

	Tags        []string `yaml:"tags,omitempty" jsonschema_description:"Tags that every item gets"`
	Subjects    bool     `yaml:"subjects" jsonschema_description:"Assign built-in municipal subjects to items without tags"`
	Charset     string   `yaml:"charset,omitempty" jsonschema_description:"Overrides what page and server declare"`
	ListingOnly bool     `yaml:"listing_only,omitempty" jsonschema_description:"Publish what the listing shows and never fetch articles; switched on later, it takes the texts of former visits out of feeds and pages, too"`

	AttachmentSizes bool `yaml:"attachment_sizes" jsonschema_description:"Ask its server for the size and type of attachments"`

	AllowPrivate   bool `yaml:"allow_private,omitempty" jsonschema_description:"The host and port of url may be in a private network; not where its pages lead"`
	AllowDowngrade bool `yaml:"allow_downgrade,omitempty" jsonschema_description:"Allow redirects from https to http"`

	Rules *extract.Rules `yaml:"rules,omitempty" jsonschema_description:"Where the fields are; on top of the preset, field by field"`

	Location *time.Location      `yaml:"-" json:"-"` // of Timezone
	words    *extract.Vocabulary // of Config.Tags
}

// A Kind says what the address of a source is.
type Kind string

// The kinds of source; the empty one is found out by looking.
const (
	KindAuto Kind = ""
	KindPage Kind = "page"
	KindFeed Kind = "feed"
)

// NoPreset is the preset name that asks for detection alone.
const NoPreset = "none"

// Host is the unit of politeness that the source belongs to.
func (s Source) Host() string { return news.Host(s.URL) }

// DisplayTitle is the source's name for readers: the title, or else its host.
func (s Source) DisplayTitle() string {
	if s.Title != "" {
		return s.Title
	}
	if u, err := url.Parse(s.URL); err == nil && u.Hostname() != "" {
		return strings.TrimPrefix(u.Hostname(), "www.")
	}
	return s.Name
}

// ExtractOptions are what the configuration says about the source's pages.
func (s Source) ExtractOptions() extract.Options {
	o := extract.Options{
		Preset:   s.Preset,
		Location: s.Location,
		Language: s.Language,
		Place:    s.Place,
		Tags:     s.Tags,
		Charset:  s.Charset,
		Words:    s.words,
		Subjects: s.Subjects,
	}
	if s.Rules != nil {
		o.Rules = *s.Rules
	}
	if s.Preset == NoPreset {
		o.Preset, o.NoPreset = "", true
	}
	return o
}

// Tags say how tags are tidied and assigned.
type Tags struct {
	Aliases  map[string]string `yaml:"aliases,omitempty" jsonschema_description:"Other name: the one that is published"`
	Ignore   []string          `yaml:"ignore,omitempty" jsonschema_description:"Words that are not tags, such as names of site sections"`
	Rules    []extract.TagRule `yaml:"rules,omitempty" jsonschema_description:"Tags assigned by words in the text"`
	Subjects bool              `yaml:"subjects,omitempty" jsonschema_description:"Assign built-in municipal subjects to items without tags, for all sources"`
}

// Vocabulary is the configuration of tags as extract reads it.
func (t Tags) Vocabulary() *extract.Vocabulary {
	return &extract.Vocabulary{Aliases: t.Aliases, Ignore: t.Ignore, Rules: t.Rules}
}

// Canonical is the published name of a tag: its alias's target, if it has one.
func (t Tags) Canonical(tag string) string {
	for from, to := range t.Aliases {
		if news.Slug(from) == news.Slug(tag) {
			return to
		}
	}
	return tag
}

// Retention says what is kept for how long.
type Retention struct {
	Items     Age `yaml:"items" jsonschema_description:"Items, such as 730d; 0: forever"`
	Revisions int `yaml:"revisions" jsonschema_description:"Earlier contents kept of one item; 0: all"`
	Pages     Age `yaml:"pages" jsonschema_description:"Pages as they were fetched, such as 30d; 0: forever"`
}

// Backups say where daily copies of the archive go.
type Backups struct {
	Folder string `yaml:"folder,omitempty" jsonschema_description:"Where the copies go; backups beside the archive when missing"`
	Keep   int    `yaml:"keep" jsonschema_description:"How many are kept; 0: no backups are made"`
}

// Publish says where the feeds are written as files.
type Publish struct {
	Folder string `yaml:"folder,omitempty" jsonschema_description:"Folder that the daemon writes every public feed into when it has changed, relative to this file; none when missing"`
}

// Access says who may see what is not for everybody.
type Access struct {
	Keys    []string `yaml:"keys,omitempty" secret:"yes" jsonschema_description:"SHA-256 sums of tokens, as stadtfeed key prints them"`
	Status  bool     `yaml:"status,omitempty" jsonschema_description:"The pages under /status need a key"`
	Metrics bool     `yaml:"metrics,omitempty" jsonschema_description:"/metrics needs a key"`
	API     bool     `yaml:"api,omitempty" jsonschema_description:"The addresses under /api need a key"`

	AddSources bool `yaml:"add_sources,omitempty" jsonschema_description:"Who has a key may add sources to this file by the form under /sources/new"`

	SavedSearches Savers `yaml:"saved_searches,omitempty" jsonschema_description:"Who may keep a search as a feed with an address of its own: keys (who has one) or everybody; nobody when missing"`
}

// A Reader is a web site that subscribes to feeds at the press of a button.
type Reader struct {
	Name string `yaml:"name" jsonschema:"required" jsonschema_description:"What the button says"`
	URL  string `yaml:"url" jsonschema:"required" jsonschema_description:"Address that the button opens; {url} stands for the feed's, escaped"`
}

// WebSub says which hub the feeds announce.
type WebSub struct {
	Hub          string `yaml:"hub,omitempty" secret:"yes" jsonschema_description:"own: the hub under /websub; none; or the address of another one"`
	AllowPrivate bool   `yaml:"allow_private,omitempty" jsonschema_description:"Let subscribers of the own hub be in private networks"`
}

// The hubs that need no address.
const (
	OwnHub = "own"
	NoHub  = "none"
)

// TLS names the files of a certificate.
type TLS struct {
	Certificate string `yaml:"certificate,omitempty" jsonschema_description:"File with the certificate and those of its issuers, PEM"`
	Key         string `yaml:"key,omitempty" jsonschema_description:"File with the private key, PEM"`
}

// Source is the source of that name.
func (c *Config) Source(name string) (Source, bool) {
	i, ok := c.byName[name]
	if !ok {
		return Source{}, false
	}
	return c.Sources[i], true
}

// SourceNames are the names of all sources, in the order of the files.
func (c *Config) SourceNames() []string {
	var names []string
	for _, s := range c.Sources {
		names = append(names, s.Name)
	}
	return names
}

// AdHoc is a source that the file does not list, under the file's defaults:
// what try and add look at. Its name is made from the host.
func (c *Config) AdHoc(address string) Source {
	s := c.sourceDefaults()
	s.URL = address
	s.Name = news.Slug(strings.TrimPrefix(news.Host(address), "www."))
	s.finish(c)
	return s
}

// Default is the configuration before a file is read.
func Default() *Config {
	schedule, _ := ParseSchedule("*/30 * * * *")
	return &Config{
		Listen:   Strings{"127.0.0.1:8080"},
		Title:    "Stadtfeed",
		Titles:   PlaceTitles,
		Language: "de",
		Store:    "stadtfeed.db",
		Role:     RoleAll,
		Timezone: "Europe/Berlin",
		Schedule: schedule,
		Delay:    2 * time.Second,
		Memory:   128 << 20,

		AttachmentSizes: true,
		Retention:       Retention{Revisions: 50, Pages: Age(30 * 24 * time.Hour)},
		Backups:         Backups{Keep: 7},
		WebSub:          WebSub{Hub: OwnHub},
	}
}

// sourceDefaults is a source before its own keys are read.
func (c *Config) sourceDefaults() Source {
	return Source{
		Schedule: c.Schedule,
		Timezone: c.Timezone,
		Language: c.Language,
		Delay:    c.Delay,
		Subjects: c.Tags.Subjects,
		Pages:    3,

		AttachmentSizes: c.AttachmentSizes,
	}
}

// finish sets what follows from other values.
func (s *Source) finish(c *Config) {
	s.words = c.words
	if s.Location == nil {
		s.Location = c.Location
	}
}
