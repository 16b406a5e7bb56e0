package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
	"github.com/stadtfeed/stadtfeed/store/export"
)

// Export writes everything that the archive holds at one moment as JSON Lines
// (see package export). withRaw includes the pages as they were fetched.
func (s *Store) Export(ctx context.Context, w io.Writer, withRaw bool) error {
	return s.reading(ctx, func(l look) error {
		var first export.Archive
		if err := l.q.QueryRow(ctx, "select generation, seq from state").Scan(&first.Generation, &first.Seq); err != nil {
			return err
		}
		out, err := export.NewWriter(w, first)
		if err != nil {
			return err
		}
		e := exporting{l, out}
		parts := []func() error{e.sources, e.items, e.facets, e.pages, e.visits, e.health, e.held, e.saved, e.subscribers, e.marks}
		if withRaw {
			parts = append(parts, e.raw)
		}
		for _, part := range parts {
			if err := part(); err != nil {
				return fmt.Errorf("export: %w", err)
			}
		}
		return out.Close()
	})
}

// An exporting writes the parts of an export.
type exporting struct {
	look
	out *export.Writer
}

// each writes a line for every row of a statement.
func (e exporting) each(into []any, line func() (export.Line, error), sql string, args ...any) error {
	rows, err := e.q.Query(e.ctx, sql, args...)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, into, func() error {
		l, err := line()
		if err != nil {
			return err
		}
		return e.out.Write(l)
	})
	return err
}

func (e exporting) sources() error {
	var data []byte
	var configured bool
	return e.each([]any{&data, &configured}, func() (export.Line, error) {
		src := &export.Source{Configured: configured}
		return export.Line{Source: src}, json.Unmarshal(data, &src.SourceState)
	}, `select state, configured from sources order by name collate "C"`)
}

// items writes the items by Seq, some at a time.
func (e exporting) items() error {
	v := verifying{look: e.look}
	for after := uint64(0); ; {
		heads, err := v.heads(after)
		if err != nil || len(heads) == 0 {
			return errors.Join(append(v.faults, err)...)
		}
		for _, h := range heads {
			after = h.Seq
			it := &export.Item{Item: h.Item, Canonical: h.Address(), Aliases: h.Aliases, Forgotten: h.Forgotten}
			if err := e.body(&it.Item); err != nil {
				return err
			}
			if it.Earlier, err = e.revisions(h.Seq); err != nil {
				return err
			}
			if err := e.out.Write(export.Line{Item: it}); err != nil {
				return err
			}
		}
	}
}

func (e exporting) facets() error {
	var f export.Facet
	return e.each([]any{(*string)(&f.Kind), &f.Slug, &f.Name}, func() (export.Line, error) {
		one := f
		return export.Line{Facet: &one}, nil
	}, `select kind, slug, name from facets where items > 0 and kind <> $1 order by kind, slug collate "C"`, string(news.Source))
}

func (e exporting) pages() error {
	var data []byte
	return e.each([]any{&data}, func() (export.Line, error) {
		p := new(news.PageState)
		return export.Line{Page: p}, json.Unmarshal(data, p)
	}, `select page from pages order by address collate "C"`)
}

func (e exporting) visits() error {
	var data []byte
	return e.each([]any{&data}, func() (export.Line, error) {
		v := new(news.Visit)
		return export.Line{Visit: v}, json.Unmarshal(data, v)
	}, `select visit from visits order by source collate "C", number`)
}

func (e exporting) health() error {
	var data []byte
	var number uint64
	return e.each([]any{&number, &data}, func() (export.Line, error) {
		c := &export.Change{Number: number}
		return export.Line{Change: c}, json.Unmarshal(data, &c.HealthChange)
	}, "select number, change from health order by number")
}

// held writes the held drafts by their addresses, which a store on a file has as
// their keys.
func (e exporting) held() error {
	var data []byte
	var h news.HeldDraft
	return e.each([]any{&h.Source, &h.Since, &data}, func() (export.Line, error) {
		one := &news.HeldDraft{Source: h.Source, Since: h.Since.UTC()}
		return export.Line{Held: one}, json.Unmarshal(data, &one.Draft)
	}, `select source, since, draft from held order by draft->>'Canonical' collate "C"`)
}

func (e exporting) saved() error {
	var one news.SavedSearch
	return e.each([]any{&one}, func() (export.Line, error) {
		search := one
		one = news.SavedSearch{}
		return export.Line{Saved: &search}, nil
	}, `select search from saved order by id collate "C"`)
}

func (e exporting) subscribers() error {
	var one news.Subscriber
	return e.each([]any{&one}, func() (export.Line, error) {
		subscriber := one
		one = news.Subscriber{}
		return export.Line{Subscriber: &subscriber}, nil
	}, `select subscriber from subscribers order by id collate "C"`)
}

func (e exporting) marks() error {
	var m export.Mark
	return e.each([]any{&m.Name, &m.Value}, func() (export.Line, error) {
		one := m
		return export.Line{Mark: &one}, nil
	}, `select name, value from marks where not starts_with(name, $1) and not starts_with(name, $2)
		order by name collate "C"`, opinions, importing)
}

func (e exporting) raw() error {
	var data []byte
	return e.each([]any{&data}, func() (export.Line, error) {
		p := new(news.RawPage)
		return export.Line{Raw: p}, unpack(data, p)
	}, `select page from raw order by address collate "C"`)
}

// Marks that tell how far an import is that was broken off.
const (
	importing    = "import/"
	importedName = importing + "name"
	importedDone = importing + "done"
)

// Import reads what Export wrote into an archive that holds no items yet. It
// returns how many items it read. Where the export is refused the archive stays
// empty: see export.Open.
//
// An import that was broken off goes on where it was when it is given the same
// file again.
func (s *Store) Import(ctx context.Context, r io.Reader, incomplete bool) (n int, err error) {
	var high uint64
	if err := s.pool.QueryRow(ctx, "select seq from state").Scan(&high); err != nil {
		return 0, unwritable(err)
	}
	begun, err := s.Marks(ctx, importing)
	if err != nil {
		return 0, err
	}
	if high > 0 && len(begun) == 0 {
		return 0, errors.New("the database holds items already: import needs a new archive")
	}
	file, err := export.Open(ctx, r, "", incomplete)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	name := file.Name >> 1 // the database has no higher numbers
	if len(begun) > 0 && begun[importedName] != name {
		return 0, errors.New("the database holds a part of another export, whose import was broken off: " +
			"import that one again, or begin a new archive")
	}
	return file.Each(ctx, int(begun[importedDone]), func(lines []export.Line, number int) error { //nolint:gosec // that we wrote
		return s.changing(ctx, func(c *commit) error {
			for i, l := range lines {
				if err := c.line(l); err != nil {
					return fmt.Errorf("line %d: %w", number+i, err)
				}
			}
			if done := number + len(lines) - 1; done < file.Lines {
				return setMarks(ctx, c.tx, map[string]uint64{importedName: name, importedDone: uint64(done)}) //nolint:gosec // a count
			}
			c.generation, c.shown = max(file.First.Generation, 1)-1, true // finish adds one
			return setMarks(ctx, c.tx, map[string]uint64{importedName: 0, importedDone: 0})
		})
	})
}

// line writes one line of an export.
func (c *commit) line(l export.Line) error {
	switch {
	case l.Archive != nil:
		c.seq = l.Archive.Seq
	case l.Source != nil:
		if err := putSource(c.ctx, c.tx, l.Source.SourceState, l.Source.Configured); err != nil {
			return err
		}
		return reschedule(c.ctx, c.tx, []string{l.Source.Host})
	case l.Item != nil:
		return c.item(l.Item)
	case l.Facet != nil:
		return c.exec("update facets set name = $3 where kind = $1 and slug = $2", string(l.Facet.Kind), l.Facet.Slug, l.Facet.Name)
	case l.Page != nil:
		return c.page(*l.Page)
	case l.Raw != nil:
		return c.raw(*l.Raw)
	case l.Visit != nil:
		return c.visit(*l.Visit)
	case l.Change != nil:
		return c.healthChange(l.Change.HealthChange, l.Change.Number)
	case l.Held != nil:
		return c.hold(decide.HeldChange{
			Canonical: l.Held.Draft.Canonical,
			Draft:     &l.Held.Draft,
			Source:    l.Held.Source,
			Since:     l.Held.Since,
		})
	case l.Saved != nil:
		return saveSearch(c.ctx, c.tx, *l.Saved)
	case l.Subscriber != nil:
		return saveSubscriber(c.ctx, c.tx, *l.Subscriber)
	case l.Mark != nil:
		return c.exec("insert into marks (name, value) values ($1, $2)", l.Mark.Name, l.Mark.Value)
	}
	return nil
}

// item writes an item with what leads to it.
func (c *commit) item(l *export.Item) error {
	if l.ID == "" || l.Seq == 0 {
		return fmt.Errorf("item %q: id or seq is missing", l.ID)
	}
	c.seq = max(c.seq, l.Seq)
	h := &decide.Head{Item: l.Item, Canonical: l.Canonical, Aliases: l.Aliases, Forgotten: l.Forgotten}
	if !h.Forgotten {
		h.Sign()
	}
	if err := c.importNames(h); err != nil {
		return err
	}
	for _, r := range l.Earlier {
		data, err := pack(r)
		if err != nil {
			return err
		}
		if err := c.exec("insert into revisions (seq, number, revision) values ($1, $2, $3)", h.Seq, r.Number, data); err != nil {
			return err
		}
	}
	if err := c.body(h.Seq, decide.Content{Text: h.BodyText, HTML: h.BodyHTML}); err != nil {
		return err
	}
	if err := c.head(nil, h); err != nil || h.Forgotten {
		return err
	}
	if h.Shown.After(c.now.Add(-2 * decide.StoryWindow)) {
		if err := c.remember(h); err != nil {
			return err
		}
	}
	return c.words(h)
}

// importNames makes an item's address, id and aliases lead to it.
func (c *commit) importNames(h *decide.Head) error {
	id, address := decide.NameOfID(h.ID), decide.NameOf(h.Address())
	l := look{c.ctx, c.tx}
	other, err := l.Name(address)
	if err != nil {
		return err
	}
	if other != 0 { // an item whose id was minted from this address is found by its spare name
		if first, err := l.Head(other); err != nil {
			return err
		} else if first != nil && decide.NameOfID(first.ID) == address {
			if err := c.name(decide.NameChange{Name: decide.Spare(first.ID)}, other); err != nil {
				return err
			}
		}
	}
	if id != address {
		if taken, err := l.Name(id); err != nil {
			return err
		} else if taken != 0 {
			id = decide.Spare(h.ID)
		}
	}
	names := []decide.Name{address, id}
	for _, alias := range h.Aliases {
		names = append(names, decide.NameOf(alias))
	}
	for _, name := range names {
		if err := c.name(decide.NameChange{Name: name}, h.Seq); err != nil {
			return err
		}
	}
	return nil
}
