package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// A reextraction asks for changed rules to be applied to kept pages again.
type reextraction struct {
	Sources []string `json:"sources"` // empty: all
	DryRun  bool     `json:"dry_run"`
}

// A change is what one item becomes.
type change struct {
	Source   string      `json:"source"`
	URL      string      `json:"url"`
	Headline string      `json:"headline"`
	Fields   []fieldDiff `json:"fields"`

	// Unread is why the item stays as it is although its page could have been
	// read anew; Unkept counts, for a source, the items without a kept page.
	Unread string `json:"unread,omitempty"`
	Unkept int    `json:"unkept,omitempty"`

	item *news.Item // as it will be
}

// A fieldDiff is one field before and after.
type fieldDiff struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func (a *app) reextractCommand() *cobra.Command {
	var order reextraction
	cmd := &cobra.Command{
		Use:   "reextract [SOURCE...]",
		Short: "Apply changed rules to the kept pages again; items keep their ids",
		RunE: func(cmd *cobra.Command, args []string) error {
			order.Sources = args
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if err := known(cfg, args); err != nil {
				return err
			}
			return a.ask(cmd.Context(), cfg, false, func(_ *config.Config, c *client) error {
				return a.reextract(cmd.Context(), c, order)
			})
		},
	}
	cmd.Flags().BoolVar(&order.DryRun, "dry-run", false, "only show what would change")
	return cmd
}

// reextract prints what becomes of the items, and how many they were.
func (a *app) reextract(ctx context.Context, c *client, order reextraction) error {
	p, changed, unread, unkept := newPrinter(a.out), 0, 0, 0
	far := newProgress(a.errOut, "reading kept pages")
	defer far.end()
	err := ask(ctx, c, "/reextract", order, func(ch change) error {
		far.clear()
		switch {
		case ch.Unkept > 0:
			unkept += ch.Unkept
		case ch.Unread != "":
			unread++
			p.line("%s  %s: not read anew: %s", p.paint(bold, visible(ch.Headline)), p.paint(dim, visible(ch.URL)), visible(ch.Unread))
		default:
			changed++
			ch.print(p)
		}
		return nil
	}, far.show)
	if err != nil {
		return interruptedBy(ctx, err, far.said()+"; nothing was written")
	}
	far.end()
	written := "written"
	if order.DryRun {
		written = "not written"
	}
	p.line("%s changed, %s", count(changed, "item"), written)
	if unread > 0 {
		p.line("%s could not be read anew", count(unread, "item"))
	}
	if unkept > 0 {
		p.line("%s stay as they are, since their pages are not kept any more (see retention) or never were", count(unkept, "item"))
	}
	return nil
}

func (ch change) print(p *printer) {
	p.line("%s  %s", p.paint(bold, visible(ch.Headline)), p.paint(dim, visible(ch.URL)))
	for _, f := range ch.Fields {
		before, after := excerpts(f.Before, f.After, p.width-20)
		p.line("  %s %s", pad(f.Name+":", 14), p.paint(red, "- "+visible(before)))
		p.line("  %s %s", pad("", 14), p.paint(green, "+ "+visible(after)))
	}
}

// excerpts are two texts cut to a width, around where they begin to differ.
func excerpts(before, after string, width int) (string, string) {
	b, a := []rune(news.Squash(before)), []rune(news.Squash(after))
	same := 0
	for same < min(len(b), len(a)) && b[same] == a[same] {
		same++
	}
	const context = 20
	if from := same - context; from > 0 && max(len(b), len(a)) > width {
		return cut("…"+string(b[from:]), width), cut("…"+string(a[from:]), width)
	}
	return cut(string(b), width), cut(string(a), width)
}

// reextract shows all changes before it writes the first one.
func (c *core) reextract(r *http.Request, s *stream) error {
	order, err := asked[reextraction](r)
	if err != nil {
		return err
	}
	if len(order.Sources) == 0 {
		order.Sources = c.config().SourceNames()
	}
	if order.DryRun {
		return c.reread(r, s, order)
	}
	return c.crawler.Alone(r.Context(), c.hostsOf(order.Sources), func(ctx context.Context) error {
		return c.reread(r.WithContext(ctx), s, order)
	})
}

// reread reads the kept pages of sources, which nobody visits meanwhile.
func (c *core) reread(r *http.Request, s *stream, order reextraction) error {
	var drafts []news.Draft
	kept := map[string]bool{} // by canonical address
	for page, err := range c.store.RawPages(telling(r, s, "reading kept pages", false), order.Sources...) {
		if err != nil {
			return err
		}
		src, ok := c.config().Source(page.Source)
		if !ok {
			continue // it left the configuration meanwhile
		}
		kept[news.Canonical(page.URL)] = true
		ch, err := c.readAgain(r.Context(), src, page.RawPage)
		if err != nil {
			return err
		}
		if ch == nil {
			continue
		}
		if err := s.value(ch); err != nil {
			return err
		}
		if ch.Unread == "" {
			drafts = append(drafts, news.Draft{Item: *ch.item, Canonical: news.Canonical(page.URL), Reread: true})
		}
	}
	for _, name := range order.Sources {
		unkept, err := c.without(r.Context(), name, kept)
		if err != nil {
			return err
		}
		if unkept > 0 {
			if err := s.value(change{Source: name, Unkept: unkept}); err != nil {
				return err
			}
		}
	}
	if order.DryRun || len(drafts) == 0 {
		return nil
	}
	_, err := c.store.Commit(r.Context(), news.Report{Drafts: drafts})
	return err
}

// hostsOf are the hosts of sources, each once.
func (c *core) hostsOf(sources []string) (hosts []string) {
	for _, name := range sources {
		if src, ok := c.config().Source(name); ok {
			hosts = append(hosts, src.Host())
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// itemStep is how many items are asked for at once.
const itemStep = 500

// without counts the items of a source whose page is not among the kept ones,
// which are given by canonical address.
func (c *core) without(ctx context.Context, source string, kept map[string]bool) (n int, err error) {
	q := news.Query{All: [][]news.Term{{{Facet: news.Source, Value: source}}}, BySeq: true, Heads: true, Limit: itemStep}
	for {
		items, err := c.store.Items(ctx, q)
		if err != nil {
			return 0, err
		}
		for _, it := range items {
			if !kept[news.Canonical(it.URL)] {
				n++
			}
		}
		if len(items) < itemStep {
			return n, nil
		}
		q.After = items[len(items)-1].Seq
	}
}

// readAgain is what an item becomes when its page is read under the present
// rules, or why it could not be read; nil where nothing changes.
func (c *core) readAgain(ctx context.Context, src config.Source, page news.RawPage) (*change, error) {
	heads, err := c.store.Known(ctx, []string{news.Canonical(page.URL)})
	if err != nil {
		return nil, err
	}
	head, ok := heads[news.Canonical(page.URL)]
	if !ok || head.ID == "" || !head.Withdrawn.IsZero() {
		return nil, nil
	}
	old, err := c.store.Item(ctx, head.ID)
	if errors.Is(err, news.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	it, unread := c.readKept(src, page, old)
	if unread != "" {
		return &change{Source: src.Name, URL: old.URL, Headline: old.Headline, Unread: unread}, nil
	}
	const most = 100
	it.Tags, it.Attachments = it.Tags[:min(len(it.Tags), most)], it.Attachments[:min(len(it.Attachments), most)]
	it.KeepSizes(old)
	it.URL, it.Sources, it.NoIndex = old.URL, []string{src.Name}, old.NoIndex
	fields := diff(old, it)
	if len(fields) == 0 {
		return nil, nil
	}
	return &change{Source: src.Name, URL: old.URL, Headline: old.Headline, Fields: fields, item: &it}, nil
}

// readKept reads the report of a kept page that was old once, or tells why it
// cannot be read.
func (c *core) readKept(src config.Source, page news.RawPage, old news.Item) (it news.Item, unread string) {
	now := c.crawler.Clock.Now()
	ahead := func(m news.Moment) bool { return m.Time.After(now.Add(48 * time.Hour)) }
	// What the listing once said stands in for what the page does not say.
	listed := extract.Entry{
		URL:       page.URL,
		Headline:  old.Headline,
		Published: old.Published,
		Place:     old.Place,
		Kicker:    old.Kicker,
		Teaser:    old.Teaser,
		Image:     old.Image,
	}
	if ahead(listed.Published) {
		listed.Published = news.Moment{}
	}
	kept := extract.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Fetched: page.Fetched}
	if !store.Plausible(kept.Fetched, now) {
		kept.Fetched = time.Time{} // what the page means by "yesterday" cannot be told, what it prints can
	}
	understood := false
	err := extract.Guard(func() error {
		doc, err := extract.Parse(kept, src.ExtractOptions())
		if err != nil || doc.Obstacle() != extract.NoObstacle {
			return err
		}
		it, understood = doc.Article(&listed).Item, true
		return nil
	})
	switch {
	case err != nil:
		return it, err.Error()
	case !understood:
		return it, "the kept page holds no report"
	case it.Headline == "":
		return it, "no headline was found on the kept page"
	}
	if ahead(it.Published) {
		it.Published = listed.Published
	}
	return it, ""
}

// diff names the fields that a reader would see change.
func diff(a, b news.Item) []fieldDiff {
	text := func(it news.Item) map[string]string {
		return map[string]string{
			"headline": it.Headline, "kicker": it.Kicker, "place": it.Place, "teaser": it.Teaser, "body": it.BodyText,
			"published": it.Published.String(), "byline": it.Byline, "tags": strings.Join(it.Tags, ", "),
			"attachments": attachmentsText(it), "image": it.Image, "image_credit": it.ImageCredit,
		}
	}
	before, after := text(a), text(b)
	names := news.MaterialChanges(a, b)
	for _, name := range []string{"tags", "image", "image_credit"} {
		if before[name] != after[name] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var fields []fieldDiff
	for _, name := range names {
		fields = append(fields, fieldDiff{name, before[name], after[name]})
	}
	return fields
}

func attachmentsText(it news.Item) string {
	var urls []string
	for _, at := range it.Attachments {
		urls = append(urls, at.URL)
	}
	return strings.Join(urls, " ")
}
