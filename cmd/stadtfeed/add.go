package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/internal/files"
)

// An adding is one run of add.
type adding struct {
	*app
	prospector
	from         string
	write        bool
	allowPrivate bool

	path string // of the configuration file
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
	f.StringVar(&add.from, "from", "", "take the addresses from `FILE`: OPML, CSV, or lines with an address and perhaps a name")
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
		add.mayBePrivate = func(address string) bool { return add.allowPrivate || private(address) }
	}
	return err
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

// look looks at an address, and says so where another would do better.
func (add *adding) look(ctx context.Context, address string) (discovery, error) {
	found, err := add.prospector.look(ctx, address)
	if found.article {
		add.log.Warn("this looks like the page of one article; the listing of all news makes a better source", "url", address)
	}
	return found, err
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
	if err := appendSources(add.path, proposals); err != nil {
		return fmt.Errorf("%w; to add it yourself:\n%s", err, text)
	}
	fmt.Fprint(add.out, text)
	p.line("%s: %s added; a running daemon takes it with: stadtfeed reload", add.path, count(len(proposals), "source"))
	return nil
}

// appendSources adds sources to a configuration file, which is checked before it
// is put in the place of the former one. It keeps owner and mode.
func appendSources(path string, proposals []config.Proposal) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := config.Append(old, proposals...)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if _, err := config.Parse(path, text, os.Environ()...); err != nil {
		return because(fmt.Errorf("%s would no longer be right: %w", path, err), "add-wrong", err.Error())
	}
	err = files.Replace(path, 0o644, func(w io.Writer) error { _, err := w.Write(text); return err })
	if err != nil {
		return because(err, "add-unwritable", err.Error())
	}
	return nil
}
