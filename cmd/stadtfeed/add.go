package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// An adding is one run of add.
type adding struct {
	*app
	from         string
	name         string
	place        string
	write        bool
	feed         bool
	allowPrivate bool

	path    string // of the configuration file
	cfg     *config.Config
	crawler *crawler.Crawler
}

func (a *app) addCommand() *cobra.Command {
	add := &adding{app: a}
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Look at a town's news page and print (or append) the YAML of a source",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case add.from != "" && len(args) > 0:
				return usagef("add: an address or --from FILE belongs here, not both")
			case add.from == "" && len(args) != 1:
				return usagef("add: one address belongs here, or --from FILE with many")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := add.open(); err != nil {
				return err
			}
			if add.from != "" {
				return add.many(cmd.Context())
			}
			return add.one(cmd.Context(), args[0])
		},
	}
	f := cmd.Flags()
	f.BoolVar(&add.write, "write", false, "append to the configuration file; its comments and order stay")
	f.StringVar(&add.from, "from", "", "take the addresses from `FILE`: OPML, CSV, or lines with an address and perhaps a name before it")
	f.StringVar(&add.name, "name", "", "`NAME` of the source (default: from the name of the site, or the address)")
	f.StringVar(&add.place, "place", "", "`PLACE` that every item is about")
	f.BoolVar(&add.feed, "feed", false, "use the site's own feed, where it has one")
	f.BoolVar(&add.allowPrivate, "allow-private", false, "also look at addresses in private networks")
	return cmd
}

// open reads the configuration; with --write one that is not there yet is
// begun.
func (add *adding) open() (err error) {
	add.path, err = add.findConfig()
	switch {
	case errors.Is(err, errNoConfig):
		add.path = "stadtfeed.yaml"
		add.cfg, err = config.Parse(add.path, nil, os.Environ()...)
	case err == nil:
		add.cfg, err = config.Load(add.path)
		if errors.Is(err, fs.ErrNotExist) && add.write {
			add.cfg, err = config.Parse(add.path, nil, os.Environ()...)
		}
	}
	if err == nil {
		add.crawler = newCrawler(add.cfg, add.log)
	}
	return err
}

var errListed = errors.New("listed already")

// A discovery is what one address yielded.
type discovery struct {
	proposal config.Proposal
	listing  extract.Listing
	language string
	robots   string // the rules in force on the host, in words
}

func (add *adding) one(ctx context.Context, address string) error {
	found, err := add.look(ctx, address)
	if err != nil {
		return err
	}
	p := newPrinter(add.out)
	add.show(p, found)
	return add.finish(p, []config.Proposal{found.proposal})
}

// look fetches an address and proposes a source for it.
func (add *adding) look(ctx context.Context, address string) (discovery, error) {
	address = withScheme(strings.TrimSpace(address))
	if s, ok := add.listed(address); ok {
		return discovery{}, fmt.Errorf("%s: %w, as source %s", address, errListed, s.Name)
	}
	src := add.source(address)
	page, err := add.crawler.Fetch(ctx, src, address)
	if err != nil {
		return discovery{}, err
	}
	var found discovery
	err = extract.Guard(func() error {
		found, err = add.read(ctx, src, address, page)
		return err
	})
	if fault := (*extract.PanicError)(nil); errors.As(err, &fault) {
		err = fmt.Errorf("%s: %w", address, err)
	}
	return found, err
}

// read proposes a source for a page that was fetched.
func (add *adding) read(ctx context.Context, src config.Source, address string, page extract.Page) (discovery, error) {
	doc, err := extract.Parse(page, src.ExtractOptions())
	if err != nil {
		return discovery{}, fmt.Errorf("%s: %w", address, err)
	}
	if o := doc.Obstacle(); o != extract.NoObstacle {
		return discovery{}, fmt.Errorf("%s: the page is no news: %s", address, doc.NoNews(o))
	}
	l := doc.Listing()
	if feed := bestFeed(l.Better); add.feed && feed != "" {
		return add.followFeed(ctx, src, feed)
	}
	if len(l.Entries) == 0 {
		return discovery{}, fmt.Errorf("%s: no news entries were found; stadtfeed try %s shows what was", address, address)
	}
	if doc.Kind() == extract.KindArticle {
		add.log.Warn("this looks like the page of one article; the listing of all news makes a better source", "url", address)
	}
	return add.discover(page.URL, doc, l), nil
}

// discover proposes a source for a page that was read.
func (add *adding) discover(address string, doc *extract.Document, l extract.Listing) discovery {
	d := discovery{proposal: add.propose(address, doc, l), listing: l, language: doc.Language()}
	for _, h := range add.crawler.Politeness() {
		if h.Host == news.Host(address) {
			d.robots = h.Rules
		}
	}
	return d
}

// followFeed proposes the site's own feed instead of its page.
func (add *adding) followFeed(ctx context.Context, src config.Source, feed string) (discovery, error) {
	page, err := add.crawler.Fetch(ctx, src, feed)
	if err != nil {
		return discovery{}, fmt.Errorf("the site's own feed: %w", err)
	}
	doc, err := extract.Parse(page, src.ExtractOptions())
	if err != nil {
		return discovery{}, fmt.Errorf("%s: %w", feed, err)
	}
	l := doc.Listing()
	if len(l.Entries) == 0 {
		return discovery{}, fmt.Errorf("%s: the site's own feed is empty; add its page without --feed", feed)
	}
	d := add.discover(page.URL, doc, l)
	d.proposal.Kind = config.KindFeed
	return d, nil
}

// source is the source to look with.
func (add *adding) source(address string) config.Source {
	src := add.cfg.AdHoc(address)
	src.AllowPrivate = add.allowPrivate || private(address)
	return src
}

func (add *adding) listed(address string) (config.Source, bool) {
	i := slices.IndexFunc(add.cfg.Sources, func(s config.Source) bool { return news.Canonical(s.URL) == news.Canonical(address) })
	if i < 0 {
		return config.Source{}, false
	}
	return add.cfg.Sources[i], true
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
func (add *adding) propose(address string, doc *extract.Document, l extract.Listing) config.Proposal {
	site := doc.SiteName()
	p := config.Proposal{URL: address, Title: site, Preset: l.Preset, Place: cmp.Or(add.place, onlyPlace(l.Entries)), AllowPrivate: add.allowPrivate || private(address)}
	p.Name = add.freeName(cmp.Or(add.name, nameOfSite(site), nameOf(address)))
	if p.Place == "" && !slices.ContainsFunc(l.Entries, func(e extract.Entry) bool { return e.Place != "" }) {
		p.Place = cmp.Or(townOf(nameOfSite(site)), townOf(nameOf(address)))
	}
	if language := doc.Language(); language != "" && language != add.cfg.Language {
		p.Language = language
	}
	if zone := zoneOf(address); zone != "" && zone != add.cfg.Timezone {
		p.Timezone = zone
	}
	return p
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
var offices = []string{"stadt-", "gemeinde-", "markt-", "rathaus-", "samtgemeinde-", "verbandsgemeinde-", "landeshauptstadt-", "hansestadt-", "willkommen-in-"}

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
func (add *adding) freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if !slices.Contains(add.cfg.SourceNames(), free) {
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

// shares tell in how many entries each field was found.
func shares(entries []extract.Entry) string {
	text := []string{count(len(entries), "entry")}
	for _, field := range []struct {
		name  string
		found func(extract.Entry) bool
	}{
		{"date", func(e extract.Entry) bool { return !e.Published.IsZero() }},
		{"place", func(e extract.Entry) bool { return e.Place != "" }},
		{"teaser", func(e extract.Entry) bool { return e.Teaser != "" }},
		{"image", func(e extract.Entry) bool { return e.Image != "" }},
	} {
		n := 0
		for _, e := range entries {
			if field.found(e) {
				n++
			}
		}
		if n > 0 {
			text = append(text, fmt.Sprintf("%d with %s", n, field.name))
		}
	}
	return strings.Join(text, ", ")
}

// show prints what was found as a table.
func (add *adding) show(p *printer, d discovery) {
	l := d.listing
	how := "by detection"
	if l.Preset != "" {
		how = "by preset " + l.Preset
	}
	p.line("%s", p.paint(bold, d.proposal.URL))
	p.field("site", cmp.Or(d.proposal.Title, "–"), "")
	p.field("language", cmp.Or(d.language, "not said"), "")
	p.field("robots.txt", "allows it: "+cmp.Or(d.robots, "there is none"), "")
	p.field("read", how+": "+shares(l.Entries), "")
	const shown = 10
	for i, e := range l.Entries {
		if i == shown {
			p.line("  … and %d more", len(l.Entries)-shown)
			break
		}
		headline := e.Headline
		if e.Place != "" {
			headline = e.Place + ": " + headline
		}
		p.line("  %s  %s", pad(cmp.Or(dayOf(e), "no date"), 10), cut(visible(headline), p.width-16))
	}
	if l.Next != "" {
		p.line("  next page: %s", visible(l.Next))
	}
	for _, b := range l.Better {
		p.line("  the site also offers %s: %s%s", b.Kind, visible(b.URL), feedHint(b))
	}
	p.line("")
}

func feedHint(b extract.Alternative) string {
	if bestFeed([]extract.Alternative{b}) == "" {
		return ""
	}
	return " (--feed takes it)"
}

// finish prints the proposals, or appends them to the file.
func (add *adding) finish(p *printer, proposals []config.Proposal) error {
	text, err := config.YAML(2, proposals...)
	if err != nil {
		return err
	}
	if !add.write {
		fmt.Fprintf(add.out, "sources:\n%s", text)
		return nil
	}
	if err := add.append(proposals); err != nil {
		return fmt.Errorf("%w; to add it yourself:\n%s", err, text)
	}
	fmt.Fprint(add.out, text)
	p.line("%s: %s added; a running daemon takes it with: stadtfeed reload", add.path, count(len(proposals), "source"))
	return nil
}

// append writes the file anew, checked before it is put in place.
func (add *adding) append(proposals []config.Proposal) error {
	old, err := os.ReadFile(add.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := config.Append(old, proposals...)
	if err != nil {
		return fmt.Errorf("%s: %w", add.path, err)
	}
	if _, err := config.Parse(add.path, text, os.Environ()...); err != nil {
		return fmt.Errorf("%s would no longer be right: %w", add.path, err)
	}
	return files.Replace(add.path, 0o644, func(w io.Writer) error { _, err := w.Write(text); return err })
}
