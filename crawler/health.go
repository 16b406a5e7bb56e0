package crawler

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	// A fault of the page must last this many visits, one of the network that
	// many, before a source that was well is called anything else.
	patience        = 2
	patienceNetwork = 3
	// From this many readings on the baseline is trusted: of listings, of a
	// listing with that many entries after one, of one that still has that many
	// of its entries, of articles.
	trustedReads   = 3
	trustedEntries = 6
	trustedSame    = 3
	trustedRead    = 8
	// From this many on, articles of which none could be fetched are a fault.
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
	why, helps []news.Reason
	rules      []news.ProposedRule
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
		v.Incomplete, v.Since = true, v.before.Since
		v.report.Pages = slices.DeleteFunc(v.report.Pages, func(p news.PageState) bool { return p.Listing })
		vis.Err, vis.Health = interruptedVisit, st.Health
		v.noteLearned()
		return
	}
	fault := FaultOf(v.err)
	if v.err != nil {
		vis.Err = v.err.Error()
		vis.Unchanged = false
		if fault != FaultBusy || v.http.requests > 0 { // else nobody was asked
			st.Failures++
		}
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
	v.noteHost(v.c.Now())
	if !reflect.DeepEqual(v.learned, v.before) {
		v.report.State.Learned = v.marshal()
	}
}

// settle enters a diagnosis into the state, and into the report if it changes
// the source's health.
func (v *visit) settle(d diagnosis, now time.Time) {
	st := &v.report.State
	why, helps := news.Say("en", d.why, ""), news.Say("en", d.helps, "")
	if d.health != st.Health {
		v.report.Change = &news.HealthChange{
			Source: st.Name, At: now.UTC(), From: st.Health, To: d.health,
			Why: why, Helps: helps, Reasons: d.why, Advice: d.helps,
		}
		st.Since = now.UTC()
	}
	st.Health, st.Why, st.Helps, st.Reasons, st.Advice, st.Proposed = d.health, why, helps, d.why, d.helps, d.rules
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
	st := v.report.State
	before := diagnosis{st.Health, st.Reasons, st.Advice, st.Proposed}
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
	if st.Moved != "" {
		to := guard.Masked(st.Moved)
		d.why, d.helps = because("moved", to), because("set-url", to)
	}
	return d
}

// judgeFault is the diagnosis of a visit that failed. A source that was well
// is given another chance first.
func (v *visit) judgeFault(before diagnosis) diagnosis {
	fault, st := FaultOf(v.err), v.report.State
	d := diagnosis{health: news.Broken, why: []news.Reason{reasonOf(v.err)}, helps: because(cmp.Or(advices[fault], "wait"))}
	var instead noNews
	errors.As(v.err, &instead)
	if fault == FaultEmpty || instead.obstacle == extract.NeedsBrowser {
		d.why = append(d.why, v.rebuilt()...)
	}
	if st.Failures > 1 {
		d.why = append(d.why, news.Because("tried", strconv.Itoa(st.Failures)))
	}
	switch {
	case instead.obstacle == extract.NeedsBrowser:
		d.helps = because("use-feed")
	case instead.obstacle == extract.Maintenance:
		d.helps = because("wait-over")
	case instead.obstacle == extract.Forwards:
		d.helps = because("set-url", instead.to)
	case fault == FaultRobots, fault == FaultForbidden, fault == FaultObstacle:
		d.health = news.Blocked
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
	for _, a := range v.articles {
		v.learnUnmatched("article.", a.Unmatched)
	}
	v.learnAgain(v.again)
	for _, a := range v.again {
		v.learnMatched("article.", a.Unmatched)
	}
	switch fault := FaultOf(v.lastFault); {
	case len(v.articles) > 0:
		v.Unread = nil
	case v.report.Visit.Failed < fewUnread:
	case fault == FaultRobots, fault == FaultForbidden:
		v.Unread = because("refused", strconv.Itoa(v.report.Visit.Failed), v.lastFault.Error())
	default:
		v.Unread = because("unread", strconv.Itoa(v.report.Visit.Failed), v.lastFault.Error())
	}
	v.observeSame()
	missed := v.missed()
	if len(missed) == 0 {
		v.Proposal = nil
		return diagnosis{health: news.OK}
	}
	missed = append(missed, v.rebuilt()...)
	d := diagnosis{health: news.Degraded, why: missed, helps: because("look", v.src.Name)}
	v.propose()
	switch {
	case len(v.Unread) > 0 && v.Unread[0].Code == "refused":
		d.health, d.helps = news.Blocked, because("ask-town")
	case v.Proposal != nil:
		d.rules, d.helps = v.Proposal, v.adviseRules()
	case v.report.State.Held > 0:
		d.helps = because("review-held", v.src.Name)
	}
	return d
}

// missed tells what was usual and is no longer there.
func (v *visit) missed() []news.Reason {
	var missed []news.Reason
	if v.Gone > 0 {
		missed = append(missed, news.Because("gone", strconv.Itoa(v.Gone)))
	}
	if held := v.report.State.Held; held > 0 {
		missed = append(missed, news.Because("held", strconv.Itoa(held)))
	}
	missed = slices.Concat(missed, v.Unread, v.Ill, v.Same)
	if v.Read >= trustedRead {
		for _, field := range lost(v.Filled, v.Recent) {
			missed = append(missed, news.Because("article-lost", field))
		}
	}
	return append(missed, v.missedRules()...)
}

// because is a list of one reason.
func because(code string, args ...string) []news.Reason {
	return []news.Reason{news.Because(code, args...)}
}

// Reasons are why, for people.
func (e *Error) Reasons() []news.Reason { return []news.Reason{reasonOf(e)} }

// reasonOf is the reason that a fault gives: its address and what was said.
func reasonOf(err error) news.Reason {
	code := "fault-" + strings.ReplaceAll(string(FaultOf(err)), " ", "-")
	var e *Error
	var o noNews
	switch {
	case errors.As(err, &o) && errors.As(err, &e):
		return news.Because("fault-obstacle", e.address(), string(o.obstacle))
	case errors.As(err, &e) && e.URL != "":
		return news.Because(code, e.address(), e.detail())
	}
	return news.Because("failed", err.Error())
}

// advices tell what the operator can do about faults that do not pass by
// themselves.
var advices = map[Fault]string{
	FaultAddress:   "correct-url",
	FaultPrivate:   "allow-private",
	FaultRobots:    "ask-robots",
	FaultName:      "check-host",
	FaultTLS:       "tell-town",
	FaultRedirect:  "follow-address",
	FaultTooLarge:  "smaller-page",
	FaultGone:      "find-address",
	FaultForbidden: "ask-town",
	FaultObstacle:  "ask-town",
	FaultEmpty:     "look-at-page",
	FaultPage:      "look-at-page",
	FaultMedia:     "use-page",
	FaultPanic:     "report-fault",
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

// observeListing compares the first page of a listing, whose entries were just
// taken, with what is usual.
func (v *visit) observeListing(l extract.Listing) {
	shares := listedShares(l.Entries)
	v.Ill = nil
	v.Shape = v.shape
	if v.trusted() {
		if v.Entries >= 5 && !listsTwoDays(l) && float64(len(l.Entries)) < v.Entries/4 {
			v.Ill = append(v.Ill, news.Because("few", strconv.Itoa(len(l.Entries)), fmt.Sprintf("%.0f", v.Entries)))
		}
		for _, field := range slices.Sorted(maps.Keys(v.Listed)) {
			if len(l.Entries) >= 3 && v.Listed[field] >= usuallyThere && shares[field] <= hardlyThere {
				v.Ill = append(v.Ill, news.Because("listing-lost", field))
			}
		}
	}
	v.learnListing(l.Entries, len(v.Ill) > 0)
	v.listingFound = listingEvidence(l)
	v.learnRules("listing.", v.listingFound, listingPace)
	v.learnUnmatched("listing.", l.Unmatched)
}

// trusted reports whether the baseline of the listing is to be relied on. After
// one reading of few entries it is if most entries are still the same: what
// they showed then they should show now.
func (v *visit) trusted() bool {
	if v.Reads == 0 || v.Reads >= trustedReads || v.Entries >= trustedEntries {
		return v.Reads > 0
	}
	same := 0
	for _, e := range v.entries {
		if slices.Contains(v.OnList, shortKey(e.canonical)) {
			same++
		}
	}
	return same >= trustedSame && 2*same > len(v.entries)
}

const (
	// rebuiltShare is how much of a listing's structure must be new at once for
	// the page to count as rebuilt, and rebuiltFor how long that explains what is
	// missed.
	rebuiltShare = 0.4
	rebuiltFor   = 30 * day
)

// observeShape compares the structure of the first listing page with that of
// the last one that showed entries.
func (v *visit) observeShape() {
	share := v.shape.New(v.Shape)
	if v.Shape == (extract.Shape{}) || share < rebuiltShare {
		return
	}
	if len(v.rebuilt()) == 0 {
		v.c.Log.Info("the listing was rebuilt", "source", v.src.Name, "url", v.address())
	}
	v.Rebuilt, v.RebuiltAt = int(100*share), v.start.Unix()
	v.Site = "" // the articles are laid out anew, too
}

// rebuilt is the reason that the page was rebuilt, if it was so lately.
func (v *visit) rebuilt() []news.Reason {
	if v.Rebuilt == 0 || v.start.Sub(time.Unix(v.RebuiltAt, 0)) > rebuiltFor {
		return nil
	}
	return because("rebuilt", strconv.Itoa(v.Rebuilt))
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

// judgeSilence calls a source stale that answers but has had nothing new for
// far longer than is usual for it.
func (v *visit) judgeSilence(now time.Time) diagnosis {
	silence, usual, stale := v.silence(now)
	if !stale {
		return diagnosis{health: news.OK}
	}
	days := func(d time.Duration) string { return strconv.Itoa(max(1, int(d.Hours()/24+.5))) }
	return diagnosis{health: news.Stale, why: because("silent", days(silence), days(usual)), helps: because("find-news")}
}
