package crawler

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// A visit that finds this many articles gone, and at least that share of
	// those it looked at, suspects the site (a relaunch, a fault), not the news.
	massGone      = 5
	massGoneShare = 0.8
	// massConfirm is how long a mass of articles must stay gone to be believed.
	massConfirm = 7 * 24 * time.Hour
)

// A look is one article that is looked at again, and what came of it.
type look struct {
	page news.PageState
	item news.Item
	key  string
	gone bool
}

// lookAgain looks at the articles whose next look has come, for edits, for
// what could not be fetched before, and for withdrawals.
func (v *visit) lookAgain(ctx context.Context) error {
	if v.faults >= maxHostFaults || v.src.ListingOnly || over(ctx) {
		return nil
	}
	due, err := v.c.Archive.DuePages(context.WithoutCancel(ctx), v.src.Name, v.start, maxLooks)
	if err != nil {
		return unread(err)
	}
	due, err = v.alsoReused(ctx, due)
	if err != nil {
		return err
	}
	looks, err := v.planLooks(ctx, due)
	if err != nil {
		return err
	}
	var gone []*look
	for i := range looks {
		if over(ctx) || v.faults >= maxHostFaults || v.load.full() {
			break
		}
		l := &looks[i]
		if v.lookAt(ctx, l); l.gone {
			gone = append(gone, l)
		}
	}
	v.withdraw(gone, len(looks))
	v.rememberRows()
	return nil
}

// over reports whether the visit's time is up or it was stopped.
func over(ctx context.Context) bool { return ctx.Err() != nil }

// planLooks joins the pages that are due with the items they belong to.
func (v *visit) planLooks(ctx context.Context, due []news.PageState) ([]look, error) {
	var keys []string
	for _, p := range due {
		keys = append(keys, news.Canonical(p.URL))
	}
	if len(keys) == 0 {
		return nil, nil
	}
	known, err := v.c.Archive.Known(context.WithoutCancel(ctx), keys)
	if err != nil {
		return nil, unread(err)
	}
	var looks []look
	for i, p := range due {
		already := slices.ContainsFunc(v.report.Pages, func(q news.PageState) bool { return q.URL == p.URL })
		it, ok := known[keys[i]]
		switch {
		case already, p.Listing:
		case !ok || !it.Withdrawn.IsZero():
			p.Next = time.Time{} // nothing to look after any more
			v.report.Pages = append(v.report.Pages, p)
		default:
			looks = append(looks, look{page: p, item: it, key: keys[i]})
		}
	}
	return looks, nil
}

// lookAt asks for an article again and drafts what it says now.
func (v *visit) lookAt(ctx context.Context, l *look) {
	known := l.page
	if l.item.Partial {
		known.ETag, known.LastModified, known.Digest = "", "", 0
	}
	a, err := v.fetchArticle(ctx, l.page.URL, known)
	if ctx.Err() != nil {
		return
	}
	if err == nil && !a.unchanged {
		err = v.redraft(ctx, l, a)
	}
	p := v.page(l.page.URL, l.page, a, false)
	switch {
	case err == nil:
		p.Next = v.nextLook(p.Looks, l.item.Published)
		p.Looks++
	case FaultOf(err) == FaultGone:
		l.page = p
		l.gone = true
		return
	case errors.Is(err, errNotFollowed):
		p.Next = time.Time{}
	default:
		v.c.Log.Debug("article could not be fetched", "source", v.src.Name, "url", l.page.URL, "err", err)
		p.ETag, p.LastModified, p.Digest = l.page.ETag, l.page.LastModified, l.page.Digest
		p.Looks++
		p.Next = v.retryAt(p.Looks)
	}
	v.report.Pages = append(v.report.Pages, p)
}

// redraft drafts an item that is known already. What the listing told of it
// once is in the item, and stands where the article is silent.
func (v *visit) redraft(ctx context.Context, l *look, a *answer) error {
	from := extract.Entry{
		URL: l.page.URL, Place: l.item.Place, Kicker: l.item.Kicker,
		Headline: l.item.Headline, Published: l.item.Published, Image: l.item.Image,
	}
	if l.item.Partial {
		from.Teaser = l.item.Teaser
	}
	for _, e := range v.entries {
		if e.canonical == l.key {
			from = e.Entry
		}
	}
	read, err := v.parseArticle(a, &from, false)
	if err != nil {
		return err
	}
	article := read.Article
	article.Item.URL = l.page.URL
	article.Item.Sources = []string{v.src.Name}
	bound(&article.Item)
	v.measureLater(&article.Item, &l.item)
	if l.item.Partial {
		v.articles = append(v.articles, article)
	} else {
		v.again = append(v.again, article)
	}
	d := news.Draft{Item: article.Item, Canonical: l.key, Reread: !l.item.Partial && v.saidTheSame(ctx, article.Item, &from)}
	v.alias(&d, l.page.URL, a.page.URL, article.Canonical)
	v.addDraft(d)
	if !read.noArchive {
		v.keep(ctx, a, l.page.URL)
	}
	return nil
}

// withdraw takes back the items whose articles were found gone twice, the
// second time on another day. One that the town still lists is a fault of the
// page; a whole site's articles at once are a fault of the site, or a relaunch.
func (v *visit) withdraw(gone []*look, looked int) {
	mass := len(gone) >= massGone && float64(len(gone)) >= massGoneShare*float64(looked)
	wait := v.c.Confirm
	if mass {
		wait = max(wait, massConfirm)
		v.Gone = len(gone)
	} else if looked > 0 {
		v.Gone = 0
	}
	for _, l := range gone {
		p := l.page
		listed := slices.Contains(v.OnList, shortKey(l.key))
		switch {
		case p.Gone.IsZero():
			p.Gone = v.start.UTC()
			p.Next = v.start.Add(v.c.Confirm).UTC()
		case listed || v.start.Sub(p.Gone) < wait:
			p.Next = v.start.Add(v.c.Confirm).UTC()
		default:
			p.Next = time.Time{}
			v.report.Drafts = append(v.report.Drafts, news.Draft{
				Item:      news.Item{URL: l.page.URL, Sources: []string{v.src.Name}},
				Canonical: l.key, Withdrawn: true,
			})
		}
		if p.Status < http.StatusBadRequest {
			p.Status = http.StatusNotFound // a soft 404
		}
		v.report.Pages = append(v.report.Pages, p)
	}
}
