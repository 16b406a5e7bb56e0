package article

import (
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
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
	all := r.settledDates()
	if !r.art.Item.Published.IsZero() {
		return
	}
	best := r.mostBelieved(all)
	r.explainDates(all)
	if best == nil || best.weight < leastBelief {
		best = r.leastDoubtful(all)
	}
	if best == nil {
		return
	}
	if r.isOfMaking(best, all) {
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
	r.reportOtherDay(best, all)
}

// settledDates are the candidates as they are weighed against each other.
func (r *reader) settledDates() []dateCandidate {
	all := append(r.claimedDates(), r.shownDates()...)
	if r.announcesEvent() {
		doubtEventDays(all)
	}
	all = append(all, r.titleDate()...)
	all = append(all, r.addressDate()...)
	r.settleOrder(all)
	r.doubtSharedDates(all)
	r.settleVague(all)
	r.settleUpdated(all)
	r.preferLabelled(all)
	return all
}

// reportOtherDay notes the first day besides the one that was taken that speaks
// strongly for itself.
func (r *reader) reportOtherDay(best *dateCandidate, all []dateCandidate) {
	for i := range all {
		if c := &all[i]; r.mayBePublished(c) && c.weight >= 6 && !c.sameDay(best) {
			r.problem("published", "the page also gives "+c.moment.String()+" ("+string(c.evidence.Rule)+", "+r.locate(c).Where+")")
			return
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
		isSaid := c.labelled && !c.weakly && c.weight >= leastBelief && r.mayBePublished(c)
		if isSaid && (said == nil || c.weight > said.weight) {
			said = c
		}
	}
	if said == nil {
		return
	}
	for i := range all {
		c := &all[i]
		isWeak := c.weakly || !c.labelled && c.evidence.Rule == rules.Dateline
		if isWeak && !c.updated && !c.sameDay(said) {
			c.weight -= beaten
		}
	}
}

// beaten is what a date loses to another that a label makes the publication.
const beaten = 2

// spendDates leaves the short lines that hold the publication out of the body.
func (r *reader) spendDates(all []dateCandidate) {
	for i := range all {
		c := &all[i]
		short := int32(60)
		if c.labelled {
			short = 140
		}
		n := &r.d.Nodes[c.at]
		isLine := c.at > 0 && n.Text < short && n.Flags&dom.InHead == 0
		if isLine && dom.SameDay(c.moment, r.art.Item.Published) {
			r.consumed = append(r.consumed, c.at)
		}
	}
}

// leastBelief is the weight below which a date is doubtful evidence, and none
// is better.
const leastBelief = 4.4

func (r *reader) mayBePublished(c *dateCandidate) bool {
	if c.updated || c.today || c.guessed {
		return false
	}
	return c.calendarDay() >= firstDay && !dates.TooFarAhead(c.moment, r.d.Page.Fetched)
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

var shownRules = map[rules.Name]bool{rules.Time: true, rules.Class: true, rules.Dateline: true, rules.OwnRow: true, rules.Title: true}

// isShown reports whether a reader of the page sees the date.
func (c *dateCandidate) isShown() bool { return shownRules[c.evidence.Rule] }

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
	isOpening := len(found) == 1 && found[0].Start <= 1 && !found[0].Range && !found[0].YearGuessed
	if !isOpening || !dom.SameDay(found[0].Moment, it.Published) {
		return
	}
	rest := it.Headline[found[0].End:]
	cut := strings.TrimLeft(rest, "-–—:|/)] ")
	if between := rest[:len(rest)-len(cut)]; len(cut) >= 10 && strings.Trim(between, " ") != "" {
		it.Headline = cut
	}
}
