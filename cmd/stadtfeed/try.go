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
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
)

// A trial is one run of try.
type trial struct {
	*app
	as     string
	base   string
	at     string
	preset string
	source string
	json   bool
}

func (a *app) tryCommand() *cobra.Command {
	t := &trial{app: a}
	cmd := &cobra.Command{
		Use:   "try FILE",
		Short: "Show what would be published, and the evidence for each field; stores nothing",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return t.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.StringVar(&t.as, "as", "", "what the page is: `listing or article` (default: found out)")
	f.StringVar(&t.base, "base", "", "address `URL` of a saved page")
	f.StringVar(&t.at, "at", "", "`TIME` when the page was fetched, RFC 3339 (default: now, or the file's time)")
	f.StringVar(&t.preset, "preset", "", "`NAME` of the extraction rules, or none (default: the source's, or recognised)")
	f.StringVar(&t.source, "source", "", "`NAME` of the configured source whose rules apply to a file or address")
	f.BoolVar(&t.json, "json", false, "print JSON")
	return cmd
}

func (t *trial) run(ctx context.Context, target string) error {
	if t.as != "" && t.as != string(extract.KindListing) && t.as != string(extract.KindArticle) {
		return usagef("--as %q: listing or article belongs here", t.as)
	}
	cfg, err := t.optionalConfig()
	if err != nil {
		return err
	}
	src, page, err := t.page(ctx, cfg, target)
	if err != nil {
		return err
	}
	found, err := t.read(page, src, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	if t.json {
		return writeJSON(t.out, found.json())
	}
	found.print(newPrinter(t.out))
	return nil
}

// page is the page to try and the source whose rules apply to it.
func (t *trial) page(_ context.Context, cfg *config.Config, target string) (config.Source, extract.Page, error) {
	page, err := savedPage(target)
	if err != nil {
		return config.Source{}, extract.Page{}, err
	}
	page.URL = cmp.Or(t.base, page.URL)
	src := cfg.AdHoc(page.URL)
	if t.source != "" {
		named, ok := cfg.Source(t.source)
		if !ok {
			return src, page, usagef("--source %q: the configuration has no such source", t.source)
		}
		src = named
	}
	src.Preset = cmp.Or(t.preset, src.Preset)
	if t.at != "" {
		if page.Fetched, err = time.Parse(time.RFC3339, t.at); err != nil {
			return src, page, usagef("--at %q: a time such as 2024-06-10T12:00:00+02:00 belongs here", t.at)
		}
	}
	return src, page, nil
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
func (t *trial) read(page extract.Page, src config.Source, from *extract.Entry) (finding, error) {
	doc, err := extract.Parse(page, src.ExtractOptions())
	if err != nil {
		return finding{}, err
	}
	f := finding{url: page.URL, kind: extract.Kind(t.as)}
	d := any(doc) // the parts of extract land one after another; each is used as soon as it is there
	if o, ok := d.(interface{ Obstacle() extract.Obstacle }); ok {
		f.obstacle = o.Obstacle()
	}
	if k, ok := d.(interface{ Kind() extract.Kind }); ok && f.kind == "" {
		f.kind = k.Kind()
	}
	if from != nil {
		f.kind = extract.KindArticle
	}
	if l, ok := d.(interface{ Listing() extract.Listing }); ok && f.kind == extract.KindListing {
		f.listing = l.Listing()
	}
	if a, ok := d.(interface {
		Article(from *extract.Entry) extract.Article
	}); ok && f.kind != extract.KindListing {
		f.article = a.Article(from)
	}
	f.language = doc.Language()
	return f, nil
}
