package crawler

import (
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// On so many pages in a row a rule of the source's own must find nothing to be
// told of: more where reports often lack the field, and more again where the rule
// has found it once.
const (
	deadAfter       = 4
	deadAfterSeldom = 12
	deadAfterMet    = 60
)

// seldom are fields that many pages lack though all is well.
var seldom = []string{
	"listing.kicker", "listing.place", "listing.image", "listing.tags", "listing.next",
	"article.kicker", "article.place", "article.updated", "article.teaser", "article.byline", "article.tags",
	"article.image", "article.image_credit", "article.attachments", "article.remove",
}

// An unmatchedRule is a rule of the source's own that found nothing on the last
// pages, or one for a field that is seldom there, and what it has found so far.
type unmatchedRule struct {
	Field string `json:"field"`         // such as "article.headline"
	Since int64  `json:"since"`         // Unix seconds
	Pages int    `json:"pages"`         // in a row
	Met   bool   `json:"met,omitempty"` // it has found its field before
}

func (u unmatchedRule) dead() bool {
	switch {
	case !slices.Contains(seldom, u.Field):
		return u.Pages >= deadAfter
	case u.Met:
		return u.Pages >= deadAfterMet
	}
	return u.Pages >= deadAfterSeldom
}

// learnUnmatched counts for each rule of the source's own for a kind of page
// ("article.") on how many in a row it found nothing; fields are those of one
// page.
func (v *visit) learnUnmatched(kind string, fields []string) {
	v.learnMatched(kind, fields)
	for _, name := range fields {
		u := v.unmatched(kind + name)
		if u.Pages == 0 {
			u.Since = v.start.Unix()
		}
		u.Pages++
	}
}

// learnMatched notes that all rules of the source's own for a kind of page but
// those of some fields found something.
func (v *visit) learnMatched(kind string, but []string) {
	v.Unmatched = slices.Clone(v.Unmatched)
	for _, field := range v.src.ruled {
		name, ofKind := strings.CutPrefix(field, kind)
		if !ofKind || slices.Contains(but, name) {
			continue
		}
		if slices.Contains(seldom, field) {
			*v.unmatched(field) = unmatchedRule{Field: field, Met: true}
			continue
		}
		v.Unmatched = slices.DeleteFunc(v.Unmatched, func(u unmatchedRule) bool { return u.Field == field })
	}
}

// unmatched is what is remembered of a field's rule, which the caller may change.
func (v *visit) unmatched(field string) *unmatchedRule {
	i := slices.IndexFunc(v.Unmatched, func(u unmatchedRule) bool { return u.Field == field })
	if i < 0 {
		i = len(v.Unmatched)
		v.Unmatched = append(v.Unmatched, unmatchedRule{Field: field})
	}
	return &v.Unmatched[i]
}

// dead are the fields of the source's own rules that found nothing on the last
// pages, whether or not they ever did, sorted.
func (v *visit) dead() (fields []string) {
	for _, u := range v.Unmatched {
		if u.dead() {
			fields = append(fields, u.Field)
		}
	}
	return fields
}

// lostRules are the fields whose rules find nothing any more, those that never
// found anything included, sorted.
func (v *visit) lostRules() []string {
	fields := append(lost(v.Ruled, v.RuledRecent), v.dead()...)
	slices.Sort(fields)
	return slices.Compact(fields)
}

// missedRules tells of lost rules, with the day since when, where that is known:
// of the source's own.
func (v *visit) missedRules() (missed []news.Reason) {
	byDay, days := map[string][]string{}, []string{}
	for _, field := range v.lostRules() {
		day := ""
		if i := slices.IndexFunc(v.Unmatched, func(u unmatchedRule) bool { return u.Field == field && u.Pages > 0 }); i >= 0 {
			day = time.Unix(v.Unmatched[i].Since, 0).In(v.src.Location).Format(time.DateOnly)
		}
		if byDay[day] == nil {
			days = append(days, day)
		}
		byDay[day] = append(byDay[day], field)
	}
	slices.Sort(days)
	for _, day := range days {
		fields := strings.Join(byDay[day], ", ")
		if day == "" {
			missed = append(missed, news.Because("rules-lost", fields))
		} else {
			missed = append(missed, news.Because("rules-dead", fields, day))
		}
	}
	return missed
}
