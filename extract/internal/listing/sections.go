package listing

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// demoteSections weighs lists less whose rows are sections by topic: all that
// they show of days are those of the reports in them, which make a list of
// their own, "Alle Meldungen aus Verkehr" or the topic leads to.
func (s *listScan) demoteSections(lists []*rowList) {
	for _, sections := range lists {
		within := func(reports *rowList) bool { return reports != sections && s.sectionsOf(sections, reports) }
		if k := slices.IndexFunc(lists, within); k >= 0 && !sections.rows[0].papers {
			sections.score *= 0.25
			lists[k].topical = lists[k].dated == 0
		}
	}
}

// sectionsOf reports whether the rows of one list are made up of those of
// another: each holds some of them, all of its dates and most of its text are
// theirs, and it has a heading or link of its own.
func (s *listScan) sectionsOf(sections, reports *rowList) bool {
	likelyReports := reports.files <= sections.files && !reports.rows[0].anchor
	if !likelyReports || len(reports.rows) < len(sections.rows) || !standWithin(reports.rows, sections.rows) {
		return false
	}
	if reports.dated <= 0.9 && !s.topicsOver(sections, reports) {
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

// topicsOver reports whether undated rows are topics over undated reports: each
// begins with a heading of few words, and the links below it say much more.
func (s *listScan) topicsOver(sections, reports *rowList) bool {
	if sections.dated > 0 || reports.dated > 0 || len(sections.rows) < 2 || 3*len(reports.rows) < 4*len(sections.rows) {
		return false
	}
	words, said := 0, 0
	for _, r := range sections.rows {
		head := s.firstHeading(r)
		if head < 0 {
			return false
		}
		n := len(strings.Fields(s.d.Text(head)))
		if n == 0 || n > 4 || s.linkedTo(r, head) {
			return false
		}
		words += n
	}
	for _, r := range reports.rows {
		said += len(strings.Fields(s.d.Text(r.link)))
	}
	return said*len(sections.rows) > 2*words*len(reports.rows)
}

// firstHeading is the heading with which a row begins; -1 where it begins with
// something else.
func (s *listScan) firstHeading(r row) dom.NodeID {
	for i := r.from; i < r.to; i++ {
		switch n := &s.d.Nodes[i]; {
		case dom.HeadingTag(n.Tag):
			return i
		case n.Flags&dom.IsText != 0 && n.Text > 0:
			return -1
		}
	}
	return -1
}

// linkedTo reports whether the address of a row's heading has another link of the
// row, too, with more to say: then the heading is a headline.
func (s *listScan) linkedTo(r row, head dom.NodeID) bool {
	a := s.d.Find(head, atom.A)
	if a < 0 {
		return false
	}
	address := s.d.Abs(s.d.Attr(a, "href"))
	for i := s.d.Nodes[head].End; i < r.to; i++ {
		if n := &s.d.Nodes[i]; n.Tag == atom.A && s.d.Abs(s.d.Attr(i, "href")) == address && !isMore(s.d.Text(i)) {
			return true
		}
	}
	return false
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
		if e := &s.d.Nodes[link]; e.Text > 40 || e.Text > 0 && !s.saysMore(link) {
			told = append(told, link)
		}
	}
	if len(told) == len(links) || 2*len(told) <= len(links) {
		return nil
	}
	return told
}

// saysMore reports a link whose short text says only that there is more.
func (s *listScan) saysMore(link dom.NodeID) bool {
	if f := s.facts[link]; f != nil {
		return f.more
	}
	return isMore(s.d.Text(link))
}
