package extract

import (
	"net/url"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// Kind tells whether the page is a listing or an article: a list of news with
// little text before it is a listing.
func (d *Document) Kind() Kind {
	if d.feed != nil {
		return KindListing
	}
	best, _ := d.detect()
	if len(best.entries) == 0 && (len(d.linkedEntries()) > 2 || d.listsByScript()) {
		return KindListing
	}
	if len(best.entries) == 0 || d.rowsAreText(best) {
		return KindArticle
	}
	if len(best.entries) > 2 && 2*dated(best.entries) > len(best.entries) && d.isHome() {
		return KindListing
	}
	if d.isThread(best.entries) {
		return KindArticle
	}
	before, around := d.scanned().proseAround(best.rows)
	if before > 0 && d.isFolded(best.entries) {
		return KindArticle
	}
	if d.claimsArticle() && !d.outweighsClaim(best, before+around) || before+around > d.mostProse(best) {
		return KindArticle
	}
	if before >= 400 && !d.isLongList(best) {
		return KindArticle
	}
	return KindListing
}

// listsByScript reports a page that shows hardly anything and whose scripts have
// a list of reports to show.
func (d *Document) listsByScript() bool {
	return d.prose() < littleText && !d.claimsArticle() && len(d.stateEntries()) > 1
}

// isHome reports the first page of a site or a department: by its address, or
// because its meta data say so. It may hold any text besides its news.
func (d *Document) isHome() bool {
	if u, err := url.Parse(d.page.URL); err == nil && len(u.Path) <= 1 && u.RawQuery == "" {
		return true
	}
	if d.meta("og:type") != "website" {
		return false
	}
	for part := range strings.SplitSeq(titleParts.Replace(d.meta("og:title")), "|") {
		if homeWords()[news.Fold(part)] {
			return true
		}
	}
	return false
}

// homeWords are what the first page of a site calls itself, as Fold writes them.
var homeWords = words.Set("home_links")

// isFolded reports whether the entries are parts of the page itself that all
// bear the one date over them: the questions that a report answers.
func (d *Document) isFolded(entries []Entry) bool {
	for i := range entries {
		e := &entries[i]
		if at, _, here := strings.Cut(e.URL, "#"); !here || at != d.page.URL || e.Evidence["published"].Rule != rules.DateOverRows || !sameDay(e.Published, entries[0].Published) {
			return false
		}
	}
	return len(entries) > 1
}

// postOfThread is how the address of a post goes on from that of its thread.
var postOfThread = lazy.Regexp(`^[-/.?&#=]*(?i:post|comment|beitrag|kommentar|message|reply|antwort|p|page)?s?[-/_=]?\d+(?:\D.*)?$`)

// isThread reports whether the entries are the posts of a discussion: their
// addresses are the page's own with a number behind it.
func (d *Document) isThread(entries []Entry) bool {
	own := strings.TrimRight(strings.TrimSuffix(d.base.Path, ".html"), "/0123456789-")
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
func (d *Document) rowsAreText(r reading) bool {
	n := int32(len(r.entries)) //nolint:gosec // maxEntries
	return n <= 5 && d.scanned().textOf(r.rows) > 1000*n
}

// outweighsClaim reports whether a list is too much of the page for a report,
// although the page's meta data call it one. Some systems do so of every page.
func (d *Document) outweighsClaim(r reading, prose int32) bool {
	rows, n := d.scanned().textOf(r.rows), int32(len(r.entries)) //nolint:gosec // maxEntries
	if d.meta("article:published_time") != "" && d.namedLikeReport() {
		return false
	}
	return n >= 4 && prose < 400 && 3*prose < 2*rows && rows < 700*n && (dated(r.entries) > 0 || r.list.headed >= 0.3)
}

// isLongList reports many dated rows, weightier than the text before them, on
// a page whose address is not made from a headline.
func (d *Document) isLongList(r reading) bool {
	return len(r.entries) >= 10 && 5*dated(r.entries) >= 4*len(r.entries) && !d.namedLikeReport()
}

// namedLikeReport reports an address that is made from a headline.
func (d *Document) namedLikeReport() bool {
	last := d.base.Path[strings.LastIndexByte(strings.TrimSuffix(d.base.Path, "/"), '/')+1:]
	return strings.Count(last, "-") >= 3
}

// littleProse is the address of a town hall in the foot of a page, in bytes: it
// tells nothing of the kind of page.
const littleProse = 90

// mostProse is how much running text outside the rows a listing may have: the
// surer the rows are reports, the more.
func (d *Document) mostProse(r reading) int32 {
	rows := d.scanned().textOf(r.rows)
	switch n, dates := len(r.entries), dated(r.entries); {
	case r.list.zone&zoneSide != 0 && !d.isLongList(r):
		return 60
	case r.list.zone&(zoneChrome|zoneEvent) != 0 && !d.isLongList(r), r.list.zone&zoneSlider != 0 && dates == 0:
		return 150
	case n == 1:
		return 200
	case n == 2 && dates == 0:
		return -1
	case n == 3 && r.list.headed < 0.3 && dates > 0, n < 10 && 10*dates >= 3*n && d.namedLikeReport():
		return max(rows/2, littleProse)
	case 10*dates >= 3*n && n >= 4:
		return 2 * rows
	case r.list.headed >= 0.3, 10*dates >= 3*n:
		return rows
	case n >= 4 && len(r.rows) > 0 && r.rows[0].papers:
		return 300 // few reports list agendas and minutes
	case n >= 6 && r.list.files == 1:
		return rows
	case n >= 4 && r.list.worth >= 0.8:
		return rows / 3
	}
	return -1
}

// textOf is the visible text of rows, in bytes.
func (s *scan) textOf(rows []row) (sum int32) {
	for _, r := range rows {
		sum += s.texts[r.to] - s.texts[r.from]
	}
	return sum
}

// proseAround is the running text, in bytes, before the first row, where no
// side column or the like holds it, and elsewhere outside the rows.
func (s *scan) proseAround(rows []row) (before, around int32) {
	d := s.d
	k := 0
	for i := d.body; i < d.nodes[d.body].end; i++ {
		for k < len(rows) && rows[k].to <= i {
			k++
		}
		e := &d.nodes[i]
		inRow := k < len(rows) && i >= rows[k].from
		if inRow || e.flags&isText == 0 || e.flags&(inLink|inHead) != 0 || e.text < 60 || s.zones[i]&zoneChrome != 0 && e.text < 150 {
			continue
		}
		if k == 0 && s.zones[i]&^zoneEvent == 0 {
			before += e.text
		} else {
			around += e.text
		}
	}
	return before, around
}

// claimsArticle reports whether the page's meta data call it a report.
func (d *Document) claimsArticle() bool {
	if d.meta("og:type") == "article" || d.meta("article:published_time") != "" {
		return true
	}
	for _, o := range d.linkedData() {
		for _, t := range linkedTypes(o) {
			if articleType(t) {
				return true
			}
		}
	}
	return false
}
