package crawler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// maxLooks is how many articles are looked at again in one visit.
	maxLooks = 20
	// maxEntries is how many entries of one listing page are taken.
	maxEntries = 1000
	// maxArticles is how many new articles one visit fetches; what is left is
	// published from the listing and completed by the visits that follow.
	maxArticles = 200
	// maxTags bounds the tags of a page, maxItemTags and maxAttachments what is
	// kept of one item.
	maxTags        = 60_000
	maxItemTags    = 100
	maxAttachments = 200
	// maxHostFaults in a row end the asking for articles: the host is ill.
	maxHostFaults = 3
	// flood: entries that are older than this at a source's first visit count
	// as seen when they were published.
	flood = 48 * time.Hour
)

// errNotFollowed is why an entry's article was not asked for.
var errNotFollowed = errors.New("not followed")

// A visit is one crawl of one source: the listing, the articles that are new
// on it, and those whose next look has come.
type visit struct {
	c      *Crawler
	src    *source
	opt    VisitOptions
	http   *session
	start  time.Time
	report news.Report
	learned
	before learned // what was learned until now; shares slices and maps, which are never changed in place

	entries      []listed
	known        map[string]news.Item        // of the entries: what the archive holds
	articles     []extract.Article           // read in this visit, for judging
	again        []extract.Article           // edited ones that were known before
	shape        extract.Shape               // of its first listing page
	keptEntries  map[string]extract.Entry    // by canonical address: see listedTheSame
	listingFound map[string]extract.Evidence // which rule found the fields of its entries
	unmeasured   []*news.Attachment          // of drafts, met for the first time
	siblings     int                         // articles that the site was learned from
	faults       int                         // of the host, in a row
	cut          bool
	load         *load
	rawBytes     int // of report.Raw

	sampleListing, sampleArticle *extract.Page // to find rules on
	retryAfter                   time.Duration
	lastFault                    error // of an article
	err                          error // why the listing could not be fetched or used
}

// A listed entry is one row of the listing, and where it stood.
type listed struct {
	extract.Entry
	address   string // canonical
	canonical string // the key that it is known by: address, or what of it stays
	position  int
	past      bool // from a page that only a backfill reads
}

// visit crawls a source and tells what came of it. It changes nothing: the
// report is to be committed, and its memory given back by release then.
// interrupted says that ctx ended before the work.
func (c *Crawler) visit(ctx context.Context, src *source, agent string, opt VisitOptions) (report news.Report, release func(), interrupted bool) {
	v := &visit{c: c, src: src, opt: opt, start: c.Now()}
	v.do(ctx, agent)
	v.load.leave()
	return v.report, v.load.release, v.interrupted(ctx)
}

// interrupted reports a visit that a stop, the end of its claim or an archive that
// is away has cut short: that says nothing of its source.
func (v *visit) interrupted(ctx context.Context) bool {
	return errors.Is(ctx.Err(), context.Canceled) || errors.Is(v.err, errUnread) && errors.Is(v.err, news.ErrUnwritable)
}

// errUnread is wrapped by what kept a visit from reading the archive.
var errUnread = errors.New("reading the archive")

func unread(err error) error { return fmt.Errorf("%w: %w", errUnread, err) }

// do makes the visit, within its time.
func (v *visit) do(ctx context.Context, agent string) {
	limit := v.c.VisitTimeout
	if v.opt.Backfill > 0 || v.src.Backfill > 0 {
		limit *= 6
	}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	v.http = v.c.session(agent, v.src.URL, v.src.Delay, v.src.own)
	v.load = v.http.load
	v.http.downOK = v.http.downOK || v.src.AllowDowngrade
	v.run(timed)
	v.conclude(v.interrupted(ctx))
}

// run does the work; a panic in it ends this visit only.
func (v *visit) run(ctx context.Context) {
	defer func() {
		if r := recover(); r != nil {
			v.err = &Error{URL: v.src.URL, Fault: FaultPanic, Err: fmt.Errorf("panic: %v", r)}
			v.c.Log.Error("a visit failed by a fault of ours", "source", v.src.Name, "err", v.err, "stack", string(debug.Stack()))
		}
	}()
	state, err := v.c.Archive.SourceState(ctx, v.src.Name)
	if err != nil && !errors.Is(err, news.ErrNotFound) {
		v.err = unread(err)
		return
	}
	if v.c.Turns != nil { // another process may have asked the host since
		v.c.recall([]news.SourceState{state})
	}
	v.setState(state)
	if v.err = v.readListing(ctx); v.err != nil {
		return
	}
	if v.err = v.readArticles(ctx); v.err != nil {
		return
	}
	if v.err = v.lookAgain(ctx); v.err == nil {
		v.measure(ctx)
	}
}

func (v *visit) setState(state news.SourceState) {
	v.learned = readLearned(state.Learned)
	v.before = v.learned
	if v.Reading != v.src.reading() {
		state.Moved, v.Feed = "", "" // the operator may have given a new address
	}
	if v.Ruling != v.src.ruling() {
		v.Ruled, v.RuledRecent, v.Proposal, v.Unmatched = nil, nil, nil, nil
		v.Ruling = v.src.ruling()
	}
	state.Name, state.URL, state.Host = v.src.Name, v.src.URL, news.Host(v.src.URL)
	v.report.State = state
	v.report.Visit = news.Visit{Source: v.src.Name, Started: v.start.UTC()}
}

// first reports whether the source was never read before.
func (v *visit) first() bool { return v.report.State.LastSuccess.IsZero() }

// backfill is how many listing pages of the past this visit reads.
func (v *visit) backfill() int {
	switch {
	case v.opt.Backfill > 0:
		return v.opt.Backfill
	case !v.report.State.Backfilled:
		return v.src.Backfill
	}
	return 0
}

// address is where the listing is: where the configuration says, or where the
// server has permanently moved it to, or the site's feed where its page shows
// no entries.
func (v *visit) address() string {
	return cmp.Or(v.Feed, v.report.State.Moved, v.src.URL)
}

// fetch gets a page that is remembered as known, and counts host faults. Where
// the page forwards to another of the site, it is that one.
func (v *visit) fetch(ctx context.Context, address string, known news.PageState) (*answer, error) {
	a, err := v.http.getOn(ctx, address, known)
	v.noteFault(err)
	return a, err
}

// fetchArticle is fetch for an article. One that leads to another site is not
// followed there, so that nothing is asked of that site.
func (v *visit) fetchArticle(ctx context.Context, address string, known news.PageState) (*answer, error) {
	v.http.within = address
	defer func() { v.http.within = "" }()
	return v.fetch(ctx, address, known)
}

// noteFault counts faults of the host.
func (v *visit) noteFault(err error) {
	switch fault := FaultOf(err); {
	case err == nil:
		v.faults = 0
	case fault.ofHost():
		v.faults++
		var e *Error
		if errors.As(err, &e) && fault == FaultBusy {
			v.retryAfter = max(v.retryAfter, e.RetryAfter)
			v.faults = maxHostFaults // it was said clearly
		}
	}
}

// page is what is remembered of a page after an answer.
func (v *visit) page(address string, known news.PageState, a *answer, listing bool) news.PageState {
	p := known
	p.URL, p.Source, p.Listing = address, v.src.Name, listing
	if p.FirstSeen.IsZero() {
		p.FirstSeen = v.start.UTC()
	}
	if a == nil {
		return p
	}
	p.Status, p.Fetched = a.status, v.c.Now().UTC()
	if a.status < 300 || a.status == http.StatusNotModified {
		p.ETag, p.LastModified, p.Digest = a.etag, a.lastModified, a.digest
		p.Gone = time.Time{}
	}
	return p
}

// readArticles fetches what is new on the listing (or back on it, though it
// was withdrawn) and drafts an item of each such entry.
func (v *visit) readArticles(ctx context.Context) error {
	if v.report.Visit.Unchanged {
		return nil
	}
	fresh := slices.DeleteFunc(slices.Clone(v.entries), func(e listed) bool {
		it, ok := v.known[e.canonical]
		return ok && !e.Anchored && it.Withdrawn.IsZero() && !v.tellsMore(e, it)
	})
	v.OnList = nil
	for _, e := range v.entries {
		if len(v.OnList) < maxOnList {
			v.OnList = append(v.OnList, shortKey(e.canonical))
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	pages, err := v.c.Archive.PageStates(context.WithoutCancel(ctx), urlsOf(fresh))
	if err != nil {
		return unread(err)
	}
	first := v.fetchFirst(ctx, fresh, pages)
	for i, e := range fresh {
		switch {
		case i < len(first): // also after an interruption: what was fetched is not asked for again
			v.draftFetched(ctx, e, first[i])
		case errors.Is(ctx.Err(), context.Canceled):
			v.cut = true
			return nil
		default:
			v.draftFetched(ctx, e, v.fetchEntry(ctx, e, pages[e.URL], i))
		}
		v.progress(Progress{Done: i + 1, Total: len(fresh)})
	}
	return nil
}

// tellsMore reports whether the listing adds to an item that the archive holds:
// that this source lists it too, or an edit of what only the listing shows.
func (v *visit) tellsMore(e listed, it news.Item) bool {
	switch {
	case it.ID == "": // held back for the operator
		return false
	case !slices.Contains(it.Sources, v.src.Name):
		return true
	case e.canonical != e.address && news.Canonical(it.URL) != e.address: // a new token
		return true
	}
	edited := news.Squash(e.Headline) != news.Squash(it.Headline) || e.Teaser != "" && news.Squash(e.Teaser) != news.Squash(it.Teaser)
	return it.Partial && edited
}

// listingSuffices reports whether an entry's article need not be asked for: the
// archive has it already, or this source could not have it before. One that
// another source has from its listing alone may be on this source's own site.
func (v *visit) listingSuffices(e listed) bool {
	it, held := v.known[e.canonical]
	return held && it.Withdrawn.IsZero() && (!it.Partial || slices.Contains(it.Sources, v.src.Name))
}

func urlsOf(entries []listed) []string {
	urls := make([]string, 0, len(entries))
	for _, e := range entries {
		urls = append(urls, e.URL)
	}
	return urls
}

// A fetched is what came of asking for an entry's article.
type fetched struct {
	known   news.PageState
	unasked bool    // the listing suffices
	a       *answer // nil where it was not asked for, or could not be fetched
	read    *readArticle
	err     error
}

// A readArticle is an article that was read already; see fetchFirst.
type readArticle struct {
	extract.Article
	noArchive bool
}

// fetchEntry asks for the article of the n-th entry, where that can be fetched
// and the listing does not suffice.
func (v *visit) fetchEntry(ctx context.Context, e listed, known news.PageState, n int) fetched {
	known.ETag, known.LastModified, known.Digest = "", "", 0 // the item is not there: a 304 would not help
	f := fetched{known: known, unasked: e.Anchored || v.listingSuffices(e)}
	if f.unasked {
		return f
	}
	if f.err = v.followable(e, n); f.err == nil {
		f.a, f.err = v.fetchArticle(ctx, e.URL, known)
	}
	return f
}

// draftFetched drafts the item of one entry: from its article where that could
// be fetched, from the listing where not, or where that suffices to note that this
// source lists it too.
func (v *visit) draftFetched(ctx context.Context, e listed, f fetched) {
	if f.unasked {
		v.draftEntry(e, !e.Anchored)
		return
	}
	err := f.err
	if err == nil {
		err = v.draftArticle(ctx, e, f)
	}
	if err == nil {
		return
	}
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		v.cut = true // the next visit finds it again
		return
	}
	v.draftEntry(e, true)
	v.planRetry(e.URL, f.known, f.a, err)
}

// followable refuses entries whose article is not asked for.
func (v *visit) followable(e listed, n int) error {
	switch {
	case v.src.ListingOnly:
		return errNotFollowed
	case fileType(e.URL) != "":
		return &Error{URL: e.URL, Fault: FaultMedia, Err: errors.New("a file, no page")}
	case !sameSite(v.address(), e.URL):
		return fmt.Errorf("%w: another site", errNotFollowed)
	case v.load.full():
		return &Error{URL: e.URL, Fault: FaultBusy, Err: errPutOff}
	case v.faults >= maxHostFaults, n >= maxArticles:
		return &Error{URL: e.URL, Fault: FaultBusy, Err: errors.New("put off")}
	}
	return nil
}

// planRetry notes when an article that could not be fetched is asked for again:
// never, where it is no page of this site.
func (v *visit) planRetry(address string, known news.PageState, a *answer, err error) {
	fault := FaultOf(err)
	if errors.Is(err, errNotFollowed) || fault == FaultMedia {
		return
	}
	if !errors.Is(err, errPutOff) { // that is no fault of the article's
		v.report.Visit.Failed++
		v.lastFault = err
	}
	v.c.Log.Debug("article could not be fetched", "source", v.src.Name, "url", address, "err", err)
	p := v.page(address, known, a, false)
	p.Looks++
	p.Next = v.retryAt(p.Looks)
	v.report.Pages = append(v.report.Pages, p)
}

// retryAt is when an article that failed n times is asked for again.
func (v *visit) retryAt(n int) time.Time {
	n = min(n, len(v.c.Relook))
	if n == 0 {
		return time.Time{}
	}
	return v.start.Add(v.c.Relook[n-1] / 2).UTC()
}

// draftArticle drafts an item of an answered article.
func (v *visit) draftArticle(ctx context.Context, e listed, f fetched) error {
	a := f.a
	if f.read == nil {
		read, err := v.parseArticle(a, &e.Entry, true)
		if err != nil {
			return err
		}
		f.read = &read
	}
	article := f.read.Article
	v.articles = append(v.articles, article)
	d := v.draft(article.Item, e)
	d.Item.Partial = false
	v.alias(&d, e.URL, a.page.URL, article.Canonical)
	v.addDraft(d)
	p := v.page(e.URL, f.known, a, false)
	p.Looks, p.Next = 1, v.nextLook(0, d.Item.Published)
	v.report.Pages = append(v.report.Pages, p)
	if !f.read.noArchive {
		v.keep(ctx, a, e.URL)
	}
	return nil
}

// parseArticle reads an article in the light of its site, and obeys what it asks
// of robots. One that is new teaches what the pages of the site have in common.
func (v *visit) parseArticle(a *answer, from *extract.Entry, isNew bool) (readArticle, error) {
	if err := staysOnSite(a, from); err != nil {
		return readArticle{}, err
	}
	defer v.load.budget.parse(len(a.page.Body))()
	doc, err := v.parse(a.page)
	if err != nil {
		return readArticle{}, err
	}
	read, err := v.readArticle(doc, a, from)
	if err == nil && isNew {
		err = v.guard(a.page.URL, func() error { v.learnSite(doc); return nil })
	}
	return read, err
}

// staysOnSite refuses an article that led to another site than its listing said.
func staysOnSite(a *answer, from *extract.Entry) error {
	if a.page.URL != from.URL && !sameSite(from.URL, a.page.URL) {
		return fmt.Errorf("%w: it leads to another site, %s", errNotFollowed, a.page.URL)
	}
	return nil
}

// readArticle reads an article of a page that is parsed already.
func (v *visit) readArticle(doc *extract.Document, a *answer, from *extract.Entry) (read readArticle, err error) {
	err = v.guard(a.page.URL, func() error {
		if o := doc.Obstacle(); o != extract.NoObstacle && !leadsToFile(doc, o) {
			return obstacle(doc, a.page.URL, o)
		}
		read.Article = doc.Article(from)
		return nil
	})
	if err != nil {
		return read, err
	}
	it := &read.Item
	noIndex, noArchive := doc.Robots()
	it.NoIndex = noIndex || a.noIndex
	it.NoArchive = noArchive || a.noArchive
	read.noArchive = it.NoArchive
	if it.NoArchive {
		it.BodyHTML, it.BodyText = "", ""
	}
	if it.Headline == "" {
		return read, &Error{URL: a.page.URL, Fault: FaultPage, Err: errors.New("no headline was found")}
	}
	return read, nil
}

// parse reads a page once. One with more tags than any page of news has is
// refused: its tree would take a hundred times its bytes.
func (v *visit) parse(p extract.Page) (*extract.Document, error) {
	if n := bytes.Count(p.Body, []byte("<")); n > maxTags {
		return nil, &Error{URL: p.URL, Fault: FaultPage, Err: fmt.Errorf("%d tags are more than a page of news has", n)}
	}
	var doc *extract.Document
	options := v.src.ExtractOptions()
	options.Site = v.site()
	if err := v.guard(p.URL, func() (err error) { doc, err = extract.Parse(p, options); return err }); err != nil {
		if FaultOf(err) == FaultPanic {
			return nil, err
		}
		return nil, &Error{URL: p.URL, Fault: FaultPage, Err: errors.Unwrap(err)} // the address is named once
	}
	return doc, nil
}

// guard reads a page; a panic in it is a fault of that page only.
func (v *visit) guard(address string, read func() error) error {
	err := extract.Guard(read)
	var fault *extract.PanicError
	if !errors.As(err, &fault) {
		return err
	}
	err = &Error{URL: address, Fault: FaultPanic, Err: fault}
	v.c.Log.Error("a page cannot be read by a fault of ours", "source", v.src.Name, "err", err, "stack", string(fault.Stack))
	return err
}

// obstacle is the error of a page that is no news.
func obstacle(doc *extract.Document, address string, o extract.Obstacle) error {
	fault := FaultObstacle
	if o == extract.SoftNotFound {
		fault = FaultGone
	}
	to, _ := doc.Forward()
	return &Error{URL: address, Fault: fault, Err: noNews{obstacle: o, why: doc.NoNews(o), to: to.URL}}
}

// noNews is the error of a page that is an obstacle.
type noNews struct {
	obstacle extract.Obstacle
	why      string // for people, with what helps
	to       string // where the page forwards; empty: nowhere
}

func (o noNews) Error() string { return "the page is not news: " + o.why }

// draftEntry drafts an item of what the listing shows.
func (v *visit) draftEntry(e listed, partial bool) {
	it := extract.ItemFrom(e.Entry, v.src.ExtractOptions())
	if media := fileType(e.URL); media != "" && len(it.Attachments) == 0 {
		it.Attachments = []news.Attachment{{URL: e.URL, Title: e.Headline, Type: media}}
	}
	d := v.draft(it, e)
	d.Item.Partial = partial
	d.Reread = v.known[e.canonical].Partial && v.listedTheSame(it, e)
	v.addDraft(d)
}

func (v *visit) draft(it news.Item, e listed) news.Draft {
	it.URL = e.URL
	it.Sources = []string{v.src.Name}
	bound(&it)
	held := v.known[e.canonical]
	v.measureLater(&it, &held)
	past := e.past
	var aliases []string
	if e.canonical != e.address && held.ID == "" {
		aliases = []string{e.address}
	}
	if v.first() && !it.Published.IsZero() && v.start.Sub(it.Published.Time) > flood {
		past = true
	}
	return news.Draft{Item: it, Canonical: e.canonical, Aliases: aliases, Position: e.position, Backfill: past}
}

// bound cuts lists that are longer than any town means them to be.
func bound(it *news.Item) {
	it.Tags = it.Tags[:min(len(it.Tags), maxItemTags)]
	it.Attachments = it.Attachments[:min(len(it.Attachments), maxAttachments)]
}

// alias notes under which further addresses an article was met, and gives
// readers the one where redirects ended.
func (v *visit) alias(d *news.Draft, asked, ended, said string) {
	if ended != asked {
		d.Item.URL = ended
	}
	for _, address := range []string{ended, said} {
		if address == "" || !sameSite(asked, address) {
			continue
		}
		if key := news.Canonical(address); key != d.Canonical && key != news.Canonical(v.address()) && !slices.Contains(d.Aliases, key) {
			d.Aliases = append(d.Aliases, key)
		}
	}
}

// nextLook is when an article is looked at again after n looks; zero: no more.
// One that is old already is looked at as seldom as its age suggests.
func (v *visit) nextLook(n int, published news.Moment) time.Time {
	if n >= len(v.c.Relook) {
		return time.Time{}
	}
	wait := v.c.Relook[n]
	if !published.IsZero() {
		wait = max(wait, min(v.start.Sub(published.Time)/16, v.c.Relook[len(v.c.Relook)-1]))
	}
	return v.start.Add(wait).UTC()
}

func (v *visit) progress(p Progress) {
	if v.opt.Progress != nil {
		p.Source = v.src.Name
		v.opt.Progress(p)
	}
}
