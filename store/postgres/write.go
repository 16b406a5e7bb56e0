package postgres

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

func (c *commit) exec(sql string, args ...any) error {
	_, err := c.tx.Exec(c.ctx, sql, args...)
	return err
}

// name makes a name lead to an item; 0: to none.
func (c *commit) name(n decide.NameChange, seq uint64) error {
	if seq == 0 {
		return c.exec("delete from names where name = $1", n.Name[:])
	}
	return c.exec("insert into names (name, seq) values ($1, $2) on conflict (name) do update set seq = excluded.seq", n.Name[:], seq)
}

// change writes an item that comes or changes, and what is found by it.
func (c *commit) change(ch decide.Change, seq uint64) error {
	h := *ch.New
	h.Seq = seq
	if ch.Content != nil {
		if err := c.body(seq, *ch.Content); err != nil {
			return err
		}
	}
	if ch.Earlier != nil {
		if err := c.revision(seq, *ch.Earlier); err != nil {
			return err
		}
	}
	if ch.Old != nil && ch.Content == nil && ch.Earlier == nil && sameHead(ch.Old, &h) {
		return nil
	}
	if err := c.head(ch.Old, &h); err != nil {
		return err
	}
	if ch.Remember {
		if err := c.remember(&h); err != nil {
			return err
		}
	}
	if ch.Reworded {
		return c.words(&h)
	}
	return nil
}

// sameHead reports heads that would be written alike.
func sameHead(a, b *decide.Head) bool {
	one, err1 := encodeHead(a)
	other, err2 := encodeHead(b)
	return err1 == nil && err2 == nil && string(one) == string(other)
}

// head writes an item's head, and brings what it is found by from old (nil: it
// is new) to h.
func (c *commit) head(old, h *decide.Head) error {
	data, err := encodeHead(h)
	if err != nil {
		return err
	}
	c.shown = true
	if err := c.exec(`insert into items (seq, shown, gone, forgotten, id, story, head) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (seq) do update set shown = excluded.shown, gone = excluded.gone, forgotten = excluded.forgotten, story = excluded.story, head = excluded.head`,
		h.Seq, h.Shown, !h.Withdrawn.IsZero(), h.Forgotten, h.ID, h.Story, data); err != nil {
		return err
	}
	return c.index(old, h)
}

// revision writes an item's former content after those that it has.
func (c *commit) revision(seq uint64, r news.Revision) error {
	data, err := pack(r)
	if err != nil {
		return err
	}
	return c.exec(`insert into revisions (seq, number, revision)
		select $1, coalesce(max(number), 0) + 1, $2 from revisions where seq = $1`, seq, data)
}

// remember lets an item be found by the same report of another source.
func (c *commit) remember(h *decide.Head) error {
	for _, key := range keysOf(h.Recent()) {
		err := c.exec("insert into likes (key, seq, shown) values ($1, $2, $3) on conflict do nothing", key, h.Seq, h.Shown)
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *commit) body(seq uint64, content decide.Content) error {
	if content == (decide.Content{}) {
		return c.exec("delete from bodies where seq = $1", seq)
	}
	data, err := pack(content)
	if err != nil {
		return err
	}
	return c.exec("insert into bodies (seq, body) values ($1, $2) on conflict (seq) do update set body = excluded.body", seq, data)
}

// words makes an item's words anew: all of them in Go's folding.
func (c *commit) words(h *decide.Head) error {
	body, err := look{c.ctx, c.tx}.Content(h.Seq)
	if err != nil {
		return err
	}
	texts := append([]string{h.Headline, h.Kicker, h.Place, h.Teaser, body.Text}, h.Tags...)
	all := map[string]bool{}
	for _, text := range texts {
		for _, word := range strings.Fields(news.Fold(text)) {
			all[cutWord(word)] = true
		}
	}
	words := slices.Sorted(maps.Keys(all))
	return c.exec(`insert into words (seq, shown, words) values ($1, $2, array_to_tsvector($3::text[]))
		on conflict (seq) do update set shown = excluded.shown, words = excluded.words`, h.Seq, h.Shown, words)
}

// longestWord is where words are cut, in bytes.
const longestWord = 60

func cutWord(word string) string {
	if len(word) <= longestWord {
		return word
	}
	return strings.ToValidUTF8(word[:longestWord], "")
}

// index brings what items are found and counted by from old to h.
func (c *commit) index(old, h *decide.Head) error {
	if old != nil {
		was := *old
		was.Seq = h.Seq
		if err := c.unlist(&was); err != nil {
			return err
		}
	}
	if h.Forgotten {
		return nil
	}
	for _, v := range decide.FacetsOf(h.Sources, &h.Item) {
		id, err := c.facet(v, h.Withdrawn.IsZero(), +1)
		if err != nil {
			return err
		}
		if err := c.exec("insert into item_facets (facet, shown, seq) values ($1, $2, $3) on conflict do nothing", id, h.Shown, h.Seq); err != nil {
			return err
		}
	}
	for _, source := range h.Sources {
		if err := c.exec("insert into titles (source, headline, seq) values ($1, $2, $3) on conflict do nothing",
			source, signed(decide.HeadlineHash(h.Headline)), h.Seq); err != nil {
			return err
		}
	}
	return nil
}

// unlist takes an item out of what it was found and counted by.
func (c *commit) unlist(old *decide.Head) error {
	if old.Forgotten {
		return nil
	}
	for _, v := range decide.FacetsOf(old.Sources, &old.Item) {
		id, err := c.facet(v, old.Withdrawn.IsZero(), -1)
		if err != nil {
			return err
		}
		if err := c.exec("delete from item_facets where facet = $1 and shown = $2 and seq = $3", id, old.Shown, old.Seq); err != nil {
			return err
		}
	}
	for _, source := range old.Sources {
		if err := c.exec("delete from titles where source = $1 and headline = $2 and seq = $3",
			source, signed(decide.HeadlineHash(old.Headline)), old.Seq); err != nil {
			return err
		}
	}
	return nil
}

// facet is the id of a value, whose items are counted by one more or less where
// the item is shown. Its spelling is the first one, as long as it has items.
func (c *commit) facet(v decide.FacetValue, shown bool, by int) (id uint64, err error) {
	c.touched[v.Term] = true
	if !shown {
		by = 0
	}
	found, err := maybe(c.tx.QueryRow(c.ctx, `update facets set items = items + $3,
		name = case when items <= 0 and $3 > 0 then $4 else name end
		where kind = $1 and slug = $2 returning id`, string(v.Facet), v.Value, by, v.Name).Scan(&id))
	if found || err != nil {
		return id, err
	}
	if err := c.tx.QueryRow(c.ctx, "update state set facets = facets + 1 returning facets").Scan(&id); err != nil {
		return 0, err
	}
	return id, c.exec("insert into facets (id, kind, slug, name, items) values ($1, $2, $3, $4, $5)",
		id, string(v.Facet), v.Value, v.Name, max(by, 0))
}

func (c *commit) hold(h decide.HeldChange) error {
	name := decide.NameOf(h.Canonical)
	if h.Draft == nil {
		return c.exec("delete from held where name = $1", name[:])
	}
	data, err := json.Marshal(h.Draft)
	if err != nil {
		return err
	}
	return c.exec(`insert into held (name, source, since, draft) values ($1, $2, $3, $4)
		on conflict (name) do update set source = excluded.source, since = excluded.since, draft = excluded.draft`, name[:], h.Source, h.Since, data)
}

// pages writes what is remembered of the pages of a visit.
func (c *commit) pages(r *report) error {
	for _, p := range r.Pages {
		if err := c.page(p); err != nil {
			return err
		}
	}
	for _, raw := range r.raws {
		if err := c.raw(raw); err != nil {
			return err
		}
	}
	return nil
}

func (c *commit) page(p news.PageState) error {
	key := news.Canonical(p.URL)
	if key == "" || len(key) > decide.MaxKey {
		return nil
	}
	name := decide.NameOf(key)
	old, found, err := page(c.ctx, c.tx, key)
	if err != nil {
		return err
	}
	if found && (p.FirstSeen.IsZero() || old.FirstSeen.Before(p.FirstSeen)) {
		p.FirstSeen = old.FirstSeen
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.exec(`insert into pages (name, address, source, next, page) values ($1, $2, $3, $4, $5)
		on conflict (name) do update set source = excluded.source, next = excluded.next, page = excluded.page`,
		name[:], key, p.Source, nullable(p.Next), data)
}

func (c *commit) raw(p news.RawPage) error {
	address := news.Canonical(p.URL)
	name := decide.NameOf(address)
	data, err := sealed(p)
	if err != nil {
		return err
	}
	return c.exec(`insert into raw (name, address, fetched, page) values ($1, $2, $3, $4)
		on conflict (name) do update set fetched = excluded.fetched, page = excluded.page`, name[:], address, p.Fetched, data)
}

func sealed(p news.RawPage) ([]byte, error) {
	if p.Sealed != nil {
		return p.Sealed, nil
	}
	return pack(p)
}

// Seal compresses a page for Commit as soon as it has been read.
func (s *Store) Seal(p news.RawPage) news.RawPage {
	data, err := pack(p)
	if err != nil || len(p.Body) > decide.MaxRawPage {
		return p
	}
	return news.RawPage{URL: p.URL, ContentType: p.ContentType, Fetched: p.Fetched,
		Sealed: bytes.Clone(data)} // which has no room that it does not need
}

const (
	keptVisits        = 200 // of each source
	keptHealthChanges = 5000
)

// close writes the visit, the source's state with what came of it, and a change
// of its health.
func (c *commit) close(r *report) error {
	if r.Visit.Source != "" {
		if err := c.visit(decide.VisitOf(r.Report, r.told)); err != nil {
			return err
		}
	}
	if r.Change != nil {
		if err := c.healthChange(*r.Change, 0); err != nil {
			return err
		}
	}
	if r.State.Name == "" {
		return nil
	}
	return c.state(r)
}

// visit writes a visit after those that its source has.
func (c *commit) visit(v news.Visit) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var number uint64
	err = c.tx.QueryRow(c.ctx, `insert into visits (source, number, visit)
		select $1, coalesce(max(number), 0) + 1, $2 from visits where source = $1
		returning number`, v.Source, data).Scan(&number)
	if err != nil {
		return err
	}
	return c.exec("delete from visits where source = $1 and number <= $2::bigint - $3", v.Source, number, keptVisits)
}

// healthChange writes a change of health under a number; 0: the next one.
func (c *commit) healthChange(h news.HealthChange, number uint64) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	err = c.exec(`insert into health (number, change)
		select case when $2::bigint > 0 then $2 else coalesce(max(number), 0) + 1 end, $1::json from health`,
		data, int64(number)) //nolint:gosec // a count
	if err != nil {
		return err
	}
	return c.exec("delete from health where number <= (select max(number) from health) - $1", keptHealthChanges)
}

// state writes the state of the visited source.
func (c *commit) state(r *report) error {
	old, configured, known, err := source(c.ctx, c.tx, r.State.Name)
	if err != nil {
		return err
	}
	before := &old
	if !known {
		before = nil
	}
	if err := c.counted(decide.StateOf(r.Report, r.told, before), configured || !known); err != nil {
		return err
	}
	return reschedule(c.ctx, c.tx, []string{cmp.Or(old.Host, r.State.Host)})
}

// counted writes the state of a source with how many items and held drafts it
// has.
func (c *commit) counted(st news.SourceState, configured bool) error {
	src, err := look{c.ctx, c.tx}.Source(st.Name)
	if err != nil {
		return err
	}
	st.Items = src.Items
	if err := c.tx.QueryRow(c.ctx, "select count(*) from held where source = $1", st.Name).Scan(&st.Held); err != nil {
		return err
	}
	return putSource(c.ctx, c.tx, st, configured)
}
