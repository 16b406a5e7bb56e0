package listing

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// A pieceDate is a date in a piece of a row.
type pieceDate struct {
	*piece
	r        *rowReader
	date     dates.Found
	alone    bool // the piece is dates and what goes with them
	ofColumn bool // its column is headed "Adopted" or the like
}

const (
	sureDate    = 31 // below it, days that stand in pieces of their own are looked for
	markedDate  = 34 // what such a day weighs, and one before a mark
	dayOfColumn = 20 // what a day of such a column loses: every other day comes before it
)

// dateRules tell how well a date of a row suits as its publication: the one of the
// most weight is taken, the first where several weigh alike. Every example is the
// markup of a row; a test holds that its rule decides one of its dates.
var dateRules = rules.Table[pieceDate]{
	Field: "published",
	Of:    "a date in a row of a listing",
	Rows: []rules.Row[pieceDate]{
		// What is no publication.
		{
			Name: "day of a change, a law or something else", Final: true,
			Example: `<li>Stand: 10.06.2024 <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    (*pieceDate).isOfOther,
		}, { // many themes call the only date of a row so
			Name: "class of changes, and nothing but a date", Weight: 27, Final: true, Shown: rules.Time,
			Example: `<li><time class="updated">10.06.2024</time> <a href="/bad">Freibad öffnet</a></li>`,
			Fits: func(l *pieceDate) bool {
				return l.saysUpdated() && l.alone && l.date.Label == dates.LabelNone && !l.date.Range
			},
		}, {
			Name: "class of changes", Final: true,
			Example: `<li><time class="updated">Redaktion, Rathaus, 10.06.2024</time> <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    (*pieceDate).saysUpdated,
		}, {
			Name: "days of an event", Final: true, Example: `<li>10.06.2024 bis 12.06.2024 <a href="/bad">Freibad öffnet</a></li>`,
			Fits: (*pieceDate).isEvent,
		},

		// What is one.
		{
			Name: "the row is called by its date", Weight: 39, Final: true, Shown: rules.Heading,
			Example: `<li><h3>10.06.2024</h3> <a href="/bad">Freibad öffnet</a></li>`,
			Fits: func(l *pieceDate) bool {
				isWhole := l.date.Start == 0 && !l.date.Range && !l.date.YearGuessed
				return isWhole && l.alone && l.head >= 0
			},
		}, {
			Name: "published on", Weight: 38, Final: true, Shown: rules.Dateline,
			Example: `<li>Veröffentlicht am 10.06.2024 <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    func(l *pieceDate) bool { return l.isLabelled() && !l.date.Weak },
		}, {
			Name: "date, made on", Weight: 37, Final: true, Shown: rules.Dateline,
			Example: `<li>Erstellt am 10.06.2024 <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    (*pieceDate).isLabelled,
		}, {
			Name: "time element", Weight: 36, Shown: rules.Time,
			Example: `<li><time>10.06.2024</time> <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    func(l *pieceDate) bool { return l.time >= 0 },
		}, {
			Name: "class of dates", Weight: 36, Shown: rules.Class,
			Example: `<li><p class="date">10.06.2024</p> <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    func(l *pieceDate) bool { return l.hint&dom.HintDate != 0 && l.alone },
		}, {
			Name: "piece of its own", Weight: 35, Shown: rules.Dateline,
			Example: `<li><p>10.06.2024</p> <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    func(l *pieceDate) bool { return l.alone && l.head < 0 },
		}, {
			Name: "opens a text in brackets", Weight: 35, Final: true, Shown: rules.Dateline,
			Example: `<li><a href="/bad">Freibad öffnet</a><p>(10.06.2024) Das Bad am Wehr ist wieder offen.</p></li>`,
			Fits: func(l *pieceDate) bool {
				return l.date.Start <= 2 && strings.ContainsAny(l.text[:l.date.Start+1], "[(")
			},
		}, {
			Name: "opens a text before a mark", Weight: markedDate, Final: true, Shown: rules.Dateline,
			Example: `<li><a href="/bad">Freibad öffnet</a><p>10.06.2024 – Das Bad am Wehr ist wieder offen.</p></li>`,
			Fits:    func(l *pieceDate) bool { return l.date.Start == 0 && l.head < 0 && followedByMark(l.text[l.date.End:]) },
		}, {
			Name: "class of dates, with other words", Weight: 34, Shown: rules.Class,
			Example: `<li><p class="date">Altmühlen am Wehr, 10.06.2024</p> <a href="/bad">Freibad öffnet</a></li>`,
			Fits:    func(l *pieceDate) bool { return l.hint&dom.HintDate != 0 && l.head < 0 && len(l.text) < 100 },
		}, {
			Name: "without a year, with other words", Final: true, Example: `<li><a href="/bad">Kerwe am 10. Juni in Halle 2</a></li>`,
			Fits: func(l *pieceDate) bool { return l.date.YearGuessed || l.date.Relative },
		}, {
			Name: "headline that is a date", Weight: 30, Final: true, Shown: inHeadline,
			Example: `<li><h3>Am 10.06.2024</h3><a href="/bad">mehr</a></li>`,
			Fits:    func(l *pieceDate) bool { return l.alone },
		}, {
			Name: "within the headline", Weight: 29, Final: true, Shown: inHeadline,
			Example: `<li><a href="/bad">Das Bad am Wehr öffnet 10.06.2024</a></li>`,
			Fits:    func(l *pieceDate) bool { return l.link == l.r.row.link || l.head >= 0 },
		}, {
			Name: "within a short line", Weight: 28, Final: true, Shown: "line",
			Example: `<li><a href="/bad">Freibad öffnet</a><p>Rathaus Altmühlen am 10.06.2024</p></li>`,
			Fits:    (*pieceDate).isInLine,
		},
	},
	Adjustments: []rules.Adjustment[pieceDate]{
		{
			Name: "of an event, or a range of months", Weight: -3,
			Example: `<li><p class="date">Termin: 10.06.2024</p> <a href="/bad">Freibad öffnet</a></li>`,
			Times:   rules.If(func(l *pieceDate) bool { return l.date.Label == dates.LabelEvent || l.date.Range }),
		},
	},
}

// inHeadline is what Evidence calls a date that the headline holds.
const inHeadline rules.Name = "headline"

// isOfOther reports a date that a word or a class says to be of something else.
func (l *pieceDate) isOfOther() bool {
	switch l.date.Label {
	case dates.LabelUpdated, dates.LabelCited, dates.LabelOther:
		return true
	}
	return l.hint&dom.HintUpdated != 0 && l.hint&dom.HintDate == 0
}

// saysUpdated reports a <time> whose class says that it is of a change.
func (l *pieceDate) saysUpdated() bool {
	if l.time < 0 {
		return false
	}
	class := l.r.d.Attr(l.time, "class")
	return strings.Contains(class, "updated") && !strings.Contains(class, "published")
}

// isEvent reports the days of an event, which are not that of its announcement.
func (l *pieceDate) isEvent() bool {
	return l.date.Range && (!l.alone || l.date.YearGuessed || l.date.Moment.Precision == news.Day)
}

// isLabelled reports a date behind a word for the publication, in a piece of its
// own or at the beginning of a short one.
func (l *pieceDate) isLabelled() bool {
	opens := !l.date.YearGuessed && l.date.Start < 40 && len(l.text) < 140 && l.hint&dom.HintTeaser == 0
	return l.date.Label == dates.LabelPublished && (l.alone || opens)
}

// isInLine reports a date in a short line that is no sentence, or at its end.
func (l *pieceDate) isInLine() bool {
	isLine := len(l.text) < 90 && !endsSentence(strings.TrimRight(l.text, ": ")) && l.hint&(dom.HintTeaser|dom.HintBody) == 0
	return isLine || len(l.text) < 40 && l.date.End == len(l.text)
}
