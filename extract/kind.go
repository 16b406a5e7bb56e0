package extract

// Kind tells whether the page is a listing or an article: a list of news with
// little text before it is a listing.
func (d *Document) Kind() Kind {
	if d.feed != nil {
		return KindListing
	}
	best, _ := d.detect()
	if len(best.entries) < 2 {
		if len(d.linkedEntries()) > 2 {
			return KindListing
		}
		return KindArticle
	}
	before, around := d.scanned().proseAround(best.rows)
	if d.claimsArticle() && (len(best.entries) < 4 || before+around >= 400) {
		return KindArticle
	}
	if before >= 400 || before+around > d.mostProse(best) {
		return KindArticle
	}
	return KindListing
}

// mostProse is how much running text outside the rows a listing may have: the
// surer the rows are reports, the more.
func (d *Document) mostProse(r reading) int32 {
	rows := d.scanned().textOf(r.rows)
	switch n := float64(len(r.entries)); {
	case r.list.zone&(zoneSide|zoneChrome|zoneEvent) != 0:
		return 150
	case float64(dated(r.entries)) >= 0.3*n && n >= 4:
		return 3 * rows
	case r.list.headed >= 0.3, float64(dated(r.entries)) >= 0.3*n:
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
