package listing

import (
	"fmt"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/obstacle"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// Kind tells whether the page is a listing or an article: a list of news with
// little text before it is a listing. See kindRules.
func Kind(d *dom.Page) read.Kind {
	if d.Feed != nil {
		return read.KindListing
	}
	best, _ := detect(d)
	look := kindLook{d: d, reading: best}
	note := d.Options.Explain.Note(kindRules.Field, func() (text, where string) {
		text = fmt.Sprintf("%d entries, %d with a day; text before them %d bytes, outside of them %d",
			len(best.entries), dated(best.entries), look.proseBefore(), look.prose())
		if len(best.rows) > 0 {
			where = d.Where(best.rows[0].from)
		}
		return text, where
	})
	if kindRules.Weigh(&look, note) > 0 {
		return read.KindListing
	}
	return read.KindArticle
}

// listsByScript reports a page that shows hardly anything and whose scripts have
// a list of reports to show.
func listsByScript(d *dom.Page) bool {
	return obstacle.Prose(d) < obstacle.LittleText && !claims.IsArticle(d) && len(claims.StateEntries(d)) > 1 &&
		claims.StateReport(d, "") == nil
}

// isFolded reports whether the entries are parts of the page itself that all
// bear the one date over them: the questions that a report answers.
func isFolded(d *dom.Page, entries []read.Entry) bool {
	for i := range entries {
		e := &entries[i]
		if at, _, here := strings.Cut(e.URL, "#"); !here || at != d.Page.URL || e.Evidence["published"].Rule != rules.DateOverRows ||
			!dom.SameDay(e.Published, entries[0].Published) {
			return false
		}
	}
	return len(entries) > 1
}

// postOfThread is how the address of a post goes on from that of its thread.
var postOfThread = words.Regexp(`^[-/.?&#=]*(?i:{{post_names}})?s?[-/_=]?\d+(?:\D.*)?$`)

// isThread reports whether the entries are the posts of a discussion: their
// addresses are the page's own with a number behind it.
func isThread(d *dom.Page, entries []read.Entry) bool {
	own := strings.TrimRight(strings.TrimSuffix(d.Base.Path, ".html"), "/0123456789-")
	if len(entries) < 3 || strings.Count(own, "-") < 3 {
		return false
	}
	for i := range entries {
		_, rest, found := strings.Cut(entries[i].URL, own)
		if !found || !postOfThread.MatchString(rest) {
			return false
		}
	}
	return true
}

// rowsAreText reports a few rows so long that they are the sections of a text.
func rowsAreText(d *dom.Page, r reading) bool {
	n := int32(len(r.entries)) //nolint:gosec // maxEntries
	return n <= 5 && scanned(d).textOf(r.rows) > 1000*n
}

// outweighsClaim reports whether a list is too much of the page for a report,
// although the page's meta data call it one. Some systems do so of every page.
func outweighsClaim(d *dom.Page, r reading, prose int32) bool {
	rows, n := scanned(d).textOf(r.rows), int32(len(r.entries)) //nolint:gosec // maxEntries
	if d.Meta("article:published_time") != "" && namedLikeReport(d) {
		return false
	}
	if n < 4 || dated(r.entries) == 0 && r.list.headed < 0.3 {
		return false
	}
	return prose < 400 && 3*prose < 2*rows && rows < 700*n
}

// isLongList reports many dated rows, weightier than the text before them, on
// a page whose address is not made from a headline.
func isLongList(d *dom.Page, r reading) bool {
	return len(r.entries) >= 10 && 5*dated(r.entries) >= 4*len(r.entries) && !namedLikeReport(d)
}

// namedLikeReport reports an address that is made from a headline.
func namedLikeReport(d *dom.Page) bool {
	last := d.Base.Path[strings.LastIndexByte(strings.TrimSuffix(d.Base.Path, "/"), '/')+1:]
	return strings.Count(last, "-") >= 3
}

// littleProse is the address of a town hall in the foot of a page, in bytes: it
// tells nothing of the kind of page.
const littleProse = 90

// mostProse is how much running text outside the rows a listing may have: the
// surer the rows are reports, the more.
func mostProse(d *dom.Page, r reading) int32 {
	rows := scanned(d).textOf(r.rows)
	n, dates := len(r.entries), dated(r.entries)
	areDated := 10*dates >= 3*n
	if most, ok := mostProseBeside(d, r); ok {
		return most
	}
	switch {
	case n == 1:
		return 200
	case n == 2 && dates == 0:
		return -1
	case n == 3 && r.list.headed < 0.3 && dates > 0,
		n < 10 && areDated && namedLikeReport(d):
		return max(rows/2, littleProse)
	case areDated && n >= 4:
		return 2 * rows
	case areDated, r.list.headed >= 0.3, r.list.topical:
		return rows
	case n >= 4:
		return mostProseOfMany(r, rows)
	}
	return -1
}

// mostProseBeside is mostProse of a list that stands beside what the page is
// about, unless it is long.
func mostProseBeside(d *dom.Page, r reading) (int32, bool) {
	switch z := r.list.zone; {
	case z&zoneSide != 0 && !isLongList(d, r):
		return 60, true
	case z&(zoneChrome|zoneEvent) != 0 && !isLongList(d, r), z&zoneSlider != 0 && dated(r.entries) == 0:
		return 150, true
	}
	return 0, false
}

// mostProseOfMany is mostProse of four links and more that nothing but their look
// says to be reports. rows is the text in the rows.
func mostProseOfMany(r reading, rows int32) int32 {
	switch {
	case len(r.rows) > 0 && r.rows[0].papers:
		return 300 // few reports list agendas and minutes
	case len(r.entries) >= 6 && r.list.files == 1:
		return rows
	case r.list.worth >= 0.8:
		return rows / 3
	}
	return -1
}

// textOf is the visible text of rows, in bytes.
func (s *listScan) textOf(rows []row) (sum int32) {
	for _, r := range rows {
		sum += s.texts[r.to] - s.texts[r.from]
	}
	return sum
}

// proseAround is the running text, in bytes, before the first row, where no
// side column or the like holds it, and elsewhere outside the rows.
func (s *listScan) proseAround(rows []row) (before, around int32) {
	d := s.d
	k := 0
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		for k < len(rows) && rows[k].to <= i {
			k++
		}
		e := &d.Nodes[i]
		inRow := k < len(rows) && i >= rows[k].from
		isProse := e.Flags&(dom.IsText|dom.InLink|dom.InHead) == dom.IsText && e.Text >= 60
		if inRow || !isProse || s.zones[i]&zoneChrome != 0 && e.Text < 150 {
			continue
		}
		if k == 0 && s.zones[i]&^zoneEvent == 0 {
			before += e.Text
		} else {
			around += e.Text
		}
	}
	return before, around
}
