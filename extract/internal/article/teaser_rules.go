package article

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// A summary is a text that may be the summary of the report.
type summary struct {
	r        *reader
	row      rules.Name // of the finder
	text     string
	evidence read.Evidence
	declared []claims.Claim // the summaries that the page declares, the best first
	shown    string         // what the page shows besides what is declared, see shownTeaser
	marked   bool           // that is marked as the summary
}

// The ways in which a page gives a summary.
const (
	asStandfirst  rules.Name = "standfirst below the headline"
	asBoldLead    rules.Name = "bold lead below the headline"
	asDescription rules.Name = "declared summary"
	asMarked      rules.Name = "class of summaries, or bold"
	asApart       rules.Name = "paragraph apart from the text"
	asFirst       rules.Name = "first paragraph"
)

// teaserFinders are these ways, in the order of what they weigh. The first
// paragraph is looked at last of all, behind what the listing says.
var (
	teaserFinders = []finder[summary]{
		{asStandfirst, summaryFinder((*reader).standfirstSummary)},
		{asBoldLead, summaryFinder((*reader).boldSummary)},
		{asDescription, summaryFinder((*reader).declaredSummary)},
		{asMarked, summaryFinder((*reader).shownSummary)},
	}
	openingFinders = []finder[summary]{{asFirst, summaryFinder((*reader).firstParagraphSummary)}}
)

func summaryFinder(find func(*reader) *summary) func(*reader, *summary) *summary {
	return func(r *reader, _ *summary) *summary { return find(r) }
}

// teaserRules tell which text is the summary: what the editors wrote for its place
// below the headline, what the page declares of itself unless it was cut from what
// it shows, what it shows. Every example stands in the body of a page; a test
// holds that its rule decides it.
var teaserRules = rules.Table[summary]{
	Field: "teaser",
	Of:    "a text that may be the summary",
	Rows: []rules.Row[summary]{
		{
			Name: asStandfirst, Weight: 20, Fits: isSummary(asStandfirst),
			Example: `<h1>Freibad öffnet</h1><p class="standfirst">Nach acht Monaten kann wieder gebadet werden.</p>`,
		}, {
			Name: asBoldLead, Weight: 19, Fits: isSummary(asBoldLead),
			Example: `<meta name="description" content="Rutsche und Becken am Wehr sind neu."><h1>Freibad öffnet</h1>` +
				`<p><b>Nach acht Monaten Umbau kann am Wehr wieder gebadet und gerutscht werden.</b></p>` +
				`<p>Die Rutsche hat eine Treppe bekommen, und die Becken wurden mit Stahl ausgelegt, der lange hält.</p>`,
		}, {
			Name: "declared, but cut from what is shown", Weight: 15,
			Example: `<meta name="description" content="Nach acht Monaten kann am Wehr wieder gebadet werden, und das Wasser ...">` +
				`<h1>Freibad öffnet</h1><p class="lead">Nach acht Monaten kann am Wehr wieder gebadet werden, und das Wasser ist warm.</p>`,
			Fits: func(s *summary) bool {
				return s.row == asDescription && isExcerptOf(s.declared[0].Value, s.shown, s.marked)
			},
		}, {
			Name: "declared, but cut from the text below a lead", Weight: 14,
			Example: `<meta name="description" content="Die Rutsche hat eine Treppe bekommen, und die Becken wurden ...">` +
				`<h1>Freibad öffnet</h1>` +
				`<p class="lead">Nach acht Monaten kann am Wehr wieder gebadet werden.</p>` +
				`<p>Die Rutsche hat eine Treppe bekommen, und die Becken wurden mit Stahl ausgelegt.</p>`,
			Fits: func(s *summary) bool {
				return s.row == asDescription && s.shown != "" && s.r.isCutFromText(s.declared[0].Value, s.shown)
			},
		}, {
			Name: asDescription, Weight: 18, Fits: isSummary(asDescription),
			Example: `<meta name="description" content="Nach acht Monaten ist das Freibad wieder offen.">`,
		}, {
			Name: asMarked, Weight: 17, Fits: isSummary(asMarked),
			Example: `<h1>Freibad öffnet</h1><div class="lead"><p>Nach acht Monaten kann am Wehr wieder gebadet werden.</p></div>`,
		}, {
			Name: asApart, Weight: 16, Fits: isSummary(asApart),
			Example: `<h1>Freibad öffnet</h1><div><p>Nach acht Monaten kann am Wehr wieder gebadet werden.</p></div>` +
				`<p>Die Rutsche hat eine Treppe bekommen, und die Becken wurden mit Stahl ausgelegt, der lange hält.</p>`,
		}, {
			Name: asFirst, Weight: 10, Fits: isSummary(asFirst),
			Example: `<h1>Freibad öffnet</h1><p>Nach acht Monaten kann am Wehr wieder gebadet werden.</p>`,
		},
	},
}

func isSummary(row rules.Name) func(*summary) bool {
	return func(s *summary) bool { return s.row == row }
}

func describeSummary(s *summary) (text, where string) { return s.text, s.evidence.Where }

// A description is a summary that the page declares.
type description struct {
	*claims.Claim
	r *reader
}

// descriptionRules tell which of the summaries that a page declares speaks of the
// report best; those of one weight stay in the order of the page. Every example
// stands in a page about a bath; a test holds that its rule decides it.
var descriptionRules = rules.Table[description]{
	Field: "teaser",
	Of:    "a summary that the page declares, among its like",
	Rows: []rules.Row[description]{
		{
			Name: "hardly a word", Final: true, Example: `<meta name="description" content="Freibad offen">`,
			Fits: func(d *description) bool { return len(d.Value) < shortestSummary },
		}, {
			Name: "placeholder of a script", Final: true, Example: `<meta name="description" content="{{ page.summary }} Freibad">`,
			Fits: func(d *description) bool { return strings.Contains(d.Value, "{{") },
		}, {
			Name: "name of a column, of writers or keywords", Final: true,
			Example: `<meta name="description" content="Baden, Sport, Freizeit, Familie, Sommer">`,
			Fits:    func(d *description) bool { return isLabel(d.Value) },
		}, {
			Name: "name of the site or town", Final: true, Example: `<meta name="description" content="Altmühlen am Wehr">`,
			Fits: func(d *description) bool { return d.r.namesSite(d.Value) || namesTown(d.Value) },
		}, {
			Name: "the headline", Final: true,
			Example: `<h1>Freibad am Wehr öffnet</h1><meta name="description" content="Freibad am Wehr öffnet!">`,
			Fits:    func(d *description) bool { return texts.Key(d.Value) == texts.Key(d.r.art.Item.Headline) },
		}, {
			Name: "not of the report", Final: true,
			Example: `<meta name="description" content="Herzlich willkommen bei der Gemeinde: Rathaus, Tourismus und Wirtschaft.">`,
			Fits:    func(d *description) bool { return !d.r.speaksOf(d.Value) },
		}, {
			Name: "JSON-LD", Weight: 1,
			Example: `<script type="application/ld+json">{"@type":"NewsArticle","description":"Das Freibad ist wieder offen."}</script>`,
			Fits:    func(d *description) bool { return d.Rule == rules.JSONLD },
		}, {
			Name: "OpenGraph or <meta>", Weight: 2, Example: `<meta name="description" content="Nach acht Monaten ist das Freibad offen.">`,
			Fits: func(d *description) bool { return d.Rule == rules.OpenGraph || d.Rule == rules.Meta },
		}, {
			Name: "microdata, or another", Weight: 3,
			Example: `<div itemscope itemtype="https://schema.org/NewsArticle">` +
				`<p itemprop="description">Nach acht Monaten ist das Freibad offen.</p></div>`,
			Fits: func(*description) bool { return true },
		},
	},
}

// A declared summary has so many bytes: what is shorter says nothing, what is
// longer is the report itself, or a mistake of megabytes.
const (
	shortestSummary = 15
	longestSummary  = 20_000
)

// mostDescriptions is how many declared summaries are looked at.
const mostDescriptions = 20
