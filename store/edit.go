package store

import (
	"bytes"
	"regexp"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// refresh brings a known item up to what a draft saw.
func (t *txn) refresh(h *head, d *draft, moved bool, c *news.Committed) error {
	old := *h
	was := h.Item
	if err := t.body(&was); err != nil {
		return err
	}
	fresh, takes, err := t.merge(was, d)
	if err != nil {
		return err
	}
	next := &head{Item: fresh, Canonical: h.canonical(), Aliases: h.Aliases, Sketch: h.Sketch}
	if takes {
		next.Sketch = d.sketch
	}
	if d.Canonical != h.canonical() {
		if err := t.move(next, d); err != nil {
			return err
		}
	}
	if err := t.addAliases(next, d.Aliases); err != nil {
		return err
	}
	edited, err := t.judge(&next.Item, was, d, takes)
	if err != nil {
		return err
	}
	if was.Partial && !next.Partial { // only now is there enough to tell whose story it is
		if err := t.retell(next, d); err != nil {
			return err
		}
		if !edited && !slices.Contains(c.Added, h.ID) {
			c.Completed = append(c.Completed, h.ID)
		}
	}
	if moved {
		c.Renamed++
	}
	if edited && !slices.Contains(c.Added, h.ID) && !slices.Contains(c.Edited, h.ID) {
		c.Edited = append(c.Edited, h.ID)
	}
	return t.putIfChanged(&old, was, next)
}

// retell looks again for who told an item's story first.
func (t *txn) retell(h *head, d *draft) (err error) {
	if h.Story == "" && len(t.repeats(h.ID)) == 0 {
		h.Story, err = t.story(h, d)
	}
	if t.s.recent != nil {
		t.s.recent.add(h.recent())
	}
	return err
}

// move makes the address of a draft the item's own, unless the draft only met
// it under another name; the former address becomes an alias.
func (t *txn) move(h *head, d *draft) error {
	former := h.Canonical
	if slices.Contains(h.Aliases, d.Canonical) {
		return nil
	}
	if err := t.putName(d.made.name, h); err != nil {
		return err
	}
	h.Canonical, h.URL = d.Canonical, d.Item.URL
	h.Aliases = append([]string{former}, h.Aliases...)
	if len(h.Aliases) > maxAliases {
		for _, gone := range h.Aliases[maxAliases:] {
			if err := t.forgetName(gone, h); err != nil {
				return err
			}
		}
		h.Aliases = h.Aliases[:maxAliases]
	}
	return nil
}

// forgetName removes an alias from the names. Where it is also the name of the
// item's id, the id gets another.
func (t *txn) forgetName(canonical string, h *head) error {
	key := nameKey(canonical)
	if bytes.Equal(key, idKey(h.ID)) {
		if err := t.putRecord(names, spareKey(h.ID), seqKey(h.Seq), plain); err != nil {
			return err
		}
	}
	return t.delete(names, key)
}

// merge is the item with what a draft adds to it; takes reports whether the
// draft's content replaced the item's.
func (t *txn) merge(was news.Item, d *draft) (fresh news.Item, takes bool, err error) {
	fresh = was
	for _, name := range sourcesOf(d) {
		if !slices.Contains(fresh.Sources, name) {
			fresh.Sources = append(slices.Clone(fresh.Sources), name)
		}
	}
	guest := was.Source() != d.source && d.source != ""
	if guest && (d.Item.Partial || !was.Partial) {
		owned, err := t.owned(was)
		if err != nil {
			return fresh, false, err
		}
		guest = owned
	}
	switch {
	case d.Item.Partial && !was.Partial:
		return fresh, false, nil
	case guest && (d.Item.Partial || !was.Partial):
		fillFields(&fresh, d.Item)
		return fresh, false, nil
	}
	return replace(fresh, d.Item), true, nil
}

// owned reports whether the source that found an item is still configured:
// then only that one changes the content, or two sources with different rules
// would take turns.
func (t *txn) owned(it news.Item) (bool, error) {
	r, known, err := t.source(it.Source())
	return !known || r.Configured, err
}

// fillFields completes an item with what another source knows of it.
func fillFields(it *news.Item, from news.Item) {
	for _, f := range []struct{ to, from *string }{
		{&it.Place, &from.Place}, {&it.Kicker, &from.Kicker}, {&it.Teaser, &from.Teaser},
		{&it.Image, &from.Image}, {&it.Language, &from.Language},
	} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	if it.Published.IsZero() {
		it.Published = from.Published
	}
	for _, tag := range from.Tags {
		if !hasTag(it.Tags, tag) {
			it.Tags = append(slices.Clone(it.Tags), tag)
			it.Assigned = append(slices.Clone(it.Assigned), tag)
		}
	}
}

func hasTag(tags []string, tag string) bool {
	return slices.ContainsFunc(tags, func(have string) bool { return news.Slug(have) == news.Slug(tag) })
}

// replace is the draft's content under the item's identity. What the page may
// have lost by accident (its date, the whole body) stays as it was.
func replace(was, draft news.Item) news.Item {
	it := draft
	it.ID, it.Seq, it.Sources = was.ID, was.Seq, was.Sources
	it.FirstSeen, it.Shown, it.Changed, it.Withdrawn = was.FirstSeen, was.Shown, was.Changed, was.Withdrawn
	it.Story, it.Revisions = was.Story, was.Revisions
	if it.Published.IsZero() {
		it.Published = was.Published
	}
	if it.BodyText == "" && it.BodyHTML == "" && !it.NoArchive {
		it.BodyText, it.BodyHTML = was.BodyText, was.BodyHTML
	}
	if len(it.Sources) > 1 { // assigned tags may be another source's
		for _, tag := range was.Assigned {
			if !hasTag(it.Tags, tag) {
				it.Tags = append(slices.Clone(it.Tags), tag)
				it.Assigned = append(slices.Clone(it.Assigned), tag)
			}
		}
	}
	return it
}

// judge decides whether what changed is an edit that readers are told of, and
// keeps the earlier content if so.
func (t *txn) judge(it *news.Item, was news.Item, d *draft, takes bool) (edited bool, err error) {
	if !was.Withdrawn.IsZero() {
		it.Withdrawn, it.Changed = time.Time{}, t.now()
		edited = true
	}
	if !takes {
		return edited, nil
	}
	if was.Partial && !it.Partial { // the article of what the listing announced: no edit of the town's
		if at := news.ShownAt(it.Published, was.FirstSeen, d.Position); !it.Published.IsZero() && at.Before(it.Shown) {
			it.Shown = at.Truncate(time.Second)
		}
		return edited, nil
	}
	fields := materialChanges(was, *it)
	if d.Reread && len(fields) > 0 {
		it.Updated = was.Updated
		return true, nil
	}
	if len(fields) == 0 {
		it.Updated = was.Updated
		if cosmetic(was, *it) {
			it.BodyText, it.BodyHTML = was.BodyText, was.BodyHTML
		}
		return edited, nil
	}
	if it.Updated.IsZero() || it.Updated.Equal(was.Updated) {
		it.Updated = news.Moment{Time: t.now(), Precision: news.Second}
	}
	it.Changed = t.now()
	it.Revisions++
	return true, t.putRevision(was, fields)
}

// counter is a visitor counter: its number changes with every look.
var counter = regexp.MustCompile(`(?i)(?:aufrufe|zugriffe|klicks|views|hits|gelesen|besucher)\s*:?\s*[\d.,]+|[\d.,]+\s*(?:x|mal|×)?\s*(?:aufrufe|zugriffe|klicks|views|hits|gelesen|besucher|besuche)\b`)

// materialChanges is news.MaterialChanges without visitor counters.
func materialChanges(a, b news.Item) []string {
	fields := news.MaterialChanges(a, b)
	if slices.Contains(fields, "body") && counter.MatchString(b.BodyText) &&
		news.Squash(counter.ReplaceAllString(a.BodyText, "")) == news.Squash(counter.ReplaceAllString(b.BodyText, "")) {
		fields = slices.DeleteFunc(fields, func(f string) bool { return f == "body" })
	}
	return fields
}

// cosmetic reports whether the bodies differ in white space or counters only,
// so that the kept one need not be written again.
func cosmetic(a, b news.Item) bool {
	return a.BodyText != b.BodyText
}

// putIfChanged writes what differs from what is kept.
func (t *txn) putIfChanged(old *head, was news.Item, next *head) error {
	sameBody := was.BodyText == next.BodyText && was.BodyHTML == next.BodyHTML
	if sameBody && bytes.Equal(old.encode(), next.encode()) {
		return nil
	}
	t.shown = true
	if sameBody {
		if err := t.putHead(old, next); err != nil {
			return err
		}
		return t.indexWords(old, next.Seq, "")
	}
	return t.putContent(old, next, packBody(next.Item), "")
}
