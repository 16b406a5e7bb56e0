package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// stepSize is how many records one transaction removes or releases, so that no
// visit waits long for it.
const stepSize = 100

// Held are the drafts of a source (empty: of all) that were kept back because
// they looked like a flood of old news.
func (s *Store) Held(ctx context.Context, source string) ([]news.Draft, error) {
	held, err := heldAfter(ctx, s.pool, source, nil, 1<<30)
	drafts := make([]news.Draft, len(held))
	for i, h := range held {
		drafts[i] = h.Draft
	}
	return drafts, err
}

// heldAfter are held drafts of a source (empty: of all) whose names come after
// one, in their order.
func heldAfter(ctx context.Context, q querier, source string, after []byte, most int) (out []news.HeldDraft, err error) {
	rows, err := q.Query(ctx, `select source, since, draft from held where ($1 = '' or source = $1) and ($2::bytea is null or name > $2)
		order by name limit $3`, source, after, most)
	if err != nil {
		return nil, err
	}
	var h news.HeldDraft
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&h.Source, &h.Since, &data}, func() error {
		h.Draft, h.Since = news.Draft{}, h.Since.UTC()
		if err := json.Unmarshal(data, &h.Draft); err != nil {
			return fmt.Errorf("held draft: %w", err)
		}
		out = append(out, h)
		return nil
	})
	return out, err
}

// ReleaseHeld publishes the held drafts of a source (empty: of all) as what they
// are, old items: they count as seen when they were published. It does so in
// steps; one that is interrupted leaves the rest held.
func (s *Store) ReleaseHeld(ctx context.Context, source string) (news.Committed, error) {
	told := news.Committed{Source: source}
	var after []byte
	for {
		held, err := heldAfter(ctx, s.pool, source, after, stepSize)
		if err != nil || len(held) == 0 {
			if len(told.Added) > 0 {
				s.subs.tell(told)
			}
			return told, err
		}
		bySource := map[string]*news.Report{}
		for _, h := range held {
			if bySource[h.Source] == nil {
				bySource[h.Source] = &news.Report{Visit: news.Visit{Source: h.Source}}
			}
			h.Draft.Backfill = true
			bySource[h.Source].Drafts = append(bySource[h.Source].Drafts, h.Draft)
			name := decide.NameOf(h.Draft.Canonical)
			after = name[:]
		}
		var reports []news.Report
		for _, name := range slices.Sorted(maps.Keys(bySource)) {
			reports = append(reports, *bySource[name])
		}
		done, err := s.commit(ctx, true, reports)
		if err != nil {
			return told, err
		}
		for _, c := range done {
			told.Added = append(told.Added, c.Added...)
			told.Edited = append(told.Edited, c.Edited...)
			told.Renamed += c.Renamed
			told.Seq = c.Seq
		}
	}
}

// released takes drafts out of those that are held, whatever became of them, and
// counts anew what their source has.
func (c *commit) released(r *report) error {
	for _, d := range r.drafts {
		if err := c.exec("delete from held where name = $1", d.Name[:]); err != nil {
			return err
		}
	}
	st, configured, known, err := source(c.ctx, c.tx, r.Visit.Source)
	if err != nil || !known {
		return err
	}
	return c.counted(st, configured)
}

// RawPages are the kept pages of some sources' articles, by address, so that
// changed rules can be applied to them again.
func (s *Store) RawPages(ctx context.Context, sources ...string) iter.Seq2[news.KeptPage, error] {
	const atOnce = 20
	return func(yield func(news.KeptPage, error) bool) {
		var done, total int64
		err := s.pool.QueryRow(ctx, "select count(*) from raw join pages p using (name) where p.source = any($1)", sources).Scan(&total)
		for after, more := []byte{}, true; more && err == nil; {
			var step []news.KeptPage
			step, after, err = s.keptPages(ctx, after, atOnce, sources)
			for _, p := range step {
				if !yield(p, nil) {
					return
				}
			}
			more = len(step) == atOnce
			done += int64(len(step))
			news.ProgressOf(ctx)(min(done, total), total)
		}
		if err != nil {
			yield(news.KeptPage{}, fmt.Errorf("kept pages: %w", err))
		}
	}
}

// keptPages are the next kept pages of sources' articles after a name, and the
// name of the last of them.
func (s *Store) keptPages(ctx context.Context, after []byte, most int, sources []string) (found []news.KeptPage, last []byte, err error) {
	rows, err := s.pool.Query(ctx, `select r.name, r.page, p.source from raw r join pages p using (name)
		where r.name > $1 and p.source = any($2) and coalesce((p.page->>'listing')::boolean, false) = false
		order by r.name limit $3`, after, sources, most)
	if err != nil {
		return nil, nil, err
	}
	var data []byte
	var source string
	_, err = pgx.ForEachRow(rows, []any{&last, &data, &source}, func() error {
		p := news.KeptPage{Source: source}
		err := unpack(data, &p.RawPage)
		found = append(found, p)
		return err
	})
	return found, last, err
}
