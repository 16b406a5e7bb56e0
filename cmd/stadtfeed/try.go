package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// A trial is one run of try.
type trial struct {
	*app
	as     string
	base   string
	at     string
	preset string
	source string
	sites  []string // files of the same site
	json   bool

	explain string
	why     *extract.Explanation // nil: nothing is to be explained
	site    extract.Site         // learned from them, or from the first articles of a listing

	diff         bool
	allowPrivate bool
	crawler      *crawler.Crawler
	home         string // the address that was typed, if it may be private
	online       bool   // the page came from the network
}

func (a *app) tryCommand() *cobra.Command {
	t := &trial{app: a}
	cmd := &cobra.Command{
		Use:   "try URL|FILE|SOURCE",
		Short: "Show what would be published, and the evidence for each field; stores nothing",
		RunE:  func(cmd *cobra.Command, args []string) error { return t.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&t.as, "as", "", "what the page is: `listing or article` (default: found out)")
	f.StringVar(&t.base, "base", "", "address `URL` of a saved page")
	f.StringVar(&t.at, "at", "", "`TIME` when the page was fetched, RFC 3339 (default: now, or the file's time)")
	f.StringVar(&t.preset, "preset", "", "`NAME` of the extraction rules, or none (default: the source's, or recognised)")
	f.StringVar(&t.source, "source", "", "`NAME` of the configured source whose rules apply to a file or address")
	f.StringArrayVar(&t.sites, "site", nil, "saved article page `FILE` of the same site, to tell what its pages have in common (repeatable)")
	f.BoolVar(&t.allowPrivate, "allow-private", false, "also fetch from addresses in private networks")
	f.BoolVar(&t.diff, "diff", false, "compare a source with what the last good visits kept of it")
	f.StringVar(&t.explain, "explain", "", "show all candidates of a `FIELD` and what each rule gave them: "+strings.Join(extract.Explained(), ", "))
	f.BoolVar(&t.json, "json", false, "print JSON")
	return cmd
}

func (t *trial) run(ctx context.Context, target string) error {
	if t.as != "" && t.as != string(extract.KindListing) && t.as != string(extract.KindArticle) {
		return usagef("--as %q: listing or article belongs here", t.as)
	}
	if t.explain != "" {
		if !slices.Contains(extract.Explained(), t.explain) {
			return usagef("--explain %q: one of %s belongs here", t.explain, strings.Join(extract.Explained(), ", "))
		}
		t.why = &extract.Explanation{Field: t.explain}
	}
	cfg, err := t.optionalConfig()
	if err != nil {
		return err
	}
	t.crawler = newCrawler(cfg, t.log)
	src, page, err := t.page(ctx, cfg, target)
	if err != nil {
		return err
	}
	if err := t.learnFiles(src, page); err != nil {
		return err
	}
	found, err := t.read(page, src, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	if t.online && found.kind == extract.KindListing {
		t.readArticles(ctx, src, &found)
	}
	if t.diff {
		if _, ok := cfg.Source(src.Name); !ok || !t.online || found.kind != extract.KindListing || t.json {
			return usagef("--diff goes with the name of a configured source, and not with --json")
		}
		return t.printDiff(ctx, cfg, src, found)
	}
	if t.json {
		return writeJSON(t.out, found.json())
	}
	found.print(newPrinter(t.out))
	return nil
}

// page is the page to try and the source whose rules apply to it. The target
// is an address, a file, or the name of a source.
func (t *trial) page(ctx context.Context, cfg *config.Config, target string) (src config.Source, page extract.Page, err error) {
	named, isSource := cfg.Source(cmp.Or(t.source, target))
	if t.source != "" && !isSource {
		return src, page, usagef("--source %q: no such source%s", t.source, config.DidYouMean(t.source, cfg.SourceNames()))
	}
	_, missing := os.Stat(target)
	switch {
	case strings.HasPrefix(target, "http://"), strings.HasPrefix(target, "https://"):
		src = t.sourceFor(cfg, target)
		if t.allowPrivate || private(target) {
			t.home = target
		}
		page, err = t.fetch(ctx, src, target)
	case missing == nil:
		page, err = savedPage(target)
		page.URL = cmp.Or(t.base, page.URL)
		src = t.sourceFor(cfg, page.URL)
	case isSource:
		src = named
		page, err = t.fetch(ctx, src, src.URL)
	case isAddress(target) && !pageFile(target): // as people type it: kassel.de
		return t.page(ctx, cfg, withScheme(target))
	default:
		err = fmt.Errorf("%s: no such file, and no source of that name%s", target, config.DidYouMean(target, cfg.SourceNames()))
	}
	if err != nil {
		return src, page, err
	}
	src.Preset = cmp.Or(t.preset, src.Preset)
	if t.at != "" {
		if page.Fetched, err = time.Parse(time.RFC3339, t.at); err != nil {
			err = usagef("--at %q: a time such as 2024-06-10T12:00:00+02:00 belongs here", t.at)
		}
	}
	return src, page, err
}

// pageFile reports a name that is rather a file's than a host's.
func pageFile(name string) bool {
	return slices.Contains([]string{".html", ".htm", ".xhtml", ".xml", ".json", ".txt", ".rss", ".atom", ".pdf", ".yaml"}, strings.ToLower(filepath.Ext(name)))
}

// sourceFor is the source whose rules apply to an address: the one named, or
// the one configured with that very address, or none in particular.
func (t *trial) sourceFor(cfg *config.Config, address string) config.Source {
	if src, ok := cfg.Source(t.source); ok {
		return src
	}
	for _, src := range cfg.Sources {
		if news.Canonical(src.URL) == news.Canonical(address) {
			return src
		}
	}
	src := cfg.AdHoc(address)
	if len(cfg.Sources) == 0 {
		src.Language = "" // nobody said what language a page is in that does not say it either
	}
	return src
}

// fetch gets a page as a crawl does.
func (t *trial) fetch(ctx context.Context, src config.Source, address string) (extract.Page, error) {
	t.online = true
	if t.home != "" {
		src.URL, src.AllowPrivate = t.home, true
	}
	return t.crawler.Fetch(ctx, src, address)
}

// private reports whether an address is plainly one of this machine or of a
// private network. Whoever types such an address means it; pages that lead
// there by a name or a redirect are still refused.
func private(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && (ip.IsLoopback() || ip.IsPrivate())
}

// articlesTried is how many entries of a listing are followed.
const articlesTried = 3

// learnFiles learns the site from saved pages and the page to try itself.
func (t *trial) learnFiles(src config.Source, page extract.Page) error {
	if len(t.sites) == 0 {
		return nil
	}
	pages := []extract.Page{page}
	for _, path := range t.sites {
		other, err := savedPage(path)
		if err != nil {
			return err
		}
		pages = append(pages, other)
	}
	t.site = t.learn(src, pages)
	return nil
}

// learn is the site that article pages are of. One that cannot be read tells
// nothing.
func (t *trial) learn(src config.Source, pages []extract.Page) extract.Site {
	var docs []*extract.Document
	for _, page := range pages {
		_ = extract.Guard(func() error {
			doc, err := extract.Parse(page, src.ExtractOptions())
			if err == nil {
				docs = append(docs, doc)
			}
			return err
		})
	}
	var site extract.Site
	_ = extract.Guard(func() error {
		site = site.Learn(docs...)
		return nil
	})
	return site
}

// readArticles follows the first entries of a listing and reads them as the
// pages of one site. An article that cannot be fetched is a problem of the listing,
// as it would be in a crawl.
func (t *trial) readArticles(ctx context.Context, src config.Source, f *finding) {
	var pages []extract.Page
	var entries []*extract.Entry
	failed := func(err error) {
		f.listing.Problems = append(f.listing.Problems, extract.Problem{Field: "article", Message: err.Error()})
	}
	for i := range f.listing.Entries {
		entry := &f.listing.Entries[i]
		if entry.Anchored || src.ListingOnly {
			continue
		}
		if len(pages) == articlesTried || i >= 2*articlesTried {
			break
		}
		page, err := t.fetch(ctx, src, entry.URL)
		if err != nil {
			failed(err)
			continue
		}
		pages, entries = append(pages, page), append(entries, entry)
	}
	if len(t.sites) == 0 {
		t.site = t.learn(src, pages)
	}
	for i, page := range pages {
		article, err := t.read(page, src, entries[i])
		if err != nil {
			failed(err)
			continue
		}
		f.articles = append(f.articles, article)
	}
	f.site = t.site.Pages()
}

const maxSaved = 64 << 20

// savedPage reads a page from a file; one that is compressed by gzip is
// unpacked.
func savedPage(path string) (extract.Page, error) {
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return extract.Page{}, fmt.Errorf("%s: no such file", path)
	} else if err != nil {
		return extract.Page{}, err
	}
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		if body, err = gunzip(body); err != nil {
			return extract.Page{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	page := extract.Page{Body: body, URL: fileURL(path), Fetched: time.Now()}
	if info, err := os.Stat(path); err == nil {
		page.Fetched = info.ModTime()
	}
	return page, nil
}

func gunzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(r, maxSaved))
	if err != nil {
		return nil, err
	}
	return body, r.Close()
}

// fileURL stands for the address of a page that was saved without one.
func fileURL(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return "file://" + strings.ReplaceAll(filepath.ToSlash(path), " ", "%20")
}

// read understands a page as a crawl does. from is what the listing said of
// an article, if it was reached through one.
func (t *trial) read(page extract.Page, src config.Source, from *extract.Entry) (f finding, err error) {
	err = extract.Guard(func() error {
		f, err = t.understand(page, src, from)
		return err
	})
	return f, err
}

func (t *trial) understand(page extract.Page, src config.Source, from *extract.Entry) (finding, error) {
	options := src.ExtractOptions()
	if from == nil { // the page that was asked for, and no article of it
		options.Explain = t.why
	}
	options.Site = t.site
	doc, err := extract.Parse(page, options)
	if err != nil {
		return finding{}, err
	}
	f := finding{site: t.site.Pages(), url: page.URL, kind: extract.Kind(t.as), obstacle: doc.Obstacle()}
	f.noNews = doc.NoNews(f.obstacle)
	switch asked := from == nil; {
	case !asked:
		f.kind = extract.KindArticle
	case f.kind == "":
		f.kind = doc.Kind()
	case t.explain == "kind": // what it would be without --as
		doc.Kind()
	}
	if f.kind == extract.KindListing {
		f.listing = doc.Listing()
	} else {
		f.article = doc.Article(from)
	}
	f.language = doc.Language()
	f.why = options.Explain
	return f, nil
}
