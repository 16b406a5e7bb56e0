// Package decide holds the rules of identity: which draft is which item, what
// of it has changed, what looks like a flood of old news, and who told a story
// first.
//
// It neither reads nor writes. A report of a visit and an Archive to look
// things up in go in; Changes come out, which whoever keeps the archive
// applies. Every archive decides by it, so no rule is written twice.
package decide

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// An Archive is what has to be known of the items to decide. What it returns
// is the caller's to change.
type Archive interface {
	Name(Name) (seq uint64, err error)                                        // the item that a name leads to; 0: none
	Head(seq uint64) (*Head, error)                                           // nil: there is none
	Content(seq uint64) (Content, error)                                      // the body of an item; empty where it has none
	Titled(source string, headline uint64, most int) (seqs []uint64, e error) // a source's items with a headline (its hash)
	Like(Recent) ([]Recent, error)                                            // recent items alike, see Latest.Like
	Retold(id string) (bool, error)                                           // whether items repeat the story that an item told first
	Source(name string) (Source, error)                                       // what is known of a source
	Owned(source string) (bool, error)                                        // whether a source looks after its items: it is configured, or unknown
	Held(canonical string) (since time.Time, held bool, err error)            // since when a draft is held back
}

// A Source is what deciding needs to know of one.
type Source struct {
	Known       bool // it was visited before
	LastSuccess time.Time
	Items       int       // not withdrawn
	Oldest      time.Time // Shown of its oldest item; zero: it has none
}

// A Report is the drafts that one visit brought home.
type Report struct {
	Source  string
	Entries int // of the listing
	Drafts  []*Draft
	Met     []news.Draft // as the visit met them, with all aliases
}

// Changes are what a report does to an archive. They are to be applied all or
// not at all, each list in its order.
type Changes struct {
	Items []Change
	Names []NameChange
	Held  []HeldChange
	Told  news.Committed // what became of the drafts, without Seq
	Added int            // how many items are new
}

// Fresh is the Seq of the first new item of a call of Decide until the archive
// gives it its own; that of the next one is one more.
const Fresh uint64 = 1 << 63

// A Change is an item that comes or changes. It may turn out that old and new
// are written alike; then there is nothing to do.
type Change struct {
	Old, New *Head
	Draft    *Draft         // of a new item; nil for others
	Content  *Content       // its new body; nil: as it was
	Earlier  *news.Revision // its former content, where that is to be kept; the archive numbers it
	Reworded bool           // its words may have changed
	Remember bool           // it is to be found among the recent items
}

// A NameChange makes a name lead to an item; Seq 0: to none.
type NameChange struct {
	Name Name
	Seq  uint64
}

// A HeldChange holds a draft back since a moment; without a draft it ends that.
type HeldChange struct {
	Canonical string
	Source    string
	Since     time.Time
	Draft     *news.Draft
}

// maxWork bounds how many bytes of kept bodies a report may have read to be
// compared; beyond it signatures decide alone.
const maxWork = 8 << 20

// A picture is the archive as the drafts decided so far have left it.
type picture struct {
	Archive
	now      time.Time
	changes  *Changes
	names    map[Name]uint64
	heads    map[uint64]*Head
	contents map[uint64]Content
	texts    map[uint64]*Text // as compared
	held     map[string]bool
	added    recents
	fresh    uint64 // Seq of the next new item
	work     int    // what may still be read to compare
	err      error  // the first of the archive's; decisions after it are void
}

// Decide tells what each of some reports changes in an archive, at a moment in
// full seconds; each meets what those before it changed. The oldest drafts of a
// report come first, so that Seq grows as the town published.
func Decide(ctx context.Context, a Archive, now time.Time, reports ...Report) ([]*Changes, error) {
	out := make([]*Changes, len(reports))
	var p *picture
	for i, r := range reports {
		out[i] = &Changes{Told: news.Committed{Source: r.Source}}
		if len(r.Drafts) == 0 {
			continue // most visits find nothing new
		}
		if p == nil {
			p = newPicture(a, now)
		}
		p.changes = out[i]
		if err := p.report(ctx, r); err != nil {
			return nil, fmt.Errorf("source %q: %w", r.Source, err)
		}
	}
	return out, nil
}

func newPicture(a Archive, now time.Time) *picture {
	return &picture{
		Archive: a, now: now, work: maxWork, fresh: Fresh,
		names: map[Name]uint64{}, heads: map[uint64]*Head{}, contents: map[uint64]Content{},
		texts: map[uint64]*Text{}, held: map[string]bool{},
	}
}

func (p *picture) report(ctx context.Context, r Report) error {
	b := p.batch(r)
	order := slices.Clone(r.Drafts)
	slices.SortStableFunc(order, func(x, y *Draft) int {
		return cmp.Or(b.shown(x).Compare(b.shown(y)), cmp.Compare(y.Position, x.Position))
	})
	for _, d := range order {
		if p.err == nil {
			p.draft(d, b)
		}
		if p.err != nil {
			return fmt.Errorf("%s: %w", d.Canonical, p.err)
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
	}
	return p.err
}

func (p *picture) draft(d *Draft, b *batch) {
	d.looked = false // another draft may have added some since
	h, moved := p.resolve(d, b)
	told := &p.changes.Told
	switch {
	case p.err != nil:
	case h == nil && d.Withdrawn:
		p.unhold(d)
	case h == nil && b.flood[d]:
		p.hold(d)
	case h == nil:
		p.add(d, b)
	case h.Forgotten:
	case d.Withdrawn && h.Withdrawn.IsZero():
		next := *h
		next.Withdrawn, next.Changed = p.now, p.now
		p.change(Change{Old: h, New: &next})
		told.Withdrawn = append(told.Withdrawn, h.ID)
	case d.Withdrawn:
	default:
		p.refresh(h, d, moved)
	}
}

// add makes a new item.
func (p *picture) add(d *Draft, b *batch) {
	h := &Head{Item: d.Item, Canonical: d.Canonical}
	h.sign(d.Text, d.Item)
	h.Seq = p.fresh
	p.fresh++
	p.changes.Added++
	id := p.mint(h, d)
	h.Sources = SourcesOf(d)
	h.FirstSeen, h.Shown = p.now, b.shown(d)
	if h.Backfilled = d.Backfill; d.Backfill {
		h.FirstSeen = h.Shown
	}
	h.Changed, h.Withdrawn, h.Revisions = h.FirstSeen, time.Time{}, 0
	h.Story = p.story(h, d)
	p.putNames(h, d.Name, id)
	p.addAliases(h, d.Aliases)
	p.unhold(d)
	p.texts[h.Seq] = d.Text
	p.change(Change{New: h, Draft: d, Content: &Content{d.Item.BodyText, d.Item.BodyHTML}, Reworded: true, Remember: true})
	p.changes.Told.Added = append(p.changes.Told.Added, h.ID)
}

// SourcesOf are the sources that a draft names, the visited one first.
func SourcesOf(d *Draft) []string {
	out := make([]string, 0, 1+len(d.Item.Sources))
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	add(d.Source)
	for _, name := range d.Item.Sources {
		add(name)
	}
	return out
}

// change notes a change, so that the drafts after it meet the item as it is then.
func (p *picture) change(c Change) {
	p.changes.Items = append(p.changes.Items, c)
	p.heads[c.New.Seq] = c.New
	if c.Content != nil {
		p.contents[c.New.Seq] = *c.Content
	}
	if c.Draft == nil && c.Reworded {
		delete(p.texts, c.New.Seq)
	}
	if c.Remember || c.Old != nil && c.Old.Headline != c.New.Headline {
		p.added.add(c.recent())
	}
}

// recent is how the changed item is found among the recent ones.
func (c *Change) recent() Recent {
	if c.Draft != nil {
		return Recent{c.New.Seq, c.Draft.Headline, c.New.Minhash, c.New.Signature}
	}
	return c.New.Recent()
}

// note keeps the first error of the archive.
func (p *picture) note(err error) {
	if p.err == nil {
		p.err = err
	}
}

// name is the item that a name leads to; 0: none.
func (p *picture) name(n Name) uint64 {
	if seq, changed := p.names[n]; changed {
		return seq
	}
	seq, err := p.Name(n)
	p.note(err)
	return seq
}

// lead makes a name lead to an item; 0: to none.
func (p *picture) lead(n Name, seq uint64) {
	p.names[n] = seq
	p.changes.Names = append(p.changes.Names, NameChange{n, seq})
}

// head is a copy of an item's head; nil: there is none.
func (p *picture) head(seq uint64) *Head {
	if h := p.heads[seq]; h != nil {
		own := *h
		return &own
	}
	if seq == 0 || seq >= Fresh {
		return nil
	}
	h, err := p.Head(seq)
	p.note(err)
	return h
}

// lookup is the head that a name leads to; nil: none.
func (p *picture) lookup(n Name) *Head { return p.head(p.name(n)) }

func (p *picture) content(seq uint64) Content {
	if c, changed := p.contents[seq]; changed || seq >= Fresh {
		return c
	}
	c, err := p.Content(seq)
	p.note(err)
	return c
}

// full is an item with its body.
func (p *picture) full(h *Head) news.Item {
	it, c := h.Item, p.content(h.Seq)
	it.BodyText, it.BodyHTML = c.Text, c.HTML
	return it
}

// retold reports whether items repeat the story that an item told first.
func (p *picture) retold(id string) bool {
	for _, h := range p.heads {
		if h.Story == id {
			return true
		}
	}
	retold, err := p.Retold(id)
	p.note(err)
	return retold
}

func (p *picture) source(name string) Source {
	src, err := p.Source(name)
	p.note(err)
	return src
}

// mint gives a new item its id. It is the name of its address unless the
// address was an alias of another item before. It returns the id's name.
func (p *picture) mint(h *Head, d *Draft) Name {
	h.ID = d.Name.ID()
	name := d.Name
	for n := 2; p.err == nil && (p.name(name) != 0 || p.name(Spare(h.ID)) != 0); n++ {
		h.ID = news.MintID(fmt.Sprintf("%s#stadtfeed-%d", d.Canonical, n))
		name = NameOfID(h.ID)
	}
	return name
}

// words are those of a folded text.
func words(text string) []string { return strings.Fields(news.Fold(text)) }
