package listing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/obstacle"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// Read reads the page as a list of reports.
func Read(d *dom.Page) read.Listing {
	if d.Feed != nil {
		return feedListing(d)
	}
	l := read.Listing{Language: d.Language, Evidence: make(map[string]read.Evidence)}
	if d.Preset != nil {
		l.Preset = d.Preset.Name
	}
	s := scanned(d)
	chosen := choose(d, s, &l)
	l.Entries = chosen.entries
	if len(l.Entries) > 0 {
		l.Evidence["entries"] = chosen.evidence
	}
	l.Unmatched = unmatchedListing(d)
	findNext(d, s, chosen.rows, &l)
	l.Better = alternatives(d)
	if f, ok := obstacle.Frame(d); ok && len(l.Entries) == 0 {
		l.Frame = f
		l.Problems = append(l.Problems,
			read.Problem{Field: "entries", Message: fmt.Sprintf("the page shows another in a frame, %s; give that address as url", f.URL)})
	}
	d.NoteVia(l.Evidence)
	return l
}

// A reading is a list with its rows read.
type reading struct {
	rows     []row
	entries  []read.Entry
	ahead    int // entries whose date is that of something to come
	evidence read.Evidence
	score    float64
	list     *rowList
}

// choose finds the list of the page: by the user's rule, by the preset's, by
// detection. Where a rule finds nothing detection takes over and says so.
func choose(d *dom.Page, s *listScan, l *read.Listing) reading {
	var ruled reading
	for _, by := range entryRules(d) {
		ruled = readRows(d, s, ruledRows(d, by.selector))
		ruled.evidence = read.Evidence{Rule: by.name, Where: by.selector.String()}
		if len(ruled.entries) > 0 && (by.wanted || !detectsMore(d, ruled)) {
			l.Problems = append(l.Problems, fieldProblems(d, ruled.entries)...)
			return ruled
		}
		if by.wanted {
			l.Problems = append(l.Problems,
				read.Problem{Field: "entries", Message: fmt.Sprintf("%s %q finds no entries; detection took over", by.name, by.selector)})
		}
	}
	best, others := detect(d)
	best = withLinked(d, best)
	if len(best.entries) == 0 {
		if state := claims.StateEntries(d); len(state) > 1 {
			best = reading{entries: state, evidence: read.Evidence{Rule: claims.PageData}}
		}
	}
	l.Others = others
	l.Problems = append(l.Problems, fieldProblems(d, best.entries)...)
	return best
}

// detectsMore reports whether detection finds the entries of a preset that was
// only recognised, and others besides, or dated ones where the preset finds no
// date: then the page is made otherwise than the preset supposes.
func detectsMore(d *dom.Page, ruled reading) bool {
	best, _ := detect(d)
	if len(best.entries) <= len(ruled.entries) {
		return dated(best.entries) > 0 && dated(ruled.entries) == 0 && len(best.entries) > 1
	}
	known := make(map[string]bool, len(best.entries))
	for _, e := range best.entries {
		known[news.Canonical(e.URL)] = true
	}
	for _, e := range ruled.entries {
		if !known[news.Canonical(e.URL)] {
			return false
		}
	}
	return true
}

func dated(entries []read.Entry) (n int) {
	for _, e := range entries {
		if !e.Published.IsZero() {
			n++
		}
	}
	return n
}

// readRows reads every row. Rows without address or headline are dropped, and
// of several with one address only the first is kept.
func readRows(d *dom.Page, s *listScan, rows []row) reading {
	out := reading{entries: make([]read.Entry, 0, len(rows)), rows: make([]row, 0, len(rows))}
	at := make(map[string]int, len(rows))
	var near time.Time
	s.rows, s.years = rows, s.yearsOver(rows)
	anchors := onOnePage(rows)
	for _, r := range rows {
		r.anchor = r.anchor || anchors
		r = s.original(r)
		e, ok := readRow(d, s, r, near, nil)
		if !ok {
			continue
		}
		if !e.Published.IsZero() {
			near = e.Published.Time
		}
		key := news.Canonical(e.URL)
		if e.Anchored {
			key = news.CanonicalAnchor(e.URL)
		}
		if k, seen := at[key]; seen {
			complete(&out.entries[k], e)
			continue
		}
		at[key] = len(out.entries)
		out.entries = append(out.entries, e)
		out.rows = append(out.rows, r)
		if e.Ahead {
			out.ahead++
		}
	}
	agreeOnDates(d, s, &out)
	dateByFileNames(d, out.entries)
	withoutLabels(d, s, &out)
	dropCommonTags(out.entries)
	dropCommon(out.entries)
	findPlaces(out.entries)
	return out
}

// onOnePage reports whether all rows lead to places of one page: reports that
// have no pages of their own.
func onOnePage(rows []row) bool {
	for _, r := range rows {
		page, fragment, _ := strings.Cut(r.url, "#")
		if fragment == "" || !strings.HasPrefix(rows[0].url, page+"#") {
			return false
		}
	}
	return len(rows) > 2
}

// withoutLabels looks again for the headlines of rows that seem to be called
// alike: where a card is one link, "News" may be but the label over them, what
// stands beside every linked date is the place, and the first cell beside a
// link to the details may be but the kind of what is published. What it finds
// must tell the rows apart.
func withoutLabels(d *dom.Page, s *listScan, out *reading) {
	labels := labels(d, s, out)
	if len(labels) == 0 {
		return
	}
	better := make(map[int]read.Entry)
	heads := make(map[string]bool)
	for k, e := range out.entries {
		if !labels[headlineShown(e)] {
			continue
		}
		again, ok := readRow(d, s, out.rows[k], e.Published.Time, labels)
		if !ok {
			return
		}
		if s.linkOf(out.rows[k]).more || again.Evidence["headline"].Rule == rules.Link && e.Evidence["headline"].Rule == rules.Link {
			again.Kicker, again.Evidence["kicker"] = e.Headline, e.Evidence["headline"]
		}
		better[k], heads[again.Headline] = again, true
	}
	if 4*len(heads) < 3*len(better) {
		return
	}
	for k, e := range better {
		out.entries[k] = e
	}
}

// labels are what many rows seem to be called: more than a fourth of them, or
// every one that is not alone in it where there are but a few such words; beside
// linked dates more than half of the rows.
func labels(d *dom.Page, s *listScan, out *reading) map[string]bool {
	times := make(map[string]int)
	all, places := 0, 0
	for k, e := range out.entries {
		link := s.linkOf(out.rows[k])
		if rule := e.Evidence["headline"].Rule; rule == "link" || rule == "text" && (link.more || looksDated(link.label)) {
			times[headlineShown(e)]++
			all++
			if rule == "text" && !link.more {
				places++
			}
		}
	}
	labels := make(map[string]bool)
	for headline, n := range times {
		isMost := 2*n > len(out.entries)
		isOften := 4*n > len(out.entries) || 2*len(times) <= all
		if n > 1 && isOften && (places == 0 || isMost) {
			labels[headline] = true
		}
	}
	return labels
}

// headlineShown is the headline of an entry as the row has it.
func headlineShown(e read.Entry) string {
	if raw := e.Evidence["headline"].Raw; raw != "" {
		return raw
	}
	return e.Headline
}

// dropCommonTags takes away the labels that every entry bears: they tell of the
// list and not of the report.
func dropCommonTags(entries []read.Entry) {
	if len(entries) < 3 {
		return
	}
	times := make(map[string]int)
	for _, e := range entries {
		for _, tag := range e.Tags {
			times[tag]++
		}
	}
	for i := range entries {
		e := &entries[i]
		e.Tags = slices.DeleteFunc(e.Tags, func(tag string) bool { return times[tag] == len(entries) })
		if len(e.Tags) == 0 {
			delete(e.Evidence, "tags")
		}
	}
}

// dropCommon takes away the text and the image that most entries bear alike: the
// place where all meetings are held, the sign of a PDF.
func dropCommon(entries []read.Entry) {
	teasers, images := make(map[string]int), make(map[string]int)
	for i := range entries {
		teasers[entries[i].Teaser]++
		images[entries[i].Image]++
	}
	for i := range entries {
		e := &entries[i]
		drop := func(name string, value *string, times int) {
			if times >= 3 && 2*times > len(entries) && e.Evidence[name].Rule != rules.BySelector {
				*value = ""
				delete(e.Evidence, name)
			}
		}
		drop("teaser", &e.Teaser, teasers[e.Teaser])
		drop("image", &e.Image, images[e.Image])
	}
}

// complete fills what the first row of an entry left open.
func complete(e *read.Entry, more read.Entry) {
	fill := func(name string, to *string, value string) {
		if *to == "" && value != "" {
			*to = value
			e.Evidence[name] = more.Evidence[name]
		}
	}
	fill("teaser", &e.Teaser, more.Teaser)
	fill("kicker", &e.Kicker, more.Kicker)
	fill("image", &e.Image, more.Image)
	if e.Published.IsZero() && !more.Published.IsZero() {
		e.Published = more.Published
		e.Evidence["published"] = more.Evidence["published"]
	}
}

// readRow reads one row: fields by rule first, the rest by detection.
func readRow(d *dom.Page, s *listScan, row row, near time.Time, labels map[string]bool) (read.Entry, bool) {
	r := rowReader{s: s, d: d, row: row, near: near, pieces: s.pieces[:0], byRule: make(map[string]bool), labels: labels}
	defer func() { s.pieces = r.pieces }()
	if r.year = s.years[row.from]; r.year != 0 {
		r.near = midYear(r.year)
	}
	r.entry = read.Entry{URL: row.url, Anchored: row.anchor, Evidence: make(map[string]read.Evidence, 6)}
	if row.url == "" {
		return r.entry, false
	}
	r.entry.Evidence["url"] = read.Evidence{Rule: rules.Link, Where: d.Where(row.link)}
	r.applyRules()
	if !r.read() {
		return r.entry, false
	}
	if r.byRule["teaser"] {
		r.entry.Teaser = r.withoutDateline(r.entry.Teaser)
	}
	if dates.TooFarAhead(r.entry.Published, d.Page.Fetched) {
		r.entry.Published = news.Moment{}
		r.entry.Ahead = true
		delete(r.entry.Evidence, "published")
	}
	if row.anchor {
		r.takeBody()
	}
	return r.entry, true
}

// takeBody keeps the text of an entry that has no page of its own.
func (r *rowReader) takeBody() {
	w := &dom.Writer{D: r.d, Drop: make([]bool, len(r.d.Nodes))}
	w.Drop[r.row.link] = true
	for i := range r.pieces {
		if p := &r.pieces[i]; p.part == partDate && p.by >= r.row.from {
			w.Drop[p.from] = true
		}
	}
	for i := r.row.from; i < r.row.to; i = r.d.Nodes[i].End {
		w.Write(i)
	}
	r.entry.BodyHTML, r.entry.BodyText = w.HTML(), w.Text()
}

// agreeOnDates gives dates without a year, and those that only their order
// tells (03/04/2024), a second look with the neighbours' dates at hand.
func agreeOnDates(d *dom.Page, s *listScan, out *reading) {
	next := time.Time{}
	for k := len(out.entries) - 1; k >= 0; k-- {
		e := &out.entries[k]
		if !e.Published.IsZero() {
			next = e.Published.Time
			continue
		}
		if next.IsZero() || s.dates[out.rows[k].to] == s.dates[out.rows[k].from] {
			continue
		}
		if again, ok := readRow(d, s, out.rows[k], next, nil); ok && !again.Published.IsZero() {
			e.Published = again.Published
			e.Evidence["published"] = again.Evidence["published"]
		}
	}
}

// ItemFrom is an item as far as the listing tells it: published when the
// article cannot be fetched, and completed later.
func ItemFrom(e read.Entry, o read.Options) news.Item {
	it := news.Item{
		URL: e.URL, Language: o.Language, Place: e.Place, Kicker: e.Kicker, Headline: e.Headline, Published: e.Published, Teaser: e.Teaser,
		BodyHTML: e.BodyHTML, BodyText: e.BodyText, Image: e.Image, Partial: e.BodyText == "",
	}
	if it.Place == "" {
		it.Place = o.Place
	}
	it.Tags = slices.Clone(e.Tags)
	o.FinishTags(&it)
	if kind := dom.FileTypes[dom.ExtensionOf(e.URL)]; kind != "" {
		it.Attachments = []news.Attachment{{URL: e.URL, Title: e.Headline, Type: kind}}
	}
	return it
}
