package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// A dating is a candidate for the publication.
type dating struct {
	moment   news.Moment
	evidence Evidence
	weight   float64
	at       nodeID // where it is shown; 0: it is only declared
	updated  bool   // the page says that it is a later change
	named    bool   // shown, and by a word, a class or its element said to be a date of the report
	vague    bool   // its class says "updated", which systems say of either date
	today    bool   // the day of the fetch, as sites show it in their heads
	relative bool   // shown as a time that has passed: "vor 3 Tagen"
	guessed  bool   // shown without a year
	labelled bool   // shown after "Veröffentlicht am" or the like
}

// readDates weighs what the page shows near its headline against what it
// declares, and keeps publication and later changes apart.
func (r *reader) readDates() {
	all := append(r.claimedDates(), r.shownDates()...)
	all = append(all, r.addressDate()...)
	settleVague(all)
	r.settleUpdated(all)
	if !r.art.Item.Published.IsZero() {
		return
	}
	best := r.mostBelieved(all)
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
	if !shownRules[best.evidence.Rule] && best.evidence.Rule != "microdata" && r.undated() && !r.confirmed(best, all) {
		r.problem("published", "the page declares "+best.moment.String()+" ("+best.evidence.Rule+") but its system shows no date")
		return
	}
	r.refine(best, all)
	r.art.Item.Published = best.moment
	r.art.Evidence["published"] = best.evidence
	r.dropEarlierUpdate()
	r.dropHeadlineDate()
	r.spendDates(all)
	for i := range all {
		if c := &all[i]; r.mayBePublished(c) && c.weight >= 6 && !sameDay(c.moment, best.moment) {
			r.problem("published", "the page also gives "+c.moment.String()+" ("+c.evidence.Rule+", "+c.evidence.Where+")")
			break
		}
	}
}

var (
	staticPage = regexp.MustCompile(`(?:^|\s)(?:page-id-\d+|page-template\S*)(?:\s|$)`)
	weblogPost = regexp.MustCompile(`(?:^|\s)(?:single-post|postid-\d+)(?:\s|$)`)
)

// undated reports whether the page is one on which its system would show a
// date if it were to have one: a weblog's post, or a static page, which has
// none. Systems declare the day on which they were filled on both.
func (r *reader) undated() bool {
	class := r.d.attr(r.d.body, "class")
	return r.describesThing() || staticPage.MatchString(class) || weblogPost.MatchString(class) || strings.EqualFold(r.d.meta("og:type"), "website") || strings.HasPrefix(r.d.meta("generator"), "WordPress")
}

// thingTypes are types of schema.org whose pages have dates of their making
// that are no publication.
var thingTypes = map[string]bool{"Recipe": true, "Product": true, "FAQPage": true, "Event": true, "Place": true, "LocalBusiness": true, "GovernmentService": true, "GovernmentOffice": true, "JobPosting": true, "Course": true, "ContactPage": true, "AboutPage": true}

// describesThing reports whether the page declares to be about a thing and to
// be no report.
func (r *reader) describesThing() bool {
	thing := false
	tells := func(t string) (article bool) {
		thing = thing || thingTypes[t]
		return articleType(t) && t != "JobPosting"
	}
	for _, c := range r.claims[ofType] {
		if tells(c.value) {
			return false
		}
	}
	for i := range r.d.nodes {
		if t := r.d.attr(nodeID(i), "itemtype"); t != "" && tells(t[strings.LastIndexByte(t, '/')+1:]) { //nolint:gosec // MaxBody keeps it far below 2³¹
			return false
		}
	}
	return thing
}

// confirmed reports whether the page shows the day, or how long ago it was, or
// has it in its address.
func (r *reader) confirmed(declared *dating, all []dating) bool {
	for i := range all {
		c := &all[i]
		shown := shownRules[c.evidence.Rule] && (c.weight >= 3 || (c.weight >= 0 || c.named && c.weight >= -3) && !r.repeats(c, all))
		if (shown || c.evidence.Rule == "address") && (sameDay(c.moment, declared.moment) || c.guessed && sameDayOfYear(c.moment, declared.moment)) || c.relative && c.named && c.weight >= leastBelief {
			return true
		}
	}
	return addressMonth(r.d.page.URL, declared.moment.Time)
}

// repeats reports whether other dates stand in the same place of other rows.
func (r *reader) repeats(c *dating, all []dating) bool {
	for i := range all {
		if o := &all[i]; o.evidence.Where == c.evidence.Where && o.evidence.Raw != c.evidence.Raw {
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
func (r *reader) spendDates(all []dating) {
	for i := range all {
		c := &all[i]
		short := int32(60)
		if c.labelled {
			short = 140
		}
		if c.at > 0 && r.d.nodes[c.at].text < short && sameDay(c.moment, r.art.Item.Published) && r.d.nodes[c.at].flags&inHead == 0 {
			r.spent = append(r.spent, c.at)
		}
	}
}

// leastBelief is the weight below which a date is doubtful evidence, and none
// is better.
const leastBelief = 4.4

func (r *reader) mayBePublished(c *dating) bool {
	return !c.updated && !c.today && !c.guessed && c.moment.Time.Year() >= firstYear && !TooFarAhead(c.moment, r.d.page.Fetched)
}

// firstYear is that of the first pages on the web: earlier days are those of
// history.
const firstYear = 1990

// onlyShown is the one day that the page shows as that of a report, be it far
// from the headline; nil where it shows several.
func (r *reader) onlyShown(all []dating) *dating {
	if only := r.onlyOf(all, func(c *dating) bool { return c.labelled }); only != nil {
		return only
	}
	return r.onlyOf(all, func(c *dating) bool { return c.named })
}

// guessedYear is the one day of the report that the page shows without a year:
// the one before the fetch.
func (r *reader) guessedYear(all []dating) *dating {
	var only *dating
	for i := range all {
		c := &all[i]
		if !c.guessed || !c.named || c.updated || c.weight < leastBelief {
			continue
		}
		if only != nil && !sameDay(c.moment, only.moment) {
			return nil
		}
		only = c
	}
	return only
}

func (r *reader) onlyOf(all []dating, fits func(*dating) bool) *dating {
	var only *dating
	for i := range all {
		c := &all[i]
		if !r.mayBePublished(c) || !fits(c) || c.weight < 1 {
			continue
		}
		if only != nil && !sameDay(c.moment, only.moment) {
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
func (r *reader) mostBelieved(all []dating) *dating {
	var best *dating
	most := 0.0
	for i := range all {
		c := &all[i]
		row := c.evidence.Rule == "dateline" && !c.named && c.weight <= 5 && c.weight >= leastBelief && r.repeats(c, all)
		if row || !r.mayBePublished(c) {
			continue
		}
		if weight := c.weight + r.support(c, all); best == nil || weight > most {
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
func (r *reader) shownInstead(declared *dating, all []dating) *dating {
	var shown *dating
	for i := range all {
		c := &all[i]
		switch {
		case c.evidence.Rule == "address" && sameDay(c.moment, declared.moment):
			return nil
		case !r.mayBePublished(c) || !shownRules[c.evidence.Rule] || c.weight < leastBelief:
		case sameDay(c.moment, declared.moment) && !c.vague:
			return nil
		case c.vague:
		case (c.weight >= 5.5 || declared.weight <= 6) && (shown == nil || c.weight > shown.weight):
			shown = c
		}
	}
	return shown
}

// elementInstead is the element of a date in the head of the report, where the
// most believed one is only found in its text.
func (r *reader) elementInstead(best *dating, all []dating) *dating {
	if best.evidence.Rule != "dateline" || r.d.nodes[best.at].hints&(hintMeta|hintDate|hintAuthor|hintHeader) != 0 {
		return best
	}
	element := best
	for i := range all {
		c := &all[i]
		if c.evidence.Rule == "dateline" || !shownRules[c.evidence.Rule] || !r.mayBePublished(c) || c.vague || !c.named || c.weight < 6 {
			continue
		}
		if sameDay(c.moment, best.moment) {
			return best
		}
		if element == best || c.weight > element.weight {
			element = c
		}
	}
	return element
}

var shownRules = map[string]bool{"time": true, "class": true, "dateline": true, "row": true}

// ownRow is the date that stands beside a link to this very page, as in a list
// of the latest reports below it or in a note on the report; nil where there
// is none.
func (r *reader) ownRow() *dating {
	self, _, _ := strings.Cut(r.d.page.URL, "#")
	_, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(self, "https://"), "http://"), "/")
	if len(path) < 4 {
		return nil
	}
	for i := r.d.body; i < r.d.nodes[r.d.body].end; i++ {
		if n := &r.d.nodes[i]; n.tag == atom.A && n.flags&(inLink|isHidden) == inLink {
			if to, _, _ := strings.Cut(attrOf(n.n, "href"), "#"); strings.HasSuffix(to, path) && samePage(r.d.abs(to), self) && r.apart(i)&(hintComments|hintNav) == 0 {
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
func (r *reader) rowDate(link nodeID) *dating {
	for i := link; i > r.d.body && r.d.nodes[i].text <= 400 && !r.holdsHeadline(i); i = r.d.nodes[i].parent {
		found := FindDates(r.d.text(i), r.dateOptions())
		if len(found) == 0 {
			continue
		}
		f := found[0]
		c := dating{at: i, moment: f.Moment, weight: 5, evidence: Evidence{Rule: "row", Where: r.d.where(i), Raw: f.Raw}}
		if len(found) > 1 || f.Range || f.YearGuessed || f.Relative || f.Label != LabelNone && f.Label != LabelPublished || !r.mayBePublished(&c) {
			return nil
		}
		return &c
	}
	return nil
}

// support is what other kinds of evidence for the same day add.
func (r *reader) support(c *dating, all []dating) float64 {
	kinds := 0
	seen := map[string]bool{c.evidence.Rule: true}
	for i := range all {
		if o := &all[i]; r.mayBePublished(o) && o.weight >= leastBelief && !seen[o.evidence.Rule] && sameDay(o.moment, c.moment) {
			seen[o.evidence.Rule] = true
			kinds++
		}
	}
	return 0.6 * float64(kinds)
}

// refine takes the time of day from another candidate of the same day.
func (r *reader) refine(best *dating, all []dating) {
	if best.moment.Precision != news.Day {
		return
	}
	for i := range all {
		if c := &all[i]; r.mayBePublished(c) && c.weight >= 5 && c.moment.Precision != news.Day && sameDay(c.moment, best.moment) {
			best.moment = c.moment
			return
		}
	}
}

func sameDay(a, b news.Moment) bool {
	return a.Time.Format(time.DateOnly) == b.Time.Format(time.DateOnly)
}

func sameDayOfYear(a, b news.Moment) bool {
	return a.Time.Day() == b.Time.Day() && a.Time.Month() == b.Time.Month()
}

// settleVague tells what a class "updated" means: a later change, where another
// date stands beside it.
func settleVague(all []dating) {
	beside := func(c *dating) string {
		return c.evidence.Where[:strings.LastIndexByte(c.evidence.Where, ' ')+1]
	}
	for i := range all {
		c := &all[i]
		if !c.vague {
			continue
		}
		c.updated = c.updated || slices.ContainsFunc(all, func(o dating) bool {
			return !o.vague && !o.updated && o.evidence.Rule == "time" && beside(c) == beside(&o) && o.moment.Time.Before(c.moment.Time)
		})
	}
}

// settleUpdated takes the latest change that the page tells of.
func (r *reader) settleUpdated(all []dating) {
	if !r.art.Item.Updated.IsZero() {
		return
	}
	for i := range all {
		c := &all[i]
		if c.updated && !TooFarAhead(c.moment, r.d.page.Fetched) && c.moment.Time.After(r.art.Item.Updated.Time) {
			r.art.Item.Updated = c.moment
			r.art.Evidence["updated"] = c.evidence
		}
	}
}

// dropEarlierUpdate forgets a change from before the publication: it is one of
// the site, as of "Stand:" in a footer, or of the draft.
func (r *reader) dropEarlierUpdate() {
	if it := &r.art.Item; it.Updated.Time.Before(it.Published.Time) && !sameDay(it.Updated, it.Published) {
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
	found := FindDates(it.Headline[:min(len(it.Headline), 60)], r.dateOptions())
	if len(found) != 1 || found[0].Start > 1 || found[0].Range || found[0].YearGuessed || !sameDay(found[0].Moment, it.Published) {
		return
	}
	rest := it.Headline[found[0].End:]
	cut := strings.TrimLeft(rest, "-–—:|/)] ")
	if between := rest[:len(rest)-len(cut)]; len(cut) >= 10 && strings.Trim(between, " ") != "" {
		it.Headline = cut
	}
}

// claimWeight is how far a declaration of the publication is to be believed:
// what speaks of the article more than what systems put on every page.
func claimWeight(c claim) float64 {
	switch c.rule {
	case "json-ld", "microdata":
		if strings.HasPrefix(c.where, "WebPage.") {
			return 4 // systems put it on every page; it counts where something else agrees
		}
		return 10
	case "opengraph":
		return 9.5
	}
	switch strings.TrimPrefix(strings.ToLower(c.where), "meta ") {
	case "date", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "date.created":
		return 6
	}
	return 8
}

func (r *reader) claimedDates() []dating {
	var all []dating
	for _, f := range []field{ofPublished, ofUpdated} {
		for _, c := range r.claims[f] {
			m, err := ParseMachineDate(c.value, r.stampZone(c.value))
			if err != nil {
				if m, err = ParseDate(c.value, r.dateOptions()); err != nil {
					continue
				}
			}
			all = append(all, dating{moment: m, weight: claimWeight(c), updated: f == ofUpdated, evidence: Evidence{Rule: c.rule, Where: c.where, Raw: c.value}})
		}
	}
	return all
}

// centralEurope are the languages whose pages are taken to mean the source's
// zone (Europe/Berlin by default) when they print an offset.
var centralEurope = map[string]bool{"": true, "de": true, "fr": true, "it": true, "nl": true, "da": true, "pl": true, "cs": true, "sv": true, "nb": true, "no": true}

var stampOffset = regexp.MustCompile(`\d(?:Z|([+-]\d\d):?(\d\d))$`)

// stampZone is the zone in which a machine's date is told: the source's, but
// the one that it prints itself where the page is not from there.
func (r *reader) stampZone(stamp string) *time.Location {
	m := stampOffset.FindStringSubmatch(strings.TrimSpace(stamp))
	if m == nil || !r.fromElsewhere() {
		return r.d.options.Location
	}
	if m[1] == "" {
		return time.UTC
	}
	hours, _ := strconv.Atoi(m[1])
	minutes, _ := strconv.Atoi(m[2])
	if hours < 0 {
		minutes = -minutes
	}
	return time.FixedZone("", hours*3600+minutes*60)
}

// fromElsewhere reports whether the page's language tells that it is not from
// the zone that stands where none was configured.
func (r *reader) fromElsewhere() bool {
	primary, _, _ := strings.Cut(r.d.language, "-")
	return !centralEurope[primary] && r.d.options.Location.String() == "Europe/Berlin"
}

func (r *reader) dateOptions() DateOptions {
	return DateOptions{Language: r.d.language, Location: r.d.options.Location, Now: r.d.page.Fetched}
}

// mostDatings bounds the candidates of one page; one with more is a calendar.
const mostDatings = 400

// shownDates are the dates that a reader of the page sees near the headline.
func (r *reader) shownDates() []dating {
	var all []dating
	origin, sum := r.headlineOffset()
	for i := r.d.body; i < r.d.nodes[r.d.body].end && len(all) < mostDatings; {
		n := &r.d.nodes[i]
		if n.flags&isHidden != 0 || n.tag == atom.Blockquote || n.tag == atom.Figcaption && !r.holdsHeadline(i) || r.other[i] || r.cut[i] && n.hints&(hintNav|hintComments|hintCookie) != 0 {
			sum += n.text
			i = n.end
			continue
		}
		isDate := n.tag == atom.Time || n.hints&hintDate != 0 && n.flags&isText == 0 && n.text <= 80 && n.tag != atom.Meta && !r.holdsDates(i)
		isLine := r.own[i] > 5 && n.flags&isText == 0
		switch {
		case isDate:
			if found := r.dateElement(i); len(found) > 0 {
				for _, c := range found {
					c.weight += r.nearness(i, sum-origin) - r.againstToday(c.moment, sum-origin)
					all = append(all, c)
				}
				sum += n.text
				i = n.end
				continue
			}
		case isLine:
			all = append(all, r.dateLine(i, sum-origin)...)
		}
		if n.flags&isText != 0 {
			sum += n.text
		}
		i++
	}
	return all
}

func (r *reader) holdsHeadline(i nodeID) bool { return r.headline >= 0 && r.d.within(r.headline, i) }

// headlineOffset is how much text stands before the headline on the page.
func (r *reader) headlineOffset() (origin, sum int32) {
	at := r.headline
	if at < 0 {
		at = r.root
	}
	for i := r.d.body; i < at; i++ {
		if r.d.nodes[i].flags&isText != 0 {
			origin += r.d.nodes[i].text
		}
	}
	return origin, 0
}

// nearness is what a date's place on the page adds to its weight: distance is
// in bytes of text from the start of the headline.
func (r *reader) nearness(i nodeID, distance int32) float64 {
	weight := 0.0
	if r.headline >= 0 {
		distance -= r.d.nodes[r.headline].text
	}
	switch {
	case distance >= -20 && distance < 120:
		weight = 2
	case distance > -200 && distance < 400:
		weight = 1
	case distance <= -600:
		weight = -2
	case !r.d.within(i, r.root):
		weight = -1.5
	}
	if r.apart(i)&(hintRelated|hintSide|hintFooter|hintComments|hintPopular|hintNav|hintEvent|hintAd|hintCookie|hintDialog) != 0 {
		weight -= 4
	}
	if weight < 2 && r.inCard(i, distance) {
		weight -= 5
	}
	return weight
}

// inCard reports whether a date stands in a small box with a heading of its
// own, or called a card: that of another report before this one, or of a file
// far below it.
func (r *reader) inCard(i nodeID, distance int32) bool {
	for ; i > r.d.body && !r.apartEnds(i) && !r.d.within(r.root, i); i = r.d.nodes[i].parent {
		n := &r.d.nodes[i]
		if n.text > 700 {
			return false
		}
		if r.headsEvents(i) || n.linked >= 15 && r.hasHeading(i, true) || distance > 600 && n.text < 300 && r.hasHeading(i, false) {
			return true
		}
		item := n.hints&hintItem != 0 && n.hints&(hintMeta|hintDate) == 0
		if item && (distance > 600 && !r.d.within(i, r.root) || distance < 0 && n.linked >= 10) {
			return true
		}
	}
	return false
}

// eventHeadings stand over lists of what is going to happen.
var eventHeadings = map[string]bool{"termine": true, "nächste termine": true, "aktuelle termine": true, "veranstaltungen": true, "aktuelle veranstaltungen": true, "veranstaltungskalender": true, "kalender": true,
	"events": true, "upcoming events": true, "upcoming": true, "calendar": true, "upcoming meetings": true, "agenda": true, "événements": true, "eventi": true, "evenementen": true, "arrangementer": true, "wydarzenia": true, "kalendarium": true}

// headsEvents reports whether there is such a heading in an element.
func (r *reader) headsEvents(i nodeID) bool {
	for j := i; j < r.d.nodes[i].end; j++ {
		switch n := &r.d.nodes[j]; n.tag {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if n.text < 40 && eventHeadings[key(r.d.text(j))] {
				return true
			}
		}
	}
	return false
}

// hasHeading reports whether there is a heading in an element, a linked one
// where that is asked for.
func (r *reader) hasHeading(i nodeID, linked bool) bool {
	for j := i; j < r.d.nodes[i].end; j++ {
		switch n := &r.d.nodes[j]; n.tag {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if n.text > 15 && (!linked || n.linked > n.text/2) {
				return true
			}
		}
	}
	return false
}

// apartEnds reports whether an element holds the headline, or the report where
// there is none.
func (r *reader) apartEnds(i nodeID) bool {
	if r.headline >= 0 {
		return r.d.within(r.headline, i)
	}
	return r.d.within(r.root, i)
}

// apart are the hints of an element and of what it stands in, up to what also
// holds the headline.
func (r *reader) apart(i nodeID) hint {
	var all hint
	for ; i > r.d.body; i = r.d.nodes[i].parent {
		if r.apartEnds(i) {
			break
		}
		all |= r.d.nodes[i].hints
	}
	return all
}

// holdsDates reports whether there are elements of dates within an element.
func (r *reader) holdsDates(i nodeID) bool {
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		if n := &r.d.nodes[j]; n.flags&isText == 0 && n.hints&(hintDate|hintUpdated) != 0 {
			return true
		}
	}
	return false
}

// dateElement reads an element that is a date by its kind or class: the
// publication, a later change, or both.
func (r *reader) dateElement(i nodeID) []dating {
	n := &r.d.nodes[i]
	text := r.d.text(i)
	c := dating{weight: 5, named: n.hints&hintEvent == 0, evidence: Evidence{Rule: "class", Where: r.d.where(i), Raw: text}, updated: n.hints&hintUpdated != 0 && n.hints&hintDate == 0}
	if n.tag == atom.Time {
		c.evidence.Rule = "time"
		c.vague = n.hints&hintUpdated != 0 && !strings.Contains(attrOf(n.n, "class"), "publi")
	}
	change := c
	change.updated = true
	shown := r.datesBehind(r.textBefore(i), text)
	for _, f := range shown {
		switch {
		case f.Label == LabelEvent || f.Label == LabelCited:
		case f.Label == LabelUpdated:
			change.moment = f.Moment
		case f.Range:
			return nil
		case c.moment.IsZero():
			c.moment, c.relative, c.guessed = f.Moment, f.Relative, f.YearGuessed
		}
	}
	stamp := r.stamp(i, text, len(shown) > 0)
	switch {
	case !c.moment.IsZero() && (sameDay(stamp, c.moment) || c.guessed && sameDayOfYear(stamp, c.moment)):
		c.moment, c.guessed = stamp, false
	case c.moment.IsZero() && !change.moment.IsZero() && !stamp.IsZero():
		change.moment = stamp
	case c.moment.IsZero() && len(shown) == 0:
		c.moment = stamp
	}
	if c.relative || c.guessed {
		c.weight = 3
	}
	var all []dating
	for _, d := range []dating{c, change} {
		if !d.moment.IsZero() {
			all = append(all, d)
		}
	}
	return all
}

// stamp is the date that an element has in an attribute, where the element
// shows it, too, or is a date by its kind.
func (r *reader) stamp(i nodeID, text string, dated bool) news.Moment {
	n := &r.d.nodes[i]
	stamp := stampOf(n.n)
	if stamp == "" {
		return news.Moment{}
	}
	m, err := ParseMachineDate(stamp, r.stampZone(stamp))
	if err != nil && n.text == 0 {
		m, err = ParseDate(stamp, r.dateOptions())
	}
	if err != nil || n.tag != atom.Time && n.text > 0 && !dated && !strings.Contains(text, m.Time.Format("2006")) {
		return news.Moment{}
	}
	return m
}

// stampOf is the date that an element has in an attribute: for machines, or
// for a script or style sheet that shows it.
func stampOf(n *html.Node) string {
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "datetime", "content", "data-date", "data-datetime", "data-timestamp", "data-published":
			if n.Attr[i].Val != "" {
				return n.Attr[i].Val
			}
		}
	}
	return ""
}

// datesBehind are the dates of a text, labelled also by what stands before it.
func (r *reader) datesBehind(before, text string) []FoundDate {
	if before == "" {
		return wholeDates(text, r.dateOptions())
	}
	found := FindDates(before+" "+text, r.dateOptions())
	for len(found) > 0 && found[0].Start < len(before) {
		found = found[1:]
	}
	return found
}

// textBefore is what stands before an element on its line, or else a label
// with a colon in the element before: "Stand: <time>…", "<dt>Datum:</dt><dd>…".
func (r *reader) textBefore(i nodeID) string {
	block, length := r.block[i], 0
	var pieces []string
	for j := i - 1; j > r.d.body && length < 60; j-- {
		n := &r.d.nodes[j]
		if n.flags&isText == 0 || n.flags&isHidden != 0 || n.text == 0 {
			continue
		}
		text := news.Squash(n.n.Data)
		if r.block[j] != block {
			if len(pieces) == 0 && len(text) < 40 && (strings.HasSuffix(text, ":") || r.labels(r.block[j], text)) {
				return text
			}
			break
		}
		pieces = append(pieces, text)
		length += len(text)
	}
	slices.Reverse(pieces)
	before := strings.Join(pieces, " ")
	return strings.ToValidUTF8(before[max(0, len(before)-80):], "")
}

// labels reports whether a block names what the next one holds. Headings are
// heard where they say that it is no publication.
func (r *reader) labels(block nodeID, text string) bool {
	n := &r.d.nodes[block]
	switch n.tag {
	case atom.Dt, atom.Th:
		return true
	case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		label := newDateScanner(text, r.dateOptions()).labelBefore(len(text))
		return block != r.headline && (label == LabelUpdated || label == LabelEvent)
	}
	return strings.Contains(attrOf(n.n, "class"), "label")
}

// A printedLine is the text of a block in which dates are looked for.
type printedLine struct {
	at      nodeID
	text    string
	short   bool // a line or two
	away    bool // long and far from the headline: only a labelled date counts
	posting int  // where a sentence on the posting comes to its date; 0: it is none
}

// printedLine is a short line, or the beginning of a paragraph near the
// headline, that may hold a date.
func (r *reader) printedLine(i nodeID, distance int32) (line printedLine, ok bool) {
	line = printedLine{at: i, short: r.own[i] <= 160}
	line.away = !line.short && (distance < 0 || distance > 900)
	if line.away && (r.own[i] > 400 || r.d.nodes[i].hints&(hintMeta|hintFooter|hintDate|hintAuthor) == 0 && !r.tellsPosting(i)) {
		return line, false
	}
	if !r.holdsDigits(i) {
		return line, false
	}
	line.text = r.lineText(i)
	if first, _, _ := strings.Cut(line.text, " "); postingOpens[first] {
		if at := postingSentence.FindStringIndex(line.text); at != nil {
			line.posting = at[1]
		}
	}
	if !line.short && line.posting == 0 {
		line.text = strings.ToValidUTF8(line.text[:min(len(line.text), 120)], "")
	}
	return line, mayHoldDate(line.text)
}

// dateLine reads the dates of a line near the headline, or the one that a
// paragraph begins with.
func (r *reader) dateLine(i nodeID, distance int32) []dating {
	line, ok := r.printedLine(i, distance)
	if !ok {
		return nil
	}
	var all []dating
	for n, f := range FindDates(line.text, r.dateOptions()) {
		switch {
		case f.Label != LabelNone:
		case line.posting > 0 && line.posting <= f.Start && f.Start-line.posting < 30:
			f.Label = LabelPublished
		case n == 0 && line.short && f.Start <= 1:
			f.Label = r.labelBeside(i)
		}
		c := dating{at: i, moment: f.Moment, evidence: Evidence{Rule: "dateline", Where: r.d.where(i), Raw: f.Raw}, updated: f.Label == LabelUpdated}
		c.labelled = f.Label == LabelPublished
		c.named = line.short && (c.labelled || r.d.nodes[i].hints&(hintMeta|hintDate) != 0)
		c.today = !c.labelled && r.apart(i)&hintHeader != 0 && r.isToday(f.Moment)
		if c.weight = r.lineWeight(&line, &f, c.named); c.weight > 0 {
			if c.weight += r.nearness(i, distance); !c.labelled {
				c.weight -= r.againstToday(f.Moment, distance)
			}
			all = append(all, c)
		}
	}
	return all
}

// labelBeside is what the element before a block says of its date.
func (r *reader) labelBeside(i nodeID) DateLabel {
	before := r.textBefore(i)
	return newDateScanner(before, r.dateOptions()).labelBefore(len(before))
}

// lineWeight is how far a date in a line is to be believed that of the report;
// 0 where it is none.
func (r *reader) lineWeight(line *printedLine, f *FoundDate, named bool) float64 {
	text := line.text
	bracketed := f.Start > 0 && f.Start < 4 && (text[f.Start-1] == '[' || text[f.Start-1] == '(')
	opens := opensReport(text[:f.Start], text[f.End:])
	rest := lineAround(text, f.Start, f.End) - (f.End - f.Start)
	switch {
	case f.Range || f.YearGuessed, f.Label == LabelEvent, f.Label == LabelCited, line.away && f.Label != LabelPublished,
		f.Label == LabelNone && f.Moment.Precision != news.Day && admission.MatchString(text):
		return 0
	case line.away, line.posting > 0 && f.Label == LabelPublished:
		return 6.5
	case f.Relative:
		return 3
	case f.Label == LabelPublished && line.short && rest <= 70:
		return 6.5
	case f.Label == LabelUpdated:
		return 5
	case bracketed && (line.short || text[f.Start-1] == '['):
		return 6
	case (!line.short || rest > 90) && !opens:
		return 0
	case strings.HasPrefix(text, "vom ") && r.headsLaw():
		return 3 // the day of the law itself: "Satzung über … / vom 10. Juni 2024"
	case line.short && (rest < 12 || r.d.nodes[line.at].hints&hintMeta != 0):
		return 5
	case rest >= 40 && strings.HasSuffix(text, ".") && !named && !opens:
		return 2 // a sentence that tells of a day
	case line.at == r.headline && f.Start <= 1 && strings.ContainsAny(text[f.End:min(len(text), f.End+3)], ":|-]"):
		return 4.5
	}
	return 3.5
}

// headsLaw reports whether the headline is that of a statute or the like.
func (r *reader) headsLaw() bool {
	return slices.ContainsFunc(strings.Fields(r.art.Item.Headline), func(word string) bool { return labelOf(foldWord(word)) == LabelCited })
}

// admission tells in the line of a day and hour that something takes place then.
var admission = regexp.MustCompile(`\b(?:Eintritt|Einlass|Treffpunkt|Beginn|Admission|Tickets?|Entrée|Ingresso|Toegang|Wstęp)\b`)

// postingSentence opens the sentence in which weblogs tell of a report's
// publication, up to its date: "Der Artikel "…" wurde am".
var postingSentence = regexp.MustCompile(`^(?i:dieser |der |diese |die |this )?(?i:beitrag|artikel|eintrag|meldung|nachricht|entry|article|post)\b.{0,200}?\s(?:wurde|ist|was)\s(?:am|vom|on|posted|published)\b`)

// tellsPosting reports whether a block may open with such a sentence, by its
// first word.
func (r *reader) tellsPosting(i nodeID) bool {
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		if n := &r.d.nodes[j]; n.flags&isText != 0 && n.text > 0 {
			first, _, _ := strings.Cut(strings.TrimLeft(n.n.Data, " \t\r\n"), " ")
			return postingOpens[first]
		}
	}
	return false
}

var postingOpens = map[string]bool{"Dieser": true, "Der": true, "Diese": true, "Die": true, "This": true, "Beitrag": true, "Artikel": true, "Eintrag": true, "Article": true, "Entry": true}

var beforeDateline = regexp.MustCompile(`^[^.!?:;]{0,32}[,(\[/|]?\s*$`)

// holdsDigits reports whether there is a digit in the texts directly in a block.
func (r *reader) holdsDigits(i nodeID) bool {
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		n := &r.d.nodes[j]
		if n.flags&isText == 0 {
			if n.flags&isBlock != 0 {
				j = n.end - 1
			}
			continue
		}
		if strings.ContainsAny(n.n.Data, "0123456789") {
			return true
		}
	}
	return false
}

// mayHoldDate reports whether a text has the digits of a date with a year, or a
// date as in "vor 3 Tagen" or "gestern".
func mayHoldDate(text string) bool {
	digits := 0
	for i := range len(text) {
		if c := text[i]; c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits >= 3 || digits > 0 && len(text) < 60 && slices.ContainsFunc(agoWords, func(word string) bool { return strings.Contains(text, word) })
}

// agoWords tell in a few letters that a time has passed; the scanner reads on.
var agoWords = []string{"vor ", "Vor ", "VOR ", "ago", "il y a", "Il y a", "hace ", "Hace ", " fa", "geleden", "siden", "temu", "sedan"}

// againstToday is what the day of the fetch loses above the headline: many sites
// show what day it is there.
func (r *reader) againstToday(m news.Moment, distance int32) float64 {
	if distance < 0 && r.isToday(m) {
		return 2
	}
	return 0
}

// isToday reports whether a moment is of the day of the fetch.
func (r *reader) isToday(m news.Moment) bool {
	return !r.d.page.Fetched.IsZero() && m.Time.Format(time.DateOnly) == r.d.page.Fetched.In(m.Time.Location()).Format(time.DateOnly)
}

// opensReport reports whether a paragraph begins with its date, as in
// "Kassel, 10. Juni 2024 – …", rather than tells of one.
func opensReport(before, after string) bool {
	after = strings.TrimLeft(after, " ")
	c, _ := utf8.DecodeRuneInString(after)
	return strings.ContainsRune("-–—:|])/.", c) && beforeDateline.MatchString(before) && strings.Count(before, " ") <= 3
}

// lineText is the text directly in a block, with its line breaks.
func (r *reader) lineText(i nodeID) string {
	if one := r.d.onlyText(i); one >= 0 {
		return news.Squash(r.d.nodes[one].n.Data)
	}
	var b, line strings.Builder
	end := func() {
		if text := news.Squash(line.String()); text != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(text)
		}
		line.Reset()
	}
	r.d.eachText(i, func(j nodeID) bool { return j != i && r.d.nodes[j].flags&isBlock != 0 }, func(t nodeID) {
		switch n := &r.d.nodes[t]; {
		case n.flags&breaks != 0:
			end()
		case n.flags&spaced != 0:
			line.WriteByte(' ')
		}
		line.WriteString(r.d.nodes[t].n.Data)
	})
	end()
	return b.String()
}

// lineAround is the length of the line that a part of a text stands in.
func lineAround(text string, from, to int) int {
	begin := strings.LastIndexByte(text[:from], '\n') + 1
	if end := strings.IndexByte(text[to:], '\n'); end >= 0 {
		return to + end - begin
	}
	return len(text) - begin
}

var (
	addressDay  = regexp.MustCompile(`(?:^|[/_-])((?:19|20)\d\d)[/_-](0?[1-9]|1[0-2])[/_-](0?[1-9]|[12]\d|3[01])(?:[/_.-]|$)`)
	addressDay2 = regexp.MustCompile(`(?:^|[/_-])(0?[1-9]|[12]\d|3[01])[._-](0?[1-9]|1[0-2])[._-](20\d\d)(?:[/_.-]|$)`)
	addressDay8 = regexp.MustCompile(`[/_=-]((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[T/_.-]|$)`)
	addressTime = regexp.MustCompile(`[/_=-][A-Z]?(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:\d*)(?:[/_.&-]|$)`)
)

// addressDate is the day in the page's address: a poor witness that is heard
// where there is no other. Of an archive's address, the archived one counts.
func (r *reader) addressDate() []dating {
	address := r.d.page.URL
	address = address[max(0, strings.LastIndex(address, "://")):]
	var m []string
	for _, form := range []*regexp.Regexp{addressDay, addressDay2, addressDay8, addressTime} {
		if m = form.FindStringSubmatch(address); m != nil {
			break
		}
	}
	if m == nil {
		return nil
	}
	if len(m[3]) == 4 {
		m[1], m[3] = m[3], m[1]
	}
	year, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	t, ok := civilDay(year, month, day, r.d.options.Location)
	if !ok {
		return nil
	}
	return []dating{{moment: news.Moment{Time: t, Precision: news.Day}, weight: 4.5, evidence: Evidence{Rule: "address", Raw: strings.Trim(m[0], "/_-.")}}}
}
