package article

import "github.com/stadtfeed/stadtfeed/extract/internal/words"

// Words by which a heading or a title is told from that of a report.
var (
	newsWords = words.Set("news_words") // for news, for pages of a site and for parts of its system
	fillWords = words.Set("fill_words") // between those: articles, prepositions, "latest", "number"
	hallWords = words.Set("hall_words") // behind a preposition: "Aktuelles aus dem Rathaus"

	welcomes = words.Begins("welcomes") // to a town or its site

	trailLabels   = words.Set("trail_labels")   // before the way through the site
	labelHeadings = words.Set("label_headings") // over parts of a page that every report may have
)

// The kinds of towns, with what stands within their names.
var (
	kindsBefore = words.Set("town_kinds_before") // "Stadt Kassel"
	kindsOf     = words.Set("town_kinds_of")     // "City of Ashford"
	kindsBehind = words.Set("town_kinds_behind") // "Ashford Borough Council"
	noTowns     = words.Set("no_towns")          // "Youth Council"
	nameJoins   = words.Set("name_joins")        // "Mühlen am Wehr"
)
