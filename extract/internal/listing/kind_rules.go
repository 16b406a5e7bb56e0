package listing

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// A kindLook is a page with the best list that was detected on it.
type kindLook struct {
	reading
	d *dom.Page

	measured       bool
	before, around int32 // see prose
}

const (
	asListing = 1
	asArticle = -1
)

// kindRules tell whether a page is a listing (+1) or an article (-1). The tests of
// kinds hold them: testdata has a page for each.
var kindRules = rules.Table[kindLook]{
	Field: "kind",
	Of:    "a page, by the best list on it; +1 is a listing, -1 an article",
	Rows: []rules.Row[kindLook]{
		{
			Name: "only declared or in scripts, but a list", Weight: asListing,
			Fits: func(l *kindLook) bool {
				return len(l.entries) == 0 && (len(linkedEntries(l.d)) > 2 || listsByScript(l.d))
			},
		}, {
			Name: "no list", Weight: asArticle,
			Fits: func(l *kindLook) bool { return len(l.entries) == 0 },
		}, {
			Name: "rows that are the sections of a text", Weight: asArticle,
			Fits: func(l *kindLook) bool { return rowsAreText(l.d, l.reading) },
		}, {
			Name: "dated list on the first page of a site", Weight: asListing,
			Fits: func(l *kindLook) bool {
				return len(l.entries) > 2 && 2*dated(l.entries) > len(l.entries) && claims.IsHome(l.d)
			},
		}, {
			Name: "posts of a discussion", Weight: asArticle,
			Fits: func(l *kindLook) bool { return isThread(l.d, l.entries) },
		}, {
			Name: "parts of the page that bear its one date", Weight: asArticle,
			Fits: func(l *kindLook) bool { return l.proseBefore() > 0 && isFolded(l.d, l.entries) },
		}, {
			Name: "declared to be an article", Weight: asArticle,
			Fits: func(l *kindLook) bool { return claims.IsArticle(l.d) && !outweighsClaim(l.d, l.reading, l.prose()) },
		}, {
			Name: "list below a report with headline, day and text", Weight: asArticle,
			Fits: func(l *kindLook) bool { return l.proseBefore() >= 150 && l.followsReport() },
		}, {
			Name: "more text than such a list has beside it", Weight: asArticle,
			Fits: func(l *kindLook) bool { return l.prose() > mostProse(l.d, l.reading) },
		}, {
			Name: "much text before the rows", Weight: asArticle,
			Fits: func(l *kindLook) bool { return l.proseBefore() >= 400 && !isLongList(l.d, l.reading) },
		}, {
			Name: "list of reports", Weight: asListing,
			Fits: func(*kindLook) bool { return true },
		},
	},
}

// followsReport reports whether a headline that the page's title has, and a day
// below it, stand before the rows: they are other reports, files or comments.
func (l *kindLook) followsReport() bool {
	s := scanned(l.d)
	if len(l.rows) == 0 || l.d.Head.Title == 0 {
		return false
	}
	title, first := texts.Key(claims.TitleText(l.d)), l.rows[0].from
	for _, h := range l.d.Head.Heads {
		if n := &l.d.Nodes[h]; n.Tag == atom.H1 && n.Flags&dom.IsHidden == 0 && n.End <= first {
			key := texts.Key(l.d.Text(h))
			return strings.Count(key, " ") >= 3 && strings.HasPrefix(title, key) && s.dates[first] > s.dates[n.End]
		}
	}
	return false
}

// proseBefore is the running text before the first row, in bytes.
func (l *kindLook) proseBefore() int32 {
	l.measure()
	return l.before
}

// prose is the running text outside the rows, in bytes.
func (l *kindLook) prose() int32 {
	l.measure()
	return l.before + l.around
}

func (l *kindLook) measure() {
	if !l.measured {
		l.before, l.around = scanned(l.d).proseAround(l.rows)
		l.measured = true
	}
}
