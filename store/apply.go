package store

import (
	"fmt"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// A preparedChange is a change with all that can be computed and compressed
// before the writer's lock is held.
type preparedChange struct {
	old, new *head
	packed   []byte // the new body; nil: there is none, or it is as it was
	body     bool   // the body is written or removed
	text     string // all folded text, for the full-text index; empty where it has yet to be folded
	earlier  *news.Revision
	revision []byte // earlier, compressed
	reworded bool
	remember bool
}

// prepareChanges makes changes ready for writing; those that change nothing are
// left out.
func prepareChanges(p preparedReport, all []decide.Change) []preparedChange {
	byDraft := make(map[*decide.Draft]*draft, len(p.drafts))
	for i := range p.drafts {
		byDraft[p.drafts[i].Draft] = &p.drafts[i]
	}
	out := make([]preparedChange, len(all))
	inParallel(len(all), textSize(p.Drafts), func(i int) { out[i].prepare(all[i], byDraft[all[i].Draft]) })
	return slices.DeleteFunc(out, func(c preparedChange) bool { return c.new == nil })
}

func (c *preparedChange) prepare(from decide.Change, d *draft) {
	c.new = &head{Head: *from.New}
	if d != nil {
		d.prepare()
		c.new.made = d.made
		c.text, c.packed, c.body = d.text, d.packed, true
	}
	c.new.made.payload = c.new.encode()
	if from.Old != nil {
		c.old = &head{Head: *from.Old}
		if from.Content == nil && from.Earlier == nil && string(c.old.encode()) == string(c.new.made.payload) {
			c.new = nil
			return
		}
	}
	if d == nil && from.Content != nil {
		c.packed, c.body = packBody(*from.Content), true
	}
	if from.Earlier != nil {
		c.earlier = from.Earlier
		c.revision = packer().EncodeAll(encodeRevision(*from.Earlier), nil)
	}
	c.reworded, c.remember = from.Reworded, from.Remember
}

// apply writes what was decided of a report. first is the Seq of the first new
// item of its request.
func (t *txn) apply(p *preparedReport, first uint64) error {
	own := func(seq uint64) uint64 {
		if seq >= decide.Fresh {
			return first + seq - decide.Fresh
		}
		return seq
	}
	if err := t.bucket(items).SetSequence(t.bucket(items).Sequence() + uint64(p.decided.Added)); err != nil {
		return fmt.Errorf("items: %w", err)
	}
	if err := t.noteStamps(p.decided.Added); err != nil {
		return err
	}
	for _, n := range p.decided.Names {
		if err := t.applyName(n, own(n.Seq)); err != nil {
			return err
		}
	}
	for _, c := range p.changes {
		if err := t.applyChange(c, own(c.new.Seq)); err != nil {
			return fmt.Errorf("%s: %w", c.new.Address(), err)
		}
	}
	for _, h := range p.decided.Held {
		if err := t.applyHeld(h); err != nil {
			return fmt.Errorf("%s: %w", h.Canonical, err)
		}
	}
	return nil
}

func (t *txn) applyName(n decide.NameChange, seq uint64) error {
	if seq == 0 {
		return t.delete(names, n.Name[:])
	}
	return t.putRecord(names, n.Name[:], seqKey(seq), plain)
}

// applyChange writes a head, its body and the content before, and has the words
// indexed. The change may be applied again, where the transaction fails.
func (t *txn) applyChange(c preparedChange, seq uint64) error {
	h := *c.new
	h.Seq = seq
	var old *head
	if c.old != nil {
		was := *c.old
		was.Seq, old = seq, &was
	}
	t.shown = true
	if c.body {
		if err := t.putBody(old, seq, c.packed); err != nil {
			return err
		}
	}
	if c.earlier != nil {
		if err := t.putRevision(seq, c.revision); err != nil {
			return err
		}
	}
	if err := t.putHead(old, &h); err != nil {
		return err
	}
	if c.remember {
		t.s.recent.add(h.Recent())
	}
	if !c.reworded {
		return nil
	}
	return t.indexWords(old, seq, c.text)
}

// putBody writes a body (compressed already, nil: there is none). old is nil
// for a new item.
func (t *txn) putBody(old *head, seq uint64, packed []byte) error {
	key := seqKey(seq)
	switch {
	case packed != nil:
		return t.put(bodies, key, sealPacked(bodies, key, packed))
	case old != nil:
		return t.delete(bodies, key)
	}
	return nil
}
