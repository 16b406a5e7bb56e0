package article

import (
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// What speaks against a day: that the page is of an event or of a thing, or that its
// system declares days of its own making.

// doubtEventDays takes belief from the days that the page of an event shows: they
// are those of the event unless a label says otherwise.
func doubtEventDays(all []dateCandidate) {
	for i := range all {
		if c := &all[i]; c.isShown() && !c.labelled {
			c.weight -= 3
			c.named = false
		}
	}
}

// isOfMaking reports whether a day is declared on a page that its system would
// show one on, and is neither declared of an article nor confirmed: it is that of
// the page's making.
func (r *reader) isOfMaking(best *dateCandidate, all []dateCandidate) bool {
	isOfPage := !best.isShown() && best.evidence.Rule != rules.Microdata
	return isOfPage && r.undated() && !r.declaredByArticle(best) && !r.confirmed(best, all)
}

// eventFolder is a folder of the address that holds a site's calendar.
var eventFolder = words.Regexp(`/{{event_folders}}/`)

// newsFolder is one that holds reports, be it on events.
var newsFolder = words.Regexp(`/{{news_folders}}`)

// announcesEvent reports whether the page is that of an event, by what its
// headline stands in or by its address: its days are those of the event. Weblogs
// name the categories of a report in the class of its element.
func (r *reader) announcesEvent() bool {
	for i := r.headline; i > r.d.Body; i = r.d.Nodes[i].Parent {
		n := &r.d.Nodes[i]
		if n.Hints&dom.HintEvent == 0 || n.Hints&(dom.HintNav|dom.HintSide) != 0 {
			continue
		}
		if class := dom.AttrOf(n.HTML, "class"); !strings.Contains(class, "hentry") && !strings.Contains(class, "category") {
			return true
		}
	}
	address := strings.ToLower(r.d.Page.URL)
	return eventFolder.MatchString(address) && !newsFolder.MatchString(address)
}

var (
	staticPage = lazy.Regexp(`(?:^|\s)(?:page-id-\d+|page-template\S*)(?:\s|$)`)
	weblogPost = lazy.Regexp(`(?:^|\s)(?:single-post|postid-\d+)(?:\s|$)`)
)

// undated reports whether the page is one on which its system would show a
// date if it were to have one: a weblog's post, or a static page, which has
// none. Systems declare the day on which they were filled on both.
func (r *reader) undated() bool {
	class := r.d.Attr(r.d.Body, "class")
	return r.describesThing() || staticPage.MatchString(class) || weblogPost.MatchString(class) ||
		strings.EqualFold(r.d.Meta("og:type"), "website") || strings.HasPrefix(r.d.Meta("generator"), "WordPress")
}

// declaredByArticle reports whether a day is declared of an article, on a page of
// a system that would show one: by "NewsArticle" or its kin, or by
// article:published_time where the page is not that of a thing, or its class says that
// it is a post: some systems call all of their pages a website. Static pages are
// called articles, too, and are none.
func (r *reader) declaredByArticle(c *dateCandidate) bool {
	if staticPage.MatchString(r.d.Attr(r.d.Body, "class")) {
		return false
	}
	switch c.evidence.Rule {
	case rules.JSONLD:
		return !strings.HasPrefix(c.evidence.Where, "WebPage.")
	case rules.OpenGraph:
		post := weblogPost.MatchString(r.d.Attr(r.d.Body, "class"))
		return post || !r.describesThing()
	}
	return false
}

// thingTypes are types of schema.org whose pages have dates of their making
// that are no publication.
var thingTypes = map[string]bool{"Recipe": true, "Product": true, "FAQPage": true, "Event": true, "Place": true,
	"LocalBusiness": true, "GovernmentService": true, "GovernmentOffice": true, "JobPosting": true, "Course": true,
	"ContactPage": true, "AboutPage": true}

// describesThing reports whether the page declares to be about a thing and to
// be no report.
func (r *reader) describesThing() bool {
	thing := false
	tells := func(t string) (article bool) {
		thing = thing || thingTypes[t]
		return claims.ArticleType(t) && t != "JobPosting"
	}
	for _, c := range r.claims[claims.OfType] {
		if tells(c.Value) {
			return false
		}
	}
	for i := range r.d.Nodes {
		if t := r.d.Attr(dom.NodeID(i), "itemtype"); t != "" &&
			tells(t[strings.LastIndexByte(t, '/')+1:]) {
			return false
		}
	}
	return thing
}

// confirmed reports whether the page shows the day, or how long ago it was, or
// has it in its address, or whether it is a post that shows the day of its
// change as it declares it: what its system declares are its days then.
func (r *reader) confirmed(declared *dateCandidate, all []dateCandidate) bool {
	for i := range all {
		c := &all[i]
		isPassed := c.relative && c.named && c.weight >= leastBelief // "vor 3 Tagen"
		if isPassed || c.tellsDayOf(declared) && (c.evidence.Rule == rules.Address || r.showsWell(c, all)) {
			return true
		}
	}
	return addressMonth(r.d.Page.URL, declared.moment.Time) || r.showsChange(all)
}

// tellsDayOf reports whether a date is of the same day as another, be it without
// its year.
func (c *dateCandidate) tellsDayOf(o *dateCandidate) bool {
	return c.sameDay(o) || c.guessed && sameDayOfYear(c.moment, o.moment)
}

// showsWell reports whether the page shows a date with some belief, or with less
// where it stands in no list of dates.
func (r *reader) showsWell(c *dateCandidate, all []dateCandidate) bool {
	if !c.isShown() || c.weight >= 3 {
		return c.isShown()
	}
	return (c.weight >= 0 || c.named && c.weight >= -3) && !r.repeats(c, all)
}

// showsChange reports whether the page of a post shows the change that it
// declares.
func (r *reader) showsChange(all []dateCandidate) bool {
	if !weblogPost.MatchString(r.d.Attr(r.d.Body, "class")) {
		return false
	}
	return slices.ContainsFunc(all, func(shown dateCandidate) bool {
		if !shown.updated || !shown.isShown() || shown.weight < leastBelief {
			return false
		}
		return slices.ContainsFunc(all, func(declared dateCandidate) bool {
			return declared.updated && !declared.isShown() && dom.SameDay(declared.moment, shown.moment)
		})
	})
}

// repeats reports whether other dates stand in the same place of other rows.
func (r *reader) repeats(c *dateCandidate, all []dateCandidate) bool {
	for i := range all {
		if o := &all[i]; o.evidence.Raw != c.evidence.Raw && r.locate(o).Where == r.locate(c).Where {
			return true
		}
	}
	return false
}

// addressMonth reports whether an address has the year and month of a moment.
func addressMonth(address string, t time.Time) bool {
	return strings.Contains(address, t.Format("/2006/01/")) || strings.Contains(address, t.Format("/2006/1/"))
}
