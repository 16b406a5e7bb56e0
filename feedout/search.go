package feedout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/stadtfeed/stadtfeed/news"
)

// A mistake is a condition that cannot be met as it was typed. A search that
// left it out in silence would find what nobody asked for.
type mistake struct {
	phrase string // with a place for value, if that is not empty
	value  string
}

// in tells the mistake in a language.
func (m mistake) in(t tongue) string {
	if m.value == "" {
		return t.say(m.phrase)
	}
	return fmt.Sprintf(t.say(m.phrase), m.value)
}

// errSearch is what is wrong with a search.
type errSearch []mistake

func (e errSearch) Error() string { return "search: " + e[0].in(english) }

// text tells all mistakes in a language, one per line.
func (e errSearch) text(t tongue) string {
	lines := []string{t.say("A part of this search was not understood:")}
	for _, m := range e {
		lines = append(lines, m.in(t))
	}
	return strings.Join(lines, "\n")
}

// search reads a search with the names of this site's sources.
func (x *site) search(text string, now time.Time) (news.Query, []mistake) {
	q, wrong := parseSearch(cut(text, longestText), now.In(x.Location))
	if len(text) > longestText {
		wrong = append(wrong, mistake{phrase: "The search is too long."})
	}
	for _, group := range append(slices.Clip(q.All), q.Not) {
		for i, t := range group {
			if t.Facet == news.Source {
				group[i].Value = x.sourceNamed(t.Value)
			}
		}
	}
	return q, wrong
}

// sourceNamed is the name of the source that people call so: by its name or
// title, however they write it. Where there is none it is what they typed.
func (x *site) sourceNamed(typed string) string {
	if _, ok := x.sources[typed]; ok {
		return typed
	}
	slug := news.Slug(typed)
	for _, src := range x.Sources {
		if slug != "" && (news.Slug(src.Name) == slug || news.Slug(x.sourceTitle(src.Name)) == slug) {
			return src.Name
		}
	}
	return typed
}

// parseSearch reads what people type into the search box:
//
//	radweg "kommunale it" -karneval tag:verkehr place:kassel source:amtsblatt since:2026-01-01
//
// Words and phrases must all be there; a hyphen before any of them excludes it.
// since: takes a date or a span such as 7d.
func parseSearch(text string, now time.Time) (q news.Query, wrong []mistake) {
	for _, f := range searchFields(text) {
		if len(q.All)+len(q.Not) >= mostTerms {
			return q, append(wrong, mistake{phrase: "These are more conditions than can be met at once; the last ones were left out."})
		}
		if m := f.addTo(&q, now); m.phrase != "" {
			wrong = append(wrong, m)
		}
	}
	return q, wrong
}

// addTo adds the condition to a query, or tells why not.
func (f searchField) addTo(q *news.Query, now time.Time) mistake {
	if f.facet == "since" {
		since, ok := parseSince(f.value, now)
		switch {
		case !ok:
			return mistake{"“%s” is no date. A search from a day on is written since:2026-01-31 or since:31.1.2026, one of the last days or weeks since:7d or since:4w.", f.value}
		case f.not:
			return mistake{phrase: "since: cannot be excluded."}
		}
		q.Since = since
		return mistake{}
	}
	t, ok := term(f.facet, f.value)
	switch {
	case f.facet == string(news.Word) && !ok: // a dash or an ampersand in a headline that was pasted
		return mistake{}
	case t.Facet == "":
		return mistake{"There is no condition “%s:”, but tag:, place:, source: and since:. What is to be found as text belongs in quotation marks.", f.facet}
	case !ok:
		return mistake{"“%s:” needs a value.", f.facet}
	case f.not:
		q.Not = append(q.Not, t)
	default:
		q.All = append(q.All, []news.Term{t})
	}
	return mistake{}
}

// A searchField is one condition as typed.
type searchField struct {
	not   bool
	facet string
	value string
}

// searchFields splits text at white space outside quotation marks.
func searchFields(text string) []searchField {
	var fields []searchField
	rest := strings.TrimSpace(text)
	for rest != "" {
		f := searchField{facet: string(news.Word)}
		if after, ok := strings.CutPrefix(rest, "-"); ok {
			f.not, rest = true, after
		}
		named := false
		if f.facet, rest, named = cutFacet(rest); named {
			rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		}
		f.value, rest = cutValue(rest)
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if f.value != "" || named {
			fields = append(fields, f)
		}
	}
	return fields
}

// conditions are the words before a colon, in English and German.
var conditions = map[string]string{
	"tag": "tag", "thema": "tag", "stichwort": "tag",
	"place": "place", "ort": "place",
	"source": "source", "quelle": "source",
	"since": "since", "seit": "since", "ab": "since",
}

// cutFacet takes "tag:" and its like off the front. An unknown word before a
// colon is taken for a condition too, unless an address or white space follows.
func cutFacet(s string) (facet, rest string, named bool) {
	name, after, found := strings.Cut(s, ":")
	name = strings.ToLower(name)
	if known, ok := conditions[name]; ok && found {
		return known, after, true
	}
	letters := name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	if !found || !letters || after == "" || strings.HasPrefix(after, "//") || unicode.IsSpace(rune(after[0])) {
		return string(news.Word), s, false
	}
	return name, after, true
}

// cutValue takes a quoted phrase or the text up to white space off the front.
func cutValue(s string) (value, rest string) {
	for open, closing := range map[string]string{`"`: `"`, "„": "“", "“": "”"} {
		if after, ok := strings.CutPrefix(s, open); ok {
			value, rest, _ = strings.Cut(after, closing)
			return value, rest
		}
	}
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// parseSince reads 2026-01-01, 01.01.2026, 2026-01, or a span of days or weeks
// (7d, 2w) before the present day; days begin in now's zone.
func parseSince(s string, now time.Time) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "2.1.2006", "2006-01", "2006"} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, true
		}
	}
	if days, ok := spanDays(s); ok {
		return midnight(now).AddDate(0, 0, -days), true
	}
	return time.Time{}, false
}

// midnight is the beginning of t's day in its zone.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// spanDays is the number of days in "7d" or "2w".
func spanDays(s string) (int, bool) {
	unit := map[byte]int{'d': 1, 't': 1, 'w': 7}
	if len(s) < 2 || unit[s[len(s)-1]] == 0 {
		return 0, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 1 || n > 4000 {
		return 0, false
	}
	return n * unit[s[len(s)-1]], true
}
