package article

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// The ways in which a page tells who wrote the report.
const (
	byMark      rules.Name = "mark of the writer"
	declaredOf  rules.Name = "declared of the article"
	byClass     rules.Name = "class or link of authors"
	inLine      rules.Name = "line that says who wrote"
	onCard      rules.Name = "card of the writer"
	atPicture   rules.Name = "beside a small picture"
	byOpening   rules.Name = "mark behind the place of the opening"
	inMeta      rules.Name = "declared of the page"
	inDateline  rules.Name = "name alone in the line of the day"
	asSignature rules.Name = "name alone below the text"
)

// bylineFinders are these ways, in the order of what they weigh.
var bylineFinders = []finder[byline]{
	bylineFinder(byMark, (*reader).authorMarks),
	bylineFinder(declaredOf, func(r *reader) []claims.Claim { declared, _ := r.claimedAuthors(); return declared }),
	bylineFinder(byClass, (*reader).shownAuthors),
	bylineFinder(inLine, (*reader).authorLines),
	bylineFinder(onCard, (*reader).authorCards),
	bylineFinder(atPicture, (*reader).picturedAuthors),
	bylineFinder(byOpening, (*reader).openingMark),
	bylineFinder(inMeta, func(r *reader) []claims.Claim { _, meta := r.claimedAuthors(); return meta }),
	bylineFinder(inDateline, (*reader).bareNames),
	bylineFinder(asSignature, (*reader).signature),
}

func bylineFinder(row rules.Name, find func(*reader) []claims.Claim) finder[byline] {
	return finder[byline]{row, func(r *reader, best *byline) *byline {
		b := r.authorsOf(row, find(r))
		if b != nil && best != nil && best.weak {
			b.before = best.text
		}
		return b
	}}
}

// bylineRules tell whom of those that a page names as writers the report is by:
// persons before the town, its staff as such, or the name of an account. Every
// example stands in the body of a page that has a headline; a test holds that its
// rule decides it.
var bylineRules = rules.Table[byline]{
	Field: "byline",
	Of:    "names that the page gives in one way",
	Rows: []rules.Row[byline]{
		{
			Name: "no person, declared of the page", Final: true, Example: `<meta name="author" content="Amt Ohmen">`,
			Fits: func(b *byline) bool { return b.weak && b.evidence.Rule == rules.Meta },
		}, { // what the page calls an organisation is shown with its office behind it
			Name: "no person, in more words", Final: true,
			Example: `<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Organization","name":"Ohmi"}}</script>` +
				`<h1>Freibad öffnet</h1><p>Autor: Ohmi Weber Sport</p>`,
			Fits: func(b *byline) bool { return !b.weak && b.before != "" && strings.HasPrefix(b.text, b.before) },
		},
		{Name: byMark, Weight: 20, Example: `<p>Das Bad ist offen.</p><p>(sib)</p>`, Fits: isByline(byMark)},
		{
			Name: declaredOf, Weight: 19, Fits: isByline(declaredOf),
			Example: `<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Eva Meier"}}</script>`,
		},
		{Name: byClass, Weight: 18, Example: `<h1>Freibad öffnet</h1><span class="author">Eva Meier</span>`, Fits: isByline(byClass)},
		{Name: inLine, Weight: 17, Example: `<h1>Freibad öffnet</h1><p>Von Eva Meier</p>`, Fits: isByline(inLine)},
		{
			Name: onCard, Weight: 16, Fits: isByline(onCard),
			Example: `<h1>Freibad öffnet</h1><div><h3>Über die Autorin</h3><p>Jutta Sommer</p></div>`,
		}, {
			Name: atPicture, Weight: 15, Fits: isByline(atPicture),
			Example: `<h1>Freibad öffnet</h1><div><img src="/a.png" class="avatar"><b>Eva Meier</b> <i>10.06.2024</i></div>`,
		}, {
			Name: byOpening, Weight: 14, Fits: isByline(byOpening),
			Example: `<h1>Freibad öffnet</h1><p>KASSEL (pm) Das Bad am Wehr ist nach acht Monaten wieder offen.</p>`,
		},
		{Name: inMeta, Weight: 13, Example: `<meta name="author" content="Eva Meier">`, Fits: isByline(inMeta)},
		{Name: inDateline, Weight: 12, Example: `<h1>Freibad öffnet</h1><p>10.06.2024 | Eva Meier</p>`, Fits: isByline(inDateline)},
		{
			Name: asSignature, Weight: 11, Fits: isByline(asSignature),
			Example: `<h1>Freibad öffnet</h1><div><p>Das Bad am Wehr ist nach acht Monaten wieder offen.</p><p>Eva Meier</p></div>`,
		},
	},
	Adjustments: []rules.Adjustment[byline]{
		{
			Name: "no person", Weight: -10, Example: `<h1>Freibad öffnet</h1><p>Von: Redaktion</p>`,
			Times: rules.If(func(b *byline) bool { return b.weak }),
		}, { // of those that are declared of the article
			Name: "says the same and more", Weight: 10,
			Example: `<script type="application/ld+json">{"@type":"NewsArticle","author":"Eva"}</script><p class="author">Eva Meier</p>`,
			Times:   rules.If(func(b *byline) bool { return b.fuller }),
		},
	},
}

func isByline(row rules.Name) func(*byline) bool {
	return func(b *byline) bool { return b.row == row }
}
