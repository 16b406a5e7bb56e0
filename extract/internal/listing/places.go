package listing

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// findPlaces splits "Ort: Überschrift" and takes kickers that are places. Where
// most headlines of a listing begin so and most of the names are known, the
// others are taken for places, too.
func findPlaces(entries []read.Entry) {
	var leads, kickers []string
	for i := range entries {
		if lead, _ := places.SplitLead(entries[i].Headline); lead != "" {
			leads = append(leads, lead)
		}
		if entries[i].Kicker != "" {
			kickers = append(kickers, entries[i].Kicker)
		}
	}
	allLeads := 2*len(leads) > len(entries) && places.LeadsArePlaces(leads) || len(leads) == len(entries) && openWithPlaces(leads)
	allKickers := 2*len(kickers) > len(entries) && places.LeadsArePlaces(kickers)
	for i := range entries {
		if entries[i].Place == "" {
			findPlace(&entries[i], allLeads, allKickers)
		}
	}
}

// findPlace finds the place of one entry. allLeads and allKickers say that the
// beginnings of headlines and the kickers of the listing are places.
func findPlace(e *read.Entry, allLeads, allKickers bool) {
	if e.Kicker != "" && (allKickers || places.IsPlaceList(e.Kicker)) {
		e.Place = e.Kicker
		e.Evidence["place"] = read.Evidence{Rule: rules.Kicker, Where: e.Evidence["kicker"].Where}
		return
	}
	place, rest := places.SplitPlace(e.Headline)
	if allLeads {
		place, rest = places.SplitLead(e.Headline)
	}
	if place == "" || e.Evidence["headline"].Rule == rules.BySelector {
		return
	}
	e.Evidence["place"] = read.Evidence{Rule: rules.BeforeTitle, Where: e.Evidence["headline"].Where, Raw: e.Headline}
	e.Place, e.Headline = place, rest
	if e.Kicker == "" {
		e.Kicker = place
	}
}

// openWithPlaces is for listings of which every headline begins so: names that
// differ from row to row are places where one of four is known, since subjects
// come again.
func openWithPlaces(leads []string) bool {
	known := 0
	names := make(map[string]bool)
	for _, lead := range leads {
		if !names[lead] && places.IsPlaceList(lead) {
			known++
		}
		names[lead] = true
	}
	return len(leads) >= 4 && 4*len(names) >= 3*len(leads) && 4*known >= len(names)
}
