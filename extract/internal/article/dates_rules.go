package article

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A datedLine is a date in a line of the page.
type datedLine struct {
	printedLine
	r     *reader
	date  dates.Found
	named bool // the line is short, and a word or class says that the date is one of the report
	opens bool // the report begins with it: "KASSEL, 10.06.2024 – Der Rat"
	rest  int  // bytes of the line besides the date
}

// lineRules tell how far a date in a line is to be believed that of the
// publication; what weighs nothing is none. To change how a date beside the
// headline is chosen, change a row here. Every example stands in the body of a
// German page; a test holds that its rule decides it.
var lineRules = rules.Table[datedLine]{
	Field: "published",
	Of:    "a date in a line of the page",
	Rows: []rules.Row[datedLine]{
		// What is no publication.
		{
			Name: "range of days", Final: true, Example: `<p>10.06.2024 bis 12.06.2024</p>`,
			Fits: func(l *datedLine) bool { return l.date.Range },
		}, {
			Name: "year not printed", Final: true, Example: `<p>Kerwe am 10. Juni, Halle 2</p>`,
			Fits: func(l *datedLine) bool { return l.date.YearGuessed },
		}, {
			Name: "date of an event, a law or a life", Final: true, Example: `<p>Termin: 10.06.2024</p>`,
			Fits: func(l *datedLine) bool { return l.date.Label.OfOther() },
		}, {
			Name: "in a text far from the headline", Final: true,
			Fits: func(l *datedLine) bool { return l.away && !l.isPublication() },
		}, {
			Name: "admission to an event", Final: true, Example: `<p>10.06.2024, 19 Uhr, Einlass 18 Uhr</p>`,
			Fits: func(l *datedLine) bool { return l.isUnlabelled() && l.hasClock() && admission.MatchString(l.text) },
		}, {
			Name: "weekday, hour and place", Final: true, Example: `<p>Montag, 3. Juni 2024, 19.30 Uhr, Bürgersaal</p>`,
			Fits: func(l *datedLine) bool {
				return l.isUnlabelled() && dates.IsWeekday(words.Fold(firstWord(l.text))) && tellsEvent(l.text, &l.date)
			},
		}, {
			Name: "date of a file", Final: true, Example: `<p>Haushalt, 10.06.2024, 12 MB</p>`,
			Fits: func(l *datedLine) bool {
				return l.isUnlabelled() && mayNameSize(l.text) && fileSize.MatchString(l.text)
			},
		}, {
			Name: "date of a picture", Final: true, Example: `<p>Foto: Stadt Kassel, 10.06.2024</p>`,
			Fits: (*datedLine).isCaption,
		},

		// What says that it is the publication, or a change.
		{
			Name: "published, far from the headline", Weight: 6.5,
			Fits: func(l *datedLine) bool { return l.away },
		}, {
			Name: "sentence on the posting", Weight: 6.5, Example: `<p>Dieser Beitrag wurde am 10.06.2024 veröffentlicht.</p>`,
			Fits: func(l *datedLine) bool { return l.posting > 0 && l.isPublication() },
		}, {
			Name: "told by its distance", Weight: 3, Example: `<p>vor 3 Tagen</p>`,
			Fits: func(l *datedLine) bool { return l.date.Relative },
		}, {
			Name: "published on", Weight: 6.5, Example: `<p>Veröffentlicht am 10.06.2024</p>`,
			Fits: func(l *datedLine) bool { return l.isPublication() && l.short && l.rest <= 70 },
		}, {
			Name: "updated on", Weight: 5, Example: `<p>Stand: 10.06.2024</p>`,
			Fits: func(l *datedLine) bool { return l.date.Label == dates.LabelUpdated },
		}, {
			Name: "hour and place", Weight: 2, Example: `<p>3. Juni 2024, 19.30 Uhr, Bürgersaal</p>`,
			Fits: func(l *datedLine) bool { return l.isUnlabelled() && !l.named && tellsEvent(l.text, &l.date) },
		}, {
			Name: "in brackets", Weight: 6, Example: `<p>[10.06.2024] Die Stadt saniert das Bad.</p>`,
			Fits: (*datedLine).isBracketed,
		},

		// What stands in a line with other words.
		{
			Name: "within a text", Final: true, Example: `<p>Am 10.06.2024 hat der Rat mit den Stimmen aller beschlossen, das Bad am Wehr` +
				` von Grund auf zu sanieren und danach länger zu öffnen.</p>`,
			Fits: func(l *datedLine) bool { return (!l.short || l.rest > 90) && !l.opens },
		}, {
			Name: "day of the law itself", Weight: 3, Example: `<h1>Satzung über das Freibad</h1><p>vom 10. Juni 2024</p>`,
			Fits: func(l *datedLine) bool { return lawDays().Begin(words.Fold(l.text)) && l.r.headsLaw() },
		}, {
			Name: "nearly alone in its line", Weight: 5, Example: `<p>Kassel | 10.06.2024</p>`,
			Fits: (*datedLine).isNearlyAlone,
		}, {
			Name: "sentence that tells of a day", Weight: 2, Example: `<p>Der Rat tagte 10.06.2024 im Rathaus der Stadt.</p>`,
			Fits: func(l *datedLine) bool { return l.rest >= 25 && endsLikeSentence(l.text) && !l.named && !l.opens },
		}, {
			Name: "opens the headline", Weight: 4.5, Example: `<h1>10.06.2024: Das Freibad am Wehr öffnet</h1>`,
			Fits: (*datedLine).opensHeadline,
		}, {
			Name: "something was on that day", Weight: 2, Example: `<p>Die Räte, gewählt am 14. März 2025</p>`,
			Fits: func(l *datedLine) bool { return l.isUnlabelled() && toldDay.MatchString(l.before()) },
		}, {
			Name: "headline of an event", Weight: 2, Example: `<h1>Sprechstunde am 12. November 2026</h1>`,
			Fits: func(l *datedLine) bool { return l.isHeadline() && l.isUnlabelled() && onDay.MatchString(l.before()) },
		}, {
			Name: "any other line", Weight: 3.5, Example: `<p>Kassel, Rathaus, Pressestelle, 10.06.2024</p>`,
			Fits: func(*datedLine) bool { return true },
		},
	},
	Caps: []rules.Cap[datedLine]{
		{
			Name: "day of another thing", Most: 2, Example: `<p>Letzte Wahl: 10.06.2024</p>`,
			Fits: func(l *datedLine) bool { return l.isUnlabelled() && l.r.namedOther(l.at, l.before()) },
		},
	},
}

func (l *datedLine) isPublication() bool { return l.date.Label == dates.LabelPublished }
func (l *datedLine) isUnlabelled() bool  { return l.date.Label == dates.LabelNone }
func (l *datedLine) hasClock() bool      { return l.date.Moment.Precision != news.Day }
func (l *datedLine) isHeadline() bool    { return l.at == l.r.headline }

// before is what stands before the date.
func (l *datedLine) before() string { return l.text[:l.date.Start] }

// isCaption reports a line that says what a picture shows, and when.
func (l *datedLine) isCaption() bool {
	return l.isUnlabelled() && pictureWords()[firstWord(l.text)] && strings.Contains(l.before(), ":")
}

// isBracketed reports a date that opens the line in brackets; round ones count
// in a short line only.
func (l *datedLine) isBracketed() bool {
	if l.date.Start == 0 || l.date.Start >= 4 {
		return false
	}
	bracket := l.text[l.date.Start-1]
	return bracket == '[' || bracket == '(' && l.short
}

// isNearlyAlone reports a short line that has little besides the date between
// its separators, or is called meta data.
func (l *datedLine) isNearlyAlone() bool {
	beside := segmentAround(l.text, l.date.Start, l.date.End) - (l.date.End - l.date.Start)
	return l.short && (beside < 12 || l.r.d.Nodes[l.at].Hints&dom.HintMeta != 0)
}

// opensHeadline reports the headline with a date before it: "10.06.2024: …".
func (l *datedLine) opensHeadline() bool {
	end := l.date.End
	return l.isHeadline() && l.date.Start <= 1 && strings.ContainsAny(l.text[end:min(len(l.text), end+3)], ":|-]")
}

// A datePlace is where a date stands.
type datePlace struct {
	r        *reader
	at       dom.NodeID
	distance int32 // bytes of text from the end of the headline
}

// placeRules tell what the place of a date on the page adds to its weight.
var placeRules = rules.Table[datePlace]{
	Field: "published",
	Of:    "the place of a date, added to its weight",
	Rows: []rules.Row[datePlace]{
		{Name: "right at the headline", Weight: 2, Example: `<h1>Freibad öffnet</h1><p>10.06.2024</p>`, Fits: (*datePlace).isAtHeadline},
		{
			Name: "near the headline", Weight: 1, Example: `<h1>Freibad öffnet</h1><p>Das Bad am Wehr ist nach acht Monaten wieder offen,` +
				` und die Rutsche hat eine Treppe bekommen. Geöffnet ist täglich bis zum Abend, auch an den Feiertagen.</p>` +
				`<p>10.06.2024</p>`,
			Fits: func(p *datePlace) bool { return p.distance > -200 && p.distance < 400 },
		}, {
			Name: "far above the headline", Weight: -2,
			Fits: func(p *datePlace) bool { return p.distance <= -600 },
		}, {
			Name: "outside the report", Weight: -1.5,
			Fits: func(p *datePlace) bool { return !p.r.d.Within(p.at, p.r.root) },
		},
	},
	Adjustments: []rules.Adjustment[datePlace]{
		{
			Name: "beside the report", Weight: -4, Example: `<h1>Freibad öffnet</h1><aside><p>10.06.2024</p></aside>`,
			Times: rules.If((*datePlace).isBeside),
		}, {
			Name: "in a card of its own", Weight: -5,
			Times: rules.If(func(p *datePlace) bool { return (!p.isAtHeadline() || p.isBeside()) && p.r.inCard(p.at, p.distance) }),
		},
	},
}

func (p *datePlace) isAtHeadline() bool { return p.distance >= -20 && p.distance < 120 }

func (p *datePlace) isBeside() bool {
	return p.r.hintsBelowHeadline(p.at)&(besideReport|dom.HintNav|dom.HintEvent|dom.HintAd) != 0
}

// claimRules tell how far a declaration of the publication is to be believed:
// what speaks of the article more than what systems put on every page.
var claimRules = rules.Table[claims.Claim]{
	Field: "published",
	Of:    "a date that the page declares",
	Rows: []rules.Row[claims.Claim]{
		{ // it counts where something else agrees
			Name: "JSON-LD of the page alone", Weight: 4,
			Example: `<script type="application/ld+json">{"@type":"WebPage","datePublished":"2024-06-10"}</script>`,
			Fits:    func(c *claims.Claim) bool { return isLinked(c) && strings.HasPrefix(c.Where, "WebPage.") },
		}, {
			Name: "JSON-LD or microdata of the article", Weight: 10,
			Example: `<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-06-10"}</script>`,
			Fits:    isLinked,
		}, {
			Name: "OpenGraph", Weight: 9.5, Example: `<meta property="article:published_time" content="2024-06-10">`,
			Fits: func(c *claims.Claim) bool { return c.Rule == rules.OpenGraph },
		}, {
			Name: "meta data of a day", Weight: 6, Example: `<meta name="dc.date" content="2024-06-10">`,
			Fits: isMetaOfDay,
		}, {
			Name: "any other declaration", Weight: 8, Example: `<meta name="pubdate" content="2024-06-10">`,
			Fits: func(*claims.Claim) bool { return true },
		},
	},
}

func isLinked(c *claims.Claim) bool { return c.Rule == rules.JSONLD || c.Rule == rules.Microdata }

// isMetaOfDay reports meta data that systems fill with any day of the page.
func isMetaOfDay(c *claims.Claim) bool {
	switch strings.TrimPrefix(strings.ToLower(c.Where), "meta ") {
	case "date", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "date.created":
		return true
	}
	return false
}

// Tables are the tables by which fields of articles are decided, as the
// reference of rules lists them. A new table belongs here.
func Tables() []rules.Doc {
	return []rules.Doc{headlineRules.Doc(), lineRules.Doc(), placeRules.Doc(), claimRules.Doc(),
		teaserRules.Doc(), descriptionRules.Doc(), bylineRules.Doc(), tagRules.Doc()}
}
