package listing

import (
	"slices"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// demoteSections weighs lists less whose rows are sections by topic: all that
// they show of days are those of the reports in them, which make a list of
// their own, "Alle Meldungen aus Verkehr" or the topic leads to.
func (s *listScan) demoteSections(lists []*rowList) {
	for _, sections := range lists {
		within := func(reports *rowList) bool { return reports != sections && s.sectionsOf(sections, reports) }
		if !sections.rows[0].papers && slices.ContainsFunc(lists, within) {
			sections.score *= 0.25
		}
	}
}

// sectionsOf reports whether the rows of one list are made up of those of
// another: each holds some of them, all of its dates and most of its text are
// theirs, and it has a heading or link of its own.
func (s *listScan) sectionsOf(sections, reports *rowList) bool {
	likelyReports := reports.dated > 0.9 && reports.files <= sections.files && !reports.rows[0].anchor
	if !likelyReports || len(reports.rows) < len(sections.rows) || !standWithin(reports.rows, sections.rows) {
		return false
	}
	k := 0
	var told, all int32
	for _, section := range sections.rows {
		dates, from := int32(0), k
		for ; k < len(reports.rows) && reports.rows[k].to <= section.to; k++ {
			r := reports.rows[k]
			if r.from == section.from && r.to == section.to {
				return false
			}
			dates += s.dates[r.to] - s.dates[r.from]
			told += s.texts[r.to] - s.texts[r.from]
		}
		if k == from || dates != s.dates[section.to]-s.dates[section.from] {
			return false
		}
		all += s.texts[section.to] - s.texts[section.from]
	}
	return 2*told > all
}

// withoutMores are the links of a cluster without the few among them that say
// only that there is more: "mehr" below the reports of each topic. It is nil
// where there are none, or hardly any others.
func (s *listScan) withoutMores(links []dom.NodeID) []dom.NodeID {
	if len(links) < 4 || len(links) > read.MaxEntries {
		return nil
	}
	var told []dom.NodeID
	for _, link := range links {
		if e := &s.d.Nodes[link]; e.Text > 40 || e.Text > 0 && !isMore(s.d.Text(link)) {
			told = append(told, link)
		}
	}
	if len(told) == len(links) || 2*len(told) <= len(links) {
		return nil
	}
	return told
}
