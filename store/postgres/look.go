package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// A look is the archive as a decision sees it, within one transaction.
type look struct {
	ctx context.Context //nolint:containedctx // decide.Archive takes none; a look lives as long as one call
	q   querier
}

var _ decide.Archive = look{}

// maybe is an error, but for a row that is not there.
func maybe(err error) (found bool, failed error) {
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Name implements decide.Archive.
func (l look) Name(n decide.Name) (seq uint64, err error) {
	_, err = maybe(l.q.QueryRow(l.ctx, "select seq from names where name = $1", n[:]).Scan(&seq))
	return seq, err
}

// Head implements decide.Archive.
func (l look) Head(seq uint64) (*decide.Head, error) {
	var data []byte
	if found, err := maybe(l.q.QueryRow(l.ctx, "select head from items where seq = $1", seq).Scan(&data)); !found {
		return nil, err
	}
	return decodeHead(seq, data)
}

// Content implements decide.Archive.
func (l look) Content(seq uint64) (c decide.Content, err error) {
	var data []byte
	if found, err := maybe(l.q.QueryRow(l.ctx, "select body from bodies where seq = $1", seq).Scan(&data)); !found {
		return c, err
	}
	return c, unpack(data, &c)
}

// Titled implements decide.Archive.
func (l look) Titled(source string, headline uint64, most int) ([]uint64, error) {
	return collectSeqs(l.ctx, l.q, "select seq from titles where source = $1 and headline = $2 order by seq limit $3",
		source, signed(headline), most)
}

// Like implements decide.Archive.
func (l look) Like(key decide.Recent) ([]decide.Recent, error) {
	seqs, err := collectSeqs(l.ctx, l.q, "select seq from likes where key = any($1) order by seq desc limit 64", keysOf(key))
	if err != nil {
		return nil, err
	}
	var out []decide.Recent
	seen := map[uint64]bool{}
	for _, seq := range seqs {
		if seen[seq] {
			continue
		}
		seen[seq] = true
		h, err := l.Head(seq)
		if err != nil {
			return nil, err
		}
		if h != nil {
			out = append(out, h.Recent())
		}
	}
	return out, nil
}

// keysOf are what a recent item is found by: its headline and the parts of its
// minhash.
func keysOf(r decide.Recent) []int64 {
	keys := []int64{signed(r.Headline | 1<<63)}
	if r.Minhash != (decide.Minhash{}) {
		for i, hash := range r.Minhash {
			keys = append(keys, int64(i)<<32|int64(hash))
		}
	}
	return keys
}

// Retold implements decide.Archive.
func (l look) Retold(id string) (retold bool, err error) {
	err = l.q.QueryRow(l.ctx, "select exists (select from items where story = $1 and story <> '')", id).Scan(&retold)
	return retold, err
}

// Source implements decide.Archive.
func (l look) Source(name string) (src decide.Source, err error) {
	st, _, known, err := source(l.ctx, l.q, name)
	if err != nil {
		return src, err
	}
	src = decide.Source{Known: known, LastSuccess: st.LastSuccess}
	var oldest *time.Time
	found, err := maybe(l.q.QueryRow(l.ctx, `select f.items, (select min(shown) from item_facets i where i.facet = f.id)
		from facets f where kind = $1 and slug = $2`, string(news.Source), name).Scan(&src.Items, &oldest))
	if found && oldest != nil {
		src.Oldest = oldest.UTC()
	}
	return src, err
}

// Owned implements decide.Archive.
func (l look) Owned(name string) (bool, error) {
	_, configured, known, err := source(l.ctx, l.q, name)
	return !known || configured, err
}

// Held implements decide.Archive.
func (l look) Held(canonical string) (since time.Time, held bool, err error) {
	name := decide.NameOf(canonical)
	held, err = maybe(l.q.QueryRow(l.ctx, "select since from held where name = $1", name[:]).Scan(&since))
	return since.UTC(), held, err
}
