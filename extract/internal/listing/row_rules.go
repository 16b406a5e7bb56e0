package listing

import (
	"math"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// Tables are the tables by which rows are decided, as the reference of
// rules lists them. A new table belongs here.
func Tables() []rules.Doc { return []rules.Doc{rowRules.Doc(), dateRules.Doc(), kindRules.Doc()} }

// rowRules tell how much a row looks like one of a list of news. A list weighs
// what its rows do on average: to change which list of a page is taken, change a
// weight here. Every example is the markup of a row; a test holds that its rule
// fits it.
var rowRules = rules.Table[rowLook]{
	Field: "entries",
	Of:    "a row of links that are built alike",
	Rows: []rules.Row[rowLook]{
		{
			Name: "placeholder of a script", Weight: -4, Final: true, Example: `<li><a href="/a">{{title}}</a></li>`,
			Fits: func(l *rowLook) bool { return l.says.template },
		},
	},
	Adjustments: []rules.Adjustment[rowLook]{
		{
			Name: "date", Weight: 2.2, Example: `<li>12.06.2026 <a href="/bad">Freibad öffnet</a></li>`,
			Times: rules.If((*rowLook).isDated),
		}, {
			Name: "heading", Weight: 1.2, Example: `<li><h3>Freibad öffnet</h3><a href="/bad">mehr</a></li>`,
			Times: rules.If((*rowLook).isHeaded),
		}, {
			Name: "heading that is the link", Weight: 0.5, Example: `<li><h3><a href="/bad">Freibad öffnet</a></h3></li>`,
			Times: rules.If((*rowLook).isLinkedHeading),
		}, {
			Name: "link that says nothing", Weight: -0.2, Example: `<li>Freibad öffnet <a href="/bad">mehr</a></li>`,
			Times: rules.If(func(l *rowLook) bool { return l.heads == 0 && (l.says.label == "" || l.says.more) }),
		}, {
			Name: "words of the link", Weight: labelWeight, Example: `<li><a href="/bad">Freibad öffnet wieder</a></li>`,
			Times: func(l *rowLook) float64 {
				if l.says.more {
					return 0
				}
				return labelWords(l.says)
			},
		}, {
			Name: "papers of a meeting", Weight: 1.2, // told by its papers, though only the month is
			Times: rules.If(func(l *rowLook) bool {
				saysMonth := l.text > l.link.Text && !l.isDated()
				return saysMonth && l.says.more && l.row.papers && l.heads == 0
			}),
		}, {
			Name: "text besides the link", Weight: 0.5,
			Example: `<li><a href="/bad">Freibad öffnet</a> Ab Montag ist das Bad wieder offen.</li>`,
			Times:   rules.If((*rowLook).isTold),
		}, {
			Name: "much text besides the link", Weight: 0.5,
			Example: `<li><a href="/bad">Freibad öffnet</a> Ab Montag ist das Bad wieder offen. Der Eintritt kostet wie bisher drei Euro` +
				` für alle.</li>`,
			Times: rules.If(func(l *rowLook) bool { return l.isTold() && (l.text-l.link.Text > 70 || l.link.Text > 150) }),
		}, {
			Name: "number of an issue", Weight: 0.5, Example: `<li><a href="/nl-11.pdf">Newsletter 11/2026</a></li>`,
			Times: rules.If(func(l *rowLook) bool { return l.says.issue }),
		}, {
			Name: "address and markup", Weight: 1,
			Example: `<article><a href="/news/2026/06/freibad-oeffnet.html">Freibad öffnet</a></article>`,
			Times:   func(l *rowLook) float64 { return l.says.worth + l.s.markupWorth(l.row) },
		}, {
			Name: "link within running text", Weight: -1.5,
			Example: `<p>Alles, was im Rat beraten wurde, und das ist diesmal mehr als sonst, steht in den <a href="/a">Akten</a>.</p>`,
			Times:   rules.If((*rowLook).isWithinText),
		}, {
			Name: "one word and no text", Weight: -1, Example: `<li><a href="/a" title="Akten"><img src="/a.png"></a></li>`,
			Times: rules.If(func(l *rowLook) bool { return l.text < 3 && l.says.words < 2 }),
		}, {
			Name: "cover of a gazette", Weight: 0.3,
			Example: `<li><a href="/blatt.pdf" title="Amtsblatt vom Mai"><img src="/a.png"></a></li>`,
			Times: rules.If(func(l *rowLook) bool {
				return l.text < 3 && l.says.words >= 2 && dom.FileTypes[dom.ExtensionOf(l.row.url)] != ""
			}),
		}, {
			Name: "text of a whole page", Weight: -1.5,
			Times: rules.If(func(l *rowLook) bool { return l.text > 6000 }),
		}, {
			Name: "list of its own", Weight: -3,
			Example: `<div><p>1.6.2026 <a href="/a">Bad</a></p><p>2.6.2026 <a href="/b">Rad</a></p><p>3.6.2026 <a` +
				` href="/c">Rat</a></p><p>4.6.2026 <a href="/d">Tat</a></p></div>`,
			Times: rules.If(func(l *rowLook) bool { return l.dates > 3 && len(between(l.s.links, l.row.from, l.row.to)) > 3 }),
		},
	},
}

// labelWeight is what a word of a link's label is worth, up to seven of them.
const labelWeight = 0.17

// labelWords are the words of a label that count.
func labelWords(says *linkFact) float64 { return math.Min(float64(says.words), 7) }

// labelWorth is what the words of a link are worth.
func labelWorth(says *linkFact) float64 { return labelWords(says) * labelWeight }

// A rowLook is a row as its rules see it.
type rowLook struct {
	s     *listScan
	row   row
	link  *dom.Node
	says  *linkFact
	heads int32 // headings in the row
	dates int32 // texts that look like dates
	text  int32 // visible bytes
}

// lookAt is a row as its rules see it. The scan has one to fill, so that no row
// of the many lists that a page may have costs memory.
func (s *listScan) lookAt(r row) *rowLook {
	s.look = rowLook{
		s: s, row: r, link: &s.d.Nodes[r.link], says: s.linkOf(r),
		heads: s.heads[r.to] - s.heads[r.from], dates: s.dates[r.to] - s.dates[r.from], text: s.texts[r.to] - s.texts[r.from],
	}
	return &s.look
}

// weighRow is what one row contributes to its list, which counts what it has.
func (s *listScan) weighRow(r row, l *rowList) float64 {
	look := s.lookAt(r)
	if look.isDated() {
		l.dated++
	}
	if !look.says.template && look.isHeaded() {
		l.headed++
	}
	if !look.says.template && look.isTold() {
		l.told++
	}
	note := s.d.Options.Explain.Note(rowRules.Field, func() (text, where string) { return look.says.label, s.d.Where(r.from) })
	return rowRules.Weigh(look, note)
}

func (l *rowLook) isDated() bool { return l.dates > 0 }

func (l *rowLook) isHeaded() bool { return l.heads > 0 }

// isLinkedHeading reports whether the link stands in a heading or holds one.
func (l *rowLook) isLinkedHeading() bool {
	return l.isHeaded() && (l.link.Flags&dom.InHead != 0 || l.s.heads[l.link.End] > l.s.heads[l.row.link])
}

// isTold reports whether there is text beyond what the link says.
func (l *rowLook) isTold() bool { return l.text-l.link.Text > 25 || l.link.Text > 150 }

// isWithinText reports whether a long line of text leads up to the link.
func (l *rowLook) isWithinText() bool {
	if l.heads > 0 || l.says.more || l.s.loose[l.row.link]-l.s.loose[l.row.from] <= 60 {
		return false
	}
	return l.s.longestLine(l.row) > 60
}
