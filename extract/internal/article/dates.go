package article

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// A dateCandidate is a candidate for the publication.
type dateCandidate struct {
	moment   news.Moment
	evidence read.Evidence
	weight   float64
	element  dom.NodeID  // that shows it; 0: it is only declared
	at       dom.NodeID  // the line or row that it is read from; 0: none
	day      int         // of the calendar, once asked for
	updated  bool        // the page says that it is a later change
	named    bool        // shown, and by a word, a class or its element said to be a date of the report
	vague    bool        // its class says "updated", which systems say of either date
	today    bool        // the day of the fetch, as sites show it in their heads
	relative bool        // shown as a time that has passed: "vor 3 Tagen"
	guessed  bool        // shown without a year
	labelled bool        // shown after "Veröffentlicht am" or the like
	draft    *rules.Note // how it was weighed, where that is asked for
	weakly   bool        // labelled by a word that such a one beats: "Datum", "Erstellt"
}

// readDates weighs what the page shows near its headline against what it
// declares, and keeps publication and later changes apart.
func (r *reader) readDates() {
	all := append(r.claimedDates(), r.shownDates()...)
	if r.announcesEvent() {
		for i := range all {
			if c := &all[i]; shownRules[c.evidence.Rule] && !c.labelled {
				c.weight -= 3
				c.named = false
			}
		}
	}
	all = append(all, r.titleDate()...)
	all = append(all, r.addressDate()...)
	r.settleOrder(all)
	r.doubtSharedDates(all)
	r.settleVague(all)
	r.settleUpdated(all)
	r.preferLabelled(all)
	if !r.art.Item.Published.IsZero() {
		return
	}
	best := r.mostBelieved(all)
	r.explainDates(all)
	if best == nil || best.weight < leastBelief {
		if best = r.onlyShown(all); best == nil {
			best = r.ownRow()
		}
		if best == nil {
			if best = r.guessedYear(all); best != nil {
				r.problem("published", "no year is printed: the last such day before the fetch is taken")
			}
		}
		if best == nil {
			return
		}
	}
	if !shownRules[best.evidence.Rule] && best.evidence.Rule != rules.Microdata && r.undated() && !r.declaredByArticle(best) &&
		!r.confirmed(best, all) {
		r.problem("published", "the page declares "+best.moment.String()+" ("+string(best.evidence.Rule)+") but its system shows no date")
		return
	}
	if r.listedDayWins(best) {
		r.art.Item.Published = r.from.Published
		r.art.Evidence["published"] = r.evidenceOfListing("published", "the page shows "+best.moment.String()+", and does not say what of")
		return
	}
	r.refine(best, all)
	r.art.Item.Published = best.moment
	r.art.Evidence["published"] = r.locate(best)
	r.dropEarlierUpdate()
	r.dropHeadlineDate()
	r.spendDates(all)
	for i := range all {
		if c := &all[i]; r.mayBePublished(c) && c.weight >= 6 && !c.sameDay(best) {
			r.problem("published", "the page also gives "+c.moment.String()+" ("+string(c.evidence.Rule)+", "+r.locate(c).Where+")")
			break
		}
	}
}

// preferLabelled takes belief from what the page shows beside a date that it
// says to be of the publication: a day under "Datum" or "Erstellt", or under no
// word at all.
func (r *reader) preferLabelled(all []dateCandidate) {
	var said *dateCandidate
	for i := range all {
		c := &all[i]
		if c.labelled && !c.weakly && c.weight >= leastBelief && r.mayBePublished(c) && (said == nil || c.weight > said.weight) {
			said = c
		}
	}
	for i := range all {
		c := &all[i]
		if said != nil && !c.updated && (c.weakly || !c.labelled && c.evidence.Rule == "dateline") && !c.sameDay(said) {
			c.weight -= beaten
		}
	}
}

// beaten is what a date loses to another that a label makes the publication.
const beaten = 2

// eventFolder is a folder of the address that holds a site's calendar.
var eventFolder = lazy.Regexp(`/(?:veranstaltung(?:en)?|veranstaltungskalender|termine?|events?|kalender|calendar|agenda|eventi` +
	`|evenement(?:en)?|evenemang|arrangement(?:er)?|wydarzenia)/`)

// newsFolder is one that holds reports, be it on events.
var newsFolder = lazy.Regexp(`/(?:news|aktuell|presse|nachricht|meldung)`)

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
// article:published_time where the page is not said to be something else, or its
// class says that it is a post. Static pages are called articles, too, and are
// none.
func (r *reader) declaredByArticle(c *dateCandidate) bool {
	if staticPage.MatchString(r.d.Attr(r.d.Body, "class")) {
		return false
	}
	switch c.evidence.Rule {
	case rules.JSONLD:
		return !strings.HasPrefix(c.evidence.Where, "WebPage.")
	case rules.OpenGraph:
		post := weblogPost.MatchString(r.d.Attr(r.d.Body, "class"))
		return !strings.EqualFold(r.d.Meta("og:type"), "website") && (post || !r.describesThing())
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
		shown := shownRules[c.evidence.Rule] && (c.weight >= 3 || (c.weight >= 0 || c.named && c.weight >= -3) && !r.repeats(c, all))
		if (shown || c.evidence.Rule == rules.Address) &&
			(c.sameDay(declared) || c.guessed && sameDayOfYear(c.moment, declared.moment)) || c.relative && c.named && c.weight >= leastBelief {
			return true
		}
	}
	return addressMonth(r.d.Page.URL, declared.moment.Time) || r.showsChange(all)
}

// showsChange reports whether the page of a post shows the change that it
// declares.
func (r *reader) showsChange(all []dateCandidate) bool {
	if !weblogPost.MatchString(r.d.Attr(r.d.Body, "class")) {
		return false
	}
	for i := range all {
		for j := range all {
			declared, shown := &all[i], &all[j]
			if declared.updated && shown.updated && !shownRules[declared.evidence.Rule] && shownRules[shown.evidence.Rule] &&
				shown.weight >= leastBelief && dom.SameDay(declared.moment, shown.moment) {
				return true
			}
		}
	}
	return false
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

// spendDates leaves the short lines that hold the publication out of the body.
func (r *reader) spendDates(all []dateCandidate) {
	for i := range all {
		c := &all[i]
		short := int32(60)
		if c.labelled {
			short = 140
		}
		if c.at > 0 && r.d.Nodes[c.at].Text < short && dom.SameDay(c.moment, r.art.Item.Published) && r.d.Nodes[c.at].Flags&dom.InHead == 0 {
			r.consumed = append(r.consumed, c.at)
		}
	}
}

// leastBelief is the weight below which a date is doubtful evidence, and none
// is better.
const leastBelief = 4.4

func (r *reader) mayBePublished(c *dateCandidate) bool {
	return !c.updated && !c.today && !c.guessed && c.calendarDay() >= firstDay && !dates.TooFarAhead(c.moment, r.d.Page.Fetched)
}

// firstDay is of the year of the first pages on the web: earlier days are those
// of history.
const firstDay = 1990_01_01

// calendarDay is the day of a date as a number: 2024_06_10.
func (c *dateCandidate) calendarDay() int {
	if c.day == 0 {
		year, month, day := c.moment.Time.Date()
		c.day = year*1_00_00 + int(month)*1_00 + day
	}
	return c.day
}

func (c *dateCandidate) sameDay(o *dateCandidate) bool { return c.calendarDay() == o.calendarDay() }

// locate is the evidence of a date with the place of the element that shows it:
// building that takes long, and few dates need it.
func (r *reader) locate(c *dateCandidate) read.Evidence {
	if c.evidence.Where == "" && c.element > 0 {
		c.evidence.Where = r.d.Where(c.element)
	}
	return c.evidence
}

// onlyShown is the one day that the page shows as that of a report, be it far
// from the headline; nil where it shows several.
func (r *reader) onlyShown(all []dateCandidate) *dateCandidate {
	if only := r.onlyOf(all, func(c *dateCandidate) bool { return c.labelled }); only != nil {
		return only
	}
	return r.onlyOf(all, func(c *dateCandidate) bool { return c.named })
}

// guessedYear is the one day of the report that the page shows without a year:
// the one before the fetch.
func (r *reader) guessedYear(all []dateCandidate) *dateCandidate {
	var only *dateCandidate
	for i := range all {
		c := &all[i]
		if !c.guessed || !c.named || c.updated || c.weight < 4 {
			continue
		}
		if only != nil && !c.sameDay(only) {
			return nil
		}
		only = c
	}
	return only
}

func (r *reader) onlyOf(all []dateCandidate, fits func(*dateCandidate) bool) *dateCandidate {
	var only *dateCandidate
	for i := range all {
		c := &all[i]
		if !r.mayBePublished(c) || !fits(c) || c.weight < 1 {
			continue
		}
		if only != nil && !c.sameDay(only) {
			return nil
		}
		if only == nil || c.weight > only.weight {
			only = c
		}
	}
	return only
}

// mostBelieved is the candidate of the most weight, where others that tell the
// same day add to it; but a date that is shown near the headline beats one
// that is only declared. Rows of dates away from the headline are a list's.
func (r *reader) mostBelieved(all []dateCandidate) *dateCandidate {
	var best *dateCandidate
	most, kinds := 0.0, r.kindsOfDays(all)
	for i := range all {
		c := &all[i]
		row := c.evidence.Rule == rules.Dateline && !c.named && c.weight <= 5 && c.weight >= leastBelief && r.repeats(c, all)
		if row || !r.mayBePublished(c) {
			continue
		}
		if weight := c.weight + c.support(kinds); best == nil || weight > most {
			best, most = c, weight
		}
	}
	if best == nil {
		return nil
	}
	if shownRules[best.evidence.Rule] {
		return r.elementInstead(best, all)
	}
	if shown := r.shownInstead(best, all); shown != nil {
		return shown
	}
	return best
}

// shownInstead is the date that the page shows near its headline, where it is
// another than the declared one and the declared one is not shown at all.
func (r *reader) shownInstead(declared *dateCandidate, all []dateCandidate) *dateCandidate {
	var shown *dateCandidate
	for i := range all {
		c := &all[i]
		switch {
		case c.evidence.Rule == rules.Address && c.sameDay(declared):
			return nil
		case !r.mayBePublished(c) || !shownRules[c.evidence.Rule] || c.weight < leastBelief:
		case c.sameDay(declared) && !c.vague:
			return nil
		case c.vague || c.evidence.Rule == rules.Title && c.moment.Time.Sub(declared.moment.Time) > 24*time.Hour:
		case (c.weight >= 5.5 || declared.weight <= 6) && (shown == nil || c.weight > shown.weight):
			shown = c
		}
	}
	return shown
}

// elementInstead is the element of a date in the head of the report, where the
// most believed one is only found in its text.
func (r *reader) elementInstead(best *dateCandidate, all []dateCandidate) *dateCandidate {
	if best.evidence.Rule != rules.Dateline || r.d.Nodes[best.at].Hints&(dom.HintMeta|dom.HintDate|dom.HintAuthor|dom.HintHeader) != 0 {
		return best
	}
	element := best
	for i := range all {
		c := &all[i]
		if c.evidence.Rule == rules.Dateline || !shownRules[c.evidence.Rule] || !r.mayBePublished(c) || c.vague || !c.named || c.weight < 6 {
			continue
		}
		if c.sameDay(best) {
			return best
		}
		if element == best || c.weight > element.weight {
			element = c
		}
	}
	return element
}

var shownRules = map[rules.Name]bool{rules.Time: true, rules.Class: true, rules.Dateline: true, rules.OwnRow: true, rules.Title: true}

// ownRow is the date that stands beside a link to this very page, as in a list
// of the latest reports below it or in a note on the report; nil where there
// is none.
func (r *reader) ownRow() *dateCandidate {
	self, _, _ := strings.Cut(r.d.Page.URL, "#")
	_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(self, "https://"), "http://"), "/")
	if len(path) < 4 {
		return nil
	}
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		if n := &r.d.Nodes[i]; n.Tag == atom.A && n.Flags&(dom.InLink|dom.IsHidden) == dom.InLink {
			if to, _, _ := strings.Cut(dom.AttrOf(n.HTML, "href"), "#"); strings.HasSuffix(to, path) && samePage(r.d.Abs(to), self) &&
				r.hintsBelowHeadline(i)&(dom.HintComments|dom.HintNav) == 0 {
				if c := r.rowDate(i); c != nil {
					return c
				}
			}
		}
	}
	return nil
}

// samePage reports whether two addresses differ in their scheme at most.
func samePage(a, b string) bool {
	_, a, _ = strings.Cut(a, "://")
	_, b, _ = strings.Cut(b, "://")
	return a == b
}

// rowDate is the only date in the smallest element around a link that has one.
func (r *reader) rowDate(link dom.NodeID) *dateCandidate {
	for i := link; i > r.d.Body && r.d.Nodes[i].Text <= 400 && !r.holdsHeadline(i); i = r.d.Nodes[i].Parent {
		found := r.d.FindDates(r.d.Text(i))
		if len(found) == 0 {
			continue
		}
		f := found[0]
		c := dateCandidate{element: i, at: i, moment: f.Moment, weight: 5, evidence: read.Evidence{Rule: rules.OwnRow, Raw: f.Raw}}
		if len(found) > 1 || f.Range || f.YearGuessed || f.Relative || f.Label != dates.LabelNone && f.Label != dates.LabelPublished ||
			!r.mayBePublished(&c) {
			return nil
		}
		return &c
	}
	return nil
}

// kindsOfDays are the kinds of evidence for each day that may be the publication.
func (r *reader) kindsOfDays(all []dateCandidate) map[int][]rules.Name {
	kinds := make(map[int][]rules.Name, len(all))
	for i := range all {
		c := &all[i]
		if c.weight < leastBelief || !r.mayBePublished(c) {
			continue
		}
		if day := c.calendarDay(); !slices.Contains(kinds[day], c.evidence.Rule) {
			kinds[day] = append(kinds[day], c.evidence.Rule)
		}
	}
	return kinds
}

// support is what other kinds of evidence for the same day add.
func (c *dateCandidate) support(kinds map[int][]rules.Name) float64 {
	others := 0
	for _, kind := range kinds[c.calendarDay()] {
		if kind != c.evidence.Rule {
			others++
		}
	}
	return 0.6 * float64(others)
}

// refine takes the time of day from another candidate of the same day.
func (r *reader) refine(best *dateCandidate, all []dateCandidate) {
	if best.moment.Precision != news.Day {
		return
	}
	for i := range all {
		if c := &all[i]; r.mayBePublished(c) && c.weight >= 5 && c.moment.Precision != news.Day && c.sameDay(best) {
			best.moment = c.moment
			return
		}
	}
}

func sameDayOfYear(a, b news.Moment) bool {
	return a.Time.Day() == b.Time.Day() && a.Time.Month() == b.Time.Month()
}

// settleVague tells what a class "updated" means: a later change, where another
// date stands beside it.
func (r *reader) settleVague(all []dateCandidate) {
	beside := func(c *dateCandidate) string {
		where := r.locate(c).Where
		return where[:strings.LastIndexByte(where, ' ')+1]
	}
	if !slices.ContainsFunc(all, func(c dateCandidate) bool { return c.vague && !c.updated }) {
		return
	}
	earliest := make(map[string]time.Time)
	for i := range all {
		c := &all[i]
		if c.vague || c.updated || c.evidence.Rule != rules.Time {
			continue
		}
		at := beside(c)
		if first, known := earliest[at]; !known || c.moment.Time.Before(first) {
			earliest[at] = c.moment.Time
		}
	}
	for i := range all {
		if c := &all[i]; c.vague && !c.updated {
			first, known := earliest[beside(c)]
			c.updated = known && first.Before(c.moment.Time)
		}
	}
}

// settleUpdated takes the latest change that the page tells of. The short lines
// that tell of one are no text of the report.
func (r *reader) settleUpdated(all []dateCandidate) {
	given := !r.art.Item.Updated.IsZero()
	for i := range all {
		c := &all[i]
		if !c.updated {
			continue
		}
		if n := &r.d.Nodes[c.at]; c.at > 0 && n.Text < 60 && n.Flags&dom.InHead == 0 {
			r.consumed = append(r.consumed, c.at)
		}
		if !given && !dates.TooFarAhead(c.moment, r.d.Page.Fetched) && c.moment.Time.After(r.art.Item.Updated.Time) {
			r.art.Item.Updated = c.moment
			r.art.Evidence["updated"] = r.locate(c)
		}
	}
}

// dropEarlierUpdate forgets a change from before the publication: it is one of
// the site, as of "Stand:" in a footer, or of the draft.
func (r *reader) dropEarlierUpdate() {
	if it := &r.art.Item; it.Updated.Time.Before(it.Published.Time) && !dom.SameDay(it.Updated, it.Published) {
		it.Updated = news.Moment{}
		delete(r.art.Evidence, "updated")
	}
}

// dropHeadlineDate takes the publication off the start of the headline, as in
// "10.06.2024: Freibad öffnet".
func (r *reader) dropHeadlineDate() {
	it := &r.art.Item
	if it.Headline == "" || !strings.ContainsRune("0123456789[(", rune(it.Headline[0])) {
		return
	}
	found := r.d.FindDates(it.Headline[:min(len(it.Headline), 60)])
	if len(found) != 1 || found[0].Start > 1 || found[0].Range || found[0].YearGuessed || !dom.SameDay(found[0].Moment, it.Published) {
		return
	}
	rest := it.Headline[found[0].End:]
	cut := strings.TrimLeft(rest, "-–—:|/)] ")
	if between := rest[:len(rest)-len(cut)]; len(cut) >= 10 && strings.Trim(between, " ") != "" {
		it.Headline = cut
	}
}
