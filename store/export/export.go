// Package export is the form in which archives leave and enter a store: JSON
// Lines, the same from whatever they are kept in.
//
// What a store holds goes in as Lines; an export comes out, closed by a line
// that tells whether anything of it is missing. What a line means is the
// stores' to write and read.
package export

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
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
)

// Schema is the version of the form; programs of an earlier one refuse it.
const Schema = 3

// A Line is one line of an export: exactly one of its fields is set.
type Line struct {
	Archive *Archive          `json:"archive,omitempty"`
	Source  *Source           `json:"source,omitempty"`
	Item    *Item             `json:"item,omitempty"`
	Facet   *Facet            `json:"facet,omitempty"`
	Page    *news.PageState   `json:"page,omitempty"`
	Raw     *news.RawPage     `json:"raw,omitempty"`
	Visit   *news.Visit       `json:"visit,omitempty"`
	Change  *Change           `json:"change,omitempty"`
	Held    *news.HeldDraft   `json:"held,omitempty"`
	Mark    *Mark             `json:"mark,omitempty"`
	Saved   *news.SavedSearch `json:"saved,omitempty"`

	Subscriber *news.Subscriber `json:"subscriber,omitempty"`

	End *end `json:"end,omitempty"`
}

// An Archive is the first line.
type Archive struct {
	Schema     uint64 `json:"schema"`
	Generation uint64 `json:"generation"`
	Seq        uint64 `json:"seq"`      // the highest
	Complete   bool   `json:"complete"` // a last line closes the export
}

// A Source is the state of a source, and whether it is configured.
type Source struct {
	news.SourceState
	Configured bool `json:"configured"`
}

// An Item is an item with all that leads to it and that it was.
type Item struct {
	news.Item
	Canonical string          `json:"canonical"`
	Aliases   []string        `json:"aliases,omitempty"`
	Forgotten bool            `json:"forgotten,omitempty"`
	Earlier   []news.Revision `json:"earlier,omitempty"`
}

// A Facet is how a tag or place is written; items may write it otherwise.
type Facet struct {
	Kind news.Facet `json:"kind"`
	Slug string     `json:"slug"`
	Name string     `json:"name"`
}

// A Change is a change of health, with its place among all.
type Change struct {
	news.HealthChange
	Number uint64 `json:"number,omitempty"`
}

// A Mark is a number that the surrounding program keeps.
type Mark struct {
	Name  string `json:"name"`
	Value uint64 `json:"value"`
}

// An end is the last line of an export, by which a reader knows that nothing is
// missing.
type end struct {
	Lines  int    `json:"lines"`  // before this one
	Digest string `json:"sha256"` // of these lines, in hexadecimal
}

// A Writer writes an export.
type Writer struct {
	out    *bufio.Writer
	digest hash.Hash
	enc    *json.Encoder
	lines  int
}

// NewWriter begins an export.
func NewWriter(w io.Writer, first Archive) (*Writer, error) {
	out, digest := bufio.NewWriter(w), sha256.New()
	e := &Writer{out: out, digest: digest, enc: json.NewEncoder(io.MultiWriter(out, digest))}
	e.enc.SetEscapeHTML(false)
	first.Schema, first.Complete = Schema, true
	return e, e.Write(Line{Archive: &first})
}

// Write writes one line.
func (e *Writer) Write(l Line) error {
	e.lines++
	return e.enc.Encode(l)
}

// Close writes the line that closes the export.
func (e *Writer) Close() error {
	if err := e.enc.Encode(Line{End: &end{e.lines, hex.EncodeToString(e.digest.Sum(nil))}}); err != nil {
		return err
	}
	return e.out.Flush()
}

// Errors that name what is wrong with an export. Nothing of it was read then.
var (
	ErrNoExport = errors.New("this is not an export of an archive")
	ErrCut      = errors.New("the export is not complete")
	ErrNewer    = errors.New("the export was written by a newer stadtfeed")
)

// stepSize is how many lines are handed over at once.
const stepSize = 200

// A File is an export that was looked at as a whole: nothing of it is missing.
type File struct {
	First Archive
	Lines int    // without the one that closes it
	Name  uint64 // made of all lines; never 0

	whole *os.File
}

// Open copies an export to a temporary file in a folder and looks at all of it:
// one that was cut, changed or is something else is ErrCut or ErrNoExport. With
// incomplete an export without its last line is taken as far as it goes: those
// of earlier versions have none.
func Open(ctx context.Context, r io.Reader, dir string, incomplete bool) (f *File, err error) {
	whole, err := files.CreateTemp(dir, ".import-*")
	if err != nil {
		return nil, noCopy(err, dir)
	}
	f = &File{whole: whole}
	if err := f.copy(ctx, r, incomplete); err != nil {
		return nil, errors.Join(noCopy(err, dir), f.Close())
	}
	return f, nil
}

// noCopy has an error of the copy say what it is for, and where it lies.
func noCopy(err error, dir string) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) && filepath.Dir(pe.Path) == filepath.Clean(dir) {
		return fmt.Errorf("an export is copied into %s to be checked, which failed: %w", dir, pe.Err)
	}
	return err
}

// Close removes the copy.
func (f *File) Close() error { return errors.Join(f.whole.Close(), os.Remove(f.whole.Name())) }

// Each calls step with the lines after the first skip ones, some at a time;
// number is that of the first of them. It returns how many items the export has.
func (f *File) Each(ctx context.Context, skip int, step func(lines []Line, number int) error) (items int, err error) {
	if _, err := f.whole.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	tell := news.ProgressOf(ctx)
	dec := json.NewDecoder(bufio.NewReaderSize(f.whole, 1<<20))
	for number := 1; number <= f.Lines; {
		var lines []Line
		for len(lines) < min(stepSize, f.Lines-number+1) {
			var l Line
			if err := dec.Decode(&l); err != nil {
				return items, fmt.Errorf("line %d: %w", number+len(lines), err)
			}
			if l.Item != nil {
				items++
			}
			lines = append(lines, l)
		}
		if number > skip {
			if err := step(lines, number); err != nil {
				return items, err
			}
		}
		number += len(lines)
		tell(int64(number-1), int64(f.Lines))
	}
	return items, nil
}

// copy copies an export and looks at its lines.
func (f *File) copy(ctx context.Context, r io.Reader, incomplete bool) error {
	in, out, digest := bufio.NewReaderSize(r, 1<<20), bufio.NewWriter(f.whole), sha256.New()
	for {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if empty := len(bytes.TrimSpace(text)) == 0; empty || incomplete && !json.Valid(text) {
				break
			}
		} else if err != nil {
			return err
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
		l, err := f.line(text)
		if err != nil {
			return err
		}
		if l.End != nil {
			if err := f.closed(in, *l.End, digest); err != nil {
				return err
			}
			return out.Flush()
		}
		f.Lines++
		digest.Write(text)
		if _, err := out.Write(text); err != nil {
			return err
		}
	}
	switch {
	case f.Lines == 0:
		return fmt.Errorf("%w: it is empty", ErrNoExport)
	case !incomplete:
		return fmt.Errorf("%w: it ends after line %d without the line that closes an export; "+
			"--incomplete reads it all the same (also an export of an earlier version)", ErrCut, f.Lines)
	}
	f.Name = nameOf(digest)
	return out.Flush()
}

// closed holds the line that closes an export against those before it.
func (f *File) closed(in *bufio.Reader, end end, digest hash.Hash) error {
	if got := hex.EncodeToString(digest.Sum(nil)); end.Lines != f.Lines || end.Digest != got {
		return fmt.Errorf("%w: %d lines with the digest %s; its last line says %d and %s", ErrCut, f.Lines, got, end.Lines, end.Digest)
	}
	if rest, err := in.ReadBytes('\n'); len(bytes.TrimSpace(rest)) > 0 || !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it goes on after the line that closes an export", ErrNoExport)
	}
	f.Name = nameOf(digest)
	return nil
}

func nameOf(digest hash.Hash) uint64 { return binary.BigEndian.Uint64(digest.Sum(nil)) | 1 }

// line reads one line; the first one has to be an archive's.
func (f *File) line(text []byte) (l Line, err error) {
	err = json.Unmarshal(text, &l)
	switch {
	case f.Lines == 0 && (err != nil || l.Archive == nil):
		return l, fmt.Errorf("%w: its first line is not what stadtfeed export writes", ErrNoExport)
	case err != nil:
		return l, fmt.Errorf("%w: line %d: %w", ErrCut, f.Lines+1, err)
	case f.Lines == 0 && l.Archive.Schema > Schema:
		return l, fmt.Errorf("%w: it has schema %d, this program knows up to %d", ErrNewer, l.Archive.Schema, Schema)
	case f.Lines == 0:
		f.First = *l.Archive
	}
	return l, nil
}
