package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// findPlaces splits "Ort: Überschrift" where most headlines of a listing are
// written so, and takes kickers that are places.
func (d *Document) findPlaces(entries []Entry) {
	type split struct {
		at          int
		place, rest string
	}
	var splits []split
	names := make(map[string]bool)
	for i := range entries {
		e := &entries[i]
		if e.Place != "" {
			continue
		}
		if place, rest, ok := placeBefore(e.Headline); ok {
			splits = append(splits, split{i, place, rest})
			names[place] = true
		}
	}
	// Subjects stand before headlines, too, but there are few of them.
	if len(splits) < 4 || 10*len(splits) < 6*len(entries) || 10*len(names) < 6*len(splits) {
		return
	}
	for _, s := range splits {
		e := &entries[s.at]
		e.Evidence["place"] = Evidence{Rule: "before the headline", Where: e.Evidence["headline"].Where, Raw: e.Headline}
		e.Place, e.Headline = s.place, s.rest
		if e.Kicker == "" {
			e.Kicker = s.place
		}
	}
}

// placeBefore cuts a headline at its first colon where a name stands before it.
func placeBefore(headline string) (place, rest string, ok bool) {
	place, rest, ok = strings.Cut(headline, ": ")
	place, rest = strings.TrimSpace(place), strings.TrimSpace(rest)
	if !ok || rest == "" || utf8.RuneCountInString(place) > 40 || len(strings.Fields(place)) > 4 || !unicode.IsUpper(firstRune(place)) {
		return "", "", false
	}
	return place, rest, !strings.ContainsFunc(place, unicode.IsDigit)
}
