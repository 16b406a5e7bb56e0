package store

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// Commit writes reports in one transaction: items, revisions, indexes, pages,
// states and visits of all of them are on disk when it returns, or nothing is.
// It tells what became of each report. Calls that arrive while another is
// writing share the next transaction.
func (s *Store) Commit(ctx context.Context, reports ...news.Report) ([]news.Committed, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	r := &request{reports: make([]preparedReport, len(reports))}
	for i, report := range reports {
		r.reports[i] = prepareReport(report)
	}
	s.visits.Add(1)
	s.requests.add(r)
	s.group.Lock()
	for !r.done { // more may wait than one transaction serves: ours may not be in the first
		s.writeAll(s.requests.take())
	}
	s.group.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	for _, c := range r.out {
		if len(c.Touched())+c.Held+c.Renamed > 0 {
			s.subs.tell(c)
		}
	}
	return r.out, nil
}

// A request is one call of Commit on its way.
type request struct {
	reports []preparedReport
	out     []news.Committed
	err     error
	done    bool // guarded by Store.group
}

// requests are the calls of Commit that wait for a transaction.
type requests struct {
	mu      sync.Mutex
	waiting []*request
}

func (q *requests) add(r *request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, r)
}

// shared is how many calls one transaction serves at most.
const shared = 16

func (q *requests) take() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(shared, len(q.waiting))
	taken := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return taken
}

// writeAll commits requests together; where that fails, each on its own, so
// that one cannot take another down.
func (s *Store) writeAll(rs []*request) {
	err := s.update(func(t *txn) error { return t.requests(rs) })
	for _, r := range rs {
		if r.err, r.done = err, true; err != nil && len(rs) > 1 {
			r.err = s.update(func(t *txn) error { return t.requests([]*request{r}) })
		}
	}
}

func (t *txn) requests(rs []*request) error {
	for _, r := range rs {
		r.out = make([]news.Committed, len(r.reports))
		for i, report := range r.reports {
			r.out[i] = news.Committed{Source: report.Visit.Source}
			if err := t.report(report, &r.out[i]); err != nil {
				return fmt.Errorf("source %q: %w", report.Visit.Source, err)
			}
			r.out[i].Seq = t.bucket(items).Sequence()
		}
	}
	return nil
}

// A preparedReport is a report with everything computed that needs no
// transaction.
type preparedReport struct {
	news.Report
	drafts []*draft
	pages  []preparedPage
	raws   []preparedRaw
}

// A draft is a news.Draft made ready for comparing and writing.
type draft struct {
	news.Draft
	source string
	made   made
	folded string // headline and body as they are compared
	text   string // all folded text, for the full-text index
	sketch sketch
	packed []byte // the body, compressed

	alike []*head // see alikeItems; nil: not looked for
}

func prepareReport(r news.Report) preparedReport {
	p := preparedReport{Report: r}
	noArchive := map[string]bool{}
	for _, d := range r.Drafts {
		if d.Canonical == "" {
			d.Canonical = news.Canonical(d.Item.URL)
		}
		if d.Item.NoArchive {
			d.Item.BodyHTML, d.Item.BodyText = "", ""
			noArchive[d.Canonical], noArchive[news.Canonical(d.Item.URL)] = true, true
		}
		if len(d.Canonical) > maxKey || (!d.Withdrawn && (d.Canonical == "" || news.Squash(d.Item.Headline) == "")) {
			continue // nothing that could be published
		}
		p.drafts = append(p.drafts, &draft{Draft: d, source: r.Visit.Source})
	}
	dropShared(p.drafts)
	var pages []news.RawPage
	for _, page := range r.Raw {
		if key := news.Canonical(page.URL); !noArchive[key] && key != "" && len(key) <= maxKey && len(page.Body) <= maxRawPage {
			pages = append(pages, page)
		}
	}
	p.pages, p.raws = make([]preparedPage, len(r.Pages)), make([]preparedRaw, len(pages))
	inParallel(len(p.drafts)+len(p.pages)+len(p.raws), func(i int) {
		switch n, m := i-len(p.drafts), i-len(p.drafts)-len(p.pages); {
		case n < 0:
			p.drafts[i].prepare()
		case m < 0:
			p.pages[n] = preparePage(r.Pages[n])
		default:
			p.raws[m] = prepareRaw(pages[m])
		}
	})
	return p
}

func (d *draft) prepare() {
	d.made = made{
		name:     nameKey(d.Canonical),
		headline: headlineHash(d.Item.Headline),
		facets:   facetsOf(sourcesOf(d), &d.Item),
		plain:    d.Canonical == news.Canonical(d.Item.URL),
	}
	d.folded = storyText(d.Item)
	d.sketch = sketchOf(d.folded)
	d.text = d.folded + foldedRest(&d.Item)
	d.packed = packBody(d.Item)
}

// packBody is the compressed body of an item; nil where it has none.
func packBody(it news.Item) []byte {
	if it.BodyText == "" && it.BodyHTML == "" {
		return nil
	}
	return packer().EncodeAll(body{it.BodyText, it.BodyHTML}.encode(), nil)
}

// inParallel calls fn with 0 to n-1, on all processors where it is worth it.
func inParallel(n int, fn func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/4)
	if workers < 2 {
		for i := range n {
			fn(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				fn(i)
			}
		})
	}
	wg.Wait()
}

// dropShared forgets aliases that several drafts of a visit claim: a site that
// gives one rel=canonical to all its pages says nothing by it.
func dropShared(drafts []*draft) {
	claims := map[string]int{}
	for _, d := range drafts {
		claims[d.Canonical] += 2
		for _, a := range d.Aliases {
			claims[a]++
		}
	}
	for _, d := range drafts {
		d.Aliases = slices.Clone(d.Aliases)
		d.Aliases = slices.DeleteFunc(d.Aliases, func(a string) bool { return a == "" || a == d.Canonical || claims[a] > 1 || len(a) > maxKey })
	}
}

// report writes one report.
func (t *txn) report(r preparedReport, c *news.Committed) error {
	if err := t.drafts(r, c); err != nil {
		return err
	}
	for _, p := range r.pages {
		if err := t.putPage(p); err != nil {
			return err
		}
	}
	for _, p := range r.raws {
		if err := t.putRaw(p); err != nil {
			return err
		}
	}
	if err := t.closeVisit(r, c); err != nil {
		return err
	}
	if r.Change != nil {
		return t.putHealthChange(*r.Change)
	}
	return nil
}

// closeVisit writes the visit and the source's state with what came of it.
func (t *txn) closeVisit(r preparedReport, c *news.Committed) error {
	if r.Visit.Source != "" {
		v := r.Visit
		v.Added, v.Edited, v.Withdrawn, v.Held = len(c.Added), len(c.Edited), len(c.Withdrawn), c.Held
		v.Renamed = c.Renamed
		if err := t.putVisit(v); err != nil {
			return err
		}
	}
	if r.State.Name == "" {
		return nil
	}
	old, known, err := t.source(r.State.Name)
	if err != nil {
		return err
	}
	st := sourceRecord{SourceState: r.State, Configured: !known || old.Configured}
	if known {
		st.URL, st.Host = cmp.Or(old.URL, st.URL), cmp.Or(old.Host, st.Host)
		if st.LastNew.Before(old.LastNew) {
			st.LastNew = old.LastNew
		}
	}
	if len(c.Added) > 0 && r.Visit.Started.After(st.LastNew) {
		st.LastNew = r.Visit.Started
	}
	key := countKey(news.Source, r.State.Name)
	n, err := t.tally(key)
	if err != nil {
		return err
	}
	st.Items = n.Items + t.counts[key]
	if st.Held = old.Held; old.Held+c.Held > 0 {
		hs, err := t.heldOf(context.Background(), r.State.Name)
		if err != nil {
			return err
		}
		st.Held = len(hs)
	}
	return t.putSource(st)
}

// drafts decides for every draft which item it is and writes it. The oldest
// come first, so that Seq grows as the town published.
func (t *txn) drafts(r preparedReport, c *news.Committed) error {
	b, err := t.batch(r)
	if err != nil {
		return err
	}
	order := slices.Clone(r.drafts)
	slices.SortStableFunc(order, func(x, y *draft) int {
		return cmp.Or(b.shown(x).Compare(b.shown(y)), cmp.Compare(y.Position, x.Position))
	})
	for _, d := range order {
		if err := t.draft(d, b, c); err != nil {
			return fmt.Errorf("%s: %w", d.Canonical, err)
		}
	}
	return nil
}

func (t *txn) draft(d *draft, b *batch, c *news.Committed) error {
	d.alike = nil // another draft may have added some since
	h, moved, err := t.resolve(d, b)
	switch {
	case err != nil:
		return err
	case h == nil && d.Withdrawn:
		return t.unhold(d)
	case h == nil && b.flood[d]:
		return t.hold(d, c)
	case h == nil:
		return t.add(d, b, c)
	case h.Forgotten:
		return nil
	case d.Withdrawn:
		return t.withdraw(h, c)
	}
	return t.refresh(h, d, moved, c)
}

// add makes a new item.
func (t *txn) add(d *draft, b *batch, c *news.Committed) error {
	seq, err := t.bucket(items).NextSequence()
	if err != nil {
		return fmt.Errorf("items: %w", err)
	}
	h := &head{Item: d.Item, Canonical: d.Canonical, Sketch: d.sketch, made: d.made}
	h.Seq = seq
	h.ID = t.mint(d)
	h.Sources = sourcesOf(d)
	h.FirstSeen, h.Shown = t.now(), b.shown(d)
	if d.Backfill {
		h.FirstSeen = h.Shown
	}
	h.Changed, h.Withdrawn, h.Revisions = h.FirstSeen, time.Time{}, 0
	if h.Story, err = t.story(h, d); err != nil {
		return err
	}
	if err := t.putNames(h); err != nil {
		return err
	}
	if err := t.addAliases(h, d.Aliases); err != nil {
		return err
	}
	if err := t.unhold(d); err != nil {
		return err
	}
	if err := t.putContent(nil, h, d.packed, d.text); err != nil {
		return err
	}
	t.s.recent.add(h.recent())
	t.shown = true
	c.Added = append(c.Added, h.ID)
	return nil
}

// sourcesOf are the sources that a draft names, the visited one first.
func sourcesOf(d *draft) []string {
	var out []string
	for _, name := range append([]string{d.source}, d.Item.Sources...) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// putContent writes a head and its body (compressed already, nil: there is
// none), and has the words of the text indexed. old is nil for a new item.
func (t *txn) putContent(old, h *head, packed []byte, text string) error {
	key := seqKey(h.Seq)
	switch {
	case packed != nil:
		if err := t.put(bodies, key, sealPacked(bodies, key, packed)); err != nil {
			return err
		}
	case old != nil:
		if err := t.delete(bodies, key); err != nil {
			return err
		}
	}
	if err := t.putHead(old, h); err != nil {
		return err
	}
	return t.indexWords(old, h.Seq, text)
}

// withdraw makes an item a tombstone.
func (t *txn) withdraw(h *head, c *news.Committed) error {
	if !h.Withdrawn.IsZero() {
		return nil
	}
	old := *h
	h.Withdrawn, h.Changed = t.now(), t.now()
	if err := t.putHead(&old, h); err != nil {
		return err
	}
	t.shown = true
	c.Withdrawn = append(c.Withdrawn, h.ID)
	return nil
}
