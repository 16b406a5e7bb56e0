package extract

import (
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// claimWeight is how far a declaration of the publication is to be believed:
// what speaks of the article more than what systems put on every page.
func claimWeight(c claim) float64 {
	switch c.rule {
	case rules.JSONLD, rules.Microdata:
		if strings.HasPrefix(c.where, "WebPage.") {
			return 4 // systems put it on every page; it counts where something else agrees
		}
		return 10
	case rules.OpenGraph:
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
			m, err := dates.ParseMachine(c.value, r.stampZone(c.value))
			if err != nil {
				if m, err = r.d.parseDate(c.value); err != nil {
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

var stampOffset = lazy.Regexp(`\d(?:Z|([+-]\d\d):?(\d\d))$`)

// stampZone is the zone in which a machine's date is told: the source's, but
// the one that it prints itself where the page is not from there.
func (r *reader) stampZone(stamp string) *time.Location {
	if !r.fromElsewhere() {
		return r.d.options.Location
	}
	m := stampOffset.FindStringSubmatch(strings.TrimSpace(stamp))
	if m == nil {
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

// titleDate is the day that is a segment of the page's title, as in "Haushalt
// beschlossen | 17.06.2024 | Stadt Beispiel". One in the headline, too, is part
// of what the report is about.
func (r *reader) titleDate() []dating {
	if r.d.head.title == 0 {
		return nil
	}
	title := r.d.titleText()
	if !mayHoldDate(title) {
		return nil
	}
	for part := range strings.SplitSeq(titleParts.Replace(title), "|") {
		part = strings.TrimSpace(part)
		found := r.d.findDates(part)
		if len(found) != 1 || found[0].End-found[0].Start < len(part) || found[0].Range || found[0].YearGuessed || found[0].Relative {
			continue
		}
		if strings.Contains(r.art.Item.Headline, part) {
			return nil
		}
		return []dating{{moment: found[0].Moment, weight: 5.5, named: true, evidence: Evidence{Rule: rules.Title, Where: "title", Raw: part}}}
	}
	return nil
}

// Days in addresses: /2026/11/03/, /3-11-2026/, =20261103, =202611031415.
var (
	addressDay  = lazy.Regexp(`(?:^|[/_-])((?:19|20)\d\d)[/_-](0?[1-9]|1[0-2])[/_-](0?[1-9]|[12]\d|3[01])(?:[/_.-]|$)`)
	addressDay2 = lazy.Regexp(`(?:^|[/_-])(0?[1-9]|[12]\d|3[01])[._-](0?[1-9]|1[0-2])[._-](20\d\d)(?:[/_.-]|$)`)
	addressDay8 = lazy.Regexp(`[/_=-]((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[T/_.-]|$)`)
	addressTime = lazy.Regexp(`[/_=-][A-Z]?(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:\d*)(?:[/_.&-]|$)`)
)

// addressDate is the day in the page's address: a poor witness that is heard
// where there is no other. Of an archive's address, the archived one counts.
func (r *reader) addressDate() []dating {
	if !strings.Contains(r.d.page.URL, "20") && !strings.Contains(r.d.page.URL, "19") {
		return nil // no year
	}
	address := r.d.page.URL
	address = address[max(0, strings.LastIndex(address, "://")):]
	var m []string
	for _, form := range []*lazy.Pattern{addressDay, addressDay2, addressDay8, addressTime} {
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
	t, ok := dates.CivilDay(year, month, day, r.d.options.Location)
	if !ok {
		return nil
	}
	return []dating{{moment: news.Moment{Time: t, Precision: news.Day}, weight: 4.5, evidence: Evidence{Rule: rules.Address, Raw: strings.Trim(m[0], "/_-.")}}}
}
