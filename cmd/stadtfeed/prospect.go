package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// A prospector looks at addresses and proposes sources for what it finds there:
// for add, and for the form on the web.
type prospector struct {
	name         string // of the source; empty: from the site or the address
	place        string // that every item is about; empty: as found
	feed         bool   // use the site's own feed, where it has one
	mayBePrivate func(address string) bool

	cfg     *config.Config
	crawler *crawler.Crawler
}

// A told is an error with its reason in the words of pages.
type told struct {
	error
	reason news.Reason
}

func (t told) Unwrap() error          { return t.error }
func (t told) Reasons() []news.Reason { return []news.Reason{t.reason} }

func because(err error, code string, args ...string) error {
	return told{err, news.Because(code, args...)}
}

var errListed = errors.New("listed already")

// A discovery is what one address yielded.
type discovery struct {
	proposal config.Proposal
	listing  extract.Listing
	language string
	article  bool   // it looks like the page of one article
	robots   string // the rules in force on the host, in words
}

// look fetches an address and proposes a source for it.
func (p *prospector) look(ctx context.Context, address string) (discovery, error) {
	address = withScheme(strings.TrimSpace(address))
	if s, ok := p.listed(address); ok {
		return discovery{}, because(fmt.Errorf("%s: %w, as source %s", address, errListed, s.Name), "add-listed", address, s.Name)
	}
	src := p.source(address)
	page, err := p.crawler.Fetch(ctx, src, address)
	if err != nil {
		return discovery{}, err
	}
	var found discovery
	err = extract.Guard(func() error {
		found, err = p.read(ctx, src, address, page)
		return err
	})
	if fault := (*extract.PanicError)(nil); errors.As(err, &fault) {
		err = fmt.Errorf("%s: %w", address, err)
	}
	return found, err
}

// read proposes a source for a page that was fetched.
func (p *prospector) read(ctx context.Context, src config.Source, address string, page extract.Page) (discovery, error) {
	doc, err := extract.Parse(page, src.ExtractOptions())
	if err != nil {
		return discovery{}, fmt.Errorf("%s: %w", address, err)
	}
	if o := doc.Obstacle(); o != extract.NoObstacle {
		return discovery{}, because(fmt.Errorf("%s: the page is not news: %s", address, doc.NoNews(o)), "fault-obstacle", address, string(o))
	}
	l := doc.Listing()
	if feed := bestFeed(l.Better); p.feed && feed != "" {
		return p.followFeed(ctx, src, feed)
	}
	if len(l.Entries) == 0 {
		return discovery{}, because(fmt.Errorf("%s: no news entries were found; stadtfeed try %s shows what was", address, address),
			"add-empty", address)
	}
	d := p.discover(page.URL, doc, l)
	d.article = doc.Kind() == extract.KindArticle
	return d, nil
}

// discover proposes a source for a page that was read.
func (p *prospector) discover(address string, doc *extract.Document, l extract.Listing) discovery {
	d := discovery{proposal: p.propose(address, doc, l), listing: l, language: doc.Language()}
	for _, h := range p.crawler.Politeness() {
		if h.Host == news.Host(address) {
			d.robots = h.Rules
		}
	}
	return d
}

// followFeed proposes the site's own feed instead of its page.
func (p *prospector) followFeed(ctx context.Context, src config.Source, feed string) (discovery, error) {
	page, err := p.crawler.Fetch(ctx, src, feed)
	if err != nil {
		return discovery{}, fmt.Errorf("the site's own feed: %w", err)
	}
	doc, err := extract.Parse(page, src.ExtractOptions())
	if err != nil {
		return discovery{}, fmt.Errorf("%s: %w", feed, err)
	}
	l := doc.Listing()
	if len(l.Entries) == 0 {
		return discovery{}, because(fmt.Errorf("%s: the site's own feed is empty; add its page without --feed", feed),
			"add-feed-empty", feed)
	}
	d := p.discover(page.URL, doc, l)
	d.proposal.Kind = config.KindFeed
	return d, nil
}

// source is the source to look with.
func (p *prospector) source(address string) config.Source {
	src := p.cfg.AdHoc(address)
	src.AllowPrivate = p.mayBePrivate(address)
	return src
}

func (p *prospector) listed(address string) (config.Source, bool) {
	i := slices.IndexFunc(p.cfg.Sources, func(s config.Source) bool { return news.Canonical(s.URL) == news.Canonical(address) })
	if i < 0 {
		return config.Source{}, false
	}
	return p.cfg.Sources[i], true
}

func withScheme(address string) string {
	if rest, ok := strings.CutPrefix(address, "feed:"); ok { // feed:https://…, or feed://… for http
		address = rest
		if strings.HasPrefix(rest, "//") {
			address = "http:" + rest
		}
	}
	if !strings.Contains(address, "://") {
		return "https://" + address
	}
	return address
}

// bestFeed is the address of the site's own RSS, Atom or JSON feed.
func bestFeed(better []extract.Alternative) string {
	for _, b := range better {
		if b.Kind == "rss" || b.Kind == "atom" || b.Kind == "json-feed" {
			return b.URL
		}
	}
	return ""
}

// propose writes down what was seen, as far as it differs from the defaults.
func (p *prospector) propose(address string, doc *extract.Document, l extract.Listing) config.Proposal {
	site := doc.SiteName()
	one := config.Proposal{
		URL:          address,
		Title:        site,
		Preset:       l.Preset,
		Place:        cmp.Or(p.place, onlyPlace(l.Entries)),
		AllowPrivate: p.mayBePrivate(address),
	}
	one.Name = p.freeName(cmp.Or(p.name, nameOfSite(site), nameOf(address)))
	if one.Place == "" && !slices.ContainsFunc(l.Entries, func(e extract.Entry) bool { return e.Place != "" }) {
		one.Place = cmp.Or(townOf(nameOfSite(site)), townOf(nameOf(address)))
	}
	if language := doc.Language(); language != "" && language != p.cfg.Language {
		one.Language = language
	}
	if zone := zoneOf(address); zone != "" && zone != p.cfg.Timezone {
		one.Timezone = zone
	}
	return one
}

// onlyPlace is the place of all entries, if it is one.
func onlyPlace(entries []extract.Entry) string {
	const enough = 3
	if len(entries) < enough {
		return ""
	}
	for _, e := range entries {
		if e.Place != entries[0].Place {
			return ""
		}
	}
	return entries[0].Place
}

// offices stand before the names of towns in those of their sites.
var offices = []string{
	"stadt-", "gemeinde-", "markt-", "rathaus-", "samtgemeinde-", "verbandsgemeinde-", "landeshauptstadt-",
	"hansestadt-", "willkommen-in-",
}

// withoutOffice is the name of a town's site without what it has in common
// with others.
func withoutOffice(name string) string {
	for _, office := range offices {
		name = strings.TrimPrefix(name, office)
	}
	return name
}

// nameOfSite makes a name from what a site calls itself: "Stadt Kassel" is
// kassel. Empty where that is too long or too short to be one.
func nameOfSite(site string) string {
	name := withoutOffice(news.Slug(site))
	if len(name) < 3 || len(name) > 40 {
		return ""
	}
	return name
}

// townOf is the municipality that a source is named after, if it is one:
// stadt-muenchen is München.
func townOf(name string) string {
	if name = withoutOffice(name); name == "" {
		return ""
	}
	words := strings.Split(name, "-")
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	name = strings.Join(words, " ")
	umlauts := strings.NewReplacer("ae", "ä", "oe", "ö", "ue", "ü", "Ae", "Ä", "Oe", "Ö", "Ue", "Ü")
	for _, town := range []string{umlauts.Replace(name), name} {
		if extract.IsPlace(town) {
			return town
		}
	}
	return ""
}

// nameOf makes a name from an address: the host without what all hosts have.
func nameOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "source"
	}
	labels := strings.Split(strings.TrimPrefix(u.Hostname(), "www."), ".")
	if n := len(labels); n >= 2 && strings.Trim(u.Hostname(), "0123456789.") != "" {
		labels = labels[:n-1]
		if last := labels[len(labels)-1]; len(labels) > 1 && slices.Contains([]string{"co", "gov", "gv", "org"}, last) { // gov.uk, gv.at
			labels = labels[:len(labels)-1]
		}
	}
	return cmp.Or(news.Slug(strings.Join(labels, "-")), "source")
}

// freeName is the name, with a number behind it if it is taken.
func (p *prospector) freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if !slices.Contains(p.cfg.SourceNames(), free) {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// zones of countries that have one.
var countryZones = map[string]string{
	"de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich", "li": "Europe/Vaduz", "lu": "Europe/Luxembourg",
	"uk": "Europe/London", "ie": "Europe/Dublin", "it": "Europe/Rome", "fr": "Europe/Paris", "be": "Europe/Brussels",
	"nl": "Europe/Amsterdam", "dk": "Europe/Copenhagen", "pl": "Europe/Warsaw", "cz": "Europe/Prague", "se": "Europe/Stockholm",
	"no": "Europe/Oslo", "fi": "Europe/Helsinki",
}

func zoneOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := u.Hostname()
	return countryZones[host[strings.LastIndex(host, ".")+1:]]
}
