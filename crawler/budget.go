package crawler

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// DefaultMemory is what visits hold in memory at most, all together.
	DefaultMemory = 128 << 20
	// smallPage is read without asking for room: most pages are no larger.
	smallPage = 512 << 10
	// shareOfVisit is the part of the budget that one visit may hold, so that
	// one source leaves room to the others.
	shareOfVisit = 8
	// restOfLarge is how many times as long as a large page was parsed none follows
	// it, so that readers find a processor free nearly always; longestRest bounds it.
	restOfLarge = 2
	longestRest = time.Second
	// rawAtOnce is how many bytes of kept pages a visit writes together.
	rawAtOnce = 1 << 20
)

// A budget bounds what visits hold in memory. A quarter of it is room for large
// pages that are being read, which is waited for; three quarters are for what
// visits have read and not committed yet. Who goes beyond his share fetches no
// further articles in this visit, but commits what he has: nobody waits who
// holds something that others wait for.
type budget struct {
	limit   int64
	held    atomic.Int64
	room    *semaphore.Weighted
	parsing chan struct{} // one token for each page that is being parsed: its tree takes many times its bytes
	large   chan struct{} // one for each large page among them, or that was until lately: they leave a processor to readers
}

func newBudget(limit int64) *budget {
	limit = max(limit, 16<<20)
	processors := runtime.GOMAXPROCS(0)
	return &budget{
		limit: limit, room: semaphore.NewWeighted(max(limit/4, maxBody)),
		parsing: make(chan struct{}, processors), large: make(chan struct{}, max(1, processors-1)),
	}
}

// parse waits until pages of so many bytes may be parsed together, and gives what
// tells the end. Only a page that is large by itself is followed by a rest: the
// first pages of a site are read together, and no first visit waits for others'.
func (b *budget) parse(sizes ...int) (end func()) {
	size := 0
	for _, n := range sizes {
		size += n
	}
	if size <= smallPage {
		b.parsing <- struct{}{}
		return func() { <-b.parsing }
	}
	b.large <- struct{}{} // first, so that who waits for it keeps no small page waiting
	b.parsing <- struct{}{}
	if slices.Max(sizes) <= smallPage {
		return func() { <-b.parsing; <-b.large }
	}
	began := time.Now()
	return func() {
		<-b.parsing
		time.AfterFunc(min(restOfLarge*time.Since(began), longestRest), func() { <-b.large })
	}
}

// A load is what one visit holds of the budget.
type load struct {
	budget *budget
	held   int64
	room   int64
}

// add notes that the visit holds so many bytes more (or less).
func (l *load) add(n int) {
	l.held += int64(n)
	l.budget.held.Add(int64(n))
}

// full reports whether the visit is to commit before it reads on.
func (l *load) full() bool {
	return l.held > l.budget.limit/shareOfVisit || l.budget.held.Load() > l.budget.limit*3/4
}

// release gives back all that the visit holds.
func (l *load) release() {
	l.add(-int(l.held))
	l.leave()
}

// enter waits for the room of a large page.
func (l *load) enter(ctx context.Context) error {
	if l.room > 0 {
		return nil
	}
	if err := l.budget.room.Acquire(ctx, maxBody); err != nil {
		return err
	}
	l.room = maxBody
	return nil
}

// leave gives back the room of a large page, once that has been read.
func (l *load) leave() {
	if l.room > 0 {
		l.budget.room.Release(l.room)
		l.room = 0
	}
}

// A roomyReader asks for the room of a large page before it reads more than a
// small one.
type roomyReader struct {
	io.Reader
	ctx  context.Context
	load *load
	left int // of a small page
}

func (r *roomyReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		if err := r.load.enter(r.ctx); err != nil {
			return 0, err
		}
		return r.Reader.Read(p)
	}
	n, err := r.Reader.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// errPutOff is why an article is not asked for in this visit.
var errPutOff = errors.New("put off: this visit has read as much as one may hold")

// keep keeps the page as it was fetched, so that changed rules can be applied
// again. It is compressed at once, and written with others when they have
// become a lot: raw pages are shown to nobody, so that they need not wait for
// the rest of the visit.
func (v *visit) keep(ctx context.Context, a *answer, address string) {
	v.remember(a, address)
	raw := news.RawPage{URL: address, ContentType: a.page.ContentType, Fetched: a.page.Fetched.UTC(), Body: a.page.Body}
	sealed := v.c.Archive.Seal(raw)
	v.report.Raw = append(v.report.Raw, sealed)
	v.rawBytes += len(sealed.Sealed)
	v.load.add(len(sealed.Sealed))
	if v.rawBytes < rawAtOnce && !v.load.full() {
		return
	}
	if _, err := v.c.store(context.WithoutCancel(ctx), news.Report{Raw: v.report.Raw}); err != nil {
		return // they are tried again with the report, which says what is wrong
	}
	v.report.Raw = nil
	v.load.add(-v.rawBytes)
	v.rawBytes = 0
}

// remember holds the first listing page and the first article, for finding
// rules on.
func (v *visit) remember(a *answer, address string) {
	of := &v.sampleArticle
	if address == v.address() {
		of = &v.sampleListing
	}
	if *of == nil {
		page := extract.Page{URL: address, ContentType: a.page.ContentType, Fetched: a.page.Fetched.UTC(), Body: a.page.Body}
		*of = &page
		v.load.add(len(page.Body))
	}
}

// addDraft adds a draft to what the visit brings home.
func (v *visit) addDraft(d news.Draft) {
	v.report.Drafts = append(v.report.Drafts, d)
	v.load.add(len(d.Item.BodyHTML) + len(d.Item.BodyText) + len(d.Item.Teaser))
}
