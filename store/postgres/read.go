package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

var oneMoment = pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}

// reading runs fn in a transaction that sees one moment of the archive.
func (s *Store) reading(ctx context.Context, fn func(look) error) error {
	return unwritable(lookAt(ctx, s.pool, fn))
}

// answering is reading for what readers ask; see ask.
func (s *Store) answering(ctx context.Context, fn func(look) error) error {
	return s.ask(ctx, func(ctx context.Context, of reader) error { return lookAt(ctx, of, fn) })
}

func lookAt(ctx context.Context, of reader, fn func(look) error) error {
	return pgx.BeginTxFunc(ctx, of, oneMoment, func(tx pgx.Tx) error { return fn(look{ctx, tx}) })
}

// identified is the head of the item with an id; nil: there is none.
func (l look) identified(id string) (*decide.Head, error) {
	for _, name := range []decide.Name{decide.NameOfID(id), decide.Spare(id)} {
		seq, err := l.Name(name)
		if err != nil {
			return nil, err
		}
		if seq == 0 {
			continue
		}
		if h, err := l.Head(seq); err != nil || h != nil && h.ID == id {
			return h, err
		}
	}
	return nil, nil
}

func (l look) byID(id string) (*decide.Head, error) {
	h, err := l.identified(id)
	if err == nil && (h == nil || h.Forgotten) {
		err = fmt.Errorf("item %q: %w", id, news.ErrNotFound)
	}
	return h, err
}

func (l look) body(it *news.Item) error {
	c, err := l.Content(it.Seq)
	it.BodyText, it.BodyHTML = c.Text, c.HTML
	return err
}

// Item is the item with an id, also a withdrawn one.
func (s *Store) Item(ctx context.Context, id string) (it news.Item, err error) {
	err = s.answering(ctx, func(l look) error {
		h, err := l.byID(id)
		if err != nil {
			return err
		}
		it = h.Item
		return l.body(&it)
	})
	return it, err
}

// Revisions are the earlier contents of an item, the oldest first.
func (s *Store) Revisions(ctx context.Context, id string) (out []news.Revision, err error) {
	err = s.answering(ctx, func(l look) error {
		h, err := l.byID(id)
		if err != nil {
			return err
		}
		out, err = l.revisions(h.Seq)
		return err
	})
	return out, err
}

func (l look) revisions(seq uint64) (out []news.Revision, err error) {
	rows, err := l.q.Query(l.ctx, "select number, revision from revisions where seq = $1 order by number", seq)
	if err != nil {
		return nil, err
	}
	var number int
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&number, &data}, func() error {
		var r news.Revision
		err := unpack(data, &r)
		r.Number = number
		out = append(out, r)
		return err
	})
	return out, err
}

// AlsoReported are the other items that tell the same story, newest first,
// without bodies and without withdrawn ones.
func (s *Store) AlsoReported(ctx context.Context, id string) (out []news.Item, err error) {
	err = s.answering(ctx, func(l look) error {
		h, err := l.byID(id)
		if err != nil {
			return err
		}
		out = nil
		first := cmp.Or(h.Story, h.ID)
		seqs, err := collectSeqs(l.ctx, l.q, "select seq from items where story = $1 and story <> ''", first)
		if err != nil {
			return err
		}
		if origin, err := l.identified(first); err != nil {
			return err
		} else if origin != nil {
			seqs = append(seqs, origin.Seq)
		}
		for _, seq := range seqs {
			other, err := l.Head(seq)
			if err != nil {
				return err
			}
			if other != nil && other.ID != id && other.Withdrawn.IsZero() && !other.Forgotten {
				out = append(out, other.Item)
			}
		}
		return nil
	})
	slices.SortFunc(out, decide.NewestFirst)
	return out, err
}

// Days counts the items that fit a query by the day they were shown, in a
// zone, newest day first. Limit and paging are not obeyed.
func (s *Store) Days(ctx context.Context, q news.Query, loc *time.Location) ([]news.DayCount, error) {
	var days decide.Days
	begin := func() { days = decide.Days{Location: loc} }
	err := s.search(ctx, decide.ByDay(q), begin, func(it news.Item) bool { days.Add(it.Shown); return true })
	return days.Counts, err
}

// Counts are the values of a facet with their items, by slug.
func (s *Store) Counts(ctx context.Context, f news.Facet) (counts []news.Count, err error) {
	err = s.ask(ctx, func(ctx context.Context, of reader) error {
		rows, err := of.Query(ctx, `select name, slug, items from facets where kind = $1 and items > 0 order by slug collate "C"`, string(f))
		if err == nil {
			counts, err = pgx.CollectRows(rows, pgx.RowToStructByPos[news.Count])
		}
		return err
	})
	return counts, err
}

// Known are the items already kept under the addresses or aliases given,
// without bodies, keyed by the addresses. A draft that is held back counts as
// known; its item has no ID.
func (s *Store) Known(ctx context.Context, canonicals []string) (map[string]news.Item, error) {
	out := make(map[string]news.Item, len(canonicals))
	err := s.reading(ctx, func(l look) error {
		for _, canonical := range canonicals {
			name := decide.NameOf(canonical)
			seq, err := l.Name(name)
			if err != nil {
				return err
			}
			if seq != 0 {
				h, err := l.Head(seq)
				if err != nil {
					return err
				}
				if h != nil {
					out[canonical] = h.Item
					continue
				}
			}
			drafts, err := collect[news.Draft](ctx, l.q, "select draft from held where name = $1", name[:])
			if err != nil {
				return err
			}
			if len(drafts) > 0 {
				out[canonical] = drafts[0].Item
			}
		}
		return nil
	})
	return out, err
}

func page(ctx context.Context, q querier, key string) (p news.PageState, found bool, err error) {
	name := decide.NameOf(key)
	var data []byte
	if found, err = maybe(q.QueryRow(ctx, "select page from pages where name = $1", name[:]).Scan(&data)); found {
		err = json.Unmarshal(data, &p)
	}
	return p, found, err
}

// PageStates is what is remembered of addresses, keyed by them as given.
func (s *Store) PageStates(ctx context.Context, urls []string) (map[string]news.PageState, error) {
	out := make(map[string]news.PageState, len(urls))
	err := s.reading(ctx, func(l look) error {
		for _, url := range urls {
			p, found, err := page(ctx, l.q, news.Canonical(url))
			if err != nil {
				return err
			}
			if found {
				out[url] = p
			}
		}
		return nil
	})
	return out, err
}

// DuePages are the articles of a source whose next look has come, the longest
// due first.
func (s *Store) DuePages(ctx context.Context, source string, now time.Time, limit int) ([]news.PageState, error) {
	return collect[news.PageState](ctx, s.pool, "select page from pages where source = $1 and next <= $2 order by next, name limit $3", source, now, limit)
}

// RawPage is the page as it was last fetched.
func (s *Store) RawPage(ctx context.Context, url string) (p news.RawPage, err error) {
	name := decide.NameOf(news.Canonical(url))
	var data []byte
	found, err := maybe(s.pool.QueryRow(ctx, "select page from raw where name = $1", name[:]).Scan(&data))
	switch {
	case err != nil:
		return p, err
	case !found:
		return p, fmt.Errorf("raw page %s: %w", url, news.ErrNotFound)
	}
	return p, unpack(data, &p)
}

// Visits are the latest n visits of a source, newest first.
func (s *Store) Visits(ctx context.Context, source string, n int) (visits []news.Visit, err error) {
	err = s.ask(ctx, func(ctx context.Context, of reader) error {
		visits, err = collect[news.Visit](ctx, of, "select visit from visits where source = $1 order by number desc limit $2", source, n)
		return err
	})
	return visits, err
}

// HealthChanges are the latest n changes of any source's health, newest first.
func (s *Store) HealthChanges(ctx context.Context, n int) ([]news.HealthChange, error) {
	return s.healthChanges(ctx, "select number, change from health order by number desc limit $1", n)
}

// HealthChangesAfter are the first n changes of health whose number is above
// one, the oldest first.
func (s *Store) HealthChangesAfter(ctx context.Context, number uint64, n int) ([]news.HealthChange, error) {
	return s.healthChanges(ctx, "select number, change from health where number > $2 order by number limit $1", n, number)
}

func (s *Store) healthChanges(ctx context.Context, sql string, args ...any) (out []news.HealthChange, err error) {
	err = s.ask(ctx, func(ctx context.Context, of reader) error {
		out = nil
		rows, err := of.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		var number uint64
		var data []byte
		_, err = pgx.ForEachRow(rows, []any{&number, &data}, func() error {
			var h news.HealthChange
			err := json.Unmarshal(data, &h)
			h.Number = number
			out = append(out, h)
			return err
		})
		return err
	})
	return out, err
}

// Marks are the marks whose names begin so, by name.
func (s *Store) Marks(ctx context.Context, prefix string) (map[string]uint64, error) {
	rows, err := s.pool.Query(ctx, "select name, value from marks where starts_with(name, $1)", prefix)
	if err != nil {
		return nil, err
	}
	out := map[string]uint64{}
	var name string
	var value uint64
	_, err = pgx.ForEachRow(rows, []any{&name, &value}, func() error { out[name] = value; return nil })
	return out, err
}

// SetMarks sets marks, all or none of them; 0 removes one.
func (s *Store) SetMarks(ctx context.Context, marks map[string]uint64) error {
	return s.update(ctx, func(tx pgx.Tx) error { return setMarks(ctx, tx, marks) })
}

func setMarks(ctx context.Context, tx querier, marks map[string]uint64) error {
	for name, value := range marks {
		sql := "insert into marks (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value"
		if value == 0 {
			sql = "delete from marks where name = $1 and $2::bigint = 0"
		}
		if _, err := tx.Exec(ctx, sql, name, value); err != nil {
			return err
		}
	}
	return nil
}
