package decide

import (
	"maps"
	"time"
)

// When a visit's new items look like old news: at least this many, of a source
// that has at least as many already, dated before what its last good visit
// would have seen.
const (
	floodFewest = 10
	floodLate   = 14 * 24 * time.Hour
	floodRecent = 7 * 24 * time.Hour // undated drafts are judged only when the last good visit was no longer ago
)

// findFlood marks the drafts of a report that would appear as news although
// they are old: a relaunch that was not recognised, or a listing that now
// shows an archive.
func (p *picture) findFlood(r Report, src Source, b *batch) {
	if !src.Known || src.LastSuccess.IsZero() || src.Items < floodFewest {
		return
	}
	last := src.LastSuccess
	if last.After(p.now) { // stamped by a clock that was ahead
		last = p.now
	}
	fresh := 0
	flood, undated := map[*Draft]bool{}, map[*Draft]bool{}
	for _, d := range r.Drafts {
		if d.Withdrawn || d.Backfill {
			continue
		}
		d.looked = false
		if h, _ := p.resolve(d, b); h != nil || p.err != nil {
			continue
		}
		fresh++
		switch {
		case d.Item.Published.IsZero():
			undated[d] = true
		case d.Item.Published.Time.Before(last.Add(-floodLate)):
			flood[d] = true
		}
	}
	// Undated entries that are all new at once, soon after a visit that knew
	// them all, are the town's old news under new addresses.
	if 5*len(undated) >= 4*max(r.Entries, len(r.Drafts)) && p.now.Sub(last) < floodRecent {
		maps.Copy(flood, undated)
	}
	if len(flood) >= floodFewest && 2*len(flood) >= fresh {
		b.flood = flood
	}
}

// hold keeps a draft back until the operator decides.
func (p *picture) hold(d *Draft) {
	since, held, err := p.Held(d.Canonical)
	p.note(err)
	if p.held[d.Canonical] {
		held, since = true, p.now
	}
	if !held {
		since = p.now
		p.changes.Told.Held++
	}
	p.held[d.Canonical] = true
	p.changes.Held = append(p.changes.Held, HeldChange{d.Canonical, d.Source, since, &d.Draft})
}

// unhold forgets that a draft was held.
func (p *picture) unhold(d *Draft) {
	_, held, err := p.Held(d.Canonical)
	p.note(err)
	if held || p.held[d.Canonical] {
		p.held[d.Canonical] = false
		p.changes.Held = append(p.changes.Held, HeldChange{Canonical: d.Canonical})
	}
}
