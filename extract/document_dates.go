package extract

import (
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// scanDates sets the scanner of the page upon a text, and is good until the
// next.
func (d *Document) scanDates(text string) *dateScanner { return d.scanDatesNear(text, time.Time{}) }

// scanDatesNear is scanDates where the years that are not printed are those near
// to a time.
func (d *Document) scanDatesNear(text string, near time.Time) *dateScanner {
	if d.dates == nil {
		d.dates = newPageScanner(DateOptions{Language: d.dating, Location: d.options.Location, Now: d.page.Fetched})
	}
	d.dates.begin(text, near)
	return d.dates
}

// findDates are the dates in a text of the page, in order.
func (d *Document) findDates(text string) []FoundDate { return d.scanDates(text).all() }

// parseDate is the one date that a text of the page is.
func (d *Document) parseDate(text string) (news.Moment, error) { return d.scanDates(text).one() }
