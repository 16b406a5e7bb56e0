package listing

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// dateByFileNames takes the days in the names of files, as in
// "Amtsblatt_2026-11-13.pdf", where no row shows a day and nearly all rows lead to
// files whose names tell one. Where one of these is still to come they are days of
// sessions.
func dateByFileNames(d *dom.Page, entries []read.Entry) {
	if len(entries) < 2 || dated(entries) > 0 {
		return
	}
	days, named := make([]news.Moment, len(entries)), 0
	for i := range entries {
		day, _, ok := dayOfFile(d, entries[i].URL)
		if !ok {
			continue
		}
		if dates.TooFarAhead(day, d.Page.Fetched) {
			return
		}
		days[i] = day
		named++
	}
	if 4*named < 3*len(entries) {
		return
	}
	for i := range entries {
		if e := &entries[i]; !days[i].IsZero() {
			_, raw, _ := dayOfFile(d, e.URL)
			e.Published = days[i]
			e.Evidence["published"] = read.Evidence{Rule: rules.Address, Raw: raw}
		}
	}
}

// dayOfFile is the day in the name of the file that an address leads to.
func dayOfFile(d *dom.Page, address string) (day news.Moment, raw string, ok bool) {
	if dom.FileTypes[dom.ExtensionOf(address)] == "" {
		return day, "", false
	}
	address, _, _ = strings.Cut(address, "?")
	return d.DayInAddress(address[strings.LastIndexByte(address, '/'):])
}
