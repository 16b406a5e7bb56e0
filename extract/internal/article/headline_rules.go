package article

import (
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// A headingLook is a heading as the table of headlines looks at it.
type headingLook struct {
	*headlineCandidate
	r      *reader
	n      *dom.Node
	titles []string // of the page, as they are compared
	over   bool     // it stands over the first running text

	around dom.Hint // see hintsAbove
	asked  bool
	share  float64 // see inTitle
}

// begin looks at another heading.
func (l *headingLook) begin(h *headlineCandidate, over bool) {
	l.headlineCandidate, l.n, l.over = h, &l.r.d.Nodes[h.at], over
	l.around, l.asked = l.r.hintsAbove(h.at), false
}

// headlineRules tell how likely a heading is the headline. What weighs nothing
// is none. Every example is what stands in the body of a page whose title is
// "Freibad öffnet | Stadt Altmühlen"; a test holds that its rule fits it.
var headlineRules = rules.Table[headingLook]{
	Field: "headline",
	Of:    "a heading of the page",
	Rows: []rules.Row[headingLook]{
		{
			Name: "name of the site", Final: true, Example: `<h1>Altmühlen am Wehr</h1>`,
			Fits: func(l *headingLook) bool { return l.r.isSiteName(l.key) },
		}, {
			Name: "name of the authority", Final: true, Example: `<h1>Stadt Altmühlen</h1>`,
			Fits: func(l *headingLook) bool { return l.r.namesAuthority(l.headlineCandidate) },
		}, {
			Name: "link to the first page", Final: true, Example: `<h1><a href="/">Unser schöner Ort</a></h1>`,
			Fits: func(l *headingLook) bool { return l.r.leadsHome(l.at) },
		}, {
			Name: "in the chrome and in no title", Final: true, Example: `<nav><h2>Rathaus und Politik</h2></nav>`,
			Fits: func(l *headingLook) bool { return l.around&dom.HintChrome&^dom.HintForm != 0 && l.inTitle() == 0 },
		},
		{Name: "h1", Weight: 2.5, Example: `<h1>Freibad öffnet</h1>`, Fits: isTag(atom.H1)},
		{Name: "h2", Weight: 1.6, Example: `<h2>Freibad öffnet</h2>`, Fits: isTag(atom.H2)},
		{Name: "h3", Weight: 1.2, Example: `<h3>Freibad öffnet</h3>`, Fits: isTag(atom.H3)},
		{Name: "h4", Weight: 0.8, Example: `<h4>Freibad öffnet</h4>`, Fits: isTag(atom.H4)},
		{Name: "h5", Weight: 0.5, Example: `<h5>Freibad öffnet</h5>`, Fits: isTag(atom.H5)},
		{Name: "h6", Weight: 0.4, Example: `<h6>Freibad öffnet</h6>`, Fits: isTag(atom.H6)},
		{Name: "large letters", Weight: 1.6, Example: `<font size="5">Freibad öffnet</font>`, Fits: isTag(atom.Font)},
	},
	Adjustments: []rules.Adjustment[headingLook]{
		{
			Name: "class of headlines", Weight: 0.3, Example: `<h1 class="headline">Freibad öffnet</h1>`,
			Times: rules.If(func(l *headingLook) bool { return l.n.Hints&dom.HintHeadline != 0 }),
		}, {
			Name: "share of a title", Weight: 6, Example: `<h1>Freibad öffnet</h1>`,
			Times: (*headingLook).inTitle,
		}, {
			Name: "in the way through the site", Weight: -4, Example: `<div class="breadcrumb"><h2>Freibad öffnet</h2></div>`,
			Times: rules.If(func(l *headingLook) bool { return l.around&dom.HintBreadcrumb != 0 }),
		}, {
			Name: "beside the report", Weight: -2, Example: `<aside><h2>Freibad öffnet</h2></aside>`,
			Times: rules.If(func(l *headingLook) bool { return l.around&dom.HintBreadcrumb == 0 && l.around&besideReport != 0 }),
		}, {
			Name: "in the main part", Weight: 0.8, Example: `<main><h1>Freibad öffnet</h1></main>`,
			Times: rules.If((*headingLook).isInMain),
		}, {
			Name: "mostly a link", Weight: -1, Example: `<h2><a href="/a/b">Freibad öffnet</a></h2>`,
			Times: rules.If(func(l *headingLook) bool { return l.n.Linked > l.n.Text/2 && !l.r.leadsHere(l.at) }),
		}, { // the site's name and "Navigation und Service"
			Name: "for screen readers only", Weight: -3, Example: `<h1 class="sr-only">Freibad öffnet</h1>`,
			Times: rules.If(func(l *headingLook) bool { return l.n.Flags&dom.IsSpoken != 0 }),
		}, {
			Name: "no h1, and in no title", Weight: -1.5, Example: `<h2>Ab Samstag ist es soweit</h2>`,
			Times: rules.If(func(l *headingLook) bool { return l.inTitle() == 0 && l.n.Tag != atom.H1 }),
		}, {
			Name: "over the first text", Weight: 2, Example: `<h2>Ab Samstag ist es soweit</h2>`,
			Times: rules.If(func(l *headingLook) bool { return l.over && l.inTitle() == 0 }),
		}, {
			Name: "kicker in capitals", Weight: -2, Example: `<h2>SPORT UND SPIEL</h2><h1>Freibad öffnet</h1>`,
			Times: rules.If(func(l *headingLook) bool { return l.inTitle() == 0 && l.r.overHeading(l.headlineCandidate) }),
		}, {
			Name: "where the site has its headlines", Weight: 1, Lifts: true,
			Times: rules.If((*headingLook).isInHeadlinePlace),
		},
	},
	Caps: []rules.Cap[headingLook]{
		{
			Name: "heading of the site", Most: 0.5,
			Fits: func(l *headingLook) bool {
				return l.r.d.Options.Site.Pages() > 1 && l.r.ofSiteHeading(l.headlineCandidate)
			},
		}, {
			Name: "title that is read out", Most: 1, Example: `<h1 class="sr-only">Freibad öffnet | Stadt Altmühlen</h1>`,
			Fits: (*headingLook).repeatsTitle,
		}, {
			Name: "name of a section", Most: 0.7, Example: `<h1>Aktuelles</h1>`,
			Fits: func(l *headingLook) bool { return l.inTitle() < 1 && l.r.namesSection(l.headlineCandidate) },
		},
	},
}

// besideReport are the hints of what stands beside a report.
const besideReport = dom.HintRelated | dom.HintSide | dom.HintFooter | dom.HintComments | dom.HintPopular | dom.HintCookie | dom.HintDialog

func isTag(tag atom.Atom) func(*headingLook) bool {
	return func(l *headingLook) bool { return l.n.Tag == tag }
}

// inTitle is how much of one of the page's titles the heading is, the most where
// there are several: 0 to 1.1.
func (l *headingLook) inTitle() float64 {
	if l.asked {
		return l.share
	}
	l.asked, l.share = true, 0
	for _, t := range l.titles {
		l.share = max(l.share, titleMatch(l.key, t))
		if l.share < 1 && l.n.Tag == atom.H1 && l.r.leadsTitleWithNext(l.headlineCandidate, t) {
			l.share = 1
		}
	}
	return l.share
}

// repeatsTitle reports a heading for screen readers that is all of the page's title,
// with the name of the site.
func (l *headingLook) repeatsTitle() bool {
	if l.n.Flags&dom.IsSpoken == 0 || l.r.d.Head.Title == 0 {
		return false
	}
	title := claims.TitleText(l.r.d)
	return texts.Key(title) == l.key && l.r.shedNames(title) != title
}

func (l *headingLook) isInMain() bool {
	return l.around&(dom.HintBreadcrumb|besideReport) == 0 && l.around&(dom.HintArticle|dom.HintMain) != 0
}

// isInHeadlinePlace reports whether other pages of the site have their headlines
// where the heading stands, which no title knows.
func (l *headingLook) isInHeadlinePlace() bool {
	return l.r.d.Options.Site.Pages() > 1 && l.inTitle() == 0 && !l.r.ofSiteHeading(l.headlineCandidate) &&
		l.r.inHeadlinePlace(l.headlineCandidate)
}
