package article

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

func (r *reader) claimedDates() []dateCandidate {
	var all []dateCandidate
	for _, f := range []claims.Field{claims.OfPublished, claims.OfUpdated} {
		for i := range r.claims[f] {
			c := &r.claims[f][i]
			m, err := dates.ParseMachine(c.Value, r.stampZone(c.Value))
			if err != nil {
				if m, err = r.d.ParseDate(c.Value); err != nil {
					continue
				}
			}
			draft := r.d.Options.Explain.Draft("published")
			all = append(all, dateCandidate{moment: m, weight: claimRules.Weigh(c, draft), draft: draft, updated: f == claims.OfUpdated,
				evidence: read.Evidence{Rule: c.Rule, Where: c.Where, Raw: c.Value}})
		}
	}
	return all
}

// centralEurope are the languages whose pages are taken to mean the source's
// zone (Europe/Berlin by default) when they print an offset.
var centralEurope = map[string]bool{"": true, "de": true, "fr": true, "it": true, "nl": true, "da": true, "pl": true, "cs": true,
	"sv": true, "nb": true, "no": true}

var stampOffset = lazy.Regexp(`\d(?:Z|([+-]\d\d):?(\d\d))$`)

// stampZone is the zone in which a machine's date is told: the source's, but
// the one that it prints itself where the page is not from there.
func (r *reader) stampZone(stamp string) *time.Location {
	if !r.fromElsewhere() {
		return r.d.Options.Location
	}
	m := stampOffset.FindStringSubmatch(strings.TrimSpace(stamp))
	if m == nil {
		return r.d.Options.Location
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
	primary, _, _ := strings.Cut(r.d.Language, "-")
	return !centralEurope[primary] && r.d.Options.Location.String() == "Europe/Berlin"
}

// numericDay is a day in digits alone, which can be read in two orders.
var numericDay = lazy.Regexp(`(?:^|\D)(?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|1[0-2])[./-](?:20)?\d\d(?:\D|$)`)

// settleOrder reads a shown day in digits with day and month in the other order
// where that is the publication that the page declares: "09.10.2024" beside
// 2024-09-10.
func (r *reader) settleOrder(all []dateCandidate) {
	for i := range all {
		shown := &all[i]
		year, month, day := shown.moment.Time.Date()
		isNumeric := shownRules[shown.evidence.Rule] && day <= 12 && day != int(month) && numericDay.MatchString(shown.evidence.Raw)
		if !isNumeric {
			continue
		}
		other, _ := dates.CivilDay(year, day, int(month), r.d.Options.Location)
		swapped := dateCandidate{moment: news.Moment{Time: other, Precision: news.Day}}
		declares := func(at *dateCandidate) bool {
			return slices.ContainsFunc(all, func(c dateCandidate) bool {
				return !c.updated && !shownRules[c.evidence.Rule] && c.evidence.Rule != rules.Address && c.sameDay(at)
			})
		}
		if declares(&swapped) && !declares(shown) {
			shown.moment, shown.day = swapped.moment, 0
		}
	}
}

// titleDate is the day that is a segment of the page's title, as in "Haushalt
// beschlossen | 17.06.2024 | Stadt Beispiel". One in the headline, too, is part
// of what the report is about.
func (r *reader) titleDate() []dateCandidate {
	if r.d.Head.Title == 0 {
		return nil
	}
	title := claims.TitleText(r.d)
	if !mayHoldDate(title) {
		return nil
	}
	for part := range strings.SplitSeq(claims.TitleParts.Replace(title), "|") {
		part = strings.TrimSpace(part)
		found := r.d.FindDates(part)
		if len(found) != 1 || found[0].End-found[0].Start < len(part) || !isFullDay(&found[0]) {
			continue
		}
		if strings.Contains(r.art.Item.Headline, part) || r.headline >= 0 && strings.Contains(r.d.Text(r.headline), part) {
			return nil
		}
		return []dateCandidate{{moment: found[0].Moment, weight: 5.5, named: true,
			evidence: read.Evidence{Rule: rules.Title, Where: "title", Raw: part}}}
	}
	return nil
}

// addressDate is the day in the page's address: a poor witness that is heard
// where there is no other. Of an archive's address, the archived one counts.
func (r *reader) addressDate() []dateCandidate {
	address := r.d.Page.URL
	day, raw, ok := r.d.DayInAddress(address[max(0, strings.LastIndex(address, "://")):])
	if !ok {
		return nil
	}
	return []dateCandidate{{moment: day, weight: 4.5, evidence: read.Evidence{Rule: rules.Address, Raw: raw}}}
}
