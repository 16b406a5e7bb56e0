package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// ErrDamaged is wrapped by what Verify finds.
var ErrDamaged = errors.New("the archive is damaged")

// A verifying looks through the archive as it is at one moment.
type verifying struct {
	look
	listed map[news.Term]int // shown items, as the heads have it
	faults []error
}

const (
	verifyStep = 500
	maxFaults  = 100
)

func (v *verifying) fault(format string, args ...any) {
	if len(v.faults) < maxFaults {
		v.faults = append(v.faults, fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...))
	}
}

// Verify reads all items and holds what they are found and counted by against
// them. The error joins all that is wrong; each wraps ErrDamaged.
func (s *Store) Verify(ctx context.Context) (verdict news.Verdict, err error) {
	err = s.reading(ctx, func(l look) error {
		err := l.q.QueryRow(ctx, `select (select count(*) from items), (select count(*) from revisions),
			(select count(*) from pages), (select count(*) from raw)`).
			Scan(&verdict.Items, &verdict.Revisions, &verdict.Pages, &verdict.RawPages)
		if err != nil {
			return err
		}
		v := &verifying{look: l, listed: map[news.Term]int{}}
		for after, more := uint64(0), true; more; {
			heads, err := v.heads(after)
			if err != nil {
				return err
			}
			for _, h := range heads {
				after = h.Seq
			}
			if err := v.step(heads); err != nil {
				return err
			}
			more = len(heads) == verifyStep
		}
		if err := v.counts(); err != nil {
			return err
		}
		return errors.Join(v.faults...)
	})
	return verdict, err
}

// heads are the next items by Seq.
func (v *verifying) heads(after uint64) (heads []*decide.Head, err error) {
	rows, err := v.q.Query(v.ctx, "select seq, head from items where seq > $1 order by seq limit $2", after, verifyStep)
	if err != nil {
		return nil, err
	}
	var seq uint64
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&seq, &data}, func() error {
		h, err := decodeHead(seq, data)
		if err != nil {
			v.fault("%w", err)
			h = &decide.Head{Forgotten: true, Item: news.Item{Seq: seq}}
		}
		heads = append(heads, h)
		return nil
	})
	return heads, err
}

// step checks some items.
func (v *verifying) step(heads []*decide.Head) error {
	seqs := make([]uint64, len(heads))
	var names [][]byte
	for i, h := range heads {
		seqs[i] = h.Seq
		name := decide.NameOf(h.Address())
		names = append(names, name[:])
	}
	found, err := v.facetsOf(seqs)
	if err != nil {
		return err
	}
	led, err := v.namesOf(names)
	if err != nil {
		return err
	}
	unreadable, err := v.bodies(seqs)
	if err != nil {
		return err
	}
	for i, h := range heads {
		if why := unreadable[h.Seq]; why != nil {
			v.fault("item %d: its body: %w", h.Seq, why)
		}
		if h.Forgotten {
			if len(found[h.Seq]) > 0 {
				v.fault("item %d is listed though it was forgotten", h.Seq)
			}
			continue
		}
		if !led[string(names[i])] {
			v.fault("item %d: its address leads to no item", h.Seq)
		}
		v.lists(h, found[h.Seq])
	}
	return nil
}

// lists checks by what an item is listed.
func (v *verifying) lists(h *decide.Head, found []news.Term) {
	want := decide.FacetsOf(h.Sources, &h.Item)
	for _, value := range want {
		if h.Withdrawn.IsZero() {
			v.listed[value.Term]++
		}
		if !slices.Contains(found, value.Term) {
			v.fault("item %d is not listed under %s %q", h.Seq, value.Facet, value.Value)
		}
	}
	if len(found) > len(want) {
		v.fault("item %d is listed under %d values and has %d", h.Seq, len(found), len(want))
	}
}

// facetsOf are the values that items are listed under, by Seq.
func (v *verifying) facetsOf(seqs []uint64) (map[uint64][]news.Term, error) {
	rows, err := v.q.Query(v.ctx, `select i.seq, f.kind, f.slug from items s join item_facets i on i.shown = s.shown and i.seq = s.seq
		join facets f on f.id = i.facet where s.seq = any($1)`, seqs)
	if err != nil {
		return nil, err
	}
	out := map[uint64][]news.Term{}
	var seq uint64
	var t news.Term
	_, err = pgx.ForEachRow(rows, []any{&seq, (*string)(&t.Facet), &t.Value}, func() error {
		out[seq] = append(out[seq], t)
		return nil
	})
	return out, err
}

// namesOf tells which names lead to an item that there is.
func (v *verifying) namesOf(names [][]byte) (map[string]bool, error) {
	rows, err := v.q.Query(v.ctx, "select n.name from names n join items using (seq) where n.name = any($1)", names)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	var name []byte
	_, err = pgx.ForEachRow(rows, []any{&name}, func() error { out[string(name)] = true; return nil })
	return out, err
}

// bodies are why bodies and revisions of items cannot be read, by Seq.
func (v *verifying) bodies(seqs []uint64) (map[uint64]error, error) {
	rows, err := v.q.Query(v.ctx, `select seq, body, true from bodies where seq = any($1) union all
		select seq, revision, false from revisions where seq = any($1)`, seqs)
	if err != nil {
		return nil, err
	}
	out := map[uint64]error{}
	var seq uint64
	var data []byte
	var body bool
	_, err = pgx.ForEachRow(rows, []any{&seq, &data, &body}, func() error {
		into := any(new(news.Revision))
		if body {
			into = new(decide.Content)
		}
		if err := unpack(data, into); err != nil {
			out[seq] = err
		}
		return nil
	})
	return out, err
}

// counts checks how many items each value is said to have.
func (v *verifying) counts() error {
	rows, err := v.q.Query(v.ctx, "select kind, slug, items from facets")
	if err != nil {
		return err
	}
	var t news.Term
	var n int
	_, err = pgx.ForEachRow(rows, []any{(*string)(&t.Facet), &t.Value, &n}, func() error {
		if n != v.listed[t] {
			v.fault("%s %q is said to have %d items and has %d", t.Facet, t.Value, n, v.listed[t])
		}
		delete(v.listed, t)
		return nil
	})
	for t, n := range v.listed {
		v.fault("%s %q is said to have no items and has %d", t.Facet, t.Value, n)
	}
	return err
}
