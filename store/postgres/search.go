package postgres

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Items are the items that fit a query, in its order.
func (s *Store) Items(ctx context.Context, q news.Query) (out []news.Item, err error) {
	err = s.search(ctx, q, func() { out = nil }, func(it news.Item) bool {
		out = append(out, it)
		return q.Limit == 0 || len(out) < q.Limit
	})
	return out, err
}

// search calls fn with what fits a query until it returns false, and begin
// before each try.
func (s *Store) search(ctx context.Context, q news.Query, begin func(), fn func(news.Item) bool) error {
	return s.answering(ctx, func(l look) error {
		begin()
		w, err := l.plan(q)
		if err != nil {
			return err
		}
		for size := max(firstPortion, q.Limit+q.Limit/4); ; size = largestPortion {
			places, err := w.portion(size)
			if err != nil {
				return err
			}
			for part := range slices.Chunk(places, 500) {
				if more, err := w.give(part, fn); !more || err != nil {
					return err
				}
			}
			if len(places) < size {
				return nil
			}
		}
	})
}

const (
	firstPortion   = 100
	largestPortion = 2000
)

// A place is where an item stands in a walk.
type place struct {
	seq   uint64
	shown time.Time
}

// A walk goes through the candidates of a query in its order, in portions that
// go on by key.
type walk struct {
	l       look
	q       news.Query
	facets  []uint64 // walked; none: all items
	words   string   // that candidates must have; empty: any
	needs   bool     // bodies, to tell what fits
	last    *place
	told    decide.Told
	nothing bool
}

// plan chooses what is walked: the group of values with the fewest items.
func (l look) plan(q news.Query) (*walk, error) {
	w := &walk{l: l, q: q, told: decide.Told{}, words: tsquery(q)}
	w.needs = !q.Heads || decide.HasWords(q)
	least := int64(-1)
	for _, group := range q.All {
		if !all(group, decide.Listed) {
			continue
		}
		var ids []uint64
		var items int64
		for _, t := range group {
			var id uint64
			var n int64
			found, err := maybe(l.q.QueryRow(l.ctx, "select id, items from facets where kind = $1 and slug = $2", string(t.Facet), t.Value).Scan(&id, &n))
			if err != nil {
				return nil, err
			}
			if found && !slices.Contains(ids, id) {
				ids, items = append(ids, id), items+n
			}
		}
		if least < 0 || items < least {
			least, w.facets, w.nothing = items, ids, len(ids) == 0
		}
	}
	return w, nil
}

func all(group []news.Term, is func(news.Term) bool) bool {
	return !slices.ContainsFunc(group, func(t news.Term) bool { return !is(t) })
}

// tsquery is what the words of an item must fit, in PostgreSQL's form; empty
// where a query asks for none. It may let more through than fits.
func tsquery(q news.Query) string {
	var all []string
	for _, group := range q.All {
		var any []string
		for _, t := range group {
			text := phrase(t)
			if text == "" {
				any = nil
				break
			}
			any = append(any, text)
		}
		if len(any) > 0 {
			all = append(all, "("+strings.Join(any, " | ")+")")
		}
	}
	return strings.Join(all, " & ")
}

// phrase is the words of a term, the last as a beginning; empty for terms that
// the words do not tell.
func phrase(t news.Term) string {
	if t.Facet != news.Word || t.Not {
		return ""
	}
	words := strings.Fields(news.Fold(t.Value))
	if len(words) == 0 {
		return ""
	}
	for i, word := range words {
		words[i] = "'" + strings.ReplaceAll(cutWord(word), "'", "''") + "'"
		if i == len(words)-1 || len(word) > longestWord {
			words[i] += ":*"
		}
	}
	return "(" + strings.Join(words, " & ") + ")"
}

// portion are the next places of the walk.
func (w *walk) portion(size int) ([]place, error) {
	if w.nothing {
		return nil, nil
	}
	sql, args := w.sql(size)
	rows, err := w.l.q.Query(w.l.ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	var out []place
	var p place
	if _, err := pgx.ForEachRow(rows, []any{&p.seq, &p.shown}, func() error { out = append(out, p); return nil }); err != nil {
		return nil, err
	}
	if len(out) > 0 {
		w.last = &out[len(out)-1]
	}
	return out, nil
}

// sql is the statement of the next portion: each range by itself, limited, then
// all of them together.
func (w *walk) sql(size int) (string, []any) {
	var args []any
	arg := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	order, where := w.bounds(arg)
	limit := arg(size)
	if w.words != "" {
		where += " and exists (select from words w where w.seq = x.seq and w.words @@ " + arg(w.words) + "::tsquery)"
	}
	if len(w.facets) == 0 {
		from := "items x where not forgotten"
		if w.words != "" {
			from = "words x where words @@ " + arg(w.words) + "::tsquery"
		}
		return "select seq, shown from " + from + where + " order by " + order + " limit " + limit, args
	}
	var parts []string
	for _, id := range w.facets {
		parts = append(parts, "(select seq, shown from item_facets x where facet = "+arg(id)+where+" order by "+order+" limit "+limit+")")
	}
	return "select seq, shown from (" + strings.Join(parts, " union ") + ") x order by " + order + " limit " + limit, args
}

// bounds are the order of a query and the conditions that its range and the
// last portion set.
func (w *walk) bounds(arg func(any) string) (order, where string) {
	q := w.q
	if !q.Since.IsZero() {
		where += " and shown >= " + arg(q.Since)
	}
	if !q.Until.IsZero() {
		where += " and shown < " + arg(q.Until)
	}
	if q.After > 0 {
		where += " and seq > " + arg(numbered(q.After))
	}
	if q.Before > 0 {
		where += " and seq < " + arg(numbered(q.Before))
	}
	switch {
	case q.BySeq || q.After > 0:
		order = "seq"
		if w.last != nil {
			where += " and seq > " + arg(w.last.seq)
		}
	case q.Before > 0:
		order = "seq desc"
		if w.last != nil {
			where += " and seq < " + arg(w.last.seq)
		}
	default:
		order = "shown desc, seq desc"
		if w.last != nil {
			where += " and (shown, seq) < (" + arg(w.last.shown) + ", " + arg(w.last.seq) + ")"
		}
	}
	return order, where
}

// numbered is a Seq as the database has it, which knows no number as high as
// the highest of ours.
func numbered(seq uint64) int64 { return int64(min(seq, math.MaxInt64)) } //nolint:gosec // it fits

// give calls fn with the items at places that fit the query.
func (w *walk) give(places []place, fn func(news.Item) bool) (more bool, err error) {
	seqs := make([]uint64, len(places))
	for i, p := range places {
		seqs[i] = p.seq
	}
	items, err := w.items(seqs)
	if err != nil {
		return false, err
	}
	for _, seq := range seqs {
		h := items[seq]
		if h == nil || h.Forgotten || !w.q.Matches(h.Item) {
			continue
		}
		if w.q.Stories {
			if elsewhere, err := w.told.Elsewhere(h, w.firstFits); elsewhere || err != nil {
				if err != nil {
					return false, err
				}
				continue
			}
		}
		if !fn(h.Item) {
			return false, nil
		}
	}
	return true, nil
}

// items are heads, with their bodies where they are needed.
func (w *walk) items(seqs []uint64) (map[uint64]*decide.Head, error) {
	sql := "select seq, head, null::bytea from items where seq = any($1)"
	if w.needs {
		sql = "select seq, head, body from items left join bodies using (seq) where seq = any($1)"
	}
	rows, err := w.l.q.Query(w.l.ctx, sql, seqs)
	if err != nil {
		return nil, err
	}
	out := make(map[uint64]*decide.Head, len(seqs))
	var seq uint64
	var head, body []byte
	_, err = pgx.ForEachRow(rows, []any{&seq, &head, &body}, func() error {
		h, err := decodeHead(seq, head)
		if err != nil {
			return err
		}
		if body != nil {
			var c decide.Content
			if err := unpack(body, &c); err != nil {
				return err
			}
			h.BodyText, h.BodyHTML = c.Text, c.HTML
		}
		out[seq] = h
		return nil
	})
	return out, err
}

// firstFits reports whether the item that told a story first fits the query.
func (w *walk) firstFits(id string) (bool, error) {
	first, err := w.l.identified(id)
	if first == nil || first.Forgotten || err != nil {
		return false, err
	}
	err = w.l.body(&first.Item)
	return err == nil && w.q.Matches(first.Item), err
}
