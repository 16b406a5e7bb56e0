package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Maintain does a day's upkeep: it removes what is past its time. Copies of a
// database, and its space, are the database's own to look after.
func (s *Store) Maintain(ctx context.Context, u news.Upkeep) error {
	start := time.Now()
	pruned, err := s.Prune(ctx, u.Retention)
	if err != nil {
		return err
	}
	for _, held := range pruned.Held {
		s.log.Warn("much is past its age at once and is kept until the next upkeep agrees; stadtfeed held shows it",
			"kind", held.Kind, "held", held.Records)
	}
	s.log.Info("archive looked after", "items", pruned.Items, "revisions", pruned.Revisions,
		"pages", pruned.Pages, "took", time.Since(start))
	return nil
}

// A prunable is a kind of record that is removed by its age.
type prunable struct {
	kind   string
	count  string // how many there are, are before $1, and are before $2
	remove func(c *commit, before time.Time, most int) (removed int, err error)
}

var prunables = []prunable{
	{
		"items",
		"select count(*), count(*) filter (where shown < $1), count(*) filter (where shown < $2) from items where not forgotten",
		(*commit).forgetItems,
	}, {
		"pages",
		"select count(*), count(*) filter (where fetched < $1), count(*) filter (where fetched < $2) from raw",
		func(c *commit, before time.Time, most int) (int, error) {
			return c.delete(`delete from raw where name in (
				select name from raw where fetched < $1 order by fetched limit $2)`, before, most)
		},
	},
}

// Prune removes what is older than the retention, in small transactions, and
// what is of use for a while only: the keys by which recent reports are
// recognised, and what was committed on earlier days. Since it is the clock that
// says what is old, there are bounds: see decide.Opinion.
func (s *Store) Prune(ctx context.Context, r news.Retention) (p news.Pruned, err error) {
	for _, k := range prunables {
		age, total := r.Items, &p.Items
		if k.kind == "pages" {
			age, total = r.Pages, &p.Pages
		}
		if age <= 0 {
			continue
		}
		held := 0
		if *total, held, err = s.pruneAged(ctx, k, age); err != nil {
			return p, fmt.Errorf("removing old %s: %w", k.kind, err)
		}
		if held > 0 {
			p.Held = append(p.Held, news.Deletion{Kind: k.kind, Records: held})
		}
	}
	if r.Revisions > 0 {
		if p.Revisions, err = s.pruneRevisions(ctx, r.Revisions); err != nil {
			return p, fmt.Errorf("removing old revisions: %w", err)
		}
	}
	if _, err := s.pool.Exec(ctx, "delete from changes where at < now() - $1::interval", keptChanges); err != nil {
		return p, err
	}
	if _, err := s.pool.Exec(ctx, "delete from subscriptions where expires < now()"); err != nil {
		return p, err
	}
	_, err = s.inSteps(ctx, 1<<30, func(c *commit, most int) (int, error) {
		return c.delete(`delete from likes where (key, seq) in (
			select key, seq from likes where shown < $1 limit $2)`, c.now.Add(-2*decide.StoryWindow), most)
	})
	return p, err
}

// opinions begins the names of the marks that keep what upkeeps said.
const opinions = "prune/"

func opinionMark(kind, what string) string { return opinions + kind + "/" + what }

func (s *Store) opinion(ctx context.Context, kind string) (decide.Opinion, error) {
	marks, err := s.Marks(ctx, opinionMark(kind, ""))
	return decide.OpinionOf(func(what string) uint64 { return marks[opinionMark(kind, what)] }), err
}

func (s *Store) setOpinion(ctx context.Context, kind string, o decide.Opinion) error {
	marks := map[string]uint64{}
	for what, n := range o.Numbers() {
		marks[opinionMark(kind, what)] = n
	}
	return s.SetMarks(ctx, marks)
}

// pruneAged removes what is past its age, as far as that may be; held is how
// much may not.
func (s *Store) pruneAged(ctx context.Context, k prunable, age time.Duration) (removed, held int, err error) {
	before, err := s.opinion(ctx, k.kind)
	if err != nil {
		return 0, 0, err
	}
	now, err := s.now(ctx, s.pool)
	if err != nil {
		return 0, 0, err
	}
	o, agreed := before.Next(now, age)
	var all, past, sure int
	if err := s.pool.QueryRow(ctx, k.count, now.Add(-age), agreed).Scan(&all, &past, &sure); err != nil {
		return 0, 0, err
	}
	if removed, err = s.removeAged(ctx, k, agreed, sure); err != nil {
		return removed, 0, err
	}
	alone := o.Alone(all, past, sure)
	// The word is kept first: a process that is stopped in between takes no tenth twice.
	if err := s.setOpinion(ctx, k.kind, o); err != nil {
		return removed, 0, err
	}
	more, err := s.removeAged(ctx, k, now.Add(-age), alone)
	return removed + more, o.Held, err
}

// removeAged removes the oldest records, so many at most, in small transactions.
func (s *Store) removeAged(ctx context.Context, k prunable, before time.Time, most int) (int, error) {
	return s.inSteps(ctx, most, func(c *commit, step int) (int, error) { return k.remove(c, before, step) })
}

// inSteps runs a step until it removes nothing more, or most are removed.
func (s *Store) inSteps(ctx context.Context, most int, step func(c *commit, most int) (int, error)) (total int, err error) {
	for total < most {
		n := 0
		if err := s.changing(ctx, func(c *commit) (err error) {
			n, err = step(c, min(most-total, stepSize))
			return err
		}); err != nil {
			return total, err
		}
		if total += n; n == 0 {
			break
		}
	}
	return total, nil
}

func (c *commit) delete(sql string, args ...any) (int, error) {
	return c.tx.change(c.ctx, sql, args...)
}

// forgetItems removes all of the oldest items but their addresses.
func (c *commit) forgetItems(before time.Time, most int) (int, error) {
	seqs, err := collectSeqs(c.ctx, c.tx,
		"select seq from items where not forgotten and shown < $1 order by shown, seq limit $2", before, most)
	if err != nil {
		return 0, err
	}
	for _, seq := range seqs {
		old, err := look{c.ctx, c.tx}.Head(seq)
		if err != nil {
			return 0, err
		}
		h := *old
		h.Forget()
		if err := c.head(old, &h); err != nil {
			return 0, err
		}
	}
	for _, table := range []string{"bodies", "revisions", "words", "likes"} {
		if err := c.exec("delete from "+table+" where seq = any($1)", seqs); err != nil {
			return 0, err
		}
	}
	return len(seqs), nil
}

// pruneRevisions keeps the latest revisions of every item.
func (s *Store) pruneRevisions(ctx context.Context, keep int) (total int, err error) {
	_, err = s.inSteps(ctx, 1<<30, func(c *commit, most int) (int, error) {
		seqs, err := collectSeqs(c.ctx, c.tx,
			"select seq from revisions group by seq having count(*) > $1 order by seq limit $2", keep, most)
		if err != nil {
			return 0, err
		}
		for _, seq := range seqs {
			n, err := c.keepRevisions(seq, keep)
			if err != nil {
				return 0, err
			}
			total += n
		}
		return len(seqs), nil
	})
	return total, err
}

// keepRevisions removes all but an item's latest revisions, and notes how many
// it has.
func (c *commit) keepRevisions(seq uint64, keep int) (removed int, err error) {
	removed, err = c.delete(`delete from revisions where seq = $1 and number <=
		(select number from revisions where seq = $1 order by number desc offset $2 limit 1)`, seq, keep)
	if err != nil {
		return 0, err
	}
	old, err := look{c.ctx, c.tx}.Head(seq)
	if err != nil || old == nil {
		return removed, err
	}
	h := *old
	h.Revisions = keep
	return removed, c.head(old, &h)
}

// HeldDeletions are what is past its age and was held back at the last upkeep.
func (s *Store) HeldDeletions(ctx context.Context) (out []news.Deletion, err error) {
	for _, k := range prunables {
		o, err := s.opinion(ctx, k.kind)
		if err != nil {
			return nil, err
		}
		if o.Held > 0 {
			out = append(out, o.Deletion(k.kind))
		}
	}
	return out, nil
}

// ReleaseDeletions deletes what HeldDeletions tells.
func (s *Store) ReleaseDeletions(ctx context.Context) (removed int, err error) {
	for _, k := range prunables {
		o, err := s.opinion(ctx, k.kind)
		if err != nil {
			return removed, err
		}
		if o.Held == 0 {
			continue
		}
		n, err := s.removeAged(ctx, k, o.Before, o.Held)
		if removed += n; err != nil {
			return removed, err
		}
		o.Held = 0
		if err := s.setOpinion(ctx, k.kind, o); err != nil {
			return removed, err
		}
	}
	return removed, nil
}
