package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// A line is one line of an export: exactly one of its fields is set.
type line struct {
	Archive *archiveLine       `json:"archive,omitempty"`
	Source  *sourceRecord      `json:"source,omitempty"`
	Item    *itemLine          `json:"item,omitempty"`
	Page    *news.PageState    `json:"page,omitempty"`
	Raw     *news.RawPage      `json:"raw,omitempty"`
	Visit   *news.Visit        `json:"visit,omitempty"`
	Change  *news.HealthChange `json:"change,omitempty"`
	Held    *heldDraft         `json:"held,omitempty"`
	Saved   *news.SavedSearch  `json:"saved,omitempty"`
	End     *endLine           `json:"end,omitempty"`
}

type archiveLine struct {
	Schema     uint64 `json:"schema"`
	Generation uint64 `json:"generation"`
	Seq        uint64 `json:"seq"`      // the highest
	Complete   bool   `json:"complete"` // an end line closes the export
}

// An endLine is the last line of an export, by which import knows that nothing
// is missing.
type endLine struct {
	Lines  int    `json:"lines"`  // before this one
	Digest string `json:"sha256"` // of these lines, in hexadecimal
}

type itemLine struct {
	news.Item
	Canonical string          `json:"canonical"`
	Aliases   []string        `json:"aliases,omitempty"`
	Forgotten bool            `json:"forgotten,omitempty"`
	Earlier   []news.Revision `json:"earlier,omitempty"`
}

// exportStep is how many records are read in one transaction: none is open
// while the reader of an export is slow.
const exportStep = 200

// Export writes everything that the archive holds as JSON Lines; what can be
// computed again (indexes, counts) is left out. withRaw includes the pages
// as they were fetched.
func (s *Store) Export(ctx context.Context, w io.Writer, withRaw bool) error {
	out := bufio.NewWriter(w)
	digest := sha256.New()
	enc := json.NewEncoder(io.MultiWriter(out, digest))
	enc.SetEscapeHTML(false)
	var first archiveLine
	err := s.view(func(t *txn) error {
		first = archiveLine{Schema: Schema, Generation: t.number(keyGeneration), Seq: t.bucket(items).Sequence(), Complete: true}
		return nil
	})
	if err = errors.Join(err, enc.Encode(line{Archive: &first})); err != nil {
		return err
	}
	written := 1
	kinds := []bucket{sources, items, pages, visits, health, held, saved}
	if withRaw {
		kinds = append(kinds, raw)
	}
	for _, b := range kinds {
		for l, err := range s.lines(ctx, b) {
			if err != nil {
				return fmt.Errorf("export of %s: %w", b, err)
			}
			if err := enc.Encode(l); err != nil {
				return err
			}
			written++
		}
	}
	if err := enc.Encode(line{End: &endLine{written, hex.EncodeToString(digest.Sum(nil))}}); err != nil {
		return err
	}
	return out.Flush()
}

// lines are the records of a bucket as lines, read in steps.
func (s *Store) lines(ctx context.Context, b bucket) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		for key := []byte(nil); ; {
			var step []line
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
				yield(line{}, err)
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

func (t *txn) line(b bucket, k, v []byte) (*line, error) {
	if isNumber(b, k) {
		return nil, nil // how many visits there were
	}
	payload, err := unseal(b, k, v)
	if err != nil {
		return nil, err
	}
	l := &line{}
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
		l.Source = &r
	case visits:
		l.Visit = &news.Visit{}
		err = json.Unmarshal(payload, l.Visit)
	case health:
		l.Change = &news.HealthChange{}
		err = json.Unmarshal(payload, l.Change)
	case held:
		l.Held = &heldDraft{}
		err = json.Unmarshal(payload, l.Held)
	case saved:
		l.Saved = &news.SavedSearch{}
		err = json.Unmarshal(payload, l.Saved)
	}
	return l, err
}

func (t *txn) itemLine(seq uint64) (*itemLine, error) {
	h, err := t.head(seq)
	if err != nil {
		return nil, err
	}
	l := &itemLine{Item: h.Item, Canonical: h.Address(), Aliases: h.Aliases, Forgotten: h.Forgotten}
	if err := t.body(&l.Item); err != nil {
		return nil, err
	}
	l.Earlier, err = t.revisions(seq)
	return l, err
}

// Errors of Import that name what is wrong with the file. Nothing of it is in
// the archive then.
var (
	ErrNoExport = errors.New("this is no export of an archive")
	ErrCut      = errors.New("the export is not complete")
)

// Import reads what Export wrote into an archive that holds no items yet. It
// returns how many items it read. The whole file is looked at before the first
// line is stored: one that was cut, changed or is something else is ErrCut or
// ErrNoExport, and the archive stays empty. With incomplete a file without its
// last line is read as far as it goes: exports of earlier versions have none.
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
	whole, err := files.CreateTemp(filepath.Dir(s.path), ".import-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, whole.Close(), os.Remove(whole.Name())) }()
	file, err := checkExport(ctx, r, whole, incomplete)
	if err != nil {
		return 0, err
	}
	if begun != 0 && begun != file.name {
		return 0, fmt.Errorf("%s holds a part of another export, whose import was broken off: import that one again, or begin a new archive", s.path)
	}
	if _, err := whole.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	return s.importLines(ctx, json.NewDecoder(whole), file, int(done)) //nolint:gosec // that we wrote
}

// A checkedExport is an export of which so many lines are to be read. Its name is
// made of them, and never 0.
type checkedExport struct {
	lines int
	name  uint64
}

// checkExport copies an export.
func checkExport(ctx context.Context, r io.Reader, w io.Writer, incomplete bool) (file checkedExport, err error) {
	lines := 0
	named := func(sum []byte) checkedExport { return checkedExport{lines, binary.BigEndian.Uint64(sum) | 1} }
	in, out, digest := bufio.NewReaderSize(r, 1<<20), bufio.NewWriter(w), sha256.New()
	for {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(bytes.TrimSpace(text)) == 0 || errors.Is(err, io.EOF) && incomplete && !json.Valid(text) {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return file, err
		}
		if err := ended(ctx); err != nil {
			return file, err
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			if lines == 0 {
				return file, fmt.Errorf("%w: its first line is not what stadtfeed export writes", ErrNoExport)
			}
			return file, fmt.Errorf("%w: line %d: %w", ErrCut, lines+1, err)
		}
		switch {
		case lines == 0 && l.Archive == nil:
			return file, fmt.Errorf("%w: its first line is not what stadtfeed export writes", ErrNoExport)
		case lines == 0 && l.Archive.Schema > Schema:
			return file, fmt.Errorf("%w: the export has schema %d, this program knows up to %d", ErrNewer, l.Archive.Schema, Schema)
		case l.End != nil:
			if got := hex.EncodeToString(digest.Sum(nil)); l.End.Lines != lines || l.End.Digest != got {
				return file, fmt.Errorf("%w: %d lines with the digest %s; its last line says %d and %s", ErrCut, lines, got, l.End.Lines, l.End.Digest)
			}
			if rest, err := in.ReadBytes('\n'); len(bytes.TrimSpace(rest)) > 0 || !errors.Is(err, io.EOF) {
				return file, fmt.Errorf("%w: it goes on after the line that closes an export", ErrNoExport)
			}
			return named(digest.Sum(nil)), out.Flush()
		}
		lines++
		digest.Write(text)
		if _, err := out.Write(text); err != nil {
			return file, err
		}
	}
	switch {
	case lines == 0:
		return file, fmt.Errorf("%w: it is empty", ErrNoExport)
	case !incomplete:
		return file, fmt.Errorf("%w: it ends after line %d without the line that closes an export; "+
			"--incomplete reads it all the same (also an export of an earlier version)", ErrCut, lines)
	}
	return named(digest.Sum(nil)), out.Flush()
}

// importLines reads the lines of an export after the first skip ones, in steps;
// what a step has read is noted with it. It returns how many items the export has.
func (s *Store) importLines(ctx context.Context, dec *json.Decoder, file checkedExport, skip int) (n int, err error) {
	tell := progressOf(ctx)
	for number := 1; number <= file.lines; {
		var step []line
		for len(step) < min(exportStep, file.lines-number+1) {
			var l line
			if err := dec.Decode(&l); err != nil {
				return n, fmt.Errorf("line %d: %w", number+len(step), err)
			}
			if l.Item != nil {
				n++
			}
			step = append(step, l)
		}
		if number > skip {
			if err := s.importStep(ctx, step, number, file); err != nil {
				return n, err
			}
		}
		number += len(step)
		tell(int64(number-1), int64(file.lines))
	}
	return n, nil
}

// importStep reads some lines, the first of which has a number, in one transaction.
func (s *Store) importStep(ctx context.Context, step []line, number int, file checkedExport) error {
	return s.update(func(t *txn) error {
		for i, l := range step {
			if err := t.importLine(l); err != nil {
				return fmt.Errorf("line %d: %w", number+i, err)
			}
		}
		done, name := number+len(step)-1, file.name
		if done == file.lines {
			return errors.Join(t.delete(meta, keyImport), t.delete(meta, keyImported), ended(ctx))
		}
		return errors.Join(t.setNumber(keyImport, name), t.setNumber(keyImported, uint64(done)), ended(ctx)) //nolint:gosec // a count
	})
}

func (t *txn) importLine(l line) error {
	switch {
	case l.Archive != nil:
		t.shown, t.replaced = true, true
		if err := t.setNumber(keyGeneration, l.Archive.Generation); err != nil {
			return err
		}
		return t.bucket(items).SetSequence(l.Archive.Seq)
	case l.Source != nil:
		return t.putSource(*l.Source)
	case l.Item != nil:
		return t.importItem(l.Item)
	case l.Page != nil:
		return t.putPage(preparePage(*l.Page))
	case l.Raw != nil:
		return t.putRaw(prepareRaw(*l.Raw))
	case l.Visit != nil:
		return t.putVisit(*l.Visit)
	case l.Change != nil:
		return t.putHealthChange(*l.Change)
	case l.Held != nil:
		return t.putJSON(held, []byte(l.Held.Draft.Canonical), l.Held, packed)
	case l.Saved != nil:
		return t.putSearch(*l.Saved)
	}
	return nil
}

func (t *txn) importItem(l *itemLine) error {
	if l.ID == "" || l.Seq == 0 || t.bucket(items).Get(seqKey(l.Seq)) != nil {
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
	if t.bucket(names).Get(id) != nil && !bytes.Equal(id, address) { // an address that another item has now
		id = spareKey(h.ID)
	}
	return errors.Join(t.putRecord(names, address, seqKey(h.Seq), plain), t.putRecord(names, id, seqKey(h.Seq), plain))
}

// A KeptPage is the page of an article as it was fetched, and the source that it
// is of.
type KeptPage struct {
	news.RawPage
	Source string
}

// RawPages are the kept pages of some sources' articles, by address, so that
// changed rules can be applied to them again.
func (s *Store) RawPages(ctx context.Context, sources ...string) iter.Seq2[KeptPage, error] {
	return func(yield func(KeptPage, error) bool) {
		var done, total int64
		err := s.view(func(t *txn) error {
			n, err := t.each(ctx, rawage, noKey)
			total = int64(n)
			return err
		})
		for key := []byte{}; key != nil && err == nil; {
			var step []KeptPage
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
			progressOf(ctx)(min(done, total), total)
		}
		if err != nil {
			yield(KeptPage{}, err)
		}
	}
}

// keptPages are those of some sources' articles among the next kept pages, from a
// key on; it reports how many it looked at, and the key after them, nil at the end.
func (t *txn) keptPages(from []byte, sources []string) (found []KeptPage, passed int, next []byte, err error) {
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
		found = append(found, KeptPage{page, of.Source})
	}
	if k != nil && bytes.Compare(k, from) <= 0 {
		return nil, 0, nil, fmt.Errorf("%w: key %x stands after %x", ErrDamaged, k, from)
	}
	return found, passed, bytes.Clone(k), nil
}
