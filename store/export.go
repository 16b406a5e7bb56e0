package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"path/filepath"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
	"github.com/stadtfeed/stadtfeed/store/export"
)

// exportStep is how many records are read in one transaction: none is open
// while the reader of an export is slow.
const exportStep = 200

// Export writes everything that the archive holds as JSON Lines (see package
// export); what can be computed again (indexes, counts) is left out. withRaw
// includes the pages as they were fetched.
func (s *Store) Export(ctx context.Context, w io.Writer, withRaw bool) error {
	var first export.Archive
	err := s.view(func(t *txn) error {
		first = export.Archive{Generation: t.number(keyGeneration), Seq: t.bucket(items).Sequence()}
		return nil
	})
	if err != nil {
		return err
	}
	out, err := export.NewWriter(w, first)
	if err != nil {
		return err
	}
	parts := []iter.Seq2[export.Line, error]{s.lines(ctx, sources), s.lines(ctx, items), s.facetLines(ctx), s.lines(ctx, pages),
		s.visitLines(ctx), s.lines(ctx, health), s.lines(ctx, held), s.lines(ctx, saved), s.lines(ctx, subscribed), s.markLines(ctx)}
	if withRaw {
		parts = append(parts, s.lines(ctx, raw))
	}
	for _, lines := range parts {
		for l, err := range lines {
			if err != nil {
				return fmt.Errorf("export: %w", err)
			}
			if err := out.Write(l); err != nil {
				return err
			}
		}
	}
	return out.Close()
}

// facetLines are how tags and places are written.
func (s *Store) facetLines(ctx context.Context) iter.Seq2[export.Line, error] {
	return func(yield func(export.Line, error) bool) {
		for _, kind := range []news.Facet{news.Place, news.Tag} {
			counts, err := s.Counts(ctx, kind)
			for _, c := range counts {
				if !yield(export.Line{Facet: &export.Facet{Kind: kind, Slug: c.Slug, Name: c.Name}}, nil) {
					return
				}
			}
			if err != nil && !yield(export.Line{}, err) {
				return
			}
		}
	}
}

// visitLines are the visits of each source in their order.
func (s *Store) visitLines(ctx context.Context) iter.Seq2[export.Line, error] {
	return func(yield func(export.Line, error) bool) {
		names, err := s.visited()
		if err != nil {
			yield(export.Line{}, err)
			return
		}
		for _, name := range names {
			visits, err := s.Visits(ctx, name, keptVisits)
			if err != nil {
				yield(export.Line{}, err)
				return
			}
			for _, v := range slices.Backward(visits) {
				if !yield(export.Line{Visit: &v}, nil) {
					return
				}
			}
		}
	}
}

// visited are the sources that have visits.
func (s *Store) visited() (names []string, err error) {
	err = s.view(func(t *txn) error {
		c := t.bucket(visits).Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if isNumber(visits, k) {
				names = append(names, string(k[:len(k)-1]))
			}
		}
		return nil
	})
	return names, err
}

// markLines are the marks.
func (s *Store) markLines(ctx context.Context) iter.Seq2[export.Line, error] {
	return func(yield func(export.Line, error) bool) {
		marks, err := s.Marks(ctx, "")
		if err != nil {
			yield(export.Line{}, err)
			return
		}
		for _, name := range slices.Sorted(maps.Keys(marks)) {
			if !yield(export.Line{Mark: &export.Mark{Name: name, Value: marks[name]}}, nil) {
				return
			}
		}
	}
}

// lines are the records of a bucket as lines, read in steps.
func (s *Store) lines(ctx context.Context, b bucket) iter.Seq2[export.Line, error] {
	return func(yield func(export.Line, error) bool) {
		for key := []byte(nil); ; {
			var step []export.Line
			err := s.view(func(t *txn) error {
				c := t.bucket(b).Cursor()
				k, v := c.Seek(key)
				for ; k != nil && len(step) < exportStep; k, v = c.Next() {
					l, err := t.line(b, k, v)
					if err != nil {
						return err
					}
					if l != nil {
						step = append(step, *l)
					}
				}
				if k != nil && bytes.Compare(k, key) <= 0 {
					return fmt.Errorf("%w: key %x stands after %x", ErrDamaged, k, key)
				}
				key = bytes.Clone(k)
				return ended(ctx)
			})
			if err != nil {
				yield(export.Line{}, err)
				return
			}
			for _, l := range step {
				if !yield(l, nil) {
					return
				}
			}
			if key == nil {
				return
			}
		}
	}
}

func (t *txn) line(b bucket, k, v []byte) (*export.Line, error) {
	payload, err := unseal(b, k, v)
	if err != nil {
		return nil, err
	}
	l := &export.Line{}
	switch b {
	case items:
		l.Item, err = t.itemLine(tailSeq(k))
	case pages:
		var p news.PageState
		p, err = decodePage(payload)
		l.Page = &p
	case raw:
		var p news.RawPage
		p, err = decodeRaw(payload)
		l.Raw = &p
	case sources:
		var r sourceRecord
		r, err = decodeSource(payload)
		l.Source = &export.Source{SourceState: r.SourceState, Configured: r.Configured}
	case health:
		l.Change = &export.Change{Number: binary.BigEndian.Uint64(k)}
		err = json.Unmarshal(payload, l.Change)
	case held:
		l.Held = &news.HeldDraft{}
		err = json.Unmarshal(payload, l.Held)
	case saved:
		l.Saved = &news.SavedSearch{}
		err = json.Unmarshal(payload, l.Saved)
	case subscribed:
		l.Subscriber = &news.Subscriber{}
		err = json.Unmarshal(payload, l.Subscriber)
	}
	return l, err
}

func (t *txn) itemLine(seq uint64) (*export.Item, error) {
	h, err := t.head(seq)
	if err != nil {
		return nil, err
	}
	l := &export.Item{Item: h.Item, Canonical: h.Address(), Aliases: h.Aliases, Forgotten: h.Forgotten}
	if err := t.body(&l.Item); err != nil {
		return nil, err
	}
	l.Earlier, err = t.revisions(seq)
	return l, err
}

// Import reads what Export wrote into an archive that holds no items yet. It
// returns how many items it read. Where the export is refused the archive stays
// empty: see export.Open.
//
// An import that was broken off, also by a kill, goes on where it was when it is
// given the same file again.
func (s *Store) Import(ctx context.Context, r io.Reader, incomplete bool) (n int, err error) {
	var high, begun, done uint64
	err = s.view(func(t *txn) error {
		high, begun, done = t.bucket(items).Sequence(), t.number(keyImport), t.number(keyImported)
		return nil
	})
	if err != nil {
		return 0, err
	}
	if high > 0 && begun == 0 {
		return 0, fmt.Errorf("%s holds items already: import needs a new archive", s.path)
	}
	file, err := export.Open(ctx, r, filepath.Dir(s.path), incomplete)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if begun != 0 && begun != file.Name {
		return 0, fmt.Errorf("%s holds a part of another export, whose import was broken off: "+
			"import that one again, or begin a new archive", s.path)
	}
	return file.Each(ctx, int(done), func(step []export.Line, number int) error { //nolint:gosec // that we wrote
		return s.importStep(ctx, step, number, file)
	})
}

// importStep reads some lines, the first of which has a number, in one
// transaction, and notes how far the import is.
func (s *Store) importStep(ctx context.Context, step []export.Line, number int, file *export.File) error {
	return s.update(func(t *txn) error {
		for i, l := range step {
			if err := t.importLine(l); err != nil {
				return fmt.Errorf("line %d: %w", number+i, err)
			}
		}
		done := number + len(step) - 1
		if done < file.Lines {
			noted := t.setNumber(keyImported, uint64(done)) //nolint:gosec // a count
			return errors.Join(t.setNumber(keyImport, file.Name), noted, ended(ctx))
		}
		if g := file.First.Generation; g > 0 {
			t.shown, t.replaced = true, true
			if err := t.setNumber(keyGeneration, g-1); err != nil { // the transaction adds one
				return err
			}
		}
		return errors.Join(t.delete(meta, keyImport), t.delete(meta, keyImported), ended(ctx))
	})
}

func (t *txn) importLine(l export.Line) error {
	switch {
	case l.Archive != nil:
		return t.bucket(items).SetSequence(l.Archive.Seq)
	case l.Source != nil:
		return t.putSource(sourceRecord{l.Source.SourceState, l.Source.Configured})
	case l.Item != nil:
		return t.importItem(l.Item)
	case l.Page != nil:
		return t.putPage(preparePage(*l.Page))
	case l.Raw != nil:
		return t.putRaw(prepareRaw(*l.Raw))
	case l.Visit != nil:
		return t.putVisit(*l.Visit)
	case l.Change != nil:
		if n := l.Change.Number; n > 0 {
			if err := t.bucket(health).SetSequence(n - 1); err != nil {
				return err
			}
		}
		return t.putHealthChange(l.Change.HealthChange)
	case l.Facet != nil:
		return t.respell(*l.Facet)
	case l.Mark != nil:
		return t.setNumber([]byte(markPrefix+l.Mark.Name), l.Mark.Value)
	case l.Held != nil:
		return t.putJSON(held, []byte(l.Held.Draft.Canonical), l.Held, packed)
	case l.Saved != nil:
		return t.putSearch(*l.Saved)
	case l.Subscriber != nil:
		return t.putSubscriber(*l.Subscriber)
	}
	return nil
}

// respell writes a value as it was written before.
func (t *txn) respell(f export.Facet) error {
	if err := t.writeCounts(); err != nil { // of the items before
		return err
	}
	key := countKey(f.Kind, f.Slug)
	c, err := t.tally(key)
	if err != nil || c.Items == 0 || c.Name == f.Name {
		return err
	}
	c.Name = f.Name
	return t.putRecord(counts, []byte(key), c.encode(), plain)
}

func (t *txn) importItem(l *export.Item) error {
	if l.ID == "" || l.Seq == 0 || t.get(items, seqKey(l.Seq)) != nil {
		return fmt.Errorf("item %q: seq %d is missing or given twice", l.ID, l.Seq)
	}
	h := &head{Head: decide.Head{Item: l.Item, Canonical: l.Canonical, Aliases: l.Aliases, Forgotten: l.Forgotten}}
	if h.Canonical == "" {
		h.Canonical = news.Canonical(h.URL)
	}
	if !h.Forgotten {
		h.Sign()
	}
	if err := t.importNames(h); err != nil {
		return err
	}
	for _, key := range aliasKeys(h) {
		if err := t.putRecord(names, key, seqKey(h.Seq), plain); err != nil {
			return err
		}
	}
	for _, r := range l.Earlier {
		if err := t.writeRevision(h.Seq, r); err != nil {
			return err
		}
	}
	if h.Seq > t.bucket(items).Sequence() {
		if err := t.bucket(items).SetSequence(h.Seq); err != nil {
			return err
		}
	}
	packed := packBody(decide.Content{Text: h.BodyText, HTML: h.BodyHTML})
	if err := errors.Join(t.putBody(nil, h.Seq, packed), t.putHead(nil, h)); err != nil {
		return err
	}
	return t.indexWords(nil, h.Seq, "")
}

// importNames makes an item's address and id lead to it.
func (t *txn) importNames(h *head) error {
	id, address := idKey(h.ID), nameKey(h.Address())
	if other, err := t.lookup(address); err != nil {
		return err
	} else if other != nil && bytes.Equal(idKey(other.ID), address) {
		if err := t.putRecord(names, spareKey(other.ID), seqKey(other.Seq), plain); err != nil {
			return err
		}
	}
	if t.get(names, id) != nil && !bytes.Equal(id, address) { // an address that another item has now
		id = spareKey(h.ID)
	}
	return errors.Join(t.putRecord(names, address, seqKey(h.Seq), plain), t.putRecord(names, id, seqKey(h.Seq), plain))
}

// RawPages are the kept pages of some sources' articles, by address, so that
// changed rules can be applied to them again.
func (s *Store) RawPages(ctx context.Context, sources ...string) iter.Seq2[news.KeptPage, error] {
	return func(yield func(news.KeptPage, error) bool) {
		var done, total int64
		err := s.view(func(t *txn) error {
			n, err := t.each(ctx, rawage, noKey)
			total = int64(n)
			return err
		})
		for key := []byte{}; key != nil && err == nil; {
			var step []news.KeptPage
			var passed int
			err = s.view(func(t *txn) (err error) {
				step, passed, key, err = t.keptPages(key, sources)
				return errors.Join(err, ended(ctx))
			})
			for _, p := range step {
				if err == nil && !yield(p, nil) {
					return
				}
			}
			done += int64(passed)
			news.ProgressOf(ctx)(min(done, total), total)
		}
		if err != nil {
			yield(news.KeptPage{}, err)
		}
	}
}

// keptPages are those of some sources' articles among the next kept pages, from a
// key on; it reports how many it looked at, and the key after them, nil at the end.
func (t *txn) keptPages(from []byte, sources []string) (found []news.KeptPage, passed int, next []byte, err error) {
	c := t.bucket(raw).Cursor()
	k, v := c.Seek(from)
	for ; k != nil && passed < exportStep; k, v = c.Next() {
		passed++
		of, known, err := t.page(k)
		if err != nil {
			return nil, 0, nil, err
		}
		if !known || of.Listing || !slices.Contains(sources, of.Source) {
			continue
		}
		payload, err := unseal(raw, k, v)
		if err != nil {
			return nil, 0, nil, err
		}
		page, err := decodeRaw(payload)
		if err != nil {
			return nil, 0, nil, err
		}
		found = append(found, news.KeptPage{RawPage: page, Source: of.Source})
	}
	if k != nil && bytes.Compare(k, from) <= 0 {
		return nil, 0, nil, fmt.Errorf("%w: key %x stands after %x", ErrDamaged, k, from)
	}
	return found, passed, bytes.Clone(k), nil
}
