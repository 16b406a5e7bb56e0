package feedout

import "github.com/stadtfeed/stadtfeed/news"

// Titles say what stands before the headlines of a feed.
type Titles string

// The titles of a feed; the empty ones are those of the site, and there
// PlaceTitles.
const (
	PlaceTitles Titles = "place" // in feeds of more than one place, "Erlenbrück: Straße gesperrt"
	PlainTitles Titles = "plain" // headlines as the town writes them
)

// saysPlace reports whether the titles of a feed say where: what the address
// asks for comes before what the saved feed says, and that before the site.
func (x *site) saysPlace(w want) bool {
	var filter Titles
	if w.saved != nil {
		filter = w.saved.Titles
	}
	for _, t := range []Titles{w.titles, filter, x.Titles} {
		if t != "" {
			return t == PlaceTitles && !x.onePlace(w.query)
		}
	}
	return !x.onePlace(w.query)
}

// onePlace reports a query that finds items of one place only: it asks for one,
// or for sources that are all about one.
func (x *site) onePlace(q news.Query) bool {
	for _, group := range q.All {
		places := map[string]bool{}
		for _, t := range group {
			switch t.Facet {
			case news.Place:
				places[t.Value] = true
			case news.Source:
				places[news.Slug(x.sources[t.Value].Place)] = true
			default:
				places[""] = true
			}
		}
		if len(places) == 1 && !places[""] {
			return true
		}
	}
	return false
}
