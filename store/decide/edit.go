package decide

import (
	"regexp"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// refresh brings a known item up to what a draft saw.
func (p *picture) refresh(h *Head, d *Draft, moved bool) {
	was := p.full(h)
	merged, takes := p.merge(was, d)
	next := &Head{Item: merged, Canonical: h.Address(), Aliases: h.Aliases, Minhash: h.Minhash, Signature: h.Signature, HasText: h.HasText}
	next.resign(was, d, takes)
	if d.Canonical != h.Address() {
		p.move(next, d)
	}
	p.addAliases(next, d.Aliases)
	edited, earlier := p.judge(&next.Item, was, d, takes)
	told := &p.changes.Told
	completed := was.Partial && !next.Partial // only now is there enough to tell whose story it is
	if completed {
		if next.Story == "" && !p.retold(next.ID) {
			next.Story = p.story(next, d)
		}
		if !edited && !slices.Contains(told.Added, h.ID) {
			told.Completed = append(told.Completed, h.ID)
		}
	}
	if moved {
		told.Renamed++
	}
	if edited && !slices.Contains(told.Added, h.ID) && !slices.Contains(told.Edited, h.ID) {
		told.Edited = append(told.Edited, h.ID)
	}
	c := Change{Old: h, New: next, Earlier: earlier, Reworded: true, Remember: completed}
	if was.BodyText != next.BodyText || was.BodyHTML != next.BodyHTML {
		c.Content = &Content{next.BodyText, next.BodyHTML}
	}
	p.change(c)
}

// resign brings the fingerprints up to the text that the item has now. One that
// was kept before there were signatures gets them with its next new text.
func (h *Head) resign(was news.Item, d *Draft, takes bool) {
	switch {
	case takes && d.Item.BodyText == h.BodyText:
		if h.HasText != Unknown || d.Text.Minhash != h.Minhash {
			h.sign(d.Text, h.Item)
		}
	case h.BodyText == "" && h.Teaser != was.Teaser, h.Headline != was.Headline:
		h.Sign()
	}
}

// move makes the address of a draft the item's own, unless the draft only met
// it under another name; the former address becomes an alias.
func (p *picture) move(h *Head, d *Draft) {
	former := h.Canonical
	if slices.Contains(h.Aliases, d.Canonical) {
		return
	}
	p.putName(d.Name, h)
	h.Canonical, h.URL = d.Canonical, d.Item.URL
	h.Aliases = append([]string{former}, h.Aliases...)
	if len(h.Aliases) > MaxAliases {
		for _, gone := range h.Aliases[MaxAliases:] {
			p.forgetName(gone, h)
		}
		h.Aliases = h.Aliases[:MaxAliases]
	}
}

// merge is the item with what a draft adds to it; takes reports whether the
// draft's content replaced the item's.
func (p *picture) merge(was news.Item, d *Draft) (merged news.Item, takes bool) {
	merged = was
	for _, name := range SourcesOf(d) {
		if !slices.Contains(merged.Sources, name) {
			merged.Sources = append(slices.Clone(merged.Sources), name)
		}
	}
	guest := was.Source() != d.Source && d.Source != ""
	if guest && (d.Item.Partial || !was.Partial) {
		guest = p.owned(was)
	}
	switch {
	case d.Item.Partial && !was.Partial:
		return merged, false
	case guest && (d.Item.Partial || !was.Partial):
		fillFields(&merged, d.Item)
		return merged, false
	}
	return replace(merged, d.Item), true
}

// owned reports whether the source that found an item is still configured:
// then only that one changes the content, or two sources with different rules
// would take turns.
func (p *picture) owned(it news.Item) bool {
	owned, err := p.Owned(it.Source())
	p.note(err)
	return owned
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

// shownEarly is how far before its publication an item may be shown: a page may
// print the date of tomorrow.
const shownEarly = 49 * time.Hour

// replace is the draft's content under the item's identity. What the page may
// have lost by accident (its date, the whole body) stays as it was.
func replace(was, draft news.Item) news.Item {
	it := draft
	it.ID, it.Seq, it.Sources = was.ID, was.Seq, was.Sources
	it.FirstSeen, it.Shown, it.Changed, it.Withdrawn = was.FirstSeen, was.Shown, was.Changed, was.Withdrawn
	it.Story, it.Revisions, it.Backfilled = was.Story, was.Revisions, was.Backfilled
	if it.Published.IsZero() {
		it.Published = was.Published
	}
	if it.Published.Time.Sub(it.Shown) > shownEarly { // by a clock that was behind
		it.Shown = news.ShownAt(it.Published, it.FirstSeen, 0)
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
func (p *picture) judge(it *news.Item, was news.Item, d *Draft, takes bool) (edited bool, earlier *news.Revision) {
	if !was.Withdrawn.IsZero() {
		it.Withdrawn, it.Changed = time.Time{}, p.now
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
	if was.Published.IsZero() { // the page had a date that was not read, as under a clock that was behind
		fields = slices.DeleteFunc(fields, func(f string) bool { return f == "published" })
	}
	if len(fields) == 0 {
		it.Updated = was.Updated
		if was.BodyText != it.BodyText { // white space or counters only: the kept one need not be written again
			it.BodyText, it.BodyHTML = was.BodyText, was.BodyHTML
		}
		return edited, nil
	}
	if it.Updated.IsZero() || it.Updated.Equal(was.Updated) {
		it.Updated = news.Moment{Time: p.now, Precision: news.Second}
	}
	it.Changed = p.now
	it.Revisions++
	return true, &news.Revision{Seen: p.now, Fields: fields, Item: was}
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
