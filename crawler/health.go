package crawler

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// A fault of the page must last this many visits, one of the network that
	// many, before a source that was well is called anything else.
	patience        = 2
	patienceNetwork = 3
	// From this many readings on the baseline is trusted.
	trustedReads = 3
	trustedRead  = 8
	// From this many on, articles of which none could be had are a fault.
	fewUnread = 3
	// A field that was usually there and now is hardly ever is missed.
	usuallyThere = 0.7
	hardlyThere  = 0.2
)

// interruptedVisit is what is said of a visit that a stop has cut short.
const interruptedVisit = "interrupted before it was done"

// A diagnosis is how a source is doing, why, and what helps.
type diagnosis struct {
	health     news.Health
	why, helps string
}

// conclude completes the report: what the visit took, how the source is doing,
// what was learned, and when it is due next. After an interruption the due
// time stays, so that the next start goes on here.
func (v *visit) conclude(interrupted bool) {
	now := v.c.Now()
	vis, st := &v.report.Visit, &v.report.State
	vis.Took = now.Sub(v.start)
	vis.Requests, vis.NotModified, vis.Bytes = v.http.requests, v.http.notModified, v.http.bytes
	st.LastVisit = v.start.UTC()
	if interrupted || v.cut {
		v.Incomplete = true
		v.report.Pages = slices.DeleteFunc(v.report.Pages, func(p news.PageState) bool { return p.Listing })
		vis.Err, vis.Health = interruptedVisit, st.Health
		v.noteLearned()
		return
	}
	fault := FaultOf(v.err)
	if v.err != nil {
		vis.Err = v.err.Error()
		vis.Unchanged = false
		st.Failures++
		var e *Error
		if errors.As(v.err, &e) {
			v.retryAfter = max(v.retryAfter, e.RetryAfter)
		}
	} else {
		v.learn(now)
		st.Failures = 0
	}
	v.settle(v.judge(now), now)
	if v.err == nil {
		st.LastSuccess = v.start.UTC()
	}
	// A reload during the visit may have brought another schedule.
	src := v.src
	if now := v.c.current.Load().sources[src.Name]; now != nil {
		src = now
	}
	v.Schedule = src.Schedule.String()
	v.noteLearned()
	st.Due = src.due(now, *st, v.learned, fault, v.retryAfter)
}

// noteLearned puts what was learned into the state. Most visits learn nothing.
func (v *visit) noteLearned() {
	if !reflect.DeepEqual(v.learned, v.before) {
		v.report.State.Learned = v.marshal()
	}
}

// settle enters a diagnosis into the state, and into the report if it changes
// the source's health.
func (v *visit) settle(d diagnosis, now time.Time) {
	st := &v.report.State
	if d.health != st.Health {
		v.report.Change = &news.HealthChange{Source: st.Name, At: now.UTC(), From: st.Health, To: d.health, Why: d.why, Helps: d.helps}
		st.Since = now.UTC()
	}
	st.Health, st.Why, st.Helps = d.health, d.why, d.helps
	v.report.Visit.Health = d.health
}

// learn moves the baseline and counts what the drafts will probably become.
func (v *visit) learn(now time.Time) {
	if v.first() {
		v.Began = v.start.Unix()
		v.learnDates(now)
	}
	fresh := 0
	for _, d := range v.report.Drafts {
		if _, held := v.known[d.Canonical]; !held && !d.Withdrawn && !d.Backfill {
			fresh++
		}
	}
	if fresh > 0 {
		v.report.State.LastNew = v.start.UTC()
		if !v.first() {
			v.learnNews([]time.Time{v.start}, now)
		}
	}
}

// learnDates takes the rhythm of a new source from the dates on its listing.
func (v *visit) learnDates(now time.Time) {
	var moments []time.Time
	for _, d := range v.report.Drafts {
		if p := d.Item.Published; !p.IsZero() {
			at := p.Time
			if p.Precision == news.Day {
				at = at.Add(11 * time.Hour) // the middle of an office day
			}
			moments = append(moments, at)
		}
	}
	v.learnNews(moments, now)
}

// judge tells how the source is doing after this visit.
func (v *visit) judge(now time.Time) diagnosis {
	before := diagnosis{v.report.State.Health, v.report.State.Why, v.report.State.Helps}
	if v.err != nil {
		return v.judgeFault(before)
	}
	if d := v.judgeReading(); d.health != news.OK {
		return d
	}
	if d := v.judgeSilence(now); d.health != news.OK {
		return d
	}
	d := diagnosis{health: news.OK}
	if moved := v.report.State.Moved; moved != "" {
		d.why = "the listing has moved for good to " + moved
		d.helps = "set url: " + moved
	}
	return d
}

// judgeFault is the diagnosis of a visit that failed. A source that was well
// is given another chance first.
func (v *visit) judgeFault(before diagnosis) diagnosis {
	fault, st := FaultOf(v.err), v.report.State
	d := diagnosis{news.Broken, v.err.Error(), fault.helps()}
	if st.Failures > 1 {
		d.why += fmt.Sprintf(" (tried %d times)", st.Failures)
	}
	switch fault {
	case FaultRobots, FaultForbidden:
		d.health = news.Blocked
	case FaultObstacle:
		d.health = news.Blocked
		if strings.Contains(d.why, string(extract.NeedsBrowser)) {
			d.health = news.Broken
			d.helps = "the page is built in the browser; use the site's feed, or another page of it"
		}
		if strings.Contains(d.why, string(extract.Maintenance)) {
			d.health = news.Broken
			d.helps = "nothing to do: it is tried again by itself"
		}
	}
	enough := patience
	if fault.transient() {
		enough = patienceNetwork
	}
	if v.first() || fault == FaultRobots || st.Failures >= enough || before.health == news.Broken || before.health == news.Blocked {
		return d
	}
	return before
}

// judgeReading compares what was read with what is usual, and learns from it.
// What looks ill is learned only slowly, so that it does not become the usual
// before anybody has seen it.
func (v *visit) judgeReading() diagnosis {
	v.learnArticles(v.articles)
	switch {
	case len(v.articles) > 0:
		v.Unread = ""
	case v.report.Visit.Failed >= fewUnread:
		v.Unread = fmt.Sprintf("none of %d articles could be had: %s", v.report.Visit.Failed, v.lastFault)
	}
	missed := v.missed()
	if len(missed) == 0 {
		v.Proposal = ""
		return diagnosis{health: news.OK}
	}
	d := diagnosis{health: news.Degraded, why: strings.Join(missed, "; "), helps: "look with stadtfeed try " + v.src.Name}
	v.Proposal = cmp.Or(v.proposal(), v.Proposal)
	if v.Proposal != "" {
		d.helps = "these rules would fit now:\n" + v.Proposal
	}
	return d
}

// missed tells in words what was usual and is no longer there.
func (v *visit) missed() []string {
	var missed []string
	if v.Gone > 0 {
		missed = append(missed, fmt.Sprintf("%d articles were gone all at once; they are kept until they stay gone for a week", v.Gone))
	}
	if v.Held > 0 {
		missed = append(missed, fmt.Sprintf("%d entries look like old news arriving at once and are held back", v.Held))
	}
	if v.Unread != "" {
		missed = append(missed, v.Unread)
	}
	missed = append(missed, v.Missed...)
	if v.Read >= trustedRead {
		for _, field := range lost(v.Filled, v.Recent) {
			if fieldWords[field] != "" {
				missed = append(missed, "articles no longer show "+fieldWords[field])
			}
		}
	}
	for _, field := range lost(v.Ruled, v.RuledRecent) {
		missed = append(missed, fmt.Sprintf("the rule for %s has stopped matching; detection stands in", field))
	}
	return missed
}

// lost are the fields that were usually there and now hardly ever are, sorted.
func lost(usual, now map[string]float64) (fields []string) {
	for field, share := range usual {
		if share >= usuallyThere && now[field] <= hardlyThere {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

var fieldWords = map[string]string{
	"published": "dates", "teaser": "teasers", "body": "text", "tags": "tags", "place": "places",
}

// observeListing compares the first page of a listing with what is usual.
func (v *visit) observeListing(l extract.Listing) {
	shares := listedShares(l.Entries)
	v.Missed = nil
	if v.Reads >= trustedReads && len(l.Entries) > 0 {
		if v.Entries >= 5 && float64(len(l.Entries)) < v.Entries/4 {
			v.Missed = append(v.Missed, fmt.Sprintf("the listing shows %d entries where %.0f are usual", len(l.Entries), v.Entries))
		}
		for _, field := range slices.Sorted(maps.Keys(v.Listed)) {
			if len(l.Entries) >= 3 && v.Listed[field] >= usuallyThere && shares[field] <= hardlyThere {
				v.Missed = append(v.Missed, "the listing no longer shows "+fieldWords[field])
			}
		}
	}
	v.learnListing(l.Entries, len(v.Missed) > 0)
	v.listingFound = listingEvidence(l)
	v.learnRules("listing.", v.listingFound, listingPace)
}

// listingEvidence is which rule found the entries, and each of their fields
// in at least one of them.
func listingEvidence(l extract.Listing) map[string]extract.Evidence {
	found := map[string]extract.Evidence{}
	if e, ok := l.Evidence["entries"]; ok {
		found["entry"] = e
	}
	for _, entry := range l.Entries {
		for field, e := range entry.Evidence {
			if had, ok := found[field]; !ok || isRule(e) && !isRule(had) {
				found[field] = e
			}
		}
	}
	delete(found, "url")
	return found
}

// watched is how long a source must be known before its silence counts: a
// page whose last news are old may be just what the operator wants to follow.
const watched = 7 * 24 * time.Hour

// judgeSilence calls a source stale that answers but has had nothing new for
// far longer than is usual for it.
func (v *visit) judgeSilence(now time.Time) diagnosis {
	usual, quiet := v.quiet()
	if quiet == 0 || now.Sub(time.Unix(v.Began, 0)) < watched {
		return diagnosis{health: news.OK}
	}
	silence := now.Sub(time.Unix(v.News[len(v.News)-1], 0))
	if silence <= quiet {
		return diagnosis{health: news.OK}
	}
	return diagnosis{news.Stale,
		fmt.Sprintf("nothing new for %d days, where news come every %d days or sooner", int(silence.Hours()/24), max(1, int(usual.Hours()/24+.5))),
		"look at the town's site: the news may have moved to another page or system"}
}

// proposal is the YAML of rules for the fields whose rules have stopped
// matching, from where detection found them in this visit.
func (v *visit) proposal() string {
	lines := map[string][]string{}
	for field, share := range v.Ruled {
		if share < usuallyThere || v.RuledRecent[field] > hardlyThere {
			continue
		}
		page, name, _ := strings.Cut(field, ".")
		where := v.where(page, name)
		if where != "" {
			lines[page] = append(lines[page], fmt.Sprintf("    %s: %s", name, yamlText(where)))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	text := "rules:\n"
	for _, page := range slices.Sorted(maps.Keys(lines)) {
		slices.Sort(lines[page])
		text += "  " + page + ":\n" + strings.Join(lines[page], "\n") + "\n"
	}
	return strings.TrimSuffix(text, "\n")
}

// where is a selector for the place on the page at which detection found a
// field; empty where it did not find it in the page's body.
func (v *visit) where(page, field string) string {
	found := []map[string]extract.Evidence{v.listingFound}
	if page == "article" {
		found = nil
		for _, a := range v.articles {
			found = append(found, a.Evidence)
		}
	}
	for _, evidence := range found {
		e := evidence[field]
		if slices.Contains(elsewhere, e.Rule) || isRule(e) || e.Where == "" {
			continue
		}
		if _, err := extract.ParseSelector(e.Where); err == nil {
			return e.Where
		}
	}
	return ""
}

// elsewhere are rules of detection whose place is no selector: declarations in
// the head, the listing, the configuration.
var elsewhere = []string{"json-ld", "opengraph", "meta", "title", "listing", "configuration", "assigned", "address", "link"}

// yamlText quotes a selector where YAML would read it as something else.
func yamlText(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
