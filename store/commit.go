package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Commit writes reports in one transaction: items, revisions, indexes, pages,
// states and visits of all of them are on disk when it returns, or nothing is.
// It tells what became of each report: one whose claim was followed by another
// is stale and left out, the others are committed. Calls that arrive while another is
// writing share the next transaction.
//
// What becomes of the drafts is decided beside the writer; under its lock it is
// only looked whether the archive still is what was decided upon. So the lock
// is held for as long as the writing takes, however much had to be compared.
// Raw pages beyond a step's worth are written ahead, in steps.
func (s *Store) Commit(ctx context.Context, reports ...news.Report) ([]news.Committed, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	r := &request{reports: make([]preparedReport, len(reports))}
	for i, report := range reports {
		r.reports[i] = prepareReport(report)
	}
	err := s.writeRawAhead(ctx, r)
	if err == nil {
		err = s.commit(ctx, r)
	}
	if err != nil || hasVisit(reports) {
		s.noteStored(err)
	}
	if err != nil {
		return nil, err
	}
	for _, c := range r.out {
		if len(c.Touched())+c.Held+c.Renamed > 0 {
			s.subs.tell(c)
		}
	}
	return r.out, nil
}

// hasVisit reports whether any of the reports is of a whole visit.
func hasVisit(reports []news.Report) bool {
	return slices.ContainsFunc(reports, func(r news.Report) bool { return r.Visit.Source != "" })
}

// mostTries is how often a request is decided beside the writer. Whoever loses
// to others so often decides under the lock.
const mostTries = 5

// commit decides on a request and has it written.
func (s *Store) commit(ctx context.Context, r *request) error {
	s.visits.Add(1)
	r.kept = contents{}
	for try := 1; ; try++ {
		if r.locked = try > mostTries; !r.locked {
			if err := s.decide(ctx, r); err != nil {
				return err
			}
		}
		if err := s.writeWithOthers(ctx, r); err != nil || !r.stale {
			return err
		}
	}
}

// writeWithOthers waits until the request was written, by this call or by
// another that waited for it. While it only waits, the end of ctx ends it.
func (s *Store) writeWithOthers(ctx context.Context, r *request) error {
	r.done, r.stale = false, false
	s.requests.add(r)
	select {
	case s.group <- struct{}{}:
	case <-ctx.Done():
		if s.requests.remove(r) {
			return ended(ctx)
		}
		s.group <- struct{}{} // somebody is writing it
	}
	defer func() { <-s.group }()
	for !r.done { // more may wait than one transaction serves: ours may not be in the first
		s.writeAll(s.requests.take())
	}
	return r.err
}

// A request is one call of Commit on its way.
type request struct {
	reports  []preparedReport
	size     int  // about how many bytes are written
	released bool // drafts that were held; there was no visit
	locked   bool // decide under the writer's lock
	look     *look
	kept     contents

	out   []news.Committed
	err   error
	done  bool // guarded by Store.group
	stale bool // the archive is not what was decided upon: nothing was written
}

// decide decides on a request beside the writer.
func (s *Store) decide(ctx context.Context, r *request) error {
	if !slices.ContainsFunc(r.reports, func(p preparedReport) bool { return len(p.drafts) > 0 }) {
		return (&txn{s: s}).decide(ctx, r)
	}
	if err := s.ensureRecent(); err != nil {
		return err
	}
	err := s.view(func(t *txn) error { return t.decide(ctx, r) })
	if errors.Is(err, errNoRecent) { // another's transaction failed meanwhile
		r.locked = true
		return nil
	}
	return err
}

// decide decides on a request as the archive stands in the transaction.
func (t *txn) decide(ctx context.Context, r *request) error {
	reports := make([]decide.Report, len(r.reports))
	for i := range r.reports {
		p := &r.reports[i]
		if p.stale = t.s.sources.stale(p.Claim); p.stale {
			continue // of no report, so that the others meet nothing of it
		}
		reports[i] = decide.Report{Source: p.Visit.Source, Entries: p.Visit.Entries, Met: p.Drafts}
		reports[i].Drafts = make([]*decide.Draft, len(p.drafts))
		for j, d := range p.drafts {
			reports[i].Drafts[j] = d.Draft
		}
	}
	r.look = newLook(t, r.kept)
	decided, err := decide.Decide(ctx, r.look, t.now(), reports...)
	if err != nil {
		return err
	}
	for i := range r.reports {
		p := &r.reports[i]
		p.decided, p.changes = decided[i], prepareChanges(*p, decided[i].Items)
	}
	r.measure()
	return nil
}

// measure sums up what is written.
func (r *request) measure() {
	r.size = 0
	for _, p := range r.reports {
		for _, c := range p.changes {
			r.size += len(c.packed) + len(c.revision) + len(c.new.made.payload)
		}
		for _, raw := range p.raws {
			r.size += len(raw.record)
		}
		r.size += len(p.pages) * pageSize
	}
}

// pageSize is about what a page's state takes in the file.
const pageSize = 256

// errNoRecent tells that the recent items have to be read again.
var errNoRecent = errors.New("recent items are not known")

// ensureRecent reads the recent items where they are not known.
func (s *Store) ensureRecent() error {
	if s.recent.known() != nil {
		return nil
	}
	s.write.Lock() // so that none comes between reading and remembering
	defer s.write.Unlock()
	return s.view((*txn).readRecent)
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

// remove takes a request back; false where somebody writes it already.
func (q *requests) remove(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// What one transaction serves: so many calls, and no further one when so many
// bytes have gathered.
const (
	shared     = 16
	sharedSize = 4 << 20
)

func (q *requests) take() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for size := 0; n < min(shared, len(q.waiting)) && size < sharedSize; n++ {
		size += q.waiting[n].size
	}
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
	for i, r := range rs {
		if err := t.request(r, i == 0); err != nil {
			return err
		}
	}
	return nil
}

// request writes what was decided of a request, or notes that it is stale. first:
// nothing was written in this transaction yet.
func (t *txn) request(r *request, first bool) error {
	if r.locked {
		if err := t.readRecent(); err != nil {
			return err
		}
		if err := t.decide(context.Background(), r); err != nil {
			return err
		}
	} else if fits, err := r.holds(t, first); err != nil || !fits {
		if r.stale = true; errors.Is(err, errNoRecent) {
			err = nil
		}
		return err
	}
	r.stale = false
	r.out = make([]news.Committed, len(r.reports))
	next := t.bucket(items).Sequence() + 1
	for i := range r.reports {
		p := &r.reports[i]
		if p.stale {
			r.out[i] = news.Committed{Source: p.Visit.Source, Stale: true, Seq: t.bucket(items).Sequence()}
			continue
		}
		r.out[i] = p.decided.Told
		if err := t.report(p, next, r.released, &r.out[i]); err != nil {
			return fmt.Errorf("source %q: %w", p.Visit.Source, err)
		}
		r.out[i].Seq = t.bucket(items).Sequence()
	}
	return nil
}

// holds reports whether the archive still is what was decided upon, and the same
// reports are stale as then.
func (r *request) holds(t *txn, first bool) (bool, error) {
	for _, p := range r.reports {
		if p.stale != t.s.sources.stale(p.Claim) {
			return false, nil
		}
	}
	if first && r.look.isLatest(t) {
		return true, nil
	}
	return r.look.holds(t)
}

// writeRawAhead writes the raw pages of a request in steps of their own, where
// they are many: a page that is kept without its item does no harm.
func (s *Store) writeRawAhead(ctx context.Context, r *request) error {
	for i := range r.reports {
		p := &r.reports[i]
		for {
			size, n := 0, 0
			for n < len(p.raws) && size < sharedSize {
				size += len(p.raws[n].record)
				n++
			}
			if size < sharedSize {
				break
			}
			if err := ended(ctx); err != nil {
				return err
			}
			step := p.raws[:n]
			if err := s.update(func(t *txn) error { return t.putRaws(step) }); err != nil {
				return err
			}
			p.raws = p.raws[n:]
		}
	}
	return nil
}

// A preparedReport is a report with everything computed that needs no
// transaction, and what was decided of it.
type preparedReport struct {
	news.Report
	drafts  []draft
	pages   []preparedPage
	raws    []preparedRaw
	stale   bool // its host was claimed anew
	decided *decide.Changes
	changes []preparedChange // decided.Items, made ready
}

// A draft is a news.Draft made ready for deciding, and, where it becomes an item,
// for writing.
type draft struct {
	*decide.Draft
	ready  bool // the rest is computed
	made   made
	text   string // all folded text, for the full-text index
	packed []byte // the body, compressed
}

func prepareReport(r news.Report) preparedReport {
	p, pages := preparedReport{Report: r}, decide.RawOf(r)
	drafts := decide.DraftsOf(r)
	p.drafts = make([]draft, len(drafts))
	for i := range drafts {
		p.drafts[i].Draft = &drafts[i]
	}
	p.pages, p.raws = make([]preparedPage, len(r.Pages)), make([]preparedRaw, len(pages))
	inParallel(len(p.drafts)+len(p.pages)+len(p.raws), textSize(r.Drafts), func(i int) {
		switch n, m := i-len(p.drafts), i-len(p.drafts)-len(p.pages); {
		case n < 0:
			drafts[i].Prepare()
		case m < 0:
			p.pages[n] = preparePage(r.Pages[n])
		default:
			p.raws[m] = prepareRaw(pages[m])
		}
	})
	return p
}

// prepare computes what writing the draft as an item needs; once, however often
// it is decided.
func (d *draft) prepare() {
	if d.ready {
		return
	}
	d.ready = true
	d.made = made{
		headline: d.Headline,
		facets:   decide.FacetsOf(decide.SourcesOf(d.Draft), &d.Item),
		plain:    d.Canonical == news.Canonical(d.Item.URL),
	}
	d.text = d.Text.Folded + foldedRest(&d.Item)
	d.packed = packBody(decide.Content{Text: d.Item.BodyText, HTML: d.Item.BodyHTML})
}

// packBody is a body, compressed; nil where there is none.
func packBody(c decide.Content) []byte {
	if c == (decide.Content{}) {
		return nil
	}
	return packer().EncodeAll(body(c).encode(), nil)
}

// manyBytes of text take so long to prepare that readers would wait for it.
const manyBytes = 1 << 20

// textSize is how many bytes of text some drafts have.
func textSize(drafts []news.Draft) (size int) {
	for i := range drafts {
		size += len(drafts[i].Item.BodyText) + len(drafts[i].Item.BodyHTML)
	}
	return size
}

// inParallel calls fn with 0 to n-1, which all together are about so many bytes,
// on all processors where it is worth it. Many bytes leave one to readers.
func inParallel(n, size int, fn func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/4)
	if size > manyBytes {
		workers = min(workers, runtime.GOMAXPROCS(0)-1)
	}
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

// report writes one report.
func (t *txn) report(p *preparedReport, first uint64, released bool, c *news.Committed) error {
	if err := t.apply(p, first); err != nil {
		return err
	}
	for _, page := range p.pages {
		if err := t.putPage(page); err != nil {
			return err
		}
	}
	if err := t.putRaws(p.raws); err != nil {
		return err
	}
	if released {
		return t.noLongerHeld(p.drafts)
	}
	if err := t.closeVisit(p, c); err != nil {
		return err
	}
	if p.Change != nil {
		return t.putHealthChange(*p.Change)
	}
	return nil
}

// closeVisit writes the visit and the source's state with what came of it.
func (t *txn) closeVisit(r *preparedReport, c *news.Committed) error {
	if r.Visit.Source != "" {
		if err := t.putVisit(decide.VisitOf(r.Report, *c)); err != nil {
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
	before := &old.SourceState
	if !known {
		before = nil
	}
	st := sourceRecord{SourceState: decide.StateOf(r.Report, *c, before), Configured: !known || old.Configured}
	key := countKey(news.Source, r.State.Name)
	n, err := t.tally(key)
	if err != nil {
		return err
	}
	st.Items = n.Items + t.counts[key]
	st.Held = max(0, old.Held+t.held[r.State.Name])
	delete(t.held, r.State.Name)
	return t.putSource(st)
}
