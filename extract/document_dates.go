package extract

import (
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/news"
)

// scanDates sets the scanner of the page upon a text, and is good until the
// next.
func (d *Document) scanDates(text string) *dates.Scanner { return d.scanDatesNear(text, time.Time{}) }

// scanDatesNear is scanDates where the years that are not printed are those near
// to a time.
func (d *Document) scanDatesNear(text string, near time.Time) *dates.Scanner {
	if d.dates == nil {
		d.dates = dates.NewScanner(dates.Options{Language: d.dating, Location: d.options.Location, Now: d.page.Fetched})
	}
	d.dates.Begin(text, near)
	return d.dates
}

// findDates are the dates in a text of the page, in order.
func (d *Document) findDates(text string) []dates.Found { return d.scanDates(text).All() }

// parseDate is the one date that a text of the page is.
func (d *Document) parseDate(text string) (news.Moment, error) { return d.scanDates(text).One() }
