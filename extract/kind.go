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
	claims := d.claimsArticle()
	switch {
	case before >= 400, claims && before+around >= 400:
		return KindArticle
	case claims && len(best.entries) < 4:
		return KindArticle
	case best.list.zone&(zoneSide|zoneChrome|zoneEvent) != 0 && before+around >= 150:
		return KindArticle
	}
	return KindListing
}

// proseAround is the running text, in bytes, before the first row and
// elsewhere outside the rows.
func (s *scan) proseAround(rows []row) (before, around int32) {
	d := s.d
	k := 0
	for i := d.body; i < d.nodes[d.body].end; i++ {
		for k < len(rows) && rows[k].to <= i {
			k++
		}
		e := &d.nodes[i]
		inRow := k < len(rows) && i >= rows[k].from
		if inRow || e.flags&isText == 0 || e.flags&(inLink|inHead) != 0 || e.text < 60 || s.zones[i]&^zoneEvent != 0 {
			continue
		}
		if k == 0 {
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
