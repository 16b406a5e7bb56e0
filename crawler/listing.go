package crawler

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// maxNextURL is how long the address of a next page may be: calendars and
	// page counters that grow with every page are cut.
	maxNextURL = 1000
	// longPause is how long after the last good visit more may be new than the
	// source's pages hold: longer than a daily visit's jitter makes its pause.
	longPause = 36 * time.Hour
)

// maxAlternatives is how many of a site's own feeds are asked for in a visit.
const maxAlternatives = 3

// readListing reads the listing and follows its pages while they bring
// anything new. An unchanged listing is one request and no parse.
func (v *visit) readListing(ctx context.Context) error {
	address := v.address()
	known, err := v.knownListing(ctx, address)
	if err != nil {
		return err
	}
	a, err := v.fetch(ctx, address, known)
	if err != nil {
		return v.listingFault(err)
	}
	v.noteMove(a)
	v.Fresh = int(a.fresh.Seconds())
	if a.unchanged {
		v.report.Visit.Unchanged = true
		if a.etag != known.ETag || a.lastModified != known.LastModified {
			v.report.Pages = append(v.report.Pages, v.page(address, known, a, true))
		}
		return nil
	}
	listing, err := v.parseListing(a)
	if frame := listing.Frame; err == nil && v.mayFollow(frame.URL) {
		address, a, listing, err = v.readFrame(ctx, frame)
	}
	if err == nil && len(listing.Entries) == 0 && (v.first() || !listsTwoDays(listing)) {
		err = &Error{URL: a.page.URL, Fault: FaultEmpty, Err: errors.New("no entries were found on the listing")}
	}
	if better := listing.Better; err != nil && len(better) > 0 {
		address, a, listing, err = v.alternative(ctx, better, err)
	}
	if err != nil {
		return v.listingFault(err)
	}
	v.report.Pages = append(v.report.Pages, v.page(address, news.PageState{}, a, true))
	v.keep(ctx, a, address)
	v.take(listing, false)
	if len(listing.Entries) > 0 {
		v.observeListing(listing)
	}
	return v.follow(ctx, a.page.URL, listing.Next)
}

// mayFollow reports whether an address that a page sends its readers to is one of
// the source's own site.
func (v *visit) mayFollow(address string) bool {
	return address != "" && sameSite(v.address(), address)
}

// readFrame reads the page that a listing without entries shows in a frame.
func (v *visit) readFrame(ctx context.Context, frame extract.Forward) (string, *answer, extract.Listing, error) {
	a, err := v.fetch(ctx, frame.URL, news.PageState{})
	if err != nil {
		return frame.URL, a, extract.Listing{}, err
	}
	a.page.Via = frame
	listing, err := v.parseListing(a)
	return frame.URL, a, listing, err
}

// listsTwoDays reports whether a listing shows the news of the last two days
// alone, so that it may well be short or empty: that is what a news sitemap is for.
func listsTwoDays(l extract.Listing) bool { return l.Evidence["entries"].Rule == extract.ByNewsSitemap }

// knownListing is what makes the request conditional: nothing where the page
// must be read anew, because the rules changed or the past is to be read.
func (v *visit) knownListing(ctx context.Context, address string) (news.PageState, error) {
	states, err := v.c.Archive.PageStates(context.WithoutCancel(ctx), []string{address})
	if err != nil {
		return news.PageState{}, unread(err)
	}
	known := states[address]
	if v.Reading != v.src.reading() || v.backfill() > 0 || v.Incomplete || v.first() {
		known.ETag, known.LastModified, known.Digest = "", "", 0
	}
	v.Reading = v.src.reading()
	return known, nil
}

// listingFault makes the configured address the one to try next time, where
// the server's own move, or the site's feed, led nowhere.
func (v *visit) listingFault(err error) error {
	if !FaultOf(err).ofHost() {
		v.report.State.Moved, v.Feed = "", ""
	}
	return err
}

// noteMove remembers where the server has permanently moved the listing to.
func (v *visit) noteMove(a *answer) {
	if a.moved == "" || a.moved != a.page.URL || a.moved == v.report.State.Moved {
		return
	}
	if u, err := url.Parse(a.moved); err != nil || (u.Path == "" || u.Path == "/") && !isRoot(v.src.URL) {
		return // to the front page: the listing is gone rather than moved
	}
	v.report.State.Moved = a.moved
	v.c.Log.Info("the source has moved for good; it is followed, and its url should be corrected", "source", v.src.Name, "url", a.moved)
}

func isRoot(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Path == "" || u.Path == "/")
}

// parseListing reads a listing page or feed. Of an empty shell that needs a
// browser, and of a page where a feed should be, it still tells where else the
// site has its news.
func (v *visit) parseListing(a *answer) (listing extract.Listing, err error) {
	defer v.load.budget.parse(len(a.page.Body))()
	doc, err := v.parse(a.page)
	if err != nil {
		return extract.Listing{}, err
	}
	if fault := v.guard(a.page.URL, func() error { listing, err = v.listingOf(doc, a); return nil }); fault != nil {
		return extract.Listing{}, fault
	}
	return listing, err
}

// listingOf reads a parsed listing page.
func (v *visit) listingOf(doc *extract.Document, a *answer) (extract.Listing, error) {
	o := doc.Obstacle()
	if v.shape == (extract.Shape{}) && (o == extract.NoObstacle || o == extract.NeedsBrowser) {
		v.shape = doc.Shape()
		v.observeShape()
	}
	switch {
	case o == extract.NoObstacle && v.src.Kind == config.KindFeed && !doc.IsFeed():
		return extract.Listing{Better: doc.Listing().Better}, &Error{URL: a.page.URL, Fault: FaultEmpty, Err: errors.New("a page, and not the feed that kind: feed says it is")}
	case o == extract.NoObstacle:
		listing := doc.Listing()
		listing.Next = cmp.Or(listing.Next, a.next())
		return listing, nil
	case o == extract.NeedsBrowser:
		return extract.Listing{Better: doc.Listing().Better}, obstacle(doc, a.page.URL, o)
	default:
		return extract.Listing{}, obstacle(doc, a.page.URL, o)
	}
}

// alternative reads the site's own feed where its page shows no entries, which
// is the error why; later visits ask for the feed at once.
func (v *visit) alternative(ctx context.Context, better []extract.Alternative, why error) (string, *answer, extract.Listing, error) {
	if v.src.Kind == config.KindPage {
		return "", nil, extract.Listing{}, why
	}
	var asked []string
	for len(better) > 0 && len(asked) < maxAlternatives {
		address := better[0].URL
		better = better[1:]
		if !sameSite(v.address(), address) || slices.Contains(asked, address) {
			continue
		}
		asked = append(asked, address)
		a, err := v.fetch(ctx, address, news.PageState{})
		if err != nil {
			continue
		}
		listing, err := v.parseListing(a)
		if err == nil && len(listing.Entries) > 0 {
			v.Feed = address
			return address, a, listing, nil
		}
		better = slices.Concat(listing.Better, better) // of a sitemap index
	}
	return "", nil, extract.Listing{}, why
}

// take adds a page's entries to those of this visit, each address once.
// It reports how many were not met before in this visit.
func (v *visit) take(listing extract.Listing, past bool) int {
	seen := map[string]bool{}
	for _, e := range v.entries {
		seen[e.address] = true
	}
	own := news.Canonical(v.address())
	before := len(v.entries)
	for _, e := range listing.Entries[:min(len(listing.Entries), maxEntries)] {
		key := news.Canonical(e.URL)
		if e.Anchored {
			key = news.CanonicalAnchor(e.URL)
		}
		if e.URL == "" || seen[key] || !e.Anchored && key == own || checkable(e.URL) != nil {
			continue
		}
		seen[key] = true
		v.entries = append(v.entries, listed{Entry: e, address: key, canonical: key, position: len(v.entries), past: past})
	}
	v.report.Visit.Entries = len(v.entries)
	return len(v.entries) - before
}

// checkable refuses entries whose link is no web address at all.
func checkable(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("no web address")
	}
	return nil
}

// follow reads the pages after the first while they bring something new: up
// to the source's pages, for a backfill that many more, and after a time
// without a good visit as far as the news of that time goes.
func (v *visit) follow(ctx context.Context, from, next string) error {
	pages, unfinished, since := max(v.src.Pages, 1), v.Incomplete, v.missedSince()
	v.Incomplete, v.Since = false, 0
	seen := []string{news.Canonical(from)}
	ends, err := v.endsNew(ctx, v.entries, unfinished)
	for n := 1; err == nil && next != ""; n++ {
		late := len(v.entries) < maxArticles && v.appeared(ends, since)
		if !late && n >= v.backfill() && (n >= pages || len(ends) == 0) {
			break
		}
		key := news.Canonical(next)
		if slices.Contains(seen, key) || len(next) > maxNextURL || !sameSite(from, next) || v.faults >= maxHostFaults {
			break
		}
		seen = append(seen, key)
		var listing extract.Listing
		if listing, err = v.nextPage(ctx, next); err != nil {
			v.breakOff(next, err, since)
			return nil
		}
		before := len(v.entries)
		if v.take(listing, n >= pages && !late || v.first() && v.backfill() > 0) == 0 {
			break
		}
		ends, err = v.endsNew(ctx, v.entries[before:], unfinished)
		v.progress(Progress{Page: n + 1, Total: len(v.entries)})
		next = listing.Next
	}
	if err == nil && v.backfill() > 0 {
		v.report.State.Backfilled = true
	}
	return err
}

// breakOff notes that a listing page could not be fetched, and since when news may
// be missing.
func (v *visit) breakOff(address string, err error, since time.Time) {
	v.Incomplete = FaultOf(err).transient()
	if v.Incomplete && !since.IsZero() {
		v.Since = since.Unix()
	}
	v.c.Log.Debug("listing page could not be fetched", "source", v.src.Name, "url", address, "err", err)
}

// missedSince is when news began to be missed, because visits failed, there
// were none for long, or the last one broke off; zero: none was missed.
func (v *visit) missedSince() time.Time {
	last := v.report.State.LastSuccess
	switch {
	case v.Since != 0:
		return time.Unix(v.Since, 0)
	case v.first(), v.report.State.Failures == 0 && v.start.Sub(last) < longPause:
		return time.Time{}
	}
	return last
}

// appeared reports whether one of the entries appeared since a moment, by its
// date. Towns date a report up to a day before they show it, and a calendar of
// events is no news.
func (v *visit) appeared(entries []listed, since time.Time) bool {
	return !since.IsZero() && slices.ContainsFunc(entries, func(e listed) bool {
		at := e.Published
		return !at.IsZero() && at.Time.After(since.Add(-day)) && at.Time.Before(v.start.Add(day))
	})
}

func (v *visit) nextPage(ctx context.Context, address string) (extract.Listing, error) {
	a, err := v.fetch(ctx, address, news.PageState{})
	if err != nil {
		return extract.Listing{}, err
	}
	return v.parseListing(a)
}

// endsNew are those of a page's last two entries that the archive lacks: only
// then can the page after it, which is older, bring anything new. After a visit
// that broke off it is both, since that one has put its pages into the archive.
func (v *visit) endsNew(ctx context.Context, entries []listed, unfinished bool) ([]listed, error) {
	if err := v.lookUp(ctx, entries); err != nil {
		return nil, err
	}
	ends := slices.Clone(entries[max(len(entries)-2, 0):])
	return slices.DeleteFunc(ends, func(e listed) bool {
		_, ok := v.known[e.canonical]
		return ok && !unfinished
	}), nil
}

// lookUp asks the archive which of the entries it holds.
func (v *visit) lookUp(ctx context.Context, entries []listed) error {
	steady := v.steadyKeys()
	var keys []string
	for _, e := range entries {
		keys = append(keys, e.address)
		if key := steady[e.address]; key != "" && key != e.address {
			keys = append(keys, key)
		}
	}
	known, err := v.c.Archive.Known(context.WithoutCancel(ctx), keys)
	if err != nil {
		return unread(err)
	}
	if v.known == nil {
		v.known = map[string]news.Item{}
	}
	maps.Copy(v.known, known)
	v.recognise(entries, steady)
	return nil
}
