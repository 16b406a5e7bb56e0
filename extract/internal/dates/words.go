package dates

import (
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// Months are the months as European municipalities write them, folded (see
// words.Fold), 1 to 12. No word stands for two months.
var Months = words.GroupsAs("months", monthNumber)

// monthNumber is the number of a month by its English name.
func monthNumber(name string) int {
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(m.String(), name) {
			return int(m)
		}
	}
	return 0
}

// monthOnlyIn lists the month words that mean something else in other
// languages; they count with a printed four-digit year, or in these languages.
var monthOnlyIn = words.Languages("months_only_here")

// weekdayWords are the days of the week, folded; Sunday is 0 as in package time.
var weekdayWords = words.GroupsAs("weekdays", func(name string) time.Weekday {
	for day := time.Sunday; day < time.Saturday; day++ {
		if strings.EqualFold(day.String(), name) {
			return day
		}
	}
	return time.Saturday
})

// zoneWords are zone names and abbreviations that mean one offset in Europe
// and North America, in hours.
var zoneWords = map[string]float64{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "met": 1, "mest": 2,
	"eet": 2, "eest": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9,
	"akdt": -8, "hst": -10,
	"aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13,
}

// clockIntro are words that may stand between a date and its time.
var clockIntro = words.Set("clock_intro")

// hourWords announce an hour so clearly that it needs no unit: "kl. 9".
var hourWords = words.Set("clock_before_hour")

// clockUnits follow an hour: "14 Uhr", "14h30", "14u30".
var clockUnits = words.Set("clock_units")

// yearIntro are the words that may stand between a month and its year, and
// between a day and its month.
var yearIntro = words.Set("year_intro")

// ordinals follow a day without a space: 1er, 10th, 10de, 1º.
var ordinals = words.Set("day_suffixes")

// rangeAnd are the words for "and" that join two days.
var rangeAnd = words.Set("and_words")

// rangeWords join the two ends of a range.
var rangeWords = words.Set("range_words")

// dateLabels is what words before a day say of it.
var dateLabels = words.Match("date_labels")

// A Labelled is what one word says of the date after it.
type Labelled struct {
	Label Label
	Weak  bool // see Found.Weak
}

// labelGroups are the labels by the names that files of words give them.
var labelGroups = map[string]Labelled{
	"published": {LabelPublished, false},
	"made":      {LabelPublished, true},
	"updated":   {LabelUpdated, false},
	"event":     {LabelEvent, false},
	"cited":     {LabelCited, false},
	"other":     {LabelOther, false},
}

// LabelOf is what one folded word says of the date after it. German compounds
// carry their meaning at the end: Aktualisierungsdatum, Veranstaltungstermin.
func LabelOf(word string) Label { return labelledBy(word).Label }

// labelledBy is labelOf, and how firmly the word says so. A date of something is
// what the thing says: "Eingangsdatum".
func labelledBy(word string) Labelled {
	group, _ := dateLabels().Find(word)
	says := labelGroups[group]
	if !says.Weak {
		return says
	}
	for date := range dateWords() {
		if of, ok := strings.CutSuffix(word, date); ok && of != "" {
			if thing := labelledBy(strings.TrimSuffix(of, "s")); thing.Label != LabelNone {
				return thing
			}
		}
	}
	return says
}

// hidden reports characters inside words and dates that nobody sees, and
// combining marks, which folding drops.
func hidden(r rune) bool { return words.Hidden(r) }
