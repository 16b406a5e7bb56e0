package decide

import (
	"cmp"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// What of a report an archive takes.
const (
	MaxRawPage = 8 << 20 // bytes of a page that is kept; a larger one is left out
	MaxKey     = 8 << 10 // bytes of an address, below bbolt's limit for keys
)

// DraftsOf are the drafts of a report that can be published, not yet prepared,
// each with the identity of its address and without aliases that say nothing;
// what is not to be archived has lost its text.
func DraftsOf(r news.Report) []Draft {
	drafts := make([]Draft, 0, len(r.Drafts))
	for _, d := range r.Drafts {
		d.Canonical = cmp.Or(d.Canonical, news.Canonical(d.Item.URL))
		if d.Item.NoArchive {
			d.Item.BodyHTML, d.Item.BodyText = "", ""
		}
		publishable := d.Withdrawn || d.Canonical != "" && news.Squash(d.Item.Headline) != ""
		if publishable && len(d.Canonical) <= MaxKey {
			drafts = append(drafts, Draft{Draft: d, Source: r.Visit.Source})
		}
	}
	dropShared(drafts)
	return drafts
}

// dropShared forgets aliases that several drafts of a visit claim: a site that
// gives one rel=canonical to all its pages says nothing by it.
func dropShared(drafts []Draft) {
	claims := map[string]int{}
	for _, d := range drafts {
		claims[d.Canonical] += 2
		for _, a := range d.Aliases {
			claims[a]++
		}
	}
	for i := range drafts {
		d := &drafts[i]
		if len(d.Aliases) == 0 {
			continue
		}
		d.Aliases = slices.DeleteFunc(slices.Clone(d.Aliases), func(a string) bool {
			return a == "" || a == d.Canonical || claims[a] > 1 || len(a) > MaxKey
		})
	}
}

// RawOf are the pages of a report that may be kept as they were fetched: not
// those that are not to be archived.
func RawOf(r news.Report) []news.RawPage {
	private := map[string]bool{}
	for _, d := range r.Drafts {
		if d.Item.NoArchive {
			private[cmp.Or(d.Canonical, news.Canonical(d.Item.URL))], private[news.Canonical(d.Item.URL)] = true, true
		}
	}
	var pages []news.RawPage
	for _, page := range r.Raw {
		key := news.Canonical(page.URL)
		if key != "" && !private[key] && len(key) <= MaxKey && len(page.Body) <= MaxRawPage {
			pages = append(pages, page)
		}
	}
	return pages
}

// VisitOf is a report's visit, with what came of it.
func VisitOf(r news.Report, told news.Committed) news.Visit {
	v := r.Visit
	v.Added, v.Edited, v.Withdrawn = len(told.Added), len(told.Edited), len(told.Withdrawn)
	v.Held, v.Renamed = told.Held, told.Renamed
	return v
}

// StateOf is the state of a report's source after its visit, where the one
// before was old (nil: the source is new). Items and Held are the archive's to
// count.
func StateOf(r news.Report, told news.Committed, old *news.SourceState) news.SourceState {
	st := r.State
	if old != nil {
		st.URL, st.Host = cmp.Or(old.URL, st.URL), cmp.Or(old.Host, st.Host)
		if st.LastNew.Before(old.LastNew) {
			st.LastNew = old.LastNew
		}
	}
	if len(told.Added) > 0 && r.Visit.Started.After(st.LastNew) {
		st.LastNew = r.Visit.Started
	}
	return st
}
