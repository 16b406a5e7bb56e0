package feedout

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/stadtfeed/stadtfeed/news"
)

// parseSearch reads what people type into the search box:
//
//	radweg "kommunale it" -karneval tag:verkehr place:kassel source:amtsblatt since:2026-01-01
//
// Words and phrases must all be there; a hyphen before any of them excludes it.
// since: takes a date or a span such as 7d. Whatever cannot be read as a
// condition is read as a word, so that no text is a mistake.
func parseSearch(text string, now time.Time) news.Query {
	var q news.Query
	for _, f := range searchFields(text) {
		if len(q.All)+len(q.Not) >= mostTerms {
			break
		}
		if !f.quoted && f.facet == "since" {
			if t, ok := parseSince(f.value, now); ok {
				q.Since = t
				continue
			}
		}
		t, ok := term(f.facet, f.value)
		switch {
		case !ok:
		case f.not:
			q.Not = append(q.Not, t)
		default:
			q.All = append(q.All, []news.Term{t})
		}
	}
	return q
}

// A searchField is one condition as typed.
type searchField struct {
	not    bool
	quoted bool
	facet  string
	value  string
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
		if facet, after, ok := cutFacet(rest); ok {
			f.facet, rest = facet, after
		}
		f.value, f.quoted, rest = cutValue(rest)
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if f.value != "" {
			fields = append(fields, f)
		}
	}
	return fields
}

// cutFacet takes "tag:" and its like off the front, in English or German.
func cutFacet(s string) (facet, rest string, ok bool) {
	name, after, found := strings.Cut(s, ":")
	if !found || after == "" || unicode.IsSpace(rune(after[0])) {
		return "", s, false
	}
	switch strings.ToLower(name) {
	case "tag", "thema", "stichwort":
		return "tag", after, true
	case "place", "ort":
		return "place", after, true
	case "source", "quelle":
		return "source", after, true
	case "since", "seit", "ab":
		return "since", after, true
	}
	return "", s, false
}

// cutValue takes a quoted phrase or the text up to white space off the front.
func cutValue(s string) (value string, quoted bool, rest string) {
	for open, closing := range map[string]string{`"`: `"`, "„": "“", "“": "”"} {
		if after, ok := strings.CutPrefix(s, open); ok {
			value, rest, _ = strings.Cut(after, closing)
			return value, true, rest
		}
	}
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], false, s[i:]
	}
	return s, false, ""
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
